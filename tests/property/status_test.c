/* The lines around a view, of any width and with texts of any length: what says where one
 * stands and how the connection is never leaves the screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/term/theme.h"
#include "ui/widget/statusline.h"
#include "ui/widget/tab_line.h"

#define ROUNDS 20000
#define NAME_MAX_LEN 600
#define WIDTH_MIN 20
#define WIDTH_MAX 220

static uint64_t seed = 0x57a7u;

static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static int64_t up_to(int64_t most)
{
    return (int64_t)(next_random() % (uint64_t)(most + 1));
}

/* A name of one sort of characters, of any length. Owned by the caller. */
static char *random_name(void)
{
    static const char *const pieces[] = {"a",       "Größe", "\xe6\xbc\xa2", "e\xcc\x81",
                                         "\x1b[2J", "_",     "\xe2\x80\xae"};
    struct buf b;
    size_t n = (size_t)up_to(up_to(4) ? 30 : NAME_MAX_LEN);
    char *out;

    buf_init(&b, 16 * NAME_MAX_LEN);
    for (size_t i = 0; i < n; i++) {
        const char *piece = pieces[next_random() % (sizeof(pieces) / sizeof(pieces[0]))];

        (void)buf_append(&b, piece, strlen(piece), NULL);
    }
    out = b.len ? mem_strndup((const char *)b.data, b.len) : mem_strdup("x");
    buf_release(&b);
    return out;
}

/* A size of any order of magnitude. */
static int64_t random_count(void)
{
    return (int64_t)(next_random() >> (1 + next_random() % 62));
}

static void check_cells(const struct surface *s, bool ascii)
{
    for (int col = 0; col < surface_cols(s); col++) {
        const struct cell *c = surface_cell(s, 0, col);

        for (int i = 0; i < c->len; i++)
            assert_false(ascii && (unsigned char)c->utf8[i] > 0x7e);
    }
}

static bool says(const char *line, const char *const *forms)
{
    for (; *forms; forms++)
        if (strstr(line, *forms))
            return true;
    return false;
}

static void fail_line(const char *what, const char *line, int width)
{
    fail_msg("%s is missing in %d columns: |%s|", what, width, line);
}

/* The row as a number of its own, however short the rest of the line has become. */
static bool says_number(const char *line, int64_t n)
{
    char digits[32], plain[256];
    size_t len = 0;
    const char *at;

    for (const char *p = line; *p && len + 1 < sizeof(plain); p++)
        if (*p != ',')
            plain[len++] = *p;
    plain[len] = '\0';
    (void)snprintf(digits, sizeof(digits), "%" PRId64, n);
    for (at = strstr(plain, digits); at; at = strstr(at + 1, digits)) {
        char after = at[strlen(digits)];

        if ((at == plain || at[-1] == ' ') &&
            (after == '\0' || after == ' ' || after == '/'))
            return true;
    }
    return false;
}

static char *first_line(const struct surface *s)
{
    char *text = surface_dump(s);

    text[strcspn(text, "\n")] = '\0';
    return text;
}

static void one_status_line(int width, bool ascii)
{
    static const char *const size_unknown[] = {"?", NULL};
    struct surface *s = surface_new(1, width);
    struct info_line l;
    int64_t rows = up_to(9) ? random_count() : -1;
    int64_t row = rows > 0 ? up_to(rows - 1) + 1 : rows < 0 ? 1 : 0;
    char *name = random_name(), *about = random_name(), *line;
    bool paused = up_to(1), silent = up_to(3) == 0;

    info_line_init(&l);
    if (silent)
        info_line_shorter(
            &l, info_line_add(&l, INFO_STATE, "no answer for 1234 s; ^r asks anew"),
            "no answer for 1234 s");
    (void)info_line_add_place(&l, "row", row, rows);
    (void)info_line_add(&l, INFO_NAME, name);
    (void)info_line_add(&l, INFO_DETAIL, "(java.math.BigDecimal)");
    (void)info_line_add(&l, INFO_COUNT, "col 9999/10000");
    (void)info_line_add(&l, INFO_ABOUT, about);
    if (paused)
        info_line_shorter(&l, info_line_add(&l, INFO_STATE, "PAUSED  1,234 missed"),
                          "PAUSED");
    (void)info_line_add(&l, INFO_STATE, "FOLLOW");
    status_line_draw(&l, up_to(1) ? "slow terminal: 12,345 frames skipped" : "", "",
                     "? help", s, (struct rect){0, 0, 1, width}, ascii);
    line = first_line(s);
    check_cells(s, ascii);
    if (!says_number(line, row))
        fail_line("the row", line, width);
    if (rows < 0 && width >= 80 && !says(line, size_unknown))
        fail_line("the size", line, width);
    if (rows >= 0 && width >= 80 && !says_number(line, rows) && !strchr(line, '/'))
        fail_line("the size", line, width);
    if (paused && rows < 1000000000 && !silent && width >= 30 && !strstr(line, "PAUSED"))
        fail_line("PAUSED", line, width);
    if (silent && width >= 80 && !strstr(line, "no answer for 1234 s"))
        fail_line("the silence", line, width);
    free(line);
    free(name);
    free(about);
    info_line_release(&l);
    surface_free(s);
}

