/* The threads that answer. All of them wait for the same set of descriptors (epoll). Of those that are ready the system
 * gives each to one thread, in the order they became ready, and to nobody again before that thread says so:
 *
 *     set ──ready──▶ a worker has its turn with it ──await──▶ set
 *
 * There are as many workers as connections to the stores, so that who waits does so here and not for a connection. */
#ifndef SERVER_WORKERS_H
#define SERVER_WORKERS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "weft/serve.h"

/* What there is to do for `item`, which is the thread's own until it is awaited again. */
typedef void (*server_turn)(weft_server *server, void *item);

typedef struct server_workers {
    int set;  /* epoll's descriptor */
    int bell; /* readable when all shall end; itself in the set */
    server_turn take_turn;
    weft_server *server;
    pthread_t *threads;
    size_t count;
} server_workers;

typedef enum server_wish { SERVER_WISH_INPUT, SERVER_WISH_ROOM } server_wish;

/* The threads call `take_turn` with the item of what is ready. WEFT_NO_MEMORY: fewer threads than wanted could be made,
 * or no set of descriptors, and what was is gone again. */
weft_code server_workers_start(
    server_workers *workers, size_t count, server_turn take_turn, weft_server *server, weft_error *error);
/* Return when every turn is over; nobody has one afterwards. */
void server_workers_stop(server_workers *workers);

/* Have a thread take its turn with `item`, once, when there is input at `fd` or room for output. An item that is
 * awaited is the threads' own; closing the descriptor ends that. False: there is no memory for it, or no more may be
 * awaited. */
bool server_workers_add(server_workers *workers, int fd, server_wish wish, void *item);
/* The same of a descriptor that was added and has had its turn. */
void server_workers_await(server_workers *workers, int fd, server_wish wish, void *item);

#endif
