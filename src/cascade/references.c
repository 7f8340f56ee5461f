/* Foreign keys inside a module, where a row leaves its table for good: what the database would do by itself is done
 * openly instead, so that it is shown before and can be taken back.
 *
 *      children of a relation that cascades    go too, those that were marked as deleted before among them
 *      children with a nullable foreign key    have it cleared
 *      other children                          hold the row: nothing goes, unless they go as well
 *      rows of pivot tables                    go too */
#include "cascade/walk.h"
#include "json/writer.h"

static weft_code removed_keys(const weft_cascade_walk *walk,
                              const weft_cascade_table *table,
                              size_t from,
                              weft_cascade_look *look,
                              weft_error *error)
{
    weft_value *values = WEFT_ARENA_ARRAY(walk->scratch, weft_value, table->removals_seen - from);
    if (!values) {
        return weft_fail_arena(error, walk->scratch);
    }
    look->count = 0;
    for (size_t i = from; i < table->removals_seen; i++) {
        values[look->count++] = table->removals.items[i]->keys[0];
    }
    look->values = values;
    return WEFT_OK;
}

static weft_code note_dependent(
    weft_cascade_walk *walk, const weft_edge *edge, const weft_value *row, bool is_refusing, weft_error *error)
{
    const size_t width = edge->from->key_count;
    weft_arena *keep = walk->work->keep;
    weft_value *keys = WEFT_ARENA_ARRAY(keep, weft_value, width);
    weft_cascade_dependent dependent = {.edge = edge, .keys = keys};
    bool is_whole = keys != NULL;
    for (size_t i = 0; is_whole && i < width; i++) {
        is_whole = weft_value_copy(keep, row[i], &keys[i]);
    }
    is_whole = is_whole && weft_value_copy(keep, row[width], &dependent.target);
    is_whole = is_whole && (is_refusing ? weft_vec_push(keep, &walk->refusing, dependent)
                                        : weft_vec_push(keep, &walk->clearing, dependent));
    return is_whole ? WEFT_OK : weft_fail_arena(error, keep);
}

static weft_code take_dependents(weft_cascade_walk *walk,
                                 const weft_edge *edge,
                                 const weft_cascade_found *found,
                                 weft_error *error)
{
    const weft_model *model = edge->from;
    const weft_cascade_reference reference = weft_cascade_reference_of(edge);
    for (size_t i = 0; i < found->count; i++) {
        const weft_value *row = weft_cascade_found_row(found, i);
        if (reference != WEFT_CASCADE_REFERENCE_FOLLOW) {
            WEFT_TRY(note_dependent(walk, edge, row, reference == WEFT_CASCADE_REFERENCE_REFUSE, error));
            continue;
        }
        const weft_cascade_addition child = {
            .model = model,
            .keys = row,
            .change = WEFT_CASCADE_REMOVE,
            .was_deleted = model->deleted_at && row[model->key_count + 1].kind != WEFT_VALUE_NULL,
            .parent = weft_cascade_find(walk->work, edge->to, &row[model->key_count]),
            .via = edge->reverse ? edge->reverse->name : edge->name,
        };
        WEFT_TRY(weft_cascade_add(walk->work, &child, NULL, error));
    }
    return WEFT_OK;
}

static weft_code walk_dependents(weft_cascade_walk *walk,
                                 const weft_edge *edge,
                                 weft_cascade_look *look,
                                 weft_error *error)
{
    weft_cascade_found found = {0};
    look->model = edge->from;
    look->field = edge->from_field;
    look->more[0] = edge->from_field;
    look->more[1] = edge->from->deleted_at;
    look->more_count = edge->from->deleted_at ? 2 : 1;
    WEFT_TRY(weft_cascade_look_run(walk, look, &found, error));
    return take_dependents(walk, edge, &found, error);
}

static weft_code walk_pivot(weft_cascade_walk *walk, const weft_edge *edge, weft_cascade_look *look, weft_error *error)
{
    weft_cascade_found found = {0};
    look->model = edge->through;
    look->field = edge->through_from;
    look->more_count = 0;
    WEFT_TRY(weft_cascade_look_run(walk, look, &found, error));
    for (size_t i = 0; i < found.count; i++) {
        const weft_cascade_addition row = {
            .model = edge->through, .keys = weft_cascade_found_row(&found, i), .change = WEFT_CASCADE_REMOVE};
        WEFT_TRY(weft_cascade_add(walk->work, &row, NULL, error));
    }
    return WEFT_OK;
}

