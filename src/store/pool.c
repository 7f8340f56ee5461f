/* The pool: idle connections on a stack, and a count of all that are open. A thread gets back the connection that it
 * gave back last, if that is idle: the system keeps the two ends of a connection near each other, and a server that
 * hands connections around spends a fifth more of the processor. Otherwise the warmest is used next. The lock guards
 * the stack and the count only; connections are opened, looked at and closed outside it. */
#include "store/pool.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "base/utf8.h"
#include "store/common.h"

#define DEFAULT_CONNECTIONS_MAX 8
#define CANCEL_POLL_US          INT64_C(20000) /* how late a waiter may notice that it was cancelled */

typedef struct idle_connection {
    weft_connection *connection;
    pthread_t user; /* who gave it back */
} idle_connection;

struct weft_pool {
    const weft_store_def *store;
    const weft_driver *driver;
    weft_store_config config;
    size_t connections_max;
    pthread_mutex_t mutex;
    pthread_cond_t released;
    idle_connection *idle;
    size_t idle_count;
    size_t open_count; /* idle, in use and being opened */
    size_t lost_count; /* lost and not yet opened again */
};

/* Each connection to a database in memory would see one of its own, so there is only one connection. */
static bool is_in_memory(const weft_store_def *store)
{
    if (store->kind != WEFT_STORE_SQLITE) {
        return false;
    }
    if (store->path.len == 0 || weft_str_equal(store->path, WEFT_STR(":memory:"))) {
        return true;
    }
    for (size_t i = 0; weft_str_starts_with(store->path, WEFT_STR("file:")) && i < store->path.len; i++) {
        const weft_str rest = weft_str_slice(store->path, i, store->path.len);
        if (weft_str_starts_with(rest, WEFT_STR("mode=memory")) || weft_str_equal(rest, WEFT_STR(":memory:"))) {
            return true;
        }
    }
    return false;
}

/* Waiting is measured on the clock that never goes back. */
static bool init_locks(weft_pool *pool)
{
    pthread_condattr_t attributes;
    if (pthread_mutex_init(&pool->mutex, NULL) != 0) {
        return false;
    }
    bool is_made = pthread_condattr_init(&attributes) == 0;
    if (is_made) {
        is_made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
                  pthread_cond_init(&pool->released, &attributes) == 0;
        (void)pthread_condattr_destroy(&attributes);
    }
    if (!is_made) {
        (void)pthread_mutex_destroy(&pool->mutex);
    }
    return is_made;
}

weft_code weft_pool_open(const weft_store_def *store,
                         const weft_pool_options *options,
                         weft_pool **ret_pool,
                         weft_error *error)
{
    weft_pool *pool = weft_resize(options->allocator, NULL, 0, sizeof(*pool));
    if (pool == NULL) {
        return weft_fail_no_memory(error);
    }
    const size_t wanted = options->connections_max ? options->connections_max : DEFAULT_CONNECTIONS_MAX;
    memset(pool, 0, sizeof(*pool));
    pool->store = store;
    pool->driver = weft_driver_for(store->kind);
    pool->connections_max = is_in_memory(store) ? 1 : wanted;
    pool->config = (weft_store_config){.name = store->name,
                                       .url = store->url,
                                       .path = store->path,
                                       .definition = store,
                                       .allocator = options->allocator,
                                       .observer = options->observer,
                                       .connect_timeout_ms = options->connect_timeout_ms,
                                       .busy_timeout_ms = options->busy_timeout_ms};
    pool->idle = weft_resize(options->allocator, NULL, 0, pool->connections_max * sizeof(*pool->idle));
    if (pool->idle == NULL || !init_locks(pool)) {
        weft_free(options->allocator, pool->idle, pool->connections_max * sizeof(*pool->idle));
        weft_free(options->allocator, pool, sizeof(*pool));
        return weft_fail_no_memory(error);
    }
    *ret_pool = pool;
    return WEFT_OK;
}

void weft_pool_close(weft_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    WEFT_CHECK(pool->open_count == pool->idle_count);
    for (size_t i = 0; i < pool->idle_count; i++) {
        pool->driver->close(pool->idle[i].connection);
    }
    (void)pthread_cond_destroy(&pool->released);
    (void)pthread_mutex_destroy(&pool->mutex);
    weft_free(pool->config.allocator, pool->idle, pool->connections_max * sizeof(*pool->idle));
    weft_free(pool->config.allocator, pool, sizeof(*pool));
}

static void forget_connection(weft_pool *pool, bool is_lost)
{
    (void)pthread_mutex_lock(&pool->mutex);
    pool->open_count--;
    pool->lost_count += is_lost;
    (void)pthread_cond_signal(&pool->released);
    (void)pthread_mutex_unlock(&pool->mutex);
}

static void notify_reconnect(const weft_pool *pool)
{
    if (pool->config.observer.notify == NULL) {
        return;
    }
    char store[64] = "";
    const weft_str name = weft_utf8_cut(pool->config.name, sizeof(store) - 1);
    if (name.len > 0) {
        memcpy(store, name.data, name.len);
    }
    const weft_event event = {.kind = WEFT_EVENT_RECONNECT, .store = store};
    pool->config.observer.notify(pool->config.observer.ctx, &event);
}

