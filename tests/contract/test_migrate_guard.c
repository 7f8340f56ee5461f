/* Guards: triggers that note deletes by plain SQL, made, kept and dropped as the definitions say. */
#include <string.h>

#include "contract/migrate_world.h"
#include "support/tap.h"

#define ITEM     "  item:\n    fields: { id: id, name: text }\n"
#define GUARDED  "  item:\n    guard: triggers\n    fields: { id: id, name: text }\n"
#define NULLABLE "  item:\n    guard: triggers\n    fields: { id: id, name: { type: text, nullable: true } }\n"
#define HARD     "  item:\n    guard: triggers\n    softDelete: false\n    fields: { id: id, name: text }\n"
#define RENAMED                                                                                                        \
    "  thing:\n    guard: triggers\n    renamedFrom: item\n"                                                           \
    "    fields: { id: id, title: { type: text, renamedFrom: name, nullable: true } }\n"
#define RATE                                                                                                           \
    "  rate:\n    guard: triggers\n    softDelete: false\n    timestamps: false\n"                                     \
    "    fields: { region: { type: text, primaryKey: true }, year: { type: number, primaryKey: true } }\n"
#define FOREIGN                                                                                                        \
    "  old:\n    managed: false\n    guard: triggers\n    softDelete: true\n    fields: { id: { type: text, "          \
    "primaryKey: true } }\n"

#define NOTES "SELECT table_name || ' ' || row_key || ' ' || change FROM weft_outbox ORDER BY id"

#define OPEN_WORLD(world)                                                                                              \
    migrate_world world;                                                                                               \
    if (!world_open(&(world), *(const weft_store_kind *)*state)) {                                                     \
        world_close(&(world));                                                                                         \
        fail_msg("the store of this test cannot be had: is WEFT_TEST_POSTGRES set?");                                  \
    }

static void migrate_to(migrate_world *world, const char *models, size_t applied)
{
    world_define_shop(world, models, NULL);
    assert_int_equal(world_apply(world, true, NULL), applied);
    if (world_pending(world) != 0) {
        fail_msg("still pending: %s", world_plan_text(world));
    }
}

static void assert_notes(migrate_world *world, const char *want)
{
    assert_string_equal(world_sql(world, NOTES), want);
    world_sql(world, "DELETE FROM weft_outbox");
}

static void test_deletes_are_noted(void **state)
{
    OPEN_WORLD(world);
    migrate_to(&world, GUARDED, 3);
    world_sql(&world, "INSERT INTO item (id, name) VALUES ('a', 'x'), ('b', 'x'), ('c', 'x'), ('d', 'x')");
    world_sql(&world, "DELETE FROM item WHERE id = 'b'");
    world_sql(&world, "UPDATE item SET name = 'y'");
    world_sql(&world, "UPDATE item SET deleted_at = '2026-01-02T03:04:05.678Z' WHERE id = 'c'");
    assert_notes(&world, "item [\"b\"] remove\nitem [\"c\"] mark");
    /* Marked again, revived, and removed when it was marked: nothing that lived went. */
    world_sql(&world, "UPDATE item SET deleted_at = '2026-02-02T03:04:05.678Z' WHERE id = 'c'");
    world_sql(&world, "DELETE FROM item WHERE id = 'c'");
    world_sql(&world, "UPDATE item SET deleted_at = NULL");
    assert_notes(&world, "");
    world_sql(&world, "DELETE FROM item");
    assert_notes(&world, "item [\"a\"] remove\nitem [\"d\"] remove");
    world_close(&world);
}

