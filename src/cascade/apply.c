/* Carrying out a part: foreign keys cleared, rows marked, rows removed after they were written down, children before
 * parents. Each statement is for a whole table, and says itself which rows it changed: only those are written down.
 * Fails as the store does. */
#include "base/value.h"
#include "cascade/outbox.h"
#include "cascade/part.h"
#include "json/writer.h"

#define BATCH_ROWS ((size_t)5000)

typedef struct application {
    const weft_cascade_part *part;
    const weft_cascade_work *work;
    bool is_exact;
    weft_deletion_rows rows; /* to be written down */
} application;

static weft_code note_row(application *a, weft_deletion_row row, weft_error *error)
{
    weft_arena *scratch = a->part->scratch;
    return weft_vec_push(scratch, &a->rows, row) ? WEFT_OK : weft_fail_arena(error, scratch);
}

static weft_code check_count(const application *a, const weft_model *model, size_t want, size_t have, weft_error *error)
{
    if (!a->is_exact || want == have) {
        return WEFT_OK;
    }
    const weft_code code = weft_fail(
        error, WEFT_STORE_BUSY, "rows of \"%.*s\" changed while they were being deleted", WEFT_STR_ARG(model->table));
    weft_error_set_hint(error, "Nothing was deleted. Try again.");
    return code;
}

/* Notes the row of each key that the statement answers. */
static weft_code run_noting(
    application *a, const weft_model *model, const weft_statement *statement, size_t want, weft_error *error)
{
    weft_arena *scratch = a->part->scratch;
    const weft_value *values = NULL;
    size_t count = 0;
    WEFT_TRY(weft_connection_collect(a->part->connection, statement, scratch, &values, &count, error));
    WEFT_TRY(check_count(a, model, want, count, error));
    for (size_t i = 0; i < count; i++) {
        const weft_deletion_row row = {
            .table = model->table,
            .key_text = weft_cascade_key_text(values + i * model->key_count, model->key_count, scratch),
            .change = WEFT_CASCADE_MARK};
        if (!row.key_text.data) {
            return weft_fail_arena(error, scratch);
        }
        WEFT_TRY(note_row(a, row, error));
    }
    return WEFT_OK;
}

/* Give each a deleted_at: rows that are live, or with `is_taken` rows that are not. */
static weft_code mark_rows(application *a,
                           const weft_cascade_keys *by,
                           const weft_model *model,
                           bool is_taken,
                           weft_statement *ret_statement,
                           weft_error *error)
{
    weft_arena *scratch = a->part->scratch;
    const weft_value time = weft_value_from_time(a->part->deletion->deleted_at);
    const weft_sql_assignment assignment = {model->deleted_at->column, weft_sql_value(scratch, time, WEFT_VALUE_TIME)};
    const weft_sql_expr *state = weft_sql_unary(scratch,
                                                is_taken ? WEFT_SQL_IS_NOT_NULL : WEFT_SQL_IS_NULL,
                                                weft_sql_field(scratch, (weft_str){0}, model->deleted_at));
    const weft_sql_update update = {
        .table = model->table,
        .assignments = &assignment,
        .assignment_count = 1,
        .where = weft_sql_binary(scratch, WEFT_SQL_AND, by->condition, state),
        .returning = weft_cascade_outputs(model->keys, model->key_count, scratch),
        .returning_count = model->key_count,
    };
    if (!assignment.expr || !update.where || !update.returning) {
        return weft_fail_arena(error, scratch);
    }
    return weft_sql_render_update(&update,
                                  weft_cascade_keys_bulk(by),
                                  weft_connection_dialect(a->part->connection),
                                  scratch,
                                  ret_statement,
                                  error);
}

static weft_code mark_batch(
    application *a, const weft_model *model, const weft_value *const *keys, size_t count, weft_error *error)
{
    weft_cascade_keys by = {0};
    weft_statement statement = {0};
    WEFT_TRY(weft_cascade_keys_make(model, keys, count, a->part->scratch, &by, error));
    WEFT_TRY(mark_rows(a, &by, model, false, &statement, error));
    return run_noting(a, model, &statement, count, error);
}

