/* Where things run: the one door of push-down. Private to plan/. */
#ifndef WEFT_PLAN_PLACE_H
#define WEFT_PLAN_PLACE_H

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

/* Which step of `selection` runs which part of its filter; NULL: none. Not split: all of it is `target`.
 * WEFT_UNSUPPORTED: a condition needs two stores; it names the edge and the stores, or the mixture. */
weft_code weft_place_filter(const weft_selection *selection,
                            bool is_split,
                            weft_arena *keep,
                            const weft_filter **ret_link,
                            const weft_filter **ret_target,
                            weft_error *error);

/* Whether the rows of `selection` can be ordered: by the store, or by weft over the link rows when the edge is split.
 * WEFT_UNSUPPORTED names what cannot be ordered by. */
weft_code weft_place_order(const weft_selection *selection, bool is_split, weft_error *error);

#endif