/* Each statement that changes rows, whatever its form. */
static void test_every_form_of_change_is_noted(void **state)
{
    OPEN_WORLD(world);
    const bool is_server = world.kind == WEFT_STORE_POSTGRES;
    migrate_to(&world, GUARDED, 3);
    world_sql(&world, "INSERT INTO item (id, name) VALUES ('a', 'x'), ('b', 'x'), ('c', 'x'), ('d', 'x'), ('e', 'x')");
    world_sql(&world,
              "INSERT INTO item (id, name) VALUES ('a', 'x'), ('f', 'x')"
              " ON CONFLICT (id) DO UPDATE SET deleted_at = '2026-01-02T03:04:05.678Z'");
    assert_notes(&world, "item [\"a\"] mark");
    if (is_server) {
        world_sql(&world,
                  "WITH gone AS (DELETE FROM item WHERE id = 'b' RETURNING id) SELECT count(*)::text FROM gone");
        world_sql(&world,
                  "MERGE INTO item USING (VALUES ('c', 1), ('d', 2)) AS v (id, what) ON item.id = v.id"
                  " WHEN MATCHED AND what = 1 THEN DELETE WHEN MATCHED THEN UPDATE SET deleted_at = now()");
        assert_notes(&world, "item [\"b\"] remove\nitem [\"c\"] remove\nitem [\"d\"] mark");
    }
    world_sql(&world, "UPDATE item SET id = 'g', deleted_at = '2026-01-02T03:04:05.678Z' WHERE id = 'e'");
    assert_notes(&world, "item [\"g\"] mark");
    world_close(&world);
}

/* Rows that a foreign key takes along, of the same table and of another. */
static void test_what_a_foreign_key_deletes_is_noted(void **state)
{
    OPEN_WORLD(world);
    migrate_to(&world, GUARDED, 3);
    if (world.kind == WEFT_STORE_POSTGRES) {
        world_sql(&world, "CREATE TABLE box (id text PRIMARY KEY)");
        world_sql(&world, "ALTER TABLE item ADD COLUMN box text REFERENCES box ON DELETE CASCADE");
        world_sql(&world, "ALTER TABLE item ADD COLUMN above text COLLATE \"C\" REFERENCES item ON DELETE CASCADE");
        world_sql(&world, "INSERT INTO box VALUES ('x'), ('y')");
        world_sql(&world,
                  "INSERT INTO item (id, name, box, above) VALUES ('a', '', 'x', NULL), ('b', '', 'y', NULL),"
                  " ('c', '', NULL, 'b'), ('d', '', NULL, 'c'), ('e', '', NULL, NULL)");
        world_sql(&world, "DELETE FROM box");
        assert_string_equal(
            world_sql(&world, "SELECT string_agg(row_key, ' ' ORDER BY row_key COLLATE \"C\") FROM weft_outbox"),
            "[\"a\"] [\"b\"] [\"c\"] [\"d\"]");
        world_sql(&world, "ALTER TABLE item DROP COLUMN box, DROP COLUMN above");
    }
    world_close(&world);
}

/* A table in parts, and a part of another table: whatever name a statement calls the rows by. */
static void test_parts_of_tables_are_noted(void **state)
{
    OPEN_WORLD(world);
    world_define_shop(&world, FOREIGN, NULL);
    if (world.kind == WEFT_STORE_POSTGRES) {
        world_sql(&world, "CREATE TABLE old (id text PRIMARY KEY, deleted_at timestamptz) PARTITION BY HASH (id)");
        world_sql(&world, "CREATE TABLE old_all PARTITION OF old FOR VALUES WITH (MODULUS 1, REMAINDER 0)");
        migrate_to(&world, FOREIGN, 2);
        world_sql(&world, "INSERT INTO old (id) VALUES ('a'), ('b'), ('c'), ('d')");
        world_sql(&world, "DELETE FROM old WHERE id = 'a'");
        world_sql(&world, "DELETE FROM old_all WHERE id = 'b'");
        world_sql(&world, "UPDATE old SET deleted_at = now() WHERE id = 'c'");
        world_sql(&world, "UPDATE old_all SET deleted_at = now()");
        assert_notes(&world, "old [\"a\"] remove\nold [\"b\"] remove\nold [\"c\"] mark\nold [\"d\"] mark");
        world_sql(&world, "DROP TABLE old");
        world_sql(&world, "CREATE TABLE older (id text, deleted_at timestamptz)");
        world_sql(&world, "CREATE TABLE old (PRIMARY KEY (id)) INHERITS (older)");
        migrate_to(&world, FOREIGN, 1);
        world_sql(&world, "INSERT INTO old (id) VALUES ('a'), ('b')");
        world_sql(&world, "DELETE FROM older WHERE id = 'a'");
        world_sql(&world, "UPDATE older SET deleted_at = now()");
        assert_notes(&world, "old [\"a\"] remove\nold [\"b\"] mark");
        /* By itself it is any table, and the triggers are made anew. */
        world_sql(&world, "ALTER TABLE old NO INHERIT older");
        migrate_to(&world, FOREIGN, 2);
        world_sql(&world, "DELETE FROM old");
        assert_notes(&world, "");
    }
    world_close(&world);
}

