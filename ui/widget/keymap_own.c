/*
 * The bindings that hold: the table, less what was taken from it, with those of a preset
 * and the user's own behind the line of the table that does the same, so that the help
 * screen and the choices of a prefix show what works, and only that.
 *
 * A key of one's own goes to an action in each mode in which the table binds that action,
 * or in the one that is named before it.
 * It displaces what has the same keys there, and what begins with them, since that cannot
 * be typed any more. Longer keys than a binding that stays are refused for the same reason.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "ui/widget/keymap.h"

#define ARGUMENT_MAX 1000

struct own {
    struct binding b;  /* keys and help are those below */
    char *keys, *help; /* owned */
    size_t line;       /* of the table: its place is behind that */
    bool preset;
};

/* What an action by name stands for. */
struct named_action {
    int mode; /* the one that it is for, or EVERY_MODE */
    enum action action;
    int n;
    const char *text; /* as it was written, without the mode; borrowed */
};

#define EVERY_MODE (-1)

/* Modes by the names that users have for them; NULL: keys of one's own are not for it. */
static const char *const mode_names[MODE_COUNT] = {
    [MODE_ANY] = "any",         [MODE_GRID] = "table",    [MODE_PICKER] = "list",
    [MODE_COLUMNS] = "columns", [MODE_FILTER] = "filter", [MODE_HELP] = "help",
    [MODE_POPUP] = "popup",     [MODE_LOG] = "log",
};

const char *bindings_place(enum key_mode mode)
{
    return mode_names[mode];
}

/* One for the program, as there is one keyboard. */
static struct {
    bool changed; /* else the table is what holds */
    bool *gone;   /* of each line of the table */
    struct own *own;
    size_t n_own, own_cap;
    struct binding *all;
    size_t n, cap;
    struct bound_keys *keys; /* NULL: not read yet */
} now;

/* --- what holds --- */

size_t bindings_count(void)
{
    return now.changed ? now.n : keymap_len;
}

const struct binding *bindings_at(size_t i)
{
    return now.changed ? &now.all[i] : &keymap[i];
}

static unsigned version;

unsigned bindings_version(void)
{
    return version;
}

static void forget_keys(void)
{
    free(now.keys);
    now.keys = NULL;
    version++;
}

const struct bound_keys *bindings_keys(void)
{
    if (now.keys)
        return now.keys;
    now.keys = MEM_ARRAY(struct bound_keys, bindings_count());
    for (size_t i = 0; i < bindings_count(); i++) {
        size_t n = 0;

        (void)keys_parse(bindings_at(i)->keys, now.keys[i].k, &n, NULL);
        now.keys[i].n = (uint8_t)n;
        now.keys[i].mode = (uint8_t)bindings_at(i)->mode;
    }
    return now.keys;
}

static void drop_own(size_t i)
{
    free(now.own[i].keys);
    free(now.own[i].help);
    now.n_own--;
    memmove(&now.own[i], &now.own[i + 1], (now.n_own - i) * sizeof(*now.own));
}

void bindings_reset(void)
{
    while (now.n_own > 0)
        drop_own(now.n_own - 1);
    free(now.own);
    free(now.gone);
    free(now.all);
    forget_keys();
    memset(&now, 0, sizeof(now));
}

/* --- keys that meet --- */

enum meeting { APART, SAME, FIRST_IS_LONGER, SECOND_IS_LONGER };

/* The n keys of begin are taken for the start of whole, where <Any> is any text. */
static bool begins(const struct key *begin, size_t n, const struct key *whole)
{
    for (size_t i = 0; i < n; i++)
        if (begin[i].code != whole[i].code &&
            !(begin[i].code == K_ANY && key_is_text(whole[i])))
            return false;
    return true;
}

static enum meeting meet(const char *a, const char *b)
{
    struct key x[KEYS_LEN_MAX], y[KEYS_LEN_MAX];
    size_t nx = 0, ny = 0;

    if (keys_parse(a, x, &nx, NULL) != ERR_OK || keys_parse(b, y, &ny, NULL) != ERR_OK)
        return APART;
    if (nx > ny)
        return begins(y, ny, x) ? FIRST_IS_LONGER : APART;
    if (nx < ny)
        return begins(x, nx, y) ? SECOND_IS_LONGER : APART;
    return begins(x, nx, y) && begins(y, ny, x) ? SAME : APART;
}

