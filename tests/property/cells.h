/* Cells: the values of random records, each with the bytes an answer must show for it. Out of small pools, so that
 * ties, nulls and awkward text are common. */
#ifndef WEFT_TESTS_PROPERTY_CELLS_H
#define WEFT_TESTS_PROPERTY_CELLS_H

#include "base/str.h"
#include "model/catalog.h"
#include "property/random.h"

typedef struct cell {
    bool is_null;
    int64_t integer;   /* number; boolean; dateTime in milliseconds */
    double real;       /* float */
    const char *text;  /* as stored: id, text, enum, bigNumber, json, array; of a number its digits */
    const char *shown; /* as answered */
} cell;

/* A value of `type` out of its pool; never null. Text that is made lives in `keep`. */
cell cell_random(randomness *r, weft_type type, weft_arena *keep);
cell cell_from_text(weft_arena *keep, const char *text);
cell cell_from_number(weft_arena *keep, int64_t number);
cell cell_from_time(weft_arena *keep, int64_t time_ms);
cell cell_null(void);
const char *const *cell_enum_values(size_t *ret_count);

/* -1, 0, 1 for cells that are not null. */
int cell_compare(weft_type type, const cell *a, const cell *b);

/* As the store is given it. */
weft_value cell_value(weft_type type, const cell *c);

#endif
