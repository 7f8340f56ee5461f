/* Foreign keys that point at removed rows become null, as the database itself would do, and what they were is written
 * down. Fails as the store does. */
#include "cascade/application.h"

/* The clears of one field. */
typedef struct clearing {
    const weft_field *field;
    const weft_value **keys;
    weft_value *before;
    size_t count;
    weft_map by_key; /* key_text → weft_cascade_clear */
} clearing;

static weft_code gather_clears(weft_cascade_application *a,
                               const weft_cascade_table *table,
                               clearing *c,
                               weft_error *error)
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
static weft_code clear_statement(weft_cascade_application *a,
                                 const clearing *c,
                                 weft_statement *ret_statement,
                                 weft_error *error)
{
    const weft_model *model = c->field->model;
    weft_arena *scratch = a->part->scratch;
    const weft_value_kind kind = weft_type_value_kind(c->field->type);
    weft_cascade_keys by = {0};
    WEFT_TRY(weft_cascade_keys_make_bulk(model, c->keys, c->count, 1, scratch, &by, error));
    by.columns[model->key_count] = c->before;
    by.kinds[model->key_count] = kind;
    const weft_sql_expr *is_same = weft_sql_binary(scratch,
                                                   WEFT_SQL_EQ,
                                                   weft_sql_field(scratch, (weft_str){0}, c->field),
                                                   weft_sql_bulk(scratch, model->key_count, kind));
    const weft_sql_assignment assignment = {c->field->column, weft_sql_leaf(scratch, WEFT_SQL_NULL)};
    const weft_sql_update update = {.table = model->table,
                                    .assignments = &assignment,
                                    .assignment_count = 1,
                                    .where = weft_sql_binary(scratch, WEFT_SQL_AND, by.condition, is_same),
                                    .returning = weft_cascade_outputs(model->keys, model->key_count, scratch),
                                    .returning_count = model->key_count};
    if (!assignment.expr || !update.where || !update.returning) {
        return weft_fail_arena(error, scratch);
    }
    return weft_sql_render_update(
        &update, &by.bulk, weft_connection_dialect(a->part->connection), scratch, ret_statement, error);
}

weft_code weft_cascade_clear_field(weft_cascade_application *a,
                                   const weft_cascade_table *table,
                                   const weft_field *field,
                                   weft_error *error)
{
    clearing c = {.field = field};
    weft_cascade_answers answers = {.model = table->model, .width = table->model->key_count};
    WEFT_TRY(gather_clears(a, table, &c, error));
    if (c.count == 0) {
        return WEFT_OK;
    }
    const size_t noted = a->rows.count;
    WEFT_TRY(clear_statement(a, &c, &answers.statement, error));
    answers.wanted = c.count;
    WEFT_TRY(weft_cascade_note_answers(a, &answers, error));
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
