/* Time: ISO 8601 read and written, the calendar's edges, the injected clock. */
#include "support/tap.h"

#include "base/clock.h"

#define SECOND INT64_C(1000000)

static void check_format(int64_t time_us, const char *text)
{
    weft_buf buf;
    weft_buf_init(&buf, NULL);
    weft_time_format(&buf, time_us);
    assert_str_equal(weft_buf_str(&buf), text);
    weft_buf_done(&buf);
}

static void times_are_written_in_utc_with_milliseconds(void **state)
{
    (void)state;
    check_format(0, "1970-01-01T00:00:00.000Z");
    check_format(1, "1970-01-01T00:00:00.000Z");
    check_format(-1, "1969-12-31T23:59:59.999Z");
    check_format(-1000, "1969-12-31T23:59:59.999Z");
    check_format(-1001, "1969-12-31T23:59:59.998Z");
    check_format(INT64_C(951782399999999), "2000-02-28T23:59:59.999Z");
    check_format(INT64_C(951782400000000), "2000-02-29T00:00:00.000Z");
    check_format(INT64_C(4107542400) * SECOND, "2100-03-01T00:00:00.000Z");
    check_format((INT64_C(4107542400) - 1) * SECOND, "2100-02-28T23:59:59.000Z");
    check_format(INT64_C(1795341600123999), "2026-11-22T10:00:00.123Z");
}

static void times_outside_four_digit_years_are_clamped(void **state)
{
    (void)state;
    check_format(INT64_MAX, "9999-12-31T23:59:59.999Z");
    check_format(INT64_MIN, "0000-01-01T00:00:00.000Z");
}

static void check_parse(const char *text, int64_t time_us)
{
    int64_t parsed = 77;
    if (!weft_time_parse(weft_str_from(text), &parsed)) {
        fail_msg("\"%s\" was not read", text);
    }
    if (parsed != time_us) {
        fail_msg("\"%s\" was read as %lld", text, (long long)parsed);
    }
}

static void every_accepted_form_is_read(void **state)
{
    (void)state;
    const int64_t ten = INT64_C(1795341600) * SECOND;
    check_parse("1970-01-01", 0);
    check_parse("2026-11-22", ten - 10 * 3600 * SECOND);
    check_parse("2026-11-22T10:00", ten);
    check_parse("2026-11-22 10:00", ten);
    check_parse("2026-11-22t10:00z", ten);
    check_parse("2026-11-22T10:00:00Z", ten);
    check_parse("2026-11-22T10:00:00.1Z", ten + 100000);
    check_parse("2026-11-22T10:00:00,123Z", ten + 123000);
    check_parse("2026-11-22T10:00:00.123456789Z", ten + 123456);
    check_parse("2026-11-22T12:00:00+02", ten);
    check_parse("2026-11-22T12:00:00+02:00", ten);
    check_parse("2026-11-22T12:30:00+0230", ten);
    check_parse("2026-11-22 02:00:00.000-08:00", ten);
    check_parse("2026-11-22T10:00:00-00:00", ten);
    check_parse("2024-02-29", INT64_C(1709164800) * SECOND);
    check_parse("1969-12-31T23:59:59.999999Z", -1);
    check_parse("0001-01-01T00:00:00Z", INT64_C(-62135596800) * SECOND);
    check_parse("9999-12-31T23:59:59.999Z", INT64_C(253402300799) * SECOND + 999000);
}

