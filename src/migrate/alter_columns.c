/* Columns of a table that is there: missing, different, no longer defined. */
#include "migrate/alter.h"
#include "migrate/same.h"

static const char *const missing_value_reason =
    "existing rows would have no value for it; give the field a default, or make it nullable";

static const char *const clashing_default_reason =
    "the column is unique, and its default would give every row the same value; add it without a default";

static weft_str table_name(const weft_alteration *alteration)
{
    return alteration->table->name;
}

static weft_statements one_statement(const weft_alteration *alteration, const char *format, weft_str a, weft_str b)
{
    weft_statements statements = {0};
    const weft_str table = table_name(alteration);
    weft_ddl_push(alteration->maker, &statements, weft_ddl_format(alteration->maker, format, &table, &a, &b));
    return statements;
}

/* SQLite adds a column with a computed default only while the table is empty: then it is rebuilt. */
static bool can_add_plainly(const weft_wanted_column *column)
{
    return column->default_sql.len == 0 || column->default_sql.data[0] != '(';
}

static bool waits_for(weft_wait wait, weft_str waited, const weft_wanted_column *column)
{
    return wait == WEFT_WAIT_ADD && weft_str_equal(waited, column->name);
}

/* The column with the checks and the key that wait for it. */
static weft_str added_definition(const weft_alteration *alteration, const weft_wanted_column *column)
{
    weft_maker *maker = alteration->maker;
    const weft_wanted_table *table = alteration->table;
    weft_str waited = {NULL, 0};
    weft_str definition = weft_ddl_column(maker, column);
    for (size_t i = 0; i < table->check_count; i++) {
        if (waits_for(weft_wait_of_check(alteration, &table->checks[i], &waited), waited, column)) {
            const weft_str check = weft_ddl_check(maker, &table->checks[i]);
            definition = weft_ddl_format(maker, "%T %T", &definition, &check);
        }
    }
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        const weft_wanted_foreign_key *key = &table->foreign_keys[i];
        if (waits_for(weft_wait_of_foreign_key(alteration, key, &waited), waited, column)) {
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
        if (waits_for(weft_wait_of_check(alteration, &table->checks[i], &waited), waited, column)) {
            weft_ddl_comment_check(alteration->maker, table, &table->checks[i], statements);
        }
    }
    for (size_t i = 0; i < table->index_count; i++) {
        const weft_wanted_index *index = &table->indexes[i];
        const bool is_wanted = !alteration->is_adopted || index->is_cardinality;
        if (is_wanted && waits_for(weft_wait_of_index(alteration, index, &waited), waited, column)) {
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
            waits_for(weft_wait_of_index(alteration, index, &waited), waited, column)) {
            return true;
        }
    }
    return false;
}

static weft_action add_column_action(const weft_alteration *alteration, const weft_wanted_column *column)
{
    weft_maker *maker = alteration->maker;
    const weft_str table = table_name(alteration);
    const bool has_clash = default_clashes(alteration, column);
    const bool is_counter =
        column->field->type == WEFT_TYPE_AUTOINCREMENT && alteration->comparison->dialect->has_sequences;
    weft_action action = {.summary = weft_maker_text(maker, "add column %.*s", WEFT_STR_ARG(column->name)),
                          .is_safe = !has_clash && (column->is_nullable || column->default_sql.len > 0 || is_counter)};
    if (!action.is_safe) {
        action.is_refused = action.is_safe_without_rows = true;
        action.reason = weft_str_from(has_clash ? clashing_default_reason : missing_value_reason);
        action.count_sql = weft_ddl_format(maker, "SELECT count(*) FROM %N", &table);
    }
    return action;
}

static void add_column(weft_alteration *alteration, const weft_wanted_column *column)
{
    const weft_str definition = added_definition(alteration, column);
    weft_statements statements = one_statement(alteration, "ALTER TABLE %N ADD COLUMN %T", definition, definition);
    push_waiting(alteration, column, &statements);
    const weft_edit edit = {.kind = WEFT_EDIT_ADD_COLUMN, .name = column->name, .text = definition};
    weft_alteration_add(
        alteration, add_column_action(alteration, column), &statements, can_add_plainly(column) ? NULL : &edit);
}

