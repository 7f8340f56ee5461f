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

static weft_wait wait_of(const weft_alteration *alteration,
                         names_column *names,
                         const void *object,
                         weft_str *ret_column)
{
    weft_wait wait = WEFT_WAIT_NONE;
    for (size_t i = 0; i < alteration->table->column_count; i++) {
        const weft_wanted_column *column = &alteration->table->columns[i];
        if (!names(object, column->name) || weft_schema_find_column(alteration->present, column->name)) {
            continue;
        }
        const weft_str before = column->field->renamed_from;
        if (before.len && weft_schema_find_column(alteration->present, before)) {
            return WEFT_WAIT_RENAME;
        }
        *ret_column = column->name;
        wait = WEFT_WAIT_ADD;
    }
    return wait;
}

weft_wait weft_wait_of_check(const weft_alteration *alteration, const weft_wanted_check *check, weft_str *ret_column)
{
    return wait_of(alteration, check_names, check, ret_column);
}

weft_wait weft_wait_of_foreign_key(const weft_alteration *alteration,
                                   const weft_wanted_foreign_key *key,
                                   weft_str *ret_column)
{
    return wait_of(alteration, foreign_key_names, key, ret_column);
}

weft_wait weft_wait_of_index(const weft_alteration *alteration, const weft_wanted_index *index, weft_str *ret_column)
{
    return wait_of(alteration, index_names, index, ret_column);
}
