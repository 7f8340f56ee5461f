/* The routes in the document. Every object is made by jansson, which fails only for want of memory; a missing part
 * shows when the document is written, and is looked for once, there. */
#include <string.h>

#include "server/fail.h"
#include "server/openapi.h"

/* "blog_posts" → "blog-posts". New reference. */
static json_t *kebab(const char *name)
{
    char text[256];
    size_t len = 0;
    while (len < sizeof(text) - 1 && name[len]) {
        text[len] = (char)(name[len] == '_' ? '-' : name[len]);
        len++;
    }
    return json_stringn(text, len);
}

json_t *server_openapi_segment(const server_schema *schema, const json_t *entity)
{
    static const char *const taken[] = {"graph", "links", "restore"}; /* by routes of no model */
    const char *plural = server_schema_text(entity, "plural");
    json_t *found = NULL;
    weft_error error;
    json_t *name = kebab(plural);
    bool is_free = server_schema_model(schema, plural, &found, &error) == WEFT_OK;
    for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
        is_free = is_free && strcmp(plural, taken[i]) != 0;
    }
    if (is_free) {
        return name;
    }
    json_t *whole = json_sprintf("%s.%s", server_schema_text(entity, "module"), json_string_value(name));
    json_decref(name);
    return whole;
}

static json_t *schema_ref(const char *name, const char *suffix)
{
    return json_pack("{s:o}", "$ref", json_sprintf("#/components/schemas/%s%s", name, suffix));
}

static json_t *answer(const char *status, json_t *schema)
{
    json_t *good =
        json_pack("{s:s, s:{s:{s:o}}}", "description", "done", "content", "application/json", "schema", schema);
    json_t *bad = json_pack("{s:s}", "$ref", "#/components/responses/problem");
    return json_pack("{s:o, s:o}", status, good, "default", bad);
}

static json_t *body_of(json_t *schema)
{
    return json_pack("{s:b, s:{s:{s:o}}}", "required", 1, "content", "application/json", "schema", schema);
}

/* The good answer may also come as another type of content. */
static json_t *answer_or(json_t *answers, const char *type, json_t *schema)
{
    json_t *content = json_object_get(json_object_get(answers, "200"), "content");
    (void)json_object_set_new(content, type, json_pack("{s:o}", "schema", schema));
    return answers;
}

/* A partner that may be missing. */
static json_t *or_null(json_t *schema)
{
    return json_pack("{s:[o, {s:s}]}", "anyOf", schema, "type", "null");
}

/* {"member": schema}, and for a list what pages have besides: a number and a place, or cursors. */
static json_t *envelope(const char *member, json_t *schema, bool is_page)
{
    json_t *properties = json_pack("{s:o}", member, schema);
    static const char *const numbers[] = {"count", "offset", "limit"};
    static const char *const cursors[] = {"next", "previous"};
    for (size_t i = 0; is_page && i < 3; i++) {
        (void)json_object_set_new(properties, numbers[i], json_pack("{s:s}", "type", "integer"));
    }
    for (size_t i = 0; is_page && i < 2; i++) {
        (void)json_object_set_new(properties, cursors[i], json_pack("{s:[s, s]}", "type", "string", "null"));
    }
    return json_pack("{s:s, s:[s], s:o}", "type", "object", "required", member, "properties", properties);
}

static json_t *list_of(json_t *schema)
{
    return json_pack("{s:s, s:o}", "type", "array", "items", schema);
}

static void add_parameters(json_t *operation, const char *const *names)
{
    json_t *parameters = json_array();
    for (; *names; names++) {
        (void)json_array_append_new(parameters,
                                    json_pack("{s:o}", "$ref", json_sprintf("#/components/parameters/%s", *names)));
    }
    (void)json_object_set_new(operation, "parameters", parameters);
}

static const char *const page_parameters[] = {
    "fields", "limit", "offset", "after", "before", "order", "with_deleted", "filters", "prefer", NULL};
static const char *const partner_parameters[] = {
    "id", "fields", "limit", "offset", "after", "before", "order", "with_deleted", "filters", "prefer", NULL};
static const char *const record_parameters[] = {"id", "fields", "with_deleted", NULL};
static const char *const single_parameters[] = {"id", "fields", NULL};
static const char *const write_parameters[] = {"idempotency_key", NULL};
static const char *const change_parameters[] = {"id", "idempotency_key", NULL};
static const char *const delete_parameters[] = {"id", "impact", "max", "idempotency_key", NULL};
static const char *const explain_parameters[] = {"analyze", NULL};

