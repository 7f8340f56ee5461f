/* A part being taken back, shared by the files that give back what was removed and what was marked. Not for other
 * rooms.
 */
#ifndef WEFT_CASCADE_REVIVAL_H
#define WEFT_CASCADE_REVIVAL_H

#include "cascade/part.h"

/* The rows written down of one table. */
typedef struct weft_saved_rows {
    WEFT_VEC(const weft_value *) marks;
    WEFT_VEC(const weft_value *) removals; /* whole rows, one value a field */
    WEFT_VEC(const weft_deletion_row *) clears;
} weft_saved_rows;

typedef struct weft_revival {
    const weft_cascade_part *part;
    const weft_catalog *catalog;
    weft_saved_rows *tables; /* by model index */
    weft_cascade_restored *restored;
} weft_revival;

static inline weft_arena *weft_revival_scratch(const weft_revival *r)
{
    return r->part->scratch;
}

/* Something took the row's place: said in the words of what it is. */
weft_code weft_revival_explain(const weft_revival *r, const weft_model *model, weft_code code, weft_error *error);

/* The table did not take back `count` of the rows it was given, and said nothing. */
weft_code weft_revival_fail_passed_over(const weft_revival *r,
                                        const weft_model *model,
                                        size_t count,
                                        weft_error *error);

/* field = value by key, for the rows of which `is_free` (may be NULL) holds. */
typedef struct weft_revival_setting {
    const weft_field *field;
    const weft_value *const *keys;
    const weft_value *values;
    size_t count;
    const weft_sql_expr *is_free;
} weft_revival_setting;

weft_code weft_revival_set_field(weft_revival *r,
                                 const weft_revival_setting *set,
                                 uint64_t *ret_changed,
                                 weft_error *error);

/* WEFT_NOT_FOUND when a row written down is not the caller's to give back: the deletion was not its own. */
weft_code weft_revive_check_own(const weft_revival *r, weft_error *error);

/* Every removed row of every table returns, parents first. */
weft_code weft_revive_removed(weft_revival *r, weft_error *error);
/* The mark comes off the rows of `model` that still carry this deletion's. */
weft_code weft_revive_marked(weft_revival *r, const weft_model *model, weft_error *error);
/* `field` is put back where it still is null. */
weft_code weft_revive_cleared(weft_revival *r, const weft_field *field, weft_error *error);

#endif
