/* What the user wrote: a graph request, each name still text, each part with its place (a JSON Pointer).
 *
 * Made by request/graph.c and request/links.c from JSON; nothing here has met the catalog. Lives in `keep`; operand
 * values borrow jansson values that the request owns (weft_request_done lets them go). Spec §9. */
#ifndef WEFT_REQUEST_REQUEST_H
#define WEFT_REQUEST_REQUEST_H

#include "json/reader.h"

/* What no setting changes. Nesting of filter objects (a filter is read and resolved by recursion), names and bytes of
 * one path, and keys to order by. The conditions of all filters together are bounded by limits->fields_max. */
#define WEFT_FILTER_DEPTH_MAX 64
#define WEFT_PATH_NAMES_MAX   64
#define WEFT_PATH_BYTES_MAX   1024
#define WEFT_ORDER_TERMS_MAX  64

/* A dotted path of names: "blog_posts.title" is two. The last may be "*" in a field. A name that begins with "$" is one
 * of $count $sum $min $max $avg (an aggregate of the edge before it) or $link (the link row that led here); whether it
 * stands where it means something is decided by query/. */
typedef struct weft_path {
    const weft_str *names;
    size_t count;
    weft_str text;  /* as written */
    weft_str where; /* JSON Pointer, as every `where` here: at most as long as an error holds */
} weft_path;

typedef enum weft_condition_kind {
    WEFT_CONDITION_AND = 1, /* children; also an object of several keys */
    WEFT_CONDITION_OR,
    WEFT_CONDITION_NOT,    /* one child */
    WEFT_CONDITION_COMPARE /* path, operator, operand; or nested conditions under path */
} weft_condition_kind;

/* A condition as written. COMPARE has either an operand (`operator_name` "$eq" when it was bare, "$in" when a bare
 * array), or children (conditions below `path`, all of which must hold, quantified by `operator_name` = "" | "$some" |
 * "$none" | "$every"; only the three named quantifiers may have no children); which edges and fields the path names is
 * decided by query/. `$count` of an edge is a COMPARE whose path ends in "$count".
 *
 *   {"a": {"$gt": 1, "$lt": 5}}              AND( COMPARE a $gt 1, COMPARE a $lt 5 )
 *   {"b": {"x": 1, "$or": […], "$count": 2}} AND( COMPARE b ""( COMPARE x $eq 1, OR(…) ), COMPARE b.$count $eq 2 )
 *   {"a": {"$not": {"$gt": 1}}}              COMPARE a ""( NOT( COMPARE <empty path> $gt 1 ) )
 *   {"b.x": {"$gt": 1, "$lt": 5}}            COMPARE b.x ""( COMPARE <empty path> $gt 1, COMPARE <empty path> $lt 5 )
 *
 * A COMPARE of an empty path (path.count 0) stands only below another COMPARE's path, and speaks of that path; so does
 * one whose path is just an aggregate. Every operator name is one of weft's; a wrong one is refused here. */
typedef struct weft_condition weft_condition;
struct weft_condition {
    weft_condition_kind kind;
    weft_path path;
    weft_str operator_name;
    const json_t *operand; /* NULL when children */
    const weft_condition *const *children;
    size_t child_count;
    weft_str where;
};

typedef struct weft_order_term {
    weft_path path;
    bool is_descending;
} weft_order_term;

/* Filters, order and page of one place: the root, or an edge named in `with` (which has no cursors: none is given out
 * below the root). */
typedef struct weft_scope {
    weft_path path;                /* of a `with` entry ("blog_posts", "blog_posts.authors"); empty at the root */
    const weft_condition *filters; /* NULL: none */
    const weft_order_term *order;
    size_t order_count;
    bool has_skip, has_take;
    uint64_t skip, take;
    weft_str after, before; /* cursors; `.data` NULL when not given; empty for null: from the very start, or end */
    bool with_deleted;
    weft_str where;
} weft_scope;

typedef struct weft_request {
    weft_str entity;
    const weft_path *fields;
    size_t field_count;
    weft_scope root;
    bool wants_count; /* default true; metadata carries it when skip is given. "count" stands beside "entity" or in
                         "pagination" */
    const weft_scope *with;
    size_t with_count;
    json_t *json; /* owned */
} weft_request;

/* Read a graph request. On failure nothing is left to free.
 * WEFT_INVALID_JSON, WEFT_INVALID_REQUEST (wrong shape), WEFT_UNKNOWN_KEY (with the nearest right key),
 * WEFT_EMPTY_FILTER, WEFT_UNKNOWN_OPERATOR, WEFT_LIMIT_EXCEEDED: each with `where`. */
weft_code weft_request_parse(
    weft_str json, const weft_limits *limits, weft_arena *keep, weft_request **ret_request, weft_error *error);
void weft_request_done(weft_request *request);

/* One link change as written. Spec §6. The short form has "left" and "right" (and "link"); the long form names one key
 * in each of two modules, or two keys in one module (a link inside a module, or of a model with itself). "link",
 * "data", "validate", "left" and "right" are therefore no module names here. */
typedef struct weft_link_change_end {
    weft_str module;     /* "product"; empty in the short form */
    weft_str key;        /* "product_id"; empty in the short form */
    const json_t *value; /* a string or a number */
} weft_link_change_end;

typedef struct weft_link_change {
    weft_str link;                /* `.data` NULL when not given */
    weft_link_change_end ends[2]; /* short form: left, right; long form: as written */
    bool is_short;
    const json_t *data; /* object, or NULL */
    bool validate;      /* default true */
    weft_str where;
} weft_link_change;

typedef struct weft_link_changes {
    weft_link_change *items;
    size_t count;
    json_t *json; /* owned */
} weft_link_changes;

/* Read one change, an array of changes, or NDJSON (one change a line, blank lines skipped; `where` then says
 * "line 3/product/…"). NDJSON is what begins with a line that is an object by itself and goes on after it.
 * On failure nothing is left to free. WEFT_INVALID_JSON, WEFT_INVALID_REQUEST, WEFT_UNKNOWN_KEY,
 * WEFT_LIMIT_EXCEEDED. */
weft_code weft_link_changes_parse(
    weft_str text, const weft_limits *limits, weft_arena *keep, weft_link_changes **ret_changes, weft_error *error);
void weft_link_changes_done(weft_link_changes *changes);

/* Say in the error which end of the change it is about: "/3/product/product_id", "line 3/left". Made only then, as a
 * call may hold a hundred thousand ends. */
void weft_link_change_set_where(const weft_link_change *change, const weft_link_change_end *end, weft_error *error);

#endif
