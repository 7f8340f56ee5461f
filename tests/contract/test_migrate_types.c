/* Changing a column's type: the same values and the same verdict in every store. What is safe by rule runs, what loses
 * nothing is asked for, and what would lose or break a value is refused, whatever is allowed. */
#include <string.h>

#include "contract/migrate_world.h"
#include "support/tap.h"

static migrate_world the_world;

typedef enum verdict { VERDICT_NOTHING = 0, VERDICT_SAFE, VERDICT_UNSAFE, VERDICT_REFUSED } verdict;

typedef struct type_case {
    const char *from;
    const char *to;
    const char *values; /* SQL, one row each, by "; " */
    verdict sqlite;     /* SQLite keeps several types as text: then there is nothing to do */
    verdict postgres;
    const char *example; /* REFUSED: the keys that are named */
    const char *after;   /* the values as text, when they were converted */
} type_case;

static const type_case cases[] = {
    {"text?", "number?", "'1'; '-70'; '0'; NULL", VERDICT_UNSAFE, VERDICT_UNSAFE, NULL, "1\n-70\n0\nnull"},
    {"text?", "number?", "'1'; 'abc'", VERDICT_REFUSED, VERDICT_REFUSED, "k2", NULL},
    {"text?", "number?", "''; '5'; '-'", VERDICT_REFUSED, VERDICT_REFUSED, "k1, k3", NULL},
    {"text?", "number?", "'007'; '1.5'; '+1'; ' 1'", VERDICT_REFUSED, VERDICT_REFUSED, "k1, k2, k3, k4", NULL},
    {"text?", "number?", "'9999999999999999999'; '999999999999999999'", VERDICT_REFUSED, VERDICT_REFUSED, "k1", NULL},
    {"text?", "number?", "NULL", VERDICT_SAFE, VERDICT_SAFE, NULL, "null"},
    {"text?", "float?", "'1.5'; '-2'", VERDICT_UNSAFE, VERDICT_UNSAFE, NULL, NULL},
    {"text?", "float?", "'1.2.3'; '.'; '-.5'; '1e'", VERDICT_REFUSED, VERDICT_REFUSED, "k1, k2, k3, k4", NULL},
    {"text?", "bigNumber?", "'1.50'; '-0.25'", VERDICT_NOTHING, VERDICT_UNSAFE, NULL, "1.50\n-0.25"},
    {"text?", "boolean?", "'true'; 'false'", VERDICT_UNSAFE, VERDICT_UNSAFE, NULL, NULL},
    {"text?", "boolean?", "'true'; 'yes'", VERDICT_REFUSED, VERDICT_REFUSED, "k2", NULL},
    {"text?", "dateTime?", "'2024-02-29T10:00:00Z'; '2024-01-31'", VERDICT_NOTHING, VERDICT_UNSAFE, NULL, NULL},
    {"text?", "dateTime?", "'2023-02-29'; 'x'; '2023-13-01'", VERDICT_NOTHING, VERDICT_REFUSED, "k1, k2, k3", NULL},
    {"text?", "json?", "'{'", VERDICT_NOTHING, VERDICT_REFUSED, "k1", NULL},
    {"number?", "text?", "1; -2; NULL", VERDICT_SAFE, VERDICT_SAFE, NULL, "1\n-2\nnull"},
    {"number?", "bigNumber?", "1; 9223372036854775807", VERDICT_SAFE, VERDICT_SAFE, NULL, "1\n9223372036854775807"},
    {"number?", "float?", "1; -2", VERDICT_UNSAFE, VERDICT_UNSAFE, NULL, NULL},
    {"number?", "float?", "9007199254740993; 1", VERDICT_REFUSED, VERDICT_REFUSED, "k1", NULL},
    {"number?", "dateTime?", "5", VERDICT_REFUSED, VERDICT_REFUSED, "k1", NULL},
    {"number?", "json?", "5", VERDICT_REFUSED, VERDICT_REFUSED, "k1", NULL},
    {"float?", "number?", "2.0; -3.0", VERDICT_UNSAFE, VERDICT_UNSAFE, NULL, "2\n-3"},
    {"float?", "number?", "1.5; 2.0; 1e300", VERDICT_REFUSED, VERDICT_REFUSED, "k1, k3", NULL},
    {"float?", "bigNumber?", "1.5; -0.25", VERDICT_UNSAFE, VERDICT_UNSAFE, NULL, "1.5\n-0.25"},
    {"float?", "bigNumber?", "1e-7; 1.5", VERDICT_REFUSED, VERDICT_REFUSED, "k1", NULL},
    {"boolean?", "number?", "true; false; NULL", VERDICT_NOTHING, VERDICT_SAFE, NULL, "1\n0\nnull"},
    {"number?", "boolean?", "1; 0", VERDICT_NOTHING, VERDICT_UNSAFE, NULL, NULL},
    {"number?", "boolean?", "2; 0", VERDICT_NOTHING, VERDICT_REFUSED, "k1", NULL},
};

