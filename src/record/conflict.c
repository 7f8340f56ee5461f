/* A unique violation, explained: for each unique rule of the model (primary key, unique indexes) first the rows among
 * themselves, then the table. Rules with a raw predicate of the definition are left out, as only the database can read
 * it. Failures on the way (memory, connection) leave the error as it was. */
#include "record/conflict.h"

#include <stdlib.h>
#include <string.h>

/* A tuple of values that must be unique, and the row it comes from. */
typedef struct unique_entry {
    const weft_value *values; /* of the row, by field index */
    size_t row;
    const struct unique_rule *rule;
} unique_entry;

typedef struct unique_rule {
    const weft_field *const *fields;
    size_t field_count;
    bool is_live_only;
} unique_rule;

typedef struct conflict_search {
    const weft_record_conflict *conflict;
    weft_arena *scratch;
    unique_rule rule;
    unique_entry *entries; /* sorted */
    size_t entry_count;
    const unique_entry *found;
    bool is_among_rows;
} conflict_search;

static int compare_tuples(const unique_rule *rule, const weft_value *a, const weft_value *b)
{
    int order = 0;
    for (size_t i = 0; i < rule->field_count && order == 0; i++) {
        order = weft_value_compare(&a[rule->fields[i]->index], &b[rule->fields[i]->index]);
    }
    return order;
}

static int compare_entries(const void *a, const void *b)
{
    const unique_entry *left = a;
    const unique_entry *right = b;
    const int order = compare_tuples(left->rule, left->values, right->values);
    return order != 0 ? order : (left->row > right->row) - (left->row < right->row);
}

/* Null equals nothing, so a tuple with a null is unique; a column that was not given is the store's own making. */
static bool is_bound(const unique_rule *rule, const weft_record_row *row)
{
    for (size_t i = 0; i < rule->field_count; i++) {
        const size_t at = rule->fields[i]->index;
        if (!row->is_given[at] || row->values[at].kind == WEFT_VALUE_NULL) {
            return false;
        }
    }
    return true;
}

static bool gather_entries(conflict_search *search)
{
    const weft_record_conflict *conflict = search->conflict;
    search->entry_count = 0;
    search->entries = WEFT_ARENA_ARRAY(search->scratch, unique_entry, conflict->count);
    for (size_t i = 0; search->entries && i < conflict->count; i++) {
        if (is_bound(&search->rule, &conflict->rows[i])) {
            search->entries[search->entry_count++] = (unique_entry){conflict->rows[i].values, i, &search->rule};
        }
    }
    if (search->entry_count > 1) {
        qsort(search->entries, search->entry_count, sizeof(*search->entries), compare_entries);
    }
    return search->entry_count > 0;
}

static bool find_among_rows(conflict_search *search)
{
    for (size_t i = 1; i < search->entry_count; i++) {
        if (compare_tuples(&search->rule, search->entries[i - 1].values, search->entries[i].values) == 0) {
            search->found = &search->entries[i];
            search->is_among_rows = true;
            return true;
        }
    }
    return false;
}

/* The columns of the rule as bulk columns. */
static bool fill_bulk(const conflict_search *search, const weft_value **columns, weft_value_kind *kinds)
{
    for (size_t i = 0; i < search->rule.field_count; i++) {
        weft_value *values = WEFT_ARENA_ARRAY(search->scratch, weft_value, search->entry_count);
        if (!values) {
            return false;
        }
        for (size_t row = 0; row < search->entry_count; row++) {
            values[row] = search->entries[row].values[search->rule.fields[i]->index];
        }
        columns[i] = values;
        kinds[i] = weft_type_value_kind(search->rule.fields[i]->type);
    }
    return true;
}

