#include "client/code_help.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/clock.h"
#include "client/wire/wire.h"
#include "model/script.h"

#define METHOD "/io.deephaven.proto.backplane.script.grpc.ConsoleService/AutoCompleteStream"
#define REQUEST_MAX (2 * CODE_HELP_MAX)
#define PROPOSALS_MAX 1000 /* that are kept */
#define TEXT_MAX ((size_t)1 << 12)
#define FRUITLESS_MAX 2 /* streams in a row that gave no answer */
#define ANSWER_MS 10000 /* the first of a server takes more than a second */

struct code_help {
    void (*changed)(void *ctx);
    void *ctx;
    struct session *session;        /* borrowed: of the stream */
    uint32_t epoch;                 /* its; 0: none was asked */
    struct session_call *stream;    /* NULL: none is open */
    bool refused;                   /* this session has none, or none that answers */
    int fruitless;                  /* streams that ended since the last answer */
    int32_t version;                /* of the text */
    int32_t id;                     /* of the question asked last */
    int32_t items_id, signature_id; /* not answered yet; 0: is */
    uint64_t asked_ms;              /* when both were asked */
    char *asked, *next;             /* owned; of the questions; that waits; or NULL */
    struct buf console, language;   /* of that one */
    char *line, *signature;         /* owned: what was answered */
    char *call;                     /* owned: code, up to the bracket that it is of */
    struct code_proposal *list;
    size_t n;
};

static void forget(struct code_help *h)
{
    for (size_t i = 0; i < h->n; i++)
        free(h->list[i].text);
    free(h->list);
    h->list = NULL;
    h->n = 0;
}

static void replace(char **text, char *by)
{
    free(*text);
    *text = by;
}

static const char *last_line(const char *code)
{
    const char *end = strrchr(code, '\n');

    return end ? end + 1 : code;
}

/* --- places --- */

static int32_t count_lines(const char *code)
{
    int32_t n = 0;

    while ((code = strchr(code, '\n')) != NULL) {
        code++;
        n++;
    }
    return n;
}

static bool begins_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

static int32_t count_characters(const char *line)
{
    int32_t n = 0;

    for (; *line; line++)
        n += begins_character(*line);
    return n;
}

/* The byte where a character begins; false: the line is not so long. */
static bool byte_of(const char *line, int32_t character, size_t *out)
{
    size_t at = 0;

    for (; character > 0 && line[at]; character--)
        for (at++; !begins_character(line[at]);)
            at++;
    *out = at;
    return character == 0;
}

/* --- answers --- */

static char *text_of(struct bytes in)
{
    return mem_strndup(in.len > 0 ? (const char *)in.data : "",
                       in.len < TEXT_MAX ? in.len : TEXT_MAX);
}

/* Takes those that end where the text does, and begin in its last line. */
static void take_items(struct code_help *h, const struct wire_code_response *r)
{
    const char *line = last_line(h->asked);
    int32_t lines = count_lines(h->asked), end = count_characters(line);
    size_t from;

    forget(h);
    replace(&h->line, mem_strdup(line));
    h->list = MEM_ARRAY(struct code_proposal, r->n < PROPOSALS_MAX ? r->n : PROPOSALS_MAX);
    for (size_t i = 0; i < r->n && h->n < PROPOSALS_MAX; i++) {
        const struct wire_code_item *item = &r->items[i];

        if (item->text.len > 0 && item->line == lines && item->end_line == lines &&
            item->end == end && byte_of(line, item->start, &from))
            h->list[h->n++] = (struct code_proposal){from, text_of(item->text)};
    }
}

static void take_signature(struct code_help *h, const struct wire_code_response *r)
{
    enum script_language language = script_language(buf_bytes(&h->language));

    replace(&h->signature, text_of(r->signature));
    replace(&h->call, mem_strndup(h->asked, script_open_call(language, h->asked)));
}

static bool waits(const struct code_help *h)
{
    return h->items_id != 0 || h->signature_id != 0;
}

/* False: nothing was asked that it answers. */
static bool take_answer(struct code_help *h, const struct wire_code_response *r)
{
    if (r->id != 0 && r->id == h->items_id) {
        take_items(h, r);
        h->items_id = 0;
    } else if (r->id != 0 && r->id == h->signature_id) {
        take_signature(h, r);
        h->signature_id = 0;
    } else {
        return false;
    }
    h->fruitless = 0;
    return true;
}

/* The stream is over. Nobody waits for it, and it is only a help. */
static void lose(struct code_help *h, bool for_good)
{
    code_help_close(h);
    h->refused = for_good || ++h->fruitless >= FRUITLESS_MAX;
}

