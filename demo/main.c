/*
 * dhview-demo: serves the demo tables on 127.0.0.1 until it is told to stop, or its parent
 * is gone.
 */
#include <errno.h>
#include <getopt.h>
#include <grpc/support/log.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/stdio.h"
#include "demo/server.h"

#define EPOCH_FIXED_S INT64_C(1767623400) /* 2026-01-05 14:30 UTC, for --seed */
#define PARENT_CHECK_MS 500
#define PSK_MAX 512

struct program {
    uv_loop_t loop;
    uv_signal_t terminate, interrupt, reveal, fault;
    uv_poll_t input;
    uv_timer_t parent_timer;
    bool watch_parent, input_polled;
    pid_t parent;
    const char *ready_file;
    char psk[PSK_MAX];
    struct server_options options;
    struct server *server;
};

static const struct option long_options[] = {{"port", required_argument, NULL, 'p'},
                                             {"ready-file", required_argument, NULL, 'r'},
                                             {"with-parent", no_argument, NULL, 'w'},
                                             {"seed", required_argument, NULL, 's'},
                                             {"rate", required_argument, NULL, 't'},
                                             {"log-rate", required_argument, NULL, 'o'},
                                             {"session-ms", required_argument, NULL, 'l'},
                                             {"interval-ms", required_argument, NULL, 'i'},
                                             {"tick-ms", required_argument, NULL, 'k'},
                                             {"growth", required_argument, NULL, 'g'},
                                             {"columns", required_argument, NULL, 'c'},
                                             {"queue", no_argument, NULL, 'q'},
                                             {"trace", required_argument, NULL, 'T'},
                                             {"psk-file", required_argument, NULL, 'f'},
                                             {"login-file", required_argument, NULL, 'L'},
                                             {"hold-file", required_argument, NULL, 'H'},
                                             {"late", required_argument, NULL, 'a'},
                                             {"swap", required_argument, NULL, 'S'},
                                             {"fault", required_argument, NULL, 'x'},
                                             {"help", no_argument, NULL, 'h'},
                                             {NULL, 0, NULL, 0}};

static const char usage[] =
    "usage: dhview-demo [OPTION...]\n"
    "Serves the demo tables of dhview on 127.0.0.1.\n"
    "  --port N         port; 0, the default, takes a free one\n"
    "  --ready-file F   write host:port there once ready, instead of standard output\n"
    "  --with-parent    end with the parent process, or when standard input ends\n"
    "  --seed N         the same data every time, and a fixed clock in it\n"
    "  --rate N         rows that \"trades\" gains in a second, 10 to 10000\n"
    "  --log-rate N     lines that its log gains in a second, to 1000000\n"
    "  --session-ms N   life of a login's token\n"
    "  --interval-ms N  time between updates of a subscription\n"
    "  --tick-ms N      time between changes of the tables\n"
    "  --growth N       cells of one snapshot round\n"
    "  --columns N      columns of \"wide\", 1 to 100000\n"
    "  --queue          updates do not wait for a client that reads slowly\n"
    "  --trace F        append a line for each viewport that is asked for, and what is "
    "open\n"
    "  --psk-file F     ask for the key that the file's first line holds\n"
    "  --login-file F   let in who sends the first line of the file as authorization;\n"
    "                   it is read again for each login\n"
    "  --hold-file F    what a fault holds back waits while the file is there\n"
    "  --late NAME      a table that is not there before SIGUSR1 has come; may be "
    "repeated\n"
    "  --swap A,B       tables A and B have each other's names\n"
    "  --fault SPEC     something that goes wrong, e.g. message.3=stall; may be repeated;\n"
    "                   all of them are listed in demo/fault/faults.h\n";

static bool read_number(const char *text, int64_t low, int64_t high, int64_t *out)
{
    char *end;
    long long v;

    errno = 0;
    v = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || v < low || v > high)
        return false;
    *out = v;
    return true;
}

static bool read_psk(struct program *p, const char *path)
{
    FILE *f = fopen(path, "re");
    bool ok = f && fgets(p->psk, sizeof(p->psk), f);

    if (f)
        (void)fclose(f);
    p->psk[strcspn(p->psk, "\r\n")] = '\0';
    p->options.psk = p->psk;
    return ok && *p->psk;
}

