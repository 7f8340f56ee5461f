/* The queue of calls and the threads that empty it. The lock guards the queue, never work. */
#include <stdlib.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/workers.h"

#define STACK_BYTES ((size_t)512 * 1024)

/* The call that came first, or NULL at the end. */
static weft_call *take(server_workers *workers)
{
    (void)pthread_mutex_lock(&workers->lock);
    while (!workers->first && !workers->is_ended) {
        workers->idle_count++;
        (void)pthread_cond_wait(&workers->filled, &workers->lock);
        workers->idle_count--;
    }
    weft_call *call = workers->first;
    if (call) {
        workers->first = call->next_job;
        workers->last = workers->first ? workers->last : NULL;
    }
    (void)pthread_mutex_unlock(&workers->lock);
    return call;
}

static void *work(void *ctx)
{
    server_workers *workers = ctx;
    for (weft_call *call = take(workers); call; call = take(workers)) {
        call->job(call);
    }
    return NULL;
}

static void end_threads(server_workers *workers)
{
    (void)pthread_mutex_lock(&workers->lock);
    workers->is_ended = true;
    (void)pthread_cond_broadcast(&workers->filled);
    (void)pthread_mutex_unlock(&workers->lock);
    for (size_t i = 0; i < workers->count; i++) {
        (void)pthread_join(workers->threads[i], NULL);
    }
}

void server_workers_stop(server_workers *workers)
{
    end_threads(workers);
    (void)pthread_cond_destroy(&workers->filled);
    (void)pthread_mutex_destroy(&workers->lock);
    free(workers->threads);
    *workers = (server_workers){.is_ended = true};
}

weft_code server_workers_start(server_workers *workers, size_t count, weft_error *error)
{
    pthread_attr_t attributes;
    *workers = (server_workers){.threads = calloc(count, sizeof(pthread_t))};
    if (!workers->threads) {
        return server_fail_no_memory(error);
    }
    (void)pthread_mutex_init(&workers->lock, NULL);
    (void)pthread_cond_init(&workers->filled, NULL);
    (void)pthread_attr_init(&attributes);
    (void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
    while (workers->count < count &&
           pthread_create(&workers->threads[workers->count], &attributes, work, workers) == 0) {
        workers->count++;
    }
    (void)pthread_attr_destroy(&attributes);
    if (workers->count < count) {
        server_workers_stop(workers);
        return server_fail(error, WEFT_NO_MEMORY, "could not start a thread");
    }
    return WEFT_OK;
}

bool server_workers_give(server_workers *workers, weft_call *call, server_job job)
{
    call->job = job;
    call->next_job = NULL;
    (void)pthread_mutex_lock(&workers->lock);
    const bool is_taken = !workers->is_ended;
    if (is_taken && workers->last) {
        workers->last->next_job = call;
    } else if (is_taken) {
        workers->first = call;
    }
    workers->last = is_taken ? call : workers->last;
    const bool is_awaited = is_taken && workers->idle_count > 0;
    (void)pthread_mutex_unlock(&workers->lock);
    if (is_awaited) {
        (void)pthread_cond_signal(&workers->filled);
    }
    return is_taken;
}
