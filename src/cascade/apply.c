/* Carrying out a part: foreign keys cleared (clear.c), rows marked, rows removed after they were written down, children
 * before parents. Each statement is for a whole table, and says itself which rows it changed: only those are written
 * down. Fails as the store does. */
#include "base/value.h"
#include "cascade/application.h"
#include "cascade/outbox.h"
#include "json/writer.h"

#define BATCH_ROWS ((size_t)5000)

static weft_code note_row(weft_cascade_application *a, weft_deletion_row row, weft_error *error)
{
    weft_arena *scratch = a->part->scratch;
    return weft_vec_push(scratch, &a->rows, row) ? WEFT_OK : weft_fail_arena(error, scratch);
}

static weft_code check_count(
    const weft_cascade_application *a, const weft_model *model, size_t want, size_t have, weft_error *error)
{
    if (!a->is_exact || want == have) {
        return WEFT_OK;
    }
    const weft_code code = weft_fail(
        error, WEFT_STORE_BUSY, "rows of \"%.*s\" changed while they were being deleted", WEFT_STR_ARG(model->table));
    weft_error_set_hint(error, "Nothing was deleted. Try again.");
    return code;
}

weft_code weft_cascade_note_answers(weft_cascade_application *a, const weft_cascade_answers *answers, weft_error *error)
{
    weft_arena *scratch = a->part->scratch;
    const weft_model *model = answers->model;
    const weft_value *values = NULL;
    size_t count = 0;
    WEFT_TRY(weft_connection_collect(a->part->connection, &answers->statement, scratch, &values, &count, error));
    WEFT_TRY(check_count(a, model, answers->wanted, count, error));
    for (size_t i = 0; i < count; i++) {
        const weft_value *keys = values + i * answers->width;
        const weft_deletion_row row = {.table = model->table,
                                       .key_text = weft_cascade_key_text(keys, model->key_count, scratch),
                                       .change = WEFT_CASCADE_MARK};
        if (!row.key_text.data) {
            return weft_fail_arena(error, scratch);
        }
        WEFT_TRY(note_row(a, row, error));
        if (answers->width > model->key_count) {
            weft_tidings_add(a->part->tidings, model->link, keys + model->key_count, "deleted", a->part->deletion->id);
        }
    }
    return WEFT_OK;
}

/* What a marked row answers: its key, and of a link row what is told of it. */
static weft_code make_answers(const weft_cascade_application *a,
                              weft_sql_update *update,
                              weft_cascade_answers *answers,
                              weft_error *error)
{
    const weft_model *model = answers->model;
    weft_arena *scratch = a->part->scratch;
    const bool is_told = model->link && a->part->tidings;
    const weft_field **fields = WEFT_ARENA_ARRAY(scratch, const weft_field *, model->key_count + WEFT_TIDINGS_WIDTH);
    if (!fields) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < model->key_count; i++) {
        fields[i] = model->keys[i];
    }
    if (is_told) {
        weft_tidings_fields(model->link, fields + model->key_count);
    }
    answers->width = model->key_count + (is_told ? WEFT_TIDINGS_WIDTH : 0);
    update->returning = weft_cascade_outputs(fields, answers->width, scratch);
    update->returning_count = answers->width;
    return update->returning ? WEFT_OK : weft_fail_arena(error, scratch);
}

/* Give each a deleted_at: rows that are live, or with `is_taken` rows that are not. */
static weft_code mark_statement(const weft_cascade_application *a,
                                const weft_cascade_keys *by,
                                bool is_taken,
                                weft_cascade_answers *answers,
                                weft_error *error)
{
    const weft_model *model = answers->model;
    weft_arena *scratch = a->part->scratch;
    const weft_value time = weft_value_from_time(a->part->deletion->deleted_at);
    const weft_sql_assignment assignment = {model->deleted_at->column, weft_sql_value(scratch, time, WEFT_VALUE_TIME)};
    const weft_sql_expr *state = weft_sql_unary(scratch,
                                                is_taken ? WEFT_SQL_IS_NOT_NULL : WEFT_SQL_IS_NULL,
                                                weft_sql_field(scratch, (weft_str){0}, model->deleted_at));
    weft_sql_update update = {
        .table = model->table,
        .assignments = &assignment,
        .assignment_count = 1,
        .where = weft_sql_binary(scratch, WEFT_SQL_AND, by->condition, state),
    };
    if (!assignment.expr || !update.where) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(make_answers(a, &update, answers, error));
    return weft_sql_render_update(&update,
                                  weft_cascade_keys_bulk(by),
                                  weft_connection_dialect(a->part->connection),
                                  scratch,
                                  &answers->statement,
                                  error);
}

