#include "ui/widget/question.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/state_file.h"
#include "base/text.h"
#include "ui/widget/commands.h"
#include "ui/widget/history_file.h"

struct question {
    const struct question_handler *handler;
    void *ctx;
    enum question_kind kind;
    struct prompt *prompt;
    struct prompt_history *history[QUESTION_COUNT]; /* NULL: none, or not asked for yet */
    bool unkept;                                    /* a file of them cannot be written */
    struct completion *completion;                  /* of what is asked for */
    size_t word;        /* bytes before the word that it ends with */
    char proposal[512]; /* scratch of command_source() */
    char note[256];     /* what question_say() said; "": nothing */
    char begun;         /* what the text that this goes on with begins with; 0: nothing */
};

/* The files of what was typed; NULL: that is kept nowhere. */
static const char *const history_names[QUESTION_COUNT] = {
    [QUESTION_COMMAND] = "history", [QUESTION_SEARCH] = "searches",
    [QUESTION_FILTER] = "filters",  [QUESTION_FIND] = "finds",
    [QUESTION_CODE] = "code",
};

struct question *question_new(const struct question_handler *handler, void *ctx)
{
    struct question *q = MEM_NEW(struct question);

    q->handler = handler;
    q->ctx = ctx;
    q->prompt = prompt_new();
    q->completion = completion_new();
    return q;
}

