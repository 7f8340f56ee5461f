/* One plan holds everything: what it shows is what runs, statement by statement and in its order, with nothing beside
 * it and nothing behind it; whatever is renamed, converted or made anew in one go. */
#include <string.h>

#include "contract/migrate_world.h"
#include "support/tap.h"

#define OPEN_WORLD(world)                                                                                              \
    migrate_world world;                                                                                               \
    if (!world_open(&(world), *(const weft_store_kind *)*state)) {                                                     \
        world_close(&(world));                                                                                         \
        fail_msg("the store of this test cannot be had: is WEFT_TEST_POSTGRES set?");                                  \
    }

static bool is_run(const weft_action *action, bool allow_unsafe)
{
    return action->kind != WEFT_ACTION_DROP && !action->is_refused && (action->is_safe || allow_unsafe);
}

static void add_statements(weft_buf *buf, const weft_action *action)
{
    for (size_t i = 0; i < action->statement_count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "[");
        weft_json_add_text(buf, action->statements[i]);
    }
    weft_buf_add_text(buf, action->statement_count > 0 ? "]" : "[]");
}

/* The actions of a plan that run, or those that are left, as weft_migrations records them. */
static const char *actions_of(migrate_world *world, bool allow_unsafe, bool that_run, bool with_sql)
{
    weft_buf buf;
    const weft_migration_plan *plan = world_plan(world);
    weft_buf_init_arena(&buf, &world->arena);
    weft_buf_add_text(&buf, "");
    for (size_t i = 0; i < plan->action_count; i++) {
        const weft_action *action = &plan->actions[i];
        if (action->kind == WEFT_ACTION_DROP || is_run(action, allow_unsafe) != that_run) {
            continue;
        }
        weft_buf_add_text(&buf, buf.len > 0 ? "\n" : "");
        weft_buf_add_format(&buf, "%.*s %.*s", WEFT_STR_ARG(action->table), WEFT_STR_ARG(action->summary));
        if (with_sql) {
            add_statements(&buf, action);
        }
    }
    return buf.data;
}

static const char *recorded(migrate_world *world, bool with_sql)
{
    const weft_str sql = weft_str_format(&world->arena,
                                         "SELECT table_name || ' ' || summary%s FROM weft_migrations WHERE batch = "
                                         "(SELECT max(batch) FROM weft_migrations) AND action NOT IN ('undo', 'plan') "
                                         "ORDER BY id",
                                         with_sql ? " || statements" : "");
    return world_sql(world, sql.data);
}

/* Apply what is pending: the journal must say what the plan said, and what is left must be what it left. A table that
 * is made anew is so from the text it has: with less in it where something before is left. */
static void assert_plan_runs(migrate_world *world, bool allow_unsafe)
{
    const char *left = actions_of(world, allow_unsafe, false, false);
    const bool with_sql = world->kind == WEFT_STORE_POSTGRES || !*left;
    const char *planned = actions_of(world, allow_unsafe, true, with_sql);
    if (world_apply(world, allow_unsafe, NULL) > 0 || *planned) {
        assert_string_equal(recorded(world, with_sql), planned);
    }
    assert_string_equal(actions_of(world, allow_unsafe, false, false), left);
    assert_string_equal(actions_of(world, allow_unsafe, true, false), "");
}

typedef struct whole_case {
    const char *before;
    const char *statements[3]; /* rows, and what of others is there */
    const char *sqlite;        /* of SQLite alone */
    const char *after;
    const char *then; /* SQL that runs afterwards */
    size_t left;      /* with everything allowed */
} whole_case;