/* Tables go with their schema when it gets another name, and so does what notes their deletes. */
static void test_a_schema_may_be_renamed(void **state)
{
    OPEN_WORLD(world);
    migrate_to(&world, GUARDED, 3);
    if (world.kind == WEFT_STORE_POSTGRES) {
        const char *schema = world_sql(&world, "SELECT current_schema()");
        world_sql(&world, "INSERT INTO item (id, name) VALUES ('a', 'x'), ('b', 'x')");
        world_sql(&world, "DELETE FROM item WHERE id = 'a'");
        world_sql(&world, weft_str_format(&world.arena, "ALTER SCHEMA \"%s\" RENAME TO moved", schema).data);
        world_sql(&world, "DELETE FROM moved.item");
        world_sql(&world, weft_str_format(&world.arena, "ALTER SCHEMA moved RENAME TO \"%s\"", schema).data);
        assert_notes(&world, "item [\"a\"] remove\nitem [\"b\"] remove");
    }
    world_close(&world);
}

static void test_what_is_rolled_back_is_not_noted(void **state)
{
    OPEN_WORLD(world);
    migrate_to(&world, GUARDED, 3);
    world_sql(&world, "INSERT INTO item (id, name) VALUES ('a', 'x'), ('b', 'x')");
    assert_int_not_equal(world_try_sql(&world, "DELETE FROM item WHERE id = 'a' OR 1 / length(id) > nonsense"),
                         WEFT_OK);
    assert_notes(&world, "");
    world_close(&world);
}

static void test_keys_are_json(void **state)
{
    OPEN_WORLD(world);
    migrate_to(&world, RATE, 3);
    world_sql(&world, "INSERT INTO rate (region, year) VALUES ('e\"u\\ \xc3\xa9', -7), ('it''s', 9007199254740993)");
    world_sql(&world, "DELETE FROM rate");
    assert_notes(&world, "rate [\"e\\\"u\\\\ \xc3\xa9\",-7] remove\nrate [\"it's\",9007199254740993] remove");
    world_close(&world);
}

static void test_truncate_is_noted(void **state)
{
    OPEN_WORLD(world);
    migrate_to(&world, GUARDED, 3);
    world_sql(&world, "INSERT INTO item (id, name) VALUES ('a', 'x'), ('b', 'x')");
    world_sql(&world, "INSERT INTO item (id, name, deleted_at) VALUES ('c', 'x', '2026-01-02T03:04:05.678Z')");
    world_sql(&world, world.kind == WEFT_STORE_POSTGRES ? "TRUNCATE item" : "DELETE FROM item");
    assert_notes(&world, "item [\"a\"] remove\nitem [\"b\"] remove");
    world_close(&world);
}

static void test_a_guard_comes_and_goes(void **state)
{
    OPEN_WORLD(world);
    migrate_to(&world, ITEM, 1);
    world_sql(&world, "INSERT INTO item (id, name) VALUES ('a', 'x'), ('b', 'x')");
    world_define_shop(&world, GUARDED, NULL);
    assert_string_equal(world_plan_text(&world),
                        "store default\n"
                        "    create weft_outbox: where guards note deletes\n"
                        "    alter  item: guard it with triggers\n");
    migrate_to(&world, GUARDED, 2);
    world_sql(&world, "DELETE FROM item WHERE id = 'a'");
    world_define_shop(&world, ITEM, NULL);
    assert_string_equal(world_plan_text(&world), "store default\n    alter  item: drop guard triggers\n");
    migrate_to(&world, ITEM, 1);
    world_sql(&world, "DELETE FROM item WHERE id = 'b'");
    assert_notes(&world, "item [\"a\"] remove");
    if (world.kind == WEFT_STORE_POSTGRES) {
        assert_string_equal(world_sql(&world, "SELECT count(*)::text FROM pg_proc WHERE proname LIKE 'weft_guard%'"),
                            "0");
    }
    migrate_to(&world, GUARDED, 1);
    world_close(&world);
}

