/* Tables without a definition: dropped by name into the trash, brought back whole, removed for good. */
#include <string.h>

#include "contract/migrate_world.h"
#include "support/tap.h"

#define LEFT                                                                                                           \
    "  item:\n    fields: { id: id, name: { type: text, unique: true }, size: { type: number, index: true } }\n"
#define RIGHT "  other:\n    fields: { id: id, name: text }\n"
#define LINK  "left: { linkable: shop.item, isList: true }\nright: { linkable: shop.other }\n"

#define OPEN_WORLD(world)                                                                                              \
    migrate_world world;                                                                                               \
    if (!world_open(&(world), *(const weft_store_kind *)*state)) {                                                     \
        world_close(&(world));                                                                                         \
        fail_msg("the store of this test cannot be had: is WEFT_TEST_POSTGRES set?");                                  \
    }

static weft_code change(migrate_world *world, weft_trash_change kind, const char *name, weft_trash_entries *ret_changed)
{
    weft_session session;
    weft_error error = {0};
    *ret_changed = (weft_trash_entries){0};
    weft_session_init(&session, world->pools, world->catalog->store_count, WEFT_TRANSACTION_WRITE);
    const weft_code code = weft_migration_change_trash(
        world->catalog, kind, weft_str_from(name), &session, &world->arena, ret_changed, &error);
    weft_session_done(&session);
    return code;
}

static void test_a_removed_model_comes_back_whole(void **state)
{
    OPEN_WORLD(world);
    weft_trash_entries changed;
    world_define_shop(&world, LEFT RIGHT, NULL);
    assert_int_equal(world_apply(&world, false, NULL), 2);
    world_sql(&world, "INSERT INTO item (id, name, size) VALUES ('i1', 'one', 1)");
    assert_int_equal(change(&world, WEFT_TRASH_DROP, "item", &changed), WEFT_REFUSED_UNSAFE);
    world_define_shop(&world, RIGHT, NULL);
    assert_int_equal(change(&world, WEFT_TRASH_DROP, "weft_migrations", &changed), WEFT_NOT_FOUND);
    assert_int_equal(change(&world, WEFT_TRASH_DROP, "item", &changed), WEFT_OK);
    assert_int_equal(changed.count, 1);
    assert_true(weft_str_equal_text(changed.items[0].table, "weft_trash_1_item"));
    assert_string_equal(world_sql(&world, "SELECT name FROM weft_trash_1_item"), "one");
    assert_non_null(strstr(world_status(&world), "\"trash\":[{\"table\":\"item\",\"trash\":\"weft_trash_1_item\""));
    world_define_shop(&world, LEFT RIGHT, NULL);
    assert_int_equal(world_apply(&world, false, NULL), 1);
    assert_int_equal(world_pending(&world), 0);
    assert_int_equal(change(&world, WEFT_TRASH_UNDO, "item", &changed), WEFT_REFUSED_UNSAFE);
    world_define_shop(&world, RIGHT, NULL);
    assert_int_equal(change(&world, WEFT_TRASH_DROP, "item", &changed), WEFT_OK);
    assert_int_equal(change(&world, WEFT_TRASH_UNDO, "weft_trash_1_item", &changed), WEFT_OK);
    world_define_shop(&world, LEFT RIGHT, NULL);
    assert_int_equal(world_pending(&world), 0);
    assert_string_equal(world_sql(&world, "SELECT name FROM item"), "one");
    assert_int_not_equal(world_try_sql(&world, "INSERT INTO item (id, name, size) VALUES ('i2', 'one', 1)"), WEFT_OK);
    assert_int_equal(change(&world, WEFT_TRASH_PURGE, "", &changed), WEFT_OK);
    assert_int_equal(changed.count, 1);
    assert_non_null(strstr(world_status(&world), "\"trash\":[]"));
    assert_string_equal(world_sql(&world, "SELECT name FROM item"), "one");
    world_close(&world);
}

