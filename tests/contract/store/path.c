/* How a store would run a statement: which tables it would look through row by row, and whether it would sort. */
#include "contract/store/fixture.h"

static void make_tables(store_fixture *f)
{
    fixture_must(f, "CREATE TABLE post (id {text} PRIMARY KEY, author {text}, views {number})");
    fixture_must(f, "CREATE TABLE note (id {text} PRIMARY KEY, post_id {text})");
    fixture_must(f, "CREATE INDEX post_views ON post (views)");
    fixture_must(f,
                 "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
                 "INSERT INTO post SELECT 'p' || i, 'a' || i, i FROM n");
    fixture_must(f, "ANALYZE");
}

static weft_store_path find_path(store_fixture *f, const char *sql, const weft_param *params, size_t count)
{
    weft_store_path path = {0};
    const weft_statement statement = fixture_statement(f, sql, "t", params, count);
    assert_ok(f, weft_connection_find_path(f->connection, &statement, &f->arena, &path, &f->error));
    return path;
}

static void test_searched(void **state)
{
    store_fixture *f = *state;
    const weft_value keys[] = {value_of(WEFT_VALUE_TEXT, "p1"), value_of(WEFT_VALUE_TEXT, "p2")};
    const weft_param list = param_list(WEFT_VALUE_TEXT, keys, 2);
    const weft_param number = param_of(value_integer(7));
    make_tables(f);
    assert_int_equal(find_path(f, "SELECT t.id FROM post AS t WHERE t.id {in}1)", &list, 1).scan_count, 0);
    assert_int_equal(find_path(f, "SELECT t.id FROM post AS t WHERE t.views = $1", &number, 1).scan_count, 0);
    assert_rows(f, "SELECT count(*) FROM post", "i", "5000");
}

static void test_scanned(void **state)
{
    store_fixture *f = *state;
    const weft_param author = param_of(value_of(WEFT_VALUE_TEXT, "a1"));
    make_tables(f);
    const weft_store_path path = find_path(f, "SELECT t.id FROM post AS t WHERE t.author = $1", &author, 1);
    assert_int_equal(path.scan_count, 1);
    assert_str_equal(path.scans[0], "t");
    assert_false(path.is_sorted);
    const weft_store_path below =
        find_path(f,
                  "SELECT t.id FROM note AS t WHERE t.post_id IN (SELECT e1.id FROM post AS e1 WHERE e1.author = $1)",
                  &author,
                  1);
    assert_true(below.scan_count > 0);
}

/* A partial index that says nothing of the condition is one more way to look at every row. */
static void test_scanned_by_index(void **state)
{
    store_fixture *f = *state;
    const weft_param author = param_of(value_of(WEFT_VALUE_TEXT, "a1"));
    fixture_must(f, "CREATE TABLE post (id {text} PRIMARY KEY, author {text}, views {number}, deleted {number})");
    fixture_must(f, "CREATE INDEX post_views ON post (views) WHERE deleted IS NULL");
    const weft_store_path path =
        find_path(f, "SELECT t.id FROM post AS t WHERE t.deleted IS NULL AND t.author = $1 ORDER BY t.id", &author, 1);
    assert_int_equal(path.scan_count, 1);
    assert_str_equal(path.scans[0], "t");
}

static void test_sorted(void **state)
{
    store_fixture *f = *state;
    make_tables(f);
    assert_true(find_path(f, "SELECT t.id FROM post AS t ORDER BY t.author LIMIT 3", NULL, 0).is_sorted);
    assert_false(find_path(f, "SELECT t.id FROM post AS t ORDER BY t.views LIMIT 3", NULL, 0).is_sorted);
}

static void test_broken(void **state)
{
    store_fixture *f = *state;
    weft_store_path path = {0};
    const weft_statement statement = fixture_statement(f, "SELECT t.id FROM nothing AS t", "t", NULL, 0);
    assert_true(weft_connection_find_path(f->connection, &statement, &f->arena, &path, &f->error) != WEFT_OK);
}

static const store_test tests[] = {
    {"path: found by keys", test_searched, false, false},
    {"path: every row is looked at", test_scanned, false, false},
    {"path: every row by an index", test_scanned_by_index, false, false},
    {"path: sorted", test_sorted, false, false},
    {"path: a statement that cannot run", test_broken, false, false},
};

const store_area store_area_path = {tests, WEFT_COUNT_OF(tests)};
