/* Fields from their definitions: names and columns claimed, modifiers that fit the type, values, default. What does not
 * fit is reported; fails only by running out of memory. */
#include "define/build.h"
#include "model/names.h"

#define NAME_BYTES_MAX 63

weft_code weft_build_add_field(
    weft_builder *builder, weft_model_draft *draft, const weft_field *field, weft_place place, weft_field **ret_field)
{
    weft_model *model = draft->model;
    const weft_str column = weft_build_store_name(builder, model->store, field->column);
    const weft_str what = weft_str_format(builder->shop->scratch, "a property of \"%.*s\"", WEFT_STR_ARG(model->name));
    const char *kind = field->is_foreign_key ? "the foreign key"
                       : field->is_timestamp ? "weft's own field"
                                             : "the field";
    const weft_claim claim = {weft_str_format(builder->shop->scratch, "%s \"%.*s\"", kind, WEFT_STR_ARG(field->name)),
                              place};
    const weft_claim *other = NULL;
    if (!column.data || !what.data || !claim.owner.data) {
        return WEFT_NO_MEMORY;
    }
    WEFT_TRY(weft_build_claim(builder, &draft->claims, field->name, &claim, &other));
    if (other) {
        (void)weft_build_fail_clash(builder, field->name, what, &claim, other);
        *ret_field = NULL;
        return WEFT_OK;
    }
    WEFT_TRY(weft_build_claim(builder, &draft->columns, column, &claim, &other));
    if (other) {
        const weft_str table =
            weft_str_format(builder->shop->scratch, "a column of the table \"%.*s\"", WEFT_STR_ARG(model->table));
        (void)weft_build_fail_clash(builder, field->column, table, &claim, other);
    }
    weft_field *mine = &draft->fields[model->field_count];
    *mine = *field;
    mine->index = (uint32_t)model->field_count++;
    mine->model = model;
    *ret_field = mine;
    return weft_map_set(&model->field_map, mine->name, mine) ? WEFT_OK : WEFT_NO_MEMORY;
}

/* A table or column name from a definition: anything the databases can hold. */
static bool is_sql_name(weft_str name)
{
    return name.len > 0 && name.len <= NAME_BYTES_MAX;
}

void weft_build_check_sql_name(weft_builder *builder, const weft_word *name, const char *what)
{
    if (name->text.data && !is_sql_name(name->text)) {
        (void)weft_problem(builder->shop,
                           name->place,
                           WEFT_INVALID_DEFINITION,
                           "the name of %s is longer than %d bytes",
                           what,
                           NAME_BYTES_MAX);
    }
}

static void fail_modifier(weft_builder *builder,
                          const weft_field_definition *definition,
                          weft_place place,
                          const char *why)
{
    (void)weft_problem(builder->shop,
                       place,
                       WEFT_INVALID_DEFINITION,
                       "the field \"%.*s\" %s",
                       WEFT_STR_ARG(definition->name.text),
                       why);
}

static bool type_may_be_key(weft_type type)
{
    return type == WEFT_TYPE_ID || type == WEFT_TYPE_TEXT || type == WEFT_TYPE_NUMBER ||
           type == WEFT_TYPE_AUTOINCREMENT;
}

/* What a column's own type means for reading and comparing it. */
static weft_native native_of(weft_type type, weft_str column_type)
{
    static const struct {
        const char *name;
        weft_native native;
    } texts[] = {{"uuid", WEFT_NATIVE_UUID},
                 {"citext", WEFT_NATIVE_LOOSE},
                 {"char", WEFT_NATIVE_LOOSE},
                 {"bpchar", WEFT_NATIVE_LOOSE}};
    const weft_value_kind kind = weft_type_value_kind(type);
    if (column_type.len == 0) {
        return WEFT_NATIVE_PLAIN;
    }
    for (size_t i = 0; kind == WEFT_VALUE_TEXT && i < WEFT_COUNT_OF(texts); i++) {
        const size_t dot = weft_str_find(column_type, '.');
        const weft_str bare =
            dot < column_type.len ? weft_str_slice(column_type, dot + 1, column_type.len) : column_type;
        if (weft_str_equal_text(bare, texts[i].name)) {
            return texts[i].native;
        }
    }
    if (type == WEFT_TYPE_ENUM) {
        return WEFT_NATIVE_ENUM;
    }
    return type == WEFT_TYPE_FLOAT ? WEFT_NATIVE_REAL : WEFT_NATIVE_CAST;
}

static bool type_may_be_searched(weft_type type)
{
    return type_may_be_key(type) || type == WEFT_TYPE_ENUM;
}

