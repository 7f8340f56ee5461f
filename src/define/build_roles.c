/* Roles: lists become grants, a grant a model; then what must hold of them all together is settled. A role without
 * lists sees everything. With a rule for rows, a visible model has the tenant's field or is said to be shared, so that
 * none is left open by being forgotten. */
#include "define/build_roles.h"
#include "base/fail.h"

static weft_code make_grants(weft_role_draft *draft)
{
    const weft_catalog *catalog = draft->builder->catalog;
    weft_arena *keep = draft->builder->shop->keep;
    weft_arena *scratch = draft->builder->shop->scratch;
    draft->grants = WEFT_ARENA_ARRAY(keep, weft_grant, catalog->model_count);
    draft->fields = WEFT_ARENA_ARRAY(scratch, bool *, catalog->model_count);
    draft->edges = WEFT_ARENA_ARRAY(scratch, bool *, catalog->model_count);
    if (!draft->grants || !draft->fields || !draft->edges) {
        return WEFT_NO_MEMORY;
    }
    for (size_t i = 0; i < catalog->model_count; i++) {
        draft->fields[i] = WEFT_ARENA_ARRAY(keep, bool, catalog->models[i]->field_count);
        draft->edges[i] = WEFT_ARENA_ARRAY(keep, bool, catalog->models[i]->edge_count);
        if (!draft->fields[i] || !draft->edges[i]) {
            return WEFT_NO_MEMORY;
        }
        draft->grants[i] = (weft_grant){.fields = draft->fields[i], .edges = draft->edges[i]};
    }
    return WEFT_OK;
}

static void grant_everything(weft_role_draft *draft)
{
    const weft_catalog *catalog = draft->builder->catalog;
    for (size_t i = 0; i < catalog->model_count; i++) {
        if (!catalog->models[i]->is_pivot) {
            weft_role_grant_whole(draft, catalog->models[i]);
        }
    }
}

/* What a visible model always shows, and edges that lead to what is not visible. */
static void settle_model(weft_role_draft *draft, const weft_model *model)
{
    bool *fields = draft->fields[model->index];
    bool *edges = draft->edges[model->index];
    for (size_t i = 0; i < model->key_count; i++) {
        fields[model->keys[i]->index] = true;
    }
    for (size_t i = 0; i < model->edge_count; i++) {
        edges[i] = edges[i] && draft->grants[model->edges[i].to->index].is_visible;
    }
}

static void settle(weft_role_draft *draft)
{
    const weft_catalog *catalog = draft->builder->catalog;
    for (size_t i = 0; i < draft->named_edges.count; i++) {
        const weft_edge *edge = draft->named_edges.items[i].edge;
        if (draft->grants[edge->to->index].is_visible) {
            continue;
        }
        weft_error *error = weft_problem(draft->builder->shop,
                                         draft->named_edges.items[i].place,
                                         WEFT_INVALID_DEFINITION,
                                         "the edge \"%.*s\" leads to \"%.*s\", which the role \"%.*s\" may not touch",
                                         WEFT_STR_ARG(edge->name),
                                         WEFT_STR_ARG(edge->to->name),
                                         WEFT_STR_ARG(draft->definition->name.text));
        weft_error_set_hint(error,
                            "List \"%.*s\" under \"%s\" too.",
                            WEFT_STR_ARG(edge->to->name),
                            edge->to->link ? "links" : "modules");
    }
    for (size_t i = 0; i < catalog->model_count; i++) {
        if (draft->grants[i].is_visible) {
            settle_model(draft, catalog->models[i]);
        }
    }
}

/* "blog" or "blog.blog_post": marks what every tenant sees. */
static weft_code read_shared(weft_role_draft *draft, const weft_word *word, bool *is_shared)
{
    const size_t dot = weft_str_find(word->text, '.');
    const weft_word module_name = {weft_str_slice(word->text, 0, dot), word->place};
    const weft_word model_name = {weft_str_slice(word->text, dot + 1, word->text.len), word->place};
    const weft_module *module = NULL;
    const weft_model *model = NULL;
    WEFT_TRY(weft_role_find_module(draft, &module_name, &module));
    if (!module) {
        return WEFT_OK;
    }
    for (size_t i = 0; dot == word->text.len && i < module->model_count; i++) {
        is_shared[module->models[i]->index] = true;
    }
    if (dot < word->text.len) {
        WEFT_TRY(weft_role_find_model(draft, module, &model_name, &model));
    }
    if (model) {
        is_shared[model->index] = true;
    }
    return WEFT_OK;
}

static void fail_open_model(weft_role_draft *draft, const weft_model *model)
{
    const weft_word *tenant = &draft->definition->tenant;
    weft_error *error =
        weft_problem(draft->builder->shop,
                     tenant->place,
                     WEFT_INVALID_DEFINITION,
                     "\"%.*s.%.*s\" has no field \"%.*s\" that could narrow the role \"%.*s\" to a tenant",
                     WEFT_STR_ARG(model->module->name),
                     WEFT_STR_ARG(model->name),
                     WEFT_STR_ARG(tenant->text),
                     WEFT_STR_ARG(draft->definition->name.text));
    weft_error_set_hint(error,
                        "If every tenant may see all of it, say so: shared: [%.*s.%.*s].",
                        WEFT_STR_ARG(model->module->name),
                        WEFT_STR_ARG(model->name));
}