static const whole_case cases[] = {
    /* Renamed, converted, widened. */
    {"  a:\n    fields: { id: id, name: text?, qty: text? }\n",
     {"INSERT INTO a (id, name, qty) VALUES ('a1', 'x', '5')",
      "CREATE INDEX users_own ON a (name) WHERE name IS NOT NULL"},
     NULL,
     "  alpha:\n    renamedFrom: a\n    fields:\n      id: id\n"
     "      title: { type: text, nullable: true, renamedFrom: name }\n      qty: number?\n      extra: text?\n",
     NULL,
     0},
    /* All that makes a table anew in SQLite; among it a conversion that is refused. */
    {"  a:\n    fields: { id: id, name: text?, qty: { type: text, default: x }, size: text?, kind: { type: enum, "
     "values: [p, q] }, gone: text, old: text? }\n",
     {"INSERT INTO a (id, name, qty, size, kind, gone, old) VALUES ('a1', 'x', '5', 'abc', 'p', 'g', 'true')"},
     "CREATE INDEX users_own ON a (name, size)",
     "  alpha:\n    renamedFrom: a\n    fields:\n      id: id\n"
     "      title: { type: text, renamedFrom: name, unique: true, default: t }\n"
     "      qty: { type: number, default: 7 }\n      size: number?\n"
     "      sort: { type: enum, values: [p], renamedFrom: kind }\n      old: boolean?\n"
     "      more: { type: number, default: 1, index: true }\n"
     "    checks: [{ name: titled, expression: \"length(title) > 0\" }]\n",
     NULL,
     1},
    /* The same without a rename: one rebuild after the other. */
    {"  a:\n    fields: { id: id, qty: { type: text, default: x }, size: text?, kind: { type: enum, values: [p, q] }, "
     "gone: text, old: text? }\n",
     {"INSERT INTO a (id, qty, size, kind, gone, old) VALUES ('a1', '5', '6', 'p', 'g', 'true')"},
     "CREATE TRIGGER users_own AFTER INSERT ON a BEGIN SELECT new.kind; END",
     "  a:\n    fields: { id: id, qty: { type: number, default: 7 }, size: number, kind: { type: enum, values: [p] }, "
     "old: boolean? }\n",
     NULL,
     0},
    /* Columns that SQLite adds only to an empty table, and the index that comes with one. */
    {"  a:\n    timestamps: false\n    fields: { id: id, name: text }\n",
     {"INSERT INTO a (id, name) VALUES ('a1', 'x')"},
     NULL,
     "  b:\n    renamedFrom: a\n    fields: { id: id, title: { type: text, renamedFrom: name } }\n"
     "    indexes: [{ on: [created_at, title] }]\n",
     NULL,
     0},
    /* A child, its parent, and the columns at both ends of the key; the child's rows point nowhere. */
    {"  a:\n    fields: { id: id, code: text }\n  b:\n    fields: { id: id, a_id: text? }\n",
     {"INSERT INTO a (id, code) VALUES ('a1', 'x')", "INSERT INTO b (id, a_id) VALUES ('b1', 'none'), ('b2', 'a1')"},
     NULL,
     "  parent:\n    renamedFrom: a\n    fields: { key: { type: id, renamedFrom: id }, name: { type: text, "
     "renamedFrom: "
     "code, unique: true } }\n"
     "  child:\n    renamedFrom: b\n    fields: { id: id }\n    relations: { above: { belongsTo: parent, nullable: "
     "true, renamedFrom: a } }\n",
     NULL,
     1},
    /* One table waits for the name of another, and so does one column. */
    {"  a:\n    fields: { id: id, one: text, two: number }\n  b:\n    fields: { id: id, name: text }\n",
     {"INSERT INTO a (id, one, two) VALUES ('a1', 'x', 2)", "INSERT INTO b (id, name) VALUES ('b1', 'y')"},
     NULL,
     "  a:\n    fields: { id: id, name: text }\n  b:\n    renamedFrom: a\n    fields:\n      id: id\n"
     "      two: { type: text, renamedFrom: one }\n      three: { type: number, renamedFrom: two }\n"
     "  c:\n    renamedFrom: b\n    fields: { id: id, name: text, more: text? }\n",
     NULL,
     0},
    /* Check and index are called after a table and a column that have other names by now. */
    {"  a:\n    fields: { id: id, kind: { type: enum, values: [p, q] }, code: { type: text, unique: true }, was: { "
     "type: "
     "enum, values: [p] } }\n",
     {"INSERT INTO a (id, kind, code, was) VALUES ('a1', 'p', 'x', 'p')"},
     NULL,
     "  alpha:\n    renamedFrom: a\n    fields:\n      id: id\n"
     "      sort: { type: enum, values: [p, q, r], renamedFrom: kind }\n      name: { type: text, renamedFrom: code }\n"
     "      is: { type: text, renamedFrom: was }\n",
     "INSERT INTO alpha (id, sort, name, \"is\") VALUES ('a2', 'r', 'x', 'other')",
     0},
    /* Guards go with the old names and come with the new ones. */
    {"  a:\n    guard: triggers\n    fields: { id: id, name: text? }\n",
     {"INSERT INTO a (id, name) VALUES ('a1', 'x')"},
     NULL,
     "  alpha:\n    renamedFrom: a\n    guard: triggers\n    fields: { key: { type: id, renamedFrom: id }, title: { "
     "type: text, renamedFrom: name } }\n",
     NULL,
     0},
};

