/* Exact sums of decimals: every place of every term is added to a counter of its own, and the counters are carried once
 * at the end. Fails only by running out of memory. */
#include "fetch/decimal.h"

#include <stdlib.h>

#include "base/buf.h"

#define CARRIES_MAX 20 /* places that 2^63 terms can carry into */

static size_t sign_len(weft_str digits)
{
    return digits.len > 0 && digits.data[0] == '-' ? 1 : 0;
}

void weft_decimal_measure(weft_str digits, size_t *ret_whole, size_t *ret_fraction)
{
    const size_t point = weft_str_find(digits, '.');
    const size_t whole = point - sign_len(digits);
    const size_t fraction = point < digits.len ? digits.len - point - 1 : 0;
    *ret_whole = whole > *ret_whole ? whole : *ret_whole;
    *ret_fraction = fraction > *ret_fraction ? fraction : *ret_fraction;
}

bool weft_decimal_sum_init(weft_decimal_sum *sum, size_t whole, size_t fraction, weft_arena *arena)
{
    *sum = (weft_decimal_sum){.whole = whole + CARRIES_MAX, .fraction = fraction};
    sum->places = WEFT_ARENA_ARRAY(arena, int64_t, sum->whole + fraction);
    return sum->places != NULL;
}

void weft_decimal_sum_add(weft_decimal_sum *sum, weft_str digits)
{
    const size_t sign = sign_len(digits);
    const size_t point = weft_str_find(digits, '.');
    size_t place = sum->whole - (point - sign);
    for (size_t i = sign; i < digits.len; i++) {
        if (i != point) {
            const int64_t digit = digits.data[i] - '0';
            sum->places[place++] += sign > 0 ? -digit : digit;
        }
    }
}

/* Every place 0 to 9; what is carried out of the first, below zero when the sum is. */
static int64_t carry(weft_decimal_sum *sum)
{
    int64_t carried = 0;
    for (size_t i = sum->whole + sum->fraction; i > 0; i--) {
        const int64_t value = sum->places[i - 1] + carried;
        const int64_t digit = (value % 10 + 10) % 10;
        sum->places[i - 1] = digit;
        carried = (value - digit) / 10;
    }
    return carried;
}

/* Counters of a negative sum, still as they were added up, are negated before they are carried. */
static bool make_positive(weft_decimal_sum *sum, weft_arena *arena, bool *ret_is_negative)
{
    const size_t count = sum->whole + sum->fraction;
    int64_t *negated = WEFT_ARENA_ARRAY(arena, int64_t, count);
    if (negated == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        negated[i] = -sum->places[i];
    }
    *ret_is_negative = carry(sum) < 0;
    if (*ret_is_negative) {
        sum->places = negated;
        (void)carry(sum);
    }
    return true;
}

weft_str weft_decimal_sum_finish(weft_decimal_sum *sum, weft_arena *keep)
{
    const weft_str nothing = {0};
    bool is_negative = false;
    if (!make_positive(sum, keep, &is_negative)) {
        return nothing;
    }
    size_t first = 0;
    size_t end = sum->whole + sum->fraction;
    while (first + 1 < sum->whole && sum->places[first] == 0) {
        first++;
    }
    while (end > sum->whole && sum->places[end - 1] == 0) {
        end--;
    }
    weft_buf buf;
    weft_buf_init_arena(&buf, keep);
    weft_buf_add_text(&buf, is_negative ? "-" : "");
    for (size_t i = first; i < end; i++) {
        weft_buf_add_text(&buf, i == sum->whole ? "." : "");
        weft_buf_add_char(&buf, (char)('0' + sum->places[i]));
    }
    return buf.failed ? nothing : weft_buf_str(&buf);
}

/* Written with an exponent instead of a point, which some locales write otherwise. */
bool weft_decimal_to_double(weft_str digits, weft_arena *scratch, double *ret_real)
{
    const size_t point = weft_str_find(digits, '.');
    const size_t fraction = point < digits.len ? digits.len - point - 1 : 0;
    weft_buf buf;
    weft_buf_init_arena(&buf, scratch);
    weft_buf_add_str(&buf, weft_str_slice(digits, 0, point));
    weft_buf_add_str(&buf, weft_str_slice(digits, point + 1, digits.len));
    weft_buf_add_format(&buf, "e-%zu", fraction);
    if (buf.failed) {
        return false;
    }
    *ret_real = strtod(buf.data, NULL);
    return true;
}