static void set_tenant(weft_role_draft *draft, const weft_model *model)
{
    const weft_word *tenant = &draft->definition->tenant;
    const weft_field *field = weft_model_field(model, tenant->text);
    if (field && field->type != WEFT_TYPE_ID && field->type != WEFT_TYPE_TEXT) {
        (void)weft_problem(draft->builder->shop,
                           tenant->place,
                           WEFT_INVALID_DEFINITION,
                           "\"%.*s\" of \"%.*s\" is of type %.*s, and a tenant is a text",
                           WEFT_STR_ARG(field->name),
                           WEFT_STR_ARG(model->name),
                           WEFT_STR_ARG(weft_type_name(field->type)));
    } else if (field) {
        draft->grants[model->index].tenant = field;
    } else if (model->module) {
        fail_open_model(draft, model);
    }
}

static weft_code build_rows(weft_role_draft *draft)
{
    const weft_catalog *catalog = draft->builder->catalog;
    const size_t problems_before = draft->builder->shop->problem_count;
    bool is_ruled = false;
    bool *is_shared = WEFT_ARENA_ARRAY(draft->builder->shop->scratch, bool, catalog->model_count);
    if (!is_shared) {
        return WEFT_NO_MEMORY;
    }
    for (size_t i = 0; i < draft->definition->shared.count; i++) {
        WEFT_TRY(read_shared(draft, &draft->definition->shared.items[i], is_shared));
    }
    for (size_t i = 0; i < catalog->model_count; i++) {
        if (draft->grants[i].is_visible && !is_shared[i]) {
            set_tenant(draft, catalog->models[i]);
            is_ruled = is_ruled || draft->grants[i].tenant;
        }
    }
    if (!is_ruled && draft->builder->shop->problem_count == problems_before) {
        (void)weft_problem(draft->builder->shop,
                           draft->definition->tenant.place,
                           WEFT_INVALID_DEFINITION,
                           "the rows of the role \"%.*s\" narrow no model",
                           WEFT_STR_ARG(draft->definition->name.text));
    }
    return WEFT_OK;
}

static weft_code build_role(weft_builder *builder, const weft_role_definition *definition, weft_role *role)
{
    weft_role_draft draft = {.builder = builder, .definition = definition};
    WEFT_TRY(make_grants(&draft));
    if (!definition->modules && !definition->links) {
        grant_everything(&draft);
    }
    WEFT_TRY(definition->modules ? weft_role_read_modules(&draft, definition->modules) : WEFT_OK);
    WEFT_TRY(definition->links ? weft_role_read_links(&draft, definition->links) : WEFT_OK);
    settle(&draft);
    WEFT_TRY(definition->tenant.text.data ? build_rows(&draft) : WEFT_OK);
    *role = (weft_role){.name = definition->name.text,
                        .grants = draft.grants,
                        .is_whole = !definition->modules && !definition->links,
                        .has_rows = definition->tenant.text.data != NULL};
    return WEFT_OK;
}

/* Tokens that name no role have one that there is. */
static weft_code check_jwt_role(weft_builder *builder)
{
    const weft_word *role = &builder->project->jwt_role;
    const weft_catalog *catalog = builder->catalog;
    if (!role->text.data || weft_catalog_role(catalog, role->text)) {
        return WEFT_OK;
    }
    weft_str *names = WEFT_ARENA_ARRAY(builder->shop->scratch, weft_str, catalog->role_count);
    if (!names) {
        return WEFT_NO_MEMORY;
    }
    for (size_t i = 0; i < catalog->role_count; i++) {
        names[i] = catalog->roles[i].name;
    }
    weft_error *error = weft_problem(
        builder->shop, role->place, WEFT_INVALID_DEFINITION, "no role is called \"%.*s\"", WEFT_STR_ARG(role->text));
    weft_error_suggest(error, role->text, names, catalog->role_count);
    return WEFT_OK;
}

weft_code weft_build_roles(weft_builder *builder)
{
    const weft_project_definition *project = builder->project;
    /* What a broken definition lacks would be told a second time by every list that names it. */
    if (builder->shop->problem_count > 0) {
        return WEFT_OK;
    }
    weft_role *roles = WEFT_ARENA_ARRAY(builder->shop->keep, weft_role, project->roles.count);
    if (!roles) {
        return WEFT_NO_MEMORY;
    }
    for (size_t i = 0; i < project->roles.count; i++) {
        WEFT_TRY(build_role(builder, &project->roles.items[i], &roles[i]));
    }
    builder->catalog->roles = roles;
    builder->catalog->role_count = project->roles.count;
    builder->catalog->jwt = project->jwt;
    return check_jwt_role(builder);
}
