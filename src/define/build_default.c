/* Defaults: a node made JSON by YAML's core rules, then read like any other value of the field. */
#include <errno.h>
#include <stdlib.h>

#include "define/build.h"
#include "model/operand.h"

static json_t *json_of(const weft_node *node);

static json_t *json_of_scalar(const weft_node *node)
{
    bool value = false;
    if (weft_node_is_null(node)) {
        return json_null();
    }
    if (weft_node_as_boolean(node, &value)) {
        return json_boolean(value);
    }
    if (weft_node_is_integer(node)) {
        errno = 0;
        const long long integer = strtoll(node->text.data, NULL, 10);
        if (errno == 0) {
            return json_integer(integer);
        }
    }
    if (weft_node_is_number(node)) {
        json_t *real = json_real(strtod(node->text.data, NULL));
        if (real) {
            return real;
        }
    }
    return json_stringn(node->text.data, node->text.len);
}

static json_t *json_of_list(const weft_node *node)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < node->entry_count; i++) {
        if (json_array_append_new(list, json_of(node->entries[i].value)) != 0) {
            json_decref(list);
            list = NULL;
        }
    }
    return list;
}

static json_t *json_of_map(const weft_node *node)
{
    json_t *map = json_object();
    for (size_t i = 0; map && i < node->entry_count; i++) {
        const weft_entry *entry = &node->entries[i];
        if (json_object_set_new(map, entry->key.text.data, json_of(entry->value)) != 0) {
            json_decref(map);
            map = NULL;
        }
    }
    return map;
}

/* NULL when out of memory. As deep as the tree, which the reader bounded. */
static json_t *json_of(const weft_node *node)
{
    switch (node->kind) {
    case WEFT_NODE_LIST:
        return json_of_list(node);
    case WEFT_NODE_MAP:
        return json_of_map(node);
    case WEFT_NODE_SCALAR:
    default:
        return json_of_scalar(node);
    }
}

/* An enum's values are words whatever they look like, and a bigNumber's digits must not pass through a double. */
static bool is_read_as_text(const weft_field *field, const weft_node *node)
{
    return node->kind == WEFT_NODE_SCALAR && (field->type == WEFT_TYPE_ENUM || field->type == WEFT_TYPE_BIG_NUMBER);
}

static weft_code keep_value(weft_builder *builder, weft_value value, weft_value *ret_value)
{
    switch (value.kind) {
    case WEFT_VALUE_TEXT:
    case WEFT_VALUE_DECIMAL:
    case WEFT_VALUE_JSON:
    case WEFT_VALUE_ARRAY:
        value.as.text = weft_str_copy(builder->shop->keep, value.as.text);
        break;
    case WEFT_VALUE_NULL:
    case WEFT_VALUE_BOOLEAN:
    case WEFT_VALUE_INTEGER:
    case WEFT_VALUE_DOUBLE:
    case WEFT_VALUE_TIME:
    default:
        *ret_value = value;
        return WEFT_OK;
    }
    *ret_value = value;
    return value.as.text.data ? WEFT_OK : WEFT_NO_MEMORY;
}

static weft_code read_default(weft_builder *builder, weft_field *field, const weft_node *node, const json_t *json)
{
    weft_error error = {0};
    weft_value value = {0};
    const weft_code code = weft_operand_read(field, json, builder->shop->scratch, &value, &error);
    if (code == WEFT_NO_MEMORY) {
        return code;
    }
    if (code != WEFT_OK) {
        error.code = WEFT_INVALID_DEFINITION;
        weft_error_wrap(&error, "the default of the field \"%.*s\" does not fit", WEFT_STR_ARG(field->name));
        weft_problem_take(builder->shop, node->place, &error);
        return WEFT_OK;
    }
    field->has_default = true;
    return keep_value(builder, value, &field->default_value);
}

weft_code weft_build_default(weft_builder *builder, weft_field *field, const weft_node *node)
{
    if (weft_node_is_null(node) && field->is_nullable) {
        return WEFT_OK;
    }
    const bool makes_itself = field->type == WEFT_TYPE_ID || field->type == WEFT_TYPE_AUTOINCREMENT;
    if (makes_itself || weft_node_is_null(node)) {
        (void)weft_problem(builder->shop,
                           node->place,
                           WEFT_INVALID_DEFINITION,
                           makes_itself ? "the field \"%.*s\" makes its own values and cannot have a default"
                                        : "the field \"%.*s\" is not nullable and cannot default to null",
                           WEFT_STR_ARG(field->name));
        return WEFT_OK;
    }
    json_t *json = is_read_as_text(field, node) ? json_stringn(node->text.data, node->text.len) : json_of(node);
    if (!json) {
        return WEFT_NO_MEMORY;
    }
    const weft_code code = read_default(builder, field, node, json);
    json_decref(json);
    return code;
}
