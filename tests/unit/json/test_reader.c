/* Reading JSON: what is refused and where, limits, numbers that keep their digits, running out of memory. */
#include "support/tap.h"

#include <string.h>

#include "base/utf8.h"
#include "support/alloc.h"
#include "json/reader.h"

static void what_is_json_is_read(void **state)
{
    (void)state;
    const char *texts[] = {"null", " true ", "\"a\"", "-0", "1.5e3", "[]", "{}", "[1,[2,{\"a\":{}}]]", "\"\\\\u0000\""};
    for (size_t i = 0; i < WEFT_COUNT_OF(texts); i++) {
        json_t *value = NULL;
        assert_int_equal(weft_json_read(weft_str_from(texts[i]), 0, &value, NULL), WEFT_OK);
        assert_non_null(value);
        json_decref(value);
    }
}

static void check_refused(weft_str text, const char *where, const char *message_part)
{
    json_t *value = NULL;
    weft_error error = {.code = WEFT_OK};
    const weft_code code = weft_json_read(text, 0, &value, &error);
    if (code != WEFT_INVALID_JSON || strcmp(error.where, where) != 0 || !strstr(error.message, message_part)) {
        fail_msg("%.*s: %d at %s: %s", WEFT_STR_ARG(text), (int)code, error.where, error.message);
    }
    assert_null(value);
    assert_null(strchr(error.message, '\n'));
    assert_true(weft_utf8_is_valid(weft_str_from(error.message)));
    assert_int_equal(weft_json_read(text, 0, &value, NULL), WEFT_INVALID_JSON);
}

static void what_is_not_json_is_refused_with_its_place(void **state)
{
    (void)state;
    check_refused(WEFT_STR(""), "1:1", "end of file");
    check_refused((weft_str){NULL, 0}, "1:1", "end of file");
    check_refused(WEFT_STR("nul"), "1:3", "nul");
    check_refused(WEFT_STR("[1,2"), "1:4", "']' expected");
    check_refused(WEFT_STR("{\"a\":1} x"), "1:9", "end of file expected");
    check_refused(WEFT_STR("1 2"), "1:3", "end of file expected");
    check_refused(WEFT_STR("{\"a\":1,\n  \"b\":2,\n  \"a\":3}"), "3:5", "duplicate object key near '\"a\"'");
    check_refused(WEFT_STR("[1,]"), "1:4", "unexpected token");
    check_refused(WEFT_STR("{'a':1}"), "1:2", "string or '}' expected");
    check_refused(WEFT_STR("[01]"), "1:2", "invalid token");
    check_refused(WEFT_STR("[.5]"), "1:2", "invalid token");
    check_refused(WEFT_STR("[-]"), "1:2", "invalid token");
    check_refused(WEFT_STR("[1e]"), "1:3", "invalid token");
    check_refused(WEFT_STR("[NaN]"), "1:4", "invalid token");
    check_refused(WEFT_STR("[\"a\nb\"]"), "1:3", "unexpected newline");
    check_refused(WEFT_STR("[\"\\x\"]"), "1:4", "invalid escape");
    check_refused(WEFT_STR("/* no */ 1"), "1:1", "invalid token");
    check_refused(WEFT_STR("1e999"), "1:5", "overflow");
}

static void text_that_is_not_utf8_is_refused(void **state)
{
    (void)state;
    check_refused(WEFT_STR("\"\xFF\""), "1:2", "unable to decode byte 0xff");
    check_refused(WEFT_STR("[\"\xC3\xA9\xC3\"]"), "1:4", "unable to decode byte");
    check_refused(WEFT_STR("\"\xED\xA0\x80\""), "1:2", "unable to decode byte");
    check_refused(WEFT_STR("\"\\ud800\""), "1:8", "invalid Unicode");
}

