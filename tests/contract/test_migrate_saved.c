/* Plans that were saved: applied once, told when applied twice, refused when a store has become another. */
#include <string.h>

#include "contract/migrate_world.h"
#include "support/tap.h"

#define ITEM  "  item:\n    fields: { id: id, name: text }\n"
#define OTHER "  other:\n    fields: { id: id, name: text }\n"
#define SIZED "  item:\n    fields: { id: id, name: text, size: { type: number, default: 1 } }\n"

#define OPEN_WORLD(world)                                                                                              \
    migrate_world world;                                                                                               \
    if (!world_open(&(world), *(const weft_store_kind *)*state)) {                                                     \
        world_close(&(world));                                                                                         \
        fail_msg("the store of this test cannot be had: is WEFT_TEST_POSTGRES set?");                                  \
    }

static weft_str save(migrate_world *world)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, &world->arena);
    weft_migration_plan_write_json(world_plan(world), &buf);
    return weft_buf_str(&buf);
}

static weft_code apply(
    migrate_world *world, weft_str text, bool allow_unsafe, weft_migration_outcome *ret_outcome, weft_error *error)
{
    weft_session session;
    weft_saved_plan saved = {0};
    weft_session_init(&session, world->pools, world->catalog->store_count, WEFT_TRANSACTION_WRITE);
    weft_code code = weft_saved_plan_read(text, &world->arena, &saved, error);
    if (code == WEFT_OK) {
        code = weft_migration_apply_saved(
            world->catalog, &saved, allow_unsafe, &session, &world->arena, ret_outcome, error);
    }
    weft_saved_plan_done(&saved);
    weft_session_done(&session);
    return code;
}

static void assert_refused(migrate_world *world, weft_str text, const char *message)
{
    weft_migration_outcome outcome = {0};
    weft_error error = {0};
    assert_int_equal(apply(world, text, true, &outcome, &error), WEFT_DRIFTED);
    if (!strstr(error.message, message)) {
        fail_msg("\"%s\" is not in: %s", message, error.message);
    }
    assert_string_equal(error.store, "default");
}

static void test_applied_twice_is_told(void **state)
{
    OPEN_WORLD(world);
    weft_migration_outcome outcome = {0};
    weft_error error = {0};
    world_define_shop(&world, ITEM OTHER, NULL);
    const weft_str text = save(&world);
    assert_true(weft_str_equal(text, save(&world)));
    assert_int_equal(apply(&world, text, false, &outcome, &error), WEFT_OK);
    assert_int_equal(outcome.applied, 2);
    assert_int_equal(outcome.repeats, 0);
    assert_int_equal(world_pending(&world), 0);
    assert_int_equal(apply(&world, text, false, &outcome, &error), WEFT_OK);
    assert_int_equal(outcome.applied, 0);
    assert_int_equal(outcome.repeats, 1);
    assert_string_equal(world_sql(&world, "SELECT CAST(count(*) AS text) FROM weft_migrations WHERE action = 'plan'"),
                        "1");
    world_close(&world);
}

static void test_drift_is_refused(void **state)
{
    OPEN_WORLD(world);
    world_define_shop(&world, ITEM, NULL);
    assert_int_equal(world_apply(&world, false, NULL), 1);
    world_define_shop(&world, SIZED OTHER, NULL);
    const weft_str text = save(&world);
    world_sql(&world, "ALTER TABLE item ADD COLUMN extra text");
    assert_refused(&world, text, "table \"item\" of store \"default\" was changed");
    world_sql(&world, "DROP TABLE item");
    assert_refused(&world, text, "table \"item\" of store \"default\" went");
    world_define_shop(&world, ITEM, NULL);
    assert_int_equal(world_apply(&world, false, NULL), 1);
    world_define_shop(&world, SIZED OTHER, NULL);
    world_sql(&world, "CREATE TABLE other (id text)");
    assert_refused(&world, text, "table \"other\" of store \"default\" came");
    world_sql(&world, "DROP TABLE other");
    weft_migration_outcome outcome = {0};
    weft_error error = {0};
    assert_int_equal(apply(&world, text, false, &outcome, &error), WEFT_OK);
    assert_int_equal(outcome.applied, 2);
    world_close(&world);
}

#define THING                                                                                                          \
    "  thing:\n    renamedFrom: item\n    fields: { id: id, title: { type: text, renamedFrom: name }, size: number? "  \
    "}\n"

/* A table is in question by the name it has, though the plan gives it another. */
static void test_drift_of_what_is_renamed_is_refused(void **state)
{
    OPEN_WORLD(world);
    world_define_shop(&world, ITEM, NULL);
    assert_int_equal(world_apply(&world, false, NULL), 1);
    world_define_shop(&world, THING, NULL);
    const weft_str text = save(&world);
    world_sql(&world, "CREATE INDEX another ON item (name)");
    assert_refused(&world, text, "table \"item\" of store \"default\" was changed");
    world_sql(&world, "DROP INDEX another");
    world_sql(&world, "ALTER TABLE item ADD COLUMN extra text");
    assert_refused(&world, text, "table \"item\" of store \"default\" was changed");
    world_sql(&world, "DROP TABLE item");
    assert_refused(&world, text, "table \"item\" of store \"default\" went");
    world_close(&world);
}

