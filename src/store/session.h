/* A session: one unit of work over several stores. It holds at most one connection a store, each inside one transaction
 * that is begun when the store is first needed: READ gives one snapshot a store, WRITE one transaction a store. It also
 * carries what work needs: clock, id source, deadline, cancel flag. A session belongs to one thread. */
#ifndef WEFT_STORE_SESSION_H
#define WEFT_STORE_SESSION_H

#include "base/clock.h"
#include "base/ulid.h"
#include "model/rows.h"
#include "store/pool.h"

#define WEFT_STORES_MAX 64

typedef struct weft_session {
    weft_pool *const *pools; /* by store index */
    size_t pool_count;
    weft_transaction transaction;
    int64_t deadline_us;
    const volatile int *cancel;
    const weft_clock *clock;
    weft_ulid_source *ulids;
    const weft_allocator *allocator;
    const weft_row_scope *rows;                    /* which records exist; NULL: all. What is not there is not found */
    const weft_observer *observer;                 /* of what the work did; NULL: nobody listens */
    weft_connection *connections[WEFT_STORES_MAX]; /* NULL: not needed yet */
    bool is_committed[WEFT_STORES_MAX];            /* by weft_session_commit, the last time */
} weft_session;

/* Cannot fail; touches no store. Fill clock, ulids, allocator and observer afterwards where the work needs
 * them. */
void weft_session_init(weft_session *session, weft_pool *const *pools, size_t pool_count, weft_transaction transaction);

/* The connection to `store`, inside the session's transaction. A connection that turns out lost before any statement
 * ran on it is replaced once. */
weft_code weft_session_connection(weft_session *session,
                                  const weft_store_def *store,
                                  weft_connection **ret_connection,
                                  weft_error *error);

/* Commit every store in order of its index. The first failure rolls back the rest and is reported, naming the stores
 * that had committed already. */
weft_code weft_session_commit(weft_session *session, weft_error *error);

/* Roll back what is open and give every connection back. */
void weft_session_done(weft_session *session);

#endif
