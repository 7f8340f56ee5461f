/* module.yaml: the models of a module with their fields, relations, cascades, indexes and checks. */
#include <stddef.h>

#include "define/definition.h"
#include "model/names.h"

typedef struct module_parts {
    weft_word module;
    const weft_node *models;
} module_parts;

static const weft_key module_keys[] = {
    {"module", WEFT_KEY_WORD, offsetof(module_parts, module)},
    {"models", WEFT_KEY_MAP, offsetof(module_parts, models)},
};

typedef struct model_parts {
    const weft_node *fields;
    const weft_node *relations;
    const weft_node *cascades;
    const weft_node *indexes;
    const weft_node *checks;
    weft_word table;
    weft_word schema;
    weft_word renamed_from;
    weft_flag managed;
    weft_word guard;
    weft_flag timestamps;
    weft_flag soft_delete;
} model_parts;

static const weft_key model_keys[] = {
    {"fields", WEFT_KEY_MAP, offsetof(model_parts, fields)},
    {"relations", WEFT_KEY_MAP, offsetof(model_parts, relations)},
    {"cascades", WEFT_KEY_MAP, offsetof(model_parts, cascades)},
    {"indexes", WEFT_KEY_LIST, offsetof(model_parts, indexes)},
    {"checks", WEFT_KEY_LIST, offsetof(model_parts, checks)},
    {"table", WEFT_KEY_WORD, offsetof(model_parts, table)},
    {"schema", WEFT_KEY_WORD, offsetof(model_parts, schema)},
    {"renamedFrom", WEFT_KEY_WORD, offsetof(model_parts, renamed_from)},
    {"managed", WEFT_KEY_FLAG, offsetof(model_parts, managed)},
    {"guard", WEFT_KEY_WORD, offsetof(model_parts, guard)},
    {"timestamps", WEFT_KEY_FLAG, offsetof(model_parts, timestamps)},
    {"softDelete", WEFT_KEY_FLAG, offsetof(model_parts, soft_delete)},
};

typedef struct relation_parts {
    weft_word targets[4]; /* belongsTo, hasOne, hasMany, manyToMany: exactly one is given */
    weft_relation_definition relation;
} relation_parts;

static const weft_key relation_keys[] = {
    {"belongsTo", WEFT_KEY_WORD, offsetof(relation_parts, targets[0])},
    {"hasOne", WEFT_KEY_WORD, offsetof(relation_parts, targets[1])},
    {"hasMany", WEFT_KEY_WORD, offsetof(relation_parts, targets[2])},
    {"manyToMany", WEFT_KEY_WORD, offsetof(relation_parts, targets[3])},
    {"mappedBy", WEFT_KEY_WORD, offsetof(relation_parts, relation.mapped_by)},
    {"nullable", WEFT_KEY_FLAG, offsetof(relation_parts, relation.nullable)},
    {"column", WEFT_KEY_WORD, offsetof(relation_parts, relation.column)},
    {"field", WEFT_KEY_WORD, offsetof(relation_parts, relation.field)},
    {"pivotTable", WEFT_KEY_WORD, offsetof(relation_parts, relation.pivot_table)},
    {"joinColumn", WEFT_KEY_WORD, offsetof(relation_parts, relation.join_column)},
    {"inverseJoinColumn", WEFT_KEY_WORD, offsetof(relation_parts, relation.inverse_join_column)},
    {"renamedFrom", WEFT_KEY_WORD, offsetof(relation_parts, relation.renamed_from)},
};

static const weft_key index_keys[] = {
    {"name", WEFT_KEY_WORD, offsetof(weft_index_definition, name)},
    {"on", WEFT_KEY_WORDS, offsetof(weft_index_definition, on)},
    {"unique", WEFT_KEY_FLAG, offsetof(weft_index_definition, unique)},
    {"where", WEFT_KEY_NODE, offsetof(weft_index_definition, where)},
    {"type", WEFT_KEY_WORD, offsetof(weft_index_definition, type)},
};

static const weft_key check_keys[] = {
    {"name", WEFT_KEY_WORD, offsetof(weft_check_definition, name)},
    {"expression", WEFT_KEY_WORD, offsetof(weft_check_definition, expression)},
};

static const weft_key cascade_keys[] = {
    {"delete", WEFT_KEY_WORDS, offsetof(weft_model_definition, cascades_delete)},
};

