/* Who may touch what. The roles of weft.yaml list modules, models, fields, edges and links; what a caller may touch is
 * what its role lists, and of that what lies in the modules it is kept to. A request is checked before it is run: what
 * is not allowed is refused with its name, never left out of an answer. See docs/serving.md.
 *
 * The checks look at names, not at rows: rows are narrowed by the rule of a role's `rows` (weft_open_scoped). None but
 * weft_access_restore touches a store.
 *
 * Parameters: `access` is the caller. `ret_refused` may be NULL; it is set with WEFT_FORBIDDEN alone, to all that is
 * refused: ["product.product.cost", …]. */
#ifndef WEFT_ACCESS_H
#define WEFT_ACCESS_H

#include "weft/weft.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A caller. Zeroed: one who may touch everything. */
typedef struct weft_access {
    const char *role;           /* of weft.yaml; NULL: no lists */
    const char *const *modules; /* names of modules; none: every module */
    size_t module_count;        /* of `modules` */
} weft_access;

/* The roles and the `auth` section of weft.yaml, without anything secret: {"roles": [{"name", "tenant",
 * "rows": [{"entity", "field"}], "shared": [entity…]}], "auth": {"jwt": {…}} or null}. `tenant` says whether the role
 * has a rule for rows; `rows` are the fields that must equal the caller's tenant, `shared` the models that every tenant
 * sees. Touches no store.
 *
 * Errors: none but the common ones. */
WEFT_API weft_code weft_describe_access(weft_engine *engine, weft_text *ret_json, weft_error *error);

/* Whether the caller may have a graph `request` answered: everything it names is looked at, in fields, filters, orders,
 * aggregates and counts at any depth, in `with` and in what "*" stands for. Of callers who may touch everything nothing
 * is looked at.
 *
 * Errors: WEFT_FORBIDDEN: something is not the caller's to touch ("*" in `*ret_refused` stands for fields that nobody
 * named), or the project has no role of that name; as weft_query_open, told as if there were only what the caller sees.
 */
WEFT_API weft_code weft_access_query(weft_engine *engine,
                                     const weft_access *access,
                                     const char *request,
                                     size_t request_len,
                                     weft_text *ret_refused,
                                     weft_error *error);

/* Whether the caller may send these fields of one record (`json` is an object) or many (an array) of the entity; with
 * no JSON, whether it may touch the entity at all.
 *
 * Errors: WEFT_INVALID_JSON: `json` is none; WEFT_UNKNOWN_FIELD: no field that the caller sees is called so; as
 * weft_access_query. */
WEFT_API weft_code weft_access_record(weft_engine *engine,
                                      const weft_access *access,
                                      const char *entity,
                                      const char *json,
                                      size_t json_len,
                                      weft_text *ret_refused,
                                      weft_error *error);

/* Whether the caller may make, dismiss or restore the links of `json`: it must see the link, both its sides and the
 * columns that are given.
 *
 * Errors: WEFT_FORBIDDEN: something is not the caller's to touch, or the project has no role of that name; as
 * weft_link_create_json does before it looks at a store. */
WEFT_API weft_code weft_access_links(weft_engine *engine,
                                     const weft_access *access,
                                     const char *json,
                                     size_t json_len,
                                     weft_text *ret_refused,
                                     weft_error *error);

/* Whether the caller may delete records of the entity, or be told the impact: it must see every model and link that
 * such a deletion may come to.
 *
 * Errors: WEFT_FORBIDDEN: something is not the caller's to touch, or the project has no role of that name;
 * WEFT_UNKNOWN_ENTITY: no model that the caller sees is called so. */
WEFT_API weft_code weft_access_deletion(
    weft_engine *engine, const weft_access *access, const char *entity, weft_text *ret_refused, weft_error *error);

/* Whether the caller may take back the deletion `deletion`: it must see every model and link of which the deletion
 * marked, removed or changed a row. What else it came to is not told. Reads the journal of deletions.
 *
 * Errors: WEFT_FORBIDDEN: it came to more than the caller sees, or the project has no role of that name;
 * WEFT_NOT_FOUND: no store knows the deletion; those of stores. */
WEFT_API weft_code weft_access_restore(weft_engine *engine,
                                       const weft_access *access,
                                       const char *deletion,
                                       weft_error *error);

/* Whether the caller sees every model; `what` begins the message when not: "explaining".
 *
 * Errors: WEFT_FORBIDDEN: it does not, or the project has no role of that name. */
WEFT_API weft_code weft_access_everything(weft_engine *engine,
                                          const weft_access *access,
                                          const char *what,
                                          weft_error *error);

/* Take from `records` that were just written (an object or an array, as weft_record_create_json answers) the fields
 * that the caller does not see.
 *
 * Errors: WEFT_FORBIDDEN: the project has no role of that name; WEFT_INVALID_JSON: `records` are none.
 * Ownership: `*records` stays the caller's; its bytes may be others afterwards. */
WEFT_API weft_code weft_access_tell_records(
    weft_engine *engine, const weft_access *access, const char *entity, weft_text *records, weft_error *error);

/* Take from an error that is about to be told what names something that the caller does not see; at worst the meaning
 * of its code is left. A failure leaves the error as it is, and it should not be told.
 *
 * Errors: WEFT_FORBIDDEN: the project has no role of that name. */
WEFT_API weft_code weft_access_tell_error(weft_engine *engine, const weft_access *access, weft_error *error);

/* As weft_describe, of what the caller sees.
 *
 * Errors: WEFT_FORBIDDEN: the project has no role of that name; as weft_describe. */
WEFT_API weft_code weft_describe_as(
    weft_engine *engine, const weft_access *access, const char *entity, weft_text *ret_json, weft_error *error);

/* What a graph `request` touches: [{"entity", "module", "fields": […], "edges": […]}], by entity.
 *
 * Errors: as weft_query_open. */
WEFT_API weft_code
weft_query_uses(weft_engine *engine, const char *request, size_t request_len, weft_text *ret_json, weft_error *error);

#ifdef __cplusplus
}
#endif
#endif
