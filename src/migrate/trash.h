/* The trash of one store. Internal to migrate/. */
#ifndef WEFT_MIGRATE_TRASH_H
#define WEFT_MIGRATE_TRASH_H

#include "migrate/journal.h"

/* What of `schema` is in the trash, oldest first; and (may be NULL) how many tables ever were. */
weft_code weft_trash_read(weft_connection *connection,
                          const weft_store_def *store,
                          const weft_schema *schema,
                          weft_arena *keep,
                          weft_trash_entries *ret_entries,
                          size_t *ret_ever,
                          weft_error *error);

#endif
