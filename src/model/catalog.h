/* The catalog: every module, model, link and edge of a project, checked and immutable.
 *
 * It is made by define/ in one arena and lives as long as the engine; everything later points into it. Readers need no
 * lock. A link table is a model too (is_link), so that a link row is queried, filtered and ordered like any record: its
 * fields are the link columns, its edges the two sides. */
#ifndef WEFT_MODEL_CATALOG_H
#define WEFT_MODEL_CATALOG_H

#include "base/map.h"
#include "weft/callbacks.h"

typedef struct weft_catalog weft_catalog;
typedef struct weft_module weft_module;
typedef struct weft_model weft_model;
typedef struct weft_field weft_field;
typedef struct weft_edge weft_edge;
typedef struct weft_link weft_link;
typedef struct weft_role weft_role;

typedef enum weft_store_kind {
    WEFT_STORE_SQLITE = 1,
    WEFT_STORE_POSTGRES,
    WEFT_STORE_CALLBACKS /* the program's own functions: weft/callbacks.h */
} weft_store_kind;

/* One database the project talks to. */
typedef struct weft_store_def {
    weft_str name; /* "default" */
    weft_store_kind kind;
    weft_str url;   /* with its password: never printed; weft_store_def_describe makes the printable form */
    weft_str path;  /* SQLite: the file, relative paths already joined to the project's directory; ":memory:" kept */
    uint32_t index; /* in catalog->stores */
    const weft_model *const *served; /* CALLBACKS: its models and pivots */
    size_t served_count;
} weft_store_def;

typedef enum weft_type {
    WEFT_TYPE_ID = 1,
    WEFT_TYPE_TEXT,
    WEFT_TYPE_NUMBER,     /* 64-bit integer */
    WEFT_TYPE_BIG_NUMBER, /* exact decimal */
    WEFT_TYPE_FLOAT,      /* IEEE double */
    WEFT_TYPE_BOOLEAN,
    WEFT_TYPE_DATE_TIME,
    WEFT_TYPE_JSON,
    WEFT_TYPE_ARRAY, /* of text */
    WEFT_TYPE_ENUM,
    WEFT_TYPE_AUTOINCREMENT
} weft_type;

/* "id", "text", "number", "bigNumber", … as written in module.yaml. */
weft_str weft_type_name(weft_type type);
/* False when no type has that name. */
bool weft_type_from_name(weft_str name, weft_type *ret_type);
/* The kind of value a field of this type holds. */
weft_value_kind weft_type_value_kind(weft_type type);

/* How a column that weft did not make, and whose type weft would not have chosen, is read and compared: as a value of
 * the field's own type, whatever the column's type makes of it. */
typedef enum weft_native {
    WEFT_NATIVE_PLAIN = 0, /* as any column */
    WEFT_NATIVE_UUID,      /* equal and ordered as its text is, in small letters */
    WEFT_NATIVE_ENUM,      /* equal as its text is, ordered otherwise */
    WEFT_NATIVE_LOOSE,     /* what is equal as text is equal, and more: citext, char(n) */
    WEFT_NATIVE_CAST,      /* as what it is cast to only: json, inet, varchar[] */
    WEFT_NATIVE_REAL       /* as the double its digits are: float4 */
} weft_native;

struct weft_field {
    weft_str name;   /* as users write it and JSON shows it */
    weft_str column; /* in the table */
    weft_type type;
    uint32_t index; /* in model->fields */
    bool is_nullable;
    bool is_primary_key;
    bool is_unique;
    bool is_indexed;
    bool is_searchable;
    bool is_foreign_key; /* added for a belongsTo, or a link's key column */
    bool is_timestamp;   /* created_at, updated_at, deleted_at kept by weft */
    bool has_default;
    weft_value default_value; /* typed as the field */
    weft_str id_prefix;       /* ID: "post"; may be empty */
    const weft_str *enum_values;
    size_t enum_value_count;
    weft_str renamed_from; /* column it had before, or empty */
    weft_native native;
    weft_str column_type; /* of a column that weft did not make, "uuid", "citext", "mood"; or empty */
    const weft_model *model;
};

