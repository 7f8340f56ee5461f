/* Statements on weft_outbox. Fails as the store does. */
#include "cascade/outbox.h"

#include "base/value.h"
#include "cascade/journal_sql.h"

enum { AT_ID, AT_TABLE, AT_KEY, AT_NOTED_AT, AT_TRIES, AT_REASON, AT_TRIED_AT, AT_COUNT };

#define FIELD(at, text, kind)                                                                                          \
    [at] = {.name = {(text), sizeof(text) - 1}, .column = {(text), sizeof(text) - 1}, .type = (kind), .index = (at)}

static const weft_field fields[AT_COUNT] = {
    FIELD(AT_ID, "id", WEFT_TYPE_NUMBER),
    FIELD(AT_TABLE, "table_name", WEFT_TYPE_TEXT),
    FIELD(AT_KEY, "row_key", WEFT_TYPE_TEXT),
    FIELD(AT_NOTED_AT, "noted_at", WEFT_TYPE_DATE_TIME),
    FIELD(AT_TRIES, "tries", WEFT_TYPE_NUMBER),
    FIELD(AT_REASON, "reason", WEFT_TYPE_TEXT),
    FIELD(AT_TRIED_AT, "tried_at", WEFT_TYPE_DATE_TIME),
};

#define OUTBOX WEFT_STR(WEFT_OUTBOX_TABLE)

weft_code weft_outbox_is_there(weft_connection *connection, weft_arena *scratch, bool *ret_is_there, weft_error *error)
{
    static const weft_value_kind kind = WEFT_VALUE_INTEGER;
    const weft_param name = {.type = WEFT_VALUE_TEXT, .value = weft_value_from_text(OUTBOX)};
    const weft_statement statement = {.sql = weft_str_from(weft_connection_dialect(connection)->has_table_sql),
                                      .params = &name,
                                      .param_count = 1,
                                      .columns = &kind,
                                      .column_count = 1};
    const weft_value *values = NULL;
    size_t count = 0;
    WEFT_TRY(weft_connection_collect(connection, &statement, scratch, &values, &count, error));
    *ret_is_there = count == 1 && values[0].as.integer > 0;
    return WEFT_OK;
}

static const weft_sql_expr *id_expr(weft_arena *keep)
{
    return weft_sql_field(keep, (weft_str){0}, &fields[AT_ID]);
}

weft_code weft_outbox_read(weft_connection *connection,
                           int64_t after,
                           size_t count_max,
                           weft_arena *keep,
                           weft_notes *ret_notes,
                           weft_error *error)
{
    const weft_field *wanted[] = {
        &fields[AT_ID], &fields[AT_TABLE], &fields[AT_KEY], &fields[AT_NOTED_AT], &fields[AT_TRIES]};
    const size_t width = WEFT_COUNT_OF(wanted);
    const weft_value start = {.kind = WEFT_VALUE_INTEGER, .as.integer = after};
    const weft_sql_order order = {id_expr(keep), false};
    const weft_sql_select select = {
        .outputs = weft_cascade_outputs(wanted, width, keep),
        .output_count = width,
        .table = OUTBOX,
        .where = weft_sql_binary(keep, WEFT_SQL_GT, id_expr(keep), weft_sql_value(keep, start, WEFT_VALUE_INTEGER)),
        .order = &order,
        .order_count = order.expr ? 1 : 0,
        .has_limit = true,
        .limit = count_max,
    };
    const weft_value *values = NULL;
    size_t count = 0;
    WEFT_TRY(weft_journal_select(connection, &select, keep, &values, &count, error));
    for (size_t i = 0; i < count; i++) {
        const weft_value *row = values + i * width;
        const weft_note note = {.id = row[0].as.integer,
                                .table = row[1].as.text,
                                .key = row[2].as.text,
                                .noted_at = row[3].kind == WEFT_VALUE_TIME ? row[3].as.time_us : 0,
                                .tries = row[4].as.integer};
        if (!weft_vec_push(keep, ret_notes, note)) {
            return weft_fail_arena(error, keep);
        }
    }
    return WEFT_OK;
}

/* `id` is one of theirs; NULL when out of memory. */
static const weft_sql_expr *has_id_of(const weft_note *notes, size_t count, weft_arena *keep)
{
    weft_value *ids = WEFT_ARENA_ARRAY(keep, weft_value, count);
    for (size_t i = 0; ids && i < count; i++) {
        ids[i] = (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = notes[i].id};
    }
    return ids ? weft_sql_binary(
                     keep, WEFT_SQL_IN_LIST, id_expr(keep), weft_sql_list(keep, ids, count, WEFT_VALUE_INTEGER))
               : NULL;
}

static void tick(const weft_note *notes, size_t count, int64_t id, bool *claimed)
{
    for (size_t i = 0; i < count; i++) {
        claimed[i] = claimed[i] || notes[i].id == id;
    }
}

weft_code weft_outbox_claim(weft_connection *connection,
                            const weft_note *notes,
                            size_t count,
                            weft_arena *keep,
                            bool **ret_claimed,
                            weft_error *error)
{
    const weft_field *const id = &fields[AT_ID];
    const weft_sql_order order = {id_expr(keep), false};
    const weft_sql_select select = {.outputs = weft_cascade_outputs(&id, 1, keep),
                                    .output_count = 1,
                                    .table = OUTBOX,
                                    .where = has_id_of(notes, count, keep),
                                    .order = &order,
                                    .order_count = order.expr ? 1 : 0,
                                    .lock_update = true,
                                    .lock_skip = true};
    bool *claimed = WEFT_ARENA_ARRAY(keep, bool, count);
    const weft_value *values = NULL;
    size_t found = 0;
    if (!claimed) {
        return weft_fail_arena(error, keep);
    }
    WEFT_TRY(weft_journal_select(connection, &select, keep, &values, &found, error));
    for (size_t i = 0; i < found; i++) {
        tick(notes, count, values[i].as.integer, claimed);
    }
    *ret_claimed = claimed;
    return WEFT_OK;
}