/* What a binding of mode a takes from one of mode b. */
static bool covers(enum key_mode a, enum key_mode b)
{
    return a == b || (a == MODE_ANY && !mode_takes_text(b));
}

static bool is_text_key(const char *keys)
{
    struct key k[KEYS_LEN_MAX];
    size_t n = 0;

    return keys_parse(keys, k, &n, NULL) == ERR_OK && key_is_text(k[0]);
}

/* They come first where both can be typed. */
static bool hides(const struct binding *b, const char *keys)
{
    enum meeting how = meet(keys, b->keys);

    return how == SAME || how == FIRST_IS_LONGER;
}

static bool is_taken_in(enum key_mode mode, const char *keys)
{
    if (mode_takes_text(mode) && is_text_key(keys))
        return true;
    for (size_t i = 0; i < keymap_len; i++)
        if (keymap[i].mode == mode && !now.gone[i] && hides(&keymap[i], keys))
            return true;
    for (size_t i = 0; i < now.n_own; i++)
        if (now.own[i].b.mode == mode && hides(&now.own[i].b, keys))
            return true;
    return false;
}

/* A binding of any mode that each mode has something else for; without bindings of one's
 * own there is none. */
static bool is_nowhere(const struct binding *b)
{
    bool met = false;

    for (size_t i = 0; i < now.n_own && !met; i++)
        met = now.own[i].b.mode != MODE_ANY && hides(&now.own[i].b, b->keys);
    for (int mode = MODE_ANY + 1; met && mode < MODE_COUNT; mode++)
        if (!is_taken_in((enum key_mode)mode, b->keys))
            return false;
    return met;
}

static void hold(const struct binding *b)
{
    if (b->mode == MODE_ANY && is_nowhere(b))
        return;
    MEM_GROW(now.all, now.cap, now.n + 1);
    now.all[now.n++] = *b;
}

static void put_together(void)
{
    forget_keys();
    now.n = 0;
    for (size_t i = 0; i < keymap_len; i++) {
        if (!now.gone[i])
            hold(&keymap[i]);
        for (size_t k = 0; k < now.n_own; k++)
            if (now.own[k].line == i)
                hold(&now.own[k].b);
    }
    now.changed = true;
}

/* The binding that comes first, so that keys cannot be typed in that mode; or NULL. */
static const struct binding *shorter_one(enum key_mode mode, const char *keys)
{
    for (size_t i = 0; i < bindings_count(); i++) {
        const struct binding *b = bindings_at(i);

        if ((covers(mode, b->mode) || b->mode == MODE_ANY) &&
            meet(keys, b->keys) == FIRST_IS_LONGER)
            return b;
    }
    return NULL;
}

/* What a binding had to give up. */
struct displaced {
    size_t longer;   /* bindings that begin with its keys */
    enum action own; /* of the user's own with the same keys; ACT_NONE: there is none */
    int own_n;       /* its argument */
    char example[KEYS_TYPED_LEN]; /* one of the longer ones */
    size_t same;
};

static bool displace(const struct binding *b, enum key_mode mode, const char *keys,
                     struct displaced *d)
{
    enum meeting how = covers(mode, b->mode) ? meet(keys, b->keys) : APART;

    if (how == SECOND_IS_LONGER) {
        if (d->longer++ == 0)
            (void)snprintf(d->example, sizeof(d->example), "%s", b->keys);
        return true;
    }
    d->same += how == SAME;
    return how == SAME;
}

static void take_keys(enum key_mode mode, const char *keys, struct displaced *d)
{
    for (size_t i = 0; i < keymap_len; i++)
        if (!now.gone[i] && displace(&keymap[i], mode, keys, d))
            now.gone[i] = true;
    for (size_t i = now.n_own; i-- > 0;) {
        struct own *o = &now.own[i];

        if (!displace(&o->b, mode, keys, d))
            continue;
        if (!o->preset && meet(keys, o->b.keys) == SAME) {
            d->own = o->b.action;
            d->own_n = o->b.arg.n;
        }
        drop_own(i);
    }
}

/* --- an action by name --- */

