/* The allow-lists of a role, from nodes to grants:
 *
 *      modules: "*" | [module…] | { module: "*" | [model…] | { model: "*" | [field or edge…] } }
 *      links:   "*" | [link…]   | { link: "*" | [column or side…] }
 *
 * A name that means nothing is reported where it stands. */
#include "base/fail.h"
#include "define/build_roles.h"

/* What a list's names mean, one after another. */
typedef weft_code (*take_name)(weft_role_draft *draft, const void *ctx, const weft_word *name);
typedef weft_code (*take_entry)(weft_role_draft *draft, const void *ctx, const weft_entry *entry);

typedef struct list_reader {
    const char *expected; /* "\"*\", a list of fields and edges" */
    void (*all)(weft_role_draft *draft, const void *ctx);
    take_name name;
    take_entry entry; /* NULL: an object means nothing here */
} list_reader;

static bool is_star(const weft_node *node)
{
    return node->kind == WEFT_NODE_SCALAR && weft_str_equal_text(node->text, "*");
}

static weft_code read_names(weft_role_draft *draft, const list_reader *reader, const void *ctx, const weft_node *node)
{
    for (size_t i = 0; i < node->entry_count; i++) {
        const weft_node *item = node->entries[i].value;
        if (item->kind != WEFT_NODE_SCALAR || weft_node_is_null(item)) {
            (void)weft_problem(draft->builder->shop,
                               item->place,
                               WEFT_INVALID_DEFINITION,
                               "a list of the role \"%.*s\" must hold names",
                               WEFT_STR_ARG(draft->definition->name.text));
            continue;
        }
        const weft_word name = {item->text, item->place};
        if (is_star(item)) {
            reader->all(draft, ctx);
        } else {
            WEFT_TRY(reader->name(draft, ctx, &name));
        }
    }
    return WEFT_OK;
}

static weft_code read_list(weft_role_draft *draft, const list_reader *reader, const void *ctx, const weft_node *node)
{
    if (is_star(node)) {
        reader->all(draft, ctx);
        return WEFT_OK;
    }
    if (node->kind == WEFT_NODE_LIST) {
        return read_names(draft, reader, ctx, node);
    }
    if (node->kind != WEFT_NODE_MAP || !reader->entry) {
        const weft_str found = weft_node_describe(node, draft->builder->shop->scratch);
        (void)weft_problem(draft->builder->shop,
                           node->place,
                           WEFT_INVALID_DEFINITION,
                           "what a role may touch must be %s, not %.*s",
                           reader->expected,
                           WEFT_STR_ARG(found));
        return WEFT_OK;
    }
    for (size_t i = 0; i < node->entry_count; i++) {
        WEFT_TRY(reader->entry(draft, ctx, &node->entries[i]));
    }
    return WEFT_OK;
}

void weft_role_grant_whole(weft_role_draft *draft, const weft_model *model)
{
    draft->grants[model->index].is_visible = true;
    for (size_t i = 0; i < model->field_count; i++) {
        draft->fields[model->index][i] = true;
    }
    for (size_t i = 0; i < model->edge_count; i++) {
        draft->edges[model->index][i] = true;
    }
}

static void grant_all_parts(weft_role_draft *draft, const void *ctx)
{
    weft_role_grant_whole(draft, ctx);
}

static weft_code grant_part(weft_role_draft *draft, const void *ctx, const weft_word *name)
{
    const weft_model *model = ctx;
    const weft_field *field = weft_model_field(model, name->text);
    const weft_edge *edge = weft_model_edge(model, name->text);
    if (!field && !edge) {
        weft_error error = {0};
        (void)weft_fail_unknown_field(model, name->text, &error);
        weft_problem_take(draft->builder->shop, name->place, &error);
        return WEFT_OK;
    }
    if (field) {
        draft->fields[model->index][field->index] = true;
    }
    if (!edge) {
        return WEFT_OK;
    }
    draft->edges[model->index][edge->index] = true;
    const weft_named_edge named = {edge, name->place};
    return weft_vec_push(draft->builder->shop->scratch, &draft->named_edges, named) ? WEFT_OK : WEFT_NO_MEMORY;
}

static const list_reader parts_reader = {"\"*\" or a list of fields and edges", grant_all_parts, grant_part, NULL};

static void grant_all_models(weft_role_draft *draft, const void *ctx)
{
    const weft_module *module = ctx;
    for (size_t i = 0; i < module->model_count; i++) {
        weft_role_grant_whole(draft, module->models[i]);
    }
}

weft_code weft_role_find_model(weft_role_draft *draft,
                               const weft_module *module,
                               const weft_word *name,
                               const weft_model **ret_model)
{
    weft_workshop *shop = draft->builder->shop;
    const weft_str full =
        weft_str_format(shop->scratch, "%.*s.%.*s", WEFT_STR_ARG(module->name), WEFT_STR_ARG(name->text));
    weft_error error = {0};
    if (!full.data) {
        return WEFT_NO_MEMORY;
    }
    if (weft_catalog_entity(draft->builder->catalog, full, ret_model, &error) != WEFT_OK) {
        *ret_model = NULL;
        weft_build_fail_no_model(draft->builder, module->index, name);
    }
    return WEFT_OK;
}

static weft_code grant_model(weft_role_draft *draft, const void *ctx, const weft_word *name)
{
    const weft_model *model = NULL;
    WEFT_TRY(weft_role_find_model(draft, ctx, name, &model));
    if (model) {
        weft_role_grant_whole(draft, model);
    }
    return WEFT_OK;
}

