/* The DDL of guards, word for word, in both dialects. */
#include <string.h>

#include "migrate/guard.h"
#include "support/catalog.h"
#include "support/tap.h"

static const char *const shop = "module: shop\n"
                                "models:\n"
                                "  item: { guard: triggers, fields: { id: id } }\n"
                                "  rate:\n"
                                "    guard: triggers\n"
                                "    softDelete: false\n"
                                "    fields:\n"
                                "      region: { type: text, primaryKey: true, column: 're%gion' }\n"
                                "      year: { type: number, primaryKey: true }\n";

typedef struct guard_world {
    weft_arena arena;
    weft_maker maker;
    const weft_model *model;
    const weft_dialect *dialect;
    weft_guard guard;
} guard_world;

static void open_world(guard_world *world, const char *yaml, const char *entity)
{
    const char *const files[][2] = {{"weft.yaml", yaml}, {"src/modules/shop/module.yaml", shop}, {NULL, NULL}};
    weft_arena_init(&world->arena, NULL, 0);
    world->maker = (weft_maker){.keep = &world->arena};
    const weft_catalog *catalog = test_catalog(&world->arena, files);
    assert_int_equal(weft_catalog_entity(catalog, weft_str_from(entity), &world->model, NULL), WEFT_OK);
    world->dialect = weft_driver_for(catalog->stores[0].kind)->dialect;
    weft_guard_make(&world->maker, world->model, NULL, world->dialect, &world->guard);
    assert_false(world->maker.failed);
}

#define SQLITE   "stores: { default: \"sqlite::memory:\" }\n"
#define POSTGRES "stores: { default: \"postgres:///none\" }\n"

static void test_sqlite(void **state)
{
    guard_world world;
    (void)state;
    open_world(&world, SQLITE, "item");
    assert_int_equal(world.guard.trigger_count, 2);
    assert_int_equal(world.guard.function.len, 0);
    assert_str_equal(world.guard.triggers[0].sql,
                     "CREATE TRIGGER \"weft_guard_item_remove\" AFTER DELETE ON \"item\" WHEN (OLD.\"deleted_at\" IS "
                     "NULL)\n"
                     "BEGIN\n"
                     "  INSERT INTO \"weft_outbox\" (\"table_name\", \"row_key\", \"change\") VALUES ('item', "
                     "json_array(CAST(OLD.\"id\" AS text)), 'remove');\n"
                     "END");
    assert_str_equal(world.guard.triggers[1].sql,
                     "CREATE TRIGGER \"weft_guard_item_mark\" AFTER UPDATE ON \"item\" WHEN (OLD.\"deleted_at\" IS "
                     "NULL AND NEW.\"deleted_at\" IS NOT NULL)\n"
                     "BEGIN\n"
                     "  INSERT INTO \"weft_outbox\" (\"table_name\", \"row_key\", \"change\") VALUES ('item', "
                     "json_array(CAST(NEW.\"id\" AS text)), 'mark');\n"
                     "END");
    weft_arena_done(&world.arena);
}

#define CREATE "CREATE OR REPLACE FUNCTION "
#define BEGIN                                                                                                          \
    "() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER\n"                                                           \
    "SET search_path = pg_catalog, pg_temp AS $weft$\n"                                                                \
    "BEGIN\n"
#define FIND_OUTBOX                                                                                                    \
    "  PERFORM set_config('search_path', format('pg_catalog, %I, pg_temp', TG_TABLE_SCHEMA), true);\n"                 \
    "  IF TG_OP = 'DELETE' THEN\n"
#define INSERT_ITEM "    INSERT INTO weft_outbox (table_name, row_key, change)\n    SELECT 'item', "
#define INSERT_RATE "    INSERT INTO weft_outbox (table_name, row_key, change)\n    SELECT 'rate', "
#define END                                                                                                            \
    "  END IF;\n"                                                                                                      \
    "  RETURN NULL;\n"                                                                                                 \
    "END $weft$"
#define ITEM_KEY "pg_catalog.concat('[', pg_catalog.to_json(r.\"id\"::text), ']')"
#define RATE_KEY                                                                                                       \
    "pg_catalog.concat('[', pg_catalog.to_json(r.\"re%gion\"::text), ',', pg_catalog.to_json(r.\"year\"::bigint), "    \
    "']')"
#define OLD_RATE_KEY                                                                                                   \
    "pg_catalog.concat('[', pg_catalog.to_json(OLD.\"re%gion\"::text), ',', "                                          \
    "pg_catalog.to_json(OLD.\"year\"::bigint), ']')"

static void test_postgres(void **state)
{
    guard_world world;
    (void)state;
    open_world(&world, POSTGRES, "rate");
    assert_int_equal(world.guard.trigger_count, 2);
    assert_str_equal(world.guard.function,
                     CREATE "\"weft_guard_rate\"" BEGIN FIND_OUTBOX INSERT_RATE RATE_KEY
                            ", 'remove' FROM \"weft_old\" AS r;\n"
                            "  ELSE\n" INSERT_RATE RATE_KEY ", 'remove' FROM \"rate\" AS r;\n" END);
    assert_str_equal(world.guard.triggers[0].sql,
                     "CREATE TRIGGER \"weft_guard_rate_remove\" AFTER DELETE ON \"rate\" REFERENCING OLD TABLE AS "
                     "weft_old FOR EACH STATEMENT EXECUTE FUNCTION \"weft_guard_rate\"()");
    assert_str_equal(world.guard.triggers[1].sql,
                     "CREATE TRIGGER \"weft_guard_rate_truncate\" BEFORE TRUNCATE ON \"rate\" FOR EACH STATEMENT "
                     "EXECUTE FUNCTION \"weft_guard_rate\"()");
    weft_arena_done(&world.arena);
}

