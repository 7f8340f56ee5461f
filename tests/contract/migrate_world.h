/* A store that definitions are migrated into, again and again, on every kind of store. */
#ifndef WEFT_TESTS_CONTRACT_MIGRATE_WORLD_H
#define WEFT_TESTS_CONTRACT_MIGRATE_WORLD_H

#include "migrate/migrate.h"
#include "support/catalog.h"

typedef struct migrate_world {
    weft_arena arena;
    weft_store_kind kind;
    const char *directory; /* SQLite: where the file is */
    const char *url;
    const weft_catalog *catalog;
    weft_pool *pools[4];
    weft_observer observer; /* of pools that world_define opens */
    bool is_bare;           /* weft's own tables are for the test to make; else they are there before it begins */
} migrate_world;

/* An empty store of this kind; false when there is none on this machine (the test is skipped). */
bool world_open(migrate_world *world, weft_store_kind kind);
void world_close(migrate_world *world);
/* Before a fork: a connection must not be two processes'. world_define opens them again. */
void world_close_pools(migrate_world *world);

/* From now on the definitions are these; `files` ends with {NULL, NULL}. */
void world_define(migrate_world *world, const char *const files[][2]);
/* One module "shop" with this text of models, and optionally one link. */
void world_define_shop(migrate_world *world, const char *models, const char *link);

weft_migration_plan *world_plan(migrate_world *world);
/* The plan as text without SQL. */
const char *world_plan_text(migrate_world *world);
/* All SQL of the plan. */
const char *world_plan_sql(migrate_world *world);
size_t world_pending(migrate_world *world);

/* Apply; how many ran and how many are left. Fails the test on an error. */
size_t world_apply(migrate_world *world, bool allow_unsafe, size_t *ret_left);
weft_code world_try_apply(migrate_world *world, bool allow_unsafe, weft_error *error);
const char *world_status(migrate_world *world);

/* All that one store holds, as text: tables with everything on them and their rows (times left out), and the order of
 * what weft_migrations records. */
const char *world_dump(migrate_world *world, size_t store);

/* Run SQL that must work in a store; the first column as text. */
const char *world_sql_in(migrate_world *world, size_t store, const char *sql);
/* Run SQL that must work; the first column of the first row as text ("" for none). */
const char *world_sql(migrate_world *world, const char *sql);
/* How the store would run a SELECT. */
const char *world_explain(migrate_world *world, const char *sql);
/* The code of SQL that may fail. */
weft_code world_try_sql(migrate_world *world, const char *sql);

#endif
