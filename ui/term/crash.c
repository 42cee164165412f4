#include "ui/term/crash.h"

#include <assert.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "ui/term/kept_stderr.h"

#define CRASH_STACK ((size_t)64 * 1024)

static const int crashes[] = {SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGABRT,
                              SIGSYS,  SIGTRAP, SIGQUIT, SIGXCPU, SIGXFSZ};

#define CRASHES_LEN (sizeof(crashes) / sizeof(crashes[0]))

/* Written before armed is set. */
static struct {
    volatile sig_atomic_t armed;
    volatile sig_atomic_t under_way;
    volatile sig_atomic_t mouse;
    int tty;
    struct termios found;
    char restore[CRASH_RESTORE_MAX];
    size_t restore_len, mouse_len;
} crash;

static char *crash_stack; /* lives until the process ends */

void crash_prepare(int tty, const char *restore, size_t len, size_t mouse_len)
{
    assert(len <= CRASH_RESTORE_MAX && mouse_len <= len);
    memcpy(crash.restore, restore, len);
    crash.restore_len = len;
    crash.mouse_len = mouse_len;
    crash.mouse = 0;
    crash.tty = tty;
}

void crash_mouse(void)
{
    crash.mouse = 1;
}

void crash_arm(const struct termios *found)
{
    crash.found = *found;
    crash.armed = 1;
}

void crash_disarm(void)
{
    crash.armed = 0;
}

bool crash_under_way(void)
{
    return crash.under_way;
}

/* Nothing here but async-signal-safe calls on data made ready before. */
void crash_restore(void)
{
    size_t done = crash.mouse ? 0 : crash.mouse_len;

    if (!crash.armed)
        return;
    crash.armed = 0;
    for (int tries = 0; done < crash.restore_len && tries < 10; tries++) {
        struct pollfd p = {.fd = crash.tty, .events = POLLOUT};
        ssize_t n = write(crash.tty, crash.restore + done, crash.restore_len - done);
        if (n > 0)
            done += (size_t)n;
        else
            (void)poll(&p, 1, 20);
    }
    (void)tcsetattr(crash.tty, TCSANOW, &crash.found);
    kept_stderr_end(); /* last: where the shell is to go on, its reader can see it */
}

static void restore_in_crash(void)
{
    crash.under_way = 1;
    crash_restore();
}

static void on_crash(int sig)
{
    restore_in_crash();
    (void)raise(sig); /* the default by now: SA_RESETHAND, and not blocked: SA_NODEFER */
}

/* There with the sanitizers, whose reports end the process without a signal. */
/* NOLINTNEXTLINE(bugprone-reserved-identifier) */
extern void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

void crash_install_handlers(void)
{
    struct sigaction act = {.sa_handler = on_crash,
                            .sa_flags = (int)(SA_RESETHAND | SA_NODEFER | SA_ONSTACK)};
    stack_t stack = {.ss_size = CRASH_STACK};

    if (crash_stack == NULL)
        crash_stack = mem_calloc(1, CRASH_STACK);
    stack.ss_sp = crash_stack; /* a full stack must not stop the handler */
    (void)sigaltstack(&stack, NULL);
    sigemptyset(&act.sa_mask);
    for (size_t i = 0; i < CRASHES_LEN; i++)
        sigaction(crashes[i], &act, NULL);
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(restore_in_crash);
}

void crash_keep_open(sigset_t *blocked)
{
    for (size_t i = 0; i < CRASHES_LEN; i++)
        (void)sigdelset(blocked, crashes[i]);
}