static void test_postgres_marks(void **state)
{
    static const char function[] = CREATE
        "\"weft_guard_item\"" BEGIN "  IF TG_OP = 'UPDATE' THEN\n"
        "    IF NOT EXISTS (SELECT FROM weft_new AS r WHERE r.\"deleted_at\" IS NOT NULL) THEN\n"
        "      RETURN NULL;\n"
        "    END IF;\n"
        "  END IF;\n" FIND_OUTBOX INSERT_ITEM ITEM_KEY
        ", 'remove' FROM \"weft_old\" AS r WHERE r.\"deleted_at\" IS NULL;\n"
        "  ELSIF TG_OP = 'UPDATE' THEN\n" INSERT_ITEM "m.key, 'mark' FROM (\n"
        "      SELECT " ITEM_KEY
        " COLLATE \"C\" AS key, true AS is_new FROM weft_new AS r WHERE r.\"deleted_at\" IS NOT "
        "NULL\n"
        "      UNION ALL SELECT " ITEM_KEY ", false FROM weft_old AS r WHERE r.\"deleted_at\" IS NOT NULL) AS m\n"
        "    GROUP BY m.key HAVING pg_catalog.bool_and(m.is_new) ORDER BY m.key;\n"
        "  ELSE\n" INSERT_ITEM ITEM_KEY ", 'remove' FROM \"item\" AS r WHERE r.\"deleted_at\" IS NULL;\n" END;
    guard_world world;
    (void)state;
    open_world(&world, POSTGRES, "item");
    assert_int_equal(world.guard.trigger_count, 3);
    assert_str_equal(world.guard.function, function);
    assert_str_equal(world.guard.triggers[1].sql,
                     "CREATE TRIGGER \"weft_guard_item_mark\" AFTER UPDATE ON \"item\" REFERENCING OLD TABLE AS "
                     "weft_old NEW TABLE AS weft_new FOR EACH STATEMENT EXECUTE FUNCTION \"weft_guard_item\"()");
    weft_arena_done(&world.arena);
}

/* Of a table whose rows other tables' names reach. */
static void test_each_row_of_a_shared_table(void **state)
{
    guard_world world;
    const weft_schema_table shared = {.is_shared = true};
    (void)state;
    open_world(&world, POSTGRES, "rate");
    weft_guard_make(&world.maker, world.model, &shared, world.dialect, &world.guard);
    assert_str_equal(world.guard.function,
                     CREATE "\"weft_guard_rate\"" BEGIN FIND_OUTBOX INSERT_RATE OLD_RATE_KEY ", 'remove';\n"
                            "  ELSE\n" INSERT_RATE RATE_KEY ", 'remove' FROM \"rate\" AS r;\n" END);
    assert_str_equal(world.guard.triggers[0].sql,
                     "CREATE TRIGGER \"weft_guard_rate_remove\" AFTER DELETE ON \"rate\" FOR EACH ROW EXECUTE FUNCTION "
                     "\"weft_guard_rate\"()");
    weft_arena_done(&world.arena);
    open_world(&world, POSTGRES, "item");
    weft_guard_make(&world.maker, world.model, &shared, world.dialect, &world.guard);
    assert_str_equal(world.guard.triggers[1].sql,
                     "CREATE TRIGGER \"weft_guard_item_mark\" AFTER UPDATE ON \"item\" FOR EACH ROW WHEN "
                     "(OLD.\"deleted_at\" IS NULL AND NEW.\"deleted_at\" IS NOT NULL) EXECUTE FUNCTION "
                     "\"weft_guard_item\"()");
    weft_arena_done(&world.arena);
}

static void test_long_names_fit(void **state)
{
    guard_world world;
    (void)state;
    open_world(&world, POSTGRES, "item");
    weft_model model = *world.model;
    weft_guard guard;
    model.table = WEFT_STR("a_table_with_a_name_of_many_many_many_letters_and_one_more");
    weft_guard_make(&world.maker, &model, NULL, world.dialect, &guard);
    for (size_t i = 0; i < guard.trigger_count; i++) {
        assert_in_range(guard.triggers[i].name.len, 1, 58);
        assert_true(weft_str_starts_with(guard.triggers[i].name, WEFT_STR("weft_guard_")));
    }
    assert_false(weft_str_equal(guard.triggers[0].name, guard.triggers[1].name));
    weft_arena_done(&world.arena);
}

static void test_the_outbox(void **state)
{
    guard_world world;
    weft_statements statements = {0};
    (void)state;
    open_world(&world, SQLITE, "item");
    weft_outbox_ddl(&world.maker, world.dialect, &statements);
    assert_int_equal(statements.count, 2);
    assert_str_equal(statements.items[0],
                     "CREATE TABLE \"weft_outbox\" (\n"
                     "  \"id\" integer PRIMARY KEY AUTOINCREMENT,\n"
                     "  \"table_name\" text NOT NULL,\n"
                     "  \"row_key\" text NOT NULL,\n"
                     "  \"change\" text NOT NULL,\n"
                     "  \"noted_at\" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),\n"
                     "  \"reason\" text,\n"
                     "  \"tries\" integer NOT NULL DEFAULT 0,\n"
                     "  \"tried_at\" text\n"
                     ")");
    assert_str_equal(statements.items[1],
                     "CREATE INDEX \"IDX_weft_outbox_row\" ON \"weft_outbox\" (\"table_name\", \"row_key\")");
    weft_arena_done(&world.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sqlite),
                                       cmocka_unit_test(test_postgres),
                                       cmocka_unit_test(test_postgres_marks),
                                       cmocka_unit_test(test_each_row_of_a_shared_table),
                                       cmocka_unit_test(test_long_names_fit),
                                       cmocka_unit_test(test_the_outbox)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
