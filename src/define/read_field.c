/* One field: the short form "text?" or an object. The extra columns of links are read by the same rules and understand
 * Medusa's names of types as well. */
#include <stddef.h>

#include "define/definition.h"

typedef struct field_parts {
    weft_word type;
    weft_flag nullable;
    const weft_node *default_value;
    const weft_node *default_medusa; /* "defaultValue" */
    weft_flag index;
    weft_flag unique;
    weft_flag primary_key;
    weft_flag searchable;
    weft_word prefix;
    weft_words values;
    weft_word column;
    weft_word column_type;
    weft_word renamed_from;
} field_parts;

static const weft_key field_keys[] = {
    {"type", WEFT_KEY_WORD, offsetof(field_parts, type)},
    {"nullable", WEFT_KEY_FLAG, offsetof(field_parts, nullable)},
    {"default", WEFT_KEY_NODE, offsetof(field_parts, default_value)},
    {"index", WEFT_KEY_FLAG, offsetof(field_parts, index)},
    {"unique", WEFT_KEY_FLAG, offsetof(field_parts, unique)},
    {"primaryKey", WEFT_KEY_FLAG, offsetof(field_parts, primary_key)},
    {"searchable", WEFT_KEY_FLAG, offsetof(field_parts, searchable)},
    {"prefix", WEFT_KEY_WORD, offsetof(field_parts, prefix)},
    {"values", WEFT_KEY_WORDS, offsetof(field_parts, values)},
    {"column", WEFT_KEY_WORD, offsetof(field_parts, column)},
    {"columnType", WEFT_KEY_WORD, offsetof(field_parts, column_type)},
    {"renamedFrom", WEFT_KEY_WORD, offsetof(field_parts, renamed_from)},
};

static const weft_key column_keys[] = {
    {"type", WEFT_KEY_WORD, offsetof(field_parts, type)},
    {"nullable", WEFT_KEY_FLAG, offsetof(field_parts, nullable)},
    {"default", WEFT_KEY_NODE, offsetof(field_parts, default_value)},
    {"defaultValue", WEFT_KEY_NODE, offsetof(field_parts, default_medusa)},
    {"index", WEFT_KEY_FLAG, offsetof(field_parts, index)},
    {"values", WEFT_KEY_WORDS, offsetof(field_parts, values)},
    {"columnType", WEFT_KEY_WORD, offsetof(field_parts, column_type)},
    {"renamedFrom", WEFT_KEY_WORD, offsetof(field_parts, renamed_from)},
};

typedef struct medusa_type {
    const char *name;
    weft_type type;
} medusa_type;

/* Medusa's "decimal" is numeric(10,0) and its enum a smallint: what people meant by them is taken instead. Binary and
 * time-of-day columns have no counterpart. */
static const medusa_type medusa_types[] = {
    {"integer", WEFT_TYPE_NUMBER},
    {"smallint", WEFT_TYPE_NUMBER},
    {"tinyint", WEFT_TYPE_NUMBER},
    {"mediumint", WEFT_TYPE_NUMBER},
    {"bigint", WEFT_TYPE_NUMBER},
    {"decimal", WEFT_TYPE_BIG_NUMBER},
    {"numeric", WEFT_TYPE_BIG_NUMBER},
    {"double", WEFT_TYPE_FLOAT},
    {"string", WEFT_TYPE_TEXT},
    {"uuid", WEFT_TYPE_TEXT},
    {"date", WEFT_TYPE_DATE_TIME},
    {"datetime", WEFT_TYPE_DATE_TIME},
    {"enumArray", WEFT_TYPE_ARRAY},
};

#define TYPE_COUNT_MAX 32

static size_t list_type_names(bool is_extra_column, weft_str *names)
{
    size_t count = 0;
    for (weft_type type = WEFT_TYPE_ID; type <= WEFT_TYPE_AUTOINCREMENT; type++) {
        if (!is_extra_column || (type != WEFT_TYPE_ID && type != WEFT_TYPE_AUTOINCREMENT)) {
            names[count++] = weft_type_name(type);
        }
    }
    for (size_t i = 0; is_extra_column && i < WEFT_COUNT_OF(medusa_types); i++) {
        names[count++] = weft_str_from(medusa_types[i].name);
    }
    return count;
}

