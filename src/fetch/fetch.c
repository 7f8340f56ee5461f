/* A fetch: the state between two batches.
 *
 * The first next starts the root's statement, with the count before it when it is wanted, so that both see one
 * snapshot. A root page that fits one batch is read to its end at once; a larger one is read piece by piece while its
 * children's statements run in between. Fails as stores do; an error is remembered and answered again. */
#include "fetch/state.h"

#define BATCH_ROWS_DEFAULT   1000
#define MEMORY_BYTES_DEFAULT ((size_t)256 << 20)

static size_t count_edges(const weft_step *step)
{
    size_t count = 0;
    for (size_t i = 0; step->kind != WEFT_STEP_THROUGH && i < step->selection->output_count; i++) {
        count += step->selection->outputs[i].kind == WEFT_OUTPUT_EDGE;
    }
    return count;
}

/* Which child of its parent a step is, and so which group of the parent's rows it fills. */
static size_t find_place(const weft_step *step)
{
    const weft_step *parent = step->parent;
    for (size_t i = 0; parent && i < parent->child_count; i++) {
        if (parent->children[i] == step) {
            return i;
        }
    }
    return 0;
}

static void init_states(weft_fetch *fetch)
{
    for (size_t i = 0; i < fetch->plan->step_count; i++) {
        const weft_step *step = fetch->plan->steps[i];
        weft_step_state *state = &fetch->states[step->number];
        state->step = step;
        state->edge_count = count_edges(step);
        state->place = find_place(step);
        state->depth = step->parent ? fetch->states[step->parent->number].depth + 1 : 0;
        if (state->depth > fetch->depth_max) {
            fetch->depth_max = state->depth;
        }
    }
}

weft_code weft_fetch_open(
    const weft_plan *plan, weft_session *session, const weft_limits *limits, weft_fetch **ret_fetch, weft_error *error)
{
    weft_arena keep;
    weft_arena_init(&keep, session->allocator, 0);
    weft_fetch *fetch = WEFT_ARENA_NEW(&keep, weft_fetch);
    weft_step_state *states = WEFT_ARENA_ARRAY(&keep, weft_step_state, plan->step_count);
    if (!fetch || !states) {
        weft_arena_done(&keep);
        return weft_fail_no_memory(error);
    }
    const size_t memory_max = limits->memory_bytes_max != 0 ? limits->memory_bytes_max : MEMORY_BYTES_DEFAULT;
    fetch->plan = plan;
    fetch->session = session;
    fetch->allocator = session->allocator;
    fetch->batch_rows = limits->batch_rows != 0 ? limits->batch_rows : BATCH_ROWS_DEFAULT;
    fetch->rows_max = limits->rows_max;
    fetch->states = states;
    weft_arena_init(&fetch->batch_arena, session->allocator, memory_max);
    init_states(fetch);
    fetch->keep = keep; /* last: the struct remembers every chunk it lives in */
    *ret_fetch = fetch;
    return WEFT_OK;
}

