/*
 * Operations on tables: the demo server agrees with a real one, row by row, status by
 * status, on the same table: "ships" of the demo server, worked out by the real one from
 * the same formulas.
 *
 * What must differ is left out of the records:
 * - uuids of failures are written <uuid>: drawn by chance;
 * - of an operation that the demo server refuses because it is too much for it there is
 *   nothing here: unit/demo_operations has those.
 */
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/rpc/channel.h"
#include "client/tickets.h"
#include "client/upload.h"
#include "client/wire/hierarchy.h"
#include "client/wire/operations.h"
#include "model/format.h"
#include "model/replica.h"
#include "tests/support/beside.h"
#include "tests/support/server.h"
#include "tests/support/wire_literals.h"

#define BATCH OBSERVER_BACKPLANE "TableService/Batch"
#define SEEK OBSERVER_BACKPLANE "TableService/SeekRow"
#define ANSWER_MS 20000
#define REQUEST_MAX 65536
#define TEXT_MAX 20000
#define REPLY_MAX 200000
#define ROWS 240
#define COUNT(list) (sizeof(list) / sizeof(*(list)))
#define OPS_MAX 8 /* operations of a batch */

/* The table of demo/ships_table.c. */
#define NULL_AT(every, null, formula) "ii % " #every " == 5 ? " null " : " formula
static const char
    formulas[] =
        "Ship = `Albatross,Beluga,Cormorant,Dolphin,Egret,Fulmar,Gannet,Heron,Ibis,Jabiru,"
        "Kittiwake,Lapwing,Murre,Noddy,Osprey,Petrel`.split(`,`)[(int)(ii * 5 % 16)]; "
        "Flag = " NULL_AT(
            17, "null",
            "`Norge,Sverige,Österreich,ÅLAND,åland,norge,`.split(`,`, "
            "-1)[(int)(ii * 3 % 7)]") "; "
                                      "Class = " NULL_AT(
                                          19, "NULL_CHAR",
                                          "(char)(65 + ii % 5)") "; "
                                                                 "Length = " NULL_AT(
                                                                     23, "NULL_INT",
                                                                     "(int)(20 + ii * 137 "
                                                                     "% 380)") "; "
                                                                               "Crew "
                                                                               "= " NULL_AT(
                                                                                   29,
                                                                                   "NULL_"
                                                                                   "BYTE",
                                                                                   "(byte)("
                                                                                   "ii * "
                                                                                   "11 % "
                                                                                   "90)") "; "
                                                                                          "Passengers = (short)(ii * 307 % 2500); "
                                                                                          "Containers = ii * 91193 % 1000003 - 1000; "
                                                                                          "Draft = (float)((ii * 29 % 64) * 0.25); "
                                                                                          "Cargo = " NULL_AT(
                                                                                              13,
                                                                                              "NULL_DOUBLE",
                                                                                              "ii % 60 == 20 ? Double.NaN : ii % 80 == 30 ? (ii % 160 == 30 ? "
                                                                                              "Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY) : (ii * 7919 % "
                                                                                              "10007 - 500) * 0.25") "; "
                                                                                                                     "Fee = " NULL_AT(31,
                                                                                                                                      "null", "java.math.BigDecimal.valueOf(ii * 7907 % 100000, 2)") "; "
                                                                                                                                                                                                     "Insured = java.math.BigInteger.valueOf(ii * 900719925474L); "
                                                                                                                                                                                                     "Arrived = " NULL_AT(37,
                                                                                                                                                                                                                          "null", "'2026-01-01T00:00:00Z' + ii * 5417 * SECOND") "; "
                                                                                                                                                                                                                                                                                 "Stay = " NULL_AT(41,
                                                                                                                                                                                                                                                                                                   "null", "java.time.Duration.ofSeconds(ii * 977 % 5000 + 600)") "; "
                                                                                                                                                                                                                                                                                                                                                                  "Built = " NULL_AT(43, "null", "java.time.LocalDate.ofEpochDay(9000 + ii * 173 % 11000)") "; "
                                                                                                                                                                                                                                                                                                                                                                                                                                                            "Tide = " NULL_AT(
                                                                                                                                                                                                                                                                                                                                                                                                                                                                47,
                                                                                                                                                                                                                                                                                                                                                                                                                                                                "null",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                "java.time.LocalTime.ofSecondOfDay(ii * 3571 % 86400)") "; "
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                        "Pilot = " NULL_AT(
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                            7,
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                            "null",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                            "ii % 3 == 0");

/* --- two records --- */

typedef void chapter_fn(struct observer *o);

static struct beside demo;

static struct observer *observe(const char *name, const char *address, const char *table,
                                chapter_fn *chapter)
{
    struct observer *o = observer_new(name, address, "Anonymous");

    o->world = table;
    chapter(o);
    return o;
}

static void compare(chapter_fn *chapter)
{
    struct observer *real =
        observe("real", server_address(), "s/conformance_ships", chapter);

    beside_compare(real, observe("demo", demo.address, "s/ships", chapter));
}

/* --- records --- */

static void say_columns(struct observer *o, struct bytes header)
{
    struct wire_message m;
    struct bytes bare;
    struct buf line;
    struct err e;

    assert_int_equal(wire_unwrap_message(header, &bare, &e), ERR_OK);
    assert_int_equal(wire_message_decode(bare, &m, &e), ERR_OK);
    buf_init(&line, TEXT_MAX);
    for (size_t i = 0; i < m.schema.n_fields; i++) {
        const struct wire_field *f = &m.schema.fields[i];

        buf_append_fitting(&line, " ", 1);
        buf_append_fitting(&line, f->name.data, f->name.len);
        for (size_t k = 0; k < f->n_pairs; k++) {
            const struct wire_pair *p = &m.schema.pairs[f->first_pair + k];

            if (!bytes_equal(p->key, bytes_of("deephaven:type")))
                continue;
            buf_append_fitting(&line, ":", 1);
            buf_append_fitting(&line, p->value.data, p->value.len);
        }
    }
    for (size_t k = 0; k < m.schema.n_table_pairs; k++) {
        const struct wire_pair *p = &m.schema.table_pairs[k];

        if (bytes_equal(p->key, bytes_of("deephaven:attribute.SortedColumns")))
            observer_say(o, "  sorted by %.*s", (int)p->value.len,
                         (const char *)p->value.data);
    }
    observer_say(o, "  columns%.*s", (int)line.len, (const char *)line.data);
    buf_release(&line);
    wire_message_release(&m);
}

/* Replies as they came, which is in any order. */
struct replies {
    struct buf of[OPS_MAX]; /* by operation */
    size_t n;               /* operations */
};

static void on_reply(struct talk *t, struct bytes message)
{
    struct replies *r = t->ctx;
    struct wire_table_created c;
    struct err e;
    size_t i;

    assert_int_equal(wire_table_created_decode(message, &c, &e), ERR_OK);
    i = c.ticket.len > 0 ? r->n - 1 : (size_t)c.offset;
    assert_in_range(i, 0, r->n - 1);
    assert_int_equal(r->of[i].len, 0); /* one for each */
    assert_int_equal(buf_append(&r->of[i], message.data, message.len, &e), ERR_OK);
}

