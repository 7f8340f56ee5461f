/* A role being made: what its lists grant, model by model. Shared by build_roles.c and build_role_lists.c. */
#ifndef WEFT_DEFINE_BUILD_ROLES_H
#define WEFT_DEFINE_BUILD_ROLES_H

#include "define/build.h"
#include "model/role.h"

/* An edge that a list names: what it leads to must be visible, which is known when all lists are read. */
typedef struct weft_named_edge {
    const weft_edge *edge;
    weft_place place;
} weft_named_edge;

typedef struct weft_role_draft {
    weft_builder *builder;
    const weft_role_definition *definition;
    weft_grant *grants; /* by model; their pointers are these: */
    bool **fields;
    bool **edges;
    WEFT_VEC(weft_named_edge) named_edges;
} weft_role_draft;

/* The whole model, with every field and edge. */
void weft_role_grant_whole(weft_role_draft *draft, const weft_model *model);

/* Read `modules` and `links` of the role; what is wrong is reported with the nearest right name. WEFT_NO_MEMORY. */
weft_code weft_role_read_modules(weft_role_draft *draft, const weft_node *node);
weft_code weft_role_read_links(weft_role_draft *draft, const weft_node *node);

/* The model a definition calls "module.model"; reports, and then is NULL. WEFT_NO_MEMORY. */
weft_code weft_role_find_model(weft_role_draft *draft,
                               const weft_module *module,
                               const weft_word *name,
                               const weft_model **ret_model);
/* The module of that name; reports, and then is NULL. WEFT_NO_MEMORY. */
weft_code weft_role_find_module(weft_role_draft *draft, const weft_word *name, const weft_module **ret_module);

#endif
