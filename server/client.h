/* A client that is connected: its socket, and a libmicrohttpd that speaks HTTP on it and on no other. One thread's at a
 * time, which holds its lock from the moment there is something to read or room to write until that is done; whatever
 * that thread waits for meanwhile holds up no other client.
 *
 *     idle ──first byte──▶ receiving ──whole──▶ running ──answer begins──▶ sending ──done──▶ idle
 */
#ifndef SERVER_CLIENT_H
#define SERVER_CLIENT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/lines.h"
#include "server/recall.h"
#include "weft/serve.h"

typedef enum server_client_state {
    SERVER_IDLE = 0,
    SERVER_RECEIVING,
    SERVER_RUNNING,
    SERVER_SENDING
} server_client_state;

typedef struct server_client {
    struct server_client *next, **place; /* of those who are watched */
    weft_server *server;
    struct MHD_Daemon *daemon; /* its own */
    int fd;                    /* its socket; -1 before it comes and when it is gone */
    int ready_fd;              /* readable when the daemon has something to do */
    pthread_mutex_t turn;      /* held by the thread whose turn it is */
    weft_call *call;           /* begun and not ended; NULL: none */
    bool has_ended_call;       /* in this turn */
    bool has_awaited_room;     /* of its socket, where a turn was not enough */
    server_line_list *lists;   /* of its call's headers that came in several lines, as far as they were asked for */
    server_recall recall;      /* what it asked last */
    pthread_mutex_t watched;   /* over what the watch looks at, which is the rest */
    server_client_state state;
    int64_t deadline_us; /* 0: none */
    weft_reply *reply;   /* that may be cancelled; NULL: none */
    bool is_cut;
} server_client;

/* Where clients come in. */
typedef struct server_door {
    pthread_mutex_t lock;
    server_client *next; /* made for the one who comes next; NULL: not yet */
    atomic_bool is_shut; /* nobody waits for those who come, until somebody leaves */
} server_door;

/* Begin to await those who come. */
weft_code server_door_open(weft_server *server, weft_error *error);
/* Let everybody in who stands before the door, as far as there is room. */
void server_door_let_in(weft_server *server);
/* Nobody comes in any more, once those who stand there already have. */
void server_door_close(weft_server *server);

/* Read, answer and write what there is, and wait for more. The client is not the caller's afterwards. */
void server_client_serve(server_client *client);
/* Its connection is gone: nobody watches it any more. */
void server_client_leave(server_client *client);
void server_client_free(server_client *client);

#endif