typedef struct weft_index {
    weft_str name;
    const weft_field *const *fields;
    size_t field_count;
    const weft_field *const *including; /* PostgreSQL INCLUDE; on SQLite appended as key columns */
    size_t including_count;
    bool is_unique;
    bool is_live_only; /* partial: WHERE deleted_at IS NULL */
    weft_str where;    /* a further raw SQL predicate from the definition, or empty */
} weft_index;

typedef struct weft_table_check {
    weft_str name;
    weft_str expression; /* raw SQL from the definition */
} weft_table_check;

/* What happens to a side when a record of the other side is deleted (spec §7). */
typedef enum weft_on_delete {
    WEFT_ON_DELETE_UNLINK = 0,
    WEFT_ON_DELETE_CASCADE,
    WEFT_ON_DELETE_CASCADE_ORPHANS,
    WEFT_ON_DELETE_RESTRICT,
    WEFT_ON_DELETE_KEEP
} weft_on_delete;

weft_str weft_on_delete_name(weft_on_delete policy);

typedef enum weft_edge_kind {
    WEFT_EDGE_RELATION = 1, /* inside a module; many-to-many ones go through a pivot table */
    WEFT_EDGE_LINK,         /* product.blog_posts: from one side of a link to the other, through the link table */
    WEFT_EDGE_LINK_ROW,     /* product.blog_post_link: from a side to the link rows */
    WEFT_EDGE_LINK_SIDE,    /* product_blog_post.product: from a link row to a side */
    WEFT_EDGE_READ_ONLY     /* a read-only link: a field joined to a key */
} weft_edge_kind;

/* What a query walks. Either direct:  from.from_field = to.to_field
 * or through a table:                 from.from_field = through.through_from and through.through_to = to.to_field
 * (through is the link's model, or a many-to-many relation's pivot). Null keys never match. */
struct weft_edge {
    weft_str name;
    weft_edge_kind kind;
    bool is_list; /* a list in answers, else an object or null */
    const weft_model *from;
    const weft_model *to;
    const weft_field *from_field;
    const weft_field *to_field;
    const weft_model *through; /* NULL: direct */
    const weft_field *through_from;
    const weft_field *through_to;
    const weft_link *link;    /* LINK, LINK_ROW, LINK_SIDE, READ_ONLY; else NULL */
    const weft_edge *reverse; /* the same edge walked back, or NULL when nothing names it */
    uint32_t index;           /* in from->edges */
    bool cascades_delete;     /* relation named in the model's cascades.delete */
};

/* The table of a store in which the triggers of guarded models note deletes. */
#define WEFT_OUTBOX_TABLE "weft_outbox"

struct weft_model {
    weft_str name;   /* snake: "blog_post"; of a link: its entry point "product_blog_post" */
    weft_str camel;  /* "blogPost" */
    weft_str plural; /* "blog_posts"; of a link: the plural of its entry point */
    weft_str table;
    weft_str schema;           /* where the table is, or empty: where a bare name finds it */
    const weft_module *module; /* NULL for a link table */
    const weft_link *link;     /* is_link: the link whose rows these are; else NULL */
    const weft_store_def *store;
    const weft_field *fields; /* definition order; timestamps last */
    size_t field_count;
    const weft_field *const *keys; /* primary key; at least one. A link row's is its id, or the pair where it is sharded
                                      or was made by Medusa */
    size_t key_count;
    const weft_edge *edges; /* relations in definition order, then link edges in link order */
    size_t edge_count;
    const weft_index *indexes; /* those to be made: from fields, definition, relations and rules, names settled */
    size_t index_count;
    const weft_table_check *checks;
    size_t check_count;
    const weft_field *created_at; /* NULL when the model has none */
    const weft_field *updated_at;
    const weft_field *deleted_at;    /* not NULL: deletion is soft */
    bool is_managed;                 /* weft makes and alters the table */
    bool is_guarded;                 /* triggers note deletes by plain SQL in weft_outbox */
    bool is_served;                  /* its store is CALLBACKS: it can only be read */
    const weft_callbacks *callbacks; /* who serves it; NULL: this program brings nobody who does */
    bool is_pivot;         /* table of a many-to-many relation: no entity of its own, cannot be asked for by name */
    weft_str renamed_from; /* table it had before (a link: or the name), or empty */
    weft_str where;        /* file:line:column of the definition */
    uint32_t index;        /* in catalog->models */
    weft_map field_map;    /* name → weft_field */
    weft_map edge_map;     /* name → weft_edge */
};

