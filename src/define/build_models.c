/* Models: names, table, keys, and which fields they get; foreign keys' places not yet known. */
#include "define/build.h"
#include "model/names.h"

weft_str weft_build_lower(weft_builder *builder, weft_str text)
{
    char *lower = weft_arena_alloc(builder->shop->scratch, text.len + 1);
    for (size_t i = 0; lower && i < text.len; i++) {
        const char byte = text.data[i];
        lower[i] = byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
    }
    return (weft_str){lower, lower ? text.len : 0};
}

weft_str weft_build_store_name(weft_builder *builder, const weft_store_def *store, weft_str name)
{
    return store && store->kind == WEFT_STORE_POSTGRES ? name : weft_build_lower(builder, name);
}

weft_model_draft *weft_build_add_draft(weft_builder *builder, weft_place place, size_t field_capacity)
{
    weft_arena *keep = builder->shop->keep;
    weft_model_draft *draft = WEFT_ARENA_NEW(builder->shop->scratch, weft_model_draft);
    if (!draft) {
        return NULL;
    }
    *draft = (weft_model_draft){.model = WEFT_ARENA_NEW(keep, weft_model),
                                .place = place,
                                .fields = WEFT_ARENA_ARRAY(keep, weft_field, field_capacity),
                                .keys = WEFT_ARENA_ARRAY(keep, const weft_field *, field_capacity)};
    weft_map_init(&draft->claims, builder->shop->scratch);
    weft_map_init(&draft->columns, builder->shop->scratch);
    if (!draft->model || !draft->fields || !draft->keys ||
        !weft_vec_push(builder->shop->scratch, &builder->drafts, draft)) {
        return NULL;
    }
    draft->model->fields = draft->fields;
    draft->model->keys = draft->keys;
    draft->model->index = (uint32_t)(builder->drafts.count - 1);
    draft->model->where = weft_place_text(place, keep);
    weft_map_init(&draft->model->field_map, keep);
    weft_map_init(&draft->model->edge_map, keep);
    return draft->model->where.data ? draft : NULL;
}

weft_code weft_build_name_model(weft_builder *builder, weft_model_draft *draft, weft_str name, weft_str table)
{
    weft_model *model = draft->model;
    model->name = name;
    model->table = table;
    model->camel = weft_name_camel(name, builder->shop->keep);
    model->plural = weft_name_plural(name, builder->shop->keep);
    draft->plural_camel = weft_name_camel(model->plural, builder->shop->keep);
    return model->camel.data && model->plural.data && draft->plural_camel.data ? WEFT_OK : WEFT_NO_MEMORY;
}

/* The fields that are the primary key: those that say so, else the one of type id. */
static void settle_keys(weft_builder *builder, weft_model_draft *draft)
{
    weft_model *model = draft->model;
    size_t id_count = 0;
    weft_field *id = NULL;
    for (size_t i = 0; i < model->field_count; i++) {
        weft_field *field = &draft->fields[i];
        if (field->is_primary_key) {
            draft->keys[model->key_count++] = field;
        }
        if (field->type == WEFT_TYPE_ID) {
            id = field;
            id_count++;
        }
    }
    if (model->key_count == 0 && id_count == 1) {
        id->is_primary_key = true;
        draft->keys[model->key_count++] = id;
        if (id->is_nullable) {
            (void)weft_problem(builder->shop,
                               draft->place,
                               WEFT_INVALID_DEFINITION,
                               "the field \"%.*s\" is the primary key and cannot be nullable",
                               WEFT_STR_ARG(id->name));
        }
    }
    /* A model without any field was reported already. */
    if (model->key_count == 0 && draft->definition->fields.count > 0) {
        weft_error *error = weft_problem(builder->shop,
                                         draft->place,
                                         WEFT_INVALID_DEFINITION,
                                         id_count ? "the model \"%.*s\" has several ids and no primary key"
                                                  : "the model \"%.*s\" has no primary key",
                                         WEFT_STR_ARG(model->name));
        weft_error_set_hint(error,
                            id_count ? "Say primaryKey: true on one of them."
                                     : "Give it \"id: id\", or a field with primaryKey: true.");
    }
}

