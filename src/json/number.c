/* Doubles as ECMAScript prints them: the fewest digits that read back as the same double.
 *
 * Three ways, fastest first, all exact. Whole numbers up to 2^53 are integers. A number that is an integer divided by a
 * small power of ten has at most 15 digits, and among texts of at most 15 digits only one reads as a given double, so
 * that one is the shortest. All others are printed with 15, 16 and 17 digits until one reads back the same; numbers
 * below the normal range hold fewer bits and start at one digit. The C library prints and reads with the decimal point
 * of the thread's locale, so its text is never used itself, only the digits in it. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/writer.h"

#define EXACT_INTEGER_MAX  9007199254740992.0 /* 2^53 */
#define SHORT_DECIMALS_MAX 6
#define FEWEST_DIGITS_MAX  1e15
#define DIGITS_MAX         17

/* A positive decimal: 0.DIGITS × 10^point. */
typedef struct decimal {
    char digits[DIGITS_MAX + 1];
    int count;
    int point;
} decimal;

/* True, and written, when `magnitude` is an integer of at most 15 digits over a small power of ten. Both are exact as
 * doubles and division rounds correctly, so an equal quotient means that the text reads back as `magnitude`. */
static bool add_short_decimal(weft_buf *buf, double magnitude)
{
    double scale = 1;
    for (int decimals = 1; decimals <= SHORT_DECIMALS_MAX; decimals++) {
        scale *= 10;
        const double scaled = magnitude * scale;
        if (scaled >= FEWEST_DIGITS_MAX) {
            return false;
        }
        const int64_t whole = (int64_t)(scaled + 0.5);
        if (whole != 0 && (double)whole / scale == magnitude) {
            const int64_t divisor = (int64_t)scale;
            weft_buf_add_integer(buf, whole / divisor);
            weft_buf_add_char(buf, '.');
            char fraction[SHORT_DECIMALS_MAX];
            int64_t rest = whole % divisor;
            for (int i = decimals - 1; i >= 0; i--) {
                fraction[i] = (char)('0' + rest % 10);
                rest /= 10;
            }
            weft_buf_add(buf, fraction, (size_t)decimals);
            return true;
        }
    }
    return false;
}

/* The next text of as many digits; false when that would need one digit more. */
static bool step_up(char *mantissa)
{
    for (size_t at = strcspn(mantissa, "e"); at-- > 0;) {
        if (mantissa[at] == '9') {
            mantissa[at] = '0';
        } else if (mantissa[at] >= '0' && mantissa[at] < '9') {
            mantissa[at]++;
            return true;
        }
    }
    return false;
}

/* Print `magnitude` with `digit_count` digits into `text`; true when that reads back the same. Just above a power of
 * two doubles stand twice as far apart as below it, so the nearest text may miss where the one above it still hits. */
static bool try_digits(double magnitude, int digit_count, char *text, size_t size)
{
    (void)snprintf(text, size, "%.*e", digit_count - 1, magnitude);
    if (strtod(text, NULL) == magnitude) {
        return true;
    }
    int exponent = 0;
    const bool is_power_of_two = frexp(magnitude, &exponent) == 0.5;
    return is_power_of_two && step_up(text) && strtod(text, NULL) == magnitude;
}

static decimal shortest_decimal(double magnitude)
{
    char text[DIGITS_MAX + 24]; /* digits, a decimal point of several bytes, an exponent */
    int digit_count = magnitude < DBL_MIN ? 1 : 15;
    while (!try_digits(magnitude, digit_count, text, sizeof(text)) && digit_count < DIGITS_MAX) {
        digit_count++;
    }
    decimal result = {.count = 0};
    const char *at = text;
    for (; *at && *at != 'e'; at++) {
        if (*at >= '0' && *at <= '9' && result.count < DIGITS_MAX) {
            result.digits[result.count++] = *at;
        }
    }
    result.point = (*at ? (int)strtol(at + 1, NULL, 10) : 0) + 1;
    while (result.count > 1 && result.digits[result.count - 1] == '0') {
        result.count--;
    }
    return result;
}

static void add_zeros(weft_buf *buf, int count)
{
    for (int i = 0; i < count; i++) {
        weft_buf_add_char(buf, '0');
    }
}

static void add_exponential(weft_buf *buf, const decimal *value)
{
    weft_buf_add_char(buf, value->digits[0]);
    if (value->count > 1) {
        weft_buf_add_char(buf, '.');
        weft_buf_add(buf, value->digits + 1, (size_t)value->count - 1);
    }
    weft_buf_add_char(buf, 'e');
    if (value->point > 0) {
        weft_buf_add_char(buf, '+');
    }
    weft_buf_add_integer(buf, value->point - 1);
}

/* The four forms of ECMA-262 6.1.6.1.20, steps 6 to 10. */
static void add_decimal(weft_buf *buf, const decimal *value)
{
    if (value->point > 21 || value->point <= -6) {
        add_exponential(buf, value);
    } else if (value->point >= value->count) {
        weft_buf_add(buf, value->digits, (size_t)value->count);
        add_zeros(buf, value->point - value->count);
    } else if (value->point > 0) {
        weft_buf_add(buf, value->digits, (size_t)value->point);
        weft_buf_add_char(buf, '.');
        weft_buf_add(buf, value->digits + value->point, (size_t)(value->count - value->point));
    } else {
        weft_buf_add_text(buf, "0.");
        add_zeros(buf, -value->point);
        weft_buf_add(buf, value->digits, (size_t)value->count);
    }
}

void weft_json_add_double(weft_buf *buf, double value)
{
    if (!isfinite(value)) {
        weft_json_add_null(buf);
        return;
    }
    const double magnitude = fabs(value);
    if (magnitude <= EXACT_INTEGER_MAX && (double)(int64_t)value == value) {
        weft_buf_add_integer(buf, (int64_t)value);
        return;
    }
    if (value < 0) {
        weft_buf_add_char(buf, '-');
    }
    /* Below a millionth the exponential form begins, which the short way does not write. */
    if (magnitude < 1e-6 || !add_short_decimal(buf, magnitude)) {
        const decimal shortest = shortest_decimal(magnitude);
        add_decimal(buf, &shortest);
    }
}