static bool take_number(struct server_options *o, int option, const char *text)
{
    int64_t n;

    switch (option) {
    case 'p':
        if (!read_number(text, 0, 65535, &n))
            return false;
        o->port = (int)n;
        return true;
    case 's':
        if (!read_number(text, 0, INT64_MAX, &n))
            return false;
        o->seed = (uint64_t)n;
        o->epoch_ns = EPOCH_FIXED_S * INT64_C(1000000000);
        return true;
    case 't':
        return read_number(text, 10, 10000, &o->trades_per_s);
    case 'o':
        return read_number(text, 0, 1000000, &o->log_per_s);
    case 'l':
        return read_number(text, 100, 86400000, &o->session_ms);
    case 'i':
        return read_number(text, 1, 3600000, &o->interval_ms);
    case 'k':
        return read_number(text, 1, 3600000, &o->tick_ms);
    case 'g':
        if (!read_number(text, 1, INT64_C(1) << 24, &n))
            return false;
        o->growth_cells = (uint64_t)n;
        return true;
    case 'c':
        if (!read_number(text, 1, 100000, &n))
            return false;
        o->wide_columns = (size_t)n;
        return true;
    default:
        return false;
    }
}

static bool take_option(struct program *p, int option)
{
    switch (option) {
    case 'h':
        (void)fputs(usage, stdout);
        exit(EXIT_SUCCESS);
    case 'r':
        p->ready_file = optarg;
        return true;
    case 'w':
        p->watch_parent = true;
        return true;
    case 'q':
        p->options.queues = true;
        return true;
    case 'f':
        return read_psk(p, optarg);
    case 'L':
        p->options.login_file = optarg;
        return true;
    case 'H':
        p->options.hold_file = optarg;
        return true;
    case 'T':
        p->options.trace = fopen(optarg, "ae");
        return p->options.trace != NULL;
    case 'a':
        if (p->options.n_late == DEMO_LATE_MAX)
            return false;
        p->options.late[p->options.n_late++] = optarg;
        return true;
    case 'S':
        p->options.swap = optarg;
        return true;
    case 'x':
        return faults_add(&p->options.faults, optarg, NULL) == ERR_OK;
    default:
        return option != '?' && take_number(&p->options, option, optarg);
    }
}

static bool take_options(struct program *p, int argc, char **argv)
{
    int option, index = 0;

    p->options = server_defaults();
    p->options.epoch_ns = (int64_t)time(NULL) * INT64_C(1000000000);
    while ((option = getopt_long(argc, argv, "", long_options, &index)) != -1) {
        if (take_option(p, option))
            continue;
        if (option != '?')
            (void)fprintf(stderr, "dhview-demo: --%s cannot be %s\n",
                          long_options[index].name, optarg ? optarg : "given");
        return false;
    }
    return optind == argc;
}

/* --- the end --- */

static void on_stopped(void *ctx)
{
    struct program *p = ctx;

    server_free(p->server);
    p->server = NULL;
    uv_close((uv_handle_t *)&p->terminate, NULL);
    uv_close((uv_handle_t *)&p->interrupt, NULL);
    uv_close((uv_handle_t *)&p->reveal, NULL);
    uv_close((uv_handle_t *)&p->fault, NULL);
    uv_close((uv_handle_t *)&p->parent_timer, NULL);
    if (p->input_polled)
        uv_close((uv_handle_t *)&p->input, NULL);
}

static void stop(struct program *p)
{
    if (p->server)
        server_stop(p->server, on_stopped, p);
}

static void on_signal(uv_signal_t *handle, int signum)
{
    (void)signum;
    stop(handle->data);
}

static void on_reveal(uv_signal_t *handle, int signum)
{
    struct program *p = handle->data;

    (void)signum;
    if (p->server)
        server_reveal(p->server);
}

static void on_fault(uv_signal_t *handle, int signum)
{
    struct program *p = handle->data;

    (void)signum;
    if (p->server)
        server_fault(p->server);
}

static void on_parent_timer(uv_timer_t *timer)
{
    struct program *p = timer->data;

    if (getppid() != p->parent)
        stop(p);
}