static void say_reply(struct observer *o, struct bytes message)
{
    struct wire_table_created c;
    struct err e;

    assert_int_equal(wire_table_created_decode(message, &c, &e), ERR_OK);
    observer_say(o, "  success %d static %d size %" PRId64 " kept %d error \"%.*s\"",
                 c.success, c.is_static, c.size, c.ticket.len > 0, (int)c.error_info.len,
                 (const char *)c.error_info.data);
    if (c.success && c.ticket.len > 0)
        say_columns(o, c.schema_header);
}

static void say_replies(struct observer *o, struct replies *r)
{
    for (size_t i = 0; i < r->n; i++) {
        if (r->of[i].len > 0)
            say_reply(o, buf_bytes(&r->of[i]));
        buf_release(&r->of[i]);
    }
}

static void put_value(const struct value *v, struct buf *line)
{
    char digits[40];

    if (v->state != VALUE_SET) {
        buf_append_fitting(line, "null", 4);
    } else if (v->type->kind == KIND_DOUBLE) { /* sums go by their order */
        (void)snprintf(digits, sizeof(digits), "%.12g", v->d);
        buf_append_fitting(line, digits, strlen(digits));
    } else
        format_value(v, &(struct format_options){.time_digits = 9}, line);
}

/* In one line each, or all in one where there is a single column. */
static void say_rows(struct talk *t)
{
    size_t columns = replica_schema(t->replica)->n_columns;
    struct buf line;

    buf_init(&line, TEXT_MAX);
    for (int64_t row = 0; row < replica_table_size(t->replica); row++) {
        for (size_t c = 0; c < columns; c++) {
            struct value v = replica_cell(t->replica, c, row);

            buf_append_fitting(&line, "|", 1);
            if (strcmp(replica_schema(t->replica)->columns[c].name, "UNIQUE_KEYS") == 0)
                continue; /* those as frequent as others come in any order */
            put_value(&v, &line);
        }
        if (columns > 1) {
            observer_say(t->observer, "  %.*s", (int)line.len, (const char *)line.data);
            buf_clear(&line);
        }
    }
    if (columns == 1)
        observer_say(t->observer, "  %.*s", (int)line.len, (const char *)line.data);
    buf_release(&line);
}

/* All rows of a table, or how its stream ends. */
static void say_table(struct observer *o, struct bytes ticket)
{
    struct ask all = {.rows = "0-999"};
    struct talk *t = talk_subscribe(o, ticket, all);

    t->quiet = true;
    for (int i = 0; i < ANSWER_MS && !t->ended && !t->viewport; i++)
        observer_run(o, 1);
    if (t->replica)
        say_rows(t);
    else
        talk_say_end(t, "  stream");
    talk_free(t);
}

/* --- operations --- */

static void next_ticket(struct observer *o, uint8_t out[EXPORT_TICKET_LEN])
{
    ticket_export(++o->last_export, out);
}

/* Sends n operations as one batch, each on the result of the one before unless it names
 * another, the first on the ships, the last one kept; writes down the replies and the rows
 * of the last. */
static void run(struct observer *o, const char *label, const struct wire_op *ops, size_t n)
{
    struct wire_op sent[OPS_MAX];
    struct replies replies = {.n = n};
    uint8_t ticket[EXPORT_TICKET_LEN];
    struct buf m;
    struct err e;

    assert_in_range(n, 1, OPS_MAX);
    next_ticket(o, ticket);
    for (size_t i = 0; i < n; i++) {
        sent[i] = ops[i];
        if (ops[i].source.ticket.len == 0)
            sent[i].source = (struct wire_source){.offset = (int32_t)i - 1};
    }
    sent[0].source.ticket = bytes_of(o->world);
    sent[n - 1].result = (struct bytes){ticket, sizeof(ticket)};
    buf_init(&m, REQUEST_MAX);
    assert_int_equal(wire_batch_request_encode(sent, n, &m, &e), ERR_OK);
    struct talk *t = talk_start(o, BATCH, o->bearer, buf_bytes(&m), true);
    observer_say(o, "%s", label);
    for (size_t i = 0; i < n; i++)
        buf_init(&replies.of[i], REPLY_MAX);
    t->ctx = &replies;
    t->on_message = on_reply;
    (void)talk_wait_end(t, ANSWER_MS);
    say_replies(o, &replies);
    talk_say_end(t, "  batch");
    if (t->n_messages == n) /* else nothing was made, and a stream would wait */
        say_table(o, sent[n - 1].result);
    talk_free(t);
    buf_release(&m);
}

#define BYTES(text)                                                                        \
    {                                                                                      \
        (const uint8_t *)(text), sizeof(text) - 1                                          \
    }

static const struct bytes containers = BYTES("Containers");

/* The rows that one operation leaves, by a number that each has. */
static void run_and_number(struct observer *o, const char *label, const struct wire_op *op)
{
    struct wire_op ops[2] = {*op,
                             {.kind = WIRE_OP_VIEW, .texts = &containers, .n_texts = 1}};

    run(o, label, ops, 2);
}

/* --- the table --- */

static void whole_table(struct observer *o)
{
    run(o, "all", (const struct wire_op[]){{.kind = WIRE_OP_FETCH}}, 1);
}

static void the_table_is_the_same(void **state)
{
    (void)state;
    compare(whole_table);
}

/* --- filters --- */

struct leaf {
    struct bytes column;
    enum wire_condition_kind kind;
    int comparison; /* of COMPARE */
    struct wire_literal literal;
    struct bytes text;
    bool ignores_case, inverted;
};

#define COMPARE(column, how, literal)                                                      \
    {                                                                                      \
        BYTES(column), WIRE_CONDITION_COMPARE, how, literal, {0}, 0, 0                     \
    }
#define IN(column, literal, ignore, inverted)                                              \
    {                                                                                      \
        BYTES(column), WIRE_CONDITION_IN, 0, literal, {0}, ignore, inverted                \
    }
#define PATTERN(column, kind, text, ignore, inverted)                                      \
    {                                                                                      \
        BYTES(column), kind, 0, {0}, BYTES(text), ignore, inverted                         \
    }

