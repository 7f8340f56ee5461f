/* The walk from files to a catalog: find, read, build. What is wrong is collected on the way; with problems there is no
 * catalog. */
#include "define/define.h"

#include "define/build.h"
#include "define/expand.h"

static weft_code read_file(weft_workshop *shop, const weft_file *file, weft_node **ret_node)
{
    weft_str text = {NULL, 0};
    WEFT_TRY(weft_file_read(shop, file, &text));
    return text.data ? weft_yaml_read(shop, file, text, ret_node) : WEFT_OK;
}

static weft_code read_project(weft_workshop *shop, const weft_files *files, weft_definitions *all)
{
    weft_node *node = NULL;
    WEFT_TRY(read_file(shop, files->project, &node));
    if (!node) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_expand(shop, node));
    return weft_project_definition_read(shop, node, &all->project);
}

/* A directory's name, kept with the catalog that shows it. */
static weft_code read_module(weft_workshop *shop, const weft_files *files, size_t index, weft_definitions *all)
{
    weft_node *node = NULL;
    WEFT_TRY(read_file(shop, files->modules[index], &node));
    const weft_str directory = weft_str_copy(shop->keep, files->module_directories[index]);
    if (!directory.data) {
        return WEFT_NO_MEMORY;
    }
    weft_module_definition *module = &all->modules[all->module_count++];
    /* What cannot be read still is a module, so that links to it do not add to the confusion. */
    module->name = (weft_word){directory, {files->modules[index], 1, 1}};
    module->is_broken = node == NULL;
    return node ? weft_module_definition_read(shop, node, directory, module) : WEFT_OK;
}

static weft_code read_link(weft_workshop *shop, const weft_files *files, size_t index, weft_definitions *all)
{
    weft_node *node = NULL;
    WEFT_TRY(read_file(shop, files->links[index], &node));
    return node ? weft_link_definition_read(shop, node, &all->links[all->link_count++]) : WEFT_OK;
}

static weft_code read_all(weft_workshop *shop, weft_files *files, weft_definitions *all)
{
    WEFT_TRY(weft_files_find(shop, files));
    if (!files->project) {
        return WEFT_OK;
    }
    all->modules = WEFT_ARENA_ARRAY(shop->scratch, weft_module_definition, files->module_count);
    all->links = WEFT_ARENA_ARRAY(shop->scratch, weft_link_definition, files->link_count);
    if (!all->modules || !all->links) {
        return WEFT_NO_MEMORY;
    }
    WEFT_TRY(read_project(shop, files, all));
    for (size_t i = 0; i < files->module_count; i++) {
        WEFT_TRY(read_module(shop, files, i, all));
    }
    for (size_t i = 0; i < files->link_count; i++) {
        WEFT_TRY(read_link(shop, files, i, all));
    }
    return WEFT_OK;
}

static weft_code define(weft_workshop *shop, weft_catalog **ret_catalog)
{
    weft_definitions all = {0};
    weft_files files = {0};
    WEFT_TRY(read_all(shop, &files, &all));
    /* Without weft.yaml, or with one that cannot be parsed, nothing can be said of the rest. */
    return all.project.file ? weft_build_catalog(shop, &all, ret_catalog) : WEFT_OK;
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
