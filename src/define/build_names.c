/* Names that must be one of a kind: tables and indexes within a store, entities within a module, link entry points
 * everywhere. And the map by which entities are asked for. */
#include "define/build.h"
#include "model/lookup.h"
#include "model/names.h"

#define FORMS_MAX 5

/* The names a model is asked for by: as written, snake, camel, and the plurals of both. */
static size_t list_forms(const weft_model_draft *draft, weft_str *forms)
{
    const weft_model *model = draft->model;
    size_t count = 0;
    forms[count++] = model->name;
    forms[count++] = model->camel;
    forms[count++] = model->plural;
    forms[count++] = draft->plural_camel;
    if (draft->definition) {
        forms[count++] = draft->definition->name.text;
    }
    return count;
}

static weft_code claim_of(weft_builder *builder, const weft_model_draft *draft, weft_claim *ret_claim)
{
    const weft_model *model = draft->model;
    weft_arena *scratch = builder->shop->scratch;
    const weft_str owner =
        draft->definition
            ? weft_str_format(
                  scratch, "the model \"%.*s.%.*s\"", WEFT_STR_ARG(model->module->name), WEFT_STR_ARG(model->name))
            : weft_str_format(
                  scratch, "the %s \"%.*s\"", model->link ? "link" : "pivot table", WEFT_STR_ARG(model->name));
    *ret_claim = (weft_claim){owner, draft->place};
    return ret_claim->owner.data ? WEFT_OK : WEFT_NO_MEMORY;
}

/* Report at most one clash between two models of a module. */
static weft_code claim_forms(
    weft_builder *builder, weft_map *map, const weft_model_draft *draft, const weft_str *forms, size_t count)
{
    weft_claim claim;
    WEFT_TRY(claim_of(builder, draft, &claim));
    bool is_reported = false;
    for (size_t i = 0; i < count; i++) {
        const weft_claim *other = NULL;
        WEFT_TRY(weft_build_claim(builder, map, forms[i], &claim, &other));
        if (!other || is_reported ||
            (other->place.line == claim.place.line && other->place.column == claim.place.column)) {
            continue;
        }
        const weft_str what = weft_str_format(
            builder->shop->scratch, "a name in the module \"%.*s\"", WEFT_STR_ARG(draft->model->module->name));
        weft_error *error = weft_build_fail_clash(builder, forms[i], what, &claim, other);
        weft_error_set_hint(error, "A model is also asked for by its plural and in camel case.");
        is_reported = true;
    }
    return WEFT_OK;
}

static weft_code add_forms(weft_builder *builder, const weft_model *model, const weft_str *forms, size_t count)
{
    weft_arena *keep = builder->shop->keep;
    for (size_t i = 0; i < count; i++) {
        if (!weft_entity_map_add(&builder->catalog->entity_map, keep, forms[i], model)) {
            return WEFT_NO_MEMORY;
        }
        if (!model->module) {
            continue;
        }
        const weft_str qualified =
            weft_str_format(keep, "%.*s.%.*s", WEFT_STR_ARG(model->module->name), WEFT_STR_ARG(forms[i]));
        if (!qualified.data || !weft_entity_map_add(&builder->catalog->entity_map, keep, qualified, model)) {
            return WEFT_NO_MEMORY;
        }
    }
    return WEFT_OK;
}

static weft_code name_models(weft_builder *builder)
{
    weft_map map = {0};
    const weft_module *module = NULL;
    for (size_t i = 0; i < builder->drafts.count; i++) {
        const weft_model_draft *draft = builder->drafts.items[i];
        if (!draft->definition) {
            continue;
        }
        if (!module || draft->model->module != module) {
            module = draft->model->module;
            weft_map_init(&map, builder->shop->scratch);
        }
        weft_str forms[FORMS_MAX];
        const size_t count = list_forms(draft, forms);
        WEFT_TRY(claim_forms(builder, &map, draft, forms, count));
        WEFT_TRY(add_forms(builder, draft->model, forms, count));
    }
    return WEFT_OK;
}

static weft_code check_link_against_models(weft_builder *builder, const weft_link_draft *draft)
{
    if (!draft->table) {
        return WEFT_OK;
    }
    const weft_entity_name *taken = weft_map_get(&builder->catalog->entity_map, draft->link->name);
    if (!taken || taken->model->link) {
        return WEFT_OK;
    }
    weft_claim claim;
    weft_claim other;
    WEFT_TRY(claim_of(builder, draft->table, &claim));
    WEFT_TRY(claim_of(builder, builder->drafts.items[taken->model->index], &other));
    weft_error *error =
        weft_build_fail_clash(builder, draft->link->name, WEFT_STR("the name of an entity"), &claim, &other);
    weft_error_set_hint(error, "Give the link another \"name\".");
    return WEFT_OK;
}

