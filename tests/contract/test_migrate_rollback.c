/* Reverting the last batch: whole, or not at all. */
#include <string.h>

#include "contract/migrate_world.h"
#include "support/tap.h"

#define ITEM "  item:\n    fields: { id: id, name: text }\n"
#define OTHER                                                                                                          \
    "  other:\n    fields: { id: id, item_size: { type: number, index: true } }\n    relations: { of: { belongsTo: "   \
    "item } }\n"
#define SIZED "  item:\n    fields: { id: id, name: text, size: { type: number, nullable: true, index: true } }\n"
#define NAMED "  item:\n    fields: { id: id, title: { type: text, renamedFrom: name } }\n"

#define OPEN_WORLD(world)                                                                                              \
    migrate_world world;                                                                                               \
    if (!world_open(&(world), *(const weft_store_kind *)*state)) {                                                     \
        world_close(&(world));                                                                                         \
        fail_msg("the store of this test cannot be had: is WEFT_TEST_POSTGRES set?");                                  \
    }

static weft_code rollback(migrate_world *world, size_t *ret_reverted, weft_error *error)
{
    weft_session session;
    weft_session_init(&session, world->pools, world->catalog->store_count, WEFT_TRANSACTION_WRITE);
    const weft_code code = weft_migration_rollback(world->catalog, &session, &world->arena, ret_reverted, error);
    weft_session_done(&session);
    return code;
}

static void assert_reverts(migrate_world *world, size_t count)
{
    weft_error error = {0};
    size_t reverted = 0;
    if (rollback(world, &reverted, &error) != WEFT_OK) {
        fail_msg("%s %s", error.message, error.detail);
    }
    assert_int_equal(reverted, count);
}

static void assert_refused(migrate_world *world, const char *reason)
{
    weft_error error = {0};
    size_t reverted = 0;
    assert_int_equal(rollback(world, &reverted, &error), WEFT_REFUSED_UNSAFE);
    if (!strstr(error.detail, reason)) {
        fail_msg("\"%s\" is not in: %s", reason, error.detail);
    }
}

static void test_batches_are_reverted_one_by_one(void **state)
{
    OPEN_WORLD(world);
    world_define_shop(&world, ITEM, NULL);
    assert_reverts(&world, 0);
    assert_int_equal(world_apply(&world, false, NULL), 1);
    world_define_shop(&world, SIZED, NULL);
    const size_t applied = world_apply(&world, false, NULL);
    world_sql(&world, "INSERT INTO item (id, name) VALUES ('i1', 'one')");
    assert_reverts(&world, applied);
    assert_int_equal(world_pending(&world), applied);
    assert_refused(&world, "it holds values by now");
    assert_string_equal(world_sql(&world, "SELECT name FROM item"), "one");
    world_sql(&world, "DELETE FROM item");
    assert_reverts(&world, 1);
    assert_reverts(&world, 0);
    assert_int_equal(world_apply(&world, false, NULL), 1);
    assert_int_equal(world_pending(&world), 0);
    world_close(&world);
}

static void test_values_are_kept(void **state)
{
    OPEN_WORLD(world);
    world_define_shop(&world, ITEM, NULL);
    assert_int_equal(world_apply(&world, false, NULL), 1);
    world_define_shop(&world, SIZED OTHER, NULL);
    assert_int_not_equal(world_apply(&world, false, NULL), 0);
    world_sql(&world, "INSERT INTO item (id, name, size) VALUES ('i1', 'one', 5)");
    assert_refused(&world, "\"item\": add column size: it holds values by now");
    assert_int_equal(world_pending(&world), 0);
    assert_string_equal(world_sql(&world, "SELECT CAST(size AS text) FROM item"), "5");
    world_close(&world);
}

