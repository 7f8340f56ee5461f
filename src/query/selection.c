/* The selection tree. Field paths are merged into drafts, one a place of the answer: an edge named by several paths is
 * one draft, at its first place, and nothing is read twice. Then what `with` says is hung on the drafts, and each
 * becomes a selection. Fails as query.h says; a `with` entry whose edge no field asks for is an error, since it would
 * be ignored. Recursion is as deep as paths have names. */
#include "query/resolver.h"

#include <string.h>

#include "base/fail.h"

typedef struct draft_selection draft_selection;

/* An output in the making: as weft_output, but leading to a draft. */
typedef struct draft_output {
    weft_output output;
    draft_selection *child; /* EDGE */
} draft_output;

typedef WEFT_VEC(draft_output) draft_outputs;

struct draft_selection {
    const weft_model *model;
    const weft_edge *edge;
    draft_outputs outputs;
    bool has_star;           /* every own field is there already */
    const weft_scope *scope; /* NULL: nothing was said */
    weft_str path;
    size_t depth;
};

static weft_code insert_output(const weft_resolver *resolver,
                               draft_selection *draft,
                               size_t at,
                               const draft_output *output)
{
    if (!weft_vec_push(resolver->scratch, &draft->outputs, *output)) {
        return weft_fail_arena(resolver->error, resolver->scratch);
    }
    draft_output *items = draft->outputs.items;
    memmove(items + at + 1, items + at, (draft->outputs.count - 1 - at) * sizeof(*items));
    items[at] = *output;
    return WEFT_OK;
}

static void remove_output(draft_selection *draft, size_t at)
{
    draft_output *items = draft->outputs.items;
    draft->outputs.count--;
    memmove(items + at, items + at + 1, (draft->outputs.count - at) * sizeof(*items));
}

/* How many names both JSON paths begin with. */
static size_t shared_names(const weft_output *a, const weft_output *b)
{
    size_t count = 0;
    while (count < a->json_path_len && count < b->json_path_len &&
           weft_str_equal(a->json_path[count], b->json_path[count])) {
        count++;
    }
    return count;
}

/* Put a field or a JSON path of one. One that is shown already, alone or as part of a shorter path, is not put again;
 * longer paths that it shows give way to it, and it stands where the first of them stood. Others of the same field
 * come to stand beside it, nearest to what they share most with. */
static weft_code put_field(const weft_resolver *resolver, draft_selection *draft, const weft_output *wanted)
{
    size_t place = draft->outputs.count;
    size_t best = 0; /* 1 + names shared with the output before `place` */
    bool has_replaced = false;
    for (size_t i = 0; i < draft->outputs.count;) {
        const weft_output *there = &draft->outputs.items[i].output;
        if (there->kind != WEFT_OUTPUT_FIELD || there->field != wanted->field) {
            i++;
            continue;
        }
        const size_t shared = shared_names(there, wanted);
        if (shared == there->json_path_len) {
            return WEFT_OK;
        }
        if (shared == wanted->json_path_len) {
            place = has_replaced ? place : i;
            has_replaced = true;
            remove_output(draft, i);
            continue;
        }
        if (!has_replaced && shared + 1 >= best) {
            best = shared + 1;
            place = i + 1;
        }
        i++;
    }
    return insert_output(resolver, draft, place, &(draft_output){.output = *wanted});
}

static weft_code put_all_fields(const weft_resolver *resolver, draft_selection *draft)
{
    for (size_t i = 0; i < draft->model->field_count && !draft->has_star; i++) {
        WEFT_TRY(put_field(
            resolver,
            draft,
            &(weft_output){.kind = WEFT_OUTPUT_FIELD, .field = &draft->model->fields[i], .is_starred = true}));
    }
    draft->has_star = true;
    return WEFT_OK;
}

static weft_code put_aggregate(const weft_resolver *resolver, draft_selection *draft, const weft_output *wanted)
{
    size_t place = draft->outputs.count;
    for (size_t i = 0; i < draft->outputs.count; i++) {
        const weft_output *there = &draft->outputs.items[i].output;
        if (there->kind != WEFT_OUTPUT_AGGREGATE || there->aggregate != wanted->aggregate) {
            continue;
        }
        if (there->edge == wanted->edge && there->field == wanted->field) {
            return WEFT_OK;
        }
        place = i + 1;
    }
    return insert_output(resolver, draft, place, &(draft_output){.output = *wanted});
}