/* clang-format off */
static const struct leaf leaves[] = {
    COMPARE("Length", WIRE_LESS, TEXT("50")), COMPARE("Length", WIRE_LESS_EQUAL, LONG(50)),
    COMPARE("Length", WIRE_GREATER, TEXT("390")), COMPARE("Length", WIRE_GREATER_EQUAL, TEXT("-1")),
    COMPARE("Length", WIRE_GREATER, TEXT("1.5")), COMPARE("Length", WIRE_GREATER, TEXT("99999999999")),
    COMPARE("Crew", WIRE_LESS, TEXT("8")), COMPARE("Crew", WIRE_LESS, TEXT("300")),
    COMPARE("Passengers", WIRE_GREATER, TEXT("2400")), COMPARE("Passengers", WIRE_GREATER, LONG(2400)),
    COMPARE("Containers", WIRE_LESS, TEXT("20000")), COMPARE("Containers", WIRE_GREATER_EQUAL, TEXT("-1000")),
    COMPARE("Draft", WIRE_LESS, TEXT("0.5")), COMPARE("Draft", WIRE_GREATER_EQUAL, TEXT("15.5")),
    COMPARE("Cargo", WIRE_LESS, TEXT("-100")), COMPARE("Cargo", WIRE_GREATER, TEXT("2.3e3")),
    COMPARE("Cargo", WIRE_GREATER_EQUAL, TEXT("Infinity")), COMPARE("Cargo", WIRE_LESS_EQUAL, TEXT("-Infinity")),
    COMPARE("Cargo", WIRE_GREATER, TEXT("x")),
    COMPARE("Fee", WIRE_LESS, TEXT("25")), COMPARE("Fee", WIRE_GREATER_EQUAL, TEXT("980.5000")),
    COMPARE("Insured", WIRE_GREATER, TEXT("200000000000000")), COMPARE("Insured", WIRE_LESS_EQUAL, TEXT("900719925474")),
    COMPARE("Insured", WIRE_GREATER, TEXT("99999999999999999999999999")),
    COMPARE("Arrived", WIRE_LESS, TIME(1767225600000000000 + 30000000000000)),
    COMPARE("Arrived", WIRE_GREATER_EQUAL, TIME(1768500000000000000)), COMPARE("Arrived", WIRE_LESS, LONG(5)),
    COMPARE("Built", WIRE_LESS, TEXT("'1996-01-01'")), COMPARE("Built", WIRE_GREATER, TEXT("'2024-02-03'")),
    COMPARE("Built", WIRE_GREATER, TEXT("2024-02-03")),
    COMPARE("Tide", WIRE_GREATER_EQUAL, TEXT("'23:30'")), COMPARE("Tide", WIRE_LESS, TEXT("'00:10:00.5'")),
    COMPARE("Ship", WIRE_LESS, TEXT("\"Beluga\"")), COMPARE("Ship", WIRE_GREATER_EQUAL, TEXT("\"Petrel\"")),
    COMPARE("Flag", WIRE_LESS, TEXT("\"S\"")), COMPARE("Flag", WIRE_GREATER, TEXT("\"norge\"")),
    COMPARE("Class", WIRE_LESS, TEXT("\"B\"")), COMPARE("Class", WIRE_GREATER, TEXT("\"D\"")),
    COMPARE("Pilot", WIRE_LESS, BOOLEAN(true)), COMPARE("Stay", WIRE_LESS, TEXT("'PT11M'")),
    COMPARE("Nope", WIRE_LESS, LONG(1)),
    IN("Length", LONG(20), 0, 0), IN("Length", LONG(20), 0, 1), IN("Length", TEXT("20"), 0, 0), IN("Length", REAL(20), 0, 0), IN("Length", REAL(20.5), 0, 0), IN("Length", REAL(1e10), 0, 0), IN("Crew", REAL(300), 0, 0), IN("Fee", REAL(79.07), 0, 0), IN("Insured", REAL(900719925474), 0, 0),
    IN("Crew", LONG(11), 0, 0), IN("Crew", LONG(300), 0, 0), IN("Passengers", LONG(307), 0, 0),
    IN("Containers", LONG(90193), 0, 0), IN("Draft", REAL(7.25), 0, 0), IN("Cargo", REAL(-125), 0, 0),
    IN("Cargo", REAL(-125), 0, 1), IN("Cargo", REAL(INFINITY), 0, 0), IN("Insured", LONG(900719925474), 0, 0),
    IN("Pilot", BOOLEAN(true), 0, 0), IN("Pilot", BOOLEAN(true), 0, 1),
    IN("Class", TEXT("C"), 0, 0), IN("Class", TEXT("c"), 1, 0), IN("Class", TEXT("CC"), 0, 0),
    IN("Ship", TEXT("Ibis"), 0, 0), IN("Ship", TEXT("ibis"), 0, 0), IN("Ship", TEXT("IBIS"), 1, 0), IN("Ship", TEXT("IBIS"), 1, 1),
    IN("Flag", TEXT("åland"), 0, 0), IN("Flag", TEXT("åland"), 1, 0), IN("Flag", TEXT(""), 0, 0), IN("Flag", TEXT("x"), 0, 1),
    IN("Arrived", TIME(1767225600000000000), 0, 0), IN("Built", TEXT("1994-08-23"), 0, 0), IN("Nope", LONG(1), 0, 0),
    PATTERN("Ship", WIRE_CONDITION_CONTAINS, "an", 0, 0), PATTERN("Ship", WIRE_CONDITION_CONTAINS, "AN", 1, 0),
    PATTERN("Flag", WIRE_CONDITION_CONTAINS, "or", 0, 1), PATTERN("Flag", WIRE_CONDITION_CONTAINS, "ÅL", 1, 0),
    PATTERN("Flag", WIRE_CONDITION_CONTAINS, "", 0, 0), PATTERN("Length", WIRE_CONDITION_CONTAINS, "1", 0, 0),
    PATTERN("Ship", WIRE_CONDITION_MATCHES, "\\QP\\E.*", 0, 0), PATTERN("Ship", WIRE_CONDITION_MATCHES, ".*\\QL\\E", 1, 0),
    PATTERN("Flag", WIRE_CONDITION_MATCHES, "\\QN\\E.*", 1, 1), PATTERN("Flag", WIRE_CONDITION_MATCHES, "(?iu)\\Qål\\E.*", 0, 0),
    PATTERN("Length", WIRE_CONDITION_IS_NULL, "", 0, 0), PATTERN("Flag", WIRE_CONDITION_IS_NULL, "", 0, 0),
    PATTERN("Cargo", WIRE_CONDITION_INVOKE, "isNaN", 0, 0), PATTERN("Draft", WIRE_CONDITION_INVOKE, "isNaN", 0, 0),
    PATTERN("Ship", WIRE_CONDITION_SEARCH, "AN", 0, 0), PATTERN("Length", WIRE_CONDITION_SEARCH, "20", 0, 0),
    PATTERN("Cargo", WIRE_CONDITION_SEARCH, "85", 0, 0), PATTERN("Cargo", WIRE_CONDITION_SEARCH, "-1", 0, 0),
    PATTERN("Draft", WIRE_CONDITION_SEARCH, "7.2", 0, 0), PATTERN("Pilot", WIRE_CONDITION_SEARCH, "TRUE", 0, 0),
    PATTERN("Class", WIRE_CONDITION_SEARCH, "C", 0, 0), PATTERN("Insured", WIRE_CONDITION_SEARCH, "900719925474", 0, 0),
    PATTERN("Built", WIRE_CONDITION_SEARCH, "1994", 0, 0), PATTERN("Crew", WIRE_CONDITION_SEARCH, "11", 0, 0)};
/* clang-format on */

static struct wire_condition condition_of(const struct leaf *l)
{
    bool has_literal = l->kind == WIRE_CONDITION_COMPARE || l->kind == WIRE_CONDITION_IN;

    return (struct wire_condition){.kind = l->kind,
                                   .comparison = (enum wire_comparison)l->comparison,
                                   .columns = &l->column,
                                   .n_columns = 1,
                                   .literals = &l->literal,
                                   .n_literals = has_literal,
                                   .text = l->text,
                                   .ignores_case = l->ignores_case,
                                   .inverted = l->inverted};
}

