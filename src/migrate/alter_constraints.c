/* Checks and foreign keys of a table that is there. Rows that would break a new one are counted; while there are any it
 * is refused, for the store would refuse it. */
#include "migrate/alter.h"
#include "migrate/same.h"

void weft_alter_read_checks(weft_alteration *alteration)
{
    if (alteration->present->sql.len) {
        weft_table_text_checks(alteration->maker, alteration->present->sql, &alteration->checks);
        return;
    }
    for (size_t i = 0; i < alteration->present->check_count; i++) {
        weft_maker_push(alteration->maker, &alteration->checks, alteration->present->checks[i]);
    }
}

static bool has_literal(const weft_literals *literals, weft_str text)
{
    for (size_t i = 0; i < literals->count; i++) {
        if (weft_str_equal(literals->items[i], text)) {
            return true;
        }
    }
    return false;
}

/* Every value the check lets through is still a value: nothing that is stored can break the new one. */
static bool only_widens(const weft_field *field, const weft_literals *present)
{
    size_t kept = 0;
    for (size_t i = 0; i < field->enum_value_count; i++) {
        kept += has_literal(present, field->enum_values[i]);
    }
    return kept == present->count && present->count > 0;
}

static bool enum_is_same(weft_alteration *alteration, const weft_field *field, weft_str expression)
{
    weft_literals literals = {0};
    weft_expression_literals(alteration->maker, expression, &literals);
    return literals.count == field->enum_value_count && only_widens(field, &literals);
}

/* The check of that name; of an enum also one of the names it had, or of any name that says the same. */
static const weft_schema_check *find_check(weft_alteration *alteration, const weft_wanted_check *check)
{
    for (size_t i = 0; i < alteration->checks.count; i++) {
        const weft_str name = alteration->checks.items[i].name;
        if (weft_str_equal(name, check->name) ||
            (check->field && weft_is_enum_check_name(alteration->maker, check->field, name))) {
            return &alteration->checks.items[i];
        }
    }
    for (size_t i = 0; check->field && i < alteration->checks.count; i++) {
        const weft_schema_check *present = &alteration->checks.items[i];
        if (weft_expression_has_name(present->expression, check->field->column) &&
            enum_is_same(alteration, check->field, present->expression)) {
            return present;
        }
    }
    return NULL;
}

/* A raw check is compared where its own words were kept: beside it as a comment, or in the table's text. */
static bool check_is_same(weft_alteration *alteration, const weft_wanted_check *check, const weft_schema_check *present)
{
    if (check->field) {
        return enum_is_same(alteration, check->field, present->expression);
    }
    if (alteration->present->sql.len) {
        return weft_expression_is_same(alteration->maker, check->expression, present->expression);
    }
    return present->comment.len == 0 || weft_str_equal(present->comment, check->expression);
}

static bool is_widening(weft_alteration *alteration, const weft_wanted_check *check, const weft_schema_check *present)
{
    weft_literals literals = {0};
    if (!check->field || !present) {
        return false;
    }
    weft_expression_literals(alteration->maker, present->expression, &literals);
    return only_widens(check->field, &literals);
}

static weft_statements check_statements(weft_alteration *alteration,
                                        const weft_wanted_check *check,
                                        const weft_schema_check *present)
{
    weft_maker *maker = alteration->maker;
    const weft_str table = alteration->table->name;
    const weft_str constraint = weft_ddl_check(maker, check);
    weft_statements statements = {0};
    if (present) {
        weft_ddl_push(
            maker, &statements, weft_ddl_format(maker, "ALTER TABLE %N DROP CONSTRAINT %N", &table, &present->name));
    }
    weft_ddl_push(maker, &statements, weft_ddl_format(maker, "ALTER TABLE %N ADD %T", &table, &constraint));
    weft_ddl_comment_check(maker, alteration->table, check, &statements);
    return statements;
}

