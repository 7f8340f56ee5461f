/* The walk from files to a catalog: find, read, build. What is wrong is collected on the way; with problems there is no
 * catalog. */
#include "define/define.h"

#include "define/build.h"
#include "define/expand.h"

typedef struct definitions {
    weft_files files;
    weft_project_definition project;
    weft_module_definition *modules;
    size_t module_count;
    weft_link_definition *links;
    size_t link_count;
} definitions;

static weft_code read_file(weft_workshop *shop, const weft_file *file, weft_node **ret_node)
{
    weft_str text = {NULL, 0};
    WEFT_TRY(weft_file_read(shop, file, &text));
    return text.data ? weft_yaml_read(shop, file, text, ret_node) : WEFT_OK;
}

static weft_code read_project(weft_workshop *shop, definitions *all)
{
    weft_node *node = NULL;
    WEFT_TRY(read_file(shop, all->files.project, &node));
    if (!node) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_expand(shop, node));
    return weft_project_definition_read(shop, node, &all->project);
}

/* A directory's name, kept with the catalog that shows it. */
static weft_code read_module(weft_workshop *shop, definitions *all, size_t index)
{
    weft_node *node = NULL;
    WEFT_TRY(read_file(shop, all->files.modules[index], &node));
    const weft_str directory = weft_str_copy(shop->keep, all->files.module_directories[index]);
    if (!directory.data) {
        return WEFT_NO_MEMORY;
    }
    weft_module_definition *module = &all->modules[all->module_count++];
    /* What cannot be read still is a module, so that links to it do not add to the confusion. */
    module->name = (weft_word){directory, {all->files.modules[index], 1, 1}};
    return node ? weft_module_definition_read(shop, node, directory, module) : WEFT_OK;
}

static weft_code read_link(weft_workshop *shop, definitions *all, size_t index)
{
    weft_node *node = NULL;
    WEFT_TRY(read_file(shop, all->files.links[index], &node));
    return node ? weft_link_definition_read(shop, node, &all->links[all->link_count++]) : WEFT_OK;
}

static weft_code read_all(weft_workshop *shop, definitions *all)
{
    WEFT_TRY(weft_files_find(shop, &all->files));
    if (!all->files.project) {
        return WEFT_OK;
    }
    all->modules = WEFT_ARENA_ARRAY(shop->scratch, weft_module_definition, all->files.module_count);
    all->links = WEFT_ARENA_ARRAY(shop->scratch, weft_link_definition, all->files.link_count);
    if (!all->modules || !all->links) {
        return WEFT_NO_MEMORY;
    }
    WEFT_TRY(read_project(shop, all));
    for (size_t i = 0; i < all->files.module_count; i++) {
        WEFT_TRY(read_module(shop, all, i));
    }
    for (size_t i = 0; i < all->files.link_count; i++) {
        WEFT_TRY(read_link(shop, all, i));
    }
    return WEFT_OK;
}

static weft_code run_stages(weft_builder *builder)
{
    static weft_code (*const stages[])(weft_builder *) = {
        weft_build_stores,
        weft_build_models,
        weft_build_foreign_keys,
        weft_build_pivots,
        weft_build_links,
        weft_build_make_edges,
        weft_build_relation_edges,
        weft_build_link_edges,
        weft_build_indexes,
        weft_build_names,
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(stages); i++) {
        WEFT_TRY(stages[i](builder));
    }
    return WEFT_OK;
}

static weft_code fill_catalog(weft_builder *builder)
{
    weft_arena *keep = builder->shop->keep;
    weft_catalog *catalog = builder->catalog;
    const weft_module **modules = WEFT_ARENA_ARRAY(keep, const weft_module *, builder->module_count);
    const weft_model **models = WEFT_ARENA_ARRAY(keep, const weft_model *, builder->drafts.count);
    const weft_link **links = WEFT_ARENA_ARRAY(keep, const weft_link *, builder->link_count);
    if (!modules || !models || !links) {
        return WEFT_NO_MEMORY;
    }
    for (size_t i = 0; i < builder->module_count; i++) {
        modules[i] = builder->modules[i];
    }
    for (size_t i = 0; i < builder->drafts.count; i++) {
        models[i] = builder->drafts.items[i]->model;
    }
    for (size_t i = 0; i < builder->link_count; i++) {
        links[i] = builder->links[i].link;
    }
    catalog->modules = modules;
    catalog->module_count = builder->module_count;
    catalog->models = models;
    catalog->model_count = builder->drafts.count;
    catalog->links = links;
    catalog->link_count = builder->link_count;
    return WEFT_OK;
}

static weft_code build_all(weft_workshop *shop, const definitions *all, weft_catalog **ret_catalog)
{
    weft_catalog *catalog = WEFT_ARENA_NEW(shop->keep, weft_catalog);
    if (!catalog) {
        return WEFT_NO_MEMORY;
    }
    catalog->directory = weft_str_copy(shop->keep, weft_str_from(shop->directory));
    weft_map_init(&catalog->entity_map, shop->keep);
    weft_builder builder = {.shop = shop,
                            .catalog = catalog,
                            .project = &all->project,
                            .module_definitions = all->modules,
                            .module_count = all->module_count,
                            .link_definitions = all->links,
                            .link_count = all->link_count};
    weft_map_init(&builder.link_names, shop->scratch);
    weft_map_init(&builder.table_names, shop->scratch);
    weft_map_init(&builder.index_names, shop->scratch);
    if (!catalog->directory.data) {
        return WEFT_NO_MEMORY;
    }
    WEFT_TRY(run_stages(&builder));
    WEFT_TRY(fill_catalog(&builder));
    *ret_catalog = catalog;
    return WEFT_OK;
}

static weft_code define(weft_workshop *shop, weft_catalog **ret_catalog)
{
    definitions all = {0};
    WEFT_TRY(read_all(shop, &all));
    /* Without weft.yaml, or with one that cannot be parsed, nothing can be said of the rest. */
    return all.project.file ? build_all(shop, &all, ret_catalog) : WEFT_OK;
}

weft_code weft_define_project(const char *directory,
                              const weft_environment *environment,
                              weft_arena *keep,
                              weft_arena *scratch,
                              const weft_catalog **ret_catalog,
                              weft_problems *problems,
                              weft_error *error)
{
    weft_workshop shop;
    weft_catalog *catalog = NULL;
    if (problems) {
        problems->count = 0;
    }
    weft_code code = weft_workshop_init(&shop, directory, environment, keep, scratch);
    if (code == WEFT_OK) {
        code = define(&shop, &catalog);
    }
    if (code != WEFT_OK) {
        return weft_arena_is_full(keep) ? weft_fail_arena(error, keep) : weft_fail_arena(error, scratch);
    }
    WEFT_TRY(weft_workshop_report(&shop, problems, error));
    *ret_catalog = catalog;
    return WEFT_OK;
}
