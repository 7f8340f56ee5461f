/* Operands: JSON and plain text read as each type of field, right and wrong; exact decimals. */
#include "support/tap.h"

#include <stdio.h>
#include <string.h>

#include "model/operand.h"
#include "support/alloc.h"
#include "json/writer.h"

static const weft_str statuses[] = {{"draft", 5}, {"published", 9}};

static weft_field field_of(weft_type type)
{
    return (weft_field){.name = WEFT_STR("it"),
                        .type = type,
                        .is_nullable = true,
                        .enum_values = statuses,
                        .enum_value_count = WEFT_COUNT_OF(statuses)};
}

/* Kind and value as one text: "3:5" is kind INTEGER and 5 in JSON. */
static void show(const weft_value *value, weft_buf *buf)
{
    weft_buf_add_format(buf, "%d:", (int)value->kind);
    weft_json_add_value(buf, value);
}

static void check_json(weft_type type, const char *json, weft_value_kind kind, const char *expected)
{
    const weft_field field = field_of(type);
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    json_t *value = NULL;
    assert_int_equal(weft_json_read(weft_str_from(json), 0, &value, NULL), WEFT_OK);
    weft_value read = {.kind = WEFT_VALUE_NULL};
    weft_error error = {.code = WEFT_OK};
    if (weft_operand_read(&field, value, &arena, &read, &error) != WEFT_OK) {
        fail_msg("%s: %s", json, error.message);
    }
    weft_buf buf;
    weft_buf_init_arena(&buf, &arena);
    show(&read, &buf);
    assert_str_equal(weft_buf_str(&buf), weft_str_format(&arena, "%d:%s", (int)kind, expected).data);
    json_decref(value);
    weft_arena_done(&arena);
}

static void check_json_refused(weft_type type, const char *json, const char *message)
{
    const weft_field field = field_of(type);
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    json_t *value = NULL;
    assert_int_equal(weft_json_read(weft_str_from(json), 0, &value, NULL), WEFT_OK);
    weft_value read = {.kind = WEFT_VALUE_TIME};
    weft_error error = {.code = WEFT_OK};
    assert_int_equal(weft_operand_read(&field, value, &arena, &read, &error), WEFT_TYPE_MISMATCH);
    assert_string_equal(error.message, message);
    assert_int_equal(read.kind, WEFT_VALUE_TIME);
    assert_int_equal(weft_operand_read(&field, value, &arena, &read, NULL), WEFT_TYPE_MISMATCH);
    json_decref(value);
    weft_arena_done(&arena);
}

static void null_is_null_for_every_type(void **state)
{
    (void)state;
    for (int type = WEFT_TYPE_ID; type <= WEFT_TYPE_AUTOINCREMENT; type++) {
        check_json((weft_type)type, "null", WEFT_VALUE_NULL, "null");
    }
}

static void texts_are_strings(void **state)
{
    (void)state;
    check_json(WEFT_TYPE_TEXT, "\"a\\u00e9\"", WEFT_VALUE_TEXT, "\"a\xC3\xA9\"");
    check_json(WEFT_TYPE_TEXT, "\"\"", WEFT_VALUE_TEXT, "\"\"");
    check_json(WEFT_TYPE_ID, "\"prod_1\"", WEFT_VALUE_TEXT, "\"prod_1\"");
    check_json_refused(WEFT_TYPE_TEXT, "5", "\"it\" must be a text, not 5");
    check_json_refused(WEFT_TYPE_TEXT, "12345678901234567890123", "\"it\" must be a text, not 12345678901234567890123");
    check_json_refused(WEFT_TYPE_ID, "true", "\"it\" must be a text, not true");
    check_json_refused(WEFT_TYPE_TEXT, "{}", "\"it\" must be a text, not an object");
    check_json_refused(WEFT_TYPE_TEXT, "[\"a\"]", "\"it\" must be a text, not an array");
}

static void a_text_with_nul_is_refused(void **state)
{
    (void)state;
    const weft_field field = field_of(WEFT_TYPE_TEXT);
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_value read = {.kind = WEFT_VALUE_NULL};
    json_t *value = json_stringn("a\0b", 3);
    assert_int_equal(weft_operand_read(&field, value, &arena, &read, NULL), WEFT_TYPE_MISMATCH);
    assert_int_equal(weft_operand_read_text(&field, WEFT_STR("a\0b"), &arena, &read, NULL), WEFT_TYPE_MISMATCH);
    json_decref(value);
    weft_arena_done(&arena);
}