static char *label_of(const struct leaf *l, const char *what)
{
    return mem_printf(
        "%s %.*s %d %d \"%.*s\" %" PRId64 " %g %d%d", what, (int)l->column.len,
        (const char *)l->column.data, (int)l->kind, l->comparison,
        l->text.len ? (int)l->text.len : (int)l->literal.text.len,
        l->text.len ? (const char *)l->text.data : (const char *)l->literal.text.data,
        l->literal.number, l->literal.real, l->ignores_case, l->inverted);
}

static void run_filter(struct observer *o, const struct wire_condition *c,
                       const char *label)
{
    struct wire_op op = {.kind = WIRE_OP_FILTER, .conditions = c, .n_conditions = 1};

    run_and_number(o, label, &op);
}

static void filters(struct observer *o)
{
    for (size_t i = 0; i < sizeof(leaves) / sizeof(*leaves); i++) {
        struct wire_condition c = condition_of(&leaves[i]);
        struct wire_condition not = {
            .kind = WIRE_CONDITION_NOT, .children = &c, .n_children = 1};
        char *label = label_of(&leaves[i], "filter");

        run_filter(o, &c, label);
        free(label);
        label = label_of(&leaves[i], "filter not");
        run_filter(o, &not, label);
        free(label);
    }
}

static void filters_leave_the_same_rows(void **state)
{
    (void)state;
    compare(filters);
}

static void trees(struct observer *o)
{
    const size_t n = sizeof(leaves) / sizeof(*leaves);
    static const size_t pairs[][2] = {{0, 14}, {2, 41}, {14, 53}, {57, 70}, {79, 80}};

    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
        assert_true(pairs[i][1] < n);
        struct wire_condition two[] = {condition_of(&leaves[pairs[i][0]]),
                                       condition_of(&leaves[pairs[i][1]])};
        for (int kind = WIRE_CONDITION_ALL; kind <= WIRE_CONDITION_ANY; kind++) {
            struct wire_condition c = {
                .kind = (enum wire_condition_kind)kind, .children = two, .n_children = 2};
            struct wire_condition not = {
                .kind = WIRE_CONDITION_NOT, .children = &c, .n_children = 1};

            run_filter(o, &c, "tree");
            run_filter(o, &not, "not of a tree");
        }
    }
    run_filter(o, &(struct wire_condition){.kind = WIRE_CONDITION_ALL}, "and of nothing");
    run_filter(o, &(struct wire_condition){.kind = WIRE_CONDITION_ANY}, "or of nothing");
    struct bytes length = BYTES("Length");
    run_filter(o,
               &(struct wire_condition){
                   .kind = WIRE_CONDITION_IN, .columns = &length, .n_columns = 1},
               "in of nothing");
    run_and_number(o, "no condition", &(struct wire_op){.kind = WIRE_OP_FILTER});
}

static void trees_of_conditions_leave_the_same_rows(void **state)
{
    (void)state;
    compare(trees);
}

static void wheres(struct observer *o)
{
    static const struct bytes texts[] = {BYTES("Length > 390"),
                                         BYTES("Length = 20 && Ship != `Ibis`"),
                                         BYTES("Flag = null"),
                                         BYTES("Flag != null && Class >= 'E'"),
                                         BYTES("Ship == `Ibis`"),
                                         BYTES("Ship = \"Ibis\""),
                                         BYTES("isNull(Crew)"),
                                         BYTES("!isNull(Crew) && Crew < 8"),
                                         BYTES("isNaN(Cargo)"),
                                         BYTES("!isNaN(Cargo) && Cargo <= -100"),
                                         BYTES("Pilot = true"),
                                         BYTES("Pilot != true"),
                                         BYTES("Stay >= 'PT1H32M'"),
                                         BYTES("Stay = 'PT10M'"),
                                         BYTES("Built = '1994-08-23'"),
                                         BYTES("Tide < '00:10'"),
                                         BYTES("Cargo = -125"),
                                         BYTES("Cargo != -125"),
                                         BYTES("Length != 20"),
                                         BYTES("Arrived < '2026-01-01T05:00:00 UTC'"),
                                         BYTES("Nope = 1")};

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct wire_op op = {.kind = WIRE_OP_WHERE, .texts = &texts[i], .n_texts = 1};
        char *label = mem_printf("where %s", (const char *)texts[i].data);

        run_and_number(o, label, &op);
        free(label);
    }
}

static void simple_expressions_leave_the_same_rows(void **state)
{
    (void)state;
    compare(wheres);
}

/* --- order and pieces --- */

#define KEY(name, how, absolute)                                                           \
    {                                                                                      \
        BYTES(name), how, absolute                                                         \
    }

static void sorts(struct observer *o)
{
    static const struct {
        struct wire_sort keys[3];
        size_t n;
    } cases[] = {{{KEY("Length", 1, 0)}, 1},
                 {{KEY("Length", -1, 0)}, 1},
                 {{KEY("Cargo", 1, 0)}, 1},
                 {{KEY("Cargo", -1, 0)}, 1},
                 {{KEY("Cargo", 1, 1)}, 1},
                 {{KEY("Flag", 1, 0)}, 1},
                 {{KEY("Flag", -1, 0), KEY("Length", 1, 0)}, 2},
                 {{KEY("Class", 1, 0)}, 1},
                 {{KEY("Class", -1, 1)}, 1},
                 {{KEY("Pilot", 1, 0)}, 1},
                 {{KEY("Fee", -1, 0)}, 1},
                 {{KEY("Insured", 1, 0)}, 1},
                 {{KEY("Arrived", -1, 0)}, 1},
                 {{KEY("Stay", 1, 0)}, 1},
                 {{KEY("Built", 1, 0)}, 1},
                 {{KEY("Tide", 1, 0)}, 1},
                 {{KEY("Draft", 1, 0), KEY("Crew", -1, 0), KEY("Passengers", 1, 0)}, 3},
                 {{KEY("", 2, 0)}, 1},
                 {{KEY("Pilot", 1, 0), KEY("", 2, 0)}, 2},
                 {{KEY("", 2, 0), KEY("Pilot", 1, 0)}, 2},
                 {{KEY("Pilot", 1, 0), KEY("", 2, 0), KEY("Class", 1, 0)}, 3},
                 {{KEY("Pilot", 1, 0), KEY("Pilot", -1, 0)}, 2},
                 {{KEY("Ship", 1, 1)}, 1},
                 {{KEY("Fee", 1, 1)}, 1},
                 {{KEY("Nope", 1, 0)}, 1},
                 {{KEY("Nope", 1, 0), KEY("No", -1, 0)}, 2},
                 {{KEY("Length", 0, 0)}, 1}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct wire_op op = {
            .kind = WIRE_OP_SORT, .sorts = cases[i].keys, .n_sorts = cases[i].n};
        char *label = mem_printf("sort %zu", i);

        run_and_number(o, label, &op);
        free(label);
    }
    run_and_number(o, "sort by nothing", &(struct wire_op){.kind = WIRE_OP_SORT});
}