/* The check called `name` goes (unless that is empty), and the one that was there comes back. */
static void undo_check(weft_alteration *alteration,
                       weft_action *action,
                       weft_str name,
                       const weft_schema_check *present)
{
    weft_maker *maker = alteration->maker;
    const weft_str table = alteration->table->name;
    if (name.len > 0) {
        weft_alteration_undo(
            alteration, action, weft_ddl_format(maker, "ALTER TABLE %N DROP CONSTRAINT %N", &table, &name));
    }
    if (present) {
        weft_alteration_undo(
            alteration,
            action,
            weft_ddl_format(
                maker, "ALTER TABLE %N ADD CONSTRAINT %N CHECK (%T)", &table, &present->name, &present->expression));
    }
    if (present && present->comment.len > 0) {
        const weft_str sql =
            weft_ddl_format(maker, "COMMENT ON CONSTRAINT %N ON %N IS %L", &present->name, &table, &present->comment);
        weft_alteration_undo(alteration, action, sql);
    }
}

/* Add a check, in place of the one of its name if there is one. */
static void set_check(weft_alteration *alteration, const weft_wanted_check *check, const weft_schema_check *present)
{
    weft_maker *maker = alteration->maker;
    const weft_str rows = weft_alteration_rows(alteration);
    const weft_str breaks = weft_ddl_format(maker, "NOT (%T)", &check->expression);
    weft_action action = {
        .summary = weft_maker_text(maker, "%s check %.*s", present ? "change" : "add", WEFT_STR_ARG(check->name)),
        .is_safe = is_widening(alteration, check, present)};
    if (!action.is_safe) {
        action.is_refused = action.is_safe_without_rows = true;
        action.reason = WEFT_STR("rows break it");
        action.count_sql = weft_ddl_format(maker, "SELECT count(*) FROM %T WHERE %T", &rows, &breaks);
        action.examples_sql = weft_alteration_example_keys(alteration, breaks);
    }
    weft_check_hold(alteration, check, &action);
    weft_statements statements = check_statements(alteration, check, present);
    undo_check(alteration, &action, check->name, present);
    const weft_edit edit = {.kind = present ? WEFT_EDIT_SET_CONSTRAINT : WEFT_EDIT_ADD_CONSTRAINT,
                            .name = present ? present->name : check->name,
                            .text = weft_ddl_check(maker, check)};
    weft_alteration_add(alteration, action, &statements, &edit, 1);
}

/* A raw check that no definition has any more is known as weft's by its comment. */
bool weft_check_is_outlived(weft_alteration *alteration,
                            const weft_wanted_column *column,
                            const weft_schema_check *present)
{
    const bool speaks_of_it = weft_expression_has_name(present->expression, column->name);
    for (size_t i = 0; i < alteration->table->check_count; i++) {
        const weft_wanted_check *check = &alteration->table->checks[i];
        if (find_check(alteration, check) == present) {
            return speaks_of_it && !check_is_same(alteration, check, present);
        }
    }
    return weft_is_enum_check_name(alteration->maker, column->field, present->name) ||
           (speaks_of_it && present->comment.len > 0);
}

/* The check of an enum that became a text would refuse what is allowed now. Where the column is converted it went with
 * that. */
static void drop_stale_checks(weft_alteration *alteration)
{
    weft_maker *maker = alteration->maker;
    for (size_t i = 0; i < alteration->table->column_count; i++) {
        const weft_wanted_column *column = &alteration->table->columns[i];
        const weft_field *field = column->field;
        const bool is_looked_at = field->type != WEFT_TYPE_ENUM && !weft_column_is_converted(alteration, column);
        for (size_t j = 0; is_looked_at && j < alteration->checks.count; j++) {
            const weft_str name = alteration->checks.items[j].name;
            if (!weft_is_enum_check_name(maker, field, name)) {
                continue;
            }
            weft_action action = {.summary = weft_maker_text(maker, "drop check %.*s", WEFT_STR_ARG(name)),
                                  .is_safe = true};
            weft_statements statements = {0};
            weft_ddl_push(maker,
                          &statements,
                          weft_ddl_format(maker, "ALTER TABLE %N DROP CONSTRAINT %N", &alteration->table->name, &name));
            undo_check(alteration, &action, WEFT_STR(""), &alteration->checks.items[j]);
            const weft_edit edit = {.kind = WEFT_EDIT_DROP_CONSTRAINT, .name = name};
            weft_alteration_add(alteration, action, &statements, &edit, 1);
        }
    }
}

