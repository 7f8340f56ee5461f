/* A catalog with only what a view shows. Models, fields and edges are copied, so that each leads to copies again; what
 * is not shown has no name there. */
#include "model/lookup.h"
#include "model/role.h"

typedef struct copier {
    const weft_view *view;
    weft_arena *keep;
    weft_model **models; /* by the index of the whole catalog; NULL: not shown */
} copier;

/* Fields that are shown, with their names. False when out of memory. */
static bool copy_fields(copier *copy, const weft_model *from, weft_model *to)
{
    weft_field *fields = WEFT_ARENA_ARRAY(copy->keep, weft_field, from->field_count);
    size_t *places = WEFT_ARENA_ARRAY(copy->keep, size_t, from->field_count);
    bool is_fine = fields && places;
    to->fields = fields;
    to->field_count = 0;
    for (size_t i = 0; is_fine && i < from->field_count; i++) {
        if (weft_view_shows_field(copy->view, &from->fields[i])) {
            places[i] = to->field_count;
            fields[to->field_count] = from->fields[i];
            fields[to->field_count].model = to;
            fields[to->field_count].index = (uint32_t)to->field_count;
            to->field_count++;
        }
    }
    weft_map_init(&to->field_map, copy->keep);
    for (size_t i = 0; is_fine && i < from->field_map.capacity; i++) {
        const weft_map_slot *slot = &from->field_map.slots[i];
        const weft_field *field = slot->value;
        if (field && weft_view_shows_field(copy->view, field)) {
            is_fine = weft_map_set(&to->field_map, slot->key, &fields[places[field->index]]);
        }
    }
    return is_fine;
}

static bool copy_keys(copier *copy, const weft_model *from, weft_model *to)
{
    const weft_field **keys = WEFT_ARENA_ARRAY(copy->keep, const weft_field *, from->key_count);
    for (size_t i = 0; keys && i < from->key_count; i++) {
        keys[i] = weft_model_field(to, from->keys[i]->name);
    }
    to->keys = keys;
    return keys != NULL;
}

/* The model without anything in it. */
static weft_model *make_shell(copier *copy, const weft_model *from)
{
    weft_model *to = WEFT_ARENA_NEW(copy->keep, weft_model);
    if (!to) {
        return NULL;
    }
    *to = *from;
    to->fields = NULL;
    to->field_count = 0;
    to->edges = NULL;
    to->edge_count = 0;
    to->indexes = NULL;
    to->index_count = 0;
    to->checks = NULL;
    to->check_count = 0;
    weft_map_init(&to->field_map, copy->keep);
    weft_map_init(&to->edge_map, copy->keep);
    return to;
}

static bool copy_model(copier *copy, const weft_model *from)
{
    weft_model *to = make_shell(copy, from);
    copy->models[from->index] = to;
    return to && copy_fields(copy, from, to) && copy_keys(copy, from, to);
}

/* What an edge goes through: the copy, or a stub. */
static const weft_model *copy_through(copier *copy, const weft_model *through)
{
    return copy->models[through->index] ? copy->models[through->index] : make_shell(copy, through);
}

static bool copy_edges(copier *copy, const weft_model *from, weft_model *to)
{
    weft_edge *edges = WEFT_ARENA_ARRAY(copy->keep, weft_edge, from->edge_count);
    bool is_fine = edges != NULL;
    to->edges = edges;
    for (size_t i = 0; is_fine && i < from->edge_count; i++) {
        const weft_edge *edge = &from->edges[i];
        if (!weft_view_shows_edge(copy->view, edge)) {
            continue;
        }
        weft_edge *made = &edges[to->edge_count];
        *made = *edge;
        made->from = to;
        made->to = copy->models[edge->to->index];
        made->index = (uint32_t)to->edge_count++;
        made->through = edge->through ? copy_through(copy, edge->through) : NULL;
        made->reverse = edge->reverse && weft_view_shows_edge(copy->view, edge->reverse) ? edge->reverse : NULL;
        is_fine = (!edge->through || made->through) && weft_map_set(&to->edge_map, edge->name, made);
    }
    return is_fine;
}

static bool copy_names(copier *copy, weft_catalog *catalog)
{
    const weft_map *names = &copy->view->catalog->entity_map;
    bool is_fine = true;
    weft_map_init(&catalog->entity_map, copy->keep);
    for (size_t i = 0; i < names->capacity; i++) {
        for (const weft_entity_name *at = names->slots[i].value; is_fine && at; at = at->next) {
            const weft_model *model = copy->models[at->model->index];
            is_fine = !model || weft_entity_map_add(&catalog->entity_map, copy->keep, names->slots[i].key, model);
        }
    }
    return is_fine;
}

static bool copy_models(copier *copy, weft_catalog *catalog)
{
    const weft_catalog *whole = copy->view->catalog;
    const weft_model **models = WEFT_ARENA_ARRAY(copy->keep, const weft_model *, whole->model_count);
    copy->models = WEFT_ARENA_ARRAY(copy->keep, weft_model *, whole->model_count);
    bool is_fine = models && copy->models;
    for (size_t i = 0; is_fine && i < whole->model_count; i++) {
        is_fine = !weft_view_shows_model(copy->view, whole->models[i]) || copy_model(copy, whole->models[i]);
    }
    catalog->models = models;
    catalog->model_count = 0;
    for (size_t i = 0; is_fine && i < whole->model_count; i++) {
        if (copy->models[i]) {
            models[catalog->model_count++] = copy->models[i];
            is_fine = copy_edges(copy, whole->models[i], copy->models[i]);
        }
    }
    return is_fine;
}

static bool copy_links(copier *copy, weft_catalog *catalog)
{
    const weft_catalog *whole = copy->view->catalog;
    const weft_link **links = WEFT_ARENA_ARRAY(copy->keep, const weft_link *, whole->link_count);
    catalog->links = links;
    catalog->link_count = 0;
    for (size_t i = 0; links && i < whole->link_count; i++) {
        if (whole->links[i]->model && copy->models[whole->links[i]->model->index]) {
            links[catalog->link_count++] = whole->links[i];
        }
    }
    return links != NULL;
}

weft_code weft_view_catalog(const weft_view *view, weft_arena *keep, const weft_catalog **ret_catalog)
{
    weft_catalog *catalog = WEFT_ARENA_NEW(keep, weft_catalog);
    copier copy = {.view = view, .keep = keep};
    if (!catalog) {
        return WEFT_NO_MEMORY;
    }
    *catalog = *view->catalog;
    if (!copy_models(&copy, catalog) || !copy_links(&copy, catalog) || !copy_names(&copy, catalog)) {
        return WEFT_NO_MEMORY;
    }
    *ret_catalog = catalog;
    return WEFT_OK;
}
