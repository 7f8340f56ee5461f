/* Removed rows return, as the journal wrote them down. A row comes back without its nullable foreign keys at first,
 * which are set when every row is there: two rows may point at each other. Fails as the store does. */
#include "base/value.h"
#include "cascade/revival.h"

/* A nullable foreign key to a table that gets rows back too. */
static bool comes_later(const weft_revival *r, const weft_field *field)
{
    for (size_t i = 0; i < field->model->edge_count; i++) {
        const weft_edge *edge = &field->model->edges[i];
        if (edge->from_field == field && field->is_nullable &&
            weft_cascade_reference_of(edge) != WEFT_CASCADE_REFERENCE_NONE &&
            r->tables[edge->to->index].removals.count > 0) {
            return true;
        }
    }
    return false;
}

static const weft_value *column_of(const weft_revival *r, const weft_field *field, bool is_null)
{
    static const weft_value null = {.kind = WEFT_VALUE_NULL};
    const weft_saved_rows *saved = &r->tables[field->model->index];
    weft_value *column = WEFT_ARENA_ARRAY(weft_revival_scratch(r), weft_value, saved->removals.count);
    for (size_t i = 0; column && i < saved->removals.count; i++) {
        column[i] = is_null ? null : saved->removals.items[i][field->index];
    }
    return column;
}

static weft_code insert_removed(weft_revival *r, const weft_model *model, weft_error *error)
{
    weft_arena *scratch = weft_revival_scratch(r);
    const weft_saved_rows *saved = &r->tables[model->index];
    const weft_field **fields = WEFT_ARENA_ARRAY(scratch, const weft_field *, model->field_count);
    const weft_value **columns = WEFT_ARENA_ARRAY(scratch, const weft_value *, model->field_count);
    if (!fields || !columns) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < model->field_count; i++) {
        fields[i] = &model->fields[i];
        columns[i] = column_of(r, fields[i], comes_later(r, fields[i]));
        if (!columns[i]) {
            return weft_fail_arena(error, scratch);
        }
    }
    const weft_cascade_insert insert = {model, fields, columns, model->field_count, saved->removals.count};
    uint64_t inserted = 0;
    const weft_code code = weft_cascade_insert_run(r->part->connection, &insert, scratch, &inserted, error);
    if (code != WEFT_OK) {
        return weft_revival_explain(r, model, code, error);
    }
    r->restored->restored += saved->removals.count;
    return inserted == saved->removals.count
               ? WEFT_OK
               : weft_revival_fail_passed_over(r, model, saved->removals.count - (size_t)inserted, error);
}

static weft_code set_late_keys(weft_revival *r, const weft_model *model, weft_error *error)
{
    weft_arena *scratch = weft_revival_scratch(r);
    const weft_saved_rows *saved = &r->tables[model->index];
    const weft_value **keys = WEFT_ARENA_ARRAY(scratch, const weft_value *, saved->removals.count);
    if (!keys) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < saved->removals.count; i++) {
        weft_value *key = WEFT_ARENA_ARRAY(scratch, weft_value, model->key_count);
        for (size_t k = 0; key && k < model->key_count; k++) {
            key[k] = saved->removals.items[i][model->keys[k]->index];
        }
        if (!key) {
            return weft_fail_arena(error, scratch);
        }
        keys[i] = key;
    }
    for (size_t f = 0; f < model->field_count; f++) {
        const weft_field *field = &model->fields[f];
        if (comes_later(r, field)) {
            const weft_revival_setting set = {
                .field = field, .keys = keys, .values = column_of(r, field, false), .count = saved->removals.count};
            if (!set.values) {
                return weft_fail_arena(error, scratch);
            }
            WEFT_TRY(weft_revival_set_field(r, &set, NULL, error));
        }
    }
    return WEFT_OK;
}

weft_code weft_revive_removed(weft_revival *r, weft_error *error)
{
    bool *wanted = WEFT_ARENA_ARRAY(weft_revival_scratch(r), bool, r->catalog->model_count);
    const weft_model **models = NULL;
    size_t count = 0;
    if (!wanted) {
        return weft_fail_arena(error, weft_revival_scratch(r));
    }
    for (size_t i = 0; i < r->catalog->model_count; i++) {
        wanted[i] = r->tables[i].removals.count > 0;
    }
    if (!weft_cascade_removal_order(r->catalog, wanted, weft_revival_scratch(r), &models, &count)) {
        return weft_fail_arena(error, weft_revival_scratch(r));
    }
    for (size_t i = count; i > 0; i--) {
        WEFT_TRY(insert_removed(r, models[i - 1], error));
    }
    for (size_t i = 0; i < count; i++) {
        WEFT_TRY(set_late_keys(r, models[i], error));
    }
    return WEFT_OK;
}
