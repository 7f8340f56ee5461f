/* INSERT of many records: rows of one shape are one bulk statement, whatever their number.
 *
 * Stores that have no sequences get their autoincrement values here: the highest so far plus one, inside the write
 * transaction, whose lock keeps other writers out. Those that have some are told of the numbers that rows give. Result
 * rows come back in any order and are put to their inputs by key; a key that the store made itself rises in the order
 * of the input, so such rows are sorted by it. Fails as the store does; a unique violation is explained by
 * record/conflict.c. */
#include "record/insert.h"

#include <stdlib.h>

#include "record/conflict.h"
#include "record/counter.h"
#include "record/own.h"

typedef struct insert_work {
    const weft_record_input *input;
    weft_connection *connection;
    const weft_model *model;
    weft_record_row *rows;
    size_t count;
    bool wants_written;
    weft_arena *scratch;
    weft_record_row **shape; /* rows of the shape at hand */
    size_t shape_count;
} insert_work;

const weft_sql_output *weft_record_outputs(const weft_model *model, weft_arena *keep)
{
    weft_sql_output *outputs = WEFT_ARENA_ARRAY(keep, weft_sql_output, model->field_count);
    for (size_t i = 0; outputs && i < model->field_count; i++) {
        const weft_field *field = &model->fields[i];
        outputs[i].expr = weft_sql_field(keep, (weft_str){0}, field);
        outputs[i].kind = weft_type_value_kind(field->type);
        if (!outputs[i].expr) {
            return NULL;
        }
    }
    return outputs;
}

/* The highest value in the table, 0 when there is none above it. */
static weft_code read_highest(insert_work *work, const weft_field *field, int64_t *ret_highest, weft_error *error)
{
    const weft_sql_expr *column = weft_sql_field(work->scratch, (weft_str){0}, field);
    const weft_sql_expr *is_there = weft_sql_unary(work->scratch, WEFT_SQL_IS_NOT_NULL, column);
    const weft_sql_output output = {column, WEFT_VALUE_INTEGER};
    const weft_sql_order order = {column, true};
    if (!is_there) {
        return weft_fail_arena(error, work->scratch);
    }
    const weft_sql_select select = {.outputs = &output,
                                    .output_count = 1,
                                    .table = work->model->table,
                                    .where = is_there,
                                    .order = &order,
                                    .order_count = 1,
                                    .has_limit = true,
                                    .limit = 1};
    weft_statement statement = {0};
    WEFT_TRY(
        weft_sql_render_select(&select, weft_connection_dialect(work->connection), work->scratch, &statement, error));
    const weft_value *values = NULL;
    size_t row_count = 0;
    WEFT_TRY(weft_connection_collect(work->connection, &statement, work->scratch, &values, &row_count, error));
    *ret_highest = row_count && values[0].as.integer > 0 ? values[0].as.integer : 0;
    return WEFT_OK;
}

/* What rows give themselves counts too. True when some row gives nothing. */
static bool raise_highest(const insert_work *work, size_t at, int64_t *highest)
{
    bool is_missing = false;
    for (size_t i = 0; i < work->count; i++) {
        const weft_record_row *row = &work->rows[i];
        is_missing = is_missing || !row->is_given[at];
        if (row->is_given[at] && row->values[at].as.integer > *highest) {
            *highest = row->values[at].as.integer;
        }
    }
    return is_missing;
}

static weft_code number_field(insert_work *work, const weft_field *field, weft_error *error)
{
    const size_t at = field->index;
    int64_t *highest = &work->input->highest[at];
    if (*highest == 0) {
        WEFT_TRY(read_highest(work, field, highest, error));
    }
    if (!raise_highest(work, at, highest)) {
        return WEFT_OK;
    }
    for (size_t i = 0; i < work->count; i++) {
        if (work->rows[i].is_given[at]) {
            continue;
        }
        if (*highest == INT64_MAX) {
            return weft_fail(
                error, WEFT_LIMIT_EXCEEDED, "field \"%.*s\" has no number left", WEFT_STR_ARG(field->name));
        }
        work->rows[i].values[at] = (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = ++*highest};
        work->rows[i].is_given[at] = true;
    }
    return WEFT_OK;
}

/* What is given goes before what the store counts, so that it is never counted again. */
static weft_code raise_counter(insert_work *work, const weft_field *field, weft_error *error)
{
    int64_t highest = work->input->highest[field->index];
    (void)raise_highest(work, field->index, &highest);
    if (highest == work->input->highest[field->index]) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_record_raise_counter(work->connection, work->model, field, highest, work->scratch, error));
    work->input->highest[field->index] = highest;
    return WEFT_OK;
}

