/* Restore links: dismissed pairs live again, with their ids and extra columns.
 *
 *      look at rows ─▶ live: UNCHANGED; no row: ABSENT
 *                  └─▶ dismissed: check (ends exist, no second partner) ─▶ look again under a lock, revive
 *
 * Only pairs that would be revived are checked, so that restoring a pair that lives, or one that never was, is no
 * error. Fails as creating does. */
#include "link/cardinality.h"
#include "link/data.h"
#include "link/exist.h"
#include "link/own.h"
#include "link/shape.h"
#include "sql/exists.h"

enum { AT_ID, AT_LEFT, AT_RIGHT, AT_DELETED, AT_COUNT };

typedef struct restore_look {
    weft_link_batch *batch;
    weft_link_batch dismissed; /* pairs that have a dismissed row: copies that speak for the same works */
} restore_look;

static weft_code meet_row(void *ctx, const weft_value *row, weft_error *error)
{
    restore_look *look = ctx;
    weft_link_batch *batch = look->batch;
    weft_link_pair *pair = weft_link_batch_find(batch, &row[AT_LEFT], &row[AT_RIGHT]);
    weft_value id = {0};
    if (!pair || pair->outcome != 0 || pair->id.data) {
        return WEFT_OK;
    }
    if (!weft_value_copy(batch->scratch, row[AT_ID], &id)) {
        return weft_fail_arena(error, batch->scratch);
    }
    if (row[AT_DELETED].kind == WEFT_VALUE_NULL) {
        weft_link_pair_settle(pair, WEFT_LINK_UNCHANGED, id.as.text);
    } else {
        pair->id = id.as.text;
    }
    return WEFT_OK;
}

static weft_code make_statement(weft_link_batch *batch, weft_statement *ret_statement, weft_error *error)
{
    const weft_link *link = batch->link;
    weft_arena *scratch = batch->scratch;
    weft_link_pair **pairs = WEFT_ARENA_ARRAY(scratch, weft_link_pair *, batch->count);
    weft_sql_output *outputs = WEFT_ARENA_ARRAY(scratch, weft_sql_output, AT_COUNT);
    const weft_sql_expr *where = weft_link_pair_condition(link, scratch);
    if (!pairs || !outputs || !where) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < batch->count; i++) {
        pairs[i] = &batch->pairs[i];
    }
    const weft_field *fields[AT_COUNT] = {
        weft_link_id_field(link), link->left.column, link->right.column, link->model->deleted_at};
    for (size_t i = 0; i < AT_COUNT; i++) {
        outputs[i].expr = weft_sql_field(scratch, (weft_str){0}, fields[i]);
        outputs[i].kind = weft_type_value_kind(fields[i]->type);
        if (!outputs[i].expr) {
            return weft_fail_arena(error, scratch);
        }
    }
    const weft_link_shape keys_only = {.batch = batch};
    weft_link_columns columns = {0};
    WEFT_TRY(weft_link_columns_make(&keys_only, pairs, batch->count, 0, &columns, error));
    const weft_bulk bulk = weft_link_columns_bulk(&columns);
    const weft_sql_select select = {.outputs = outputs,
                                    .output_count = AT_COUNT,
                                    .schema = link->model->schema,
                                    .table = link->model->table,
                                    .where = weft_sql_and_exists(scratch, where, batch->session->rows, link->model)};
    if (!select.where) {
        return weft_fail_arena(error, scratch);
    }
    return weft_sql_render_select_bulk(
        &select, &bulk, weft_connection_dialect(batch->connection), scratch, ret_statement, error);
}

/* Settle the pairs that live or have no row; the others go into look->dismissed. */
static weft_code look_at_rows(restore_look *look, weft_error *error)
{
    weft_link_batch *batch = look->batch;
    weft_link_look rows = {.meet = meet_row, .ctx = look};
    weft_link_looks looks = {0};
    WEFT_TRY(make_statement(batch, &rows.statement, error));
    weft_link_looks_add(&looks, rows);
    WEFT_TRY(weft_link_looks_run(&looks, batch->connection, error));
    look->dismissed = *batch;
    look->dismissed.count = 0;
    look->dismissed.pairs = WEFT_ARENA_ARRAY(batch->scratch, weft_link_pair, batch->count);
    if (!look->dismissed.pairs) {
        return weft_fail_arena(error, batch->scratch);
    }
    for (size_t i = 0; i < batch->count; i++) {
        weft_link_pair *pair = &batch->pairs[i];
        if (pair->outcome == 0 && pair->id.data) {
            look->dismissed.pairs[look->dismissed.count++] = *pair;
        } else if (pair->outcome == 0) {
            weft_link_pair_settle(pair, WEFT_LINK_ABSENT, (weft_str){0});
        }
    }
    return WEFT_OK;
}

static weft_code check(weft_link_batch *batch, weft_error *error)
{
    weft_link_looks looks = {0};
    weft_link_exist exist = {0};
    weft_link_cardinality cardinality;
    const weft_link_group group = {batch->link, batch->pairs, batch->count};
    WEFT_TRY(weft_link_cardinality_among(&group, batch->scratch, error));
    WEFT_TRY(weft_link_exist_begin(batch, &looks, &exist, error));
    WEFT_TRY(weft_link_cardinality_begin(batch, &looks, &cardinality, error));
    WEFT_TRY(weft_link_looks_run(&looks, batch->connection, error));
    WEFT_TRY(weft_link_exist_end(&exist, error));
    return weft_link_cardinality_end(&cardinality, error);
}

static weft_code revive(weft_link_batch *batch, weft_error *error)
{
    weft_link_shape shape = {0};
    WEFT_TRY(check(batch, error));
    WEFT_TRY(weft_link_shape_next(batch, &shape, error));
    WEFT_TRY(weft_link_present_settle(&shape, error));
    for (size_t i = 0; i < shape.count; i++) {
        weft_link_pair_settle(shape.pairs[i], WEFT_LINK_ABSENT, (weft_str){0}); /* its row went meanwhile */
    }
    return WEFT_OK;
}

static weft_code restore_batch(weft_link_batch *batch, weft_error *error)
{
    weft_link_batch own = *batch;
    restore_look look = {.batch = &own};
    WEFT_TRY(weft_link_cardinality_take_turn(batch, error));
    WEFT_TRY(weft_link_keep_own(batch, &own, error));
    if (own.count == 0) {
        return WEFT_OK;
    }
    WEFT_TRY(look_at_rows(&look, error));
    if (look.dismissed.count == 0) {
        return WEFT_OK;
    }
    const weft_code code = revive(&look.dismissed, error);
    return code == WEFT_UNIQUE_VIOLATION && weft_link_is_constrained(batch->link)
               ? weft_link_cardinality_explain(&look.dismissed, error)
               : code;
}

weft_code weft_link_restore(
    weft_session *session, weft_link_work *works, size_t count, weft_arena *scratch, weft_error *error)
{
    weft_link_groups groups = {0};
    if (weft_link_gives_data(works, count, "restoring", error)) {
        weft_error_set_hint(error, "Creating the pair again revives it with other data.");
        return WEFT_INVALID_REQUEST;
    }
    WEFT_TRY(weft_link_make_own(session, works, count, false, scratch, error));
    WEFT_TRY(weft_link_groups_make(works, count, scratch, &groups, error));
    return weft_link_groups_each(session, &groups, scratch, restore_batch, error);
}
