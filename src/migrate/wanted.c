/* From a model of the catalog to the table it wants in one dialect. Constraints and indexes get the names Medusa gives
 * them, so that tables made by either look alike. */
#include "migrate/wanted.h"

#include "model/names.h"
#include "sql/render.h"

#define NAME_BYTES_MAX 58

static bool is_link_key(const weft_model *model, const weft_field *field)
{
    return model->link && (field == model->link->left.column || field == model->link->right.column);
}

static bool is_text(weft_type type)
{
    return type == WEFT_TYPE_ID || type == WEFT_TYPE_TEXT || type == WEFT_TYPE_ENUM;
}

/* DDL is written in capitals; what stands in quotes is a name and stays. */
static weft_str shout(weft_maker *maker, weft_str type)
{
    char *data = weft_maker_array(maker, type.len + 1, 1);
    bool is_quoted = false;
    for (size_t i = 0; data && i < type.len; i++) {
        const char byte = type.data[i];
        is_quoted = is_quoted != (byte == '"');
        data[i] = !is_quoted && byte >= 'a' && byte <= 'z' ? (char)(byte - 'a' + 'A') : byte;
    }
    return data ? (weft_str){data, type.len} : WEFT_STR("");
}

/* The id and the keys of a link table are VARCHAR as Medusa made them; the keys compare bytewise where weft names the
 * tables, and are exactly Medusa's where Medusa's names are kept. */
static weft_str column_type(weft_maker *maker, const weft_dialect *dialect, const weft_field *field)
{
    const weft_model *model = field->model;
    const bool is_key = is_link_key(model, field);
    const bool is_id = model->link && field->type == WEFT_TYPE_ID && weft_str_equal_text(field->name, "id");
    if (!is_text(field->type) || (!is_key && !is_id)) {
        return shout(
            maker,
            weft_maker_text(
                maker, "%s%s", dialect->type_names[field->type], is_text(field->type) ? dialect->text_collation : ""));
    }
    const bool is_medusa = model->link->naming == WEFT_NAMING_MEDUSA;
    return shout(maker,
                 weft_maker_text(maker,
                                 "%s%s%s",
                                 dialect->link_text_type,
                                 is_medusa ? "(255)" : "",
                                 is_key && !is_medusa ? dialect->text_collation : ""));
}

static weft_str column_default(weft_maker *maker, const weft_dialect *dialect, const weft_field *field)
{
    const bool is_now = field == field->model->created_at || field == field->model->updated_at;
    if (!field->has_default) {
        return is_now ? weft_str_from(dialect->now_sql) : WEFT_STR("");
    }
    if (field->default_value.kind == WEFT_VALUE_NULL) {
        return WEFT_STR("");
    }
    weft_buf buf = weft_maker_buf(maker);
    weft_sql_add_value_literal(&buf, &field->default_value, dialect);
    return weft_maker_take(maker, &buf);
}

static void make_columns(weft_maker *maker, const weft_model *model, weft_wanted_table *table)
{
    weft_wanted_column *columns = weft_maker_array(maker, model->field_count, sizeof(*columns));
    for (size_t i = 0; columns && i < model->field_count; i++) {
        const weft_field *field = &model->fields[i];
        columns[i] = (weft_wanted_column){
            .field = field,
            .name = field->column,
            .type = column_type(maker, table->dialect, field),
            .default_sql = column_default(maker, table->dialect, field),
            .is_nullable = field->is_nullable,
            .is_key = model->key_count == 1 && model->keys[0] == field,
        };
    }
    table->columns = columns;
    table->column_count = columns ? model->field_count : 0;
}

static const weft_str *field_columns(weft_maker *maker, const weft_field *const *fields, size_t count)
{
    weft_str *columns = weft_maker_array(maker, count, sizeof(*columns));
    for (size_t i = 0; columns && i < count; i++) {
        columns[i] = fields[i]->column;
    }
    return columns;
}

/* Names that fit stay as they are; longer ones are shortened as Medusa does. */
static weft_str fitting_name(weft_maker *maker, weft_str name)
{
    const weft_str fitting = name.len > NAME_BYTES_MAX ? weft_name_compress(name, maker->keep) : name;
    maker->failed |= fitting.data == NULL;
    return fitting;
}

static weft_str constraint_name(weft_maker *maker, weft_str table, weft_str middle, const char *suffix)
{
    return fitting_name(maker,
                        weft_maker_text(maker, "%.*s_%.*s%s", WEFT_STR_ARG(table), WEFT_STR_ARG(middle), suffix));
}

weft_str weft_enum_check_name(weft_maker *maker, const weft_field *field)
{
    return constraint_name(maker, field->model->table, field->column, "_check");
}

