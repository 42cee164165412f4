/*
 * Takes the pictures of this folder: runs the viewer in a pseudo-terminal against a server,
 * types keys, and writes what the screen shows as text and as an SVG image.
 *
 *   shoot HOST:PORT FOLDER [NAME...]
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/pty.h"

#define CELL_W 8.4
#define CELL_H 18
#define FONT 14
#define ARGS_MAX 4

struct scene {
    const char *name;
    bool demo;         /* a table of the demo server, not of the one given */
    const char *table; /* NULL: none named */
    int rows, cols;
    const char *option;  /* NULL: none */
    const char *wait;    /* seen before the keys are typed */
    const char *keys[8]; /* typed one after the other */
    const char
        *then[8]; /* seen after the keys of the same index; NULL: nothing to wait for */
};

static const struct scene scenes[] = {
    /* clang-format off */
    /* name, demo, table, rows, cols, option, seen first, keys, seen after each */
    {"table", false, "million", 24, 100, NULL, " row 1 of ", {"250000G", "ll"}, {"250,000 of", "D (double)"}},
    {"trades", true, "trades", 24, 110, NULL, " row 1 of ", {"4lF"}, {"FOLLOW"}},
    {"book", true, "book", 24, 110, NULL, " row 1 of ", {"3l"}, {"▲"}},
    {"types", false, "types", 16, 160, "--zone=UTC", " row 1 of ", {"jjl"}, {"row 3 of"}},
    {"awkward", false, "awkward", 30, 80, NULL, " row 1 of ", {"3jll"}, {"row 4 of"}},
    {"tables", true, NULL, 22, 90, NULL, "trades", {"jj"}, {"table 3 of"}},
    {"columns", false, "million", 24, 100, NULL, " row 1 of ", {"l!", "C"}, {"S (string)", "filters"}},
    {"help", false, "million", 30, 90, NULL, " row 1 of ", {"?"}, {"help"}},
    {"work", false, "small", 24, 100, NULL, " row 1 of ", {"&", ">100\r", "cD\r]", "T"}, {"I", " of 899 ", "▼", "Σ"}},
    {"values", false, "small", 24, 80, NULL, " row 1 of ", {"cC\rD", "jj"}, {"row 1 of 26", "row 3 of 26"}},
    {"statistics", false, "small", 24, 80, NULL, " row 1 of ", {"cD\rI"}, {"std dev"}},
    {"rollup", false, "small", 24, 100, NULL, " row 1 of ", {":rollup B C Sum(I) Avg(D)\r", "jza", "jjza"}, {"▸", "true  d", "row-3"}},
    {"console", false, "small", 24, 100, "--write", " row 1 of ", {"`", "t = small.where('B')\r", "t.size\r", "t.view(['X = I * 2']).head("}, {"nothing was run", "made t", "334", "num_rows"}},
    {"ascii", false, "types", 16, 120, "--ascii", " row 1 of ", {"j"}, {"row 2 of"}},
    {"wide", false, "verywide", 24, 120, NULL, " row 1 of ", {"5000l"}, {"col 5,001/10,000"}},
    /* clang-format on */
};

/* The 16 colours, as most terminals have them on a dark background. */
static const char *const palette[16] = {
    "#1d1f21", "#cc6666", "#8cbf6a", "#de935f", "#6f9fd8", "#b294bb", "#5fb3b3", "#c5c8c6",
    "#707880", "#e08080", "#b5bd68", "#f0c674", "#81a2be", "#c9a0dc", "#8abeb7", "#ffffff"};

static const char *colour(int index, const char *otherwise)
{
    return index >= 0 && index < 16 ? palette[index] : otherwise;
}

static void escape(FILE *f, const char *text)
{
    for (; *text; text++) {
        if (*text == '<' || *text == '>' || *text == '&')
            (void)fprintf(f, "&#%d;", *text);
        else
            (void)fputc(*text, f);
    }
}

