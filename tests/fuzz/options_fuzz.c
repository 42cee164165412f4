/*
 * The command line: arguments are the lines of the input. It is refused with a text, or the
 * options are whole; the same is true for options set one by one, as name=value lines.
 */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "ui/cli/options.h"

#define ARGS_MAX 32

/* What has no default may hold a value that cannot be given. */
static bool is_unset(const struct option_def *d, int64_t value)
{
    struct options o;
    int64_t unset;

    options_init(&o);
    memcpy(&unset, (const char *)&o + d->offset, sizeof(unset));
    options_release(&o);
    return !d->default_text && value == unset;
}

static void check_whole(const struct options *o)
{
    FUZZ_CHECK(o->interval_ms >= 0 && o->max_message > 0);
    for (size_t i = 0; i < option_table_len; i++) {
        const struct option_def *d = &option_table[i];
        const char *field = (const char *)o + d->offset;
        int64_t v;

        if (d->type != OPTION_INT && d->type != OPTION_SIZE)
            continue;
        memcpy(&v, field, sizeof(v));
        FUZZ_CHECK((v >= d->min && v <= d->max) || is_unset(d, v));
    }
}

static void check_argv(struct options *o, char *text)
{
    char *argv[ARGS_MAX + 2] = {(char[]){"dhview"}};
    struct err e = {0};
    int argc = 1;
    char *save = NULL;

    for (char *line = strtok_r(text, "\n", &save); line && argc <= ARGS_MAX;
         line = strtok_r(NULL, "\n", &save))
        argv[argc++] = line;
    if (options_parse(o, argc, argv, &e) != ERR_OK) {
        FUZZ_CHECK(e.code == ERR_USAGE && e.msg[0] != '\0');
        return;
    }
    FUZZ_CHECK(o->n_targets > 0 || o->demo || options_only_print(o));
    check_whole(o);
}

static void check_set(struct options *o, char *text)
{
    struct err e = {0};
    char *save = NULL;

    for (char *line = strtok_r(text, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        char *value = strchr(line, '=');

        if (value)
            *value++ = '\0';
        if (options_set(o, line, value, FROM_SET, &e) != ERR_OK)
            FUZZ_CHECK(e.code == ERR_USAGE && e.msg[0] != '\0');
        check_whole(o);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = {data, size};
    bool set = fuzz_byte(&in) & 1;
    char *text = fuzz_string(in);
    struct options o;

    options_init(&o);
    if (set)
        check_set(&o, text);
    else
        check_argv(&o, text);
    options_release(&o);
    free(text);
    return 0;
}
