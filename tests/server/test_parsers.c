/* What reads addresses and headers, without a server: targets, fields, conditions, keys, routes, preferences. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/fields.h"
#include "server/figures.h"
#include "server/framing.h"
#include "server/key.h"
#include "server/listing.h"
#include "server/params.h"
#include "server/prefer.h"
#include "server/route.h"
#include "server/tag.h"
#include "server/text.h"
#include "support/tap.h"
#include "tests/server/shop_schema.h"

static void test_a_target_is_split_and_decoded(void **state)
{
    (void)state;
    server_target target;
    assert_int_equal(server_target_read(&target, "/a%2Fb/c/?x=1+2&y%5B%5D=%C3%BC&&z", NULL), WEFT_OK);
    assert_int_equal(target.segment_count, 2);
    assert_string_equal(target.segments[0], "a/b");
    assert_string_equal(target.segments[1], "c");
    assert_int_equal(target.param_count, 3);
    assert_string_equal(server_target_param(&target, "x"), "1 2");
    assert_string_equal(server_target_param(&target, "y[]"), "\xC3\xBC");
    assert_string_equal(server_target_param(&target, "z"), "");
    assert_null(server_target_param(&target, "w"));
    server_target_done(&target);
}

static void test_a_broken_target_is_refused(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "/%", "/%4", "/%zz", "/%00", "/a//b", "/%FF", "/?a=%C3", "/?%ED%A0%80=1", "x", "/?a=%C0%AF"};
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        server_target target;
        weft_error error = {0};
        assert_int_equal(server_target_read(&target, broken[i], &error), WEFT_INVALID_REQUEST);
        assert_true(error.message[0] != '\0');
        server_target_done(&target);
    }
}

static bool fits(size_t param_count, size_t value_len)
{
    server_text sent = {0};
    server_text_put(&sent, "/x?");
    for (size_t i = 0; i < param_count; i++) {
        server_text_format(&sent, "%sa=%0*d", i ? "&" : "", (int)value_len, 0);
    }
    const weft_code code = server_target_fits(sent.data, NULL);
    assert_true(code == WEFT_OK || code == WEFT_LIMIT_EXCEEDED);
    server_text_done(&sent);
    return code == WEFT_OK;
}

static void test_a_target_is_neither_too_long_nor_of_too_many_parts(void **state)
{
    (void)state;
    assert_int_equal(server_target_fits("/x", NULL), WEFT_OK);
    assert_true(fits(SERVER_PARAMS_MAX, 1));
    assert_false(fits(SERVER_PARAMS_MAX + 1, 1));
    assert_true(fits(1, SERVER_HEAD_MAX - 2000));
    assert_false(fits(1, SERVER_HEAD_MAX));
    assert_true(fits(40, 200));
    assert_false(fits(SERVER_PARAMS_MAX, 100));
}

/* The request that the parameters of a list of products become, or the code of the refusal. */
static void check_listing(const char *query, bool is_one, const char *expected)
{
    server_schema schema = test_schema_make();
    server_target target;
    server_text path = {0};
    server_text request = {0};
    weft_error error = {0};
    server_text_format(&path, "/products?%s", query);
    weft_code code = server_target_read(&target, path.data, &error);
    const server_listing listing = {
        .schema = &schema, .entity = json_array_get(schema.entities, 0), .target = &target, .is_one = is_one};
    if (code == WEFT_OK) {
        code = server_listing_request(&listing, &request, &error);
    }
    assert_string_equal(code == WEFT_OK ? request.data : weft_code_name(code), expected);
    server_text_done(&request);
    server_text_done(&path);
    server_target_done(&target);
    server_schema_done(&schema);
}

#define HEAD  "{\"entity\":\"product.product\",\"fields\":[\"*\"]"
#define PAGE  ",\"pagination\":{\"take\":20,\"skip\":0}}"
#define WHERE ",\"filters\":{\"$and\":["

static void test_parameters_become_a_request(void **state)
{
    (void)state;
    check_listing("", false, HEAD PAGE);
    check_listing("", true, HEAD "}");
    check_listing("limit=5&offset=007&order=-title,price",
                  false,
                  HEAD ",\"pagination\":{\"take\":5,\"skip\":7,\"order\":[{\"title\":\"DESC\"},{\"price\":\"ASC\"}]}}");
    check_listing("limit=000", false, HEAD ",\"pagination\":{\"take\":0,\"skip\":0}}");
    check_listing("after=", false, HEAD ",\"pagination\":{\"take\":20,\"after\":null,\"count\":false}}");
    check_listing("with_deleted=true&fields=title",
                  true,
                  "{\"entity\":\"product.product\",\"fields\":[\"id\",\"title\"],\"withDeleted\":true}");
}

