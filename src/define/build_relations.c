/* Relations inside a module: targets found, foreign keys added, pairs matched, pivot tables of many-to-many made, and
 * at last the edges. */
#include "define/build.h"
#include "model/names.h"

static weft_str model_name(const weft_model_draft *draft)
{
    return draft->model->name;
}

static weft_error *fail_relation(weft_builder *builder, const weft_relation_draft *relation, const char *why)
{
    return weft_problem(builder->shop,
                        relation->definition->name.place,
                        WEFT_INVALID_DEFINITION,
                        "the relation \"%.*s\" of \"%.*s\" %s",
                        WEFT_STR_ARG(relation->definition->name.text),
                        WEFT_STR_ARG(model_name(relation->from)),
                        why);
}

static weft_code find_target(weft_builder *builder, weft_relation_draft *relation)
{
    const weft_word *target = &relation->definition->target;
    const uint32_t module = relation->from->model->module->index;
    const size_t dot = weft_str_find(target->text, '.');
    if (dot < target->text.len &&
        !weft_str_equal(weft_str_slice(target->text, 0, dot), relation->from->model->module->name)) {
        weft_error *error = weft_problem(builder->shop,
                                         target->place,
                                         WEFT_INVALID_DEFINITION,
                                         "the relation \"%.*s\" leads into another module",
                                         WEFT_STR_ARG(relation->definition->name.text));
        weft_error_set_hint(error, "Modules do not know each other: join their models with a file in src/links.");
        return WEFT_OK;
    }
    const weft_str name =
        dot < target->text.len ? weft_str_slice(target->text, dot + 1, target->text.len) : target->text;
    weft_model_draft *to = weft_build_find_model(builder, module, name);
    if (!to) {
        weft_build_fail_no_model(builder, module, target);
        return WEFT_OK;
    }
    const weft_model_draft *keyed = relation->definition->kind == WEFT_RELATION_BELONGS_TO ? to : relation->from;
    const bool is_many = relation->definition->kind == WEFT_RELATION_MANY_TO_MANY;
    if (keyed->model->key_count != 1 || (is_many && to->model->key_count != 1)) {
        /* No key at all was reported with the model. */
        if (keyed->model->key_count > 1 || to->model->key_count > 1) {
            weft_error *error = fail_relation(builder, relation, "needs a primary key of one field to refer to");
            weft_error_set_hint(error, "A model with a composite key cannot be referred to.");
        }
        return WEFT_OK;
    }
    relation->to = to;
    return WEFT_OK;
}

/* "post: { belongsTo: blog_post, field: post_ref }": the foreign key is a field of the definition. */
static void use_field(weft_builder *builder, weft_relation_draft *relation)
{
    const weft_relation_definition *definition = relation->definition;
    const weft_model *model = relation->from->model;
    const weft_field *named = weft_model_field(model, definition->field.text);
    const weft_field *key = relation->to->model->keys[0];
    if (!named) {
        weft_error error = {0};
        (void)weft_fail_unknown_field(model, definition->field.text, &error);
        error.code = WEFT_INVALID_DEFINITION;
        weft_problem_take(builder->shop, definition->field.place, &error);
        return;
    }
    if (weft_type_value_kind(named->type) != weft_type_value_kind(key->type)) {
        const weft_str mine = weft_type_name(named->type);
        const weft_str theirs = weft_type_name(key->type);
        weft_error *error = fail_relation(builder, relation, "joins fields of different kinds of values");
        weft_error_set_detail(error,
                              "\"%.*s\" is %.*s and \"%.*s\" is %.*s.",
                              WEFT_STR_ARG(named->name),
                              WEFT_STR_ARG(mine),
                              WEFT_STR_ARG(key->name),
                              WEFT_STR_ARG(theirs));
        return;
    }
    if (definition->column.text.data || definition->nullable.is_set) {
        weft_error *error =
            fail_relation(builder, relation, "names its field, which has a column and may be null by itself");
        weft_error_set_hint(error, "Say \"column\" and \"nullable\" at the field.");
        return;
    }
    relation->foreign_key = &relation->from->fields[named->index];
    relation->foreign_key->is_foreign_key = true;
}

