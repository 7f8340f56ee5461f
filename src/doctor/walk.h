/* Going on where a page ended: rows after a place in an order. Not for other rooms. */
#ifndef WEFT_DOCTOR_WALK_H
#define WEFT_DOCTOR_WALK_H

#include "doctor/rows.h"

#define WEFT_PLACE_MAX 4

/* A place in the order of some fields. It keeps its values itself, so that a page's arena can go. */
typedef struct weft_place {
    const weft_field *fields[WEFT_PLACE_MAX];
    weft_value values[WEFT_PLACE_MAX];
    size_t count;
    bool is_set; /* false: before the first row */
    weft_arena arena;
} weft_place;

void weft_place_init(weft_place *place, const weft_allocator *allocator);
void weft_place_done(weft_place *place);
weft_code weft_place_move(weft_place *place, const weft_value *values, weft_error *error);

/* TRUE of rows behind the place; `*ret_where` NULL when it is not set. */
weft_code weft_place_where(const weft_place *place,
                           weft_arena *keep,
                           const weft_sql_expr **ret_where,
                           weft_error *error);
/* The fields as an order; false when out of memory. */
bool weft_place_order(const weft_place *place, weft_arena *keep, weft_sql_order order[WEFT_PLACE_MAX]);

#endif
