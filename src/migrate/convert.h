/* What a change of a column's type does to its values. Internal to migrate/. Pure. */
#ifndef WEFT_MIGRATE_CONVERT_H
#define WEFT_MIGRATE_CONVERT_H

#include "migrate/maker.h"
#include "migrate/wanted.h"

typedef struct weft_conversion {
    bool is_safe;        /* by rule: every value is one of the new type already, written another way */
    weft_str value_sql;  /* the new value, from the column */
    weft_str broken_sql; /* true for values that the new type cannot hold unchanged; empty: there are none */
} weft_conversion;

/* From a column of `type`, as the store prints it, to `column`. The same rules in every store, so that what one refuses
 * no other runs. */
weft_conversion weft_conversion_make(weft_maker *maker, const weft_wanted_column *column, weft_str type);

#endif
