/* Sums and averages of what partners hold, the same wherever they live.
 *
 *      whole numbers   summed in two halves, which 64 bits cannot overflow
 *      decimals        exact
 *      doubles         in the order given
 *
 * An average is the exact sum as a double, divided by the number of values. Fails only by running out of memory. */
#include "fetch/decimal.h"
#include "fetch/state.h"

#define HALF INT64_C(4294967296)

void weft_total_whole(const weft_addends *addends, int64_t ret_halves[2])
{
    int64_t upper = 0;
    int64_t lower = 0;
    for (size_t i = 0; i < addends->count; i++) {
        const int64_t value = addends->items[i]->as.integer;
        const int64_t low = (int64_t)((uint64_t)value % (uint64_t)HALF);
        upper += (value - low) / HALF;
        lower += low;
    }
    ret_halves[0] = upper + lower / HALF;
    ret_halves[1] = lower % HALF;
}

double weft_total_average(const int64_t halves[2], size_t count)
{
    return ((double)halves[0] * (double)HALF + (double)halves[1]) / (double)count;
}

static void add_doubles(const weft_addends *addends, weft_value *ret_sum)
{
    double sum = 0;
    for (size_t i = 0; i < addends->count; i++) {
        sum += addends->items[i]->as.real;
    }
    *ret_sum = (weft_value){.kind = WEFT_VALUE_DOUBLE, .as.real = sum};
}

weft_code weft_total_real(const weft_addends *addends, weft_arena *arena, weft_value *ret_sum, weft_error *error)
{
    if (addends->count > 0 && addends->items[0]->kind == WEFT_VALUE_DOUBLE) {
        add_doubles(addends, ret_sum);
        return WEFT_OK;
    }
    size_t whole = 1;
    size_t fraction = 0;
    weft_decimal_sum sum;
    for (size_t i = 0; i < addends->count; i++) {
        weft_decimal_measure(addends->items[i]->as.text, &whole, &fraction);
    }
    if (!weft_decimal_sum_init(&sum, whole, fraction, arena)) {
        return weft_fail_arena(error, arena);
    }
    for (size_t i = 0; i < addends->count; i++) {
        weft_decimal_sum_add(&sum, addends->items[i]->as.text);
    }
    const weft_str digits = weft_decimal_sum_finish(&sum, arena);
    *ret_sum = (weft_value){.kind = WEFT_VALUE_DECIMAL, .as.text = digits};
    return digits.data != NULL ? WEFT_OK : weft_fail_arena(error, arena);
}

weft_code weft_total_real_average(
    const weft_value *sum, size_t count, weft_arena *arena, weft_value *ret_average, weft_error *error)
{
    double real = sum->as.real;
    if (sum->kind == WEFT_VALUE_DECIMAL && !weft_decimal_to_double(sum->as.text, arena, &real)) {
        return weft_fail_arena(error, arena);
    }
    *ret_average = (weft_value){.kind = WEFT_VALUE_DOUBLE, .as.real = real / (double)count};
    return WEFT_OK;
}