/* Names weft and the databases keep for themselves. */
static void check_table_name(weft_builder *builder, const weft_model_draft *draft)
{
    const weft_model *model = draft->model;
    const weft_word *table = draft->definition->table.text.data ? &draft->definition->table : &draft->definition->name;
    weft_build_check_sql_name(builder, table, "a table");
    /* PostgreSQL looks for a name of "pg_…" among its own tables first. */
    if (weft_str_starts_with(model->table, WEFT_STR("weft_")) || weft_str_starts_with(model->table, WEFT_STR("pg_")) ||
        weft_str_starts_with(model->table, WEFT_STR("sqlite_"))) {
        weft_error *error = weft_problem(builder->shop,
                                         table->place,
                                         WEFT_INVALID_DEFINITION,
                                         "the table \"%.*s\" has a name that is kept for others",
                                         WEFT_STR_ARG(model->table));
        weft_error_set_hint(error, "Names of tables do not begin with \"weft_\", \"pg_\" or \"sqlite_\".");
    }
}

static weft_code add_own_fields(weft_builder *builder, weft_model_draft *draft, bool has_timestamps, bool is_soft)
{
    static const char *const kept[] = {"created_at", "updated_at", "deleted_at"};
    const weft_model_definition *definition = draft->definition;
    for (size_t i = 0; i < definition->fields.count; i++) {
        const weft_field_definition *field = &definition->fields.items[i];
        bool is_kept = false;
        for (size_t k = 0; k < WEFT_COUNT_OF(kept); k++) {
            is_kept = is_kept || ((k < 2 ? has_timestamps : is_soft) && weft_str_equal_text(field->name.text, kept[k]));
        }
        if (is_kept) {
            weft_error *error = weft_problem(builder->shop,
                                             field->name.place,
                                             WEFT_NAME_CLASH,
                                             "the field \"%.*s\" is there already: weft keeps it",
                                             WEFT_STR_ARG(field->name.text));
            weft_error_set_hint(error,
                                "Leave it out, or say \"timestamps: false\" (created_at, updated_at) or "
                                "\"softDelete: false\" (deleted_at).");
            continue;
        }
        weft_field *added = NULL;
        WEFT_TRY(weft_build_add_defined_field(builder, draft, field, &added));
    }
    return WEFT_OK;
}

/* What notes deletes that do not come through weft. */
static bool read_guard(weft_builder *builder, const weft_word *guard)
{
    if (!guard->text.data || weft_str_equal_text(guard->text, "triggers")) {
        return guard->text.data != NULL;
    }
    weft_error *error = weft_problem(builder->shop,
                                     guard->place,
                                     WEFT_INVALID_DEFINITION,
                                     "\"guard\" cannot be \"%.*s\"",
                                     WEFT_STR_ARG(guard->text));
    weft_error_set_hint(error, "It is triggers, or left out.");
    return false;
}

static bool flag_or(weft_flag flag, bool value)
{
    return flag.is_set ? flag.value : value;
}

static size_t count_foreign_keys(const weft_model_definition *definition)
{
    size_t count = 0;
    for (size_t i = 0; i < definition->relations.count; i++) {
        count += definition->relations.items[i].kind == WEFT_RELATION_BELONGS_TO;
    }
    return count;
}

void weft_build_check_schema(weft_builder *builder, const weft_model *model, const weft_word *schema)
{
    weft_build_check_sql_name(builder, schema, "a schema");
    if (schema->text.data && model->is_managed) {
        weft_error *error = weft_problem(builder->shop,
                                         schema->place,
                                         WEFT_INVALID_DEFINITION,
                                         "the table \"%.*s\" names a schema, but weft makes it",
                                         WEFT_STR_ARG(model->table));
        weft_error_set_hint(error, "Tables are made in the store's own schema; a schema is for \"managed: false\".");
    }
}