static void test_a_link_is_dropped_by_its_name(void **state)
{
    OPEN_WORLD(world);
    weft_trash_entries changed;
    world_define_shop(&world, LEFT RIGHT, LINK);
    assert_int_equal(world_apply(&world, false, NULL), 3);
    const char *link = world_sql(&world, "SELECT link FROM weft_migrations WHERE link IS NOT NULL");
    world_define_shop(&world, LEFT RIGHT, NULL);
    assert_null(strstr(world_status(&world), "\"unknown_tables\":[]"));
    assert_int_equal(change(&world, WEFT_TRASH_DROP, link, &changed), WEFT_OK);
    assert_non_null(strstr(world_status(&world), "\"unknown_tables\":[]"));
    assert_int_equal(change(&world, WEFT_TRASH_UNDO, link, &changed), WEFT_OK);
    world_define_shop(&world, LEFT RIGHT, LINK);
    assert_int_equal(world_pending(&world), 0);
    assert_int_equal(change(&world, WEFT_TRASH_UNDO, link, &changed), WEFT_NOT_FOUND);
    assert_int_equal(change(&world, WEFT_TRASH_PURGE, link, &changed), WEFT_NOT_FOUND);
    world_close(&world);
}

/* A table that lost its model is told in plan and status, never counted as pending and never touched. */
static void test_tables_without_a_model_are_told(void **state)
{
    OPEN_WORLD(world);
    weft_trash_entries changed;
    world_define_shop(&world, LEFT RIGHT, NULL);
    world_apply(&world, false, NULL);
    world_sql(&world, "INSERT INTO item (id, name, size) VALUES ('i1', 'one', 1)");
    world_define_shop(&world, RIGHT "  thing:\n    fields: { id: id }\n", NULL);
    assert_int_equal(world_pending(&world), 1);
    assert_int_equal(world_apply(&world, true, NULL), 1);
    assert_int_equal(world_pending(&world), 0);
    assert_string_equal(
        world_plan_text(&world),
        "store default\n"
        "    drop   item: table without a model\n"
        "      kept: no definition has this table any more; it stays until it is dropped by name (1 row)\n");
    assert_non_null(strstr(world_status(&world), "\"unknown_tables\":[\"item\"]"));
    assert_int_equal(world_apply(&world, true, NULL), 0);
    assert_string_equal(world_sql(&world, "SELECT name FROM item"), "one");
    assert_int_equal(change(&world, WEFT_TRASH_DROP, "item", &changed), WEFT_OK);
    assert_non_null(strstr(world_status(&world), "\"unknown_tables\":[]"));
    const char *const files[][2] = {
        {"weft.yaml",
         weft_str_format(
             &world.arena,
             "stores:\n  default: \"%s\"\n  other: \"sqlite:%s/other.db\"\nmodules: { shop: { store: other } "
             "}\n",
             world.url,
             world.directory)
             .data},
        {"src/modules/shop/module.yaml", "module: shop\nmodels:\n" RIGHT},
        {"src/modules/more/module.yaml", "module: more\nmodels:\n  extra:\n    fields: { id: id }\n"},
        {NULL, NULL}};
    world_define(&world, files);
    assert_non_null(strstr(world_plan_text(&world), "table of model other, which lives in another store"));
    world_close(&world);
}

static void test_what_is_pointed_at_is_not_purged(void **state)
{
    OPEN_WORLD(world);
    weft_trash_entries changed;
    world_define_shop(&world, LEFT RIGHT, NULL);
    assert_int_equal(world_apply(&world, false, NULL), 2);
    world_sql(&world, "CREATE TABLE pointing (item_id text REFERENCES item (id))");
    world_define_shop(&world, RIGHT, NULL);
    assert_int_equal(change(&world, WEFT_TRASH_DROP, "item", &changed), WEFT_OK);
    assert_int_equal(change(&world, WEFT_TRASH_PURGE, "item", &changed), WEFT_REFUSED_UNSAFE);
    assert_int_equal(change(&world, WEFT_TRASH_UNDO, "item", &changed), WEFT_OK);
    assert_int_equal(change(&world, WEFT_TRASH_DROP, "item", &changed), WEFT_OK);
    world_sql(&world, "DROP TABLE pointing");
    assert_int_equal(change(&world, WEFT_TRASH_PURGE, "item", &changed), WEFT_OK);
    world_close(&world);
}

#define TRASH_TESTS(kind)                                                                                              \
    cmocka_unit_test_prestate(test_a_removed_model_comes_back_whole, kind),                                            \
        cmocka_unit_test_prestate(test_a_link_is_dropped_by_its_name, kind),                                           \
        cmocka_unit_test_prestate(test_tables_without_a_model_are_told, kind),                                         \
        cmocka_unit_test_prestate(test_what_is_pointed_at_is_not_purged, kind)

int main(void)
{
    static weft_store_kind sqlite = WEFT_STORE_SQLITE;
    static weft_store_kind postgres = WEFT_STORE_POSTGRES;
    const struct CMUnitTest tests[] = {TRASH_TESTS(&sqlite), TRASH_TESTS(&postgres)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