static void an_enum_has_its_values_only(void **state)
{
    (void)state;
    check_json(WEFT_TYPE_ENUM, "\"draft\"", WEFT_VALUE_TEXT, "\"draft\"");
    check_json_refused(WEFT_TYPE_ENUM, "\"Draft\"", "\"it\" must be one of its values, not \"Draft\"");
    check_json_refused(WEFT_TYPE_ENUM, "1", "\"it\" must be one of its values, not 1");
    const weft_field field = field_of(WEFT_TYPE_ENUM);
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_value read;
    weft_error error;
    assert_int_equal(weft_operand_read_text(&field, WEFT_STR("x"), &arena, &read, &error), WEFT_TYPE_MISMATCH);
    assert_string_equal(error.hint, "One of draft, published.");
    weft_arena_done(&arena);
}

static void an_enum_of_many_values_hints_at_the_first(void **state)
{
    (void)state;
    weft_str many[200];
    for (size_t i = 0; i < WEFT_COUNT_OF(many); i++) {
        many[i] = WEFT_STR("a_value");
    }
    weft_field field = field_of(WEFT_TYPE_ENUM);
    field.enum_values = many;
    field.enum_value_count = WEFT_COUNT_OF(many);
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_value read;
    weft_error error;
    assert_int_equal(weft_operand_read_text(&field, WEFT_STR("x"), &arena, &read, &error), WEFT_TYPE_MISMATCH);
    assert_true(strlen(error.hint) > 300);
    assert_string_equal(error.hint + strlen(error.hint) - strlen(", \xE2\x80\xA6."), ", \xE2\x80\xA6.");
    weft_arena_done(&arena);
}

static void numbers_are_whole_and_of_64_bits(void **state)
{
    (void)state;
    const char *wanted = "\"it\" must be an integer of 64 bits, not ";
    char message[200];
    check_json(WEFT_TYPE_NUMBER, "5", WEFT_VALUE_INTEGER, "5");
    check_json(WEFT_TYPE_AUTOINCREMENT, "3.0", WEFT_VALUE_INTEGER, "3");
    check_json(WEFT_TYPE_NUMBER, "1e3", WEFT_VALUE_INTEGER, "1000");
    check_json(WEFT_TYPE_NUMBER, "9223372036854775807", WEFT_VALUE_INTEGER, "9223372036854775807");
    check_json(WEFT_TYPE_NUMBER, "-9223372036854775808", WEFT_VALUE_INTEGER, "-9223372036854775808");
    check_json(WEFT_TYPE_NUMBER, "-0.0", WEFT_VALUE_INTEGER, "0");
    const char *wrong[][2] = {{"1.5", "1.5"},
                              {"9223372036854775808", "9223372036854775808"},
                              {"1e19", "10000000000000000000"},
                              {"\"5\"", "\"5\""},
                              {"true", "true"},
                              {"[]", "an array"}};
    for (size_t i = 0; i < WEFT_COUNT_OF(wrong); i++) {
        (void)snprintf(message, sizeof(message), "%s%s", wanted, wrong[i][1]);
        check_json_refused(WEFT_TYPE_NUMBER, wrong[i][0], message);
    }
}

static void big_numbers_are_exact(void **state)
{
    (void)state;
    check_json(WEFT_TYPE_BIG_NUMBER, "5", WEFT_VALUE_DECIMAL, "5");
    check_json(WEFT_TYPE_BIG_NUMBER, "0.10", WEFT_VALUE_DECIMAL, "0.1");
    check_json(WEFT_TYPE_BIG_NUMBER, "1e21", WEFT_VALUE_DECIMAL, "1000000000000000000000");
    check_json(WEFT_TYPE_BIG_NUMBER, "\"-0.50\"", WEFT_VALUE_DECIMAL, "-0.5");
    check_json(WEFT_TYPE_BIG_NUMBER, "\"1e3\"", WEFT_VALUE_DECIMAL, "1000");
    check_json(
        WEFT_TYPE_BIG_NUMBER, "12345678901234567890.123456789", WEFT_VALUE_DECIMAL, "12345678901234567890.123456789");
    check_json(WEFT_TYPE_BIG_NUMBER, "12345678901234567890", WEFT_VALUE_DECIMAL, "12345678901234567890");
    check_json(WEFT_TYPE_BIG_NUMBER, "0.1000000000000000055", WEFT_VALUE_DECIMAL, "0.1000000000000000055");
    check_json_refused(WEFT_TYPE_BIG_NUMBER, "\"1,5\"", "\"it\" must be a decimal number, not \"1,5\"");
    check_json_refused(WEFT_TYPE_BIG_NUMBER, "\"\"", "\"it\" must be a decimal number, not \"\"");
    check_json_refused(WEFT_TYPE_BIG_NUMBER, "true", "\"it\" must be a decimal number, not true");
    check_json_refused(WEFT_TYPE_BIG_NUMBER, "{}", "\"it\" must be a decimal number, not an object");
}

