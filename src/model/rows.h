/* Which records exist for a caller: row rules met by the catalog.
 *
 * A rule says that of a model those records alone exist whose field equals a value. A model that no rule speaks of is
 * open (all its records exist) when the caller says so, and else refused. A link row exists when both its ends do, and
 * where its own table has the field, when that says so too. Made once for a caller, immutable, shared by counting its
 * holders; NULL where everything exists. */
#ifndef WEFT_MODEL_ROWS_H
#define WEFT_MODEL_ROWS_H

#include <stdatomic.h>

#include "base/arena.h"
#include "model/catalog.h"

typedef enum weft_rows_access {
    WEFT_ROWS_REFUSED = 0,
    WEFT_ROWS_OPEN, /* every record */
    WEFT_ROWS_RULED /* those that meet the conditions */
} weft_rows_access;

/* `field` equals `value`, which is never null. */
typedef struct weft_row_condition {
    const weft_field *field;
    weft_value value;
} weft_row_condition;

typedef struct weft_model_rows {
    weft_rows_access access;
    const weft_row_condition *conditions; /* all must be met */
    size_t condition_count;
} weft_model_rows;

typedef struct weft_row_scope {
    weft_arena keep;
    atomic_size_t holders;
    const weft_model_rows *models; /* by model->index; of a link OPEN says nothing about its ends */
    weft_str text;                 /* equal when, and only when, the rules are */
} weft_row_scope;

/* Meet `rules`. WEFT_UNKNOWN_ENTITY, WEFT_AMBIGUOUS_NAME, WEFT_UNKNOWN_FIELD (no model has the field of a rule for all
 * models either), WEFT_TYPE_MISMATCH (the value is none of the field's type; json and arrays have none),
 * WEFT_REQUIRED_VALUE (an empty value), WEFT_INVALID_REQUEST (no rule, or a link among the open). */
weft_code weft_row_scope_make(const weft_catalog *catalog,
                              const weft_row_rules *rules,
                              const weft_allocator *allocator,
                              weft_row_scope **ret_rows,
                              weft_error *error);

/* One more holder, and one less: the last frees it. NULL is fine. */
weft_row_scope *weft_row_scope_hold(weft_row_scope *rows);
void weft_row_scope_release(weft_row_scope *rows);

/* The same rules; NULL is the same as NULL only. */
bool weft_row_scope_equal(const weft_row_scope *a, const weft_row_scope *b);

/* What exists of `model`. */
const weft_model_rows *weft_row_scope_of(const weft_row_scope *rows, const weft_model *model);
/* True when `side` of a link row must be looked at to know whether the row exists. */
bool weft_row_scope_rule_side(const weft_row_scope *rows, const weft_link_side *side);
/* True when that is so for either side of `model`'s link; false where `model` is no link table. */
bool weft_row_scope_rule_ends(const weft_row_scope *rows, const weft_model *model);

/* WEFT_FORBIDDEN with the model's name when it is refused. */
weft_code weft_row_scope_check(const weft_row_scope *rows, const weft_model *model, weft_error *error);
/* The same where its records are to be written or deleted, and when they are everybody's. */
weft_code weft_row_scope_check_change(const weft_row_scope *rows, const weft_model *model, weft_error *error);

#endif
