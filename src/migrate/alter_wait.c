/* What waits for a column: a check, key or index can only be made once all columns it names are there. */
#include "migrate/alter.h"
#include "migrate/same.h"

typedef bool names_column(const void *object, weft_str column);

static bool check_names(const void *object, weft_str column)
{
    const weft_wanted_check *check = object;
    return check->field ? weft_str_equal(check->field->column, column)
                        : weft_expression_has_name(check->expression, column);
}

static bool foreign_key_names(const void *object, weft_str column)
{
    return weft_str_equal(((const weft_wanted_foreign_key *)object)->column, column);
}

static bool index_names(const void *object, weft_str column)
{
    const weft_wanted_index *index = object;
    for (size_t i = 0; i < index->column_count; i++) {
        if (weft_str_equal(index->columns[i], column)) {
            return true;
        }
    }
    for (size_t i = 0; i < index->including_count; i++) {
        if (weft_str_equal(index->including[i], column)) {
            return true;
        }
    }
    return weft_expression_has_name(index->where_sql, column);
}

typedef bool is_in_the_way(const weft_alteration *alteration, const weft_wanted_column *column);

static bool is_missing(const weft_alteration *alteration, const weft_wanted_column *column)
{
    return !weft_schema_find_column(alteration->present, column->name);
}

bool weft_column_is_converted(const weft_alteration *alteration, const weft_wanted_column *column)
{
    const weft_schema_column *present = weft_schema_find_column(alteration->present, column->name);
    return present && !alteration->is_adopted && !weft_type_is_same(column->type, present->type);
}

/* The last column that `object` names and that is in the way. */
static bool find_column(const weft_alteration *alteration,
                        names_column *names,
                        const void *object,
                        is_in_the_way *is_wanted,
                        weft_str *ret_column)
{
    bool is_found = false;
    for (size_t i = 0; i < alteration->table->column_count; i++) {
        const weft_wanted_column *column = &alteration->table->columns[i];
        if (names(object, column->name) && is_wanted(alteration, column)) {
            *ret_column = column->name;
            is_found = true;
        }
    }
    return is_found;
}

bool weft_check_waits(const weft_alteration *alteration, const weft_wanted_check *check, weft_str *ret_column)
{
    return find_column(alteration, check_names, check, is_missing, ret_column);
}

bool weft_foreign_key_waits(const weft_alteration *alteration, const weft_wanted_foreign_key *key, weft_str *ret_column)
{
    return find_column(alteration, foreign_key_names, key, is_missing, ret_column);
}

bool weft_index_waits(const weft_alteration *alteration, const weft_wanted_index *index, weft_str *ret_column)
{
    return find_column(alteration, index_names, index, is_missing, ret_column);
}

static void hold_for(const weft_alteration *alteration, weft_str column, weft_action *action)
{
    action->is_safe = action->is_safe_without_rows = false;
    action->is_refused = true;
    action->count_sql = action->examples_sql = WEFT_STR("");
    action->reason = weft_maker_text(alteration->maker,
                                     "its rows can be looked at once column %.*s is converted; migrate again then",
                                     WEFT_STR_ARG(column));
}

static void hold(const weft_alteration *alteration, names_column *names, const void *object, weft_action *action)
{
    weft_str column = {NULL, 0};
    if (find_column(alteration, names, object, weft_column_is_converted, &column)) {
        hold_for(alteration, column, action);
    }
}

static bool is_target_converted(const weft_alteration *alteration, const weft_wanted_foreign_key *key)
{
    const weft_comparison *comparison = alteration->comparison;
    for (size_t i = 0; i < comparison->table_count; i++) {
        const weft_wanted_table *table = &comparison->tables[i];
        const weft_schema_table *present = weft_schema_find_table(comparison->present->schema, table->name);
        if (table->model != key->target || !present) {
            continue;
        }
        const weft_alteration target = {.table = table, .present = present};
        weft_str column = {NULL, 0};
        const weft_wanted_foreign_key self = {.column = key->target_column};
        return find_column(&target, foreign_key_names, &self, weft_column_is_converted, &column);
    }
    return false;
}

void weft_check_hold(const weft_alteration *alteration, const weft_wanted_check *check, weft_action *action)
{
    hold(alteration, check_names, check, action);
}

void weft_foreign_key_hold(const weft_alteration *alteration, const weft_wanted_foreign_key *key, weft_action *action)
{
    hold(alteration, foreign_key_names, key, action);
    if (is_target_converted(alteration, key)) {
        hold_for(alteration, key->target_column, action);
    }
}

static bool predicate_names(const void *object, weft_str column)
{
    return weft_expression_has_name(((const weft_wanted_index *)object)->where_sql, column);
}

static bool column_names(const void *object, weft_str column)
{
    return weft_str_equal(((const weft_wanted_column *)object)->name, column);
}

void weft_column_hold(const weft_alteration *alteration, const weft_wanted_column *column, weft_action *action)
{
    hold(alteration, column_names, column, action);
}

void weft_index_hold(const weft_alteration *alteration, const weft_wanted_index *index, weft_action *action)
{
    hold(alteration, index->is_unique ? index_names : predicate_names, index, action);
}
