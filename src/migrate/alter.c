/* A table that is there, against what is wanted: adopted, or altered column by column, check by check, index by index.
 */
#include "migrate/alter.h"

static weft_action with_statements(weft_action action, const weft_statements *statements)
{
    action.statements = statements->items;
    action.statement_count = statements->count;
    return action;
}

static weft_action complete(const weft_alteration *alteration, weft_action action)
{
    action.kind = action.kind == 0 ? WEFT_ACTION_ALTER : action.kind;
    action.model = alteration->table->model;
    action.table = alteration->table->name;
    return action;
}

void weft_alteration_undo(weft_alteration *alteration, weft_action *action, weft_str sql)
{
    weft_str *undo = weft_maker_array(alteration->maker, action->undo_count + 1, sizeof(*undo));
    for (size_t i = 0; undo && i < action->undo_count; i++) {
        undo[i] = action->undo[i];
    }
    if (undo) {
        undo[action->undo_count++] = sql;
        action->undo = undo;
    }
}

void weft_alteration_undo_to_present(weft_alteration *alteration, weft_action *action)
{
    weft_statements undo = {0};
    if (alteration->present->sql.len > 0) {
        weft_rebuild_undo(alteration->maker, alteration->present, action->edits, action->edit_count, &undo);
        action->undo = undo.items;
        action->undo_count = undo.count;
    }
}

static void push_edits(weft_alteration *alteration, weft_edits *to, const weft_edit *edits, size_t edit_count)
{
    for (size_t i = 0; i < edit_count; i++) {
        weft_maker_push(alteration->maker, to, edits[i]);
    }
}

void weft_alteration_add(weft_alteration *alteration,
                         weft_action action,
                         weft_statements *statements,
                         const weft_edit *edits,
                         size_t edit_count)
{
    weft_maker *maker = alteration->maker;
    action = complete(alteration, action);
    if (edit_count == 0 || alteration->comparison->dialect->has_alter_column) {
        weft_maker_push(maker, &alteration->plain, with_statements(action, statements));
    } else if (action.is_safe) {
        weft_buf_add_text(&alteration->safe_summary, alteration->safe_edits.count ? "; " : "");
        weft_buf_add_str(&alteration->safe_summary, action.summary);
        push_edits(alteration, &alteration->safe_edits, edits, edit_count);
    } else {
        weft_edits own = {0};
        push_edits(alteration, &own, edits, edit_count);
        action.edits = own.items;
        action.edit_count = own.count;
        weft_maker_push(maker, &alteration->rebuilds, action);
    }
}

weft_str weft_alteration_rows(const weft_alteration *alteration)
{
    return weft_comparison_rows(alteration->comparison, alteration->table->name, alteration->table->name);
}

weft_str weft_alteration_example_keys(const weft_alteration *alteration, weft_str where_sql)
{
    const weft_str rows = weft_alteration_rows(alteration);
    return weft_ddl_format(alteration->maker,
                           "SELECT CAST(%N AS text) FROM %T WHERE %T ORDER BY 1 LIMIT 5",
                           &alteration->table->keys[0],
                           &rows,
                           &where_sql);
}

/* Planned on what the rebuild before it makes. */
static void add_rebuild(weft_alteration *alteration, weft_action action)
{
    weft_statements statements = {0};
    weft_maker *maker = alteration->maker;
    weft_rebuild(maker, alteration->present, action.edits, action.edit_count, &statements);
    weft_alteration_undo_to_present(alteration, &action);
    weft_comparison_add(alteration->comparison, action, &statements);
    alteration->present = weft_rebuild_result(maker, alteration->present, action.edits, action.edit_count);
}

static void add_rebuilds(weft_alteration *alteration)
{
    if (alteration->safe_edits.count > 0) {
        const weft_action action = {.summary = weft_maker_take(alteration->maker, &alteration->safe_summary),
                                    .is_safe = true,
                                    .edits = alteration->safe_edits.items,
                                    .edit_count = alteration->safe_edits.count};
        add_rebuild(alteration, complete(alteration, action));
    }
    for (size_t i = 0; i < alteration->rebuilds.count; i++) {
        add_rebuild(alteration, alteration->rebuilds.items[i]);
    }
}

/* The column that is or is to become the one called `name`, or NULL. */
static const weft_schema_column *find_present(const weft_alteration *alteration, weft_str name)
{
    const weft_schema_column *found = weft_schema_find_column(alteration->present, name);
    for (size_t i = 0; !found && i < alteration->table->column_count; i++) {
        const weft_wanted_column *column = &alteration->table->columns[i];
        if (weft_str_equal(column->name, name) && column->field->renamed_from.len > 0) {
            found = weft_schema_find_column(alteration->present, column->field->renamed_from);
        }
    }
    return found;
}

