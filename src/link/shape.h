/* Pairs of one batch that give the same extra columns: what one statement can write. Not for other rooms. */
#ifndef WEFT_LINK_SHAPE_H
#define WEFT_LINK_SHAPE_H

#include "link/look.h"

typedef struct weft_link_shape {
    weft_link_batch *batch;
    weft_link_pair **pairs; /* by left, then right; those that are not settled yet */
    size_t count;
    const weft_field *const *fields; /* the extra columns given */
    size_t field_count;
} weft_link_shape;

/* The shape of the first pair of the batch that is not settled; *ret_shape->count 0 when all are. */
weft_code weft_link_shape_next(weft_link_batch *batch, weft_link_shape *ret_shape, weft_error *error);

/* Keep only the pairs that are not settled. */
void weft_link_shape_drop_settled(weft_link_shape *shape);

/* An extra column that must have a value and that this shape does not give, or NULL: only present rows can take it. */
const weft_field *weft_link_shape_lacks(const weft_link_shape *shape);

/* Look at the rows there are, deleted ones too, locking them, and settle the pairs that have one: UNCHANGED, or REVIVED
 * and UPDATED, whose rows are written. */
weft_code weft_link_present_settle(weft_link_shape *shape, weft_error *error);

/* Insert a row for each pair, and settle all as CREATED when none had one. Else none is settled, and the look at
 * present rows is to tell which were created. */
weft_code weft_link_insert_settle(weft_link_shape *shape, weft_error *error);

/* The same as a look that can go along with others; `shape` must stay where it is until it ran. The settled pairs stay
 * in the shape. */
weft_code weft_link_insert_look(weft_link_shape *shape, weft_link_look *ret_look, weft_error *error);

/* Bulk columns left, right and then each extra column, of `count` pairs of the shape. */
typedef struct weft_link_columns {
    const weft_value **columns;
    weft_value_kind *kinds;
    size_t count;
    size_t row_count;
} weft_link_columns;

/* With room for `more` columns of the caller's own after them. */
weft_code weft_link_columns_make(const weft_link_shape *shape,
                                 weft_link_pair *const *pairs,
                                 size_t count,
                                 size_t more,
                                 weft_link_columns *ret_columns,
                                 weft_error *error);

static inline weft_bulk weft_link_columns_bulk(const weft_link_columns *columns)
{
    return (weft_bulk){columns->columns, columns->kinds, columns->count, columns->row_count};
}

#endif
