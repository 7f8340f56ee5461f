/* Pieces of statements over rows that are known by their keys. Not for other rooms. */
#ifndef WEFT_CASCADE_SELECT_H
#define WEFT_CASCADE_SELECT_H

#include "sql/render.h"

/* `deleted_at IS NULL` of a model that has it; NULL when out of memory. */
const weft_sql_expr *weft_cascade_is_live(const weft_model *model, weft_arena *keep);

/* Each field as a result column; NULL when out of memory. */
const weft_sql_output *weft_cascade_outputs(const weft_field *const *fields, size_t count, weft_arena *keep);

/* Rows of a model by their keys: one list where the key is one field, else a bulk of keys. */
typedef struct weft_cascade_keys {
    const weft_sql_expr *condition;
    const weft_value **columns; /* the bulk's; keys first */
    weft_value_kind *kinds;
    weft_bulk bulk;
} weft_cascade_keys;

/* `keys[i]` holds key_count values. */
weft_code weft_cascade_keys_make(const weft_model *model,
                                 const weft_value *const *keys,
                                 size_t count,
                                 weft_arena *scratch,
                                 weft_cascade_keys *ret_keys,
                                 weft_error *error);
/* The same as a bulk even for one field, with `more` further columns of values, one a row, behind the keys. */
weft_code weft_cascade_keys_make_bulk(const weft_model *model,
                                      const weft_value *const *keys,
                                      size_t count,
                                      size_t more,
                                      weft_arena *scratch,
                                      weft_cascade_keys *ret_keys,
                                      weft_error *error);

/* NULL where a list does. */
static inline const weft_bulk *weft_cascade_keys_bulk(const weft_cascade_keys *keys)
{
    return keys->bulk.column_count > 0 ? &keys->bulk : NULL;
}

/* One bulk insert into `model`'s table: columns[i] are the values of fields[i]. */
typedef struct weft_cascade_insert {
    const weft_model *model;
    const weft_field *const *fields;
    const weft_value *const *columns;
    size_t field_count;
    size_t row_count;
} weft_cascade_insert;

/* `ret_inserted` may be NULL. */
weft_code weft_cascade_insert_run(weft_connection *connection,
                                  const weft_cascade_insert *insert,
                                  weft_arena *scratch,
                                  uint64_t *ret_inserted,
                                  weft_error *error);

#endif