/* The column post_id for "post: { belongsTo: blog_post }". */
static weft_code add_foreign_key(weft_builder *builder, weft_relation_draft *relation)
{
    const weft_relation_definition *definition = relation->definition;
    weft_model_draft *from = relation->from;
    if (definition->field.text.data) {
        use_field(builder, relation);
        return WEFT_OK;
    }
    const weft_str name = weft_str_format(builder->shop->keep, "%.*s_id", WEFT_STR_ARG(definition->name.text));
    if (!name.data) {
        return WEFT_NO_MEMORY;
    }
    const weft_str column = definition->column.text.data ? definition->column.text : name;
    weft_field field = weft_build_reference_field(name, column, relation->to->model->keys[0]);
    field.is_nullable = definition->nullable.value;
    if (definition->renamed_from.text.data) {
        field.renamed_from =
            weft_str_format(builder->shop->keep, "%.*s_id", WEFT_STR_ARG(definition->renamed_from.text));
    }
    return weft_build_add_field(builder, from, &field, definition->name.place, &relation->foreign_key);
}

static weft_code build_model_relations(weft_builder *builder, weft_model_draft *draft)
{
    const weft_model_definition *definition = draft->definition;
    draft->relations = WEFT_ARENA_ARRAY(builder->shop->scratch, weft_relation_draft, definition->relations.count);
    if (!draft->relations) {
        return WEFT_NO_MEMORY;
    }
    for (size_t i = 0; i < definition->relations.count; i++) {
        weft_relation_draft *relation = &draft->relations[i];
        relation->definition = &definition->relations.items[i];
        relation->from = draft;
        WEFT_TRY(find_target(builder, relation));
        const bool is_owned = relation->to && relation->definition->kind == WEFT_RELATION_BELONGS_TO;
        WEFT_TRY(is_owned ? add_foreign_key(builder, relation) : WEFT_OK);
    }
    const weft_flag timestamps = definition->timestamps;
    const weft_flag soft = definition->soft_delete;
    /* Which fields a model has does not depend on where it lives. */
    const bool is_managed = !definition->managed.is_set || definition->managed.value;
    return weft_build_add_timestamps(
        builder, draft, timestamps.is_set ? timestamps.value : is_managed, soft.is_set ? soft.value : is_managed);
}

static bool is_mapped_by(const weft_relation_draft *relation, const weft_relation_draft *other)
{
    return weft_str_equal(relation->definition->mapped_by.text, other->definition->name.text);
}

static bool has_mapping(const weft_relation_draft *relation)
{
    return relation->definition->mapped_by.text.data != NULL;
}

/* May these two be one relation seen from its two ends? */
static bool fits(const weft_relation_draft *relation, const weft_relation_draft *other)
{
    const weft_relation_kind mine = relation->definition->kind;
    const weft_relation_kind theirs = other->definition->kind;
    if (other == relation || other->to != relation->from || relation->to != other->from) {
        return false;
    }
    if (mine == WEFT_RELATION_MANY_TO_MANY || theirs == WEFT_RELATION_MANY_TO_MANY) {
        return mine == theirs;
    }
    return (mine == WEFT_RELATION_BELONGS_TO) != (theirs == WEFT_RELATION_BELONGS_TO);
}

/* The relation `relation` says it is mapped by; reports when there is none, unless one of that name is itself broken.
 */
static weft_relation_draft *find_mapped(weft_builder *builder, weft_relation_draft *relation)
{
    const weft_word *mapped_by = &relation->definition->mapped_by;
    weft_model_draft *to = relation->to;
    weft_str best = {NULL, 0};
    for (size_t i = 0; i < to->definition->relations.count; i++) {
        weft_relation_draft *other = &to->relations[i];
        if (fits(relation, other) && is_mapped_by(relation, other)) {
            return other;
        }
        if (!other->to && is_mapped_by(relation, other)) {
            return NULL;
        }
        if (fits(relation, other)) {
            const weft_str candidates[] = {best.len ? best : other->definition->name.text,
                                           other->definition->name.text};
            best = weft_str_nearest(mapped_by->text, candidates, WEFT_COUNT_OF(candidates));
        }
    }
    weft_error *error = weft_problem(builder->shop,
                                     mapped_by->place,
                                     WEFT_INVALID_DEFINITION,
                                     "the model \"%.*s\" has no relation \"%.*s\" that \"%.*s\" could be mapped by",
                                     WEFT_STR_ARG(model_name(to)),
                                     WEFT_STR_ARG(mapped_by->text),
                                     WEFT_STR_ARG(relation->definition->name.text));
    if (best.len) {
        weft_error_set_hint(error, "Did you mean \"%.*s\"?", WEFT_STR_ARG(best));
    }
    return NULL;
}