static draft_selection *find_child(const draft_selection *parent, const weft_edge *edge)
{
    for (size_t i = 0; i < parent->outputs.count; i++) {
        const draft_output *there = &parent->outputs.items[i];
        if (there->output.kind == WEFT_OUTPUT_EDGE && there->output.edge == edge) {
            return there->child;
        }
    }
    return NULL;
}

static weft_code child_of(const weft_resolver *resolver,
                          draft_selection *parent,
                          const weft_edge *edge,
                          draft_selection **ret_child)
{
    draft_selection *child = find_child(parent, edge);
    if (child) {
        *ret_child = child;
        return WEFT_OK;
    }
    child = WEFT_ARENA_NEW(resolver->scratch, draft_selection);
    if (!child) {
        return weft_fail_arena(resolver->error, resolver->scratch);
    }
    *child = (draft_selection){.model = edge->to, .edge = edge, .depth = parent->depth + 1};
    child->path =
        parent->path.len
            ? weft_str_format(resolver->keep, "%.*s.%.*s", WEFT_STR_ARG(parent->path), WEFT_STR_ARG(edge->name))
            : edge->name;
    if (!child->path.data) {
        return weft_fail_arena(resolver->error, resolver->keep);
    }
    const draft_output output = {.output = {.kind = WEFT_OUTPUT_EDGE, .edge = edge}, .child = child};
    WEFT_TRY(insert_output(resolver, parent, parent->outputs.count, &output));
    *ret_child = child;
    return WEFT_OK;
}

static weft_code fail_link_field(const weft_resolver *resolver, const weft_path *path)
{
    const weft_code code = weft_fail(resolver->error,
                                     WEFT_INVALID_REQUEST,
                                     "\"%.*s\" names a field of a link row, which is shown below its own edge",
                                     WEFT_STR_ARG(path->text));
    weft_error_set_hint(resolver->error, "Write \"<alias>_link.<field>\" beside the link, not below it.");
    return code;
}

static weft_code put_path(const weft_resolver *resolver, draft_selection *root, const weft_path *path)
{
    weft_trail trail;
    const weft_standpoint from = {.model = root->model};
    WEFT_TRY(weft_trail_follow(resolver, &from, path, &trail));
    if (trail.is_through) {
        return fail_link_field(resolver, path);
    }
    const bool is_aggregate = trail.aggregate != WEFT_AGGREGATE_NONE;
    draft_selection *at = root;
    for (size_t i = 0; i + is_aggregate < trail.edge_count; i++) {
        WEFT_TRY(child_of(resolver, at, trail.edges[i], &at));
    }
    if (is_aggregate) {
        weft_output output = {.kind = WEFT_OUTPUT_AGGREGATE,
                              .aggregate = trail.aggregate,
                              .edge = trail.edges[trail.edge_count - 1],
                              .field = trail.field};
        WEFT_TRY(weft_ends_resolve(resolver, output.edge->to, output.edge, &output.ends));
        return put_aggregate(resolver, at, &output);
    }
    if (!trail.field) {
        return put_all_fields(resolver, at);
    }
    return put_field(resolver,
                     at,
                     &(weft_output){.kind = WEFT_OUTPUT_FIELD,
                                    .field = trail.field,
                                    .json_path = trail.json_path,
                                    .json_path_len = trail.json_path_len});
}

static weft_code put_paths(const weft_resolver *resolver, draft_selection *root)
{
    const weft_request *request = resolver->request;
    for (size_t i = 0; i < request->field_count; i++) {
        const weft_path *path = &request->fields[i];
        WEFT_TRY(weft_resolver_at(resolver, path->where, put_path(resolver, root, path)));
    }
    return WEFT_OK;
}

static weft_code fail_not_asked(const weft_resolver *resolver, const weft_path *path)
{
    const weft_code code = weft_fail(resolver->error,
                                     WEFT_INVALID_REQUEST,
                                     "\"with\" speaks of \"%.*s\", which \"fields\" does not ask for",
                                     WEFT_STR_ARG(path->text));
    weft_error_set_hint(resolver->error, "Add \"%.*s.*\" to \"fields\".", WEFT_STR_ARG(path->text));
    return code;
}

