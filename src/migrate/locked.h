/* One store's part of a migration: a connection of its own, one transaction, one lock. Internal to migrate/. */
#ifndef WEFT_MIGRATE_LOCKED_H
#define WEFT_MIGRATE_LOCKED_H

#include "migrate/migrate.h"

typedef weft_code weft_locked_work(void *ctx, weft_connection *connection, weft_error *error);

weft_code weft_migration_execute(weft_connection *connection, weft_str sql, weft_error *error);

/* Do `work` under the store's lock and commit; what it fails with rolls all of it back. The error names the store. */
weft_code weft_migration_run_locked(
    weft_session *session, const weft_store_def *store, weft_locked_work *work, void *ctx, weft_error *error);

/* Do `work` under the lock and undo it: what it answers says whether it could be done. */
weft_code weft_migration_run_trial(
    weft_session *session, const weft_store_def *store, weft_locked_work *work, void *ctx, weft_error *error);

/* Do `work`, which only reads, in a transaction of its own; anew when the store was changed under it (WEFT_STORE_BUSY).
 */
weft_code weft_migration_run_reading(
    weft_session *session, const weft_store_def *store, weft_locked_work *work, void *ctx, weft_error *error);

/* The same in steps, for work in two stores at once: open takes the lock, close ends what was not committed and gives
 * the connection back (NULL is fine). Whoever has the lock is waited for WEFT_MIGRATION_WAIT_MS; then WEFT_TIMEOUT. */
#define WEFT_MIGRATION_WAIT_MS 30000

weft_code weft_migration_open(weft_session *session,
                              const weft_store_def *store,
                              weft_connection **ret_connection,
                              weft_error *error);
void weft_migration_close(weft_session *session, const weft_store_def *store, weft_connection *connection);

#endif
