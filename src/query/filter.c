/* Filters: conditions as written become conditions on fields and edges of the catalog. Fails as query.h says, each
 * failure with the condition's place. Recursion is as deep as the request's filters, which WEFT_FILTER_DEPTH_MAX
 * bounds. */
#include "query/resolver.h"

#include <string.h>

#include "base/fail.h"

/* Where a condition stands: on a record, on the link row that led to it (is_through), or (field not NULL) below a field
 * of either, where an operator needs no path. */
typedef struct position {
    weft_standpoint from;
    const weft_field *field;
    const weft_str *json_path;
    size_t json_path_len;
    bool is_through;
} position;

static weft_code resolve(const weft_resolver *resolver,
                         const position *at,
                         const weft_condition *condition,
                         const weft_filter **ret_filter);
static weft_code resolve_at_end(const weft_resolver *resolver,
                                const position *at,
                                const weft_trail *trail,
                                const weft_condition *condition,
                                size_t *ret_around,
                                const weft_filter **ret_filter);

weft_code weft_filter_join(const weft_resolver *resolver,
                           weft_filter_kind kind,
                           const weft_filter *const *children,
                           size_t count,
                           weft_str where,
                           const weft_filter **ret_filter)
{
    weft_filter *filter = WEFT_ARENA_NEW(resolver->keep, weft_filter);
    const weft_filter **copy = WEFT_ARENA_ARRAY(resolver->keep, const weft_filter *, count);
    if (!filter || !copy) {
        return weft_fail_arena(resolver->error, resolver->keep);
    }
    for (size_t i = 0; i < count; i++) {
        copy[i] = children[i];
    }
    filter->kind = kind;
    filter->children = copy;
    filter->child_count = count;
    filter->where = where;
    *ret_filter = filter;
    return WEFT_OK;
}

/* `filters` joined; one alone is itself unless it is to be negated. */
static weft_code join(const weft_resolver *resolver,
                      weft_filter_kind kind,
                      const weft_filter *const *filters,
                      size_t count,
                      weft_str where,
                      const weft_filter **ret_filter)
{
    if (count == 1 && kind != WEFT_FILTER_NOT) {
        *ret_filter = filters[0];
        return WEFT_OK;
    }
    return weft_filter_join(resolver, kind, filters, count, where, ret_filter);
}

/* The condition's children, joined. */
static weft_code resolve_children(const weft_resolver *resolver,
                                  const position *at,
                                  const weft_condition *condition,
                                  weft_filter_kind kind,
                                  const weft_filter **ret_filter)
{
    const size_t count = condition->child_count;
    const weft_filter **children = WEFT_ARENA_ARRAY(resolver->scratch, const weft_filter *, count);
    if (!children) {
        return weft_fail_arena(resolver->error, resolver->scratch);
    }
    for (size_t i = 0; i < count; i++) {
        WEFT_TRY(resolve(resolver, at, condition->children[i], &children[i]));
    }
    return join(resolver, kind, children, count, condition->where, ret_filter);
}

static weft_code make_edge(const weft_resolver *resolver,
                           const weft_edge *edge,
                           weft_quantifier quantifier,
                           const weft_filter *child,
                           weft_str where,
                           const weft_filter **ret_filter)
{
    weft_filter *filter = WEFT_ARENA_NEW(resolver->keep, weft_filter);
    if (!filter) {
        return weft_fail_arena(resolver->error, resolver->keep);
    }
    WEFT_TRY(weft_ends_join(resolver, edge->to, edge, child, quantifier == WEFT_QUANTIFIER_EVERY, &child));
    *filter =
        (weft_filter){.kind = WEFT_FILTER_EDGE, .edge = edge, .quantifier = quantifier, .child = child, .where = where};
    *ret_filter = filter;
    return WEFT_OK;
}

/* `inner` seen from the trail's beginning, over its first `count` edges. */
static weft_code wrap(const weft_resolver *resolver,
                      const weft_trail *trail,
                      size_t count,
                      const weft_filter *inner,
                      weft_str where,
                      const weft_filter **ret_filter)
{
    while (count > 0) {
        WEFT_TRY(make_edge(resolver, trail->edges[--count], WEFT_QUANTIFIER_SOME, inner, where, &inner));
    }
    *ret_filter = inner;
    return WEFT_OK;
}