static void test_conditions_have_the_types_of_their_fields(void **state)
{
    (void)state;
    check_listing("title=5", false, HEAD WHERE "{\"title\":\"5\"}]}" PAGE);
    check_listing("price=12345678901234567890.10", false, HEAD WHERE "{\"price\":12345678901234567890.10}]}" PAGE);
    check_listing("live=true&price[$gte]=1", false, HEAD WHERE "{\"live\":true,\"price\":{\"$gte\":1}}]}" PAGE);
    check_listing("title[$exists]=false", false, HEAD WHERE "{\"title\":{\"$exists\":false}}]}" PAGE);
    check_listing(
        "metadata.color=red&metadata.size=5", false, HEAD WHERE "{\"metadata\":{\"color\":\"red\",\"size\":5}}]}" PAGE);
    check_listing("blog_posts.views[$in][]=1&blog_posts[views][$in][]=2",
                  false,
                  HEAD WHERE "{\"blog_posts\":{\"views\":{\"$in\":[1,2]}}}]}" PAGE);
    check_listing("blog_posts[$none][views]=3&blog_posts[$count][$gt]=1",
                  false,
                  HEAD WHERE "{\"blog_posts\":{\"$none\":{\"views\":3},\"$count\":{\"$gt\":1}}}]}" PAGE);
    check_listing("$or[0][title]=a&$or[1][price]=2&$not[live]=true",
                  false,
                  HEAD WHERE "{\"$or\":[{\"title\":\"a\"},{\"price\":2}],\"$not\":{\"live\":true}}]}" PAGE);
    check_listing("filters[limit]=9&filters={\"a\":1.50}", false, HEAD WHERE "{\"a\":1.50},{\"limit\":9}]}" PAGE);
}

static void test_nothing_is_ignored(void **state)
{
    (void)state;
    static const char *const unknown[] = {
        "bogus=1", "title]=1", "limi=5", "$some[title]=1", "=1", "%20=1", "filters[bogus]=1", "q=x"};
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        check_listing(unknown[i], false, "unknown_key");
    }
    static const char *const malformed[] = {"title[=1",

                                            "title..x=1",
                                            "title.=1",
                                            "title[a]b=1",
                                            "title=1&title=2",
                                            "title=1&title[$ne]=2",
                                            "title[]=1&title[$ne]=2",
                                            "$or[1][title]=1",
                                            "limit=1&limit=1",
                                            "filters=[]",
                                            "filters={",
                                            "filters={\"a\":1,\"a\":2}",
                                            "order=",
                                            "order=a,,b",
                                            "order=a,",
                                            "fields=a,,b",
                                            "fields=title,-price",
                                            "fields=-bogus",
                                            "fields=-id",
                                            "title[$in][0]=1&title[$in][2]=2"};
    for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
        check_listing(malformed[i], false, "invalid_request");
    }
    static const char *const mistyped[] = {"price=abc",
                                           "price=1.",
                                           "price=01",
                                           "live=yes",
                                           "limit=-1",
                                           "limit=x",
                                           "offset=",
                                           "with_deleted=",
                                           "title[$exists]=1",
                                           "blog_posts.views=x",
                                           "blog_posts[$count]=x",
                                           "price[]=1&price[]=x"};
    for (size_t i = 0; i < sizeof(mistyped) / sizeof(mistyped[0]); i++) {
        check_listing(mistyped[i], false, "type_mismatch");
    }
    check_listing("limit=5", true, "unknown_key");
    check_listing("title=5", true, "unknown_key");
}

static void check_key(size_t model, const char *key, const char *expected)
{
    server_schema schema = test_schema_make();
    server_text text = {0};
    weft_error error = {0};
    const weft_code code = server_key_condition(json_array_get(schema.entities, model), key, &text, &error);
    assert_string_equal(code == WEFT_OK ? text.data : weft_code_name(code), expected);
    server_text_done(&text);
    server_schema_done(&schema);
}

static void test_keys_have_the_types_of_their_fields(void **state)
{
    (void)state;
    check_key(0, "prod_\"1", "{\"id\":\"prod_\\\"1\"}");
    check_key(1, "[\"a\",5]", "{\"blog\":\"a\",\"number\":5}");
    check_key(1, "[\"a\"]", "not_found");
    check_key(1, "a", "not_found");
    check_key(1, "[\"a\",\"b\"]", "not_found");
    check_key(2, "17", "{\"id\":17}");
    check_key(2, "x", "not_found");
}

