/*
 * Lines have numbers that stay, and so has the place of the reader: lines that come behind
 * it move nothing, and only one that is held no longer moves it. In a frame the few lines
 * that are seen are drawn, however many have come. What a message is about is looked for in
 * each line as it comes, until the reader moves.
 */
#include "ui/app/log_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/number.h"
#include "base/text.h"
#include "client/log_stream.h"
#include "client/server_log.h"
#include "model/log_lines.h"
#include "ui/app/state.h"
#include "ui/term/theme.h"
#include "ui/widget/key_hints.h"

#define TIME_WIDTH 12 /* "15:04:05.678" */
#define TIME_LEN 64
#define LEVEL_WIDTH 6
#define US_PER_S INT64_C(1000000)
#define S_PER_DAY INT64_C(86400)

struct log_view {
    struct tab *tab; /* borrowed */
    struct log_stream *stream;
    struct log_lines *lines;
    uint64_t top, current; /* numbers of lines */
    bool follows;
    size_t rows; /* of lines that are seen */
    enum log_levels levels;
    char *filter;   /* owned */
    char *searched; /* owned */
    char *message;  /* owned: whose line is looked for; NULL: none is */
};

/* --- the place --- */

/* The line of the reader that is held: more may have come since the last frame than there
 * is room for. */
static uint64_t current_line(const struct log_view *v)
{
    uint64_t first = log_lines_first(v->lines);

    return v->current < first ? first : v->current;
}

static uint64_t last_of(const struct log_view *v)
{
    uint64_t first = log_lines_first(v->lines), end = log_lines_end(v->lines);

    return end > first ? end - 1 : first;
}

static void go(struct log_view *v, uint64_t line)
{
    uint64_t first = log_lines_first(v->lines), last = last_of(v);

    free(v->message);
    v->message = NULL;
    v->current = line < first ? first : line > last ? last : line;
    v->follows = v->current == last;
}

/* At so many lines from where it is; saturates. */
static void move(struct log_view *v, int64_t lines)
{
    uint64_t n = lines < 0 ? -(uint64_t)lines : (uint64_t)lines, to;

    if (lines < 0)
        to = v->current > n ? v->current - n : 0;
    else if (__builtin_add_overflow(v->current, n, &to))
        to = UINT64_MAX;
    go(v, to);
}

static void settle(struct log_view *v)
{
    uint64_t first = log_lines_first(v->lines), last = last_of(v);

    if (v->follows)
        v->current = last;
    v->current = current_line(v);
    v->top = v->top < first ? first : v->top;
    if (v->top > v->current)
        v->top = v->current;
    if (v->current - v->top >= v->rows)
        v->top = v->current - v->rows + 1;
    if (last - v->top + 1 < v->rows)
        v->top = last - first + 1 > v->rows ? last + 1 - v->rows : first;
}

/* --- what comes --- */

static void on_line(void *ctx, int64_t time_us, struct bytes level, struct bytes text)
{
    struct log_view *v = ctx;
    uint64_t end = log_lines_end(v->lines);

    log_lines_add(v->lines, time_us, level, text);
    if (v->message && log_lines_end(v->lines) > end &&
        server_log_is_about(log_lines_at(v->lines, end).text, v->message)) {
        v->current = end;
        v->follows = false;
    }
    tab_mark_data(v->tab);
}

static void on_gap(void *ctx)
{
    struct log_view *v = ctx;

    log_lines_add(v->lines, 0, bytes_of(""),
                  bytes_of("... lines are missing here: more came than could be read"));
    tab_mark_data(v->tab);
}

static void on_changed(void *ctx)
{
    struct log_view *v = ctx;

    tab_mark_dirty(v->tab);
}

static const struct log_stream_handler stream_events = {on_line, on_gap, on_changed};

/* --- drawing --- */

static enum key_mode view_mode(const void *self)
{
    (void)self;
    return MODE_LOG;
}

static void view_prepare(void *self, struct rect r, const struct draw_env *env)
{
    struct log_view *v = self;

    (void)env;
    v->rows = (size_t)max_int(r.rows - 1, 1); /* under the header */
    settle(v);
}

static uint8_t style_of(const char *level)
{
    if (strcmp(level, "ERROR") == 0 || strcmp(level, "FATAL") == 0)
        return STYLE_MESSAGE_ERROR;
    if (strcmp(level, "WARN") == 0 || strcmp(level, "STDERR") == 0)
        return STYLE_MESSAGE_WARN;
    return STYLE_CELL;
}

/* The time of day, to the millisecond that servers give; "" for none. */
static void write_time(char out[TIME_LEN], int64_t us, const struct zone *zone)
{
    int64_t s = us / US_PER_S, of_day;

    *out = '\0';
    if (us <= 0)
        return;
    of_day = (s + zone_offset(zone, s)) % S_PER_DAY;
    of_day += of_day < 0 ? S_PER_DAY : 0;
    (void)snprintf(out, TIME_LEN, "%02d:%02d:%02d.%03d", (int)(of_day / 3600),
                   (int)(of_day / 60 % 60), (int)(of_day % 60),
                   (int)(us % US_PER_S / 1000));
}

