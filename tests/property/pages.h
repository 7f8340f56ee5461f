/* A request paged by cursors. */
#ifndef WEFT_TESTS_PROPERTY_PAGES_H
#define WEFT_TESTS_PROPERTY_PAGES_H

#include "property/request.h"
#include "weft/weft.h"

/* Whether pages of `take` records, from the start on and from the end back, are together what the request without a
 * page answers. Says on stderr what is not. */
bool pages_agree(const world *w, const request *q, weft_engine *engine, size_t take);

#endif
