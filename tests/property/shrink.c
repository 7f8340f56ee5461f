/* Greedy: every single thing is left out once, and stays out when the case still fails. */
#include "property/shrink.h"

#include <string.h>

static bool shrink_fields(const shrinker *s, request *q)
{
    bool is_smaller = false;
    for (int i = 0; i < q->field_count && q->field_count > 1;) {
        const char *path = q->fields[i];
        const size_t after = (size_t)(q->field_count - i - 1) * sizeof(*q->fields);
        memmove(&q->fields[i], &q->fields[i + 1], after);
        q->field_count--;
        if (s->fails(s->ctx, false)) {
            is_smaller = true;
            continue;
        }
        memmove(&q->fields[i + 1], &q->fields[i], after);
        q->fields[i] = path;
        q->field_count++;
        i++;
    }
    return is_smaller;
}

static bool try_condition(const shrinker *s, condition **place, condition *wanted)
{
    condition *there = *place;
    *place = wanted;
    if (s->fails(s->ctx, false)) {
        return true;
    }
    *place = there;
    return false;
}

/* Leave out a child of a list; what its parent means does not matter, only whether the case fails. */
static bool try_without(const shrinker *s, condition *c, int at)
{
    const condition there = *c;
    memmove(&c->children[at], &c->children[at + 1], (size_t)(c->child_count - at - 1) * sizeof(*c->children));
    c->child_count--;
    if (s->fails(s->ctx, false)) {
        return true;
    }
    *c = there;
    return false;
}

/* As deep as conditions are generated. `may_go`: there may be no condition at all at `place`. */
static bool shrink_condition(const shrinker *s, condition **place, bool may_go)
{
    condition *c = *place;
    if (!c) {
        return false;
    }
    if (may_go && try_condition(s, place, NULL)) {
        return true;
    }
    const bool is_list = c->kind == CONDITION_AND || c->kind == CONDITION_OR;
    for (int i = 0; is_list && i < c->child_count; i++) {
        if (try_condition(s, place, c->children[i]) || (c->child_count > 1 && try_without(s, c, i))) {
            return true;
        }
    }
    if (c->kind == CONDITION_NOT && try_condition(s, place, c->child)) {
        return true;
    }
    bool is_smaller = c->kind == CONDITION_EDGE && c->quantifier[0] && shrink_condition(s, &c->child, true);
    is_smaller = is_smaller || ((c->kind == CONDITION_NOT || c->kind == CONDITION_EDGE) && c->child &&
                                shrink_condition(s, &c->child, false));
    for (int i = 0; is_list && i < c->child_count; i++) {
        is_smaller = shrink_condition(s, &c->children[i], false) || is_smaller;
    }
    return is_smaller;
}

static bool try_flag(const shrinker *s, bool *flag, bool wanted)
{
    if (*flag == wanted) {
        return false;
    }
    *flag = wanted;
    if (s->fails(s->ctx, false)) {
        return true;
    }
    *flag = !wanted;
    return false;
}

static bool shrink_scope(const shrinker *s, scope *at)
{
    bool is_smaller = shrink_condition(s, &at->filter, true);
    is_smaller = try_flag(s, &at->has_skip, false) || is_smaller;
    is_smaller = try_flag(s, &at->has_take, false) || is_smaller;
    is_smaller = try_flag(s, &at->with_deleted, false) || is_smaller;
    for (int i = at->order_count - 1; i >= 0; i--) {
        const scope there = *at;
        memmove(&at->order[i], &at->order[i + 1], (size_t)(at->order_count - i - 1) * sizeof(*at->order));
        at->order_count--;
        if (s->fails(s->ctx, false)) {
            is_smaller = true;
        } else {
            *at = there;
        }
    }
    return is_smaller;
}

static bool shrink_with(const shrinker *s, request *q)
{
    bool is_smaller = false;
    for (int i = q->with_count - 1; i >= 0; i--) {
        const scope there = q->with[i];
        q->with[i] = q->with[--q->with_count];
        if (s->fails(s->ctx, false)) {
            is_smaller = true;
            continue;
        }
        q->with[q->with_count++] = q->with[i];
        q->with[i] = there;
        is_smaller = shrink_scope(s, &q->with[i]) || is_smaller;
    }
    return is_smaller;
}

static void shrink_request(const shrinker *s, request *q)
{
    for (bool is_smaller = true; is_smaller;) {
        is_smaller = shrink_with(s, q);
        is_smaller = shrink_scope(s, &q->root) || is_smaller;
        is_smaller = shrink_fields(s, q) || is_smaller;
        is_smaller = try_flag(s, &q->is_counted, false) || is_smaller;
    }
}

static bool hide_all(const shrinker *s, world_entity *entity)
{
    for (int i = 0; i < entity->row_count; i++) {
        entity->rows[i].is_hidden = true;
    }
    if (s->fails(s->ctx, true)) {
        return true;
    }
    for (int i = 0; i < entity->row_count; i++) {
        entity->rows[i].is_hidden = false;
    }
    return false;
}

static void hide_rows(const shrinker *s, world *w)
{
    for (int e = w->entity_count - 1; e >= 0; e--) {
        world_entity *entity = &w->entities[e];
        if (hide_all(s, entity)) {
            continue;
        }
        for (int i = entity->row_count - 1; i >= 0; i--) {
            entity->rows[i].is_hidden = true;
            entity->rows[i].is_hidden = s->fails(s->ctx, true);
        }
    }
    (void)s->fails(s->ctx, true); /* the stores hold what the world shows again */
}

void shrink_case(const shrinker *s, world *w, request *q)
{
    shrink_request(s, q);
    hide_rows(s, w);
    shrink_request(s, q);
}