static bool is_bound_to(const struct binding *b, const struct named_action *w, bool any)
{
    return b->action == w->action && (any || b->arg.n == w->n);
}

/* The argument that goes onwards, as for an action that is typed. */
static int usual_argument(enum action a)
{
    bool found = false;
    int n = 0;

    for (size_t i = 0; i < keymap_len; i++)
        if (keymap[i].action == a && (!found || keymap[i].arg.n > n)) {
            n = keymap[i].arg.n;
            found = true;
        }
    return n;
}

static bool in_table(const struct named_action *w)
{
    for (size_t i = 0; i < keymap_len; i++)
        if (is_bound_to(&keymap[i], w, false))
            return true;
    return false;
}

static enum err_code no_such_action(const char *name, struct err *e)
{
    struct nearest near = nearest_to(name);
    char hint[NEAREST_HINT_LEN];

    for (int i = 0; i < ACTION_COUNT; i++)
        nearest_try(&near, action_name((enum action)i));
    return err_set(e, ERR_USAGE, "no action is called \"%s\"%s", name,
                   nearest_hint(&near, hint, sizeof(hint)));
}

/* "popup/close": *text goes behind what names the mode. */
static enum err_code take_mode(const char **text, int *mode, struct err *e)
{
    size_t len = strcspn(*text, "/");

    *mode = EVERY_MODE;
    if ((*text)[len] == '\0')
        return ERR_OK;
    for (int i = 0; i < MODE_COUNT && *mode == EVERY_MODE; i++)
        if (mode_names[i] && strlen(mode_names[i]) == len &&
            strncmp(mode_names[i], *text, len) == 0)
            *mode = i;
    if (*mode == EVERY_MODE)
        return err_set(
            e, ERR_USAGE,
            "expected any, table, list, columns, filter, help, popup or log before the /, "
            "found \"%.*s\"",
            (int)len, *text);
    *text += len + 1;
    return ERR_OK;
}

/* "sort", "sort -1", "table/sort". */
static enum err_code parse_wanted(const char *text, struct named_action *w, struct err *e)
{
    const char *rest;
    char name[64], *end;
    int action, mode;
    size_t len;
    long n;

    TRY(take_mode(&text, &mode, e));
    len = strcspn(text, " ");
    rest = text + len + strspn(text + len, " ");
    (void)snprintf(name, sizeof(name), "%.*s", (int)len, text);
    action = action_find(name);
    if (action < 0)
        return no_such_action(name, e);
    *w = (struct named_action){mode, (enum action)action, 0, text};
    w->n = usual_argument(w->action);
    if (*rest == '\0')
        return ERR_OK;
    n = strtol(rest, &end, 10);
    if (end == rest || *end != '\0' || n < -ARGUMENT_MAX || n > ARGUMENT_MAX)
        return err_set(e, ERR_USAGE, "%s: expected a number from -%d to %d, found \"%s\"",
                       name, ARGUMENT_MAX, ARGUMENT_MAX, rest);
    w->n = (int)n;
    return ERR_OK;
}

/* --- binding --- */

static enum err_code check_keys(const struct binding *like, const char *keys, struct err *e)
{
    struct binding own = *like;
    struct key k[KEYS_LEN_MAX];
    size_t n = 0;

    TRY(keys_parse(keys, k, &n, e));
    own.keys = keys;
    for (size_t i = 0; i + 1 < n; i++)
        if (k[i].code == K_ANY)
            return err_set(e, ERR_USAGE, "%s: <Any> stands at the end alone", keys);
    for (size_t i = 1; i < n; i++)
        if (key_cancels(k[i]))
            return err_set(e, ERR_USAGE, "%s: Esc and ^c take back what was begun", keys);
    if (k[0].code >= '1' && k[0].code <= '9')
        return err_set(e, ERR_USAGE, "%s: a digit begins a count", keys);
    if (binding_takes_key(&own) != binding_takes_key(like))
        return err_set(e, ERR_USAGE, "%s: expected keys %s <Any> at their end", keys,
                       binding_takes_key(like) ? "with" : "without");
    return ERR_OK;
}

