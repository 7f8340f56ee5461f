/* Indexes of a table that is there. An index is what it indexes, not what it is called: one of any name serves. */
#include "migrate/alter.h"
#include "migrate/same.h"

static bool names_are_same(const weft_str *a, size_t a_count, const weft_str *b, size_t b_count)
{
    bool is_same = a_count == b_count;
    for (size_t i = 0; is_same && i < a_count; i++) {
        is_same = weft_str_equal(a[i], b[i]);
    }
    return is_same;
}

static bool has_name(const weft_str *names, size_t count, weft_str name)
{
    for (size_t i = 0; i < count; i++) {
        if (weft_str_equal(names[i], name)) {
            return true;
        }
    }
    return false;
}

/* In any order: enough for two unique indexes to forbid the same. */
static bool columns_are_same_set(const weft_wanted_index *wanted, const weft_schema_index *present)
{
    for (size_t i = 0; i < wanted->column_count; i++) {
        if (!has_name(present->columns, present->column_count, wanted->columns[i])) {
            return false;
        }
    }
    return wanted->column_count == present->column_count;
}

/* A raw predicate is compared where its own words were kept, in the comment or by the store; a store that prints others
 * and has no comment is believed. */
static bool where_is_same(weft_alteration *alteration,
                          const weft_wanted_index *wanted,
                          const weft_schema_index *present)
{
    if (wanted->raw.len && alteration->comparison->dialect->has_comments) {
        return present->where_sql.len && (!present->comment.len || weft_str_equal(wanted->raw, present->comment));
    }
    return weft_expression_is_same(alteration->maker, wanted->where_sql, present->where_sql);
}

static bool is_same(weft_alteration *alteration, const weft_wanted_index *wanted, const weft_schema_index *present)
{
    return wanted->is_unique == present->is_unique &&
           names_are_same(wanted->columns, wanted->column_count, present->columns, present->column_count) &&
           names_are_same(wanted->including, wanted->including_count, present->including, present->including_count) &&
           where_is_same(alteration, wanted, present);
}

/* In an adopted table every index that forbids the same will do. */
static bool serves(weft_alteration *alteration, const weft_wanted_index *wanted, const weft_schema_index *present)
{
    if (is_same(alteration, wanted, present)) {
        return true;
    }
    return alteration->is_adopted && wanted->is_unique && present->is_unique && columns_are_same_set(wanted, present) &&
           where_is_same(alteration, wanted, present);
}

static const weft_schema_index *find_named(const weft_schema_table *present, weft_str name)
{
    for (size_t i = 0; i < present->index_count; i++) {
        if (weft_str_equal(present->indexes[i].name, name)) {
            return &present->indexes[i];
        }
    }
    return NULL;
}

static bool is_served(weft_alteration *alteration, const weft_wanted_index *wanted)
{
    for (size_t i = 0; i < alteration->present->index_count; i++) {
        if (serves(alteration, wanted, &alteration->present->indexes[i])) {
            return true;
        }
    }
    return false;
}

/* "FROM t WHERE predicate AND every column is not null GROUP BY columns HAVING count(*) > 1" */
static weft_str duplicates_sql(weft_alteration *alteration, const weft_wanted_index *index)
{
    weft_maker *maker = alteration->maker;
    weft_buf buf = weft_maker_buf(maker);
    const weft_str names = weft_ddl_names(maker, index->columns, index->column_count);
    const weft_str rows = weft_alteration_rows(alteration);
    const weft_str from = weft_ddl_format(maker, "FROM %T WHERE ", &rows);
    weft_buf_add_str(&buf, from);
    for (size_t i = 0; i < index->column_count; i++) {
        const weft_str column = weft_ddl_format(maker, "%N IS NOT NULL", &index->columns[i]);
        weft_buf_add_text(&buf, i > 0 ? " AND " : "");
        weft_buf_add_str(&buf, column);
    }
    if (index->where_sql.len) {
        weft_buf_add_format(&buf, " AND (%.*s)", WEFT_STR_ARG(index->where_sql));
    }
    weft_buf_add_format(&buf, " GROUP BY %.*s HAVING count(*) > 1", WEFT_STR_ARG(names));
    return weft_maker_take(maker, &buf);
}

static weft_str duplicate_keys_sql(weft_alteration *alteration, const weft_wanted_index *index, weft_str duplicates)
{
    weft_maker *maker = alteration->maker;
    weft_buf buf = weft_maker_buf(maker);
    weft_buf_add_text(&buf, "SELECT ");
    for (size_t i = 0; i < index->column_count; i++) {
        const weft_str column = weft_ddl_format(maker, "CAST(%N AS text)", &index->columns[i]);
        weft_buf_add_text(&buf, i > 0 ? " || ' + ' || " : "");
        weft_buf_add_str(&buf, column);
    }
    weft_buf_add_format(&buf, " %.*s ORDER BY 1 LIMIT 5", WEFT_STR_ARG(duplicates));
    return weft_maker_take(maker, &buf);
}

static weft_str uniqueness_reason(weft_maker *maker, const weft_wanted_index *index)
{
    const weft_str columns = weft_ddl_names(maker, index->columns, index->column_count);
    return index->is_cardinality
               ? weft_maker_text(
                     maker, "records have more live links than the link allows now; %.*s", WEFT_STR_ARG(columns))
               : weft_maker_text(maker, "values stand in more than one row; %.*s", WEFT_STR_ARG(columns));
}

