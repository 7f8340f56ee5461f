/* A resolved query: every name a pointer into the catalog, every operand a typed value. Immutable; borrows from the
 * catalog and from the request's text; lives in `keep`. */
#ifndef WEFT_QUERY_QUERY_H
#define WEFT_QUERY_QUERY_H

#include "base/buf.h"
#include "model/catalog.h"
#include "request/request.h"

typedef enum weft_operator {
    WEFT_OP_EQ = 1,
    WEFT_OP_NE,
    WEFT_OP_IN,
    WEFT_OP_NIN,
    WEFT_OP_GT,
    WEFT_OP_GTE,
    WEFT_OP_LT,
    WEFT_OP_LTE,
    WEFT_OP_LIKE,
    WEFT_OP_ILIKE,
    WEFT_OP_CONTAINS, /* array @> operands; text: contains the substring; json: contains the value */
    WEFT_OP_OVERLAP,  /* array && operands */
    WEFT_OP_EXISTS    /* operand BOOLEAN: not null / null */
} weft_operator;

weft_str weft_operator_name(weft_operator operator_); /* "$eq" */
bool weft_operator_from_name(weft_str name, weft_operator *ret_operator);

typedef enum weft_quantifier { WEFT_QUANTIFIER_SOME = 1, WEFT_QUANTIFIER_NONE, WEFT_QUANTIFIER_EVERY } weft_quantifier;

typedef enum weft_filter_kind {
    WEFT_FILTER_AND = 1, /* of no children: true */
    WEFT_FILTER_OR,      /* of no children: false */
    WEFT_FILTER_NOT,
    WEFT_FILTER_COMPARE, /* a field of the model */
    WEFT_FILTER_EDGE,    /* partners over an edge: quantifier, child (NULL: any partner) */
    WEFT_FILTER_COUNT    /* number of live partners over an edge compared with an integer */
} weft_filter_kind;

/* Three-valued logic is settled here: a comparison with a null field is false, `$ne` and `$nin` of a null field are
 * TRUE (a record without a value is not equal to it), and NOT is plain negation of a two-valued condition. */
typedef struct weft_filter weft_filter;
struct weft_filter {
    weft_filter_kind kind;
    const weft_filter *const *children;
    size_t child_count;
    /* COMPARE */
    const weft_field *field;
    const weft_str *json_path; /* below a JSON field */
    size_t json_path_len;
    weft_operator op;         /* also COUNT */
    const weft_value *values; /* IN, NIN, CONTAINS, OVERLAP: any number; EQ, NE: one, may be NULL kind; else one */
    size_t value_count;
    /* EDGE, COUNT */
    const weft_edge *edge;
    weft_quantifier quantifier;
    const weft_filter *child;
    weft_str where;
};

typedef enum weft_aggregate {
    WEFT_AGGREGATE_NONE = 0,
    WEFT_AGGREGATE_COUNT,
    WEFT_AGGREGATE_MIN,
    WEFT_AGGREGATE_MAX,
    WEFT_AGGREGATE_SUM,
    WEFT_AGGREGATE_AVG
} weft_aggregate;

/* One key to order by: a field reached over to-one edges, or an aggregate of an edge. The primary key is always
 * appended by query/ as the last terms, so that every order is total. */
typedef struct weft_order {
    const weft_edge *const *edges; /* empty: own field */
    size_t edge_count;
    const weft_field *field; /* NULL for COUNT */
    const weft_str *json_path;
    size_t json_path_len;
    weft_aggregate aggregate; /* of the last edge */
    bool is_descending;
} weft_order;

typedef struct weft_selection weft_selection;

typedef enum weft_output_kind { WEFT_OUTPUT_FIELD = 1, WEFT_OUTPUT_EDGE, WEFT_OUTPUT_AGGREGATE } weft_output_kind;

/* One property of an answered record, in the order asked for. JSON paths of one field ("metadata.color",
 * "metadata.size") are one FIELD output each, nested under the field's name by reply/:
 * {"metadata":{"color":…,"size":…}}. Aggregates of one kind gather under one property at the place of the first. */
typedef struct weft_output {
    weft_output_kind kind;
    const weft_field *field;
    const weft_str *json_path;
    size_t json_path_len;
    const weft_selection *selection; /* EDGE */
    weft_aggregate aggregate;        /* AGGREGATE of `edge`, of `field` (NULL for COUNT) */
    const weft_edge *edge;
} weft_output;

/* What is read of one entity at one place of the answer. */
struct weft_selection {
    const weft_model *model;
    const weft_edge *edge; /* from the parent's model; NULL at the root */
    const weft_output *outputs;
    size_t output_count;
    const weft_filter *filter; /* NULL: none. Liveness is not in it: with_deleted says */
    const weft_order *order;   /* total: ends with the primary key */
    size_t order_count;
    bool has_skip, has_take;
    uint64_t skip, take; /* root: of the answer; edge: per parent */
    weft_str after, before;
    bool with_deleted;
    weft_str path; /* "" at the root, "blog_posts.author" below */
};

typedef struct weft_query {
    const weft_catalog *catalog;
    const weft_selection *root;
    bool wants_metadata; /* skip was given, or a cursor */
    bool wants_count;    /* wants_metadata and not "count": false */
} weft_query;

/* Resolve every name in `request` against `catalog`.
 *
 * The query borrows from both and lives in `keep`; on failure `*ret_query` is untouched.
 * WEFT_UNKNOWN_ENTITY, WEFT_UNKNOWN_FIELD, WEFT_UNKNOWN_OPERATOR: nothing has that name; `hint` offers the nearest.
 * WEFT_TYPE_MISMATCH: an operand cannot be read as its field's type, or the operator does not fit the type.
 * WEFT_EMPTY_FILTER: a condition without an operator. WEFT_LIMIT_EXCEEDED: fields_max, depth_max or values_max.
 * WEFT_UNSUPPORTED: part of the grammar this version does not answer yet, named. */
weft_code weft_query_resolve(const weft_catalog *catalog,
                             const weft_request *request,
                             const weft_limits *limits,
                             weft_arena *keep,
                             weft_arena *scratch,
                             weft_query **ret_query,
                             weft_error *error);

/* The query as text, one line a thing: what golden tests and explain print. */
void weft_query_print(const weft_query *query, weft_buf *buf);

#endif
