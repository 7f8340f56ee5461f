/* The OpenAPI 3.1 document of a project: every route, model, link and error. Pure; made once when a project opens. */
#ifndef SERVER_OPENAPI_H
#define SERVER_OPENAPI_H

#include "server/schema.h"

/* *ret_document is JSON text that the caller frees. WEFT_NO_MEMORY. */
weft_code server_openapi_make(const server_schema *schema, char **ret_document, weft_error *error);

/* openapi_schemas.c: "components". */
json_t *server_openapi_components(const server_schema *schema);

/* The part of an address that names this model: its plural in kebab case, with the module where two share it. New
 * reference. */
json_t *server_openapi_segment(const server_schema *schema, const json_t *entity);

#endif