struct weft_module {
    weft_str name;
    const weft_store_def *store;
    const weft_model *const *models;
    size_t model_count;
    weft_str where;
    uint32_t index;
};

/* One side of a link. */
typedef struct weft_link_side {
    const weft_model *model;
    const weft_field *key;    /* primary key field of the model (read-only: the joined field) */
    const weft_field *column; /* in the link's model; NULL when read-only */
    weft_str alias;           /* "blog_post" */
    bool is_list;             /* many of this side's records per record of the other side */
    weft_on_delete on_delete;
    const weft_edge *edge; /* from the OTHER side's model to this side, e.g. product.blog_posts for side blog_post */
    const weft_edge *row_edge;  /* from the other side's model to the link rows; NULL when read-only */
    const weft_edge *side_edge; /* from the link row to this side; NULL when read-only */
} weft_link_side;

typedef enum weft_link_shard {
    WEFT_SHARD_NONE = 0,
    WEFT_SHARD_LEFT,
    WEFT_SHARD_RIGHT,
    WEFT_SHARD_BOTH,
    WEFT_SHARD_REFERENCE
} weft_link_shard;

typedef enum weft_naming { WEFT_NAMING_WEFT = 0, WEFT_NAMING_MEDUSA } weft_naming;

struct weft_link {
    weft_str name; /* addresses the link: option `name`, else the entry point "product_blog_post" */
    weft_link_side left;
    weft_link_side right;
    const weft_model *model; /* the link table; NULL when read-only */
    weft_str id_prefix;      /* "link" unless set */
    bool is_read_only;
    weft_link_shard shard;
    weft_naming naming; /* medusa: primary key on the pair and Medusa's index names */
    weft_str where;
    uint32_t index;
};

/* True when the link has a table whose rows weft can write and examine: all columns of a link row, where a bare name
 * finds it. */
static inline bool weft_link_has_rows(const weft_link *link)
{
    return !link->is_read_only && link->model->deleted_at != NULL && link->model->schema.len == 0;
}

struct weft_catalog {
    weft_str directory; /* of the project */
    const weft_store_def *stores;
    size_t store_count;
    const weft_module *const *modules; /* by name */
    size_t module_count;
    const weft_model *const *models; /* modules' models, then pivots, then link tables */
    size_t model_count;
    const weft_link *const *links; /* by file name */
    size_t link_count;
    const weft_role *roles; /* model/role.h; in the order of weft.yaml */
    size_t role_count;
    const struct weft_jwt *jwt; /* model/auth.h; NULL: no tokens */
    weft_limits limits;
    weft_naming naming;
    weft_map entity_map; /* every accepted name of every model and link → weft_entity_name (model/lookup.c) */
};

/* The field or edge of that name, or NULL. A field's name is accepted as written and in camel case. */
const weft_field *weft_model_field(const weft_model *model, weft_str name);
const weft_edge *weft_model_edge(const weft_model *model, weft_str name);

/* The entity (model or link entry point) called `name`: snake, camel, plural of either, or "module.model".
 * WEFT_UNKNOWN_ENTITY with the nearest name as hint; WEFT_AMBIGUOUS_NAME listing the modules. */
weft_code weft_catalog_entity(const weft_catalog *catalog,
                              weft_str name,
                              const weft_model **ret_model,
                              weft_error *error);

/* The link called `name` (its name, its entry point, or its table), or NULL. */
const weft_link *weft_catalog_link(const weft_catalog *catalog, weft_str name);

/* The module called `name`, or NULL. */
const weft_module *weft_catalog_module(const weft_catalog *catalog, weft_str name);

/* The store called `name`, or NULL. */
const weft_store_def *weft_catalog_store(const weft_catalog *catalog, weft_str name);

/* WEFT_UNKNOWN_FIELD for `name` on `model`, with what was meant: the nearest field or edge. */
weft_code weft_fail_unknown_field(const weft_model *model, weft_str name, weft_error *error);

/* "postgres://host:port/db", without who asks and how, or "sqlite:path", in `keep`. */
weft_str weft_store_def_describe(const weft_store_def *store, weft_arena *keep);

#endif
