/* Renames that definitions declare and the store has not seen: actions, and what the store will hold once they ran.
 *
 *      stored ─tables, then columns▶ present
 *
 * All else is compared with `present`, so that one plan holds a rename and whatever comes after it. Rows are counted
 * before anything runs: in the stored table, whose columns are read by their new names. A table is renamed once at
 * most, and so is a column: two that want each other's name end there. */
#include "migrate/compare.h"
#include "migrate/renamed.h"
#include "sql/render.h"

typedef struct renaming {
    weft_comparison *comparison;
    weft_maker *maker;
    weft_store_present present;
    weft_schema schema;
    weft_schema_table *tables;
    WEFT_VEC(weft_recorded_link) links;
    WEFT_VEC(weft_str) made;
} renaming;

static const weft_recorded_link *find_link(const renaming *state, weft_str table)
{
    for (size_t i = 0; i < state->links.count; i++) {
        if (weft_str_equal(state->links.items[i].table, table)) {
            return &state->links.items[i];
        }
    }
    return NULL;
}

/* By the table it had; a link also by the name it had, unless another definition has that one's table. */
static const weft_schema_table *find_source(const renaming *state, const weft_wanted_table *table)
{
    const weft_str from = table->model->renamed_from;
    const weft_schema_table *found = NULL;
    if (from.len == 0 || weft_schema_find_table(&state->schema, table->name)) {
        return NULL;
    }
    found = weft_schema_find_table(&state->schema, from);
    for (size_t i = 0; !found && table->model->link && i < state->links.count; i++) {
        const weft_recorded_link *recorded = &state->links.items[i];
        if (weft_str_equal(recorded->link, from) && !weft_comparison_is_wanted(state->comparison, recorded->table)) {
            found = weft_schema_find_table(&state->schema, recorded->table);
        }
    }
    return found;
}

static void add_rename(renaming *state, const weft_wanted_table *table, weft_str summary, weft_str sql)
{
    weft_statements statements = {0};
    const weft_action action = {
        .kind = WEFT_ACTION_RENAME, .model = table->model, .table = table->name, .summary = summary, .is_safe = true};
    weft_ddl_push(state->maker, &statements, sql);
    weft_comparison_add(state->comparison, action, &statements);
    weft_maker_push(state->maker, &state->made, table->name); /* what weft renamed it takes for its own */
}

static void rename_table(renaming *state, const weft_wanted_table *table, weft_str from)
{
    const weft_recorded_link *recorded = table->model->link ? find_link(state, from) : NULL;
    const size_t at = (size_t)(weft_schema_find_table(&state->schema, from) - state->tables);
    add_rename(state,
               table,
               weft_maker_text(state->maker, "rename table %.*s to it", WEFT_STR_ARG(from)),
               weft_ddl_format(state->maker, "ALTER TABLE %N RENAME TO %N", &from, &table->name));
    if (recorded) {
        const weft_recorded_link renamed = {.table = table->name, .link = table->model->link->name};
        weft_maker_push(state->maker, &state->links, renamed);
    }
    weft_renamed_table(state->maker, state->tables, state->schema.table_count, at, table->name);
}

/* Until none is left, for one table may wait for the name of another. */
static void rename_tables(renaming *state)
{
    const weft_comparison *comparison = state->comparison;
    bool *is_renamed = weft_maker_array(state->maker, comparison->table_count, sizeof(*is_renamed));
    bool is_any = is_renamed != NULL;
    while (is_any && !state->maker->failed) {
        is_any = false;
        for (size_t i = 0; i < comparison->table_count; i++) {
            const weft_wanted_table *table = &comparison->tables[i];
            const weft_schema_table *source = is_renamed[i] ? NULL : find_source(state, table);
            if (source) {
                rename_table(state, table, source->name);
                is_renamed[i] = is_any = true;
            }
        }
    }
}

static bool is_to_rename(const weft_schema_table *present, const weft_wanted_column *column)
{
    const weft_str from = column->field->renamed_from;
    return from.len > 0 && !weft_schema_find_column(present, column->name) && weft_schema_find_column(present, from);
}

static void rename_column(renaming *state, const weft_wanted_table *table, const weft_wanted_column *column, size_t at)
{
    const weft_str from = column->field->renamed_from;
    add_rename(
        state,
        table,
        weft_maker_text(state->maker, "rename column %.*s to %.*s", WEFT_STR_ARG(from), WEFT_STR_ARG(column->name)),
        weft_ddl_format(state->maker, "ALTER TABLE %N RENAME COLUMN %N TO %N", &table->name, &from, &column->name));
    weft_renamed_column(state->maker, state->tables, state->schema.table_count, at, from, column->name);
}