/* What is said of the order once something is done with the sorted table. */
static void sorted_tables(struct observer *o)
{
    static const struct bytes names[] = {BYTES("Length"), BYTES("Ship")};
    static const struct bytes add = BYTES("P = ii"), more = BYTES("Length > 390");
    struct wire_sort key = KEY("Length", WIRE_DESCENDING, false);
    struct wire_sort reverse = KEY("", WIRE_REVERSE, false);
    struct wire_sort other = KEY("Ship", WIRE_ASCENDING, false);
    const struct wire_op sort = {.kind = WIRE_OP_SORT, .sorts = &key, .n_sorts = 1};
    const struct wire_op cut = {.kind = WIRE_OP_HEAD, .first = 2};
    const struct wire_op ops[] = {
        {.kind = WIRE_OP_HEAD, .first = 2},
        {.kind = WIRE_OP_TAIL, .first = 2},
        {.kind = WIRE_OP_SLICE, .first = 2, .last = 4},
        {.kind = WIRE_OP_VIEW, .texts = names, .n_texts = 2},
        {.kind = WIRE_OP_UPDATE_VIEW, .texts = &add, .n_texts = 1},
        {.kind = WIRE_OP_DROP, .texts = names + 1, .n_texts = 1},
        {.kind = WIRE_OP_WHERE, .texts = &more, .n_texts = 1},
        {.kind = WIRE_OP_SORT, .sorts = &reverse, .n_sorts = 1},
        {.kind = WIRE_OP_SORT, .sorts = &other, .n_sorts = 1},
        {.kind = WIRE_OP_DISTINCT, .texts = names, .n_texts = 1},
        {.kind = WIRE_OP_SNAPSHOT},
        {.kind = WIRE_OP_FETCH}};

    run(o, "sorted", &sort, 1);
    for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++) {
        char *label = mem_printf("sorted, then %d", (int)ops[i].kind);

        run(o, label, (const struct wire_op[]){cut, sort, ops[i]}, 3);
        free(label);
    }
}

static void sorts_give_the_same_order(void **state)
{
    (void)state;
    compare(sorts);
}

static void sorted_tables_say_so_alike(void **state)
{
    (void)state;
    compare(sorted_tables);
}

static void pieces(struct observer *o)
{
    static const struct {
        enum wire_op_kind kind;
        int64_t first, last;
    } cases[] = {
        {WIRE_OP_HEAD, 3, 0},      {WIRE_OP_HEAD, 0, 0},     {WIRE_OP_HEAD, 999, 0},
        {WIRE_OP_HEAD, -1, 0},     {WIRE_OP_TAIL, 3, 0},     {WIRE_OP_TAIL, -3, 0},
        {WIRE_OP_SLICE, 2, 5},     {WIRE_OP_SLICE, -2, 0},   {WIRE_OP_SLICE, -5, -2},
        {WIRE_OP_SLICE, 236, -1},  {WIRE_OP_SLICE, 3, 2},    {WIRE_OP_SLICE, 999, 1001},
        {WIRE_OP_SLICE, -2, -5},   {WIRE_OP_SLICE, -2, 5},   {WIRE_OP_SLICE, 0, 0},
        {WIRE_OP_SLICE, 238, 999}, {WIRE_OP_SLICE, -999, 2}, {WIRE_OP_SLICE, -999, -238},
        {WIRE_OP_SLICE, -3, 239},  {WIRE_OP_SLICE, 239, -5}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct wire_op op = {
            .kind = cases[i].kind, .first = cases[i].first, .last = cases[i].last};
        char *label = mem_printf("piece %d %" PRId64 " %" PRId64, (int)cases[i].kind,
                                 cases[i].first, cases[i].last);

        run_and_number(o, label, &op);
        free(label);
    }
}

static void pieces_are_the_same(void **state)
{
    (void)state;
    compare(pieces);
}

/* --- columns --- */

static void columns(struct observer *o)
{
    static const struct bytes two[] = {BYTES("Ship"), BYTES("Metres = Length")};
    static const struct bytes position = BYTES("__P = ii"), nope = BYTES("Nope");
    static const struct bytes within = BYTES("__P > 236"), p = BYTES("__P");
    static const struct bytes replaced = BYTES("Ship = Flag");
    struct wire_sort reverse = KEY("", WIRE_REVERSE, false);
    struct wire_op head = {.kind = WIRE_OP_HEAD, .first = 4};

    run(o, "view",
        (const struct wire_op[]){head, {.kind = WIRE_OP_VIEW, .texts = two, .n_texts = 2}},
        2);
    run(o, "view of nothing there",
        (const struct wire_op[]){{.kind = WIRE_OP_VIEW, .texts = &nope, .n_texts = 1}}, 1);
    run(o, "drop",
        (const struct wire_op[]){head, {.kind = WIRE_OP_DROP, .texts = two, .n_texts = 1}},
        2);
    run(o, "drop what is not there",
        (const struct wire_op[]){head,
                                 {.kind = WIRE_OP_DROP, .texts = &nope, .n_texts = 1}},
        2);
    run(o, "replace",
        (const struct wire_op[]){
            head, {.kind = WIRE_OP_UPDATE_VIEW, .texts = &replaced, .n_texts = 1}},
        2);
    run(o, "position",
        (const struct wire_op[]){
            {.kind = WIRE_OP_SORT, .sorts = &reverse, .n_sorts = 1},
            {.kind = WIRE_OP_UPDATE_VIEW, .texts = &position, .n_texts = 1},
            {.kind = WIRE_OP_WHERE, .texts = &within, .n_texts = 1},
            {.kind = WIRE_OP_HEAD, .first = 1},
            {.kind = WIRE_OP_VIEW, .texts = &p, .n_texts = 1}},
        5);
    run(o, "snapshot", (const struct wire_op[]){head, {.kind = WIRE_OP_SNAPSHOT}}, 2);
}

static void columns_are_the_same(void **state)
{
    (void)state;
    compare(columns);
}

/* --- values --- */

static void distinct(struct observer *o)
{
    static const struct bytes lists[][2] = {
        {BYTES("Flag")}, {BYTES("Pilot"), BYTES("Class")}, {BYTES("Cargo")}, {BYTES("Fee")},
        {BYTES("Nope")}, {BYTES("Nope"), BYTES("No")}};

    for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
        struct wire_op op = {.kind = WIRE_OP_DISTINCT,
                             .texts = lists[i],
                             .n_texts = lists[i][1].len ? 2 : 1};

        run(o, "distinct", &op, 1);
    }
}

static void distinct_values_are_the_same(void **state)
{
    (void)state;
    compare(distinct);
}

static const char *const all_columns[] = {
    "Ship",  "Flag", "Class",   "Length",  "Crew", "Passengers", "Containers", "Draft",
    "Cargo", "Fee",  "Insured", "Arrived", "Stay", "Built",      "Tide",       "Pilot"};
#define N_COLUMNS (sizeof(all_columns) / sizeof(*all_columns))

/* The demo server adds decimals up, but has no averages of them. */
static bool is_left_out(enum wire_aggregate kind, const char *column)
{
    return (kind == WIRE_AGG_AVG || kind == WIRE_AGG_STD || kind == WIRE_AGG_VAR) &&
           (strcmp(column, "Fee") == 0 || strcmp(column, "Insured") == 0);
}

