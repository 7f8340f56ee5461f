/* Typed results of the shop that is compiled in, against the JSON of the same request: the same members, the same
 * bytes; and the typed values themselves. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "face/shop.h"
#include "support/tap.h"
#include "weft/record.h"

static const char request[] = "{\"entity\":\"product\",\"fields\":[\"id\",\"title\",\"status\",\"metadata.color\","
                              "\"created_at\",\"variants.price\","
                              "\"blog_posts.title\",\"blog_posts.views\",\"blog_post_link.position\",\"blog_posts.$"
                              "count\",\"blog_posts.$sum.views\"],"
                              "\"pagination\":{\"order\":{\"title\":\"ASC\"},\"skip\":0}}";

static void must(weft_code code, const weft_error *error)
{
    if (code != WEFT_OK) {
        fail_msg("%s %s %s", error->where, error->message, error->detail);
    }
}

static weft_reply *open_records(weft_engine *engine, const char *text)
{
    weft_reply *reply = NULL;
    weft_error error = {0};
    must(weft_query_open(engine, text, strlen(text), WEFT_FORMAT_RECORDS, &reply, &error), &error);
    return reply;
}

static weft_record next(weft_reply *reply)
{
    weft_record record = {0};
    weft_error error = {0};
    must(weft_reply_next(reply, &record, &error), &error);
    return record;
}

static void test_values(void **state)
{
    weft_reply *reply = open_records(*state, request);
    const weft_record lamp = next(reply);
    assert_true(weft_str_equal_text(weft_record_text(lamp, "title"), "Lamp"));
    assert_true(weft_str_equal_text(weft_record_text(lamp, "status"), "published"));
    assert_true(weft_record_time_us(lamp, "created_at") >= INT64_C(1767225600000000));
    assert_int_equal(weft_record_integer(lamp, "$count.blog_posts"), 2);
    assert_int_equal(weft_record_integer(lamp, "$sum.blog_posts.views"), 12);

    const size_t variants = weft_record_member(lamp, "variants");
    assert_int_equal(weft_record_partner_count(lamp, variants), 1);
    const weft_record variant = weft_record_partner(lamp, variants, 0);
    assert_true(weft_str_equal_text(weft_record_text(variant, "price"), "19.9"));

    const size_t posts = weft_record_member(lamp, "blog_posts");
    assert_int_equal(weft_record_partner_count(lamp, posts), 2);
    assert_int_equal(weft_record_integer(weft_record_partner(lamp, posts, 0), "views"), 5);
    assert_null(weft_record_partner(lamp, posts, 2).row);
    assert_int_equal(weft_record_value(lamp, posts).kind, WEFT_VALUE_NULL);

    const weft_record table = next(reply);
    assert_true(weft_str_equal_text(weft_record_text(table, "title"), "Table"));
    assert_int_equal(weft_record_integer(table, "$count.blog_posts"), 0);
    assert_int_equal(weft_record_value(table, weft_record_member(table, "$sum.blog_posts.views")).kind,
                     WEFT_VALUE_NULL);
    assert_null(next(reply).row);
    assert_null(next(reply).row);
    uint64_t count = 0;
    weft_error error = {0};
    must(weft_reply_count(reply, &count, &error), &error);
    assert_int_equal(count, 2);
    weft_reply_close(reply);
}

static void test_what_is_not_there(void **state)
{
    weft_reply *reply = open_records(*state, "{\"entity\":\"product\",\"fields\":[\"title\"]}");
    const weft_record product = next(reply);
    assert_int_equal(weft_record_member_count(product), 1);
    assert_int_equal(weft_record_member(product, "nothing"), WEFT_NO_MEMBER);
    assert_null(weft_record_text(product, "nothing").data);
    assert_int_equal(weft_record_integer(product, "title"), 0);
    assert_false(weft_record_boolean(product, "title"));
    assert_true(weft_record_double(product, "title") == 0);
    assert_null(weft_record_member_name(product, 1).data);
    assert_int_equal(weft_record_partner_count(product, WEFT_NO_MEMBER), 0);
    assert_int_equal(weft_record_member_count((weft_record){NULL, NULL}), 0);

    uint64_t count = 0;
    const char *data = NULL;
    size_t len = 0;
    weft_error error = {0};
    assert_int_equal(weft_reply_count(reply, &count, &error), WEFT_MISUSE); /* not at its end */
    assert_int_equal(weft_reply_read(reply, &data, &len, &error), WEFT_MISUSE);
    while (next(reply).row) {
    }
    assert_int_equal(weft_reply_count(reply, &count, &error), WEFT_MISUSE); /* not asked for */
    weft_reply_close(reply);
}

/* Put the answer together again out of members; JSON paths and aggregates stand under their full names in both. */
static void test_members_are_the_json(void **state)
{
    static const char flat[] = "{\"entity\":\"product\",\"fields\":[\"id\",\"metadata\",\"created_at\",\"variants.*\","
                               "\"blog_posts.*\",\"blog_posts.comments.body\",\"blog_post_link.*\"]}";
    weft_text json = {0};
    weft_error error = {0};
    must(weft_query_json(*state, flat, strlen(flat), &json, &error), &error);
    char *built = test_calloc(1, json.len + 64);
    strcpy(built, "{\"data\":[");
    weft_reply *reply = open_records(*state, flat);
    size_t records = 0;
    for (weft_record record = next(reply); record.row; record = next(reply)) {
        strcat(built, records++ ? ",{" : "{");
        for (size_t i = 0; i < weft_record_member_count(record); i++) {
            const weft_str name = weft_record_member_name(record, i);
            weft_text value = {0};
            must(weft_record_json(reply, record, i, &value, &error), &error);
            assert_true(strlen(built) + value.len + name.len < json.len + 32);
            strcat(built, i ? ",\"" : "\"");
            strncat(built, name.data, name.len);
            strcat(strcat(built, "\":"), value.data);
            weft_text_free(&value);
        }
        strcat(built, "}");
    }
    strcat(built, "]}");
    assert_int_equal(records, 2);
    assert_string_equal(built, json.data);
    weft_reply_close(reply);
    weft_text_free(&json);
    test_free(built);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_what_is_not_there),
        cmocka_unit_test(test_members_are_the_json),
    };
    return cmocka_run_group_tests(tests, face_shop_open, face_shop_close);
}
