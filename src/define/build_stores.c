/* Stores, the modules' places, and the catalog's limits and naming. URLs are never shown: they hold passwords. */
#include "define/build.h"
#include "define/one_file.h"

static weft_code join_path(weft_builder *builder, weft_str path, weft_str *ret_path)
{
    const weft_str directory = builder->catalog->directory;
    const bool is_kept =
        weft_str_equal_text(path, ":memory:") || path.data[0] == '/' || weft_str_equal_text(directory, ".");
    *ret_path = is_kept ? weft_str_copy(builder->shop->keep, path)
                        : weft_str_format(builder->shop->keep,
                                          "%.*s%s%.*s",
                                          WEFT_STR_ARG(directory),
                                          weft_str_ends_with(directory, WEFT_STR("/")) ? "" : "/",
                                          WEFT_STR_ARG(path));
    return ret_path->data ? WEFT_OK : WEFT_NO_MEMORY;
}

static weft_code read_url(weft_builder *builder, const weft_store_part *part, weft_store_def *store)
{
    const weft_str sqlite = WEFT_STR("sqlite:");
    store->url = part->url.text;
    if (weft_str_starts_with(store->url, WEFT_STR("postgres://")) ||
        weft_str_starts_with(store->url, WEFT_STR("postgresql://"))) {
        store->kind = WEFT_STORE_POSTGRES;
        return WEFT_OK;
    }
    if (weft_str_equal_text(store->url, "callbacks")) {
        store->kind = WEFT_STORE_CALLBACKS;
        return WEFT_OK;
    }
    store->kind = WEFT_STORE_SQLITE;
    if (weft_str_starts_with(store->url, sqlite) && store->url.len > sqlite.len) {
        return join_path(builder, weft_str_slice(store->url, sqlite.len, store->url.len), &store->path);
    }
    weft_error *error = weft_problem(builder->shop,
                                     part->url.place,
                                     WEFT_INVALID_DEFINITION,
                                     "the URL of store \"%.*s\" names no database weft knows",
                                     WEFT_STR_ARG(part->name.text));
    weft_error_set_hint(error, "Write sqlite:PATH, sqlite::memory:, postgres://…, postgresql://… or callbacks.");
    return WEFT_OK;
}

/* Not a database in memory, nor an address of SQLite's own. */
static bool is_plain_file(weft_str path)
{
    return path.len > 0 && !weft_str_equal_text(path, ":memory:") && !weft_str_starts_with(path, WEFT_STR("file:"));
}

static bool is_same_file(weft_builder *builder, weft_str a, weft_str b)
{
    return is_plain_file(a) && is_plain_file(b) ? weft_is_one_file(a, b, builder->shop->scratch) : weft_str_equal(a, b);
}

/* Two names for one SQLite file would wait for each other's lock. */
static void check_one_file(weft_builder *builder, uint32_t index)
{
    const weft_store_def *store = &builder->stores[index];
    for (uint32_t i = 0; i < index && store->path.len && !weft_str_equal_text(store->path, ":memory:"); i++) {
        if (!is_same_file(builder, builder->stores[i].path, store->path)) {
            continue;
        }
        weft_error *error = weft_problem(builder->shop,
                                         builder->project->stores.items[index].url.place,
                                         WEFT_NAME_CLASH,
                                         "the stores \"%.*s\" and \"%.*s\" are one file",
                                         WEFT_STR_ARG(builder->stores[i].name),
                                         WEFT_STR_ARG(store->name));
        weft_error_set_hint(error, "Modules may share a store: name one store in both places.");
    }
}

static void list_store_names(const weft_builder *builder, weft_str *names)
{
    for (size_t i = 0; i < builder->catalog->store_count; i++) {
        names[i] = builder->stores[i].name;
    }
}

const weft_store_def *weft_build_find_store(weft_builder *builder, const weft_word *name)
{
    const size_t count = builder->catalog->store_count;
    for (size_t i = 0; i < count; i++) {
        if (weft_str_equal(builder->stores[i].name, name->text)) {
            return &builder->stores[i];
        }
    }
    weft_error *error = weft_problem(
        builder->shop, name->place, WEFT_INVALID_DEFINITION, "no store is called \"%.*s\"", WEFT_STR_ARG(name->text));
    weft_str *names = WEFT_ARENA_ARRAY(builder->shop->scratch, weft_str, count);
    if (names) {
        list_store_names(builder, names);
        weft_error_suggest(error, name->text, names, count);
    }
    if (!error->hint[0]) {
        weft_error_set_hint(error, "Stores are named in weft.yaml under \"stores\".");
    }
    return NULL;
}

