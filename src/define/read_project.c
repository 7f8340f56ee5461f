/* weft.yaml: stores, which module lives where, naming of link tables, limits. A URL is never shown in a message, since
 * it may hold a password. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/limits.h"
#include "define/definition.h"
#include "model/names.h"

typedef struct project_parts {
    const weft_node *stores;
    const weft_node *modules;
    const weft_node *links;
    const weft_node *limits;
    const weft_node *roles;
    const weft_node *auth;
} project_parts;

static const weft_key project_keys[] = {
    {"stores", WEFT_KEY_MAP, offsetof(project_parts, stores)},
    {"modules", WEFT_KEY_MAP, offsetof(project_parts, modules)},
    {"links", WEFT_KEY_MAP, offsetof(project_parts, links)},
    {"limits", WEFT_KEY_MAP, offsetof(project_parts, limits)},
    {"roles", WEFT_KEY_MAP, offsetof(project_parts, roles)},
    {"auth", WEFT_KEY_MAP, offsetof(project_parts, auth)},
};

static const weft_key store_keys[] = {{"url", WEFT_KEY_WORD, offsetof(weft_store_part, url)}};

static const weft_key placement_keys[] = {{"store", WEFT_KEY_WORD, offsetof(weft_placement, store)}};

typedef struct links_part {
    weft_word store;
    weft_word naming;
} links_part;

static const weft_key links_keys[] = {
    {"store", WEFT_KEY_WORD, offsetof(links_part, store)},
    {"naming", WEFT_KEY_WORD, offsetof(links_part, naming)},
};

bool weft_name_check(weft_workshop *shop, const weft_word *name, const char *what)
{
    if (weft_name_is_identifier(name->text)) {
        return true;
    }
    weft_error *error = weft_problem(shop,
                                     name->place,
                                     WEFT_INVALID_DEFINITION,
                                     "\"%.*s\" cannot be the name of %s",
                                     WEFT_STR_ARG(name->text),
                                     what);
    weft_error_set_hint(error, "A name is a letter or \"_\", then letters, digits or \"_\", at most 63 bytes in all.");
    return false;
}

/* True when a value's environment variable could not be had. */
static bool has_broken(const weft_node *node)
{
    for (size_t i = 0; i < node->entry_count; i++) {
        if (node->entries[i].value->is_broken) {
            return true;
        }
    }
    return false;
}

/* What is wrong with a store is told once; it then counts as a store, so that modules in it are not told of too. */
static weft_code read_store(weft_workshop *shop, const weft_entry *entry, weft_store_part *store)
{
    const weft_node *node = entry->value;
    *store = (weft_store_part){.name = entry->key, .url = {WEFT_STR("sqlite::memory:"), node->place}};
    (void)weft_name_check(shop, &entry->key, "a store");
    if (node->is_broken) {
        return WEFT_OK;
    }
    if (node->kind == WEFT_NODE_SCALAR && !weft_node_is_null(node)) {
        store->url.text = node->text;
        return WEFT_OK;
    }
    if (node->kind != WEFT_NODE_MAP) {
        (void)weft_problem(
            shop, node->place, WEFT_INVALID_DEFINITION, "a store must be a URL or an object with \"url\"");
        return WEFT_OK;
    }
    weft_store_part given = {0};
    const size_t problems_before = shop->problem_count;
    WEFT_TRY(WEFT_KEYS_READ(shop, node, "a store", store_keys, &given));
    if (given.url.text.data) {
        store->url = given.url;
    } else if (shop->problem_count == problems_before && !has_broken(node)) {
        (void)weft_problem(shop,
                           entry->key.place,
                           WEFT_INVALID_DEFINITION,
                           "the store \"%.*s\" has no \"url\"",
                           WEFT_STR_ARG(entry->key.text));
    }
    return WEFT_OK;
}

static weft_code read_stores(weft_workshop *shop, const weft_node *node, weft_project_definition *project)
{
    if (node->entry_count == 0) {
        (void)weft_problem(shop, node->place, WEFT_INVALID_DEFINITION, "\"stores\" names no store");
    }
    for (size_t i = 0; i < node->entry_count; i++) {
        weft_store_part store;
        WEFT_TRY(read_store(shop, &node->entries[i], &store));
        if (!weft_vec_push(shop->scratch, &project->stores, store)) {
            return WEFT_NO_MEMORY;
        }
    }
    return WEFT_OK;
}

static weft_code read_placements(weft_workshop *shop, const weft_node *node, weft_project_definition *project)
{
    for (size_t i = 0; i < node->entry_count; i++) {
        const weft_entry *entry = &node->entries[i];
        weft_placement placement = {.module = entry->key};
        WEFT_TRY(weft_node_is_null(entry->value)
                     ? WEFT_OK
                     : WEFT_KEYS_READ(shop, entry->value, "a module's place", placement_keys, &placement));
        if (!weft_vec_push(shop->scratch, &project->placements, placement)) {
            return WEFT_NO_MEMORY;
        }
    }
    return WEFT_OK;
}

