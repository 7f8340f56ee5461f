/* Aggregates that are answered as fields. Private to plan/. */
#ifndef WEFT_PLAN_AGGREGATE_H
#define WEFT_PLAN_AGGREGATE_H

#include "plan/plan.h"

/* All aggregates of one edge that a selection answers: one step, or two, works them out. */
typedef struct weft_aggregate_part {
    const weft_edge *edge;
    const weft_selection *partners; /* live ones by key, the fields that are aggregated, nothing else */
    weft_step_aggregate *aggregates;
    size_t count;
} weft_aggregate_part;

/* How many parts a selection has. */
size_t weft_aggregate_part_count(const weft_selection *selection);
/* The part that begins at output `*at` or behind; *at is then behind it. False when out of memory. */
bool weft_aggregate_part_next(const weft_selection *selection,
                              size_t *at,
                              weft_arena *keep,
                              weft_aggregate_part *ret_part);

/* The columns of an AGGREGATE step: those of its aggregates, then the parent key. */
void weft_aggregate_place_columns(weft_step *step, weft_step_aggregate *aggregates);
/* The columns that weft aggregates itself, where `step` reads the partners. */
void weft_aggregate_find_columns(const weft_step *step, weft_step_aggregate *aggregates, size_t count);

#endif