void question_free(struct question *q)
{
    if (!q)
        return;
    prompt_free(q->prompt);
    for (size_t i = 0; i < QUESTION_COUNT; i++)
        prompt_history_free(q->history[i]);
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

/* The words that a command takes, then the columns; they go behind the first n bytes. */
static const char *argument(struct question *q, size_t n, size_t i)
{
    size_t words = 0;

    while (words <= i && command_word(prompt_text(q->prompt), words))
        words++;
    return behind_typed(q, n,
                        i < words ? command_word(prompt_text(q->prompt), i)
                                  : q->handler->columns(q->ctx, i - words));
}

static const char *command_source(const void *ctx, size_t i)
{
    struct question *q =
        (struct question *)(uintptr_t)ctx; /* only its scratch is written */
    const char *typed = prompt_text(q->prompt), *name = command_proposal(i);
    size_t columns = command_column_start(typed);

    if (columns > 0)
        return argument(q, columns, i);
    if (!name)
        return q->handler->lines(q->ctx, i - proposals());
    return behind_typed(q, command_count_length(typed), name);
}

static const char *column_source(const void *ctx, size_t i)
{
    const struct question *q = ctx;

    return q->handler->columns(q->ctx, i);
}

static const char *code_source(const void *ctx, size_t i)
{
    const struct question *q = ctx;

    return q->handler->code(q->ctx, i);
}

/* Where Tab takes names from; NULL: there are none. */
static completion_source *source_of(enum question_kind kind)
{
    if (kind == QUESTION_COMMAND)
        return command_source;
    if (kind == QUESTION_CODE)
        return code_source;
    return kind == QUESTION_COLUMN ? column_source : NULL;
}

/* The text is copied only for questions that are completed, as any other may be a secret.
 */
static void complete_anew(struct question *q)
{
    if (source_of(q->kind))
        completion_set(q->completion, source_of(q->kind), q, prompt_text(q->prompt));
    q->word = text_last_name(prompt_text(q->prompt));
}

/* The text is another one. */
static void text_changed(struct question *q)
{
    if (q->kind == QUESTION_CODE)
        q->handler->coding(q->ctx, prompt_text(q->prompt));
    complete_anew(q);
}

void question_code_changed(struct question *q)
{
    if (question_is_for_code(q) &&
        completion_at(q->completion) == completion_count(q->completion))
        complete_anew(q);
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

static const char *behind(const char *text, size_t n)
{
    return text + strnlen(text, n);
}

/* Of code: everything may stand there, and how the function is called says more. */
static bool begins_argument(const struct question *q)
{
    const char *text = prompt_text(q->prompt);
    size_t n = strlen(text);

    return n > 0 && strchr("(,", text[n - 1]);
}

void question_matches(const struct question *q, char *out, size_t size)
{
    size_t count = completion_count(q->completion), at = completion_at(q->completion);
    size_t first = at < count ? at : 0;
    size_t skipped = q->kind == QUESTION_CODE ? q->word : 0; /* matches are whole lines */
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
    if (q->kind == QUESTION_CODE && (count == 0 || (at >= count && begins_argument(q)))) {
        (void)snprintf(out, size, "%s", q->handler->code_hint(q->ctx));
        if (count == 0 || *out)
            return;
    }
    if (at < count)
        n = snprintf(out, size, "match %zu of %zu:", at + 1, count);
    else
        n = snprintf(out, size, "%zu match%s", count, count == 1 ? ":" : "es:");
    for (size_t i = first; i < count && (size_t)n < size; i++)
        n += snprintf(out + n, size - (size_t)n, " %s",
                      behind(completion_match(q->completion, i), skipped));
}

/* --- asking --- */

/* It may be refused. */
static bool is_of_rows(enum question_kind kind)
{
    return kind == QUESTION_FILTER || kind == QUESTION_FIND || kind == QUESTION_CELL;
}

/* Read when the first question of its kind is asked. */
static struct prompt_history *history_of(struct question *q)
{
    const char *name = history_names[q->kind];
    char *path;

    if (!name || q->history[q->kind])
        return q->history[q->kind];
    q->history[q->kind] = prompt_history_new();
    path = state_file_path(name, NULL);
    if (path)
        history_file_load(path, q->history[q->kind]);
    free(path);
    return q->history[q->kind];
}

void question_open(struct question *q, enum question_kind kind, const char *label)
{
    q->kind = kind;
    q->begun = q->note[0] = '\0';
    if (kind == QUESTION_SECRET) {
        prompt_open_hidden(q->prompt, label);
        return;
    }
    prompt_open(q->prompt, label, NULL, history_of(q));
    text_changed(q);
}

void question_go_on(struct question *q, const char *begun)
{
    q->begun = *begun;
}

void question_set_text(struct question *q, const char *text)
{
    prompt_set_text(q->prompt, text);
    text_changed(q);
}

void question_close(struct question *q)
{
    prompt_close(q->prompt);
}

bool question_is_open(const struct question *q)
{
    return prompt_is_open(q->prompt);
}

bool question_is_for_code(const struct question *q)
{
    return prompt_is_open(q->prompt) && q->kind == QUESTION_CODE;
}

const char *question_text(const struct question *q)
{
    return prompt_text(q->prompt);
}

const char *question_command(const struct question *q)
{
    return q->kind == QUESTION_COMMAND && question_is_open(q) ? prompt_text(q->prompt)
                                                              : NULL;
}

/* It would fail each time, so it is told once and not tried again. */
static void keep_in_file(struct question *q, enum question_kind kind, const char *line)
{
    struct err e;
    char *path, *why;

    if (q->unkept || *line == '\0')
        return;
    path = state_file_path(history_names[kind], &e);
    if (!path || history_file_add(path, line, &e) != ERR_OK) {
        log_line(LOG_LEVEL_WARN, "history: %s", e.msg);
        q->unkept = true;
        why = mem_printf("what is typed is not kept: %s", e.msg);
        q->handler->unkept(q->ctx, why);
        free(why);
    }
    free(path);
}

/* A command or code behind a blank is not meant to be, as in shells. */
static bool may_be_kept(const struct question *q, const char *line)
{
    if (q->kind == QUESTION_COMMAND)
        return *line != ' ' && !command_may_hold_secret(line);
    if (q->kind == QUESTION_CODE)
        return (q->begun ? q->begun : *line) != ' ';
    return history_names[q->kind] != NULL;
}

/* A line that is refused stays to be mended, and only one that is taken goes to the file.
 */
static void accept_line(struct question *q)
{
    enum question_kind kind = q->kind;
    char *text = mem_strdup(prompt_text(q->prompt));
    bool kept = may_be_kept(q, text);

    if (kept)
        prompt_history_add(history_of(q), text);
    if (!is_of_rows(kind))
        prompt_close(q->prompt);
    q->handler->answered(q->ctx, kind, text);
    if (kept && !(is_of_rows(kind) && prompt_is_open(q->prompt)))
        keep_in_file(q, kind, text);
    free(text);
}

/* A secret is copied nowhere. */
static void accept(struct question *q)
{
    if (q->kind == QUESTION_SECRET)
        q->handler->answered(q->ctx, q->kind, prompt_text(q->prompt));
    else
        accept_line(q);
}

size_t question_paste(struct question *q, const char *text)
{
    size_t taken = prompt_paste(q->prompt, text);

    q->note[0] = '\0';
    text_changed(q);
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

bool question_says_yes(const char *answer)
{
    return *answer == 'y' || *answer == 'Y';
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
        text_changed(q);
        break;
    case PROMPT_MORE:
        break;
    }
}

int question_draw(const struct question *q, struct surface *s, struct rect r, bool ascii)
{
    return prompt_draw(q->prompt, s, r, ascii);
}
