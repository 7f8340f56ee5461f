/* Every client that is connected, with what he may still take time for. A thread looks after them: whoever sends a
 * request too slowly is told 408 and cut off, whoever takes an answer too slowly, or sends nothing, is cut off. */
#ifndef SERVER_WATCH_H
#define SERVER_WATCH_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/client.h"

typedef struct server_watch {
    pthread_mutex_t lock; /* of the list */
    pthread_cond_t ended;
    pthread_t thread;
    server_client *first;
    size_t count;
    int64_t look_us; /* between two looks */
    bool is_ended;
} server_watch;

/* Start the thread. WEFT_NO_MEMORY: it could not be made. */
weft_code server_watch_start(server_watch *watch, int64_t look_us, weft_error *error);
void server_watch_stop(server_watch *watch);

/* A client came, or goes. */
void server_watch_add(server_watch *watch, server_client *client);
void server_watch_remove(server_watch *watch, server_client *client);

/* He goes on to `state`; deadline 0: for as long as it takes. */
void server_watch_set(server_client *client, server_client_state state, int64_t deadline_us);
/* What his answer is read from, NULL before that is closed. */
void server_watch_reply(server_client *client, weft_reply *reply);

/* Answer `problem` with the HTTP status 414 to a request that libmicrohttpd is about to choke on, and cut its client
 * off. */
void server_watch_refuse(server_client *client, const weft_error *problem);

/* Whether anybody has sent what nobody read yet. */
bool server_watch_has_unread(server_watch *watch);

/* How many there are. */
size_t server_watch_count(server_watch *watch);

/* Cancel every query and cut every connection off. */
void server_watch_cut_all(server_watch *watch);

#endif
