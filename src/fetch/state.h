/* The inside of a fetch, shared by the files of this room.
 *
 * A batch passes through three stages a level of the plan: gather.c collects the distinct keys that a step is asked
 * with, level.c runs the statements and copies their rows, join.c hands each parent row its group. Everything a batch
 * is made of lives in `batch` and is forgotten together when the next one is asked for. */
#ifndef WEFT_FETCH_STATE_H
#define WEFT_FETCH_STATE_H

#include "fetch/fetch.h"

/* True when the bytes of `value` lie elsewhere. */
static inline bool weft_value_holds_text(const weft_value *value)
{
    return value->kind == WEFT_VALUE_TEXT || value->kind == WEFT_VALUE_DECIMAL || value->kind == WEFT_VALUE_JSON ||
           value->kind == WEFT_VALUE_ARRAY;
}

/* No key: the parent's value is null. */
#define WEFT_KEY_NONE UINT32_MAX

/* The distinct keys of one step in one batch, numbered in order of their first appearance. */
typedef struct weft_key_index {
    weft_value *items;
    size_t count;
    uint32_t *slots; /* number + 1; 0 is empty */
    size_t slot_mask;
} weft_key_index;

/* Room for `count_max` keys; false when `arena` could not grow. */
bool weft_key_index_init(weft_key_index *index, size_t count_max, weft_arena *arena);
/* The number of `key`, added when it is new. `key` must not be null; its bytes are borrowed. */
uint32_t weft_key_index_add(weft_key_index *index, const weft_value *key);
/* The number of `key`, or WEFT_KEY_NONE. */
uint32_t weft_key_index_find(const weft_key_index *index, const weft_value *key);

/* Rows of one step in one batch, in the order read. */
typedef struct weft_row_list {
    weft_row **items;
    size_t count;
    size_t capacity;
} weft_row_list;

/* What a step holds; what follows `depth` is of the present batch. */
typedef struct weft_step_state {
    const weft_step *step;
    size_t edge_count; /* groups of each row */
    size_t place;      /* which group of the parent row this step fills (TARGET: of its THROUGH's parent) */
    size_t depth;      /* steps from the root */
    weft_row_list rows;
    weft_key_index keys;   /* parent keys */
    uint32_t *parent_keys; /* of each row of the parent step: its number in `keys` */
    weft_rows *reading;    /* open while rows are read; NULL otherwise */
} weft_step_state;

struct weft_fetch {
    const weft_plan *plan;
    weft_session *session;
    const weft_allocator *allocator;
    size_t batch_rows;
    size_t rows_max;
    size_t depth_max;
    weft_arena keep; /* lives as long as the fetch: the states and the root's statements */
    weft_arena batch_arena;
    weft_step_state *states; /* by step number */
    weft_batch batch;
    uint64_t rows_returned;
    uint64_t count;
    bool is_started;
    bool is_root_ended;
    weft_error failure; /* of an earlier call; code OK while there is none */
};

/* gather.c: fill `keys` and `parent_keys` of `state` from the rows of its parent step. */
weft_code weft_fetch_gather(weft_fetch *fetch, weft_step_state *state, weft_error *error);

/* level.c: copy at most `rows_max` rows out of `state->reading` to the end of `state->rows`; closes it at its end. */
weft_code weft_fetch_read_rows(weft_fetch *fetch, weft_step_state *state, size_t rows_max, weft_error *error);
/* level.c: run every step that stands `depth` steps below the root, and give parents their groups. */
weft_code weft_fetch_level(weft_fetch *fetch, size_t depth, weft_error *error);

/* join.c: give the parent rows of a DIRECT, JOINED or TARGET step their groups. */
weft_code weft_fetch_join(weft_fetch *fetch, weft_step_state *state, weft_error *error);

/* order.c: sort the rows of `step` as its selection orders them. Stable. WEFT_UNSUPPORTED: ordered by something that is
 * not a column of the step. */
weft_code weft_rows_sort(const weft_step *step, weft_row **rows, size_t count, weft_arena *scratch, weft_error *error);
/* -1, 0, 1: as values of one kind are ordered in every store; nulls come last. */
int weft_value_order(const weft_value *a, const weft_value *b);

#endif
