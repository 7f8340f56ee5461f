/* The inside of a fetch, shared by the files of this room.
 *
 * Steps run in rounds. A step runs in the round after the one that settled its parent's rows; a step's rows are settled
 * once all its looks have found what they could, and weft has decided by them. A round passes through four stages:
 * gather.c collects the distinct keys that a step is asked with, level.c runs the statements and copies their rows,
 * residual.c and order.c drop and sort rows, join.c hands each parent row its group. Everything a batch is made of
 * lives in `batch` and is forgotten together when the next one is asked for.
 *
 *      round 0     1          2          3
 *      root ─look▶ links ────▶ targets
 *        └─────────────settled──────────▶ children          */
#ifndef WEFT_FETCH_STATE_H
#define WEFT_FETCH_STATE_H

#include "base/clock.h"
#include "fetch/fetch.h"
#include "fetch/sorter.h"

/* level.c: bytes of text among `values`. */
size_t weft_values_text_bytes(const weft_value *values, size_t count);

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

/* A step's statement as it was written last: the next one differs in its keys alone. */
typedef struct weft_known_statement {
    weft_statement statement; /* in fetch->keep; no text: not written yet */
    size_t key_param;
} weft_known_statement;

/* merge.c: the streams beside the root that an edge is read from. */
typedef struct weft_merge weft_merge;

/* What a step holds; what follows `settled` is of the present batch. */
typedef struct weft_step_state {
    const weft_step *step;
    weft_known_statement known[2]; /* asked with one key, with many */
    const weft_filter *condition;  /* of the root's filter, which named `ahead` */
    size_t edge_count;             /* groups of each row: those of children, then those of looks */
    size_t place;                  /* which group of the parent row this step fills (TARGET: of its THROUGH's parent) */
    weft_key_index ahead;          /* keys it was asked with beside the root; none: it was not */
    bool is_answered;              /* a look that is not asked any more, nor what is below it */
    size_t round;                  /* in which it runs */
    size_t settled;                /* after which its rows are final */
    weft_step_cost cost;
    weft_row_list rows;
    weft_key_index keys;   /* parent keys */
    uint32_t *parent_keys; /* of each row of the parent step: its number in `keys` */
    weft_rows *reading;    /* open while rows are read; NULL otherwise */
    weft_merge *merge;     /* of an edge that is merged; NULL before */
} weft_step_state;

/* The root's statements, and of children that are asked beside it. Made once. */
typedef struct weft_root_statements {
    weft_statement *items; /* NULL before */
    weft_rows **opened;
    size_t own;   /* count and page, as far as they are asked for; the page stands last */
    size_t ahead; /* of children */
} weft_root_statements;

/* The steps that run in one round. */
typedef struct weft_level {
    weft_step_state **states;
    size_t count;
} weft_level;

struct weft_fetch {
    const weft_plan *plan; /* as given, or as a probe made it */
    weft_session *session;
    size_t batch_rows;
    size_t probe_keys;
    size_t memory_max;
    size_t rows_max;
    const weft_level *rounds;
    size_t round_count;
    weft_arena keep; /* lives as long as the fetch: the states and the root's statements */
    weft_arena batch_arena;
    weft_step_state *states; /* by step number */
    weft_root_statements root;
    const weft_plan *given; /* as the fetch was opened with */
    weft_batch batch;
    size_t read_rows;     /* how many root rows are read next; 0 before the first, and of a page of one batch */
    uint64_t rows_passed; /* root records that passed the residual so far */
    uint64_t rows_behind; /* of these, those behind the cursor */
    uint64_t rows_returned;
    uint64_t count;
    weft_step_cost count_cost;
    weft_probe_report *probes; /* that were asked; room for every look of the root, or for a drive */
    size_t probe_count;
    weft_sorter *sorter; /* where all root records are put before the first is given out; NULL before */
    bool is_timed;       /* somebody asks for durations: a clock is not read for nobody */
    bool is_started;
    bool is_root_ended;
    bool has_tried_merging;
    bool has_merged;    /* an edge at least: its stream stays open to the end */
    weft_error failure; /* of an earlier call; code OK while there is none */
};

/* When something began whose duration counts; 0 while nobody asks. */
static inline int64_t weft_fetch_started(const weft_fetch *fetch)
{
    return fetch->is_timed ? weft_clock_monotonic_us(NULL) : 0;
}

