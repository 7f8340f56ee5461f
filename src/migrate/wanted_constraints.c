/* The checks and foreign keys a table wants: enums know their values, the definition its own checks, and records that
 * belong to others point at them, inside a module only. */
#include "migrate/wanted_parts.h"
#include "sql/render.h"

static weft_str enum_expression(weft_maker *maker, const weft_field *field)
{
    weft_buf buf = weft_maker_buf(maker);
    weft_sql_add_name(&buf, field->column);
    weft_buf_add_text(&buf, " IN (");
    for (size_t i = 0; i < field->enum_value_count; i++) {
        weft_buf_add_text(&buf, i > 0 ? ", " : "");
        weft_sql_add_literal(&buf, field->enum_values[i]);
    }
    weft_buf_add_text(&buf, ")");
    return weft_maker_take(maker, &buf);
}

void weft_wanted_checks_make(weft_maker *maker, const weft_model *model, weft_wanted_table *table)
{
    WEFT_VEC(weft_wanted_check) checks = {0};
    for (size_t i = 0; i < model->field_count; i++) {
        const weft_field *field = &model->fields[i];
        if (field->type == WEFT_TYPE_ENUM && field->enum_value_count > 0) {
            const weft_wanted_check check = {.name = weft_enum_check_name(maker, field),
                                             .expression = enum_expression(maker, field),
                                             .field = field};
            weft_maker_push(maker, &checks, check);
        }
    }
    for (size_t i = 0; i < model->check_count; i++) {
        const weft_wanted_check check = {.name = model->checks[i].name, .expression = model->checks[i].expression};
        weft_maker_push(maker, &checks, check);
    }
    table->checks = checks.items;
    table->check_count = checks.count;
}

typedef WEFT_VEC(weft_wanted_foreign_key) foreign_keys;

/* A key is made only where the database can hold it: to the whole primary key of a table that weft made. */
static void add_foreign_key(
    weft_maker *maker, foreign_keys *keys, const weft_field *from, const weft_field *to, const char *actions)
{
    const weft_model *target = to->model;
    if (!target->is_managed || target->key_count != 1 || target->keys[0] != to || from->model->store != target->store) {
        return;
    }
    for (size_t i = 0; i < keys->count; i++) {
        if (weft_str_equal(keys->items[i].column, from->column)) {
            return;
        }
    }
    const weft_wanted_foreign_key key = {
        .name = weft_constraint_name(maker, from->model->table, from->column, "_foreign"),
        .column = from->column,
        .target = target,
        .target_column = to->column,
        .actions = weft_str_from(actions),
    };
    weft_maker_push(maker, keys, key);
}

/* Does the parent delete its children along the relation that `edge` walks upward? */
static bool parent_cascades(const weft_edge *edge)
{
    for (size_t i = 0; i < edge->to->edge_count; i++) {
        const weft_edge *down = &edge->to->edges[i];
        if (down->cascades_delete && !down->through && down->to == edge->from && down->to_field == edge->from_field) {
            return true;
        }
    }
    return false;
}

static void add_belongs_to_keys(weft_maker *maker, const weft_model *model, foreign_keys *keys)
{
    for (size_t i = 0; i < model->edge_count; i++) {
        const weft_edge *edge = &model->edges[i];
        if (edge->kind != WEFT_EDGE_RELATION || edge->through || !edge->from_field->is_foreign_key) {
            continue;
        }
        const char *actions = "ON UPDATE CASCADE";
        if (parent_cascades(edge)) {
            actions = "ON UPDATE CASCADE ON DELETE CASCADE";
        } else if (edge->from_field->is_nullable) {
            actions = "ON UPDATE CASCADE ON DELETE SET NULL";
        }
        add_foreign_key(maker, keys, edge->from_field, edge->to_field, actions);
    }
}

static void add_pivot_keys(weft_maker *maker, const weft_catalog *catalog, const weft_model *pivot, foreign_keys *keys)
{
    const char *actions = "ON UPDATE CASCADE ON DELETE CASCADE";
    for (size_t i = 0; i < catalog->model_count; i++) {
        const weft_model *model = catalog->models[i];
        for (size_t j = 0; j < model->edge_count; j++) {
            const weft_edge *edge = &model->edges[j];
            if (edge->kind == WEFT_EDGE_RELATION && edge->through == pivot) {
                add_foreign_key(maker, keys, edge->through_from, edge->from_field, actions);
                add_foreign_key(maker, keys, edge->through_to, edge->to_field, actions);
            }
        }
    }
}

void weft_wanted_foreign_keys_make(weft_maker *maker,
                                   const weft_catalog *catalog,
                                   const weft_model *model,
                                   weft_wanted_table *table)
{
    foreign_keys keys = {0};
    if (model->is_pivot) {
        add_pivot_keys(maker, catalog, model, &keys);
    } else if (!model->link) {
        add_belongs_to_keys(maker, model, &keys);
    }
    table->foreign_keys = keys.items;
    table->foreign_key_count = keys.count;
}