static void floats_are_numbers(void **state)
{
    (void)state;
    check_json(WEFT_TYPE_FLOAT, "5", WEFT_VALUE_DOUBLE, "5");
    check_json(WEFT_TYPE_FLOAT, "0.30000000000000004", WEFT_VALUE_DOUBLE, "0.30000000000000004");
    check_json(WEFT_TYPE_FLOAT, "12345678901234567890", WEFT_VALUE_DOUBLE, "12345678901234567000");
    check_json_refused(WEFT_TYPE_FLOAT, "\"5\"", "\"it\" must be a number, not \"5\"");
    check_json_refused(WEFT_TYPE_FLOAT, "false", "\"it\" must be a number, not false");
}

static void booleans_are_true_or_false(void **state)
{
    (void)state;
    check_json(WEFT_TYPE_BOOLEAN, "true", WEFT_VALUE_BOOLEAN, "true");
    check_json(WEFT_TYPE_BOOLEAN, "false", WEFT_VALUE_BOOLEAN, "false");
    check_json_refused(WEFT_TYPE_BOOLEAN, "1", "\"it\" must be true or false, not 1");
    check_json_refused(WEFT_TYPE_BOOLEAN, "\"true\"", "\"it\" must be true or false, not \"true\"");
}

static void times_are_cut_to_milliseconds(void **state)
{
    (void)state;
    check_json(WEFT_TYPE_DATE_TIME, "\"2026-11-22\"", WEFT_VALUE_TIME, "\"2026-11-22T00:00:00.000Z\"");
    check_json(
        WEFT_TYPE_DATE_TIME, "\"2026-11-22T12:00:00.1239+02:00\"", WEFT_VALUE_TIME, "\"2026-11-22T10:00:00.123Z\"");
    check_json_refused(
        WEFT_TYPE_DATE_TIME, "\"yesterday\"", "\"it\" must be an ISO 8601 date and time, not \"yesterday\"");
    check_json_refused(WEFT_TYPE_DATE_TIME, "1700000000", "\"it\" must be an ISO 8601 date and time, not 1700000000");
    const weft_field field = field_of(WEFT_TYPE_DATE_TIME);
    weft_value read;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    assert_int_equal(weft_operand_read_text(&field, WEFT_STR("1969-12-31T23:59:59.9995Z"), &arena, &read, NULL),
                     WEFT_OK);
    assert_true(read.as.time_us == -1000);
    weft_arena_done(&arena);
}

static void json_is_anything_in_canonical_form(void **state)
{
    (void)state;
    check_json(WEFT_TYPE_JSON, "{\"b\":1.0,\"a\":[null]}", WEFT_VALUE_JSON, "{\"a\":[null],\"b\":1}");
    check_json(WEFT_TYPE_JSON, "\"text\"", WEFT_VALUE_JSON, "\"text\"");
    check_json(WEFT_TYPE_JSON, "false", WEFT_VALUE_JSON, "false");
}

static void arrays_hold_texts(void **state)
{
    (void)state;
    check_json(WEFT_TYPE_ARRAY, "[\"b\", \"a\\\"\"]", WEFT_VALUE_ARRAY, "[\"b\",\"a\\\"\"]");
    check_json(WEFT_TYPE_ARRAY, "[]", WEFT_VALUE_ARRAY, "[]");
    check_json_refused(WEFT_TYPE_ARRAY, "[\"a\",1]", "\"it\" must be an array of texts, not an array");
    check_json_refused(WEFT_TYPE_ARRAY, "[null]", "\"it\" must be an array of texts, not an array");
    check_json_refused(WEFT_TYPE_ARRAY, "[12345678901234567890]", "\"it\" must be an array of texts, not an array");
    check_json_refused(WEFT_TYPE_ARRAY, "\"a\"", "\"it\" must be an array of texts, not \"a\"");
}

