/* The server: what all its calls share. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "server/idempotency.h"
#include "server/keyring.h"
#include "server/metrics.h"
#include "server/project.h"
#include "server/route.h"
#include "server/throttle.h"
#include "server/watch.h"
#include "server/workers.h"
#include "weft/serve.h"

#define SERVER_ROUTES_MAX                256
#define SERVER_STORE_CONNECTIONS_DEFAULT 8 /* the engine's own, see weft_options */

struct server_cost;

struct weft_server {
    weft_server_options options; /* defaults settled */
    server_seat seat;
    weft_route routes[SERVER_ROUTES_MAX]; /* of the program's own */
    size_t route_count;
    int listener;       /* socket; -1 once nobody comes in any more */
    int admin_listener; /* -1 once a daemon has it */
    bool is_handed;     /* the listener is systemd's */
    unsigned port, admin_port;
    weft_observer observer; /* the program's own */
    server_watch watch;
    server_workers workers;
    server_door door;
    server_keeper keeper;
    server_keyring keyring;
    server_throttle throttle;
    atomic_bool is_guarded; /* tokens are, or were, taken: nobody is answered without showing who he is */
    server_metrics metrics;
    struct MHD_Daemon *admin_daemon;
    pthread_t runner; /* the thread inside weft_server_run */
    atomic_bool has_runner;
    atomic_bool is_running;     /* or has run */
    atomic_bool is_stopping;    /* asked to, or draining */
    atomic_uint calls_open;     /* requests under way */
    atomic_size_t streams_open; /* of these, large answers */
    atomic_ullong calls_begun;
    uint64_t id; /* of this run, for ids of requests */
};

/* listen.c: take an address, "HOST:PORT" or "PORT"; a loopback one unless `is_guarded`. WEFT_USAGE,
 * WEFT_REFUSED_UNSAFE, WEFT_STORE_UNAVAILABLE. */
weft_code server_listen(const char *address, bool is_guarded, int *ret_socket, unsigned *ret_port, weft_error *error);

/* Whether a socket that was handed over is loopback. WEFT_REFUSED_UNSAFE, WEFT_USAGE. */
weft_code server_check_socket(int fd, weft_error *error);
/* 0: it has none. */
unsigned server_port_of(int fd);

/* admin.c: /live, /ready, /metrics and /schema, where they have an address. */
weft_code server_admin_start(weft_server *server, weft_error *error);
void server_admin_stop(weft_server *server);

/* daemon.c: what a client's connection is spoken on; NULL: no memory, or no descriptor. */
struct MHD_Daemon *server_daemon_new(server_client *client);

/* daemon.c: begin to answer; drain: nobody new, and wait at most drain_ms for requests under way; stop: cut off who is
 * left. */
weft_code server_daemon_start(weft_server *server, weft_error *error);
void server_daemon_drain(weft_server *server);
void server_daemon_stop(weft_server *server);

/* begin.c: what can be said when the first line of a request is here: a target that does not fit is refused at once. */
void server_begin_target(weft_call *call);
/* What can be said when the headers of a request are here: its ids, and whether its body may come. A failure
 * is answered without reading the body. */
weft_code server_begin(weft_call *call, weft_error *error);
weft_code server_fail_body(weft_call *call, weft_error *error);

/* finish.c: tag, compression and headers of an answer, or 304 in its place. */
void server_finish(weft_call *call);

/* problem answers: drop what a handler began, and answer call->failure. */
void server_answer_problem(weft_call *call, weft_code code);

/* cost.c: the observer of engines; adds to the call that its thread answers. */
void server_observe(void *ctx, const weft_event *event);
void server_cost_to(struct server_cost *cost);

/* cors.c: headers for browsers, and the answer to OPTIONS at a path that has the methods `allow`. */
weft_code server_answer_options(weft_call *call, const char *allow, weft_error *error);
void server_add_cors(weft_call *call);

/* dispatch.c: find the route of a call that has come whole, and have it answered; whatever happens, call->answer is set
 * afterwards. `refused` is why it is not answered at all, told in call->failure. */
void server_dispatch(weft_call *call, weft_code refused);

/* The routes every project has. */
extern const weft_route server_model_routes[];
extern const size_t server_model_route_count;

/* Handlers, by file. */
weft_code server_list_records(weft_call *call, void *ctx, weft_error *error);
weft_code server_get_record(weft_call *call, void *ctx, weft_error *error);
weft_code server_list_partners(weft_call *call, void *ctx, weft_error *error);
weft_code server_create_records(weft_call *call, void *ctx, weft_error *error);
weft_code server_update_record(weft_call *call, void *ctx, weft_error *error);
weft_code server_delete_record(weft_call *call, void *ctx, weft_error *error);
weft_code server_restore_deletion(weft_call *call, void *ctx, weft_error *error);
weft_code server_query_graph(weft_call *call, void *ctx, weft_error *error);
weft_code server_explain_graph(weft_call *call, void *ctx, weft_error *error);
weft_code server_create_links(weft_call *call, void *ctx, weft_error *error);
weft_code server_dismiss_links(weft_call *call, void *ctx, weft_error *error);
weft_code server_restore_links(weft_call *call, void *ctx, weft_error *error);
weft_code server_list_links(weft_call *call, void *ctx, weft_error *error);
weft_code server_get_openapi(weft_call *call, void *ctx, weft_error *error);

#endif
