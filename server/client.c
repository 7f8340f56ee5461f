/* Clients come, have their turns and go. Each has a libmicrohttpd of its own, polled from outside: whatever that waits
 * for, its epoll descriptor tells, so that this is what the workers wait for, all of them for all clients. It is waited
 * for once and then again when the client's turn is over, so that a client never is two threads' at a time. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/server.h"

/* What is done in a turn before others have theirs: a stream that is read fast, a client that sends ahead and a crowd
 * at the door would never be done. Who stands at the door waits for all those inside before its next turn, so that many
 * are let in at once. */
#define TURN_MAX   16
#define LET_IN_MAX 256

static server_client *new_client(weft_server *server)
{
    server_client *client = calloc(1, sizeof(*client));
    struct MHD_Daemon *daemon = client ? server_daemon_new(client) : NULL;
    if (!daemon) {
        free(client);
        return NULL;
    }
    (void)pthread_mutex_init(&client->turn, NULL);
    (void)pthread_mutex_init(&client->watched, NULL);
    client->server = server;
    client->daemon = daemon;
    client->fd = -1;
    client->ready_fd = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    return client;
}

void server_client_free(server_client *client)
{
    MHD_stop_daemon(client->daemon);
    (void)pthread_mutex_destroy(&client->turn);
    (void)pthread_mutex_destroy(&client->watched);
    server_recall_done(&client->recall);
    free(client);
}

void server_client_leave(server_client *client)
{
    if (client->fd >= 0) {
        server_watch_remove(&client->server->watch, client);
        client->fd = -1;
    }
}

/* The socket is libmicrohttpd's from here on, which closes it whatever happens. */
static void welcome(server_client *client, int fd, const struct sockaddr *from, socklen_t from_len)
{
    weft_server *server = client->server;
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (MHD_add_connection(client->daemon, fd, from, from_len) != MHD_YES) {
        server_client_free(client);
        return;
    }
    client->fd = fd;
    client->deadline_us = server_now_us() + (int64_t)server->options.idle_ms * 1000;
    server_watch_add(&server->watch, client);
    (void)pthread_mutex_lock(&client->turn);
    const bool is_awaited = server_workers_add(&server->workers, client->ready_fd, SERVER_WISH_INPUT, client);
    (void)pthread_mutex_unlock(&client->turn);
    if (!is_awaited) {
        server_client_free(client);
    }
}

typedef enum outcome { CAME_IN, NOBODY_THERE, NO_ROOM, NO_DESCRIPTORS } outcome;

static outcome let_one_in(weft_server *server)
{
    struct sockaddr_storage from;
    socklen_t from_len = sizeof(from);
    if (server_watch_count(&server->watch) >= server->options.connections_max) {
        return NO_ROOM;
    }
    /* Made before he is asked in, so that nobody is turned away who could have waited. */
    server_client *client = server->door.next ? server->door.next : new_client(server);
    server->door.next = client;
    const int fd = client ? accept(server->listener, (struct sockaddr *)&from, &from_len) : -1;
    if (fd >= 0) {
        server->door.next = NULL;
        welcome(client, fd, (const struct sockaddr *)&from, from_len);
        return CAME_IN;
    }
    if (client && (errno == ECONNABORTED || errno == EINTR)) {
        return CAME_IN; /* and has gone again */
    }
    return client && errno == EAGAIN ? NOBODY_THERE : NO_DESCRIPTORS;
}

static void await_others(weft_server *server)
{
    server_workers_await(&server->workers, server->listener, SERVER_WISH_INPUT, server);
}

/* Whoever leaves opens the door again, unless he left before it was shut. Where there is nobody who could, somebody
 * outside the server holds the last descriptors: for these is asked now and then. */
static void shut_door(weft_server *server, outcome why)
{
    const struct timespec moment = {.tv_nsec = 10000000};
    atomic_store(&server->door.is_shut, true);
    const size_t count = server_watch_count(&server->watch);
    if (count == 0) {
        (void)nanosleep(&moment, NULL);
    }
    const bool may_come = count == 0 || (why == NO_ROOM && count < server->options.connections_max);
    if (may_come && atomic_exchange(&server->door.is_shut, false)) {
        await_others(server);
    }
}

static void reopen_door(weft_server *server)
{
    if (!atomic_load(&server->door.is_shut)) {
        return;
    }
    (void)pthread_mutex_lock(&server->door.lock);
    if (atomic_exchange(&server->door.is_shut, false) && server->listener >= 0) {
        await_others(server);
    }
    (void)pthread_mutex_unlock(&server->door.lock);
}

static void let_in(weft_server *server)
{
    outcome last = CAME_IN;
    for (size_t i = 0; i < LET_IN_MAX && last == CAME_IN; i++) {
        last = let_one_in(server);
    }
    if (last == NO_ROOM || last == NO_DESCRIPTORS) {
        shut_door(server, last);
    } else {
        await_others(server);
    }
}

