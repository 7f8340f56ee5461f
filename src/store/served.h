/* Models served by callbacks (weft/callbacks.h), inside the SQLite driver: each is a virtual table, so that whatever a
 * callback leaves undone (filters, orders, ranks, counts) SQLite does, in the memory it is given and then on disk.
 * Private to store/.
 *
 *   served_table.c  the virtual table: cursors over what callbacks give
 *   served_plan.c   what a statement asks of a table, and what of that a callback is told
 *   served_sink.c   rows from the callback, checked against the model
 *   served_bag.c    rows until they are read, and the keys seen so far, in a temporary file */
#ifndef WEFT_STORE_SERVED_H
#define WEFT_STORE_SERVED_H

#include "store/sqlite.h"

#define WEFT_SERVED_KEYS_MAX 1000 /* of one call of list_by_keys, unless the callbacks say otherwise */

/* Rows in the order in which they were added, each key once. */
typedef struct weft_bag weft_bag;

/* WEFT_STORE_ERROR: the temporary file cannot be written. */
weft_code weft_bag_open(const weft_allocator *allocator, size_t column_count, weft_bag **ret_bag, weft_error *error);
/* `key` is the row's identity as bytes; *ret_is_new false: it was there before, and nothing was added. */
weft_code weft_bag_add(weft_bag *bag, weft_str key, const weft_value *values, bool *ret_is_new, weft_error *error);
/* Stand on the next row. After it nothing can be added until weft_bag_clear. */
weft_code weft_bag_next(weft_bag *bag, bool *ret_has_row, weft_error *error);
/* A column of the row it stands on. */
sqlite3_value *weft_bag_value(const weft_bag *bag, size_t column);
/* Forget the rows, and the keys too unless more rows of the same list will come. */
weft_code weft_bag_clear(weft_bag *bag, bool keeps_keys, weft_error *error);
/* NULL is fine. */
void weft_bag_close(weft_bag *bag);

/* A served model on one connection. */
typedef struct weft_served {
    weft_sqlite *sqlite;
    const weft_model *model;
    weft_arena keep;
    const char *name;               /* "crm.customer" */
    const char *const *field_names; /* NUL-terminated, as model->fields */
    weft_bag *idle;                 /* of a cursor that was closed; NULL: none */
} weft_served;

/* What one reading of the table asks for. */
typedef struct weft_served_plan {
    bool is_by_keys;
    bool is_nothing; /* no row can be meant */
    weft_value *keys;
    size_t key_count;
    weft_listing listing;
} weft_served_plan;

/* xBestIndex: which conditions and order the callback will be told of; an SQLite result code. */
int weft_served_choose(const weft_served *served, sqlite3_index_info *info);
/* xFilter: the plan that choose wrote as `text`, with its values, in `keep`. WEFT_NO_MEMORY. */
weft_code weft_served_read_plan(const weft_served *served,
                                const char *text,
                                sqlite3_value **values,
                                weft_arena *keep,
                                weft_served_plan *ret_plan,
                                weft_error *error);

struct weft_sink {
    const weft_served *served;
    weft_bag *bag;
    const weft_value *asked; /* of list_by_keys: sorted; NULL: rows are listed */
    size_t asked_count;
    const weft_listing *listing; /* of list_by_filter */
    weft_arena keep;             /* of the table's reading */
    weft_arena row;              /* of one row */
    weft_value *values;          /* as model->fields */
    weft_value *last;            /* of an ordered list: the terms of the row before */
    weft_arena last_texts[2];    /* theirs, in turn */
    size_t row_count;
    const char *next_page;
    weft_error failure; /* what every call answers from then on */
};

/* `plan` and `bag` are borrowed. WEFT_NO_MEMORY. */
weft_code weft_sink_init(
    weft_sink *sink, const weft_served *served, const weft_served_plan *plan, weft_bag *bag, weft_error *error);
void weft_sink_done(weft_sink *sink);

#endif
