/* From a PostgreSQL type to the type of weft that holds its values. */
#ifndef WEFT_ADOPT_TYPES_H
#define WEFT_ADOPT_TYPES_H

#include "adopt/present.h"

typedef struct weft_native_type {
    weft_str name;   /* "int4", "uuid", "mood", "_text" */
    weft_str schema; /* empty: found by its bare name */
    bool is_enum;
    bool is_plain;        /* no composite, no range, no domain over a domain */
    bool counts_itself;   /* identity, or a default of nextval() */
    weft_str item;        /* of an array, its items' type */
    bool has_plain_items; /* they are not composite */
} weft_native_type;

/* Fill type, column_type and problem of `column`, whose labels are there. False when out of memory. */
bool weft_native_type_map(const weft_native_type *native, weft_arena *keep, weft_present_column *column);

#endif
