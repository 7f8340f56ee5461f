/* Rows: read in one stream, written in batches, added up. Memory is one batch, whatever the table holds.
 *
 * A table's sum is over its rows as answers would show them, so that it is the same in every store and order: times to
 * the millisecond, JSON in canonical form. It finds mistakes; it is no secret. */
#include <string.h>

#include "move/parts.h"

#define BATCH_ROWS  500
#define BATCH_BYTES ((size_t)4 << 20)

/* One row, valid during the call. */
typedef weft_code row_function(void *ctx, const weft_value *values, weft_error *error);

static weft_code read_statement(const weft_model *model,
                                const weft_dialect *dialect,
                                weft_arena *scratch,
                                weft_statement *ret_statement,
                                weft_error *error)
{
    const weft_str no_alias = {NULL, 0};
    weft_sql_output *outputs = WEFT_ARENA_ARRAY(scratch, weft_sql_output, model->field_count);
    for (size_t i = 0; outputs && i < model->field_count; i++) {
        outputs[i].expr = weft_sql_field(scratch, no_alias, &model->fields[i]);
        outputs[i].kind = weft_type_value_kind(model->fields[i].type);
        outputs = outputs[i].expr ? outputs : NULL;
    }
    if (!outputs) {
        return weft_fail_arena(error, scratch);
    }
    const weft_sql_select select = {.outputs = outputs, .output_count = model->field_count, .table = model->table};
    WEFT_TRY(weft_sql_render_select(&select, dialect, scratch, ret_statement, error));
    ret_statement->is_incremental = true;
    return WEFT_OK;
}

static weft_code each_row(weft_rows *rows, row_function *meet, void *ctx, weft_error *error)
{
    const weft_value *values = NULL;
    WEFT_TRY(weft_rows_next(rows, &values, error));
    while (values) {
        WEFT_TRY(meet(ctx, values, error));
        WEFT_TRY(weft_rows_next(rows, &values, error));
    }
    return WEFT_OK;
}

static weft_code read_rows(weft_connection *connection,
                           const weft_model *model,
                           weft_arena *scratch,
                           row_function *meet,
                           void *ctx,
                           weft_error *error)
{
    weft_statement statement = {0};
    weft_rows *rows = NULL;
    const weft_dialect *dialect = weft_connection_dialect(connection);
    WEFT_TRY(read_statement(model, dialect, scratch, &statement, error));
    WEFT_TRY(weft_connection_run(connection, &statement, 1, &rows, error));
    const weft_code code = each_row(rows, meet, ctx, error);
    weft_rows_close(rows);
    return code;
}

/* Adding up. */
typedef struct adding {
    const weft_model *model;
    weft_buf buf; /* one row */
    weft_move_sum sum;
} adding;

static weft_code add_row(void *ctx, const weft_value *values, weft_error *error)
{
    adding *self = ctx;
    self->buf.len = 0;
    for (size_t i = 0; i < self->model->field_count; i++) {
        weft_json_add_value(&self->buf, &values[i]);
        weft_buf_add_char(&self->buf, ',');
    }
    const uint64_t first = weft_str_hash(weft_buf_str(&self->buf));
    weft_buf_add_text(&self->buf, "weft");
    self->sum.rows++;
    self->sum.first += first;
    self->sum.second += weft_str_hash(weft_buf_str(&self->buf)) ^ (first >> 7);
    return self->buf.failed ? weft_fail_no_memory(error) : WEFT_OK;
}

weft_code weft_move_sum_table(weft_connection *connection,
                              const weft_model *model,
                              weft_arena *scratch,
                              weft_move_sum *ret_sum,
                              weft_error *error)
{
    adding self = {.model = model};
    weft_buf_init(&self.buf, scratch->allocator);
    const weft_code code = read_rows(connection, model, scratch, add_row, &self, error);
    weft_buf_done(&self.buf);
    if (code == WEFT_OK) {
        *ret_sum = self.sum;
    }
    return code;
}

static bool is_same_sum(const weft_move_sum *a, const weft_move_sum *b)
{
    return a->rows == b->rows && a->first == b->first && a->second == b->second;
}

static const weft_move_sum *find_sum(const weft_move_tables *recorded, weft_str name)
{
    for (size_t i = 0; i < recorded->count; i++) {
        if (weft_str_equal(recorded->names[i], name)) {
            return &recorded->sums[i];
        }
    }
    return NULL;
}

weft_code weft_move_sums_check(const weft_move *move,
                               const weft_move_end *end,
                               const weft_move_tables *tables,
                               const weft_move_tables *recorded,
                               weft_error *error)
{
    for (size_t i = 0; i < tables->count; i++) {
        weft_move_sum sum = {0};
        const weft_move_sum *wanted = find_sum(recorded, tables->names[i]);
        WEFT_TRY(weft_move_sum_table(end->connection, tables->models[i], move->scratch, &sum, error));
        if (!wanted || !is_same_sum(&sum, wanted)) {
            weft_fail(error,
                      WEFT_REFUSED_UNSAFE,
                      "table \"%.*s\" of store \"%.*s\" was written to after a move was cut off",
                      WEFT_STR_ARG(tables->names[i]),
                      WEFT_STR_ARG(end->store->name));
            weft_error_set_detail(error, "Its rows are not those that were copied; nothing was changed.");
            weft_error_set_hint(error, "Bring its rows to the other store, or drop one of the tables, by hand.");
            return WEFT_REFUSED_UNSAFE;
        }
    }
    return WEFT_OK;
}

