/* A plan: steps, each on one store, joined by keys. Made from a query and the facts of the stores; pure.
 *
 * A plan is a tree that follows the selection tree. The root step reads the page; each edge of the answer is one step,
 * or two where the link table and the target live in different stores. A step's statement takes the keys gathered from
 * its parent as one list parameter, so that the number of statements a batch is the number of steps. */
#ifndef WEFT_PLAN_PLAN_H
#define WEFT_PLAN_PLAN_H

#include "query/query.h"
#include "store/store.h"

typedef struct weft_step weft_step;

typedef enum weft_step_kind {
    WEFT_STEP_ROOT = 1, /* the page */
    WEFT_STEP_DIRECT,   /* target rows by to_field = ANY(parent keys) */
    WEFT_STEP_JOINED,   /* link table (or pivot) and target in one statement: one store */
    WEFT_STEP_THROUGH,  /* rows of the link table alone: (parent key, target key); its only child is a TARGET step */
    WEFT_STEP_TARGET    /* target rows by key = ANY(keys of the THROUGH rows), each fetched once */
} weft_step_kind;

/* What one result row of a step is made of, in this order:
 *   fields[0 … field_count)   columns of the selection's model (THROUGH: none)
 *   then, except for ROOT and TARGET, the parent key (DIRECT: unless it is one of the fields anyway); for THROUGH also
 *   the target key.
 * `key_column` is the place of the parent key (DIRECT, JOINED, THROUGH) or of the own key (TARGET) in the row. */
struct weft_step {
    weft_step_kind kind;
    uint32_t number; /* 0-based, in order of plan->steps */
    const weft_store_def *store;
    const weft_selection *selection;
    const weft_edge *edge;     /* NULL for ROOT */
    const weft_filter *filter; /* what the step's store runs of the selection's filter; NULL: nothing. THROUGH: what
                                  speaks of the link row, TARGET: the rest */
    const weft_field *const *fields; /* read columns: outputs, plus what children and order need; no duplicates */
    size_t field_count;
    size_t column_count; /* of a result row */
    size_t key_column;
    size_t target_key_column; /* THROUGH */
    const weft_step *parent;
    size_t parent_key_field; /* place in the parent row of the value this step is keyed by (edge->from_field) */
    const weft_step *const *children; /* in output order */
    size_t child_count;
    weft_str reason; /* why this kind: "link table and target share store default" */
};

typedef struct weft_plan {
    const weft_query *query;
    const weft_step *root;
    const weft_step *const *steps; /* every step, parents before children */
    size_t step_count;
    bool has_count; /* a count statement beside the page, in the root's store */
} weft_plan;

/* Plan `query`. WEFT_UNSUPPORTED: a part of the query no strategy answers yet, named in the message with `where`. */
weft_code weft_plan_make(
    const weft_query *query, weft_arena *keep, weft_arena *scratch, weft_plan **ret_plan, weft_error *error);

/* True when the step's statement orders its rows: not those of THROUGH and TARGET, and not where a key finds at most
 * one row. */
bool weft_step_is_ordered(const weft_step *step);
/* True when the store ranks the rows of each parent and leaves out those behind its page: then at most skip + take rows
 * come for a parent. Skipping is always the reader's. */
bool weft_step_is_ranked(const weft_step *step);

/* Aligned text for people and golden tests. */
void weft_plan_print(const weft_plan *plan, weft_buf *buf);
/* The same as one JSON object. */
void weft_plan_write_json(const weft_plan *plan, weft_buf *buf);

#endif