static weft_code take_batch(
    application *a, const weft_model *model, const weft_value *const *keys, size_t count, weft_error *error)
{
    weft_cascade_keys by = {0};
    weft_statement statement = {0};
    WEFT_TRY(weft_cascade_keys_make(model, keys, count, a->part->scratch, &by, error));
    WEFT_TRY(mark_rows(a, &by, model, true, &statement, error));
    return run_noting(a, model, &statement, count, error);
}

/* {"column":value,…} of every field. */
static weft_str row_text(const weft_model *model, const weft_value *values, weft_arena *scratch)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, scratch);
    for (size_t i = 0; i < model->field_count; i++) {
        weft_buf_add_text(&buf, i > 0 ? "," : "{");
        weft_json_add_text(&buf, model->fields[i].column);
        weft_buf_add_char(&buf, ':');
        weft_cascade_value_write(&buf, &values[i]);
    }
    weft_buf_add_char(&buf, '}');
    return buf.failed ? (weft_str){NULL, 0} : weft_buf_str(&buf);
}

static weft_code note_removed(application *a, const weft_model *model, const weft_value *values, weft_error *error)
{
    weft_arena *scratch = a->part->scratch;
    weft_value *keys = WEFT_ARENA_ARRAY(scratch, weft_value, model->key_count);
    if (!keys) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < model->key_count; i++) {
        keys[i] = values[model->keys[i]->index];
    }
    const weft_deletion_row row = {.table = model->table,
                                   .key_text = weft_cascade_key_text(keys, model->key_count, scratch),
                                   .change = WEFT_CASCADE_REMOVE,
                                   .row = row_text(model, values, scratch)};
    if (!row.key_text.data || !row.row.data) {
        return weft_fail_arena(error, scratch);
    }
    return note_row(a, row, error);
}

/* All rows are written down before the first is removed: removing may reach further than its own table. */
static weft_code save_batch(
    application *a, const weft_model *model, const weft_value *const *keys, size_t count, weft_error *error)
{
    weft_arena *scratch = a->part->scratch;
    const weft_field **fields = WEFT_ARENA_ARRAY(scratch, const weft_field *, model->field_count);
    weft_cascade_keys by = {0};
    weft_statement statement = {0};
    const weft_value *values = NULL;
    size_t found = 0;
    if (!fields) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < model->field_count; i++) {
        fields[i] = &model->fields[i];
    }
    WEFT_TRY(weft_cascade_keys_make(model, keys, count, scratch, &by, error));
    const weft_sql_select select = {.outputs = weft_cascade_outputs(fields, model->field_count, scratch),
                                    .output_count = model->field_count,
                                    .table = model->table,
                                    .where = by.condition,
                                    .lock_update = true};
    if (!select.outputs) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(weft_sql_render_select_bulk(&select,
                                         weft_cascade_keys_bulk(&by),
                                         weft_connection_dialect(a->part->connection),
                                         scratch,
                                         &statement,
                                         error));
    WEFT_TRY(weft_connection_collect(a->part->connection, &statement, scratch, &values, &found, error));
    WEFT_TRY(check_count(a, model, count, found, error));
    for (size_t i = 0; i < found; i++) {
        WEFT_TRY(note_removed(a, model, values + i * model->field_count, error));
    }
    return WEFT_OK;
}

static weft_code remove_batch(
    application *a, const weft_model *model, const weft_value *const *keys, size_t count, weft_error *error)
{
    weft_arena *scratch = a->part->scratch;
    weft_cascade_keys by = {0};
    weft_statement statement = {0};
    WEFT_TRY(weft_cascade_keys_make(model, keys, count, scratch, &by, error));
    const weft_sql_delete del = {.table = model->table, .where = by.condition};
    WEFT_TRY(weft_sql_render_delete(
        &del, weft_cascade_keys_bulk(&by), weft_connection_dialect(a->part->connection), scratch, &statement, error));
    return weft_connection_execute(a->part->connection, &statement, NULL, error);
}

