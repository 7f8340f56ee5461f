/* Following a dotted path through the catalog: names become edges, the last a field, "*" or an aggregate. The first
 * name that does not fit is the error, with the path's place. */
#include "query/resolver.h"

#include "base/fail.h"

/* A walk in progress. */
typedef struct walker {
    const weft_resolver *resolver;
    const weft_standpoint *from;
    const weft_path *path;
    size_t at; /* the name being looked at */
    weft_trail *trail;
} walker;

weft_code weft_resolver_at(const weft_resolver *resolver, weft_str where, weft_code code)
{
    if (code != WEFT_OK) {
        weft_error_set_where(resolver->error, "%.*s", WEFT_STR_ARG(where));
    }
    return code;
}

static weft_str name_here(const walker *walk)
{
    return walk->path->names[walk->at];
}

static bool is_last(const walker *walk)
{
    return walk->at + 1 == walk->path->count;
}

/* The edge that led to where the walk is; NULL at the root. */
static const weft_edge *edge_behind(const walker *walk)
{
    const weft_trail *trail = walk->trail;
    return trail->edge_count ? trail->edges[trail->edge_count - 1] : walk->from->via;
}

static weft_code fail_not_an_edge(const walker *walk, const weft_field *field)
{
    weft_error *error = walk->resolver->error;
    const weft_code code = weft_fail(error,
                                     WEFT_INVALID_REQUEST,
                                     "\"%.*s\" of \"%.*s\" is a field of type %.*s, with nothing below it",
                                     WEFT_STR_ARG(field->name),
                                     WEFT_STR_ARG(field->model->name),
                                     WEFT_STR_ARG(weft_type_name(field->type)));
    weft_error_set_hint(
        error, "Write \"%.*s\" alone; paths lead through edges and into json.", WEFT_STR_ARG(field->name));
    return code;
}

/* What follows a JSON field are keys of the value, so nothing in them is special but what could only be a slip. */
static weft_code end_at_json(const walker *walk, const weft_field *field)
{
    weft_trail *trail = walk->trail;
    for (size_t i = walk->at + 1; i < walk->path->count; i++) {
        const weft_str name = walk->path->names[i];
        if (name.data[0] == '$' || weft_str_equal_text(name, "*")) {
            weft_error *error = walk->resolver->error;
            const weft_code code = weft_fail(error,
                                             WEFT_INVALID_REQUEST,
                                             "\"%.*s\" cannot stand below the json field \"%.*s\"",
                                             WEFT_STR_ARG(name),
                                             WEFT_STR_ARG(field->name));
            weft_error_set_hint(error, "The whole value is \"%.*s\".", WEFT_STR_ARG(field->name));
            return code;
        }
    }
    trail->field = field;
    trail->json_path = walk->path->names + walk->at + 1;
    trail->json_path_len = walk->path->count - walk->at - 1;
    return WEFT_OK;
}

static weft_code end_at_field(const walker *walk, const weft_field *field)
{
    if (is_last(walk)) {
        walk->trail->field = field;
        return WEFT_OK;
    }
    return field->type == WEFT_TYPE_JSON ? end_at_json(walk, field) : fail_not_an_edge(walk, field);
}

static bool is_countable(weft_type type)
{
    return type == WEFT_TYPE_NUMBER || type == WEFT_TYPE_BIG_NUMBER || type == WEFT_TYPE_FLOAT ||
           type == WEFT_TYPE_AUTOINCREMENT;
}

static bool aggregate_fits(weft_aggregate aggregate, weft_type type)
{
    if (aggregate == WEFT_AGGREGATE_SUM || aggregate == WEFT_AGGREGATE_AVG) {
        return is_countable(type);
    }
    return type != WEFT_TYPE_JSON && type != WEFT_TYPE_ARRAY && type != WEFT_TYPE_BOOLEAN;
}

static weft_code fail_aggregate(const walker *walk, const char *problem)
{
    weft_error *error = walk->resolver->error;
    const weft_code code =
        weft_fail(error, WEFT_INVALID_REQUEST, "\"%.*s\" %s", WEFT_STR_ARG(name_here(walk)), problem);
    weft_error_set_hint(error, "Write \"edge.$count\", or \"edge.$max.field\" ($min, $sum, $avg likewise).");
    return code;
}

