/* Room for edges, and names claimed by fields and edges: a property of a model belongs to one of them. */
#include "define/build.h"

weft_code weft_build_claim(
    weft_builder *builder, weft_map *map, weft_str key, const weft_claim *claim, const weft_claim **ret_other)
{
    const weft_claim *other = weft_map_get(map, key);
    *ret_other = other;
    if (other) {
        return WEFT_OK;
    }
    weft_claim *mine = WEFT_ARENA_NEW(builder->shop->scratch, weft_claim);
    if (!mine) {
        return WEFT_NO_MEMORY;
    }
    *mine = *claim;
    return weft_map_set(map, key, mine) ? WEFT_OK : WEFT_NO_MEMORY;
}

weft_error *weft_build_fail_clash(
    weft_builder *builder, weft_str name, weft_str what, const weft_claim *second, const weft_claim *first)
{
    weft_error *error = weft_problem(builder->shop,
                                     second->place,
                                     WEFT_NAME_CLASH,
                                     "\"%.*s\" would be %.*s twice",
                                     WEFT_STR_ARG(name),
                                     WEFT_STR_ARG(what));
    const weft_str here = weft_place_text(second->place, builder->shop->scratch);
    const weft_str there = weft_place_text(first->place, builder->shop->scratch);
    weft_error_set_detail(error,
                          "It comes from %.*s (%.*s) and from %.*s (%.*s).",
                          WEFT_STR_ARG(first->owner),
                          WEFT_STR_ARG(there),
                          WEFT_STR_ARG(second->owner),
                          WEFT_STR_ARG(here));
    return error;
}

weft_code weft_build_make_edges(weft_builder *builder)
{
    for (size_t i = 0; i < builder->drafts.count; i++) {
        weft_model_draft *draft = builder->drafts.items[i];
        draft->edge_capacity += draft->definition ? draft->definition->relations.count : 0;
        draft->edges = WEFT_ARENA_ARRAY(builder->shop->keep, weft_edge, draft->edge_capacity);
        if (!draft->edges) {
            return WEFT_NO_MEMORY;
        }
        draft->model->edges = draft->edges;
    }
    return WEFT_OK;
}

weft_code weft_build_add_edge(weft_builder *builder,
                              weft_model_draft *draft,
                              const weft_edge *edge,
                              const weft_claim *claim,
                              weft_edge **ret_edge)
{
    weft_model *model = draft->model;
    const weft_claim *other = NULL;
    *ret_edge = NULL;
    WEFT_TRY(weft_build_claim(builder, &draft->claims, edge->name, claim, &other));
    if (other) {
        const weft_str what =
            weft_str_format(builder->shop->scratch, "a property of \"%.*s\"", WEFT_STR_ARG(model->name));
        weft_error *error = weft_build_fail_clash(builder, edge->name, what, claim, other);
        if (edge->link) {
            weft_error_set_hint(error, "Give the link's side another \"alias\".");
        }
        return what.data ? WEFT_OK : WEFT_NO_MEMORY;
    }
    weft_edge *mine = &draft->edges[model->edge_count];
    *mine = *edge;
    mine->index = (uint32_t)model->edge_count++;
    *ret_edge = mine;
    return weft_map_set(&model->edge_map, mine->name, mine) ? WEFT_OK : WEFT_NO_MEMORY;
}