static void rename_column(weft_alteration *alteration, const weft_wanted_column *column)
{
    const weft_str from = column->field->renamed_from;
    const weft_action action = {
        .kind = WEFT_ACTION_RENAME,
        .summary = weft_maker_text(
            alteration->maker, "rename column %.*s to %.*s", WEFT_STR_ARG(from), WEFT_STR_ARG(column->name)),
        .is_safe = true};
    weft_statements statements = one_statement(alteration, "ALTER TABLE %N RENAME COLUMN %N TO %N", from, column->name);
    weft_alteration_add(alteration, action, &statements, NULL);
}

/* ALTER COLUMN knows the type of a counter only by what it counts with. */
static weft_str alterable_type(const weft_wanted_column *column)
{
    return weft_str_equal_text(column->type, "BIGSERIAL") ? WEFT_STR("BIGINT") : column->type;
}

static void change_type(weft_alteration *alteration,
                        const weft_wanted_column *column,
                        const weft_schema_column *present)
{
    weft_maker *maker = alteration->maker;
    const weft_str table = table_name(alteration);
    const weft_str type = alterable_type(column);
    const weft_str bare = weft_type_base(type);
    weft_statements statements = {0};
    const weft_action action = {
        .summary = weft_maker_text(maker,
                                   "change type of column %.*s from %.*s to %.*s",
                                   WEFT_STR_ARG(column->name),
                                   WEFT_STR_ARG(present->type),
                                   WEFT_STR_ARG(type)),
        .reason = WEFT_STR("every value is converted, and what cannot be is lost or stops the migration"),
        .count_sql = weft_ddl_format(maker, "SELECT count(*) FROM %N WHERE %N IS NOT NULL", &table, &column->name),
        .is_safe_without_rows = true,
    };
    if (present->default_sql.len) {
        weft_ddl_push(maker,
                      &statements,
                      weft_ddl_format(maker, "ALTER TABLE %N ALTER COLUMN %N DROP DEFAULT", &table, &column->name));
    }
    weft_ddl_push(maker,
                  &statements,
                  weft_ddl_format(maker,
                                  "ALTER TABLE %N ALTER COLUMN %N TYPE %T USING CAST(%N AS %T)",
                                  &table,
                                  &column->name,
                                  &type,
                                  &column->name,
                                  &bare));
    if (column->default_sql.len) {
        weft_ddl_push(
            maker,
            &statements,
            weft_ddl_format(
                maker, "ALTER TABLE %N ALTER COLUMN %N SET DEFAULT %T", &table, &column->name, &column->default_sql));
    }
    const weft_edit edit = {.kind = WEFT_EDIT_SET_TYPE, .name = column->name, .text = type};
    weft_alteration_add(alteration, action, &statements, &edit);
}

static void loosen(weft_alteration *alteration, weft_str name)
{
    const weft_action action = {
        .summary = weft_maker_text(alteration->maker, "let column %.*s be null", WEFT_STR_ARG(name)), .is_safe = true};
    weft_statements statements = one_statement(alteration, "ALTER TABLE %N ALTER COLUMN %N DROP NOT NULL", name, name);
    const weft_edit edit = {.kind = WEFT_EDIT_SET_NULLABLE, .name = name};
    weft_alteration_add(alteration, action, &statements, &edit);
}

static void tighten(weft_alteration *alteration, const weft_wanted_column *column)
{
    weft_maker *maker = alteration->maker;
    const weft_str table = table_name(alteration);
    const weft_str is_null = weft_ddl_format(maker, "%N IS NULL", &column->name);
    const weft_action action = {
        .summary = weft_maker_text(maker, "require a value in column %.*s", WEFT_STR_ARG(column->name)),
        .reason = WEFT_STR("rows have none; give them one first"),
        .count_sql = weft_ddl_format(maker, "SELECT count(*) FROM %N WHERE %T", &table, &is_null),
        .examples_sql = weft_alteration_example_keys(alteration, is_null),
        .is_refused = true,
        .is_safe_without_rows = true,
    };
    weft_statements statements =
        one_statement(alteration, "ALTER TABLE %N ALTER COLUMN %N SET NOT NULL", column->name, column->name);
    const weft_edit edit = {.kind = WEFT_EDIT_SET_NOT_NULL, .name = column->name};
    weft_alteration_add(alteration, action, &statements, &edit);
}

