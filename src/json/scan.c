/* A pass over JSON's tokens that bounds depth and finds numbers whose digits would get lost. It never fails: what is
 * not JSON is left for jansson to refuse. */
#include "json/scan.h"

#include <string.h>

#include "json/reader.h"
#include "json/writer.h"

/* No double is written with more digits; every decimal with so few and not too small survives being one. */
#define DOUBLE_DIGITS_MAX 17
#define SAFE_DIGITS_MAX   15
#define SAFE_EXPONENT_MIN (-290)
#define EXPONENT_MAX      100000

static const char mark[] = "\"\\u0000";

typedef enum token_kind { TOKEN_OTHER = 0, TOKEN_TEXT, TOKEN_NUMBER } token_kind;

typedef struct token {
    token_kind kind;
    size_t start;
    size_t end;
} token;

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static size_t skip_text(weft_str text, size_t at)
{
    for (at++; at < text.len && text.data[at] != '"'; at++) {
        at += text.data[at] == '\\';
    }
    return at < text.len ? at + 1 : text.len;
}

static size_t skip_number(weft_str text, size_t at)
{
    for (at++; at < text.len; at++) {
        const char byte = text.data[at];
        if (!is_digit(byte) && byte != '.' && byte != 'e' && byte != 'E' && byte != '+' && byte != '-') {
            break;
        }
    }
    return at;
}

/* The token at `at`, which is inside the text; anything but texts and numbers is a token of one byte. */
static token token_at(weft_str text, size_t at)
{
    const char byte = text.data[at];
    if (byte == '"') {
        return (token){TOKEN_TEXT, at, skip_text(text, at)};
    }
    if (byte == '-' || is_digit(byte)) {
        return (token){TOKEN_NUMBER, at, skip_number(text, at)};
    }
    return (token){TOKEN_OTHER, at, at + 1};
}

/* The offset of \u0000 in the text between `from` and `to`, or `to`. */
static size_t find_nul(weft_str text, size_t from, size_t to)
{
    for (size_t at = from; at < to; at++) {
        if (text.data[at] == '\\') {
            if (weft_str_starts_with(weft_str_slice(text, at, to), WEFT_STR("\\u0000"))) {
                return at;
            }
            at++;
        }
    }
    return to;
}

static size_t count_digits(weft_str number, size_t at)
{
    size_t count = 0;
    while (at + count < number.len && is_digit(number.data[at + count])) {
        count++;
    }
    return count;
}

/* A JSON number, taken apart by its grammar. */
typedef struct parts {
    weft_str whole;    /* digits before the point */
    weft_str fraction; /* digits behind it */
    int exponent;
    bool is_integer; /* neither point nor exponent */
} parts;

static bool read_exponent(weft_str number, size_t at, int *ret_exponent)
{
    const bool is_negative = at < number.len && number.data[at] == '-';
    at += at < number.len && (number.data[at] == '-' || number.data[at] == '+');
    int exponent = 0;
    const size_t count = count_digits(number, at);
    for (size_t i = 0; i < count && exponent < EXPONENT_MAX; i++) {
        exponent = exponent * 10 + (number.data[at + i] - '0');
    }
    *ret_exponent = is_negative ? -exponent : exponent;
    return count > 0 && at + count == number.len;
}

/* False when `number` breaks the grammar. */
static bool take_apart(weft_str number, parts *ret_parts)
{
    size_t at = number.data[0] == '-';
    const size_t whole = count_digits(number, at);
    *ret_parts = (parts){.whole = weft_str_slice(number, at, at + whole), .is_integer = true};
    if (whole == 0 || (whole > 1 && number.data[at] == '0')) {
        return false;
    }
    at += whole;
    if (at < number.len && number.data[at] == '.') {
        const size_t fraction = count_digits(number, ++at);
        ret_parts->fraction = weft_str_slice(number, at, at + fraction);
        ret_parts->is_integer = false;
        at += fraction;
        if (fraction == 0) {
            return false;
        }
    }
    if (at < number.len) {
        ret_parts->is_integer = false;
        return (number.data[at] == 'e' || number.data[at] == 'E') &&
               read_exponent(number, at + 1, &ret_parts->exponent);
    }
    return true;
}

/* A number by its value: its digits from the first to the last that is not zero, and what the last one counts. */
typedef struct decimal {
    char digits[DOUBLE_DIGITS_MAX];
    size_t count; /* also beyond what `digits` holds */
    long exponent;
} decimal;

static void add_digits(decimal *value, weft_str digits)
{
    for (size_t i = 0; i < digits.len; i++) {
        if (value->count == 0 && digits.data[i] == '0') {
            continue;
        }
        if (value->count < sizeof(value->digits)) {
            value->digits[value->count] = digits.data[i];
        }
        value->count++;
    }
}

static size_t count_trailing_zeros(weft_str digits)
{
    size_t count = 0;
    while (count < digits.len && digits.data[digits.len - 1 - count] == '0') {
        count++;
    }
    return count;
}

