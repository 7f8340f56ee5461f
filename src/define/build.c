/* The stages of building, in their order, and the catalog put together from what they made. */
#include "define/build.h"

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
        weft_build_callbacks,
        weft_build_names,
        weft_build_renames,
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

weft_code weft_build_catalog(weft_workshop *shop, const weft_definitions *definitions, weft_catalog **ret_catalog)
{
    weft_catalog *catalog = WEFT_ARENA_NEW(shop->keep, weft_catalog);
    if (!catalog) {
        return WEFT_NO_MEMORY;
    }
    catalog->directory = weft_str_copy(shop->keep, weft_str_from(shop->directory));
    weft_map_init(&catalog->entity_map, shop->keep);
    weft_builder builder = {.shop = shop,
                            .catalog = catalog,
                            .project = &definitions->project,
                            .module_definitions = definitions->modules,
                            .module_count = definitions->module_count,
                            .link_definitions = definitions->links,
                            .link_count = definitions->link_count,
                            .callbacks = definitions->callbacks,
                            .callbacks_count = definitions->callbacks_count};
    weft_map_init(&builder.link_names, shop->scratch);
    weft_map_init(&builder.table_names, shop->scratch);
    weft_map_init(&builder.index_names, shop->scratch);
    if (!catalog->directory.data) {
        return WEFT_NO_MEMORY;
    }
    WEFT_TRY(run_stages(&builder));
    WEFT_TRY(fill_catalog(&builder));
    WEFT_TRY(weft_build_roles(&builder));
    *ret_catalog = catalog;
    return WEFT_OK;
}