static void test_names_are_changed_back(void **state)
{
    OPEN_WORLD(world);
    world_define_shop(&world, ITEM, NULL);
    assert_int_equal(world_apply(&world, false, NULL), 1);
    world_sql(&world, "INSERT INTO item (id, name) VALUES ('i1', 'one')");
    world_define_shop(&world, NAMED, NULL);
    assert_int_equal(world_apply(&world, false, NULL), 1);
    assert_reverts(&world, 1);
    assert_string_equal(world_sql(&world, "SELECT name FROM item"), "one");
    world_define_shop(&world, ITEM, NULL);
    assert_int_equal(world_pending(&world), 0);
    world_define_shop(&world, "  item:\n    fields: { id: id, name: number }\n", NULL);
    world_sql(&world, "UPDATE item SET name = '1'");
    assert_int_not_equal(world_apply(&world, true, NULL), 0);
    assert_refused(&world, "cannot be reverted");
    assert_int_equal(world_pending(&world), 0);
    world_close(&world);
}

/* weft's own tables are in the plan like any others, and not the user's to drop. */
static void test_own_tables_are_planned(void **state)
{
    weft_error error = {0};
    OPEN_WORLD(world);
    world.is_bare = true;
    world_define_shop(&world, ITEM, NULL);
    assert_non_null(strstr(world_plan_text(&world), "    create weft_deletions: journal of deletions\n"));
    assert_non_null(strstr(world_plan_sql(&world), "CREATE TABLE \"weft_deletion_rows\""));
    assert_int_equal(world_apply(&world, false, NULL), 2);
    assert_int_equal(world_pending(&world), 0);
    weft_trash_entries dropped = {0};
    weft_session session;
    weft_session_init(&session, world.pools, world.catalog->store_count, WEFT_TRANSACTION_WRITE);
    assert_int_equal(
        weft_migration_change_trash(
            world.catalog, WEFT_TRASH_DROP, WEFT_STR("weft_deletions"), &session, &world.arena, &dropped, &error),
        WEFT_REFUSED_UNSAFE);
    weft_session_done(&session);
    assert_reverts(&world, 2);
    assert_int_equal(world_pending(&world), 2);
    world_close(&world);
}

#define PLAIN                                                                                                          \
    "  thing:\n    fields:\n      id: id\n      name: text?\n      size: { type: number, default: 1 }\n"               \
    "      kind: { type: enum, values: [a, b] }\n      code: { type: text, unique: true }\n      note: text\n"         \
    "    checks: [{ name: sane, expression: \"size > 0\" }]\n  shelf:\n    fields: { id: id }\n"
/* A value required, one not any more, another default, a wider enum, another check, no unique index, a new column with
 * a check and one with a foreign key. */
#define CHANGED                                                                                                        \
    "  thing:\n    fields:\n      id: id\n      name: text\n      size: { type: number, default: 2 }\n"                \
    "      kind: { type: enum, values: [a, b, c] }\n      code: text\n      note: text?\n"                             \
    "      state: { type: enum, values: [x, y], nullable: true, index: true }\n"                                       \
    "    checks: [{ name: sane, expression: \"size > -5\" }]\n"                                                        \
    "    relations: { shelf: { belongsTo: shelf, nullable: true } }\n  shelf:\n    fields: { id: id }\n"

static const char *dump_without_journal(migrate_world *world)
{
    const char *dump = world_dump(world, 0);
    const char *journal = strstr(dump, "table weft_migrations");
    assert_non_null(journal);
    return weft_str_format(&world->arena, "%.*s", (int)(journal - dump), dump).data;
}

