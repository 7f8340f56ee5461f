/* The indexes to be made: of fields that ask for one and foreign keys, those of the definition, and what link tables
 * stand on. Medusa's index of deleted_at over live rows is not among them: it holds one key for nearly every row, every
 * insert pays for it, and a planner without statistics prefers it to the primary key. Names are Medusa's,
 * IDX_<table>_<columns>[_unique], shortened only when longer than 58 bytes. Where deletion is soft, an index covers
 * live rows only, so that a deleted record holds no unique value. */
#include "define/build.h"
#include "model/names.h"

#define INDEX_NAME_BYTES_MAX 58

static weft_code default_name(weft_builder *builder,
                              const weft_model *model,
                              const weft_index *index,
                              weft_str *ret_name)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, builder->shop->keep);
    weft_buf_add_format(&buf, "IDX_%.*s", WEFT_STR_ARG(model->table));
    for (size_t i = 0; i < index->field_count; i++) {
        weft_buf_add_format(&buf, "_%.*s", WEFT_STR_ARG(index->fields[i]->column));
    }
    weft_buf_add_text(&buf, index->is_unique ? "_unique" : "");
    const weft_str name = weft_buf_str(&buf);
    *ret_name = buf.len > INDEX_NAME_BYTES_MAX ? weft_name_compress(name, builder->shop->keep) : name;
    return buf.failed || !ret_name->data ? WEFT_NO_MEMORY : WEFT_OK;
}

weft_code weft_build_add_index(
    weft_builder *builder, weft_model_draft *draft, weft_index index, const weft_field *const *fields, size_t count)
{
    const weft_field **mine = WEFT_ARENA_ARRAY(builder->shop->keep, const weft_field *, count);
    if (!mine) {
        return WEFT_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        mine[i] = fields[i];
    }
    index.fields = mine;
    index.field_count = count;
    if (!index.name.data) {
        WEFT_TRY(default_name(builder, draft->model, &index, &index.name));
    }
    if (!weft_vec_push(builder->shop->keep, &draft->indexes, index) ||
        !weft_vec_push(builder->shop->scratch, &draft->index_places, draft->place)) {
        return WEFT_NO_MEMORY;
    }
    draft->model->indexes = draft->indexes.items;
    draft->model->index_count = draft->indexes.count;
    return WEFT_OK;
}

/* True for the foreign key of a belongsTo that a hasOne stands on. */
static bool is_one_to_one(const weft_model_draft *draft, const weft_field *field)
{
    for (size_t i = 0; draft->definition && i < draft->definition->relations.count; i++) {
        const weft_relation_draft *relation = &draft->relations[i];
        if (relation->foreign_key == field && relation->definition->kind == WEFT_RELATION_BELONGS_TO) {
            return relation->reverse && relation->reverse->definition->kind == WEFT_RELATION_HAS_ONE;
        }
    }
    return false;
}

static weft_code add_field_index(weft_builder *builder, weft_model_draft *draft, weft_field *field)
{
    const weft_model *model = draft->model;
    field->is_unique = field->is_unique || is_one_to_one(draft, field);
    /* A key's own index serves; so do those a link table gets for its two keys. */
    const bool is_served = (field->is_primary_key && model->key_count == 1) || (model->link && field->is_foreign_key);
    if (is_served || !(field->is_unique || field->is_indexed || field->is_foreign_key)) {
        return WEFT_OK;
    }
    const weft_index index = {.is_unique = field->is_unique, .is_live_only = model->deleted_at != NULL};
    return weft_build_add_index(builder, draft, index, (const weft_field *const[]){field}, 1);
}

static weft_code add_field_indexes(weft_builder *builder, weft_model_draft *draft)
{
    for (size_t i = 0; i < draft->model->field_count; i++) {
        WEFT_TRY(add_field_index(builder, draft, &draft->fields[i]));
    }
    return WEFT_OK;
}