/* An operation; `tag` and what it is called are what tools name it by. */
static json_t *operation(const char *verb, const char *what, const char *const *parameters, json_t *responses)
{
    json_t *made = json_pack(
        "{s:o, s:[s], s:o}", "operationId", json_sprintf("%s_%s", verb, what), "tags", what, "responses", responses);
    add_parameters(made, parameters);
    return made;
}

static json_t *operation_with_body(json_t *made, json_t *schema)
{
    (void)json_object_set_new(made, "requestBody", body_of(schema));
    return made;
}

/* Conditions beside "filters": any field, edge or operator. */
static void add_conditions(json_t *made)
{
    json_t *conditions = json_pack("{s:s, s:s, s:s, s:b, s:{s:s, s:{s:s}}, s:s}",
                                   "name",
                                   "conditions",
                                   "in",
                                   "query",
                                   "style",
                                   "form",
                                   "explode",
                                   1,
                                   "schema",
                                   "type",
                                   "object",
                                   "additionalProperties",
                                   "type",
                                   "string",
                                   "description",
                                   "field=value, field[$operator]=value, edge.field=value, field[]=value");
    (void)json_array_append_new(json_object_get(made, "parameters"), conditions);
}

static json_t *list_operation(
    const char *verb, const char *what, const char *const *parameters, const char *member, const char *of)
{
    json_t *page = answer("200", envelope(member, list_of(schema_ref(of, "")), true));
    json_t *made = operation(verb, what, parameters, answer_or(page, "application/x-ndjson", schema_ref(of, "")));
    add_conditions(made);
    return made;
}

static void add_path(json_t *paths, json_t *path, json_t *item)
{
    (void)json_object_set_new(paths, json_string_value(path), item);
    json_decref(path);
}

static void add_partners(
    json_t *paths, const server_schema *schema, const json_t *entity, const json_t *edge, const char *segment)
{
    const char *name = server_schema_text(edge, "name");
    const json_t *target = server_schema_target(schema, edge);
    const char *of = server_schema_text(target, "name");
    const bool is_many = json_is_true(json_object_get(edge, "list"));
    const bool is_page = is_many && *server_schema_text(edge, "reverse");
    json_t *verb = json_sprintf("list_%s", name);
    const char *what = server_schema_text(entity, "name");
    json_t *get = NULL;
    if (is_page) {
        get = list_operation(json_string_value(verb), what, partner_parameters, name, of);
    } else {
        json_t *partner = is_many ? list_of(schema_ref(of, "")) : or_null(schema_ref(of, ""));
        get =
            operation(json_string_value(verb), what, single_parameters, answer("200", envelope(name, partner, false)));
    }
    json_decref(verb);
    json_t *last = kebab(name);
    add_path(paths, json_sprintf("/%s/{id}/%s", segment, json_string_value(last)), json_pack("{s:o}", "get", get));
    json_decref(last);
}

static void add_model(json_t *paths, const server_schema *schema, const json_t *entity)
{
    const char *name = server_schema_text(entity, "name");
    const char *one = server_schema_text(entity, "entity");
    const char *many = server_schema_text(entity, "plural");
    json_t *segment = server_openapi_segment(schema, entity);
    const char *at = json_string_value(segment);
    json_t *list = json_pack("{s:o}", "get", list_operation("list", name, page_parameters, many, name));
    json_t *record =
        json_pack("{s:o}",
                  "get",
                  operation("get", name, record_parameters, answer("200", envelope(one, schema_ref(name, ""), false))));
    if (json_is_true(json_object_get(entity, "managed"))) {
        json_t *input =
            json_pack("{s:[o, o]}", "anyOf", schema_ref(name, ".create"), list_of(schema_ref(name, ".create")));
        json_t *made = json_pack("{s:[o, o]}",
                                 "anyOf",
                                 envelope(one, schema_ref(name, ""), false),
                                 envelope(many, list_of(schema_ref(name, "")), false));
        json_t *post = operation("create", name, write_parameters, answer("201", made));
        json_t *patch =
            operation("update", name, change_parameters, answer("200", envelope(one, schema_ref(name, ""), false)));
        (void)json_object_set_new(list, "post", operation_with_body(post, input));
        (void)json_object_set_new(record, "patch", operation_with_body(patch, schema_ref(name, ".update")));
        json_t *delete = operation("delete", name, delete_parameters, answer("200", schema_ref("deletion", "")));
        (void)json_object_set_new(record, "delete", delete);
    }
    add_path(paths, json_sprintf("/%s", at), list);
    add_path(paths, json_sprintf("/%s/{id}", at), record);
    size_t i = 0;
    json_t *edge = NULL;
    json_array_foreach(json_object_get(entity, "edges"), i, edge)
    {
        add_partners(paths, schema, entity, edge, at);
    }
    json_decref(segment);
}