static weft_code end_at_aggregate(walker *walk, weft_aggregate aggregate)
{
    weft_trail *trail = walk->trail;
    if (trail->edge_count == 0) {
        return fail_aggregate(walk, "must follow an edge");
    }
    trail->aggregate = aggregate;
    if (aggregate == WEFT_AGGREGATE_COUNT) {
        return is_last(walk) ? WEFT_OK : fail_aggregate(walk, "counts records and takes no field");
    }
    if (walk->at + 2 != walk->path->count) {
        return fail_aggregate(walk, "must be followed by one field");
    }
    const weft_str name = walk->path->names[walk->at + 1];
    const weft_field *field = weft_model_field(trail->model, name);
    if (!field) {
        return weft_fail_unknown_field(trail->model, name, walk->resolver->error);
    }
    if (!aggregate_fits(aggregate, field->type)) {
        return weft_fail(walk->resolver->error,
                         WEFT_TYPE_MISMATCH,
                         "\"%.*s\" cannot be taken of \"%.*s\", which is of type %.*s",
                         WEFT_STR_ARG(name_here(walk)),
                         WEFT_STR_ARG(field->name),
                         WEFT_STR_ARG(weft_type_name(field->type)));
    }
    trail->field = field;
    return WEFT_OK;
}

/* "$link.position": a column of the link row that was walked to get here; "$link" alone is that row. */
static weft_code end_at_link_row(walker *walk)
{
    weft_error *error = walk->resolver->error;
    const weft_edge *edge = edge_behind(walk);
    if (!edge || edge->kind != WEFT_EDGE_LINK) {
        const weft_code code =
            weft_fail(error, WEFT_INVALID_REQUEST, "\"%.*s\" must stand below a link", WEFT_STR_ARG(name_here(walk)));
        weft_error_set_hint(error, "\"$link.field\" is a field of the link row that led to the record.");
        return code;
    }
    walk->trail->is_through = true;
    if (is_last(walk)) {
        return WEFT_OK;
    }
    walk->at++;
    const weft_field *field = weft_model_field(edge->through, name_here(walk));
    if (!field) {
        return weft_fail_unknown_field(edge->through, name_here(walk), error);
    }
    return end_at_field(walk, field);
}

static weft_code end_at_dollar(walker *walk)
{
    weft_aggregate aggregate = WEFT_AGGREGATE_NONE;
    if (weft_aggregate_from_name(name_here(walk), &aggregate)) {
        return end_at_aggregate(walk, aggregate);
    }
    return end_at_link_row(walk);
}

static weft_code step_over(const walker *walk, const weft_edge *edge)
{
    weft_trail *trail = walk->trail;
    const size_t depth_max = walk->resolver->limits->depth_max;
    if (walk->from->depth + trail->edge_count + 1 > depth_max) {
        const weft_code code = weft_fail(walk->resolver->error,
                                         WEFT_LIMIT_EXCEEDED,
                                         "\"%.*s\" leads over more than %zu edges",
                                         WEFT_STR_ARG(walk->path->text),
                                         depth_max);
        weft_error_set_limit(walk->resolver->error, "depth_max", depth_max);
        return code;
    }
    WEFT_TRY(weft_row_scope_check(walk->resolver->rows, edge->to, walk->resolver->error));
    trail->edges[trail->edge_count++] = edge;
    trail->model = edge->to;
    return WEFT_OK;
}

/* True when `name` is what the model before calls the rows of the link that led here, as in
 * "blog_post_link.position" said of product.blog_posts. The model's own edges come first. */
static bool is_row_of_link_behind(const walker *walk)
{
    const weft_edge *edge = edge_behind(walk);
    if (!edge || edge->kind != WEFT_EDGE_LINK) {
        return false;
    }
    const weft_link_side *side = edge->link->left.edge == edge ? &edge->link->left : &edge->link->right;
    return side->row_edge && weft_str_equal(side->row_edge->name, name_here(walk));
}

/* Look at one name. *ret_done when the path has found its end. */
static weft_code take_step(walker *walk, bool *ret_done)
{
    const weft_str name = name_here(walk);
    const weft_model *model = walk->trail->model;
    *ret_done = true;
    if (weft_str_equal_text(name, "*")) {
        walk->trail->is_star = true;
        return WEFT_OK;
    }
    if (name.data[0] == '$') {
        return end_at_dollar(walk);
    }
    const weft_field *field = weft_model_field(model, name);
    const weft_edge *edge = weft_model_edge(model, name);
    if (field && (is_last(walk) || !edge)) {
        return end_at_field(walk, field);
    }
    if (edge) {
        *ret_done = false;
        return step_over(walk, edge);
    }
    if (is_row_of_link_behind(walk)) {
        return end_at_link_row(walk);
    }
    return weft_fail_unknown_field(model, name, walk->resolver->error);
}

weft_code weft_trail_follow(const weft_resolver *resolver,
                            const weft_standpoint *from,
                            const weft_path *path,
                            weft_trail *ret_trail)
{
    walker walk = {.resolver = resolver, .from = from, .path = path, .trail = ret_trail};
    *ret_trail = (weft_trail){.model = from->model};
    bool is_done = false;
    for (; walk.at < path->count && !is_done; walk.at++) {
        WEFT_TRY(weft_resolver_at(resolver, path->where, take_step(&walk, &is_done)));
    }
    return WEFT_OK;
}