static void test_a_guard_that_was_touched_is_made_again(void **state)
{
    OPEN_WORLD(world);
    const bool is_server = *(const weft_store_kind *)*state == WEFT_STORE_POSTGRES;
    migrate_to(&world, GUARDED, 3);
    world_sql(&world,
              is_server ? "DROP TRIGGER weft_guard_item_remove ON item" : "DROP TRIGGER weft_guard_item_remove");
    migrate_to(&world, GUARDED, 1);
    world_sql(&world,
              is_server ? "ALTER TABLE item DISABLE TRIGGER weft_guard_item_mark"
                        : "DROP TRIGGER weft_guard_item_mark");
    if (!is_server) {
        world_sql(&world, "CREATE TRIGGER weft_guard_item_mark AFTER UPDATE ON item BEGIN SELECT 1; END");
    }
    migrate_to(&world, GUARDED, 2);
    world_sql(&world, "INSERT INTO item (id, name) VALUES ('a', 'x'), ('b', 'x')");
    world_sql(&world, "DELETE FROM item WHERE id = 'a'");
    world_sql(&world, "UPDATE item SET deleted_at = '2026-01-02T03:04:05.678Z'");
    assert_notes(&world, "item [\"a\"] remove\nitem [\"b\"] mark");
    world_close(&world);
}

static void test_renaming_and_rebuilding_keep_it(void **state)
{
    OPEN_WORLD(world);
    migrate_to(&world, GUARDED, 3);
    world_sql(&world, "INSERT INTO item (id, name) VALUES ('a', 'x'), ('b', 'x'), ('c', 'x')");
    migrate_to(&world, NULLABLE, 1);
    assert_notes(&world, "");
    world_sql(&world, "DELETE FROM item WHERE id = 'a'");
    assert_notes(&world, "item [\"a\"] remove");
    world_define_shop(&world, RENAMED, NULL);
    world_apply(&world, true, NULL);
    if (world_pending(&world) != 0) {
        fail_msg("still pending: %s", world_plan_text(&world));
    }
    world_sql(&world, "DELETE FROM thing WHERE id = 'b'");
    world_sql(&world, "UPDATE thing SET deleted_at = '2026-01-02T03:04:05.678Z'");
    assert_notes(&world, "thing [\"b\"] remove\nthing [\"c\"] mark");
    world_close(&world);
}

static void test_without_deleted_at_removing_is_all(void **state)
{
    OPEN_WORLD(world);
    migrate_to(&world, GUARDED, 3);
    world_define_shop(&world, HARD, NULL);
    world_apply(&world, true, NULL);
    if (world_pending(&world) != 0) {
        fail_msg("still pending: %s", world_plan_text(&world));
    }
    world_sql(&world, "INSERT INTO item (id, name) VALUES ('a', 'x')");
    world_sql(&world, "DELETE FROM item");
    assert_notes(&world, "item [\"a\"] remove");
    migrate_to(&world, GUARDED, 3);
    world_sql(&world, "INSERT INTO item (id, name) VALUES ('a', 'x')");
    world_sql(&world, "UPDATE item SET deleted_at = '2026-01-02T03:04:05.678Z'");
    assert_notes(&world, "item [\"a\"] mark");
    world_close(&world);
}

static void test_tables_of_others_get_it_when_asked(void **state)
{
    OPEN_WORLD(world);
    world_define_shop(&world, FOREIGN, NULL);
    assert_int_equal(world_pending(&world), 0);
    world_sql(&world, "CREATE VIEW old AS SELECT 'a' AS id");
    assert_non_null(strstr(world_plan_text(&world), "refused: it is a view"));
    world_sql(&world, "DROP VIEW old");
    world_sql(&world, "CREATE TABLE old (id varchar(20) PRIMARY KEY, deleted_at timestamp, more text)");
    migrate_to(&world, FOREIGN, 2);
    world_sql(&world, "INSERT INTO old (id) VALUES ('a'), ('b')");
    world_sql(&world, "DELETE FROM old WHERE id = 'a'");
    world_sql(&world, "UPDATE old SET deleted_at = CURRENT_TIMESTAMP");
    assert_notes(&world, "old [\"a\"] remove\nold [\"b\"] mark");
    world_close(&world);
}

