/* Changes held against rights: the fields of records that are sent, the link and columns of link changes, all that a
 * deletion may come to, and all that one came to before it is taken back. */
#include "cascade/cascade.h"
#include "engine/access.h"
#include "link/link.h"

/* Fails as weft_fail_unknown_field does, offering only what the view shows. */
static weft_code fail_unknown(weft_access_check *check, const weft_model *model, weft_str name, weft_error *error)
{
    const weft_catalog *seen = NULL;
    if (weft_view_catalog(&check->view, &check->arena, &seen) != WEFT_OK) {
        return weft_fail_arena(error, &check->arena);
    }
    for (size_t i = 0; i < seen->model_count; i++) {
        if (seen->models[i]->index == model->index) {
            return weft_fail_unknown_field(seen->models[i], name, error);
        }
    }
    return WEFT_OK; /* the model itself is refused */
}

/* What is no object is left to the change, which tells of it. */
static weft_code use_record(weft_access_check *check, const weft_model *model, json_t *record, weft_error *error)
{
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(record, key, value)
    {
        const weft_field *field = weft_model_field(model, weft_str_from(key));
        if (!field) {
            WEFT_TRY(fail_unknown(check, model, weft_str_from(key), error));
        } else if (!weft_access_use_field(check, field)) {
            return weft_fail_arena(error, &check->arena);
        }
    }
    return WEFT_OK;
}

static weft_code use_records(weft_access_check *check, const weft_model *model, json_t *records, weft_error *error)
{
    size_t at = 0;
    json_t *record = NULL;
    if (!json_is_array(records)) {
        return use_record(check, model, records, error);
    }
    json_array_foreach(records, at, record)
    {
        WEFT_TRY(use_record(check, model, record, error));
    }
    return WEFT_OK;
}

static weft_code check_records(
    weft_access_check *check, const char *entity, weft_str text, weft_text *ret_refused, weft_error *error)
{
    const weft_model *model = NULL;
    json_t *records = NULL;
    WEFT_TRY(weft_catalog_entity(check->engine->catalog, weft_str_from(entity), &model, error));
    if (!weft_access_use_model(check, model)) {
        return weft_fail_arena(error, &check->arena);
    }
    WEFT_TRY(text.len > 0 ? weft_json_read(text, 0, &records, error) : WEFT_OK);
    const weft_code code = use_records(check, model, records, error);
    json_decref(records);
    return code == WEFT_OK ? weft_access_decide(check, ret_refused, error) : code;
}

weft_code weft_access_record(weft_engine *engine,
                             const weft_access *access,
                             const char *entity,
                             const char *json,
                             size_t json_len,
                             weft_text *ret_refused,
                             weft_error *error)
{
    weft_access_check check;
    weft_code code = weft_access_begin(&check, engine, entity && (json || json_len == 0) ? access : NULL, error);
    if (code != WEFT_OK) {
        return code;
    }
    if (!weft_view_is_whole(&check.view)) {
        code = check_records(&check, entity, (weft_str){json, json_len}, ret_refused, error);
    }
    weft_access_end(&check);
    return code;
}

static bool use_link(weft_access_check *check, const weft_link_work *work)
{
    bool is_fine = weft_access_use_model(check, work->link->model) &&
                   weft_access_use_model(check, work->link->left.model) &&
                   weft_access_use_model(check, work->link->right.model);
    for (size_t i = 0; is_fine && i < work->data_count; i++) {
        is_fine = weft_access_use_field(check, work->data_fields[i]);
    }
    return is_fine;
}

static weft_code check_links(weft_access_check *check,
                             const weft_link_changes *changes,
                             weft_text *ret_refused,
                             weft_error *error)
{
    weft_link_work *works = NULL;
    const weft_code code = weft_link_resolve(check->engine->catalog, changes, &check->arena, &works, error);
    if (code != WEFT_OK) {
        /* Which links there are is for those to know who see them. */
        weft_error_set_hint(error, "%s", "");
        weft_error_set_detail(error, "%s", "");
        return code;
    }
    for (size_t i = 0; i < changes->count; i++) {
        if (!use_link(check, &works[i])) {
            return weft_fail_arena(error, &check->arena);
        }
    }
    return weft_access_decide(check, ret_refused, error);
}

weft_code weft_access_links(weft_engine *engine,
                            const weft_access *access,
                            const char *json,
                            size_t json_len,
                            weft_text *ret_refused,
                            weft_error *error)
{
    weft_access_check check;
    weft_code code = weft_access_begin(&check, engine, json ? access : NULL, error);
    if (code != WEFT_OK) {
        return code;
    }
    weft_link_changes *changes = NULL;
    if (!weft_view_is_whole(&check.view)) {
        code = weft_link_changes_parse((weft_str){json, json_len}, &engine->limits, &check.arena, &changes, error);
        code = code == WEFT_OK ? check_links(&check, changes, ret_refused, error) : code;
        weft_link_changes_done(changes);
    }
    weft_access_end(&check);
    return code;
}