static weft_code read_links(weft_workshop *shop, const weft_node *node, weft_project_definition *project)
{
    links_part part = {0};
    WEFT_TRY(WEFT_KEYS_READ(shop, node, "links", links_keys, &part));
    project->links_store = part.store;
    if (!part.naming.text.data || weft_str_equal_text(part.naming.text, "weft")) {
        project->naming = WEFT_NAMING_WEFT;
    } else if (weft_str_equal_text(part.naming.text, "medusa")) {
        project->naming = WEFT_NAMING_MEDUSA;
    } else {
        weft_error *error = weft_problem(shop,
                                         part.naming.place,
                                         WEFT_INVALID_DEFINITION,
                                         "no naming is called \"%.*s\"",
                                         WEFT_STR_ARG(part.naming.text));
        weft_error_set_hint(error, "\"naming\" is weft or medusa.");
    }
    return WEFT_OK;
}

typedef struct limit_facts {
    const char *name;
    size_t offset;
    bool is_time; /* 32 bits, else size_t */
    size_t max;   /* 0: what it can hold */
    const char *expected;
} limit_facts;

#define LIMIT(name) #name, offsetof(weft_limits, name)
#define FROM_0      "a number from 0"

static const limit_facts all_limits[] = {
    {LIMIT(request_bytes_max), false, 0, FROM_0},
    {LIMIT(depth_max), false, WEFT_LIMIT_DEPTH_MAX, "a number from 0 to 64"},
    {LIMIT(fields_max), false, 0, FROM_0},
    {LIMIT(values_max), false, 0, FROM_0},
    {LIMIT(rows_max), false, 0, FROM_0},
    {LIMIT(memory_bytes_max), false, 0, FROM_0},
    {LIMIT(changes_bytes_max), false, 0, FROM_0},
    {LIMIT(batch_rows), false, 0, FROM_0},
    {LIMIT(time_ms), true, 0, FROM_0},
};

/* A count from 0 to `max`; false for anything else. */
static bool read_count(const weft_node *node, unsigned long long max, unsigned long long *ret_value)
{
    if (!weft_node_is_integer(node) || node->text.data[0] == '-') {
        return false;
    }
    errno = 0;
    const unsigned long long value = strtoull(node->text.data, NULL, 10);
    *ret_value = value;
    return errno == 0 && value <= max;
}

static weft_code read_limit(weft_workshop *shop, const weft_entry *entry, weft_limits *limits)
{
    weft_str names[WEFT_COUNT_OF(all_limits)];
    for (size_t i = 0; i < WEFT_COUNT_OF(all_limits); i++) {
        names[i] = weft_str_from(all_limits[i].name);
        if (!weft_str_equal(names[i], entry->key.text)) {
            continue;
        }
        unsigned long long value = 0;
        const unsigned long long held = all_limits[i].is_time ? UINT32_MAX : SIZE_MAX / 2;
        const unsigned long long max = all_limits[i].max ? all_limits[i].max : held;
        void *part = (char *)limits + all_limits[i].offset;
        if (entry->value->is_broken) {
            return WEFT_OK;
        }
        if (!read_count(entry->value, max, &value)) {
            return weft_fail_expected(shop, entry->value, all_limits[i].name, all_limits[i].expected);
        }
        if (all_limits[i].is_time) {
            *(uint32_t *)part = (uint32_t)value;
        } else {
            *(size_t *)part = (size_t)value;
        }
        return WEFT_OK;
    }
    weft_error *error = weft_problem(
        shop, entry->key.place, WEFT_UNKNOWN_KEY, "\"%.*s\" is not a key of limits", WEFT_STR_ARG(entry->key.text));
    weft_error_suggest(error, entry->key.text, names, WEFT_COUNT_OF(all_limits));
    return WEFT_OK;
}

weft_code weft_project_definition_read(weft_workshop *shop, const weft_node *node, weft_project_definition *ret_project)
{
    project_parts parts = {0};
    WEFT_TRY(WEFT_KEYS_READ(shop, node, "weft.yaml", project_keys, &parts));
    if (node->kind != WEFT_NODE_MAP) {
        return WEFT_OK;
    }
    ret_project->file = node->place.file;
    if (parts.stores) {
        WEFT_TRY(read_stores(shop, parts.stores, ret_project));
    } else {
        const weft_store_part store = {.name = {WEFT_STR("default"), node->place},
                                       .url = {WEFT_STR("sqlite:data/weft.db"), node->place}};
        if (!weft_vec_push(shop->scratch, &ret_project->stores, store)) {
            return WEFT_NO_MEMORY;
        }
    }
    if (parts.modules) {
        WEFT_TRY(read_placements(shop, parts.modules, ret_project));
    }
    if (parts.links) {
        WEFT_TRY(read_links(shop, parts.links, ret_project));
    }
    if (parts.roles) {
        WEFT_TRY(weft_roles_read(shop, parts.roles, ret_project));
    }
    if (parts.auth) {
        WEFT_TRY(weft_auth_read(shop, parts.auth, ret_project));
    }
    for (size_t i = 0; parts.limits && i < parts.limits->entry_count; i++) {
        WEFT_TRY(read_limit(shop, &parts.limits->entries[i], &ret_project->limits));
    }
    return WEFT_OK;
}