static weft_code add_defined_index(weft_builder *builder,
                                   weft_model_draft *draft,
                                   const weft_index_definition *definition)
{
    const weft_model *model = draft->model;
    const weft_field **fields = WEFT_ARENA_ARRAY(builder->shop->scratch, const weft_field *, definition->on.count);
    size_t count = 0;
    if (!fields) {
        return WEFT_NO_MEMORY;
    }
    for (size_t i = 0; i < definition->on.count; i++) {
        const weft_field *field = weft_model_field(model, definition->on.items[i].text);
        if (field) {
            fields[count++] = field;
            continue;
        }
        weft_error error = {0};
        (void)weft_fail_unknown_field(model, definition->on.items[i].text, &error);
        error.code = WEFT_INVALID_DEFINITION;
        weft_problem_take(builder->shop, definition->on.items[i].place, &error);
    }
    if (definition->type.text.data && !weft_str_equal_text(definition->type.text, "btree")) {
        weft_error *error = weft_problem(builder->shop,
                                         definition->type.place,
                                         WEFT_INVALID_DEFINITION,
                                         "indexes of type \"%.*s\" are not made",
                                         WEFT_STR_ARG(definition->type.text));
        weft_error_set_hint(error, "The only type that every store has is btree.");
    }
    if (count != definition->on.count || count == 0) {
        return WEFT_OK;
    }
    const bool is_null = definition->where && weft_node_is_null(definition->where);
    weft_index index = {.name = definition->name.text,
                        .is_unique = definition->unique.value,
                        .is_live_only = model->deleted_at != NULL && !is_null};
    if (definition->where && !is_null) {
        index.where = definition->where->text;
    }
    WEFT_TRY(weft_build_add_index(builder, draft, index, fields, count));
    draft->index_places.items[draft->index_places.count - 1] = definition->place;
    return WEFT_OK;
}

/* Names as PostgreSQL gives them to unnamed ones: <table>_check, <table>_check1 … */
static weft_code add_checks(weft_builder *builder, weft_model_draft *draft)
{
    const weft_model_definition *definition = draft->definition;
    weft_table_check *checks = WEFT_ARENA_ARRAY(builder->shop->keep, weft_table_check, definition->checks.count);
    size_t unnamed = 0;
    if (!checks) {
        return WEFT_NO_MEMORY;
    }
    for (size_t i = 0; i < definition->checks.count; i++) {
        const weft_check_definition *check = &definition->checks.items[i];
        weft_str name = check->name.text;
        if (!name.data) {
            const weft_str full =
                unnamed
                    ? weft_str_format(builder->shop->keep, "%.*s_check%zu", WEFT_STR_ARG(draft->model->table), unnamed)
                    : weft_str_format(builder->shop->keep, "%.*s_check", WEFT_STR_ARG(draft->model->table));
            name = full.len > INDEX_NAME_BYTES_MAX ? weft_name_compress(full, builder->shop->keep) : full;
            unnamed++;
        }
        checks[i] = (weft_table_check){name, check->expression.text};
        if (!name.data) {
            return WEFT_NO_MEMORY;
        }
    }
    draft->model->checks = checks;
    draft->model->check_count = definition->checks.count;
    return WEFT_OK;
}

static weft_code build_model_indexes(weft_builder *builder, weft_model_draft *draft)
{
    const weft_model_definition *definition = draft->definition;
    if (!draft->model->is_managed) {
        if (!draft->model->is_served && (definition->indexes.count || definition->checks.count)) {
            weft_error *error = weft_problem(builder->shop,
                                             definition->indexes.count ? definition->indexes.items[0].place
                                                                       : definition->checks.items[0].place,
                                             WEFT_INVALID_DEFINITION,
                                             "the model \"%.*s\" is not managed, so weft makes no indexes and checks",
                                             WEFT_STR_ARG(draft->model->name));
            weft_error_set_hint(error, "Leave them out, or leave out \"managed: false\".");
        }
        return WEFT_OK;
    }
    WEFT_TRY(add_field_indexes(builder, draft));
    for (size_t i = 0; i < definition->indexes.count; i++) {
        WEFT_TRY(add_defined_index(builder, draft, &definition->indexes.items[i]));
    }
    return add_checks(builder, draft);
}

/* The pair's primary key serves look-ups from its first column; this one those from the second. */
static weft_code build_pivot_index(weft_builder *builder, weft_model_draft *pivot)
{
    if (!pivot->model->is_managed || pivot->model->key_count != 2) {
        return WEFT_OK;
    }
    const weft_field *const turned[] = {pivot->keys[1], pivot->keys[0]};
    return weft_build_add_index(builder, pivot, (weft_index){0}, turned, WEFT_COUNT_OF(turned));
}

/* A record of the other side may have one live partner only where this side is no list. */
static weft_code add_cardinality(weft_builder *builder,
                                 weft_link_draft *draft,
                                 const weft_link_side *side,
                                 const weft_link_side *other,
                                 weft_str name)
{
    if (side->is_list) {
        return WEFT_OK;
    }
    const weft_index index = {.name = name, .is_unique = true, .is_live_only = true};
    return weft_build_add_index(builder, draft->table, index, &other->column, 1);
}

/* weft's own: the pair and its other direction, both with deleted_at aboard, so that a look-up from either end never
 * visits the table. */