static const type_case postgres_cases[] = {
    {"array?", "json?", "'{a,\"b c\"}'; NULL", 0, VERDICT_SAFE, NULL, "[\"a\", \"b c\"]\nnull"},
    {"array?", "text?", "'{a,\"b c\"}'", 0, VERDICT_SAFE, NULL, "[\"a\", \"b c\"]"},
    {"json?", "array?", "'[\"a\"]'", 0, VERDICT_REFUSED, "k1", NULL},
    {"json?", "text?", "'{\"a\": 1}'", 0, VERDICT_SAFE, NULL, "{\"a\": 1}"},
    {"dateTime?", "text?", "'2026-01-02T03:04:05.678Z'", 0, VERDICT_SAFE, NULL, "2026-01-02T03:04:05.678Z"},
    {"bigNumber?", "number?", "12; 13.0", 0, VERDICT_UNSAFE, NULL, "12\n13"},
    {"bigNumber?", "number?", "12.5; 9223372036854775808", 0, VERDICT_REFUSED, "k1, k2", NULL},
    {"bigNumber?", "float?", "0.1; 12", 0, VERDICT_UNSAFE, NULL, "0.1\n12"},
    {"bigNumber?", "float?", "0.12345678901234567890", 0, VERDICT_REFUSED, "k1", NULL},
    {"boolean?", "dateTime?", "true", 0, VERDICT_REFUSED, "k1", NULL},
    {"boolean?", "dateTime?", "NULL", 0, VERDICT_SAFE, NULL, "null"},
};

static void define(const char *type)
{
    world_define_shop(&the_world,
                      weft_str_format(&the_world.arena,
                                      "  item:\n    fields: { id: id, size: \"%s\" }\n    timestamps: false\n",
                                      type)
                          .data,
                      NULL);
}

static void insert(const char *values)
{
    size_t nth = 1;
    for (const char *at = values; *at; nth++) {
        const char *end = strstr(at, "; ");
        const size_t len = end ? (size_t)(end - at) : strlen(at);
        const weft_str sql =
            weft_str_format(&the_world.arena, "INSERT INTO item (id, size) VALUES ('k%zu', %.*s)", nth, (int)len, at);
        world_sql(&the_world, sql.data);
        at += len + (end ? 2 : 0);
    }
}

static verdict planned(const char **ret_reason)
{
    const weft_migration_plan *plan = world_plan(&the_world);
    *ret_reason = "";
    if (plan->action_count == 0) {
        return VERDICT_NOTHING;
    }
    assert_int_equal(plan->action_count, 1);
    const weft_action *action = &plan->actions[0];
    *ret_reason = weft_str_format(&the_world.arena, "%.*s", WEFT_STR_ARG(action->reason)).data;
    if (action->is_safe) {
        return VERDICT_SAFE;
    }
    return action->is_refused ? VERDICT_REFUSED : VERDICT_UNSAFE;
}

static void check_applied(const type_case *c, verdict wanted)
{
    size_t left = 0;
    const size_t applied = world_apply(&the_world, wanted == VERDICT_UNSAFE, &left);
    assert_int_equal(applied, wanted == VERDICT_NOTHING ? 0 : 1);
    assert_int_equal(left, 0);
    assert_int_equal(world_pending(&the_world), 0);
    assert_int_equal(world_apply(&the_world, true, &left), 0);
    if (c->after) {
        assert_string_equal(world_sql(&the_world, "SELECT CAST(size AS text) FROM item ORDER BY id"), c->after);
    }
}

