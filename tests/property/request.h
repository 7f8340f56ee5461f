/* A random request over a world, as a tree the shrinker can cut and the oracle can read, and as the JSON weft reads. */
#ifndef WEFT_TESTS_PROPERTY_REQUEST_H
#define WEFT_TESTS_PROPERTY_REQUEST_H

#include "base/buf.h"
#include "property/world.h"

#define REQUEST_FIELDS_MAX 24
#define REQUEST_SCOPES_MAX 6
#define REQUEST_ORDER_MAX  4
#define CONDITIONS_MAX     4

typedef enum condition_kind {
    CONDITION_AND = 1,
    CONDITION_OR,
    CONDITION_NOT,
    CONDITION_COMPARE, /* a field, or a path below a json field, of the record or of the link row that led to it */
    CONDITION_EDGE,
    CONDITION_COUNT,
    CONDITION_AGGREGATE /* of `field` of the partners over `edge` */
} condition_kind;

typedef struct condition condition;
struct condition {
    condition_kind kind;
    int entity; /* whose records it speaks of */
    condition *children[CONDITIONS_MAX];
    int child_count;
    int field;
    int through; /* COMPARE: the link entity whose field it is, or WORLD_NONE */
    const char *json_path;
    const char *operator_name; /* COMPARE, COUNT, AGGREGATE */
    const char *aggregate;     /* "$max" */
    const cell *operands;
    int operand_count;
    bool is_bare; /* written without its operator, where that means the same */
    bool is_path; /* EDGE: written as a path to the one field that all conditions of `child` compare */
    int edge;
    const char *quantifier; /* EDGE: "", "$some", "$none", "$every" */
    condition *child;       /* EDGE: NULL for any partner */
};

/* "name", "edge.name", "edge.$count", "edge.$max.name", all of them over further edges too; "$link.name" */
typedef struct order_term {
    const char *path;
    bool is_descending;
} order_term;

typedef struct scope {
    const char *path; /* "" at the root */
    condition *filter;
    order_term order[REQUEST_ORDER_MAX];
    int order_count;
    bool has_skip, has_take;
    size_t skip, take;
    const char *cursor_key; /* "after" or "before"; NULL: none */
    const char *cursor;     /* NULL: from the very start, or end */
    bool with_deleted;
} scope;

typedef struct request {
    int entity;
    const char *fields[REQUEST_FIELDS_MAX];
    int field_count;
    scope root;
    bool is_counted;
    scope with[REQUEST_SCOPES_MAX];
    int with_count;
} request;

request *request_make(const world *w, randomness *r, weft_arena *keep);
void request_write(const world *w, const request *q, weft_buf *buf);

#endif
