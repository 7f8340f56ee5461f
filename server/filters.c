/* Two passes: parameters into a tree of names with texts for leaves, then the tree into JSON with typed leaves. The
 * tree is as deep as a name has steps, and these are counted. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "server/fail.h"
#include "server/filters.h"

/* The steps of a name; they point into `bytes`. "" is the step "[]". */
typedef struct steps {
    char *bytes;
    const char *names[SERVER_FILTER_STEPS_MAX];
    bool is_index[SERVER_FILTER_STEPS_MAX]; /* "[]" or "[3]" */
    size_t count;
} steps;

static weft_code fail_name(const char *name, weft_error *error)
{
    (void)server_fail(error, WEFT_INVALID_REQUEST, "the parameter \"%.200s\" is no path of names", name);
    server_error_where(error, "?%.200s", name);
    server_error_hint(error, "Write field=value, field[$operator]=value, edge.field=value or field[]=value.");
    return WEFT_INVALID_REQUEST;
}

/* Take the next step off `at`: up to a dot or bracket, or what the brackets hold. NULL: malformed. */
static char *take_step(steps *path, char *at)
{
    const bool is_bracket = *at == '[';
    char *name = at + is_bracket;
    const size_t len = strcspn(name, is_bracket ? "]" : ".[");
    char *end = name + len;
    if ((is_bracket && *end != ']') || (!is_bracket && len == 0) || path->count == SERVER_FILTER_STEPS_MAX) {
        return NULL;
    }
    path->is_index[path->count] = is_bracket && strspn(name, "0123456789") == len;
    path->names[path->count++] = name;
    if (is_bracket) {
        *end++ = '\0';
    }
    if (*end == '.' && end[1] != '[' && end[1] != '\0') {
        *end = '\0';
        return end + 1;
    }
    return *end == '[' || *end == '\0' ? end : NULL;
}

/* An opening bracket ends the name before it, but it is still needed as the sign of the next step; so names are cut
 * when all are known. */
static weft_code split_name(steps *path, const char *name, weft_error *error)
{
    const size_t len = strlen(name);
    path->bytes = malloc(len + 1);
    if (!path->bytes) {
        return server_fail_no_memory(error);
    }
    memcpy(path->bytes, name, len + 1);
    char *at = path->bytes;
    do {
        at = take_step(path, at);
    } while (at && *at);
    if (!at || path->is_index[0]) {
        return fail_name(name, error);
    }
    for (size_t i = 0; i < path->count; i++) {
        char *bracket = path->bytes + (path->names[i] - path->bytes);
        bracket[strcspn(bracket, "[")] = '\0';
    }
    return WEFT_OK;
}

/* The place of step `at` in `node`, made when it is not there yet; NULL: the place is not free. */
static json_t *enter(json_t *node, const steps *path, size_t at, json_t *fresh)
{
    const char *name = path->names[at];
    if (!json_is_array(node)) {
        json_t *there = path->is_index[at] ? NULL : json_object_get(node, name);
        if (there || path->is_index[at]) {
            json_decref(fresh);
            return there;
        }
        return json_object_set_new(node, name, fresh) == 0 ? fresh : NULL;
    }
    const size_t size = json_array_size(node);
    const size_t index = *name ? (size_t)strtoul(name, NULL, 10) : size;
    if (!path->is_index[at] || strlen(name) > 6 || index > size) {
        json_decref(fresh);
        return NULL;
    }
    if (index < size) {
        json_decref(fresh);
        return json_array_get(node, index);
    }
    return json_array_append_new(node, fresh) == 0 ? fresh : NULL;
}

static weft_code put(server_filters *filters, const steps *path, const char *value, bool *ret_is_free)
{
    json_t *node = filters->tree;
    for (size_t i = 0; node && i < path->count; i++) {
        const bool is_last = i + 1 == path->count;
        json_t *fresh = is_last ? json_string(value) : path->is_index[i + 1] ? json_array() : json_object();
        json_t *below = enter(node, path, i, fresh);
        /* A leaf that was there before is not ours to change, nor can anything stand below one. */
        *ret_is_free = below && (is_last ? below == fresh && json_is_string(below) : !json_is_string(below));
        node = *ret_is_free ? below : NULL;
    }
    return WEFT_OK;
}

weft_code server_filters_add(server_filters *filters, const char *name, const char *value, weft_error *error)
{
    if (!filters->tree && !(filters->tree = json_object())) {
        return server_fail_no_memory(error);
    }
    steps path = {0};
    bool is_free = false;
    weft_code code = split_name(&path, name, error);
    if (code == WEFT_OK) {
        code = put(filters, &path, value, &is_free);
    }
    free(path.bytes);
    if (code == WEFT_OK && !is_free) {
        code = server_fail(error, WEFT_INVALID_REQUEST, "the parameter \"%.200s\" does not fit those before it", name);
        server_error_where(error, "?%.200s", name);
        server_error_hint(error, "Several values are given as field[]=a&field[]=b, places in a list in order from 0.");
    }
    return code;
}

void server_filters_done(server_filters *filters)
{
    json_decref(filters->tree);
    filters->tree = NULL;
}

bool server_is_number(const char *text)
{
    const char *at = text + (*text == '-');
    const size_t whole = strspn(at, "0123456789");
    if (whole == 0 || (whole > 1 && *at == '0')) {
        return false;
    }
    at += whole;
    if (*at == '.') {
        const size_t part = strspn(at + 1, "0123456789");
        if (part == 0) {
            return false;
        }
        at += 1 + part;
    }
    if (*at == 'e' || *at == 'E') {
        at += 1 + (at[1] == '-' || at[1] == '+');
        const size_t power = strspn(at, "0123456789");
        if (power == 0) {
            return false;
        }
        at += power;
    }
    return *at == '\0';
}

