/* Where things run: the one door of push-down. Private to plan/. */
#ifndef WEFT_PLAN_PLACE_H
#define WEFT_PLAN_PLACE_H

#include "base/vec.h"
#include "plan/plan.h"

/* Filters and selections are bounded by the limits on a request (WEFT_FILTER_DEPTH_MAX, depth_max). */
#define WEFT_PLAN_DEPTH_MAX 1024

/* How the partners over `edge` are read. */
typedef struct weft_edge_place {
    bool is_split; /* THROUGH and TARGET instead of one step */
    weft_step_kind kind;
    const weft_store_def *store;  /* of the step; split: of the THROUGH step */
    const weft_store_def *target; /* split: of the TARGET step */
    weft_str reason;
    weft_str target_reason;
} weft_edge_place;

/* Decide for `edge`. WEFT_NO_MEMORY. */
weft_code weft_place_edge(const weft_edge *edge, weft_arena *keep, weft_edge_place *ret_placement, weft_error *error);

/* True when `store` has all that `filter` asks of its records, over however many edges. */
bool weft_condition_is_local(const weft_filter *filter, const weft_store_def *store);
/* True when `store` can order by `order`: what leads over edges must lie in it, and what is added up must come out the
 * same in every store. */
bool weft_term_is_local(const weft_order *order, const weft_store_def *store);

/* Whether the store of `edge`'s tables can work out all of `aggregates` of the partners, so that every store would
 * answer the same. */
bool weft_place_aggregates(const weft_selection *partners,
                           const weft_edge *edge,
                           const weft_step_aggregate *aggregates,
                           size_t count);

/* Partners that weft must look up for a step: over `edge`, those that match `filter`; or for an order term, which then
 * goes on from there. */
typedef struct weft_look {
    const weft_edge *edge;
    const weft_filter *filter;
    const weft_order *order;
    bool is_existence;
    bool with_deleted; /* deleted partners are partners too */
} weft_look;

typedef WEFT_VEC(weft_mark) weft_mark_list;
typedef WEFT_VEC(weft_term) weft_term_list;

/* Who does what of a selection's filter and order. */
typedef struct weft_division {
    const weft_filter *filter;      /* the store's, of the records */
    const weft_filter *link_filter; /* split: the link table's store's */
    const weft_residual *residual;
    weft_mark_list marks;
    weft_mark_list link_marks; /* split: of the THROUGH step */
    WEFT_VEC(weft_look) looks;
    weft_term_list terms; /* FIELD terms have `place` 0: the step knows its columns */
    weft_term_list keys;  /* likewise */
} weft_division;

/* Divide the work of reading `selection`'s records in `store`. With `needs_order` weft orders them whatever their store
 * could do. WEFT_NO_MEMORY. */
weft_code weft_divide(const weft_selection *selection,
                      bool is_split,
                      bool needs_order,
                      weft_arena *keep,
                      weft_division *ret_division,
                      weft_error *error);
/* Settle where the values of the order are that the store of the root keeps, for cursors: FIELD and MARK terms. */
weft_code weft_divide_keys(const weft_selection *selection,
                           weft_arena *keep,
                           weft_division *division,
                           weft_error *error);
/* What a look for an order term must read: the value the term orders by, or the look further on; and of which partners.
 */
weft_code weft_divide_look(const weft_order *order,
                           const weft_selection *partners,
                           bool is_split,
                           weft_arena *keep,
                           weft_division *ret_division,
                           weft_error *error);

#endif
