/* Conditions over edges within one store: asked from their far side where few partners match, and given up where they
 * are not few. The answer is the same either way, and so is the number of statements, whatever the number of records.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "support/directory.h"
#include "support/shop.h"
#include "support/tap.h"

typedef struct stand {
    char directory[256];
    size_t statements;
    uint64_t rows; /* of the last statement */
    weft_engine *engine;
} stand;

static void count_statement(void *ctx, const weft_event *event)
{
    stand *s = ctx;
    if (event->kind == WEFT_EVENT_STATEMENT && event->text.len >= 6 && !memcmp(event->text.data, "SELECT", 6)) {
        s->statements++;
        s->rows = event->rows;
    }
}

static void open_engine(stand *s, size_t values_max)
{
    weft_error error = {0};
    weft_options options = WEFT_OPTIONS_INIT;
    options.directory = s->directory;
    options.observer = (weft_observer){count_statement, s};
    options.limits.values_max = values_max;
    assert_int_equal(weft_open(&options, &s->engine, &error), WEFT_OK);
}

static void stand_open(stand *s, int count, size_t values_max)
{
    weft_error error = {0};
    *s = (stand){0};
    assert_true(test_directory_temporary(s->directory, sizeof(s->directory)));
    assert_true(shop_write(s->directory, false));
    if (shop_fill(s->directory, count, &error) != WEFT_OK) {
        fail_msg("%s %s %s", error.where, error.message, error.detail);
    }
    open_engine(s, values_max);
}

static void stand_close(stand *s)
{
    weft_close(s->engine);
    test_directory_remove(s->directory);
}

static void ask(stand *s, const char *request, weft_text *ret_answer)
{
    weft_error error = {0};
    s->statements = 0;
    if (weft_query_json(s->engine, request, strlen(request), ret_answer, &error) != WEFT_OK) {
        fail_msg("%s %s %s", error.where, error.message, error.detail);
    }
}

static void expect(stand *s, const char *request, const char *expected, size_t statements)
{
    weft_text answer = {0};
    ask(s, request, &answer);
    assert_string_equal(answer.data, expected);
    assert_int_equal(s->statements, statements);
    weft_text_free(&answer);
}

#define SOME_POSTS "\"posts\":{\"views\":{\"$gte\":17}}"
static const char by_title[] = "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{" SOME_POSTS
                               "},\"pagination\":{\"skip\":1,\"take\":1,\"order\":{\"title\":\"DESC\"}}}";
static const char by_title_answer[] = "{\"data\":[{\"id\":\"p18\"}],\"metadata\":{\"skip\":1,\"take\":1,\"count\":3}}";

static void expect_analyzed(stand *s, const char *request, const char *expected)
{
    weft_text text = {0};
    weft_error error = {0};
    assert_int_equal(weft_explain_analyze(s->engine, request, strlen(request), WEFT_FORMAT_JSON, &text, &error),
                     WEFT_OK);
    if (!strstr(text.data, expected)) {
        fail_msg("%s is not in %s", expected, text.data);
    }
    weft_text_free(&text);
}

static void test_few(void **state)
{
    (void)state;
    stand s;
    stand_open(&s, 20, 0);
    /* The partners, the count, the page. */
    expect(&s, by_title, by_title_answer, 3);
    expect_analyzed(
        &s, by_title, "\"probes\":[{\"edge\":\"posts\",\"keys\":3,\"is_used\":true,\"statements\":1,\"rows\":3");
    expect_analyzed(&s, by_title, "\"probed_edge\":\"posts\"");
    stand_close(&s);
}

static void test_many(void **state)
{
    (void)state;
    stand s;
    stand_open(&s, 20, 2);
    expect(&s, by_title, by_title_answer, 3);
    expect_analyzed(&s, by_title, "\"probes\":[{\"edge\":\"posts\",\"keys\":3,\"is_used\":false,");
    stand_close(&s);
}

