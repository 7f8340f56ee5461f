/* Stores to migrate: a file in a directory of its own, or a database of the test cluster, which the build names (one a
 * program: DATABASE). */
#include "contract/migrate_world.h"

#include <stdlib.h>
#include <string.h>

#include "migrate/own.h"
#include "support/directory.h"
#include "support/tap.h"

/* The URL of the cluster with the database in it replaced. */
static const char *database_url(migrate_world *world, const char *cluster)
{
    const char *authority = strstr(cluster, "://");
    const char *path = authority ? strchr(authority + 3, '/') : NULL;
    assert_non_null(path);
    const char *query = strchr(path, '?');
    return weft_str_format(&world->arena, "%.*s/" DATABASE "%s", (int)(path - cluster), cluster, query ? query : "")
        .data;
}

/* A new database in the cluster that WEFT_TEST_POSTGRES names. */
static bool make_database(migrate_world *world)
{
    static const char *const statements[] = {"DROP DATABASE IF EXISTS " DATABASE " WITH (FORCE)",
                                             "CREATE DATABASE " DATABASE};
    const char *cluster = getenv("WEFT_TEST_POSTGRES");
    if (!cluster || !*cluster) {
        return false;
    }
    world->url = cluster;
    world->is_bare = true;
    world_define_shop(world, "  item:\n    fields: { id: id }\n", NULL);
    for (size_t i = 0; i < 2; i++) {
        world_sql(world, statements[i]);
    }
    world->url = database_url(world, cluster);
    world->is_bare = false;
    return true;
}

bool world_open(migrate_world *world, weft_store_kind kind)
{
    char path[512];
    *world = (migrate_world){.kind = kind};
    weft_arena_init(&world->arena, NULL, 0);
    assert_true(test_directory_temporary(path, sizeof(path)));
    world->directory = weft_str_format(&world->arena, "%s", path).data;
    world->url = weft_str_format(&world->arena, "sqlite:%s/test.db", path).data;
    return kind == WEFT_STORE_SQLITE || make_database(world);
}

void world_close_pools(migrate_world *world)
{
    for (size_t i = 0; i < 4; i++) {
        weft_pool_close(world->pools[i]);
        world->pools[i] = NULL;
    }
}

void world_close(migrate_world *world)
{
    world_close_pools(world);
    test_directory_remove(world->directory);
    weft_arena_done(&world->arena);
}

/* What the tests count are the tables of their definitions. A store that cannot be reached has none. */
static void make_own_tables(migrate_world *world, weft_pool *pool)
{
    weft_connection *connection = NULL;
    if (world->is_bare || weft_pool_acquire(pool, 0, NULL, &connection, NULL) != WEFT_OK) {
        return;
    }
    assert_int_equal(weft_own_group_make(connection, &weft_own_deletions, &world->arena, NULL), WEFT_OK);
    weft_pool_release(pool, connection);
}

void world_define(migrate_world *world, const char *const files[][2])
{
    const char *all[16][2];
    size_t count = 0;
    weft_error error = {0};
    const weft_str project = weft_str_format(&world->arena, "stores:\n  default: \"%s\"\n", world->url);
    all[count][0] = "weft.yaml";
    all[count++][1] = project.data;
    for (size_t i = 0; files[i][0]; i++) {
        if (strcmp(files[i][0], "weft.yaml") == 0) {
            all[0][1] = files[i][1];
            continue;
        }
        all[count][0] = files[i][0];
        all[count++][1] = files[i][1];
    }
    all[count][0] = all[count][1] = NULL;
    world_close_pools(world);
    world->catalog = test_catalog(&world->arena, (const char *const(*)[2])all);
    const weft_pool_options options = {.connections_max = 4, .observer = world->observer};
    for (size_t i = 0; i < world->catalog->store_count; i++) {
        const weft_code code = weft_pool_open(&world->catalog->stores[i], &options, &world->pools[i], &error);
        assert_int_equal(code, WEFT_OK);
        make_own_tables(world, world->pools[i]);
    }
}

void world_define_shop(migrate_world *world, const char *models, const char *link)
{
    const weft_str module = weft_str_format(&world->arena, "module: shop\nmodels:\n%s", models);
    const char *const files[][2] = {
        {"src/modules/shop/module.yaml", module.data},
        {link ? "src/links/link.yaml" : NULL, link},
        {NULL, NULL},
    };
    world_define(world, files);
}

static void check(weft_code code, const weft_error *error)
{
    if (code != WEFT_OK) {
        fail_msg("%s: %s %s", weft_code_name(code), error->message, error->detail);
    }
}

weft_migration_plan *world_plan(migrate_world *world)
{
    weft_session session;
    weft_error error = {0};
    weft_migration_plan *plan = NULL;
    weft_session_init(&session, world->pools, world->catalog->store_count, WEFT_TRANSACTION_READ);
    const weft_code code = weft_migration_plan_read(
        world->catalog, WEFT_MIGRATE_ALL, &session, &world->arena, &world->arena, &plan, &error);
    weft_session_done(&session);
    check(code, &error);
    return plan;
}

