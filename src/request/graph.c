/* A graph request from JSON: each key of each object has one function that reads it, listed in a table, and a key that
 * is not in the table is an error. Fails as request.h says; every failure carries its place. */
#include "base/limits.h"
#include "request/parts.h"

/* What a key is read into: the request, and the scope (root or a `with` entry) that the object describes. */
typedef struct target {
    weft_request *request;
    weft_scope *scope;
} target;

typedef weft_code (*read_key)(const weft_request_reader *reader,
                              const weft_json_pointer *at,
                              json_t *value,
                              const target *into);

typedef struct key_reader {
    weft_str name;
    read_key read;
} key_reader;

typedef struct key_table {
    const key_reader *keys;
    size_t count;
} key_table;

#define KEYS_MAX 8

static const key_reader *find_key(const key_table *table, weft_str name)
{
    for (size_t i = 0; i < table->count; i++) {
        if (weft_str_equal(table->keys[i].name, name)) {
            return &table->keys[i];
        }
    }
    return NULL;
}

static weft_code fail_unknown(const weft_request_reader *reader, const weft_json_pointer *at, const key_table *table)
{
    weft_str names[KEYS_MAX];
    for (size_t i = 0; i < table->count; i++) {
        names[i] = table->keys[i].name;
    }
    return weft_shape_unknown_key(reader, at, names, table->count);
}

static weft_code read_object(const weft_request_reader *reader,
                             const weft_json_pointer *at,
                             json_t *object,
                             const key_table *table,
                             const target *into)
{
    const char *key = NULL;
    size_t key_len = 0;
    json_t *value = NULL;
    json_object_keylen_foreach(object, key, key_len, value)
    {
        const weft_json_pointer here = {.parent = at, .key = {key, key_len}};
        const key_reader *known = find_key(table, here.key);
        WEFT_TRY(known ? known->read(reader, &here, value, into) : fail_unknown(reader, &here, table));
    }
    return WEFT_OK;
}

static weft_code read_skip(const weft_request_reader *reader,
                           const weft_json_pointer *at,
                           json_t *value,
                           const target *into)
{
    into->scope->has_skip = true;
    return weft_shape_read_amount(reader, at, value, &into->scope->skip);
}

static weft_code read_take(const weft_request_reader *reader,
                           const weft_json_pointer *at,
                           json_t *value,
                           const target *into)
{
    into->scope->has_take = true;
    return weft_shape_read_amount(reader, at, value, &into->scope->take);
}

static weft_code read_order(const weft_request_reader *reader,
                            const weft_json_pointer *at,
                            json_t *value,
                            const target *into)
{
    return weft_order_read(reader, at, value, into->scope);
}

static weft_code read_cursor(const weft_request_reader *reader,
                             const weft_json_pointer *at,
                             const json_t *value,
                             weft_str *ret_cursor)
{
    if (json_is_null(value)) {
        *ret_cursor = WEFT_STR("");
        return WEFT_OK;
    }
    if (!weft_shape_is_text(value)) {
        return weft_shape_fail(reader, at, NULL, "a cursor (a string) or null", value);
    }
    return weft_shape_read_name(reader, at, value, ret_cursor);
}

static weft_code read_after(const weft_request_reader *reader,
                            const weft_json_pointer *at,
                            json_t *value,
                            const target *into)
{
    return read_cursor(reader, at, value, &into->scope->after);
}

static weft_code read_before(const weft_request_reader *reader,
                             const weft_json_pointer *at,
                             json_t *value,
                             const target *into)
{
    return read_cursor(reader, at, value, &into->scope->before);
}

static weft_code read_count(const weft_request_reader *reader,
                            const weft_json_pointer *at,
                            json_t *value,
                            const target *into)
{
    return weft_shape_read_boolean(reader, at, value, &into->request->wants_count);
}

static weft_code read_with_deleted(const weft_request_reader *reader,
                                   const weft_json_pointer *at,
                                   json_t *value,
                                   const target *into)
{
    return weft_shape_read_boolean(reader, at, value, &into->scope->with_deleted);
}