static void check_case(const type_case *c, verdict wanted)
{
    size_t left = 0;
    const char *reason = NULL;
    define(c->from);
    world_sql(&the_world, "DROP TABLE IF EXISTS item");
    world_sql(&the_world, "DROP TABLE IF EXISTS weft_migrations");
    world_apply(&the_world, false, NULL);
    insert(c->values);
    define(c->to);
    const verdict got = planned(&reason);
    if (got != wanted) {
        fail_msg("%s to %s of %s: verdict %d, wanted %d: %s", c->from, c->to, c->values, got, wanted, reason);
    }
    if (wanted != VERDICT_REFUSED) {
        check_applied(c, wanted);
        return;
    }
    const char *before = world_dump(&the_world, 0);
    const char *keys = strstr(reason, ": ");
    assert_non_null(keys);
    assert_string_equal(keys + 2, c->example);
    assert_int_equal(world_apply(&the_world, true, &left), 0);
    assert_int_equal(left, 1);
    assert_string_equal(world_dump(&the_world, 0), before);
}

static void open_world(void **state)
{
    if (!world_open(&the_world, *(const weft_store_kind *)*state)) {
        world_close(&the_world);
        fail_msg("the store of this test cannot be had: is WEFT_TEST_POSTGRES set?");
    }
}

static void types_change_by_rule(void **state)
{
    const weft_store_kind kind = *(const weft_store_kind *)*state;
    if (!world_open(&the_world, kind)) {
        world_close(&the_world);
        fail_msg("the store of this test cannot be had: is WEFT_TEST_POSTGRES set?");
    }
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        check_case(&cases[i], kind == WEFT_STORE_SQLITE ? cases[i].sqlite : cases[i].postgres);
    }
    const size_t count = kind == WEFT_STORE_SQLITE ? 0 : sizeof(postgres_cases) / sizeof(*postgres_cases);
    for (size_t i = 0; i < count; i++) {
        check_case(&postgres_cases[i], postgres_cases[i].postgres);
    }
    world_close(&the_world);
}

/* Kinds of fields, each with a default, a check or a predicate that the others may not be able to read. */
static const struct {
    const char *field;
    const char *more;
} kinds[] = {
    {"{ type: text, default: x, unique: true }", ""},
    {"{ type: text, default: x }", "    checks: [{ name: sane, expression: \"size <> 'y'\" }]\n"},
    {"{ type: text, default: x }", "    indexes: [{ name: few, on: [size], unique: true, where: \"size <> 'y'\" }]\n"},
    {"{ type: number, default: 5, unique: true }", ""},
    {"{ type: number, default: 5 }", "    checks: [{ name: sane, expression: \"size > 0\" }]\n"},
    {"{ type: number, default: 5 }", "    indexes: [{ name: few, on: [size], where: \"size > 0\" }]\n"},
    {"{ type: float, default: 1.5 }", ""},
    {"{ type: dateTime, default: \"2026-01-02T03:04:05.678Z\", index: true }", ""},
    {"{ type: json, default: { a: 1 } }", ""},
    {"{ type: array, default: [a, b] }", ""},
    {"{ type: enum, values: [p, q], default: p }", ""},
    {"{ type: enum, values: [\"1\", \"2\"], nullable: true, unique: true }", ""},
    {"autoincrement", ""},
};

#define KIND_COUNT (sizeof(kinds) / sizeof(*kinds))

static void define_kind(size_t at)
{
    const weft_str models = weft_str_format(&the_world.arena,
                                            "  item:\n    fields: { id: id, size: %s }\n    timestamps: false\n%s",
                                            kinds[at].field,
                                            kinds[at].more);
    world_define_shop(&the_world, models.data, NULL);
}

