/* "fields": an array of paths. Fails when it is missing, empty, too long, or holds what is no path. */
#include "request/parts.h"

static weft_code fail_no_fields(const weft_request_reader *reader, const weft_json_pointer *at, const char *message)
{
    const weft_code code = weft_fail(reader->error, WEFT_INVALID_REQUEST, "%s", message);
    weft_error_set_hint(reader->error, "Name what you want, or write \"fields\": [\"*\"] for every field.");
    return weft_shape_at(reader, at, code);
}

static weft_code check_count(const weft_request_reader *reader, const weft_json_pointer *at, size_t count)
{
    if (count == 0) {
        return fail_no_fields(reader, at, "\"fields\" is empty");
    }
    return weft_shape_check_count(reader, at, count, "fields");
}

static weft_code read_field(const weft_request_reader *reader,
                            const weft_json_pointer *at,
                            const json_t *item,
                            weft_path *ret_path)
{
    if (!weft_shape_is_text(item)) {
        const weft_code code = weft_shape_fail(reader, at, "a field", "a string", item);
        weft_error_set_hint(reader->error, "Fields below an edge are written with dots: \"blog_posts.title\".");
        return code;
    }
    return weft_path_read(reader, at, NULL, weft_json_text(item), WEFT_PATH_STAR_LAST, ret_path);
}

weft_code weft_fields_read(const weft_request_reader *reader,
                           const weft_json_pointer *at,
                           json_t *value,
                           weft_request *request)
{
    if (!value) {
        return fail_no_fields(reader, at, "\"fields\" is missing");
    }
    if (!json_is_array(value)) {
        return weft_shape_fail(reader, at, NULL, "an array of strings", value);
    }
    const size_t count = json_array_size(value);
    WEFT_TRY(check_count(reader, at, count));
    weft_path *fields = WEFT_ARENA_ARRAY(reader->keep, weft_path, count);
    if (!fields) {
        return weft_fail_arena(reader->error, reader->keep);
    }
    for (size_t i = 0; i < count; i++) {
        const weft_json_pointer here = {.parent = at, .index = i};
        WEFT_TRY(read_field(reader, &here, json_array_get(value, i), &fields[i]));
    }
    request->fields = fields;
    request->field_count = count;
    return WEFT_OK;
}
