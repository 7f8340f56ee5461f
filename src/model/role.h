/* Roles: what those who ask may touch. A role of weft.yaml is settled when the project is read, a grant a model; a view
 * is a role and a choice of modules together, and answers for each model, field and edge whether it is there.
 *
 * A model's primary key is visible wherever the model is: links, cursors and deletions speak of records by it. An edge
 * is visible only where the model it leads to is. */
#ifndef WEFT_MODEL_ROLE_H
#define WEFT_MODEL_ROLE_H

#include "model/catalog.h"

/* What a role may touch of one model. */
typedef struct weft_grant {
    bool is_visible;
    const bool *fields;       /* by weft_field.index */
    const bool *edges;        /* by weft_edge.index */
    const weft_field *tenant; /* must equal the caller's tenant in every row that is touched; NULL: no such rule here */
} weft_grant;

struct weft_role {
    weft_str name;
    const weft_grant *grants; /* by weft_model.index */
    bool is_whole;            /* it has no lists: every model, field and edge is visible */
    bool has_rows;            /* whoever has the role needs a tenant */
};

/* Zeroed but for the catalog, it sees everything. */
typedef struct weft_view {
    const weft_catalog *catalog;
    const weft_role *role; /* NULL: no lists */
    const bool *modules;   /* by weft_module.index; NULL: every module */
} weft_view;

/* The role called `name`, or NULL. */
const weft_role *weft_catalog_role(const weft_catalog *catalog, weft_str name);

/* Whether the view leaves nothing out. */
bool weft_view_is_whole(const weft_view *view);
/* A link table is seen where its list says so, and both its ends are in modules that are; a pivot never. */
bool weft_view_shows_model(const weft_view *view, const weft_model *model);
bool weft_view_shows_field(const weft_view *view, const weft_field *field);
bool weft_view_shows_edge(const weft_view *view, const weft_edge *edge);

/* The catalog as the view shows it, in which nothing else can be found: for telling what there is, and what is wrong
 * with a request without telling more. Where an edge or a link row is not visible but stands in between, it is a stub
 * without fields. It borrows from the whole catalog; not to be planned with. Lives in `keep`. WEFT_NO_MEMORY. */
weft_code weft_view_catalog(const weft_view *view, weft_arena *keep, const weft_catalog **ret_catalog);

#endif