static void aggregates(struct observer *o)
{
    static const struct {
        enum wire_aggregate kind;
        const char *name;
    } kinds[] = {
        {WIRE_AGG_SUM, "sum"},          {WIRE_AGG_ABS_SUM, "abs_sum"},
        {WIRE_AGG_AVG, "avg"},          {WIRE_AGG_MIN, "min"},
        {WIRE_AGG_MAX, "max"},          {WIRE_AGG_MEDIAN, "median"},
        {WIRE_AGG_FIRST, "first"},      {WIRE_AGG_LAST, "last"},
        {WIRE_AGG_STD, "std"},          {WIRE_AGG_VAR, "var"},
        {WIRE_AGG_UNIQUE, "unique"},    {WIRE_AGG_COUNT_DISTINCT, "count_distinct"},
        {WIRE_AGG_DISTINCT, "distinct"}};
    struct wire_op head = {.kind = WIRE_OP_HEAD, .first = 7};

    for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
        for (size_t c = 0; c < N_COLUMNS; c++) {
            struct bytes column = bytes_of(all_columns[c]);
            struct wire_aggregation a = {
                .kind = kinds[k].kind, .texts = &column, .n_texts = 1};
            struct wire_op ops[] = {
                head, {.kind = WIRE_OP_AGGREGATE, .aggregations = &a, .n_aggregations = 1}};
            char *label = mem_printf("%s of %s", kinds[k].name, all_columns[c]);

            if (is_left_out(kinds[k].kind, all_columns[c])) {
                free(label);
                continue;
            }

            run(o, label, ops, 2);
            free(label);
        }
    }
}

static void aggregates_are_the_same(void **state)
{
    (void)state;
    compare(aggregates);
}

static void totals(struct observer *o)
{
    static const struct bytes count = BYTES("N"),
                              sums[] = {BYTES("Length"), BYTES("S=Containers")};
    static const struct bytes by[] = {BYTES("Flag"), BYTES("Pilot")}, nope = BYTES("Nope");
    struct wire_aggregation list[] = {
        {.kind = WIRE_AGG_COUNT, .texts = &count, .n_texts = 1},
        {.kind = WIRE_AGG_SUM, .texts = sums, .n_texts = 2}};
    struct wire_op op = {
        .kind = WIRE_OP_AGGREGATE, .aggregations = list, .n_aggregations = 2};
    struct wire_op none[] = {{.kind = WIRE_OP_HEAD}, op};
    struct wire_sort key = KEY("N", WIRE_DESCENDING, false);

    run(o, "totals", &op, 1);
    run(o, "totals of nothing", none, 2);
    none[1].preserve_empty = true;
    run(o, "totals of nothing, kept", none, 2);
    op.texts = by;
    op.n_texts = 2;
    run(o, "groups", &op, 1);
    none[1] = op;
    run(o, "groups of nothing", none, 2);
    op.n_texts = 1;
    op.n_aggregations = 1;
    run(o, "counts, sorted",
        (const struct wire_op[]){op, {.kind = WIRE_OP_SORT, .sorts = &key, .n_sorts = 1}},
        2);
    op.texts = &nope;
    run(o, "groups of what is not there", &op, 1);
    op.n_texts = 0;
    op.n_aggregations = 0;
    run(o, "no aggregations", &op, 1);
    list[0].texts = &nope;
    list[0].kind = WIRE_AGG_SUM;
    op.n_aggregations = 1;
    run(o, "sum of what is not there", &op, 1);
    list[0].texts = sums;
    op.n_aggregations = 2;
    run(o, "one name twice", &op, 1);
}

static void totals_are_the_same(void **state)
{
    (void)state;
    compare(totals);
}

static void statistics(struct observer *o)
{
    static const struct bytes nope = BYTES("Nope");

    for (size_t c = 0; c < N_COLUMNS; c++) {
        if (is_left_out(WIRE_AGG_AVG, all_columns[c]))
            continue;
        struct bytes column = bytes_of(all_columns[c]);
        struct wire_op ops[] = {
            {.kind = WIRE_OP_HEAD, .first = 7},
            {.kind = WIRE_OP_STATISTICS, .texts = &column, .n_texts = 1, .limit = -1}};
        char *label = mem_printf("statistics of %s", all_columns[c]);

        run(o, label, ops, 2);
        run(o, label, ops + 1, 1);
        free(label);
    }
    struct bytes length = BYTES("Ship");
    run(o, "three values",
        &(struct wire_op){
            .kind = WIRE_OP_STATISTICS, .texts = &length, .n_texts = 1, .limit = 3},
        1);
    run(o, "statistics of what is not there",
        &(struct wire_op){
            .kind = WIRE_OP_STATISTICS, .texts = &nope, .n_texts = 1, .limit = -1},
        1);
}

static void statistics_are_the_same(void **state)
{
    (void)state;
    compare(statistics);
}

/* --- two tables --- */

/* The ships, and as the right table their first rows, or some columns of these. */
static void join(struct observer *o, const char *label, const struct wire_op *join,
                 int64_t rows, const struct bytes *view, size_t n_view)
{
    struct wire_op ops[] = {{.kind = WIRE_OP_HEAD, .first = rows},
                            {.kind = WIRE_OP_VIEW, .texts = view, .n_texts = n_view},
                            *join};

    ops[2].source.ticket = bytes_of(o->world);
    ops[2].right = (struct wire_source){.offset = 1};
    run(o, label, ops, 3);
}

static void joins(struct observer *o)
{
    static const struct bytes all[] = {BYTES("Ship"), BYTES("Flag"), BYTES("Class"),
                                       BYTES("Cargo"), BYTES("Containers")};
    static const struct bytes two[] = {BYTES("Flag"), BYTES("Class")};
    static const struct bytes ship = BYTES("Ship"), cargo = BYTES("Cargo");
    static const struct bytes renamed[] = {BYTES("Name = Ship"), BYTES("Home = Flag")};
    static const struct bytes pair = BYTES("Ship=Name"), odd = BYTES("Ship=Containers");
    static const struct bytes none = BYTES("Ship=Nothing");
    static const struct bytes added[] = {BYTES("Home=Flag"), BYTES("C2=Containers")};
    struct wire_op in = {.kind = WIRE_OP_WHERE_IN, .texts = two, .n_texts = 2};
    struct wire_op natural = {.kind = WIRE_OP_NATURAL_JOIN, .texts = &ship, .n_texts = 1};

    join(o, "rows of these two values", &in, 18, all, 5);
    in.inverted = true;
    join(o, "rows of others", &in, 18, all, 5);
    in = (struct wire_op){.kind = WIRE_OP_WHERE_IN, .texts = &cargo, .n_texts = 1};
    join(o, "NaN and null are values", &in, 60, all, 5);
    natural.added = added;
    natural.n_added = 2;
    join(o, "two columns beside the ships", &natural, 9, all, 5);
    join(o, "a key twice", &natural, 20, all, 5);
    natural.added = NULL;
    natural.n_added = 0;
    join(o, "a name that both have", &natural, 9, all, 5);
    natural.texts = &pair;
    join(o, "all that is not matched", &natural, 9, renamed, 2);
    natural.texts = &odd;
    join(o, "types that do not match", &natural, 9, all, 5);
    natural.texts = &none;
    join(o, "no such column", &natural, 9, all, 5);
}

