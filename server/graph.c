/* POST /graph, and graph answers of own routes. */
#include <string.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/params.h"
#include "server/prefer.h"
#include "server/server.h"

weft_code server_query_graph(weft_call *call, void *ctx, weft_error *error)
{
    (void)ctx;
    static const char *const no_params[] = {NULL};
    SERVER_TRY(server_params_check(&call->target, no_params, error));
    if (call->body.len == 0) {
        return server_fail(error, WEFT_INVALID_REQUEST, "the body must be a graph request, and is empty");
    }
    return server_call_stream(call, &call->body, SERVER_SHAPE_PLAIN, NULL, error);
}

/* POST /graph/explain: ?analyze runs it, Accept: text/plain is for people. */
weft_code server_explain_graph(weft_call *call, void *ctx, weft_error *error)
{
    (void)ctx;
    static const char *const known[] = {"analyze", NULL};
    bool analyzes = false;
    weft_text told = {0};
    SERVER_TRY(server_params_check(&call->target, known, error));
    SERVER_TRY(server_params_switch(&call->target, "analyze", &analyzes, error));
    if (call->body.len == 0) {
        return server_fail(error, WEFT_INVALID_REQUEST, "the body must be a graph request, and is empty");
    }
    const bool is_text = server_accepts(weft_call_header(call, "Accept"), "text/plain", "application/json");
    const server_work work = {.kind = SERVER_WORK_EXPLAIN, .request = call->body.data, .request_len = call->body.len};
    server_text narrowed = {0};
    weft_code code = server_permit(call, &work, &narrowed, error);
    const server_text *request = narrowed.len > 0 ? &narrowed : &call->body;
    if (code == WEFT_OK) {
        code = (analyzes ? weft_explain_analyze : weft_explain)(weft_call_engine(call),
                                                                request->data,
                                                                request->len,
                                                                is_text ? WEFT_FORMAT_TEXT : WEFT_FORMAT_JSON,
                                                                &told,
                                                                error);
    }
    if (code == WEFT_OK) {
        code = weft_call_answer(
            call, 200, is_text ? "text/plain; charset=utf-8" : "application/json", told.data, told.len, error);
    }
    weft_text_free(&told);
    server_text_done(&narrowed);
    return code;
}

/* The length of the text `"[name]"` that begins at `at`, 0 when none does. */
static size_t placeholder_len(const char *at)
{
    if (at[0] != '"' || at[1] != '[') {
        return 0;
    }
    const size_t name_len = strcspn(at + 2, "]\"\\[");
    return name_len > 0 && at[2 + name_len] == ']' && at[3 + name_len] == '"' ? name_len + 4 : 0;
}

/* Put the path's value, quoted, where the placeholder of `len` bytes stands. */
static weft_code fill_in(const weft_call *call, const char *at, size_t len, server_text *filled, weft_error *error)
{
    char name[64];
    if (len - 4 >= sizeof(name)) {
        return server_fail(error, WEFT_MISUSE, "a parameter of the request has an endless name");
    }
    memcpy(name, at + 2, len - 4);
    name[len - 4] = '\0';
    const char *value = weft_call_path_value(call, name);
    if (!value) {
        return server_fail(error, WEFT_MISUSE, "the path \"%.200s\" has no parameter \"[%s]\"", call->route, name);
    }
    server_text_json(filled, value);
    return WEFT_OK;
}

static weft_code fill_request(const weft_call *call, const char *request, server_text *filled, weft_error *error)
{
    while (*request) {
        const size_t len = placeholder_len(request);
        if (len > 0) {
            SERVER_TRY(fill_in(call, request, len, filled, error));
        } else {
            server_text_add(filled, request, 1);
        }
        request += len ? len : 1;
    }
    return filled->failed ? server_fail_no_memory(error) : WEFT_OK;
}

weft_code weft_call_answer_graph(weft_call *call, const char *name, const char *request, weft_error *error)
{
    if (!call || !request || (name && strlen(name) >= sizeof(call->answer.source.name))) {
        return server_fail(error, WEFT_MISUSE, "a call, a request and a name of reasonable length must be given");
    }
    server_text filled = {0};
    weft_code code = fill_request(call, request, &filled, error);
    if (code == WEFT_OK) {
        code = server_call_stream(call, &filled, name ? SERVER_SHAPE_ONE : SERVER_SHAPE_PLAIN, name, error);
    }
    server_text_done(&filled);
    return code;
}