/* Pivots that only the other end of the relation names are met from there, turned. */
static weft_code walk_edge(
    weft_cascade_walk *walk, const weft_model *model, const weft_edge *edge, weft_cascade_look *look, weft_error *error)
{
    if (edge->kind != WEFT_EDGE_RELATION) {
        return WEFT_OK;
    }
    if (edge->through && edge->from == model) {
        WEFT_TRY(walk_pivot(walk, edge, look, error));
    }
    if (edge->through && edge->to == model) {
        weft_edge turned = *edge;
        turned.through_from = edge->through_to;
        WEFT_TRY(walk_pivot(walk, &turned, look, error));
    }
    if (!edge->through && edge->to == model && weft_cascade_reference_of(edge) != WEFT_CASCADE_REFERENCE_NONE) {
        return walk_dependents(walk, edge, look, error);
    }
    return WEFT_OK;
}

weft_code weft_cascade_walk_references(weft_cascade_walk *walk,
                                       const weft_cascade_table *table,
                                       size_t from,
                                       weft_error *error)
{
    const weft_catalog *catalog = walk->work->catalog;
    const weft_model *model = table->model;
    weft_cascade_look look = {.wants_deleted = true};
    WEFT_TRY(removed_keys(walk, table, from, &look, error));
    for (size_t i = 0; model->key_count == 1 && i < catalog->model_count; i++) {
        const weft_model *near = catalog->models[i];
        for (size_t e = 0; near->module == model->module && e < near->edge_count; e++) {
            WEFT_TRY(walk_edge(walk, model, &near->edges[e], &look, error));
        }
    }
    return WEFT_OK;
}

static bool is_removed(const weft_cascade_walk *walk, const weft_cascade_dependent *dependent)
{
    const weft_cascade_row *row = weft_cascade_find(walk->work, dependent->edge->from, dependent->keys);
    return row && row->change == WEFT_CASCADE_REMOVE;
}

weft_code weft_cascade_fail_restricted(const weft_cascade_row *held,
                                       const weft_buf *holders,
                                       size_t count,
                                       weft_error *error)
{
    const weft_str model = held ? held->model->name : WEFT_STR("record");
    const weft_str key = held ? weft_str_slice(held->key_text, 1, held->key_text.len - 1) : (weft_str){0};
    const weft_code code = weft_fail(
        error, WEFT_RESTRICTED, "%.*s %.*s is held and cannot be deleted", WEFT_STR_ARG(model), WEFT_STR_ARG(key));
    if (count > WEFT_CASCADE_HOLDERS_TOLD_MAX) {
        weft_error_set_detail(error,
                              "Held by %.*s and %zu more.",
                              WEFT_STR_ARG(weft_buf_str(holders)),
                              count - WEFT_CASCADE_HOLDERS_TOLD_MAX);
    } else {
        weft_error_set_detail(error, "Held by %.*s.", WEFT_STR_ARG(weft_buf_str(holders)));
    }
    weft_error_set_hint(error, "Delete or unlink what holds it first. Nothing was deleted.");
    return code;
}

static weft_code check_refusing(weft_cascade_walk *walk, weft_error *error)
{
    weft_buf buf;
    size_t count = 0;
    const weft_cascade_row *held = NULL;
    weft_buf_init_arena(&buf, walk->scratch);
    for (size_t i = 0; i < walk->refusing.count; i++) {
        const weft_cascade_dependent *dependent = &walk->refusing.items[i];
        if (is_removed(walk, dependent)) {
            continue;
        }
        held = held ? held : weft_cascade_find(walk->work, dependent->edge->to, &dependent->target);
        if (count++ < WEFT_CASCADE_HOLDERS_TOLD_MAX) {
            weft_buf_add_text(&buf, buf.len > 0 ? ", " : "");
            weft_buf_add_str(&buf, dependent->edge->from->name);
            weft_buf_add_char(&buf, ' ');
            weft_json_add_value(&buf, &dependent->keys[0]);
            weft_buf_add_text(&buf, " by its field ");
            weft_buf_add_str(&buf, dependent->edge->from_field->name);
        }
    }
    return count > 0 ? weft_cascade_fail_restricted(held, &buf, count, error) : WEFT_OK;
}

weft_code weft_cascade_settle_references(weft_cascade_walk *walk, weft_error *error)
{
    WEFT_TRY(check_refusing(walk, error));
    for (size_t i = 0; i < walk->clearing.count; i++) {
        const weft_cascade_dependent *dependent = &walk->clearing.items[i];
        if (!is_removed(walk, dependent)) {
            WEFT_TRY(weft_cascade_add_clear(
                walk->work, dependent->edge->from_field, dependent->keys, &dependent->target, error));
        }
    }
    return WEFT_OK;
}
