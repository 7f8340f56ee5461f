/* A resolved query: every name a pointer into the catalog, every operand a typed value. Immutable; borrows from the
 * catalog and from the request's text; lives in `keep`. */
#ifndef WEFT_QUERY_QUERY_H
#define WEFT_QUERY_QUERY_H

#include "base/buf.h"
#include "model/catalog.h"
#include "model/rows.h"
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
/* False when no operator has that name. */
bool weft_operator_from_name(weft_str name, weft_operator *ret_operator);

typedef enum weft_quantifier { WEFT_QUANTIFIER_SOME = 1, WEFT_QUANTIFIER_NONE, WEFT_QUANTIFIER_EVERY } weft_quantifier;

weft_str weft_quantifier_name(weft_quantifier quantifier); /* "$some" */

typedef enum weft_filter_kind {
    WEFT_FILTER_AND = 1, /* of no children: true */
    WEFT_FILTER_OR,      /* of no children: false */
    WEFT_FILTER_NOT,
    WEFT_FILTER_COMPARE,  /* a field of the model */
    WEFT_FILTER_EDGE,     /* partners over an edge: quantifier, child (NULL: any partner) */
    WEFT_FILTER_COUNT,    /* number of live partners over an edge compared with an integer */
    WEFT_FILTER_AGGREGATE /* $min $max $sum $avg of live partners, null of none: `order` says of what */
} weft_filter_kind;

/* Three-valued logic is settled here: a comparison with a null field is false, `$ne` and `$nin` of a null field are
 * TRUE (a record without a value is not equal to it), and NOT is plain negation of a two-valued condition.
 *
 * What query/ settles, so that no later stage has to:
 *   - EQ and NE may have one value of NULL kind (is null, is not null); no other operator ever meets a NULL. A null in
 *     an $in or $nin list became OR(IN …, EQ null) or AND(NIN …, NE null). An IN of no values is false, a NIN true.
 *   - Values are of the field's kind, but: LIKE, ILIKE, CONTAINS and OVERLAP have TEXT (CONTAINS on a JSON field one
 *     JSON), EXISTS a BOOLEAN, COUNT INTEGERs. A LIKE pattern never ends in a lone backslash.
 *   - On a JSON field, and on a path below one, EQ NE IN NIN have canonical JSON text (kind JSON) to be compared with
 *     the canonical text of what is there, where what is absent counts as null, like JSON null. On paths GT GTE LT LTE
 *     have a JSON string or number: texts compare with texts, numbers with numbers, and all else is false; LIKE and
 *     ILIKE see texts only.
 *   - An AGGREGATE has EQ NE IN NIN GT GTE LT LTE and EXISTS; equality with null became EXISTS.
 *   - `{"edge": null}` and `{"edge": {"$exists": false}}` are EDGE NONE without a child; `$ne` null and `$exists` true
 *     are SOME. `$every` of no condition is true: AND of no children.
 *   - Each dotted path and each object is an EDGE of its own: only conditions in one object speak of one partner.
 *   - An AND or OR as the user wrote it has children; only the AND just named has none. */
