/* Reads a list of fields. A list in which every field has a sign edits the route's own fields, any other replaces them.
 */
#include <stdlib.h>
#include <string.h>

#include "server/fail.h"
#include "server/fields.h"
#include "server/schema.h"

#define FIELD_MAX 1024

/* One token: its sign and its words, a leading star written out behind. */
typedef struct token {
    char sign; /* '+', '-', '*' or 0 */
    char words[FIELD_MAX + 3];
} token;

/* A space is what becomes of "+" on the way. Moves `list` behind the token. */
static weft_code read_token(const char **list, token *ret_token, weft_error *error)
{
    const char *at = *list;
    size_t len = strcspn(at, ",");
    *list = at + len + (at[len] == ',');
    while (len > 0 && at[len - 1] == ' ') {
        len--;
    }
    const bool is_alone = len == 1 && at[0] == '*';
    const char sign = len > 0 && !is_alone && strchr("+-* ", at[0]) ? at[0] : '\0';
    size_t skip = sign ? 1 : 0;
    while (skip < len && at[skip] == ' ') {
        skip++;
    }
    if (skip == len || len - skip > FIELD_MAX) {
        return server_fail(error, WEFT_INVALID_REQUEST, "the list of fields has an empty or endless name");
    }
    /* "+*posts" is "*posts". */
    const bool has_star = sign != '-' && !is_alone && at[skip] == '*' && skip + 1 < len;
    skip += has_star;
    const bool needs_star = sign == '*' || has_star;
    memcpy(ret_token->words, at + skip, len - skip);
    memcpy(ret_token->words + len - skip, needs_star ? ".*" : "", needs_star ? 3 : 1);
    ret_token->sign = (char)(sign == ' ' ? '+' : sign == '\0' && has_star ? '*' : sign);
    return WEFT_OK;
}

/* Whether every token has a sign; *ret_less the first with "-". */
static weft_code look_over(const char *list, bool *ret_edits, bool *ret_takes_away, weft_error *error)
{
    token one = {0};
    *ret_edits = true;
    *ret_takes_away = false;
    while (*list) {
        SERVER_TRY(read_token(&list, &one, error));
        *ret_edits = *ret_edits && one.sign != '\0';
        *ret_takes_away = *ret_takes_away || one.sign == '-';
    }
    return WEFT_OK;
}

static void add_once(json_t *fields, const char *name)
{
    size_t at = 0;
    json_t *field = NULL;
    json_array_foreach(fields, at, field)
    {
        if (!strcmp(json_string_value(field), name)) {
            return;
        }
    }
    (void)json_array_append_new(fields, json_string(name));
}

static void add_own(json_t *fields, const json_t *entity)
{
    size_t at = 0;
    json_t *field = NULL;
    json_array_foreach(json_object_get(entity, "fields"), at, field)
    {
        add_once(fields, server_schema_text(field, "name"));
    }
}

/* Take `name` away, and all that stands under it. */
static weft_code take_away(json_t *fields, const char *name, weft_error *error)
{
    const size_t len = strlen(name);
    bool is_found = false;
    for (size_t at = json_array_size(fields); at-- > 0;) {
        const char *field = json_string_value(json_array_get(fields, at));
        if (!strncmp(field, name, len) && (field[len] == '\0' || field[len] == '.')) {
            (void)json_array_remove(fields, at);
            is_found = true;
        }
    }
    if (!is_found) {
        (void)server_fail(error, WEFT_INVALID_REQUEST, "\"-%.200s\" takes nothing away", name);
        server_error_hint(error,
                          "A field with \"-\" must be one of the route's own fields, or stand before it in the list.");
        return WEFT_INVALID_REQUEST;
    }
    return WEFT_OK;
}

static bool is_key(const json_t *entity, const char *name)
{
    size_t at = 0;
    json_t *key = NULL;
    json_array_foreach(json_object_get(entity, "key"), at, key)
    {
        if (!strcmp(json_string_value(key), name)) {
            return true;
        }
    }
    return false;
}

static weft_code edit(json_t *fields, const json_t *entity, const char *list, weft_error *error)
{
    token one = {0};
    while (*list) {
        SERVER_TRY(read_token(&list, &one, error));
        if (one.sign != '-') {
            add_once(fields, one.words);
        } else if (is_key(entity, one.words)) {
            return server_fail(error, WEFT_INVALID_REQUEST, "the key \"%.200s\" is always answered", one.words);
        } else {
            SERVER_TRY(take_away(fields, one.words, error));
        }
    }
    return WEFT_OK;
}

/* The record's key in front, unless "*" or the list has it. */
static void add_key(json_t *fields, const json_t *entity)
{
    size_t at = 0;
    json_t *field = NULL;
    json_array_foreach(fields, at, field)
    {
        if (!strcmp(json_string_value(field), "*") || is_key(entity, json_string_value(field))) {
            return;
        }
    }
    const json_t *keys = json_object_get(entity, "key");
    for (at = json_array_size(keys); at-- > 0;) {
        /* A copy: the schema is shared, and counting who uses a part of it would be writing to it. */
        (void)json_array_insert_new(fields, 0, json_copy(json_array_get(keys, at)));
    }
}

static weft_code read_list(json_t *fields, const json_t *entity, const char *list, weft_error *error)
{
    bool edits = false;
    bool takes_away = false;
    SERVER_TRY(look_over(list, &edits, &takes_away, error));
    if (takes_away && !edits) {
        (void)server_fail(error, WEFT_INVALID_REQUEST, "a field with \"-\" stands beside fields without a sign");
        server_error_hint(error, "Write either just the fields wanted, or give each a sign: \"+\", \"-\" or \"*\".");
        return WEFT_INVALID_REQUEST;
    }
    if (edits && *list) {
        add_own(fields, entity);
    }
    SERVER_TRY(edit(fields, entity, list, error));
    add_key(fields, entity);
    return WEFT_OK;
}

static void write_field(server_text *text, const char *edge, const char *name)
{
    server_text whole = {0};
    if (!edge) {
        server_text_json(text, name);
        return;
    }
    server_text_format(&whole, "%s.%s", edge, name);
    if (whole.failed) {
        text->failed = true;
    } else {
        server_text_json(text, whole.data);
    }
    server_text_done(&whole);
}

static void write_list(server_text *text, const char *edge, const json_t *fields)
{
    size_t at = 0;
    json_t *field = NULL;
    json_array_foreach(fields, at, field)
    {
        server_text_put(text, at ? "," : "[");
        write_field(text, edge, json_string_value(field));
    }
    server_text_put(text, "]");
}

weft_code server_fields_add(
    server_text *text, const json_t *entity, const char *edge, const char *list, weft_error *error)
{
    json_t *fields = json_array();
    const weft_code code = read_list(fields, entity, list ? list : "*", error);
    if (code == WEFT_OK) {
        write_list(text, edge, fields);
    } else {
        server_error_where(error, "?fields");
    }
    json_decref(fields);
    return code;
}