static weft_code add_weft_indexes(weft_builder *builder, weft_link_draft *draft)
{
    const weft_link *link = draft->link;
    const weft_field *const pair[] = {link->left.column, link->right.column};
    const weft_field *const turned[] = {link->right.column, link->left.column};
    const weft_field **aboard = WEFT_ARENA_ARRAY(builder->shop->keep, const weft_field *, 1);
    if (!aboard) {
        return WEFT_NO_MEMORY;
    }
    aboard[0] = draft->table->model->deleted_at;
    weft_index index = {.including = aboard, .including_count = 1, .is_unique = true};
    if (link->shard == WEFT_SHARD_NONE) {
        WEFT_TRY(weft_build_add_index(builder, draft->table, index, pair, WEFT_COUNT_OF(pair)));
    }
    index.is_unique = false;
    WEFT_TRY(weft_build_add_index(builder, draft->table, index, turned, WEFT_COUNT_OF(turned)));
    const weft_str unnamed = {NULL, 0};
    WEFT_TRY(add_cardinality(builder, draft, &link->right, &link->left, unnamed));
    return add_cardinality(builder, draft, &link->left, &link->right, unnamed);
}

static weft_code add_medusa_index(weft_builder *builder, weft_link_draft *draft, weft_str column, bool is_live_only)
{
    const weft_field *field = weft_model_field(draft->table->model, column);
    const weft_str hash = weft_name_hash(draft->full_table, builder->shop->scratch);
    const weft_str name =
        weft_str_format(builder->shop->keep, "IDX_%.*s_%.*s", WEFT_STR_ARG(column), WEFT_STR_ARG(hash));
    if (!hash.data || !name.data) {
        return WEFT_NO_MEMORY;
    }
    const weft_index index = {.name = name, .is_live_only = is_live_only};
    return field ? weft_build_add_index(builder, draft->table, index, &field, 1) : WEFT_OK;
}

static weft_code unique_name(weft_builder *builder, const weft_link_draft *draft, weft_str column, weft_str *ret_name)
{
    const weft_str hash = weft_name_hash(draft->full_table, builder->shop->scratch);
    *ret_name = weft_str_format(builder->shop->keep, "IDX_%.*s_%.*s_unique", WEFT_STR_ARG(column), WEFT_STR_ARG(hash));
    return hash.data && ret_name->data ? WEFT_OK : WEFT_NO_MEMORY;
}

/* Medusa's four, and cardinality, which Medusa leaves to chance. */
static weft_code add_medusa_indexes(weft_builder *builder, weft_link_draft *draft)
{
    const weft_link *link = draft->link;
    weft_str left_name = {NULL, 0};
    weft_str right_name = {NULL, 0};
    WEFT_TRY(add_medusa_index(builder, draft, WEFT_STR("id"), false));
    WEFT_TRY(add_medusa_index(builder, draft, link->left.column->name, true));
    WEFT_TRY(add_medusa_index(builder, draft, link->right.column->name, true));
    WEFT_TRY(add_medusa_index(builder, draft, WEFT_STR("deleted_at"), false));
    WEFT_TRY(unique_name(builder, draft, link->left.column->name, &left_name));
    WEFT_TRY(unique_name(builder, draft, link->right.column->name, &right_name));
    WEFT_TRY(add_cardinality(builder, draft, &link->right, &link->left, left_name));
    return add_cardinality(builder, draft, &link->left, &link->right, right_name);
}

weft_code weft_build_link_indexes(weft_builder *builder, weft_link_draft *draft)
{
    if (!draft->table || !draft->table->model->is_managed || !draft->link->left.column || !draft->link->right.column ||
        !draft->table->model->deleted_at) {
        return WEFT_OK;
    }
    WEFT_TRY(draft->link->naming == WEFT_NAMING_MEDUSA ? add_medusa_indexes(builder, draft)
                                                       : add_weft_indexes(builder, draft));
    return add_field_indexes(builder, draft->table);
}

weft_code weft_build_indexes(weft_builder *builder)
{
    for (size_t i = 0; i < builder->drafts.count; i++) {
        weft_model_draft *draft = builder->drafts.items[i];
        WEFT_TRY(draft->model->is_pivot ? build_pivot_index(builder, draft)
                 : draft->definition    ? build_model_indexes(builder, draft)
                                        : WEFT_OK);
    }
    for (size_t i = 0; i < builder->link_count; i++) {
        WEFT_TRY(weft_build_link_indexes(builder, &builder->links[i]));
    }
    return WEFT_OK;
}