/* The key of the table as it is, in key order. */
static bool has_key(const weft_alteration *alteration, const weft_str *keys, size_t key_count)
{
    const weft_schema_table *present = alteration->present;
    size_t present_count = 0;
    for (size_t i = 0; i < present->column_count; i++) {
        present_count += present->columns[i].key_position > 0;
    }
    for (size_t i = 0; i < key_count; i++) {
        const weft_schema_column *column = find_present(alteration, keys[i]);
        if (!column || column->key_position == 0) {
            return false;
        }
    }
    return present_count == key_count;
}

/* A link table whose primary key is the pair, where weft would make it the id: Medusa's shape, taken as it is. */
static bool has_medusa_shape(const weft_alteration *alteration)
{
    const weft_link *link = alteration->table->model->link;
    if (!link || alteration->table->key_count != 1) {
        return false;
    }
    const weft_str pair[] = {link->left.column->column, link->right.column->column};
    return has_key(alteration, pair, 2);
}

static bool is_link_table(const weft_alteration *alteration)
{
    const weft_link *link = alteration->table->model->link;
    const weft_field *needed[] = {link->left.column, link->right.column, alteration->table->model->deleted_at};
    for (size_t i = 0; i < 3; i++) {
        if (needed[i] && !find_present(alteration, needed[i]->column)) {
            return false;
        }
    }
    return true;
}

static void adopt(weft_alteration *alteration)
{
    const weft_link *link = alteration->table->model->link;
    const weft_action action = {
        .kind = WEFT_ACTION_ADOPT,
        .summary =
            weft_maker_text(alteration->maker, "take the table as it is for link %.*s", WEFT_STR_ARG(link->name)),
        .is_safe = true,
    };
    weft_comparison_add(alteration->comparison, complete(alteration, action), NULL);
}

/* Why the table is not weft's to alter, as the summary and reason of a refused action. */
static bool is_misfit(const weft_alteration *alteration, weft_action *ret_refusal)
{
    const weft_wanted_table *table = alteration->table;
    weft_maker *maker = alteration->maker;
    weft_action refusal = {.is_refused = true};
    if (alteration->present->is_view) {
        refusal.summary = WEFT_STR("make the table");
        refusal.reason = WEFT_STR("a view has its name");
    } else if (table->model->link && !is_link_table(alteration)) {
        refusal.summary = WEFT_STR("take the table for a link");
        refusal.reason = WEFT_STR("a table of that name exists and lacks the columns of a link table; give the link "
                                  "another database.table, or rename the table");
    } else if (!alteration->is_adopted && !has_key(alteration, table->keys, table->key_count)) {
        const weft_str keys = weft_ddl_names(maker, table->keys, table->key_count);
        refusal.summary = weft_maker_text(maker, "change the primary key to %.*s", WEFT_STR_ARG(keys));
        refusal.reason = WEFT_STR("the table has another primary key, and weft does not change primary keys");
    }
    *ret_refusal = refusal;
    return refusal.reason.len > 0;
}

static weft_alteration begin(weft_comparison *comparison,
                             const weft_wanted_table *table,
                             const weft_schema_table *present)
{
    weft_alteration alteration = {
        .comparison = comparison, .maker = comparison->maker, .table = table, .present = present};
    alteration.is_adopted = has_medusa_shape(&alteration);
    return alteration;
}

bool weft_compare_is_alterable(weft_comparison *comparison,
                               const weft_wanted_table *table,
                               const weft_schema_table *present)
{
    weft_action refusal;
    const weft_alteration alteration = begin(comparison, table, present);
    return !is_misfit(&alteration, &refusal);
}

void weft_compare_table(weft_comparison *comparison, const weft_wanted_table *table, const weft_schema_table *present)
{
    weft_action refusal;
    weft_alteration alteration = begin(comparison, table, present);
    if (is_misfit(&alteration, &refusal)) {
        weft_comparison_add(comparison, complete(&alteration, refusal), NULL);
        return;
    }
    if (table->model->link && !weft_comparison_is_recorded(comparison, table->name)) {
        adopt(&alteration);
    }
    alteration.safe_summary = weft_maker_buf(comparison->maker);
    weft_alter_read_checks(&alteration);
    weft_alter_columns(&alteration);
    if (!alteration.is_adopted) {
        weft_alter_checks(&alteration);
        weft_alter_foreign_keys(&alteration);
    }
    weft_alter_indexes(&alteration);
    add_rebuilds(&alteration);
    for (size_t i = 0; i < alteration.plain.count; i++) {
        weft_comparison_add(comparison, alteration.plain.items[i], NULL);
    }
}