static weft_code mark_batch(weft_cascade_application *a,
                            const weft_model *model,
                            const weft_value *const *keys,
                            size_t count,
                            weft_error *error)
{
    weft_cascade_keys by = {0};
    weft_cascade_answers answers = {.model = model, .wanted = count};
    WEFT_TRY(weft_cascade_keys_make(model, keys, count, a->part->scratch, &by, error));
    WEFT_TRY(mark_statement(a, &by, false, &answers, error));
    return weft_cascade_note_answers(a, &answers, error);
}

static weft_code take_batch(weft_cascade_application *a,
                            const weft_model *model,
                            const weft_value *const *keys,
                            size_t count,
                            weft_error *error)
{
    weft_cascade_keys by = {0};
    weft_cascade_answers answers = {.model = model, .wanted = count};
    WEFT_TRY(weft_cascade_keys_make(model, keys, count, a->part->scratch, &by, error));
    WEFT_TRY(mark_statement(a, &by, true, &answers, error));
    return weft_cascade_note_answers(a, &answers, error);
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

static weft_code note_removed(weft_cascade_application *a,
                              const weft_model *model,
                              const weft_value *values,
                              weft_error *error)
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
static weft_code save_batch(weft_cascade_application *a,
                            const weft_model *model,
                            const weft_value *const *keys,
                            size_t count,
                            weft_error *error)
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

static weft_code remove_batch(weft_cascade_application *a,
                              const weft_model *model,
                              const weft_value *const *keys,
                              size_t count,
                              weft_error *error)
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

typedef weft_code (*batch_function)(weft_cascade_application *a,
                                    const weft_model *model,
                                    const weft_value *const *keys,
                                    size_t count,
                                    weft_error *error);

static weft_code each_batch(weft_cascade_application *a,
                            const weft_cascade_table *table,
                            weft_cascade_change change,
                            batch_function run,
                            weft_error *error)
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

static bool is_here(const weft_cascade_application *a, const weft_model *model)
{
    return model->store == a->part->deletion->store;
}

static weft_code mark_and_clear(weft_cascade_application *a, weft_error *error)
{
    for (size_t i = 0; i < a->work->catalog->model_count; i++) {
        const weft_cascade_table *table = &a->work->tables[i];
        const weft_model *model = table->model;
        if (!is_here(a, model)) {
            continue;
        }
        for (size_t f = 0; table->clears.count > 0 && f < model->field_count; f++) {
            WEFT_TRY(weft_cascade_clear_field(a, table, &model->fields[f], error));
        }
        if (table->rows.count > table->removals.count) {
            WEFT_TRY(each_batch(a, table, WEFT_CASCADE_MARK, mark_batch, error));
            WEFT_TRY(each_batch(a, table, WEFT_CASCADE_TAKE, take_batch, error));
        }
    }
    return WEFT_OK;
}

static weft_code remove_rows(weft_cascade_application *a, weft_error *error)
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
    weft_cascade_application a = {.part = part, .work = work, .is_exact = is_exact};
    WEFT_TRY(mark_and_clear(&a, error));
    WEFT_TRY(remove_rows(&a, error));
    WEFT_TRY(weft_outbox_forget_rows(part, work->catalog, &a.rows, error));

    if (part->tidings && part->tidings->lines.failed) {
        return weft_fail_arena(error, part->scratch);
    }
    WEFT_TRY(
        weft_deletions_insert_rows(part->connection, part->deletion, a.rows.items, a.rows.count, part->scratch, error));
    return weft_deletions_insert(part->connection, part->deletion, part->scratch, error);
}
