/* The root's rows: as the store pages them; or, where weft filters, batch by batch until the page is full; or through
 * the sorter, where weft orders them, or where more than a batch is read backward.
 *
 *      store pages     read ─▶ page
 *      weft filters    read, look, filter ─▶ cut to the page, and again until it is full (or everything is counted)
 *      sorted          read, look, filter ─▶ sorter, to the end; then sorter ─▶ page
 *
 * What a cursor leaves out is cut by the store, or by weft where it counts or orders. Behind a page asked for by cursor
 * one more record is read, to know that there is one. Batches grow while weft reads on, so that a filter few records
 * pass is not asked in many small steps. Fails as stores do. */
#include "fetch/state.h"

#include <string.h>

/* Batches grow to so many times batch_rows. */
#define GROWTH_MAX 4
/* Fewer are not worth a round of statements. */
#define FIRST_ROWS_MIN 64
/* What a record with all that hangs on it is thought to take before the first batch was seen. */
#define RECORD_BYTES ((size_t)512 << 10)
/* The part of the memory that a batch should take, and how much longer it may be than the one before. */
#define BATCH_PART 8
#define LONGER_MAX 16

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool is_taking_nothing(const weft_selection *root)
{
    return root->has_take && root->take == 0;
}

/* Even of an empty page the records must be read that only weft can count. */
static bool reads_page(const weft_fetch *fetch)
{
    const bool is_counting = fetch->plan->has_count && !weft_plan_counts_in_store(fetch->plan);
    return !is_taking_nothing(fetch->plan->root->selection) || is_counting;
}

static weft_code read_count(weft_fetch *fetch, weft_rows *rows, weft_error *error)
{
    const weft_value *values = NULL;
    WEFT_TRY(weft_rows_next(rows, &values, error));
    if (!values) {
        return weft_fail(error, WEFT_STORE_ERROR, "could not count the records: the store gave no row");
    }
    fetch->count = (uint64_t)values[0].as.integer;
    return weft_rows_next(rows, &values, error);
}

/* The root's statements: the count, the page, both or none. */
static weft_code make_statements(weft_fetch *fetch,
                                 const weft_dialect *dialect,
                                 weft_statement *ret_statements,
                                 weft_error *error)
{
    if (weft_plan_counts_in_store(fetch->plan)) {
        WEFT_TRY(weft_sql_count_statement(fetch->plan, dialect, &fetch->keep, ret_statements++, error));
    }
    if (reads_page(fetch)) {
        WEFT_TRY(weft_sql_step_statement(fetch->plan->root, dialect, NULL, 0, &fetch->keep, ret_statements, error));
        ret_statements->is_incremental = !weft_fetch_is_one_batch(fetch);
        ret_statements->is_keyed = weft_fetch_is_keyed(fetch);
    }
    return WEFT_OK;
}

/* The root's statements, and with a page those of children whose keys are known. They are the same whenever the fetch
 * is run again. */
static weft_code make_root(weft_fetch *fetch, const weft_dialect *dialect, weft_error *error)
{
    const bool has_page = reads_page(fetch);
    const size_t own = (size_t)weft_plan_counts_in_store(fetch->plan) + (size_t)has_page;
    const size_t count_max = own + fetch->plan->root->child_count;
    weft_root_statements root = {.items = WEFT_ARENA_ARRAY(&fetch->keep, weft_statement, count_max),
                                 .opened = WEFT_ARENA_ARRAY(&fetch->keep, weft_rows *, count_max),
                                 .own = own};
    if (!root.items || !root.opened) {
        return weft_fail_arena(error, &fetch->keep);
    }
    WEFT_TRY(make_statements(fetch, dialect, root.items, error));
    if (has_page) {
        WEFT_TRY(weft_fetch_ahead(fetch, dialect, root.items + own, &root.ahead, error));
    }
    for (size_t i = 0; i < own + root.ahead; i++) {
        root.items[i].is_last = weft_fetch_is_all_sent(fetch, root.ahead);
    }
    fetch->root = root;
    return WEFT_OK;
}