/* Copying. */
typedef struct copying {
    const weft_move *move;
    const weft_model *model;
    weft_connection *target;
    weft_value **columns; /* by field, BATCH_ROWS of them */
    size_t row_count;
    weft_arena batch; /* what the rows hold */
    adding added;
    weft_statement statement;
    weft_bulk bulk;
    uint64_t done; /* rows, of all tables */
} copying;

static weft_code write_statement(copying *self, weft_error *error)
{
    weft_arena *scratch = self->move->scratch;
    const size_t count = self->model->field_count;
    weft_sql_assignment *columns = WEFT_ARENA_ARRAY(scratch, weft_sql_assignment, count);
    weft_value_kind *kinds = WEFT_ARENA_ARRAY(scratch, weft_value_kind, count);
    self->columns = WEFT_ARENA_ARRAY(scratch, weft_value *, count);
    bool failed = !columns || !kinds || !self->columns;
    for (size_t i = 0; !failed && i < count; i++) {
        const weft_field *field = &self->model->fields[i];
        kinds[i] = weft_type_value_kind(field->type);
        self->columns[i] = WEFT_ARENA_ARRAY(scratch, weft_value, BATCH_ROWS);
        columns[i] = (weft_sql_assignment){field->column, weft_sql_bulk(scratch, i, kinds[i])};
        failed = !self->columns[i] || !columns[i].expr;
    }
    if (failed) {
        return weft_fail_arena(error, scratch);
    }
    const weft_sql_insert insert = {.table = self->model->table, .columns = columns, .column_count = count};
    self->bulk = (weft_bulk){(const weft_value *const *)self->columns, kinds, count, 1};
    return weft_sql_render_insert(
        &insert, &self->bulk, weft_connection_dialect(self->target), scratch, &self->statement, error);
}

static void tell_progress(const copying *self)
{
    const weft_observer *observer = &self->move->observer;
    if (observer->notify) {
        const weft_event event = {.kind = WEFT_EVENT_PROGRESS, .done = self->done};
        observer->notify(observer->ctx, &event);
    }
}

static weft_code flush(copying *self, weft_error *error)
{
    if (self->row_count == 0) {
        return WEFT_OK;
    }
    self->bulk.row_count = self->row_count;
    self->statement.bulk = &self->bulk;
    WEFT_TRY(weft_connection_execute(self->target, &self->statement, NULL, error));
    self->done += self->row_count;
    self->row_count = 0;
    weft_arena_reset(&self->batch);
    tell_progress(self);
    return WEFT_OK;
}

static weft_code take_row(void *ctx, const weft_value *values, weft_error *error)
{
    copying *self = ctx;
    WEFT_TRY(add_row(&self->added, values, error));
    for (size_t i = 0; i < self->model->field_count; i++) {
        if (!weft_value_copy(&self->batch, values[i], &self->columns[i][self->row_count])) {
            return weft_fail_arena(error, &self->batch);
        }
    }
    self->row_count++;
    return self->row_count == BATCH_ROWS || self->batch.bytes_used > BATCH_BYTES ? flush(self, error) : WEFT_OK;
}

/* A column that counts by itself goes on where it was. */
static weft_code set_counter(const copying *self, weft_connection *source, const weft_field *field, weft_error *error)
{
    weft_maker maker = {.keep = self->move->scratch};
    const weft_str table = self->model->table;
    const weft_str quoted = weft_ddl_format(&maker, "%N", &table);
    const weft_str sequence = weft_ddl_format(&maker, "pg_get_serial_sequence(%L, %L)", &quoted, &field->column);
    const bool counts = weft_connection_dialect(source)->has_sequences;
    const weft_str next =
        counts ? weft_ddl_format(
                     &maker, "SELECT greatest(nextval(%T), max(%N) + 1) FROM %N", &sequence, &field->column, &table)
               : weft_ddl_format(&maker, "SELECT coalesce(max(%N), 0) + 1 FROM %N", &field->column, &table);
    const weft_value_kind kind = WEFT_VALUE_INTEGER;
    const weft_value *values = NULL;
    size_t count = 0;
    weft_statement statement = {.sql = next, .columns = &kind, .column_count = 1, .is_once = true};
    WEFT_TRY(weft_maker_check(&maker, error));
    WEFT_TRY(weft_connection_collect(source, &statement, maker.keep, &values, &count, error));
    if (count == 0 || values[0].kind == WEFT_VALUE_NULL) {
        return WEFT_OK;
    }
    const long long highest = (long long)values[0].as.integer - 1;
    statement.sql = weft_maker_text(&maker,
                                    "SELECT setval(%.*s, %lld, %s)",
                                    WEFT_STR_ARG(sequence),
                                    highest > 0 ? highest : 1,
                                    highest > 0 ? "true" : "false");
    WEFT_TRY(weft_maker_check(&maker, error));
    return weft_connection_collect(self->target, &statement, maker.keep, &values, &count, error);
}