static void joins_find_the_same_rows(void **state)
{
    (void)state;
    compare(joins);
}

/* --- seek --- */

static void seek(struct observer *o, struct wire_seek s, const char *label)
{
    struct buf m, reply;
    struct err e;
    int64_t row;

    buf_init(&m, REQUEST_MAX);
    buf_init(&reply, REQUEST_MAX);
    assert_int_equal(wire_seek_encode(&s, &m, &e), ERR_OK);
    if (observer_unary(o, label, SEEK, o->bearer, buf_bytes(&m), &reply)) {
        assert_int_equal(wire_seek_reply_decode(buf_bytes(&reply), &row, &e), ERR_OK);
        observer_say(o, "  row %" PRId64, row);
    }
    buf_release(&reply);
    buf_release(&m);
}

static void seeks(struct observer *o)
{
    static const struct {
        const char *column;
        struct wire_literal value;
        bool ignores_case, contains;
    } cases[] = {{"Length", LONG(20), 0, 0},
                 {"Length", LONG(1), 0, 0},
                 {"Length", REAL(157.9), 0, 0},
                 {"Length", TEXT("20"), 0, 0},
                 {"Crew", LONG(22), 0, 0},
                 {"Passengers", LONG(614), 0, 0},
                 {"Draft", REAL(7.25), 0, 0},
                 {"Cargo", REAL(-125), 0, 0},
                 {"Cargo", REAL(NAN), 0, 0},
                 {"Cargo", REAL(INFINITY), 0, 0},
                 {"Ship", TEXT("Heron"), 0, 0},
                 {"Ship", TEXT("heron"), 0, 0},
                 {"Ship", TEXT("heron"), 1, 0},
                 {"Ship", TEXT("ERO"), 1, 1},
                 {"Ship", TEXT("ero"), 0, 1},
                 {"Flag", TEXT("Åland"), 1, 0},
                 {"Class", TEXT("C"), 0, 0},
                 {"Class", TEXT("CC"), 0, 0},
                 {"Pilot", BOOLEAN(true), 0, 0},
                 {"Arrived", TIME(1767225600000000000), 0, 0},
                 {"Fee", TEXT("79.07"), 0, 0},
                 {"Insured", TEXT("900719925474"), 0, 0},
                 {"Built", TEXT("1994-08-23"), 0, 0},
                 {"Tide", TEXT("00:00"), 0, 0},
                 {"Stay", TEXT("PT10M"), 0, 0},
                 {"Length", LONG(20), 0, 1},
                 {"Nope", LONG(1), 0, 0}};
    uint8_t ticket[EXPORT_TICKET_LEN];

    run(o, "ships", (const struct wire_op[]){{.kind = WIRE_OP_FETCH}}, 1);
    ticket_export(o->last_export, ticket);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        for (int64_t start = -1; start < 300; start += 100) {
            struct wire_seek s = {.source = {ticket, sizeof(ticket)},
                                  .column = bytes_of(cases[i].column),
                                  .value = cases[i].value,
                                  .start = start,
                                  .ignores_case = cases[i].ignores_case,
                                  .contains = cases[i].contains};
            char *label =
                mem_printf("seek %zu in %s from %" PRId64, i, cases[i].column, start);

            seek(o, s, label);
            s.backward = true;
            seek(o, s, "  backward");
            free(label);
        }
    }
}

static void rows_are_found_alike(void **state)
{
    (void)state;
    compare(seeks);
}

/* --- failures in a chain --- */

static void chains(struct observer *o)
{
    static const struct bytes nope = BYTES("Nope"), bad = BYTES("Nope = 1");
    struct wire_sort key = KEY("Nope", WIRE_ASCENDING, false);
    struct wire_op head = {.kind = WIRE_OP_HEAD, .first = 4};
    struct wire_op where = {.kind = WIRE_OP_WHERE, .texts = &bad, .n_texts = 1};
    struct wire_op sort = {.kind = WIRE_OP_SORT, .sorts = &key, .n_sorts = 1};
    struct wire_op distinct_op = {.kind = WIRE_OP_DISTINCT, .texts = &nope, .n_texts = 1};

    run(o, "a logged failure first", (const struct wire_op[]){where, head, head}, 3);
    run(o, "a logged failure last", (const struct wire_op[]){head, head, where}, 3);
    run(o, "a failure with a status first", (const struct wire_op[]){sort, head, head}, 3);
    run(o, "a failure with a status last", (const struct wire_op[]){head, sort}, 2);
    run(o, "one of each", (const struct wire_op[]){distinct_op, where, head}, 3);
    o->world = "s/missing";
    run(o, "a table that is not there", &head, 1);
    run(o, "and what follows", (const struct wire_op[]){head, head, where}, 3);
    o->world = "e\xfb\xff\xff\xff";
    run(o, "an export that is not there", (const struct wire_op[]){head, head}, 2);
}

static void forms(struct observer *o)
{
    uint8_t ticket[EXPORT_TICKET_LEN];
    struct wire_op op = {.kind = WIRE_OP_FETCH, .source.offset = 7};
    struct buf m;
    struct err e;

    buf_init(&m, REQUEST_MAX);
    (void)observer_unary(o, "no operations", BATCH, o->bearer, buf_bytes(&m), NULL);
    next_ticket(o, ticket);
    op.result = (struct bytes){ticket, sizeof(ticket)};
    assert_int_equal(wire_batch_request_encode(&op, 1, &m, &e), ERR_OK);
    (void)observer_unary(o, "an offset of none", BATCH, o->bearer, buf_bytes(&m), NULL);
    buf_clear(&m);
    next_ticket(o, ticket);
    op.source.ticket = bytes_of("s/missing");
    assert_int_equal(wire_batch_request_encode(&op, 1, &m, &e), ERR_OK);
    (void)observer_unary(o, "a source that is not there", BATCH, o->bearer, buf_bytes(&m),
                         NULL);
    buf_release(&m);
}

static void failures(struct observer *o)
{
    chains(o);
    forms(o);
}

static void failures_are_told_alike(void **state)
{
    (void)state;
    compare(failures);
}

/* --- rollups --- */

#define TREES OBSERVER_BACKPLANE "HierarchicalTableService/"
#define KEY_COLUMNS 4

struct key {
    const char *class_name, *ship; /* NULL: null */
    int64_t depth, action;
};

static void push_text(struct column *out, const char *text)
{
    if (text)
        column_push_bytes(out, bytes_of(text));
    else
        column_push_null(out);
}

