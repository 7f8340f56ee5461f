/* A pool of connections to one store, shared by threads.
 *
 * Acquire hands out an idle connection that is still alive, or opens one, or waits for one until the deadline. A lost
 * connection is found at acquire (no round trip) or by the statement that meets it; either way it is closed at release
 * and the next acquire opens a new one, which the observer is told. The pool opens nothing before the first acquire.
 *
 * A database in memory (":memory:", "file:…?mode=memory") is one connection's own, so that its pool has only one. */
#ifndef WEFT_STORE_POOL_H
#define WEFT_STORE_POOL_H

#include "store/store.h"

typedef struct weft_pool weft_pool;

typedef struct weft_pool_options {
    const weft_allocator *allocator;
    weft_observer observer;
    size_t connections_max; /* default 8 */
    uint32_t connect_timeout_ms;
    uint32_t busy_timeout_ms;
} weft_pool_options;

weft_code weft_pool_open(const weft_store_def *store,
                         const weft_pool_options *options,
                         weft_pool **ret_pool,
                         weft_error *error);
/* Every connection must have been released. NULL is fine. */
void weft_pool_close(weft_pool *pool);

/* `deadline_us` (monotonic, 0 = none) bounds the wait and becomes the connection's; `cancel` may be NULL.
 * WEFT_STORE_UNAVAILABLE: no connection can be opened; WEFT_TIMEOUT: all were in use until the deadline. */
weft_code weft_pool_acquire(weft_pool *pool,
                            int64_t deadline_us,
                            const volatile int *cancel,
                            weft_connection **ret_connection,
                            weft_error *error);
/* Rolls back what is open, closes what is lost. NULL is fine. */
void weft_pool_release(weft_pool *pool, weft_connection *connection);

const weft_dialect *weft_pool_dialect(const weft_pool *pool);
const weft_store_def *weft_pool_store(const weft_pool *pool);

#endif