static void add_link(json_t *paths, const json_t *entity)
{
    const char *link = server_schema_text(entity, "link");
    json_t *get = list_operation("list", link, page_parameters, "links", server_schema_text(entity, "name"));
    add_path(paths, json_sprintf("/links/%s", link), json_pack("{s:o}", "get", get));
}

static json_t *links_operation(const char *verb)
{
    json_t *input = json_pack("{s:[o, o]}", "anyOf", schema_ref("link", ""), list_of(schema_ref("link", "")));
    return operation_with_body(
        operation(verb, "links", write_parameters, answer("200", schema_ref("link_outcomes", ""))), input);
}

static void add_fixed(json_t *paths)
{
    json_t *records = answer_or(
        answer("200", schema_ref("graph_answer", "")), "application/x-ndjson", json_pack("{s:s}", "type", "object"));
    json_t *graph = operation_with_body(operation("query", "graph", write_parameters + 1, records),
                                        schema_ref("graph_request", ""));
    json_t *explained = answer_or(
        answer("200", json_pack("{s:s}", "type", "object")), "text/plain", json_pack("{s:s}", "type", "string"));
    json_t *explain = operation_with_body(operation("explain", "graph", explain_parameters, explained),
                                          schema_ref("graph_request", ""));
    json_t *document =
        operation("get", "openapi", write_parameters + 1, answer("200", json_pack("{s:s}", "type", "object")));
    (void)json_object_set_new(paths, "/openapi.json", json_pack("{s:o}", "get", document));
    json_t *restored = json_pack("{s:s, s:[s], s:{s:{s:s}}}",
                                 "type",
                                 "object",
                                 "required",
                                 "deletion",
                                 "properties",
                                 "deletion",
                                 "type",
                                 "string");
    json_t *restore = operation_with_body(
        operation("restore", "deletion", write_parameters, answer("200", schema_ref("restoration", ""))), restored);
    (void)json_object_set_new(paths, "/graph", json_pack("{s:o}", "post", graph));
    (void)json_object_set_new(paths, "/graph/explain", json_pack("{s:o}", "post", explain));
    (void)json_object_set_new(paths, "/restore", json_pack("{s:o}", "post", restore));
    (void)json_object_set_new(
        paths,
        "/links",
        json_pack("{s:o, s:o}", "post", links_operation("create"), "delete", links_operation("dismiss")));
    (void)json_object_set_new(paths, "/links/restore", json_pack("{s:o}", "post", links_operation("restore")));
}

weft_code server_openapi_make(const server_schema *schema, char **ret_document, weft_error *error)
{
    json_t *paths = json_object();
    add_fixed(paths);
    size_t at = 0;
    json_t *entity = NULL;
    json_array_foreach(schema->entities, at, entity)
    {
        if (*server_schema_text(entity, "link")) {
            add_link(paths, entity);
        } else {
            add_model(paths, schema, entity);
        }
    }
    json_t *document = json_pack("{s:s, s:{s:s, s:s}, s:[{s:[]}, {}], s:o, s:o}",
                                 "openapi",
                                 "3.1.0",
                                 "info",
                                 "title",
                                 "weft",
                                 "version",
                                 weft_version(),
                                 "security",
                                 "key",
                                 "paths",
                                 paths,
                                 "components",
                                 server_openapi_components(schema));
    /* Names and fixed words only: no user's number is in it, so that jansson may write it. */
    char *text = document ? json_dumps(document, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
    json_decref(document);
    if (!text) {
        return server_fail_no_memory(error);
    }
    *ret_document = text;
    return WEFT_OK;
}