static decimal decimal_of(const parts *number)
{
    decimal value = {.exponent = number->exponent - (long)number->fraction.len};
    add_digits(&value, number->whole);
    add_digits(&value, number->fraction);
    size_t zeros = count_trailing_zeros(number->fraction);
    zeros += zeros == number->fraction.len ? count_trailing_zeros(number->whole) : 0;
    zeros = zeros < value.count ? zeros : value.count;
    value.count -= zeros;
    value.exponent = value.count == 0 ? 0 : value.exponent + (long)zeros;
    return value;
}

/* True when the double nearest to the number is written with the very digits of the number. */
static bool survives_as_double(const decimal *value, double nearest)
{
    if (value->count > DOUBLE_DIGITS_MAX) {
        return false;
    }
    weft_buf shortest;
    weft_buf_init(&shortest, NULL);
    weft_json_add_double(&shortest, nearest < 0 ? -nearest : nearest);
    parts taken = {.is_integer = false};
    bool is_same = !shortest.failed && take_apart(weft_buf_str(&shortest), &taken);
    const decimal other = decimal_of(&taken);
    is_same = is_same && other.count == value->count && other.exponent == value->exponent &&
              memcmp(other.digits, value->digits, value->count) == 0;
    weft_buf_done(&shortest);
    return is_same;
}

static bool fits_64_bits(weft_str whole, bool is_negative)
{
    const weft_str most = is_negative ? WEFT_STR("9223372036854775808") : WEFT_STR("9223372036854775807");
    return whole.len < most.len || (whole.len == most.len && weft_str_compare(whole, most) <= 0);
}

static bool is_long_number(weft_str number)
{
    parts taken;
    if (!take_apart(number, &taken)) {
        return false;
    }
    const decimal value = decimal_of(&taken);
    const bool is_surely_exact = value.count <= SAFE_DIGITS_MAX && value.exponent > SAFE_EXPONENT_MIN;
    if (taken.is_integer ? fits_64_bits(taken.whole, number.data[0] == '-') : is_surely_exact) {
        return false;
    }
    double nearest = 0;
    return weft_json_parse_double(number, &nearest) && (taken.is_integer || !survives_as_double(&value, nearest));
}

weft_json_survey weft_json_scan(weft_str text)
{
    weft_json_survey survey = {.fault = WEFT_JSON_FAULT_NONE};
    size_t depth = 0;
    for (size_t at = 0; at < text.len;) {
        const token here = token_at(text, at);
        const char byte = text.data[at];
        if (here.kind == TOKEN_TEXT) {
            const size_t nul_at = find_nul(text, here.start, here.end);
            if (nul_at < here.end) {
                return (weft_json_survey){WEFT_JSON_FAULT_NUL, nul_at, false};
            }
        } else if (here.kind == TOKEN_NUMBER) {
            survey.has_long_numbers =
                survey.has_long_numbers || is_long_number(weft_str_slice(text, here.start, here.end));
        } else if (byte == '[' || byte == '{') {
            if (++depth > WEFT_JSON_DEPTH_MAX) {
                return (weft_json_survey){WEFT_JSON_FAULT_DEPTH, at, false};
            }
        } else if ((byte == ']' || byte == '}') && depth > 0) {
            depth--;
        }
        at = here.end;
    }
    return survey;
}

void weft_json_add_marked(weft_buf *buf, weft_str text)
{
    size_t from = 0;
    for (size_t at = 0; at < text.len;) {
        const token here = token_at(text, at);
        const weft_str number = weft_str_slice(text, here.start, here.end);
        if (here.kind == TOKEN_NUMBER && is_long_number(number)) {
            weft_buf_add_str(buf, weft_str_slice(text, from, here.start));
            weft_buf_add_text(buf, mark);
            weft_buf_add_str(buf, number);
            weft_buf_add_char(buf, '"');
            from = here.end;
        }
        at = here.end;
    }
    weft_buf_add_str(buf, weft_str_slice(text, from, text.len));
}

size_t weft_json_unmarked_offset(weft_str text, size_t marked_at)
{
    size_t added = 0;
    for (size_t at = 0; at < text.len;) {
        const token here = token_at(text, at);
        if (here.kind == TOKEN_NUMBER && is_long_number(weft_str_slice(text, here.start, here.end))) {
            if (marked_at < here.end + added + sizeof(mark)) {
                return marked_at < here.start + added ? marked_at - added : here.end;
            }
            added += sizeof(mark); /* its NUL stands for the closing quote */
        }
        at = here.end;
    }
    return marked_at - added < text.len ? marked_at - added : text.len;
}

bool weft_json_parse_double(weft_str digits, double *ret_value)
{
    /* jansson's reader knows the locale's decimal point, which strtod would expect. */
    json_t *value = json_loadb(digits.data, digits.len, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
    if (!json_is_real(value)) {
        json_decref(value);
        return false;
    }
    *ret_value = json_real_value(value);
    json_decref(value);
    return true;
}