static void change_default(weft_alteration *alteration, const weft_wanted_column *column)
{
    const bool has_default = column->default_sql.len > 0;
    const weft_action action = {
        .summary = weft_maker_text(alteration->maker,
                                   has_default ? "change default of column %.*s" : "drop default of column %.*s",
                                   WEFT_STR_ARG(column->name)),
        .is_safe = true};
    weft_statements statements = one_statement(alteration,
                                               has_default ? "ALTER TABLE %N ALTER COLUMN %N SET DEFAULT %T"
                                                           : "ALTER TABLE %N ALTER COLUMN %N DROP DEFAULT",
                                               column->name,
                                               column->default_sql);
    const weft_edit edit = {.kind = WEFT_EDIT_SET_DEFAULT, .name = column->name, .text = column->default_sql};
    weft_alteration_add(alteration, action, &statements, &edit);
}

static void compare_column(weft_alteration *alteration,
                           const weft_wanted_column *column,
                           const weft_schema_column *present)
{
    const bool has_new_type = !weft_type_is_same(column->type, present->type);
    if (has_new_type) {
        change_type(alteration, column, present);
    }
    if (present->key_position == 0 && column->is_nullable && !present->is_nullable) {
        loosen(alteration, column->name);
    }
    if (present->key_position == 0 && !column->is_nullable && present->is_nullable) {
        tighten(alteration, column);
    }
    if (!has_new_type && !weft_default_is_same(alteration->maker, column, present->default_sql)) {
        change_default(alteration, column);
    }
}

static bool is_present(const weft_alteration *alteration, weft_str name)
{
    return name.len > 0 && weft_schema_find_column(alteration->present, name);
}

static const weft_wanted_column *find_wanted(const weft_wanted_table *table, weft_str name)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (weft_str_equal(table->columns[i].name, name) ||
            weft_str_equal(table->columns[i].field->renamed_from, name)) {
            return &table->columns[i];
        }
    }
    return NULL;
}

static void drop_column(weft_alteration *alteration, const weft_schema_column *column)
{
    weft_maker *maker = alteration->maker;
    const weft_str table = table_name(alteration);
    const weft_action action = {
        .summary = weft_maker_text(maker, "drop column %.*s", WEFT_STR_ARG(column->name)),
        .reason = WEFT_STR("no definition has this column any more, and dropping it loses its values"),
        .count_sql = weft_ddl_format(maker, "SELECT count(*) FROM %N WHERE %N IS NOT NULL", &table, &column->name),
    };
    weft_statements statements = one_statement(alteration, "ALTER TABLE %N DROP COLUMN %N", column->name, column->name);
    const weft_edit edit = {.kind = WEFT_EDIT_DROP_COLUMN, .name = column->name};
    weft_alteration_add(alteration, action, &statements, &edit);
}

/* Columns that weft made and nobody defines any more stay until dropping them is allowed; meanwhile they must not stand
 * in the way of new rows. Columns somebody else added are theirs. */
static void compare_extra_columns(weft_alteration *alteration)
{
    if (!weft_comparison_is_made(alteration->comparison, table_name(alteration))) {
        return;
    }
    for (size_t i = 0; i < alteration->present->column_count; i++) {
        const weft_schema_column *column = &alteration->present->columns[i];
        if (find_wanted(alteration->table, column->name)) {
            continue;
        }
        if (!column->is_nullable && column->default_sql.len == 0) {
            loosen(alteration, column->name);
        }
        drop_column(alteration, column);
    }
}

/* What an adopted table has is left as it is. */
void weft_alter_columns(weft_alteration *alteration)
{
    for (size_t i = 0; i < alteration->table->column_count; i++) {
        const weft_wanted_column *column = &alteration->table->columns[i];
        const weft_schema_column *present = weft_schema_find_column(alteration->present, column->name);
        if (!present && is_present(alteration, column->field->renamed_from)) {
            rename_column(alteration, column);
        } else if (!present) {
            add_column(alteration, column);
        } else if (!alteration->is_adopted) {
            compare_column(alteration, column, present);
        }
    }
    if (!alteration->is_adopted) {
        compare_extra_columns(alteration);
    }
}