weft_str weft_unique_index_name(weft_maker *maker, weft_str table, weft_str column)
{
    return constraint_name(maker, weft_maker_text(maker, "IDX_%.*s", WEFT_STR_ARG(table)), column, "_unique");
}

static weft_str index_where(weft_maker *maker, const weft_model *model, const weft_index *index)
{
    weft_buf buf = weft_maker_buf(maker);
    const bool is_live_only = index->is_live_only && model->deleted_at;
    if (index->where.len) {
        weft_buf_add_format(&buf, is_live_only ? "(%.*s) AND " : "%.*s", WEFT_STR_ARG(index->where));
    }
    if (is_live_only) {
        weft_sql_add_name(&buf, model->deleted_at->column);
        weft_buf_add_text(&buf, " IS NULL");
    }
    return weft_maker_take(maker, &buf);
}

/* Where an index cannot carry columns along they become part of its key. */
static void append_including(weft_maker *maker, weft_wanted_index *index)
{
    weft_str *columns = weft_maker_array(maker, index->column_count + index->including_count, sizeof(*columns));
    if (!columns) {
        return;
    }
    for (size_t i = 0; i < index->column_count; i++) {
        columns[i] = index->columns[i];
    }
    for (size_t i = 0; i < index->including_count; i++) {
        columns[index->column_count + i] = index->including[i];
    }
    index->columns = columns;
    index->column_count += index->including_count;
    index->including = NULL;
    index->including_count = 0;
}

/* A unique index must not grow its key: there the carried columns get an index of their own beside it. */
static weft_wanted_index covering_index(weft_maker *maker, weft_str table, const weft_wanted_index *unique)
{
    weft_wanted_index covering = *unique;
    covering.is_unique = covering.is_cardinality = false;
    append_including(maker, &covering);
    weft_buf name = weft_maker_buf(maker);
    weft_buf_add_format(&name, "IDX_%.*s", WEFT_STR_ARG(table));
    for (size_t i = 0; i < covering.column_count; i++) {
        weft_buf_add_format(&name, "_%.*s", WEFT_STR_ARG(covering.columns[i]));
    }
    covering.name = fitting_name(maker, weft_maker_take(maker, &name));
    return covering;
}

static weft_wanted_index make_index(weft_maker *maker, const weft_model *model, const weft_index *index)
{
    return (weft_wanted_index){
        .name = index->name,
        .columns = field_columns(maker, index->fields, index->field_count),
        .column_count = index->field_count,
        .including = field_columns(maker, index->including, index->including_count),
        .including_count = index->including_count,
        .is_unique = index->is_unique,
        .is_cardinality = index->is_unique && index->field_count == 1 && is_link_key(model, index->fields[0]),
        .where_sql = index_where(maker, model, index),
        .raw = index->where,
    };
}

static void make_indexes(weft_maker *maker, const weft_model *model, weft_wanted_table *table)
{
    WEFT_VEC(weft_wanted_index) indexes = {0};
    for (size_t i = 0; i < model->index_count; i++) {
        weft_wanted_index index = make_index(maker, model, &model->indexes[i]);
        weft_wanted_index covering = {0};
        if (index.including_count > 0 && !table->dialect->has_include) {
            if (index.is_unique) {
                covering = covering_index(maker, table->name, &index);
                index.including_count = 0;
            } else {
                append_including(maker, &index);
            }
        }
        weft_maker_push(maker, &indexes, index);
        if (covering.column_count > 0) {
            weft_maker_push(maker, &indexes, covering);
        }
    }
    table->indexes = indexes.items;
    table->index_count = indexes.count;
}

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

static void make_checks(weft_maker *maker, const weft_model *model, weft_wanted_table *table)
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
        .name = constraint_name(maker, from->model->table, from->column, "_foreign"),
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

static void make_foreign_keys(weft_maker *maker,
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

void weft_wanted_table_make(weft_maker *maker,
                            const weft_catalog *catalog,
                            const weft_model *model,
                            const weft_dialect *dialect,
                            weft_wanted_table *ret_table)
{
    *ret_table = (weft_wanted_table){.model = model, .dialect = dialect, .name = model->table};
    ret_table->keys = field_columns(maker, model->keys, model->key_count);
    ret_table->key_count = ret_table->keys ? model->key_count : 0;
    ret_table->key_name = constraint_name(maker, model->table, WEFT_STR("pkey"), "");
    make_columns(maker, model, ret_table);
    make_indexes(maker, model, ret_table);
    make_checks(maker, model, ret_table);
    make_foreign_keys(maker, catalog, model, ret_table);
}