static void define_before(migrate_world *world, const whole_case *the_case)
{
    world_define_shop(world, the_case->before, NULL);
    world_apply(world, false, NULL);
    for (size_t i = 0; i < 3 && the_case->statements[i]; i++) {
        world_sql(world, the_case->statements[i]);
    }
    if (world->kind == WEFT_STORE_SQLITE && the_case->sqlite) {
        world_sql(world, the_case->sqlite);
    }
    world_define_shop(world, the_case->after, NULL);
}

static void test_the_plan_is_what_runs(void **state)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        OPEN_WORLD(world);
        define_before(&world, &cases[i]);
        assert_plan_runs(&world, true);
        assert_int_equal(world_pending(&world), cases[i].left);
        if (cases[i].then) {
            world_sql(&world, cases[i].then);
        }
        world_close(&world);
    }
}

/* What is not allowed is left as the plan left it, and is run when it is. */
static void test_the_rest_runs_when_it_is_allowed(void **state)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        OPEN_WORLD(world);
        define_before(&world, &cases[i]);
        assert_plan_runs(&world, false);
        assert_plan_runs(&world, true);
        assert_int_equal(world_pending(&world), cases[i].left);
        if (cases[i].then) {
            world_sql(&world, cases[i].then);
        }
        world_close(&world);
    }
}

/* What must be looked at as it will be converted waits for that, and the plan says so. */
static void test_a_conversion_comes_first(void **state)
{
    OPEN_WORLD(world);
    size_t left = 0;
    const whole_case the_case = {
        "  a:\n    fields: { id: id, qty: text?, code: text? }\n  b:\n    fields: { id: id, a_id: number? }\n",
        {"INSERT INTO a (id, qty, code) VALUES ('a1', '-5', '1'), ('a2', NULL, '2')"},
        NULL,
        "  alpha:\n    renamedFrom: a\n    fields:\n      id: id\n"
        "      size: { type: number, nullable: true, renamedFrom: qty }\n"
        "      code: { type: number, nullable: true, unique: true }\n"
        "    checks: [{ name: sized, expression: \"size > 0\" }]\n"
        "  b:\n    fields: { id: id }\n    relations: { a: { belongsTo: alpha, nullable: true } }\n",
        NULL,
        0};
    define_before(&world, &the_case);
    assert_non_null(
        strstr(world_plan_text(&world), "refused: its rows can be looked at once column size is converted"));
    world_apply(&world, true, &left);
    assert_int_equal(left, 3);
    assert_int_equal(world_pending(&world), 3);
    assert_non_null(strstr(world_plan_text(&world), "refused: rows break it: a1 (1 row)"));
    world_apply(&world, false, &left);
    assert_int_equal(left, 1);
    world_sql(&world, "UPDATE alpha SET size = 5");
    world_apply(&world, false, &left);
    assert_int_equal(left, 0);
    world_close(&world);
}

/* A link with its sides and its own column, renamed, converted and tightened at once; and one of Medusa's shape. */
static void test_links_are_in_the_plan_whole(void **state)
{
    OPEN_WORLD(world);
    world_define_shop(&world,
                      "  item:\n    fields: { id: id }\n  shelf:\n    fields: { id: id }\n",
                      "left: { linkable: shop.item, isList: true }\nright: { linkable: shop.shelf, isList: true }\n"
                      "name: stands_on\ndatabase: { extraColumns: { place: text? } }\n");
    world_apply(&world, false, NULL);
    world_sql(
        &world,
        "INSERT INTO shop_item_shop_shelf_stands_on (id, item_id, shelf_id, place) VALUES ('l1', 'i1', 's1', '7')");
    world_define_shop(
        &world,
        "  item:\n    fields: { id: id }\n  rack:\n    renamedFrom: shelf\n    fields: { id: id }\n",
        "left: { linkable: shop.item, isList: true, alias: thing, renamedFrom: item }\n"
        "right: { linkable: shop.rack, renamedFrom: shelf }\nname: rests_on\nrenamedFrom: stands_on\n"
        "database: { extraColumns: { position: { type: number, nullable: true, renamedFrom: place } } }\n");
    assert_null(strstr(world_plan_text(&world), "kept"));
    assert_plan_runs(&world, true);
    assert_int_equal(world_pending(&world), 0);
    assert_string_equal(
        world_sql(&world, "SELECT thing_id || rack_id || CAST(position + 1 AS text) FROM shop_item_shop_rack_rests_on"),
        "i1s18");
    world_sql(&world,
              "CREATE TABLE pairs (item_id text NOT NULL, rack_id text NOT NULL, id text NOT NULL, created_at text, "
              "updated_at text, deleted_at text, PRIMARY KEY (item_id, rack_id))");
    world_define_shop(&world,
                      "  item:\n    fields: { id: id }\n  rack:\n    fields: { id: id }\n",
                      "left: { linkable: shop.item, isList: true, alias: thing, renamedFrom: item }\n"
                      "right: { linkable: shop.rack }\ndatabase: { table: couples }\nrenamedFrom: pairs\n");
    assert_plan_runs(&world, true);
    assert_int_equal(world_pending(&world), 0);
    assert_string_equal(world_sql(&world, "SELECT count(thing_id) || '' FROM couples"), "0");
    world_close(&world);
}

