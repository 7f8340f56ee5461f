/* The order of values: pure comparisons, nothing can fail. */
#include "base/value.h"

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