static void check_pair(size_t from, size_t to, bool has_row)
{
    weft_error error = {0};
    define_kind(from);
    world_sql(&the_world, "DROP TABLE IF EXISTS item");
    world_sql(&the_world, "DROP TABLE IF EXISTS weft_migrations");
    world_apply(&the_world, false, NULL);
    if (has_row) {
        const bool is_numbered = the_world.kind == WEFT_STORE_SQLITE && strcmp(kinds[from].field, "autoincrement") == 0;
        world_sql(&the_world,
                  is_numbered ? "INSERT INTO item (id, size) VALUES ('k1', 1)" : "INSERT INTO item (id) VALUES ('k1')");
    }
    define_kind(to);
    for (size_t i = 0; i < 2; i++) {
        world_plan(&the_world);
        if (world_try_apply(&the_world, true, &error) != WEFT_OK) {
            fail_msg("%s to %s: %s %s", kinds[from].field, kinds[to].field, error.message, error.detail);
        }
    }
    if (!has_row && world_pending(&the_world) > 0) {
        fail_msg("%s to %s: %s", kinds[from].field, kinds[to].field, world_plan_text(&the_world));
    }
}

static void every_field_can_be_planned(void **state)
{
    open_world(state);
    for (size_t i = 0; i < KIND_COUNT * KIND_COUNT; i++) {
        check_pair(i / KIND_COUNT, i % KIND_COUNT, false);
        check_pair(i / KIND_COUNT, i % KIND_COUNT, true);
    }
    world_close(&the_world);
}

#define ENUM_OF(values) "  item:\n    fields: { id: id, size: { type: enum, values: [" values "] } }\n"

/* The check goes with the conversion, and stays with it. */
static void an_enum_becomes_a_number(void **state)
{
    size_t left = 0;
    const char *reason = NULL;
    open_world(state);
    world_define_shop(&the_world, ENUM_OF("\"1\", \"2\", p"), NULL);
    world_apply(&the_world, false, NULL);
    world_sql(&the_world, "INSERT INTO item (id, size) VALUES ('k1', '2'), ('k2', 'p')");
    world_define_shop(&the_world, "  item:\n    fields: { id: id, size: number, more: text? }\n", NULL);
    assert_int_equal(world_apply(&the_world, true, &left), 1);
    assert_int_equal(left, 1);
    assert_int_equal(planned(&reason), VERDICT_REFUSED);
    assert_non_null(strstr(reason, ": k2"));
    assert_int_equal(world_try_sql(&the_world, "UPDATE item SET size = '3' WHERE id = 'k1'"), WEFT_CHECK_VIOLATION);
    world_sql(&the_world, "UPDATE item SET size = '1' WHERE id = 'k2'");
    assert_non_null(strstr(world_plan_text(&the_world), ", drop check item_size_check"));
    assert_int_equal(world_apply(&the_world, true, &left), 1);
    assert_int_equal(left, 0);
    assert_int_equal(world_pending(&the_world), 0);
    world_sql(&the_world, "INSERT INTO item (id, size) VALUES ('k3', 70)");
    assert_string_equal(world_sql(&the_world, "SELECT CAST(sum(size) AS text) FROM item"), "73");
    world_close(&the_world);
}

/* A key to a record that is only being converted is looked at behind that. */
static void a_key_waits_for_its_target(void **state)
{
    size_t left = 0;
    open_world(state);
    world_define_shop(&the_world,
                      "  a:\n    fields: { key: { type: number, primaryKey: true } }\n"
                      "  b:\n    fields: { id: id, a_key: text? }\n",
                      NULL);
    world_apply(&the_world, false, NULL);
    world_sql(&the_world, "INSERT INTO a (key) VALUES (1)");
    world_sql(&the_world, "INSERT INTO b (id, a_key) VALUES ('b1', '1')");
    world_define_shop(
        &the_world,
        "  a:\n    fields: { key: { type: text, primaryKey: true } }\n"
        "  b:\n    fields: { id: id, a_key: text? }\n    relations: { a: { belongsTo: a, field: a_key } }\n",
        NULL);
    assert_non_null(
        strstr(world_plan_text(&the_world), "refused: its rows can be looked at once column key is converted"));
    world_apply(&the_world, true, &left);
    assert_int_equal(left, 1);
    world_apply(&the_world, false, &left);
    assert_int_equal(left, 0);
    assert_int_equal(world_pending(&the_world), 0);
    world_close(&the_world);
}

