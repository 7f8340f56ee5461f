/* A walk over all of a query: outputs, filters at any depth, orders with the keys that cursors hold, aggregates, and
 * what `withDeleted` looks at. Recursion is as deep as paths and filters may be, which query/ bounds. */
#include "query/uses.h"

typedef struct finder {
    weft_uses *uses;
    weft_arena *keep;
    bool has_failed;
} finder;

static weft_model_uses *use_model(finder *find, const weft_model *model)
{
    weft_model_uses *uses = &find->uses->models[model->index];
    uses->is_used = true;
    if (!uses->fields) {
        uses->fields = WEFT_ARENA_ARRAY(find->keep, bool, model->field_count);
        uses->starred = WEFT_ARENA_ARRAY(find->keep, bool, model->field_count);
        uses->edges = WEFT_ARENA_ARRAY(find->keep, bool, model->edge_count);
    }
    find->has_failed = find->has_failed || !uses->fields || !uses->starred || !uses->edges;
    return uses;
}

static void use_field(finder *find, const weft_field *field)
{
    weft_model_uses *uses = field ? use_model(find, field->model) : NULL;
    if (uses && !find->has_failed) {
        uses->fields[field->index] = true;
        uses->starred[field->index] = false;
    }
}

static void use_starred_field(finder *find, const weft_field *field)
{
    weft_model_uses *uses = use_model(find, field->model);
    if (!find->has_failed && !uses->fields[field->index]) {
        uses->fields[field->index] = true;
        uses->starred[field->index] = true;
    }
}

static void use_edge(finder *find, const weft_edge *edge)
{
    weft_model_uses *uses = edge ? use_model(find, edge->from) : NULL;
    if (uses && !find->has_failed) {
        uses->edges[edge->index] = true;
        (void)use_model(find, edge->to);
    }
}

static void use_order(finder *find, const weft_order *order)
{
    for (size_t i = 0; i < order->edge_count; i++) {
        use_edge(find, order->edges[i]);
    }
    use_field(find, order->field);
}

/* An edge that a condition names is used even where nothing of its partners is asked. */
static void use_filter(finder *find, const weft_filter *filter)
{
    if (!filter) {
        return;
    }
    use_edge(find, filter->edge);
    use_edge(find, filter->named);
    use_field(find, filter->field);
    use_filter(find, filter->child);
    if (filter->order) {
        use_order(find, filter->order);
    }
    for (size_t i = 0; i < filter->child_count; i++) {
        use_filter(find, filter->children[i]);
    }
}

static void use_selection(finder *find, const weft_selection *selection)
{
    (void)use_model(find, selection->model);
    use_edge(find, selection->edge);
    use_filter(find, selection->filter);
    for (size_t i = 0; i < selection->order_count; i++) {
        use_order(find, &selection->order[i]);
    }
    if (selection->with_deleted) {
        use_field(find, selection->model->deleted_at);
    }
    for (size_t i = 0; i < selection->output_count; i++) {
        const weft_output *output = &selection->outputs[i];
        if (output->is_starred) {
            use_starred_field(find, output->field);
        } else {
            use_field(find, output->field);
        }
        use_edge(find, output->edge);
        if (output->selection) {
            use_selection(find, output->selection);
        }
    }
}

bool weft_uses_find(const weft_query *query, weft_arena *keep, weft_uses *ret_uses)
{
    const size_t count = query->catalog->model_count;
    weft_uses uses = {query->catalog, WEFT_ARENA_ARRAY(keep, weft_model_uses, count), count};
    finder find = {.uses = &uses, .keep = keep, .has_failed = !uses.models};
    if (!find.has_failed) {
        use_selection(&find, query->root);
    }
    *ret_uses = uses;
    return !find.has_failed;
}
