/* Writes the condition on a key, its parts in the types of their fields. */
#include <string.h>

#include "server/fail.h"
#include "server/filters.h"
#include "server/key.h"
#include "server/schema.h"

weft_code server_key_not_found(const json_t *entity, const char *key, weft_error *error)
{
    return server_fail(
        error, WEFT_NOT_FOUND, "no live %s has the key \"%.200s\"", server_schema_text(entity, "entity"), key);
}

static bool is_numeric(const json_t *entity, const char *name)
{
    const char *type = server_schema_text(server_schema_field(entity, name), "type");
    return !strcmp(type, "number") || !strcmp(type, "bigNumber") || !strcmp(type, "autoincrement") ||
           !strcmp(type, "float");
}

/* One part; false when it cannot be of its field's type. */
static bool add_part(const json_t *entity, const char *name, const char *part, server_text *text)
{
    server_text_json(text, name);
    server_text_put(text, ":");
    if (!is_numeric(entity, name)) {
        server_text_json(text, part);
        return true;
    }
    server_text_put(text, part);
    return server_is_number(part);
}

static bool add_parts(const json_t *entity, const json_t *names, const json_t *parts, server_text *text)
{
    size_t at = 0;
    json_t *name = NULL;
    bool is_fine = json_array_size(parts) == json_array_size(names);
    json_array_foreach(names, at, name)
    {
        const json_t *part = json_array_get(parts, at);
        char digits[32];
        (void)snprintf(digits, sizeof(digits), "%lld", (long long)json_integer_value(part));
        const char *words = json_is_string(part) ? json_string_value(part) : json_is_integer(part) ? digits : NULL;
        server_text_put(text, at ? "," : "{");
        is_fine = is_fine && words && add_part(entity, json_string_value(name), words, text);
    }
    server_text_put(text, "}");
    return is_fine;
}

/* A key of several parts is a JSON array of them. */
static bool add_composite(const json_t *entity, const json_t *names, const char *key, server_text *text)
{
    json_t *parts = json_loads(key, 0, NULL);
    const bool is_fine = add_parts(entity, names, parts, text);
    json_decref(parts);
    return is_fine;
}

static bool add_single(const json_t *entity, const json_t *names, const char *key, server_text *text)
{
    server_text_put(text, "{");
    const bool is_fine = add_part(entity, json_string_value(json_array_get(names, 0)), key, text);
    server_text_put(text, "}");
    return is_fine;
}

weft_code server_key_condition(const json_t *entity, const char *key, server_text *text, weft_error *error)
{
    const json_t *names = json_object_get(entity, "key");
    const bool is_composite = json_array_size(names) > 1;
    const bool is_fine = is_composite ? add_composite(entity, names, key, text) : add_single(entity, names, key, text);
    if (!is_fine && is_composite) {
        (void)server_key_not_found(entity, key, error);
        server_error_hint(error, "The key has %zu parts; it is written as a JSON array.", json_array_size(names));
        return WEFT_NOT_FOUND;
    }
    return is_fine ? WEFT_OK : server_key_not_found(entity, key, error);
}