/* Holds of every record, whoever its partners are: an AND of nothing that still knows the edge it was said of. */
static weft_code make_every_of_nothing(const weft_resolver *resolver,
                                       const weft_edge *edge,
                                       weft_str where,
                                       const weft_filter **ret_filter)
{
    weft_filter *filter = WEFT_ARENA_NEW(resolver->keep, weft_filter);
    if (!filter) {
        return weft_fail_arena(resolver->error, resolver->keep);
    }
    *filter = (weft_filter){.kind = WEFT_FILTER_AND, .named = edge, .where = where};
    *ret_filter = filter;
    return WEFT_OK;
}

static weft_code fail_at(const weft_resolver *resolver, const weft_condition *condition, const char *message)
{
    return weft_resolver_at(
        resolver, condition->where, weft_fail(resolver->error, WEFT_INVALID_REQUEST, "%s", message));
}

static weft_quantifier quantifier_of(weft_str name)
{
    if (weft_str_equal_text(name, "$none")) {
        return WEFT_QUANTIFIER_NONE;
    }
    return weft_str_equal_text(name, "$every") ? WEFT_QUANTIFIER_EVERY : WEFT_QUANTIFIER_SOME;
}

static weft_comparison comparison_of(const weft_condition *condition)
{
    return (weft_comparison){
        .operator_name = condition->operator_name, .operand = condition->operand, .where = condition->where};
}

/* A condition that speaks of a field: a comparison, or conditions that each need no path (below JSON: or go on). */
static weft_code resolve_on_field(const weft_resolver *resolver,
                                  const position *field,
                                  const weft_condition *condition,
                                  const weft_filter **ret_filter)
{
    if (condition->operand) {
        weft_comparison comparison = comparison_of(condition);
        comparison.field = field->field;
        comparison.json_path = field->json_path;
        comparison.json_path_len = field->json_path_len;
        comparison.is_through = field->is_through;
        return weft_compare_resolve(resolver, &comparison, ret_filter);
    }
    if (condition->operator_name.len) {
        const weft_code code = weft_fail(resolver->error,
                                         WEFT_INVALID_REQUEST,
                                         "\"%.*s\" needs an edge, and \"%.*s\" is a field",
                                         WEFT_STR_ARG(condition->operator_name),
                                         WEFT_STR_ARG(field->field->name));
        return weft_resolver_at(resolver, condition->where, code);
    }
    return resolve_children(resolver, field, condition, WEFT_FILTER_AND, ret_filter);
}

/* `condition` below the field that `at` stands on. */
static weft_code resolve_below_field(const weft_resolver *resolver,
                                     const position *at,
                                     const weft_condition *condition,
                                     const weft_filter **ret_filter)
{
    if (condition->path.count == 0) {
        return resolve_on_field(resolver, at, condition, ret_filter);
    }
    const weft_path *path = &condition->path;
    if (at->field->type != WEFT_TYPE_JSON) {
        const weft_code code = weft_fail(resolver->error,
                                         WEFT_INVALID_REQUEST,
                                         "\"%.*s\" is a field of type %.*s, with nothing called \"%.*s\" below it",
                                         WEFT_STR_ARG(at->field->name),
                                         WEFT_STR_ARG(weft_type_name(at->field->type)),
                                         WEFT_STR_ARG(path->text));
        weft_error_set_hint(resolver->error, "An object below a field holds operators, such as {\"$eq\": …}.");
        return weft_resolver_at(resolver, condition->where, code);
    }
    if (path->names[0].data[0] == '$') {
        return fail_at(resolver, condition, "aggregates and \"$link\" need an edge, not a json field");
    }
    const size_t count = at->json_path_len + path->count;
    weft_str *names = WEFT_ARENA_ARRAY(resolver->keep, weft_str, count);
    if (!names) {
        return weft_fail_arena(resolver->error, resolver->keep);
    }
    if (at->json_path_len) {
        memcpy(names, at->json_path, at->json_path_len * sizeof(*names));
    }
    memcpy(names + at->json_path_len, path->names, path->count * sizeof(*names));
    const position below = {at->from, at->field, names, count, at->is_through};
    return resolve_on_field(resolver, &below, condition, ret_filter);
}

