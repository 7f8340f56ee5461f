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

/* Put these tables, which are there, into the trash, in the transaction of a connection that holds the lock of
 * migrations; `journal` writes to it. */
weft_code weft_trash_put(weft_connection *connection,
                         const weft_store_def *store,
                         const weft_str *tables,
                         size_t count,
                         weft_journal *journal,
                         weft_arena *scratch,
                         weft_error *error);

#endif