const weft_store_def *weft_build_default_store(weft_builder *builder, weft_place place, const char *what)
{
    for (size_t i = 0; i < builder->catalog->store_count; i++) {
        if (weft_str_equal_text(builder->stores[i].name, "default")) {
            return &builder->stores[i];
        }
    }
    if (builder->catalog->store_count == 1) {
        return &builder->stores[0];
    }
    if (builder->catalog->store_count > 1) {
        weft_error *error = weft_problem(builder->shop,
                                         place,
                                         WEFT_INVALID_DEFINITION,
                                         "%s names no store and no store is called \"default\"",
                                         what);
        weft_error_set_hint(error, "Name its store in weft.yaml, or call one store \"default\".");
    }
    return NULL;
}

static const weft_placement *placement_of(const weft_builder *builder, weft_str module)
{
    for (size_t i = 0; i < builder->project->placements.count; i++) {
        if (weft_str_equal(builder->project->placements.items[i].module.text, module)) {
            return &builder->project->placements.items[i];
        }
    }
    return NULL;
}

static weft_code build_module(weft_builder *builder, uint32_t index)
{
    const weft_module_definition *definition = &builder->module_definitions[index];
    weft_module *module = WEFT_ARENA_NEW(builder->shop->keep, weft_module);
    if (!module) {
        return WEFT_NO_MEMORY;
    }
    const weft_placement *placement = placement_of(builder, definition->name.text);
    const weft_str what =
        weft_str_format(builder->shop->scratch, "the module \"%.*s\"", WEFT_STR_ARG(definition->name.text));
    module->name = weft_str_copy(builder->shop->keep, definition->name.text);
    module->where = weft_place_text(definition->name.place, builder->shop->keep);
    if (!what.data || !module->name.data || !module->where.data) {
        return WEFT_NO_MEMORY;
    }
    module->index = index;
    module->store = placement && placement->store.text.data
                        ? weft_build_find_store(builder, &placement->store)
                        : weft_build_default_store(builder, definition->name.place, what.data);
    builder->modules[index] = module;
    return WEFT_OK;
}

/* weft.yaml may only place modules that are there. */
static weft_code check_placements(weft_builder *builder)
{
    weft_str *names = WEFT_ARENA_ARRAY(builder->shop->scratch, weft_str, builder->module_count);
    if (!names) {
        return WEFT_NO_MEMORY;
    }
    for (size_t i = 0; i < builder->module_count; i++) {
        names[i] = builder->modules[i]->name;
    }
    for (size_t i = 0; i < builder->project->placements.count; i++) {
        const weft_word *name = &builder->project->placements.items[i].module;
        bool is_there = false;
        for (size_t m = 0; m < builder->module_count; m++) {
            is_there = is_there || weft_str_equal(names[m], name->text);
        }
        if (is_there) {
            continue;
        }
        weft_error *error = weft_problem(builder->shop,
                                         name->place,
                                         WEFT_INVALID_DEFINITION,
                                         "no module is called \"%.*s\"",
                                         WEFT_STR_ARG(name->text));
        weft_error_suggest(error, name->text, names, builder->module_count);
    }
    return WEFT_OK;
}

weft_code weft_build_stores(weft_builder *builder)
{
    const weft_project_definition *project = builder->project;
    weft_catalog *catalog = builder->catalog;
    catalog->limits = project->limits;
    catalog->naming = project->naming;
    builder->stores = WEFT_ARENA_ARRAY(builder->shop->keep, weft_store_def, project->stores.count);
    builder->modules = WEFT_ARENA_ARRAY(builder->shop->keep, weft_module *, builder->module_count);
    if (!builder->stores || !builder->modules) {
        return WEFT_NO_MEMORY;
    }
    catalog->stores = builder->stores;
    catalog->store_count = project->stores.count;
    for (uint32_t i = 0; i < project->stores.count; i++) {
        builder->stores[i].name = project->stores.items[i].name.text;
        builder->stores[i].index = i;
        WEFT_TRY(read_url(builder, &project->stores.items[i], &builder->stores[i]));
        check_one_file(builder, i);
    }
    if (project->links_store.text.data) {
        builder->links_store = weft_build_find_store(builder, &project->links_store);
    }
    for (uint32_t i = 0; i < builder->module_count; i++) {
        WEFT_TRY(build_module(builder, i));
    }
    return check_placements(builder);
}
