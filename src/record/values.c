/* Typed values of one record, from a JSON object: what was given is read as its field's type, what was not is made
 * (ids), filled in (defaults, timestamps) or missed (WEFT_REQUIRED_VALUE). Pure but for the clock and the source of
 * ids. */
#include "record/own.h"

weft_code weft_record_input_begin(weft_session *session,
                                  const weft_model *model,
                                  bool is_text,
                                  weft_arena *keep,
                                  weft_record_input *ret_input,
                                  weft_error *error)
{
    const int64_t now_us = weft_clock_now_us(session->clock);
    const int64_t beyond_us = ((now_us % 1000) + 1000) % 1000;
    int64_t *highest = WEFT_ARENA_ARRAY(keep, int64_t, model->field_count);
    if (!highest) {
        return weft_fail_arena(error, keep);
    }
    *ret_input = (weft_record_input){session, model, is_text, now_us - beyond_us, highest};
    return WEFT_OK;
}

weft_code weft_record_model_check(const weft_model *model, weft_error *error)
{
    if (model->link || model->is_pivot) {
        const weft_code code =
            weft_fail(error, WEFT_UNSUPPORTED, "\"%.*s\" holds rows of a link, not records", WEFT_STR_ARG(model->name));
        weft_error_set_hint(error, "Create and dismiss links instead.");
        return code;
    }
    if (model->is_served) {
        const weft_code code = weft_fail(error,
                                         WEFT_UNSUPPORTED,
                                         "model \"%.*s\" is served by callbacks, so weft can only read it",
                                         WEFT_STR_ARG(model->name));
        weft_error_set_hint(error, "Write its records where the callbacks read them.");
        return code;
    }
    if (!model->is_managed) {
        const weft_code code = weft_fail(error,
                                         WEFT_UNSUPPORTED,
                                         "model \"%.*s\" is not managed, so weft cannot write it",
                                         WEFT_STR_ARG(model->name));
        weft_error_set_hint(error, "Records of a model with managed: false are written by its owner.");
        return code;
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

static bool make_row(const weft_model *model, weft_arena *keep, weft_record_row *ret_row)
{
    ret_row->written = NULL;
    ret_row->values = WEFT_ARENA_ARRAY(keep, weft_value, model->field_count);
    ret_row->is_given = WEFT_ARENA_ARRAY(keep, bool, model->field_count);
    return ret_row->values && ret_row->is_given;
}

static weft_code check_given(const weft_model *model, const weft_field *field, bool is_given, weft_error *error)
{
    if (is_given) {
        return weft_fail(error, WEFT_INVALID_REQUEST, "field \"%.*s\" is given twice", WEFT_STR_ARG(field->name));
    }
    if (field == model->deleted_at) {
        const weft_code code =
            weft_fail(error, WEFT_INVALID_REQUEST, "field \"%.*s\" cannot be given", WEFT_STR_ARG(field->name));
        weft_error_set_hint(error, "Delete or restore the record instead.");
        return code;
    }
    return WEFT_OK;
}

static weft_code fail_required(const weft_model *model, const weft_field *field, weft_error *error)
{
    return weft_fail(error,
                     WEFT_REQUIRED_VALUE,
                     "field \"%.*s\" of %.*s must have a value",
                     WEFT_STR_ARG(field->name),
                     WEFT_STR_ARG(model->name));
}

/* An empty key could be written, but no link and no address would ever name the record. */
static bool is_missing(const weft_field *field, const weft_value *value)
{
    return value->kind == WEFT_VALUE_NULL
               ? !field->is_nullable
               : field->is_primary_key && value->kind == WEFT_VALUE_TEXT && value->as.text.len == 0;
}

static weft_code read_value(const weft_record_input *input,
                            const weft_field *field,
                            const json_t *json,
                            weft_arena *keep,
                            weft_value *ret_value,
                            weft_error *error)
{
    if (input->is_text && json_is_string(json)) {
        WEFT_TRY(weft_operand_read_text(field, weft_json_text(json), keep, ret_value, error));
    } else {
        WEFT_TRY(weft_operand_read(field, json, keep, ret_value, error));
    }
    return is_missing(field, ret_value) ? fail_required(input->model, field, error) : WEFT_OK;
}

static weft_code read_field(const weft_record_input *input,
                            weft_str name,
                            const json_t *json,
                            weft_arena *keep,
                            weft_record_row *row,
                            weft_error *error)
{
    const weft_field *field = weft_model_field(input->model, name);
    if (!field) {
        return weft_fail_unknown_field(input->model, name, error);
    }
    if (field == input->model->deleted_at && json_is_null(json)) {
        return WEFT_OK; /* says what is so anyway, as records do that were exported */
    }
    WEFT_TRY(check_given(input->model, field, row->is_given[field->index], error));
    WEFT_TRY(read_value(input, field, json, keep, &row->values[field->index], error));
    row->is_given[field->index] = true;
    return WEFT_OK;
}

static weft_code read_object(
    const weft_record_input *input, const json_t *json, weft_arena *keep, weft_record_row *row, weft_error *error)
{
    if (!json_is_object(json)) {
        return weft_fail(
            error, WEFT_INVALID_REQUEST, "a record of %.*s must be an object", WEFT_STR_ARG(input->model->name));
    }
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(weft_json_iterable(json), key, value)
    {
        const weft_str name = weft_str_from(key);
        const weft_code code = read_field(input, name, value, keep, row, error);
        if (code != WEFT_OK) {
            set_where(name, error);
            return code;
        }
    }
    return WEFT_OK;
}

/* A foreign key's type is that of the key it points to, but its value is somebody else's id. */
static bool makes_id(const weft_field *field)
{
    return field->type == WEFT_TYPE_ID && !field->is_foreign_key && !field->is_nullable;
}

static weft_code fill_field(
    const weft_record_input *input, const weft_field *field, weft_arena *keep, weft_value *ret_value, weft_error *error)
{
    if (field->has_default) {
        *ret_value = field->default_value;
        return WEFT_OK;
    }
    if (field == input->model->created_at || field == input->model->updated_at) {
        *ret_value = weft_value_from_time(input->now_us);
        return WEFT_OK;
    }
    if (makes_id(field)) {
        *ret_value = weft_value_from_text(weft_ulid_next_id(input->session->ulids, field->id_prefix, keep));
        return ret_value->as.text.data ? WEFT_OK : weft_fail_arena(error, keep);
    }
    if (field->is_nullable) {
        *ret_value = (weft_value){.kind = WEFT_VALUE_NULL};
        return WEFT_OK;
    }
    const weft_code code = fail_required(input->model, field, error);
    set_where(field->name, error);
    return code;
}

weft_code weft_record_row_create(
    const weft_record_input *input, const json_t *json, weft_arena *keep, weft_record_row *ret_row, weft_error *error)
{
    weft_record_row row = {0};
    if (!make_row(input->model, keep, &row)) {
        return weft_fail_arena(error, keep);
    }
    WEFT_TRY(read_object(input, json, keep, &row, error));
    WEFT_TRY(weft_record_make_own(input, true, &row, error));
    for (size_t i = 0; i < input->model->field_count; i++) {
        const weft_field *field = &input->model->fields[i];
        if (row.is_given[i] || field->type == WEFT_TYPE_AUTOINCREMENT) {
            continue;
        }
        WEFT_TRY(fill_field(input, field, keep, &row.values[i], error));
        row.is_given[i] = true;
    }
    *ret_row = row;
    return WEFT_OK;
}

weft_code weft_record_row_update(
    const weft_record_input *input, const json_t *json, weft_arena *keep, weft_record_row *ret_row, weft_error *error)
{
    weft_record_row row = {0};
    if (!make_row(input->model, keep, &row)) {
        return weft_fail_arena(error, keep);
    }
    WEFT_TRY(read_object(input, json, keep, &row, error));
    WEFT_TRY(weft_record_make_own(input, false, &row, error));
    for (size_t i = 0; i < input->model->key_count; i++) {
        const weft_field *key = input->model->keys[i];
        if (row.is_given[key->index]) {
            const weft_code code = weft_fail(
                error, WEFT_INVALID_REQUEST, "field \"%.*s\" is the key and cannot change", WEFT_STR_ARG(key->name));
            set_where(key->name, error);
            weft_error_set_hint(error, "Leave it out: which record is meant is said beside its fields.");
            return code;
        }
    }
    const weft_field *updated_at = input->model->updated_at;
    if (updated_at && !row.is_given[updated_at->index]) {
        row.values[updated_at->index] = weft_value_from_time(input->now_us);
        row.is_given[updated_at->index] = true;
    }
    *ret_row = row;
    return WEFT_OK;
}

void weft_record_write_json(const weft_model *model, const weft_value *values, weft_buf *buf)
{
    weft_buf_add_char(buf, '{');
    for (size_t i = 0; i < model->field_count; i++) {
        if (i > 0) {
            weft_buf_add_char(buf, ',');
        }
        weft_json_add_text(buf, model->fields[i].name);
        weft_buf_add_char(buf, ':');
        weft_json_add_value(buf, &values[i]);
    }
    weft_buf_add_char(buf, '}');
}
