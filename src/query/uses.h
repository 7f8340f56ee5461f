/* What a resolved query touches: every model, field and edge of the catalog, wherever in the request it stands. This is
 * what rights are checked against, so nothing that can change an answer is missing from it. Pure. */
#ifndef WEFT_QUERY_USES_H
#define WEFT_QUERY_USES_H

#include "query/query.h"

/* By the index of the model, the field and the edge. */
typedef struct weft_model_uses {
    bool is_used;
    bool *fields;  /* NULL: nothing of the model is used */
    bool *starred; /* of these, fields that only a "*" asks for */
    bool *edges;
} weft_model_uses;

typedef struct weft_uses {
    const weft_catalog *catalog;
    weft_model_uses *models;
    size_t model_count;
} weft_uses;

/* The uses live in `keep`. False when out of memory. */
bool weft_uses_find(const weft_query *query, weft_arena *keep, weft_uses *ret_uses);

#endif
