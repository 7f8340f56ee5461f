/* POST /{plural}, PATCH and DELETE /{plural}/{id}, POST /restore. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/key.h"
#include "server/params.h"
#include "server/rights.h"
#include "server/server.h"

static const char *const no_params[] = {NULL};

static weft_code find_model(weft_call *call, json_t **ret_entity, weft_error *error)
{
    return server_schema_model(&call->project->schema, weft_call_path_value(call, "plural"), ret_entity, error);
}

/* A change runs as it was sent, or not at all. */
static weft_code permit(weft_call *call, server_work_kind kind, const char *entity, weft_error *error)
{
    const server_work work = {.kind = kind,
                              .entity = entity,
                              .key = weft_call_path_value(call, "id"),
                              .request = weft_call_body(call, NULL),
                              .request_len = call->body.len};
    server_text unused = {0};
    const weft_code code = server_permit(call, &work, &unused, error);
    server_text_done(&unused);
    return code;
}

/* What its owner writes is here to be read; told only to those who see it. */
static weft_code check_managed(weft_call *call, const json_t *entity, weft_error *error)
{
    if (json_is_true(json_object_get(entity, "managed"))) {
        return WEFT_OK;
    }
    SERVER_TRY(weft_call_set_header(call, "Allow", "GET, HEAD, OPTIONS", error));
    (void)server_fail(
        error, WEFT_UNSUPPORTED, "records of \"%.100s\" can only be read here", server_schema_text(entity, "entity"));
    server_error_hint(error, "The model is not managed: whoever owns its table writes it.");
    call->answer.status = MHD_HTTP_METHOD_NOT_ALLOWED;
    return WEFT_UNSUPPORTED;
}

/* Whether the record of the address may be changed so; a key that can be none is that of no record. */
static weft_code permit_change(weft_call *call, server_work_kind kind, const json_t *entity, weft_error *error)
{
    const char *key = weft_call_path_value(call, "id");
    server_text unused = {0};
    weft_code code = permit(call, kind, server_schema_text(entity, "name"), error);
    if (code == WEFT_OK) {
        code = check_managed(call, entity, error);
    }
    if (code == WEFT_OK && key) {
        code = server_key_condition(entity, key, &unused, error);
    }
    server_text_done(&unused);
    return code;
}

static weft_code need_body(const weft_call *call, const char *what, weft_error *error)
{
    return call->body.len > 0 ? WEFT_OK
                              : server_fail(error, WEFT_INVALID_REQUEST, "the body must be %s, and is empty", what);
}

/* Answer {"name": json}; takes the text over. */
static weft_code answer_named(weft_call *call, int status, const char *name, weft_text *json, weft_error *error)
{
    server_text body = {0};
    server_text_put(&body, "{");
    server_text_json(&body, name);
    server_text_put(&body, ":");
    server_text_add(&body, json->data, json->len);
    server_text_put(&body, "}");
    weft_text_free(json);
    const weft_code code = body.failed ? server_fail_no_memory(error)
                                       : weft_call_answer(call, status, "application/json", body.data, body.len, error);
    server_text_done(&body);
    return code;
}

/* Where the record that was made is found: its key is the answer's first text of that name. */
static weft_code add_location(weft_call *call, const json_t *entity, const weft_text *record, weft_error *error)
{
    const json_t *keys = json_object_get(entity, "key");
    json_t *object = json_loadb(record->data, record->len, JSON_DECODE_INT_AS_REAL, NULL);
    const char *key = json_string_value(json_object_get(object, json_string_value(json_array_get(keys, 0))));
    weft_code code = WEFT_OK;
    if (key && json_array_size(keys) == 1) {
        server_text location = {0};
        server_text_format(&location, "/%s/", weft_call_path_value(call, "plural"));
        for (; *key; key++) {
            const bool is_plain = isalnum((unsigned char)*key) || strchr("-._~", *key);
            server_text_format(&location, is_plain ? "%c" : "%%%02X", (unsigned)(unsigned char)*key);
        }
        code = location.failed ? server_fail_no_memory(error)
                               : weft_call_set_header(call, "Location", location.data, error);
        server_text_done(&location);
    }
    json_decref(object);
    return code;
}

weft_code server_create_records(weft_call *call, void *ctx, weft_error *error)
{
    (void)ctx;
    json_t *entity = NULL;
    weft_text made = {0};
    SERVER_TRY(server_params_check(&call->target, no_params, error));
    SERVER_TRY(find_model(call, &entity, error));
    SERVER_TRY(need_body(call, "a record, or an array of records", error));
    const char *name = server_schema_text(entity, "name");
    SERVER_TRY(permit_change(call, SERVER_WORK_CREATE, entity, error));
    SERVER_TRY(weft_record_create_json(weft_call_engine(call), name, call->body.data, call->body.len, &made, error));
    const bool is_list = made.data[0] == '[';
    weft_code code = is_list ? WEFT_OK : add_location(call, entity, &made, error);
    if (code == WEFT_OK) {
        code = server_rights_tell_records(call, name, &made, error);
    }
    if (code != WEFT_OK) {
        weft_text_free(&made);
        return code;
    }
    return answer_named(call, 201, server_schema_text(entity, is_list ? "plural" : "entity"), &made, error);
}

