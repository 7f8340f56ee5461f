/* What a table holds, added up: whatever the order of its rows, and changed by any change of what would be answered. */
#include "move/parts.h"
#include "support/catalog.h"
#include "support/tap.h"

typedef struct store_of_one {
    weft_arena arena;
    const weft_catalog *catalog;
    weft_pool *pool;
    weft_connection *connection;
} store_of_one;

static void run(store_of_one *store, const char *sql)
{
    weft_error error = {0};
    const weft_statement statement = {.sql = weft_str_from(sql), .is_once = true};
    if (weft_connection_execute(store->connection, &statement, NULL, &error) != WEFT_OK) {
        fail_msg("%s: %s", sql, error.message);
    }
}

static void open_store(store_of_one *store)
{
    const char *const files[][2] = {{"src/modules/m/module.yaml",
                                     "module: m\nmodels:\n  item:\n    fields: { id: id, meta: json?, at: dateTime?, "
                                     "price: bigNumber?, size: float? }\n"
                                     "    timestamps: false\n    softDelete: false\n"},
                                    {NULL, NULL}};
    *store = (store_of_one){0};
    weft_arena_init(&store->arena, NULL, 0);
    store->catalog = test_catalog(&store->arena, files);
    const weft_pool_options options = {.connections_max = 1};
    assert_int_equal(weft_pool_open(&store->catalog->stores[0], &options, &store->pool, NULL), WEFT_OK);
    assert_int_equal(weft_pool_acquire(store->pool, 0, NULL, &store->connection, NULL), WEFT_OK);
    run(store, "CREATE TABLE item (id TEXT PRIMARY KEY, meta TEXT, at TEXT, price TEXT, size REAL)");
}

static void close_store(store_of_one *store)
{
    weft_pool_release(store->pool, store->connection);
    weft_pool_close(store->pool);
    weft_arena_done(&store->arena);
}

static weft_move_sum sum_of(store_of_one *store, const char *rows)
{
    weft_move_sum sum = {0};
    weft_error error = {0};
    run(store, "DELETE FROM item");
    run(store, weft_str_format(&store->arena, "INSERT INTO item VALUES %s", rows).data);
    if (weft_move_sum_table(store->connection, store->catalog->models[0], &store->arena, &sum, &error) != WEFT_OK) {
        fail_msg("%s", error.message);
    }
    return sum;
}

static bool is_same(weft_move_sum a, weft_move_sum b)
{
    return a.rows == b.rows && a.first == b.first && a.second == b.second;
}

static void order_and_form_do_not_matter(void **state)
{
    store_of_one store;
    (void)state;
    open_store(&store);
    const weft_move_sum sum = sum_of(&store,
                                     "('a', '{\"x\":1,\"y\":[1.0]}', '2026-01-02T03:04:05.678Z', '1.5', 2.5), "
                                     "('b', NULL, NULL, NULL, NULL)");
    assert_int_equal(sum.rows, 2);
    assert_true(is_same(sum,
                        sum_of(&store,
                               "('b', NULL, NULL, NULL, NULL), "
                               "('a', '{\"y\": [1], \"x\": 1}', '2026-01-02T03:04:05.678+00:00', '1.50', 2.5)")));
    close_store(&store);
}

static void every_change_matters(void **state)
{
    static const char *const others[] = {
        "('a', '{}', NULL, '1', 2.0), ('b', NULL, NULL, NULL, NULL), ('c', NULL, NULL, NULL, NULL)",
        "('a', '{}', NULL, '1', 2.0)",
        "('a', '{}', NULL, '1', 2.0), ('B', NULL, NULL, NULL, NULL)",
        "('a', '[]', NULL, '1', 2.0), ('b', NULL, NULL, NULL, NULL)",
        "('a', '{}', NULL, '2', 2.0), ('b', NULL, NULL, NULL, NULL)",
        "('a', '{}', NULL, '1', 2.000000000000001), ('b', NULL, NULL, NULL, NULL)",
        "('a', NULL, NULL, '1', 2.0), ('b', '{}', NULL, NULL, NULL)",
        "('b', '{}', NULL, '1', 2.0), ('a', NULL, NULL, NULL, NULL)",
    };
    store_of_one store;
    (void)state;
    open_store(&store);
    const weft_move_sum sum = sum_of(&store, "('a', '{}', NULL, '1', 2.0), ('b', NULL, NULL, NULL, NULL)");
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
        assert_false(is_same(sum, sum_of(&store, others[i])));
    }
    close_store(&store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_and_form_do_not_matter),
        cmocka_unit_test(every_change_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
