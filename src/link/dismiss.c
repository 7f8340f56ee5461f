/* Dismiss links: live rows of the pairs get a deleted_at, in one bulk UPDATE … RETURNING a batch. A pair without a live
 * row is ABSENT, which is no error. Fails as the store does.
 *
 * A bulk UPDATE locks rows in whatever order its join finds them, so that two writers of the same rows could wait for
 * each other. Where a store locks rows, they are locked in the order of the pairs first, as creating does, in the same
 * round trip. */
#include "link/data.h"
#include "link/look.h"
#include "link/own.h"
#include "link/shape.h"
#include "sql/exists.h"

static weft_code make_update(const weft_link_batch *batch, weft_sql_update *ret_update, weft_error *error)
{
    const weft_link *link = batch->link;
    const weft_model *model = link->model;
    weft_arena *scratch = batch->scratch;
    weft_sql_assignment *assignments = WEFT_ARENA_ARRAY(scratch, weft_sql_assignment, 2);
    weft_sql_output *outputs = WEFT_ARENA_ARRAY(scratch, weft_sql_output, 3);
    const weft_sql_expr *now = weft_sql_value(scratch, weft_value_from_time(batch->now_us), WEFT_VALUE_TIME);
    const weft_sql_expr *is_live =
        weft_sql_unary(scratch, WEFT_SQL_IS_NULL, weft_sql_field(scratch, (weft_str){0}, model->deleted_at));
    const weft_sql_expr *where =
        weft_sql_and_exists(scratch,
                            weft_sql_binary(scratch, WEFT_SQL_AND, weft_link_pair_condition(link, scratch), is_live),
                            batch->session->rows,
                            model);
    if (!assignments || !outputs || !now || !where) {
        return weft_fail_arena(error, scratch);
    }
    const weft_field *fields[3] = {weft_link_id_field(link), link->left.column, link->right.column};
    for (size_t i = 0; i < 3; i++) {
        outputs[i] =
            (weft_sql_output){weft_sql_field(scratch, (weft_str){0}, fields[i]), weft_type_value_kind(fields[i]->type)};
        if (!outputs[i].expr) {
            return weft_fail_arena(error, scratch);
        }
    }
    assignments[0] = (weft_sql_assignment){model->deleted_at->column, now};
    size_t count = 1;
    if (model->updated_at) {
        assignments[count++] = (weft_sql_assignment){model->updated_at->column, now};
    }
    *ret_update = (weft_sql_update){.table = model->table,
                                    .assignments = assignments,
                                    .assignment_count = count,
                                    .where = where,
                                    .returning = outputs,
                                    .returning_count = 3};
    return WEFT_OK;
}

static weft_code meet_locked(void *ctx, const weft_value *row, weft_error *error)
{
    (void)ctx;
    (void)row;
    (void)error;
    return WEFT_OK;
}

static weft_code add_lock(weft_link_batch *batch, const weft_bulk *bulk, weft_link_looks *looks, weft_error *error)
{
    const weft_link *link = batch->link;
    const weft_dialect *dialect = weft_connection_dialect(batch->connection);
    weft_link_look look = {.meet = meet_locked};
    if (batch->count == 1 || !dialect->has_row_locks) {
        return WEFT_OK;
    }
    const weft_field *ends[2] = {link->left.column, link->right.column};
    weft_sql_output *output = WEFT_ARENA_ARRAY(batch->scratch, weft_sql_output, 1);
    weft_sql_order *order = WEFT_ARENA_ARRAY(batch->scratch, weft_sql_order, 2);
    const weft_sql_expr *where = weft_link_pair_condition(link, batch->scratch);
    if (!output || !order || !where) {
        return weft_fail_arena(error, batch->scratch);
    }
    for (size_t i = 0; i < 2; i++) {
        order[i].expr = weft_sql_field(batch->scratch, (weft_str){0}, ends[i]);
        if (!order[i].expr) {
            return weft_fail_arena(error, batch->scratch);
        }
    }
    *output = (weft_sql_output){order[0].expr, weft_type_value_kind(ends[0]->type)};
    const weft_sql_select select = {.outputs = output,
                                    .output_count = 1,
                                    .table = link->model->table,
                                    .where = where,
                                    .order = order,
                                    .order_count = 2,
                                    .lock_update = true};
    WEFT_TRY(weft_sql_render_select_bulk(&select, bulk, dialect, batch->scratch, &look.statement, error));
    weft_link_looks_add(looks, look);
    return WEFT_OK;
}

static weft_code meet_dismissed(void *ctx, const weft_value *row, weft_error *error)
{
    weft_link_batch *batch = ctx;
    weft_link_pair *pair = weft_link_batch_find(batch, &row[1], &row[2]);
    weft_value id = {0};
    if (!pair) {
        return WEFT_OK;
    }
    if (!weft_value_copy(batch->scratch, row[0], &id)) {
        return weft_fail_arena(error, batch->scratch);
    }
    weft_link_pair_settle(pair, WEFT_LINK_DISMISSED, id.as.text);
    return WEFT_OK;
}

static weft_code add_update(weft_link_batch *batch, const weft_bulk *bulk, weft_link_looks *looks, weft_error *error)
{
    weft_link_look look = {.meet = meet_dismissed, .ctx = batch};
    weft_sql_update update = {0};
    WEFT_TRY(make_update(batch, &update, error));
    WEFT_TRY(weft_sql_render_update(
        &update, bulk, weft_connection_dialect(batch->connection), batch->scratch, &look.statement, error));
    weft_link_looks_add(looks, look);
    return WEFT_OK;
}

static weft_code dismiss_own(weft_link_batch *batch, weft_error *error)
{
    weft_link_pair **pairs = WEFT_ARENA_ARRAY(batch->scratch, weft_link_pair *, batch->count);
    if (!pairs) {
        return weft_fail_arena(error, batch->scratch);
    }
    for (size_t i = 0; i < batch->count; i++) {
        pairs[i] = &batch->pairs[i];
    }
    const weft_link_shape shape = {.batch = batch};
    weft_link_columns columns = {0};
    weft_link_looks looks = {0};
    WEFT_TRY(weft_link_columns_make(&shape, pairs, batch->count, 0, &columns, error));
    const weft_bulk bulk = weft_link_columns_bulk(&columns);
    WEFT_TRY(add_lock(batch, &bulk, &looks, error));
    WEFT_TRY(add_update(batch, &bulk, &looks, error));
    WEFT_TRY(weft_link_looks_run(&looks, batch->connection, error));
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->pairs[i].outcome == 0) {
            weft_link_pair_settle(&batch->pairs[i], WEFT_LINK_ABSENT, (weft_str){0});
        }
    }
    return WEFT_OK;
}

static weft_code dismiss_batch(weft_link_batch *batch, weft_error *error)
{
    weft_link_batch own = *batch;
    WEFT_TRY(weft_link_keep_own(batch, &own, error));
    return own.count > 0 ? dismiss_own(&own, error) : WEFT_OK;
}

weft_code weft_link_dismiss(
    weft_session *session, weft_link_work *works, size_t count, weft_arena *scratch, weft_error *error)
{
    weft_link_groups groups = {0};
    if (weft_link_gives_data(works, count, "dismissing", error)) {
        weft_error_set_hint(error, "A pair is dismissed whatever its columns hold; leave the data out.");
        return WEFT_INVALID_REQUEST;
    }
    WEFT_TRY(weft_link_make_own(session, works, count, false, scratch, error));
    WEFT_TRY(weft_link_groups_make(works, count, scratch, &groups, error));
    return weft_link_groups_each(session, &groups, scratch, dismiss_batch, error);
}
