/* From a request that has come whole to an answer: principal, route, handler; an error becomes problem+json. */
#include <stdio.h>
#include <string.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/problem.h"
#include "server/server.h"

const server_route server_model_routes[] = {
    {"GET", "/openapi.json", server_get_openapi, NULL},
    {"POST", "/graph", server_query_graph, NULL},
    {"POST", "/graph/explain", server_explain_graph, NULL},
    {"POST", "/restore", server_restore_deletion, NULL},
    {"POST", "/links", server_create_links, NULL},
    {"DELETE", "/links", server_dismiss_links, NULL},
    {"POST", "/links/restore", server_restore_links, NULL},
    {"GET", "/links/[name]", server_list_links, NULL},
    {"GET", "/[plural]", server_list_records, NULL},
    {"POST", "/[plural]", server_create_records, NULL},
    {"GET", "/[plural]/[id]", server_get_record, NULL},
    {"PATCH", "/[plural]/[id]", server_update_record, NULL},
    {"DELETE", "/[plural]/[id]", server_delete_record, NULL},
    {"GET", "/[plural]/[id]/[edge]", server_list_partners, NULL},
};
const size_t server_model_route_count = sizeof(server_model_routes) / sizeof(server_model_routes[0]);

/* The first of `routes` that fits path and method; methods of those that fit the path alone go to `allow`. */
static const server_route *find(
    const server_route *routes, size_t count, const weft_call *call, char *allow, size_t size)
{
    const char *method = !strcmp(call->method, "HEAD") ? "GET" : call->method;
    const char *path = NULL;
    for (size_t i = 0; i < count; i++) {
        /* "/graph" is not also the records of a model called so: the first path that fits is the only one. */
        if ((path && !server_route_is_same(path, routes[i].path)) ||
            !server_route_fits(routes[i].path, &call->target)) {
            continue;
        }
        path = routes[i].path;
        if (!strcmp(routes[i].method, method)) {
            return &routes[i];
        }
        const size_t len = strlen(allow);
        (void)snprintf(allow + len, size - len, "%s%s", len ? ", " : "", routes[i].method);
    }
    return NULL;
}

static weft_code fail_route(weft_call *call, const char *allow, weft_error *error)
{
    if (!*allow) {
        (void)server_fail(error, WEFT_NOT_FOUND, "nothing is served at \"%.200s\"", call->sent);
        server_error_hint(error, "GET /openapi.json lists what is served.");
        return WEFT_NOT_FOUND;
    }
    char all[160];
    (void)snprintf(all, sizeof(all), "%s%s, OPTIONS", allow, strstr(allow, "GET") ? ", HEAD" : "");
    SERVER_TRY(server_answer_header(&call->answer, "Allow", all, error));
    (void)server_fail(error, WEFT_UNSUPPORTED, "the method %.20s means nothing here", call->method);
    server_error_hint(error, "Here are: %s.", all);
    call->answer.status = 405;
    return WEFT_UNSUPPORTED;
}

static weft_code answer(weft_call *call, weft_error *error)
{
    char allow[128] = "";
    SERVER_TRY(server_target_read(&call->target, call->sent, error));
    SERVER_TRY(server_principal_decide(call, error));
    const server_route *route = find(call->server->routes, call->server->route_count, call, allow, sizeof(allow));
    if (!route) {
        route = find(server_model_routes, server_model_route_count, call, allow, sizeof(allow));
    }
    if (!route) {
        return fail_route(call, allow, error);
    }
    call->route = route->path;
    return route->handler(call, route->ctx, error);
}

/* What the handler began is dropped, but for headers. */
static void answer_problem(weft_call *call, weft_code code)
{
    server_answer *problem = &call->answer;
    const int status = problem->status == 405 ? 405 : weft_code_http_status(code);
    server_source_close(&problem->source);
    server_text_clear(&problem->body);
    call->failure.code = code;
    server_problem_add(&problem->body, &call->failure, status, call->request_id);
    problem->status = status;
    (void)server_answer_header(problem, "Content-Type", SERVER_PROBLEM_TYPE, NULL);
}

void server_dispatch(weft_call *call)
{
    weft_code code = call->refused;
    if (code == WEFT_OK) {
        code = answer(call, &call->failure);
    }
    if (code != WEFT_OK) {
        answer_problem(call, code);
    } else if (call->answer.status == 0) {
        call->answer.status = 204;
    }
}
