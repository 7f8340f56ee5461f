/* The shapes in the document: records, what creates and changes them, links, requests, problems. */
#include <string.h>

#include "server/openapi.h"

static json_t *ref(const char *name, const char *suffix)
{
    return json_pack("{s:o}", "$ref", json_sprintf("#/components/schemas/%s%s", name, suffix));
}

/* JSON Schema's word for a field's type; NULL: any value. */
static const char *type_word(const char *type)
{
    static const char *const words[][2] = {{"number", "integer"},
                                           {"autoincrement", "integer"},
                                           {"bigNumber", "number"},
                                           {"float", "number"},
                                           {"boolean", "boolean"},
                                           {"array", "array"},
                                           {"id", "string"},
                                           {"text", "string"},
                                           {"enum", "string"},
                                           {"dateTime", "string"}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!strcmp(words[i][0], type)) {
            return words[i][1];
        }
    }
    return NULL;
}

static json_t *field_schema(const json_t *field)
{
    const char *type = server_schema_text(field, "type");
    const char *word = type_word(type);
    const bool is_nullable = json_is_true(json_object_get(field, "nullable"));
    json_t *schema = json_object();
    if (word) {
        (void)json_object_set_new(schema, "type", is_nullable ? json_pack("[s, s]", word, "null") : json_string(word));
    }
    if (!strcmp(type, "array")) {
        (void)json_object_set_new(schema, "items", json_pack("{s:s}", "type", "string"));
    } else if (!strcmp(type, "dateTime")) {
        (void)json_object_set_new(schema, "format", json_string("date-time"));
    } else if (!strcmp(type, "enum")) {
        json_t *values = json_copy(json_object_get(field, "values"));
        if (is_nullable) {
            (void)json_array_append_new(values, json_null());
        }
        (void)json_object_set_new(schema, "enum", values);
    }
    return schema;
}

/* Whether whoever creates a record must give this field. */
static bool is_required(const json_t *field)
{
    return !json_is_true(json_object_get(field, "nullable")) && !json_object_get(field, "default") &&
           !json_object_get(field, "timestamp") && strcmp(server_schema_text(field, "type"), "id") != 0 &&
           strcmp(server_schema_text(field, "type"), "autoincrement") != 0;
}

/* A record as it is answered: own fields, and edges that `fields` asked for. */
static json_t *record_schema(const json_t *entity)
{
    json_t *properties = json_object();
    size_t at = 0;
    json_t *item = NULL;
    json_array_foreach(json_object_get(entity, "fields"), at, item)
    {
        (void)json_object_set_new(properties, server_schema_text(item, "name"), field_schema(item));
    }
    json_array_foreach(json_object_get(entity, "edges"), at, item)
    {
        const char *module = server_schema_text(item, "module");
        json_t *name = json_sprintf("%s%s%s", module, *module ? "." : "", server_schema_text(item, "entity"));
        json_t *one = ref(json_string_value(name), "");
        json_decref(name);
        json_t *edge = json_is_true(json_object_get(item, "list"))
                           ? json_pack("{s:s, s:o}", "type", "array", "items", one)
                           : json_pack("{s:[o, {s:s}]}", "anyOf", one, "type", "null");
        (void)json_object_set_new(properties, server_schema_text(item, "name"), edge);
    }
    return json_pack("{s:s, s:o}", "type", "object", "properties", properties);
}

/* What may be written; `is_new` says which of it must be. */
static json_t *input_schema(const json_t *entity, bool is_new)
{
    json_t *properties = json_object();
    json_t *required = json_array();
    size_t at = 0;
    json_t *field = NULL;
    json_array_foreach(json_object_get(entity, "fields"), at, field)
    {
        (void)json_object_set_new(properties, server_schema_text(field, "name"), field_schema(field));
        if (is_new && is_required(field)) {
            (void)json_array_append(required, json_object_get(field, "name"));
        }
    }
    json_t *schema =
        json_pack("{s:s, s:o, s:b}", "type", "object", "properties", properties, "additionalProperties", 0);
    if (json_array_size(required) > 0) {
        (void)json_object_set(schema, "required", required);
    }
    json_decref(required);
    return schema;
}