/* Add the time since then to what `cost` took. */
static inline void weft_fetch_add_duration(const weft_fetch *fetch, int64_t started_us, weft_step_cost *cost)
{
    cost->duration_us += fetch->is_timed ? (uint64_t)(weft_clock_monotonic_us(NULL) - started_us) : 0;
}

/* gather.c: fill `keys` and `parent_keys` of `state` from the rows of its parent step. */
weft_code weft_fetch_gather(weft_fetch *fetch, weft_step_state *state, weft_error *error);

/* ahead.c: true when the root's statement, and that of another step with so many keys, is_keyed. */
bool weft_fetch_is_keyed(const weft_fetch *fetch);
bool weft_step_is_keyed(const weft_step *step, size_t key_count);
/* ahead.c: true when all root rows come in one batch. */
bool weft_fetch_is_one_batch(const weft_fetch *fetch);
/* ahead.c: the statements of the root's children that may be sent beside the root's; room for every child. */
weft_code weft_fetch_ahead(weft_fetch *fetch,
                           const weft_dialect *dialect,
                           weft_statement *ret_statements,
                           size_t *ret_count,
                           weft_error *error);
/* ahead.c: true when with `ahead_count` such statements no step is left to be asked. */
bool weft_fetch_is_all_sent(const weft_fetch *fetch, size_t ahead_count);
/* ahead.c: the rows of those statements, in their order. */
void weft_fetch_ahead_opened(weft_fetch *fetch, weft_rows *const *opened);
/* ahead.c: in place of gathering, for a step that was asked ahead; false when it was not, or must be asked again. */
weft_code weft_fetch_take_ahead(weft_fetch *fetch, weft_step_state *state, bool *ret_is_taken, weft_error *error);

/* level.c: copy at most `rows_max` rows out of `state->reading` to the end of `state->rows`; closes it at its end. */
weft_code weft_fetch_read_rows(weft_fetch *fetch, weft_step_state *state, size_t rows_max, weft_error *error);
/* level.c: run every step of `round` and settle what can be settled after it. */
weft_code weft_fetch_round(weft_fetch *fetch, size_t round, weft_error *error);
/* level.c: drop and sort the rows that are settled after `round`, and give parents their groups. */
weft_code weft_fetch_settle(weft_fetch *fetch, size_t round, weft_error *error);

/* merge.c: with the root's rows of a batch read, go on with what is merged, or may yet be. */
weft_code weft_fetch_merge(weft_fetch *fetch, weft_error *error);
/* merge.c: true when the step of `state` is not asked with keys, for its edge is merged. */
bool weft_fetch_is_merged(const weft_fetch *fetch, const weft_step_state *state);
/* merge.c: give the parent rows of such a step their groups. */
weft_code weft_fetch_join_merged(weft_fetch *fetch, weft_step_state *state, weft_error *error);
/* merge.c: close streams, and forget what was read of them; more than `kept_bytes_max` bytes an edge are not kept. */
void weft_fetch_stop_merging(weft_fetch *fetch, size_t kept_bytes_max);

/* join.c: give the parent rows of a DIRECT, JOINED or TARGET step their groups; link rows alone give none. */
weft_code weft_fetch_join(weft_fetch *fetch, weft_step_state *state, weft_error *error);

/* aggregate.c: turn each group of a step with aggregates into one row of them. WEFT_LIMIT_EXCEEDED: a sum is too large.
 */
weft_code weft_fetch_aggregate(weft_fetch *fetch, const weft_step_state *state, weft_error *error);

/* root.c: the next rows of the root, settled and within the page; none at the end. */
weft_code weft_fetch_root(weft_fetch *fetch, weft_error *error);
/* root.c: true when root records go through the sorter: where weft orders them, and where more are read backward than
 * one batch. */
bool weft_fetch_is_sorted(const weft_fetch *fetch);
/* root.c: settle how many root rows the next batch takes. */
void weft_fetch_adapt(weft_fetch *fetch);
/* recount.c: whether counting alone would read less than a page does. */
bool weft_fetch_may_recount(const weft_fetch *fetch);
/* recount.c: read the root anew, and only for being counted. */
weft_code weft_fetch_recount(weft_fetch *fetch, weft_error *error);

