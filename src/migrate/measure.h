/* Counting the rows at stake. Internal to migrate/. */
#ifndef WEFT_MIGRATE_MEASURE_H
#define WEFT_MIGRATE_MEASURE_H

#include "migrate/migrate.h"

/* Count the rows at stake of the plan's actions on `connection`'s store, and give the reasons their examples. Actions
 * that are unsafe only while rows are at stake become safe when there are none. */
weft_code weft_migration_measure(weft_migration_plan *plan,
                                 const weft_store_def *store,
                                 weft_connection *connection,
                                 weft_arena *keep,
                                 weft_error *error);

#endif
