/* Canonical JSON: one form for one value, paths into it. */
#include "support/tap.h"

#include <string.h>

#include "support/alloc.h"
#include "json/canonical.h"

static void check(weft_str text, const char *canonical)
{
    weft_buf buf;
    weft_buf_init(&buf, NULL);
    weft_json_add_canonical(&buf, text);
    assert_false(buf.failed);
    assert_str_equal(weft_buf_str(&buf), canonical);
    weft_buf_done(&buf);
}

static void white_space_goes_and_keys_are_sorted_bytewise(void **state)
{
    (void)state;
    check(WEFT_STR(" { \"b\" : 1 , \"a\" : [ 1 , 2 ] } "), "{\"a\":[1,2],\"b\":1}");
    check(WEFT_STR("{\"b\":{\"d\":1,\"c\":2},\"\":0,\"B\":3,\"aa\":4,\"a\":5}"),
          "{\"\":0,\"B\":3,\"a\":5,\"aa\":4,\"b\":{\"c\":2,\"d\":1}}");
    check(WEFT_STR("{\"\xF0\x9F\x98\x80\":1,\"\xEF\xBF\xBD\":2,\"z\":3}"),
          "{\"z\":3,\"\xEF\xBF\xBD\":2,\"\xF0\x9F\x98\x80\":1}");
    check(WEFT_STR("[]"), "[]");
    check(WEFT_STR("{}"), "{}");
}

static void numbers_have_one_form(void **state)
{
    (void)state;
    check(WEFT_STR("[1.0,1e2,1E+2,100,-0,-0.0,0.10,1e-7,1e21]"), "[1,100,100,100,0,0,0.1,1e-7,1e+21]");
    check(WEFT_STR("[9007199254740993,9223372036854775807]"), "[9007199254740993,9223372036854775807]");
    check(WEFT_STR("[12345678901234567890,10000000000000000000000,12345678901234567890.5]"),
          "[12345678901234567000,1e+22,12345678901234567000]");
    check(WEFT_STR("0.1000000000000000055"), "0.1");
}

static void texts_have_one_form(void **state)
{
    (void)state;
    check(WEFT_STR("\"\\u00e9\\/\\u0041\\ud83d\\ude00\\u000a\""), "\"\xC3\xA9/A\xF0\x9F\x98\x80\\n\"");
    check(WEFT_STR("\"\\u001F\\u007f\""), "\"\\u001f\x7F\"");
}

static void what_is_not_json_becomes_a_text(void **state)
{
    (void)state;
    check(WEFT_STR("{a:1}"), "\"{a:1}\"");
    check(WEFT_STR(""), "\"\"");
    check(WEFT_STR("say \"hi\""), "\"say \\\"hi\\\"\"");
    check(WEFT_STR("a\xFF\xC3"), "\"a\xEF\xBF\xBD\xEF\xBF\xBD\"");
    check(WEFT_STR("{\"a\":1,\"a\":2}"), "\"{\\\"a\\\":1,\\\"a\\\":2}\"");
    check(WEFT_STR("1e999"), "\"1e999\"");
}

static void the_canonical_form_is_its_own(void **state)
{
    (void)state;
    const weft_str texts[] = {WEFT_STR("{\"b\":[0.30000000000000004,5e-324,1.5e300],\"a\":\"\\u2028\\\"\"}"),
                              WEFT_STR("[[[[{\"z\":{\"y\":[]}}]]]]"),
                              WEFT_STR("not json")};
    for (size_t i = 0; i < WEFT_COUNT_OF(texts); i++) {
        weft_buf once;
        weft_buf_init(&once, NULL);
        weft_json_add_canonical(&once, texts[i]);
        check(weft_buf_str(&once), once.data);
        weft_buf_done(&once);
    }
}

