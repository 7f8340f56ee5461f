/* Rows of a link table as the doctor reads them, and the records at their ends. Not for other rooms. */
#ifndef WEFT_DOCTOR_ROWS_H
#define WEFT_DOCTOR_ROWS_H

#include "base/value.h"
#include "doctor/examination.h"
#include "sql/render.h"

typedef enum weft_end_state { WEFT_END_LIVE = 0, WEFT_END_DELETED, WEFT_END_MISSING } weft_end_state;

/* A live row. Values live in the arena it was read into. */
typedef struct weft_doctor_row {
    weft_value id, left, right;
    weft_value updated_at; /* NULL where the table has none */
    weft_end_state ends[2];
    size_t at; /* a copy's: place of the row it was made from */
} weft_doctor_row;

typedef struct weft_doctor_rows {
    weft_doctor_row *items;
    size_t count;
} weft_doctor_rows;

/* Which live rows: `where` beside being live, in what order, how many. */
typedef struct weft_doctor_select {
    const weft_link *link;
    const weft_sql_expr *where;
    const weft_sql_order *order;
    size_t order_count;
    uint64_t limit; /* 0: all */
    uint64_t offset;
    bool locks;
    const weft_bulk *bulk;
} weft_doctor_select;

weft_code weft_doctor_rows_read(weft_connection *connection,
                                const weft_doctor_select *select,
                                weft_arena *keep,
                                weft_doctor_rows *ret_rows,
                                weft_error *error);

/* Columns of a link's model. */
const weft_field *weft_doctor_id_field(const weft_link *link);
static inline const weft_link_side *weft_doctor_side(const weft_link *link, size_t at)
{
    return at == 0 ? &link->left : &link->right;
}

/* `left` and `right` (and the id, with `with_id`) are those of the bulk's row; NULL when out of memory. */
const weft_sql_expr *weft_doctor_row_condition(const weft_link *link, bool with_id, weft_arena *keep);
/* Left, right and id of each row as bulk columns. */
weft_code weft_doctor_rows_bulk(
    const weft_link *link, const weft_doctor_rows *rows, weft_arena *keep, weft_bulk *ret_bulk, weft_error *error);

/* Keep of `rows` those that still live and have not changed since they were read. With `locks` they are locked. */
weft_code weft_doctor_rows_again(weft_session *session,
                                 const weft_link *link,
                                 bool locks,
                                 weft_doctor_rows *rows,
                                 weft_arena *scratch,
                                 weft_error *error);

/* Fill `ends` of every row: one statement a side. With `locks` the records that are there are locked against change.
 * Of a store that is away nothing is known, so its records pass as live. */
weft_code weft_doctor_ends_look(weft_examination *examination,
                                weft_session *session,
                                const weft_link *link,
                                bool locks,
                                weft_doctor_rows *rows,
                                weft_error *error);

/* The key of the record at an end, as its model types it; false when no record can have such a key. */
bool weft_doctor_end_key(const weft_link_side *side, const weft_value *column, weft_value *ret_key);

/* Keep the rows with an end that is not live. */
void weft_doctor_rows_keep_dead(weft_doctor_rows *rows);

#endif
