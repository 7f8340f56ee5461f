/* Rows sorted whose number nobody knows: the first few in memory, or all of them by way of a private temporary file.
 *
 * A row comes with the values it is ordered by, which must differ from row to row; it is given back whole. Memory is
 * bounded: at most `memory_max` bytes, and what the temporary database takes for its cache. */
#ifndef WEFT_FETCH_SORTER_H
#define WEFT_FETCH_SORTER_H

#include "store/spill.h"

/* More rows than this are never kept in memory. */
#define WEFT_SORTER_ROWS_MAX 10000

typedef struct weft_sorter weft_sorter;

typedef struct weft_sorter_options {
    const bool *descending; /* one for each value to order by; borrowed until closed */
    size_t value_count;
    size_t column_count; /* of a row */
    uint64_t rows_max;   /* only so many rows are given back, the first ones in order; 0: all */
    bool takes_last;     /* the last ones instead, in the same order */
    size_t memory_max;
    const weft_allocator *allocator;
} weft_sorter_options;

weft_code weft_sorter_open(const weft_sorter_options *options, weft_sorter **ret_sorter, weft_error *error);
/* Put `row` in, ordered by `values`. WEFT_NO_MEMORY, WEFT_STORE_ERROR: the file could not take it. */
weft_code weft_sorter_add(weft_sorter *sorter, const weft_value *values, const weft_value *row, weft_error *error);
/* The next row in order; *ret_row NULL after the last. Nothing can be added from the first call on. Valid until the
 * next call. */
weft_code weft_sorter_next(weft_sorter *sorter, const weft_value **ret_row, weft_error *error);
/* How many rows went by way of the file; NULL has none. */
uint64_t weft_sorter_spilled(const weft_sorter *sorter);
/* NULL is fine. */
void weft_sorter_close(weft_sorter *sorter);

#endif