typedef weft_code (*batch_function)(
    application *a, const weft_model *model, const weft_value *const *keys, size_t count, weft_error *error);

static weft_code each_batch(
    application *a, const weft_cascade_table *table, weft_cascade_change change, batch_function run, weft_error *error)
{
    const weft_value **keys = WEFT_ARENA_ARRAY(a->part->scratch, const weft_value *, table->rows.count);
    size_t count = 0;
    if (!keys) {
        return weft_fail_arena(error, a->part->scratch);
    }
    for (size_t i = 0; i < table->rows.count; i++) {
        if (table->rows.items[i]->change == change) {
            keys[count++] = table->rows.items[i]->keys;
        }
    }
    for (size_t at = 0; at < count; at += BATCH_ROWS) {
        const size_t some = count - at < BATCH_ROWS ? count - at : BATCH_ROWS;
        WEFT_TRY(run(a, table->model, keys + at, some, error));
    }
    return WEFT_OK;
}

/* The clears of one field. */
typedef struct clearing {
    const weft_field *field;
    const weft_value **keys;
    weft_value *before;
    size_t count;
    weft_map by_key; /* key_text → weft_cascade_clear */
} clearing;

static weft_code gather_clears(application *a, const weft_cascade_table *table, clearing *c, weft_error *error)
{
    weft_arena *scratch = a->part->scratch;
    c->keys = WEFT_ARENA_ARRAY(scratch, const weft_value *, table->clears.count);
    c->before = WEFT_ARENA_ARRAY(scratch, weft_value, table->clears.count);
    weft_map_init(&c->by_key, scratch);
    if (!c->keys || !c->before) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < table->clears.count; i++) {
        const weft_cascade_clear *clear = &table->clears.items[i];
        if (clear->field != c->field) {
            continue;
        }
        c->keys[c->count] = clear->keys;
        c->before[c->count++] = clear->before;
        if (!weft_map_set(&c->by_key, clear->key_text, clear)) {
            return weft_fail_arena(error, scratch);
        }
    }
    return WEFT_OK;
}

/* UPDATE … SET field = NULL of the rows whose field still is what it was. */
static weft_code clear_statement(
    application *a, const clearing *c, weft_cascade_keys *by, weft_statement *ret_statement, weft_error *error)
{
    const weft_model *model = c->field->model;
    weft_arena *scratch = a->part->scratch;
    const weft_value_kind kind = weft_type_value_kind(c->field->type);
    WEFT_TRY(weft_cascade_keys_make_bulk(model, c->keys, c->count, 1, scratch, by, error));
    by->columns[model->key_count] = c->before;
    by->kinds[model->key_count] = kind;
    const weft_sql_expr *is_same = weft_sql_binary(scratch,
                                                   WEFT_SQL_EQ,
                                                   weft_sql_field(scratch, (weft_str){0}, c->field),
                                                   weft_sql_bulk(scratch, model->key_count, kind));
    const weft_sql_assignment assignment = {c->field->column, weft_sql_leaf(scratch, WEFT_SQL_NULL)};
    const weft_sql_update update = {.table = model->table,
                                    .assignments = &assignment,
                                    .assignment_count = 1,
                                    .where = weft_sql_binary(scratch, WEFT_SQL_AND, by->condition, is_same),
                                    .returning = weft_cascade_outputs(model->keys, model->key_count, scratch),
                                    .returning_count = model->key_count};
    if (!assignment.expr || !update.where || !update.returning) {
        return weft_fail_arena(error, scratch);
    }
    return weft_sql_render_update(
        &update, &by->bulk, weft_connection_dialect(a->part->connection), scratch, ret_statement, error);
}

