/* Who may touch what. The roles of weft.yaml list modules, models, fields, edges and links; what a caller may touch is
 * what its role lists, and of that what lies in the modules it is kept to. A request is checked before it is run: what
 * is not allowed is refused with its name, never left out of an answer. See docs/serving.md.
 *
 * The checks look at names, not at rows: rows are narrowed by the rule of a role's `rows` (weft_open_scoped). */
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
    size_t module_count;
} weft_access;

/* The roles and the `auth` section of weft.yaml, without anything secret: {"roles": [{"name", "tenant",
 * "rows": [{"entity", "field"}], "shared": [entity…]}], "auth": {…} or null}. `tenant` says whether the role
 * has a rule for rows; `rows` are the fields that must equal the caller's tenant, `shared` the models that every tenant
 * sees. WEFT_NO_MEMORY. */
WEFT_API weft_code weft_describe_access(weft_engine *engine, weft_text *ret_json, weft_error *error);

#ifdef __cplusplus
}
#endif
#endif
