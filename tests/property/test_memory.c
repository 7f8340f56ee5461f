/* Whole walks with the nth request for memory failing: no crash, nothing lost, and "no_memory" is what is said. What
 * was to be changed is then not changed. */
#include <stdio.h>
#include <string.h>

#include "support/alloc.h"
#include "support/directory.h"
#include "support/shop.h"
#include "support/tap.h"

/* Ends a loop that would not come to its end. */
#define REQUESTS_MAX 100000

typedef weft_code (*walk)(weft_engine *engine, weft_text *ret_text, weft_error *error);

static weft_code run(test_alloc *alloc, const char *directory, walk walk_once, weft_error *error)
{
    weft_options options = WEFT_OPTIONS_INIT;
    options.directory = directory;
    options.allocator = &alloc->allocator;
    options.deterministic = true;
    weft_engine *engine = NULL;
    weft_text text = {0};
    weft_code code = weft_open(&options, &engine, error);
    if (code == WEFT_OK) {
        code = walk_once(engine, &text, error);
    }
    weft_text_free(&text);
    weft_close(engine);
    return code;
}

static void fail_each(const char *directory, walk walk_once)
{
    for (size_t nth = 1; nth < REQUESTS_MAX; nth++) {
        test_alloc alloc;
        weft_error error = {0};
        test_alloc_init(&alloc, nth);
        test_alloc_set_jansson(&alloc);
        const weft_code code = run(&alloc, directory, walk_once, &error);
        test_alloc_set_jansson(NULL);
        const bool has_failed = alloc.has_failed;
        if (!test_alloc_done(&alloc)) {
            fail_msg("request %zu for memory: %zu blocks lost", nth, alloc.live_blocks);
        }
        if (!has_failed) {
            assert_int_equal(code, WEFT_OK);
            return;
        }
        if (code != WEFT_NO_MEMORY) {
            fail_msg("request %zu for memory: %s %s: %s", nth, weft_code_name(code), error.where, error.message);
        }
    }
    fail_msg("the walk never had enough memory");
}

static void fail_each_of(bool is_split, walk walk_once)
{
    char directory[256];
    weft_error error = {0};
    assert_true(test_directory_temporary(directory, sizeof(directory)));
    assert_true(shop_write(directory, is_split));
    assert_int_equal(shop_fill(directory, 3, &error), WEFT_OK);
    fail_each(directory, walk_once);
    test_directory_remove(directory);
}

static const char request[] =
    "{\"entity\":\"product\",\"fields\":[\"*\",\"metadata.color\",\"variants.*\",\"posts.products.id\",\"posts.title\","
    "\"post_link.position\"],\"filters\":{\"$or\":[{\"title\":{\"$like\":\"Pro%\"}},{\"variants\":{\"sku\":\"A1\"}}]},"
    "\"pagination\":{\"skip\":0,\"take\":2,\"order\":{\"title\":\"DESC\"}},\"with\":{\"variants\":{\"take\":1}}}";

static weft_code walk_query(weft_engine *engine, weft_text *ret_text, weft_error *error)
{
    return weft_query_json(engine, request, sizeof(request) - 1, ret_text, error);
}

/* Decided and ordered by weft: the posts live in another store. */
static const char far_request[] =
    "{\"entity\":\"product\",\"fields\":[\"id\",\"posts.id\"],\"filters\":{\"$or\":[{\"title\":\"x\"},"
    "{\"posts\":{\"$none\":{\"views\":7}}}]},\"pagination\":{\"skip\":0,\"order\":{\"posts.$max.title\":\"ASC\"}},"
    "\"with\":{\"posts\":{\"filters\":{\"products\":{\"title\":{\"$like\":\"P%\"}}}}}}";

static weft_code walk_far(weft_engine *engine, weft_text *ret_text, weft_error *error)
{
    return weft_query_json(engine, far_request, sizeof(far_request) - 1, ret_text, error);
}

static const char probe_request[] = "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"posts\":{\"views\":1}},"
                                    "\"pagination\":{\"take\":2,\"order\":{\"posts.$count\":\"DESC\"}}}";

static weft_code walk_probe(weft_engine *engine, weft_text *ret_text, weft_error *error)
{
    return weft_query_json(engine, probe_request, sizeof(probe_request) - 1, ret_text, error);
}

static weft_code walk_explain(weft_engine *engine, weft_text *ret_text, weft_error *error)
{
    return weft_explain(engine, request, sizeof(request) - 1, WEFT_FORMAT_JSON, ret_text, error);
}

static weft_code walk_analyze(weft_engine *engine, weft_text *ret_text, weft_error *error)
{
    return weft_explain_analyze(engine, probe_request, sizeof(probe_request) - 1, WEFT_FORMAT_TEXT, ret_text, error);
}

