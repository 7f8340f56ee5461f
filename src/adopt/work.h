/* Adopting under way: what has been decided so far. Private to adopt/. All memory is the arena's. */
#ifndef WEFT_ADOPT_WORK_H
#define WEFT_ADOPT_WORK_H

#include "adopt/adopt.h"
#include "base/map.h"
#include "base/vec.h"

typedef struct weft_adopted_model weft_adopted_model;

typedef struct weft_adopted_field {
    weft_str name;
    const weft_present_column *column;
    bool is_primary_key;
    bool is_unique;
} weft_adopted_field;

typedef enum weft_adopted_kind {
    WEFT_ADOPTED_BELONGS_TO = 1,
    WEFT_ADOPTED_HAS_ONE,
    WEFT_ADOPTED_HAS_MANY,
    WEFT_ADOPTED_MANY_TO_MANY
} weft_adopted_kind;

typedef struct weft_adopted_relation {
    weft_str name;
    weft_adopted_kind kind;
    const weft_adopted_model *target;
    weft_str field;                  /* belongsTo */
    weft_str mapped_by;              /* of the relation on the other side; may be empty */
    const weft_present_table *pivot; /* manyToMany, on one side only */
    weft_str join_column;
    weft_str inverse_join_column;
} weft_adopted_relation;

typedef struct weft_adopted_module {
    weft_str name;
    WEFT_VEC(weft_adopted_model *) models;
    weft_map entities; /* every form of its models' names → the model */
} weft_adopted_module;

struct weft_adopted_model {
    weft_str name;
    weft_adopted_module *module;
    const weft_present_table *table;
    bool is_soft;
    bool has_timestamps; /* created_at and updated_at are told by `timestamps: true` */
    WEFT_VEC(weft_adopted_field) fields;
    WEFT_VEC(weft_adopted_relation) relations;
    size_t key_count;
    weft_map claims; /* names of its fields, relations and of what links add */
};

/* A foreign key that something can be made of. */
typedef struct weft_adopted_reference {
    weft_adopted_model *from;
    weft_adopted_model *to;
    weft_adopted_field *field; /* of `from` */
    weft_adopted_field *aim;   /* of `to` */
    bool is_relation;          /* one module, and `aim` is the whole key: else it takes a read-only link */
    bool is_found;             /* false: it was noted why nothing can be made of it */
} weft_adopted_reference;

typedef struct weft_adopted_side {
    const weft_adopted_model *model;
    weft_str alias;
    weft_str field;  /* read-only */
    weft_str column; /* of the link table */
    bool is_list;
    bool cascades;
} weft_adopted_side;

typedef struct weft_adopted_link {
    weft_str name;
    weft_str file;       /* name of its file, without ending */
    const char *comment; /* or NULL */
    weft_adopted_side left;
    weft_adopted_side right;
    const weft_present_table *table; /* NULL: read-only */
    weft_str id_prefix;
    bool is_row; /* the table has id, created_at, updated_at and deleted_at, so that its rows can be written */
} weft_adopted_link;

/* A table and what became of it. */
typedef struct weft_adopted_table {
    const weft_present_table *present;
    weft_str label;              /* "public.orders" as notes call it */
    weft_str bare;               /* its name without the prefix of its module */
    weft_adopted_module *module; /* NULL: left out */
    weft_adopted_model *model;   /* NULL: a junction, or left out */
    bool is_junction;
    bool is_link; /* MedusaJS's: no model, but a link */
} weft_adopted_table;

typedef struct weft_adopting {
    const weft_present *present;
    const weft_adopt_options *options;
    weft_arena *keep;
    weft_arena *scratch;
    weft_error *error;
    weft_adopted_table *tables; /* as in present */
    WEFT_VEC(weft_adopted_module *) modules;
    WEFT_VEC(weft_adopted_reference) crossings; /* foreign keys that take a read-only link */
    WEFT_VEC(weft_adopted_link) links;
    WEFT_VEC(weft_adopted_note) notes;
    WEFT_VEC(weft_adopted_file) files;
    weft_map link_names;
} weft_adopting;

/* What a table of MedusaJS is called there. */
weft_code weft_adopt_assign_medusa(weft_adopting *work);
/* The links that MedusaJS keeps tables for, and those that follow fields. */
weft_code weft_adopt_medusa_links(weft_adopting *work);
/* What MedusaJS calls the records that refer by this column, on what they refer to; or empty. */
weft_str weft_adopt_medusa_other_end(weft_str table, weft_str column);

/* The alias under which records appear on `on`, whose properties (of a list: the alias's plural) are one of a kind;
 * `.data` NULL when out of memory. */
weft_str weft_adopt_alias_claim(weft_adopting *work, weft_adopted_model *on, weft_str alias, bool is_list);
/* Add a link under a name that no other has. */
weft_code weft_adopt_link_add(weft_adopting *work, weft_str name, weft_adopted_link *link);
/* True when the table has all columns of a link row. */
bool weft_adopt_is_link_row(const weft_present_table *table);

/* The stages, in their order. */
weft_code weft_adopt_assign(weft_adopting *work);    /* tables to modules */
weft_code weft_adopt_models(weft_adopting *work);    /* names, fields, keys; junctions told apart */
weft_code weft_adopt_relations(weft_adopting *work); /* foreign keys and junctions inside a module */
weft_code weft_adopt_links(weft_adopting *work);     /* those between modules */
weft_code weft_adopt_write(weft_adopting *work);     /* the files */

/* Note about a table, or a column or constraint of it (`column` may be empty). */
weft_code weft_adopt_note(
    weft_adopting *work, weft_str table, weft_str column, bool is_left_out, const char *format, ...) WEFT_PRINTF(5, 6);

weft_code weft_adopt_fail(const weft_adopting *work);

/* The module of that name, made when it is new. NULL: out of memory. */
weft_adopted_module *weft_adopt_module(weft_adopting *work, weft_str name);
weft_adopted_table *weft_adopt_table_find(const weft_adopting *work, weft_str schema, weft_str name);
weft_adopted_field *weft_adopted_field_of(const weft_adopted_model *model, weft_str column);

/* `name` as weft takes names: other bytes become "_", and a digit in front gets one. `.data` NULL: out of memory. */
weft_str weft_adopt_identifier(weft_arena *keep, weft_str name);
/* The name, or the first of name_2, name_3 … that `claims` does not hold; it does afterwards, with `value`. */
weft_str weft_adopt_claim(weft_arena *keep, weft_map *claims, weft_str name, const void *value);

#endif
