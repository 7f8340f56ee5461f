/* From definitions to a catalog. Every name is looked up, every rule checked; what breaks one is reported and left out,
 * so that the rest is still checked. The catalog is good only when no problem was reported.
 *
 *      stores → models with their fields → foreign keys → pivots → link tables → edges → indexes → callbacks → names
 *      → renames → roles
 *
 * Edges are pointed at from many places, so each model's array of them is made once, at its final size, when all that
 * adds an edge is known; hence the order. */
#ifndef WEFT_DEFINE_BUILD_H
#define WEFT_DEFINE_BUILD_H

#include "define/definition.h"

typedef struct weft_model_draft weft_model_draft;

/* A relation after it met its target. Left NULL: its problem was reported. */
typedef struct weft_relation_draft {
    const weft_relation_definition *definition;
    weft_model_draft *from;
    weft_model_draft *to;
    weft_field *foreign_key;             /* on `from` for belongsTo, on `to` for hasOne and hasMany */
    struct weft_relation_draft *reverse; /* the relation that walks back, or NULL */
    weft_model_draft *pivot;             /* manyToMany */
    const weft_field *pivot_from;
    const weft_field *pivot_to;
    weft_edge *edge;
} weft_relation_draft;

/* A model being made. The model's own const pointers are filled from here. */
struct weft_model_draft {
    weft_model *model;
    const weft_model_definition *definition; /* NULL: a pivot or a link table */
    weft_place place;
    weft_str plural_camel; /* "blogPosts" */
    weft_field *fields;
    const weft_field **keys;
    weft_relation_draft *relations; /* as definition->relations */
    weft_edge *edges;
    size_t edge_capacity;
    WEFT_VEC(weft_index) indexes;
    WEFT_VEC(weft_place) index_places;
    weft_map claims;  /* property name → weft_claim */
    weft_map columns; /* column in lower case → weft_claim */
};

/* Who took a name. */
typedef struct weft_claim {
    weft_str owner; /* "the field \"title\"" */
    weft_place place;
} weft_claim;

typedef struct weft_link_draft {
    const weft_link_definition *definition;
    weft_link *link;
    weft_model_draft *left; /* NULL: could not be found */
    weft_model_draft *right;
    weft_model_draft *table; /* NULL: read-only */
    weft_str left_property;  /* what the left side is called on the right model: "products" */
    weft_str right_property;
    weft_str full_table; /* the table's name before it was compressed */
    bool is_twin;        /* an earlier link has its name: nothing more is made of it */
} weft_link_draft;

typedef struct weft_builder {
    weft_workshop *shop;
    weft_catalog *catalog;
    const weft_project_definition *project;
    const weft_module_definition *module_definitions;
    size_t module_count;
    const weft_link_definition *link_definitions;
    size_t link_count;
    const weft_callbacks *const *callbacks;
    size_t callbacks_count;
    weft_store_def *stores;
    const weft_store_def *links_store; /* links: { store } of weft.yaml; NULL: not given, or unknown and reported */
    weft_module **modules;
    WEFT_VEC(weft_model_draft *) drafts; /* models, then pivots, then link tables */
    weft_link_draft *links;
    weft_map link_names;  /* → weft_claim */
    weft_map table_names; /* "<store>/<table>" → weft_claim */
    weft_map index_names; /* "<store>/<index>" → weft_claim */
} weft_builder;

/* The catalog of `definitions`, in the workshop's `keep`; good only when no problem was reported. WEFT_NO_MEMORY. */
weft_code weft_build_catalog(weft_workshop *shop, const weft_definitions *definitions, weft_catalog **ret_catalog);

/* The stages, in the order they run. Each answers WEFT_OK (problems are reported) or WEFT_NO_MEMORY. */
weft_code weft_build_stores(weft_builder *builder);
weft_code weft_build_models(weft_builder *builder);
weft_code weft_build_foreign_keys(weft_builder *builder);
weft_code weft_build_pivots(weft_builder *builder);
weft_code weft_build_links(weft_builder *builder);
weft_code weft_build_relation_edges(weft_builder *builder);
weft_code weft_build_link_edges(weft_builder *builder);
weft_code weft_build_indexes(weft_builder *builder);
weft_code weft_build_callbacks(weft_builder *builder);
weft_code weft_build_names(weft_builder *builder);
weft_code weft_build_renames(weft_builder *builder);

/* What roles may touch; the catalog must be whole but for them. WEFT_NO_MEMORY. */
weft_code weft_build_roles(weft_builder *builder);