static void where_one_stands_stays_in_sight(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++)
        one_status_line((int)up_to(WIDTH_MAX - WIDTH_MIN) + WIDTH_MIN, up_to(1));
}

static bool has_style(const struct surface *s, int width, uint8_t style)
{
    for (int col = 0; col < width; col++)
        if (surface_cell(s, 0, col)->style == style)
            return true;
    return false;
}

static void one_tab_line(int width, bool ascii)
{
    static const char *const words[][3] = {
        [LINK_CONNECTING] = {"connecting"},
        [LINK_WAITING] = {"waiting"},
        [LINK_LIVE] = {"live"},
        [LINK_BROKEN] = {"broken off"},
        [LINK_MISSING] = {"no such table", "no table"},
        [LINK_ENDED] = {"ended"},
        [LINK_FAILED] = {"not opened"},
        [LINK_LATE] = {"late"},
        [LINK_SLOW] = {"slow"},
        [LINK_SILENT] = {"silent"},
        [LINK_LOST] = {"disconnected", "lost"},
        [LINK_UNREACHED] = {"no server"},
        [LINK_RETRYING] = {"disconnected", "lost"},
        [LINK_SIGNED_OUT] = {"signed out"},
        [LINK_REFUSED] = {"refused"},
    };
    struct surface *s = surface_new(1, width);
    char *title = random_name(), *about = random_name(), *address = random_name(), *line;
    struct tab_label tabs[] = {{.name = title, .attention = up_to(1)},
                               {.name = about, .rows = "1,000,000"},
                               {.name = address}};
    struct tab_line t = {.tabs = tabs,
                         .n = (size_t)up_to(2) + 1,
                         .about = up_to(1) ? about : NULL,
                         .address = address,
                         .link = {(enum link_state)up_to(LINK_REFUSED),
                                  (uint64_t)up_to(100000), (uint64_t)up_to(60), LINK_NEVER},
                         .round_trip_ms = (double)up_to(100000) - 1};

    t.current = (size_t)up_to((int64_t)t.n - 1);
    (void)tab_line_draw(&t, s, (struct rect){0, 0, 1, width}, ascii);
    line = first_line(s);
    check_cells(s, ascii);
    if (!says(line, words[t.link.state]))
        fail_line(words[t.link.state][0], line, width);
    if (!has_style(s, width, STYLE_TAB_CURRENT))
        fail_line("the current tab", line, width);
    free(line);
    free(title);
    free(about);
    free(address);
    surface_free(s);
}

static void the_state_of_the_connection_stays_in_sight(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++)
        one_tab_line((int)up_to(WIDTH_MAX - WIDTH_MIN) + WIDTH_MIN, up_to(1));
}

/* Parts of one line, as wide as decided, never take more than there is from 20 columns up.
 */
static void nothing_is_drawn_beyond_the_line(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct surface *s = surface_new(1, 120);
        int width = (int)up_to(60);
        char *name = random_name();
        struct info_line l;

        info_line_init(&l);
        (void)info_line_add_place(&l, "row", random_count(), random_count());
        info_line_add(&l, INFO_NAME, name)->padded = true;
        info_line_add(&l, INFO_HINT, "? help")->right = true;
        info_line_draw(&l, s, (struct rect){0, 10, 1, width}, up_to(1));
        for (int col = 0; col < 120; col++)
            if (col < 10 || col >= 10 + width)
                assert_string_equal(surface_cell(s, 0, col)->utf8, " ");
        info_line_release(&l);
        free(name);
        surface_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_one_stands_stays_in_sight),
        cmocka_unit_test(the_state_of_the_connection_stays_in_sight),
        cmocka_unit_test(nothing_is_drawn_beyond_the_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
