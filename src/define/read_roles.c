/* roles: of weft.yaml. The lists stay nodes: what their names mean is known when the catalog is. */
#include <stddef.h>

#include "define/definition.h"

typedef struct role_parts {
    const weft_node *modules;
    const weft_node *links;
    const weft_node *rows;
} role_parts;

static const weft_key role_keys[] = {
    {"modules", WEFT_KEY_NODE, offsetof(role_parts, modules)},
    {"links", WEFT_KEY_NODE, offsetof(role_parts, links)},
    {"rows", WEFT_KEY_MAP, offsetof(role_parts, rows)},
};

static const weft_key rows_keys[] = {
    {"tenant", WEFT_KEY_WORD, offsetof(weft_role_definition, tenant)},
    {"shared", WEFT_KEY_WORDS, offsetof(weft_role_definition, shared)},
};

static weft_code read_rows(weft_workshop *shop, const weft_node *node, weft_role_definition *role)
{
    const size_t problems_before = shop->problem_count;
    WEFT_TRY(WEFT_KEYS_READ(shop, node, "a role's rows", rows_keys, role));
    if (!role->tenant.text.data && shop->problem_count == problems_before) {
        weft_error *error = weft_problem(shop, node->place, WEFT_INVALID_DEFINITION, "a role's rows need \"tenant\"");
        weft_error_set_hint(error, "Name the field that holds the tenant: rows: { tenant: tenant_id }.");
    }
    return WEFT_OK;
}

weft_code weft_roles_read(weft_workshop *shop, const weft_node *node, weft_project_definition *project)
{
    for (size_t i = 0; i < node->entry_count; i++) {
        const weft_entry *entry = &node->entries[i];
        role_parts parts = {0};
        (void)weft_name_check(shop, &entry->key, "a role");
        WEFT_TRY(WEFT_KEYS_READ(shop, entry->value, "a role", role_keys, &parts));
        weft_role_definition role = {.name = entry->key, .modules = parts.modules, .links = parts.links};
        WEFT_TRY(parts.rows ? read_rows(shop, parts.rows, &role) : WEFT_OK);
        if (!weft_vec_push(shop->scratch, &project->roles, role)) {
            return WEFT_NO_MEMORY;
        }
    }
    return WEFT_OK;
}