static const char *printed(migrate_world *world, bool with_sql)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, &world->arena);
    weft_migration_plan_print(world_plan(world), with_sql, &buf);
    return buf.data;
}

const char *world_plan_text(migrate_world *world)
{
    return printed(world, false);
}

const char *world_plan_sql(migrate_world *world)
{
    return printed(world, true);
}

size_t world_pending(migrate_world *world)
{
    bool has_unsafe = false;
    return weft_migration_plan_pending(world_plan(world), &has_unsafe);
}

static weft_code apply(migrate_world *world, bool allow_unsafe, weft_migration_outcome *ret_outcome, weft_error *error)
{
    weft_session session;
    weft_session_init(&session, world->pools, world->catalog->store_count, WEFT_TRANSACTION_WRITE);
    const weft_code code = weft_migration_apply(
        world->catalog, WEFT_MIGRATE_ALL, allow_unsafe, &session, &world->arena, ret_outcome, error);
    weft_session_done(&session);
    return code;
}

size_t world_apply(migrate_world *world, bool allow_unsafe, size_t *ret_left)
{
    weft_migration_outcome outcome = {0};
    weft_error error = {0};
    check(apply(world, allow_unsafe, &outcome, &error), &error);
    if (ret_left) {
        *ret_left = outcome.left;
    }
    return outcome.applied;
}

weft_code world_try_apply(migrate_world *world, bool allow_unsafe, weft_error *error)
{
    weft_migration_outcome outcome = {0};
    return apply(world, allow_unsafe, &outcome, error);
}

const char *world_status(migrate_world *world)
{
    weft_session session;
    weft_error error = {0};
    weft_buf buf;
    weft_buf_init_arena(&buf, &world->arena);
    weft_session_init(&session, world->pools, world->catalog->store_count, WEFT_TRANSACTION_READ);
    const weft_code code = weft_migration_status_json(world->catalog, &session, &world->arena, &buf, &error);
    weft_session_done(&session);
    check(code, &error);
    return buf.data;
}

/* NOLINTNEXTLINE(readability-function-size): where, what, and two results */
static weft_code run(migrate_world *world,
                     size_t store,
                     const char *sql,
                     const weft_value **ret_values,
                     size_t *ret_count,
                     weft_error *error)
{
    weft_connection *connection = NULL;
    const weft_value_kind kind = WEFT_VALUE_TEXT;
    const bool has_rows = strncmp(sql, "SELECT", 6) == 0 || strncmp(sql, "EXPLAIN", 7) == 0;
    const weft_statement statement = {
        .sql = weft_str_from(sql), .columns = &kind, .column_count = has_rows ? 1 : 0, .is_once = true};
    WEFT_TRY(weft_pool_acquire(world->pools[store], 0, NULL, &connection, error));
    const weft_code code =
        has_rows ? weft_connection_collect(connection, &statement, &world->arena, ret_values, ret_count, error)
                 : weft_connection_execute(connection, &statement, NULL, error);
    weft_pool_release(world->pools[store], connection);
    return code;
}

const char *world_sql_in(migrate_world *world, size_t store, const char *sql)
{
    const weft_value *values = NULL;
    size_t count = 0;
    weft_error error = {0};
    check(run(world, store, sql, &values, &count, &error), &error);
    weft_buf buf;
    weft_buf_init_arena(&buf, &world->arena);
    weft_buf_add_text(&buf, "");
    for (size_t i = 0; i < count; i++) {
        weft_buf_add_text(&buf, i > 0 ? "\n" : "");
        weft_buf_add_str(&buf, values[i].kind == WEFT_VALUE_NULL ? WEFT_STR("null") : values[i].as.text);
    }
    return buf.data ? buf.data : "";
}

const char *world_sql(migrate_world *world, const char *sql)
{
    return world_sql_in(world, 0, sql);
}

static const weft_schema *inspect(migrate_world *world, size_t store)
{
    weft_connection *connection = NULL;
    const weft_schema *schema = NULL;
    weft_error error = {0};
    check(weft_pool_acquire(world->pools[store], 0, NULL, &connection, &error), &error);
    check(weft_connection_inspect(connection, &world->arena, &schema, &error), &error);
    weft_pool_release(world->pools[store], connection);
    return schema;
}

