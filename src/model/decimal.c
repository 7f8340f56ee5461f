/* Exact decimals as text in one normal form: no exponent, no needless zeros, no "+" and no "-0". Two decimals are equal
 * when their texts are. */
#include "base/buf.h"
#include "model/operand_parts.h"

#define DIGITS_MAX   1000
#define EXPONENT_MAX 1000000

/* ± 0.DIGITS × 10^point, the digits between `first` and `end` of the text with a point perhaps among them. */
typedef struct scanned {
    bool is_negative;
    size_t first; /* digit that is not zero */
    size_t end;   /* behind the last digit that is not zero */
    int64_t point;
} scanned;

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool at_sign(weft_str text, size_t at)
{
    return at < text.len && (text.data[at] == '+' || text.data[at] == '-');
}

/* Read "e±digits" up to the end of the text; nothing there is exponent 0. Beyond EXPONENT_MAX it stops counting. */
static bool scan_exponent(weft_str text, size_t at, int64_t *ret_exponent)
{
    int64_t exponent = 0;
    if (at < text.len) {
        if (text.data[at] != 'e' && text.data[at] != 'E') {
            return false;
        }
        at++;
        const bool is_negative = at_sign(text, at) && text.data[at] == '-';
        at += at_sign(text, at);
        if (at == text.len) {
            return false;
        }
        for (; at < text.len; at++) {
            if (!is_digit(text.data[at])) {
                return false;
            }
            exponent = exponent < EXPONENT_MAX ? exponent * 10 + (text.data[at] - '0') : exponent;
        }
        exponent = is_negative ? -exponent : exponent;
    }
    *ret_exponent = exponent;
    return true;
}

static bool scan(weft_str text, scanned *ret_number)
{
    scanned number = {.is_negative = at_sign(text, 0) && text.data[0] == '-'};
    size_t at = at_sign(text, 0);
    size_t digit_count = 0;
    bool has_point = false;
    int64_t whole_digits = 0; /* from the first that is not zero to the point; below zero: zeros behind the point */
    for (; at < text.len && (is_digit(text.data[at]) || (text.data[at] == '.' && !has_point)); at++) {
        if (text.data[at] == '.') {
            has_point = true;
            continue;
        }
        digit_count++;
        if (text.data[at] != '0') {
            number.first = number.end ? number.first : at;
            number.end = at + 1;
        }
        if (has_point) {
            whole_digits -= number.end == 0;
        } else {
            whole_digits += number.end != 0;
        }
    }
    int64_t exponent = 0;
    if (digit_count == 0 || !scan_exponent(text, at, &exponent)) {
        return false;
    }
    number.point = whole_digits + exponent;
    *ret_number = number;
    return true;
}

static int64_t count_digits(weft_str text, const scanned *number)
{
    const weft_str digits = weft_str_slice(text, number->first, number->end);
    const bool has_point = weft_str_find(digits, '.') < digits.len;
    return (int64_t)digits.len - has_point;
}

static void add_zeros(weft_buf *buf, int64_t count)
{
    for (; count > 0; count--) {
        weft_buf_add_char(buf, '0');
    }
}

static void add_number(weft_buf *buf, weft_str text, const scanned *number)
{
    int64_t left = number->point; /* digits still before the point */
    if (number->is_negative) {
        weft_buf_add_char(buf, '-');
    }
    if (left <= 0) {
        weft_buf_add_text(buf, "0.");
        add_zeros(buf, -left);
        left = -1;
    }
    for (size_t at = number->first; at < number->end; at++) {
        if (text.data[at] == '.') {
            continue;
        }
        if (left == 0) {
            weft_buf_add_char(buf, '.');
        }
        weft_buf_add_char(buf, text.data[at]);
        left--;
    }
    add_zeros(buf, left);
}

/* True, and set, when `text` is a number that normal form can show. */
static bool scan_valid(weft_str text, scanned *ret_number)
{
    scanned number = {0};
    if (!scan(text, &number)) {
        return false;
    }
    if (number.end != 0) {
        /* Digits before the point and behind it, both as normal form has them. */
        const int64_t digits = count_digits(text, &number);
        const int64_t whole = number.point > 0 ? number.point : 1;
        const int64_t decimals = digits > number.point ? digits - number.point : 0;
        if (whole + decimals > DIGITS_MAX) {
            return false;
        }
    }
    *ret_number = number;
    return true;
}

bool weft_decimal_is_valid(weft_str text)
{
    scanned number = {0};
    return scan_valid(text, &number);
}

bool weft_decimal_normalize(weft_str text, weft_arena *keep, weft_str *ret_text)
{
    scanned number = {0};
    if (!scan_valid(text, &number)) {
        return false;
    }
    weft_buf buf;
    weft_buf_init_arena(&buf, keep);
    if (number.end == 0) {
        weft_buf_add_char(&buf, '0');
    } else {
        add_number(&buf, text, &number);
    }
    if (buf.failed) {
        return false;
    }
    *ret_text = weft_buf_str(&buf);
    return true;
}

bool weft_decimal_to_integer(weft_str decimal, int64_t *ret_integer)
{
    const bool is_negative = decimal.data[0] == '-';
    const uint64_t most = (uint64_t)INT64_MAX + is_negative;
    uint64_t value = 0;
    for (size_t i = is_negative; i < decimal.len; i++) {
        if (decimal.data[i] == '.') {
            return false;
        }
        const uint64_t digit = (uint64_t)(decimal.data[i] - '0');
        if (value > (most - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *ret_integer = is_negative ? (value == most ? INT64_MIN : -(int64_t)value) : (int64_t)value;
    return true;
}

static int compare_magnitude(weft_str a, weft_str b)
{
    const size_t whole_a = weft_str_find(a, '.');
    const size_t whole_b = weft_str_find(b, '.');
    if (whole_a != whole_b) {
        return whole_a < whole_b ? -1 : 1;
    }
    return weft_str_compare(a, b);
}

int weft_decimal_compare(weft_str a, weft_str b)
{
    const bool a_is_negative = a.len > 0 && a.data[0] == '-';
    const bool b_is_negative = b.len > 0 && b.data[0] == '-';
    if (a_is_negative != b_is_negative) {
        return a_is_negative ? -1 : 1;
    }
    if (!a_is_negative) {
        return compare_magnitude(a, b);
    }
    return -compare_magnitude(weft_str_slice(a, 1, a.len), weft_str_slice(b, 1, b.len));
}