static weft_code read_filters(const weft_request_reader *reader,
                              const weft_json_pointer *at,
                              json_t *value,
                              const target *into)
{
    return weft_filters_read(reader, at, value, &into->scope->filters);
}

static weft_code read_entity(const weft_request_reader *reader,
                             const weft_json_pointer *at,
                             json_t *value,
                             const target *into)
{
    return weft_shape_read_name(reader, at, value, &into->request->entity);
}

static weft_code read_fields(const weft_request_reader *reader,
                             const weft_json_pointer *at,
                             json_t *value,
                             const target *into)
{
    return weft_fields_read(reader, at, value, into->request);
}

static const key_reader pagination_keys[] = {
    {{"skip", 4}, read_skip},
    {{"take", 4}, read_take},
    {{"order", 5}, read_order},
    {{"after", 5}, read_after},
    {{"before", 6}, read_before},
    {{"count", 5}, read_count},
};
static const key_table pagination_table = {pagination_keys, WEFT_COUNT_OF(pagination_keys)};

static const key_reader with_keys[] = {
    {{"filters", 7}, read_filters},
    {{"order", 5}, read_order},
    {{"skip", 4}, read_skip},
    {{"take", 4}, read_take},
    {{"withDeleted", 11}, read_with_deleted},
};
static const key_table with_table = {with_keys, WEFT_COUNT_OF(with_keys)};

static weft_code check_cursors(const weft_request_reader *reader, const weft_json_pointer *at, const weft_scope *scope)
{
    const char *problem = NULL;
    if (scope->after.data && scope->before.data) {
        problem = "\"after\" and \"before\" exclude each other";
    } else if (scope->has_skip && (scope->after.data || scope->before.data)) {
        problem = "\"skip\" and a cursor exclude each other";
    }
    return problem ? weft_shape_at(reader, at, weft_fail(reader->error, WEFT_INVALID_REQUEST, "%s", problem)) : WEFT_OK;
}

static weft_code read_pagination(const weft_request_reader *reader,
                                 const weft_json_pointer *at,
                                 json_t *value,
                                 const target *into)
{
    if (!json_is_object(value)) {
        return weft_shape_fail(reader, at, NULL, "an object", value);
    }
    WEFT_TRY(read_object(reader, at, value, &pagination_table, into));
    return check_cursors(reader, at, into->scope);
}

static weft_code read_with_entry(const weft_request_reader *reader,
                                 const weft_json_pointer *at,
                                 json_t *value,
                                 weft_request *request,
                                 weft_scope *scope)
{
    if (!json_is_object(value)) {
        return weft_shape_fail(reader, at, NULL, "an object", value);
    }
    WEFT_TRY(weft_path_read(reader, at, NULL, at->key, WEFT_PATH_STAR_REFUSED, &scope->path));
    scope->where = scope->path.where;
    return read_object(reader, at, value, &with_table, &(target){request, scope});
}

static weft_code read_with(const weft_request_reader *reader,
                           const weft_json_pointer *at,
                           json_t *value,
                           const target *into)
{
    if (!json_is_object(value)) {
        return weft_shape_fail(reader, at, NULL, "an object", value);
    }
    const size_t count = json_object_size(value);
    WEFT_TRY(weft_shape_check_count(reader, at, count, "edges in \"with\""));
    weft_scope *scopes = WEFT_ARENA_ARRAY(reader->keep, weft_scope, count);
    if (!scopes) {
        return weft_fail_arena(reader->error, reader->keep);
    }
    const char *key = NULL;
    size_t key_len = 0;
    json_t *entry = NULL;
    size_t i = 0;
    json_object_keylen_foreach(value, key, key_len, entry)
    {
        const weft_json_pointer here = {.parent = at, .key = {key, key_len}};
        WEFT_TRY(read_with_entry(reader, &here, entry, into->request, &scopes[i++]));
    }
    into->request->with = scopes;
    into->request->with_count = count;
    return WEFT_OK;
}

