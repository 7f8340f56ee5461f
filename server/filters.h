/* Conditions in the query string: status=draft, views[$gt]=10, blog_posts.author=Ada, $or[0][title]=x. Pure. */
#ifndef SERVER_FILTERS_H
#define SERVER_FILTERS_H

#include "server/schema.h"
#include "server/text.h"

/* Conditions collected so far; zeroed to begin with. */
typedef struct server_filters {
    json_t *tree;
} server_filters;

#define SERVER_FILTER_STEPS_MAX 32

/* Add one parameter. Its name is a path of fields, edges and operators, joined by dots or in brackets; "[]" adds to a
 * list. WEFT_INVALID_REQUEST: the name is no such path, or the place is taken by another parameter. */
weft_code server_filters_add(server_filters *filters, const char *name, const char *value, weft_error *error);

/* Append the conditions as a JSON object, each value as the type of its field wants it. WEFT_TYPE_MISMATCH: it is none
 * of that type. Names that nothing has are left for the engine to refuse. */
weft_code server_filters_write(const server_filters *filters,
                               const server_schema *schema,
                               const json_t *entity,
                               server_text *text,
                               weft_error *error);
void server_filters_done(server_filters *filters);

/* Whether `text` is a JSON number. */
bool server_is_number(const char *text);

#endif
