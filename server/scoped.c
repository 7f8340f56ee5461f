/* The engine of one call: the project's own, or where the principal's role has a rule for rows one for which only its
 * tenant's records exist. Made before a handler runs, so that none can forget it. */
#include <stdlib.h>

#include "server/call.h"
#include "server/fail.h"
#include "server/rights.h"

/* The role's rules, in the library's words. */
typedef struct rules {
    weft_row_rule *rules;
    const char **open;
    weft_row_rules all;
} rules;

static weft_code read_rules(const json_t *role, const char *tenant, rules *made, weft_error *error)
{
    const json_t *rows = json_object_get(role, "rows");
    const json_t *shared = json_object_get(role, "shared");
    const size_t row_count = json_array_size(rows);
    const size_t shared_count = json_array_size(shared);
    made->rules = calloc(row_count + 1, sizeof(*made->rules));
    made->open = calloc(shared_count + 1, sizeof(*made->open));
    if (!made->rules || !made->open) {
        return server_fail_no_memory(error);
    }
    for (size_t i = 0; i < row_count; i++) {
        const json_t *row = json_array_get(rows, i);
        made->rules[i] = (weft_row_rule){
            .model = server_schema_text(row, "entity"), .field = server_schema_text(row, "field"), .value = tenant};
    }
    for (size_t i = 0; i < shared_count; i++) {
        made->open[i] = json_string_value(json_array_get(shared, i));
    }
    made->all = (weft_row_rules){made->rules, row_count, made->open, shared_count};
    return WEFT_OK;
}

static weft_code open_scoped(weft_call *call, const json_t *role, weft_error *error)
{
    rules made = {0};
    weft_code code = read_rules(role, call->principal.tenant, &made, error);
    if (code == WEFT_OK) {
        code = weft_open_scoped(call->project->engine, &made.all, &call->scoped, error);
    }
    free(made.rules);
    free(made.open);
    return code;
}

weft_code server_scope_rows(weft_call *call, weft_error *error)
{
    const server_principal *principal = &call->principal;
    const json_t *role = principal->role[0] ? server_project_role(call->project, principal->role) : NULL;
    if (!principal->role[0]) {
        return WEFT_OK;
    }
    SERVER_TRY(server_rights_check_role(call, error));
    return json_is_true(json_object_get(role, "tenant")) ? open_scoped(call, role, error) : WEFT_OK;
}

weft_engine *weft_call_engine(weft_call *call)
{
    return call->scoped ? call->scoped : call->project->engine;
}