/* Without mappedBy: the only relation on the other side that fits and does not name another one. */
static weft_relation_draft *find_only(const weft_relation_draft *relation, size_t *ret_count)
{
    weft_relation_draft *only = NULL;
    *ret_count = 0;
    for (size_t i = 0; i < relation->to->definition->relations.count; i++) {
        weft_relation_draft *other = &relation->to->relations[i];
        if (!fits(relation, other)) {
            continue;
        }
        if (has_mapping(other) && is_mapped_by(other, relation)) {
            *ret_count = 1;
            return other;
        }
        if (!has_mapping(other)) {
            only = other;
            ++*ret_count;
        }
    }
    return *ret_count == 1 ? only : NULL;
}

/* A relation whose target was not found may be the one that is missed. */
static bool has_broken_relation(const weft_model_draft *draft)
{
    for (size_t i = 0; i < draft->definition->relations.count; i++) {
        if (!draft->relations[i].to) {
            return true;
        }
    }
    return false;
}

/* hasOne and hasMany stand on the other side's belongsTo. */
static void match_owned(weft_builder *builder, weft_relation_draft *relation)
{
    size_t count = 0;
    relation->reverse = has_mapping(relation) ? find_mapped(builder, relation) : find_only(relation, &count);
    if (relation->reverse) {
        relation->foreign_key = relation->reverse->foreign_key;
        if (!relation->reverse->reverse) {
            relation->reverse->reverse = relation;
        }
        return;
    }
    if (has_mapping(relation) || has_broken_relation(relation->to)) {
        return;
    }
    weft_error *error = fail_relation(
        builder, relation, count > 1 ? "could be mapped by more than one relation" : "has nothing to be mapped by");
    if (count > 1) {
        weft_error_set_hint(error, "Say which with \"mappedBy\".");
    } else {
        weft_error_set_hint(error,
                            "Give \"%.*s\" a relation { belongsTo: %.*s }.",
                            WEFT_STR_ARG(model_name(relation->to)),
                            WEFT_STR_ARG(model_name(relation->from)));
    }
}

static void match_many(weft_builder *builder, weft_relation_draft *relation)
{
    size_t count = 0;
    weft_relation_draft *other = has_mapping(relation) ? find_mapped(builder, relation) : find_only(relation, &count);
    if (!other || other->reverse == relation) {
        return;
    }
    /* Two that fit on this side as well cannot be told apart without mappedBy. */
    size_t back = 0;
    if (!has_mapping(relation) && !has_mapping(other) && find_only(other, &back) != relation) {
        return;
    }
    if (has_mapping(other) && !is_mapped_by(other, relation)) {
        (void)fail_relation(builder, relation, "is mapped by a relation that is mapped by another");
        relation->to = NULL;
        return;
    }
    relation->reverse = other;
    other->reverse = relation;
}

typedef weft_code (*visit_relation)(weft_builder *builder, weft_relation_draft *relation);

static weft_code for_each_relation_of(weft_builder *builder, weft_model_draft *draft, visit_relation visit)
{
    for (size_t i = 0; draft->definition && i < draft->definition->relations.count; i++) {
        WEFT_TRY(visit(builder, &draft->relations[i]));
    }
    return WEFT_OK;
}

static weft_code for_each_relation(weft_builder *builder, visit_relation visit)
{
    for (size_t d = 0; d < builder->drafts.count; d++) {
        WEFT_TRY(for_each_relation_of(builder, builder->drafts.items[d], visit));
    }
    return WEFT_OK;
}

static weft_code match(weft_builder *builder, weft_relation_draft *relation)
{
    if (!relation->to) {
        return WEFT_OK;
    }
    switch (relation->definition->kind) {
    case WEFT_RELATION_HAS_ONE:
    case WEFT_RELATION_HAS_MANY:
        match_owned(builder, relation);
        break;
    case WEFT_RELATION_MANY_TO_MANY:
        match_many(builder, relation);
        break;
    case WEFT_RELATION_BELONGS_TO:
        if (has_mapping(relation)) {
            (void)find_mapped(builder, relation);
        }
        break;
    }
    return WEFT_OK;
}

weft_code weft_build_foreign_keys(weft_builder *builder)
{
    for (size_t d = 0; d < builder->drafts.count; d++) {
        WEFT_TRY(build_model_relations(builder, builder->drafts.items[d]));
    }
    return for_each_relation(builder, match);
}

