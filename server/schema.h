/* What the server knows of a project: its entities as weft_describe tells them, found by the names in addresses. Made
 * once when a project is opened, then only read, by any thread. */
#ifndef SERVER_SCHEMA_H
#define SERVER_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>

#include "weft/access.h"

/* An entity or edge or field is the object weft_describe gives of it; an entity has its "name" besides, by which a
 * request names it beyond doubt: "product.product", or a link's entry point. */
typedef struct server_schema {
    json_t *entities; /* array */
    size_t store_count;
} server_schema;

/* Of all there is, or of what `access` shows. */
weft_code server_schema_read(weft_engine *engine,
                             const weft_access *access,
                             server_schema *ret_schema,
                             weft_error *error);
void server_schema_done(server_schema *schema);

/* The model whose plural, in snake or in kebab case, `segment` is; "module.plural" where two modules have one of that
 * name. WEFT_NOT_FOUND with the nearest, WEFT_AMBIGUOUS_NAME. */
weft_code server_schema_model(const server_schema *schema, const char *segment, json_t **ret_model, weft_error *error);
/* The link called `name`: the entity of its rows. WEFT_NOT_FOUND with the nearest. */
weft_code server_schema_link(const server_schema *schema, const char *name, json_t **ret_link, weft_error *error);
/* The edge of `entity` that `segment` names in snake or kebab case. WEFT_NOT_FOUND with the nearest. */
weft_code server_schema_edge(const json_t *entity, const char *segment, json_t **ret_edge, weft_error *error);

/* The field or edge of exactly that name; NULL: there is none. */
json_t *server_schema_field(const json_t *entity, const char *name);
json_t *server_schema_edge_named(const json_t *entity, const char *name);
/* Where an edge leads. */
json_t *server_schema_target(const server_schema *schema, const json_t *edge);

/* A text member, "" when it is missing. */
const char *server_schema_text(const json_t *object, const char *name);
/* Equal but for "-" in `segment` where `name` has "_". */
bool server_schema_is_kebab(const char *segment, const char *name);

#endif
