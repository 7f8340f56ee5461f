/* Memory running out at every place where it is asked for: an error, nothing leaked, and the store as it was. */
#include <string.h>

#include "contract/store/fixture.h"
#include "support/alloc.h"

static weft_code read_all(weft_connection *connection,
                          const weft_statement *statements,
                          weft_arena *keep,
                          weft_error *error)
{
    weft_rows *rows[2] = {NULL, NULL};
    const weft_value *values = NULL;
    weft_code code = weft_connection_begin(connection, WEFT_TRANSACTION_WRITE, error);
    code = code == WEFT_OK ? weft_connection_run(connection, statements, 2, rows, error) : code;
    for (size_t i = 0; i < 2 && code == WEFT_OK; i++) {
        do {
            code = weft_rows_next(rows[i], &values, error);
        } while (code == WEFT_OK && values != NULL);
    }
    weft_rows_close(rows[0]);
    weft_rows_close(rows[1]);
    const weft_schema *schema = NULL;
    code = code == WEFT_OK ? weft_connection_inspect(connection, keep, &schema, error) : code;
    return code == WEFT_OK ? weft_connection_commit(connection, error) : code;
}

static weft_code work(store_fixture *f, test_alloc *alloc, const weft_statement *statements)
{
    const weft_pool_options options = {.allocator = &alloc->allocator, .connections_max = 2};
    weft_pool *pool = NULL;
    weft_connection *connection = NULL;
    weft_arena keep;
    weft_arena_init(&keep, &alloc->allocator, 0);
    weft_code code = weft_pool_open(&f->store, &options, &pool, &f->error);
    code = code == WEFT_OK ? weft_pool_acquire(pool, 0, NULL, &connection, &f->error) : code;
    code = code == WEFT_OK ? read_all(connection, statements, &keep, &f->error) : code;
    weft_pool_release(pool, connection);
    weft_pool_close(pool);
    weft_arena_done(&keep);
    return code;
}

static void test_memory_runs_out(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE m (n {number} PRIMARY KEY, t {text}, d {bigNumber}, a {array})");
    const weft_value keys[] = {value_integer(1), value_integer(2)};
    const weft_value *columns[] = {keys};
    const weft_value_kind kinds[] = {WEFT_VALUE_INTEGER};
    const weft_bulk bulk = {.columns = columns, .column_kinds = kinds, .column_count = 1, .row_count = 2};
    const weft_param params[] = {param_of(value_of(WEFT_VALUE_TEXT, "text")),
                                 param_of(value_of(WEFT_VALUE_DECIMAL, "12.50")),
                                 param_of(value_of(WEFT_VALUE_ARRAY, "[\"a\"]"))};
    const weft_param list = param_list(WEFT_VALUE_INTEGER, keys, 2);
    weft_statement statements[] = {
        fixture_statement(f,
                          fixture_is_postgres(f)
                              ? "INSERT INTO m SELECT n, $2, $3, $4 FROM unnest($1::bigint[]) AS u(n) RETURNING n, t"
                              : "INSERT INTO m VALUES ($1, $2, $3, $4) RETURNING n, t",
                          "it",
                          params,
                          3),
        fixture_statement(f, "SELECT n, t, d, a FROM m WHERE n {in}1) ORDER BY n", "itna", &list, 1)};
    statements[0].bulk = &bulk;
    for (size_t nth = 1;; nth++) {
        test_alloc alloc;
        assert_true(nth < 2000);
        test_alloc_init(&alloc, nth);
        const weft_code code = work(f, &alloc, statements);
        assert_true(test_alloc_done(&alloc));
        if (!alloc.has_failed) {
            assert_ok(f, code);
            break;
        }
        assert_code(f, code, WEFT_NO_MEMORY);
        assert_rows(f, "SELECT count(*) FROM m", "i", "0");
    }
    assert_rows(f, "SELECT n, t, d, a FROM m ORDER BY n", "itna", "1|text|12.5|[\"a\"];2|text|12.5|[\"a\"]");
}

static const store_test tests[] = {
    {.name = "memory runs out", .function = test_memory_runs_out},
};
const store_area store_area_memory = {tests, WEFT_COUNT_OF(tests)};
