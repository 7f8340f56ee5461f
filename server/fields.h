/* The grammar of the parameter `fields`, the same on every route. Pure.
 *
 *     id,title,blog_posts.title   just these
 *     +blog_posts.title,-metadata the route's own fields, and one more, and one less
 *     *blog_posts                 all own fields of a partner ("blog_posts.*"); "*": of the record
 */
#ifndef SERVER_FIELDS_H
#define SERVER_FIELDS_H

#include <jansson.h>

#include "server/text.h"
#include "weft/error.h"

/* Append the fields of a request for `entity` as a JSON array; `list` NULL: the route's own, all columns. The record's
 * key always stands among them. With an `edge` they are the fields of the entity at its end, each behind "edge.".
 * WEFT_INVALID_REQUEST: a "-" beside fields without a sign, or one that takes nothing away. Whether a field exists is
 * the engine's to say. */
weft_code server_fields_add(
    server_text *text, const json_t *entity, const char *edge, const char *list, weft_error *error);

#endif