/* An index finds what the rest of the filter names, or gives the page in its order. */
static void test_not_worth_it(void **state)
{
    (void)state;
    stand s;
    stand_open(&s, 20, 0);
    expect(&s,
           "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"id\":\"p18\"," SOME_POSTS "}}",
           "{\"data\":[{\"id\":\"p18\"}]}",
           1);
    expect(&s,
           "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{" SOME_POSTS "},\"pagination\":{\"take\":1}}",
           "{\"data\":[{\"id\":\"p17\"}]}",
           1);
    /* But not where an index finds the partners too. */
    expect(&s,
           "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"posts\":{\"id\":[\"u17\",\"t3\"]}},"
           "\"pagination\":{\"take\":1}}",
           "{\"data\":[{\"id\":\"p17\"}]}",
           2);
    stand_close(&s);
}

/* Links of the first product with as many posts as show that they all are of one record. */
static void link_many(stand *s, int count)
{
    weft_buf rows;
    weft_text answer = {0};
    weft_error error = {0};
    weft_buf_init(&rows, NULL);
    for (int i = 0; i < count; i++) {
        weft_buf_add_format(
            &rows,
            "%s{\"product\":{\"product_id\":\"p0\"},\"blog\":{\"post_id\":\"t%d\"},\"data\":{\"position\":-1}}",
            i > 0 ? "," : "[",
            i);
    }
    weft_buf_add_char(&rows, ']');
    assert_int_equal(weft_link_create_json(s->engine, rows.data, rows.len, &answer, &error), WEFT_OK);
    weft_text_free(&answer);
    weft_buf_done(&rows);
}

/* Partners that all lead to one record are no reason to read them all. */
static void test_same_again(void **state)
{
    (void)state;
    stand s;
    stand_open(&s, 1500, 0);
    link_many(&s, 1500);
    static const char request[] =
        "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"posts\":{\"$link.position\":-1}},"
        "\"pagination\":{\"order\":{\"title\":\"ASC\"}}}";
    expect(&s, request, "{\"data\":[{\"id\":\"p0\"}]}", 2);
    expect_analyzed(&s, request, "\"keys\":1,\"is_used\":false,\"statements\":1,\"rows\":1000,");
    stand_close(&s);
}

/* As many ways to ask as there are to lead on, to rest and to combine. */
static const char *const requests[] = {
    by_title,
    "{\"entity\":\"product\",\"fields\":[\"id\",\"posts.id\"],\"filters\":{" SOME_POSTS "}}",
    "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"posts\":{\"$link.position\":{\"$lt\":3}}}}",
    "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"posts\":{\"$link.position\":3,\"title\":\"First of "
    "3\"}}}",
    "{\"entity\":\"product\",\"fields\":[\"id\",\"variants.sku\"],\"filters\":{\"variants\":{\"sku\":[\"A1\",\"A7\"]},"
    "\"reviews\":{\"rating\":{\"$lt\":7}}}}",
    "{\"entity\":\"variant\",\"fields\":[\"id\"],\"filters\":{\"product\":{\"title\":\"Product 4\"}}}",
    "{\"entity\":\"variant\",\"fields\":[\"id\"],\"filters\":{\"product\":{\"posts\":{\"products\":{\"reviews\":{"
    "\"rating\":5}}}}}}",
    "{\"entity\":\"post\",\"fields\":[\"id\"],\"filters\":{\"products\":{\"$or\":[{\"title\":\"Product "
    "2\"},{\"reviews\":{"
    "\"rating\":9}}]}}}",
    "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"posts\":{\"title\":\"nothing\"}},\"pagination\":{"
    "\"skip\":0}}",
    "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"$not\":{\"posts\":{\"views\":3}},\"reviews\":{"
    "\"rating\":[3,4]}}}",
    "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{" SOME_POSTS
    "},\"pagination\":{\"take\":2,\"after\":null,\"order\":{\"title\":\"ASC\"}}}",
    "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{" SOME_POSTS
    "},\"pagination\":{\"order\":{\"variants.$sum.price\":\"ASC\"}}}",
};

static void test_same_answers(void **state)
{
    (void)state;
    stand s;
    stand_open(&s, 20, 0);
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        weft_text few = {0};
        weft_text many = {0};
        ask(&s, requests[i], &few);
        weft_close(s.engine);
        open_engine(&s, 2);
        ask(&s, requests[i], &many);
        assert_string_equal(few.data, many.data);
        weft_text_free(&few);
        weft_text_free(&many);
        weft_close(s.engine);
        open_engine(&s, 0);
    }
    stand_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_few),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_not_worth_it),
        cmocka_unit_test(test_same_again),
        cmocka_unit_test(test_same_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