/* The store called `name`, reporting when there is none; NULL then. */
const weft_store_def *weft_build_find_store(weft_builder *builder, const weft_word *name);
/* The store of what names none: "default", or the only one; reports and answers NULL when neither is there. */
const weft_store_def *weft_build_default_store(weft_builder *builder, weft_place place, const char *what);

/* The model of `module` (by index) called `name` in any accepted form, or NULL. */
weft_model_draft *weft_build_find_model(const weft_builder *builder, uint32_t module, weft_str name);
/* Report that `name` is no model of the module, with the nearest. */
void weft_build_fail_no_model(weft_builder *builder, uint32_t module, const weft_word *name);

/* A new draft at the end of the list, with room for `field_capacity` fields. NULL when out of memory. */
weft_model_draft *weft_build_add_draft(weft_builder *builder, weft_place place, size_t field_capacity);
/* Fill the draft's names from `name` (in snake case) and settle its table. WEFT_NO_MEMORY. */
weft_code weft_build_name_model(weft_builder *builder, weft_model_draft *draft, weft_str name, weft_str table);
/* Append a field with its claims of name and column; `owner` is who brings it, for messages. *ret_field is NULL when
 * the name was taken. WEFT_NO_MEMORY. */
weft_code weft_build_add_field(
    weft_builder *builder, weft_model_draft *draft, const weft_field *field, weft_place place, weft_field **ret_field);
/* Report a table or column name, called `what`, that no database can hold. */
void weft_build_check_sql_name(weft_builder *builder, const weft_word *name, const char *what);
/* A field made from its definition: values, default. WEFT_NO_MEMORY. */
weft_code weft_build_add_defined_field(weft_builder *builder,
                                       weft_model_draft *draft,
                                       const weft_field_definition *definition,
                                       weft_field **ret_field);
/* created_at, updated_at (with `has_timestamps`) and deleted_at (with `is_soft`). WEFT_NO_MEMORY. */
weft_code weft_build_add_timestamps(weft_builder *builder, weft_model_draft *draft, bool has_timestamps, bool is_soft);
/* Read a default as the field's value. WEFT_NO_MEMORY. */
weft_code weft_build_default(weft_builder *builder, weft_field *field, const weft_node *node);
/* A field that holds the key of another model. */
weft_field weft_build_reference_field(weft_str name, weft_str column, const weft_field *key);

/* Room for the edges of all drafts; called when relations and links are known. WEFT_NO_MEMORY. */
weft_code weft_build_make_edges(weft_builder *builder);
/* Append an edge and claim its name for `owner`; *ret_edge NULL when the name is taken. WEFT_NO_MEMORY. */
weft_code weft_build_add_edge(weft_builder *builder,
                              weft_model_draft *draft,
                              const weft_edge *edge,
                              const weft_claim *claim,
                              weft_edge **ret_edge);

/* Append an index on `fields`; an empty name makes Medusa's. WEFT_NO_MEMORY. */
weft_code weft_build_add_index(
    weft_builder *builder, weft_model_draft *draft, weft_index index, const weft_field *const *fields, size_t count);
/* The indexes of a link table. WEFT_NO_MEMORY. */
weft_code weft_build_link_indexes(weft_builder *builder, weft_link_draft *draft);

/* The link table of a link whose sides are known. WEFT_NO_MEMORY. */
weft_code weft_build_link_table(weft_builder *builder, weft_link_draft *draft);

/* Take `key` in `map` for `claim`; when it is taken already answer the owner in *ret_other. WEFT_NO_MEMORY. */
weft_code weft_build_claim(
    weft_builder *builder, weft_map *map, weft_str key, const weft_claim *claim, const weft_claim **ret_other);
/* Report that two owners claim `name`, which is `what` ("a property of \"product\""); the answer takes a hint. */
weft_error *weft_build_fail_clash(
    weft_builder *builder, weft_str name, weft_str what, const weft_claim *second, const weft_claim *first);

/* `text` with ASCII letters in lower case, in scratch; `.data` NULL when out of memory. */
weft_str weft_build_lower(weft_builder *builder, weft_str text);
/* A table's or column's name as its store tells it from others: in lower case where "A" is "a". */
weft_str weft_build_store_name(weft_builder *builder, const weft_store_def *store, weft_str name);
/* Report a schema that is given for a table that weft makes. */
void weft_build_check_schema(weft_builder *builder, const weft_model *model, const weft_word *schema);

#endif
