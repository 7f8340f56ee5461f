/* The order of values, and copies of them; only a copy can fail, for want of memory. */
#include "base/value.h"

#include "base/str.h"

static int compare_integers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_doubles(double a, double b)
{
    return (a > b) - (a < b);
}

int weft_value_compare(const weft_value *a, const weft_value *b)
{
    if (a->kind != b->kind) {
        return compare_integers((int64_t)a->kind, (int64_t)b->kind);
    }
    switch (a->kind) {
    case WEFT_VALUE_NULL:
        return 0;
    case WEFT_VALUE_BOOLEAN:
        return compare_integers(a->as.boolean, b->as.boolean);
    case WEFT_VALUE_INTEGER:
        return compare_integers(a->as.integer, b->as.integer);
    case WEFT_VALUE_DOUBLE:
        return compare_doubles(a->as.real, b->as.real);
    case WEFT_VALUE_TIME:
        return compare_integers(a->as.time_us, b->as.time_us);
    case WEFT_VALUE_TEXT:
    case WEFT_VALUE_DECIMAL:
    case WEFT_VALUE_JSON:
    case WEFT_VALUE_ARRAY:
        break;
    }
    return weft_str_compare(a->as.text, b->as.text);
}

bool weft_value_equal(const weft_value *a, const weft_value *b)
{
    return weft_value_compare(a, b) == 0;
}

bool weft_value_copy(weft_arena *keep, weft_value value, weft_value *ret_value)
{
    switch (value.kind) {
    case WEFT_VALUE_TEXT:
    case WEFT_VALUE_DECIMAL:
    case WEFT_VALUE_JSON:
    case WEFT_VALUE_ARRAY:
        value.as.text = weft_str_copy(keep, value.as.text);
        if (value.as.text.data == NULL) {
            return false;
        }
        break;
    case WEFT_VALUE_NULL:
    case WEFT_VALUE_BOOLEAN:
    case WEFT_VALUE_INTEGER:
    case WEFT_VALUE_DOUBLE:
    case WEFT_VALUE_TIME:
        break;
    }
    *ret_value = value;
    return true;
}