/* What the second pass carries. */
typedef struct writer {
    const server_schema *schema;
    server_text *text;
    weft_error *error;
} writer;

static weft_code write_conditions(const writer *to, json_t *node, const json_t *entity);

static weft_code fail_type(const writer *to, const char *value, const char *expected)
{
    (void)server_fail(to->error, WEFT_TYPE_MISMATCH, "\"%.200s\" is no %s", value, expected);
    return WEFT_TYPE_MISMATCH;
}

static bool is_json(const char *text)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, NULL);
    json_decref(value);
    return value != NULL;
}

/* One value. A json field takes JSON, or else text. */
static weft_code write_value(const writer *to, const char *value, const char *type)
{
    const bool wants_number = !strcmp(type, "number") || !strcmp(type, "bigNumber") || !strcmp(type, "float") ||
                              !strcmp(type, "autoincrement");
    const bool wants_boolean = !strcmp(type, "boolean");
    if (wants_number && !server_is_number(value)) {
        return fail_type(to, value, "number");
    }
    if (wants_number && isinf(strtod(value, NULL))) { /* JSON has no such number, but a bigNumber may be a text */
        if (strcmp(type, "bigNumber") != 0) {
            return fail_type(to, value, "number that fits");
        }
        server_text_json(to->text, value);
        return WEFT_OK;
    }
    if (wants_boolean && strcmp(value, "true") != 0 && strcmp(value, "false") != 0) {
        return fail_type(to, value, "boolean: it is true or false");
    }
    if (wants_number || wants_boolean || (!strcmp(type, "json") && is_json(value))) {
        server_text_put(to->text, value);
    } else {
        server_text_json(to->text, value);
    }
    return WEFT_OK;
}

/* What an operator wants, when that is not what its field is. */
static const char *operand_type(const char *name, const char *type)
{
    if (!strcmp(name, "$exists")) {
        return "boolean";
    }
    return !strcmp(name, "$like") || !strcmp(name, "$ilike") ? "text" : type;
}

/* A value, a list of values, or an object of operators (or, of a json field, of names inside it). */
static weft_code write_operand(const writer *to, json_t *node, const char *type)
{
    if (json_is_string(node)) {
        return write_value(to, json_string_value(node), type);
    }
    const bool is_list = json_is_array(node);
    server_text_put(to->text, is_list ? "[" : "{");
    size_t at = 0;
    json_t *item = NULL;
    json_array_foreach(node, at, item)
    {
        server_text_put(to->text, at ? "," : "");
        SERVER_TRY(write_operand(to, item, type));
    }
    const char *name = NULL;
    bool needs_comma = false;
    json_object_foreach(node, name, item)
    {
        server_text_put(to->text, needs_comma ? "," : "");
        server_text_json(to->text, name);
        server_text_put(to->text, ":");
        SERVER_TRY(write_operand(to, item, operand_type(name, type)));
        needs_comma = true;
    }
    server_text_put(to->text, is_list ? "]" : "}");
    return WEFT_OK;
}

static weft_code write_all(const writer *to, const json_t *list, const json_t *entity)
{
    size_t at = 0;
    json_t *item = NULL;
    server_text_put(to->text, "[");
    json_array_foreach(list, at, item)
    {
        server_text_put(to->text, at ? "," : "");
        SERVER_TRY(write_conditions(to, item, entity));
    }
    server_text_put(to->text, "]");
    return WEFT_OK;
}

/* The condition under `name` of an object about `entity`. */
static weft_code write_condition(const writer *to, const char *name, json_t *node, const json_t *entity)
{
    static const char *const of_same[] = {
        "$and", "$or", "$not", "$some", "$none", "$every", "$min", "$max", "$sum", "$avg"};
    for (size_t i = 0; i < sizeof(of_same) / sizeof(of_same[0]); i++) {
        if (!strcmp(name, of_same[i])) {
            return json_is_array(node) ? write_all(to, node, entity) : write_conditions(to, node, entity);
        }
    }
    const json_t *edge = server_schema_edge_named(entity, name);
    const json_t *target = edge ? server_schema_target(to->schema, edge) : NULL;
    if (target && json_is_object(node)) {
        return write_conditions(to, node, target);
    }
    const char *dot = *name == '$' ? strchr(name, '.') : NULL; /* "$max.views" */
    const json_t *field = server_schema_field(entity, dot ? dot + 1 : name);
    return write_operand(to, node, !strcmp(name, "$count") ? "number" : server_schema_text(field, "type"));
}

static weft_code write_conditions(const writer *to, json_t *node, const json_t *entity)
{
    if (!json_is_object(node)) {
        return write_operand(to, node, "");
    }
    const char *name = NULL;
    json_t *item = NULL;
    bool needs_comma = false;
    server_text_put(to->text, "{");
    json_object_foreach(node, name, item)
    {
        server_text_put(to->text, needs_comma ? "," : "");
        server_text_json(to->text, name);
        server_text_put(to->text, ":");
        const weft_code code = write_condition(to, name, item, entity);
        if (code != WEFT_OK) {
            if (to->error && !to->error->where[0]) {
                server_error_where(to->error, "?%.200s", name);
            }
            return code;
        }
        needs_comma = true;
    }
    server_text_put(to->text, "}");
    return WEFT_OK;
}

weft_code server_filters_write(const server_filters *filters,
                               const server_schema *schema,
                               const json_t *entity,
                               server_text *text,
                               weft_error *error)
{
    const writer to = {schema, text, error};
    SERVER_TRY(write_conditions(&to, filters->tree, entity));
    return text->failed ? server_fail_no_memory(error) : WEFT_OK;
}
