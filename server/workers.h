/* The threads that answer. The thread that polls the connections gives a call away when there is something to do for it
 * that may wait, for a database or for a lock, and hears of it again when that is done:
 *
 *     polling ──give──▶ queue ──▶ a worker runs the job ──MHD_resume_connection──▶ polling
 *
 * There are as many workers as connections to the stores, so that calls wait here, in the order they came, and not for
 * a connection. A call is one thread's at a time. */
#ifndef SERVER_WORKERS_H
#define SERVER_WORKERS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "weft/serve.h"

typedef struct server_workers {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    weft_call *first, *last; /* that wait for a worker */
    pthread_t *threads;
    size_t count;      /* of threads */
    size_t idle_count; /* of these, waiting */
    bool is_ended;
} server_workers;

/* What a worker does for a call, which is its own from then on. */
typedef void (*server_job)(weft_call *call);

/* WEFT_NO_MEMORY: fewer threads than wanted could be made, and those are gone again. */
weft_code server_workers_start(server_workers *workers, size_t count, weft_error *error);
/* False: the workers have ended, and the call is the caller's still. */
bool server_workers_give(server_workers *workers, weft_call *call, server_job job);
/* Return when all that was given is done; nothing is taken afterwards. */
void server_workers_stop(server_workers *workers);

#endif