/* Puts up the table of keys. */
static void put_keys(struct observer *o, const struct key *keys, size_t n)
{
    static const struct type types[KEY_COLUMNS] = {{.kind = KIND_CHAR},
                                                   {.kind = KIND_STRING},
                                                   {.kind = KIND_INT},
                                                   {.kind = KIND_BYTE}};
    struct upload_column columns[KEY_COLUMNS] = {{.name = "Class", .java_type = "char"},
                                                 {"Ship", "java.lang.String", NULL, NULL},
                                                 {"__DEPTH__", "int", NULL, NULL},
                                                 {"Action", "byte", NULL, NULL}};
    struct column *cells[KEY_COLUMNS];
    struct buf first, rows;
    struct talk *t;
    struct err e;

    for (size_t c = 0; c < KEY_COLUMNS; c++)
        columns[c].cells = cells[c] = column_new(&types[c]);
    for (size_t i = 0; i < n; i++) {
        if (keys[i].class_name)
            column_push_int(cells[0], *keys[i].class_name);
        else
            column_push_null(cells[0]);
        push_text(cells[1], keys[i].ship);
        column_push_int(cells[2], keys[i].depth);
        column_push_int(cells[3], keys[i].action);
    }
    buf_init(&first, REQUEST_MAX);
    buf_init(&rows, REQUEST_MAX);
    assert_int_equal(
        upload_encode(++o->last_export, columns, KEY_COLUMNS, &first, &rows, &e), ERR_OK);
    t = talk_start(o, UPLOAD_METHOD, o->bearer, buf_bytes(&first), false);
    call_send_last(t->call, buf_bytes(&rows));
    (void)talk_wait_end(t, ANSWER_MS);
    talk_say_end(t, "  keys");
    talk_free(t);
    for (size_t c = 0; c < KEY_COLUMNS; c++)
        column_free(cells[c]);
    buf_release(&first);
    buf_release(&rows);
}

static void say_tree_columns(struct observer *o, const struct schema *s)
{
    for (size_t i = 0; i < s->n_columns; i++)
        observer_say(o, "  column %s %s role %d key %d level %d leaf %zu",
                     s->columns[i].name, s->columns[i].java_type, (int)s->columns[i].role,
                     s->columns[i].is_expand_by, s->columns[i].level, s->columns[i].leaf);
}

/* All columns of a view; n of them. */
static void say_view(struct observer *o, struct bytes ticket, size_t n)
{
    char *columns = mem_printf("0-%zu", n - 1);
    struct talk *t =
        talk_subscribe(o, ticket, (struct ask){.rows = "0-999", .columns = columns});

    t->quiet = true;
    for (int i = 0; i < ANSWER_MS && !t->ended && !t->viewport; i++)
        observer_run(o, 1);
    if (t->replica) {
        say_tree_columns(o, replica_schema(t->replica));
        say_rows(t);
    } else
        talk_say_end(t, "  stream");
    talk_free(t);
    free(columns);
}

static void view_tree(struct observer *o, const char *label, struct bytes tree,
                      const struct key *keys, size_t n_keys, size_t n_columns)
{
    uint8_t view[EXPORT_TICKET_LEN], key_table[EXPORT_TICKET_LEN];
    struct wire_tree_view m = {
        .source = tree, .result = {view, sizeof(view)}, .action = bytes_of("Action")};
    struct buf request;
    struct err e;

    observer_say(o, "%s", label);
    if (n_keys > 0) {
        put_keys(o, keys, n_keys);
        ticket_export(o->last_export, key_table);
        m.keys = (struct bytes){key_table, sizeof(key_table)};
    }
    next_ticket(o, view);
    buf_init(&request, REQUEST_MAX);
    assert_int_equal(wire_tree_view_encode(&m, &request, &e), ERR_OK);
    if (observer_unary(o, "  view", TREES "View", o->bearer, buf_bytes(&request), NULL))
        say_view(o, m.result, n_columns);
    buf_release(&request);
}

static void roll_up(struct observer *o, bool constituents)
{
    static const struct bytes names[] = {BYTES("Class"), BYTES("Ship")}, count = BYTES("N"),
                              sum = BYTES("Containers"), least = BYTES("Length"),
                              most = BYTES("Draft"), mean = BYTES("Crew");
    static const struct wire_aggregation made[] = {
        {.kind = WIRE_AGG_COUNT, .texts = &count, .n_texts = 1},
        {.kind = WIRE_AGG_SUM, .texts = &sum, .n_texts = 1},
        {.kind = WIRE_AGG_MIN, .texts = &least, .n_texts = 1},
        {.kind = WIRE_AGG_MAX, .texts = &most, .n_texts = 1},
        {.kind = WIRE_AGG_AVG, .texts = &mean, .n_texts = 1}};
    static const struct key all[] = {{NULL, NULL, 1, 3}, {"A", NULL, 2, 4}},
                            some[] = {{"B", NULL, 2, 1},
                                      {"B", "Beluga", 3, 1},
                                      {"Z", NULL, 2, 1}},
                            none[] = {{NULL, NULL, 1, 4}};
    size_t n = 2 + 2 + COUNT(made) + (constituents ? 16 : 0);
    uint8_t ticket[EXPORT_TICKET_LEN];
    struct wire_rollup m = {.source = bytes_of(o->world),
                            .result = {ticket, sizeof(ticket)},
                            .names = names,
                            .n_names = COUNT(names),
                            .aggregations = made,
                            .n_aggregations = COUNT(made),
                            .constituents = constituents};
    struct buf request;
    struct err e;

    next_ticket(o, ticket);
    buf_init(&request, REQUEST_MAX);
    assert_int_equal(wire_rollup_encode(&m, &request, &e), ERR_OK);
    (void)observer_unary(o, "rollup", TREES "Rollup", o->bearer, buf_bytes(&request), NULL);
    view_tree(o, "as it is at first", m.result, NULL, 0, n);
    view_tree(o, "all open but one", m.result, all, COUNT(all), n);
    view_tree(o, "some open", m.result, some, COUNT(some), n);
    view_tree(o, "the root closed", m.result, none, COUNT(none), n);
    buf_release(&request);
}

static void rollups(struct observer *o)
{
    roll_up(o, true);
    roll_up(o, false);
}

static void rollups_have_the_same_rows(void **state)
{
    (void)state;
    compare(rollups);
}

/* --- */

static int servers_start(void **state)
{
    (void)state;
    server_control("make conformance_ships %d view %s", ROWS, formulas);
    beside_start(&demo, (const char *const[]){NULL});
    return 0;
}

static int servers_stop(void **state)
{
    (void)state;
    beside_stop(&demo);
    server_control("forget conformance_ships");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_find_the_same_rows),
        cmocka_unit_test(the_table_is_the_same),
        cmocka_unit_test(filters_leave_the_same_rows),
        cmocka_unit_test(trees_of_conditions_leave_the_same_rows),
        cmocka_unit_test(simple_expressions_leave_the_same_rows),
        cmocka_unit_test(sorts_give_the_same_order),
        cmocka_unit_test(sorted_tables_say_so_alike),
        cmocka_unit_test(pieces_are_the_same),
        cmocka_unit_test(columns_are_the_same),
        cmocka_unit_test(distinct_values_are_the_same),
        cmocka_unit_test(aggregates_are_the_same),
        cmocka_unit_test(totals_are_the_same),
        cmocka_unit_test(statistics_are_the_same),
        cmocka_unit_test(rows_are_found_alike),
        cmocka_unit_test(failures_are_told_alike),
        cmocka_unit_test(rollups_have_the_same_rows)};

    server_require();
    channel_capture_log();
    return cmocka_run_group_tests(tests, servers_start, servers_stop);
}
