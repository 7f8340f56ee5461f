/* A caller for whom only some records exist can take back what was deleted of them alone: a deletion that touched
 * anything else is for it as one that never was. Fails as the store does. */
#include "base/value.h"
#include "cascade/own.h"
#include "cascade/revival.h"
#include "json/reader.h"

/* Marks and cleared rows, which are in the table still. */
static weft_code gather_keys(const weft_revival *r,
                             const weft_model *model,
                             weft_cascade_named *ret_named,
                             weft_error *error)
{
    weft_arena *scratch = weft_revival_scratch(r);
    const weft_saved_rows *saved = &r->tables[model->index];
    const size_t count = saved->marks.count + saved->clears.count;
    const weft_value **keys = WEFT_ARENA_ARRAY(scratch, const weft_value *, count);
    if (!keys) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < saved->marks.count; i++) {
        keys[i] = saved->marks.items[i];
    }
    for (size_t i = 0; i < saved->clears.count; i++) {
        weft_value *key = NULL;
        json_t *json = NULL;
        WEFT_TRY(weft_json_read(saved->clears.items[i]->key_text, 0, &json, error));
        const weft_code code = weft_cascade_key_read(model, json, scratch, &key, error);
        json_decref(json);
        WEFT_TRY(code);
        keys[saved->marks.count + i] = key;
    }
    *ret_named = (weft_cascade_named){model, keys, count};
    return WEFT_OK;
}

/* A removed row is the journal's alone, and says itself whose it was. */
static bool is_removed_own(const weft_row_scope *rows, const weft_model *model, const weft_value *values)
{
    const weft_model_rows *of = weft_row_scope_of(rows, model);
    bool is_own = of->access == WEFT_ROWS_RULED || model->is_pivot || model->link;
    for (size_t i = 0; is_own && i < of->condition_count; i++) {
        is_own = weft_value_equal(&values[of->conditions[i].field->index], &of->conditions[i].value);
    }
    return is_own;
}

static weft_code is_table_own(const weft_revival *r, const weft_model *model, bool *ret_is_own, weft_error *error)
{
    const weft_saved_rows *saved = &r->tables[model->index];
    weft_session *session = r->part->session;
    weft_cascade_named named = {0};
    *ret_is_own = true;
    for (size_t i = 0; *ret_is_own && i < saved->removals.count; i++) {
        *ret_is_own = is_removed_own(session->rows, model, saved->removals.items[i]);
    }
    if (!*ret_is_own) {
        return WEFT_OK;
    }
    WEFT_TRY(gather_keys(r, model, &named, error));
    return model->link ? weft_cascade_are_links_own(session, &named, weft_revival_scratch(r), ret_is_own, error)
                       : weft_cascade_is_own(session, &named, weft_revival_scratch(r), ret_is_own, error);
}

weft_code weft_revive_check_own(const weft_revival *r, weft_error *error)
{
    for (size_t i = 0; i < r->catalog->model_count; i++) {
        bool is_own = true;
        WEFT_TRY(is_table_own(r, r->catalog->models[i], &is_own, error));
        if (!is_own) {
            const weft_str id = r->part->deletion->id;
            return weft_fail(error, WEFT_NOT_FOUND, "deletion \"%.*s\" was not found", WEFT_STR_ARG(id));
        }
    }
    return WEFT_OK;
}