/* The outbox of the tables' schema, whatever the path of who deletes, and without any right on the outbox. */
static void test_anybody_who_may_delete_is_noted(void **state)
{
    OPEN_WORLD(world);
    migrate_to(&world, GUARDED, 3);
    if (world.kind == WEFT_STORE_POSTGRES) {
        world_sql(&world, "INSERT INTO item (id, name) VALUES ('a', 'x'), ('b', 'x')");
        world_sql(&world,
                  "DO $$ BEGIN"
                  " IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'weft_test_clerk') THEN"
                  " CREATE ROLE weft_test_clerk; END IF; END $$");
        world_sql(&world, "GRANT USAGE ON SCHEMA public TO weft_test_clerk");
        world_sql(&world, "GRANT SELECT, DELETE ON item TO weft_test_clerk");
        world_sql(&world,
                  "DO $$ BEGIN SET LOCAL ROLE weft_test_clerk;"
                  " CREATE TEMP TABLE weft_outbox (id int, table_name text, row_key text, change text);"
                  " SET LOCAL search_path = pg_temp, pg_catalog;"
                  " DELETE FROM public.item WHERE id = 'a'; END $$");
        assert_string_equal(
            world_sql(&world,
                      "SELECT table_name || ' ' || row_key || ' ' || change FROM public.weft_outbox ORDER BY id"),
            "item [\"a\"] remove");
        world_sql(&world, "DROP OWNED BY weft_test_clerk");
        world_sql(&world, "DROP ROLE weft_test_clerk");
    }
    world_close(&world);
}

static void revert(migrate_world *world, size_t changes)
{
    weft_session session;
    weft_error error = {0};
    size_t reverted = 0;
    weft_session_init(&session, world->pools, world->catalog->store_count, WEFT_TRANSACTION_WRITE);
    if (weft_migration_rollback(world->catalog, &session, &world->arena, &reverted, &error) != WEFT_OK) {
        fail_msg("%s %s", error.message, error.detail);
    }
    weft_session_done(&session);
    assert_int_equal(reverted, changes);
}

static void test_a_batch_with_a_guard_is_reverted(void **state)
{
    OPEN_WORLD(world);
    migrate_to(&world, ITEM, 1);
    migrate_to(&world, GUARDED, 2);
    revert(&world, 2);
    world_sql(&world, "INSERT INTO item (id, name) VALUES ('a', 'x')");
    world_sql(&world, "DELETE FROM item");
    migrate_to(&world, GUARDED, 2);
    /* A guard that was taken off comes back. */
    migrate_to(&world, ITEM, 1);
    revert(&world, 1);
    world_sql(&world, "INSERT INTO item (id, name) VALUES ('a', 'x'), ('b', 'x')");
    world_sql(&world, "DELETE FROM item WHERE id = 'a'");
    world_sql(&world, "UPDATE item SET deleted_at = '2026-01-02T03:04:05.678Z'");
    assert_notes(&world, "item [\"a\"] remove\nitem [\"b\"] mark");
    migrate_to(&world, GUARDED, 0);
    world_close(&world);
}

/* As weft made them once, for each row: they are replaced without a question, and come back when that is reverted. */
static void test_triggers_of_an_earlier_weft_are_replaced(void **state)
{
    OPEN_WORLD(world);
    migrate_to(&world, GUARDED, 3);
    if (world.kind == WEFT_STORE_POSTGRES) {
        world_sql(&world, "DROP FUNCTION weft_guard_item() CASCADE");
        world_sql(&world,
                  "CREATE FUNCTION weft_guard_item() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
                  " SET search_path = pg_catalog, pg_temp AS $$ BEGIN EXECUTE format("
                  "'INSERT INTO %I.weft_outbox (table_name, row_key, change) VALUES ($1, $2, $3)', TG_TABLE_SCHEMA)"
                  " USING 'item', '[' || to_json(OLD.id)::text || ']', 'remove'; RETURN NULL; END $$");
        world_sql(&world,
                  "CREATE TRIGGER weft_guard_item_remove AFTER DELETE ON item FOR EACH ROW"
                  " WHEN (OLD.deleted_at IS NULL) EXECUTE FUNCTION weft_guard_item()");
        world_sql(&world, "COMMENT ON TRIGGER weft_guard_item_remove ON item IS 'weft 1234'");
        world_define_shop(&world, GUARDED, NULL);
        assert_string_equal(world_plan_text(&world),
                            "store default\n"
                            "    alter  item: drop guard triggers that are out of date\n"
                            "    alter  item: guard it with triggers\n");
        migrate_to(&world, GUARDED, 2);
        world_sql(&world, "INSERT INTO item (id, name) VALUES ('a', 'x'), ('b', 'x')");
        world_sql(&world, "DELETE FROM item WHERE id = 'a'");
        revert(&world, 2);
        assert_string_equal(world_sql(&world,
                                      "SELECT obj_description(oid, 'pg_trigger') FROM pg_trigger"
                                      " WHERE tgname LIKE 'weft_guard%'"),
                            "weft 1234");
        world_sql(&world, "DELETE FROM item");
        assert_notes(&world, "item [\"a\"] remove\nitem [\"b\"] remove");
        migrate_to(&world, GUARDED, 2);
    }
    world_close(&world);
}