static void nul_is_refused_in_every_form(void **state)
{
    (void)state;
    check_refused(WEFT_STR("{\"a\":\"x\\u0000y\"}"), "1:8", "U+0000");
    check_refused(WEFT_STR("{\"a\\u0000\":1}"), "1:4", "U+0000");
    check_refused(WEFT_STR("\"a\0b\""), "1:2", "control character");
    check_refused(WEFT_STR("[1]\0"), "1:4", "end of file expected");
    check_refused(WEFT_STR("\0"), "1:1", "invalid token");
}

static void columns_count_characters(void **state)
{
    (void)state;
    check_refused(WEFT_STR("[\"\xC3\xA9\xE2\x82\xAC\", x]"), "1:8", "near 'x'");
}

static void a_message_cut_within_a_character_stays_text(void **state)
{
    (void)state;
    char text[600] = "[1 \"";
    for (size_t shift = 4; shift < 8; shift++) {
        memset(text + 4, 'a', shift - 4);
        for (size_t i = shift; i + 4 < sizeof(text) - 3; i += 3) {
            memcpy(text + i, "\xE2\x82\xAC\"", 5);
        }
        weft_error error;
        json_t *value = NULL;
        assert_int_equal(weft_json_read(weft_str_from(text), 0, &value, &error), WEFT_INVALID_JSON);
        assert_true(weft_utf8_is_valid(weft_str_from(error.message)));
    }
}

static weft_code read_brackets(size_t opened, size_t closed, weft_error *error)
{
    static char text[40000];
    memset(text, '[', opened);
    memset(text + opened, ']', closed);
    json_t *value = NULL;
    const weft_code code = weft_json_read((weft_str){text, opened + closed}, 0, &value, error);
    json_decref(value);
    return code;
}

static void depth_is_limited(void **state)
{
    (void)state;
    weft_error error = {.code = WEFT_OK};
    assert_int_equal(read_brackets(WEFT_JSON_DEPTH_MAX, WEFT_JSON_DEPTH_MAX, NULL), WEFT_OK);
    assert_int_equal(read_brackets(WEFT_JSON_DEPTH_MAX + 1, WEFT_JSON_DEPTH_MAX + 1, &error), WEFT_LIMIT_EXCEEDED);
    assert_string_equal(error.where, "1:513");
    assert_int_equal(read_brackets(10000, 10000, &error), WEFT_LIMIT_EXCEEDED);
    assert_int_equal(read_brackets(10000, 0, &error), WEFT_LIMIT_EXCEEDED);
    assert_int_equal(read_brackets(0, 10000, &error), WEFT_INVALID_JSON);
    /* Brackets within texts are text. */
    json_t *value = NULL;
    char text[1200];
    memset(text, '[', sizeof(text));
    text[0] = '"';
    text[sizeof(text) - 1] = '"';
    assert_int_equal(weft_json_read((weft_str){text, sizeof(text)}, 0, &value, NULL), WEFT_OK);
    json_decref(value);
}

static void bytes_are_limited(void **state)
{
    (void)state;
    json_t *value = NULL;
    weft_error error;
    assert_int_equal(weft_json_read(WEFT_STR("[1,2]"), 5, &value, NULL), WEFT_OK);
    json_decref(value);
    value = NULL;
    assert_int_equal(weft_json_read(WEFT_STR("[1,2]"), 4, &value, &error), WEFT_LIMIT_EXCEEDED);
    assert_null(value);
    assert_non_null(strstr(error.detail, "5 bytes"));
}

static void check_number(const char *text, const char *long_digits, double nearest)
{
    json_t *value = NULL;
    assert_int_equal(weft_json_read(weft_str_from(text), 0, &value, NULL), WEFT_OK);
    assert_true(weft_json_is_number(value));
    assert_str_equal(weft_json_long_number(value), long_digits);
    assert_true(weft_json_number(value) == nearest);
    assert_int_equal(json_is_number(value), long_digits[0] == '\0');
    json_decref(value);
}

