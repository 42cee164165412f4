/*
 * A config file: whatever is in it, each fault has a text, what is kept of [keys] and
 * [theme] is taken or refused with a reason, and all keys that are listed then can be typed
 * and do what the list says.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "ui/cli/config.h"
#include "ui/term/theme.h"
#include "ui/widget/keymap.h"

static bool works_in(const struct binding *b, enum key_mode mode)
{
    struct key k[KEYS_LEN_MAX];
    struct key_matcher m = {.len = 0};
    struct key_match got = {.result = KEYS_PENDING};
    size_t n = 0;

    FUZZ_CHECK(keys_parse(b->keys, k, &n, NULL) == ERR_OK);
    for (size_t i = 0; i < n; i++) {
        if (k[i].code == K_ANY)
            k[i].code = '~';
        got = key_matcher_feed(&m, mode, k[i]);
        if (got.result != KEYS_PENDING && i + 1 < n)
            return false;
    }
    return got.result == KEYS_ACTION && got.binding->action == b->action;
}

static bool works(const struct binding *b)
{
    for (int mode = MODE_GRID; mode < MODE_COUNT; mode++)
        if ((b->mode == MODE_ANY || (int)b->mode == mode) &&
            works_in(b, (enum key_mode)mode))
            return true;
    return false;
}

static void take_line(struct config *c, const struct config_line *l)
{
    struct err e = {.msg = ""};
    enum err_code rc = ERR_OK;

    if (l->section == CONFIG_KEYS)
        rc = bindings_add(l->name, l->value, &e);
    else if (l->section == CONFIG_THEME)
        rc = theme_set(l->name, l->value, &e);
    FUZZ_CHECK(rc == ERR_OK || (e.code == ERR_USAGE && *e.msg));
    if (rc != ERR_OK)
        config_fault(c, l, &e);
}

static void check_styles(void)
{
    for (unsigned i = 0; i < STYLE_COUNT; i++) {
        struct theme_look l = theme_look(theme_style(i), 8);

        FUZZ_CHECK(l.fg < 8 && l.bg < 8 && (l.bg < 0 || l.fg != l.bg));
    }
}

static void check(struct config *c)
{
    for (size_t i = 0; i < c->n_lines; i++)
        take_line(c, &c->lines[i]);
    for (size_t i = 0; i < c->n_faults; i++)
        FUZZ_CHECK(c->faults[i].why.code != ERR_OK && *c->faults[i].why.msg);
    FUZZ_CHECK(c->n_faults <= CONFIG_FAULTS_MAX);
    for (size_t i = 0; c->n_lines > 0 && i < bindings_count(); i++) {
        if (!works(bindings_at(i)))
            fprintf(stderr, "listed: %s\n", bindings_at(i)->keys);
        FUZZ_CHECK(works(bindings_at(i)));
    }
    check_styles();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("config", MFD_CLOEXEC);
    struct config c;

    FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    config_init(&c);
    config_read(&c, mem_printf("/proc/self/fd/%d", fd));
    check(&c);
    config_release(&c);
    bindings_reset();
    (void)theme_use("terminal");
    (void)close(fd);
    return 0;
}
