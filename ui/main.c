/* dhview: parse options, run, restore, and say in one line why it failed. */
#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/stdio.h"
#include "base/text.h"
#include "client/rpc/channel.h"
#include "ui/app/app.h"
#include "ui/app/config_text.h"
#include "ui/app/manual.h"
#include "ui/cli/config.h"
#include "ui/cli/demo.h"
#include "ui/cli/follow.h"
#include "ui/cli/listing.h"
#include "ui/cli/locale.h"
#include "ui/cli/once.h"
#include "ui/cli/options.h"
#include "ui/cli/script.h"
#include "ui/cli/secret.h"

static int fail(const struct err *e)
{
    bool ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    char *safe = text_clean_line(e->msg, ascii);

    (void)fprintf(stderr, "dhview: %s\n", safe);
    free(safe);
    return err_exit_code(e->code);
}

static const struct script_job *job_of(const struct options *o)
{
    return o->list     ? &listing_job
           : o->follow ? &follow_job
           : o->until  ? &until_job
                       : &once_job;
}

/* One that the config file names costs only that line of it when it cannot be written. */
static enum err_code open_log(const struct options *o, struct config *config, struct err *e)
{
    if (!o->log || log_open(o->log, LOG_LEVEL_DEBUG, e) == ERR_OK)
        return ERR_OK;
    if (options_origin(o, options_find("log")) != FROM_FILE)
        return e->code;
    config_option_fault(config, "log", e);
    if (options_is_script(o)) /* which shows no faults of the file */
        (void)fail(e);
    *e = (struct err){.code = ERR_OK};
    return ERR_OK;
}

static int run(const struct options *o, struct config *config, const char *note)
{
    struct err e = {0}, log = {0};
    int ended_by = 0, rc;
    bool stuck = false;

    if (open_log(o, config, &e) != ERR_OK)
        return fail(&e);
    if (options_is_script(o))
        (void)script_run(job_of(o), o, config, &ended_by, &stuck, &e);
    else
        (void)app_run(o, config, note, &ended_by, &e);
    rc = e.code == ERR_OK ? 0 : fail(&e);
    if (log_close(&log) != ERR_OK) {
        int incomplete = fail(&log);

        rc = rc ? rc : incomplete;
    }
    if (ended_by) { /* so that the parent sees what ended us */
        (void)signal(ended_by, SIG_DFL);
        (void)raise(ended_by);
    }
    if (stuck)
        _exit(rc);
    return rc;
}

/* What was named are tables of the server at address; none: its list of them. */
static void target_demo(struct options *o, const char *address)
{
    for (size_t i = 0; i < o->n_targets; i++) {
        char *target = mem_printf("%s/%s", address, o->targets[i]);

        free(o->targets[i]);
        o->targets[i] = target;
    }
    if (o->n_targets > 0)
        return;
    o->targets = MEM_NEW(char *);
    o->targets[o->n_targets++] = mem_strdup(address);
}

static int run_demo(struct options *o, struct config *config, const char *note)
{
    struct demo demo = {0};
    struct err e = {0};
    char *address = NULL;
    int rc;

    if (demo_start(&demo, &address, &e) != ERR_OK)
        return fail(&e);
    target_demo(o, address);
    free(address);
    rc = run(o, config, note);
    demo_stop(&demo);
    return rc;
}

/* A descriptor is read before anything else is opened, which might get its number. */
static int start(struct options *o, const char *note)
{
    struct config config;
    struct err e = {0};
    int rc;

    if (o->secret_fd >= 0 && secret_read_fd((int)o->secret_fd, &o->secret, &e) != ERR_OK)
        return fail(&e);
    config_init(&config);
    config_read(&config, config_path());
    options_fill(o, &config.options);
    rc = o->demo ? run_demo(o, &config, note) : run(o, &config, note);
    config_release(&config);
    return rc;
}

/* What is only to be printed; owned. */
static char *text_of(const struct options *o)
{
    if (o->help)
        return options_help(options_is_script(o));
    if (o->version)
        return mem_printf("dhview " DHVIEW_VERSION "  (gRPC %s)\n", channel_grpc_version());
    return o->print_config ? config_text() : manual_text(DHVIEW_VERSION);
}

static int show(char *text)
{
    struct err e = {0};
    int rc = stdio_print(text, &e) == ERR_OK ? 0 : fail(&e);

    free(text);
    return rc;
}

int main(int argc, char **argv)
{
    struct options o;
    struct err e = {0};
    char *note;
    int rc;

    stdio_guard();
    mem_setup();
    note = locale_start();
    (void)signal(SIGPIPE, SIG_IGN);
    options_init(&o);
    if (options_parse(&o, argc, argv, &e) != ERR_OK) {
        rc = fail(&e);
        (void)fputs("Try 'dhview --help'.\n", stderr);
    } else if (options_only_print(&o)) {
        rc = show(text_of(&o));
    } else {
        rc = start(&o, note);
    }
    options_release(&o);
    free(note);
    return rc;
}