static weft_code send_root(weft_fetch *fetch, bool has_page, weft_error *error)
{
    const weft_step *step = fetch->plan->root;
    weft_connection *connection = NULL;
    WEFT_TRY(weft_session_connection(fetch->session, step->store, &connection, error));
    if (!fetch->root.items) {
        WEFT_TRY(make_root(fetch, weft_connection_dialect(connection), error));
    }
    const weft_root_statements *root = &fetch->root;
    WEFT_TRY(weft_connection_run(connection, root->items, root->own + root->ahead, root->opened, error));
    fetch->states[step->number].reading = has_page ? root->opened[root->own - 1] : NULL;
    if (root->ahead > 0) {
        weft_fetch_ahead_opened(fetch, root->opened + root->own);
    }
    return WEFT_OK;
}

weft_code weft_fetch_start_root(weft_fetch *fetch, weft_error *error)
{
    const bool has_count = weft_plan_counts_in_store(fetch->plan);
    const bool has_page = reads_page(fetch);
    fetch->is_root_ended = !has_page;
    if (!has_count && !has_page) {
        return WEFT_OK;
    }
    WEFT_TRY(send_root(fetch, has_page, error));
    if (!has_count) {
        return WEFT_OK;
    }
    const int64_t started_us = weft_fetch_started(fetch);
    const weft_code code = read_count(fetch, fetch->root.opened[0], error);
    fetch->count_cost = (weft_step_cost){.statements = 1, .rows = 1};
    weft_fetch_add_duration(fetch, started_us, &fetch->count_cost);
    weft_rows_close(fetch->root.opened[0]);
    return code;
}

static uint64_t page_start(const weft_selection *root)
{
    return root->has_skip ? root->skip : 0;
}

static uint64_t page_end(const weft_selection *root)
{
    const uint64_t start = page_start(root);
    return root->has_take && root->take < UINT64_MAX - start ? start + root->take : UINT64_MAX;
}

/* Rows so far behind the cursor that no more need to be read. */
static uint64_t read_end(const weft_fetch *fetch)
{
    const weft_step *root = fetch->plan->root;
    const uint64_t end = page_end(root->selection);
    return end + (end < UINT64_MAX && weft_step_reads_beyond(root));
}

bool weft_fetch_is_sorted(const weft_fetch *fetch)
{
    const weft_step *root = fetch->plan->root;
    return root->term_count > 0 || (weft_selection_is_backward(root->selection) && !weft_fetch_is_one_batch(fetch));
}

/* What the root's rows are ordered by, whoever orders them; none without a cursor where the store does. */
static weft_sort_by order_of(const weft_step *root)
{
    return root->term_count > 0 ? (weft_sort_by){root->terms, root->term_count}
                                : (weft_sort_by){root->keys, root->key_count};
}

/* What `row` is ordered by, in the batch. */
static weft_code order_values(weft_fetch *fetch, const weft_row *row, weft_value **ret_values, weft_error *error)
{
    const weft_step *root = fetch->plan->root;
    const weft_sort_by by = order_of(root);
    const weft_ordered ordered = {.step = root, .row = row};
    weft_value *values = WEFT_ARENA_ARRAY(&fetch->batch_arena, weft_value, by.value_count);
    if (!values) {
        return weft_fail_arena(error, &fetch->batch_arena);
    }
    *ret_values = values;
    return weft_term_values(&ordered, by.terms, by.value_count, &fetch->batch_arena, values, error);
}

static bool is_behind(const weft_step *root, const weft_value *values)
{
    const weft_sort_by by = order_of(root);
    const int way = weft_values_order(&by, values, root->selection->cursor);
    return root->selection->before.data ? way < 0 : way > 0;
}

