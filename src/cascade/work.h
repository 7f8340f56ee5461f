/* The work of one deletion: which rows of which tables, and what happens to each. Made by the walk, or read back from
 * the journal; printed as the impact; carried out store by store. Not for other rooms. */
#ifndef WEFT_CASCADE_WORK_H
#define WEFT_CASCADE_WORK_H

#include "base/map.h"
#include "base/vec.h"
#include "cascade/codec.h"

typedef enum weft_cascade_change {
    WEFT_CASCADE_MARK = 1, /* gets a deleted_at */
    WEFT_CASCADE_REMOVE,   /* leaves its table; the journal keeps it whole */
    WEFT_CASCADE_CLEAR,    /* a foreign key to a removed row becomes null, as the database itself would do */
    WEFT_CASCADE_TAKE,     /* others gave it a deleted_at, which becomes the deletion's; the journal calls it a mark */
    WEFT_CASCADE_GONE      /* others deleted it and there is nothing to change, but for what hangs on it */
} weft_cascade_change;

weft_str weft_cascade_change_name(weft_cascade_change change); /* "mark", "remove", "clear" */

typedef struct weft_cascade_row weft_cascade_row;
typedef struct weft_cascade_table weft_cascade_table;

struct weft_cascade_row {
    const weft_model *model;
    const weft_value *keys;     /* one a key field */
    weft_str key_text;          /* cascade/codec.h */
    weft_cascade_change change; /* MARK or REMOVE */
    bool was_deleted;           /* REMOVE: it was marked before, and goes because its parent leaves the table */
    const weft_value *ends;     /* of a link row: left and right; else NULL */
    weft_str via;               /* the relation or link that led here; empty for what was named */
    weft_cascade_row *parent;   /* the tree for people; NULL: a root */
    weft_cascade_row *first_child;
    weft_cascade_row *last_child;
    weft_cascade_row *next_sibling;
};

/* A foreign key to be cleared. */
typedef struct weft_cascade_clear {
    const weft_value *keys;
    weft_str key_text;
    const weft_field *field;
    weft_value before;
} weft_cascade_clear;

struct weft_cascade_table {
    const weft_model *model;
    WEFT_VEC(weft_cascade_row *) rows;     /* in the order they were found */
    WEFT_VEC(weft_cascade_row *) removals; /* those of them that leave the table, or have left it */
    WEFT_VEC(weft_cascade_clear) clears;
    weft_map map;     /* key_text → row */
    size_t rows_seen; /* walked, or being walked */
    size_t removals_seen;
};

typedef struct weft_cascade_work {
    const weft_catalog *catalog;
    weft_arena *keep;
    weft_cascade_table *tables; /* by model index */
    size_t row_count;
    size_t rows_max; /* 0: no limit */
} weft_cascade_work;

weft_code weft_cascade_work_init(
    weft_cascade_work *work, const weft_catalog *catalog, size_t rows_max, weft_arena *keep, weft_error *error);

static inline weft_cascade_table *weft_cascade_table_of(const weft_cascade_work *work, const weft_model *model)
{
    return &work->tables[model->index];
}

/* The row with these keys, or NULL. NULL too when out of memory, which a later call will tell. */
weft_cascade_row *weft_cascade_find(const weft_cascade_work *work, const weft_model *model, const weft_value *keys);

/* A row of the work. */
typedef struct weft_cascade_addition {
    const weft_model *model;
    const weft_value *keys; /* copied */
    const weft_value *ends; /* copied; NULL unless a link row */
    weft_cascade_change change;
    bool was_deleted;
    bool is_absent; /* GONE: it has left its table */
    weft_cascade_row *parent;
    weft_str via;
} weft_cascade_addition;

/* Add it, unless it is there; a row that is MARK and shall be REMOVE is changed. WEFT_LIMIT_EXCEEDED, WEFT_UNSUPPORTED
 * when rows of the model are not weft's to write. */
weft_code weft_cascade_add(weft_cascade_work *work,
                           const weft_cascade_addition *addition,
                           weft_cascade_row **ret_row,
                           weft_error *error);

weft_code weft_cascade_add_clear(weft_cascade_work *work,
                                 const weft_field *field,
                                 const weft_value *keys,
                                 const weft_value *before,
                                 weft_error *error);

/* Does the work touch `store`? */
bool weft_cascade_work_touches(const weft_cascade_work *work, const weft_store_def *store);

/* {"records":…,"link_rows":…,"other_rows":…,"stores":[…],"tree":[…]} without its braces. */
void weft_cascade_work_print(const weft_cascade_work *work, weft_buf *buf);

/* The parts of every store but `home`, for the journal; and back, tables found by store and name. WEFT_UNKNOWN_ENTITY:
 * the catalog has no such table any more. */
void weft_cascade_work_write(const weft_cascade_work *work, const weft_store_def *home, weft_buf *buf);
weft_code weft_cascade_work_read(weft_cascade_work *work, weft_str text, weft_error *error);

const weft_field *weft_cascade_field_of_column(const weft_model *model, weft_str column);
/* WEFT_UNKNOWN_ENTITY: the journal names a table or column that the catalog does not have. */
weft_code weft_cascade_fail_unknown(weft_str table, weft_str column, weft_error *error);

/* The model whose table that is, or NULL. */
const weft_model *weft_cascade_model_of_table(const weft_catalog *catalog, const weft_store_def *store, weft_str table);

#endif