static weft_code compare_aggregate(const weft_resolver *resolver,
                                   const weft_trail *trail,
                                   const weft_condition *condition,
                                   const weft_filter **ret_filter)
{
    const weft_comparison comparison = comparison_of(condition);
    if (trail->aggregate == WEFT_AGGREGATE_COUNT && !condition->operand) {
        return fail_at(resolver, condition, "\"$count\" is compared with a number and has nothing below it");
    }
    if (!condition->operand) {
        return fail_at(resolver, condition, "an aggregate is compared with a value and has nothing below it");
    }
    return trail->aggregate == WEFT_AGGREGATE_COUNT
               ? weft_count_resolve(resolver, trail->edges[trail->edge_count - 1], &comparison, ret_filter)
               : weft_aggregate_resolve(resolver, trail, &comparison, ret_filter);
}

/* An aggregate compared once, or with several operators, each a child without a path. */
static weft_code resolve_aggregate(const weft_resolver *resolver,
                                   const weft_trail *trail,
                                   const weft_condition *condition,
                                   const weft_filter **ret_filter)
{
    const size_t count = condition->child_count;
    if (count == 0) {
        return compare_aggregate(resolver, trail, condition, ret_filter);
    }
    const weft_filter **each = WEFT_ARENA_ARRAY(resolver->scratch, const weft_filter *, count);
    if (!each) {
        return weft_fail_arena(resolver->error, resolver->scratch);
    }
    for (size_t i = 0; i < count; i++) {
        const weft_condition *child = condition->children[i];
        const bool is_operator = child->operand && child->path.count == 0;
        WEFT_TRY(compare_aggregate(resolver, trail, is_operator ? child : condition, &each[i]));
    }
    return join(resolver, WEFT_FILTER_AND, each, count, condition->where, ret_filter);
}

static weft_code fail_edge_operand(const weft_resolver *resolver,
                                   const weft_edge *edge,
                                   const weft_condition *condition)
{
    const weft_code code = weft_fail(resolver->error,
                                     WEFT_TYPE_MISMATCH,
                                     "\"%.*s\" is an edge to \"%.*s\" and has no value to compare",
                                     WEFT_STR_ARG(edge->name),
                                     WEFT_STR_ARG(edge->to->name));
    if (json_is_null(condition->operand)) {
        weft_error_set_hint(
            resolver->error, "Write {\"%.*s\": {\"$none\": {}}} for no partner.", WEFT_STR_ARG(edge->name));
    } else {
        weft_error_set_hint(resolver->error,
                            "Name a field of the partner: {\"%.*s\": {\"%.*s\": …}}.",
                            WEFT_STR_ARG(edge->name),
                            WEFT_STR_ARG(edge->to->keys[0]->name));
    }
    return weft_resolver_at(resolver, condition->where, code);
}

/* An operand beside an edge asks only whether there is a partner: null and $ne null of a to-one edge, $exists of any.
 */
static weft_code resolve_presence(const weft_resolver *resolver,
                                  const weft_edge *edge,
                                  const weft_condition *condition,
                                  const weft_filter **ret_filter)
{
    weft_operator op = WEFT_OP_EQ;
    (void)weft_operator_from_name(condition->operator_name, &op);
    const bool is_null_test =
        json_is_null(condition->operand) && !edge->is_list && (op == WEFT_OP_EQ || op == WEFT_OP_NE);
    const bool is_exists = op == WEFT_OP_EXISTS && json_is_boolean(condition->operand);
    if (!is_null_test && !is_exists) {
        return fail_edge_operand(resolver, edge, condition);
    }
    const bool wants_partner = is_exists ? json_is_true(condition->operand) : op == WEFT_OP_NE;
    const weft_quantifier quantifier = wants_partner ? WEFT_QUANTIFIER_SOME : WEFT_QUANTIFIER_NONE;
    return make_edge(resolver, edge, quantifier, NULL, condition->where, ret_filter);
}

