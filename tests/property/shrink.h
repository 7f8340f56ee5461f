/* Making a failing case small: what can be left out while it fails in the same way is left out. */
#ifndef WEFT_TESTS_PROPERTY_SHRINK_H
#define WEFT_TESTS_PROPERTY_SHRINK_H

#include "property/request.h"

/* Whether the case still fails in the way being looked for. `has_rows_changed`: records were hidden or shown. */
typedef struct shrinker {
    bool (*fails)(void *ctx, bool has_rows_changed);
    void *ctx;
} shrinker;

/* Cut `q`, then hide records of `w`, then cut again. */
void shrink_case(const shrinker *s, world *w, request *q);

#endif