#define SIZED(type) "  item:\n    fields: { id: id, size: " type " }\n    timestamps: false\n"

static void assert_counts(const char *wanted)
{
    assert_int_equal(world_pending(&the_world), 0);
    if (the_world.kind == WEFT_STORE_POSTGRES) {
        world_sql(&the_world, "INSERT INTO item (id) VALUES ('next')");
        assert_string_equal(world_sql(&the_world, "SELECT CAST(size AS text) FROM item WHERE id = 'next'"), wanted);
        world_sql(&the_world, "DELETE FROM item WHERE id = 'next'");
    }
}

/* Where the store counts by itself it goes on behind the rows, whatever sequences there are. */
static void a_number_becomes_a_counter(void **state)
{
    open_world(state);
    world_define_shop(&the_world, SIZED("{ type: number, default: 3 }"), NULL);
    world_apply(&the_world, false, NULL);
    world_sql(&the_world, "INSERT INTO item (id, size) VALUES ('k1', 5), ('k2', -9)");
    if (the_world.kind == WEFT_STORE_POSTGRES) {
        world_sql(&the_world, "CREATE SEQUENCE counter1_item_size");
    }
    world_define_shop(&the_world, SIZED("autoincrement"), NULL);
    world_apply(&the_world, false, NULL);
    assert_counts("6");
    world_define_shop(&the_world, SIZED("text"), NULL);
    world_apply(&the_world, false, NULL);
    world_sql(&the_world, "UPDATE item SET size = '70' WHERE id = 'k1'");
    world_define_shop(&the_world, SIZED("autoincrement"), NULL);
    world_apply(&the_world, true, NULL);
    world_apply(&the_world, false, NULL);
    assert_counts("71");
    world_sql(&the_world, "DELETE FROM item");
    world_define_shop(&the_world, SIZED("number"), NULL);
    world_define_shop(&the_world, SIZED("autoincrement"), NULL);
    assert_counts("72");
    world_close(&the_world);
}

/* Somebody else's counter is one too; a column without rows begins at 1, one with values that are missing waits. */
static void what_counts_is_left_alone(void **state)
{
    size_t left = 0;
    open_world(state);
    world_define_shop(&the_world, SIZED("number?"), NULL);
    world_apply(&the_world, false, NULL);
    world_sql(&the_world, "INSERT INTO item (id) VALUES ('k1')");
    world_define_shop(&the_world, SIZED("autoincrement"), NULL);
    world_apply(&the_world, true, &left);
    assert_int_equal(left, 1);
    world_sql(&the_world, "DELETE FROM item");
    world_apply(&the_world, false, &left);
    assert_counts("1");
    if (the_world.kind == WEFT_STORE_POSTGRES) {
        world_sql(&the_world, "ALTER TABLE item ALTER COLUMN size DROP DEFAULT");
        world_sql(&the_world, "DROP SEQUENCE counter1_item_size");
        world_sql(&the_world, "ALTER TABLE item ALTER COLUMN size ADD GENERATED BY DEFAULT AS IDENTITY");
        assert_counts("1");
    }
    world_close(&the_world);
}

#define TYPE_TESTS(kind)                                                                                               \
    cmocka_unit_test_prestate(every_field_can_be_planned, kind),                                                       \
        cmocka_unit_test_prestate(an_enum_becomes_a_number, kind),                                                     \
        cmocka_unit_test_prestate(a_key_waits_for_its_target, kind),                                                   \
        cmocka_unit_test_prestate(a_number_becomes_a_counter, kind),                                                   \
        cmocka_unit_test_prestate(what_counts_is_left_alone, kind)

int main(void)
{
    static weft_store_kind sqlite = WEFT_STORE_SQLITE;
    static weft_store_kind postgres = WEFT_STORE_POSTGRES;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(types_change_by_rule, &sqlite),
        cmocka_unit_test_prestate(types_change_by_rule, &postgres),
        TYPE_TESTS(&sqlite),
        TYPE_TESTS(&postgres),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
