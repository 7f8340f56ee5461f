/* The walk from files and definitions in C to a catalog: find, read, build. What is wrong is collected on the way; with
 * problems there is no catalog. */
#include "define/define.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "define/build.h"
#include "define/coded.h"
#include "define/expand.h"

static weft_code read_file(weft_workshop *shop, const weft_file *file, weft_node **ret_node)
{
    weft_str text = {NULL, 0};
    WEFT_TRY(weft_file_read(shop, file, &text));
    return text.data ? weft_yaml_read(shop, file, text, ret_node) : WEFT_OK;
}

/* `text` is the file's content, or has no data: then it is read. */
static weft_code read_project(weft_workshop *shop, const weft_file *file, weft_str text, weft_definitions *all)
{
    weft_node *node = NULL;
    WEFT_TRY(text.data ? weft_yaml_read(shop, file, text, &node) : read_file(shop, file, &node));
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

static weft_code read_files(weft_workshop *shop, const weft_files *files, weft_definitions *all)
{
    const weft_str none = {NULL, 0};
    WEFT_TRY(read_project(shop, files->project, none, all));
    for (size_t i = 0; i < files->module_count; i++) {
        WEFT_TRY(read_module(shop, files, i, all));
    }
    for (size_t i = 0; i < files->link_count; i++) {
        WEFT_TRY(read_link(shop, files, i, all));
    }
    return WEFT_OK;
}

static weft_code read_coded_module(weft_workshop *shop, const weft_module_spec *spec, weft_definitions *all)
{
    weft_place place;
    weft_node *node = NULL;
    const weft_str given = weft_str_from(spec->name ? spec->name : "");
    const weft_str name = weft_str_copy(shop->keep, weft_utf8_is_valid(given) ? given : WEFT_STR(""));
    WEFT_TRY(weft_coded_place(shop, spec->file, spec->line, (uint32_t)all->module_count, &place));
    WEFT_TRY(weft_coded_module(shop, spec, place, &node));
    if (!name.data) {
        return WEFT_NO_MEMORY;
    }
    weft_module_definition *module = &all->modules[all->module_count++];
    WEFT_TRY(weft_module_definition_read(shop, node, name, module));
    for (weft_module_definition *other = all->modules; other < module; other++) {
        if (weft_str_equal(other->name.text, name)) {
            const weft_str where = weft_place_text(other->name.place, shop->scratch);
            weft_error *error =
                weft_problem(shop, place, WEFT_NAME_CLASH, "the module \"%.*s\" is defined twice", WEFT_STR_ARG(name));
            weft_error_set_detail(error, "It is also defined in %.*s.", WEFT_STR_ARG(where));
            /* One of them is enough to go on with. */
            all->module_count--;
            break;
        }
    }
    return WEFT_OK;
}

static weft_code read_coded_link(weft_workshop *shop, const weft_link_spec *spec, weft_definitions *all)
{
    weft_place place;
    weft_node *node = NULL;
    WEFT_TRY(weft_coded_place(shop, spec->file, spec->line, (uint32_t)(all->module_count + all->link_count), &place));
    WEFT_TRY(weft_coded_link(shop, spec, place, &node));
    return weft_link_definition_read(shop, node, &all->links[all->link_count++]);
}

/* The order in which a linker lays out definitions is its own affair: links come by file, as those on disk do. */
static int compare_links(const void *a, const void *b)
{
    const weft_link_spec *left = *(const weft_link_spec *const *)a;
    const weft_link_spec *right = *(const weft_link_spec *const *)b;
    const int by_file =
        weft_str_compare(weft_str_from(left->file ? left->file : ""), weft_str_from(right->file ? right->file : ""));
    return by_file != 0 ? by_file : left->line - right->line;
}

static weft_code read_coded_links(weft_workshop *shop, const weft_definition_set *set, weft_definitions *all)
{
    const weft_link_spec **links = WEFT_ARENA_ARRAY(shop->scratch, const weft_link_spec *, set->link_count + 1);
    size_t count = 0;
    if (!links) {
        return WEFT_NO_MEMORY;
    }
    for (size_t i = 0; i < set->link_count; i++) {
        if (set->links[i]) {
            links[count++] = set->links[i];
        }
    }
    qsort(links, count, sizeof(*links), compare_links); /* NOLINT(bugprone-sizeof-expression): an array of pointers */
    for (size_t i = 0; i < count; i++) {
        WEFT_TRY(read_coded_link(shop, links[i], all));
    }
    return WEFT_OK;
}

static int compare_modules(const void *a, const void *b)
{
    const weft_module_definition *left = a;
    const weft_module_definition *right = b;
    return weft_str_compare(left->name.text, right->name.text);
}

static weft_code read_coded(weft_workshop *shop, const weft_definition_set *set, weft_definitions *all)
{
    for (size_t i = 0; i < set->module_count; i++) {
        WEFT_TRY(set->modules[i] ? read_coded_module(shop, set->modules[i], all) : WEFT_OK);
    }
    qsort(all->modules, all->module_count, sizeof(*all->modules), compare_modules);
    return read_coded_links(shop, set, all);
}

static weft_code read_all(weft_workshop *shop, const weft_sources *sources, weft_definitions *all)
{
    static const weft_definition_set none = {NULL, 0, NULL, 0, NULL, 0};
    static const weft_file given = {.path = {"weft.yaml", 9}, .is_secret = true};
    const weft_definition_set *set = sources->set ? sources->set : &none;
    weft_files files = {.project = sources->project ? &given : NULL};
    WEFT_TRY(sources->project ? WEFT_OK : weft_files_find(shop, &files));
    if (!files.project) {
        return WEFT_OK;
    }
    all->modules = WEFT_ARENA_ARRAY(shop->scratch, weft_module_definition, files.module_count + set->module_count + 1);
    all->links = WEFT_ARENA_ARRAY(shop->scratch, weft_link_definition, files.link_count + set->link_count + 1);
    if (!all->modules || !all->links) {
        return WEFT_NO_MEMORY;
    }
    all->callbacks = set->callbacks;
    all->callbacks_count = set->callbacks_count;
    WEFT_TRY(sources->project ? read_project(shop, &given, weft_str_from(sources->project), all)
                              : read_files(shop, &files, all));
    return read_coded(shop, set, all);
}

static weft_code define(weft_workshop *shop, const weft_sources *sources, weft_catalog **ret_catalog)
{
    weft_definitions all = {0};
    WEFT_TRY(read_all(shop, sources, &all));
    /* Without weft.yaml, or with one that cannot be parsed, nothing can be said of the rest. */
    return all.project.file ? weft_build_catalog(shop, &all, ret_catalog) : WEFT_OK;
}

weft_code weft_define(const weft_sources *sources,
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
    weft_code code = weft_workshop_init(&shop, sources->directory, sources->environment, keep, scratch);
    if (code == WEFT_OK) {
        code = define(&shop, sources, &catalog);
    }
    if (code != WEFT_OK) {
        return weft_arena_is_full(keep) ? weft_fail_arena(error, keep) : weft_fail_arena(error, scratch);
    }
    WEFT_TRY(weft_workshop_report(&shop, problems, error));
    *ret_catalog = catalog;
    return WEFT_OK;
}

weft_code weft_define_project(const char *directory,
                              const weft_environment *environment,
                              weft_arena *keep,
                              weft_arena *scratch,
                              const weft_catalog **ret_catalog,
                              weft_problems *problems,
                              weft_error *error)
{
    const weft_sources sources = {.directory = directory, .environment = environment};
    return weft_define(&sources, keep, scratch, ret_catalog, problems, error);
}
