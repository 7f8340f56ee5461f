/* A saved plan against the stores of today. Internal to migrate/. Pure. */
#ifndef WEFT_MIGRATE_SAVED_H
#define WEFT_MIGRATE_SAVED_H

#include "migrate/compare.h"

/* WEFT_DRIFTED unless the saved plan has the stores in scope, and those alone. */
weft_code weft_saved_plan_check_stores(const weft_saved_plan *saved, const weft_catalog *catalog, weft_error *error);

/* WEFT_DRIFTED unless `plan`, made anew, is the saved one as far as `store` goes. A store that has a record of the
 * saved plan (`is_recorded`) is changed by it already: it need only want nothing else; *ret_is_repeat says so. */
weft_code weft_saved_plan_check(const weft_saved_plan *saved,
                                const weft_migration_plan *plan,
                                const weft_store_def *store,
                                bool is_recorded,
                                bool *ret_is_repeat,
                                weft_error *error);

#endif
