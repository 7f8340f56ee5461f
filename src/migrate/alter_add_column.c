/* A column that is added, with the checks, the key and the indexes that wait for it: they are one action, so that none
 * of them runs when the column is refused. */
#include "migrate/alter.h"

static const char *const missing_value_reason =
    "existing rows would have no value for it; give the field a default, or make it nullable";

static const char *const clashing_default_reason =
    "the column is unique, and its default would give every row the same value; add it without a default";

/* SQLite adds a column with a computed default only while the table is empty: then it is rebuilt. */
static bool can_add_plainly(const weft_wanted_column *column)
{
    return column->default_sql.len == 0 || column->default_sql.data[0] != '(';
}

static bool waits_for(bool is_waiting, weft_str waited, const weft_wanted_column *column)
{
    return is_waiting && weft_str_equal(waited, column->name);
}

/* The column with the checks and the key that wait for it. */
static weft_str added_definition(const weft_alteration *alteration, const weft_wanted_column *column)
{
    weft_maker *maker = alteration->maker;
    const weft_wanted_table *table = alteration->table;
    weft_str waited = {NULL, 0};
    weft_str definition = weft_ddl_column(maker, column);
    for (size_t i = 0; i < table->check_count; i++) {
        if (waits_for(weft_check_waits(alteration, &table->checks[i], &waited), waited, column)) {
            const weft_str check = weft_ddl_check(maker, &table->checks[i]);
            definition = weft_ddl_format(maker, "%T %T", &definition, &check);
        }
    }
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        const weft_wanted_foreign_key *key = &table->foreign_keys[i];
        if (waits_for(weft_foreign_key_waits(alteration, key, &waited), waited, column)) {
            definition = weft_ddl_format(maker,
                                         "%T CONSTRAINT %N REFERENCES %N (%N) %T",
                                         &definition,
                                         &key->name,
                                         &key->target->table,
                                         &key->target_column,
                                         &key->actions);
        }
    }
    return definition;
}

static void push_waiting(const weft_alteration *alteration,
                         const weft_wanted_column *column,
                         weft_statements *statements)
{
    const weft_wanted_table *table = alteration->table;
    weft_str waited = {NULL, 0};
    for (size_t i = 0; i < table->check_count; i++) {
        if (waits_for(weft_check_waits(alteration, &table->checks[i], &waited), waited, column)) {
            weft_ddl_comment_check(alteration->maker, table, &table->checks[i], statements);
        }
    }
    for (size_t i = 0; i < table->index_count; i++) {
        const weft_wanted_index *index = &table->indexes[i];
        const bool is_wanted = !alteration->is_adopted || index->is_cardinality;
        if (is_wanted && waits_for(weft_index_waits(alteration, index, &waited), waited, column)) {
            weft_ddl_create_index(alteration->maker, table, index, statements);
        }
    }
}

/* One value for every row, and an index that wants them different. */
static bool default_clashes(const weft_alteration *alteration, const weft_wanted_column *column)
{
    weft_str waited = {NULL, 0};
    for (size_t i = 0; i < alteration->table->index_count; i++) {
        const weft_wanted_index *index = &alteration->table->indexes[i];
        if (index->is_unique && index->column_count == 1 && column->default_sql.len &&
            waits_for(weft_index_waits(alteration, index, &waited), waited, column)) {
            return true;
        }
    }
    return false;
}

static weft_action add_column_action(const weft_alteration *alteration, const weft_wanted_column *column)
{
    weft_maker *maker = alteration->maker;
    const bool has_clash = default_clashes(alteration, column);
    const bool is_counter =
        column->field->type == WEFT_TYPE_AUTOINCREMENT && alteration->comparison->dialect->has_sequences;
    weft_action action = {.summary = weft_maker_text(maker, "add column %.*s", WEFT_STR_ARG(column->name)),
                          .is_safe = !has_clash && (column->is_nullable || column->default_sql.len > 0 || is_counter)};
    if (!action.is_safe) {
        action.is_refused = action.is_safe_without_rows = true;
        action.reason = weft_str_from(has_clash ? clashing_default_reason : missing_value_reason);
        const weft_str rows = weft_alteration_rows(alteration);
        action.count_sql = weft_ddl_format(maker, "SELECT count(*) FROM %T", &rows);
    }
    return action;
}

void weft_alter_add_column(weft_alteration *alteration, const weft_wanted_column *column)
{
    const weft_str definition = added_definition(alteration, column);
    weft_statements statements = {0};
    weft_edits edits = {0};
    weft_ddl_push(
        alteration->maker,
        &statements,
        weft_ddl_format(alteration->maker, "ALTER TABLE %N ADD COLUMN %T", &alteration->table->name, &definition));
    push_waiting(alteration, column, &statements);
    if (!can_add_plainly(column)) {
        const weft_edit added = {.kind = WEFT_EDIT_ADD_COLUMN, .name = column->name, .text = definition};
        weft_maker_push(alteration->maker, &edits, added);
        for (size_t i = 1; i < statements.count; i++) {
            const weft_edit waiting = {.kind = WEFT_EDIT_RUN_BEHIND, .text = statements.items[i]};
            weft_maker_push(alteration->maker, &edits, waiting);
        }
    }
    weft_action action = add_column_action(alteration, column);
    weft_alteration_undo_to_present(alteration, &action);
    weft_alteration_add(alteration, action, &statements, edits.items, edits.count);
}