static weft_code remove_where(weft_connection *connection,
                              const weft_sql_expr *where,
                              weft_arena *scratch,
                              weft_error *error)
{
    const weft_sql_delete del = {.table = OUTBOX, .where = where};
    weft_statement statement = {0};
    if (!where) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(weft_sql_render_delete(&del, NULL, weft_connection_dialect(connection), scratch, &statement, error));
    return weft_connection_execute(connection, &statement, NULL, error);
}

weft_code weft_outbox_remove(
    weft_connection *connection, const weft_note *notes, size_t count, weft_arena *scratch, weft_error *error)
{
    return remove_where(connection, has_id_of(notes, count, scratch), scratch, error);
}

weft_code weft_outbox_refuse(weft_connection *connection,
                             const weft_note *note,
                             weft_str reason,
                             int64_t at_us,
                             weft_arena *scratch,
                             bool *ret_is_there,
                             weft_error *error)
{
    const weft_value tries = {.kind = WEFT_VALUE_INTEGER, .as.integer = note->tries + 1};
    const weft_sql_assignment assignments[] = {
        {fields[AT_REASON].column, weft_sql_value(scratch, weft_value_from_text(reason), WEFT_VALUE_TEXT)},
        {fields[AT_TRIES].column, weft_sql_value(scratch, tries, WEFT_VALUE_INTEGER)},
        {fields[AT_TRIED_AT].column, weft_sql_value(scratch, weft_value_from_time(at_us), WEFT_VALUE_TIME)},
    };
    const weft_sql_update update = {.table = OUTBOX,
                                    .assignments = assignments,
                                    .assignment_count = WEFT_COUNT_OF(assignments),
                                    .where = has_id_of(note, 1, scratch)};
    weft_statement statement = {0};
    if (!assignments[0].expr || !assignments[1].expr || !assignments[2].expr || !update.where) {
        return weft_fail_arena(error, scratch);
    }
    WEFT_TRY(weft_sql_render_update(&update, NULL, weft_connection_dialect(connection), scratch, &statement, error));
    uint64_t changed = 0;
    WEFT_TRY(weft_connection_execute(connection, &statement, &changed, error));
    *ret_is_there = changed > 0;
    return WEFT_OK;
}

weft_code weft_outbox_count(weft_connection *connection, weft_arena *scratch, uint64_t *ret_count, weft_error *error)
{
    const weft_sql_output output = {weft_sql_leaf(scratch, WEFT_SQL_COUNT_ALL), WEFT_VALUE_INTEGER};
    const weft_sql_select select = {.outputs = output.expr ? &output : NULL,
                                    .output_count = 1,
                                    .table = OUTBOX,
                                    .where = weft_sql_leaf(scratch, WEFT_SQL_TRUE)};
    const weft_value *values = NULL;
    size_t count = 0;
    WEFT_TRY(weft_journal_select(connection, &select, scratch, &values, &count, error));
    *ret_count = count == 1 ? (uint64_t)values[0].as.integer : 0;
    return WEFT_OK;
}

/* The notes of rows of one table. */
static weft_code forget_table(
    const weft_cascade_part *part, weft_str table, const weft_value *keys, size_t count, weft_error *error)
{
    weft_arena *scratch = part->scratch;
    const weft_sql_expr *is_row = weft_sql_binary(scratch,
                                                  WEFT_SQL_IN_LIST,
                                                  weft_sql_field(scratch, (weft_str){0}, &fields[AT_KEY]),
                                                  weft_sql_list(scratch, keys, count, WEFT_VALUE_TEXT));
    const weft_sql_expr *is_table = weft_journal_equals(scratch, &fields[AT_TABLE], table);
    return remove_where(part->connection, weft_sql_binary(scratch, WEFT_SQL_AND, is_table, is_row), scratch, error);
}

static weft_code forget_model(const weft_cascade_part *part,
                              const weft_model *model,
                              const weft_deletion_rows *rows,
                              bool *is_there,
                              weft_error *error)
{
    weft_value *keys = WEFT_ARENA_ARRAY(part->scratch, weft_value, rows->count);
    size_t count = 0;
    if (!keys) {
        return weft_fail_arena(error, part->scratch);
    }
    for (size_t i = 0; i < rows->count; i++) {
        const weft_deletion_row *row = &rows->items[i];
        if (row->change != WEFT_CASCADE_CLEAR && weft_str_equal(row->table, model->table)) {
            keys[count++] = weft_value_from_text(row->key_text);
        }
    }
    if (count > 0 && !*is_there) {
        WEFT_TRY(weft_outbox_is_there(part->connection, part->scratch, is_there, error));
    }
    return count > 0 && *is_there ? forget_table(part, model->table, keys, count, error) : WEFT_OK;
}

weft_code weft_outbox_forget_rows(const weft_cascade_part *part,
                                  const weft_catalog *catalog,
                                  const weft_deletion_rows *rows,
                                  weft_error *error)
{
    bool is_there = false;
    for (size_t i = 0; i < catalog->model_count; i++) {
        const weft_model *model = catalog->models[i];
        if (model->is_guarded && model->store == part->deletion->store) {
            WEFT_TRY(forget_model(part, model, rows, &is_there, error));
        }
    }
    return WEFT_OK;
}
