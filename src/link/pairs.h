/* Works gathered into pairs, one row of a link table each. Not for other rooms. */
#ifndef WEFT_LINK_PAIRS_H
#define WEFT_LINK_PAIRS_H

#include "base/vec.h"
#include "link/data.h"

/* A row to be: what every work that means this pair says together. */
typedef struct weft_link_pair {
    weft_value left, right; /* as the link's columns hold them */
    const weft_field *const *data_fields;
    const weft_value *data_values; /* of several works the later wins, field by field */
    size_t data_count;
    bool validate;                /* some work asks for it */
    weft_link_work *const *works; /* in the order of the changes; at least one */
    size_t work_count;
    weft_str id;               /* made for a new row; of the present row once that is known */
    bool may_be_new;           /* an insert with that id has made some rows: one that has it is new */
    weft_link_outcome outcome; /* 0: not settled yet */
} weft_link_pair;

/* The pairs of one link. */
typedef struct weft_link_group {
    const weft_link *link;
    weft_link_pair *pairs; /* by left, then right */
    size_t count;
} weft_link_group;

typedef struct weft_link_groups {
    weft_link_group *items; /* by store, then link: everybody locks in one order */
    size_t count;
} weft_link_groups;

/* Pairs that one statement writes. */
typedef struct weft_link_batch {
    weft_session *session;
    weft_connection *connection; /* to the link's store */
    const weft_link *link;
    weft_link_pair *pairs; /* by left, then right */
    size_t count;
    int64_t now_us;
    weft_arena *scratch;
} weft_link_batch;

/* Group, sort and find doubles. */
weft_code weft_link_groups_make(
    weft_link_work *works, size_t count, weft_arena *keep, weft_link_groups *ret_groups, weft_error *error);

/* The pairs in the order of their first changes; NULL when out of memory. */
weft_link_pair **weft_link_group_by_change(const weft_link_group *group, weft_arena *keep);

/* Call `run` for each batch of each group. */
weft_code weft_link_groups_each(weft_session *session,
                                const weft_link_groups *groups,
                                weft_arena *scratch,
                                weft_code (*run)(weft_link_batch *batch, weft_error *error),
                                weft_error *error);

/* The outcome of the pair and of every work that means it. */
void weft_link_pair_settle(weft_link_pair *pair, weft_link_outcome outcome, weft_str id);

/* By left, then right. */
int weft_link_pair_compare(const weft_link_pair *a, const weft_link_pair *b);

/* The pair with these keys, or NULL. */
weft_link_pair *weft_link_batch_find(const weft_link_batch *batch, const weft_value *left, const weft_value *right);

/* Values of the pairs' left or right as a bulk column; NULL when out of memory. */
const weft_value *weft_link_pairs_column(weft_link_pair *const *pairs, size_t count, bool is_right, weft_arena *keep);

/* left = first bulk column and right = the second. */
const weft_sql_expr *weft_link_pair_condition(const weft_link *link, weft_arena *keep);

/* The link model's field "id". */
const weft_field *weft_link_id_field(const weft_link *link);

static inline weft_value_kind weft_link_column_kind(const weft_field *column)
{
    return weft_type_value_kind(column->type);
}

#endif