static weft_code build_model(weft_builder *builder, weft_module *module, const weft_model_definition *definition)
{
    weft_arena *keep = builder->shop->keep;
    const size_t field_capacity = definition->fields.count + count_foreign_keys(definition) + 3;
    weft_model_draft *draft = weft_build_add_draft(builder, definition->name.place, field_capacity);
    const weft_str name = weft_name_snake(definition->name.text, keep);
    if (!draft || !name.data) {
        return WEFT_NO_MEMORY;
    }
    draft->definition = definition;
    draft->model->module = module;
    draft->model->store = module->store;
    const bool is_managed = flag_or(definition->managed, true);
    draft->model->is_served = module->store && module->store->kind == WEFT_STORE_CALLBACKS;
    draft->model->is_managed = is_managed && !draft->model->is_served;
    draft->model->is_guarded = read_guard(builder, &definition->guard);
    draft->model->renamed_from = definition->renamed_from.text;
    draft->model->schema = definition->schema.text;
    WEFT_TRY(weft_build_name_model(builder, draft, name, definition->table.text.data ? definition->table.text : name));
    check_table_name(builder, draft);
    weft_build_check_schema(builder, draft->model, &definition->schema);
    const bool has_timestamps = flag_or(definition->timestamps, is_managed);
    const bool is_soft = flag_or(definition->soft_delete, is_managed);
    WEFT_TRY(add_own_fields(builder, draft, has_timestamps, is_soft));
    settle_keys(builder, draft);
    return WEFT_OK;
}

static weft_code build_module_models(weft_builder *builder, size_t index)
{
    const weft_module_definition *definition = &builder->module_definitions[index];
    weft_module *module = builder->modules[index];
    const weft_model **models = WEFT_ARENA_ARRAY(builder->shop->keep, const weft_model *, definition->models.count);
    if (!models) {
        return WEFT_NO_MEMORY;
    }
    module->models = models;
    module->model_count = definition->models.count;
    for (size_t i = 0; i < definition->models.count; i++) {
        WEFT_TRY(build_model(builder, module, &definition->models.items[i]));
        models[i] = builder->drafts.items[builder->drafts.count - 1]->model;
    }
    return WEFT_OK;
}

weft_code weft_build_models(weft_builder *builder)
{
    for (size_t m = 0; m < builder->module_count; m++) {
        WEFT_TRY(build_module_models(builder, m));
    }
    return WEFT_OK;
}

weft_model_draft *weft_build_find_model(const weft_builder *builder, uint32_t module, weft_str name)
{
    for (size_t i = 0; i < builder->drafts.count; i++) {
        weft_model_draft *draft = builder->drafts.items[i];
        const weft_model *model = draft->model;
        if (!draft->definition || model->module->index != module) {
            continue;
        }
        if (weft_str_equal(model->name, name) || weft_str_equal(model->camel, name) ||
            weft_str_equal(model->plural, name) || weft_str_equal(draft->plural_camel, name) ||
            weft_str_equal(draft->definition->name.text, name)) {
            return draft;
        }
    }
    return NULL;
}

void weft_build_fail_no_model(weft_builder *builder, uint32_t module, const weft_word *name)
{
    if (builder->module_definitions[module].is_broken) {
        return;
    }
    weft_str best = {NULL, 0};
    const weft_str dot = weft_str_slice(name->text, weft_str_find(name->text, '.') + 1, name->text.len);
    const weft_str wanted = dot.len ? dot : name->text;
    const weft_module *owner = builder->modules[module];
    for (size_t i = 0; i < owner->model_count; i++) {
        const weft_str candidates[] = {best.len ? best : owner->models[i]->name, owner->models[i]->name};
        best = weft_str_nearest(wanted, candidates, WEFT_COUNT_OF(candidates));
    }
    weft_error *error = weft_problem(builder->shop,
                                     name->place,
                                     WEFT_INVALID_DEFINITION,
                                     "the module \"%.*s\" has no model \"%.*s\"",
                                     WEFT_STR_ARG(owner->name),
                                     WEFT_STR_ARG(wanted));
    if (best.len) {
        weft_error_set_hint(error, "Did you mean \"%.*s\"?", WEFT_STR_ARG(best));
    }
}
