/* How many statements a request takes: one for the root, one an edge, one more where link table and target live in
 * different stores, one for the count; never more because there are more records, within one batch. */
#include <stdio.h>
#include <string.h>

#include "support/directory.h"
#include "support/shop.h"
#include "support/tap.h"

typedef struct counter {
    size_t statements;
    size_t rows;
} counter;

static void count_statement(void *ctx, const weft_event *event)
{
    counter *c = ctx;
    if (event->kind == WEFT_EVENT_STATEMENT && event->text.len >= 6 && !memcmp(event->text.data, "SELECT", 6)) {
        c->statements++;
        c->rows += event->rows;
    }
}

typedef struct shop {
    char directory[256];
    counter counted;
    weft_engine *engine;
} shop;

static void shop_open(shop *s, bool is_split, int count, size_t batch_rows)
{
    weft_error error = {0};
    *s = (shop){0};
    assert_true(test_directory_temporary(s->directory, sizeof(s->directory)));
    assert_true(shop_write(s->directory, is_split));
    if (shop_fill(s->directory, count, &error) != WEFT_OK) {
        fail_msg("%s %s %s", error.where, error.message, error.detail);
    }
    weft_options options = WEFT_OPTIONS_INIT;
    options.directory = s->directory;
    options.observer = (weft_observer){count_statement, &s->counted};
    options.limits.batch_rows = batch_rows;
    assert_int_equal(weft_open(&options, &s->engine, &error), WEFT_OK);
}

static void shop_close(shop *s)
{
    weft_close(s->engine);
    test_directory_remove(s->directory);
}

static size_t count_statements(shop *s, const char *request)
{
    weft_text answer = {0};
    weft_error error = {0};
    s->counted = (counter){0};
    if (weft_query_json(s->engine, request, strlen(request), &answer, &error) != WEFT_OK) {
        fail_msg("%s %s %s", error.where, error.message, error.detail);
    }
    weft_text_free(&answer);
    return s->counted.statements;
}

static void assert_statements(bool is_split, const char *request, size_t expected)
{
    for (int count = 1; count <= 40; count += 39) {
        shop s;
        shop_open(&s, is_split, count, 0);
        assert_int_equal(count_statements(&s, request), expected);
        shop_close(&s);
    }
}

static void test_root_alone(void **state)
{
    (void)state;
    assert_statements(false, "{\"entity\":\"product\",\"fields\":[\"*\"]}", 1);
    assert_statements(false, "{\"entity\":\"product\",\"fields\":[\"id\"],\"pagination\":{\"skip\":0}}", 2);
    assert_statements(false, "{\"entity\":\"product\",\"fields\":[\"id\"],\"pagination\":{\"skip\":0,\"take\":0}}", 1);
    assert_statements(false, "{\"entity\":\"product\",\"fields\":[\"id\"],\"pagination\":{\"take\":0}}", 0);
}

static const char deep_request[] =
    "{\"entity\":\"product\",\"fields\":[\"id\",\"variants.sku\",\"posts.title\",\"posts.products.id\","
    "\"post_link.position\",\"reviews.rating\"],\"pagination\":{\"skip\":0,\"take\":50}}";

static void test_one_store(void **state)
{
    (void)state;
    assert_statements(false, deep_request, 1 + 1 + 5);
}

static void test_two_stores(void **state)
{
    (void)state;
    /* Link table and posts live apart, so going to them takes two; coming back, link table and products share. */
    assert_statements(true, deep_request, 1 + 1 + 5 + 1);
}

static void test_batches(void **state)
{
    (void)state;
    shop s;
    shop_open(&s, false, 40, 10);
    assert_int_equal(count_statements(&s, "{\"entity\":\"product\",\"fields\":[\"id\",\"posts.title\"]}"), 1 + 4);
    /* Ids alone are streams beside the records, however many batches there are. */
    assert_int_equal(count_statements(&s, "{\"entity\":\"product\",\"fields\":[\"id\",\"posts.id\"]}"), 1 + 2);
    shop_close(&s);
}

static void test_nothing_found(void **state)
{
    (void)state;
    shop s;
    shop_open(&s, false, 3, 0);
    static const char request[] =
        "{\"entity\":\"product\",\"fields\":[\"id\",\"posts.id\"],\"filters\":{\"id\":\"none\"}}";
    /* The posts are asked for together with the product. */
    assert_int_equal(count_statements(&s, request), 2);
    shop_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_root_alone),
        cmocka_unit_test(test_one_store),
        cmocka_unit_test(test_two_stores),
        cmocka_unit_test(test_batches),
        cmocka_unit_test(test_nothing_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