static bool find_type(weft_str name, bool is_extra_column, weft_type *ret_type)
{
    for (size_t i = 0; is_extra_column && i < WEFT_COUNT_OF(medusa_types); i++) {
        if (weft_str_equal_text(name, medusa_types[i].name)) {
            *ret_type = medusa_types[i].type;
            return true;
        }
    }
    weft_type type = WEFT_TYPE_TEXT;
    if (!weft_type_from_name(name, &type) ||
        (is_extra_column && (type == WEFT_TYPE_ID || type == WEFT_TYPE_AUTOINCREMENT))) {
        return false;
    }
    *ret_type = type;
    return true;
}

/* "text?": the type and whether it may be null. */
static void read_type(weft_workshop *shop, weft_word written, bool is_extra_column, weft_field_definition *field)
{
    weft_str name = written.text;
    if (weft_str_ends_with(name, WEFT_STR("?"))) {
        field->is_nullable = true;
        name.len--;
    }
    if (find_type(name, is_extra_column, &field->type)) {
        return;
    }
    field->type = WEFT_TYPE_TEXT;
    weft_str names[TYPE_COUNT_MAX];
    const size_t count = list_type_names(is_extra_column, names);
    weft_error *error = weft_problem(shop,
                                     written.place,
                                     WEFT_INVALID_DEFINITION,
                                     "the field \"%.*s\" has the type \"%.*s\", which does not exist",
                                     WEFT_STR_ARG(field->name.text),
                                     WEFT_STR_ARG(name));
    weft_type meant = WEFT_TYPE_TEXT;
    if (find_type(name, true, &meant)) {
        const weft_str right = weft_type_name(meant);
        weft_error_set_hint(error, "Did you mean \"%.*s\"?", WEFT_STR_ARG(right));
    } else {
        weft_error_suggest(error, name, names, count);
    }
    if (!error->hint[0]) {
        weft_error_set_hint(error,
                            "Types are id, text, number, bigNumber, float, boolean, dateTime, json, array, enum and "
                            "autoincrement; \"?\" behind one means it may be null.");
    }
}

static weft_code read_object(weft_workshop *shop,
                             const weft_node *node,
                             bool is_extra_column,
                             weft_field_definition *field)
{
    field_parts parts = {0};
    if (is_extra_column) {
        WEFT_TRY(WEFT_KEYS_READ(shop, node, "an extra column", column_keys, &parts));
    } else {
        WEFT_TRY(WEFT_KEYS_READ(shop, node, "a field", field_keys, &parts));
    }
    if (parts.type.text.data) {
        read_type(shop, parts.type, is_extra_column, field);
    } else {
        (void)weft_problem(shop,
                           field->name.place,
                           WEFT_INVALID_DEFINITION,
                           "the field \"%.*s\" has no type",
                           WEFT_STR_ARG(field->name.text));
    }
    if (parts.nullable.is_set) {
        field->is_nullable = parts.nullable.value;
    }
    field->default_value = parts.default_value ? parts.default_value : parts.default_medusa;
    field->index = parts.index;
    field->unique = parts.unique;
    field->primary_key = parts.primary_key;
    field->searchable = parts.searchable;
    field->prefix = parts.prefix;
    field->values = parts.values;
    field->column = parts.column;
    field->column_type = parts.column_type;
    field->renamed_from = parts.renamed_from;
    return WEFT_OK;
}

weft_code weft_field_definition_read(weft_workshop *shop,
                                     const weft_entry *entry,
                                     bool is_extra_column,
                                     weft_field_definition *ret_field)
{
    *ret_field = (weft_field_definition){.name = entry->key, .type = WEFT_TYPE_TEXT};
    (void)weft_name_check(shop, &entry->key, "a field");
    if (entry->value->kind == WEFT_NODE_MAP) {
        return read_object(shop, entry->value, is_extra_column, ret_field);
    }
    if (entry->value->kind == WEFT_NODE_SCALAR && !weft_node_is_null(entry->value)) {
        read_type(shop, (weft_word){entry->value->text, entry->value->place}, is_extra_column, ret_field);
        return WEFT_OK;
    }
    const weft_str found = weft_node_describe(entry->value, shop->scratch);
    (void)weft_problem(shop,
                       entry->value->place,
                       WEFT_INVALID_DEFINITION,
                       "the field \"%.*s\" must be a type or an object with \"type\", not %.*s",
                       WEFT_STR_ARG(entry->key.text),
                       WEFT_STR_ARG(found));
    return WEFT_OK;
}
