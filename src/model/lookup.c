/* Finding things in the catalog by the names people write. Nothing here allocates but weft_entity_map_add; unknown
 * names become errors that offer the nearest right one. */
#include "model/lookup.h"

#include <stdio.h>

#include "base/fail.h"

bool weft_entity_map_add(weft_map *map, weft_arena *keep, weft_str name, const weft_model *model)
{
    const weft_entity_name *first = weft_map_get(map, name);
    for (const weft_entity_name *at = first; at; at = at->next) {
        if (at->model == model) {
            return true;
        }
    }
    weft_entity_name *entry = WEFT_ARENA_NEW(keep, weft_entity_name);
    if (!entry) {
        return false;
    }
    *entry = (weft_entity_name){model, first};
    return weft_map_set(map, name, entry);
}

const weft_field *weft_model_field(const weft_model *model, weft_str name)
{
    return weft_map_get(&model->field_map, name);
}

const weft_edge *weft_model_edge(const weft_model *model, weft_str name)
{
    return weft_map_get(&model->edge_map, name);
}

/* The nearer of `best` (which may be empty) and `candidate` to `name`. */
static weft_str nearer(weft_str name, weft_str best, weft_str candidate)
{
    const weft_str candidates[] = {best.len ? best : candidate, candidate};
    return weft_str_nearest(name, candidates, 2);
}

static weft_str nearest_entity(const weft_catalog *catalog, weft_str name)
{
    weft_str best = {NULL, 0};
    for (size_t i = 0; i < catalog->model_count; i++) {
        const weft_model *model = catalog->models[i];
        if (!model->is_pivot) {
            best = nearer(name, nearer(name, nearer(name, best, model->name), model->plural), model->camel);
        }
    }
    return best;
}

/* As nearest_entity, among "module.model" names. */
static weft_str nearest_qualified(const weft_catalog *catalog, weft_str name)
{
    weft_str best = {NULL, 0};
    for (size_t i = 0; i < catalog->entity_map.capacity; i++) {
        const weft_map_slot *slot = &catalog->entity_map.slots[i];
        if (slot->value && weft_str_find(slot->key, '.') < slot->key.len) {
            best = nearer(name, best, slot->key);
        }
    }
    return best;
}

static weft_code fail_unknown_entity(const weft_catalog *catalog, weft_str name, weft_error *error)
{
    const bool is_qualified = weft_str_find(name, '.') < name.len;
    const weft_str nearest = is_qualified ? nearest_qualified(catalog, name) : nearest_entity(catalog, name);
    (void)weft_fail(error, WEFT_UNKNOWN_ENTITY, "no model or link is called \"%.*s\"", WEFT_STR_ARG(name));
    if (nearest.len) {
        weft_error_set_hint(error, "Did you mean \"%.*s\"?", WEFT_STR_ARG(nearest));
    }
    return WEFT_UNKNOWN_ENTITY;
}

static weft_code fail_ambiguous(const weft_entity_name *meanings, weft_str name, weft_error *error)
{
    char list[384] = "";
    size_t len = 0;
    for (const weft_entity_name *at = meanings; at && len < sizeof(list); at = at->next) {
        /* Links stand outside modules; their own names are one of a kind. */
        const weft_module *module = at->model->module;
        const weft_str module_name = module ? module->name : (weft_str){NULL, 0};
        const int added = snprintf(list + len,
                                   sizeof(list) - len,
                                   "%s\"%.*s%s%.*s\"",
                                   len ? ", " : "",
                                   WEFT_STR_ARG(module_name),
                                   module ? "." : "",
                                   WEFT_STR_ARG(at->model->name));
        len += added > 0 ? (size_t)added : 0;
    }
    (void)weft_fail(error, WEFT_AMBIGUOUS_NAME, "\"%.*s\" could mean more than one model", WEFT_STR_ARG(name));
    weft_error_set_hint(error, "Say which: %s.", list);
    return WEFT_AMBIGUOUS_NAME;
}

/* The only model in the chain whose own name is `name`; NULL when there is none or several. An own name beats a plural
 * or camel form of another model's. */
static const weft_model *only_exact(const weft_entity_name *meanings, weft_str name)
{
    const weft_model *exact = NULL;
    for (const weft_entity_name *at = meanings; at; at = at->next) {
        if (weft_str_equal(at->model->name, name)) {
            if (exact) {
                return NULL;
            }
            exact = at->model;
        }
    }
    return exact;
}

weft_code weft_catalog_entity(const weft_catalog *catalog,
                              weft_str name,
                              const weft_model **ret_model,
                              weft_error *error)
{
    const weft_entity_name *meanings = weft_map_get(&catalog->entity_map, name);
    if (!meanings) {
        return fail_unknown_entity(catalog, name, error);
    }
    if (!meanings->next) {
        *ret_model = meanings->model;
        return WEFT_OK;
    }
    const weft_model *exact = only_exact(meanings, name);
    if (!exact) {
        return fail_ambiguous(meanings, name, error);
    }
    *ret_model = exact;
    return WEFT_OK;
}

static bool link_is_called(const weft_link *link, weft_str name, bool by_table)
{
    if (by_table) {
        return link->model && weft_str_equal(link->model->table, name);
    }
    return weft_str_equal(link->name, name) ||
           (link->model && (weft_str_equal(link->model->name, name) || weft_str_equal(link->model->camel, name)));
}

const weft_link *weft_catalog_link(const weft_catalog *catalog, weft_str name)
{
    /* Names first: one link's table may well be another link's name. */
    for (int by_table = 0; by_table <= 1; by_table++) {
        for (size_t i = 0; i < catalog->link_count; i++) {
            if (link_is_called(catalog->links[i], name, by_table == 1)) {
                return catalog->links[i];
            }
        }
    }
    return NULL;
}

const weft_module *weft_catalog_module(const weft_catalog *catalog, weft_str name)
{
    for (size_t i = 0; i < catalog->module_count; i++) {
        if (weft_str_equal(catalog->modules[i]->name, name)) {
            return catalog->modules[i];
        }
    }
    return NULL;
}

const weft_store_def *weft_catalog_store(const weft_catalog *catalog, weft_str name)
{
    for (size_t i = 0; i < catalog->store_count; i++) {
        if (weft_str_equal(catalog->stores[i].name, name)) {
            return &catalog->stores[i];
        }
    }
    return NULL;
}

weft_code weft_fail_unknown_field(const weft_model *model, weft_str name, weft_error *error)
{
    weft_str best = {NULL, 0};
    for (size_t i = 0; i < model->field_count; i++) {
        best = nearer(name, best, model->fields[i].name);
    }
    for (size_t i = 0; i < model->edge_count; i++) {
        best = nearer(name, best, model->edges[i].name);
    }
    (void)weft_fail(error,
                    WEFT_UNKNOWN_FIELD,
                    "\"%.*s\" has no field or edge \"%.*s\"",
                    WEFT_STR_ARG(model->name),
                    WEFT_STR_ARG(name));
    if (weft_str_equal(best, name)) {
        weft_error_set_hint(error, "\"%.*s\" is an edge, and here only a field can stand.", WEFT_STR_ARG(best));
    } else if (best.len) {
        weft_error_set_hint(error, "Did you mean \"%.*s\"?", WEFT_STR_ARG(best));
    }
    return WEFT_UNKNOWN_FIELD;
}
