#include "ui/app/new_table.h"

#include <string.h>

#include "ui/widget/commands.h"

#define NS_PER_S INT64_C(1000000000)

static const char *behind(const char *text, const char *word)
{
    size_t n = strlen(word);

    if (strncmp(text, word, n) != 0 || (text[n] != ' ' && text[n] != '\0'))
        return NULL;
    return text + n + strspn(text + n, " ");
}

/* PT, then numbers, each with its unit. protocol: other spellings are refused. */
static bool is_period(const char *text)
{
    size_t units = 0;

    if (strncmp(text, "PT", 2) != 0)
        return false;
    for (text += 2; *text; units++) {
        size_t digits = strspn(text, "0123456789.");

        if (digits == 0 || !text[digits] || !strchr("HMS", text[digits]))
            return false;
        text += digits + 1;
    }
    return units > 0;
}

enum err_code new_table_parse(const char *text, int64_t now_s, struct recipe **out,
                              struct err *e)
{
    const char *rows = behind(text, "empty"), *period = behind(text, "time");
    bool percent;
    int64_t n;

    if (rows && command_parse_row(rows, &n, &percent) && !percent) {
        *out = recipe_new_empty(n);
        return ERR_OK;
    }
    if (period && is_period(period)) {
        *out = recipe_new_time(period, now_s * NS_PER_S);
        return ERR_OK;
    }
    return err_set(e, ERR_USAGE, "table: expected %s, found \"%s\"",
                   rows     ? "a number of rows, such as 100"
                   : period ? "a period such as PT1S or PT0.5S"
                            : "empty ROWS or time PERIOD",
                   rows     ? rows
                   : period ? period
                            : text);
}
