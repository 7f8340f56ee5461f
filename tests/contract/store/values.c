/* Each kind of value goes in and comes out the same, extremes too, prepared or not. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "contract/store/fixture.h"

/* Insert `value` and read it back: run once, prepared, and prepared again. */
static void assert_round_trip(store_fixture *f, weft_value value, const char *kinds, const char *expected)
{
    const weft_param param = param_of(value);
    weft_statement insert = fixture_statement(f, "INSERT INTO v (a) VALUES ($1)", "", &param, 1);
    weft_statement select = fixture_statement(f, "SELECT a FROM v", kinds, NULL, 0);
    fixture_must(f, "DELETE FROM v");
    assert_ok(f, weft_connection_execute(f->connection, &insert, NULL, &f->error));
    for (int i = 0; i < 3; i++) {
        select.is_once = i == 0;
        assert_ok(f, fixture_ask(f, f->connection, &select));
        assert_str_equal(weft_buf_str(&f->answer), expected);
    }
}

static void assert_null_round_trip(store_fixture *f, weft_value_kind kind, const char *kinds)
{
    const weft_param param = param_null(kind);
    const weft_statement insert = fixture_statement(f, "INSERT INTO v (a) VALUES ($1)", "", &param, 1);
    fixture_must(f, "DELETE FROM v");
    assert_ok(f, weft_connection_execute(f->connection, &insert, NULL, &f->error));
    assert_rows(f, "SELECT a FROM v", kinds, "-");
}

static void test_booleans(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE v (a {boolean})");
    assert_round_trip(f, value_boolean(true), "b", "t");
    assert_round_trip(f, value_boolean(false), "b", "f");
    assert_null_round_trip(f, WEFT_VALUE_BOOLEAN, "b");
}

static void test_integers(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE v (a {number})");
    assert_round_trip(f, value_integer(0), "i", "0");
    assert_round_trip(f, value_integer(-1), "i", "-1");
    assert_round_trip(f, value_integer(INT64_MAX), "i", "9223372036854775807");
    assert_round_trip(f, value_integer(INT64_MIN), "i", "-9223372036854775808");
    assert_round_trip(f, value_integer(INT64_C(9007199254740993)), "d", "9007199254740992");
    assert_round_trip(f, value_integer(-42), "n", "-42");
    assert_round_trip(f, value_integer(42), "t", "42");
    assert_null_round_trip(f, WEFT_VALUE_INTEGER, "i");
}

static void test_doubles(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE v (a {float})");
    assert_round_trip(f, value_double(0.1), "d", "0.10000000000000001");
    assert_round_trip(f, value_double(-0.0), "d", "0");
    assert_round_trip(f, value_double(DBL_MAX), "d", "1.7976931348623157e+308");
    assert_round_trip(f, value_double(DBL_TRUE_MIN), "d", "4.9406564584124654e-324");
    assert_round_trip(f, value_double(1e21), "d", "1e+21");
    assert_round_trip(f, value_double(123456789.125), "d", "123456789.125");
    assert_round_trip(f, value_double(0.5), "n", "0.5");
    assert_round_trip(f, value_double(INFINITY), "d", "inf");
    assert_null_round_trip(f, WEFT_VALUE_DOUBLE, "d");
}

static void test_texts(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE v (a {text})");
    static const char *const texts[] = {"",
                                        " ",
                                        "it's",
                                        "\"",
                                        "\\",
                                        "{}",
                                        "NULL",
                                        "null",
                                        "$1",
                                        "?1",
                                        "%_",
                                        "a\nb\tc",
                                        "\x7f",
                                        "\xc3\xa9\xe2\x82\xac\xf0\x9f\xa7\xb6"};
    for (size_t i = 0; i < WEFT_COUNT_OF(texts); i++) {
        assert_round_trip(f, value_of(WEFT_VALUE_TEXT, texts[i]), "t", texts[i]);
    }
    assert_null_round_trip(f, WEFT_VALUE_TEXT, "t");
}

static void test_a_text_without_data_is_empty(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE v (a {text})");
    assert_round_trip(f, (weft_value){.kind = WEFT_VALUE_TEXT}, "t", "");
}

static void test_a_long_text(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE v (a {text})");
    const size_t len = 3000000;
    char *text = weft_arena_alloc(&f->arena, len + 1);
    assert_non_null(text);
    memset(text, 'x', len);
    assert_round_trip(f, value_of(WEFT_VALUE_TEXT, text), "t", text);
}

static void test_times(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE v (a {dateTime})");
    assert_round_trip(f, value_time(0), "T", "1970-01-01T00:00:00.000Z");
    assert_round_trip(f, value_time(INT64_C(1767323045678000)), "T", "2026-01-02T03:04:05.678Z");
    assert_round_trip(f, value_time(-1000), "T", "1969-12-31T23:59:59.999Z");
    assert_round_trip(f, value_time(INT64_C(253402300799999000)), "T", "9999-12-31T23:59:59.999Z");
    assert_round_trip(f, value_time(INT64_C(-62135596800000000)), "T", "0001-01-01T00:00:00.000Z");
    assert_null_round_trip(f, WEFT_VALUE_TIME, "T");
}

