/* Definitions in C: modules and links as constant data, beside or instead of the files under src/modules and src/links.
 *
 *      #include <weft/define.h>
 *
 *      WEFT_MODULE("blog",
 *          WEFT_MODEL("blog_post",
 *              WEFT_FIELDS(
 *                  WEFT_ID("id", .prefix = "post"),
 *                  WEFT_TEXT("title"),
 *                  WEFT_TEXT("body", .nullable = true),
 *                  WEFT_ENUM("status", WEFT_TEXTS("draft", "published"), .default_value = "draft", .index = true)),
 *              WEFT_RELATIONS(WEFT_HAS_MANY("comments", "comment", .mapped_by = "post")),
 *              .cascades = WEFT_TEXTS("comments")));
 *
 *      WEFT_LINK(.left = {.linkable = "product.product", .is_list = true},
 *                .right = {.linkable = "blog.blog_post", .is_list = true, .delete_cascade = true});
 *
 * They mean what docs/definitions.md says of the keys of the same names, are checked by the same rules, and make the
 * same catalog; a problem is told with the file and line of the macro. One file a module and one a link, compiled into
 * the program, are found without a list: each macro puts a pointer into a section of the program that
 * weft_definitions_here() reads. That needs gcc or clang and ELF, and that the files are objects of the program itself
 * (a static library gives the linker no reason to take them). Anywhere else fill a weft_definition_set by hand.
 *
 * Lists end with an element of zeros, which the macros add. All pointers must outlive the engine. The macros use
 * designated initialisers: C99 and later, not C++. */
#ifndef WEFT_DEFINE_H
#define WEFT_DEFINE_H

#include "weft/callbacks.h"
#include "weft/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A field of a model, or an extra column of a link. Members without a word here are the keys of a file:
 * docs/definitions.md says what name, nullable, index, unique, primary_key, searchable, column and renamed_from mean.
 */
typedef struct weft_field_spec {
    const char *name;
    const char *type; /* "text", "text?" …: as in a file */
    bool nullable;
    bool index;
    bool unique;
    bool primary_key;
    bool searchable;
    const char *default_value; /* of a text or enum the text itself, else as in JSON: "0", "true", "[\"a\"]" */
    const char *prefix;        /* of ids */
    const char *column;
    const char *renamed_from;
    const char *const *values; /* of an enum; ends with NULL */
} weft_field_spec;

/* A relation of a model. Exactly one of the four targets is given: belongs_to, has_one, has_many or many_to_many, the
 * name of a model of the module. mapped_by, nullable, column, pivot_table, join_column and inverse_join_column are the
 * keys of a file; `name` is the relation's. */
typedef struct weft_relation_spec {
    const char *name;
    const char *belongs_to;
    const char *has_one;
    const char *has_many;
    const char *many_to_many;
    const char *mapped_by;
    bool nullable;
    const char *column;
    const char *pivot_table;
    const char *join_column;
    const char *inverse_join_column;
} weft_relation_spec;

/* An index of a model. */
typedef struct weft_index_spec {
    const char *const *on; /* field names; ends with NULL */
    const char *name;      /* default: made of table and columns */
    bool unique;           /* among live records */
    const char *type;      /* of PostgreSQL: "gin" …; default btree */
    const char *where;     /* SQL */
} weft_index_spec;

/* A check of a model's table. */
typedef struct weft_check_spec {
    const char *expression; /* SQL */
    const char *name;       /* default: made of the table and a number */
} weft_check_spec;

/* A model of a module. Lists end with an element of zeros. */
typedef struct weft_model_spec {
    const char *name;                    /* "blog_post" */
    const weft_field_spec *fields;       /* WEFT_FIELDS */
    const weft_relation_spec *relations; /* WEFT_RELATIONS */
    const char *const *cascades;         /* relations whose records are deleted with this one's; ends with NULL */
    const weft_index_spec *indexes;      /* WEFT_INDEXES */
    const weft_check_spec *checks;       /* WEFT_CHECKS */
    const char *table;                   /* default: made of the name */
    const char *renamed_from;            /* the model's name before */
    bool unmanaged;                      /* managed: false */
    bool no_timestamps;                  /* timestamps: false */
    bool no_soft_delete;                 /* softDelete: false */
    const char *guard;                   /* "triggers" */
} weft_model_spec;

/* A module. WEFT_MODULE makes it. */
typedef struct weft_module_spec {
    const char *name;              /* "blog" */
    const weft_model_spec *models; /* WEFT_MODEL; ends with one of zeros */
    const char *file;              /* where it stands, for problems; may be NULL */
    int line;                      /* of the file */
} weft_module_spec;