static void ask_next(struct code_help *h);

static void on_message(void *ctx, struct bytes message)
{
    struct code_help *h = ctx;
    struct wire_code_response r;

    if (wire_code_response_decode(message, &r, NULL) != ERR_OK) {
        lose(h, false);
        return;
    }
    if (take_answer(h, &r))
        h->changed(h->ctx);
    free(r.items);
    if (!waits(h))
        ask_next(h);
}

static void on_end(void *ctx, const struct call_end *end)
{
    struct code_help *h = ctx;

    h->stream = NULL;
    lose(h, end->status == CALL_STATUS_UNIMPLEMENTED);
}

static const struct call_handler call_events = {NULL, on_message, on_end};

/* --- questions --- */

static void ask(struct code_help *h, struct wire_code_request *r)
{
    struct call_options o = {.method = METHOD, .has_message = true};
    struct buf request;

    r->console = buf_bytes(&h->console);
    r->language = buf_bytes(&h->language);
    r->version = h->version;
    buf_init(&request, REQUEST_MAX);
    (void)wire_code_request_encode(r, &request, NULL); /* it has the room */
    o.message = buf_bytes(&request);
    if (h->stream)
        session_send(h->stream, buf_bytes(&request), false);
    else
        h->stream = session_start(h->session, &o, &call_events, h);
    buf_release(&request);
}

static int32_t next_id(struct code_help *h)
{
    h->id = h->id < INT32_MAX ? h->id + 1 : 1;
    return h->id;
}

static void ask_next(struct code_help *h)
{
    struct wire_code_request r = {.ask = h->stream ? WIRE_CODE_CHANGE : WIRE_CODE_OPEN};

    if (!h->next)
        return;
    replace(&h->asked, h->next);
    h->next = NULL;
    h->asked_ms = clock_ms();
    h->version = h->version < INT32_MAX ? h->version + 1 : 1;
    r.text = bytes_of(h->asked);
    ask(h, &r);
    r = (struct wire_code_request){.line = count_lines(h->asked),
                                   .character = count_characters(last_line(h->asked))};
    r.ask = WIRE_CODE_ITEMS;
    r.id = h->items_id = next_id(h);
    ask(h, &r);
    r.ask = WIRE_CODE_SIGNATURE;
    r.id = h->signature_id = next_id(h);
    ask(h, &r);
}

void code_help_ask(struct code_help *h, const struct code_place *at, const char *code)
{
    if (h->epoch != at->epoch) {
        code_help_close(h);
        h->refused = false;
        h->fruitless = 0;
    }
    if (waits(h) && clock_ms() - h->asked_ms > ANSWER_MS)
        lose(h, false);
    h->session = at->session;
    h->epoch = at->epoch;
    if (h->refused || strlen(code) > CODE_HELP_MAX)
        return;
    buf_clear(&h->console);
    buf_append_fitting(&h->console, at->console.data, at->console.len);
    buf_clear(&h->language);
    buf_append_fitting(&h->language, at->language.data, at->language.len);
    replace(&h->next, mem_strdup(code));
    if (!waits(h))
        ask_next(h);
}

/* --- its life --- */

struct code_help *code_help_new(void (*changed)(void *ctx), void *ctx)
{
    struct code_help *h = MEM_NEW(struct code_help);

    h->changed = changed;
    h->ctx = ctx;
    buf_init(&h->console, 64);
    buf_init(&h->language, 64);
    h->line = mem_strdup("");
    h->signature = mem_strdup("");
    h->call = mem_strdup("");
    return h;
}

void code_help_close(struct code_help *h)
{
    session_drop(h->stream);
    h->stream = NULL;
    h->items_id = h->signature_id = 0;
    replace(&h->asked, NULL);
    replace(&h->next, NULL);
    replace(&h->line, mem_strdup(""));
    replace(&h->signature, mem_strdup(""));
    replace(&h->call, mem_strdup(""));
    forget(h);
}

void code_help_free(struct code_help *h)
{
    if (!h)
        return;
    code_help_close(h);
    buf_release(&h->console);
    buf_release(&h->language);
    free(h->line);
    free(h->signature);
    free(h->call);
    free(h);
}

const struct code_proposal *code_help_proposal(const struct code_help *h, size_t i)
{
    return i < h->n ? &h->list[i] : NULL;
}

const char *code_help_line(const struct code_help *h)
{
    return h->line;
}

const char *code_help_signature(const struct code_help *h, struct bytes call)
{
    return call.len > 0 && bytes_equal(call, bytes_of(h->call)) ? h->signature : "";
}