/* Where the store did not, rows that are not behind the cursor are let go. */
static weft_code seek_rows(weft_fetch *fetch, weft_row_list *rows, weft_error *error)
{
    const weft_step *root = fetch->plan->root;
    size_t kept = 0;
    for (size_t i = 0; root->is_sought_by_weft && i < rows->count; i++) {
        weft_value *values = NULL;
        WEFT_TRY(order_values(fetch, rows->items[i], &values, error));
        if (is_behind(root, values)) {
            rows->items[kept++] = rows->items[i];
        }
    }
    rows->count = root->is_sought_by_weft ? kept : rows->count;
    return WEFT_OK;
}

/* Rows that lie before the page and behind it are let go. */
static void cut_rows(weft_fetch *fetch, weft_row_list *rows)
{
    const weft_selection *root = fetch->plan->root->selection;
    const uint64_t first = fetch->rows_behind;
    size_t kept = 0;
    for (size_t i = 0; i < rows->count; i++) {
        if (first + i >= page_start(root) && first + i < page_end(root)) {
            rows->items[kept++] = rows->items[i];
        }
    }
    fetch->rows_behind += rows->count;
    rows->count = kept;
}

/* The next batch is larger, unless this one was large in memory. */
static void adapt_batch(weft_fetch *fetch)
{
    const size_t used = fetch->batch_arena.bytes_used;
    if (used > fetch->memory_max / BATCH_PART && fetch->read_rows > 1) {
        fetch->read_rows /= 2;
    } else if (used < fetch->memory_max / 64 && fetch->read_rows < fetch->batch_rows * GROWTH_MAX) {
        fetch->read_rows *= 2;
    }
}

/* What the first batch of a page that is given as it is read takes. */
static size_t first_page(const weft_fetch *fetch)
{
    const size_t rows = least(least(FIRST_ROWS_MIN, fetch->batch_rows), fetch->memory_max / RECORD_BYTES);
    return rows > 0 ? rows : 1;
}

/* By what the batch took with all that was found below it; where weft filters, batches only shrink here. */
void weft_fetch_adapt(weft_fetch *fetch)
{
    const bool is_filtered = !weft_step_is_paged(fetch->plan->root) && !weft_fetch_is_sorted(fetch);
    if (fetch->read_rows == 0) {
        return;
    }
    const size_t each = fetch->batch_arena.bytes_used / fetch->read_rows + 1;
    const size_t most = is_filtered ? fetch->read_rows : least(fetch->batch_rows, fetch->read_rows * LONGER_MAX);
    const size_t rows = least(most, fetch->memory_max / BATCH_PART / each);
    fetch->read_rows = rows > 0 ? rows : 1;
}

/* A page may well be full before a whole batch is looked at. */
static size_t first_batch(const weft_fetch *fetch)
{
    const uint64_t end = page_end(fetch->plan->root->selection);
    const bool is_short = fetch->plan->root->term_count == 0 && !fetch->plan->has_count && end < fetch->batch_rows / 2;
    const size_t rows = is_short ? 2 * (size_t)end : fetch->batch_rows;
    return rows >= FIRST_ROWS_MIN || rows >= fetch->batch_rows ? rows : least(FIRST_ROWS_MIN, fetch->batch_rows);
}

/* One batch of root rows, read and settled: what remains has passed. */
static weft_code read_settled(weft_fetch *fetch, weft_error *error)
{
    weft_step_state *root = &fetch->states[fetch->plan->root->number];
    weft_fetch_forget(fetch);
    if (fetch->read_rows == 0) {
        fetch->read_rows = first_batch(fetch);
    }
    WEFT_TRY(weft_fetch_read_rows(fetch, root, fetch->read_rows, error));
    fetch->is_root_ended = !root->reading;
    if (root->rows.count == 0) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_fetch_settle(fetch, 0, error));
    for (size_t round = 1; round <= root->settled; round++) {
        WEFT_TRY(weft_fetch_round(fetch, round, error));
    }
    adapt_batch(fetch);
    return WEFT_OK;
}

