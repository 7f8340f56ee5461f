/* One link change from JSON, in its long or short form. Checked for its shape only; whether its modules, keys and link
 * exist is for link/ to say. Fails as request.h says. */
#include "request/parts.h"

static const weft_str short_keys[] = {
    {"link", 4},
    {"left", 4},
    {"right", 5},
    {"data", 4},
    {"validate", 8},
};

static weft_code read_end_value(const weft_request_reader *reader,
                                const weft_json_pointer *at,
                                const json_t *value,
                                weft_link_change_end *end)
{
    const bool is_empty = json_is_string(value) && json_string_length(value) == 0;
    if (is_empty || !(json_is_string(value) || weft_json_is_number(value))) {
        const weft_code code = is_empty ? weft_shape_at(reader,
                                                        at,
                                                        weft_fail(reader->error,
                                                                  WEFT_INVALID_REQUEST,
                                                                  "\"%.*s\" must not be empty",
                                                                  WEFT_STR_ARG(at->key)))
                                        : weft_shape_fail(reader, at, NULL, "the key of one record", value);
        if (json_is_array(value)) {
            weft_error_set_hint(reader->error, "Write one change a pair; an array of changes is one call.");
        }
        return code;
    }
    end->value = value;
    return WEFT_OK;
}

void weft_link_change_set_where(const weft_link_change *change, const weft_link_change_end *end, weft_error *error)
{
    const weft_json_pointer root = {0};
    const weft_str side = end == &change->ends[0] ? WEFT_STR("left") : WEFT_STR("right");
    const weft_json_pointer first = {.parent = &root, .key = change->is_short ? side : end->module};
    const weft_json_pointer second = {.parent = &first, .key = end->key};
    weft_json_pointer_set_where(change->is_short ? &first : &second, error);
    weft_error_prefix_where(error, "%.*s", WEFT_STR_ARG(change->where));
}

static weft_code fail_too_many_ends(const weft_request_reader *reader, const weft_json_pointer *at)
{
    const weft_code code = weft_fail(reader->error, WEFT_INVALID_REQUEST, "a link change names more than two ends");
    weft_error_set_hint(reader->error, "A link joins two records; write each pair as its own change.");
    return weft_shape_at(reader, at, code);
}

/* "product": {"product_id": "prod_1"}. Two keys in one module are both ends. */
static weft_code read_module(const weft_request_reader *reader,
                             const weft_json_pointer *at,
                             json_t *value,
                             weft_link_change *change,
                             size_t *end_count)
{
    if (!json_is_object(value)) {
        const weft_code code = weft_shape_fail(reader, at, NULL, "an object of a key", value);
        weft_error_suggest(reader->error, at->key, short_keys, WEFT_COUNT_OF(short_keys));
        return code;
    }
    const char *key = NULL;
    size_t key_len = 0;
    json_t *item = NULL;
    json_object_keylen_foreach(value, key, key_len, item)
    {
        const weft_json_pointer here = {.parent = at, .key = {key, key_len}};
        if (*end_count == 2) {
            return fail_too_many_ends(reader, &here);
        }
        weft_link_change_end *end = &change->ends[(*end_count)++];
        end->module = at->key;
        end->key = here.key;
        WEFT_TRY(read_end_value(reader, &here, item, end));
    }
    if (json_object_size(value) == 0) {
        const weft_code code =
            weft_fail(reader->error, WEFT_INVALID_REQUEST, "\"%.*s\" names no key of a record", WEFT_STR_ARG(at->key));
        weft_error_set_hint(reader->error, "Write {\"product\": {\"product_id\": \"prod_1\"}, …}.");
        return weft_shape_at(reader, at, code);
    }
    return WEFT_OK;
}

/* The keys both forms share. */
static weft_code read_common(const weft_request_reader *reader,
                             const weft_json_pointer *at,
                             json_t *value,
                             weft_link_change *change,
                             bool *ret_is_common)
{
    *ret_is_common = true;
    if (weft_str_equal_text(at->key, "link")) {
        return weft_shape_read_name(reader, at, value, &change->link);
    }
    if (weft_str_equal_text(at->key, "validate")) {
        return weft_shape_read_boolean(reader, at, value, &change->validate);
    }
    if (weft_str_equal_text(at->key, "data")) {
        change->data = value;
        return json_is_object(value) ? WEFT_OK : weft_shape_fail(reader, at, NULL, "an object", value);
    }
    *ret_is_common = false;
    return WEFT_OK;
}

static weft_code read_end_or_module(const weft_request_reader *reader,
                                    const weft_json_pointer *at,
                                    json_t *value,
                                    weft_link_change *change,
                                    size_t *end_count)
{
    if (!change->is_short) {
        return read_module(reader, at, value, change, end_count);
    }
    const bool is_left = weft_str_equal_text(at->key, "left");
    if (!is_left && !weft_str_equal_text(at->key, "right")) {
        return weft_shape_unknown_key(reader, at, short_keys, WEFT_COUNT_OF(short_keys));
    }
    (*end_count)++;
    return read_end_value(reader, at, value, &change->ends[is_left ? 0 : 1]);
}

static weft_code check_ends(const weft_request_reader *reader,
                            const weft_json_pointer *at,
                            const weft_link_change *change,
                            size_t end_count)
{
    if (end_count == 2) {
        return WEFT_OK;
    }
    const weft_code code = weft_fail(
        reader->error, WEFT_INVALID_REQUEST, "a link change must name two ends, not %s", end_count ? "one" : "none");
    weft_error_set_hint(reader->error,
                        change->is_short
                            ? "Write {\"link\": \"product_blog_post\", \"left\": \"prod_1\", \"right\": \"post_9\"}."
                            : "Write {\"product\": {\"product_id\": \"prod_1\"}, \"blog\": {\"blog_post_id\": "
                              "\"post_9\"}}, or {\"link\": …, \"left\": …, \"right\": …}.");
    return weft_shape_at(reader, at, code);
}

weft_code weft_link_change_read(const weft_request_reader *reader,
                                const weft_json_pointer *at,
                                json_t *value,
                                weft_link_change *change)
{
    if (!json_is_object(value)) {
        return weft_shape_fail(reader, at, "a link change", "an object", value);
    }
    *change = (weft_link_change){.validate = true};
    change->is_short = json_object_get(value, "left") || json_object_get(value, "right");
    change->where = weft_shape_place(reader, at);
    if (!change->where.data) {
        return weft_fail_arena(reader->error, reader->keep);
    }
    const char *key = NULL;
    size_t key_len = 0;
    json_t *item = NULL;
    size_t end_count = 0;
    json_object_keylen_foreach(value, key, key_len, item)
    {
        const weft_json_pointer here = {.parent = at, .key = {key, key_len}};
        bool is_common = false;
        WEFT_TRY(read_common(reader, &here, item, change, &is_common));
        WEFT_TRY(is_common ? WEFT_OK : read_end_or_module(reader, &here, item, change, &end_count));
    }
    return check_ends(reader, at, change, end_count);
}
