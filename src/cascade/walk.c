/* The walk, breadth first.
 *
 *      named records ─▶ rows ─┬─ relations that cascade ──▶ more rows ─┐
 *                       ▲     ├─ link rows ─ policy cascade ─▶ rows ───┤
 *                       │     └─ rows that point at removed ones ──────┤
 *                       └──────────────── until nothing is new ◀───────┘
 *                       └───── orphans, looked for when all is quiet
 *
 * Then what restricts is held against the whole: a record that goes as well holds nothing. Statements are one a table,
 * edge and round, never one a row. Every row is visited once, so cycles end. A row is locked when it is found and its
 * links are looked at afterwards: who wants to link to it waits, and then finds it deleted. */
#include "cascade/own.h"

#include "model/operand.h"

static weft_code add_root(weft_cascade_walk *walk, const weft_model *model, const weft_value *keys, weft_error *error)
{
    const weft_cascade_addition root = {
        .model = model, .keys = keys, .change = model->deleted_at ? WEFT_CASCADE_MARK : WEFT_CASCADE_REMOVE};
    return weft_cascade_add(walk->work, &root, NULL, error);
}

weft_code weft_cascade_check_root(const weft_model *model, weft_error *error)
{
    if (!model->link && !model->is_pivot && model->is_managed) {
        return WEFT_OK;
    }
    const weft_code code =
        weft_fail(error, WEFT_UNSUPPORTED, "cannot delete records of \"%.*s\"", WEFT_STR_ARG(model->name));
    weft_error_set_hint(error,
                        model->link        ? "Links are dismissed: weft link dismiss."
                        : model->is_served ? "Callbacks serve them to be read."
                                           : "Its table is not managed by weft.");
    return code;
}

static weft_code add_roots(weft_cascade_walk *walk, const weft_cascade_request *request, weft_error *error)
{
    const weft_model *model = request->model;
    WEFT_TRY(weft_cascade_check_root(model, error));
    WEFT_TRY(weft_row_scope_check_change(walk->session->rows, model, error));
    weft_value *keys = WEFT_ARENA_ARRAY(walk->scratch, weft_value, request->key_count * model->key_count);
    if (!keys) {
        return weft_fail_arena(error, walk->scratch);
    }
    for (size_t i = 0; i < request->key_count; i++) {
        WEFT_TRY(weft_model_read_key(model, request->keys[i], walk->scratch, keys + i * model->key_count, error));
    }
    weft_cascade_found found = {0};
    WEFT_TRY(weft_cascade_look_at_keys(walk, model, keys, request->key_count, &found, error));
    for (size_t i = 0; i < found.count; i++) {
        WEFT_TRY(add_root(walk, model, weft_cascade_found_row(&found, i), error));
    }
    for (size_t i = 0; i < request->key_count; i++) {
        if (!weft_cascade_find(walk->work, model, keys + i * model->key_count)) {
            return weft_fail(error,
                             WEFT_NOT_FOUND,
                             "%.*s \"%.*s\" was not found",
                             WEFT_STR_ARG(model->name),
                             WEFT_STR_ARG(request->keys[i]));
        }
    }
    return WEFT_OK;
}

static weft_code add_children(weft_cascade_walk *walk,
                              const weft_edge *edge,
                              const weft_cascade_found *found,
                              weft_error *error)
{
    const weft_model *model = edge->to;
    for (size_t i = 0; i < found->count; i++) {
        const weft_value *row = weft_cascade_found_row(found, i);
        const weft_cascade_addition child = {.model = model,
                                             .keys = row,
                                             .change = model->deleted_at ? WEFT_CASCADE_MARK : WEFT_CASCADE_REMOVE,
                                             .parent =
                                                 weft_cascade_find(walk->work, edge->from, &row[model->key_count]),
                                             .via = edge->name};
        WEFT_TRY(weft_cascade_add(walk->work, &child, NULL, error));
    }
    return WEFT_OK;
}

/* Children by hasMany and hasOne; a pivot's rows stay with what they join, as they are no records. */
static weft_code walk_relations(weft_cascade_walk *walk,
                                const weft_cascade_table *table,
                                size_t from,
                                weft_error *error)
{
    const weft_model *model = table->model;
    for (size_t i = 0; i < model->edge_count; i++) {
        const weft_edge *edge = &model->edges[i];
        if (edge->kind != WEFT_EDGE_RELATION || edge->through || !edge->cascades_delete) {
            continue;
        }
        weft_cascade_look look = {
            .model = edge->to, .field = edge->to_field, .more = {edge->to_field}, .more_count = 1};
        WEFT_TRY(weft_cascade_live_keys(walk, table, from, &look, error));
        weft_cascade_found found = {0};
        WEFT_TRY(weft_cascade_look_run(walk, &look, &found, error));
        WEFT_TRY(add_children(walk, edge, &found, error));
    }
    return WEFT_OK;
}

weft_code weft_cascade_live_keys(const weft_cascade_walk *walk,
                                 const weft_cascade_table *table,
                                 size_t from,
                                 weft_cascade_look *look,
                                 weft_error *error)
{
    weft_value *values = WEFT_ARENA_ARRAY(walk->scratch, weft_value, table->rows_seen - from);
    if (!values) {
        return weft_fail_arena(error, walk->scratch);
    }
    look->count = 0;
    for (size_t i = from; i < table->rows_seen; i++) {
        if (!table->rows.items[i]->was_deleted) {
            values[look->count++] = table->rows.items[i]->keys[0];
        }
    }
    look->values = values;
    return WEFT_OK;
}

static weft_code walk_table(weft_cascade_walk *walk, weft_cascade_table *table, weft_error *error)
{
    const size_t rows_from = table->rows_seen;
    const size_t removals_from = table->removals_seen;
    table->rows_seen = table->rows.count;
    table->removals_seen = table->removals.count;
    if (table->model->link || table->model->is_pivot) {
        return WEFT_OK;
    }
    if (rows_from < table->rows_seen) {
        WEFT_TRY(walk_relations(walk, table, rows_from, error));
        WEFT_TRY(weft_cascade_walk_links(walk, table, rows_from, error));
    }
    if (removals_from < table->removals_seen) {
        WEFT_TRY(weft_cascade_walk_references(walk, table, removals_from, error));
    }
    return WEFT_OK;
}

static bool has_unseen(const weft_cascade_table *table)
{
    return table->rows_seen < table->rows.count || table->removals_seen < table->removals.count;
}

static weft_code walk_rounds(weft_cascade_walk *walk, weft_error *error)
{
    const weft_catalog *catalog = walk->work->catalog;
    bool has_grown = true;
    while (has_grown) {
        has_grown = false;
        for (size_t i = 0; i < catalog->model_count; i++) {
            weft_cascade_table *table = &walk->work->tables[i];
            if (has_unseen(table)) {
                WEFT_TRY(walk_table(walk, table, error));
                has_grown = true;
            }
        }
        if (!has_grown) {
            WEFT_TRY(weft_cascade_walk_orphans(walk, &has_grown, error));
        }
    }
    return WEFT_OK;
}

weft_code weft_cascade_walk_run(weft_cascade_walk *walk, const weft_cascade_request *request, weft_error *error)
{
    WEFT_TRY(add_roots(walk, request, error));
    return weft_cascade_walk_on(walk, error);
}

weft_code weft_cascade_walk_on(weft_cascade_walk *walk, weft_error *error)
{
    WEFT_TRY(walk_rounds(walk, error));
    WEFT_TRY(weft_cascade_check_own(walk, error));
    WEFT_TRY(weft_cascade_check_holders(walk, error));
    return weft_cascade_settle_references(walk, error);
}