static void draw_cell(FILE *f, int row, int col, const struct pty_cell *c)
{
    const char *ink = colour(c->fg, "#c5c8c6");
    const char *paper = colour(c->bg, "#1d1f21");

    if (c->reverse) {
        const char *swap = ink;

        ink = paper;
        paper = swap;
    }
    if (c->reverse || c->bg >= 0)
        (void)fprintf(
            f, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n",
            col * CELL_W, row * CELL_H, c->width * CELL_W + 0.2, CELL_H, paper);
    if (c->width == 0 || strcmp(c->utf8, " ") == 0 || c->utf8[0] == '\0')
        return;
    (void)fprintf(f, "<text x=\"%.1f\" y=\"%d\" fill=\"%s\"%s%s>", col * CELL_W,
                  row * CELL_H + FONT, ink, c->bold ? " font-weight=\"bold\"" : "",
                  c->underline ? " text-decoration=\"underline\"" : "");
    escape(f, c->utf8);
    (void)fputs("</text>\n", f);
}

static void write_svg(const struct pty *t, FILE *f)
{
    int rows, cols;

    pty_size(t, &rows, &cols);
    (void)fprintf(f,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %d\" "
                  "font-family=\"DejaVu Sans Mono,Menlo,Consolas,monospace\" "
                  "font-size=\"%d\">\n"
                  "<rect width=\"100%%\" height=\"100%%\" fill=\"#1d1f21\"/>\n",
                  cols * CELL_W, rows * CELL_H, FONT);
    for (int r = 0; r < rows; r++) {
        for (int c = 0; c < cols; c++) {
            struct pty_cell cell;

            pty_cell(t, r, c, &cell);
            draw_cell(f, r, c, &cell);
        }
    }
    (void)fputs("</svg>\n", f);
}

static FILE *create(const char *folder, const char *name, const char *suffix)
{
    char *path = mem_printf("%s/%s.%s", folder, name, suffix);
    FILE *f = fopen(path, "w");

    if (!f) {
        perror(path);
        exit(1);
    }
    free(path);
    return f;
}

static void save(const struct pty *t, const char *folder, const char *name)
{
    FILE *text = create(folder, name, "txt");
    FILE *image = create(folder, name, "svg");
    char *screen = pty_screen(t);

    (void)fputs(screen, text);
    write_svg(t, image);
    free(screen);
    if (fclose(text) != 0 || fclose(image) != 0) {
        perror(name);
        exit(1);
    }
}

static void shoot(const struct scene *s, const char *server, const char *folder)
{
    char *target = s->demo    ? mem_strdup(s->table ? s->table : "")
                   : s->table ? mem_printf("%s/%s", server, s->table)
                              : mem_strdup(server);
    const char *argv[ARGS_MAX] = {target, s->demo ? "--demo" : s->option, NULL};
    struct pty *t =
        pty_start(&(struct pty_options){.rows = s->rows, .cols = s->cols, .argv = argv});

    pty_wait_text(t, s->wait);
    for (size_t i = 0; i < 8 && s->keys[i]; i++) {
        pty_keys(t, s->keys[i]);
        if (s->then[i])
            pty_wait_text(t, s->then[i]);
    }
    pty_wait_quiet(t, s->demo ? 20 : 300); /* its tables tick */
    save(t, folder, s->name);
    pty_keys(t, "<Esc><Esc>Q"); /* out of a line as well */
    (void)pty_wait_exit(t);
    pty_free(t);
    free(target);
}

static bool asked_for(const char *name, int argc, char **argv)
{
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], name) == 0)
            return true;
    }
    return argc <= 3;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        (void)fputs("usage: shoot HOST:PORT FOLDER [NAME...]\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < sizeof(scenes) / sizeof(*scenes); i++) {
        if (asked_for(scenes[i].name, argc, argv))
            shoot(&scenes[i], argv[1], argv[2]);
    }
    return 0;
}