static void test_names_in_addresses(void **state)
{
    (void)state;
    server_schema schema = test_schema_make();
    json_t *found = NULL;
    weft_error error = {0};
    assert_int_equal(server_schema_model(&schema, "blog-posts", &found, &error), WEFT_OK);
    assert_string_equal(server_schema_text(found, "name"), "blog.blog_post");
    assert_int_equal(server_schema_model(&schema, "old_things", &found, &error), WEFT_AMBIGUOUS_NAME);
    assert_int_equal(server_schema_model(&schema, "other.old-things", &found, &error), WEFT_OK);
    assert_string_equal(server_schema_text(found, "name"), "other.thing");
    assert_int_equal(server_schema_model(&schema, "product_blog_posts", &found, &error), WEFT_NOT_FOUND);
    assert_int_equal(server_schema_model(&schema, "prodcuts", &found, &error), WEFT_NOT_FOUND);
    assert_string_equal(error.hint, "Did you mean \"/products\"?");
    assert_int_equal(server_schema_link(&schema, "product-blog-post", &found, &error), WEFT_OK);
    server_schema_done(&schema);
}

static void test_routes(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "a", "/", "/a/", "/a//b", "/[]", "/[a]b", "/[a]/[a]"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(server_route_check(bad[i], NULL), WEFT_INVALID_DEFINITION);
    }
    assert_int_equal(server_route_check("/a/[id]/b/[ab]", NULL), WEFT_OK);
    assert_true(server_route_is_same("/a/[x]", "/a/[y]"));
    assert_false(server_route_is_same("/a/[x]", "/a/b"));
    assert_false(server_route_is_same("/a", "/a/b"));
    server_target target;
    assert_int_equal(server_target_read(&target, "/a/1/b", NULL), WEFT_OK);
    assert_true(server_route_fits("/a/[id]/b", &target));
    assert_false(server_route_fits("/a/[id]", &target));
    assert_false(server_route_fits("/a/[id]/b/[c]", &target));
    assert_string_equal(server_route_value("/a/[id]/b", &target, "id"), "1");
    assert_null(server_route_value("/a/[id]/b", &target, "i"));
    server_target_done(&target);
}