static json_t *problem_schema(void)
{
    json_t *codes = json_array();
#define ADD_CODE(NAME, number, name, http, exit, meaning)                                                              \
    if ((number) != 0) {                                                                                               \
        (void)json_array_append_new(codes, json_string(name));                                                         \
    }
    WEFT_ERROR_LIST(ADD_CODE)
#undef ADD_CODE
    json_t *properties = json_pack("{s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s, s:o}}",
                                   "type",
                                   "type",
                                   "string",
                                   "title",
                                   "type",
                                   "string",
                                   "status",
                                   "type",
                                   "integer",
                                   "code",
                                   "type",
                                   "string",
                                   "enum",
                                   codes);
    static const char *const texts[] = {"message", "detail", "hint", "where", "store", "sqlstate", "request_id"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        (void)json_object_set_new(properties, texts[i], json_pack("{s:s}", "type", "string"));
    }
    (void)json_object_set_new(
        properties, "refused", json_pack("{s:s, s:{s:s}}", "type", "array", "items", "type", "string"));
    return json_pack("{s:s, s:s, s:o, s:[s, s, s, s]}",
                     "type",
                     "object",
                     "description",
                     "RFC 9457",
                     "properties",
                     properties,
                     "required",
                     "type",
                     "title",
                     "status",
                     "code");
}

static json_t *link_schema(const server_schema *schema)
{
    json_t *names = json_array();
    size_t at = 0;
    json_t *entity = NULL;
    json_array_foreach(schema->entities, at, entity)
    {
        if (*server_schema_text(entity, "link")) {
            (void)json_array_append(names, json_object_get(entity, "link"));
        }
    }
    static const char description[] =
        "A pair: {\"link\", \"left\", \"right\"}, or {\"module\": {\"model_id\": key}, …} of both sides. \"data\" "
        "holds "
        "columns of the link row; \"validate\": false skips looking whether both ends exist.";
    return json_pack("{s:s, s:s, s:{s:{s:s, s:o}, s:{s:s}, s:{s:s}}}",
                     "type",
                     "object",
                     "description",
                     description,
                     "properties",
                     "link",
                     "type",
                     "string",
                     "enum",
                     names,
                     "data",
                     "type",
                     "object",
                     "validate",
                     "type",
                     "boolean");
}

static const char fixed_schemas[] =
    "{\"graph_request\":{\"type\":\"object\",\"required\":[\"entity\",\"fields\"],\"additionalProperties\":false,"
    "\"properties\":{\"entity\":{\"type\":\"string\"},\"fields\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
    "\"filters\":{\"type\":\"object\"},\"pagination\":{\"type\":\"object\",\"properties\":{\"skip\":{\"type\":"
    "\"integer\",\"minimum\":0},\"take\":{\"type\":\"integer\",\"minimum\":0},\"order\":{\"type\":[\"object\","
    "\"array\"]},"
    "\"after\":{\"type\":[\"string\",\"null\"]},\"before\":{\"type\":[\"string\",\"null\"]},\"count\":{\"type\":"
    "\"boolean\"}}},\"with\":{\"type\":\"object\"},\"withDeleted\":{\"type\":\"boolean\"}}},"
    "\"graph_answer\":{\"type\":\"object\",\"required\":[\"data\"],\"properties\":{\"data\":{\"type\":\"array\","
    "\"items\":{\"type\":\"object\"}},\"metadata\":{\"type\":\"object\"}}},"
    "\"link_outcomes\":{\"type\":\"object\",\"required\":[\"links\"],\"properties\":{\"links\":{\"type\":\"array\","
    "\"items\":{\"type\":\"object\",\"properties\":{\"link\":{\"type\":\"string\"},\"id\":{\"type\":[\"string\","
    "\"null\"]},"
    "\"outcome\":{\"type\":\"string\"}}}}}},"
    "\"deletion\":{\"type\":\"object\",\"required\":[\"id\",\"object\",\"deleted\"],\"properties\":{\"id\":{\"type\":"
    "\"string\"},\"object\":{\"type\":\"string\"},\"deleted\":{\"type\":\"boolean\"},\"deletion\":{\"type\":\"string\"}"
    "}},"
    "\"restoration\":{\"type\":\"object\",\"properties\":{\"deletion\":{\"type\":\"string\"},\"restored\":{\"type\":"
    "\"integer\"},\"left\":{\"type\":\"integer\"}}}}";

