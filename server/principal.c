/* Everybody who reaches a loopback address is the same principal and may do everything.
 *
 * A browser on this machine reaches it too, on behalf of any page it shows. So a request must name this server as a
 * loopback host, which a page of a name that was pointed here later cannot; and a page of another origin may not write.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/principal.h"
#include "server/server.h"

/* "localhost:8080", "127.0.0.1", "[::1]:80". */
static bool is_loopback_host(const char *host)
{
    static const char *const names[] = {"localhost", "[::1]"};
    for (size_t i = 0; i < 2; i++) {
        const size_t len = strlen(names[i]);
        if (!strncasecmp(host, names[i], len) && (host[len] == '\0' || host[len] == ':')) {
            return true;
        }
    }
    const size_t digits = strspn(host, "0123456789.");
    return !strncmp(host, "127.", 4) && (host[digits] == '\0' || host[digits] == ':');
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

weft_code server_principal_decide(weft_call *call, weft_error *error)
{
    const char *host = weft_call_header(call, "Host");
    const char *origin = weft_call_header(call, "Origin");
    (void)snprintf(call->principal.name, sizeof(call->principal.name), "local");
    if (host && !is_loopback_host(host)) {
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

weft_code server_permit(weft_call *call, const server_work *work, server_text *ret_request, weft_error *error)
{
    (void)call;
    (void)work;
    (void)ret_request;
    (void)error;
    return WEFT_OK;
}