static void test_preferences(void **state)
{
    (void)state;
    assert_true(server_prefers_no_count("respond-async, count=none"));
    assert_false(server_prefers_no_count("count=exact"));
    assert_false(server_prefers_no_count(NULL));
    assert_true(server_accepts("application/x-ndjson", "application/x-ndjson", "application/json"));
    assert_false(
        server_accepts("application/json, application/x-ndjson;q=0.5", "application/x-ndjson", "application/json"));
    assert_false(server_accepts("*/*", "application/x-ndjson", "application/json"));
    assert_true(server_accepts_gzip("deflate, GZIP ; q=0.1"));
    assert_true(server_accepts_gzip("*"));
    assert_false(server_accepts_gzip("gzip;q=0, *"));
    assert_false(server_accepts_gzip("identity"));
    assert_true(server_has_tag("\"x\", W/\"abc\"", "W/\"abc\""));
    assert_true(server_has_tag("\"abc\"", "W/\"abc\""));
    assert_true(server_has_tag("*", "W/\"abc\""));
    assert_false(server_has_tag("\"ab\"", "W/\"abc\""));
    assert_true(server_is_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
    assert_false(server_is_traceparent("00-00000000000000000000000000000000-00f067aa0ba902b7-01"));
    assert_false(server_is_traceparent("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
    assert_false(server_is_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x"));
    assert_true(server_is_request_id("a-1_B.:"));
    assert_false(server_is_request_id("a b"));
    assert_false(server_is_request_id(""));
}

typedef struct framing_case {
    const char *headers[3][2]; /* name and value */
    bool needs_host;
    const char *message; /* part of it; NULL: it may stand */
} framing_case;

static void test_whose_host_it_is(void **state)
{
    (void)state;
    static const char *const own[] = {"localhost", "LocalHost:1", "127.0.0.1", "127.9.0.1:8080", "[::1]", "[::1]:80"};
    static const char *const others[] = {"",
                                         "evil.example",
                                         "localhost.",
                                         "localhost.evil.example",
                                         "127.0.0.1.evil.example",
                                         "[::1].evil.example",
                                         "localhost:80@evil.example",
                                         "127.0.0.1:80:80",
                                         "0.0.0.0",
                                         "1.127.0.0.1"};
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        assert_true(server_is_loopback_host(own[i]));
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_false(server_is_loopback_host(others[i]));
    }
}

static void test_where_a_request_ends(void **state)
{
    (void)state;
    static const framing_case cases[] = {
        {{{"Host", "a"}, {"Content-Length", "12"}}, true, NULL},
        {{{"host", "a"}, {"transfer-encoding", "Chunked"}}, true, NULL},
        {{{"X", ""}}, false, NULL},
        {{{"X", ""}}, true, "one host, not 0"},
        {{{"Host", "a"}, {"HOST", "a"}}, false, "one host, not 2"},
        {{{"Content-Length", "12"}, {"content-length", "12"}}, false, "more than once"},
        {{{"Content-Length", "12"}, {"Transfer-Encoding", "chunked"}}, false, "more than once"},
        {{{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}}, false, "more than once"},
        {{{"Content-Length", "+12"}}, false, "no number"},
        {{{"Content-Length", ""}}, false, "no number"},
        {{{"Content-Length", "1 2"}}, false, "no number"},
        {{{"Content-Length", "1234567890123456789"}}, false, "no number"},
        {{{"Transfer-Encoding", "gzip, chunked"}}, false, "only \"chunked\""},
        {{{"Content-Length ", "12"}}, false, "\"Content-Length?\" cannot stand"},
        {{{"", "12"}}, false, "cannot stand"},
        {{{"X", "a\rY: b"}}, false, "end of a line"},
        {{{"X", "a\n b"}}, false, "end of a line"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        server_framing framing = {0};
        weft_error error = {0};
        for (size_t at = 0; at < 3 && cases[i].headers[at][0]; at++) {
            const char *const *header = cases[i].headers[at];
            server_framing_add(&framing, header[0], strlen(header[0]), header[1], strlen(header[1]));
        }
        const weft_code code = server_framing_end(&framing, cases[i].needs_host, &error);
        assert_int_equal(code, cases[i].message ? WEFT_INVALID_REQUEST : WEFT_OK);
        assert_true(!cases[i].message || strstr(error.message, cases[i].message));
    }
    server_framing framing = {0};
    server_framing_add(&framing, "X", 1, "a\0b", 3);
    assert_int_equal(server_framing_end(&framing, false, NULL), WEFT_INVALID_REQUEST);
}

static void test_tags_tell_bytes_apart(void **state)
{
    (void)state;
    char one[SERVER_TAG_BYTES];
    char two[SERVER_TAG_BYTES];
    char text[64] = {0};
    for (size_t len = 0; len < sizeof(text); len++) {
        server_tag_write(one, text, len);
        server_tag_write(two, text, len + 1 < sizeof(text) ? len + 1 : 0);
        assert_string_not_equal(one, two);
        text[len] = 'x';
        server_tag_write(two, text, len + 1);
        assert_string_not_equal(one, two);
        text[len] = '\0';
    }
}

static void test_figures_are_those_of_printf(void **state)
{
    (void)state;
    static const uint64_t numbers[] = {0, 7, 999, 1000, 1001, 60099, 1234567, UINT64_MAX / 2, UINT64_MAX};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        char made[64];
        char wanted[64];
        server_put_end(server_put_number(server_put_words(made, "n="), numbers[i]));
        (void)snprintf(wanted, sizeof(wanted), "n=%" PRIu64, numbers[i]);
        assert_string_equal(made, wanted);
        server_put_end(server_put_hex(made, numbers[i]));
        (void)snprintf(wanted, sizeof(wanted), "%016" PRIx64, numbers[i]);
        assert_string_equal(made, wanted);
        server_put_end(server_put_ms(made, numbers[i]));
        (void)snprintf(wanted, sizeof(wanted), "%" PRIu64 ".%03u", numbers[i] / 1000, (unsigned)(numbers[i] % 1000));
        assert_string_equal(made, wanted);
    }
}

static void test_texts_grow_while_they_are_formatted(void **state)
{
    (void)state;
    server_text text = {0};
    for (int i = 0; i < 300; i++) {
        server_text_format(&text, "%03d%s", i, i % 7 == 0 ? "!" : "");
    }
    assert_int_equal(text.len, 300 * 3 + 43);
    assert_int_equal(strlen(text.data), text.len);
    assert_memory_equal(text.data, "000!001002", 10);
    assert_string_equal(text.data + text.len - 6, "298299");
    server_text_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_target_is_split_and_decoded),
        cmocka_unit_test(test_a_broken_target_is_refused),
        cmocka_unit_test(test_a_target_is_neither_too_long_nor_of_too_many_parts),
        cmocka_unit_test(test_a_target_is_neither_too_long_nor_of_too_many_parts),
        cmocka_unit_test(test_parameters_become_a_request),
        cmocka_unit_test(test_conditions_have_the_types_of_their_fields),
        cmocka_unit_test(test_nothing_is_ignored),
        cmocka_unit_test(test_keys_have_the_types_of_their_fields),
        cmocka_unit_test(test_names_in_addresses),
        cmocka_unit_test(test_routes),
        cmocka_unit_test(test_preferences),
        cmocka_unit_test(test_where_a_request_ends),
        cmocka_unit_test(test_whose_host_it_is),
        cmocka_unit_test(test_tags_tell_bytes_apart),
        cmocka_unit_test(test_figures_are_those_of_printf),
        cmocka_unit_test(test_texts_grow_while_they_are_formatted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