static void an_object_of_many_keys_is_sorted(void **state)
{
    (void)state;
    weft_buf text;
    weft_buf expected;
    weft_buf_init(&text, NULL);
    weft_buf_init(&expected, NULL);
    for (int i = 0; i < 1000; i++) {
        weft_buf_add_format(&text, "%s\"k%04d\":{\"b\":%d,\"a\":0}", i ? "," : "{", i * 7 % 1000, i);
    }
    weft_buf_add_char(&text, '}');
    for (int i = 0; i < 1000; i++) {
        weft_buf_add_format(&expected, "%s\"k%04d\":{\"a\":0,\"b\":%d}", i ? "," : "{", i, i * 143 % 1000);
    }
    weft_buf_add_char(&expected, '}');
    check(weft_buf_str(&text), expected.data);
    weft_buf_done(&text);
    weft_buf_done(&expected);
}

static void check_path(const char *text, const weft_str *path, size_t path_len, const char *canonical)
{
    weft_buf buf;
    weft_buf_init(&buf, NULL);
    weft_json_add_path(&buf, weft_str_from(text), path, path_len);
    assert_str_equal(weft_buf_str(&buf), canonical);
    weft_buf_done(&buf);
}

static void paths_lead_into_objects_and_arrays(void **state)
{
    (void)state;
    const char *text = "{\"a\":{\"b\":[10,{\"c\":null,\"0\":5}],\"1\":6},\"\":7}";
    const weft_str path[] = {WEFT_STR("a"), WEFT_STR("b"), WEFT_STR("1"), WEFT_STR("0"), WEFT_STR("x")};
    check_path(text, path, 0, "{\"\":7,\"a\":{\"1\":6,\"b\":[10,{\"0\":5,\"c\":null}]}}");
    check_path(text, path, 1, "{\"1\":6,\"b\":[10,{\"0\":5,\"c\":null}]}");
    check_path(text, path, 3, "{\"0\":5,\"c\":null}");
    check_path(text, path, 4, "5");
    check_path(text, path, 5, "null");
    const weft_str empty_key[] = {{NULL, 0}};
    check_path(text, empty_key, 1, "7");
    const char *bad_indexes[] = {"2", "01", "-1", "", "1.0", "x", "99999999999999999999"};
    for (size_t i = 0; i < WEFT_COUNT_OF(bad_indexes); i++) {
        const weft_str index = weft_str_from(bad_indexes[i]);
        check_path("[10,20]", &index, 1, "null");
    }
    check_path("not json", path, 1, "null");
}

static void running_out_of_memory_fails_the_buffer(void **state)
{
    (void)state;
    bool has_failed = true;
    for (size_t nth = 1; has_failed; nth++) {
        test_alloc alloc;
        test_alloc_init(&alloc, nth);
        test_alloc_set_jansson(&alloc);
        weft_buf buf;
        weft_buf_init(&buf, &alloc.allocator);
        weft_json_add_canonical(&buf, WEFT_STR("{\"b\":[1,{\"y\":2,\"x\":\"text\"}],\"a\":0.1}"));
        has_failed = alloc.has_failed;
        assert_int_equal(buf.failed, has_failed);
        weft_buf_done(&buf);
        test_alloc_set_jansson(NULL);
        assert_true(test_alloc_done(&alloc));
        assert_true(nth < 200);
    }
}

static void a_value_deeper_than_any_text_fails_the_buffer(void **state)
{
    (void)state;
    json_t *value = json_array();
    for (int i = 0; i < WEFT_JSON_DEPTH_MAX + 10; i++) {
        json_t *outer = json_array();
        assert_int_equal(json_array_append_new(outer, value), 0);
        value = outer;
    }
    weft_buf buf;
    weft_buf_init(&buf, NULL);
    weft_json_add_canonical_value(&buf, value);
    assert_true(buf.failed);
    weft_buf_done(&buf);
    json_decref(value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(white_space_goes_and_keys_are_sorted_bytewise),
        cmocka_unit_test(numbers_have_one_form),
        cmocka_unit_test(texts_have_one_form),
        cmocka_unit_test(what_is_not_json_becomes_a_text),
        cmocka_unit_test(the_canonical_form_is_its_own),
        cmocka_unit_test(an_object_of_many_keys_is_sorted),
        cmocka_unit_test(paths_lead_into_objects_and_arrays),
        cmocka_unit_test(running_out_of_memory_fails_the_buffer),
        cmocka_unit_test(a_value_deeper_than_any_text_fails_the_buffer),
    };
    return cmocka_run_group_tests_name("json/canonical", tests, NULL, NULL);
}