/* root.c: start the root's statements. */
weft_code weft_fetch_start_root(weft_fetch *fetch, weft_error *error);
/* fetch.c: drop what the present batch holds. */
void weft_fetch_forget(weft_fetch *fetch);
/* fetch.c: settle which steps run in which round. `arena` lives as long as the fetch. False when out of memory. */
bool weft_fetch_plan_rounds(weft_fetch *fetch, weft_arena *arena);

/* probe.c: ask the far side of a condition first; where few partners match, fetch->plan becomes one whose root is found
 * by their keys. */
weft_code weft_fetch_probe(weft_fetch *fetch, weft_error *error);
/* drive.c: likewise for a condition within the root's own store. */
weft_code weft_fetch_drive(weft_fetch *fetch, weft_error *error);
/* fetch.c: a plan of the fetch's own from now on, whose root is to be changed. */
weft_code weft_fetch_change_root(weft_fetch *fetch, weft_step **ret_root, weft_error *error);

/* residual.c: true when the residual or the terms of `step` speak of the link row too. */
bool weft_step_speaks_of_link(const weft_step *step);

/* A row to be ordered, with the link row that led to it (NULL: none has a say). */
typedef struct weft_ordered {
    const weft_step *step;
    const weft_row *row;
    const weft_row *link;
} weft_ordered;

/* term.c: what `terms` of its step order a row by; what is made for it lives in `arena`. WEFT_LIMIT_EXCEEDED: a sum of
 * doubles is too large. */
weft_code weft_term_values(const weft_ordered *ordered,
                           const weft_term *terms,
                           size_t count,
                           weft_arena *arena,
                           weft_value *ret_values,
                           weft_error *error);

/* residual.c: what weft decides of a row. Fails as weft_term_values does, over sums. */
weft_code weft_residual_holds(
    const weft_ordered *row, const weft_residual *residual, weft_arena *arena, bool *ret_holds, weft_error *error);
/* residual.c: drop the rows of `state` that do not pass. */
weft_code weft_residual_filter(weft_step_state *state, weft_arena *arena, weft_error *error);

/* Values to be added up: none null, all of one kind. */
typedef struct weft_addends {
    const weft_value **items;
    size_t count;
} weft_addends;

/* total.c: the sum of whole numbers, upper * 2^32 + lower with 0 <= lower < 2^32. */
void weft_total_whole(const weft_addends *addends, int64_t ret_halves[2]);
/* total.c: that sum as a double, divided by their number. */
double weft_total_average(const int64_t halves[2], size_t count);
/* total.c: the sum of decimals, exact; or of doubles, in their order. Not finite when it is too large. WEFT_NO_MEMORY.
 */
weft_code weft_total_real(const weft_addends *addends, weft_arena *arena, weft_value *ret_sum, weft_error *error);
/* total.c: such a sum divided by the number of values. */
weft_code weft_total_real_average(
    const weft_value *sum, size_t count, weft_arena *arena, weft_value *ret_average, weft_error *error);

/* Something to be sorted by its values. */
typedef struct weft_sort_item {
    const weft_value *values;
    const weft_row *row;
    uint32_t number;
} weft_sort_item;

/* What items are sorted by. */
typedef struct weft_sort_by {
    const weft_term *terms; /* which say what descends; NULL: nothing does */
    size_t value_count;     /* of each item */
} weft_sort_by;

/* order.c: sort `items`. Stable. */
weft_code weft_items_sort(
    const weft_sort_by *by, weft_sort_item *items, size_t count, weft_arena *scratch, weft_error *error);
/* order.c: -1, 0, 1. */
int weft_values_order(const weft_sort_by *by, const weft_value *a, const weft_value *b);
/* order.c: sort rows that no link row matters for. Stable. */
weft_code weft_rows_sort(const weft_step *step, weft_row **rows, size_t count, weft_arena *scratch, weft_error *error);
/* -1, 0, 1: as values of one kind are ordered in every store; nulls come last. */
int weft_value_order(const weft_value *a, const weft_value *b);

/* level.c: a copy of a row with room for its groups; NULL when out of memory. */
weft_row *weft_row_copy(const weft_value *values, size_t count, size_t edge_count, weft_arena *arena);
/* level.c: false when out of memory. */
bool weft_row_list_push(weft_arena *arena, weft_row_list *list, weft_row *row);

#endif
