/* The parts of query/: what they share. Not for other rooms. */
#ifndef WEFT_QUERY_RESOLVER_H
#define WEFT_QUERY_RESOLVER_H

#include "base/vec.h"
#include "query/query.h"

/* What every resolving function needs; on the stack of weft_query_resolve. */
typedef struct weft_resolver {
    const weft_catalog *catalog;
    const weft_request *request;
    const weft_limits *limits;  /* defaults settled */
    const weft_row_scope *rows; /* NULL: every record exists */
    weft_arena *keep;
    weft_arena *scratch;
    weft_error *error;
} weft_resolver;

/* Where names are looked up: a model, the edge that led to it (NULL at the root), and how many edges that took. */
typedef struct weft_standpoint {
    const weft_model *model;
    const weft_edge *via;
    size_t depth;
} weft_standpoint;

/* What a dotted path leads to, over edges. */
typedef struct weft_trail {
    const weft_edge *edges[WEFT_PATH_NAMES_MAX];
    size_t edge_count;
    const weft_model *model; /* where the edges end */
    const weft_field *field; /* NULL: the path ends at the last edge, at "*", or at "$count" */
    const weft_str *json_path;
    size_t json_path_len;
    weft_aggregate aggregate; /* of the last edge */
    bool is_through;          /* `field` is of the link row behind the last edge, or behind the standpoint. Without a
                                 field the path ends at that row itself */
    bool is_star;
} weft_trail;

/* Fill error->where and hand `code` on. */
weft_code weft_resolver_at(const weft_resolver *resolver, weft_str where, weft_code code);

/* Follow `path` from `from`. WEFT_UNKNOWN_FIELD; WEFT_INVALID_REQUEST: a field where an edge is needed, an aggregate
 * without an edge; WEFT_TYPE_MISMATCH: an aggregate of a field that has none; WEFT_LIMIT_EXCEEDED: depth_max. */
weft_code weft_trail_follow(const weft_resolver *resolver,
                            const weft_standpoint *from,
                            const weft_path *path,
                            weft_trail *ret_trail);

/* A comparison about to be made. */
typedef struct weft_comparison {
    const weft_field *field;
    const weft_str *json_path;
    size_t json_path_len;
    bool is_through;
    weft_str operator_name;
    const json_t *operand;
    weft_str where;
} weft_comparison;

/* WEFT_TYPE_MISMATCH when `op` does not fit the field's type. */
weft_code weft_operator_check(const weft_resolver *resolver, const weft_comparison *comparison, weft_operator op);
/* A COMPARE, or an OR or AND of two where a list holds null. */
weft_code weft_compare_resolve(const weft_resolver *resolver,
                               const weft_comparison *comparison,
                               const weft_filter **ret_filter);
/* A COUNT of the partners over `edge`. */
weft_code weft_count_resolve(const weft_resolver *resolver,
                             const weft_edge *edge,
                             const weft_comparison *comparison,
                             const weft_filter **ret_filter);
/* A comparison of the $min, $max, $sum or $avg at the trail's end. */
weft_code weft_aggregate_resolve(const weft_resolver *resolver,
                                 const weft_trail *trail,
                                 const weft_comparison *comparison,
                                 const weft_filter **ret_filter);
/* An AND, OR or NOT of `children`, which are copied. */
weft_code weft_filter_join(const weft_resolver *resolver,
                           weft_filter_kind kind,
                           const weft_filter *const *children,
                           size_t count,
                           weft_str where,
                           const weft_filter **ret_filter);

/* rows.c: the condition on a row of `model`, reached over `via` (NULL: at the root), that its ends exist; NULL where
 * nothing is asked of them. */
weft_code weft_ends_resolve(const weft_resolver *resolver,
                            const weft_model *model,
                            const weft_edge *via,
                            const weft_filter **ret_filter);
/* That a record of `model`, reached over `via`, exists and meets `filter` (NULL: any); `is_every`: that it meets the
 * filter if it exists. */
weft_code weft_ends_join(const weft_resolver *resolver,
                         const weft_model *model,
                         const weft_edge *via,
                         const weft_filter *filter,
                         bool is_every,
                         const weft_filter **ret_filter);
/* That of the partners over each of `edges`; NULL where nothing is asked of any. */
weft_code weft_ends_along(const weft_resolver *resolver,
                          const weft_edge *const *edges,
                          size_t edge_count,
                          const weft_filter *const **ret_ends);

/* A whole filter; NULL gives NULL. */
weft_code weft_filter_resolve(const weft_resolver *resolver,
                              const weft_standpoint *from,
                              const weft_condition *condition,
                              const weft_filter **ret_filter);

/* The order a scope (NULL: none) asks for, completed by the primary key. */
weft_code weft_order_resolve(const weft_resolver *resolver,
                             const weft_standpoint *from,
                             const weft_scope *scope,
                             weft_selection *selection);

/* Read the cursor of the root, if one is given. */
weft_code weft_cursor_resolve(const weft_resolver *resolver, weft_selection *selection);

/* The selection tree of the request's fields, with what `with` says of each edge. */
weft_code weft_selection_resolve(const weft_resolver *resolver,
                                 const weft_model *model,
                                 const weft_selection **ret_selection);

#endif