/* Unless weft counts or orders, nothing behind the page matters. */
static bool has_enough(const weft_fetch *fetch)
{
    const bool is_counting = fetch->plan->has_count && !weft_plan_counts_in_store(fetch->plan);
    return !is_counting && fetch->plan->root->term_count == 0 && fetch->rows_behind >= read_end(fetch);
}

static void stop_reading(weft_fetch *fetch)
{
    weft_step_state *root = &fetch->states[fetch->plan->root->number];
    weft_rows_close(root->reading);
    root->reading = NULL;
    fetch->is_root_ended = true;
}

/* The page is full, what is behind it is only counted, and little has been read so far. */
static bool wants_recount(const weft_fetch *fetch)
{
    const bool is_counting = fetch->plan->has_count && !weft_plan_counts_in_store(fetch->plan);
    return is_counting && fetch->rows_behind >= read_end(fetch) && weft_fetch_may_recount(fetch) &&
           fetch->states[fetch->plan->root->number].cost.rows <= GROWTH_MAX * fetch->batch_rows;
}

static weft_code next_filtered(weft_fetch *fetch, weft_error *error)
{
    weft_step_state *root = &fetch->states[fetch->plan->root->number];
    while (root->rows.count == 0 && !fetch->is_root_ended) {
        WEFT_TRY(wants_recount(fetch) ? weft_fetch_recount(fetch, error) : WEFT_OK);
        WEFT_TRY(read_settled(fetch, error));
        fetch->rows_passed += root->rows.count;
        if (root->step->is_counted) {
            root->rows.count = 0;
            continue;
        }
        WEFT_TRY(seek_rows(fetch, &root->rows, error));
        cut_rows(fetch, &root->rows);
        if (has_enough(fetch)) {
            stop_reading(fetch);
        }
    }
    return WEFT_OK;
}

/* A sorted row of a query with a cursor carries what it is ordered by, behind its columns. */
static size_t sorted_columns(const weft_step *root)
{
    return root->column_count + (weft_selection_has_cursor(root->selection) ? order_of(root).value_count : 0);
}

static weft_code open_sorter(weft_fetch *fetch, weft_error *error)
{
    const weft_step *step = fetch->plan->root;
    const weft_sort_by by = order_of(step);
    bool *descending = WEFT_ARENA_ARRAY(&fetch->keep, bool, by.value_count);
    if (!descending) {
        return weft_fail_arena(error, &fetch->keep);
    }
    for (size_t i = 0; i < by.value_count; i++) {
        descending[i] = by.terms[i].order->is_descending;
    }
    const uint64_t end = page_end(step->selection);
    const weft_sorter_options options = {.descending = descending,
                                         .value_count = by.value_count,
                                         .column_count = sorted_columns(step),
                                         .rows_max = end == UINT64_MAX ? 0 : end,
                                         .takes_last = weft_selection_is_backward(step->selection),
                                         .memory_max = fetch->memory_max / 4,
                                         .allocator = fetch->session->allocator};
    return weft_sorter_open(&options, &fetch->sorter, error);
}

static weft_code sort_row(weft_fetch *fetch, const weft_row *row, weft_error *error)
{
    const weft_step *root = fetch->plan->root;
    const size_t column_count = sorted_columns(root);
    weft_value *values = NULL;
    WEFT_TRY(order_values(fetch, row, &values, error));
    if (root->is_sought_by_weft && !is_behind(root, values)) {
        return WEFT_OK;
    }
    fetch->rows_behind++;
    if (column_count == root->column_count) {
        return weft_sorter_add(fetch->sorter, values, row->values, error);
    }
    weft_value *whole = WEFT_ARENA_ARRAY(&fetch->batch_arena, weft_value, column_count);
    if (!whole) {
        return weft_fail_arena(error, &fetch->batch_arena);
    }
    memcpy(whole, row->values, root->column_count * sizeof(*whole));
    memcpy(whole + root->column_count, values, (column_count - root->column_count) * sizeof(*whole));
    return weft_sorter_add(fetch->sorter, values, whole, error);
}