/* Most updates mark nothing; who may change a path of names, or make functions beside the tables, changes nothing. */
static void test_functions_beside_the_table_are_not_called(void **state)
{
    OPEN_WORLD(world);
    migrate_to(&world, GUARDED, 3);
    if (world.kind == WEFT_STORE_POSTGRES) {
        world_sql(&world, "CREATE FUNCTION to_json(text) RETURNS json LANGUAGE sql AS $$ SELECT '\"bad\"'::json $$");
        world_sql(&world,
                  "CREATE FUNCTION concat(text, json, text) RETURNS text LANGUAGE sql AS $$ SELECT 'bad'::text $$");
        world_sql(&world,
                  "CREATE FUNCTION never(varchar, varchar) RETURNS boolean LANGUAGE sql AS $$ SELECT 1 / 0 = 1 $$");
        world_sql(&world, "CREATE OPERATOR = (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = never)");
        world_sql(&world, "INSERT INTO item (id, name) VALUES ('a', 'x'), ('b', 'x')");
        world_sql(&world, "DELETE FROM item WHERE id::text = 'a'");
        world_sql(&world, "UPDATE item SET deleted_at = now()");
        world_sql(&world, "UPDATE item SET deleted_at = now()");
        world_sql(&world, "DROP OPERATOR = (varchar, varchar)");
        world_sql(&world, "DROP FUNCTION never, concat(text, json, text), to_json(text)");
        assert_notes(&world, "item [\"a\"] remove\nitem [\"b\"] mark");
    }
    world_close(&world);
}

#define GUARD_TESTS(kind)                                                                                              \
    cmocka_unit_test_prestate(test_deletes_are_noted, kind),                                                           \
        cmocka_unit_test_prestate(test_what_is_rolled_back_is_not_noted, kind),                                        \
        cmocka_unit_test_prestate(test_keys_are_json, kind), cmocka_unit_test_prestate(test_truncate_is_noted, kind),  \
        cmocka_unit_test_prestate(test_a_guard_comes_and_goes, kind),                                                  \
        cmocka_unit_test_prestate(test_a_guard_that_was_touched_is_made_again, kind),                                  \
        cmocka_unit_test_prestate(test_renaming_and_rebuilding_keep_it, kind),                                         \
        cmocka_unit_test_prestate(test_without_deleted_at_removing_is_all, kind),                                      \
        cmocka_unit_test_prestate(test_tables_of_others_get_it_when_asked, kind),                                      \
        cmocka_unit_test_prestate(test_anybody_who_may_delete_is_noted, kind),                                         \
        cmocka_unit_test_prestate(test_a_batch_with_a_guard_is_reverted, kind),                                        \
        cmocka_unit_test_prestate(test_every_form_of_change_is_noted, kind),                                           \
        cmocka_unit_test_prestate(test_what_a_foreign_key_deletes_is_noted, kind),                                     \
        cmocka_unit_test_prestate(test_parts_of_tables_are_noted, kind),                                               \
        cmocka_unit_test_prestate(test_a_schema_may_be_renamed, kind),                                                 \
        cmocka_unit_test_prestate(test_triggers_of_an_earlier_weft_are_replaced, kind),                                \
        cmocka_unit_test_prestate(test_functions_beside_the_table_are_not_called, kind)

int main(void)
{
    static weft_store_kind kinds[] = {WEFT_STORE_SQLITE, WEFT_STORE_POSTGRES};
    const struct CMUnitTest tests[] = {GUARD_TESTS(&kinds[0]), GUARD_TESTS(&kinds[1])};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