static void numbers_that_would_be_rounded_keep_their_digits(void **state)
{
    (void)state;
    check_number("0", "", 0);
    check_number("-0.0", "", 0);
    check_number("9223372036854775807", "", 9223372036854775807.0);
    check_number("-9223372036854775808", "", -9223372036854775808.0);
    check_number("9223372036854775808", "9223372036854775808", 9223372036854775808.0);
    check_number("-9223372036854775809", "-9223372036854775809", -9223372036854775809.0);
    check_number("0.30000000000000004", "", 0.30000000000000004);
    check_number("0.1000000000000000055", "0.1000000000000000055", 0.1);
    check_number("100000.000000000000000", "", 100000);
    check_number("0.5", "", 0.5);
    check_number("12345678901234567890.5", "12345678901234567890.5", 12345678901234567890.5);
    check_number("1e22", "", 1e22);
    check_number("1e-400", "1e-400", 0);
    check_number("0e-400", "", 0);
    check_number("1.7976931348623157e308", "", 1.7976931348623157e308);
    check_number("5e-324", "", 5e-324);
    check_number("4.94065645841246544e-324", "4.94065645841246544e-324", 5e-324);
}

static void a_text_is_no_number_and_a_long_number_no_text(void **state)
{
    (void)state;
    json_t *value = NULL;
    assert_int_equal(weft_json_read(WEFT_STR("[\"12345678901234567890\",12345678901234567890]"), 0, &value, NULL),
                     WEFT_OK);
    const json_t *text = json_array_get(value, 0);
    const json_t *number = json_array_get(value, 1);
    assert_false(weft_json_is_number(text));
    assert_str_equal(weft_json_text(text), "12345678901234567890");
    assert_true(weft_json_is_number(number));
    assert_str_equal(weft_json_text(number), "");
    assert_false(weft_json_is_number(NULL));
    json_decref(value);
}

static void places_behind_long_numbers_are_those_of_the_text(void **state)
{
    (void)state;
    check_refused(WEFT_STR("[12345678901234567890,\n12345678901234567890, x]"), "2:23", "invalid token near 'x'");
    check_refused(WEFT_STR("[12345678901234567890 1]"), "1:23", "']' expected");
    check_refused(WEFT_STR("{12345678901234567890:1}"), "1:21", "");
    check_refused(WEFT_STR("[12345678901234567890"), "1:21", "end of file");
}

/* Reading under an allocator that fails. jansson takes a key or text it has no memory for as a wrong token. */
static void running_out_of_memory_is_told_and_leaves_nothing(void **state)
{
    (void)state;
    const weft_str text = WEFT_STR(
        "{\"a\":[1,2.5,\"text\",{\"b\":null}],\"a key that needs more room than others\":[\"x\",{\"\":\"\"}]}");
    bool has_failed = true;
    for (size_t nth = 1; has_failed; nth++) {
        test_alloc alloc;
        test_alloc_init(&alloc, nth);
        test_alloc_set_jansson(&alloc);
        json_t *value = NULL;
        const weft_code code = weft_json_read(text, 0, &value, NULL);
        json_decref(value);
        test_alloc_set_jansson(NULL);
        has_failed = alloc.has_failed;
        assert_int_equal(code, has_failed ? WEFT_NO_MEMORY : WEFT_OK);
        assert_true(test_alloc_done(&alloc));
        assert_true(nth < 200);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_json_is_read),
        cmocka_unit_test(what_is_not_json_is_refused_with_its_place),
        cmocka_unit_test(text_that_is_not_utf8_is_refused),
        cmocka_unit_test(nul_is_refused_in_every_form),
        cmocka_unit_test(columns_count_characters),
        cmocka_unit_test(a_message_cut_within_a_character_stays_text),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(bytes_are_limited),
        cmocka_unit_test(numbers_that_would_be_rounded_keep_their_digits),
        cmocka_unit_test(a_text_is_no_number_and_a_long_number_no_text),
        cmocka_unit_test(places_behind_long_numbers_are_those_of_the_text),
        cmocka_unit_test(running_out_of_memory_is_told_and_leaves_nothing),
    };
    return cmocka_run_group_tests_name("json/reader", tests, NULL, NULL);
}
