/* Names of a schema as a store tells them once ALTER TABLE … RENAME has run. Internal to migrate/. Pure.
 *
 * Tables and columns keep their places. Texts (of a table, an index, a check) are rewritten as far as weft reads them;
 * what stands within the statements of a trigger is the store's to rename. */
#ifndef WEFT_MIGRATE_RENAMED_H
#define WEFT_MIGRATE_RENAMED_H

#include "migrate/ddl.h"

/* The table at `at` is called `name`; foreign keys of others follow. */
void weft_renamed_table(weft_maker *maker, weft_schema_table *tables, size_t count, size_t at, weft_str name);

/* Its column `from` is called `to`; foreign keys of others follow. */
void weft_renamed_column(
    weft_maker *maker, weft_schema_table *tables, size_t count, size_t at, weft_str from, weft_str to);

#endif
