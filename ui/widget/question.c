#include "ui/widget/question.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "ui/widget/commands.h"
#include "ui/widget/history_file.h"

struct question {
    const struct question_handler *handler;
    void *ctx;
    enum question_kind kind;
    struct prompt *prompt;
    struct prompt_history *history; /* of commands */
    char *history_path;             /* NULL: it is not kept */
    struct prompt_history *filters; /* the same of filters, for this run */
    struct completion *completion;  /* of what is asked for */
    char proposal[512];             /* scratch of command_source() */
    char note[256];                 /* what question_say() said; "": nothing */
};

struct question *question_new(const struct question_handler *handler, void *ctx)
{
    struct question *q = MEM_NEW(struct question);

    q->handler = handler;
    q->ctx = ctx;
    q->prompt = prompt_new();
    q->history = prompt_history_new();
    q->history_path = history_file_path();
    if (q->history_path)
        history_file_load(q->history_path, q->history);
    q->filters = prompt_history_new();
    q->completion = completion_new();
    return q;
}

void question_free(struct question *q)
{
    if (!q)
        return;
    prompt_free(q->prompt);
    prompt_history_free(q->history);
    prompt_history_free(q->filters);
    free(q->history_path);
    completion_free(q->completion);
    free(q);
}

/* --- completion --- */

static size_t proposals(void)
{
    size_t n = 0;

    while (command_proposal(n))
        n++;
    return n;
}

/* A proposal with the first n bytes of what is typed before it, where it has the room. */
static const char *behind_typed(struct question *q, size_t n, const char *name)
{
    if (!name || n == 0 || n + strlen(name) >= sizeof(q->proposal))
        return name;
    (void)snprintf(q->proposal, sizeof(q->proposal), "%.*s%s", (int)n,
                   prompt_text(q->prompt), name);
    return q->proposal;
}

static const char *command_source(const void *ctx, size_t i)
{
    struct question *q =
        (struct question *)(uintptr_t)ctx; /* only its scratch is written */
    const char *typed = prompt_text(q->prompt), *name = command_proposal(i);
    size_t columns = command_column_start(typed);

    if (columns > 0)
        return behind_typed(q, columns, q->handler->columns(q->ctx, i));
    if (!name)
        return q->handler->lines(q->ctx, i - proposals());
    return behind_typed(q, command_count_length(typed), name);
}

static const char *column_source(const void *ctx, size_t i)
{
    const struct question *q = ctx;

    return q->handler->columns(q->ctx, i);
}

/* Where Tab takes names from; NULL: there are none. */
static completion_source *source_of(enum question_kind kind)
{
    if (kind == QUESTION_COMMAND)
        return command_source;
    return kind == QUESTION_COLUMN ? column_source : NULL;
}

/* The text is copied only for questions that are completed, as any other may be a secret.
 */
static void complete_anew(struct question *q)
{
    if (source_of(q->kind))
        completion_set(q->completion, source_of(q->kind), q, prompt_text(q->prompt));
}

/* Tab and Shift-Tab go through what matches; false: the key is no such. */
static bool complete(struct question *q, struct key k)
{
    if (!source_of(q->kind) || (k.code != K_TAB && k.code != K_BACKTAB))
        return false;
    prompt_set_text(q->prompt, completion_step(q->completion, k.code == K_BACKTAB));
    return true;
}

const char *question_first_column(struct question *q, const char *typed)
{
    completion_set(q->completion, column_source, q, typed);
    return completion_count(q->completion) > 0 ? completion_match(q->completion, 0) : NULL;
}

void question_matches(const struct question *q, char *out, size_t size)
{
    size_t count = completion_count(q->completion), at = completion_at(q->completion);
    size_t first = at < count ? at : 0;
    int n = 0;

    if (!prompt_is_open(q->prompt))
        return;
    if (*q->note) {
        (void)snprintf(out, size, "%s", q->note);
        return;
    }
    if (!source_of(q->kind))
        return;
    if (q->kind == QUESTION_COMMAND && count == 0)
        return; /* a number, or an argument */
    if (at < count)
        n = snprintf(out, size, "match %zu of %zu:", at + 1, count);
    else
        n = snprintf(out, size, "%zu match%s", count, count == 1 ? ":" : "es:");
    for (size_t i = first; i < count && (size_t)n < size; i++)
        n += snprintf(out + n, size - (size_t)n, " %s", completion_match(q->completion, i));
}

/* --- asking --- */

/* It may be refused, and has a history of its own. */
static bool is_of_rows(const struct question *q)
{
    return q->kind == QUESTION_FILTER || q->kind == QUESTION_FIND;
}

static struct prompt_history *history_of(struct question *q)
{
    if (q->kind == QUESTION_COMMAND)
        return q->history;
    return is_of_rows(q) ? q->filters : NULL;
}

void question_open(struct question *q, enum question_kind kind, const char *label)
{
    q->kind = kind;
    q->note[0] = '\0';
    if (kind == QUESTION_SECRET) {
        prompt_open_hidden(q->prompt, label);
        return;
    }
    prompt_open(q->prompt, label, NULL, history_of(q));
    complete_anew(q);
}

void question_set_text(struct question *q, const char *text)
{
    prompt_set_text(q->prompt, text);
    complete_anew(q);
}

void question_close(struct question *q)
{
    prompt_close(q->prompt);
}

bool question_is_open(const struct question *q)
{
    return prompt_is_open(q->prompt);
}

static void keep_in_history(struct question *q, const char *line)
{
    struct err e;

    if (command_may_hold_secret(line))
        return;
    prompt_history_add(q->history, line);
    if (q->history_path && history_file_add(q->history_path, line, &e) != ERR_OK) {
        log_line(LOG_LEVEL_WARN, "history: %s", e.msg);
        free(q->history_path); /* it would fail each time */
        q->history_path = NULL;
    }
}

static void accept(struct question *q)
{
    char *text;

    if (is_of_rows(q))
        prompt_history_add(q->filters, prompt_text(q->prompt));
    if (q->kind == QUESTION_SECRET || is_of_rows(q)) {
        q->handler->answered(q->ctx, q->kind, prompt_text(q->prompt));
        return;
    }
    text = mem_strdup(prompt_text(q->prompt));
    prompt_close(q->prompt);
    if (q->kind == QUESTION_COMMAND)
        keep_in_history(q, text);
    q->handler->answered(q->ctx, q->kind, text);
    free(text);
}

size_t question_paste(struct question *q, const char *text)
{
    size_t taken = prompt_paste(q->prompt, text);

    q->note[0] = '\0';
    complete_anew(q);
    return taken;
}

void question_say(struct question *q, const char *text)
{
    (void)snprintf(q->note, sizeof(q->note), "%s", text);
}

void question_refuse(struct question *q, size_t at, const char *why)
{
    prompt_mark_error(q->prompt, at);
    question_say(q, why);
}

void question_key(struct question *q, struct key k)
{
    q->note[0] = '\0';
    if (complete(q, k))
        return;
    switch (prompt_key(q->prompt, k)) {
    case PROMPT_ACCEPTED:
        accept(q);
        break;
    case PROMPT_CANCELLED:
        prompt_close(q->prompt);
        q->handler->given_up(q->ctx, q->kind);
        break;
    case PROMPT_CHANGED:
        complete_anew(q);
        break;
    case PROMPT_MORE:
        break;
    }
}

int question_draw(const struct question *q, struct surface *s, struct rect r, bool ascii)
{
    return prompt_draw(q->prompt, s, r, ascii);
}
