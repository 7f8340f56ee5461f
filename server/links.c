/* POST and DELETE /links, POST /links/restore, GET /links/{name}. */
#include "server/call.h"
#include "server/fail.h"
#include "server/listing.h"
#include "server/params.h"
#include "server/prefer.h"
#include "server/server.h"

typedef weft_code (*change)(weft_engine *engine, const char *json, size_t len, weft_text *ret_json, weft_error *error);

static weft_code change_links(weft_call *call, server_work_kind kind, change run, weft_error *error)
{
    static const char *const no_params[] = {NULL};
    SERVER_TRY(server_params_check(&call->target, no_params, error));
    if (call->body.len == 0) {
        return server_fail(error, WEFT_INVALID_REQUEST, "the body must be a link, or an array of links, and is empty");
    }
    const server_work work = {.kind = kind, .request = call->body.data, .request_len = call->body.len};
    server_text unused = {0};
    weft_text rows = {0};
    weft_code code = server_permit(call, &work, &unused, error);
    if (code == WEFT_OK) {
        code = run(weft_call_engine(call), call->body.data, call->body.len, &rows, error);
    }
    if (code == WEFT_OK) {
        server_text_clear(&unused);
        server_text_format(&unused, "{\"links\":%s}", rows.data);
        code = unused.failed ? server_fail_no_memory(error)
                             : weft_call_answer(call, 200, "application/json", unused.data, unused.len, error);
    }
    weft_text_free(&rows);
    server_text_done(&unused);
    return code;
}

weft_code server_create_links(weft_call *call, void *ctx, weft_error *error)
{
    (void)ctx;
    return change_links(call, SERVER_WORK_LINK, weft_link_create_json, error);
}

weft_code server_dismiss_links(weft_call *call, void *ctx, weft_error *error)
{
    (void)ctx;
    return change_links(call, SERVER_WORK_UNLINK, weft_link_dismiss_json, error);
}

weft_code server_restore_links(weft_call *call, void *ctx, weft_error *error)
{
    (void)ctx;
    return change_links(call, SERVER_WORK_RELINK, weft_link_restore_json, error);
}

weft_code server_list_links(weft_call *call, void *ctx, weft_error *error)
{
    (void)ctx;
    json_t *entity = NULL;
    SERVER_TRY(server_schema_link(&call->project->schema, weft_call_path_value(call, "name"), &entity, error));
    const server_listing listing = {.schema = &call->project->schema,
                                    .entity = entity,
                                    .target = &call->target,
                                    .skips_count = server_prefers_no_count(weft_call_header(call, "Prefer"))};
    server_text request = {0};
    weft_code code = server_listing_request(&listing, &request, error);
    if (code == WEFT_OK) {
        code = server_call_stream(call, &request, SERVER_SHAPE_LIST, "links", error);
    }
    server_text_done(&request);
    return code;
}