/* True when the child speaks of the edge that its parent's path ends at, and not of a partner over it. */
static bool is_of_edge(const weft_condition *child)
{
    const weft_path *path = &child->path;
    return child->kind == WEFT_CONDITION_COMPARE &&
           (path->count == 0 || (path->names[0].data[0] == '$' && !weft_str_equal_text(path->names[0], "$link")));
}

/* `child` as if it were written with the path of `condition` in front, but for the edges before the last. */
static weft_code resolve_of_edge(const weft_resolver *resolver,
                                 const position *at,
                                 const weft_condition *condition,
                                 const weft_condition *child,
                                 const weft_filter **ret_filter)
{
    const weft_path *first = &condition->path;
    const weft_path *rest = &child->path;
    weft_str *names = WEFT_ARENA_ARRAY(resolver->keep, weft_str, first->count + rest->count);
    if (!names) {
        return weft_fail_arena(resolver->error, resolver->keep);
    }
    memcpy(names, first->names, first->count * sizeof(*names));
    if (rest->count > 0) {
        memcpy(names + first->count, rest->names, rest->count * sizeof(*names));
    }
    weft_condition whole = *child;
    whole.path = (weft_path){names, first->count + rest->count, first->text, child->where};
    weft_trail trail;
    size_t around = 0;
    WEFT_TRY(weft_trail_follow(resolver, &at->from, &whole.path, &trail));
    return resolve_at_end(resolver, at, &trail, &whole, &around, ret_filter);
}

/* Conditions below an edge: those of a partner over it are one filter, and each that is of the edge itself another. */
static weft_code resolve_below_edge(const weft_resolver *resolver,
                                    const position *at,
                                    const weft_trail *trail,
                                    const weft_condition *condition,
                                    const weft_filter **ret_filter)
{
    const weft_edge *edge = trail->edges[trail->edge_count - 1];
    const position partner = {.from = {.model = edge->to, .via = edge, .depth = at->from.depth + trail->edge_count}};
    const weft_filter **filters = WEFT_ARENA_ARRAY(resolver->scratch, const weft_filter *, condition->child_count + 1);
    const weft_filter **inner = WEFT_ARENA_ARRAY(resolver->scratch, const weft_filter *, condition->child_count);
    size_t count = 0;
    size_t inner_count = 0;
    if (!filters || !inner) {
        return weft_fail_arena(resolver->error, resolver->scratch);
    }
    for (size_t i = 0; i < condition->child_count; i++) {
        const weft_condition *child = condition->children[i];
        const weft_code code = is_of_edge(child) ? resolve_of_edge(resolver, at, condition, child, &filters[count++])
                                                 : resolve(resolver, &partner, child, &inner[inner_count++]);
        WEFT_TRY(code);
    }
    if (inner_count > 0) {
        const weft_quantifier quantifier = quantifier_of(condition->operator_name);
        const weft_filter *child = NULL;
        WEFT_TRY(join(resolver, WEFT_FILTER_AND, inner, inner_count, condition->where, &child));
        WEFT_TRY(make_edge(resolver, edge, quantifier, child, condition->where, &filters[count++]));
    }
    return join(resolver, WEFT_FILTER_AND, filters, count, condition->where, ret_filter);
}

/* A condition whose path ends at an edge. */
static weft_code resolve_on_edge(const weft_resolver *resolver,
                                 const position *at,
                                 const weft_trail *trail,
                                 const weft_condition *condition,
                                 const weft_filter **ret_filter)
{
    const weft_edge *edge = trail->edges[trail->edge_count - 1];
    if (condition->operand) {
        return resolve_presence(resolver, edge, condition, ret_filter);
    }
    const weft_quantifier quantifier = quantifier_of(condition->operator_name);
    if (condition->child_count == 0) {
        return quantifier == WEFT_QUANTIFIER_EVERY
                   ? make_every_of_nothing(resolver, edge, condition->where, ret_filter)
                   : make_edge(resolver, edge, quantifier, NULL, condition->where, ret_filter);
    }
    return resolve_below_edge(resolver, at, trail, condition, ret_filter);
}