static void a_long_wrong_value_is_shown_in_part(void **state)
{
    (void)state;
    check_json_refused(
        WEFT_TYPE_NUMBER,
        "\"0123456789012345678901234567890123456789012345\"",
        "\"it\" must be an integer of 64 bits, not \"012345678901234567890123456789012345678\xE2\x80\xA6");
}

static void check_text(weft_type type, const char *text, weft_value_kind kind, const char *expected)
{
    const weft_field field = field_of(type);
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_value read = {.kind = WEFT_VALUE_NULL};
    weft_error error = {.code = WEFT_OK};
    if (weft_operand_read_text(&field, weft_str_from(text), &arena, &read, &error) != WEFT_OK) {
        fail_msg("%s: %s", text, error.message);
    }
    weft_buf buf;
    weft_buf_init_arena(&buf, &arena);
    show(&read, &buf);
    assert_str_equal(weft_buf_str(&buf), weft_str_format(&arena, "%d:%s", (int)kind, expected).data);
    weft_arena_done(&arena);
}

static void check_text_refused(weft_type type, const char *text)
{
    const weft_field field = field_of(type);
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_value read = {.kind = WEFT_VALUE_TIME};
    weft_error error = {.code = WEFT_OK};
    const weft_code code = weft_operand_read_text(&field, weft_str_from(text), &arena, &read, &error);
    if (code != WEFT_TYPE_MISMATCH || read.kind != WEFT_VALUE_TIME) {
        fail_msg("%s: %d", text, (int)code);
    }
    weft_arena_done(&arena);
}

static void plain_text_is_read_as_each_type(void **state)
{
    (void)state;
    check_text(WEFT_TYPE_NUMBER, "42", WEFT_VALUE_INTEGER, "42");
    check_text(WEFT_TYPE_NUMBER, "+007", WEFT_VALUE_INTEGER, "7");
    check_text(WEFT_TYPE_NUMBER, "3.0", WEFT_VALUE_INTEGER, "3");
    check_text(WEFT_TYPE_NUMBER, "-9223372036854775808", WEFT_VALUE_INTEGER, "-9223372036854775808");
    check_text(WEFT_TYPE_BIG_NUMBER, "12345678901234567890.50", WEFT_VALUE_DECIMAL, "12345678901234567890.5");
    check_text(WEFT_TYPE_FLOAT, "0.1", WEFT_VALUE_DOUBLE, "0.1");
    check_text(WEFT_TYPE_FLOAT, ".5", WEFT_VALUE_DOUBLE, "0.5");
    check_text(WEFT_TYPE_FLOAT, "1.7976931348623157e308", WEFT_VALUE_DOUBLE, "1.7976931348623157e+308");
    check_text(WEFT_TYPE_FLOAT, "5e-324", WEFT_VALUE_DOUBLE, "5e-324");
    check_text(WEFT_TYPE_FLOAT, "12345678901234567890123", WEFT_VALUE_DOUBLE, "1.2345678901234568e+22");
    check_text(WEFT_TYPE_BOOLEAN, "true", WEFT_VALUE_BOOLEAN, "true");
    check_text(WEFT_TYPE_BOOLEAN, "false", WEFT_VALUE_BOOLEAN, "false");
    check_text(WEFT_TYPE_DATE_TIME, "2026-01-01", WEFT_VALUE_TIME, "\"2026-01-01T00:00:00.000Z\"");
    check_text(WEFT_TYPE_TEXT, "42", WEFT_VALUE_TEXT, "\"42\"");
    check_text(WEFT_TYPE_ENUM, "draft", WEFT_VALUE_TEXT, "\"draft\"");
    check_text(WEFT_TYPE_JSON, "{\"b\":1,\"a\":2}", WEFT_VALUE_JSON, "{\"a\":2,\"b\":1}");
    check_text(WEFT_TYPE_ARRAY, "[\"a\"]", WEFT_VALUE_ARRAY, "[\"a\"]");
    check_text(WEFT_TYPE_JSON, "null", WEFT_VALUE_NULL, "null");
}

