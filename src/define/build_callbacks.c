/* Stores that are the program's own functions: which model is served by which weft_callbacks, and what such a store
 * cannot do. A model that nobody serves is no problem of the definitions: another program of the project may bring its
 * functions, and this one finds out when it asks for a record. */
#include "define/build.h"
#include "define/coded.h"

static bool is_served_store(const weft_store_def *store)
{
    return store && store->kind == WEFT_STORE_CALLBACKS;
}

/* A model by any of its names, or a pivot by its table's. */
static weft_model *find_model(const weft_builder *builder, uint32_t module, weft_str name)
{
    const weft_model_draft *found = weft_build_find_model(builder, module, name);
    for (size_t i = 0; !found && i < builder->drafts.count; i++) {
        const weft_model *model = builder->drafts.items[i]->model;
        if (model->is_pivot && model->module->index == module && weft_str_equal(model->table, name)) {
            found = builder->drafts.items[i];
        }
    }
    return found ? found->model : NULL;
}

/* NULL: reported. */
static weft_model *find_served(weft_builder *builder, const weft_word *name)
{
    const size_t dot = weft_str_find(name->text, '.');
    const weft_str module = weft_str_slice(name->text, 0, dot);
    for (uint32_t m = 0; m < builder->module_count; m++) {
        if (!weft_str_equal(builder->modules[m]->name, module)) {
            continue;
        }
        weft_model *model = find_model(builder, m, weft_str_slice(name->text, dot + 1, name->text.len));
        if (!model) {
            weft_build_fail_no_model(builder, m, name);
        }
        return model;
    }
    weft_error *error = weft_problem(builder->shop,
                                     name->place,
                                     WEFT_INVALID_DEFINITION,
                                     "callbacks serve \"%.*s\", which is no model",
                                     WEFT_STR_ARG(name->text));
    weft_error_set_hint(error, "Write module.model.");
    return NULL;
}

static void fail_callbacks(weft_builder *builder, const weft_word *name, const char *what, const char *hint)
{
    weft_error *error = weft_problem(builder->shop,
                                     name->place,
                                     WEFT_INVALID_DEFINITION,
                                     "the callbacks of \"%.*s\" %s",
                                     WEFT_STR_ARG(name->text),
                                     what);
    weft_error_set_hint(error, "%s", hint);
}

static const weft_field *order_field(const weft_model *model, weft_str term)
{
    const bool is_descending = weft_str_starts_with(term, WEFT_STR("-"));
    const weft_str name = weft_str_slice(term, is_descending ? 1 : 0, term.len);
    for (size_t i = 0; i < model->field_count; i++) {
        if (weft_str_equal(model->fields[i].name, name)) {
            return &model->fields[i];
        }
    }
    return NULL;
}

/* Null, and digits, have places of their own in weft's order, which no two sources would agree on. */
static bool can_be_ordered_by(const weft_field *field)
{
    return field && !field->is_nullable && field->type != WEFT_TYPE_BIG_NUMBER && field->type != WEFT_TYPE_JSON &&
           field->type != WEFT_TYPE_ARRAY;
}

static void check_orders(weft_builder *builder, const weft_word *name, const weft_model *model)
{
    const char *const *orders = model->callbacks->orders;
    for (size_t i = 0; orders && orders[i]; i++) {
        weft_str rest = weft_str_from(orders[i]);
        bool is_good = rest.len > 0;
        while (is_good && rest.len > 0) {
            const size_t end = weft_str_find(rest, ',');
            is_good = can_be_ordered_by(order_field(model, weft_str_slice(rest, 0, end)));
            rest = weft_str_slice(rest, end + 1, rest.len);
        }
        if (!is_good) {
            fail_callbacks(
                builder,
                name,
                "claim an order that cannot be",
                "An order is fields that are never null and no bigNumber, json or array: \"-created_at,id\".");
        }
    }
}

static void attach(weft_builder *builder, const weft_word *name, const weft_callbacks *callbacks)
{
    weft_model *model = find_served(builder, name);
    if (!model) {
        return;
    }
    if (!model->is_served) {
        fail_callbacks(builder,
                       name,
                       "serve a model whose module lives in a database",
                       "Place the module in a store whose URL is callbacks, or leave the callbacks out.");
    } else if (model->callbacks) {
        fail_callbacks(builder, name, "are given twice", "Leave one of them out.");
    } else if (!callbacks->list_by_keys && !callbacks->list_by_filter) {
        fail_callbacks(builder, name, "have no function", "Give list_by_keys, list_by_filter or both.");
    } else {
        model->callbacks = callbacks;
        check_orders(builder, name, model);
    }
}