static weft_code sort_rows(weft_fetch *fetch, const weft_row_list *rows, weft_error *error)
{
    for (size_t i = 0; i < rows->count && !has_enough(fetch); i++) {
        WEFT_TRY(sort_row(fetch, rows->items[i], error));
    }
    return WEFT_OK;
}

static weft_code skip_sorted(weft_fetch *fetch, weft_error *error)
{
    const uint64_t start = page_start(fetch->plan->root->selection);
    for (uint64_t i = 0; i < start; i++) {
        const weft_value *values = NULL;
        WEFT_TRY(weft_sorter_next(fetch->sorter, &values, error));
        if (!values) {
            break;
        }
    }
    return WEFT_OK;
}

/* Everything goes through the sorter before anything comes out. */
static weft_code sort_all(weft_fetch *fetch, weft_error *error)
{
    const weft_step_state *root = &fetch->states[fetch->plan->root->number];
    WEFT_TRY(open_sorter(fetch, error));
    while (!fetch->is_root_ended) {
        WEFT_TRY(read_settled(fetch, error));
        fetch->rows_passed += root->rows.count;
        WEFT_TRY(sort_rows(fetch, &root->rows, error));
        if (has_enough(fetch)) {
            stop_reading(fetch);
        }
    }
    weft_fetch_forget(fetch);
    fetch->read_rows = first_page(fetch);
    return skip_sorted(fetch, error);
}

static weft_code next_sorted(weft_fetch *fetch, weft_error *error)
{
    weft_step_state *root = &fetch->states[fetch->plan->root->number];
    const weft_selection *selection = root->step->selection;
    if (!fetch->sorter) {
        WEFT_TRY(sort_all(fetch, error));
    }
    while (root->rows.count < fetch->read_rows &&
           (!selection->has_take || fetch->rows_returned + root->rows.count < selection->take)) {
        const weft_value *values = NULL;
        WEFT_TRY(weft_sorter_next(fetch->sorter, &values, error));
        if (!values) {
            break;
        }
        weft_row *row = weft_row_copy(values, sorted_columns(root->step), root->edge_count, &fetch->batch_arena);
        if (!row || !weft_row_list_push(&fetch->batch_arena, &root->rows, row)) {
            return weft_fail_arena(error, &fetch->batch_arena);
        }
    }
    return WEFT_OK;
}

static weft_code next_paged(weft_fetch *fetch, weft_error *error)
{
    weft_step_state *root = &fetch->states[fetch->plan->root->number];
    /* A page of one batch is read past its last row, for its statement must end before others may start. */
    const bool is_one_batch = weft_fetch_is_one_batch(fetch);
    const weft_selection *selection = root->step->selection;
    if (fetch->read_rows == 0 && !is_one_batch) {
        fetch->read_rows = first_page(fetch);
    }
    const size_t rows_max = is_one_batch ? SIZE_MAX : fetch->read_rows;
    WEFT_TRY(weft_fetch_read_rows(fetch, root, rows_max, error));
    fetch->is_root_ended = !root->reading;
    fetch->rows_behind += root->rows.count;
    /* The one that was read beyond the page; a batch may come behind it that only finds the end. */
    if (selection->has_take && fetch->rows_behind > selection->take && root->rows.count > 0) {
        root->rows.count--;
    }
    return WEFT_OK;
}

weft_code weft_fetch_root(weft_fetch *fetch, weft_error *error)
{
    if (weft_fetch_is_sorted(fetch)) {
        return next_sorted(fetch, error);
    }
    if (fetch->is_root_ended) {
        return WEFT_OK;
    }
    return weft_step_is_paged(fetch->plan->root) ? next_paged(fetch, error) : next_filtered(fetch, error);
}
