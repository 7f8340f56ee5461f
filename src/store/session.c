/* Sessions: connections taken from pools as stores are needed, each with its transaction.
 *
 *   not needed ──connection──▶ in transaction ──commit──▶ committed ──connection──▶ in transaction again
 */
#include "store/session.h"

#include <string.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/fail.h"

void weft_session_init(weft_session *session, weft_pool *const *pools, size_t pool_count, weft_transaction transaction)
{
    WEFT_CHECK(pool_count <= WEFT_STORES_MAX);
    memset(session, 0, sizeof(*session));
    session->pools = pools;
    session->pool_count = pool_count;
    session->transaction = transaction;
}

static void give_back(weft_session *session, size_t index)
{
    weft_pool_release(session->pools[index], session->connections[index]);
    session->connections[index] = NULL;
}

static weft_code begin_one(weft_session *session, size_t index, weft_error *error)
{
    weft_connection **place = &session->connections[index];
    if (*place == NULL) {
        WEFT_TRY(weft_pool_acquire(session->pools[index], session->deadline_us, session->cancel, place, error));
    }
    return weft_connection_of(*place)->in_transaction ? WEFT_OK
                                                      : weft_connection_begin(*place, session->transaction, error);
}

weft_code weft_session_connection(weft_session *session,
                                  const weft_store_def *store,
                                  weft_connection **ret_connection,
                                  weft_error *error)
{
    WEFT_CHECK(store->index < session->pool_count);
    const size_t index = store->index;
    weft_connection *present = session->connections[index];
    const uint64_t run_before = present ? weft_connection_of(present)->statements_run : 0;
    const bool is_fresh = present == NULL || !weft_connection_of(present)->in_transaction;
    weft_code code = begin_one(session, index, error);
    weft_connection *got = session->connections[index];
    if (is_fresh && got != NULL && weft_connection_of(got)->is_lost &&
        (present == NULL || weft_connection_of(got)->statements_run == run_before)) {
        give_back(session, index);
        code = begin_one(session, index, error);
    }
    if (code != WEFT_OK) {
        give_back(session, index);
        if (error && error->store[0] == '\0') {
            weft_error_set_store(error, store->name);
        }
        return code;
    }
    *ret_connection = session->connections[index];
    return WEFT_OK;
}

static void add_name(weft_buf *names, weft_str name)
{
    if (names->len > 0) {
        weft_buf_add_text(names, ", ");
    }
    weft_buf_add_str(names, name);
}

static void roll_back_all(weft_session *session)
{
    for (size_t i = 0; i < session->pool_count; i++) {
        weft_connection *connection = session->connections[i];
        if (connection != NULL && weft_connection_of(connection)->in_transaction) {
            weft_connection_rollback(connection);
        }
    }
}

weft_code weft_session_commit(weft_session *session, weft_error *error)
{
    char storage[256];
    weft_buf committed = {.data = storage, .capacity = sizeof(storage)};
    storage[0] = '\0';
    memset(session->is_committed, 0, sizeof(session->is_committed));
    for (size_t i = 0; i < session->pool_count; i++) {
        weft_connection *connection = session->connections[i];
        if (connection == NULL || !weft_connection_of(connection)->in_transaction) {
            continue;
        }
        const weft_code code = weft_connection_commit(connection, error);
        if (code != WEFT_OK) {
            roll_back_all(session);
            if (committed.len > 0) {
                weft_error_set_detail(error, "These stores had committed before: %s.", storage);
            }
            return code;
        }
        session->is_committed[i] = true;
        const weft_str name = weft_pool_store(session->pools[i])->name;
        if (committed.len + name.len + sizeof(", ") < sizeof(storage)) {
            add_name(&committed, name);
        }
    }
    return WEFT_OK;
}

void weft_session_done(weft_session *session)
{
    for (size_t i = 0; i < session->pool_count; i++) {
        give_back(session, i);
    }
}
