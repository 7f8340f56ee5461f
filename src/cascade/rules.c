/* Answers out of the catalog alone. */
#include "cascade/rules.h"

#include "cascade/cascade.h"

/* Does the parent delete its children along the relation that `edge` walks upward? */
static bool parent_cascades(const weft_edge *edge)
{
    for (size_t i = 0; i < edge->to->edge_count; i++) {
        const weft_edge *down = &edge->to->edges[i];
        if (down->cascades_delete && !down->through && down->to == edge->from && down->to_field == edge->from_field) {
            return true;
        }
    }
    return false;
}

weft_cascade_reference weft_cascade_reference_of(const weft_edge *edge)
{
    const bool is_upward = edge->kind == WEFT_EDGE_RELATION && !edge->through && edge->from_field->is_foreign_key;
    if (!is_upward || !edge->from->is_managed || !edge->to->is_managed) {
        return WEFT_CASCADE_REFERENCE_NONE;
    }
    if (edge->to->key_count != 1 || edge->to->keys[0] != edge->to_field || edge->from->store != edge->to->store) {
        return WEFT_CASCADE_REFERENCE_NONE;
    }
    if (parent_cascades(edge)) {
        return WEFT_CASCADE_REFERENCE_FOLLOW;
    }
    return edge->from_field->is_nullable ? WEFT_CASCADE_REFERENCE_CLEAR : WEFT_CASCADE_REFERENCE_REFUSE;
}

const weft_link_side *weft_cascade_other_side(const weft_link *link, const weft_link_side *side)
{
    return side == &link->left ? &link->right : &link->left;
}

/* Models whose rows a deletion may come to, followed to the end. */
typedef struct reach {
    bool *is_seen;    /* by model */
    bool *is_reached; /* by store */
    bool *is_touched; /* by model: also those whose rows are only looked at, or changed */
    bool has_grown;
} reach;

static bool is_seen(const reach *r, const weft_model *model)
{
    return r->is_seen[model->index];
}

static void touch(reach *r, const weft_model *model)
{
    r->is_touched[model->index] = true;
    r->is_reached[model->store->index] = true;
}

static void see(reach *r, const weft_model *model)
{
    r->has_grown = r->has_grown || !r->is_seen[model->index];
    r->is_seen[model->index] = true;
    touch(r, model);
}

static void reach_by_link(reach *r, const weft_link *link, const weft_link_side *side)
{
    const weft_link_side *other = weft_cascade_other_side(link, side);
    if (!is_seen(r, side->model) || other->on_delete == WEFT_ON_DELETE_KEEP) {
        return;
    }
    touch(r, link->model);
    if (other->on_delete == WEFT_ON_DELETE_RESTRICT) {
        touch(r, other->model); /* whether the holder lives is looked up there */
    } else if (other->on_delete != WEFT_ON_DELETE_UNLINK) {
        see(r, other->model);
    }
}

static void reach_by_relations(reach *r, const weft_model *model)
{
    for (size_t i = 0; i < model->edge_count; i++) {
        const weft_edge *edge = &model->edges[i];
        if (edge->kind == WEFT_EDGE_RELATION && !edge->through && edge->cascades_delete && is_seen(r, model)) {
            see(r, edge->to);
        }
        const weft_cascade_reference reference = weft_cascade_reference_of(edge);
        if (reference == WEFT_CASCADE_REFERENCE_NONE || !is_seen(r, edge->to)) {
            continue;
        }
        if (reference == WEFT_CASCADE_REFERENCE_FOLLOW) {
            see(r, edge->from);
        } else {
            touch(r, edge->from); /* of the same store: its rows hold this one back, or lose their reference */
        }
    }
}

static void follow(reach *r, const weft_catalog *catalog)
{
    while (r->has_grown) {
        r->has_grown = false;
        for (size_t i = 0; i < catalog->model_count; i++) {
            reach_by_relations(r, catalog->models[i]);
        }
        for (size_t i = 0; i < catalog->link_count; i++) {
            const weft_link *link = catalog->links[i];
            if (!link->is_read_only) {
                reach_by_link(r, link, &link->left);
                reach_by_link(r, link, &link->right);
            }
        }
    }
}

/* NOLINTNEXTLINE(readability-non-const-parameter): written through `r` */
bool weft_cascade_reach(const weft_catalog *catalog, const weft_model *model, weft_arena *scratch, bool *is_reached)
{
    reach r = {.is_seen = WEFT_ARENA_ARRAY(scratch, bool, catalog->model_count),
               .is_touched = WEFT_ARENA_ARRAY(scratch, bool, catalog->model_count),
               .is_reached = is_reached};
    if (!r.is_seen || !r.is_touched) {
        return false;
    }
    see(&r, model);
    follow(&r, catalog);
    return true;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): written through `r` */
bool weft_cascade_touches(const weft_catalog *catalog, const weft_model *model, weft_arena *scratch, bool *is_touched)
{
    reach r = {.is_seen = WEFT_ARENA_ARRAY(scratch, bool, catalog->model_count),
               .is_touched = is_touched,
               .is_reached = WEFT_ARENA_ARRAY(scratch, bool, catalog->store_count)};
    if (!r.is_seen || !r.is_reached) {
        return false;
    }
    see(&r, model);
    follow(&r, catalog);
    return true;
}

/* Must rows of `model` go before those of `other`? */
static bool points_at(const weft_model *model, const weft_model *other)
{
    for (size_t i = 0; i < model->edge_count; i++) {
        const weft_edge *edge = &model->edges[i];
        const weft_cascade_reference reference = weft_cascade_reference_of(edge);
        const bool is_binding =
            reference == WEFT_CASCADE_REFERENCE_REFUSE || reference == WEFT_CASCADE_REFERENCE_FOLLOW;
        if (is_binding && edge->to == other && model != other) {
            return true;
        }
    }
    return model->is_pivot && !other->is_pivot;
}

static bool is_free(const weft_catalog *catalog, const bool *waits, const weft_model *model)
{
    for (size_t i = 0; i < catalog->model_count; i++) {
        if (waits[i] && points_at(catalog->models[i], model)) {
            return false;
        }
    }
    return true;
}

/* The first that nothing points at; where everything is pointed at, which no rows can be, just the first. */
static const weft_model *next_model(const weft_catalog *catalog, const bool *waits)
{
    const weft_model *first = NULL;
    for (size_t i = 0; i < catalog->model_count; i++) {
        if (!waits[i]) {
            continue;
        }
        if (is_free(catalog, waits, catalog->models[i])) {
            return catalog->models[i];
        }
        first = first ? first : catalog->models[i];
    }
    return first;
}

bool weft_cascade_removal_order(const weft_catalog *catalog,
                                const bool *wanted,
                                weft_arena *keep,
                                const weft_model ***ret_models,
                                size_t *ret_count)
{
    bool *waits = WEFT_ARENA_ARRAY(keep, bool, catalog->model_count);
    const weft_model **models = WEFT_ARENA_ARRAY(keep, const weft_model *, catalog->model_count);
    if (!waits || !models) {
        return false;
    }
    for (size_t i = 0; i < catalog->model_count; i++) {
        waits[i] = wanted[i];
    }
    size_t count = 0;
    for (const weft_model *next = next_model(catalog, waits); next; next = next_model(catalog, waits)) {
        waits[next->index] = false;
        models[count++] = next;
    }
    *ret_models = models;
    *ret_count = count;
    return true;
}