static void draw_texts(struct surface *s, struct rect line, const char *time,
                       const char *level, struct bytes text, uint8_t style, bool ascii)
{
    int at = line.col + 1, end = line.col + line.cols;

    (void)surface_str(s, line.row, at, min_int(TIME_WIDTH, end - at), time, style, ascii);
    at += TIME_WIDTH + 2;
    if (at < end)
        (void)surface_str(s, line.row, at, min_int(LEVEL_WIDTH, end - at), level, style,
                          ascii);
    at += LEVEL_WIDTH + 2;
    if (at < end)
        (void)surface_text(s, line.row, at, end - at, text, style, ascii);
}

/* Of a text with several lines the first. */
static void draw_line(const struct log_view *v, uint64_t number, struct surface *s,
                      struct rect line, const struct draw_env *env)
{
    struct log_entry l = log_lines_at(v->lines, number);
    struct bytes text = {(const uint8_t *)l.text, strcspn(l.text, "\n")};
    bool current = number == v->current;
    uint8_t style = current ? STYLE_PICKER_CURRENT : style_of(l.level);
    char time[TIME_LEN];

    write_time(time, l.time_us, env->zone);
    if (current)
        surface_fill(s, line, style);
    draw_texts(s, line, time, l.level, text, style, env->ascii);
}

static const char *nothing_text(const struct log_view *v)
{
    if (v->levels != LOG_ALL || *v->filter)
        return "no line passes the filter";
    return log_stream_why(v->stream) ? "the log cannot be read" : "no lines yet";
}

static void view_draw(const void *self, struct surface *s, struct rect r,
                      const struct draw_env *env)
{
    const struct log_view *v = self;
    uint64_t end = log_lines_end(v->lines);
    struct rect line = {r.row, r.col, 1, r.cols};

    surface_fill(s, r, STYLE_DEFAULT);
    draw_texts(s, line, "Time", "Level", bytes_of("Message"), STYLE_HEADER, env->ascii);
    for (uint64_t n = v->top; n < end && ++line.row < r.row + r.rows; n++)
        draw_line(v, n, s, line, env);
    if (log_lines_first(v->lines) == end)
        (void)surface_str(s, r.row + 1, r.col + 1, r.cols - 1, nothing_text(v), STYLE_EMPTY,
                          env->ascii);
}

static void view_status(const void *self, const struct draw_env *env, struct info_line *out)
{
    const struct log_view *v = self;
    uint64_t first = log_lines_first(v->lines), end = log_lines_end(v->lines);
    const struct err *why = log_stream_why(v->stream);
    char gone[NUMBER_LEN];

    (void)env;
    (void)info_line_add_place(out, "log line",
                              end > first ? (int64_t)(v->current - first + 1) : 0,
                              (int64_t)(end - first));
    (void)info_line_add(out, INFO_STATE, v->follows ? "follows" : "");
    (void)info_line_add(out, INFO_STATE, log_levels_name(v->levels));
    if (*v->filter)
        (void)info_line_addf(out, INFO_STATE, "with \"%s\"", v->filter);
    if (log_lines_gone(v->lines) > 0)
        (void)info_line_addf(out, INFO_COUNT, "%s older are gone",
                             number_grouped((int64_t)log_lines_gone(v->lines), gone));
    if (why)
        info_line_add(out, INFO_STATE, why->msg)->style = STYLE_CONNECTION_BAD;
    key_hints_add(MODE_LOG,
                  "{accept} shows all of a line, {open-filter} filters, {log-levels} "
                  "levels, {close} closes",
                  out);
}

static const char *view_title(const void *self)
{
    (void)self;
    return "server log";
}

/* --- actions --- */

static void show_line(struct log_view *v)
{
    struct tab *t = v->tab;
    struct log_entry l;
    char time[TIME_LEN], *text;

    if (log_lines_first(v->lines) == log_lines_end(v->lines))
        return;
    l = log_lines_at(v->lines, current_line(v));
    write_time(time, l.time_us, t->app->env.zone);
    text = mem_printf("%s  %s\n%s", time, l.level, l.text);
    if (l.cut > 0)
        mem_addf(&text, "\n... and %zu bytes more", l.cut);
    tab_show_text(t, "line of the log", text);
    free(text);
}

static void filter(struct log_view *v, enum log_levels levels, const char *text)
{
    char *copy = mem_strdup(text);

    free(v->filter);
    v->filter = copy;
    v->levels = levels;
    log_lines_filter(v->lines, levels, copy);
    go(v, UINT64_MAX);
}

static int64_t times(const struct key_match *m, int64_t unit)
{
    int64_t out;

    if (__builtin_mul_overflow(m->count, m->binding->arg.n * unit, &out))
        out = m->binding->arg.n > 0 ? INT64_MAX : INT64_MIN;
    return out;
}

