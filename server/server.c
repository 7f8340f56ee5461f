/* A server is opened, given routes and closed; run.c runs it. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/fail.h"
#include "server/notify.h"
#include "server/server.h"

#define SIZE_DEFAULT(value, fallback) ((value) ? (value) : (fallback))

static void settle_options(weft_server *server, const weft_server_options *given)
{
    weft_server_options *options = &server->options;
    *options = *given;
    options->address = given->address ? given->address : "127.0.0.1:8080";
    options->connections_max = SIZE_DEFAULT(given->connections_max, 512);
    options->body_bytes_max = SIZE_DEFAULT(given->body_bytes_max, (size_t)32 << 20);
    options->receive_ms = SIZE_DEFAULT(given->receive_ms, 30000);
    options->idle_ms = SIZE_DEFAULT(given->idle_ms, 30000);
    options->send_ms = SIZE_DEFAULT(given->send_ms, 60000);
    server->throttle.wrong_max = SIZE_DEFAULT(given->wrong_keys_max, 20);
    const size_t stores =
        options->engine.connections_max ? options->engine.connections_max : SERVER_STORE_CONNECTIONS_DEFAULT;
    options->streams_max = SIZE_DEFAULT(given->streams_max, stores / 2 > 0 ? stores / 2 : 1);
    options->drain_ms = SIZE_DEFAULT(given->drain_ms, 10000);
    options->recover_ms = SIZE_DEFAULT(given->recover_ms, 60000);
    server->observer = given->engine.observer;
    options->engine.observer = (weft_observer){server_observe, server};
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    server_hash id = {{0, 0}};
    server_hash_add(&id, (const char *)&now, sizeof(now));
    server->id = id.halves[0];
}

/* Sockets that were handed over go before addresses. */
static weft_code take_addresses(weft_server *server, weft_error *error)
{
    SERVER_TRY(server_notify_sockets(&server->listener, &server->admin_listener, error));
    if (server->listener >= 0) {
        server->port = server_port_of(server->listener);
        server->is_handed = true;
    } else {
        bool is_guarded = false;
        SERVER_TRY(server_keyring_is_needed(&server->keyring, &is_guarded, error));
        is_guarded = is_guarded || server->seat.project->jwt != NULL;
        SERVER_TRY(server_listen(server->options.address, is_guarded, &server->listener, &server->port, error));
    }
    if (server->admin_listener >= 0) {
        server->admin_port = server_port_of(server->admin_listener);
    } else if (server->options.admin_address) {
        SERVER_TRY(
            server_listen(server->options.admin_address, false, &server->admin_listener, &server->admin_port, error));
    }
    return WEFT_OK;
}

weft_code weft_server_open(const weft_server_options *options, weft_server **ret_server, weft_error *error)
{
    if (!options || !ret_server) {
        return server_fail(error, WEFT_MISUSE, "options and a place for the server must be given");
    }
    weft_server *server = calloc(1, sizeof(*server));
    if (!server) {
        return server_fail_no_memory(error);
    }
    server->listener = -1;
    server->admin_listener = -1;
    (void)pthread_mutex_init(&server->door.lock, NULL);
    (void)pthread_mutex_init(&server->seat.lock, NULL);
    (void)pthread_mutex_init(&server->keeper.lock, NULL);
    (void)pthread_mutex_init(&server->keyring.lock, NULL);
    (void)pthread_mutex_init(&server->throttle.lock, NULL);
    settle_options(server, options);
    weft_code code = server_seat_open(&server->seat, &server->options.engine, error);
    if (code == WEFT_OK) {
        code = server_keyring_open(&server->keyring, options->engine.directory, error);
    }
    if (code == WEFT_OK) {
        code = take_addresses(server, error);
    }
    if (code != WEFT_OK) {
        weft_server_close(server);
        return code;
    }
    *ret_server = server;
    return WEFT_OK;
}

void weft_server_close(weft_server *server)
{
    if (!server) {
        return;
    }
    if (server->listener >= 0) {
        (void)close(server->listener);
    }
    if (server->admin_listener >= 0) {
        (void)close(server->admin_listener);
    }
    server_seat_done(&server->seat);
    server_keeper_done(&server->keeper);
    server_keyring_done(&server->keyring);
    free(server);
}

unsigned weft_server_port(const weft_server *server)
{
    return server->port;
}

unsigned weft_server_admin_port(const weft_server *server)
{
    return server->admin_port;
}

/* Where a route of `params` parameters goes: behind those with as many or fewer. */
static size_t find_place(const weft_server *server, size_t params)
{
    size_t at = 0;
    while (at < server->route_count && server_route_param_count(server->routes[at].path) <= params) {
        at++;
    }
    return at;
}

weft_code weft_server_route(weft_server *server, const weft_route *route, weft_error *error)
{
    if (!server || !route || !route->method || !*route->method || !route->handler || atomic_load(&server->is_running)) {
        return server_fail(error, WEFT_MISUSE, "a server that does not run yet, a method and a handler must be given");
    }
    SERVER_TRY(server_route_check(route->path, error));
    for (size_t i = 0; i < server->route_count; i++) {
        const weft_route *other = &server->routes[i];
        if (!strcmp(other->method, route->method) && server_route_is_same(other->path, route->path)) {
            return server_fail(
                error, WEFT_NAME_CLASH, "%.20s \"%.200s\" is answered by another route", route->method, route->path);
        }
    }
    if (server->route_count == SERVER_ROUTES_MAX) {
        return server_fail(error, WEFT_LIMIT_EXCEEDED, "there are more than %d routes", SERVER_ROUTES_MAX);
    }
    const size_t at = find_place(server, server_route_param_count(route->path));
    memmove(&server->routes[at + 1], &server->routes[at], (server->route_count - at) * sizeof(server->routes[0]));
    server->routes[at] = *route;
    server->route_count++;
    return WEFT_OK;
}