static void what_is_no_time_is_refused(void **state)
{
    (void)state;
    const char *texts[] = {"",
                           "2026",
                           "2026-11",
                           "26-11-22",
                           "2026-1-22",
                           "2026-13-01",
                           "2026-00-10",
                           "2026-02-30",
                           "2023-02-29",
                           "1900-02-29",
                           "2026-04-31",
                           "2026-11-00",
                           "2026/11/22",
                           "2026-11-22T",
                           "2026-11-22T10",
                           "2026-11-22T24:00",
                           "2026-11-22T10:60",
                           "2026-11-22T10:00:60",
                           "2026-11-22T10:00:00.",
                           "2026-11-22T10:00:00.1234567890Z",
                           "2026-11-22T10:00:00+",
                           "2026-11-22T10:00:00+2",
                           "2026-11-22T10:00:00+02:",
                           "2026-11-22T10:00:00+02:0",
                           "2026-11-22T10:00:00+02:60",
                           "2026-11-22T10:00:00+16:00",
                           "2026-11-22T10:00:00ZZ",
                           "2026-11-22T10:00:00 Z",
                           " 2026-11-22",
                           "2026-11-22 ",
                           "0000-12-31T23:59:59.999Z",
                           "0001-01-01T00:00:00+00:01",
                           "9999-12-31T23:59:59-00:01",
                           "+2026-11-22",
                           "-026-11-22",
                           "now"};
    for (size_t i = 0; i < WEFT_COUNT_OF(texts); i++) {
        int64_t time_us = 77;
        if (weft_time_parse(weft_str_from(texts[i]), &time_us)) {
            fail_msg("\"%s\" was read", texts[i]);
        }
        assert_int_equal(time_us, 77);
    }
    int64_t time_us = 77;
    assert_false(weft_time_parse(WEFT_STR("2026-11-22\0"), &time_us));
}

static void every_day_of_four_centuries_reads_as_written(void **state)
{
    (void)state;
    weft_buf buf;
    weft_buf_init(&buf, NULL);
    for (int64_t day = -25600; day < 146097 - 25600; day++) {
        const int64_t time_us = day * 86400 * SECOND + 86399999000;
        int64_t again = 0;
        weft_buf_clear(&buf);
        weft_time_format(&buf, time_us);
        assert_true(weft_time_parse(weft_buf_str(&buf), &again));
        assert_true(again == time_us);
    }
    weft_buf_done(&buf);
}

/* At every place of the form that weft writes, every byte: only a digit for a digit, and what else may stand between.
 */
static void the_form_weft_writes_is_read_to_the_letter(void **state)
{
    (void)state;
    const char form[] = "2022-02-22T20:22:22.222Z";
    for (size_t at = 0; at < WEFT_TIME_BYTES; at++) {
        const char *others = form[at] == 'T' ? "t " : form[at] == 'Z' ? "z0123456789" : form[at] == '.' ? "," : "";
        for (int byte = 0; byte < 256; byte++) {
            char text[] = "2022-02-22T20:22:22.222Z";
            int64_t time_us = 0;
            text[at] = (char)byte;
            const bool is_digit = form[at] >= '0' && form[at] <= '9';
            const bool may_be =
                is_digit ? byte >= '0' && byte <= '9' : byte == form[at] || (byte != 0 && strchr(others, byte) != NULL);
            const bool is_read = weft_time_parse((weft_str){text, WEFT_TIME_BYTES}, &time_us);
            assert_true(!is_read || may_be);
            assert_true(is_read || !may_be || is_digit);
        }
    }
}

static int64_t fixed_time(void *ctx)
{
    return *(const int64_t *)ctx;
}

static void an_injected_clock_is_asked(void **state)
{
    (void)state;
    int64_t now_us = 42;
    const weft_clock clock = {fixed_time, fixed_time, &now_us};
    assert_int_equal(weft_clock_now_us(&clock), 42);
    assert_int_equal(weft_clock_monotonic_us(&clock), 42);
    assert_true(weft_clock_now_us(NULL) > INT64_C(1700000000) * SECOND);
    const int64_t before = weft_clock_monotonic_us(NULL);
    assert_true(weft_clock_monotonic_us(NULL) >= before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_written_in_utc_with_milliseconds),
        cmocka_unit_test(times_outside_four_digit_years_are_clamped),
        cmocka_unit_test(every_accepted_form_is_read),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(every_day_of_four_centuries_reads_as_written),
        cmocka_unit_test(the_form_weft_writes_is_read_to_the_letter),
        cmocka_unit_test(an_injected_clock_is_asked),
    };
    return cmocka_run_group_tests_name("base/clock", tests, NULL, NULL);
}