/* Whatever changed comes back as it was, with what is not weft's. */
static void test_tables_are_what_they_were(void **state)
{
    OPEN_WORLD(world);
    world_define_shop(&world, PLAIN, NULL);
    world_apply(&world, false, NULL);
    world_sql(&world, "INSERT INTO thing (id, name, kind, code, note) VALUES ('t1', 'one', 'a', 'c1', 'n')");
    world_sql(&world, "CREATE INDEX users_own ON thing (note, size)");
    if (world.kind == WEFT_STORE_SQLITE) {
        world_sql(&world, "CREATE TRIGGER users_too AFTER DELETE ON thing BEGIN DELETE FROM shelf; END");
    }
    const char *before = dump_without_journal(&world);
    world_define_shop(&world, CHANGED, NULL);
    const size_t applied = world_apply(&world, false, NULL);
    assert_true(applied >= 3);
    assert_int_equal(world_pending(&world), 0);
    assert_reverts(&world, applied);
    assert_string_equal(dump_without_journal(&world), before);
    world_define_shop(&world, PLAIN, NULL);
    assert_int_equal(world_pending(&world), 0);
    world_define_shop(&world, CHANGED, NULL);
    assert_int_equal(world_apply(&world, false, NULL), applied);
    world_sql(&world, "UPDATE thing SET state = 'x'");
    assert_refused(&world, "it holds values by now");
    world_sql(&world, "UPDATE thing SET state = NULL, note = NULL");
    const char *after = dump_without_journal(&world);
    assert_refused(&world, "it is not as it was made any more");
    assert_string_equal(dump_without_journal(&world), after);
    world_sql(&world, "UPDATE thing SET note = 'n'");
    assert_reverts(&world, applied);
    assert_string_equal(dump_without_journal(&world), before);
    world_close(&world);
}

/* Where a table without rows gets a dropped column back, its indexes come with it; with rows it is refused. */
static void test_indexes_come_back_with_their_column(void **state)
{
    OPEN_WORLD(world);
    world_define_shop(&world, PLAIN, NULL);
    world_apply(&world, false, NULL);
    world_sql(&world, "CREATE INDEX users_own ON thing (note, code)");
    world_sql(&world, "CREATE INDEX users_few ON thing (note) WHERE code IS NOT NULL");
    const char *before = dump_without_journal(&world);
    world_define_shop(
        &world,
        "  thing:\n    fields: { id: id, name: { type: text, nullable: true, index: true }, size: { type: "
        "number, default: 1 }, kind: { type: enum, values: [a, b] }, note: text }\n"
        "    checks: [{ name: sane, expression: \"size > 0\" }]\n  shelf:\n    fields: { id: id }\n",
        NULL);
    const size_t applied = world_apply(&world, true, NULL);
    assert_int_equal(world_pending(&world), 0);
    world_sql(&world, "INSERT INTO thing (id, kind, note) VALUES ('t1', 'a', 'n')");
    const char *after = dump_without_journal(&world);
    assert_refused(&world, world.kind == WEFT_STORE_SQLITE ? "it holds values by now" : "cannot be reverted");
    assert_string_equal(dump_without_journal(&world), after);
    world_sql(&world, "DELETE FROM thing");
    if (world.kind == WEFT_STORE_SQLITE) {
        assert_reverts(&world, applied);
        assert_string_equal(dump_without_journal(&world), before);
    }
    world_close(&world);
}

#define ROLLBACK_TESTS(kind)                                                                                           \
    cmocka_unit_test_prestate(test_batches_are_reverted_one_by_one, kind),                                             \
        cmocka_unit_test_prestate(test_values_are_kept, kind),                                                         \
        cmocka_unit_test_prestate(test_tables_are_what_they_were, kind),                                               \
        cmocka_unit_test_prestate(test_indexes_come_back_with_their_column, kind),                                     \
        cmocka_unit_test_prestate(test_names_are_changed_back, kind),                                                  \
        cmocka_unit_test_prestate(test_own_tables_are_planned, kind)

int main(void)
{
    static weft_store_kind sqlite = WEFT_STORE_SQLITE;
    static weft_store_kind postgres = WEFT_STORE_POSTGRES;
    const struct CMUnitTest tests[] = {ROLLBACK_TESTS(&sqlite), ROLLBACK_TESTS(&postgres)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
