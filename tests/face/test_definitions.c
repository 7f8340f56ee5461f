/* Three ways in, one catalog: examples/shop-in-c, compiled into this program, against the files of examples/shop. What
 * the library says of both must be the same bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/tap.h"
#include "weft/weft.h"

static const char stores[] = "stores: { default: 'sqlite:data/shop.db', content: 'sqlite:data/content.db' }\n"
                             "modules: { blog: { store: content } }\n";

typedef weft_code teller(weft_engine *engine, weft_text *ret_text, weft_error *error);

static weft_code describe(weft_engine *engine, weft_text *ret_text, weft_error *error)
{
    return weft_describe(engine, NULL, ret_text, error);
}

static weft_code draw(weft_engine *engine, weft_text *ret_text, weft_error *error)
{
    return weft_graph(engine, WEFT_FORMAT_JSON, ret_text, error);
}

static weft_code explain(weft_engine *engine, weft_text *ret_text, weft_error *error)
{
    static const char request[] = "{\"entity\":\"product\",\"fields\":[\"title\",\"blog_posts.title\","
                                  "\"blog_posts.comments.body\",\"reviews.customer.name\","
                                  "\"blog_post_link.position\",\"related_products.handle\"]}";
    return weft_explain(engine, request, strlen(request), WEFT_FORMAT_TEXT, ret_text, error);
}

static weft_engine *open_shop(const weft_options *options)
{
    weft_engine *engine = NULL;
    weft_error error = {0};
    if (weft_open(options, &engine, &error) != WEFT_OK) {
        fail_msg("%s %s", error.where, error.message);
    }
    return engine;
}

static void test_one_catalog(void **state)
{
    (void)state;
    static teller *const tellers[] = {describe, draw, explain};
    const weft_definition_set definitions = weft_definitions_here();
    weft_options from_files = WEFT_OPTIONS_INIT;
    from_files.directory = EXAMPLES "/shop";
    weft_options from_c = WEFT_OPTIONS_INIT;
    from_c.directory = EXAMPLES "/shop";
    from_c.project = stores;
    from_c.definitions = &definitions;
    assert_int_equal(definitions.module_count, 5);
    assert_int_equal(definitions.link_count, 5);
    weft_engine *one = open_shop(&from_files);
    weft_engine *other = open_shop(&from_c);
    for (size_t i = 0; i < sizeof(tellers) / sizeof(tellers[0]); i++) {
        weft_text left = {0};
        weft_text right = {0};
        weft_error error = {0};
        assert_int_equal(tellers[i](one, &left, &error), WEFT_OK);
        assert_int_equal(tellers[i](other, &right, &error), WEFT_OK);
        assert_true(left.len > 100);
        assert_string_equal(left.data, right.data);
        weft_text_free(&left);
        weft_text_free(&right);
    }
    weft_close(one);
    weft_close(other);
}

/* Files and C together: a module in both is an error that names both. */
static void test_a_module_in_both(void **state)
{
    (void)state;
    const weft_definition_set definitions = weft_definitions_here();
    weft_options options = WEFT_OPTIONS_INIT;
    options.directory = EXAMPLES "/shop";
    options.definitions = &definitions;
    weft_engine *engine = NULL;
    weft_error error = {0};
    assert_int_equal(weft_open(&options, &engine, &error), WEFT_NAME_CLASH);
    assert_null(engine);
    assert_non_null(strstr(error.message, "defined twice"));
    assert_non_null(strstr(error.where, "/src/modules/"));
    assert_non_null(strstr(error.detail, "src/modules/"));
}

int main(void)
{
    (void)unsetenv("DATABASE_URL");
    (void)unsetenv("CONTENT_URL");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_catalog),
        cmocka_unit_test(test_a_module_in_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
