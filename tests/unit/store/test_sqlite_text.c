/* Facts out of CREATE texts, however they are written. */
#include "base/buf.h"
#include "store/sqlite_text.h"
#include "support/tap.h"

static void test_where_of_an_index(void **state)
{
    static const char *const cases[][2] = {
        {"CREATE INDEX i ON t (a)", ""},
        {"CREATE INDEX i ON t (a) WHERE a > 1", "a > 1"},
        {"create unique index i on t(a)where\n a is not null ;", "a is not null"},
        {"CREATE INDEX \"WHERE\" ON t (a) WHERE \"WHERE\" = ' WHERE '", "\"WHERE\" = ' WHERE '"},
        {"CREATE INDEX [a WHERE b] ON `c WHERE ``d` (a -- WHERE\n) /* WHERE */ WHERE a", "a"},
        {"CREATE INDEX i ON t ((CASE WHEN a THEN (SELECT b WHERE c) END))", ""},
        {"CREATE INDEX i ON somewhere (nowhere)", ""},
        {"", ""},
        {"CREATE INDEX 'open", ""},
        {"CREATE INDEX i ON t (a /* open", ""},
    };
    (void)state;
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        assert_str_equal(weft_sqlite_index_where(weft_str_from(cases[i][0])), cases[i][1]);
    }
}

static void assert_checks(const char *sql, const char *expected)
{
    weft_arena arena;
    weft_buf buf;
    const weft_schema_check *checks = NULL;
    size_t count = 0;
    weft_arena_init(&arena, NULL, 0);
    weft_buf_init_arena(&buf, &arena);
    assert_true(weft_sqlite_table_checks(weft_str_from(sql), &arena, &checks, &count));
    for (size_t i = 0; i < count; i++) {
        weft_buf_add_format(&buf, "%.*s: %.*s; ", WEFT_STR_ARG(checks[i].name), WEFT_STR_ARG(checks[i].expression));
    }
    assert_str_equal(weft_buf_str(&buf), expected);
    weft_arena_done(&arena);
}

static void test_checks_of_a_table(void **state)
{
    (void)state;
    assert_checks("CREATE TABLE t (a)", "");
    assert_checks("CREATE TABLE t (a CHECK (a > 0), b)", ": a > 0; ");
    assert_checks("CREATE TABLE t (a CONSTRAINT c check( (a) > (0) ), b)", "c: (a) > (0); ");
    assert_checks("CREATE TABLE t (a, CONSTRAINT \"c \"\"1\"\"\" CHECK (a <> ')'), CHECK (a <> '('))",
                  "c \"1\": a <> ')'; : a <> '('; ");
    assert_checks("CREATE TABLE \"CHECK (x)\" (\"CHECK\" text DEFAULT 'CHECK (y)' -- CHECK (z)\n, CONSTRAINT [p k]"
                  " PRIMARY KEY (\"CHECK\"), CHECK (1))",
                  ": 1; ");
    assert_checks("CREATE TABLE t (a CONSTRAINT n NOT NULL CHECK (a))", ": a; ");
    assert_checks("CREATE TABLE t (a CHECK (a > 0", ": a > 0; ");
    assert_checks("CREATE TABLE t (a CHECK", ": ; ");
    assert_checks("", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_where_of_an_index),
        cmocka_unit_test(test_checks_of_a_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