static void plain_text_of_another_type_is_refused(void **state)
{
    (void)state;
    check_text_refused(WEFT_TYPE_NUMBER, "x");
    check_text_refused(WEFT_TYPE_NUMBER, "1.5");
    check_text_refused(WEFT_TYPE_NUMBER, " 1");
    check_text_refused(WEFT_TYPE_NUMBER, "9223372036854775808");
    check_text_refused(WEFT_TYPE_NUMBER, "-9223372036854775809");
    check_text_refused(WEFT_TYPE_NUMBER, "1e30");
    check_text_refused(WEFT_TYPE_FLOAT, "nan");
    check_text_refused(WEFT_TYPE_FLOAT, "inf");
    check_text_refused(WEFT_TYPE_FLOAT, "1e309");
    check_text_refused(WEFT_TYPE_FLOAT, "0x10");
    check_text_refused(WEFT_TYPE_BIG_NUMBER, "1e1001");
    check_text_refused(WEFT_TYPE_BOOLEAN, "yes");
    check_text_refused(WEFT_TYPE_BOOLEAN, "TRUE");
    check_text_refused(WEFT_TYPE_DATE_TIME, "01/02/2026");
    check_text_refused(WEFT_TYPE_ENUM, "other");
    check_text_refused(WEFT_TYPE_JSON, "{a:1}");
    check_text_refused(WEFT_TYPE_ARRAY, "a,b");
    check_text_refused(WEFT_TYPE_ARRAY, "[1]");
}

static void empty_text_is_null_where_that_can_be_meant(void **state)
{
    (void)state;
    check_text(WEFT_TYPE_TEXT, "", WEFT_VALUE_TEXT, "\"\"");
    for (int type = WEFT_TYPE_ID; type <= WEFT_TYPE_AUTOINCREMENT; type++) {
        if (type != WEFT_TYPE_TEXT) {
            check_text((weft_type)type, "", WEFT_VALUE_NULL, "null");
        }
    }
    weft_field field = field_of(WEFT_TYPE_NUMBER);
    field.is_nullable = false;
    weft_value read;
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    assert_int_equal(weft_operand_read_text(&field, WEFT_STR(""), &arena, &read, NULL), WEFT_TYPE_MISMATCH);
    weft_arena_done(&arena);
}

static void a_full_arena_is_told_as_a_limit(void **state)
{
    (void)state;
    const weft_type types[] = {WEFT_TYPE_BIG_NUMBER, WEFT_TYPE_JSON, WEFT_TYPE_ARRAY};
    const char *texts[] = {"\"1.5\"", "{\"a\":1}", "[\"a\"]"};
    for (size_t i = 0; i < WEFT_COUNT_OF(types); i++) {
        const weft_field field = field_of(types[i]);
        weft_arena arena;
        weft_arena_init(&arena, NULL, 8);
        json_t *value = NULL;
        weft_value read;
        assert_int_equal(weft_json_read(weft_str_from(texts[i]), 0, &value, NULL), WEFT_OK);
        assert_int_equal(weft_operand_read(&field, value, &arena, &read, NULL), WEFT_LIMIT_EXCEEDED);
        assert_int_equal(weft_operand_read_text(&field, WEFT_STR("!"), &arena, &read, NULL), WEFT_LIMIT_EXCEEDED);
        json_decref(value);
        weft_arena_done(&arena);
    }
}

static void check_decimal(const char *text, const char *normal)
{
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_str made = {NULL, 0};
    const bool is_number = weft_decimal_normalize(weft_str_from(text), &arena, &made);
    assert_int_equal(is_number, weft_decimal_is_valid(weft_str_from(text)));
    if (normal) {
        assert_true(is_number);
        assert_str_equal(made, normal);
    } else if (is_number) {
        fail_msg("\"%s\" was read as %.*s", text, WEFT_STR_ARG(made));
    }
    weft_arena_done(&arena);
}

static void decimals_have_one_normal_form(void **state)
{
    (void)state;
    check_decimal("0", "0");
    check_decimal("-0", "0");
    check_decimal("+0.000", "0");
    check_decimal("0e99999999999", "0");
    check_decimal("1e3", "1000");
    check_decimal("1E+3", "1000");
    check_decimal("-0.50", "-0.5");
    check_decimal("007", "7");
    check_decimal("100", "100");
    check_decimal("100.00", "100");
    check_decimal("1.20e2", "120");
    check_decimal("1.234e2", "123.4");
    check_decimal("1.234e1", "12.34");
    check_decimal("1.234e-2", "0.01234");
    check_decimal("12.5e-1", "1.25");
    check_decimal("0.0012e3", "1.2");
    check_decimal("0.0012e4", "12");
    check_decimal("0.0012e5", "120");
    check_decimal(".5", "0.5");
    check_decimal("5.", "5");
    check_decimal("10.01", "10.01");
}