static void dump_parts(const weft_schema_table *table, weft_buf *buf)
{
    for (size_t i = 0; i < table->index_count; i++) {
        const weft_schema_index *index = &table->indexes[i];
        weft_buf_add_format(buf, "  index %.*s %d", WEFT_STR_ARG(index->name), index->is_unique);
        for (size_t j = 0; j < index->column_count; j++) {
            weft_buf_add_format(buf, " %.*s", WEFT_STR_ARG(index->columns[j]));
        }
        weft_buf_add_format(buf, " %.*s\n", WEFT_STR_ARG(index->where_sql));
    }
    for (size_t i = 0; i < table->check_count; i++) {
        weft_buf_add_format(
            buf, "  check %.*s %.*s\n", WEFT_STR_ARG(table->checks[i].name), WEFT_STR_ARG(table->checks[i].expression));
    }
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        weft_buf_add_format(buf, "  key to %.*s\n", WEFT_STR_ARG(table->foreign_keys[i].target_table));
    }
    for (size_t i = 0; i < table->trigger_count; i++) {
        weft_buf_add_format(buf, "  %.*s\n", WEFT_STR_ARG(table->triggers[i].sql));
    }
}

/* Times differ from run to run. */
static bool is_time(weft_str name)
{
    return name.len > 3 && weft_str_equal_text(weft_str_slice(name, name.len - 3, name.len), "_at");
}

static weft_str rows_sql(migrate_world *world, const weft_schema_table *table)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, &world->arena);
    if (weft_str_equal_text(table->name, "weft_migrations")) {
        return WEFT_STR("SELECT action || ' ' || table_name || ' ' || summary FROM weft_migrations WHERE action NOT IN "
                        "('rollback', 'plan') ORDER BY id");
    }
    weft_buf_add_text(&buf, "SELECT ''");
    for (size_t i = 0; i < table->column_count; i++) {
        if (!is_time(table->columns[i].name)) {
            weft_buf_add_format(
                &buf, " || '|' || coalesce(CAST(\"%.*s\" AS text), '~')", WEFT_STR_ARG(table->columns[i].name));
        }
    }
    weft_buf_add_format(&buf, " FROM \"%.*s\" ORDER BY 1", WEFT_STR_ARG(table->name));
    return weft_buf_str(&buf);
}

const char *world_dump(migrate_world *world, size_t store)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, &world->arena);
    const weft_schema *schema = inspect(world, store);
    weft_buf_add_text(&buf, "");
    for (size_t i = 0; i < schema->table_count; i++) {
        const weft_schema_table *table = &schema->tables[i];
        weft_buf_add_format(&buf, "table %.*s\n", WEFT_STR_ARG(table->name));
        for (size_t j = 0; j < table->column_count; j++) {
            const weft_schema_column *column = &table->columns[j];
            weft_buf_add_format(&buf,
                                "  %.*s %.*s %d %u %.*s\n",
                                WEFT_STR_ARG(column->name),
                                WEFT_STR_ARG(column->type),
                                column->is_nullable,
                                (unsigned)column->key_position,
                                WEFT_STR_ARG(column->default_sql));
        }
        dump_parts(table, &buf);
        const weft_str sql = weft_str_format(&world->arena, "%.*s", WEFT_STR_ARG(rows_sql(world, table)));
        weft_buf_add_format(&buf, "%s\n", world_sql_in(world, store, sql.data));
    }
    return buf.data ? buf.data : "";
}

const char *world_explain(migrate_world *world, const char *sql)
{
    static const weft_value_kind kinds[] = {
        WEFT_VALUE_INTEGER, WEFT_VALUE_INTEGER, WEFT_VALUE_INTEGER, WEFT_VALUE_TEXT};
    const bool is_sqlite = world->kind == WEFT_STORE_SQLITE;
    const size_t column_count = is_sqlite ? 4 : 1;
    const weft_statement statement = {
        .sql = weft_str_format(&world->arena, is_sqlite ? "EXPLAIN QUERY PLAN %s" : "EXPLAIN %s", sql),
        .columns = is_sqlite ? kinds : &kinds[3],
        .column_count = column_count,
        .is_once = true};
    weft_connection *connection = NULL;
    const weft_value *values = NULL;
    size_t count = 0;
    weft_error error = {0};
    weft_buf buf;
    weft_buf_init_arena(&buf, &world->arena);
    check(weft_pool_acquire(world->pools[0], 0, NULL, &connection, &error), &error);
    if (!is_sqlite) {
        const weft_statement pin = {.sql = WEFT_STR("SET enable_seqscan = off"), .is_once = true};
        check(weft_connection_execute(connection, &pin, NULL, &error), &error);
    }
    check(weft_connection_collect(connection, &statement, &world->arena, &values, &count, &error), &error);
    weft_pool_release(world->pools[0], connection);
    for (size_t i = 0; i < count; i++) {
        weft_buf_add_str(&buf, values[i * column_count + column_count - 1].as.text);
        weft_buf_add_char(&buf, '\n');
    }
    return buf.data;
}

weft_code world_try_sql(migrate_world *world, const char *sql)
{
    const weft_value *values = NULL;
    size_t count = 0;
    return run(world, 0, sql, &values, &count, NULL);
}
