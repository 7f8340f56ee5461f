/* What the definitions say about deleting: pure questions to the catalog. Not for other rooms. */
#ifndef WEFT_CASCADE_RULES_H
#define WEFT_CASCADE_RULES_H

#include "model/catalog.h"

/* What the database does to the rows that point at a removed row; the same rules make the foreign keys in migrate/. */
typedef enum weft_cascade_reference {
    WEFT_CASCADE_REFERENCE_NONE = 0, /* no foreign key of weft's */
    WEFT_CASCADE_REFERENCE_FOLLOW,   /* they go too */
    WEFT_CASCADE_REFERENCE_CLEAR,    /* their foreign key becomes null */
    WEFT_CASCADE_REFERENCE_REFUSE    /* the row cannot go while they are there */
} weft_cascade_reference;

/* Of `edge`, which may be any edge of a model. */
weft_cascade_reference weft_cascade_reference_of(const weft_edge *edge);

/* The side of a link across from `side`. */
const weft_link_side *weft_cascade_other_side(const weft_link *link, const weft_link_side *side);

/* Mark, by store index, every store whose locks a deletion of records of `model` may need. False when out of memory. */
bool weft_cascade_reach(const weft_catalog *catalog, const weft_model *model, weft_arena *scratch, bool *is_reached);

/* Of models, those whose `wanted` is set (by model index), ordered so that rows can be removed: what points comes
 * before what it points at. False when out of memory. */
bool weft_cascade_removal_order(const weft_catalog *catalog,
                                const bool *wanted,
                                weft_arena *keep,
                                const weft_model ***ret_models,
                                size_t *ret_count);

#endif
