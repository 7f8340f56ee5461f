/* Which link rows exist for a caller: those of which both ends do.
 *
 * What else exists is asked for by every step wherever it reads a model, as liveness is. A link row says of itself only
 * whom it joins, and its ends may live in other stores: so that they exist is made a condition like any other, and the
 * planner finds out as for any other. Deleted ends exist too. Fails only by running out of memory. */
#include "query/resolver.h"

#include "base/fail.h"

/* An end that exists, deleted or not. */
static weft_code add_end(const weft_resolver *resolver,
                         const weft_link_side *side,
                         const weft_filter **ends,
                         size_t *count)
{
    weft_filter *filter = WEFT_ARENA_NEW(resolver->keep, weft_filter);
    if (!filter) {
        return weft_fail_arena(resolver->error, resolver->keep);
    }
    *filter = (weft_filter){
        .kind = WEFT_FILTER_EDGE, .edge = side->side_edge, .quantifier = WEFT_QUANTIFIER_SOME, .with_deleted = true};
    ends[(*count)++] = filter;
    return WEFT_OK;
}

/* The row was reached from the record at its other end, which exists. */
static bool is_known(const weft_link_side *other, const weft_edge *via)
{
    return via && via->kind == WEFT_EDGE_LINK_ROW && via == other->row_edge;
}

weft_code weft_ends_resolve(const weft_resolver *resolver,
                            const weft_model *model,
                            const weft_edge *via,
                            const weft_filter **ret_filter)
{
    const weft_filter *ends[2] = {NULL, NULL};
    const weft_link *link = model->link;
    size_t count = 0;
    *ret_filter = NULL;
    if (!weft_row_scope_rule_ends(resolver->rows, model)) {
        return WEFT_OK;
    }
    if (weft_row_scope_rule_side(resolver->rows, &link->left) && !is_known(&link->right, via)) {
        WEFT_TRY(add_end(resolver, &link->left, ends, &count));
    }
    if (weft_row_scope_rule_side(resolver->rows, &link->right) && !is_known(&link->left, via)) {
        WEFT_TRY(add_end(resolver, &link->right, ends, &count));
    }
    if (count == 2) {
        return weft_filter_join(resolver, WEFT_FILTER_AND, ends, 2, WEFT_STR(""), ret_filter);
    }
    *ret_filter = ends[0];
    return WEFT_OK;
}

weft_code weft_ends_join(const weft_resolver *resolver,
                         const weft_model *model,
                         const weft_edge *via,
                         const weft_filter *filter,
                         bool is_every,
                         const weft_filter **ret_filter)
{
    const weft_filter *both[2] = {NULL, filter};
    WEFT_TRY(weft_ends_resolve(resolver, model, via, &both[0]));
    if (!both[0] || (is_every && !filter)) {
        *ret_filter = filter;
        return WEFT_OK;
    }
    if (is_every) {
        WEFT_TRY(weft_filter_join(resolver, WEFT_FILTER_NOT, both, 1, WEFT_STR(""), &both[0]));
    }
    if (filter) {
        const weft_filter_kind kind = is_every ? WEFT_FILTER_OR : WEFT_FILTER_AND;
        return weft_filter_join(resolver, kind, both, 2, filter->where, ret_filter);
    }
    *ret_filter = both[0];
    return WEFT_OK;
}

weft_code weft_ends_along(const weft_resolver *resolver,
                          const weft_edge *const *edges,
                          size_t edge_count,
                          const weft_filter *const **ret_ends)
{
    const weft_filter **ends = WEFT_ARENA_ARRAY(resolver->keep, const weft_filter *, edge_count);
    bool has_any = false;
    if (!ends) {
        return weft_fail_arena(resolver->error, resolver->keep);
    }
    for (size_t i = 0; i < edge_count; i++) {
        WEFT_TRY(weft_ends_resolve(resolver, edges[i]->to, edges[i], &ends[i]));
        has_any = has_any || ends[i];
    }
    *ret_ends = has_any ? ends : NULL;
    return WEFT_OK;
}