static bool is_taking_nothing(const weft_selection *root)
{
    return root->has_take && root->take == 0;
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
static weft_code
make_statements(weft_fetch *fetch, const weft_dialect *dialect, weft_statement *ret_statements, weft_error *error)
{
    const weft_selection *root = fetch->plan->root->selection;
    if (fetch->plan->has_count) {
        WEFT_TRY(weft_sql_count_statement(fetch->plan, dialect, &fetch->keep, ret_statements++, error));
    }
    if (!is_taking_nothing(root)) {
        WEFT_TRY(weft_sql_step_statement(fetch->plan->root, dialect, NULL, 0, &fetch->keep, ret_statements, error));
        ret_statements->is_incremental = !root->has_take || root->take > fetch->batch_rows;
    }
    return WEFT_OK;
}

static weft_code start_root(weft_fetch *fetch, weft_error *error)
{
    const weft_step *root = fetch->plan->root;
    const bool has_count = fetch->plan->has_count;
    const bool has_page = !is_taking_nothing(root->selection);
    weft_statement *statements = WEFT_ARENA_ARRAY(&fetch->keep, weft_statement, 2);
    if (!statements) {
        return weft_fail_arena(error, &fetch->keep);
    }
    fetch->is_root_ended = !has_page;
    if (!has_count && !has_page) {
        return WEFT_OK;
    }
    weft_connection *connection = NULL;
    WEFT_TRY(weft_session_connection(fetch->session, root->store, &connection, error));
    WEFT_TRY(make_statements(fetch, weft_connection_dialect(connection), statements, error));
    weft_rows *opened[2] = {NULL, NULL};
    WEFT_TRY(weft_connection_run(connection, statements, (size_t)has_count + (size_t)has_page, opened, error));
    fetch->states[root->number].reading = has_page ? opened[has_count ? 1 : 0] : NULL;
    if (!has_count) {
        return WEFT_OK;
    }
    const weft_code code = read_count(fetch, opened[0], error);
    weft_rows_close(opened[0]);
    return code;
}

static weft_code start_once(weft_fetch *fetch, weft_error *error)
{
    if (fetch->is_started) {
        return WEFT_OK;
    }
    fetch->is_started = true;
    return start_root(fetch, error);
}

static void forget_batch(weft_fetch *fetch)
{
    for (size_t i = 0; i < fetch->plan->step_count; i++) {
        weft_step_state *state = &fetch->states[i];
        state->rows = (weft_row_list){0};
        state->keys = (weft_key_index){0};
        state->parent_keys = NULL;
    }
    weft_arena_reset(&fetch->batch_arena);
}

static weft_code read_root(weft_fetch *fetch, weft_error *error)
{
    weft_step_state *root = &fetch->states[fetch->plan->root->number];
    /* A page of one batch is read past its last row, for its statement must end before others may start. */
    const weft_selection *selection = root->step->selection;
    const bool is_one_batch = selection->has_take && selection->take <= fetch->batch_rows;
    WEFT_TRY(weft_fetch_read_rows(fetch, root, is_one_batch ? SIZE_MAX : fetch->batch_rows, error));
    fetch->is_root_ended = !root->reading;
    fetch->rows_returned += root->rows.count;
    if (fetch->rows_max != 0 && fetch->rows_returned > fetch->rows_max) {
        (void)weft_fail(error, WEFT_LIMIT_EXCEEDED, "the request would return more than %zu records", fetch->rows_max);
        weft_error_set_detail(error, "The limit is rows_max.");
        return WEFT_LIMIT_EXCEEDED;
    }
    return WEFT_OK;
}

static weft_code next_batch(weft_fetch *fetch, const weft_batch **ret_batch, weft_error *error)
{
    WEFT_TRY(start_once(fetch, error));
    if (fetch->is_root_ended) {
        *ret_batch = NULL;
        return WEFT_OK;
    }
    WEFT_TRY(read_root(fetch, error));
    const weft_row_list *rows = &fetch->states[fetch->plan->root->number].rows;
    for (size_t depth = 1; rows->count > 0 && depth <= fetch->depth_max; depth++) {
        WEFT_TRY(weft_fetch_level(fetch, depth, error));
    }
    const bool is_first = fetch->rows_returned == rows->count;
    fetch->batch = (weft_batch){(const weft_row *const *)rows->items, rows->count, is_first};
    *ret_batch = rows->count > 0 ? &fetch->batch : NULL;
    return WEFT_OK;
}

static void close_rows(weft_fetch *fetch)
{
    for (size_t i = 0; i < fetch->plan->step_count; i++) {
        weft_rows_close(fetch->states[i].reading);
        fetch->states[i].reading = NULL;
    }
}

/* Pass `code` on; a failure is kept, for every later call to answer it again. */
static weft_code remember(weft_fetch *fetch, weft_code code, const weft_error *failure, weft_error *error)
{
    if (code != WEFT_OK) {
        close_rows(fetch);
        fetch->failure = *failure;
        fetch->failure.code = code;
        if (error) {
            *error = fetch->failure;
        }
    }
    return code;
}

static weft_code answer_again(const weft_fetch *fetch, weft_error *error)
{
    if (fetch->failure.code != WEFT_OK && error) {
        *error = fetch->failure;
    }
    return fetch->failure.code;
}

weft_code weft_fetch_next(weft_fetch *fetch, const weft_batch **ret_batch, weft_error *error)
{
    WEFT_TRY(answer_again(fetch, error));
    forget_batch(fetch);
    weft_error failure = {0};
    return remember(fetch, next_batch(fetch, ret_batch, &failure), &failure, error);
}

weft_code weft_fetch_count(weft_fetch *fetch, uint64_t *ret_count, weft_error *error)
{
    WEFT_TRY(answer_again(fetch, error));
    weft_error failure = {0};
    WEFT_TRY(remember(fetch, start_once(fetch, &failure), &failure, error));
    *ret_count = fetch->count;
    return WEFT_OK;
}

void weft_fetch_close(weft_fetch *fetch)
{
    if (!fetch) {
        return;
    }
    close_rows(fetch);
    weft_arena_done(&fetch->batch_arena);
    weft_arena keep = fetch->keep;
    weft_arena_done(&keep);
}
