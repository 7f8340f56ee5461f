/* Looks names of addresses up in what weft_describe told. Fails when a name means nothing, or two things. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/fail.h"
#include "server/near.h"
#include "server/schema.h"

/* "product.product", or a link's entry point: the name by which a request names an entity beyond doubt. */
static bool add_names(json_t *entities)
{
    bool is_fine = true;
    size_t at = 0;
    json_t *entity = NULL;
    json_array_foreach(entities, at, entity)
    {
        const char *module = server_schema_text(entity, "module");
        json_t *name = json_sprintf("%s%s%s", module, *module ? "." : "", server_schema_text(entity, "entity"));
        is_fine = json_object_set_new(entity, "name", name) == 0 && is_fine;
    }
    return is_fine;
}

static size_t count_stores(const json_t *entities)
{
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(entities); i++) {
        const char *store = server_schema_text(json_array_get(entities, i), "store");
        size_t before = 0;
        while (before < i && strcmp(store, server_schema_text(json_array_get(entities, before), "store")) != 0) {
            before++;
        }
        count += before == i;
    }
    return count;
}

weft_code server_schema_read(weft_engine *engine,
                             const weft_access *access,
                             server_schema *ret_schema,
                             weft_error *error)
{
    weft_text text = {0};
    SERVER_TRY(weft_describe_as(engine, access, NULL, &text, error));
    /* Defaults may have more digits than jansson holds; as reals they are good enough to be shown in a document. */
    json_t *entities = json_loadb(text.data, text.len, 0, NULL);
    if (!entities) {
        entities = json_loadb(text.data, text.len, JSON_DECODE_INT_AS_REAL, NULL);
    }
    weft_text_free(&text);
    if (!entities || !add_names(entities)) {
        json_decref(entities);
        return server_fail_no_memory(error);
    }
    ret_schema->entities = entities;
    ret_schema->store_count = count_stores(entities);
    return WEFT_OK;
}

void server_schema_done(server_schema *schema)
{
    json_decref(schema->entities);
    schema->entities = NULL;
}

const char *server_schema_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

bool server_schema_is_kebab(const char *segment, const char *name)
{
    while (*segment && (*segment == *name || (*segment == '-' && *name == '_'))) {
        segment++;
        name++;
    }
    return *segment == *name;
}

static bool is_link(const json_t *entity)
{
    return *server_schema_text(entity, "link") != '\0';
}

/* "products", or "product.products". */
static bool is_called(const json_t *entity, const char *segment)
{
    const char *dot = strchr(segment, '.');
    if (!server_schema_is_kebab(dot ? dot + 1 : segment, server_schema_text(entity, "plural"))) {
        return false;
    }
    const char *module = server_schema_text(entity, "module");
    return !dot || (strlen(module) == (size_t)(dot - segment) && !strncmp(segment, module, (size_t)(dot - segment)));
}

static weft_code fail_path(const server_schema *schema, const char *segment, weft_error *error)
{
    server_near near = {.wrong = segment};
    size_t at = 0;
    json_t *entity = NULL;
    json_array_foreach(schema->entities, at, entity)
    {
        if (!is_link(entity)) {
            server_near_try(&near, server_schema_text(entity, "plural"));
        }
    }
    (void)server_fail(error, WEFT_NOT_FOUND, "nothing is served at \"/%.200s\"", segment);
    if (near.best) {
        server_error_hint(error, "Did you mean \"/%s\"?", near.best);
    } else {
        server_error_hint(error, "GET /openapi.json lists what is served.");
    }
    return WEFT_NOT_FOUND;
}

weft_code server_schema_model(const server_schema *schema, const char *segment, json_t **ret_model, weft_error *error)
{
    json_t *found = NULL;
    size_t at = 0;
    json_t *entity = NULL;
    json_array_foreach(schema->entities, at, entity)
    {
        if (!is_called(entity, segment) || is_link(entity)) {
            continue;
        }
        if (found) {
            (void)server_fail(error, WEFT_AMBIGUOUS_NAME, "\"/%.200s\" could mean models of two modules", segment);
            server_error_hint(error, "Say which: \"/%s.%.100s\".", server_schema_text(found, "module"), segment);
            return WEFT_AMBIGUOUS_NAME;
        }
        found = entity;
    }
    if (!found) {
        return fail_path(schema, segment, error);
    }
    *ret_model = found;
    return WEFT_OK;
}

weft_code server_schema_link(const server_schema *schema, const char *name, json_t **ret_link, weft_error *error)
{
    server_near near = {.wrong = name};
    size_t at = 0;
    json_t *entity = NULL;
    json_array_foreach(schema->entities, at, entity)
    {
        const char *link = server_schema_text(entity, "link");
        if (*link && server_schema_is_kebab(name, link)) {
            *ret_link = entity;
            return WEFT_OK;
        }
        server_near_try(&near, link);
    }
    (void)server_fail(error, WEFT_NOT_FOUND, "no link is called \"%.200s\"", name);
    if (near.best) {
        server_error_hint(error, "Did you mean \"%s\"?", near.best);
    }
    return WEFT_NOT_FOUND;
}

static json_t *find_named(const json_t *list, const char *name)
{
    size_t at = 0;
    json_t *item = NULL;
    json_array_foreach(list, at, item)
    {
        if (!strcmp(server_schema_text(item, "name"), name)) {
            return item;
        }
    }
    return NULL;
}

json_t *server_schema_field(const json_t *entity, const char *name)
{
    return find_named(json_object_get(entity, "fields"), name);
}

json_t *server_schema_edge_named(const json_t *entity, const char *name)
{
    return find_named(json_object_get(entity, "edges"), name);
}

weft_code server_schema_edge(const json_t *entity, const char *segment, json_t **ret_edge, weft_error *error)
{
    server_near near = {.wrong = segment};
    size_t at = 0;
    json_t *edge = NULL;
    json_array_foreach(json_object_get(entity, "edges"), at, edge)
    {
        const char *name = server_schema_text(edge, "name");
        if (server_schema_is_kebab(segment, name)) {
            *ret_edge = edge;
            return WEFT_OK;
        }
        server_near_try(&near, name);
    }
    (void)server_fail(
        error, WEFT_NOT_FOUND, "entity \"%s\" has no edge \"%.200s\"", server_schema_text(entity, "entity"), segment);
    if (near.best) {
        server_error_hint(error, "Did you mean \"%s\"?", near.best);
    }
    return WEFT_NOT_FOUND;
}

json_t *server_schema_target(const server_schema *schema, const json_t *edge)
{
    size_t at = 0;
    json_t *entity = NULL;
    json_array_foreach(schema->entities, at, entity)
    {
        if (!strcmp(server_schema_text(entity, "entity"), server_schema_text(edge, "entity")) &&
            !strcmp(server_schema_text(entity, "module"), server_schema_text(edge, "module"))) {
            return entity;
        }
    }
    return NULL;
}
