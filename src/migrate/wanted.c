/* From a model of the catalog to the table it wants in one dialect. Constraints and indexes get the names Medusa gives
 * them, so that tables made by either look alike. */
#include "migrate/wanted_parts.h"

#include "model/names.h"
#include "sql/render.h"

#define NAME_BYTES_MAX 58

bool weft_is_link_key(const weft_model *model, const weft_field *field)
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
    const bool is_key = weft_is_link_key(model, field);
    if (field->native == WEFT_NATIVE_UUID && dialect->has_native_types) {
        return WEFT_STR("UUID");
    }
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

const weft_str *weft_field_columns(weft_maker *maker, const weft_field *const *fields, size_t count)
{
    weft_str *columns = weft_maker_array(maker, count, sizeof(*columns));
    for (size_t i = 0; columns && i < count; i++) {
        columns[i] = fields[i]->column;
    }
    return columns;
}

weft_str weft_fitting_name(weft_maker *maker, weft_str name)
{
    const weft_str fitting = name.len > NAME_BYTES_MAX ? weft_name_compress(name, maker->keep) : name;
    maker->failed |= fitting.data == NULL;
    return fitting;
}

weft_str weft_constraint_name(weft_maker *maker, weft_str table, weft_str middle, const char *suffix)
{
    return weft_fitting_name(maker,
                             weft_maker_text(maker, "%.*s_%.*s%s", WEFT_STR_ARG(table), WEFT_STR_ARG(middle), suffix));
}

static weft_str enum_check_name(weft_maker *maker, weft_str table, weft_str column)
{
    return weft_constraint_name(maker, table, column, "_check");
}

weft_str weft_enum_check_name(weft_maker *maker, const weft_field *field)
{
    return enum_check_name(maker, field->model->table, field->column);
}

weft_str weft_unique_index_name(weft_maker *maker, weft_str table, weft_str column)
{
    return weft_constraint_name(maker, weft_maker_text(maker, "IDX_%.*s", WEFT_STR_ARG(table)), column, "_unique");
}

typedef weft_str name_maker(weft_maker *maker, weft_str table, weft_str column);

/* Renaming a table or a column renames nothing that is called after it. */
static bool is_name_of(weft_maker *maker, name_maker *make, const weft_field *field, weft_str name)
{
    const weft_str tables[] = {field->model->table, field->model->renamed_from};
    const weft_str columns[] = {field->column, field->renamed_from};
    for (size_t i = 0; i < 4; i++) {
        const weft_str table = tables[i / 2];
        const weft_str column = columns[i % 2];
        if (table.len > 0 && column.len > 0 && weft_str_equal(make(maker, table, column), name)) {
            return true;
        }
    }
    return false;
}

bool weft_is_enum_check_name(weft_maker *maker, const weft_field *field, weft_str name)
{
    return is_name_of(maker, enum_check_name, field, name);
}

bool weft_is_unique_index_name(weft_maker *maker, const weft_field *field, weft_str name)
{
    return is_name_of(maker, weft_unique_index_name, field, name);
}

void weft_wanted_table_make(weft_maker *maker,
                            const weft_catalog *catalog,
                            const weft_model *model,
                            const weft_dialect *dialect,
                            weft_wanted_table *ret_table)
{
    *ret_table = (weft_wanted_table){.model = model, .dialect = dialect, .name = model->table};
    ret_table->keys = weft_field_columns(maker, model->keys, model->key_count);
    ret_table->key_count = ret_table->keys ? model->key_count : 0;
    ret_table->key_name = weft_constraint_name(maker, model->table, WEFT_STR("pkey"), "");
    make_columns(maker, model, ret_table);
    weft_wanted_indexes_make(maker, model, ret_table);
    weft_wanted_checks_make(maker, model, ret_table);
    weft_wanted_foreign_keys_make(maker, catalog, model, ret_table);
}