static weft_code set_counters(const copying *self, weft_connection *source, weft_error *error)
{
    const bool has_counters = weft_connection_dialect(self->target)->has_sequences;
    for (size_t i = 0; has_counters && i < self->model->field_count; i++) {
        if (self->model->fields[i].type == WEFT_TYPE_AUTOINCREMENT) {
            WEFT_TRY(set_counter(self, source, &self->model->fields[i], error));
        }
    }
    return WEFT_OK;
}

static weft_code compare(const copying *self, weft_error *error)
{
    weft_move_sum sum = {0};
    WEFT_TRY(weft_move_sum_table(self->target, self->model, self->move->scratch, &sum, error));
    if (!is_same_sum(&sum, &self->added.sum)) {
        weft_fail(error,
                  WEFT_DRIFTED,
                  "the copy of table \"%.*s\" is not what was read: %llu rows of %llu",
                  WEFT_STR_ARG(self->model->table),
                  (unsigned long long)sum.rows,
                  (unsigned long long)self->added.sum.rows);
        weft_error_set_hint(error, "Nothing was changed.");
        return WEFT_DRIFTED;
    }
    return WEFT_OK;
}

static weft_code copy_rows(copying *self, weft_connection *source, weft_error *error)
{
    WEFT_TRY(read_rows(source, self->model, self->move->scratch, take_row, self, error));
    WEFT_TRY(flush(self, error));
    WEFT_TRY(set_counters(self, source, error));
    return compare(self, error);
}

static weft_code copy_table(copying *self, weft_connection *source, weft_move_sum *ret_sum, weft_error *error)
{
    self->row_count = 0;
    self->added = (adding){.model = self->model};
    WEFT_TRY(write_statement(self, error));
    weft_arena_init(&self->batch, self->move->scratch->allocator, 0);
    weft_buf_init(&self->added.buf, self->move->scratch->allocator);
    const weft_code code = copy_rows(self, source, error);
    weft_buf_done(&self->added.buf);
    weft_arena_done(&self->batch);
    if (code == WEFT_OK) {
        *ret_sum = self->added.sum;
    }
    return code;
}

static weft_code run_all(const copying *self, const weft_statements *statements, size_t from, weft_error *error)
{
    for (size_t i = from; i < statements->count; i++) {
        WEFT_TRY(weft_migration_execute(self->target, statements->items[i], error));
    }
    return WEFT_OK;
}

/* The table itself and its rows, then what would only slow down writing them. */
static weft_code make_table(copying *self,
                            const weft_move_end *source,
                            weft_journal *journal,
                            weft_statements *late,
                            weft_move_sum *ret_sum,
                            weft_error *error)
{
    weft_maker maker = {.keep = self->move->scratch};
    const weft_dialect *dialect = weft_connection_dialect(self->target);
    weft_wanted_table table;
    weft_statements statements = {0};
    weft_wanted_table_make(&maker, self->move->catalog, self->model, dialect, &table);
    for (size_t i = 0; dialect->has_alter_column && i < table.foreign_key_count; i++) {
        const weft_str key = weft_ddl_foreign_key(&maker, &table.foreign_keys[i]);
        weft_ddl_push(&maker, late, weft_ddl_format(&maker, "ALTER TABLE %N ADD %T", &table.name, &key));
    }
    table.foreign_key_count = dialect->has_alter_column ? 0 : table.foreign_key_count;
    weft_ddl_create(&maker, &table, &statements);
    WEFT_TRY(weft_maker_check(&maker, error));
    WEFT_TRY(weft_migration_execute(self->target, statements.items[0], error));
    WEFT_TRY(copy_table(self, source->connection, ret_sum, error));
    WEFT_TRY(run_all(self, &statements, 1, error));
    const weft_journal_entry entry = {.store = self->move->target,
                                      .action = WEFT_STR("create"),
                                      .table = table.name,
                                      .summary = WEFT_STR("moved here with its module"),
                                      .statements = statements.items,
                                      .statement_count = statements.count};
    return weft_journal_add(journal, &entry, self->move->scratch, error);
}

weft_code weft_move_copy(const weft_move *move,
                         const weft_move_end *source,
                         const weft_move_end *target,
                         weft_move_tables *tables,
                         weft_journal *journal,
                         weft_error *error)
{
    copying self = {.move = move, .target = target->connection};
    weft_statements late = {0};
    for (size_t i = 0; i < tables->count; i++) {
        self.model = tables->models[i];
        const weft_code code = make_table(&self, source, journal, &late, &tables->sums[i], error);
        if (code != WEFT_OK) {
            weft_error_wrap(error, "while copying table \"%.*s\"", WEFT_STR_ARG(tables->names[i]));
            return code;
        }
    }
    return run_all(&self, &late, 0, error);
}
