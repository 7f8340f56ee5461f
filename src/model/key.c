/* The key of a record as a word: what people and programs name a record by. */
#include "base/value.h"
#include "model/operand.h"

static weft_code read_key_array(
    const weft_model *model, const json_t *json, weft_arena *keep, weft_value *values, weft_error *error)
{
    if (!json_is_array(json) || json_array_size(json) != model->key_count) {
        return weft_fail(error,
                         WEFT_TYPE_MISMATCH,
                         "the key of %.*s must be a JSON array of %zu values",
                         WEFT_STR_ARG(model->name),
                         model->key_count);
    }
    for (size_t i = 0; i < model->key_count; i++) {
        weft_value borrowed = {0};
        WEFT_TRY(weft_operand_read(model->keys[i], json_array_get(json, i), keep, &borrowed, error));
        if (!weft_value_copy(keep, borrowed, &values[i])) {
            return weft_fail_arena(error, keep);
        }
    }
    return WEFT_OK;
}

weft_code weft_model_read_key(
    const weft_model *model, weft_str key, weft_arena *keep, weft_value *ret_values, weft_error *error)
{
    if (model->key_count > 1) {
        json_t *json = NULL;
        WEFT_TRY(weft_json_read(key, 0, &json, error));
        const weft_code code = read_key_array(model, json, keep, ret_values, error);
        json_decref(json);
        return code;
    }
    WEFT_TRY(weft_operand_read_text(model->keys[0], key, keep, &ret_values[0], error));
    return ret_values[0].kind == WEFT_VALUE_NULL ? weft_fail(error, WEFT_TYPE_MISMATCH, "the key must have a value")
                                                 : WEFT_OK;
}