/* A side of a link. */
typedef struct weft_side_spec {
    const char *linkable;                     /* "module.model" */
    bool is_list;                             /* many of this side may be linked to one of the other */
    bool delete_cascade;                      /* deleting the other side's record deletes this side's */
    const char *const *delete_cascade_models; /* instead: the models by name; ends with NULL */
    const char *on_delete;         /* "unlink" (default), "cascade", "cascade-orphans", "restrict" or "keep" */
    const char *alias;             /* what the other side calls this one in requests */
    const char *field;             /* of a read-only link */
    const char *const *filterable; /* accepted; every field is filterable */
} weft_side_spec;

/* A link. WEFT_LINK makes it. */
typedef struct weft_link_spec {
    weft_side_spec left;
    weft_side_spec right;
    const char *name;                     /* default: made of the sides */
    bool read_only;                       /* over a field, without a table of its own */
    const char *table;                    /* default: made of the sides */
    const char *id_prefix;                /* of link rows; default "link" */
    const weft_field_spec *extra_columns; /* WEFT_EXTRA_COLUMNS */
    const char *place;                    /* the store of the link table */
    const char *shard;                    /* as in a file */
    const char *file;                     /* where it stands, for problems; may be NULL */
    int line;                             /* of the file */
} weft_link_spec;

/* What weft_options.definitions points to. NULL elements are passed over. */
typedef struct weft_definition_set {
    const weft_module_spec *const *modules; /* pointers to them */
    size_t module_count;                    /* of `modules` */
    const weft_link_spec *const *links;     /* pointers to them */
    size_t link_count;                      /* of `links` */
    const weft_callbacks *const *callbacks; /* who serves the models of stores that are "callbacks" */
    size_t callbacks_count;                 /* of `callbacks` */
} weft_definition_set;

/* Texts, for cascades, values and `on`. */
#define WEFT_TEXTS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* The parts of a model; their elements are the macros below, or initialisers in braces. */
#define WEFT_FIELDS(...)                                                                                               \
    .fields = (const weft_field_spec[])                                                                                \
    {                                                                                                                  \
        __VA_ARGS__,                                                                                                   \
        {                                                                                                              \
            .name = NULL                                                                                               \
        }                                                                                                              \
    }
#define WEFT_RELATIONS(...)                                                                                            \
    .relations = (const weft_relation_spec[])                                                                          \
    {                                                                                                                  \
        __VA_ARGS__,                                                                                                   \
        {                                                                                                              \
            .name = NULL                                                                                               \
        }                                                                                                              \
    }
#define WEFT_INDEXES(...)                                                                                              \
    .indexes = (const weft_index_spec[])                                                                               \
    {                                                                                                                  \
        __VA_ARGS__,                                                                                                   \
        {                                                                                                              \
            .on = NULL                                                                                                 \
        }                                                                                                              \
    }
#define WEFT_CHECKS(...)                                                                                               \
    .checks = (const weft_check_spec[])                                                                                \
    {                                                                                                                  \
        __VA_ARGS__,                                                                                                   \
        {                                                                                                              \
            .expression = NULL                                                                                         \
        }                                                                                                              \
    }
/* Of a link. */
#define WEFT_EXTRA_COLUMNS(...)                                                                                        \
    .extra_columns = (const weft_field_spec[])                                                                         \
    {                                                                                                                  \
        __VA_ARGS__,                                                                                                   \
        {                                                                                                              \
            .name = NULL                                                                                               \
        }                                                                                                              \
    }

/* Fields: the name, then members of weft_field_spec. */
#define WEFT_ID(...)            WEFT_FIELD_("id", __VA_ARGS__, )
#define WEFT_TEXT(...)          WEFT_FIELD_("text", __VA_ARGS__, )
#define WEFT_NUMBER(...)        WEFT_FIELD_("number", __VA_ARGS__, )
#define WEFT_BIG_NUMBER(...)    WEFT_FIELD_("bigNumber", __VA_ARGS__, )
#define WEFT_FLOAT(...)         WEFT_FIELD_("float", __VA_ARGS__, )
#define WEFT_BOOLEAN(...)       WEFT_FIELD_("boolean", __VA_ARGS__, )
#define WEFT_DATE_TIME(...)     WEFT_FIELD_("dateTime", __VA_ARGS__, )
#define WEFT_JSON(...)          WEFT_FIELD_("json", __VA_ARGS__, )
#define WEFT_ARRAY(...)         WEFT_FIELD_("array", __VA_ARGS__, )
#define WEFT_AUTOINCREMENT(...) WEFT_FIELD_("autoincrement", __VA_ARGS__, )
/* The name, its WEFT_TEXTS, then members. */
#define WEFT_ENUM(name, ...) WEFT_ENUM_(name, __VA_ARGS__, )