static weft_code attach_all(weft_builder *builder)
{
    for (size_t i = 0; i < builder->callbacks_count; i++) {
        const weft_callbacks *callbacks = builder->callbacks[i];
        weft_word name;
        if (!callbacks) {
            continue;
        }
        name.text = weft_str_from(callbacks->model);
        WEFT_TRY(weft_coded_place(
            builder->shop, callbacks->file, callbacks->line, UINT32_MAX / 4 + (uint32_t)i, &name.place));
        attach(builder, &name, callbacks);
    }
    return WEFT_OK;
}

/* Triggers and schemas are a database's. */
static void check_model(weft_builder *builder, const weft_model_draft *draft)
{
    const weft_model *model = draft->model;
    const char *option = model->is_guarded ? "guard" : model->schema.len > 0 ? "schema" : NULL;
    if (!is_served_store(model->store) || model->is_pivot || model->link || !option) {
        return;
    }
    weft_error *error = weft_problem(builder->shop,
                                     draft->place,
                                     WEFT_INVALID_DEFINITION,
                                     "\"%.*s\" is served by callbacks and cannot have \"%s\"",
                                     WEFT_STR_ARG(model->name),
                                     option);
    weft_error_set_hint(error, "Leave it out: there is no table.");
}

static void check_side(weft_builder *builder, const weft_link_draft *draft, const weft_link_side *side)
{
    const bool is_deleted =
        side->on_delete == WEFT_ON_DELETE_CASCADE || side->on_delete == WEFT_ON_DELETE_CASCADE_ORPHANS;
    if (!side->model || !side->model->is_served || !is_deleted) {
        return;
    }
    weft_error *error = weft_problem(builder->shop,
                                     draft->definition->place,
                                     WEFT_INVALID_DEFINITION,
                                     "\"%.*s\" is served by callbacks and cannot be deleted with what it is linked to",
                                     WEFT_STR_ARG(side->model->name));
    weft_error_set_hint(error, "onDelete of that side is unlink, restrict or keep.");
}

static void check_link(weft_builder *builder, const weft_link_draft *draft)
{
    if (draft->is_twin || !draft->link) {
        return;
    }
    check_side(builder, draft, &draft->link->left);
    check_side(builder, draft, &draft->link->right);
    if (draft->table && is_served_store(draft->table->model->store)) {
        weft_error *error = weft_problem(builder->shop,
                                         draft->definition->place,
                                         WEFT_INVALID_DEFINITION,
                                         "the link \"%.*s\" cannot be kept in store \"%.*s\", which is callbacks",
                                         WEFT_STR_ARG(draft->link->name),
                                         WEFT_STR_ARG(draft->table->model->store->name));
        weft_error_set_hint(error,
                            "Name a database by \"place\", or for all links by \"links: { store }\" in weft.yaml.");
    }
}

/* What the store's driver serves. */
static weft_code list_served(weft_builder *builder, weft_store_def *store)
{
    const weft_model **served = WEFT_ARENA_ARRAY(builder->shop->keep, const weft_model *, builder->drafts.count);
    if (!served) {
        return WEFT_NO_MEMORY;
    }
    for (size_t i = 0; i < builder->drafts.count; i++) {
        const weft_model *model = builder->drafts.items[i]->model;
        if (model->store == store) {
            served[store->served_count++] = model;
        }
    }
    store->served = served;
    return WEFT_OK;
}

weft_code weft_build_callbacks(weft_builder *builder)
{
    WEFT_TRY(attach_all(builder));
    for (size_t i = 0; i < builder->drafts.count; i++) {
        check_model(builder, builder->drafts.items[i]);
    }
    for (size_t i = 0; i < builder->link_count; i++) {
        check_link(builder, &builder->links[i]);
    }
    for (size_t i = 0; i < builder->catalog->store_count; i++) {
        WEFT_TRY(is_served_store(&builder->stores[i]) ? list_served(builder, &builder->stores[i]) : WEFT_OK);
    }
    return WEFT_OK;
}
