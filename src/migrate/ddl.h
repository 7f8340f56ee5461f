/* DDL for what is wanted, in one dialect. Pure text; every name is quoted. WEFT_NO_MEMORY is remembered in the maker.
 */
#ifndef WEFT_MIGRATE_DDL_H
#define WEFT_MIGRATE_DDL_H

#include "migrate/wanted.h"

typedef WEFT_VEC(weft_str) weft_statements;

/* printf with %N for a quoted name, %L for a literal and %T for text as it is (all weft_str *), and %%. */
weft_str weft_ddl_format(weft_maker *maker, const char *format, ...);
void weft_ddl_push(weft_maker *maker, weft_statements *statements, weft_str sql);

/* `"views" BIGINT NOT NULL DEFAULT 0`, without a primary key. */
weft_str weft_ddl_column(weft_maker *maker, const weft_wanted_column *column);
/* `CONSTRAINT "…" CHECK (…)` */
weft_str weft_ddl_check(weft_maker *maker, const weft_wanted_check *check);
/* `CONSTRAINT "…" FOREIGN KEY ("…") REFERENCES "…" ("…") ON …` */
weft_str weft_ddl_foreign_key(weft_maker *maker, const weft_wanted_foreign_key *key);
/* `"a", "b"` */
weft_str weft_ddl_names(weft_maker *maker, const weft_str *names, size_t count);

weft_str weft_ddl_create_table(weft_maker *maker, const weft_wanted_table *table);
/* CREATE INDEX, and the comment that keeps its raw predicate where the store keeps comments. */
void weft_ddl_create_index(weft_maker *maker,
                           const weft_wanted_table *table,
                           const weft_wanted_index *index,
                           weft_statements *statements);
/* The comment that keeps a raw check's text, where the store keeps comments. */
void weft_ddl_comment_check(weft_maker *maker,
                            const weft_wanted_table *table,
                            const weft_wanted_check *check,
                            weft_statements *statements);
/* The table with all that belongs to it. */
void weft_ddl_create(weft_maker *maker, const weft_wanted_table *table, weft_statements *statements);

#endif