static weft_edge edge_of(const weft_relation_draft *relation)
{
    const weft_model *from = relation->from->model;
    const weft_model *to = relation->to->model;
    weft_edge edge = {.name = relation->definition->name.text,
                      .kind = WEFT_EDGE_RELATION,
                      .from = from,
                      .to = to,
                      .from_field = from->keys[0],
                      .to_field = to->keys[0]};
    switch (relation->definition->kind) {
    case WEFT_RELATION_BELONGS_TO:
        edge.from_field = relation->foreign_key;
        break;
    case WEFT_RELATION_HAS_MANY:
    case WEFT_RELATION_HAS_ONE:
        edge.is_list = relation->definition->kind == WEFT_RELATION_HAS_MANY;
        edge.to_field = relation->foreign_key;
        break;
    case WEFT_RELATION_MANY_TO_MANY:
        edge.is_list = true;
        edge.through = relation->pivot->model;
        edge.through_from = relation->pivot_from;
        edge.through_to = relation->pivot_to;
        break;
    }
    return edge;
}

static weft_code add_edge(weft_builder *builder, weft_relation_draft *relation)
{
    const bool is_many = relation->definition->kind == WEFT_RELATION_MANY_TO_MANY;
    if (!relation->to || (is_many ? relation->pivot_from == NULL : relation->foreign_key == NULL)) {
        return WEFT_OK;
    }
    const weft_edge edge = edge_of(relation);
    const weft_claim claim = {weft_str_format(builder->shop->scratch, "the relation \"%.*s\"", WEFT_STR_ARG(edge.name)),
                              relation->definition->name.place};
    if (!claim.owner.data) {
        return WEFT_NO_MEMORY;
    }
    return weft_build_add_edge(builder, relation->from, &edge, &claim, &relation->edge);
}

static weft_code set_reverse(weft_builder *builder, weft_relation_draft *relation)
{
    (void)builder;
    if (relation->edge && relation->reverse) {
        relation->edge->reverse = relation->reverse->edge;
    }
    return WEFT_OK;
}

/* cascades: { delete: [comments] } */
static void mark_cascades(weft_builder *builder, weft_model_draft *draft)
{
    const weft_words *cascades = &draft->definition->cascades_delete;
    for (size_t i = 0; i < cascades->count; i++) {
        const weft_word *name = &cascades->items[i];
        weft_str best = {NULL, 0};
        weft_relation_draft *found = NULL;
        for (size_t r = 0; r < draft->definition->relations.count; r++) {
            weft_relation_draft *relation = &draft->relations[r];
            const weft_str candidate = relation->definition->name.text;
            found = weft_str_equal(candidate, name->text) ? relation : found;
            const weft_str candidates[] = {best.len ? best : candidate, candidate};
            best = weft_str_nearest(name->text, candidates, WEFT_COUNT_OF(candidates));
        }
        if (!found) {
            weft_error *error = weft_problem(builder->shop,
                                             name->place,
                                             WEFT_INVALID_DEFINITION,
                                             "the model \"%.*s\" has no relation \"%.*s\" to cascade",
                                             WEFT_STR_ARG(model_name(draft)),
                                             WEFT_STR_ARG(name->text));
            if (best.len) {
                weft_error_set_hint(error, "Did you mean \"%.*s\"?", WEFT_STR_ARG(best));
            }
        } else if (found->definition->kind == WEFT_RELATION_BELONGS_TO) {
            weft_error *error = weft_problem(builder->shop,
                                             name->place,
                                             WEFT_INVALID_DEFINITION,
                                             "the relation \"%.*s\" leads to a parent and cannot be cascaded",
                                             WEFT_STR_ARG(name->text));
            weft_error_set_hint(error, "A deletion goes from parents to children: cascade on the other model.");
        } else if (found->edge) {
            found->edge->cascades_delete = true;
        }
    }
}

weft_code weft_build_relation_edges(weft_builder *builder)
{
    WEFT_TRY(for_each_relation(builder, add_edge));
    WEFT_TRY(for_each_relation(builder, set_reverse));
    for (size_t d = 0; d < builder->drafts.count; d++) {
        if (builder->drafts.items[d]->definition) {
            mark_cascades(builder, builder->drafts.items[d]);
        }
    }
    return WEFT_OK;
}