/* A condition whose path ends at the link row behind a record: its children speak of that row. */
static weft_code resolve_on_link_row(const weft_resolver *resolver,
                                     const weft_edge *edge,
                                     const weft_condition *condition,
                                     const weft_filter **ret_filter)
{
    if (condition->operand || condition->operator_name.len) {
        return fail_at(resolver, condition, "the link row has no value to compare; name one of its fields");
    }
    const position row = {.from = {.model = edge->through}, .is_through = true};
    return resolve_children(resolver, &row, condition, WEFT_FILTER_AND, ret_filter);
}

/* A condition whose path was followed to its end; what it says there, without the edges before. *ret_around says how
 * many of the trail's edges are around it. */
static weft_code resolve_at_end(const weft_resolver *resolver,
                                const position *at,
                                const weft_trail *trail,
                                const weft_condition *condition,
                                size_t *ret_around,
                                const weft_filter **ret_filter)
{
    *ret_around = trail->edge_count;
    if (trail->field && trail->aggregate == WEFT_AGGREGATE_NONE) {
        const position field = {
            at->from, trail->field, trail->json_path, trail->json_path_len, at->is_through || trail->is_through};
        return resolve_on_field(resolver, &field, condition, ret_filter);
    }
    if (trail->is_through) {
        const weft_edge *edge = trail->edge_count ? trail->edges[trail->edge_count - 1] : at->from.via;
        return resolve_on_link_row(resolver, edge, condition, ret_filter);
    }
    *ret_around = trail->edge_count - 1;
    return trail->aggregate != WEFT_AGGREGATE_NONE ? resolve_aggregate(resolver, trail, condition, ret_filter)
                                                   : resolve_on_edge(resolver, at, trail, condition, ret_filter);
}

static weft_code resolve_path(const weft_resolver *resolver,
                              const position *at,
                              const weft_condition *condition,
                              const weft_filter **ret_filter)
{
    weft_trail trail;
    const weft_filter *inner = NULL;
    size_t around = 0;
    WEFT_TRY(weft_trail_follow(resolver, &at->from, &condition->path, &trail));
    if (at->is_through && trail.edge_count) {
        return fail_at(resolver, condition, "below \"$link\" there are the link row's own fields and nothing else");
    }
    WEFT_TRY(resolve_at_end(resolver, at, &trail, condition, &around, &inner));
    return wrap(resolver, &trail, around, inner, condition->where, ret_filter);
}

static weft_code resolve_compare(const weft_resolver *resolver,
                                 const position *at,
                                 const weft_condition *condition,
                                 const weft_filter **ret_filter)
{
    if (at->field) {
        return resolve_below_field(resolver, at, condition, ret_filter);
    }
    if (condition->path.count == 0) {
        const weft_code code = weft_fail(resolver->error,
                                         WEFT_INVALID_REQUEST,
                                         "\"%.*s\" needs a field, and stands below an edge to \"%.*s\"",
                                         WEFT_STR_ARG(condition->operator_name),
                                         WEFT_STR_ARG(at->from.model->name));
        return weft_resolver_at(resolver, condition->where, code);
    }
    return resolve_path(resolver, at, condition, ret_filter);
}

static weft_code resolve(const weft_resolver *resolver,
                         const position *at,
                         const weft_condition *condition,
                         const weft_filter **ret_filter)
{
    switch (condition->kind) {
    case WEFT_CONDITION_AND:
        return resolve_children(resolver, at, condition, WEFT_FILTER_AND, ret_filter);
    case WEFT_CONDITION_OR:
        return resolve_children(resolver, at, condition, WEFT_FILTER_OR, ret_filter);
    case WEFT_CONDITION_NOT:
        return resolve_children(resolver, at, condition, WEFT_FILTER_NOT, ret_filter);
    case WEFT_CONDITION_COMPARE:
    default:
        return resolve_compare(resolver, at, condition, ret_filter);
    }
}

weft_code weft_filter_resolve(const weft_resolver *resolver,
                              const weft_standpoint *from,
                              const weft_condition *condition,
                              const weft_filter **ret_filter)
{
    if (!condition) {
        *ret_filter = NULL;
        return WEFT_OK;
    }
    const position root = {.from = *from};
    return resolve(resolver, &root, condition, ret_filter);
}