static weft_code read_fields(weft_workshop *shop, const weft_node *node, weft_model_definition *model)
{
    for (size_t i = 0; i < node->entry_count; i++) {
        weft_field_definition field = {0};
        WEFT_TRY(weft_field_definition_read(shop, &node->entries[i], false, &field));
        if (!weft_vec_push(shop->scratch, &model->fields, field)) {
            return WEFT_NO_MEMORY;
        }
    }
    return WEFT_OK;
}

/* Keys that mean something for one kind of relation only. */
static void check_relation_keys(weft_workshop *shop, const weft_relation_definition *relation)
{
    const bool is_many = relation->kind == WEFT_RELATION_MANY_TO_MANY;
    const bool is_owned = relation->kind == WEFT_RELATION_BELONGS_TO;
    const struct {
        const char *name;
        const char *kind;
        bool is_given;
        bool is_right;
        weft_place place;
    } rules[] = {
        {"nullable", "belongsTo", relation->nullable.is_set, is_owned, relation->nullable.place},
        {"column", "belongsTo", relation->column.text.data != NULL, is_owned, relation->column.place},
        {"renamedFrom", "belongsTo", relation->renamed_from.text.data != NULL, is_owned, relation->renamed_from.place},
        {"field", "belongsTo", relation->field.text.data != NULL, is_owned, relation->field.place},
        {"pivotTable", "manyToMany", relation->pivot_table.text.data != NULL, is_many, relation->pivot_table.place},
        {"joinColumn", "manyToMany", relation->join_column.text.data != NULL, is_many, relation->join_column.place},
        {"inverseJoinColumn",
         "manyToMany",
         relation->inverse_join_column.text.data != NULL,
         is_many,
         relation->inverse_join_column.place},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(rules); i++) {
        if (rules[i].is_given && !rules[i].is_right) {
            (void)weft_problem(shop,
                               rules[i].place,
                               WEFT_INVALID_DEFINITION,
                               "\"%s\" belongs to %s relations only",
                               rules[i].name,
                               rules[i].kind);
        }
    }
}

static weft_code read_relation(weft_workshop *shop, const weft_entry *entry, weft_model_definition *model)
{
    relation_parts parts = {0};
    (void)weft_name_check(shop, &entry->key, "a relation");
    const size_t problems_before = shop->problem_count;
    WEFT_TRY(WEFT_KEYS_READ(shop, entry->value, "a relation", relation_keys, &parts));
    weft_relation_definition relation = parts.relation;
    relation.name = entry->key;
    size_t given = 0;
    for (size_t i = 0; i < WEFT_COUNT_OF(parts.targets); i++) {
        if (parts.targets[i].text.data) {
            relation.kind = (weft_relation_kind)(i + 1);
            relation.target = parts.targets[i];
            given++;
        }
    }
    if (given != 1) {
        if (given > 1 || shop->problem_count == problems_before) {
            weft_error *error = weft_problem(shop,
                                             entry->key.place,
                                             WEFT_INVALID_DEFINITION,
                                             "the relation \"%.*s\" needs exactly one target",
                                             WEFT_STR_ARG(entry->key.text));
            weft_error_set_hint(error, "Give one of belongsTo, hasOne, hasMany and manyToMany.");
        }
        return WEFT_OK;
    }
    check_relation_keys(shop, &relation);
    return weft_vec_push(shop->scratch, &model->relations, relation) ? WEFT_OK : WEFT_NO_MEMORY;
}

static weft_code read_index(weft_workshop *shop, const weft_node *node, weft_model_definition *model)
{
    weft_index_definition index = {.place = node->place};
    const size_t problems_before = shop->problem_count;
    WEFT_TRY(WEFT_KEYS_READ(shop, node, "an index", index_keys, &index));
    if (index.on.count == 0 && shop->problem_count == problems_before) {
        (void)weft_problem(shop, node->place, WEFT_INVALID_DEFINITION, "an index needs \"on\", the list of its fields");
    }
    if (index.where && index.where->kind != WEFT_NODE_SCALAR) {
        return weft_fail_expected(shop, index.where, "where", "a text of SQL");
    }
    return weft_vec_push(shop->scratch, &model->indexes, index) ? WEFT_OK : WEFT_NO_MEMORY;
}

