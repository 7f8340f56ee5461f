/* From a request that has come whole, of a principal, to an answer: route, handler; an error becomes problem+json. */
#include <stdio.h>
#include <string.h>

#include "server/call.h"
#include "server/demands.h"
#include "server/fail.h"
#include "server/once.h"
#include "server/rights.h"
#include "server/server.h"

const weft_route server_model_routes[] = {
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
static const weft_route *find(const weft_route *routes, size_t count, const weft_call *call, char *allow, size_t size)
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

/* All methods a path has, with those that come by themselves. */
static void complete_methods(char all[160], const char *found)
{
    (void)snprintf(all, 160, "%s%s, OPTIONS", found, strstr(found, "GET") ? ", HEAD" : "");
}

static weft_code answer_without_route(weft_call *call, const char *found, weft_error *error)
{
    char all[160];
    if (!*found) {
        (void)server_fail(error, WEFT_NOT_FOUND, "nothing is served at \"%.200s\"", call->sent);
        server_error_hint(error, "GET /openapi.json lists what is served.");
        return WEFT_NOT_FOUND;
    }
    complete_methods(all, found);
    if (!strcmp(call->method, "OPTIONS")) {
        return server_answer_options(call, all, error);
    }
    SERVER_TRY(weft_call_set_header(call, "Allow", all, error));
    (void)server_fail(error, WEFT_UNSUPPORTED, "the method %.20s means nothing here", call->method);
    server_error_hint(error, "Here are: %s.", all);
    call->answer.status = MHD_HTTP_METHOD_NOT_ALLOWED;
    return WEFT_UNSUPPORTED;
}

static weft_code run_handler(weft_call *call, const weft_route *route, weft_error *error)
{
    call->route = route->path;
    SERVER_TRY(server_scope_rows(call, error));
    if (route >= call->server->routes && route < call->server->routes + call->server->route_count) {
        const server_work work = {.kind = SERVER_WORK_OWN, .entity = route->path};
        server_text unused = {0};
        SERVER_TRY(server_permit(call, &work, &unused, error));
    } else {
        SERVER_TRY(server_check_demands(call, route, error));
    }
    SERVER_TRY(server_once_begin(call, error));
    return call->is_replayed ? WEFT_OK : route->handler(call, route->ctx, error);
}

static weft_code answer(weft_call *call, weft_error *error)
{
    char found[128] = "";
    SERVER_TRY(server_target_read(&call->target, call->sent, error));
    const weft_route *route = find(call->server->routes, call->server->route_count, call, found, sizeof(found));
    if (!route) {
        route = find(server_model_routes, server_model_route_count, call, found, sizeof(found));
    }
    return route ? run_handler(call, route, error) : answer_without_route(call, found, error);
}

void server_dispatch(weft_call *call, weft_code refused)
{
    server_cost_to(&call->cost);
    const weft_code code = refused == WEFT_OK ? answer(call, &call->failure) : refused;
    if (code != WEFT_OK) {
        server_rights_tell_error(call);
        server_answer_problem(call, code);
    } else if (call->answer.status == 0) {
        call->answer.status = MHD_HTTP_NO_CONTENT;
    }
    server_once_end(call);
    server_finish(call);
    server_cost_to(NULL);
}