static weft_code grant_model_parts(weft_role_draft *draft, const void *ctx, const weft_entry *entry)
{
    const weft_model *model = NULL;
    WEFT_TRY(weft_role_find_model(draft, ctx, &entry->key, &model));
    if (!model) {
        return WEFT_OK;
    }
    draft->grants[model->index].is_visible = true;
    return read_list(draft, &parts_reader, model, entry->value);
}

static const list_reader models_reader = {
    "\"*\", a list of models, or an object of models", grant_all_models, grant_model, grant_model_parts};

static void grant_all_modules(weft_role_draft *draft, const void *ctx)
{
    const weft_catalog *catalog = draft->builder->catalog;
    (void)ctx;
    for (size_t i = 0; i < catalog->module_count; i++) {
        grant_all_models(draft, catalog->modules[i]);
    }
}

weft_code weft_role_find_module(weft_role_draft *draft, const weft_word *name, const weft_module **ret_module)
{
    const weft_catalog *catalog = draft->builder->catalog;
    weft_workshop *shop = draft->builder->shop;
    *ret_module = weft_catalog_module(catalog, name->text);
    if (*ret_module) {
        return WEFT_OK;
    }
    weft_str *names = WEFT_ARENA_ARRAY(shop->scratch, weft_str, catalog->module_count);
    if (!names) {
        return WEFT_NO_MEMORY;
    }
    for (size_t i = 0; i < catalog->module_count; i++) {
        names[i] = catalog->modules[i]->name;
    }
    weft_error *error = weft_problem(
        shop, name->place, WEFT_INVALID_DEFINITION, "no module is called \"%.*s\"", WEFT_STR_ARG(name->text));
    weft_error_suggest(error, name->text, names, catalog->module_count);
    return WEFT_OK;
}

static weft_code grant_module(weft_role_draft *draft, const void *ctx, const weft_word *name)
{
    const weft_module *module = NULL;
    (void)ctx;
    WEFT_TRY(weft_role_find_module(draft, name, &module));
    if (module) {
        grant_all_models(draft, module);
    }
    return WEFT_OK;
}

static weft_code grant_module_models(weft_role_draft *draft, const void *ctx, const weft_entry *entry)
{
    const weft_module *module = NULL;
    (void)ctx;
    WEFT_TRY(weft_role_find_module(draft, &entry->key, &module));
    return module ? read_list(draft, &models_reader, module, entry->value) : WEFT_OK;
}

weft_code weft_role_read_modules(weft_role_draft *draft, const weft_node *node)
{
    static const list_reader reader = {
        "\"*\", a list of modules, or an object of modules", grant_all_modules, grant_module, grant_module_models};
    return read_list(draft, &reader, NULL, node);
}

static void grant_all_links(weft_role_draft *draft, const void *ctx)
{
    const weft_catalog *catalog = draft->builder->catalog;
    (void)ctx;
    for (size_t i = 0; i < catalog->link_count; i++) {
        if (catalog->links[i]->model) {
            weft_role_grant_whole(draft, catalog->links[i]->model);
        }
    }
}

/* The link of that name that has rows; reports, and then is NULL. */
static weft_code find_link(weft_role_draft *draft, const weft_word *name, const weft_link **ret_link)
{
    const weft_catalog *catalog = draft->builder->catalog;
    weft_workshop *shop = draft->builder->shop;
    const weft_link *link = weft_catalog_link(catalog, name->text);
    *ret_link = link && link->model ? link : NULL;
    if (*ret_link) {
        return WEFT_OK;
    }
    weft_str *names = WEFT_ARENA_ARRAY(shop->scratch, weft_str, catalog->link_count);
    if (!names) {
        return WEFT_NO_MEMORY;
    }
    for (size_t i = 0; i < catalog->link_count; i++) {
        names[i] = catalog->links[i]->name;
    }
    weft_error *error = weft_problem(shop,
                                     name->place,
                                     WEFT_INVALID_DEFINITION,
                                     link ? "the link \"%.*s\" has no rows" : "no link is called \"%.*s\"",
                                     WEFT_STR_ARG(name->text));
    if (link) {
        weft_error_set_hint(error, "It is read-only: its edges stand in the lists of the models.");
    } else {
        weft_error_suggest(error, name->text, names, catalog->link_count);
    }
    return WEFT_OK;
}

static weft_code grant_link(weft_role_draft *draft, const void *ctx, const weft_word *name)
{
    const weft_link *link = NULL;
    (void)ctx;
    WEFT_TRY(find_link(draft, name, &link));
    if (link) {
        weft_role_grant_whole(draft, link->model);
    }
    return WEFT_OK;
}

static weft_code grant_link_parts(weft_role_draft *draft, const void *ctx, const weft_entry *entry)
{
    const weft_link *link = NULL;
    (void)ctx;
    WEFT_TRY(find_link(draft, &entry->key, &link));
    if (!link) {
        return WEFT_OK;
    }
    draft->grants[link->model->index].is_visible = true;
    return read_list(draft, &parts_reader, link->model, entry->value);
}

weft_code weft_role_read_links(weft_role_draft *draft, const weft_node *node)
{
    static const list_reader reader = {
        "\"*\", a list of links, or an object of links", grant_all_links, grant_link, grant_link_parts};
    return read_list(draft, &reader, NULL, node);
}