/* False: it moves nothing. */
static bool move_action(struct log_view *v, const struct key_match *m)
{
    switch (m->binding->action) {
    case ACT_MOVE_ROW:
        move(v, times(m, 1));
        return true;
    case ACT_MOVE_HALF_PAGE:
        move(v, times(m, (int64_t)v->rows / 2));
        return true;
    case ACT_MOVE_PAGE:
        move(v, times(m, (int64_t)v->rows));
        return true;
    case ACT_FIRST_ROW:
        go(v, log_lines_first(v->lines));
        move(v, m->count - 1);
        return true;
    case ACT_LAST_ROW:
    case ACT_FOLLOW:
        go(v, UINT64_MAX);
        return true;
    default:
        return false;
    }
}

static bool view_action(void *self, const struct key_match *m)
{
    struct log_view *v = self;

    if (move_action(v, m))
        return true;
    switch (m->binding->action) {
    case ACT_ACCEPT:
        show_line(v);
        return true;
    case ACT_LOG_LEVELS:
        filter(v,
               (enum log_levels)(((int)v->levels + LOG_LEVELS_COUNT + m->binding->arg.n) %
                                 LOG_LEVELS_COUNT),
               v->filter);
        return true;
    case ACT_OPEN_FILTER:
        question_open(v->tab->app->question, QUESTION_LOG, "lines with: ");
        question_set_text(v->tab->app->question, v->filter);
        return true;
    default:
        return false;
    }
}

static bool view_search(void *self, const char *text, int direction)
{
    struct log_view *v = self;
    uint64_t first = log_lines_first(v->lines), n = log_lines_end(v->lines) - first;
    uint64_t at = current_line(v) - first;

    if (*text) {
        free(v->searched);
        v->searched = mem_strdup(text);
    }
    for (uint64_t i = 0; i < n && *v->searched; i++) {
        at = (at + (direction > 0 ? 1 : n - 1)) % n;
        if (!text_contains(log_lines_at(v->lines, first + at).text, v->searched))
            continue;
        go(v, first + at);
        return true;
    }
    return false;
}

static struct view_wish view_press(void *self, struct rect r, int row, int col)
{
    struct log_view *v = self;
    uint64_t line = v->top + (uint64_t)(row - r.row - 1);
    bool again = line == v->current;

    (void)col;
    if (row <= r.row || line >= log_lines_end(v->lines))
        return (struct view_wish){ACT_NONE, 0};
    go(v, line);
    return (struct view_wish){again ? ACT_ACCEPT : ACT_NONE, 0};
}

static const char *view_copy(const void *self, bool all, struct buf *out)
{
    const struct log_view *v = self;
    uint64_t first = all ? log_lines_first(v->lines) : current_line(v);
    uint64_t end = all ? log_lines_end(v->lines) : first + 1;

    if (log_lines_first(v->lines) == log_lines_end(v->lines))
        return NULL;
    for (uint64_t n = first; n < end; n++)
        if ((n > first && buf_append(out, "\n", 1, NULL) != ERR_OK) ||
            buf_append_text(out, log_lines_at(v->lines, n).text, NULL) != ERR_OK)
            return NULL;
    return all ? "the lines of the log" : "this line";
}

static void view_sleep(void *self, bool asleep)
{
    struct log_view *v = self;

    log_stream_sleep(v->stream, asleep);
}

static void view_close(void *self)
{
    struct log_view *v = self;

    log_stream_free(v->stream);
    log_lines_free(v->lines);
    free(v->filter);
    free(v->searched);
    free(v->message);
    free(v);
}

static const struct view_ops log_view_ops = {
    .mode = view_mode,
    .prepare = view_prepare,
    .draw = view_draw,
    .action = view_action,
    .search = view_search,
    .press = view_press,
    .copy = view_copy,
    .status = view_status,
    .title = view_title,
    .sleep = view_sleep,
    .close = view_close,
};

/* --- opening --- */

static struct log_view *open_one(const struct tab *t)
{
    return view_stack_find(&t->views, MODE_LOG);
}

void log_view_open(struct tab *t)
{
    struct log_view *v;

    if (open_one(t)) {
        tab_say(t, STYLE_MESSAGE_WARN, "the log is open already");
        return;
    }
    if (!tab_has_room(t, 1))
        return;
    v = MEM_NEW(struct log_view);
    v->tab = t;
    v->lines = log_lines_new();
    v->filter = mem_strdup("");
    v->searched = mem_strdup("");
    v->message = t->said[0] ? mem_strdup(t->said[0]) : NULL;
    v->follows = true;
    v->rows = 1;
    v->stream = log_stream_new(t->server->connection, &stream_events, v);
    tab_push_view(t, (struct view){&log_view_ops, v});
}

bool log_view_key(struct tab *t, struct key k)
{
    char id[LOG_ID_LEN + 1];

    if (k.code != K_ENTER || open_one(t) || !server_log_id(t->message, id))
        return false;
    t->message[0] = '\0';
    log_view_open(t);
    return true;
}

void log_view_filter(struct tab *t, const char *text)
{
    struct log_view *v = open_one(t);

    if (v)
        filter(v, v->levels, text);
}
