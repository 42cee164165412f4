/*
 * A hint is looked for among all bindings once, and then told from memory until they
 * change: each frame has some.
 */
#include "ui/widget/key_hints.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* What typing the keys of b in a mode does is what b does. */
static bool does_it(const struct binding *b, enum key_mode mode)
{
    struct key keys[KEYS_LEN_MAX];
    struct key_matcher m = {.len = 0};
    struct key_match match = {.result = KEYS_PENDING};
    size_t n = 0;

    if (keys_parse(b->keys, keys, &n, NULL) != ERR_OK)
        return false;
    for (size_t i = 0; i < n && match.result == KEYS_PENDING; i++)
        match = key_matcher_feed(&m, mode, keys[i]);
    return match.result == KEYS_ACTION && match.binding->action == b->action &&
           match.binding->arg.n == b->arg.n;
}

/* One without a number is any of that action. */
static const struct binding *first_of(enum key_mode mode, const char *action)
{
    size_t len = strcspn(action, " ");
    char name[KEY_HINT_LEN];
    int wanted;

    (void)snprintf(name, sizeof(name), "%.*s", (int)len, action);
    wanted = action_find(name);
    for (size_t i = 0; i < bindings_count(); i++) {
        const struct binding *b = bindings_at(i);

        if ((b->mode == mode || b->mode == MODE_ANY) && (int)b->action == wanted &&
            (action[len] == '\0' || b->arg.n == atoi(action + len)) && does_it(b, mode))
            return b;
    }
    return NULL;
}

/* "<C-r>" is "^r", "<A-1>" is "Alt-1", "<Enter>" is "Enter"; true when it is a word. */
static bool say_key(struct key k, char out[KEY_NAME_LEN + 4])
{
    char name[KEY_NAME_LEN];
    const char *p = name + 1;
    size_t n;

    key_notation(k, name);
    n = strlen(name);
    if (n < 3 || name[0] != '<' || k.code == '<') {
        (void)snprintf(out, KEY_NAME_LEN + 4, "%s", k.code == '<' ? "<" : name);
        return false;
    }
    name[n - 1] = '\0';
    if (strncmp(p, "C-", 2) == 0)
        (void)snprintf(out, KEY_NAME_LEN + 4, "^%s", p + 2);
    else
        (void)snprintf(out, KEY_NAME_LEN + 4, "%s%s",
                       strncmp(p, "A-", 2) == 0 ? "Alt-" : "",
                       strncmp(p, "A-", 2) == 0 ? p + 2 : p);
    return true;
}

static void find_hint(enum key_mode mode, const char *action, char out[KEY_HINT_LEN])
{
    const struct binding *b = first_of(mode, action);
    struct key keys[KEYS_LEN_MAX];
    char key[KEY_NAME_LEN + 4];
    size_t n = 0;
    bool word;

    if (!b || keys_parse(b->keys, keys, &n, NULL) != ERR_OK) {
        (void)snprintf(out, KEY_HINT_LEN, ":%s", action);
        return;
    }
    out[0] = '\0';
    for (size_t i = 0, len = 0; i < n; i++, len = strlen(out)) {
        word = say_key(keys[i], key);
        (void)snprintf(out + len, KEY_HINT_LEN - len, "%s%s", word && i > 0 ? " " : "",
                       key);
    }
}

/* --- those that are known --- */

struct known_hint {
    enum key_mode mode;
    char action[KEY_HINT_LEN], hint[KEY_HINT_LEN];
};

/* One for the program, as there is one keyboard. */
static struct {
    unsigned version;       /* of the bindings */
    struct known_hint *all; /* as many as there are texts on the screen that tell of keys */
    size_t n, cap;
} known;

static const struct known_hint *find_known(enum key_mode mode, const char *action)
{
    if (known.version != bindings_version())
        known.n = 0;
    known.version = bindings_version();
    for (size_t i = 0; i < known.n; i++)
        if (known.all[i].mode == mode && strcmp(known.all[i].action, action) == 0)
            return &known.all[i];
    return NULL;
}

static const struct known_hint *learn(enum key_mode mode, const char *action)
{
    struct known_hint *t;

    MEM_GROW(known.all, known.cap, known.n + 1);
    t = &known.all[known.n++];
    t->mode = mode;
    (void)snprintf(t->action, sizeof(t->action), "%s", action);
    find_hint(mode, action, t->hint);
    return t;
}

const char *key_hint(enum key_mode mode, const char *action, char out[KEY_HINT_LEN])
{
    const struct known_hint *t = find_known(mode, action);

    if (!t)
        t = learn(mode, action);
    memcpy(out, t->hint, KEY_HINT_LEN);
    return out;
}

char *key_hints(enum key_mode mode, const char *text)
{
    char *out = mem_strdup(""), hint[KEY_HINT_LEN], action[KEY_HINT_LEN];

    while (*text) {
        int plain = (int)strcspn(text, "{"), len = (int)strcspn(text + plain, "}");

        mem_addf(&out, "%.*s", plain, text);
        text += plain;
        if (*text == '\0')
            break;
        (void)snprintf(action, sizeof(action), "%.*s", len - 1, text + 1);
        mem_addf(&out, "%s", key_hint(mode, action, hint));
        text += len + (text[len] == '}');
    }
    return out;
}

void key_hints_add(enum key_mode mode, const char *text, struct info_line *out)
{
    char *hints = key_hints(mode, text);

    (void)info_line_add(out, INFO_HINT, hints);
    free(hints);
}
