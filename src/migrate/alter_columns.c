/* Columns of a table that is there: missing, different, no longer defined. */
#include "migrate/alter.h"
#include "migrate/convert.h"
#include "migrate/same.h"

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

/* ALTER COLUMN knows the type of a counter only by what it counts with. */
static weft_str alterable_type(const weft_wanted_column *column)
{
    return weft_str_equal_text(column->type, "BIGSERIAL") ? WEFT_STR("BIGINT") : column->type;
}

/* Values that would break refuse it; else it is safe by rule, or for want of values, or it is asked for. */
static weft_action type_action(const weft_alteration *alteration,
                               const weft_wanted_column *column,
                               const weft_schema_column *present,
                               const weft_conversion *conversion)
{
    weft_maker *maker = alteration->maker;
    const weft_str rows = weft_alteration_rows(alteration);
    const weft_str type = alterable_type(column);
    weft_action action = {
        .summary = weft_maker_text(maker,
                                   "change type of column %.*s from %.*s to %.*s",
                                   WEFT_STR_ARG(column->name),
                                   WEFT_STR_ARG(present->type),
                                   WEFT_STR_ARG(type)),
        .is_safe = conversion->is_safe,
    };
    if (conversion->is_safe) {
        return action;
    }
    action.reason = WEFT_STR("every value is converted");
    action.count_sql = weft_ddl_format(maker, "SELECT count(*) FROM %T WHERE %N IS NOT NULL", &rows, &column->name);
    action.is_safe_without_rows = true;
    if (conversion->broken_sql.len > 0) {
        action.refuse_reason = WEFT_STR("values cannot be converted unchanged; settle them first");
        action.refuse_sql = weft_ddl_format(maker, "SELECT count(*) FROM %T WHERE %T", &rows, &conversion->broken_sql);
        action.examples_sql = weft_alteration_example_keys(alteration, conversion->broken_sql);
    }
    return action;
}

/* A store that looks at its checks and predicates when a type changes cannot read those that speak of the old one. One
 * of two columns may go with either. */
static void drop_outlived(weft_alteration *alteration,
                          const weft_wanted_column *column,
                          weft_action *action,
                          weft_statements *statements,
                          weft_edits *edits)
{
    weft_maker *maker = alteration->maker;
    const weft_str table = table_name(alteration);
    for (size_t i = 0; i < alteration->checks.count; i++) {
        const weft_schema_check *check = &alteration->checks.items[i];
        if (!weft_check_is_outlived(alteration, column, check)) {
            continue;
        }
        const weft_edit edit = {.kind = WEFT_EDIT_DROP_CONSTRAINT, .name = check->name};
        weft_maker_push(maker, edits, edit);
        weft_ddl_push(maker,
                      statements,
                      weft_ddl_format(maker, "ALTER TABLE %N DROP CONSTRAINT IF EXISTS %N", &table, &check->name));
        action->summary =
            weft_maker_text(maker, "%.*s, drop check %.*s", WEFT_STR_ARG(action->summary), WEFT_STR_ARG(check->name));
    }
    for (size_t i = 0; i < alteration->present->index_count; i++) {
        const weft_schema_index *index = &alteration->present->indexes[i];
        if (weft_index_is_outlived(alteration, column, index)) {
            weft_ddl_push(maker, statements, weft_ddl_format(maker, "DROP INDEX IF EXISTS %N", &index->name));
            action->summary = weft_maker_text(
                maker, "%.*s, drop index %.*s", WEFT_STR_ARG(action->summary), WEFT_STR_ARG(index->name));
        }
    }
}

static void change_type(weft_alteration *alteration,
                        const weft_wanted_column *column,
                        const weft_schema_column *present)
{
    weft_maker *maker = alteration->maker;
    const weft_str table = table_name(alteration);
    const weft_str type = alterable_type(column);
    const weft_conversion conversion = weft_conversion_make(maker, column, present->type);
    weft_action action = type_action(alteration, column, present, &conversion);
    weft_statements statements = {0};
    weft_edits edits = {0};
    drop_outlived(alteration, column, &action, &statements, &edits);
    if (present->default_sql.len) {
        weft_ddl_push(maker,
                      &statements,
                      weft_ddl_format(maker, "ALTER TABLE %N ALTER COLUMN %N DROP DEFAULT", &table, &column->name));
    }
    weft_ddl_push(maker,
                  &statements,
                  weft_ddl_format(maker,
                                  "ALTER TABLE %N ALTER COLUMN %N TYPE %T USING %T",
                                  &table,
                                  &column->name,
                                  &type,
                                  &conversion.value_sql));
    if (column->default_sql.len) {
        weft_ddl_push(
            maker,
            &statements,
            weft_ddl_format(
                maker, "ALTER TABLE %N ALTER COLUMN %N SET DEFAULT %T", &table, &column->name, &column->default_sql));
    }
    const weft_edit set_type = {
        .kind = WEFT_EDIT_SET_TYPE, .name = column->name, .text = type, .value = conversion.value_sql};
    weft_maker_push(maker, &edits, set_type);
    if (!weft_default_is_same(maker, column, present->default_sql)) {
        const weft_edit new_default = {
            .kind = WEFT_EDIT_SET_DEFAULT, .name = column->name, .text = column->default_sql};
        weft_maker_push(maker, &edits, new_default);
    }
    weft_alteration_add(alteration, action, &statements, edits.items, edits.count);
}

