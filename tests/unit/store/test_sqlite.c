/* The SQLite driver through the pool, in memory: what only SQLite does. What every store must do is in
 * tests/contract/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/session.h"

static const weft_store_def memory_store = {.name = {"default", 7}, .kind = WEFT_STORE_SQLITE, .path = {":memory:", 8}};

static weft_pool *open_pool(void)
{
    const weft_pool_options options = {.connections_max = 4};
    weft_pool *pool = NULL;
    assert_int_equal(weft_pool_open(&memory_store, &options, &pool, NULL), WEFT_OK);
    return pool;
}

static weft_connection *acquire(weft_pool *pool)
{
    weft_connection *connection = NULL;
    weft_error error = {.code = WEFT_OK};
    if (weft_pool_acquire(pool, 0, NULL, &connection, &error) != WEFT_OK) {
        fail_msg("%s", error.message);
    }
    return connection;
}

static void execute(weft_connection *connection, const char *sql)
{
    const weft_statement statement = {.sql = weft_str_from(sql)};
    weft_error error = {.code = WEFT_OK};
    if (weft_connection_execute(connection, &statement, NULL, &error) != WEFT_OK) {
        fail_msg("%s: %s", sql, error.message);
    }
}

static int64_t scalar(weft_connection *connection, const char *sql)
{
    static const weft_value_kind kinds[] = {WEFT_VALUE_INTEGER};
    const weft_statement statement = {.sql = weft_str_from(sql), .columns = kinds, .column_count = 1};
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    const weft_value *values = NULL;
    size_t count = 0;
    weft_error error = {.code = WEFT_OK};
    if (weft_connection_collect(connection, &statement, &arena, &values, &count, &error) != WEFT_OK) {
        fail_msg("%s: %s", sql, error.message);
    }
    assert_int_equal(count, 1);
    const int64_t answer = values[0].kind == WEFT_VALUE_NULL ? -1 : values[0].as.integer;
    weft_arena_done(&arena);
    return answer;
}

static void test_memory_is_one_database(void **state)
{
    (void)state;
    weft_pool *pool = open_pool();
    weft_connection *connection = acquire(pool);
    execute(connection, "CREATE TABLE t (a integer)");
    execute(connection, "INSERT INTO t VALUES (1), (2)");
    weft_pool_release(pool, connection);
    connection = acquire(pool);
    assert_int_equal(scalar(connection, "SELECT count(*) FROM t"), 2);
    weft_pool_release(pool, connection);
    weft_pool_close(pool);
}

static void test_functions(void **state)
{
    (void)state;
    weft_pool *pool = open_pool();
    weft_connection *c = acquire(pool);
    assert_int_equal(scalar(c, "SELECT weft_like('abc', 'a%')"), 1);
    assert_int_equal(scalar(c, "SELECT weft_like('Abc', 'a%')"), 0);
    assert_int_equal(scalar(c, "SELECT weft_ilike('Abc', 'a%')"), 1);
    assert_int_equal(scalar(c, "SELECT weft_like(NULL, 'a%')"), -1);
    assert_int_equal(scalar(c, "SELECT weft_array_contains('[\"a\",\"b\"]', '[\"b\"]')"), 1);
    assert_int_equal(scalar(c, "SELECT weft_array_contains('[\"a\",\"b\"]', '[\"c\",\"b\"]')"), 0);
    assert_int_equal(scalar(c, "SELECT weft_array_contains('[\"a\"]', '[]')"), 1);
    assert_int_equal(scalar(c, "SELECT weft_array_overlaps('[\"a\",\"b\"]', '[\"c\",\"b\"]')"), 1);
    assert_int_equal(scalar(c, "SELECT weft_array_overlaps('[\"a\"]', '[]')"), 0);
    assert_int_equal(scalar(c, "SELECT weft_json_contains('{\"a\":{\"b\":1.0,\"c\":2}}', '{\"a\":{\"b\":1}}')"), 1);
    assert_int_equal(scalar(c, "SELECT weft_json_contains('[1,2]', '1')"), 1);
    assert_int_equal(scalar(c, "SELECT weft_json_contains('1', '[1]')"), 0);
    assert_int_equal(scalar(c, "SELECT weft_json_contains('[1,[2,3]]', '[[3]]')"), 1);
    assert_int_equal(scalar(c, "SELECT weft_json_contains('{\"a\":[1]}', '{\"a\":1}')"), 0);
    assert_int_equal(scalar(c, "SELECT weft_json_path('{\"a\":{\"b\":7}}', '[\"a\",\"b\"]') = '7'"), 1);
    assert_int_equal(scalar(c, "SELECT weft_json_path('{\"a\":null}', '[\"a\"]') IS NULL"), 1);
    assert_int_equal(scalar(c, "SELECT '10' > '9' COLLATE weft_decimal"), 1);
    assert_int_equal(scalar(c, "SELECT '-10.5' < '-9' COLLATE weft_decimal"), 1);
    assert_int_equal(scalar(c, "SELECT '1e1' = '10' COLLATE weft_decimal"), 1);
    weft_pool_release(pool, c);
    weft_pool_close(pool);
}

static void test_list(void **state)
{
    (void)state;
    weft_pool *pool = open_pool();
    weft_connection *connection = acquire(pool);
    execute(connection, "CREATE TABLE t (a text PRIMARY KEY)");
    execute(connection, "INSERT INTO t VALUES ('x'), ('y'), ('z')");
    const weft_value items[] = {{.kind = WEFT_VALUE_TEXT, .as.text = {"z", 1}},
                                {.kind = WEFT_VALUE_TEXT, .as.text = {"x", 1}},
                                {.kind = WEFT_VALUE_TEXT, .as.text = {"q", 1}}};
    const weft_param param = {
        .kind = WEFT_PARAM_LIST, .type = WEFT_VALUE_TEXT, .items = items, .item_count = WEFT_COUNT_OF(items)};
    static const weft_value_kind kinds[] = {WEFT_VALUE_TEXT};
    const weft_statement statement = {.sql = WEFT_STR("SELECT a FROM t WHERE a IN weft_list(?1) ORDER BY a"),
                                      .params = &param,
                                      .param_count = 1,
                                      .columns = kinds,
                                      .column_count = 1};
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    for (int i = 0; i < 2; i++) {
        const weft_value *values = NULL;
        size_t count = 0;
        assert_int_equal(weft_connection_collect(connection, &statement, &arena, &values, &count, NULL), WEFT_OK);
        assert_int_equal(count, 2);
        assert_true(weft_str_equal(values[0].as.text, WEFT_STR("x")));
        assert_true(weft_str_equal(values[1].as.text, WEFT_STR("z")));
    }
    weft_arena_done(&arena);
    weft_pool_release(pool, connection);
    weft_pool_close(pool);
}

static void test_session_commits_and_rolls_back(void **state)
{
    (void)state;
    weft_pool *pool = open_pool();
    weft_session session;
    weft_connection *connection = acquire(pool);
    execute(connection, "CREATE TABLE t (a integer)");
    weft_pool_release(pool, connection);
    for (int i = 0; i < 2; i++) {
        weft_session_init(&session, &pool, 1, WEFT_TRANSACTION_WRITE);
        assert_int_equal(weft_session_connection(&session, &memory_store, &connection, NULL), WEFT_OK);
        execute(connection, "INSERT INTO t VALUES (1)");
        if (i == 0) {
            assert_int_equal(weft_session_commit(&session, NULL), WEFT_OK);
        }
        weft_session_done(&session);
    }
    connection = acquire(pool);
    assert_int_equal(scalar(connection, "SELECT count(*) FROM t"), 1);
    weft_pool_release(pool, connection);
    weft_pool_close(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_one_database),
        cmocka_unit_test(test_functions),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_session_commits_and_rolls_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
