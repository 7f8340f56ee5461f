/* Reading what a store holds. Internal to migrate/. */
#ifndef WEFT_MIGRATE_READ_H
#define WEFT_MIGRATE_READ_H

#include "migrate/migrate.h"

bool weft_store_is_in_scope(const weft_catalog *catalog, const weft_store_def *store, weft_migration_scope scope);

/* Schema and journal. The connection is in a transaction, so that both are of one moment. */
weft_code weft_store_present_read(weft_connection *connection,
                                  weft_arena *keep,
                                  weft_store_present *ret_present,
                                  weft_error *error);

#endif