static void rename_columns(renaming *state, const weft_wanted_table *table, size_t at)
{
    bool *is_renamed = weft_maker_array(state->maker, table->column_count, sizeof(*is_renamed));
    bool is_any = is_renamed != NULL;
    while (is_any && !state->maker->failed) {
        is_any = false;
        for (size_t i = 0; i < table->column_count; i++) {
            if (!is_renamed[i] && is_to_rename(&state->tables[at], &table->columns[i])) {
                rename_column(state, table, &table->columns[i], at);
                is_renamed[i] = is_any = true;
            }
        }
    }
}

static void begin(renaming *state)
{
    const weft_store_present *stored = state->comparison->present;
    for (size_t i = 0; i < stored->schema->table_count; i++) {
        state->tables[i] = stored->schema->tables[i];
    }
    for (size_t i = 0; i < stored->link_count; i++) {
        weft_maker_push(state->maker, &state->links, stored->links[i]);
    }
    for (size_t i = 0; i < stored->made_count; i++) {
        weft_maker_push(state->maker, &state->made, stored->made[i]);
    }
    state->schema = (weft_schema){.tables = state->tables, .table_count = stored->schema->table_count};
}

void weft_compare_renames(weft_comparison *comparison)
{
    weft_maker *maker = comparison->maker;
    const weft_schema *stored = comparison->stored;
    renaming *state = weft_maker_array(maker, 1, sizeof(*state));
    weft_schema_table *tables = weft_maker_array(maker, stored->table_count, sizeof(*tables));
    if (!state || !tables) {
        return;
    }
    *state = (renaming){.comparison = comparison, .maker = maker, .present = *comparison->present, .tables = tables};
    begin(state);
    rename_tables(state);
    for (size_t i = 0; i < comparison->table_count; i++) {
        const weft_wanted_table *table = &comparison->tables[i];
        const weft_schema_table *present = weft_schema_find_table(&state->schema, table->name);
        if (present && weft_compare_is_alterable(comparison, table, present)) {
            rename_columns(state, table, (size_t)(present - tables));
        }
    }
    state->present.schema = &state->schema;
    state->present.links = state->links.items;
    state->present.link_count = state->links.count;
    state->present.made = state->made.items;
    state->present.made_count = state->made.count;
    comparison->present = &state->present;
}

static bool has_renamed_columns(const weft_schema_table *stored, const weft_schema_table *present)
{
    for (size_t i = 0; i < stored->column_count; i++) {
        if (!weft_str_equal(stored->columns[i].name, present->columns[i].name)) {
            return true;
        }
    }
    return false;
}

static weft_str renamed_rows(weft_maker *maker, const weft_schema_table *stored, const weft_schema_table *present)
{
    weft_buf buf = weft_maker_buf(maker);
    weft_buf_add_text(&buf, "(SELECT ");
    for (size_t i = 0; i < stored->column_count; i++) {
        weft_buf_add_text(&buf, i > 0 ? ", " : "");
        weft_sql_add_name(&buf, stored->columns[i].name);
        weft_buf_add_text(&buf, " AS ");
        weft_sql_add_name(&buf, present->columns[i].name);
    }
    weft_buf_add_text(&buf, " FROM ");
    weft_sql_add_name(&buf, stored->name);
    weft_buf_add_char(&buf, ')');
    return weft_maker_take(maker, &buf);
}

weft_str weft_comparison_rows(const weft_comparison *comparison, weft_str table, weft_str alias)
{
    weft_maker *maker = comparison->maker;
    const weft_schema_table *present = weft_schema_find_table(comparison->present->schema, table);
    if (!present) {
        return weft_ddl_format(maker, "%N AS %N", &table, &alias);
    }
    const weft_schema_table *stored = &comparison->stored->tables[present - comparison->present->schema->tables];
    if (has_renamed_columns(stored, present)) {
        const weft_str rows = renamed_rows(maker, stored, present);
        return weft_ddl_format(maker, "%T AS %N", &rows, &alias);
    }
    return weft_str_equal(stored->name, alias) ? weft_ddl_format(maker, "%N", &alias)
                                               : weft_ddl_format(maker, "%N AS %N", &stored->name, &alias);
}
