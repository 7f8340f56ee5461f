/* Would a record get more partners than its link allows? Not for other rooms. */
#ifndef WEFT_LINK_CARDINALITY_H
#define WEFT_LINK_CARDINALITY_H

#include "link/look.h"

/* A record with its one partner, and the pair that would give it another. */
typedef struct weft_link_violation {
    const weft_link_pair *pair; /* NULL: none */
    bool is_right;              /* the record that has a partner is the pair's right */
    bool is_secret;             /* the partner may not exist for the caller, and is not named */
    weft_value partner;
} weft_link_violation;

/* The constrained keys of a batch on one side. */
typedef struct weft_link_cardinality_side {
    weft_link_batch *batch;
    bool is_right;
    weft_link_pair **pairs; /* by the constrained key */
    weft_link_violation *violation;
} weft_link_cardinality_side;

typedef struct weft_link_cardinality {
    weft_link_batch *batch;
    weft_link_cardinality_side sides[2];
    size_t side_count; /* 0: many-to-many, nothing to check */
    weft_link_violation violation;
} weft_link_cardinality;

/* True when some side of the link allows one partner only. */
bool weft_link_is_constrained(const weft_link *link);

/* Two writers of several pairs each could wait for one another at the index of a constrained side, whose order is not
 * the order of the pairs; so they take turns. */
weft_code weft_link_cardinality_take_turn(const weft_link_batch *batch, weft_error *error);

/* Add to `looks` what finds the present partners. `ret_cardinality` must stay where it is until the end. */
weft_code weft_link_cardinality_begin(weft_link_batch *batch,
                                      weft_link_looks *looks,
                                      weft_link_cardinality *ret_cardinality,
                                      weft_error *error);

/* After the looks ran: WEFT_CARDINALITY_VIOLATION when a record has another partner already. */
weft_code weft_link_cardinality_end(const weft_link_cardinality *cardinality, weft_error *error);

/* WEFT_CARDINALITY_VIOLATION when the pairs of one call alone break the rule. */
weft_code weft_link_cardinality_among(const weft_link_group *group, weft_arena *scratch, weft_error *error);

/* `error` is the WEFT_UNIQUE_VIOLATION of an index that keeps the rule: another writer was first. Turn it into
 * WEFT_CARDINALITY_VIOLATION with the partner that won. The transaction is lost by then, so it is rolled back and the
 * look stands outside any. Answers the code that `error` has in the end. */
weft_code weft_link_cardinality_explain(weft_link_batch *batch, weft_error *error);

#endif