static void add_own(const struct named_action *w, size_t line, enum key_mode mode,
                    const char *keys, bool preset)
{
    const struct binding *like = &keymap[line];
    struct own o = {.b = *like, .keys = mem_strdup(keys), .line = line, .preset = preset};

    o.help = mem_strdup(like->arg.n == w->n ? like->help : w->text);
    o.b.mode = mode;
    o.b.keys = o.keys;
    o.b.help = o.help;
    o.b.arg.n = w->n;
    MEM_GROW(now.own, now.own_cap, now.n_own + 1);
    now.own[now.n_own++] = o;
}

/* Where keys for that line of the table go. */
static enum key_mode mode_for(const struct named_action *w, size_t line)
{
    return w->mode == EVERY_MODE ? keymap[line].mode : (enum key_mode)w->mode;
}

static enum err_code bind_line(const struct named_action *w, size_t line, const char *keys,
                               bool preset, struct displaced *d, struct err *e)
{
    enum key_mode mode = mode_for(w, line);
    const struct binding *first;

    TRY(check_keys(&keymap[line], keys, e));
    first = shorter_one(mode, keys);
    if (first)
        return err_set(e, ERR_USAGE, "%s cannot be typed, as %s is %s", keys, first->keys,
                       action_name(first->action));
    take_keys(mode, keys, d);
    add_own(w, line, mode, keys, preset);
    put_together();
    return ERR_OK;
}

/* The last line of the table that does the same in the mode of this one. */
static bool is_last_of_mode(const struct named_action *w, size_t line, bool any)
{
    for (size_t i = line + 1; i < keymap_len; i++)
        if (keymap[i].mode == keymap[line].mode && is_bound_to(&keymap[i], w, any))
            return false;
    return true;
}

/* That line of the table tells what a key may do there. */
static bool is_wanted(const struct named_action *w, size_t line, bool any)
{
    enum key_mode mode = keymap[line].mode;

    return is_bound_to(&keymap[line], w, any) && is_last_of_mode(w, line, any) &&
           (w->mode == EVERY_MODE || mode == MODE_ANY || mode == (enum key_mode)w->mode);
}

static enum err_code bind_key(const struct named_action *w, const char *keys, bool preset,
                              struct displaced *d, struct err *e)
{
    bool any = !in_table(w), bound = false, met = false;

    for (size_t i = 0; i < keymap_len && !(bound && w->mode != EVERY_MODE); i++) {
        if (!is_wanted(w, i, any))
            continue;
        met = true;
        if (mode_takes_text(mode_for(w, i)) && is_text_key(keys))
            continue;
        TRY(bind_line(w, i, keys, preset, d, e));
        bound = true;
    }
    if (!met && w->mode != EVERY_MODE)
        return err_set(e, ERR_USAGE, "%s does nothing in a %s", action_name(w->action),
                       mode_names[w->mode]);
    if (!bound)
        return err_set(e, ERR_USAGE, "%s would be typed as text there", keys);
    return ERR_OK;
}

/* They were taken from a line of the table, perhaps by the same file when it was read
 * before. */
static bool were_taken(const char *keys)
{
    for (size_t i = 0; i < keymap_len; i++) {
        enum meeting how = now.gone[i] ? meet(keys, keymap[i].keys) : APART;

        if (how == SAME || how == SECOND_IS_LONGER)
            return true;
    }
    return false;
}

static enum err_code unbind_key(const struct named_action *w, const char *keys,
                                struct displaced *d, struct err *e)
{
    struct key k[KEYS_LEN_MAX];
    bool taken = were_taken(keys);
    size_t n = 0;

    TRY(keys_parse(keys, k, &n, e));
    for (int mode = MODE_ANY; mode < MODE_COUNT; mode++)
        if (w->mode == EVERY_MODE || w->mode == mode)
            take_keys((enum key_mode)mode, keys, d);
    put_together();
    if (d->same + d->longer == 0 && !taken)
        return err_set(e, ERR_USAGE, "%s does nothing anyway", keys);
    return ERR_OK;
}

static enum err_code tell(const struct named_action *w, const char *keys,
                          const struct displaced *d, struct err *e)
{
    if (d->own != ACT_NONE && (d->own != w->action || d->own_n != w->n))
        return err_set(e, ERR_USAGE, "%s is bound twice, to %s and to %s, which counts",
                       keys, action_name(d->own), action_name(w->action));
    if (d->longer > 0 && w->action != ACT_NONE)
        return err_set(e, ERR_USAGE, "%s is %s now: %s%s cannot be typed any more", keys,
                       action_name(w->action), d->example,
                       d->longer > 1 ? " and others that begin so" : "");
    return ERR_OK;
}