static void test_decimals(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE v (a {bigNumber})");
    static const char *const digits[] = {"0",
                                         "1",
                                         "-1",
                                         "10",
                                         "10000",
                                         "100000000",
                                         "0.1",
                                         "-0.00001",
                                         "0.0001",
                                         "1234.5678",
                                         "12345678901234567890123456789.000000000000000000001",
                                         "-99999999999999999999999999999999999999"};
    for (size_t i = 0; i < WEFT_COUNT_OF(digits); i++) {
        assert_round_trip(f, value_of(WEFT_VALUE_DECIMAL, digits[i]), "n", digits[i]);
    }
    assert_null_round_trip(f, WEFT_VALUE_DECIMAL, "n");
}

static void test_decimals_come_in_normal_form(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE v (a {bigNumber})");
    static const char *const pairs[][2] = {{"1.50", "1.5"},
                                           {"007", "7"},
                                           {"-0", "0"},
                                           {"0.000", "0"},
                                           {"10.0", "10"},
                                           {"1e3", "1000"},
                                           {"100.00100", "100.001"}};
    for (size_t i = 0; i < WEFT_COUNT_OF(pairs); i++) {
        assert_round_trip(f, value_of(WEFT_VALUE_DECIMAL, pairs[i][0]), "n", pairs[i][1]);
    }
}

static void test_json(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE v (a {json})");
    static const char *const texts[] = {"{}", "[]", "null", "true", "\"it's\"", "[1, 2]", "{\"a\": {\"b\": null}}"};
    for (size_t i = 0; i < WEFT_COUNT_OF(texts); i++) {
        assert_round_trip(f, value_of(WEFT_VALUE_JSON, texts[i]), "j", texts[i]);
    }
    assert_null_round_trip(f, WEFT_VALUE_JSON, "j");
}

static void test_arrays(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE v (a {array})");
    static const char *const texts[] = {"[]",
                                        "[\"a\"]",
                                        "[\"a\",\"b\"]",
                                        "[\"\"]",
                                        "[\"NULL\",\"null\"]",
                                        "[\"a,b\",\"{c}\",\"d e\"]",
                                        "[\"\\\"\",\"\\\\\",\"'\",\"\\n\"]",
                                        "[\"\xc3\xa9\"]"};
    for (size_t i = 0; i < WEFT_COUNT_OF(texts); i++) {
        assert_round_trip(f, value_of(WEFT_VALUE_ARRAY, texts[i]), "a", texts[i]);
    }
    assert_null_round_trip(f, WEFT_VALUE_ARRAY, "a");
}

static void test_a_row_of_every_kind(void **state)
{
    store_fixture *f = *state;
    fixture_must(f,
                 "CREATE TABLE w (b {boolean}, i {number}, d {float}, t {text}, m {dateTime}, n {bigNumber}, j {json},"
                 " a {array})");
    const weft_param params[] = {param_of(value_boolean(true)),
                                 param_of(value_integer(7)),
                                 param_of(value_double(2.5)),
                                 param_of(value_of(WEFT_VALUE_TEXT, "x")),
                                 param_of(value_time(1000)),
                                 param_of(value_of(WEFT_VALUE_DECIMAL, "3.25")),
                                 param_of(value_of(WEFT_VALUE_JSON, "[1]")),
                                 param_of(value_of(WEFT_VALUE_ARRAY, "[\"y\"]"))};
    const weft_statement insert =
        fixture_statement(f, "INSERT INTO w VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", "", params, 8);
    assert_ok(f, weft_connection_execute(f->connection, &insert, NULL, &f->error));
    assert_rows(f, "SELECT * FROM w", "bidtTnja", "t|7|2.5|x|1970-01-01T00:00:00.001Z|3.25|[1]|[\"y\"]");
    assert_rows(f, "SELECT * FROM w WHERE i > 7", "bidtTnja", "");
}

static const store_test tests[] = {
    {.name = "booleans", .function = test_booleans},
    {.name = "integers", .function = test_integers},
    {.name = "doubles", .function = test_doubles},
    {.name = "texts", .function = test_texts},
    {.name = "a text without data is empty", .function = test_a_text_without_data_is_empty},
    {.name = "a long text", .function = test_a_long_text},
    {.name = "times", .function = test_times},
    {.name = "decimals", .function = test_decimals},
    {.name = "decimals come in normal form", .function = test_decimals_come_in_normal_form},
    {.name = "json", .function = test_json},
    {.name = "arrays", .function = test_arrays},
    {.name = "a row of every kind", .function = test_a_row_of_every_kind},
};
const store_area store_area_values = {tests, WEFT_COUNT_OF(tests)};
