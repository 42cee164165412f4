/*
 * Ownership: app -> tabs -> views (each with its streams) -> servers (session, channel)
 * -> pump -> loop. They go in that order.
 */
#include "ui/app/app.h"

#include <signal.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ui/app/actions.h"
#include "ui/app/commands.h"
#include "ui/app/pointer.h"
#include "ui/app/row_edits.h"
#include "ui/app/screen.h"
#include "ui/app/server.h"
#include "ui/app/settings.h"
#include "ui/app/sleep.h"
#include "ui/app/state.h"
#include "ui/app/suspend.h"
#include "ui/app/targets.h"
#include "ui/term/crash.h"
#include "ui/term/term.h"
#include "ui/term/theme.h"

/* --- the console --- */

static void on_key(void *ctx, struct key k)
{
    app_key(ctx, k);
}

static void on_paste(void *ctx, const struct paste *p)
{
    app_paste(ctx, p);
}

static void on_mouse(void *ctx, const struct mouse *m)
{
    app_mouse(ctx, m);
}

static void on_terminal_gone(void *ctx)
{
    app_stop_terminal_gone(ctx);
}

static void on_signal(void *ctx, int number)
{
    struct app *a = ctx;

    switch (number) {
    case SIGWINCH:
        term_redraw(); /* another size may have come and gone, and cut what was there */
        app_fit_terminal(a);
        break;
    case SIGTSTP:
        app_suspend(a);
        break;
    case SIGCONT:
        term_continued();
        app_fit_terminal(a); /* a stopped program is not told of a new size */
        break;
    case SIGINT:
        app_stop_interrupted(a);
        break;
    default:
        a->signal = number;
        app_stop(a, NULL);
        break;
    }
}

static const struct console_handler console_handler = {
    .key = on_key,
    .paste = on_paste,
    .mouse = on_mouse,
    .written = app_mark_dirty_of,
    .gone = on_terminal_gone,
    .signal = on_signal,
};

static enum err_code start_terminal(struct app *a, struct err *e)
{
    crash_install_handlers(); /* first: the screen is the terminal's other one soon */
    TRY(term_start(
        &(struct term_options){.ascii = a->options->ascii, .mouse = a->options->mouse}, e));
    a->env.ascii = term_is_ascii();
    a->surface = surface_new(term_rows(), term_cols());
    console_open(&a->console);
    return ERR_OK;
}

/* --- start and end --- */

/* A zone that the environment names and the system does not know is no reason to stop; one
 * that the user asks for is. */
static enum err_code open_zone(struct app *a, char **note, struct err *e)
{
    struct err why;

    if (a->options->zone)
        return zone_open(a->options->zone, &a->zone, e);
    if (zone_open("local", &a->zone, &why) == ERR_OK)
        return ERR_OK;
    *note = mem_printf("times are in UTC, --zone names another: %s", why.msg);
    return zone_open("UTC", &a->zone, e);
}

/* What is silently another than the user's environment asks for is found out too late. */
static void say_notes(struct app *a, const char *const *notes, size_t n)
{
    char *all = mem_strdup("");

    for (size_t i = 0; i < n; i++) {
        char *longer;

        if (!notes[i])
            continue;
        longer = mem_printf("%s%s%s", all, *all ? "; " : "", notes[i]);
        free(all);
        all = longer;
    }
    if (*all)
        tab_say(app_tab(a), STYLE_MESSAGE_WARN, all);
    free(all);
}

static enum err_code start_program(struct app *a, char **zone_note, struct err *e)
{
    settings_start(a);
    TRY(open_zone(a, zone_note, e));
    a->env.zone = a->zone;
    app_network_start(a);
    for (size_t i = 0; i < a->options->n_targets; i++)
        TRY(app_open_target(a, a->options->targets[i], e));
    return start_terminal(a, e);
}

static enum err_code start(struct app *a, const char *locale_note, struct err *e)
{
    char *zone_note = NULL, *config_note;
    enum err_code rc = start_program(a, &zone_note, e);

    config_note = settings_faults(a, 0);
    if (rc == ERR_OK)
        say_notes(
            a, (const char *const[]){term_note(), locale_note, zone_note, config_note}, 4);
    free(config_note);
    free(zone_note);
    return rc;
}

/* A program that was killed has its handle closed by ui/cli/child, when it has ended. */
static void close_handle(uv_handle_t *handle, void *arg)
{
    (void)arg;
    if (!uv_is_closing(handle) && handle->type != UV_PROCESS)
        uv_close(handle, NULL);
}

static void init(struct app *a, const struct options *o)
{
    a->options = o;
    options_init(&a->set);
    options_fill(&a->set, o);
    a->copies = copies_new(a);
    a->row_edits = row_edits_new(a);
    a->question = question_new(&app_answers, a);
    (void)uv_loop_init(&a->loop);
    a->file_export = file_export_new(a);
    app_screen_init(a);
    app_sleep_init(a);
    console_init(&a->console, &a->loop, &console_handler, a);
}

static void finish(struct app *a)
{
    console_stop(&a->console);
    term_end();
    a->stopping = true;
    for (size_t i = 0; i < a->n_tabs; i++)
        tab_free(a->tabs[i]);
    free(a->tabs);
    a->n_tabs = 0;
    copies_free(a->copies);
    row_edits_free(a->row_edits);
    file_export_stop(a->file_export);
    app_network_end(a);
    uv_walk(&a->loop, close_handle, NULL);
    (void)uv_run(&a->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&a->loop);
    file_export_free(a->file_export);
    surface_free(a->surface);
    question_free(a->question);
    free(a->filter_column);
    free(a->find_column);
    options_release(&a->set);
    bindings_reset();
    zone_free(a->zone);
}

static void run(struct app *a)
{
    do {
        (void)uv_run(&a->loop, UV_RUN_DEFAULT);
        if (a->away && !a->stopping)
            app_stop_process(a);
    } while (!a->stopping);
}

enum err_code app_run(const struct options *o, struct config *config, const char *note,
                      int *signal, struct err *e)
{
    struct app a = {0};
    enum err_code rc;

    init(&a, o);
    a.config = config;
    rc = start(&a, note, &a.end);
    if (rc == ERR_OK)
        run(&a);
    server_name_err(a.end_of, &a.end);
    finish(&a);
    *signal = a.signal;
    *e = a.end;
    return a.end.code;
}