static const char fixed_parameters[] =
    "{\"fields\":{\"name\":\"fields\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},\"description\":\"just these "
    "(id,title), or the own fields edited (+edge.field,-field,*edge)\"},"
    "\"limit\":{\"name\":\"limit\",\"in\":\"query\",\"schema\":{\"type\":\"integer\",\"minimum\":0,\"default\":20}},"
    "\"offset\":{\"name\":\"offset\",\"in\":\"query\",\"schema\":{\"type\":\"integer\",\"minimum\":0,\"default\":0}},"
    "\"after\":{\"name\":\"after\",\"in\":\"query\",\"schema\":{\"type\":\"string\"}},"
    "\"before\":{\"name\":\"before\",\"in\":\"query\",\"schema\":{\"type\":\"string\"}},"
    "\"order\":{\"name\":\"order\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},\"description\":\"-created_at,"
    "title\"},"
    "\"with_deleted\":{\"name\":\"with_deleted\",\"in\":\"query\",\"schema\":{\"type\":\"boolean\"}},"
    "\"filters\":{\"name\":\"filters\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},\"description\":\"conditions "
    "as "
    "a JSON object\"},"
    "\"id\":{\"name\":\"id\",\"in\":\"path\",\"required\":true,\"schema\":{\"type\":\"string\"}},"
    "\"idempotency_key\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"schema\":{\"type\":\"string\","
    "\"maxLength\":255}},"
    "\"prefer\":{\"name\":\"Prefer\",\"in\":\"header\",\"schema\":{\"type\":\"string\"},\"description\":\"count=none"
    "\"},"
    "\"analyze\":{\"name\":\"analyze\",\"in\":\"query\",\"schema\":{\"type\":\"boolean\"},\"description\":\"run it, "
    "and "
    "tell what each step cost\"},"
    "\"impact\":{\"name\":\"impact\",\"in\":\"query\",\"schema\":{\"type\":\"boolean\"},\"description\":\"only tell "
    "what "
    "would happen\"},"
    "\"max\":{\"name\":\"max\",\"in\":\"query\",\"schema\":{\"type\":\"integer\",\"minimum\":1,\"default\":10000},"
    "\"description\":\"rows that may go\"}}";

static void add_entity(json_t *schemas, const json_t *entity)
{
    const char *name = server_schema_text(entity, "name");
    (void)json_object_set_new(schemas, name, record_schema(entity));
    if (!*server_schema_text(entity, "link")) {
        json_t *create = json_sprintf("%s.create", name);
        json_t *update = json_sprintf("%s.update", name);
        (void)json_object_set_new(schemas, json_string_value(create), input_schema(entity, true));
        (void)json_object_set_new(schemas, json_string_value(update), input_schema(entity, false));
        json_decref(create);
        json_decref(update);
    }
}

json_t *server_openapi_components(const server_schema *schema)
{
    json_t *schemas = json_loads(fixed_schemas, 0, NULL);
    (void)json_object_set_new(schemas, "problem", problem_schema());
    (void)json_object_set_new(schemas, "link", link_schema(schema));
    size_t at = 0;
    json_t *entity = NULL;
    json_array_foreach(schema->entities, at, entity)
    {
        add_entity(schemas, entity);
    }
    json_t *problem = json_pack("{s:s, s:{s:{s:o}}}",
                                "description",
                                "what went wrong",
                                "content",
                                "application/problem+json",
                                "schema",
                                ref("problem", ""));
    return json_pack("{s:o, s:o, s:{s:o}, s:{s:{s:s, s:s, s:s}}}",
                     "schemas",
                     schemas,
                     "parameters",
                     json_loads(fixed_parameters, 0, NULL),
                     "responses",
                     "problem",
                     problem,
                     "securitySchemes",
                     "key",
                     "type",
                     "http",
                     "scheme",
                     "bearer",
                     "description",
                     "An API key (weft key create), or a token (JWT). A server that knows neither asks for none.");
}
