/* One row of an import as a link change. Pure; fails as link.h says, `where` being the row's place and the field. */
#include "link/data.h"

typedef struct row_work {
    weft_link_data data;
    weft_link_work work;
    bool has_left;
    bool has_right;
} row_work;

static bool names_side(const weft_link_side *side, const char *general, weft_str name)
{
    return weft_str_equal_text(name, general) || weft_str_equal(name, side->column->name);
}

static weft_code set_end(row_work *row,
                         const weft_link_side *side,
                         const json_t *json,
                         bool *has_end,
                         weft_value *ret_value,
                         weft_error *error)
{
    if (*has_end) {
        return weft_fail(error, WEFT_INVALID_REQUEST, "\"%.*s\" is given twice", WEFT_STR_ARG(side->column->name));
    }
    *has_end = true;
    return weft_link_key_read(side, json, row->data.is_text, row->data.keep, ret_value, error);
}

static weft_code take_member(row_work *row, weft_str name, const json_t *json, weft_error *error)
{
    const weft_link *link = row->work.link;
    weft_code code = WEFT_OK;
    if (names_side(&link->left, "left", name)) {
        code = set_end(row, &link->left, json, &row->has_left, &row->work.left, error);
    } else if (names_side(&link->right, "right", name)) {
        code = set_end(row, &link->right, json, &row->has_right, &row->work.right, error);
    } else {
        return weft_link_data_add(&row->data, name, json, error);
    }
    if (code != WEFT_OK) {
        weft_error_set_where(error, "/%.*s", WEFT_STR_ARG(name));
    }
    return code;
}

static weft_code check_ends(const row_work *row, weft_error *error)
{
    if (row->has_left && row->has_right) {
        return WEFT_OK;
    }
    const weft_link_side *missing = row->has_left ? &row->work.link->right : &row->work.link->left;
    const weft_code code =
        weft_fail(error, WEFT_REQUIRED_VALUE, "\"%s\" must have a value", row->has_left ? "right" : "left");
    weft_error_set_hint(error, "It is the key of a %.*s.", WEFT_STR_ARG(missing->model->name));
    return code;
}

static weft_code take_members(row_work *row, const json_t *json, weft_error *error)
{
    if (!json_is_object(json)) {
        return weft_fail(error, WEFT_INVALID_REQUEST, "a row of links must be an object");
    }
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(weft_json_iterable(json), key, value)
    {
        WEFT_TRY(take_member(row, weft_str_from(key), value, error));
    }
    return check_ends(row, error);
}

weft_code weft_link_work_from_row(const weft_link *link,
                                  const json_t *row,
                                  bool is_text,
                                  weft_str where,
                                  weft_arena *keep,
                                  weft_link_work *ret_work,
                                  weft_error *error)
{
    WEFT_TRY(weft_link_check_writable(link, error));
    row_work reading = {.work = {.link = link, .validate = true, .where = where}};
    WEFT_TRY(weft_link_data_begin(link, is_text, keep, &reading.data, error));
    const weft_code code = take_members(&reading, row, error);
    if (code != WEFT_OK) {
        weft_error_prefix_where(error, "%.*s", WEFT_STR_ARG(where));
        return code;
    }
    reading.work.data_fields = reading.data.fields;
    reading.work.data_values = reading.data.values;
    reading.work.data_count = reading.data.count;
    *ret_work = reading.work;
    return WEFT_OK;
}
