/* What a view shows. */
#include "model/role.h"

const weft_role *weft_catalog_role(const weft_catalog *catalog, weft_str name)
{
    for (size_t i = 0; i < catalog->role_count; i++) {
        if (weft_str_equal(catalog->roles[i].name, name)) {
            return &catalog->roles[i];
        }
    }
    return NULL;
}

bool weft_view_is_whole(const weft_view *view)
{
    return (!view->role || view->role->is_whole) && !view->modules;
}

static bool has_module(const weft_view *view, const weft_model *model)
{
    return !view->modules || view->modules[model->module->index];
}

bool weft_view_shows_model(const weft_view *view, const weft_model *model)
{
    if (model->is_pivot || (view->role && !view->role->grants[model->index].is_visible)) {
        return false;
    }
    return model->link ? has_module(view, model->link->left.model) && has_module(view, model->link->right.model)
                       : has_module(view, model);
}

bool weft_view_shows_field(const weft_view *view, const weft_field *field)
{
    const weft_model *model = field->model;
    return weft_view_shows_model(view, model) && (!view->role || view->role->grants[model->index].fields[field->index]);
}

bool weft_view_shows_edge(const weft_view *view, const weft_edge *edge)
{
    return weft_view_shows_model(view, edge->from) && weft_view_shows_model(view, edge->to) &&
           (!view->role || view->role->grants[edge->from->index].edges[edge->index]);
}
