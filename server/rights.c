/* Holds calls against roles. Those from whom nothing is kept cost nothing here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/openapi.h"
#include "server/rights.h"

bool server_is_limited(const server_principal *principal)
{
    return principal->role[0] || principal->module_count > 0;
}

weft_code server_rights_check_role(const weft_call *call, weft_error *error)
{
    const server_principal *principal = &call->principal;
    const json_t *role = principal->role[0] ? server_project_role(call->project, principal->role) : NULL;
    if (principal->role[0] && !role) {
        (void)server_fail(error, WEFT_FORBIDDEN, "the project has no role \"%s\"", principal->role);
        server_error_hint(error, "Add it to \"roles\" of weft.yaml, or use another key or token.");
        return WEFT_FORBIDDEN;
    }
    if (role && json_is_true(json_object_get(role, "tenant")) && !principal->has_tenant) {
        (void)server_fail(error, WEFT_FORBIDDEN, "the role \"%s\" is for callers with a tenant", principal->role);
        server_error_hint(error, "Make a key with a tenant, or let the token name it.");
        return WEFT_FORBIDDEN;
    }
    return WEFT_OK;
}

static weft_code check_names(
    weft_call *call, const server_work *work, const weft_access *access, weft_text *refused, weft_error *error)
{
    weft_engine *engine = call->project->engine;
    switch (work->kind) {
    case SERVER_WORK_QUERY:
    case SERVER_WORK_EXPLAIN:
        return weft_access_query(engine, access, work->request, work->request_len, refused, error);
    case SERVER_WORK_CREATE:
    case SERVER_WORK_UPDATE:
        return weft_access_record(engine, access, work->entity, work->request, work->request_len, refused, error);
    case SERVER_WORK_DELETE:
    case SERVER_WORK_IMPACT:
        return weft_access_deletion(engine, access, work->entity, refused, error);
    case SERVER_WORK_LINK:
    case SERVER_WORK_UNLINK:
    case SERVER_WORK_RELINK:
        return weft_access_links(engine, access, work->request, work->request_len, refused, error);
    case SERVER_WORK_SCHEMA:
    case SERVER_WORK_OWN:
        return WEFT_OK;
    case SERVER_WORK_RESTORE:
    default:
        return weft_access_restore(engine, access, work->key, error);
    }
}

weft_code server_rights_check(weft_call *call, const server_work *work, weft_error *error)
{
    const char *modules[SERVER_PRINCIPAL_MODULES_MAX];
    weft_access access;
    call->is_checked = true;
    if (!server_is_limited(&call->principal)) {
        return WEFT_OK;
    }
    SERVER_TRY(server_rights_check_role(call, error));
    server_principal_access(&call->principal, modules, &access);
    weft_text_free(&call->refused);
    call->refused = (weft_text){0};
    return check_names(call, work, &access, &call->refused, error);
}

/* Its role's rules for rows, and the names that its role and modules leave of the project. */
static weft_code add_view(const weft_call *call, server_hash *hash, weft_error *error)
{
    const char *modules[SERVER_PRINCIPAL_MODULES_MAX];
    weft_access access;
    weft_text seen = {0};
    const json_t *role = server_project_role(call->project, call->principal.role);
    char *rules = role ? json_dumps(role, JSON_COMPACT) : NULL;
    if (role && !rules) {
        return server_fail_no_memory(error);
    }
    server_principal_access(&call->principal, modules, &access);
    const weft_code code = weft_describe_as(call->project->engine, &access, NULL, &seen, error);
    if (code == WEFT_OK) {
        server_hash_add(hash, rules, rules ? strlen(rules) : 0);
        server_hash_add(hash, seen.data, seen.len);
    }
    weft_text_free(&seen);
    free(rules);
    return code;
}

weft_code server_rights_add(const weft_call *call, server_hash *hash, weft_error *error)
{
    const char scope = (char)call->principal.scope;
    server_hash_add(hash, &scope, 1);
    return server_is_limited(&call->principal) ? add_view(call, hash, error) : WEFT_OK;
}

weft_code server_rights_tell_records(weft_call *call, const char *entity, weft_text *records, weft_error *error)
{
    const char *modules[SERVER_PRINCIPAL_MODULES_MAX];
    weft_access access;
    server_principal_access(&call->principal, modules, &access);
    return server_is_limited(&call->principal)
               ? weft_access_tell_records(call->project->engine, &access, entity, records, error)
               : WEFT_OK;
}

void server_rights_tell_error(weft_call *call)
{
    const char *modules[SERVER_PRINCIPAL_MODULES_MAX];
    weft_access access;
    weft_error *error = &call->failure;
    if (!server_is_limited(&call->principal)) {
        return;
    }
    /* What addresses are read by knows every name of the project, and offers the nearest. */
    if (!call->is_checked && !strncmp(error->hint, "Did you mean", 12)) {
        error->hint[0] = '\0';
    }
    server_principal_access(&call->principal, modules, &access);
    if (error->code != WEFT_FORBIDDEN && error->code != WEFT_UNAUTHENTICATED &&
        weft_access_tell_error(call->project->engine, &access, error) != WEFT_OK) {
        (void)server_fail(error, error->code, "%s", weft_code_meaning(error->code));
    }
}

weft_code server_rights_openapi(weft_call *call, char **ret_document, weft_error *error)
{
    const char *modules[SERVER_PRINCIPAL_MODULES_MAX];
    weft_access access;
    server_schema schema = {0};
    server_principal_access(&call->principal, modules, &access);
    SERVER_TRY(server_schema_read(call->project->engine, &access, &schema, error));
    const weft_code code = server_openapi_make(&schema, ret_document, error);
    server_schema_done(&schema);
    return code;
}
