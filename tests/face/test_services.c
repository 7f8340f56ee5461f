/* What a module's service does, through the public functions: retrieve, list, create, update, delete, restore; requests
 * and link changes made by builders; a link refused when an end is missing. */
#include <stdlib.h>
#include <string.h>

#include "face/shop.h"
#include "support/alloc.h"
#include "support/tap.h"
#include "weft/build.h"

static void expect(weft_code code, weft_code wanted, const weft_error *error)
{
    if (code != wanted) {
        fail_msg("%s: %s %s %s", weft_code_name(code), error->where, error->message, error->detail);
    }
}

static void expect_text(weft_text *text, const char *wanted)
{
    assert_string_equal(text->data, wanted);
    weft_text_free(text);
}

static void test_retrieve(void **state)
{
    weft_text json = {0};
    weft_error error = {0};
    const char *const fields[] = {"title", "blog_posts.title", NULL};
    expect(weft_record_retrieve_json(*state, "product", "prod_1", fields, &json, &error), WEFT_OK, &error);
    expect_text(&json, "{\"title\":\"Lamp\",\"blog_posts\":[{\"title\":\"Light\"},{\"title\":\"Dark\"}]}");
    expect(weft_record_retrieve_json(*state, "blog.blog_post", "post_2", NULL, &json, &error), WEFT_OK, &error);
    assert_non_null(strstr(json.data, "\"views\":7"));
    weft_text_free(&json);
    expect(weft_record_retrieve_json(*state, "product", "prod_9", NULL, &json, &error), WEFT_NOT_FOUND, &error);
    assert_string_equal(error.message, "product \"prod_9\" was not found");
    expect(weft_record_retrieve_json(*state, "prodct", "x", NULL, &json, &error), WEFT_UNKNOWN_ENTITY, &error);
    assert_null(json.data);
}

static void test_life_of_a_record(void **state)
{
    weft_text json = {0};
    weft_error error = {0};
    const char *const made = "{\"id\":\"loy_1\",\"points\":5}";
    expect(weft_record_create_json(*state, "loyalty_account", made, strlen(made), &json, &error), WEFT_OK, &error);
    weft_text_free(&json);
    const char *const change = "{\"points\":6}";
    expect(weft_record_update_json(*state, "loyalty_account", "loy_1", change, strlen(change), &json, &error),
           WEFT_OK,
           &error);
    assert_non_null(strstr(json.data, "\"points\":6"));
    weft_text_free(&json);
    const char *const keys[] = {"loy_1"};
    expect(weft_delete_json(*state, "loyalty_account", keys, 1, 0, &json, &error), WEFT_OK, &error);
    char deletion[64] = "";
    const char *id = strstr(json.data, "del_");
    assert_non_null(id);
    memcpy(deletion, id, strcspn(id, "\""));
    weft_text_free(&json);
    expect(weft_record_retrieve_json(*state, "loyalty_account", "loy_1", NULL, &json, &error), WEFT_NOT_FOUND, &error);
    expect(weft_restore_json(*state, deletion, &json, &error), WEFT_OK, &error);
    weft_text_free(&json);
    expect(weft_record_retrieve_json(*state, "loyalty_account", "loy_1", NULL, &json, &error), WEFT_OK, &error);
    weft_text_free(&json);
}

/* Published, and with a post seen more than six times or called "No \" such": hostile text stays text. */
static weft_query_builder *make_request(const weft_allocator *allocator)
{
    weft_query_builder *builder = weft_query_builder_new(allocator, "product");
    const weft_value states[] = {weft_value_text("published"), weft_value_text("draft")};
    weft_query_builder_field(builder, "title");
    weft_query_builder_field(builder, "blog_posts.$count");
    weft_query_builder_filter_list(builder, "status", "$in", states, 2);
    weft_query_builder_open(builder, "$or");
    weft_query_builder_open(builder, "blog_posts");
    weft_query_builder_filter(builder, "views", "$gt", weft_value_integer(6));
    weft_query_builder_filter(builder, "title", "$ne", weft_value_null());
    weft_query_builder_close(builder);
    weft_query_builder_filter(builder, "title", "$eq", weft_value_text("No \" such\"}]}"));
    weft_query_builder_close(builder);
    weft_query_builder_open(builder, "$not");
    weft_query_builder_filter(builder, "created_at", "$lt", weft_value_time_us(0));
    weft_query_builder_close(builder);
    weft_query_builder_order(builder, "status", true);
    weft_query_builder_order(builder, "title", false);
    weft_query_builder_skip(builder, 0);
    weft_query_builder_take(builder, 10);
    return builder;
}

static void test_query_builder(void **state)
{
    weft_text request = {0};
    weft_text json = {0};
    weft_error error = {0};
    weft_query_builder *builder = make_request(NULL);
    expect(weft_query_builder_text(builder, &request, &error), WEFT_OK, &error);
    assert_string_equal(
        request.data,
        "{\"entity\":\"product\",\"fields\":[\"title\",\"blog_posts.$count\"],\"filters\":{\"$and\":["
        "{\"status\":{\"$in\":[\"published\",\"draft\"]}},{\"$or\":[{\"blog_posts\":{\"$and\":["
        "{\"views\":{\"$gt\":6}},{\"title\":{\"$ne\":null}}]}},{\"title\":{\"$eq\":\"No \\\" such\\\"}]}\"}}]},"
        "{\"$not\":{\"$and\":[{\"created_at\":{\"$lt\":\"1970-01-01T00:00:00.000Z\"}}]}}]},"
        "\"pagination\":{\"skip\":0,\"take\":10,\"order\":[{\"status\":\"DESC\"},{\"title\":\"ASC\"}]}}");
    expect(weft_query_json(*state, request.data, request.len, &json, &error), WEFT_OK, &error);
    expect_text(&json,
                "{\"data\":[{\"title\":\"Lamp\",\"$count\":{\"blog_posts\":2}}],"
                "\"metadata\":{\"skip\":0,\"take\":10,\"count\":1}}");
    weft_text_free(&request);
    weft_query_builder_free(builder);
}

