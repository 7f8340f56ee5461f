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

/* A field of a model, or an extra column of a link. */
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

/* Exactly one of the four targets is given. */
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

typedef struct weft_index_spec {
    const char *const *on; /* field names; ends with NULL */
    const char *name;
    bool unique;
    const char *type;
    const char *where; /* SQL */
} weft_index_spec;

typedef struct weft_check_spec {
    const char *expression; /* SQL */
    const char *name;
} weft_check_spec;

typedef struct weft_model_spec {
    const char *name;
    const weft_field_spec *fields;
    const weft_relation_spec *relations;
    const char *const *cascades; /* relations whose records are deleted with this one's; ends with NULL */
    const weft_index_spec *indexes;
    const weft_check_spec *checks;
    const char *table;
    const char *renamed_from;
    bool unmanaged;      /* managed: false */
    bool no_timestamps;  /* timestamps: false */
    bool no_soft_delete; /* softDelete: false */
    const char *guard;   /* "triggers" */
} weft_model_spec;

typedef struct weft_module_spec {
    const char *name;
    const weft_model_spec *models;
    const char *file; /* where it stands, for problems; may be NULL */
    int line;
} weft_module_spec;

typedef struct weft_side_spec {
    const char *linkable; /* "module.model" */
    bool is_list;
    bool delete_cascade;
    const char *const *delete_cascade_models; /* instead: the models by name; ends with NULL */
    const char *on_delete;
    const char *alias;
    const char *field;             /* of a read-only link */
    const char *const *filterable; /* accepted; every field is filterable */
} weft_side_spec;

typedef struct weft_link_spec {
    weft_side_spec left;
    weft_side_spec right;
    const char *name;
    bool read_only;
    const char *table;
    const char *id_prefix;
    const weft_field_spec *extra_columns;
    const char *place; /* the store of the link table */
    const char *shard;
    const char *file; /* where it stands, for problems; may be NULL */
    int line;
} weft_link_spec;

/* What weft_options.definitions points to. NULL elements are passed over. */
typedef struct weft_definition_set {
    const weft_module_spec *const *modules;
    size_t module_count;
    const weft_link_spec *const *links;
    size_t link_count;
    const weft_callbacks *const *callbacks; /* who serves the models of stores that are "callbacks" */
    size_t callbacks_count;
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

/* Every WEFT_MODULE, WEFT_LINK and WEFT_CALLBACKS of this program or shared object. */
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
