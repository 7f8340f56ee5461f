/* Running a plan: batches of root rows with their children found.
 *
 * The reader pulls: each call reads at most `batch_rows` root rows, gathers the keys every step needs, runs one
 * statement a step and joins in memory. Where weft decides which root rows pass, it reads on until it has some to give;
 * where it orders them, it reads them all before it gives the first. A batch lives until the next call. Memory is
 * bounded by limits->memory_bytes_max; a batch that would pass it is WEFT_LIMIT_EXCEEDED.
 *
 *      opened ──next──▶ batch ──next──▶ … ──next──▶ end (NULL)       an error ends it: every later next answers it
 * again
 */
#ifndef WEFT_FETCH_FETCH_H
#define WEFT_FETCH_FETCH_H

#include "sql/step.h"
#include "store/session.h"

typedef struct weft_row weft_row;

/* Partners of one row over one edge, in their order. */
typedef struct weft_group {
    const weft_row *const *rows;
    size_t count;
} weft_group;

struct weft_row {
    const weft_value *values; /* as the step's columns; a TARGET's row may stand in many groups */
    weft_group *groups;       /* one for each child of the step: its partners, or one row of aggregates; none where
                                 there are no partners */
};

typedef struct weft_batch {
    const weft_row *const *rows; /* root rows in order */
    size_t count;
    bool is_first;
} weft_batch;

typedef struct weft_fetch weft_fetch;

/* Start. `session` (READ) is borrowed until closed; the plan too. No statement runs before the first next. */
weft_code weft_fetch_open(
    const weft_plan *plan, weft_session *session, const weft_limits *limits, weft_fetch **ret_fetch, weft_error *error);
/* Measure from now on how long steps wait for their rows. */
void weft_fetch_measure(weft_fetch *fetch);
/* *ret_batch NULL at the end. */
weft_code weft_fetch_next(weft_fetch *fetch, const weft_batch **ret_batch, weft_error *error);
/* The exact number of root records under the filter, in the page's snapshot; needs plan->has_count.
 * Where weft counts and not the store (weft_plan_counts_in_store), only after the last batch. */
weft_code weft_fetch_count(weft_fetch *fetch, uint64_t *ret_count, weft_error *error);
/* Of a query with a cursor, after the last batch: true when there are more records behind the page, the way it was
 * read. */
bool weft_fetch_has_more(const weft_fetch *fetch);
/* Of a query with a cursor: what `row` of the present batch is ordered by, one value a part of the order. Texts live as
 * long as the batch. */
void weft_fetch_place(const weft_fetch *fetch, const weft_row *row, weft_value *ret_values);
/* What a step has cost so far. */
typedef struct weft_step_cost {
    uint64_t statements;
    uint64_t rows;
    uint64_t bytes;       /* of text among the rows */
    uint64_t duration_us; /* waiting for its rows; 0 where that is not measured */
} weft_step_cost;

/* What came of asking for the keys that match, before anything else. */
typedef struct weft_probe_report {
    const weft_step *look;        /* that was asked, in another store; or NULL */
    const weft_filter *condition; /* that was asked, in the root's own store; or NULL */
    weft_step_cost cost;
    size_t key_count;
    bool is_complete; /* these were all, and the root's store filtered by them; else weft filtered in batches, or the
                         store record by record */
} weft_probe_report;

/* Those probes that were asked; `*ret_count` of them. */
const weft_probe_report *weft_fetch_probes(const weft_fetch *fetch, size_t *ret_count);
/* What the statement that counts has cost, where there is one. */
weft_step_cost weft_fetch_count_cost(const weft_fetch *fetch);

weft_step_cost weft_fetch_cost(const weft_fetch *fetch, const weft_step *step);
/* How many root records weft has sorted by way of a temporary file. */
uint64_t weft_fetch_spilled(const weft_fetch *fetch);
/* Make an ended, or never started, fetch one that was not started, on the same session. False when it cannot: then it
 * can only be closed. */
bool weft_fetch_rewind(weft_fetch *fetch);
/* Take the values of the plan's filters anew, before a rewound fetch is started: their text may have changed, not its
 * length nor its place. */
void weft_fetch_renew(weft_fetch *fetch);
/* NULL is fine. */
void weft_fetch_close(weft_fetch *fetch);

#endif
