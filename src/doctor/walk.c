/* Keyset pages: (a, b) > (x, y) as a >= x AND (a > x OR b > y), whose first part an index can begin at. WEFT_NO_MEMORY
 * is the only failure. */
#include "doctor/walk.h"

void weft_place_init(weft_place *place, const weft_allocator *allocator)
{
    *place = (weft_place){.count = 0};
    weft_arena_init(&place->arena, allocator, 0);
}

void weft_place_done(weft_place *place)
{
    weft_arena_done(&place->arena);
}

weft_code weft_place_move(weft_place *place, const weft_value *values, weft_error *error)
{
    weft_arena_reset(&place->arena);
    for (size_t i = 0; i < place->count; i++) {
        if (!weft_value_copy(&place->arena, values[i], &place->values[i])) {
            return weft_fail_arena(error, &place->arena);
        }
    }
    place->is_set = true;
    return WEFT_OK;
}

static const weft_sql_expr *compare(const weft_place *place, size_t at, weft_sql_kind kind, weft_arena *keep)
{
    const weft_field *field = place->fields[at];
    return weft_sql_binary(keep,
                           kind,
                           weft_sql_field(keep, (weft_str){0}, field),
                           weft_sql_value(keep, place->values[at], weft_type_value_kind(field->type)));
}

weft_code weft_place_where(const weft_place *place,
                           weft_arena *keep,
                           const weft_sql_expr **ret_where,
                           weft_error *error)
{
    if (!place->is_set) {
        *ret_where = NULL;
        return WEFT_OK;
    }
    const weft_sql_expr *behind = compare(place, place->count - 1, WEFT_SQL_GT, keep);
    for (size_t at = place->count - 1; at > 0; at--) {
        const weft_sql_expr *beyond =
            weft_sql_binary(keep, WEFT_SQL_OR, compare(place, at - 1, WEFT_SQL_GT, keep), behind);
        behind = weft_sql_binary(keep, WEFT_SQL_AND, compare(place, at - 1, WEFT_SQL_GTE, keep), beyond);
    }
    if (!behind) {
        return weft_fail_arena(error, keep);
    }
    *ret_where = behind;
    return WEFT_OK;
}

bool weft_place_order(const weft_place *place, weft_arena *keep, weft_sql_order order[WEFT_PLACE_MAX])
{
    for (size_t i = 0; i < place->count; i++) {
        order[i] = (weft_sql_order){weft_sql_field(keep, (weft_str){0}, place->fields[i]), false};
        if (!order[i].expr) {
            return false;
        }
    }
    return true;
}