static weft_action index_action(weft_alteration *alteration, const weft_wanted_index *index, const char *verb)
{
    weft_maker *maker = alteration->maker;
    weft_action action = {
        .summary = weft_maker_text(
            maker, "%s %sindex %.*s", verb, index->is_unique ? "unique " : "", WEFT_STR_ARG(index->name)),
        .is_safe = !index->is_unique};
    if (index->is_unique) {
        const weft_str duplicates = duplicates_sql(alteration, index);
        action.is_refused = action.is_safe_without_rows = true;
        action.reason = uniqueness_reason(maker, index);
        action.count_sql = weft_maker_text(
            maker,
            "SELECT CAST(coalesce(sum(found.rows), 0) AS bigint) FROM (SELECT count(*) AS rows %.*s) AS found",
            WEFT_STR_ARG(duplicates));
        action.examples_sql = duplicate_keys_sql(alteration, index, duplicates);
    }
    weft_index_hold(alteration, index, &action);
    return action;
}

static void drop_statements(weft_alteration *alteration, const weft_schema_index *present, weft_statements *statements)
{
    weft_maker *maker = alteration->maker;
    const weft_str sql =
        present->is_primary
            ? weft_ddl_format(maker, "ALTER TABLE %N DROP CONSTRAINT %N", &alteration->table->name, &present->name)
            : weft_ddl_format(maker, "DROP INDEX IF EXISTS %N", &present->name);
    weft_ddl_push(maker, statements, sql);
}

static void undo_drop(weft_alteration *alteration, weft_action *action, const weft_schema_index *present)
{
    if (present->sql.len > 0 && !present->is_primary) {
        weft_alteration_undo(alteration, action, present->sql);
    }
    if (present->comment.len > 0) {
        const weft_str sql =
            weft_ddl_format(alteration->maker, "COMMENT ON INDEX %N IS %L", &present->name, &present->comment);
        weft_alteration_undo(alteration, action, sql);
    }
}

static void add_index(weft_alteration *alteration, const weft_wanted_index *index)
{
    const weft_schema_index *named = find_named(alteration->present, index->name);
    weft_statements statements = {0};
    weft_action action = index_action(alteration, index, named ? "replace" : "add");
    if (named && named->sql.len > 0) {
        weft_alteration_undo(alteration, &action, weft_ddl_format(alteration->maker, "DROP INDEX %N", &index->name));
        undo_drop(alteration, &action, named);
    }
    if (named) {
        drop_statements(alteration, named, &statements);
    }
    weft_ddl_create_index(alteration->maker, alteration->table, index, &statements);
    weft_alteration_add(alteration, action, &statements, NULL, 0);
}

static bool is_wanted(weft_alteration *alteration, const weft_schema_index *present)
{
    for (size_t i = 0; i < alteration->table->index_count; i++) {
        const weft_wanted_index *wanted = &alteration->table->indexes[i];
        if (weft_str_equal(wanted->name, present->name) || serves(alteration, wanted, present)) {
            return true;
        }
    }
    return false;
}

/* A unique index of ours that nothing wants any more forbids what the definitions now allow: a link's side that became
 * a list, a field that need not be unique. Others are left alone. */
static bool is_stale(weft_alteration *alteration, const weft_schema_index *present)
{
    const weft_link *link = alteration->table->model->link;
    if (!present->is_unique || present->is_primary || present->column_count != 1 || is_wanted(alteration, present)) {
        return false;
    }
    if (link) {
        return weft_str_equal(present->columns[0], link->left.column->column) ||
               weft_str_equal(present->columns[0], link->right.column->column);
    }
    for (size_t i = 0; i < alteration->table->column_count; i++) {
        const weft_wanted_column *column = &alteration->table->columns[i];
        if (weft_str_equal(column->name, present->columns[0])) {
            return weft_is_unique_index_name(alteration->maker, column->field, present->name);
        }
    }
    return false;
}

bool weft_index_is_outlived(weft_alteration *alteration,
                            const weft_wanted_column *column,
                            const weft_schema_index *present)
{
    bool is_outlived = present->comment.len > 0 && weft_expression_has_name(present->where_sql, column->name);
    for (size_t i = 0; i < alteration->table->index_count; i++) {
        is_outlived = is_outlived && !is_same(alteration, &alteration->table->indexes[i], present);
    }
    return is_outlived;
}

static void drop_stale_index(weft_alteration *alteration, const weft_schema_index *present)
{
    weft_statements statements = {0};
    weft_action action = {.summary =
                              weft_maker_text(alteration->maker, "drop unique index %.*s", WEFT_STR_ARG(present->name)),
                          .is_safe = true};
    drop_statements(alteration, present, &statements);
    undo_drop(alteration, &action, present);
    weft_alteration_add(alteration, action, &statements, NULL, 0);
}

void weft_alter_indexes(weft_alteration *alteration)
{
    weft_str waited = {NULL, 0};
    for (size_t i = 0; i < alteration->table->index_count; i++) {
        const weft_wanted_index *index = &alteration->table->indexes[i];
        const bool is_left_alone = alteration->is_adopted && !index->is_cardinality;
        if (!is_left_alone && !weft_index_waits(alteration, index, &waited) && !is_served(alteration, index)) {
            add_index(alteration, index);
        }
    }
    for (size_t i = 0; i < alteration->present->index_count; i++) {
        if (is_stale(alteration, &alteration->present->indexes[i])) {
            drop_stale_index(alteration, &alteration->present->indexes[i]);
        }
    }
}