typedef struct weft_filter weft_filter;
struct weft_filter {
    weft_filter_kind kind;
    const weft_filter *const *children;
    size_t child_count;
    /* COMPARE */
    const weft_field *field;
    bool is_through; /* `field` is of the link row that led here ("$link.position"): edge->through of the LINK edge
                        around this filter, the nearest EDGE or else the selection's own */
    const weft_str *json_path; /* below a JSON field */
    size_t json_path_len;
    weft_operator op;         /* also COUNT */
    const weft_value *values; /* IN, NIN, CONTAINS, OVERLAP: any number; EQ, NE: one, may be NULL kind; else one */
    size_t value_count;
    const weft_edge *named; /* AND of no children: the edge of an $every without conditions, else NULL; for uses only */
    /* EDGE, COUNT, AGGREGATE */
    const weft_edge *edge;
    weft_quantifier quantifier;
    const weft_filter *child;       /* COUNT: the partners that are counted */
    bool with_deleted;              /* EDGE: deleted partners are partners too */
    const struct weft_order *order; /* AGGREGATE, over `edge`; value_count operands of so many values as it has parts */
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

weft_str weft_aggregate_name(weft_aggregate aggregate); /* "$count" */
/* False when no aggregate has that name. */
bool weft_aggregate_from_name(weft_str name, weft_aggregate *ret_aggregate);

/* One key to order by: a field reached over to-one edges, or an aggregate of an edge. The primary key is always
 * appended by query/ as the last terms, so that every order is total. No key stands twice. */
typedef struct weft_order {
    const weft_edge *const *edges;  /* empty: own field. To-one each, but for the last under an aggregate */
    const weft_filter *const *ends; /* which partners over each edge exist; NULL: all */
    size_t edge_count;
    const weft_field *field; /* NULL for COUNT */
    const weft_str *json_path;
    size_t json_path_len;
    bool is_through;          /* `field` is of the link row walked: edges is empty, field->model is
                                 selection->edge->through. In `with` orders only */
    weft_aggregate aggregate; /* of the last edge */
    bool is_descending;
} weft_order;

/* A key is compared by its parts, one after another, that every store and weft make alike. It has one part, but for
 *   - a path into JSON: the number there, then the text there, each null where something else is;
 *   - a sum of whole numbers: its upper and its lower half, upper * 2^32 + lower with 0 <= lower < 2^32, for 64 bits
 * may not hold it. */
#define WEFT_ORDER_PARTS_MAX 2
size_t weft_order_part_count(const weft_order *order);
weft_value_kind weft_order_part_kind(const weft_order *order, size_t part);

typedef struct weft_selection weft_selection;

typedef enum weft_output_kind { WEFT_OUTPUT_FIELD = 1, WEFT_OUTPUT_EDGE, WEFT_OUTPUT_AGGREGATE } weft_output_kind;

/* One property of an answered record, in the order asked for, nothing twice. JSON paths of one field ("metadata.color",
 * "metadata.size") are one FIELD output each, nested under the field's name by reply/:
 * {"metadata":{"color":…,"size":…}}; they stand next to each other, those that share more of their path nearer, and
 * none is a beginning of another (the shorter one shows all). Aggregates of one kind gather under one property at the
 * place of the first: they stand next to each other too. An aggregate is over all live partners: `with` does not touch
 * it. */
typedef struct weft_output {
    weft_output_kind kind;
    const weft_field *field;
    const weft_str *json_path;
    size_t json_path_len;
    bool is_starred;                 /* FIELD: nobody named it, a "*" asks for it */
    const weft_selection *selection; /* EDGE */
    weft_aggregate aggregate;        /* AGGREGATE of `edge`, of `field` (NULL for COUNT) */
    const weft_edge *edge;
    const weft_filter *ends; /* AGGREGATE: which partners exist; NULL: all */
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
    bool has_skip, has_take;  /* never on a to-one edge */
    uint64_t skip, take;      /* root: of the answer; edge: per parent */
    weft_str after, before;   /* root only; `.data` NULL when not given, empty: from the very start, or end */
    const weft_value *cursor; /* root only: where after or before points, a value a part of the order; NULL: no place */
    bool with_deleted;        /* deleted records of this model are shown too */
    weft_str path;            /* "" at the root, "blog_posts.author" below */
};

typedef struct weft_query {
    const weft_catalog *catalog;
    const weft_row_scope *rows; /* which records exist; NULL: all. Like liveness it is in no filter, but for link rows,
                              whose ends are looked at: every step asks for it wherever it reads a model */
    const weft_selection *root;
    bool wants_metadata; /* skip was given, or a cursor */
    bool wants_count;    /* wants_metadata and not "count": false */
} weft_query;

/* How many values an order has, of all its keys. */
size_t weft_selection_part_count(const weft_selection *selection);
/* True when pages are asked for by cursor, even from the very start or end. */
bool weft_selection_has_cursor(const weft_selection *selection);
/* True when the last records before a place are wanted: they are read backward. */
bool weft_selection_is_backward(const weft_selection *selection);
/* Append the cursor of the record that has `values`, one a part of the order. */
void weft_cursor_add(const weft_selection *selection, const weft_value *values, weft_buf *buf);

/* What a query is made from. */
typedef struct weft_query_input {
    const weft_catalog *catalog;
    const weft_request *request;
    const weft_limits *limits;  /* NULL: the defaults */
    const weft_row_scope *rows; /* NULL: every record exists */
} weft_query_input;

/* Resolve every name in the request against the catalog.
 *
 * The query borrows from its input and lives in `keep`; on failure `*ret_query` is untouched.
 * WEFT_UNKNOWN_ENTITY, WEFT_UNKNOWN_FIELD, WEFT_UNKNOWN_OPERATOR: nothing has that name; `hint` offers the nearest.
 * WEFT_TYPE_MISMATCH: an operand cannot be read as its field's type, or the operator does not fit the type.
 * WEFT_INVALID_REQUEST: something stands where it means nothing (`take` on a to-one edge, `$count` of a field, an
 * order through a list, an edge in `with` that `fields` does not ask for).
 * WEFT_LIMIT_EXCEEDED: depth_max (taken as WEFT_PATH_NAMES_MAX when it is more) or values_max.
 * WEFT_FORBIDDEN: a model that the rows refuse. */
weft_code weft_query_resolve(
    const weft_query_input *input, weft_arena *keep, weft_arena *scratch, weft_query **ret_query, weft_error *error);

/* The query as text, one line a thing: what golden tests and explain print. Of the rules for rows those that it comes
 * to: whoever asks need not know of more models than it asked about. The buffer fails when `scratch` is out of memory.
 */
void weft_query_print(const weft_query *query, weft_arena *scratch, weft_buf *buf);

#endif
