/* The look-out. A socket is cut off under the lock of the list, and leaves the list before libmicrohttpd closes it, so
 * that a number is never mistaken for another client's. Cutting off makes the socket ready, so that a worker cleans up.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/problem.h"
#include "server/watch.h"

/* Nothing else is written on a connection that is still receiving. */
static void answer_now(int fd, int status, const char *phrase, const weft_error *problem)
{
    server_text body = {0};
    server_text whole = {0};
    server_problem_add(&body, problem, status, "");
    server_text_format(&whole,
                       "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
                       status,
                       phrase,
                       SERVER_PROBLEM_TYPE,
                       body.len);
    server_text_add(&whole, body.data, body.len);
    if (!whole.failed && !body.failed) {
        (void)send(fd, whole.data, whole.len, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    server_text_done(&body);
    server_text_done(&whole);
}

static void tell_too_slow(int fd)
{
    weft_error error;
    (void)server_fail(&error, WEFT_TIMEOUT, "the request did not come whole in time");
    answer_now(fd, MHD_HTTP_REQUEST_TIMEOUT, "Request Timeout", &error);
}

static void cut(server_client *client)
{
    if (client->is_cut) {
        return;
    }
    client->is_cut = true;
    if (client->reply) {
        weft_reply_cancel(client->reply);
    }
    (void)shutdown(client->fd, SHUT_RDWR);
}

/* What has come and nobody read yet, because all workers are busy. */
static bool has_unread(const server_client *client)
{
    char byte;
    return recv(client->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

static bool is_late(const server_client *client, int64_t now_us)
{
    const bool is_awaited = client->state == SERVER_IDLE || client->state == SERVER_RECEIVING;
    return client->deadline_us != 0 && client->deadline_us <= now_us && !client->is_cut &&
           !(is_awaited && has_unread(client));
}

static void look(server_watch *watch, int64_t now_us)
{
    for (server_client *client = watch->first; client; client = client->next) {
        (void)pthread_mutex_lock(&client->watched);
        if (is_late(client, now_us)) {
            if (client->state == SERVER_RECEIVING) {
                tell_too_slow(client->fd);
            }
            cut(client);
        }
        (void)pthread_mutex_unlock(&client->watched);
    }
}

static void *watch_over(void *ctx)
{
    server_watch *watch = ctx;
    (void)pthread_mutex_lock(&watch->lock);
    while (!watch->is_ended) {
        struct timespec until = {0};
        (void)clock_gettime(CLOCK_REALTIME, &until);
        const int64_t nanoseconds = until.tv_nsec + watch->look_us % 1000000 * 1000;
        until.tv_sec += (time_t)(watch->look_us / 1000000 + nanoseconds / 1000000000);
        until.tv_nsec = (long)(nanoseconds % 1000000000);
        if (pthread_cond_timedwait(&watch->ended, &watch->lock, &until) == ETIMEDOUT) {
            look(watch, server_now_us());
        }
    }
    (void)pthread_mutex_unlock(&watch->lock);
    return NULL;
}

weft_code server_watch_start(server_watch *watch, int64_t look_us, weft_error *error)
{
    (void)pthread_mutex_init(&watch->lock, NULL);
    (void)pthread_cond_init(&watch->ended, NULL);
    watch->look_us = look_us;
    if (pthread_create(&watch->thread, NULL, watch_over, watch) != 0) {
        return server_fail(error, WEFT_NO_MEMORY, "could not start a thread");
    }
    return WEFT_OK;
}

void server_watch_stop(server_watch *watch)
{
    (void)pthread_mutex_lock(&watch->lock);
    watch->is_ended = true;
    (void)pthread_cond_signal(&watch->ended);
    (void)pthread_mutex_unlock(&watch->lock);
    (void)pthread_join(watch->thread, NULL);
    (void)pthread_cond_destroy(&watch->ended);
    (void)pthread_mutex_destroy(&watch->lock);
}

void server_watch_add(server_watch *watch, server_client *client)
{
    (void)pthread_mutex_lock(&watch->lock);
    client->next = watch->first;
    client->place = &watch->first;
    if (client->next) {
        client->next->place = &client->next;
    }
    watch->first = client;
    watch->count++;
    (void)pthread_mutex_unlock(&watch->lock);
}

void server_watch_remove(server_watch *watch, server_client *client)
{
    (void)pthread_mutex_lock(&watch->lock);
    *client->place = client->next;
    if (client->next) {
        client->next->place = client->place;
    }
    watch->count--;
    (void)pthread_mutex_unlock(&watch->lock);
}

void server_watch_set(server_client *client, server_client_state state, int64_t deadline_us)
{
    (void)pthread_mutex_lock(&client->watched);
    client->state = state;
    client->deadline_us = deadline_us;
    (void)pthread_mutex_unlock(&client->watched);
}

void server_watch_reply(server_client *client, weft_reply *reply)
{
    (void)pthread_mutex_lock(&client->watched);
    client->reply = reply;
    if (reply && client->is_cut) {
        weft_reply_cancel(reply);
    }
    (void)pthread_mutex_unlock(&client->watched);
}

bool server_watch_has_unread(server_watch *watch)
{
    bool is_found = false;
    (void)pthread_mutex_lock(&watch->lock);
    for (server_client *client = watch->first; client && !is_found; client = client->next) {
        is_found = has_unread(client);
    }
    (void)pthread_mutex_unlock(&watch->lock);
    return is_found;
}

void server_watch_refuse(server_client *client, const weft_error *problem)
{
    (void)pthread_mutex_lock(&client->watched);
    if (!client->is_cut) {
        answer_now(client->fd, MHD_HTTP_URI_TOO_LONG, "URI Too Long", problem);
        cut(client);
    }
    (void)pthread_mutex_unlock(&client->watched);
}

void server_watch_cut_all(server_watch *watch)
{
    (void)pthread_mutex_lock(&watch->lock);
    for (server_client *client = watch->first; client; client = client->next) {
        (void)pthread_mutex_lock(&client->watched);
        cut(client);
        (void)pthread_mutex_unlock(&client->watched);
    }
    (void)pthread_mutex_unlock(&watch->lock);
}

size_t server_watch_count(server_watch *watch)
{
    (void)pthread_mutex_lock(&watch->lock);
    const size_t count = watch->count;
    (void)pthread_mutex_unlock(&watch->lock);
    return count;
}