static const key_reader request_keys[] = {
    {{"entity", 6}, read_entity},
    {{"fields", 6}, read_fields},
    {{"filters", 7}, read_filters},
    {{"pagination", 10}, read_pagination},
    {{"with", 4}, read_with},
    {{"withDeleted", 11}, read_with_deleted},
    {{"count", 5}, read_count},
};
static const key_table request_table = {request_keys, WEFT_COUNT_OF(request_keys)};

/* A page's key beside "entity" is the likeliest slip, so it gets its own hint. */
static weft_code hint_misplaced(const weft_request_reader *reader, const json_t *top, weft_code code)
{
    for (size_t i = 0; code == WEFT_UNKNOWN_KEY && i < pagination_table.count; i++) {
        const char *name = pagination_table.keys[i].name.data;
        if (json_object_get(top, name) && !find_key(&request_table, pagination_table.keys[i].name) && reader->error &&
            reader->error->where[0] == '/' &&
            weft_str_equal_text(pagination_table.keys[i].name, reader->error->where + 1)) {
            weft_error_set_hint(reader->error, "Write \"%s\" inside \"pagination\".", name);
        }
    }
    return code;
}

static weft_code check_whole(const weft_request_reader *reader, const json_t *top, weft_request *request)
{
    if (!request->entity.data) {
        const weft_code code = weft_fail(reader->error, WEFT_INVALID_REQUEST, "\"entity\" is missing");
        weft_error_set_hint(reader->error, "Name the model or link to read, as in \"entity\": \"product\".");
        return code;
    }
    if (!request->fields) {
        return weft_fields_read(reader, NULL, NULL, request);
    }
    if (json_object_get(top, "count") && json_object_get(json_object_get(top, "pagination"), "count")) {
        const weft_code code = weft_fail(reader->error, WEFT_INVALID_REQUEST, "\"count\" is given twice");
        weft_error_set_where(reader->error, "/count");
        return code;
    }
    return WEFT_OK;
}

static const weft_json_pointer root = {0};

static weft_code read_request(const weft_request_reader *reader, json_t *json, weft_request *request)
{
    if (!json_is_object(json)) {
        return weft_shape_fail(reader, &root, "a request", "an object", json);
    }
    request->wants_count = true;
    request->root.where = WEFT_STR("");
    const target into = {request, &request->root};
    const weft_code code = read_object(reader, &root, json, &request_table, &into);
    WEFT_TRY(hint_misplaced(reader, json, code));
    return check_whole(reader, json, request);
}

static weft_code check_size(const weft_request_reader *reader, weft_str json)
{
    if (json.len <= reader->limits->request_bytes_max) {
        return WEFT_OK;
    }
    (void)weft_fail(reader->error, WEFT_LIMIT_EXCEEDED, "the request has %zu bytes", json.len);
    weft_error_set_limit(reader->error, "request_bytes_max", reader->limits->request_bytes_max);
    return WEFT_LIMIT_EXCEEDED;
}

weft_code weft_request_parse(
    weft_str json, const weft_limits *limits, weft_arena *keep, weft_request **ret_request, weft_error *error)
{
    const weft_limits settled = weft_limits_or_default(limits);
    size_t condition_count = 0;
    const weft_request_reader reader = {&settled, keep, error, &condition_count};
    weft_request *request = WEFT_ARENA_NEW(keep, weft_request);
    if (!request) {
        return weft_fail_arena(error, keep);
    }
    WEFT_TRY(check_size(&reader, json));
    WEFT_TRY(weft_json_read(json, 0, &request->json, error));
    const weft_code code = read_request(&reader, request->json, request);
    if (code != WEFT_OK) {
        weft_request_done(request);
        return code;
    }
    *ret_request = request;
    return WEFT_OK;
}

void weft_request_done(weft_request *request)
{
    if (request) {
        json_decref(request->json);
        request->json = NULL;
    }
}