/* The caller has counted the connection already. */
static weft_code open_connection(weft_pool *pool, weft_connection **ret_connection, weft_error *error)
{
    const weft_code code = pool->driver->open(&pool->config, ret_connection, error);
    if (code != WEFT_OK) {
        forget_connection(pool, false);
        return code;
    }
    (void)pthread_mutex_lock(&pool->mutex);
    const bool is_again = pool->lost_count > 0;
    pool->lost_count -= is_again;
    (void)pthread_mutex_unlock(&pool->mutex);
    if (is_again) {
        notify_reconnect(pool);
    }
    return WEFT_OK;
}

static struct timespec timespec_of(int64_t time_us)
{
    return (struct timespec){.tv_sec = (time_t)(time_us / 1000000), .tv_nsec = (long)(time_us % 1000000) * 1000L};
}

/* Wait, with the lock held, until something is released; or fail. */
static weft_code wait_released(weft_pool *pool, const weft_connection_base *waiter, weft_error *error)
{
    const int64_t now_us = weft_clock_monotonic_us(NULL);
    int64_t until_us = waiter->cancel != NULL ? now_us + CANCEL_POLL_US : INT64_MAX;
    if (weft_connection_is_cancelled(waiter)) {
        return weft_connection_fail_stopped(waiter, error);
    }
    if (waiter->deadline_us != 0) {
        if (now_us >= waiter->deadline_us) {
            (void)weft_fail(error, WEFT_TIMEOUT, "every connection to the store was in use until the deadline");
            weft_error_set_detail(
                error, "The store may have %zu connections; the limit is time_ms.", pool->connections_max);
            weft_error_set_hint(error, "Close replies sooner, or allow more connections or more time_ms.");
            weft_error_set_store(error, pool->config.name);
            return WEFT_TIMEOUT;
        }
        until_us = waiter->deadline_us < until_us ? waiter->deadline_us : until_us;
    }
    if (until_us == INT64_MAX) {
        (void)pthread_cond_wait(&pool->released, &pool->mutex);
    } else {
        const struct timespec until = timespec_of(until_us);
        (void)pthread_cond_timedwait(&pool->released, &pool->mutex, &until);
    }
    return WEFT_OK;
}

/* With the lock held, and one idle at least. */
static weft_connection *take_idle(weft_pool *pool)
{
    const pthread_t self = pthread_self();
    size_t at = pool->idle_count - 1;
    for (size_t i = pool->idle_count; i-- > 0;) {
        if (pthread_equal(pool->idle[i].user, self)) {
            at = i;
            break;
        }
    }
    weft_connection *taken = pool->idle[at].connection;
    pool->idle_count--;
    memmove(pool->idle + at, pool->idle + at + 1, (pool->idle_count - at) * sizeof(*pool->idle));
    return taken;
}

/* An idle connection, or NULL with the right to open one. */
static weft_code take_place(weft_pool *pool,
                            const weft_connection_base *waiter,
                            weft_connection **ret_idle,
                            weft_error *error)
{
    weft_code code = WEFT_OK;
    (void)pthread_mutex_lock(&pool->mutex);
    while (pool->idle_count == 0 && pool->open_count == pool->connections_max && code == WEFT_OK) {
        code = wait_released(pool, waiter, error);
    }
    if (code == WEFT_OK && pool->idle_count > 0) {
        *ret_idle = take_idle(pool);
    } else if (code == WEFT_OK) {
        *ret_idle = NULL;
        pool->open_count++;
    }
    (void)pthread_mutex_unlock(&pool->mutex);
    return code;
}

weft_code weft_pool_acquire(weft_pool *pool,
                            int64_t deadline_us,
                            const volatile int *cancel,
                            weft_connection **ret_connection,
                            weft_error *error)
{
    const weft_connection_base waiter = {.config = &pool->config, .deadline_us = deadline_us, .cancel = cancel};
    weft_connection *connection = NULL;
    WEFT_TRY(take_place(pool, &waiter, &connection, error));
    while (connection != NULL && !pool->driver->is_alive(connection)) {
        pool->driver->close(connection);
        forget_connection(pool, true);
        WEFT_TRY(take_place(pool, &waiter, &connection, error));
    }
    if (connection == NULL) {
        WEFT_TRY(open_connection(pool, &connection, error));
    }
    weft_connection_of(connection)->deadline_us = deadline_us;
    weft_connection_of(connection)->cancel = cancel;
    *ret_connection = connection;
    return WEFT_OK;
}

void weft_pool_release(weft_pool *pool, weft_connection *connection)
{
    if (connection == NULL) {
        return;
    }
    weft_connection_base *base = weft_connection_of(connection);
    if (base->in_transaction) {
        pool->driver->rollback(connection);
    }
    base->deadline_us = 0;
    base->cancel = NULL;
    if (base->is_lost) {
        pool->driver->close(connection);
        forget_connection(pool, true);
        return;
    }
    (void)pthread_mutex_lock(&pool->mutex);
    pool->idle[pool->idle_count++] = (idle_connection){connection, pthread_self()};
    (void)pthread_cond_signal(&pool->released);
    (void)pthread_mutex_unlock(&pool->mutex);
}

const weft_dialect *weft_pool_dialect(const weft_pool *pool)
{
    return pool->driver->dialect;
}

const weft_store_def *weft_pool_store(const weft_pool *pool)
{
    return pool->store;
}