/* column = bulk column for each field of the rule, and liveness where the rule concerns live rows only. */
static const weft_sql_expr *rule_condition(const conflict_search *search, const weft_value_kind *kinds)
{
    const unique_rule *rule = &search->rule;
    const weft_field *deleted_at = search->conflict->model->deleted_at;
    const weft_sql_expr **args = WEFT_ARENA_ARRAY(search->scratch, const weft_sql_expr *, rule->field_count + 1);
    if (!args) {
        return NULL;
    }
    size_t count = 0;
    for (; count < rule->field_count; count++) {
        args[count] = weft_sql_binary(search->scratch,
                                      WEFT_SQL_EQ,
                                      weft_sql_field(search->scratch, (weft_str){0}, rule->fields[count]),
                                      weft_sql_bulk(search->scratch, count, kinds[count]));
    }
    if (rule->is_live_only && deleted_at) {
        args[count++] = weft_sql_unary(
            search->scratch, WEFT_SQL_IS_NULL, weft_sql_field(search->scratch, (weft_str){0}, deleted_at));
    }
    return weft_sql_nary(search->scratch, WEFT_SQL_AND, args, count);
}

static bool is_own_row(const conflict_search *search, const weft_value *values)
{
    const weft_record_conflict *conflict = search->conflict;
    for (size_t i = 0; conflict->own_keys && i < conflict->model->key_count; i++) {
        if (!weft_value_equal(&values[conflict->model->keys[i]->index], &conflict->own_keys[i])) {
            return false;
        }
    }
    return conflict->own_keys != NULL;
}

static bool match_rows(conflict_search *search, const weft_value *values, size_t row_count)
{
    for (size_t i = 0; i < row_count; i++) {
        const weft_value *row = values + i * search->conflict->model->field_count;
        const unique_entry wanted = {row, 0, &search->rule};
        for (size_t at = 0; !is_own_row(search, row) && at < search->entry_count; at++) {
            if (compare_tuples(&search->rule, wanted.values, search->entries[at].values) == 0) {
                search->found = &search->entries[at];
                return true;
            }
        }
    }
    return false;
}

static bool find_in_table(conflict_search *search)
{
    const weft_model *model = search->conflict->model;
    const weft_value **columns = WEFT_ARENA_ARRAY(search->scratch, const weft_value *, search->rule.field_count);
    weft_value_kind *kinds = WEFT_ARENA_ARRAY(search->scratch, weft_value_kind, search->rule.field_count);
    if (!columns || !kinds || !fill_bulk(search, columns, kinds)) {
        return false;
    }
    const weft_bulk bulk = {columns, kinds, search->rule.field_count, search->entry_count};
    const weft_sql_select select = {.outputs = weft_record_outputs(model, search->scratch),
                                    .output_count = model->field_count,
                                    .table = model->table,
                                    .where = rule_condition(search, kinds)};
    weft_statement statement = {0};
    const weft_value *values = NULL;
    size_t row_count = 0;
    return select.outputs && select.where &&
           weft_sql_render_select_bulk(&select,
                                       &bulk,
                                       weft_connection_dialect(search->conflict->connection),
                                       search->scratch,
                                       &statement,
                                       NULL) == WEFT_OK &&
           weft_connection_collect(
               search->conflict->connection, &statement, search->scratch, &values, &row_count, NULL) == WEFT_OK &&
           match_rows(search, values, row_count);
}

static bool search_rule(conflict_search *search, unique_rule rule)
{
    search->rule = rule;
    return gather_entries(search) && (find_among_rows(search) || find_in_table(search));
}

static bool search_rules(conflict_search *search)
{
    const weft_model *model = search->conflict->model;
    if (!search->conflict->own_keys && search_rule(search, (unique_rule){model->keys, model->key_count, false})) {
        return true;
    }
    for (size_t i = 0; i < model->index_count; i++) {
        const weft_index *index = &model->indexes[i];
        const unique_rule rule = {index->fields, index->field_count, index->is_live_only};
        if (index->is_unique && index->where.len == 0 && search_rule(search, rule)) {
            return true;
        }
    }
    return false;
}

