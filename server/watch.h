/* Every open connection with what it may still take time for. A thread looks after them: whoever sends a request too
 * slowly is told 408 and cut off, whoever takes an answer too slowly is cut off.
 *
 *     receiving ──whole▶ running ──answer begins▶ sending ──done▶ receiving (the next request)
 */
#ifndef SERVER_WATCH_H
#define SERVER_WATCH_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "weft/serve.h"

typedef enum server_watch_state { SERVER_RECEIVING = 0, SERVER_RUNNING, SERVER_SENDING } server_watch_state;

typedef struct server_watched {
    struct server_watched *next, **place;
    int fd;
    server_watch_state state;
    int64_t deadline_us; /* 0: none */
    weft_reply *reply;   /* that may be cancelled; NULL: none */
    weft_call *call;     /* the polling thread's: begun on it and not ended; NULL: none */
    bool is_cut;
} server_watched;

typedef struct server_watch {
    pthread_mutex_t lock;
    pthread_cond_t ended;
    pthread_t thread;
    server_watched *first;
    size_t count;
    int64_t look_us; /* between two looks */
    bool is_ended;
} server_watch;

/* Start the thread. WEFT_NO_MEMORY: it could not be made. */
weft_code server_watch_start(server_watch *watch, int64_t look_us, weft_error *error);
void server_watch_stop(server_watch *watch);

/* A connection came, or went. NULL: no memory. */
server_watched *server_watch_add(server_watch *watch, int fd, int64_t deadline_us);
void server_watch_remove(server_watch *watch, server_watched *watched);

/* It goes on to `state`. */
void server_watch_set(server_watch *watch, server_watched *watched, server_watch_state state, int64_t deadline_us);
/* What it reads from, NULL before that is closed. */
void server_watch_reply(server_watch *watch, server_watched *watched, weft_reply *reply);

/* Answer `problem` with the HTTP status 414 to a request that libmicrohttpd is about to choke on, and cut its
 * connection off. */
void server_watch_refuse(server_watch *watch, server_watched *watched, const weft_error *problem);

/* How many connections there are. */
size_t server_watch_count(server_watch *watch);

/* Cancel every query and cut every connection off. */
void server_watch_cut_all(server_watch *watch);

#endif