static void check_modifiers(weft_builder *builder, const weft_field_definition *definition, bool is_managed)
{
    const weft_type type = definition->type;
    if (definition->prefix.text.data && type != WEFT_TYPE_ID) {
        fail_modifier(builder, definition, definition->prefix.place, "has a prefix but is no id");
    }
    if (definition->values.is_set && type != WEFT_TYPE_ENUM) {
        fail_modifier(builder, definition, definition->values.place, "has values but is no enum");
    }
    if (type == WEFT_TYPE_ENUM && definition->values.count == 0) {
        fail_modifier(builder, definition, definition->name.place, "is an enum without values");
    }
    if (definition->primary_key.value && !type_may_be_key(type)) {
        fail_modifier(builder,
                      definition,
                      definition->primary_key.place,
                      "cannot be the primary key: only id, text, number and autoincrement fields can");
    }
    if (definition->primary_key.value && definition->is_nullable) {
        fail_modifier(builder, definition, definition->primary_key.place, "is the primary key and cannot be nullable");
    }
    if (definition->searchable.value && !type_may_be_searched(type)) {
        fail_modifier(builder, definition, definition->searchable.place, "holds no text and cannot be searchable");
    }
    if (type == WEFT_TYPE_AUTOINCREMENT && definition->is_nullable) {
        fail_modifier(builder, definition, definition->name.place, "numbers itself and cannot be nullable");
    }
    weft_build_check_sql_name(builder, &definition->column, "a column");
    weft_build_check_sql_name(builder, &definition->column_type, "a column's type");
    if (definition->column_type.text.data && is_managed) {
        fail_modifier(
            builder, definition, definition->column_type.place, "has a columnType, but weft makes its column");
    }
}

static weft_code add_values(weft_builder *builder, const weft_field_definition *definition, weft_field *field)
{
    const weft_words *values = &definition->values;
    weft_str *texts = WEFT_ARENA_ARRAY(builder->shop->keep, weft_str, values->count);
    if (!texts) {
        return WEFT_NO_MEMORY;
    }
    for (size_t i = 0; i < values->count; i++) {
        texts[i] = values->items[i].text;
        for (size_t k = 0; k < i; k++) {
            if (weft_str_equal(texts[k], texts[i])) {
                (void)weft_problem(builder->shop,
                                   values->items[i].place,
                                   WEFT_INVALID_DEFINITION,
                                   "the enum \"%.*s\" names the value \"%.*s\" twice",
                                   WEFT_STR_ARG(definition->name.text),
                                   WEFT_STR_ARG(texts[i]));
                break;
            }
        }
    }
    field->enum_values = texts;
    field->enum_value_count = values->count;
    return WEFT_OK;
}

weft_code weft_build_add_defined_field(weft_builder *builder,
                                       weft_model_draft *draft,
                                       const weft_field_definition *definition,
                                       weft_field **ret_field)
{
    check_modifiers(builder, definition, draft->model->is_managed);
    weft_field field = {
        .name = definition->name.text,
        .column = definition->column.text.data ? definition->column.text : definition->name.text,
        .type = definition->type,
        .is_nullable = definition->is_nullable,
        .is_primary_key = definition->primary_key.value,
        .is_unique = definition->unique.value,
        .is_indexed = definition->index.value,
        .is_searchable = definition->searchable.value,
        .id_prefix = definition->prefix.text,
        .renamed_from = definition->renamed_from.text,
        .native = native_of(definition->type, definition->column_type.text),
        .column_type = definition->column_type.text,
    };
    if (definition->type == WEFT_TYPE_ENUM) {
        WEFT_TRY(add_values(builder, definition, &field));
    }
    if (definition->default_value) {
        WEFT_TRY(weft_build_default(builder, &field, definition->default_value));
    }
    return weft_build_add_field(builder, draft, &field, definition->name.place, ret_field);
}

weft_code weft_build_add_timestamps(weft_builder *builder, weft_model_draft *draft, bool has_timestamps, bool is_soft)
{
    const struct {
        weft_str name;
        const weft_field **part;
        bool is_wanted;
        bool is_nullable;
    } columns[] = {
        {WEFT_STR("created_at"), &draft->model->created_at, has_timestamps, false},
        {WEFT_STR("updated_at"), &draft->model->updated_at, has_timestamps, false},
        {WEFT_STR("deleted_at"), &draft->model->deleted_at, is_soft, true},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(columns); i++) {
        if (!columns[i].is_wanted) {
            continue;
        }
        const weft_field field = {.name = columns[i].name,
                                  .column = columns[i].name,
                                  .type = WEFT_TYPE_DATE_TIME,
                                  .is_nullable = columns[i].is_nullable,
                                  .is_timestamp = true};
        weft_field *added = NULL;
        WEFT_TRY(weft_build_add_field(builder, draft, &field, draft->place, &added));
        *columns[i].part = added;
    }
    return WEFT_OK;
}

weft_field weft_build_reference_field(weft_str name, weft_str column, const weft_field *key)
{
    const bool is_integer = weft_type_value_kind(key->type) == WEFT_VALUE_INTEGER;
    weft_field field = {
        .name = name, .column = column, .type = is_integer ? WEFT_TYPE_NUMBER : WEFT_TYPE_TEXT, .is_foreign_key = true};
    /* What refers to a uuid is one, so that an index finds either by the other. */
    if (key->native == WEFT_NATIVE_UUID) {
        field.native = key->native;
        field.column_type = key->column_type;
    }
    return field;
}
