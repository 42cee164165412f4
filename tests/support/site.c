#include "tests/support/site.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/support/trial.h"

void site_serve(struct site *s, const char *spec)
{
    char *whole = s->port
                      ? mem_printf("--tick-ms 20 --port %s %s", s->port, spec)
                      : mem_printf("--tick-ms 20 %s", spec); /* at the port that it holds */

    s->demo = trial_serve(whole);
    free(whole);
}

struct site *site_new(const char *spec)
{
    struct site *s = MEM_NEW(struct site);

    site_serve(s, spec);
    s->first = s->demo;
    s->port = mem_strdup(strrchr(demo_program_address(s->demo), ':') + 1);
    return s;
}

void site_kill(struct site *s)
{
    demo_program_kill(s->demo, SIGKILL);
    if (s->demo != s->first)
        demo_program_free(s->demo);
    s->demo = NULL;
}

void site_free(struct site *s)
{
    demo_program_free(s->demo);
    if (s->demo != s->first)
        demo_program_free(s->first);
    free(s->port);
    free(s);
}
