/* The server's life: open ▶ routes ▶ run ▶ close. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/fail.h"
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
    const size_t stores = options->engine.connections_max ? options->engine.connections_max : 8;
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
    (void)pthread_mutex_init(&server->seat.lock, NULL);
    (void)pthread_mutex_init(&server->keeper.lock, NULL);
    settle_options(server, options);
    weft_code code = server_seat_open(&server->seat, &server->options.engine, error);
    if (code == WEFT_OK) {
        code = server_listen(server->options.address, &server->listener, &server->port, error);
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
    server_seat_done(&server->seat);
    server_keeper_done(&server->keeper);
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

/* Deletions that were cut off are finished before anybody reads what they left, and deletes by plain SQL that triggers
 * noted are carried out. A store that is away now is no reason not to serve; the next look finds it. */
static void recover(weft_server *server)
{
    /* A call ends soon, so that starting and stopping do not wait for a long outbox. */
    const weft_recover_options options = {.notes_max = 1000};
    weft_text told = {0};
    weft_error error = {0};
    server_project *project = server_seat_hold(&server->seat);
    (void)weft_recover_with(project->engine, &options, &told, &error);
    weft_text_free(&told);
    server_seat_leave(&server->seat, project);
}

static void wait_for_end(weft_server *server, const sigset_t *signals)
{
    const struct timespec wait = {.tv_sec = server->options.recover_ms / 1000,
                                  .tv_nsec = (long)(server->options.recover_ms % 1000) * 1000000};
    while (!atomic_load(&server->is_stopping)) {
        siginfo_t info;
        const int number = sigtimedwait(signals, &info, &wait);
        if (number == SIGTERM || number == SIGINT) {
            atomic_store(&server->is_stopping, true);
        } else if (number < 0 && errno == EAGAIN) {
            recover(server);
        }
    }
}

weft_code weft_server_run(weft_server *server, weft_error *error)
{
    sigset_t signals;
    sigset_t before;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, &signals, &before);
    server->runner = pthread_self();
    atomic_store(&server->is_running, true);
    recover(server);
    const weft_code code = server_daemon_start(server, error);
    if (code == WEFT_OK) {
        wait_for_end(server, &signals);
        server_daemon_stop(server);
    }
    atomic_store(&server->is_running, false);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

void weft_server_stop(weft_server *server)
{
    if (!atomic_exchange(&server->is_stopping, true) && atomic_load(&server->is_running)) {
        (void)pthread_kill(server->runner, SIGINT);
    }
}