void server_door_let_in(weft_server *server)
{
    (void)pthread_mutex_lock(&server->door.lock);
    if (server->listener >= 0) {
        let_in(server);
    }
    (void)pthread_mutex_unlock(&server->door.lock);
}

weft_code server_door_open(weft_server *server, weft_error *error)
{
    const int flags = fcntl(server->listener, F_GETFL);
    if (flags < 0 || fcntl(server->listener, F_SETFL, flags | O_NONBLOCK) != 0 ||
        !server_workers_add(&server->workers, server->listener, SERVER_WISH_INPUT, server)) {
        return server_fail(error, WEFT_STORE_UNAVAILABLE, "could not start to listen");
    }
    return WEFT_OK;
}

/* Who stands before a socket of systemd's waits for the next server. */
void server_door_close(weft_server *server)
{
    (void)pthread_mutex_lock(&server->door.lock);
    if (!server->is_handed) {
        while (let_one_in(server) == CAME_IN) {
        }
        (void)shutdown(server->listener, SHUT_RDWR);
    }
    (void)close(server->listener);
    server->listener = -1;
    (void)pthread_mutex_unlock(&server->door.lock);
}

static int64_t earlier(int64_t one_us, int64_t other_us)
{
    return one_us < other_us ? one_us : other_us;
}

/* What the client may still take time for when its turn is over. Bytes that make no call yet are the beginning of one.
 */
static void settle(server_client *client)
{
    const weft_server_options *options = &client->server->options;
    const weft_call *call = client->call;
    const int64_t now_us = server_now_us();
    const int64_t idle_us = now_us + (int64_t)options->idle_ms * 1000;
    server_client_state state = client->state;
    int64_t deadline_us = client->deadline_us;
    if (call && call->sending_us) {
        state = SERVER_SENDING;
        deadline_us = earlier(call->sending_us + (int64_t)options->send_ms * 1000, idle_us);
    } else if (call) {
        state = SERVER_RECEIVING;
        deadline_us = earlier(call->begun_us + (int64_t)options->receive_ms * 1000, idle_us);
    } else if (client->has_ended_call) {
        state = SERVER_IDLE;
        deadline_us = idle_us;
    } else if (state == SERVER_IDLE) {
        state = SERVER_RECEIVING;
        deadline_us = earlier(now_us + (int64_t)options->receive_ms * 1000, idle_us);
    }
    server_watch_set(client, state, deadline_us);
}

/* There is more to do than fits into a turn. libmicrohttpd's descriptor does not tell of that, but the socket does, to
 * which can be written unless that is what the client must wait for; others who are ready have their turns first.
 * False: there is no memory to wait for it. */
static bool await_turn(server_client *client)
{
    server_workers *workers = &client->server->workers;
    if (client->has_awaited_room) {
        server_workers_await(workers, client->fd, SERVER_WISH_ROOM, client);
    } else {
        client->has_awaited_room = server_workers_add(workers, client->fd, SERVER_WISH_ROOM, client);
    }
    return client->has_awaited_room;
}

/* A client that has closed its side while it was read from. libmicrohttpd hears of an end that comes with the last
 * bytes only when more happens to the socket. */
static bool has_hung_up(const server_client *client)
{
    const bool is_read = !client->call || !client->call->sending_us;
    char byte;
    return is_read && recv(client->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static bool run(server_client *client)
{
    MHD_UNSIGNED_LONG_LONG wait_ms = 1;
    (void)MHD_run(client->daemon);
    return client->fd >= 0 && MHD_get_timeout(client->daemon, &wait_ms) == MHD_YES && wait_ms == 0;
}

/* Do what there is to do, or as much of it as fits into a turn. False: there is more. */
static bool run_turn(server_client *client)
{
    bool has_more = true;
    client->has_ended_call = false;
    for (size_t runs = 0; runs < TURN_MAX && has_more; runs++) {
        has_more = run(client);
    }
    if (client->fd >= 0 && !has_more && has_hung_up(client)) {
        (void)shutdown(client->fd, SHUT_RDWR);
        has_more = run(client);
    }
    return !has_more;
}

/* False: it cannot be awaited. */
static bool await(server_client *client, bool is_done)
{
    settle(client);
    if (!is_done) {
        return await_turn(client);
    }
    server_workers_await(&client->server->workers, client->ready_fd, SERVER_WISH_INPUT, client);
    return true;
}

/* Somebody else may be given the client as soon as it is awaited, and then waits for the lock. */
void server_client_serve(server_client *client)
{
    weft_server *server = client->server;
    bool is_awaited = false;
    (void)pthread_mutex_lock(&client->turn);
    while (client->fd >= 0 && !is_awaited) {
        const bool is_done = run_turn(client);
        is_awaited = client->fd >= 0 && await(client, is_done);
    }
    (void)pthread_mutex_unlock(&client->turn);
    if (!is_awaited) {
        server_client_free(client);
        reopen_door(server);
    }
}