static enum err_code take_word(const struct named_action *w, const char *keys, bool preset,
                               struct err *e)
{
    struct displaced d = {.own = ACT_NONE};

    if (w->action == ACT_NONE)
        TRY(unbind_key(w, keys, &d, e));
    else
        TRY(bind_key(w, keys, preset, &d, e));
    return preset ? ERR_OK : tell(w, keys, &d, e);
}

/* All words are taken; the first fault is told. */
static enum err_code take_words(const struct named_action *w, const char *keys, bool preset,
                                struct err *e)
{
    char *copy = mem_strdup(keys), *save = NULL;
    enum err_code rc = *copy ? ERR_OK : err_set(e, ERR_USAGE, "expected keys, found none");
    struct err why;

    for (char *k = strtok_r(copy, " \t", &save); k; k = strtok_r(NULL, " \t", &save))
        if (take_word(w, k, preset, &why) != ERR_OK && rc == ERR_OK) {
            rc = why.code;
            if (e)
                *e = why;
        }
    free(copy);
    return rc;
}

static enum err_code add_binding(const char *action, const char *keys, bool preset,
                                 struct err *e)
{
    struct named_action w;

    if (!now.gone)
        now.gone = MEM_ARRAY(bool, keymap_len);
    TRY(parse_wanted(action, &w, e));
    return take_words(&w, keys, preset, e);
}

enum err_code bindings_add(const char *action, const char *keys, struct err *e)
{
    return add_binding(action, keys, false, e);
}

/* --- presets --- */

/* What the hands of people who come from another program expect, in the order in which it
 * is bound. The table itself is the first preset. */
static const struct preset_line {
    const char *preset, *action, *keys;
} changes[] = {
    /* clang-format off */
    {"less", "move-page 1", "f"},
    {"less", "move-page -1", "b"},
    {"less", "move-row 1", "e <C-e> <C-n>"},
    {"less", "move-row -1", "<C-y> <C-p>"},
    {"less", "first-row", "<"},
    {"less", "last-row", ">"},
    {"less", "resize-column -1", "z<"},
    {"less", "resize-column 1", "z>"},
    {"less", "go-percent", "p"},
    {"less", "pause", "P"},
    {"less", "open-help", "h"},
    {"less", "quit-all", "ZZ"},

    {"visidata", "first-row", "gk"},
    {"visidata", "last-row", "gj"},
    {"visidata", "shift-column -1", "H"},
    {"visidata", "shift-column 1", "L"},
    {"visidata", "show-columns", "gv"},
    {"visidata", "open-go-row", "zr"},
    {"visidata", "values", "F"},
    {"visidata", "follow", "zF"},
    {"visidata", "filter-value 1", ","},
    {"visidata", "redo", "R"},
    {"visidata", "reverse", "zR"},
    {"visidata", "open-tabs", "S"},
    {"visidata", "open-command", "<Space>"},
    {"visidata", "open-row", "<Enter>"},
    {"visidata", "open-cell", "z<Enter>"},
    {"visidata", "quit-all", "gq"},
    /* clang-format on */
};
#define N_CHANGES (sizeof(changes) / sizeof(*changes))

void bindings_use_preset(const char *name)
{
    bindings_reset();
    for (size_t i = 0; i < N_CHANGES; i++)
        if (strcmp(changes[i].preset, name) == 0)
            (void)add_binding(changes[i].action, changes[i].keys, true, NULL); /* tested */
}

/* As the binding will have it. */
static const char *help_of(const char *action)
{
    struct named_action w;

    if (parse_wanted(action, &w, NULL) != ERR_OK)
        return "";
    for (size_t i = 0; i < keymap_len; i++)
        if (is_bound_to(&keymap[i], &w, false) && is_last_of_mode(&w, i, false))
            return keymap[i].help;
    return "";
}

bool preset_change(size_t i, const char **preset, const char **keys, const char **help)
{
    if (i >= N_CHANGES)
        return false;
    *preset = changes[i].preset;
    *keys = changes[i].keys;
    *help = help_of(changes[i].action);
    return true;
}
