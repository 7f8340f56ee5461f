/* Extra columns and keys of link rows: JSON read as the fields' types. Pure. */
#include "link/data.h"

bool weft_link_field_is_data(const weft_link *link, const weft_field *field)
{
    return field != link->left.column && field != link->right.column && !field->is_timestamp &&
           !weft_str_equal_text(field->name, "id");
}

weft_code weft_link_data_begin(
    const weft_link *link, bool is_text, weft_arena *keep, weft_link_data *ret_data, weft_error *error)
{
    const size_t count = link->model->field_count;
    const weft_link_data data = {.link = link,
                                 .is_text = is_text,
                                 .keep = keep,
                                 .fields = WEFT_ARENA_ARRAY(keep, const weft_field *, count),
                                 .values = WEFT_ARENA_ARRAY(keep, weft_value, count)};
    if (!data.fields || !data.values) {
        return weft_fail_arena(error, keep);
    }
    *ret_data = data;
    return WEFT_OK;
}

static weft_code read_value(const weft_field *field,
                            const json_t *json,
                            bool is_text,
                            weft_arena *keep,
                            weft_value *ret_value,
                            weft_error *error)
{
    return is_text && json_is_string(json) ? weft_operand_read_text(field, weft_json_text(json), keep, ret_value, error)
                                           : weft_operand_read(field, json, keep, ret_value, error);
}

weft_code weft_link_key_read(const weft_link_side *side,
                             const json_t *json,
                             bool is_text,
                             weft_arena *keep,
                             weft_value *ret_value,
                             weft_error *error)
{
    WEFT_TRY(read_value(side->key, json, is_text, keep, ret_value, error));
    if (ret_value->kind == WEFT_VALUE_NULL) {
        return weft_fail(error, WEFT_REQUIRED_VALUE, "\"%.*s\" must have a value", WEFT_STR_ARG(side->column->name));
    }
    return WEFT_OK;
}

/* Where `field` stands among those gathered, or should. */
static size_t place_of(const weft_link_data *data, const weft_field *field)
{
    size_t at = 0;
    while (at < data->count && data->fields[at]->index < field->index) {
        at++;
    }
    return at;
}

static void insert_at(weft_link_data *data, size_t at, const weft_field *field, weft_value value)
{
    for (size_t i = data->count; i > at; i--) {
        data->fields[i] = data->fields[i - 1];
        data->values[i] = data->values[i - 1];
    }
    data->fields[at] = field;
    data->values[at] = value;
    data->count++;
}

static weft_code check_field(const weft_link_data *data, weft_str name, const weft_field *field, weft_error *error)
{
    if (!field) {
        return weft_fail_unknown_field(data->link->model, name, error);
    }
    if (!weft_link_field_is_data(data->link, field)) {
        const weft_code code = weft_fail(
            error, WEFT_INVALID_REQUEST, "column \"%.*s\" of a link cannot be given as data", WEFT_STR_ARG(name));
        weft_error_set_hint(error, "Keys stand beside the data; ids and times are made.");
        return code;
    }
    const size_t at = place_of(data, field);
    if (at < data->count && data->fields[at] == field) {
        return weft_fail(error, WEFT_INVALID_REQUEST, "field \"%.*s\" is given twice", WEFT_STR_ARG(field->name));
    }
    return WEFT_OK;
}

/* "/<name>" */
static void set_where(weft_str name, weft_error *error)
{
    const weft_json_pointer root = {0};
    const weft_json_pointer pointer = {&root, name, 0};
    weft_json_pointer_set_where(&pointer, error);
}

static weft_code add(weft_link_data *data, weft_str name, const json_t *json, weft_error *error)
{
    const weft_field *field = weft_model_field(data->link->model, name);
    WEFT_TRY(check_field(data, name, field, error));
    weft_value value = {0};
    WEFT_TRY(read_value(field, json, data->is_text, data->keep, &value, error));
    if (value.kind == WEFT_VALUE_NULL && !field->is_nullable) {
        return weft_fail(error,
                         WEFT_REQUIRED_VALUE,
                         "field \"%.*s\" of link \"%.*s\" must have a value",
                         WEFT_STR_ARG(field->name),
                         WEFT_STR_ARG(data->link->name));
    }
    insert_at(data, place_of(data, field), field, value);
    return WEFT_OK;
}

weft_code weft_link_data_add(weft_link_data *data, weft_str name, const json_t *json, weft_error *error)
{
    const weft_code code = add(data, name, json, error);
    if (code != WEFT_OK) {
        set_where(name, error);
    }
    return code;
}

bool weft_link_gives_data(const weft_link_work *works, size_t count, const char *doing, weft_error *error)
{
    size_t at = 0;
    while (at < count && works[at].data_count == 0) {
        at++;
    }
    if (at < count) {
        (void)weft_fail(error, WEFT_INVALID_REQUEST, "%s a link takes no data", doing);
        weft_error_set_where(error, "%.*s/data", WEFT_STR_ARG(works[at].where));
    }
    return at < count;
}
