/* Pivot tables of many-to-many relations, as Medusa makes them: both tables' names in order, the second as plural; a
 * column "<table>_id" for each side, both the primary key. A relation of a model with itself numbers its columns. */
#include "define/build.h"
#include "model/names.h"

static bool says_pivot(const weft_relation_definition *definition)
{
    return definition->pivot_table.text.data || definition->join_column.text.data ||
           definition->inverse_join_column.text.data;
}

/* The relation of the pair that says how the pivot is made: the one that says anything, else `relation`. */
static const weft_relation_draft *speaker_of(const weft_relation_draft *relation)
{
    const weft_relation_draft *other = relation->reverse;
    const weft_relation_definition *theirs = other ? other->definition : NULL;
    const bool others_speaks = theirs && (theirs->pivot_table.text.data || theirs->join_column.text.data ||
                                          theirs->inverse_join_column.text.data);
    return others_speaks ? other : relation;
}

static weft_code pivot_table(weft_builder *builder, const weft_relation_draft *speaker, weft_str *ret_table)
{
    weft_arena *keep = builder->shop->keep;
    if (speaker->definition->pivot_table.text.data) {
        *ret_table = speaker->definition->pivot_table.text;
        return WEFT_OK;
    }
    const weft_str mine = speaker->from->model->table;
    const weft_str theirs = speaker->to->model->table;
    const bool is_mine_first = weft_str_compare(mine, theirs) <= 0;
    const weft_str first = is_mine_first ? mine : theirs;
    const weft_str second = weft_name_plural(is_mine_first ? theirs : mine, builder->shop->scratch);
    if (!second.data) {
        return WEFT_NO_MEMORY;
    }
    const weft_str table =
        weft_str_format(builder->shop->scratch, "%.*s_%.*s", WEFT_STR_ARG(first), WEFT_STR_ARG(second));
    if (!table.data) {
        return WEFT_NO_MEMORY;
    }
    *ret_table = weft_name_compress(table, keep);
    return ret_table->data ? WEFT_OK : WEFT_NO_MEMORY;
}

static weft_code add_key(weft_builder *builder,
                         weft_model_draft *pivot,
                         const weft_model_draft *side,
                         const weft_word *given,
                         const char *suffix,
                         const weft_field **ret_field)
{
    const weft_str column =
        given->text.data ? given->text
                         : weft_str_format(builder->shop->keep, "%.*s%s_id", WEFT_STR_ARG(side->model->table), suffix);
    if (!column.data) {
        return WEFT_NO_MEMORY;
    }
    weft_field field = weft_build_reference_field(column, column, side->model->keys[0]);
    field.is_primary_key = true;
    weft_field *added = NULL;
    WEFT_TRY(weft_build_add_field(builder, pivot, &field, pivot->place, &added));
    if (added) {
        pivot->keys[pivot->model->key_count++] = added;
    }
    *ret_field = added;
    return WEFT_OK;
}

static weft_code build_pivot(weft_builder *builder, weft_relation_draft *relation)
{
    const weft_relation_draft *speaker = speaker_of(relation);
    const weft_relation_definition *definition = speaker->definition;
    const bool is_self = speaker->from == speaker->to;
    weft_str table = {NULL, 0};
    WEFT_TRY(pivot_table(builder, speaker, &table));
    weft_model_draft *pivot = weft_build_add_draft(builder, definition->name.place, 2);
    if (!pivot) {
        return WEFT_NO_MEMORY;
    }
    WEFT_TRY(weft_build_name_model(builder, pivot, table, table));
    pivot->model->is_pivot = true;
    pivot->model->is_managed = speaker->from->model->is_managed;
    pivot->model->is_served = speaker->from->model->is_served;
    pivot->model->schema = speaker->from->model->schema;
    pivot->model->module = speaker->from->model->module;
    pivot->model->store = speaker->from->model->store;
    const weft_field *from = NULL;
    const weft_field *to = NULL;
    WEFT_TRY(add_key(builder, pivot, speaker->from, &definition->join_column, is_self ? "_1" : "", &from));
    WEFT_TRY(add_key(builder, pivot, speaker->to, &definition->inverse_join_column, is_self ? "_2" : "", &to));
    const bool is_turned = speaker != relation;
    relation->pivot = pivot;
    relation->pivot_from = is_turned ? to : from;
    relation->pivot_to = is_turned ? from : to;
    if (relation->reverse) {
        relation->reverse->pivot = pivot;
        relation->reverse->pivot_from = relation->pivot_to;
        relation->reverse->pivot_to = relation->pivot_from;
    }
    return WEFT_OK;
}

static weft_code build_pivot_once(weft_builder *builder, weft_relation_draft *relation)
{
    if (!relation->to || relation->definition->kind != WEFT_RELATION_MANY_TO_MANY || relation->pivot) {
        return WEFT_OK;
    }
    if (relation->reverse && says_pivot(relation->definition) && says_pivot(relation->reverse->definition)) {
        weft_error *error = weft_problem(builder->shop,
                                         relation->definition->name.place,
                                         WEFT_INVALID_DEFINITION,
                                         "both sides of the relation \"%.*s\" say how its pivot table is made",
                                         WEFT_STR_ARG(relation->definition->name.text));
        weft_error_set_hint(error, "Give \"pivotTable\", \"joinColumn\" and \"inverseJoinColumn\" on one side only.");
    }
    return build_pivot(builder, relation);
}

static weft_code build_model_pivots(weft_builder *builder, weft_model_draft *draft)
{
    for (size_t i = 0; i < draft->definition->relations.count; i++) {
        WEFT_TRY(build_pivot_once(builder, &draft->relations[i]));
    }
    return WEFT_OK;
}

weft_code weft_build_pivots(weft_builder *builder)
{
    /* Pivots go to the end of the list that is walked. */
    const size_t model_count = builder->drafts.count;
    for (size_t d = 0; d < model_count; d++) {
        WEFT_TRY(build_model_pivots(builder, builder->drafts.items[d]));
    }
    return WEFT_OK;
}
