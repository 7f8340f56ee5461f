/* Renames that go in a circle: each of the names is always there, so that nothing could tell whether they ran. */
#include "define/build.h"

/* A table of a store or a column of a model that had another name. */
typedef struct renamed {
    const void *owner; /* names of one owner meet: the store, the model */
    const char *kind;
    weft_str name;
    weft_str from;
    weft_place place;
} renamed;

typedef WEFT_VEC(renamed) renamed_list;

static weft_place place_of_field(const weft_model_draft *draft, const weft_field *field)
{
    const weft_model_definition *definition = draft->definition;
    for (size_t i = 0; definition && i < definition->fields.count; i++) {
        if (weft_str_equal(definition->fields.items[i].name.text, field->name)) {
            return definition->fields.items[i].renamed_from.place;
        }
    }
    return draft->place;
}

static weft_code add_draft(const weft_builder *builder, const weft_model_draft *draft, renamed_list *list)
{
    const weft_model *model = draft->model;
    const renamed table = {.owner = model->store,
                           .kind = "table",
                           .name = model->table,
                           .from = model->renamed_from,
                           .place = draft->definition ? draft->definition->renamed_from.place : draft->place};
    if (table.from.len > 0 && !weft_vec_push(builder->shop->scratch, list, table)) {
        return WEFT_NO_MEMORY;
    }
    for (size_t i = 0; i < model->field_count; i++) {
        const weft_field *field = &draft->fields[i];
        const renamed column = {.owner = model,
                                .kind = "column",
                                .name = field->column,
                                .from = field->renamed_from,
                                .place = place_of_field(draft, field)};
        if (column.from.len > 0 && !weft_vec_push(builder->shop->scratch, list, column)) {
            return WEFT_NO_MEMORY;
        }
    }
    return WEFT_OK;
}

/* The one that has the name `item` had, or the number of all. */
static size_t find_source(const renamed_list *list, size_t item)
{
    size_t at = 0;
    while (at < list->count && (list->items[at].owner != list->items[item].owner ||
                                !weft_str_equal(list->items[at].name, list->items[item].from))) {
        at++;
    }
    return at;
}

/* Told by the first of the circle alone; a name that stays what it is does no harm. */
static bool begins_circle(const renamed_list *list, size_t first)
{
    size_t at = find_source(list, first);
    bool is_circle = at != first;
    for (size_t steps = 0; at != first && is_circle; steps++) {
        is_circle = at > first && at < list->count && steps < list->count;
        at = is_circle ? find_source(list, at) : at;
    }
    return is_circle;
}

weft_code weft_build_renames(weft_builder *builder)
{
    renamed_list list = {0};
    for (size_t i = 0; i < builder->drafts.count; i++) {
        WEFT_TRY(add_draft(builder, builder->drafts.items[i], &list));
    }
    for (size_t i = 0; i < list.count; i++) {
        const renamed *item = &list.items[i];
        if (!begins_circle(&list, i)) {
            continue;
        }
        weft_error *error =
            weft_problem(builder->shop,
                         item->place,
                         WEFT_INVALID_DEFINITION,
                         "the %s \"%.*s\" is renamed from \"%.*s\", which in the end is renamed from it",
                         item->kind,
                         WEFT_STR_ARG(item->name),
                         WEFT_STR_ARG(item->from));
        weft_error_set_hint(error, "Rename one to a name that is free, migrate, and rename it again.");
    }
    return WEFT_OK;
}
