/* Holds the role, the modules and the tenant of a new key against the project, so that a slip is told when the key is
 * made and not by refusing whoever uses it. Fails as weft_open does when the project is bad. */
#include <string.h>

#include "server/fail.h"
#include "server/keys.h"
#include "server/near.h"
#include "server/principal.h"
#include "server/project.h"
#include "server/text.h"

static weft_code fail_name(const char *what, const server_near *near, weft_error *error)
{
    (void)server_fail(error, WEFT_USAGE, "the project has no %s \"%.100s\"", what, near->wrong);
    if (near->best) {
        server_error_hint(error, "Did you mean \"%s\"?", near->best);
    }
    return WEFT_USAGE;
}

static weft_code check_role(const weft_key_options *options, const json_t *access, weft_error *error)
{
    server_near near = {.wrong = options->role};
    size_t at = 0;
    json_t *role = NULL;
    json_array_foreach(json_object_get(access, "roles"), at, role)
    {
        const char *name = server_schema_text(role, "name");
        if (strcmp(name, options->role) != 0) {
            server_near_try(&near, name);
            continue;
        }
        if (json_is_true(json_object_get(role, "tenant")) && !options->tenant) {
            (void)server_fail(error, WEFT_USAGE, "the role \"%s\" is for callers with a tenant", name);
            server_error_hint(error, "Give the key one (--tenant).");
            return WEFT_USAGE;
        }
        return WEFT_OK;
    }
    return fail_name("role", &near, error);
}

static weft_code check_module(const char *module, const json_t *entities, weft_error *error)
{
    server_near near = {.wrong = module};
    size_t at = 0;
    json_t *entity = NULL;
    json_array_foreach(entities, at, entity)
    {
        const char *name = server_schema_text(entity, "module");
        if (*name && !strcmp(name, module)) {
            return WEFT_OK;
        }
        if (*name) {
            server_near_try(&near, name);
        }
    }
    return fail_name("module", &near, error);
}

static weft_code check_names(const weft_key_options *options,
                             const json_t *access,
                             const json_t *entities,
                             weft_error *error)
{
    SERVER_TRY(options->role ? check_role(options, access, error) : WEFT_OK);
    for (size_t i = 0; i < options->module_count; i++) {
        SERVER_TRY(check_module(options->modules[i], entities, error));
    }
    return WEFT_OK;
}

static weft_code check_project(const weft_key_options *options, weft_engine *engine, weft_error *error)
{
    weft_text access = {0};
    server_schema schema = {0};
    SERVER_TRY(weft_describe_access(engine, &access, error));
    weft_code code = server_schema_read(engine, &(weft_access){0}, &schema, error);
    json_t *told = json_loadb(access.data, access.len, 0, NULL);
    if (code == WEFT_OK) {
        code = told ? check_names(options, told, schema.entities, error) : server_fail_no_memory(error);
    }
    json_decref(told);
    server_schema_done(&schema);
    weft_text_free(&access);
    return code;
}

static weft_code check_sizes(const weft_key_options *options, weft_error *error)
{
    if (options->module_count > SERVER_PRINCIPAL_MODULES_MAX) {
        return server_fail(error, WEFT_USAGE, "a key has at most %d modules", SERVER_PRINCIPAL_MODULES_MAX);
    }
    if (!options->tenant) {
        return WEFT_OK;
    }
    if (!options->role) {
        (void)server_fail(error, WEFT_USAGE, "a tenant needs a role that narrows rows to it");
        server_error_hint(error, "Give the key a role (--role) with \"rows\" in weft.yaml.");
        return WEFT_USAGE;
    }
    const size_t len = strlen(options->tenant);
    for (const char *at = options->tenant; *at; at += server_utf8_len(at)) {
        if (server_utf8_len(at) == 0 || (unsigned char)*at < ' ' || *at == 0x7F) {
            return server_fail(error, WEFT_USAGE, "a tenant must be printable UTF-8");
        }
    }
    return len > 0 && len < SERVER_TENANT_SIZE
               ? WEFT_OK
               : server_fail(error, WEFT_USAGE, "a tenant has 1 to %d bytes", SERVER_TENANT_SIZE - 1);
}

weft_code server_keys_check_rights(const weft_key_options *options, weft_error *error)
{
    weft_engine *engine = NULL;
    SERVER_TRY(check_sizes(options, error));
    if (!options->role && options->module_count == 0) {
        return WEFT_OK;
    }
    SERVER_TRY(weft_open(&(weft_options){.directory = options->directory}, &engine, error));
    const weft_code code = check_project(options, engine, error);
    weft_close(engine);
    return code;
}
