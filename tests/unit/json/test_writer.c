/* Writing JSON: escapes, doubles as JavaScript prints them, values. */
#include "support/tap.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/vectors.h"
#include "json/writer.h"

static void check_text(weft_str text, const char *json)
{
    weft_buf buf;
    weft_buf_init(&buf, NULL);
    weft_json_add_text(&buf, text);
    assert_str_equal(weft_buf_str(&buf), json);
    weft_buf_done(&buf);
}

static void texts_are_quoted_and_escaped(void **state)
{
    (void)state;
    check_text(WEFT_STR(""), "\"\"");
    check_text((weft_str){NULL, 0}, "\"\"");
    check_text(WEFT_STR("abc"), "\"abc\"");
    check_text(WEFT_STR("\"\\/"), "\"\\\"\\\\/\"");
    check_text(WEFT_STR("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"");
    check_text(WEFT_STR("a\0b\x01\x1F\x7F"), "\"a\\u0000b\\u0001\\u001f\x7F\"");
    check_text(WEFT_STR("\xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80"), "\"\xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80\"");
    check_text(WEFT_STR("\n"), "\"\\n\"");
    check_text(WEFT_STR("x\""), "\"x\\\"\"");
}

/* Every byte at every place of texts around the words that are looked at together, beside one written byte by byte. */
static void every_byte_is_escaped_wherever_it_stands(void **state)
{
    (void)state;
    for (size_t len = 1; len <= 25; len++) {
        for (size_t place = 0; place < len * 256; place++) {
            char text[] = "abcdefghijklmnopqrstuvwxyz";
            char json[64] = "\"";
            size_t at = 1;
            text[place / 256] = (char)(place % 256);
            for (size_t i = 0; i < len; i++) {
                weft_buf one;
                weft_buf_init(&one, NULL);
                weft_json_add_text(&one, (weft_str){text + i, 1});
                memcpy(json + at, one.data + 1, one.len - 2);
                at += one.len - 2;
                weft_buf_done(&one);
            }
            json[at] = '"';
            check_text((weft_str){text, len}, json);
        }
    }
}

static void check_double(double value, weft_str json)
{
    weft_buf buf;
    weft_buf_init(&buf, NULL);
    weft_json_add_double(&buf, value);
    if (!weft_str_equal(weft_buf_str(&buf), json)) {
        fail_msg("%a was written %s, not %.*s", value, buf.data, WEFT_STR_ARG(json));
    }
    weft_buf_done(&buf);
}

static void doubles_take_the_form_that_ecmascript_gives_them(void **state)
{
    (void)state;
    check_double(0.0, WEFT_STR("0"));
    check_double(-0.0, WEFT_STR("0"));
    check_double(0.1, WEFT_STR("0.1"));
    check_double(-19.99, WEFT_STR("-19.99"));
    check_double(5e-324, WEFT_STR("5e-324"));
    check_double(DBL_MAX, WEFT_STR("1.7976931348623157e+308"));
    check_double(1e21, WEFT_STR("1e+21"));
    check_double(1e20, WEFT_STR("100000000000000000000"));
    check_double(1e-7, WEFT_STR("1e-7"));
    check_double(1e-6, WEFT_STR("0.000001"));
    check_double(ldexp(1, -44), WEFT_STR("5.684341886080802e-14"));
    check_double(9007199254740993.0 * 1024, WEFT_STR("9223372036854776000"));
    check_double((double)NAN, WEFT_STR("null"));
    check_double((double)INFINITY, WEFT_STR("null"));
    check_double((double)-INFINITY, WEFT_STR("null"));
}

static uint64_t read_bits(weft_str hex)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < hex.len; i++) {
        const char digit = hex.data[i];
        bits = bits << 4 | (uint64_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    return bits;
}

static void thousands_of_doubles_are_written_as_node_writes_them(void **state)
{
    (void)state;
    test_vectors vectors;
    assert_true(test_vectors_open(&vectors, "doubles.tsv"));
    size_t count = 0;
    weft_str fields[2];
    for (; test_vectors_next(&vectors, fields, 2); count++) {
        const uint64_t bits = read_bits(fields[0]);
        double value = 0;
        memcpy(&value, &bits, sizeof(value));
        check_double(value, fields[1]);
    }
    assert_int_equal(vectors.at, vectors.len);
    assert_true(count > 3000);
    test_vectors_close(&vectors);
}

static void what_is_written_reads_back_as_the_same_double(void **state)
{
    (void)state;
    uint64_t bits = 88172645463325252u;
    weft_buf buf;
    weft_buf_init(&buf, NULL);
    for (int i = 0; i < 20000; i++) {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        double value = 0;
        memcpy(&value, &bits, sizeof(value));
        if (isfinite(value)) {
            weft_buf_clear(&buf);
            weft_json_add_double(&buf, value);
            assert_true(strtod(buf.data, NULL) == value);
        }
    }
    weft_buf_done(&buf);
}

static void the_locale_does_not_change_numbers(void **state)
{
    (void)state;
    const char *names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8", "de_DE", "ru_RU.UTF-8"};
    for (size_t i = 0; i < WEFT_COUNT_OF(names); i++) {
        if (setlocale(LC_NUMERIC, names[i])) {
            check_double(0.1 + 0.2, WEFT_STR("0.30000000000000004"));
            check_double(1.5e300, WEFT_STR("1.5e+300"));
        }
    }
    assert_non_null(setlocale(LC_NUMERIC, "C"));
}

static void check_value(weft_value value, const char *json)
{
    weft_buf buf;
    weft_buf_init(&buf, NULL);
    weft_json_add_value(&buf, &value);
    assert_str_equal(weft_buf_str(&buf), json);
    weft_buf_done(&buf);
}

static void values_of_every_kind_are_written(void **state)
{
    (void)state;
    check_value((weft_value){.kind = WEFT_VALUE_NULL}, "null");
    check_value((weft_value){.kind = WEFT_VALUE_BOOLEAN, .as.boolean = true}, "true");
    check_value((weft_value){.kind = WEFT_VALUE_BOOLEAN}, "false");
    check_value((weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = INT64_MIN}, "-9223372036854775808");
    check_value((weft_value){.kind = WEFT_VALUE_DOUBLE, .as.real = 0.5}, "0.5");
    check_value((weft_value){.kind = WEFT_VALUE_TEXT, .as.text = WEFT_STR("a\"")}, "\"a\\\"\"");
    check_value((weft_value){.kind = WEFT_VALUE_TIME, .as.time_us = 1500}, "\"1970-01-01T00:00:00.001Z\"");
    check_value((weft_value){.kind = WEFT_VALUE_DECIMAL, .as.text = WEFT_STR("12345678901234567890.5")},
                "12345678901234567890.5");
    check_value((weft_value){.kind = WEFT_VALUE_JSON, .as.text = WEFT_STR("{ \"b\": 1.0, \"a\": [ ] }")},
                "{\"a\":[],\"b\":1}");
    check_value((weft_value){.kind = WEFT_VALUE_ARRAY, .as.text = WEFT_STR("[\"x\", \"y\"]")}, "[\"x\",\"y\"]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_quoted_and_escaped),
        cmocka_unit_test(every_byte_is_escaped_wherever_it_stands),
        cmocka_unit_test(doubles_take_the_form_that_ecmascript_gives_them),
        cmocka_unit_test(thousands_of_doubles_are_written_as_node_writes_them),
        cmocka_unit_test(what_is_written_reads_back_as_the_same_double),
        cmocka_unit_test(the_locale_does_not_change_numbers),
        cmocka_unit_test(values_of_every_kind_are_written),
    };
    return cmocka_run_group_tests_name("json/writer", tests, NULL, NULL);
}