static weft_code walk_draw(weft_engine *engine, weft_text *ret_text, weft_error *error)
{
    return weft_explain_analyze(engine, probe_request, sizeof(probe_request) - 1, WEFT_FORMAT_MERMAID, ret_text, error);
}

static weft_code walk_describe(weft_engine *engine, weft_text *ret_text, weft_error *error)
{
    return weft_describe(engine, NULL, ret_text, error);
}

static weft_code walk_graph(weft_engine *engine, weft_text *ret_text, weft_error *error)
{
    return weft_graph(engine, WEFT_FORMAT_DOT, ret_text, error);
}

static weft_code walk_create(weft_engine *engine, weft_text *ret_text, weft_error *error)
{
    static const char json[] = "[{\"id\":\"new1\",\"title\":\"New\"},{\"id\":\"new2\",\"title\":\"New\"}]";
    return weft_record_create_json(engine, "product", json, sizeof(json) - 1, ret_text, error);
}

static weft_code walk_link(weft_engine *engine, weft_text *ret_text, weft_error *error)
{
    static const char json[] = "{\"product\":{\"product_id\":\"p0\"},\"blog\":{\"post_id\":\"t1\"}}";
    return weft_link_create_json(engine, json, sizeof(json) - 1, ret_text, error);
}

static weft_code walk_plan(weft_engine *engine, weft_text *ret_text, weft_error *error)
{
    return weft_migrate_plan(engine, WEFT_SCOPE_ALL, WEFT_FORMAT_TEXT, true, ret_text, NULL, NULL, error);
}

static void test_query(void **state)
{
    (void)state;
    fail_each_of(false, walk_query);
    fail_each_of(true, walk_query);
}

static void test_far_query(void **state)
{
    (void)state;
    fail_each_of(true, walk_far);
    fail_each_of(true, walk_probe);
}

static void test_explain(void **state)
{
    (void)state;
    fail_each_of(true, walk_explain);
    fail_each_of(true, walk_analyze);
    fail_each_of(true, walk_draw);
}

static void test_describe(void **state)
{
    (void)state;
    fail_each_of(false, walk_describe);
    fail_each_of(false, walk_graph);
}

static void test_create(void **state)
{
    (void)state;
    fail_each_of(false, walk_create);
}

static void test_link(void **state)
{
    (void)state;
    fail_each_of(true, walk_link);
}

static void test_plan(void **state)
{
    (void)state;
    fail_each_of(true, walk_plan);
}

/* Requests for memory while every product is read in batches of ten. */
static size_t count_requests(int products)
{
    static const char all[] = "{\"entity\":\"product\",\"fields\":[\"id\",\"title\",\"variants.*\",\"posts.*\"]}";
    char directory[256];
    weft_error error = {0};
    test_alloc alloc;
    weft_engine *engine = NULL;
    weft_reply *reply = NULL;
    const char *data = NULL;
    size_t len = 1;
    weft_options options = WEFT_OPTIONS_INIT;
    test_alloc_init(&alloc, 0);
    options.directory = directory;
    options.allocator = &alloc.allocator;
    options.limits.batch_rows = 10;
    assert_true(test_directory_temporary(directory, sizeof(directory)));
    assert_true(shop_write(directory, true));
    assert_int_equal(shop_fill(directory, products, &error), WEFT_OK);
    assert_int_equal(weft_open(&options, &engine, &error), WEFT_OK);
    assert_int_equal(weft_query_open(engine, all, strlen(all), WEFT_FORMAT_NDJSON, &reply, &error), WEFT_OK);
    const size_t before = alloc.requests;
    while (len > 0) {
        assert_int_equal(weft_reply_read(reply, &data, &len, &error), WEFT_OK);
    }
    const size_t requests = alloc.requests - before;
    weft_reply_close(reply);
    weft_close(engine);
    assert_true(test_alloc_done(&alloc));
    test_directory_remove(directory);
    return requests;
}

/* A batch may allocate, for of the memory of the one before it only the largest piece is kept; a row may not. */
static void test_rows_cost_no_allocations(void **state)
{
    (void)state;
    const size_t few = count_requests(100);
    const size_t many = count_requests(400);
    const size_t batches = (400 - 100) / 10;
    if (many - few > batches) {
        fail_msg("%zu requests for memory for 100 products, %zu for 400", few, many);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_query),
        cmocka_unit_test(test_far_query),
        cmocka_unit_test(test_explain),
        cmocka_unit_test(test_describe),
        cmocka_unit_test(test_create),
        cmocka_unit_test(test_link),
        cmocka_unit_test(test_plan),
        cmocka_unit_test(test_rows_cost_no_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