weft_code server_update_record(weft_call *call, void *ctx, weft_error *error)
{
    (void)ctx;
    json_t *entity = NULL;
    weft_text changed = {0};
    SERVER_TRY(server_params_check(&call->target, no_params, error));
    SERVER_TRY(find_model(call, &entity, error));
    SERVER_TRY(need_body(call, "an object of the fields to change", error));
    const char *name = server_schema_text(entity, "name");
    SERVER_TRY(permit_change(call, SERVER_WORK_UPDATE, entity, error));
    SERVER_TRY(weft_record_update_json(weft_call_engine(call),
                                       name,
                                       weft_call_path_value(call, "id"),
                                       call->body.data,
                                       call->body.len,
                                       &changed,
                                       error));
    const weft_code code = server_rights_tell_records(call, name, &changed, error);
    if (code != WEFT_OK) {
        weft_text_free(&changed);
        return code;
    }
    return answer_named(call, 200, server_schema_text(entity, "entity"), &changed, error);
}

/* {"id":…,"object":…,"deleted":…, and what the deletion did or would do}; takes the text over. */
static weft_code answer_deletion(
    weft_call *call, const json_t *entity, bool is_impact, weft_text *told, weft_error *error)
{
    server_text body = {0};
    server_text_put(&body, "{\"id\":");
    server_text_json(&body, weft_call_path_value(call, "id"));
    server_text_put(&body, ",\"object\":");
    server_text_json(&body, server_schema_text(entity, "entity"));
    server_text_put(&body, is_impact ? ",\"deleted\":false," : ",\"deleted\":true,");
    server_text_add(&body, told->data + 1, told->len - 1);
    weft_text_free(told);
    const weft_code code = body.failed ? server_fail_no_memory(error)
                                       : weft_call_answer(call, 200, "application/json", body.data, body.len, error);
    server_text_done(&body);
    return code;
}

weft_code server_delete_record(weft_call *call, void *ctx, weft_error *error)
{
    (void)ctx;
    static const char *const known[] = {"impact", "max", NULL};
    json_t *entity = NULL;
    bool is_impact = false;
    size_t max = 0;
    weft_text told = {0};
    SERVER_TRY(server_params_check(&call->target, known, error));
    SERVER_TRY(server_params_switch(&call->target, "impact", &is_impact, error));
    SERVER_TRY(server_params_count(&call->target, "max", &max, error));
    SERVER_TRY(find_model(call, &entity, error));
    const char *name = server_schema_text(entity, "name");
    const char *key = weft_call_path_value(call, "id");
    SERVER_TRY(permit_change(call, is_impact ? SERVER_WORK_IMPACT : SERVER_WORK_DELETE, entity, error));
    SERVER_TRY(
        (is_impact ? weft_impact_json : weft_delete_json)(weft_call_engine(call), name, &key, 1, max, &told, error));
    return answer_deletion(call, entity, is_impact, &told, error);
}

static weft_code restore(weft_call *call, const char *deletion, weft_error *error)
{
    const server_work work = {.kind = SERVER_WORK_RESTORE, .key = deletion};
    server_text unused = {0};
    weft_text told = {0};
    weft_code code = server_permit(call, &work, &unused, error);
    if (code == WEFT_OK) {
        code = weft_restore_json(weft_call_engine(call), deletion, &told, error);
    }
    if (code == WEFT_OK) {
        code = weft_call_answer(call, 200, "application/json", told.data, told.len, error);
    }
    weft_text_free(&told);
    return code;
}

/* {"deletion":"del_…"} */
weft_code server_restore_deletion(weft_call *call, void *ctx, weft_error *error)
{
    (void)ctx;
    SERVER_TRY(server_params_check(&call->target, no_params, error));
    json_t *body = json_loadb(weft_call_body(call, NULL), call->body.len, JSON_REJECT_DUPLICATES, NULL);
    const char *deletion = json_string_value(json_object_get(body, "deletion"));
    const bool is_whole = deletion && json_object_size(body) == 1;
    const weft_code code =
        is_whole ? restore(call, deletion, error)
                 : server_fail(error, WEFT_INVALID_REQUEST, "the body must be {\"deletion\": the deletion's id}");
    json_decref(body);
    return code;
}
