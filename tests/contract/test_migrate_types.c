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

int main(void)
{
    static weft_store_kind sqlite = WEFT_STORE_SQLITE;
    static weft_store_kind postgres = WEFT_STORE_POSTGRES;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(types_change_by_rule, &sqlite),
        cmocka_unit_test_prestate(types_change_by_rule, &postgres),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