static weft_code read_check(weft_workshop *shop, const weft_node *node, weft_model_definition *model)
{
    weft_check_definition check = {.place = node->place};
    if (node->kind == WEFT_NODE_SCALAR && !weft_node_is_null(node) && node->text.len) {
        check.expression = (weft_word){node->text, node->place};
    } else {
        const size_t problems_before = shop->problem_count;
        WEFT_TRY(WEFT_KEYS_READ(shop, node, "a check", check_keys, &check));
        if (!check.expression.text.data && shop->problem_count == problems_before) {
            (void)weft_problem(shop, node->place, WEFT_INVALID_DEFINITION, "a check needs \"expression\"");
        }
    }
    return weft_vec_push(shop->scratch, &model->checks, check) ? WEFT_OK : WEFT_NO_MEMORY;
}

static weft_code read_lists(weft_workshop *shop, const model_parts *parts, weft_model_definition *model)
{
    for (size_t i = 0; parts->relations && i < parts->relations->entry_count; i++) {
        WEFT_TRY(read_relation(shop, &parts->relations->entries[i], model));
    }
    for (size_t i = 0; parts->indexes && i < parts->indexes->entry_count; i++) {
        WEFT_TRY(read_index(shop, parts->indexes->entries[i].value, model));
    }
    for (size_t i = 0; parts->checks && i < parts->checks->entry_count; i++) {
        WEFT_TRY(read_check(shop, parts->checks->entries[i].value, model));
    }
    return WEFT_OK;
}

static weft_code read_model(weft_workshop *shop, const weft_entry *entry, weft_model_definition *ret_model)
{
    model_parts parts = {0};
    const size_t problems_before = shop->problem_count;
    *ret_model = (weft_model_definition){.name = entry->key};
    (void)weft_name_check(shop, &entry->key, "a model");
    WEFT_TRY(WEFT_KEYS_READ(shop, entry->value, "a model", model_keys, &parts));
    ret_model->table = parts.table;
    ret_model->schema = parts.schema;
    ret_model->renamed_from = parts.renamed_from;
    ret_model->managed = parts.managed;
    ret_model->guard = parts.guard;
    ret_model->timestamps = parts.timestamps;
    ret_model->soft_delete = parts.soft_delete;
    if (parts.fields) {
        WEFT_TRY(read_fields(shop, parts.fields, ret_model));
    } else if (shop->problem_count == problems_before) {
        (void)weft_problem(shop,
                           entry->key.place,
                           WEFT_INVALID_DEFINITION,
                           "the model \"%.*s\" has no fields",
                           WEFT_STR_ARG(entry->key.text));
    }
    WEFT_TRY(read_lists(shop, &parts, ret_model));
    return parts.cascades ? WEFT_KEYS_READ(shop, parts.cascades, "cascades", cascade_keys, ret_model) : WEFT_OK;
}

static void check_module_name(weft_workshop *shop, const weft_word *name, weft_str directory)
{
    if (!weft_str_equal(name->text, directory)) {
        weft_error *error = weft_problem(shop,
                                         name->place,
                                         WEFT_INVALID_DEFINITION,
                                         "the module is called \"%.*s\" but its directory \"%.*s\"",
                                         WEFT_STR_ARG(name->text),
                                         WEFT_STR_ARG(directory));
        weft_error_set_hint(error, "Give both the same name.");
        return;
    }
    if (!weft_name_is_module(name->text)) {
        (void)weft_name_check(shop, name, "a module");
    }
}

weft_code weft_module_definition_read(weft_workshop *shop,
                                      const weft_node *node,
                                      weft_str directory,
                                      weft_module_definition *ret_module)
{
    module_parts parts = {0};
    WEFT_TRY(WEFT_KEYS_READ(shop, node, "a module", module_keys, &parts));
    ret_module->name = parts.module.text.data ? parts.module : (weft_word){directory, node->place};
    check_module_name(shop, &ret_module->name, directory);
    for (size_t i = 0; parts.models && i < parts.models->entry_count; i++) {
        weft_model_definition model;
        WEFT_TRY(read_model(shop, &parts.models->entries[i], &model));
        if (!weft_vec_push(shop->scratch, &ret_module->models, model)) {
            return WEFT_NO_MEMORY;
        }
    }
    return WEFT_OK;
}
