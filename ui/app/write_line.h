/*
 * ui/app/write_line.h - what is typed behind ":w": [--shown] [--format NAME] PLACE.
 *
 * A place is a file, or "!" and a shell command. Pure; any thread.
 */
#ifndef UI_APP_WRITE_LINE_H
#define UI_APP_WRITE_LINE_H

#include "client/exporter.h"

struct write_line {
    enum exporter_format format;
    bool shown;        /* only the columns that are shown, in their order */
    const char *place; /* borrowed from the line */
};

/* The format is the one named; else that of the file's ending; else, for a command,
 * `usual`. ERR_USAGE says what was expected. */
enum err_code write_line_parse(const char *line, enum exporter_format usual,
                               struct write_line *out, struct err *e);

#endif
