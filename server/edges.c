/* GET /{plural}/{id}/{edge}: a record's partners over one edge.
 *
 * Partners in a list are asked for from their own side, as a list of records whose edge back leads to this one, so that
 * they are filtered, ordered, counted and paged like any list. A single partner is asked for from the record. */
#include <string.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/fields.h"
#include "server/key.h"
#include "server/listing.h"
#include "server/params.h"
#include "server/prefer.h"
#include "server/rights.h"
#include "server/server.h"

/* What the address names. */
typedef struct place {
    json_t *entity;
    json_t *edge;
    const json_t *target;
    const char *key;
    server_text condition; /* on the record's key */
} place;

static weft_code find_place(weft_call *call, place *ret_place, weft_error *error)
{
    const server_schema *schema = &call->project->schema;
    SERVER_TRY(server_schema_model(schema, weft_call_path_value(call, "plural"), &ret_place->entity, error));
    SERVER_TRY(server_schema_edge(ret_place->entity, weft_call_path_value(call, "edge"), &ret_place->edge, error));
    ret_place->target = server_schema_target(schema, ret_place->edge);
    ret_place->key = weft_call_path_value(call, "id");
    return server_key_condition(ret_place->entity, ret_place->key, &ret_place->condition, error);
}

/* {"entity":…,"fields":[…],"filters":{"id":…}} */
static void begin_request(const place *at, server_text *request)
{
    server_text_put(request, "{\"entity\":");
    server_text_json(request, server_schema_text(at->entity, "name"));
    server_text_format(request, ",\"filters\":%s,\"fields\":", at->condition.data);
}

static weft_code answer_from_record(weft_call *call, const place *at, weft_error *error)
{
    static const char *const known[] = {"fields", NULL};
    SERVER_TRY(server_params_check(&call->target, known, error));
    server_text request = {0};
    begin_request(at, &request);
    const char *edge = server_schema_text(at->edge, "name");
    weft_code code = server_fields_add(&request, at->target, edge, server_target_param(&call->target, "fields"), error);
    server_text_put(&request, "}");
    if (code == WEFT_OK) {
        code = server_call_stream(call, &request, SERVER_SHAPE_INNER, NULL, error);
        code = code == WEFT_NOT_FOUND ? server_key_not_found(at->entity, at->key, error) : code;
    }
    server_text_done(&request);
    return code;
}

/* Names of the key's fields, as a JSON array. */
static void add_keys(const json_t *entity, server_text *request)
{
    size_t at = 0;
    json_t *name = NULL;
    server_text_put(request, "[");
    json_array_foreach(json_object_get(entity, "key"), at, name)
    {
        server_text_put(request, at ? "," : "");
        server_text_json(request, json_string_value(name));
    }
    server_text_put(request, "]");
}

/* The partners are asked for from their own side, and so without naming this edge: whether it may be walked is asked
 * apart. */
static weft_code permit_edge(weft_call *call, const place *at, weft_error *error)
{
    if (!server_is_limited(&call->principal)) {
        return WEFT_OK;
    }
    server_text request = {0};
    server_text narrowed = {0};
    server_text_put(&request, "{\"entity\":");
    server_text_json(&request, server_schema_text(at->entity, "name"));
    server_text_put(&request, ",\"fields\":[\"");
    server_text_put(&request, server_schema_text(at->edge, "name"));
    server_text_put(&request, ".$count\"]}");
    const server_work work = {.kind = SERVER_WORK_QUERY, .request = request.data, .request_len = request.len};
    const weft_code code = request.failed ? server_fail_no_memory(error) : server_permit(call, &work, &narrowed, error);
    server_text_done(&narrowed);
    server_text_done(&request);
    return code;
}

/* Whether the record is there; asked only when it has no partners. */
static weft_code check_record(weft_call *call, const place *at, weft_error *error)
{
    server_text request = {0};
    weft_text answer = {0};
    begin_request(at, &request);
    add_keys(at->entity, &request);
    server_text_put(&request, "}");
    weft_code code = server_call_ask(call, &request, &answer, error);
    if (code == WEFT_OK && !strcmp(answer.data, "{\"data\":[]}")) {
        code = server_key_not_found(at->entity, at->key, error);
    }
    weft_text_free(&answer);
    server_text_done(&request);
    return code;
}

static bool is_empty_list(const weft_call *call)
{
    const char *body = call->answer.body.data;
    const char *list = body ? strstr(body, "\":[") : NULL;
    return !body || !*body || (list && list[3] == ']');
}

static weft_code answer_from_partners(weft_call *call, const place *at, const char *reverse, weft_error *error)
{
    server_text condition = {0};
    server_text request = {0};
    server_text_put(&condition, "{");
    server_text_json(&condition, reverse);
    server_text_format(&condition, ":%s}", at->condition.data);
    const server_listing listing = {.schema = &call->project->schema,
                                    .entity = at->target,
                                    .target = &call->target,
                                    .condition = condition.data,
                                    .skips_count = server_prefers_no_count(weft_call_header(call, "Prefer"))};
    weft_code code = condition.failed ? server_fail_no_memory(error) : permit_edge(call, at, error);
    if (code == WEFT_OK) {
        code = server_listing_request(&listing, &request, error);
    }
    if (code == WEFT_OK) {
        code = server_call_stream(call, &request, SERVER_SHAPE_LIST, server_schema_text(at->edge, "name"), error);
    }
    if (code == WEFT_OK && is_empty_list(call)) {
        code = check_record(call, at, error);
    }
    server_text_done(&condition);
    server_text_done(&request);
    return code;
}

weft_code server_list_partners(weft_call *call, void *ctx, weft_error *error)
{
    (void)ctx;
    place at = {0};
    weft_code code = find_place(call, &at, error);
    if (code == WEFT_OK) {
        const char *reverse = server_schema_text(at.edge, "reverse");
        const bool is_list = json_is_true(json_object_get(at.edge, "list"));
        code = is_list && *reverse ? answer_from_partners(call, &at, reverse, error)
                                   : answer_from_record(call, &at, error);
    }
    server_text_done(&at.condition);
    return code;
}