static weft_code check_scope(const weft_resolver *resolver, const draft_selection *draft, const weft_scope *scope)
{
    if (draft->scope) {
        return weft_fail(
            resolver->error, WEFT_INVALID_REQUEST, "\"with\" speaks of \"%.*s\" twice", WEFT_STR_ARG(draft->path));
    }
    if (!draft->edge->is_list && (scope->has_skip || scope->has_take || scope->order_count)) {
        const weft_code code = weft_fail(resolver->error,
                                         WEFT_INVALID_REQUEST,
                                         "\"%.*s\" is a single record and cannot be ordered or paged",
                                         WEFT_STR_ARG(draft->path));
        weft_error_set_hint(resolver->error, "Only \"filters\" and \"withDeleted\" fit an edge to one record.");
        return code;
    }
    return WEFT_OK;
}

static weft_code hang_scope(const weft_resolver *resolver, draft_selection *root, const weft_scope *scope)
{
    weft_trail trail;
    const weft_standpoint from = {.model = root->model};
    WEFT_TRY(weft_trail_follow(resolver, &from, &scope->path, &trail));
    if (trail.field || trail.is_through || trail.aggregate != WEFT_AGGREGATE_NONE) {
        return weft_fail(resolver->error,
                         WEFT_INVALID_REQUEST,
                         "\"with\" speaks of \"%.*s\", which is not an edge",
                         WEFT_STR_ARG(scope->path.text));
    }
    draft_selection *at = root;
    for (size_t i = 0; i < trail.edge_count; i++) {
        at = find_child(at, trail.edges[i]);
        if (!at) {
            return fail_not_asked(resolver, &scope->path);
        }
    }
    WEFT_TRY(check_scope(resolver, at, scope));
    at->scope = scope;
    return WEFT_OK;
}

static weft_code hang_scopes(const weft_resolver *resolver, draft_selection *root)
{
    const weft_request *request = resolver->request;
    root->scope = &request->root;
    for (size_t i = 0; i < request->with_count; i++) {
        const weft_scope *scope = &request->with[i];
        WEFT_TRY(weft_resolver_at(resolver, scope->where, hang_scope(resolver, root, scope)));
    }
    return WEFT_OK;
}

static void take_page(const weft_scope *scope, weft_selection *selection)
{
    selection->has_skip = scope->has_skip;
    selection->has_take = scope->has_take;
    selection->skip = scope->skip;
    selection->take = scope->take;
    selection->after = scope->after;
    selection->before = scope->before;
    selection->with_deleted = scope->with_deleted;
}

static weft_code finish(const weft_resolver *resolver,
                        const draft_selection *draft,
                        const weft_selection **ret_selection);

static weft_code finish_outputs(const weft_resolver *resolver, const draft_selection *draft, weft_selection *selection)
{
    weft_output *outputs = WEFT_ARENA_ARRAY(resolver->keep, weft_output, draft->outputs.count);
    if (!outputs) {
        return weft_fail_arena(resolver->error, resolver->keep);
    }
    for (size_t i = 0; i < draft->outputs.count; i++) {
        const draft_output *there = &draft->outputs.items[i];
        outputs[i] = there->output;
        WEFT_TRY(there->child ? finish(resolver, there->child, &outputs[i].selection) : WEFT_OK);
    }
    selection->outputs = outputs;
    selection->output_count = draft->outputs.count;
    return WEFT_OK;
}

static weft_code finish(const weft_resolver *resolver,
                        const draft_selection *draft,
                        const weft_selection **ret_selection)
{
    weft_selection *selection = WEFT_ARENA_NEW(resolver->keep, weft_selection);
    if (!selection) {
        return weft_fail_arena(resolver->error, resolver->keep);
    }
    selection->model = draft->model;
    selection->edge = draft->edge;
    selection->path = draft->path;
    const weft_standpoint here = {.model = draft->model, .via = draft->edge, .depth = draft->depth};
    if (draft->scope) {
        take_page(draft->scope, selection);
        WEFT_TRY(weft_filter_resolve(resolver, &here, draft->scope->filters, &selection->filter));
    }
    WEFT_TRY(weft_ends_join(resolver, draft->model, draft->edge, selection->filter, false, &selection->filter));
    WEFT_TRY(weft_order_resolve(resolver, &here, draft->scope, selection));
    WEFT_TRY(weft_cursor_resolve(resolver, selection));
    WEFT_TRY(finish_outputs(resolver, draft, selection));
    *ret_selection = selection;
    return WEFT_OK;
}

weft_code weft_selection_resolve(const weft_resolver *resolver,
                                 const weft_model *model,
                                 const weft_selection **ret_selection)
{
    draft_selection root = {.model = model, .path = WEFT_STR("")};
    WEFT_TRY(put_paths(resolver, &root));
    WEFT_TRY(hang_scopes(resolver, &root));
    return finish(resolver, &root, ret_selection);
}