static void on_input(uv_poll_t *poll, int status, int events)
{
    char ignored[256];

    (void)events;
    if (status == 0 && read(STDIN_FILENO, ignored, sizeof(ignored)) > 0)
        return;
    (void)uv_poll_stop(poll);
    stop(poll->data);
}

/* Three ways, as each misses a case: the signal when the parent is gone before it is asked
 * for, the check when the parent lives on, the pipe when someone else holds it open. */
static void watch_parent(struct program *p)
{
    p->parent = getppid();
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != p->parent)
        stop(p);
    (void)uv_timer_start(&p->parent_timer, on_parent_timer, PARENT_CHECK_MS,
                         PARENT_CHECK_MS);
    if (uv_poll_init(&p->loop, &p->input, STDIN_FILENO) != 0)
        return; /* a file or /dev/null never says that it ends */
    p->input_polled = true;
    p->input.data = p;
    (void)uv_poll_start(&p->input, UV_READABLE | UV_DISCONNECT, on_input);
}

/* --- the start --- */

static void drop_log(gpr_log_func_args *args)
{
    (void)args;
}

/* Written under another name first, so that whoever waits for the file finds all of it. */
static enum err_code write_ready_file(const char *path, const char *line, struct err *e)
{
    char *temporary = mem_printf("%s.new", path);
    FILE *f = fopen(temporary, "we");
    bool ok = f && fputs(line, f) >= 0;

    ok = f && fclose(f) == 0 && ok && rename(temporary, path) == 0;
    free(temporary);
    return ok ? ERR_OK : err_set(e, ERR_IO, "cannot write %s: %s", path, strerror(errno));
}

static enum err_code announce(const struct program *p, struct err *e)
{
    char line[32];

    (void)snprintf(line, sizeof(line), "127.0.0.1:%d\n", server_port(p->server));
    return p->ready_file ? write_ready_file(p->ready_file, line, e) : stdio_print(line, e);
}

/* A trace with a hole in it must not pass for a whole one. */
static enum err_code close_trace(FILE *trace, struct err *e)
{
    bool failed = trace && ferror(trace) != 0;

    if (trace && (fclose(trace) != 0 || failed))
        return err_set(e, ERR_IO, "cannot write the trace");
    return ERR_OK;
}

static int fail(const struct err *e)
{
    (void)fprintf(stderr, "dhview-demo: %s\n", e->msg);
    return EXIT_FAILURE;
}

static enum err_code start(struct program *p, struct err *e)
{
    sigset_t all, before;
    enum err_code rc;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    rc = server_new(&p->loop, &p->options, &p->server, e);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

static void init_loop(struct program *p)
{
    (void)uv_loop_init(&p->loop);
    (void)uv_signal_init(&p->loop, &p->terminate);
    (void)uv_signal_init(&p->loop, &p->interrupt);
    (void)uv_signal_init(&p->loop, &p->reveal);
    (void)uv_signal_init(&p->loop, &p->fault);
    (void)uv_timer_init(&p->loop, &p->parent_timer);
    p->terminate.data = p->interrupt.data = p->reveal.data = p;
    p->fault.data = p->parent_timer.data = p;
    (void)uv_signal_start(&p->terminate, on_signal, SIGTERM);
    (void)uv_signal_start(&p->interrupt, on_signal, SIGINT);
    (void)uv_signal_start(&p->reveal, on_reveal, SIGUSR1);
    (void)uv_signal_start(&p->fault, on_fault, SIGUSR2);
}

int main(int argc, char **argv)
{
    static struct program p;
    struct err e;
    int status = EXIT_SUCCESS;

    stdio_guard();
    if (!take_options(&p, argc, argv)) {
        (void)fputs(usage, stderr);
        return 2;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    gpr_set_log_function(drop_log);
    init_loop(&p);
    if (start(&p, &e) != ERR_OK)
        return fail(&e);
    if (p.watch_parent)
        watch_parent(&p);
    if (announce(&p, &e) != ERR_OK) {
        status = fail(&e);
        stop(&p);
    }
    (void)uv_run(&p.loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&p.loop);
    return close_trace(p.options.trace, &e) == ERR_OK ? status : fail(&e);
}
