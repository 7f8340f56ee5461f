/* The edges a link adds: from each side to the other, from each side to the link's rows, and from a row to its sides.
 *
 *      product ──blog_posts──▶ blog_post          product ◀──products── blog_post
 *      product ──blog_post_link──▶ row ──blog_post──▶ blog_post          (and the same from the other side)
 */
#include "define/build.h"

/* One side with all that its edges need. */
typedef struct side_view {
    weft_link_side *side;
    weft_model_draft *draft; /* of the side's model */
    weft_str property;       /* what it is called on the other model */
    weft_edge *edge;
    weft_edge *row_edge;
    weft_edge *side_edge;
} side_view;

static weft_code add_walk(
    weft_builder *builder, const weft_link_draft *draft, const weft_claim *claim, const side_view *from, side_view *to)
{
    const weft_edge edge = {.name = to->property,
                            .kind = WEFT_EDGE_LINK,
                            .is_list = to->side->is_list,
                            .from = from->side->model,
                            .to = to->side->model,
                            .from_field = from->side->key,
                            .to_field = to->side->key,
                            .through = draft->table->model,
                            .through_from = from->side->column,
                            .through_to = to->side->column,
                            .link = draft->link};
    return weft_build_add_edge(builder, from->draft, &edge, claim, &to->edge);
}

static weft_code add_row_walk(
    weft_builder *builder, const weft_link_draft *draft, const weft_claim *claim, const side_view *from, side_view *to)
{
    /* Without the property its row edge would only repeat the problem. */
    if (!to->edge) {
        return WEFT_OK;
    }
    const weft_edge edge = {.name = weft_str_format(builder->shop->keep, "%.*s_link", WEFT_STR_ARG(to->side->alias)),
                            .kind = WEFT_EDGE_LINK_ROW,
                            .is_list = to->side->is_list,
                            .from = from->side->model,
                            .to = draft->table->model,
                            .from_field = from->side->key,
                            .to_field = from->side->column,
                            .link = draft->link};
    return edge.name.data ? weft_build_add_edge(builder, from->draft, &edge, claim, &to->row_edge) : WEFT_NO_MEMORY;
}

static weft_code add_side_walk(weft_builder *builder,
                               const weft_link_draft *draft,
                               const weft_claim *claim,
                               side_view *to)
{
    const weft_edge edge = {.name = to->side->alias,
                            .kind = WEFT_EDGE_LINK_SIDE,
                            .from = draft->table->model,
                            .to = to->side->model,
                            .from_field = to->side->column,
                            .to_field = to->side->key,
                            .link = draft->link};
    return weft_build_add_edge(builder, draft->table, &edge, claim, &to->side_edge);
}

static void set_reverse(weft_edge *edge, const weft_edge *reverse)
{
    if (edge) {
        edge->reverse = reverse;
    }
}

static void settle(side_view *view, const side_view *other)
{
    view->side->edge = view->edge;
    view->side->row_edge = view->row_edge;
    view->side->side_edge = view->side_edge;
    set_reverse(view->edge, other->edge);
    /* From product to a row; back from the row to product, which is the other side's edge. */
    set_reverse(view->row_edge, other->side_edge);
    set_reverse(view->side_edge, other->row_edge);
}

static weft_code add_table_edges(
    weft_builder *builder, weft_link_draft *draft, const weft_claim *claim, side_view *left, side_view *right)
{
    WEFT_TRY(add_walk(builder, draft, claim, left, right));
    WEFT_TRY(add_row_walk(builder, draft, claim, left, right));
    WEFT_TRY(add_walk(builder, draft, claim, right, left));
    WEFT_TRY(add_row_walk(builder, draft, claim, right, left));
    WEFT_TRY(add_side_walk(builder, draft, claim, left));
    WEFT_TRY(add_side_walk(builder, draft, claim, right));
    settle(left, right);
    settle(right, left);
    return WEFT_OK;
}

static weft_code add_join(
    weft_builder *builder, const weft_link_draft *draft, const weft_claim *claim, const side_view *from, side_view *to)
{
    const weft_edge edge = {.name = to->property,
                            .kind = WEFT_EDGE_READ_ONLY,
                            .is_list = to->side->is_list,
                            .from = from->side->model,
                            .to = to->side->model,
                            .from_field = from->side->key,
                            .to_field = to->side->key,
                            .link = draft->link};
    return weft_build_add_edge(builder, from->draft, &edge, claim, &to->edge);
}

/* A read-only link is always walked from left to right; back only where the answer's shape is certain: the left side is
 * a list, or its field is unique. */
static weft_code add_read_only_edges(
    weft_builder *builder, weft_link_draft *draft, const weft_claim *claim, side_view *left, side_view *right)
{
    const weft_field *field = left->side->key;
    const bool is_single = field->is_unique || (field->is_primary_key && left->side->model->key_count == 1);
    WEFT_TRY(add_join(builder, draft, claim, left, right));
    if (left->side->is_list || is_single) {
        WEFT_TRY(add_join(builder, draft, claim, right, left));
    }
    settle(left, right);
    settle(right, left);
    return WEFT_OK;
}

static weft_code add_edges(weft_builder *builder, weft_link_draft *draft)
{
    side_view left = {.side = &draft->link->left, .draft = draft->left, .property = draft->left_property};
    side_view right = {.side = &draft->link->right, .draft = draft->right, .property = draft->right_property};
    const weft_claim claim = {
        weft_str_format(builder->shop->scratch, "the link \"%.*s\"", WEFT_STR_ARG(draft->link->name)),
        draft->definition->place};
    if (!claim.owner.data) {
        return WEFT_NO_MEMORY;
    }
    return draft->link->is_read_only ? add_read_only_edges(builder, draft, &claim, &left, &right)
                                     : add_table_edges(builder, draft, &claim, &left, &right);
}

weft_code weft_build_link_edges(weft_builder *builder)
{
    for (size_t i = 0; i < builder->link_count; i++) {
        weft_link_draft *draft = &builder->links[i];
        const bool is_whole = draft->left && draft->right && !draft->is_twin;
        WEFT_TRY(is_whole ? add_edges(builder, draft) : WEFT_OK);
    }
    return WEFT_OK;
}