static weft_code clear_field(application *a,
                             const weft_cascade_table *table,
                             const weft_field *field,
                             weft_error *error)
{
    clearing c = {.field = field};
    weft_cascade_keys by = {0};
    weft_statement statement = {0};
    WEFT_TRY(gather_clears(a, table, &c, error));
    if (c.count == 0) {
        return WEFT_OK;
    }
    const size_t noted = a->rows.count;
    WEFT_TRY(clear_statement(a, &c, &by, &statement, error));
    WEFT_TRY(run_noting(a, table->model, &statement, c.count, error));
    for (size_t i = noted; i < a->rows.count; i++) {
        weft_deletion_row *row = &a->rows.items[i];
        const weft_cascade_clear *clear = weft_map_get(&c.by_key, row->key_text);
        row->change = WEFT_CASCADE_CLEAR;
        row->column = field->column;
        row->row = weft_cascade_key_text(&clear->before, 1, a->part->scratch);
        if (!row->row.data) {
            return weft_fail_arena(error, a->part->scratch);
        }
    }
    return WEFT_OK;
}

static bool is_here(const application *a, const weft_model *model)
{
    return model->store == a->part->deletion->store;
}

static weft_code mark_and_clear(application *a, weft_error *error)
{
    for (size_t i = 0; i < a->work->catalog->model_count; i++) {
        const weft_cascade_table *table = &a->work->tables[i];
        const weft_model *model = table->model;
        if (!is_here(a, model)) {
            continue;
        }
        for (size_t f = 0; table->clears.count > 0 && f < model->field_count; f++) {
            WEFT_TRY(clear_field(a, table, &model->fields[f], error));
        }
        if (table->rows.count > table->removals.count) {
            WEFT_TRY(each_batch(a, table, WEFT_CASCADE_MARK, mark_batch, error));
            WEFT_TRY(each_batch(a, table, WEFT_CASCADE_TAKE, take_batch, error));
        }
    }
    return WEFT_OK;
}

static weft_code remove_rows(application *a, weft_error *error)
{
    const weft_catalog *catalog = a->work->catalog;
    bool *wanted = WEFT_ARENA_ARRAY(a->part->scratch, bool, catalog->model_count);
    const weft_model **models = NULL;
    size_t count = 0;
    if (!wanted) {
        return weft_fail_arena(error, a->part->scratch);
    }
    for (size_t i = 0; i < catalog->model_count; i++) {
        wanted[i] = is_here(a, catalog->models[i]) && a->work->tables[i].removals.count > 0;
    }
    if (!weft_cascade_removal_order(catalog, wanted, a->part->scratch, &models, &count)) {
        return weft_fail_arena(error, a->part->scratch);
    }
    for (size_t i = 0; i < count; i++) {
        WEFT_TRY(each_batch(a, weft_cascade_table_of(a->work, models[i]), WEFT_CASCADE_REMOVE, save_batch, error));
    }
    for (size_t i = 0; i < count; i++) {
        WEFT_TRY(each_batch(a, weft_cascade_table_of(a->work, models[i]), WEFT_CASCADE_REMOVE, remove_batch, error));
    }
    return WEFT_OK;
}

weft_code weft_cascade_part_apply(const weft_cascade_part *part,
                                  const weft_cascade_work *work,
                                  bool is_exact,
                                  weft_error *error)
{
    application a = {.part = part, .work = work, .is_exact = is_exact};
    WEFT_TRY(mark_and_clear(&a, error));
    WEFT_TRY(remove_rows(&a, error));
    WEFT_TRY(weft_outbox_forget_rows(part, work->catalog, &a.rows, error));
    WEFT_TRY(
        weft_deletions_insert_rows(part->connection, part->deletion, a.rows.items, a.rows.count, part->scratch, error));
    return weft_deletions_insert(part->connection, part->deletion, part->scratch, error);
}
