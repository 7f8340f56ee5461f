/* Definitions as they were written: plain structs, every name still text with its place, nothing looked up. What the
 * read_* files make of nodes and the build_* files make a catalog of. Words that were not given are empty. */
#ifndef WEFT_DEFINE_DEFINITION_H
#define WEFT_DEFINE_DEFINITION_H

#include "base/vec.h"
#include "define/files.h"
#include "define/keys.h"
#include "model/auth.h"

typedef struct weft_store_part {
    weft_word name;
    weft_word url; /* holds the password */
} weft_store_part;

/* modules: { blog: { store: content } } */
typedef struct weft_placement {
    weft_word module;
    weft_word store;
} weft_placement;

/* roles: { clerk: { modules, links, rows } }; each part as it was written, NULL: not given. */
typedef struct weft_role_definition {
    weft_word name;
    const weft_node *modules;
    const weft_node *links;
    weft_word tenant; /* rows: the field that must equal the caller's tenant */
    weft_words shared;
} weft_role_definition;

typedef struct weft_project_definition {
    const weft_file *file;
    WEFT_VEC(weft_store_part) stores;
    WEFT_VEC(weft_placement) placements;
    WEFT_VEC(weft_role_definition) roles;
    const weft_jwt *jwt; /* NULL: no tokens */
    weft_word jwt_role;  /* of tokens that name none */
    weft_word links_store;
    weft_naming naming;
    weft_limits limits;
} weft_project_definition;

typedef struct weft_field_definition {
    weft_word name;
    weft_type type; /* TEXT when what was written is no type, which was reported */
    bool is_nullable;
    weft_flag index;
    weft_flag unique;
    weft_flag primary_key;
    weft_flag searchable;
    weft_word prefix;
    weft_word column;
    weft_word column_type; /* of a model that is not managed */
    weft_word renamed_from;
    weft_words values;
    const weft_node *default_value; /* NULL: none */
} weft_field_definition;

typedef enum weft_relation_kind {
    WEFT_RELATION_BELONGS_TO = 1,
    WEFT_RELATION_HAS_ONE,
    WEFT_RELATION_HAS_MANY,
    WEFT_RELATION_MANY_TO_MANY
} weft_relation_kind;

typedef struct weft_relation_definition {
    weft_word name;
    weft_relation_kind kind;
    weft_word target; /* a model of the same module */
    weft_word mapped_by;
    weft_flag nullable;            /* belongsTo */
    weft_word column;              /* belongsTo: of the foreign key */
    weft_word renamed_from;        /* belongsTo: the name it had */
    weft_word field;               /* belongsTo: the field that is the foreign key, in place of one that is added */
    weft_word pivot_table;         /* manyToMany */
    weft_word join_column;         /* manyToMany: holds this model's key */
    weft_word inverse_join_column; /* manyToMany: holds the target's key */
} weft_relation_definition;

typedef struct weft_index_definition {
    weft_place place;
    weft_word name;
    weft_words on;
    weft_flag unique;
    weft_word type;
    const weft_node *where; /* NULL: not given; a null scalar: not even live rows only */
} weft_index_definition;

typedef struct weft_check_definition {
    weft_place place;
    weft_word name;
    weft_word expression;
} weft_check_definition;

typedef struct weft_model_definition {
    weft_word name; /* as written */
    weft_word table;
    weft_word schema; /* not managed: where the table is */
    weft_word renamed_from;
    weft_flag managed;
    weft_word guard;
    weft_flag timestamps;
    weft_flag soft_delete;
    WEFT_VEC(weft_field_definition) fields;
    WEFT_VEC(weft_relation_definition) relations;
    WEFT_VEC(weft_index_definition) indexes;
    WEFT_VEC(weft_check_definition) checks;
    weft_words cascades_delete;
} weft_model_definition;

typedef struct weft_module_definition {
    weft_word name;
    WEFT_VEC(weft_model_definition) models;
    bool is_broken; /* its file could not be parsed: what it lacks is not told */
} weft_module_definition;

typedef struct weft_side_definition {
    weft_place place;
    weft_word linkable; /* "module.model" */
    weft_flag is_list;
    const weft_node *delete_cascade; /* true, false, a name or a list of names */
    weft_word on_delete;
    weft_word alias;
    weft_word renamed_from; /* the alias it had */
    weft_word field;
    weft_word column; /* of a table that is not managed */
    weft_words filterable;
} weft_side_definition;

typedef struct weft_link_definition {
    weft_place place;
    weft_side_definition left;
    weft_side_definition right;
    weft_word name;
    weft_word renamed_from; /* the name or the table it had */
    weft_flag read_only;
    weft_word table;
    weft_word schema;
    weft_word id_prefix;
    weft_flag managed;
    weft_flag pair_only;
    WEFT_VEC(weft_field_definition) columns; /* extraColumns */
    bool has_database;
    weft_place database_place;
    weft_word store; /* place: */
    weft_word shard;
} weft_link_definition;

/* All of a project. */
typedef struct weft_definitions {
    weft_project_definition project; /* project.file NULL: there is none to build from */
    weft_module_definition *modules; /* by name */
    size_t module_count;
    weft_link_definition *links; /* by file */
    size_t link_count;
    const weft_callbacks *const *callbacks;
    size_t callbacks_count;
} weft_definitions;

/* Each fills its struct from a file's content and reports what is wrong with it. WEFT_NO_MEMORY. */
weft_code weft_project_definition_read(weft_workshop *shop,
                                       const weft_node *node,
                                       weft_project_definition *ret_project);
weft_code weft_module_definition_read(weft_workshop *shop,
                                      const weft_node *node,
                                      weft_str directory,
                                      weft_module_definition *ret_module);
weft_code weft_link_definition_read(weft_workshop *shop, const weft_node *node, weft_link_definition *ret_link);

/* The roles of weft.yaml: see weft_role_definition. */
weft_code weft_roles_read(weft_workshop *shop, const weft_node *node, weft_project_definition *project);

/* The `auth` section. */
weft_code weft_auth_read(weft_workshop *shop, const weft_node *node, weft_project_definition *project);

/* One field: "text?" or an object. `is_extra_column`: of a link, where Medusa's type names are understood too. */
weft_code weft_field_definition_read(weft_workshop *shop,
                                     const weft_entry *entry,
                                     bool is_extra_column,
                                     weft_field_definition *ret_field);

/* Report a name that is no identifier; `what` is "a model". */
bool weft_name_check(weft_workshop *shop, const weft_word *name, const char *what);

#endif