/* A rename, and behind it what is unsafe: the plan has both, and so each apply runs no more than it was asked for. */
static void test_a_rename_hides_nothing_from_the_plan(void **state)
{
    OPEN_WORLD(world);
    weft_migration_outcome outcome = {0};
    weft_error error = {0};
    world_define_shop(&world, "  item:\n    fields: { id: id, name: text, size: text? }\n", NULL);
    assert_int_equal(world_apply(&world, false, NULL), 1);
    world_sql(&world, "INSERT INTO item (id, name, size) VALUES ('i1', 'one', '1')");
    world_define_shop(&world, THING, NULL);
    const weft_str text = save(&world);
    assert_non_null(strstr(text.data, "\"rows_at_stake\":1"));
    assert_non_null(strstr(text.data, "\"pending\":3,\"unsafe\":1"));
    assert_int_equal(apply(&world, text, false, &outcome, &error), WEFT_OK);
    assert_int_equal(outcome.applied, 2);
    assert_int_equal(outcome.left, 1);
    assert_int_equal(apply(&world, text, true, &outcome, &error), WEFT_OK);
    assert_int_equal(outcome.applied, 1);
    assert_int_equal(outcome.repeats, 1);
    assert_int_equal(world_pending(&world), 0);
    world_close(&world);
}

static void test_other_definitions_are_refused(void **state)
{
    OPEN_WORLD(world);
    world_define_shop(&world, ITEM, NULL);
    const weft_str text = save(&world);
    world_define_shop(&world, SIZED, NULL);
    assert_refused(&world, text, "table \"item\" of store \"default\" needs what the plan does not have");
    world_define_shop(&world, ITEM OTHER, NULL);
    const weft_str both = save(&world);
    world_define_shop(&world, OTHER, NULL);
    assert_refused(&world, both, "that the definitions do not want");
    assert_string_equal(world_sql(&world,
                                  world.kind == WEFT_STORE_SQLITE
                                      ? "SELECT CAST(count(*) AS text) FROM sqlite_master WHERE name NOT LIKE '%weft%'"
                                      : "SELECT CAST(count(*) AS text) FROM pg_tables WHERE "
                                        "schemaname = 'public' AND tablename NOT LIKE '%weft%'"),
                        "0");
    world_close(&world);
}

/* What was left the first time is run the second, when it is allowed. */
static void test_rest_of_a_plan_is_applied(void **state)
{
    OPEN_WORLD(world);
    weft_migration_outcome outcome = {0};
    weft_error error = {0};
    world_define_shop(&world, SIZED, NULL);
    assert_int_equal(world_apply(&world, false, NULL), 1);
    world_sql(&world, "INSERT INTO item (id, name) VALUES ('i1', 'one')");
    world_define_shop(&world, ITEM OTHER, NULL);
    const weft_str text = save(&world);
    assert_int_equal(apply(&world, text, false, &outcome, &error), WEFT_OK);
    assert_int_equal(outcome.left, 1);
    assert_int_equal(apply(&world, text, true, &outcome, &error), WEFT_OK);
    assert_int_equal(outcome.applied, 1);
    assert_int_equal(outcome.repeats, 1);
    assert_int_equal(world_pending(&world), 0);
    world_close(&world);
}

static void test_what_is_no_plan(void **state)
{
    static const struct {
        const char *text;
        weft_code code;
    } cases[] = {{"", WEFT_INVALID_JSON},
                 {"[]", WEFT_INVALID_REQUEST},
                 {"{\"format\":1}", WEFT_INVALID_REQUEST},
                 {"{\"format\":2,\"scope\":\"all\",\"stores\":[],\"actions\":[]}", WEFT_UNSUPPORTED},
                 {"{\"format\":1,\"scope\":\"all\",\"stores\":[1,null],\"actions\":[7]}", WEFT_DRIFTED},
                 {"{\"format\":1,\"scope\":\"all\",\"stores\":[{\"name\":\"default\",\"tables\":4}],\"actions\":{}}",
                  WEFT_INVALID_REQUEST},
                 {"{\"format\":1,\"scope\":\"all\",\"stores\":[{\"name\":\"default\",\"tables\":4}],\"actions\":[7]}",
                  WEFT_DRIFTED}};
    OPEN_WORLD(world);
    weft_migration_outcome outcome = {0};
    world_define_shop(&world, ITEM, NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        weft_error error = {0};
        assert_int_equal(apply(&world, weft_str_from(cases[i].text), true, &outcome, &error), cases[i].code);
    }
    world_close(&world);
}

#define SAVED_TESTS(kind)                                                                                              \
    cmocka_unit_test_prestate(test_applied_twice_is_told, kind),                                                       \
        cmocka_unit_test_prestate(test_drift_is_refused, kind),                                                        \
        cmocka_unit_test_prestate(test_drift_of_what_is_renamed_is_refused, kind),                                     \
        cmocka_unit_test_prestate(test_a_rename_hides_nothing_from_the_plan, kind),                                    \
        cmocka_unit_test_prestate(test_other_definitions_are_refused, kind),                                           \
        cmocka_unit_test_prestate(test_rest_of_a_plan_is_applied, kind),                                               \
        cmocka_unit_test_prestate(test_what_is_no_plan, kind)

int main(void)
{
    static weft_store_kind sqlite = WEFT_STORE_SQLITE;
    static weft_store_kind postgres = WEFT_STORE_POSTGRES;
    const struct CMUnitTest tests[] = {SAVED_TESTS(&sqlite), SAVED_TESTS(&postgres)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
