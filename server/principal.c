/* With a file of keys, or an issuer of tokens, whoever brings a key of it or a right token is its principal, and nobody
 * else is answered. Without either, everybody
 * who reaches a loopback address is the same principal and may do everything.
 *
 * A browser on this machine reaches it too, on behalf of any page it shows. So a request must name this server as a
 * loopback host, which a page of a name that was pointed here later cannot; and a page of another origin may not write.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/framing.h"
#include "server/principal.h"
#include "server/rights.h"
#include "server/server.h"

void server_principal_access(const server_principal *principal, const char **modules, weft_access *ret_access)
{
    for (size_t i = 0; i < principal->module_count; i++) {
        modules[i] = principal->modules[i];
    }
    *ret_access = (weft_access){.role = principal->role[0] ? principal->role : NULL,
                                .modules = modules,
                                .module_count = principal->module_count};
}

static bool is_reading(const weft_call *call)
{
    return !strcmp(call->method, "GET") || !strcmp(call->method, "HEAD") || !strcmp(call->method, "OPTIONS");
}

/* Whether the page that asks is this server's own, or one that is allowed to. */
static bool is_known_origin(const weft_call *call, const char *origin, const char *host)
{
    const char *allowed = call->server->options.cors_origin;
    const char *origin_host = strstr(origin, "://");
    return (allowed && (!strcmp(allowed, "*") || !strcmp(allowed, origin))) ||
           (origin_host && host && !strcasecmp(origin_host + 3, host));
}

static weft_code need_credential(weft_error *error)
{
    (void)server_fail(error, WEFT_UNAUTHENTICATED, "a key or a token is needed");
    server_error_hint(error, "Send it as a header: Authorization: Bearer KEY.");
    return WEFT_UNAUTHENTICATED;
}

static weft_code fail_too_many(weft_call *call, unsigned wait_s, weft_error *error)
{
    char seconds[16];
    (void)snprintf(seconds, sizeof(seconds), "%u", wait_s);
    (void)server_answer_header(&call->answer, "Retry-After", seconds, NULL);
    (void)server_fail(error, WEFT_LIMIT_EXCEEDED, "too many wrong keys and tokens came from this address");
    server_error_detail(error, "At most wrong_keys_max = %u may in a minute.", call->server->throttle.wrong_max);
    call->answer.status = MHD_HTTP_TOO_MANY_REQUESTS;
    return WEFT_LIMIT_EXCEEDED;
}

