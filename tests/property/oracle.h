/* The oracle: a nested-loop evaluator of requests over a world, which knows neither SQL nor batches. Slow and plain on
 * purpose; what it answers is what weft must answer, byte for byte. */
#ifndef WEFT_TESTS_PROPERTY_ORACLE_H
#define WEFT_TESTS_PROPERTY_ORACLE_H

#include "property/request.h"

/* The whole answer to `q`, appended to `buf`. */
void oracle_answer(const world *w, const request *q, weft_arena *scratch, weft_buf *buf);

/* A record found over an edge, with the link row that led to it (NULL: none did). */
typedef struct partner {
    const world_row *row;
    const world_row *via;
} partner;

typedef struct partner_list {
    partner *items;
    int count;
} partner_list;

/* oracle_walk.c: the records `edge` leads to from `row`, in no particular order. */
partner_list oracle_partners(
    const world *w, const world_edge *edge, const world_row *row, bool with_deleted, weft_arena *scratch);

/* oracle_aggregate.c: append what the live partners over `edge` come to; `field` is WORLD_NONE for "$count". A sum that
 * 64 bits cannot hold is written as ORACLE_OVERFLOW: weft then answers an error. */
#define ORACLE_OVERFLOW "overflow!"
void oracle_aggregate(const world *w,
                      const world_edge *edge,
                      const world_row *row,
                      weft_str aggregate,
                      int field,
                      weft_arena *scratch,
                      weft_buf *buf);

/* oracle_aggregate.c: the sum of whole numbers or decimals in `field` of the records, exact; they need not be ordered.
 */
const char *oracle_exact_sum(const partner_list *list, weft_type type, int field, weft_arena *scratch);
/* oracle_aggregate.c: the sum of floats in `field` in the order of keys, or (is_average) an average of whatever type.
 */
double oracle_real(const world_entity *entity, partner_list *list, int field, bool is_average, weft_arena *scratch);
/* oracle_aggregate.c: -1, 0, 1 as numbers; plain decimal digits. */
int oracle_decimal_compare(const char *a, const char *b);

/* What a term of an order, or an aggregate, compares. Of json it is what a path leads to. */
typedef struct order_value {
    weft_type type;
    cell value;
} order_value;

/* oracle_walk.c: "$min" and the like of `name` of the records of `entity`. */
order_value oracle_total(
    const world_entity *entity, partner_list *list, const char *aggregate, weft_str name, weft_arena *scratch);
/* oracle_walk.c: -1, 0, 1; null last. */
int oracle_compare(const order_value *a, const order_value *b);
/* oracle_filter.c: what `path` leads to in a json cell, as a json cell; null when nothing is there. */
cell oracle_json_at(const cell *value, const char *path, weft_arena *scratch);
/* oracle_filter.c: whether the record `p` fulfils `c`; NULL is fulfilled by all. */
bool oracle_matches(const world *w, const condition *c, const partner *p, weft_arena *scratch);

/* oracle_walk.c: order by `s` and then by key, and cut the page. `link` is the entity of the link rows, or WORLD_NONE.
 */
void oracle_order(const world *w, int entity, int link, const scope *s, partner_list *list, weft_arena *scratch);
void oracle_page(const scope *s, partner_list *list);

#endif