static void revert(migrate_world *world)
{
    weft_session session;
    weft_error error = {0};
    size_t reverted = 0;
    weft_session_init(&session, world->pools, world->catalog->store_count, WEFT_TRANSACTION_WRITE);
    if (weft_migration_rollback(world->catalog, &session, &world->arena, &reverted, &error) != WEFT_OK) {
        fail_msg("%s %s", error.message, error.detail);
    }
    weft_session_done(&session);
}

/* Renames, the checks, index and default that come with them, and a name that goes from one column to another. */
static const whole_case reverted = {
    "  a:\n    fields: { id: id, name: text?, kind: { type: enum, values: [p, q] }, code: { type: text, unique: true } "
    "}\n"
    "  b:\n    fields: { id: id, name: text }\n",
    {"INSERT INTO a (id, name, kind, code) VALUES ('a1', 'x', 'p', 'c')", "CREATE INDEX users_own ON a (code, name)"},
    "CREATE TRIGGER users_too AFTER DELETE ON a BEGIN SELECT 1; END",
    "  b:\n    renamedFrom: a\n    fields:\n      id: id\n"
    "      title: { type: text, renamedFrom: name, default: t }\n      name: { type: text, renamedFrom: code }\n"
    "      sort: { type: enum, values: [p, q, r], renamedFrom: kind }\n      more: { type: text, nullable: true, "
    "index: "
    "true }\n    checks: [{ name: titled, expression: \"length(title) > 0\" }]\n"
    "  c:\n    renamedFrom: b\n    fields: { id: id, name: { type: text, default: n } }\n",
    NULL,
    0};

static void test_what_ran_is_reverted(void **state)
{
    OPEN_WORLD(world);
    define_before(&world, &reverted);
    const char *planned = world_plan_sql(&world);
    const char *rows = world_sql(&world, "SELECT name || kind || code FROM a");
    assert_plan_runs(&world, false);
    assert_int_equal(world_pending(&world), 0);
    revert(&world);
    assert_string_equal(world_plan_sql(&world), planned);
    assert_string_equal(world_sql(&world, "SELECT name || kind || code FROM a"), rows);
    world_close(&world);
}

/* The store renames what stands within a trigger of somebody else's, and a table made anew gets it so. */
static void test_triggers_of_others_follow(void **state)
{
    OPEN_WORLD(world);
    const whole_case *the_case = &cases[1];
    if (world.kind == WEFT_STORE_SQLITE) {
        world_define_shop(&world, the_case->before, NULL);
        world_apply(&world, false, NULL);
        world_sql(&world, "CREATE TABLE log (name text, size text)");
        world_sql(&world,
                  "CREATE TRIGGER users_own AFTER UPDATE OF name ON a BEGIN INSERT INTO log (name, size) VALUES "
                  "(new.name, (SELECT count(name) FROM a)); END");
        world_sql(&world, "INSERT INTO a (id, name, kind, gone) VALUES ('a1', 'x', 'p', 'g')");
        world_define_shop(&world, the_case->after, NULL);
        world_apply(&world, true, NULL);
        world_sql(&world, "UPDATE alpha SET title = 'y'");
        assert_string_equal(world_sql(&world, "SELECT name || size FROM log"), "y1");
    }
    world_close(&world);
}

#define WHOLE_TESTS(kind)                                                                                              \
    cmocka_unit_test_prestate(test_the_plan_is_what_runs, kind),                                                       \
        cmocka_unit_test_prestate(test_the_rest_runs_when_it_is_allowed, kind),                                        \
        cmocka_unit_test_prestate(test_links_are_in_the_plan_whole, kind),                                             \
        cmocka_unit_test_prestate(test_a_conversion_comes_first, kind),                                                \
        cmocka_unit_test_prestate(test_what_ran_is_reverted, kind),                                                    \
        cmocka_unit_test_prestate(test_triggers_of_others_follow, kind)

int main(void)
{
    static weft_store_kind sqlite = WEFT_STORE_SQLITE;
    static weft_store_kind postgres = WEFT_STORE_POSTGRES;
    const struct CMUnitTest tests[] = {WHOLE_TESTS(&sqlite), WHOLE_TESTS(&postgres)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