static weft_code number_rows(insert_work *work, weft_error *error)
{
    const bool has_sequences = weft_connection_dialect(work->connection)->has_sequences;
    weft_code code = WEFT_OK;
    for (size_t i = 0; code == WEFT_OK && i < work->model->field_count; i++) {
        const weft_field *field = &work->model->fields[i];
        if (field->type == WEFT_TYPE_AUTOINCREMENT) {
            code = has_sequences ? raise_counter(work, field, error) : number_field(work, field, error);
        }
    }
    return code;
}

/* The bulk and the column list of the shape at hand. */
typedef struct insert_columns {
    weft_sql_assignment *assignments;
    const weft_value **columns;
    weft_value_kind *kinds;
    size_t count;
} insert_columns;

static weft_code add_column(insert_work *work, const weft_field *field, insert_columns *columns, weft_error *error)
{
    const size_t at = columns->count;
    const weft_value_kind kind = weft_type_value_kind(field->type);
    weft_value *values = WEFT_ARENA_ARRAY(work->scratch, weft_value, work->shape_count);
    const weft_sql_expr *bulk = weft_sql_bulk_of(work->scratch, at, field);
    if (!values || !bulk) {
        return weft_fail_arena(error, work->scratch);
    }
    for (size_t i = 0; i < work->shape_count; i++) {
        values[i] = work->shape[i]->values[field->index];
    }
    columns->columns[at] = values;
    columns->kinds[at] = kind;
    columns->assignments[at] = (weft_sql_assignment){field->column, bulk};
    columns->count++;
    return WEFT_OK;
}

static weft_code make_columns(insert_work *work, insert_columns *ret_columns, weft_error *error)
{
    const size_t count = work->model->field_count;
    insert_columns columns = {WEFT_ARENA_ARRAY(work->scratch, weft_sql_assignment, count),
                              WEFT_ARENA_ARRAY(work->scratch, const weft_value *, count),
                              WEFT_ARENA_ARRAY(work->scratch, weft_value_kind, count),
                              0};
    if (!columns.assignments || !columns.columns || !columns.kinds) {
        return weft_fail_arena(error, work->scratch);
    }
    weft_code code = WEFT_OK;
    for (size_t i = 0; code == WEFT_OK && i < count; i++) {
        if (work->shape[0]->is_given[i]) {
            code = add_column(work, &work->model->fields[i], &columns, error);
        }
    }
    *ret_columns = columns;
    return code;
}

/* The text under which a row is found again: its key values, one after the other. */
static weft_str key_text(const weft_model *model, const weft_value *values, weft_arena *keep)
{
    if (model->key_count == 1 && values[model->keys[0]->index].kind == WEFT_VALUE_TEXT) {
        return values[model->keys[0]->index].as.text;
    }
    weft_buf buf;
    weft_buf_init_arena(&buf, keep);
    for (size_t i = 0; i < model->key_count; i++) {
        weft_json_add_value(&buf, &values[model->keys[i]->index]);
        weft_buf_add_char(&buf, ',');
    }
    const weft_str nothing = {NULL, 0};
    return buf.failed ? nothing : weft_buf_str(&buf);
}

static weft_code match_by_key(insert_work *work, const weft_value *values, size_t row_count, weft_error *error)
{
    const size_t width = work->model->field_count;
    weft_map map;
    weft_map_init(&map, work->scratch);
    for (size_t i = 0; i < row_count; i++) {
        const weft_str key = key_text(work->model, values + i * width, work->scratch);
        if (!key.data || !weft_map_set(&map, key, values + i * width)) {
            return weft_fail_arena(error, work->scratch);
        }
    }
    for (size_t i = 0; i < work->shape_count; i++) {
        const weft_str key = key_text(work->model, work->shape[i]->values, work->scratch);
        if (!key.data) {
            return weft_fail_arena(error, work->scratch);
        }
        work->shape[i]->written = weft_map_get(&map, key);
    }
    return WEFT_OK;
}

typedef struct numbered_row {
    int64_t number;
    const weft_value *values;
} numbered_row;

static int compare_numbered(const void *a, const void *b)
{
    const numbered_row *left = a;
    const numbered_row *right = b;
    return (left->number > right->number) - (left->number < right->number);
}

static weft_code match_by_number(
    insert_work *work, const weft_field *made, const weft_value *values, size_t row_count, weft_error *error)
{
    numbered_row *numbered = WEFT_ARENA_ARRAY(work->scratch, numbered_row, row_count);
    if (!numbered) {
        return weft_fail_arena(error, work->scratch);
    }
    for (size_t i = 0; i < row_count; i++) {
        numbered[i].values = values + i * work->model->field_count;
        numbered[i].number = numbered[i].values[made->index].as.integer;
    }
    qsort(numbered, row_count, sizeof(*numbered), compare_numbered);
    for (size_t i = 0; i < work->shape_count && i < row_count; i++) {
        work->shape[i]->written = numbered[i].values;
    }
    return WEFT_OK;
}

