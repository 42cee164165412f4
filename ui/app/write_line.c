#include "ui/app/write_line.h"

#include <stdio.h>
#include <string.h>

#define FORMATS "csv, tsv, json or arrow"

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " ");
}

/* The rest behind a word, which ends at a blank or (as --format=csv) at a sign. */
static const char *take_word(const char *p, char *out, size_t size)
{
    size_t n = strcspn(p, " =");

    (void)snprintf(out, size, "%.*s", (int)n, p);
    return skip_blanks(p + n + (p[n] != '\0'));
}

static enum err_code take_format(const char **p, enum exporter_format *out, struct err *e)
{
    char name[32];

    *p = take_word(*p, name, sizeof(name));
    if (exporter_format_named(name, out))
        return ERR_OK;
    return err_set(e, ERR_USAGE, "w --format: expected " FORMATS ", found \"%s\"", name);
}

static enum err_code take_options(const char **p, struct write_line *out, bool *named,
                                  struct err *e)
{
    char word[32];

    while (strncmp(*p, "--", 2) == 0) {
        *p = take_word(*p, word, sizeof(word));
        if (strcmp(word, "--shown") == 0)
            out->shown = true;
        else if (strcmp(word, "--format") != 0)
            return err_set(e, ERR_USAGE, "w: expected --shown or --format, found \"%s\"",
                           word);
        else
            TRY(take_format(p, &out->format, e));
        *named = *named || strcmp(word, "--format") == 0;
    }
    return ERR_OK;
}

enum err_code write_line_parse(const char *line, enum exporter_format usual,
                               struct write_line *out, struct err *e)
{
    bool named = false;

    *out = (struct write_line){.format = usual};
    line = skip_blanks(line);
    TRY(take_options(&line, out, &named, e));
    out->place = line;
    if (*line == '\0')
        return err_set(e, ERR_USAGE, "w: expected the name of a file behind the options");
    if (named || *line == '!' || exporter_format_of_file(line, &out->format))
        return ERR_OK;
    return err_set(e, ERR_USAGE,
                   "w: expected .csv, .tsv, .json or .arrow at its end, or --format");
}
