/* The parameters of a list or a record's route become a graph request. Pure. */
#ifndef SERVER_LISTING_H
#define SERVER_LISTING_H

#include "server/schema.h"
#include "server/target.h"
#include "server/text.h"

/* What is asked for. */
typedef struct server_listing {
    const server_schema *schema;
    const json_t *entity;
    const server_target *target;
    const char *condition; /* JSON of a filter that must hold as well: the key, or the parent; NULL: none */
    bool is_one;           /* a record's route: `fields` and `with_deleted` only */
    bool skips_count;      /* Prefer: count=none */
} server_listing;

/* Append the graph request. Every parameter means something or is refused: WEFT_UNKNOWN_KEY with the nearest,
 * WEFT_INVALID_REQUEST, WEFT_TYPE_MISMATCH, WEFT_LIMIT_EXCEEDED, WEFT_NO_MEMORY; `where` names the parameter. */
weft_code server_listing_request(const server_listing *listing, server_text *request, weft_error *error);

#endif