/* The key field that the store makes itself, or NULL. */
static const weft_field *made_key(const insert_work *work)
{
    for (size_t i = 0; i < work->model->key_count; i++) {
        if (!work->shape[0]->is_given[work->model->keys[i]->index]) {
            return work->model->keys[i];
        }
    }
    return NULL;
}

static weft_code collect_written(insert_work *work, const weft_statement *statement, weft_error *error)
{
    const weft_value *values = NULL;
    size_t row_count = 0;
    WEFT_TRY(weft_connection_collect(work->connection, statement, work->scratch, &values, &row_count, error));
    const weft_field *made = made_key(work);
    if (made) {
        WEFT_TRY(match_by_number(work, made, values, row_count, error));
    } else {
        WEFT_TRY(match_by_key(work, values, row_count, error));
    }
    for (size_t i = 0; i < work->shape_count; i++) {
        if (!work->shape[i]->written) {
            return weft_fail(error,
                             WEFT_STORE_ERROR,
                             "table \"%.*s\" did not answer every record that was written",
                             WEFT_STR_ARG(work->model->table));
        }
    }
    return WEFT_OK;
}

static weft_code insert_shape(insert_work *work, weft_error *error)
{
    insert_columns columns = {0};
    WEFT_TRY(make_columns(work, &columns, error));
    const weft_bulk bulk = {columns.columns, columns.kinds, columns.count, work->shape_count};
    weft_sql_insert insert = {
        .table = work->model->table, .columns = columns.assignments, .column_count = columns.count};
    if (work->wants_written) {
        insert.returning = weft_record_outputs(work->model, work->scratch);
        insert.returning_count = work->model->field_count;
        if (!insert.returning) {
            return weft_fail_arena(error, work->scratch);
        }
    }
    weft_statement statement = {0};
    WEFT_TRY(weft_sql_render_insert(
        &insert, &bulk, weft_connection_dialect(work->connection), work->scratch, &statement, error));
    return work->wants_written ? collect_written(work, &statement, error)
                               : weft_connection_execute(work->connection, &statement, NULL, error);
}

static bool has_same_shape(const weft_model *model, const weft_record_row *a, const weft_record_row *b)
{
    for (size_t i = 0; i < model->field_count; i++) {
        if (a->is_given[i] != b->is_given[i]) {
            return false;
        }
    }
    return true;
}

/* Move every row of the shape of the first not yet done into work->shape; false when all are done. */
static bool gather_shape(insert_work *work, bool *is_done)
{
    work->shape_count = 0;
    for (size_t i = 0; i < work->count; i++) {
        weft_record_row *row = &work->rows[i];
        if (!is_done[i] && (work->shape_count == 0 || has_same_shape(work->model, work->shape[0], row))) {
            work->shape[work->shape_count++] = row;
            is_done[i] = true;
        }
    }
    return work->shape_count > 0;
}

static weft_code insert_all(insert_work *work, weft_error *error)
{
    bool *is_done = WEFT_ARENA_ARRAY(work->scratch, bool, work->count);
    work->shape = WEFT_ARENA_ARRAY(work->scratch, weft_record_row *, work->count);
    if (!is_done || !work->shape) {
        return weft_fail_arena(error, work->scratch);
    }
    WEFT_TRY(number_rows(work, error));
    while (gather_shape(work, is_done)) {
        WEFT_TRY(insert_shape(work, error));
    }
    return WEFT_OK;
}

weft_code weft_record_insert(const weft_record_input *input,
                             weft_record_row *rows,
                             size_t count,
                             bool wants_written,
                             weft_arena *scratch,
                             size_t *ret_failed,
                             weft_error *error)
{
    const weft_model *model = input->model;
    insert_work work = {.input = input,
                        .model = model,
                        .rows = rows,
                        .count = count,
                        .wants_written = wants_written,
                        .scratch = scratch};
    *ret_failed = WEFT_RECORD_ROW_UNKNOWN;
    if (count == 0) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_session_connection(input->session, model->store, &work.connection, error));
    const weft_code code = insert_all(&work, error);
    if (code == WEFT_OK) {
        return weft_record_check_belonging(input->session, model, rows, count, scratch, error);
    }
    if (code != WEFT_UNIQUE_VIOLATION) {
        return code;
    }
    const weft_record_conflict conflict = {.connection = work.connection, .model = model, .rows = rows, .count = count};
    weft_record_conflict_explain(&conflict, scratch, ret_failed, error);
    return code;
}
