/* What the user wrote: a graph request, each name still text, each part with its place (a JSON Pointer).
 *
 * Made by request/parse.c from JSON; nothing here has met the catalog. Lives in `keep`; operand values borrow jansson
 * values that the request owns (weft_request_done lets them go). Spec §9. */
#ifndef WEFT_REQUEST_REQUEST_H
#define WEFT_REQUEST_REQUEST_H

#include "json/reader.h"

/* A dotted path of names: "blog_posts.title" is two. The last may be "*". */
typedef struct weft_path {
    const weft_str *names;
    size_t count;
    weft_str text;  /* as written */
    weft_str where; /* JSON Pointer */
} weft_path;

typedef enum weft_condition_kind {
    WEFT_CONDITION_AND = 1, /* children; also an object of several keys */
    WEFT_CONDITION_OR,
    WEFT_CONDITION_NOT,    /* one child */
    WEFT_CONDITION_COMPARE /* path, operator, operand; or nested conditions under path */
} weft_condition_kind;

/* A condition as written. COMPARE has either an operand (`operator_name` "$eq" when it was bare, "$in" when a bare
 * array), or children (an object without operators: conditions below `path`, quantified by `operator_name` = "" |
 * "$some" | "$none" |
 * "$every"); which edges and fields the path names is decided by query/. `$count` of an edge is a COMPARE whose path
 * ends in
 * "$count". */
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

/* Filters, order and page of one place: the root, or an edge named in `with`. */
typedef struct weft_scope {
    weft_path path;                /* of a `with` entry ("blog_posts", "blog_posts.authors"); empty at the root */
    const weft_condition *filters; /* NULL: none */
    const weft_order_term *order;
    size_t order_count;
    bool has_skip, has_take;
    uint64_t skip, take;
    weft_str after, before; /* cursors; `.data` NULL when not given */
    bool with_deleted;
    weft_str where;
} weft_scope;

typedef struct weft_request {
    weft_str entity;
    const weft_path *fields;
    size_t field_count;
    weft_scope root;
    bool wants_count; /* default true; metadata carries it when skip is given */
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

/* One link change as written: either two modules with their keys, or {link, left, right}. Spec §6. */
typedef struct weft_link_change_end {
    weft_str module; /* "product"; empty in the short form */
    weft_str key;    /* "product_id"; empty in the short form */
    const json_t *value;
    weft_str where;
} weft_link_change_end;

typedef struct weft_link_change {
    weft_str link;                /* `.data` NULL when not given */
    weft_link_change_end ends[2]; /* short form: left, right */
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

/* Read one change, an array of changes, or NDJSON (one change a line; `where` then says "line 3/product/…"). */
weft_code weft_link_changes_parse(
    weft_str text, const weft_limits *limits, weft_arena *keep, weft_link_changes **ret_changes, weft_error *error);
void weft_link_changes_done(weft_link_changes *changes);

#endif
