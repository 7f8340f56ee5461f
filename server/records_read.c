/* GET /{plural}, GET /{plural}/{id} and GET /openapi.json. */
#include <stdlib.h>
#include <string.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/key.h"
#include "server/listing.h"
#include "server/params.h"
#include "server/prefer.h"
#include "server/rights.h"
#include "server/server.h"

weft_code server_list_records(weft_call *call, void *ctx, weft_error *error)
{
    (void)ctx;
    json_t *entity = NULL;
    SERVER_TRY(server_schema_model(&call->project->schema, weft_call_path_value(call, "plural"), &entity, error));
    const server_listing listing = {.schema = &call->project->schema,
                                    .entity = entity,
                                    .target = &call->target,
                                    .skips_count = server_prefers_no_count(weft_call_header(call, "Prefer"))};
    server_text request = {0};
    weft_code code = server_listing_request(&listing, &request, error);
    if (code == WEFT_OK) {
        code = server_call_stream(call, &request, SERVER_SHAPE_LIST, server_schema_text(entity, "plural"), error);
    }
    server_text_done(&request);
    return code;
}

/* The request that the address means. */
static weft_code write_request(weft_call *call, json_t **ret_entity, server_text *request, weft_error *error)
{
    SERVER_TRY(server_schema_model(&call->project->schema, weft_call_path_value(call, "plural"), ret_entity, error));
    server_text condition = {0};
    weft_code code = server_key_condition(*ret_entity, weft_call_path_value(call, "id"), &condition, error);
    if (code == WEFT_OK) {
        const server_listing listing = {.schema = &call->project->schema,
                                        .entity = *ret_entity,
                                        .target = &call->target,
                                        .condition = condition.data,
                                        .is_one = true};
        code = server_listing_request(&listing, request, error);
    }
    if (code == WEFT_OK && !condition.failed) {
        server_recall_keep(&call->client->recall, call, *ret_entity, request, condition.data);
    }
    server_text_done(&condition);
    return code;
}

weft_code server_get_record(weft_call *call, void *ctx, weft_error *error)
{
    (void)ctx;
    server_text request = {0};
    json_t *entity = server_recall_request(&call->client->recall, call, &request);
    weft_code code = entity ? WEFT_OK : write_request(call, &entity, &request, error);
    if (code == WEFT_OK) {
        code = server_call_stream(call, &request, SERVER_SHAPE_ONE, server_schema_text(entity, "entity"), error);
        code = code == WEFT_NOT_FOUND ? server_key_not_found(entity, weft_call_path_value(call, "id"), error) : code;
    }
    server_text_done(&request);
    return code;
}

weft_code server_get_openapi(weft_call *call, void *ctx, weft_error *error)
{
    (void)ctx;
    static const char *const no_params[] = {NULL};
    const server_work work = {.kind = SERVER_WORK_SCHEMA};
    server_text unused = {0};
    SERVER_TRY(server_params_check(&call->target, no_params, error));
    const weft_code code = server_permit(call, &work, &unused, error);
    server_text_done(&unused);
    SERVER_TRY(code);
    const char *whole = call->project->openapi;
    char *document = NULL;
    if (!server_is_limited(&call->principal)) {
        return weft_call_answer(call, 200, "application/json", whole, strlen(whole), error);
    }
    SERVER_TRY(server_rights_openapi(call, &document, error));
    const weft_code answered = weft_call_answer(call, 200, "application/json", document, strlen(document), error);
    free(document);
    return answered;
}