static void what_is_no_decimal_is_refused(void **state)
{
    (void)state;
    const char *texts[] = {"",     "-",    "+",     ".",     "-.",     "e5",      ".e5",
                           "1e",   "1e+",  "1e1.5", "1.2.3", "1 ",     " 1",      "1,5",
                           "--1",  "0x10", "nan",   "inf",   "1e1000", "1e-1000", "1e99999999999999999999",
                           "1_000"};
    for (size_t i = 0; i < WEFT_COUNT_OF(texts); i++) {
        check_decimal(texts[i], NULL);
    }
}

static void a_decimal_has_at_most_a_thousand_digits(void **state)
{
    (void)state;
    char digits[1010];
    memset(digits, '7', sizeof(digits));
    weft_arena arena;
    weft_arena_init(&arena, NULL, 0);
    weft_str made;
    assert_true(weft_decimal_normalize((weft_str){digits, 1000}, &arena, &made));
    assert_int_equal(made.len, 1000);
    assert_false(weft_decimal_normalize((weft_str){digits, 1001}, &arena, &made));
    digits[500] = '.';
    assert_true(weft_decimal_normalize((weft_str){digits, 1001}, &arena, &made));
    assert_false(weft_decimal_normalize((weft_str){digits, 1002}, &arena, &made));
    assert_true(weft_decimal_normalize(WEFT_STR("1e999"), &arena, &made));
    assert_int_equal(made.len, 1000);
    assert_true(weft_decimal_normalize(WEFT_STR("-1e-999"), &arena, &made));
    assert_int_equal(made.len, 1002);
    weft_arena_done(&arena);
}

static void decimals_compare_as_numbers(void **state)
{
    (void)state;
    const char *rising[] = {"-100",
                            "-99.5",
                            "-99.49",
                            "-10",
                            "-9",
                            "-1.5",
                            "-1",
                            "-0.5",
                            "-0.05",
                            "0",
                            "0.05",
                            "0.5",
                            "0.51",
                            "1",
                            "1.0001",
                            "1.1",
                            "9",
                            "10",
                            "99",
                            "100",
                            "100.001",
                            "12345678901234567890",
                            "12345678901234567891"};
    for (size_t i = 0; i < WEFT_COUNT_OF(rising); i++) {
        for (size_t j = 0; j < WEFT_COUNT_OF(rising); j++) {
            const int expected = (i > j) - (i < j);
            assert_int_equal(weft_decimal_compare(weft_str_from(rising[i]), weft_str_from(rising[j])), expected);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(null_is_null_for_every_type),
        cmocka_unit_test(texts_are_strings),
        cmocka_unit_test(a_text_with_nul_is_refused),
        cmocka_unit_test(an_enum_has_its_values_only),
        cmocka_unit_test(an_enum_of_many_values_hints_at_the_first),
        cmocka_unit_test(numbers_are_whole_and_of_64_bits),
        cmocka_unit_test(big_numbers_are_exact),
        cmocka_unit_test(floats_are_numbers),
        cmocka_unit_test(booleans_are_true_or_false),
        cmocka_unit_test(times_are_cut_to_milliseconds),
        cmocka_unit_test(json_is_anything_in_canonical_form),
        cmocka_unit_test(arrays_hold_texts),
        cmocka_unit_test(a_long_wrong_value_is_shown_in_part),
        cmocka_unit_test(plain_text_is_read_as_each_type),
        cmocka_unit_test(plain_text_of_another_type_is_refused),
        cmocka_unit_test(empty_text_is_null_where_that_can_be_meant),
        cmocka_unit_test(a_full_arena_is_told_as_a_limit),
        cmocka_unit_test(decimals_have_one_normal_form),
        cmocka_unit_test(what_is_no_decimal_is_refused),
        cmocka_unit_test(a_decimal_has_at_most_a_thousand_digits),
        cmocka_unit_test(decimals_compare_as_numbers),
    };
    return cmocka_run_group_tests_name("model/operand", tests, NULL, NULL);
}