static void test_builders_misused(void **state)
{
    (void)state;
    weft_text text = {0};
    weft_error error = {0};
    weft_query_builder *builder = weft_query_builder_new(NULL, "product");
    weft_query_builder_open(builder, "$or");
    expect(weft_query_builder_text(builder, &text, &error), WEFT_MISUSE, &error);
    assert_string_equal(error.message, "every group must be closed");
    weft_query_builder_close(builder);
    weft_query_builder_close(builder);
    expect(weft_query_builder_text(builder, &text, &error), WEFT_MISUSE, &error);
    assert_string_equal(error.message, "a group is closed that was not opened");
    weft_query_builder_free(builder);

    builder = weft_query_builder_new(NULL, "product");
    for (int i = 0; i < 65; i++) {
        weft_query_builder_open(builder, "$not");
    }
    expect(weft_query_builder_text(builder, &text, &error), WEFT_MISUSE, &error);
    assert_string_equal(error.message, "at most 64 groups can stand in each other");
    weft_query_builder_free(builder);

    weft_query_builder_field(NULL, "title");
    expect(weft_query_builder_text(NULL, &text, &error), WEFT_MISUSE, &error);
    weft_query_builder_free(NULL);

    weft_link_builder *links = weft_link_builder_new(NULL);
    expect(weft_link_builder_text(links, &text, &error), WEFT_MISUSE, &error);
    assert_string_equal(error.message, "no pair was given");
    weft_link_builder_data(links, "position", weft_value_integer(1));
    expect(weft_link_builder_text(links, &text, &error), WEFT_MISUSE, &error);
    assert_string_equal(error.message, "data needs a pair");
    weft_link_builder_free(links);
    assert_null(text.data);
}

static void test_link_builder(void **state)
{
    weft_text changes = {0};
    weft_text json = {0};
    weft_error error = {0};
    weft_link_builder *links = weft_link_builder_new(NULL);
    weft_link_builder_pair(links, "product_blog_post", weft_value_text("prod_2"), weft_value_text("post_1"));
    weft_link_builder_data(links, "position", weft_value_integer(3));
    weft_link_builder_pair(links, "product_blog_post", weft_value_text("prod_2"), weft_value_text("post_2"));
    expect(weft_link_builder_text(links, &changes, &error), WEFT_OK, &error);
    assert_string_equal(changes.data,
                        "[{\"link\":\"product_blog_post\",\"left\":\"prod_2\",\"right\":\"post_1\","
                        "\"data\":{\"position\":3}},{\"link\":\"product_blog_post\",\"left\":\"prod_2\","
                        "\"right\":\"post_2\"}]");
    expect(weft_link_create_json(*state, changes.data, changes.len, &json, &error), WEFT_OK, &error);
    weft_text_free(&json);
    weft_text_free(&changes);
    weft_link_builder *gone = weft_link_builder_new(NULL);
    weft_link_builder_pair(gone, "product_blog_post", weft_value_text("prod_2"), weft_value_text("post_1"));
    weft_link_builder_pair(gone, "product_blog_post", weft_value_text("prod_2"), weft_value_text("post_2"));
    expect(weft_link_builder_text(gone, &changes, &error), WEFT_OK, &error);
    weft_link_builder_free(gone);
    expect(weft_link_dismiss_json(*state, changes.data, changes.len, &json, &error), WEFT_OK, &error);
    weft_text_free(&json);
    weft_text_free(&changes);

    weft_link_builder_pair(links, "product_blog_post", weft_value_text("prod_2"), weft_value_text("post_9"));
    expect(weft_link_builder_text(links, &changes, &error), WEFT_OK, &error);
    expect(weft_link_create_json(*state, changes.data, changes.len, &json, &error), WEFT_MISSING_RECORD, &error);
    weft_text_free(&changes);
    weft_link_builder_free(links);
}

/* The nth request for memory fails: no crash, no leak, and the text is whole or not there. */
static void test_builders_without_memory(void **state)
{
    (void)state;
    bool is_done = false;
    for (size_t nth = 1; !is_done; nth++) {
        test_alloc alloc;
        test_alloc_init(&alloc, nth);
        weft_text text = {0};
        weft_error error = {0};
        weft_query_builder *builder = make_request(&alloc.allocator);
        const weft_code code = builder ? weft_query_builder_text(builder, &text, &error) : WEFT_NO_MEMORY;
        assert_int_equal(code, alloc.has_failed ? WEFT_NO_MEMORY : WEFT_OK);
        weft_text_free(&text);
        weft_query_builder_free(builder);
        is_done = !alloc.has_failed;
        assert_true(test_alloc_done(&alloc));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_retrieve),
        cmocka_unit_test(test_life_of_a_record),
        cmocka_unit_test(test_query_builder),
        cmocka_unit_test(test_builders_misused),
        cmocka_unit_test(test_link_builder),
        cmocka_unit_test(test_builders_without_memory),
    };
    return cmocka_run_group_tests(tests, face_shop_open, face_shop_close);
}
