/* Looks: statements that go to one store together and whose rows are met one by one. Not for other rooms. */
#ifndef WEFT_LINK_LOOK_H
#define WEFT_LINK_LOOK_H

#include "link/pairs.h"

typedef struct weft_link_look {
    weft_statement statement;
    weft_code (*meet)(void *ctx, const weft_value *values, weft_error *error); /* one row; values are borrowed */
    void (*end)(void *ctx, uint64_t rows_changed); /* after the last; NULL: need not be told */
    void *ctx;
} weft_link_look;

#define WEFT_LINK_LOOKS_MAX 5

typedef struct weft_link_looks {
    weft_link_look items[WEFT_LINK_LOOKS_MAX];
    size_t count;
} weft_link_looks;

void weft_link_looks_add(weft_link_looks *looks, weft_link_look look);

/* Send all, in one round trip where the store can, and meet every row of the first, then of the second … */
weft_code weft_link_looks_run(const weft_link_looks *looks, weft_connection *connection, weft_error *error);

/* SELECT outputs WHERE `column` is in `keys`, which has no doubles, AND `deleted_at` (when not NULL) IS NULL. */
typedef struct weft_link_select {
    weft_str schema;
    weft_str table;
    const weft_field *const *outputs;
    size_t output_count;
    const weft_field *column;
    const weft_field *deleted_at;
    const weft_row_scope *rows; /* which records of `model` exist; NULL: all */
    const weft_model *model;
    const weft_value *keys;
    size_t key_count;
    bool lock_shared; /* in order of the keys */
} weft_link_select;

weft_code weft_link_select_statement(const weft_link_select *select,
                                     const weft_dialect *dialect,
                                     weft_arena *keep,
                                     weft_statement *ret_statement,
                                     weft_error *error);

#endif