void weft_alter_checks(weft_alteration *alteration)
{
    weft_str waited = {NULL, 0};
    for (size_t i = 0; i < alteration->table->check_count; i++) {
        const weft_wanted_check *check = &alteration->table->checks[i];
        const weft_schema_check *present = find_check(alteration, check);
        const bool is_ready = !weft_check_waits(alteration, check, &waited);
        if (is_ready && !(present && check_is_same(alteration, check, present))) {
            set_check(alteration, check, present);
        }
    }
    drop_stale_checks(alteration);
}

static bool has_foreign_key(const weft_schema_table *present, const weft_wanted_foreign_key *key)
{
    for (size_t i = 0; i < present->foreign_key_count; i++) {
        const weft_schema_foreign_key *found = &present->foreign_keys[i];
        if (found->column_count == 1 && weft_str_equal(found->columns[0], key->column) &&
            weft_str_equal(found->target_table, key->target->table)) {
            return true;
        }
    }
    return false;
}

static void add_foreign_key(weft_alteration *alteration, const weft_wanted_foreign_key *key)
{
    weft_maker *maker = alteration->maker;
    const weft_str table = alteration->table->name;
    const weft_str constraint = weft_ddl_foreign_key(maker, key);
    const weft_comparison *comparison = alteration->comparison;
    const weft_str rows = weft_alteration_rows(alteration);
    const weft_str parents = weft_comparison_rows(comparison, key->target->table, WEFT_STR("parent"));
    const bool has_target = weft_schema_find_table(comparison->present->schema, key->target->table);
    const weft_str dangles =
        has_target ? weft_ddl_format(maker,
                                     "%N IS NOT NULL AND NOT EXISTS (SELECT 1 FROM %T WHERE parent.%N = %N.%N)",
                                     &key->column,
                                     &parents,
                                     &key->target_column,
                                     &table,
                                     &key->column)
                   : weft_ddl_format(maker, "%N IS NOT NULL", &key->column);
    weft_action action = {
        .summary = weft_maker_text(maker, "add foreign key %.*s", WEFT_STR_ARG(key->column)),
        .reason = WEFT_STR("rows point at records that are not there"),
        .count_sql = weft_ddl_format(maker, "SELECT count(*) FROM %T WHERE %T", &rows, &dangles),
        .examples_sql = weft_alteration_example_keys(alteration, dangles),
        .is_refused = true,
        .is_safe_without_rows = true,
    };
    weft_statements statements = {0};
    weft_foreign_key_hold(alteration, key, &action);
    weft_ddl_push(maker, &statements, weft_ddl_format(maker, "ALTER TABLE %N ADD %T", &table, &constraint));
    const weft_edit edit = {.kind = WEFT_EDIT_ADD_CONSTRAINT, .name = key->name, .text = constraint};
    weft_alteration_add(alteration, action, &statements, &edit, 1);
}

void weft_alter_foreign_keys(weft_alteration *alteration)
{
    weft_str waited = {NULL, 0};
    for (size_t i = 0; i < alteration->table->foreign_key_count; i++) {
        const weft_wanted_foreign_key *key = &alteration->table->foreign_keys[i];
        const bool is_ready = !weft_foreign_key_waits(alteration, key, &waited);
        if (is_ready && !has_foreign_key(alteration->present, key)) {
            add_foreign_key(alteration, key);
        }
    }
}