static void loosen(weft_alteration *alteration, weft_str name)
{
    weft_action action = {.summary = weft_maker_text(alteration->maker, "let column %.*s be null", WEFT_STR_ARG(name)),
                          .is_safe = true};
    const weft_str table = table_name(alteration);
    weft_alteration_undo(
        alteration,
        &action,
        weft_ddl_format(alteration->maker, "ALTER TABLE %N ALTER COLUMN %N SET NOT NULL", &table, &name));
    weft_statements statements = one_statement(alteration, "ALTER TABLE %N ALTER COLUMN %N DROP NOT NULL", name, name);
    const weft_edit edit = {.kind = WEFT_EDIT_SET_NULLABLE, .name = name};
    weft_alteration_add(alteration, action, &statements, &edit, 1);
}

static void tighten(weft_alteration *alteration, const weft_wanted_column *column)
{
    weft_maker *maker = alteration->maker;
    const weft_str table = table_name(alteration);
    const weft_str rows = weft_alteration_rows(alteration);
    const weft_str is_null = weft_ddl_format(maker, "%N IS NULL", &column->name);
    weft_action action = {
        .summary = weft_maker_text(maker, "require a value in column %.*s", WEFT_STR_ARG(column->name)),
        .reason = WEFT_STR("rows have none; give them one first"),
        .count_sql = weft_ddl_format(maker, "SELECT count(*) FROM %T WHERE %T", &rows, &is_null),
        .examples_sql = weft_alteration_example_keys(alteration, is_null),
        .is_refused = true,
        .is_safe_without_rows = true,
    };
    weft_statements statements =
        one_statement(alteration, "ALTER TABLE %N ALTER COLUMN %N SET NOT NULL", column->name, column->name);
    weft_alteration_undo(alteration,
                         &action,
                         weft_ddl_format(maker, "ALTER TABLE %N ALTER COLUMN %N DROP NOT NULL", &table, &column->name));
    const weft_edit edit = {.kind = WEFT_EDIT_SET_NOT_NULL, .name = column->name};
    weft_alteration_add(alteration, action, &statements, &edit, 1);
}

static weft_statements set_default(const weft_alteration *alteration, weft_str column, weft_str value)
{
    return one_statement(alteration,
                         value.len > 0 ? "ALTER TABLE %N ALTER COLUMN %N SET DEFAULT %T"
                                       : "ALTER TABLE %N ALTER COLUMN %N DROP DEFAULT",
                         column,
                         value);
}

static void change_default(weft_alteration *alteration, const weft_wanted_column *column, weft_str present)
{
    const bool has_default = column->default_sql.len > 0;
    weft_action action = {
        .summary = weft_maker_text(alteration->maker,
                                   has_default ? "change default of column %.*s" : "drop default of column %.*s",
                                   WEFT_STR_ARG(column->name)),
        .is_safe = true};
    weft_statements statements = set_default(alteration, column->name, column->default_sql);
    const weft_statements undo = set_default(alteration, column->name, present);
    if (undo.count > 0) {
        weft_alteration_undo(alteration, &action, undo.items[0]);
    }
    const weft_edit edit = {.kind = WEFT_EDIT_SET_DEFAULT, .name = column->name, .text = column->default_sql};
    weft_alteration_add(alteration, action, &statements, &edit, 1);
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
        change_default(alteration, column, present->default_sql);
    }
    weft_alter_counter(alteration, column, present);
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
    const weft_str rows = weft_alteration_rows(alteration);
    const weft_action action = {
        .summary = weft_maker_text(maker, "drop column %.*s", WEFT_STR_ARG(column->name)),
        .reason = WEFT_STR("no definition has this column any more, and dropping it loses its values"),
        .count_sql = weft_ddl_format(maker, "SELECT count(*) FROM %T WHERE %N IS NOT NULL", &rows, &column->name),
    };
    weft_statements statements = one_statement(alteration, "ALTER TABLE %N DROP COLUMN %N", column->name, column->name);
    const weft_edit edit = {.kind = WEFT_EDIT_DROP_COLUMN, .name = column->name};
    weft_alteration_add(alteration, action, &statements, &edit, 1);
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
        if (!present) {
            weft_alter_add_column(alteration, column);
        } else if (!alteration->is_adopted) {
            compare_column(alteration, column, present);
        }
    }
    if (!alteration->is_adopted) {
        compare_extra_columns(alteration);
    }
}