static weft_code name_links(weft_builder *builder)
{
    for (size_t i = 0; i < builder->link_count; i++) {
        WEFT_TRY(check_link_against_models(builder, &builder->links[i]));
    }
    for (size_t i = 0; i < builder->link_count; i++) {
        if (!builder->links[i].table) {
            continue;
        }
        weft_str forms[FORMS_MAX];
        const size_t count = list_forms(builder->links[i].table, forms);
        WEFT_TRY(add_forms(builder, builder->links[i].table->model, forms, count));
    }
    return WEFT_OK;
}

/* "<store>/<schema>/<name>", the name in lower case where the store does not tell "A" from "a". */
static weft_str store_key(weft_builder *builder, const weft_model *model, weft_str name)
{
    const weft_str key = weft_build_store_name(builder, model->store, name);
    return key.data ? weft_str_format(builder->shop->scratch,
                                      "%u/%.*s/%.*s",
                                      model->store->index,
                                      WEFT_STR_ARG(model->schema),
                                      WEFT_STR_ARG(key))
                    : key;
}

static weft_code store_words(weft_builder *builder, const weft_model *model, const char *kind, weft_str *ret_what)
{
    *ret_what =
        weft_str_format(builder->shop->scratch, "%s of the store \"%.*s\"", kind, WEFT_STR_ARG(model->store->name));
    return ret_what->data ? WEFT_OK : WEFT_NO_MEMORY;
}

static weft_code claim_table(weft_builder *builder, const weft_model_draft *draft, bool *ret_is_taken)
{
    const weft_model *model = draft->model;
    const weft_str key = store_key(builder, model, model->table);
    const weft_claim *other = NULL;
    weft_claim claim;
    weft_str what;
    WEFT_TRY(claim_of(builder, draft, &claim));
    WEFT_TRY(store_words(builder, model, "a table", &what));
    if (!key.data) {
        return WEFT_NO_MEMORY;
    }
    WEFT_TRY(weft_build_claim(builder, &builder->table_names, key, &claim, &other));
    *ret_is_taken = other != NULL;
    /* A model that stands in its module twice was reported as such. */
    if (other && (model->is_pivot || !weft_str_equal(other->owner, claim.owner))) {
        weft_error *error = weft_build_fail_clash(builder, model->table, what, &claim, other);
        weft_error_set_hint(error,
                            "Give one of them another table with \"%s\".",
                            model->link       ? "database: { table: … }"
                            : model->is_pivot ? "pivotTable"
                                              : "table");
    }
    return WEFT_OK;
}

static weft_code claim_indexes(weft_builder *builder, const weft_model_draft *draft)
{
    const weft_model *model = draft->model;
    for (size_t i = 0; i < model->index_count; i++) {
        const weft_str key = store_key(builder, model, model->indexes[i].name);
        const weft_claim *other = NULL;
        weft_claim claim;
        weft_str what;
        WEFT_TRY(claim_of(builder, draft, &claim));
        WEFT_TRY(store_words(builder, model, "an index", &what));
        claim.place = draft->index_places.items[i];
        if (!key.data) {
            return WEFT_NO_MEMORY;
        }
        WEFT_TRY(weft_build_claim(builder, &builder->index_names, key, &claim, &other));
        if (other) {
            weft_error *error = weft_build_fail_clash(builder, model->indexes[i].name, what, &claim, other);
            weft_error_set_hint(error, "Give the index another \"name\", or leave out one that is made anyway.");
        }
    }
    return WEFT_OK;
}

/* A field is found in camel case too, unless another property has that name. */
static weft_code add_camel_fields(weft_builder *builder, weft_model *model)
{
    for (size_t i = 0; i < model->field_count; i++) {
        const weft_str camel = weft_name_camel(model->fields[i].name, builder->shop->keep);
        if (!camel.data) {
            return WEFT_NO_MEMORY;
        }
        if (!weft_model_field(model, camel) && !weft_model_edge(model, camel) &&
            !weft_map_set(&model->field_map, camel, &model->fields[i])) {
            return WEFT_NO_MEMORY;
        }
    }
    return WEFT_OK;
}

weft_code weft_build_names(weft_builder *builder)
{
    WEFT_TRY(name_models(builder));
    WEFT_TRY(name_links(builder));
    for (size_t i = 0; i < builder->drafts.count; i++) {
        const weft_model_draft *draft = builder->drafts.items[i];
        WEFT_TRY(add_camel_fields(builder, draft->model));
        /* Without a store, which was reported, there is nothing to meet in. */
        bool is_taken = draft->model->store == NULL;
        WEFT_TRY(is_taken ? WEFT_OK : claim_table(builder, draft, &is_taken));
        WEFT_TRY(is_taken ? WEFT_OK : claim_indexes(builder, draft));
    }
    return WEFT_OK;
}