static void describe(const conflict_search *search, size_t *ret_failed, weft_error *error)
{
    const weft_error before = *error;
    weft_buf text;
    weft_buf_init_arena(&text, search->scratch);
    for (size_t i = 0; i < search->rule.field_count; i++) {
        const weft_field *field = search->rule.fields[i];
        const weft_value *value = &search->found->values[field->index];
        weft_buf_add_text(&text, i > 0 ? " and " : "");
        weft_buf_add_str(&text, field->name);
        weft_buf_add_char(&text, ' ');
        weft_json_add_value(&text, value);
    }
    if (text.failed) {
        return;
    }
    const weft_str name = search->conflict->model->name;
    if (search->is_among_rows) {
        (void)weft_fail(error,
                        WEFT_UNIQUE_VIOLATION,
                        "two records give %.*s %.*s",
                        WEFT_STR_ARG(name),
                        WEFT_STR_ARG(weft_buf_str(&text)));
    } else {
        (void)weft_fail(error,
                        WEFT_UNIQUE_VIOLATION,
                        "%.*s with %.*s exists already",
                        WEFT_STR_ARG(name),
                        WEFT_STR_ARG(weft_buf_str(&text)));
    }
    memcpy(error->store, before.store, sizeof(error->store));
    memcpy(error->sqlstate, before.sqlstate, sizeof(error->sqlstate));
    weft_error_set_where(error, "/%.*s", WEFT_STR_ARG(search->rule.fields[0]->name));
    *ret_failed = search->found->row;
}

/* "Key (k)=(2) already exists.", in whatever language: the column of a number that the store counted itself, and which
 * somebody wrote without telling it. */
static const weft_field *counted_field(const weft_record_conflict *conflict,
                                       const weft_error *error,
                                       weft_arena *scratch)
{
    const weft_model *model = conflict->model;
    for (size_t i = 0; i < model->field_count; i++) {
        const weft_field *field = &model->fields[i];
        const weft_str part = weft_str_format(scratch, "(%.*s)=(", WEFT_STR_ARG(field->column));
        bool is_counted = false;
        for (size_t row = 0; row < conflict->count; row++) {
            is_counted = is_counted || !conflict->rows[row].is_given[i];
        }
        if (field->type == WEFT_TYPE_AUTOINCREMENT && is_counted && part.data && strstr(error->detail, part.data)) {
            return field;
        }
    }
    return NULL;
}

static void describe_counted(const weft_record_conflict *conflict, const weft_field *field, weft_error *error)
{
    const weft_model *model = conflict->model;
    const weft_error before = *error;
    (void)weft_fail(error,
                    WEFT_UNIQUE_VIOLATION,
                    "another %.*s has the number that \"%.*s\" came to",
                    WEFT_STR_ARG(model->name),
                    WEFT_STR_ARG(field->name));
    memcpy(error->store, before.store, sizeof(error->store));
    memcpy(error->sqlstate, before.sqlstate, sizeof(error->sqlstate));
    memcpy(error->detail, before.detail, sizeof(error->detail));
    weft_error_set_where(error, "/%.*s", WEFT_STR_ARG(field->name));
    weft_error_set_hint(error,
                        "It was written past the store's counter: set the counter beyond the highest, by setval of "
                        "pg_get_serial_sequence('%.*s', '%.*s').",
                        WEFT_STR_ARG(model->table),
                        WEFT_STR_ARG(field->column));
}

void weft_record_conflict_explain(const weft_record_conflict *conflict,
                                  weft_arena *scratch,
                                  size_t *ret_failed,
                                  weft_error *error)
{
    weft_connection_rollback(conflict->connection);
    conflict_search search = {.conflict = conflict, .scratch = scratch};
    if (error && search_rules(&search)) {
        describe(&search, ret_failed, error);
    } else if (error) {
        const weft_field *counted = counted_field(conflict, error, scratch);
        if (counted) {
            describe_counted(conflict, counted, error);
        }
    }
}