/* Relations: the name, the target model, then members of weft_relation_spec. */
#define WEFT_BELONGS_TO(name, ...)   WEFT_RELATION_(belongs_to, name, __VA_ARGS__, )
#define WEFT_HAS_ONE(name, ...)      WEFT_RELATION_(has_one, name, __VA_ARGS__, )
#define WEFT_HAS_MANY(name, ...)     WEFT_RELATION_(has_many, name, __VA_ARGS__, )
#define WEFT_MANY_TO_MANY(name, ...) WEFT_RELATION_(many_to_many, name, __VA_ARGS__, )

/* A model: its name, then WEFT_FIELDS and other members of weft_model_spec. */
#define WEFT_MODEL(model, ...)                                                                                         \
    {                                                                                                                  \
        .name = (model), __VA_ARGS__                                                                                   \
    }

/* A module: its name and its models; and a link: members of weft_link_spec. Both stand at file scope and end with ";".
 */
#define WEFT_MODULE(module, ...)                                                                                       \
    static const weft_module_spec WEFT_NAME_(weft_module_) = {                                                         \
        .name = (module),                                                                                              \
        .models = (const weft_model_spec[]){__VA_ARGS__, {.name = NULL}},                                              \
        .file = __FILE__,                                                                                              \
        .line = __LINE__};                                                                                             \
    WEFT_REGISTER_(weft_modules, weft_module_spec, WEFT_NAME_(weft_module_))
#define WEFT_LINK(...)                                                                                                 \
    static const weft_link_spec WEFT_NAME_(weft_link_) = {.file = __FILE__, .line = __LINE__, __VA_ARGS__};            \
    WEFT_REGISTER_(weft_links, weft_link_spec, WEFT_NAME_(weft_link_))

/* Who serves a model: members of weft_callbacks (weft/callbacks.h). At file scope, and ends with ";". */
#define WEFT_CALLBACKS(...)                                                                                            \
    static const weft_callbacks WEFT_NAME_(weft_callbacks_) = {.file = __FILE__, .line = __LINE__, __VA_ARGS__};       \
    WEFT_REGISTER_(weft_served, weft_callbacks, WEFT_NAME_(weft_callbacks_))

/* The rest of this file is how the macros work. A comma before the closing brace of an initialiser may stand there: so
 * a macro may be given members or none. */
#define WEFT_FIELD_(field_type, field, ...)                                                                            \
    {                                                                                                                  \
        .name = (field), .type = (field_type), __VA_ARGS__                                                             \
    }
#define WEFT_ENUM_(field, texts, ...)                                                                                  \
    {                                                                                                                  \
        .name = (field), .type = "enum", .values = (texts), __VA_ARGS__                                                \
    }
#define WEFT_RELATION_(kind, relation, target, ...)                                                                    \
    {                                                                                                                  \
        .name = (relation), .kind = (target), __VA_ARGS__                                                              \
    }
#define WEFT_NAME_(start)             WEFT_PASTE_(start, __LINE__)
#define WEFT_PASTE_(start, end)       WEFT_PASTE_AGAIN_(start, end)
#define WEFT_PASTE_AGAIN_(start, end) start##end

#if defined(__ELF__) && defined(__GNUC__)

#define WEFT_REGISTER_(set, type, spec)                                                                                \
    __attribute__((used, section(#set))) static const type *const WEFT_PASTE_(set, __LINE__) = &(spec)

/* The linker makes these and chooses their names; weak, since a program may define nothing in C.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
extern const weft_module_spec *const __start_weft_modules[] __attribute__((weak, visibility("hidden")));
extern const weft_module_spec *const __stop_weft_modules[] __attribute__((weak, visibility("hidden")));
extern const weft_link_spec *const __start_weft_links[] __attribute__((weak, visibility("hidden")));
extern const weft_link_spec *const __stop_weft_links[] __attribute__((weak, visibility("hidden")));
extern const weft_callbacks *const __start_weft_served[] __attribute__((weak, visibility("hidden")));
extern const weft_callbacks *const __stop_weft_served[] __attribute__((weak, visibility("hidden")));
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

/* Every WEFT_MODULE, WEFT_LINK and WEFT_CALLBACKS of this program or shared object.
 *
 * Returns: the set, of pointers to static memory. */
static inline weft_definition_set weft_definitions_here(void)
{
    weft_definition_set set = {NULL, 0, NULL, 0, NULL, 0};
    set.modules = __start_weft_modules;
    /* cppcheck-suppress comparePointers ; the linker lays the two around one array */
    set.module_count = (size_t)(__stop_weft_modules - __start_weft_modules);
    set.links = __start_weft_links;
    /* cppcheck-suppress comparePointers ; as above */
    set.link_count = (size_t)(__stop_weft_links - __start_weft_links);
    set.callbacks = __start_weft_served;
    /* cppcheck-suppress comparePointers ; as above */
    set.callbacks_count = (size_t)(__stop_weft_served - __start_weft_served);
    return set;
}

#endif

#ifdef __cplusplus
}
#endif
#endif