/* Whether the view shows all that an impact may name: touched models, and the relations it follows between them. A
 * pivot's rows go with their records. */
static bool shows_impact(const weft_view *view, const bool *is_touched, const weft_model *model)
{
    if (!is_touched[model->index] || model->is_pivot) {
        return true;
    }
    bool is_shown = weft_view_shows_model(view, model);
    for (size_t i = 0; i < model->edge_count; i++) {
        const weft_edge *edge = &model->edges[i];
        const bool is_followed = edge->cascades_delete && is_touched[edge->to->index];
        is_shown = is_shown && (!is_followed || weft_view_shows_edge(view, edge));
    }
    return is_shown;
}

/* The model itself is told by name; what it takes along is not the caller's to know. */
static weft_code check_deletion(weft_access_check *check, const char *entity, weft_text *ret_refused, weft_error *error)
{
    const weft_catalog *catalog = check->engine->catalog;
    const weft_model *model = NULL;
    bool *is_touched = WEFT_ARENA_ARRAY(&check->arena, bool, catalog->model_count);
    WEFT_TRY(weft_catalog_entity(catalog, weft_str_from(entity), &model, error));
    if (!is_touched || !weft_access_use_model(check, model) ||
        !weft_cascade_touches(catalog, model, &check->arena, is_touched)) {
        return weft_fail_arena(error, &check->arena);
    }
    WEFT_TRY(weft_access_decide(check, ret_refused, error));
    for (size_t i = 0; i < catalog->model_count; i++) {
        if (shows_impact(&check->view, is_touched, catalog->models[i])) {
            continue;
        }
        (void)weft_fail(
            error, WEFT_FORBIDDEN, "deleting \"%.*s\" may touch more than the caller sees", WEFT_STR_ARG(model->name));
        weft_error_set_hint(error,
                            "The caller must see every model, link and relation by which the deletion may go on.");
        return WEFT_FORBIDDEN;
    }
    return WEFT_OK;
}

weft_code weft_access_deletion(
    weft_engine *engine, const weft_access *access, const char *entity, weft_text *ret_refused, weft_error *error)
{
    weft_access_check check;
    weft_code code = weft_access_begin(&check, engine, entity ? access : NULL, error);
    if (code != WEFT_OK) {
        return code;
    }
    if (!weft_view_is_whole(&check.view)) {
        code = check_deletion(&check, entity, ret_refused, error);
    }
    weft_access_end(&check);
    return code;
}

static weft_code fail_restore(const char *deletion, weft_error *error)
{
    (void)weft_fail(error, WEFT_FORBIDDEN, "deletion \"%.60s\" came to more than the caller sees", deletion);
    weft_error_set_hint(error, "The caller must see every model and link of which it removed or changed a row.");
    return WEFT_FORBIDDEN;
}

/* What it came to besides is not the caller's to know: neither are tables that no definition names any more. */
static weft_code check_restore(weft_access_check *check, weft_frame *frame, const char *deletion, weft_error *error)
{
    const weft_catalog *catalog = check->engine->catalog;
    bool *is_touched = WEFT_ARENA_ARRAY(&check->arena, bool, catalog->model_count);
    if (!is_touched) {
        return weft_fail_arena(error, &check->arena);
    }
    const weft_code code =
        weft_cascade_touched(catalog, weft_str_from(deletion), &frame->session, &frame->scratch, is_touched, error);
    if (code != WEFT_OK) {
        return code == WEFT_UNKNOWN_ENTITY ? fail_restore(deletion, error) : code;
    }
    for (size_t i = 0; i < catalog->model_count; i++) {
        const weft_model *model = catalog->models[i];
        if (is_touched[i] && !model->is_pivot && !weft_view_shows_model(&check->view, model)) {
            return fail_restore(deletion, error);
        }
    }
    return WEFT_OK;
}

weft_code weft_access_restore(weft_engine *engine, const weft_access *access, const char *deletion, weft_error *error)
{
    weft_access_check check;
    weft_code code = weft_access_begin(&check, engine, deletion ? access : NULL, error);
    if (code != WEFT_OK) {
        return code;
    }
    if (!weft_view_is_whole(&check.view)) {
        weft_frame frame;
        weft_frame_init(&frame, engine, WEFT_TRANSACTION_READ);
        frame.session.deadline_us = weft_engine_deadline_us(engine);
        code = check_restore(&check, &frame, deletion, error);
        weft_frame_done(&frame);
    }
    weft_access_end(&check);
    return code;
}

weft_code weft_access_everything(weft_engine *engine, const weft_access *access, const char *what, weft_error *error)
{
    weft_access_check check;
    weft_code code = weft_access_begin(&check, engine, what ? access : NULL, error);
    if (code != WEFT_OK) {
        return code;
    }
    if (!weft_view_is_whole(&check.view)) {
        code = weft_fail(error, WEFT_FORBIDDEN, "%.100s is for callers who see every model", what);
        weft_error_set_hint(error, "Ask as one without lists of modules and fields.");
    }
    weft_access_end(&check);
    return code;
}
