/*
 * client/table_parts.h - what a table is made of.
 *
 * Private to client/table, which keeps it, and client/table_build, which asks for what it
 * is made of.
 */
#ifndef CLIENT_TABLE_PARTS_H
#define CLIENT_TABLE_PARTS_H

#include "client/batch.h"
#include "client/connection.h"
#include "client/table_stages.h"
#include "client/table_state.h"

struct made {
    struct export_id export;   /* none: not asked for, or refused */
    struct table_batch *batch; /* that makes it, under way */
    bool is_there, is_refused;
};

struct table {
    struct connection *connection; /* borrowed */
    uint32_t epoch;                /* of its connection, when it was built last; 0: never */
    struct buf origin;      /* ticket of its source in later epochs; empty: the same */
    struct table *from;     /* borrowed; NULL: it is made of nothing else */
    enum table_stage first; /* the stages before are from's */
    struct export_id base;  /* of from, when this was built last; none: it has its ticket */
    struct recipe *recipe;
    struct schema *schema; /* NULL: not known, or a part */
    int text_level;        /* types up to this level are asked for as text; -1: none */
    struct made made[N_STAGES];
    uint8_t ticket[EXPORT_TICKET_LEN];
    bool is_static;
    int64_t rows; /* -1: not told */
    bool failed, interrupted;
    enum recipe_op failed_op;
    struct err failure; /* of what failed, or was interrupted */
    struct table_state state;
    table_told_fn *told;
    void *ctx;
};

/* Another recipe (given); what is not of both is released. */
void table_set_recipe(struct table *t, struct recipe *r);

/* Lets go of what was made of this stage and those behind it. */
void table_release_from(struct table *t, enum table_stage stage);

#endif