static const struct sockaddr *address_of(const weft_call *call)
{
    const union MHD_ConnectionInfo *about =
        MHD_get_connection_info(call->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return about ? about->client_addr : NULL;
}

static weft_code know(weft_call *call, const char *credential, weft_error *error)
{
    const server_jwt *jwt = call->project->jwt;
    const bool is_token = jwt && server_is_token(credential);
    return is_token ? server_jwt_know(jwt, credential, time(NULL), &call->principal, error)
                    : server_keyring_know(&call->server->keyring, credential, &call->principal, error);
}

static weft_code know_admitted(weft_call *call, const char *credential, weft_error *error)
{
    const struct sockaddr *from = address_of(call);
    const int64_t now_s = server_now_us() / 1000000 + 1;
    unsigned wait_s = 0;
    if (!server_throttle_admits(&call->server->throttle, from, credential, now_s, &wait_s)) {
        return fail_too_many(call, wait_s, error);
    }
    const weft_code code = know(call, credential, error);
    if (code == WEFT_OK || code == WEFT_UNAUTHENTICATED) {
        server_throttle_note(&call->server->throttle, from, credential, code == WEFT_OK, now_s);
    }
    return code;
}

/* A browser never sends a key by itself, so that a page of another origin has none: hosts and origins are free. */
static weft_code decide_by_key(weft_call *call, weft_error *error)
{
    if (!strcmp(call->method, "OPTIONS")) {
        return WEFT_OK; /* browsers ask without a key what they may send; it tells no more than methods */
    }
    const char *authorization = weft_call_header(call, "Authorization");
    const bool is_bearer = authorization && !strncasecmp(authorization, "Bearer ", 7);
    const char *credential = is_bearer ? authorization + 7 + strspn(authorization + 7, " ") : "";
    const weft_code code = *credential ? know_admitted(call, credential, error) : need_credential(error);
    if (code == WEFT_UNAUTHENTICATED) {
        (void)server_answer_header(&call->answer,
                                   "WWW-Authenticate",
                                   *credential ? "Bearer realm=\"weft\", error=\"invalid_token\""
                                               : "Bearer realm=\"weft\"",
                                   NULL);
    }
    return code;
}

static weft_code decide_by_address(weft_call *call, weft_error *error)
{
    const char *host = weft_call_header(call, "Host");
    const char *origin = weft_call_header(call, "Origin");
    (void)snprintf(call->principal.name, sizeof(call->principal.name), "local");
    call->principal.scope = SERVER_SCOPE_ADMIN;
    if (host && !server_is_loopback_host(host)) {
        call->answer.status = MHD_HTTP_MISDIRECTED_REQUEST;
        (void)server_fail(error, WEFT_REFUSED_UNSAFE, "the host \"%.200s\" is not this server", host);
        server_error_hint(error, "Let a proxy before it send a loopback Host.");
        return WEFT_REFUSED_UNSAFE;
    }
    if (origin && !is_reading(call) && !is_known_origin(call, origin, host)) {
        call->answer.status = MHD_HTTP_FORBIDDEN;
        (void)server_fail(error, WEFT_REFUSED_UNSAFE, "pages of \"%.200s\" may not write", origin);
        server_error_hint(error, "Start the server with that origin allowed (--cors).");
        return WEFT_REFUSED_UNSAFE;
    }
    return WEFT_OK;
}

weft_code server_principal_decide(weft_call *call, weft_error *error)
{
    bool is_needed = true;
    SERVER_TRY(server_keyring_is_needed(&call->server->keyring, &is_needed, error));
    if (call->project->jwt) {
        atomic_store(&call->server->is_guarded, true);
    }
    is_needed = is_needed || atomic_load(&call->server->is_guarded);
    return is_needed ? decide_by_key(call, error) : decide_by_address(call, error);
}

/* The least scope that a kind of work needs. What shows SQL or takes deletions back is an operator's. */
static server_scope needed_scope(const weft_call *call, server_work_kind kind)
{
    switch (kind) {
    case SERVER_WORK_QUERY:
    case SERVER_WORK_IMPACT:
    case SERVER_WORK_SCHEMA:
        return SERVER_SCOPE_READ;
    case SERVER_WORK_CREATE:
    case SERVER_WORK_UPDATE:
    case SERVER_WORK_DELETE:
    case SERVER_WORK_LINK:
    case SERVER_WORK_UNLINK:
    case SERVER_WORK_RELINK:
        return SERVER_SCOPE_WRITE;
    case SERVER_WORK_OWN:
        return is_reading(call) ? SERVER_SCOPE_READ : SERVER_SCOPE_WRITE;
    case SERVER_WORK_EXPLAIN:
    case SERVER_WORK_RESTORE:
    default:
        return SERVER_SCOPE_ADMIN;
    }
}

static const char *scope_name(server_scope scope)
{
    return scope == SERVER_SCOPE_ADMIN ? "admin" : scope == SERVER_SCOPE_WRITE ? "write" : "read";
}

weft_code server_permit(weft_call *call, const server_work *work, server_text *ret_request, weft_error *error)
{
    const server_scope needed = needed_scope(call, work->kind);
    (void)ret_request;
    if (call->principal.scope >= needed) {
        return server_rights_check(call, work, error);
    }
    const char *route = call->route ? call->route : "";
    (void)server_fail(
        error, WEFT_FORBIDDEN, "%.20s \"%.200s\" needs the scope %s", call->method, route, scope_name(needed));
    server_error_hint(
        error, "The key has the scope %s.", call->principal.scope ? scope_name(call->principal.scope) : "of nobody");
    return WEFT_FORBIDDEN;
}
