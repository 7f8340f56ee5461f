/* Reading the CREATE texts that SQLite keeps: the two facts no pragma tells. */
#ifndef WEFT_STORE_SQLITE_TEXT_H
#define WEFT_STORE_SQLITE_TEXT_H

#include "weft/sys/store.h"

#include "base/arena.h"

/* The predicate behind WHERE of a CREATE INDEX text, or the empty text. Borrows from `sql`. */
weft_str weft_sqlite_index_where(weft_str sql);

/* The CHECKs of a CREATE TABLE text, with the names their CONSTRAINTs give them; false when out of memory. Expressions
 * borrow from `sql`, names live in `keep`. */
bool weft_sqlite_table_checks(weft_str sql, weft_arena *keep, const weft_schema_check **ret_checks, size_t *ret_count);

#endif
