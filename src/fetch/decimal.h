/* Exact sums of decimals. Private to fetch/. */
#ifndef WEFT_FETCH_DECIMAL_H
#define WEFT_FETCH_DECIMAL_H

#include "base/str.h"

/* A sum being made: one counter a decimal place, carried at the end. Digits are in normal form (weft/sys/store.h). */
typedef struct weft_decimal_sum {
    int64_t *places; /* the most significant first */
    size_t whole;    /* places before the point */
    size_t fraction; /* and behind it */
} weft_decimal_sum;

/* How many places `digits` has before and behind the point; *ret_whole and *ret_fraction are raised to it. */
void weft_decimal_measure(weft_str digits, size_t *ret_whole, size_t *ret_fraction);
/* Room for terms of at most that many places. False when out of memory. */
bool weft_decimal_sum_init(weft_decimal_sum *sum, size_t whole, size_t fraction, weft_arena *arena);
void weft_decimal_sum_add(weft_decimal_sum *sum, weft_str digits);
/* The sum in normal form; `.data` NULL when out of memory. The sum is used up. */
weft_str weft_decimal_sum_finish(weft_decimal_sum *sum, weft_arena *keep);
/* The double nearest to `digits`, whatever the locale. False when out of memory. */
bool weft_decimal_to_double(weft_str digits, weft_arena *scratch, double *ret_real);

#endif
