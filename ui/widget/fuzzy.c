/*
 * One row of scores for each letter: best[j] is the best that the letters so far can do
 * when the last of them is character j of the name. The next row needs the one before only.
 */
#include "ui/widget/fuzzy.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"

#define IMPOSSIBLE (-1000000)
#define MATCH 16    /* for each letter */
#define FIRST 12    /* it begins the name */
#define WORD 10     /* it begins a word */
#define TOGETHER 14 /* it stands right behind the one before */
#define SCALE 1024  /* how much more all that counts than the length of the name */

struct name {
    uint32_t folded[FUZZY_NAME_MAX];
    int bonus[FUZZY_NAME_MAX]; /* for where the character stands */
    size_t n;
};

static bool is_word(uint32_t cp)
{
    return cp >= 0x80 || isalnum((int)cp);
}

static bool is_hump(uint32_t before, uint32_t cp)
{
    return before < 0x80 && cp < 0x80 && islower((int)before) && isupper((int)cp);
}

static void read_name(const char *text, struct name *out)
{
    uint32_t before = 0;

    for (out->n = 0; *text && out->n < FUZZY_NAME_MAX; out->n++) {
        uint32_t cp = (unsigned char)*text; /* in ASCII, where case tells words apart */
        bool first = out->n == 0;

        out->folded[out->n] = text_fold(&text);
        out->bonus[out->n] = first ? FIRST
                             : is_hump(before, cp) || (is_word(cp) && !is_word(before))
                                 ? WORD
                                 : 0;
        before = cp;
    }
}

/* Puts the next letter after those that best[] is of; false when it fits nowhere. */
static bool step(const struct name *name, uint32_t letter, bool first, int *best)
{
    int behind = IMPOSSIBLE; /* best[j - 1] of the row before */
    int apart = IMPOSSIBLE;  /* the best of that row further left */
    bool found = false;

    for (size_t j = 0; j < name->n; j++) {
        int from = behind + TOGETHER > apart ? behind + TOGETHER : apart;

        if (behind > apart)
            apart = behind;
        behind = best[j];
        if (first)
            from = 0;
        best[j] = name->folded[j] == letter && from >= 0 ? from + MATCH + name->bonus[j]
                                                         : IMPOSSIBLE;
        found = found || best[j] >= 0;
    }
    return found;
}

int fuzzy_score(const char *name, const char *letters)
{
    struct name n;
    int best[FUZZY_NAME_MAX], most = IMPOSSIBLE;
    bool first = true;

    if (*letters == '\0')
        return 0;
    read_name(name, &n);
    memset(best, 0, sizeof(best));
    for (; *letters; first = false)
        if (!step(&n, text_fold(&letters), first, best))
            return FUZZY_NONE;
    for (size_t j = 0; j < n.n; j++)
        most = best[j] > most ? best[j] : most;
    return most * SCALE + (int)(FUZZY_NAME_MAX - n.n);
}
