/* One order over values of one kind, for sorting keys and finding them again. Numbers, times and booleans order as
 * numbers, texts bytewise; decimals, JSON and arrays as their bytes, which is enough to tell equal from different when
 * both are in normal form. NULL stands before everything; different kinds order by kind. */
#ifndef WEFT_BASE_VALUE_H
#define WEFT_BASE_VALUE_H

#include "base/arena.h"
#include "base/str.h"

/* Below, at or above zero. */
int weft_value_compare(const weft_value *a, const weft_value *b);
bool weft_value_equal(const weft_value *a, const weft_value *b);

static inline weft_value weft_value_from_text(weft_str text)
{
    return (weft_value){.kind = WEFT_VALUE_TEXT, .as.text = text};
}

static inline weft_value weft_value_from_time(int64_t time_us)
{
    return (weft_value){.kind = WEFT_VALUE_TIME, .as.time_us = time_us};
}

/* A copy of `value` whose bytes live in `keep`; false when out of memory. */
bool weft_value_copy(weft_arena *keep, weft_value value, weft_value *ret_value);

#endif
