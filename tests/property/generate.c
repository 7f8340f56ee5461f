/* Random requests: fields over edges at any depth, filters with every operator, orders, pages. */
#include "property/request.h"

#include <string.h>

#include "base/compiler.h"

#define EDGE_DEPTH_MAX      3
#define CONDITION_DEPTH_MAX 3

typedef struct generator {
    const world *w;
    randomness *r;
    weft_arena *keep;
    request *q;
} generator;

static const char *join_path(const generator *g, const char *path, const char *name)
{
    return path[0] ? weft_str_format(g->keep, "%s.%s", path, name).data : name;
}

static bool is_orderable(weft_type type)
{
    return type != WEFT_TYPE_JSON && type != WEFT_TYPE_ARRAY;
}

static bool is_summed(weft_type type)
{
    return type == WEFT_TYPE_NUMBER || type == WEFT_TYPE_FLOAT || type == WEFT_TYPE_BIG_NUMBER ||
           type == WEFT_TYPE_AUTOINCREMENT;
}

static cell random_operand(const generator *g, int number, int field)
{
    const world_entity *entity = &g->w->entities[number];
    const weft_type type = entity->fields[field].type;
    cell c = cell_random(g->r, type, g->keep);
    if (entity->row_count > 0 && random_chance(g->r, 70)) {
        const cell *there = &entity->rows[random_below(g->r, (size_t)entity->row_count)].cells[field];
        c = there->is_null ? c : *there;
    }
    if (type == WEFT_TYPE_BIG_NUMBER) { /* as a text, for JSON readers may not keep every digit */
        c.shown = weft_str_format(g->keep, "\"%s\"", c.text).data;
    }
    return c;
}

static const char *random_name(const generator *g, const char *const *names, size_t count)
{
    return names[random_below(g->r, count)];
}

static const char *random_operator(const generator *g, weft_type type)
{
    static const char *const text[] = {
        "$eq", "$ne", "$in", "$nin", "$exists", "$gt", "$gte", "$lt", "$lte", "$like", "$ilike", "$contains"};
    static const char *const array[] = {"$eq", "$ne", "$in", "$nin", "$exists", "$contains", "$overlap"};
    switch (type) {
    case WEFT_TYPE_ID:
    case WEFT_TYPE_TEXT:
    case WEFT_TYPE_ENUM:
        return random_name(g, text, WEFT_COUNT_OF(text));
    case WEFT_TYPE_NUMBER:
    case WEFT_TYPE_BIG_NUMBER:
    case WEFT_TYPE_FLOAT:
    case WEFT_TYPE_DATE_TIME:
    case WEFT_TYPE_AUTOINCREMENT:
        return random_name(g, text, 9);
    case WEFT_TYPE_BOOLEAN:
        return random_name(g, text, 5);
    case WEFT_TYPE_JSON:
        return random_name(g, array, 6);
    case WEFT_TYPE_ARRAY:
        return random_name(g, array, 7);
    }
    return "$eq";
}

static cell text_operand(const generator *g, const char *const *texts, size_t count)
{
    return cell_from_text(g->keep, random_name(g, texts, count));
}

static void set_operands(const generator *g, condition *c, int entity)
{
    static const char *const patterns[] = {
        "%", "a%", "%a%", "_", "__", "%\\%%", "A", "%\xc3\xa4%", "a\\_b", "%\"%", "%\\\\%", "z", ""};
    static const char *const items[] = {"a", "b", "", "\xc3\xa4", "x,y", "q\"q", "NULL"};
    const char *op = c->operator_name;
    const weft_type type = g->w->entities[entity].fields[c->field].type;
    cell *cells = WEFT_ARENA_ARRAY(g->keep, cell, 4);
    c->operands = cells;
    c->operand_count = 1;
    if (!strcmp(op, "$exists")) {
        cells[0] = cell_random(g->r, WEFT_TYPE_BOOLEAN, g->keep);
    } else if (!strcmp(op, "$like") || !strcmp(op, "$ilike")) {
        cells[0] = text_operand(g, patterns, WEFT_COUNT_OF(patterns));
    } else if (type == WEFT_TYPE_ARRAY && (!strcmp(op, "$contains") || !strcmp(op, "$overlap"))) {
        c->operand_count = (int)random_between(g->r, 1, 2);
        for (int i = 0; i < c->operand_count; i++) {
            cells[i] = text_operand(g, items, WEFT_COUNT_OF(items));
        }
    } else if (!strcmp(op, "$in") || !strcmp(op, "$nin")) {
        c->operand_count = (int)random_below(g->r, 4);
        for (int i = 0; i < c->operand_count; i++) {
            cells[i] = random_operand(g, entity, c->field);
        }
    } else if ((!strcmp(op, "$eq") || !strcmp(op, "$ne")) && random_chance(g->r, 15)) {
        cells[0] = cell_null();
    } else {
        cells[0] = random_operand(g, entity, c->field);
    }
}

static void set_json_path(const generator *g, condition *c)
{
    static const char *const paths[] = {"color", "size.w", "size", "list.0", "list.-1", "list.01", "nothing"};
    static const char *const operators[] = {
        "$eq", "$ne", "$in", "$nin", "$exists", "$contains", "$gt", "$gte", "$lt", "$lte", "$like", "$ilike"};
    static const char *const values[] = {
        "\"red\"", "\"blue\"", "3", "2.5", "-10", "\"9\"", "{\"h\":4,\"w\":3}", "1", "null"};
    static const char *const patterns[] = {"%", "r%", "R_d", "9", "%e%"};
    cell *cells = WEFT_ARENA_ARRAY(g->keep, cell, 1);
    const char *value = random_name(g, values, WEFT_COUNT_OF(values));
    c->json_path = random_name(g, paths, WEFT_COUNT_OF(paths));
    c->operator_name = random_name(g, operators, WEFT_COUNT_OF(operators));
    cells[0] = (cell){.text = value, .shown = value, .is_null = !strcmp(value, "null")};
    if (strstr(c->operator_name, "like")) {
        cells[0] = text_operand(g, patterns, WEFT_COUNT_OF(patterns));
    } else if (strchr("gl", c->operator_name[1])) {
        value = random_name(g, values, 6);
        cells[0] = (cell){.text = value, .shown = value};
    } else if (!strcmp(c->operator_name, "$exists")) {
        cells[0] = cell_random(g->r, WEFT_TYPE_BOOLEAN, g->keep);
    } else if (cells[0].is_null && strcmp(c->operator_name, "$eq") != 0 && strcmp(c->operator_name, "$ne") != 0) {
        cells[0] = (cell){.text = "17", .shown = "17"};
    }
    c->operands = cells;
    c->operand_count = 1;
}

static condition *new_condition(const generator *g, condition_kind kind, int entity)
{
    condition *c = WEFT_ARENA_NEW(g->keep, condition);
    *c = (condition){.kind = kind, .entity = entity, .through = WORLD_NONE, .quantifier = ""};
    return c;
}

/* `through`: the link entity that led here, or WORLD_NONE. */
static condition *make_compare(const generator *g, int entity, int through)
{
    condition *c = new_condition(g, CONDITION_COMPARE, entity);
    if (through != WORLD_NONE && g->w->entities[through].link != WORLD_NONE && random_chance(g->r, 25)) {
        c->through = through;
    }
    const int at = c->through != WORLD_NONE ? c->through : entity;
    const world_entity *e = &g->w->entities[at];
    c->field = (int)random_below(g->r, (size_t)e->field_count);
    const weft_type type = e->fields[c->field].type;
    c->operator_name = random_operator(g, type);
    set_operands(g, c, at);
    if (type == WEFT_TYPE_JSON && random_chance(g->r, 60)) {
        set_json_path(g, c);
    }
    const bool may_be_bare = type != WEFT_TYPE_JSON && type != WEFT_TYPE_ARRAY &&
                             (!strcmp(c->operator_name, "$eq") || !strcmp(c->operator_name, "$in"));
    c->is_bare = may_be_bare && random_chance(g->r, 50);
    return c;
}

static condition *make_condition(const generator *g, int entity, int through, int depth);

static condition *make_edge_condition(const generator *g, int entity, int depth)
{
    static const char *const quantifiers[] = {"", "$some", "$none", "$every"};
    const world_entity *e = &g->w->entities[entity];
    condition *c = new_condition(g, CONDITION_EDGE, entity);
    c->edge = (int)random_below(g->r, (size_t)e->edge_count);
    c->quantifier = random_name(g, quantifiers, WEFT_COUNT_OF(quantifiers));
    if (!c->quantifier[0] || random_chance(g->r, 80)) {
        c->child = make_condition(g, e->edges[c->edge].to, e->edges[c->edge].through, depth - 1);
    }
    return c;
}

/* Several operators of one field of a partner, which must all hold of the same one. */
static condition *make_path_condition(const generator *g, int entity)
{
    const world_entity *e = &g->w->entities[entity];
    condition *c = new_condition(g, CONDITION_EDGE, entity);
    c->edge = (int)random_below(g->r, (size_t)e->edge_count);
    c->is_path = true;
    const int to = e->edges[c->edge].to;
    c->child = new_condition(g, CONDITION_AND, to);
    const int field = (int)random_below(g->r, (size_t)g->w->entities[to].field_count);
    const int wanted = (int)random_between(g->r, 1, 3);
    for (int tries = 0; tries < 8 && c->child->child_count < wanted; tries++) {
        condition *compare = new_condition(g, CONDITION_COMPARE, to);
        compare->field = field;
        compare->operator_name = random_operator(g, g->w->entities[to].fields[field].type);
        bool is_new = true;
        for (int i = 0; i < c->child->child_count; i++) {
            is_new = is_new && strcmp(c->child->children[i]->operator_name, compare->operator_name) != 0;
        }
        if (is_new) {
            set_operands(g, compare, to);
            c->child->children[c->child->child_count++] = compare;
        }
    }
    return c;
}

static condition *make_count_condition(const generator *g, int entity)
{
    static const char *const operators[] = {"$eq", "$ne", "$gt", "$gte", "$lt", "$lte"};
    condition *c = new_condition(g, CONDITION_COUNT, entity);
    c->edge = (int)random_below(g->r, (size_t)g->w->entities[entity].edge_count);
    c->operator_name = random_name(g, operators, WEFT_COUNT_OF(operators));
    cell *cells = WEFT_ARENA_ARRAY(g->keep, cell, 1);
    const size_t count = random_below(g->r, 4);
    cells[0] = (cell){.integer = (int64_t)count, .shown = weft_str_format(g->keep, "%zu", count).data};
    c->operands = cells;
    c->operand_count = 1;
    return c;
}

/* $max and the like of a field of the partners; $and of nothing to compare it with. */
static condition *make_aggregate_condition(const generator *g, int entity)
{
    static const char *const kinds[] = {"$min", "$max", "$sum", "$avg"};
    static const char *const operators[] = {"$eq", "$ne", "$in", "$nin", "$exists", "$gt", "$gte", "$lt", "$lte"};
    const world_entity *e = &g->w->entities[entity];
    condition *c = new_condition(g, CONDITION_AGGREGATE, entity);
    c->edge = (int)random_below(g->r, (size_t)e->edge_count);
    const int to = e->edges[c->edge].to;
    c->field = (int)random_below(g->r, (size_t)g->w->entities[to].field_count);
    weft_type type = g->w->entities[to].fields[c->field].type;
    if (!is_orderable(type) || type == WEFT_TYPE_BOOLEAN) {
        return make_count_condition(g, entity);
    }
    c->aggregate = kinds[random_below(g->r, is_summed(type) ? 4 : 2)];
    c->operator_name = random_name(g, operators, WEFT_COUNT_OF(operators));
    set_operands(g, c, to);
    if (!strcmp(c->aggregate, "$avg") && type != WEFT_TYPE_FLOAT && strcmp(c->operator_name, "$exists") != 0) {
        cell *cells = WEFT_ARENA_ARRAY(g->keep, cell, 4);
        for (int i = 0; i < c->operand_count; i++) {
            cells[i] = c->operands[i].is_null ? cell_null() : cell_random(g->r, WEFT_TYPE_FLOAT, g->keep);
        }
        c->operands = cells;
    }
    c->is_bare = random_chance(g->r, 50);
    return c;
}

static condition *make_list(const generator *g, int entity, int through, int depth)
{
    condition *c = new_condition(g, random_chance(g->r, 50) ? CONDITION_AND : CONDITION_OR, entity);
    c->child_count = (int)random_between(g->r, 1, 3);
    for (int i = 0; i < c->child_count; i++) {
        c->children[i] = make_condition(g, entity, through, depth - 1);
    }
    return c;
}

static condition *make_condition(const generator *g, int entity, int through, int depth)
{
    const size_t kind = random_below(g->r, 100);
    const bool has_edges = g->w->entities[entity].edge_count > 0;
    if (depth > 0 && kind < 20) {
        return make_list(g, entity, through, depth);
    }
    if (depth > 0 && kind < 28) {
        condition *c = new_condition(g, CONDITION_NOT, entity);
        c->child = make_condition(g, entity, through, depth - 1);
        return c;
    }
    if (depth > 0 && has_edges && kind < 45) {
        return make_edge_condition(g, entity, depth);
    }
    if (depth > 0 && has_edges && random_chance(g->r, 12)) {
        return make_path_condition(g, entity);
    }
    if (has_edges && kind < 49) {
        return make_count_condition(g, entity);
    }
    if (has_edges && kind < 55) {
        return make_aggregate_condition(g, entity);
    }
    return make_compare(g, entity, through);
}

static bool is_ordered_by(const scope *s, const char *path)
{
    for (int i = 0; i < s->order_count; i++) {
        if (!strcmp(s->order[i].path, path)) {
            return true;
        }
    }
    return false;
}

/* A field, or a path below a json field. */
static const char *random_orderable(const generator *g, int entity)
{
    static const char *const paths[] = {"color", "size.w", "list.0", "list.-1", "list.01"};
    const world_entity *e = &g->w->entities[entity];
    const world_field *field = &e->fields[random_below(g->r, (size_t)e->field_count)];
    if (field->type == WEFT_TYPE_JSON) {
        return join_path(g, field->name, random_name(g, paths, WEFT_COUNT_OF(paths)));
    }
    return is_orderable(field->type) ? field->name : world_key_name(e);
}

/* "$min.name" and the like */
static const char *random_aggregate(const generator *g, int entity)
{
    static const char *const kinds[] = {"$min", "$max", "$sum", "$avg"};
    const world_entity *e = &g->w->entities[entity];
    const world_field *field = &e->fields[random_below(g->r, (size_t)e->field_count)];
    if (!is_orderable(field->type) || field->type == WEFT_TYPE_BOOLEAN) {
        return "$count";
    }
    return join_path(g, kinds[random_below(g->r, is_summed(field->type) ? 4 : 2)], field->name);
}

static const char *random_order_path(const generator *g, int entity, int through, int depth)
{
    const world_entity *e = &g->w->entities[entity];
    if (through != WORLD_NONE && g->w->entities[through].link != WORLD_NONE && random_chance(g->r, 15)) {
        return weft_str_format(g->keep, "$link.%s", random_orderable(g, through)).data;
    }
    if (e->edge_count == 0 || random_chance(g->r, 75)) {
        return random_orderable(g, entity);
    }
    const world_edge *edge = &e->edges[random_below(g->r, (size_t)e->edge_count)];
    if (!edge->is_list && depth > 0 && random_chance(g->r, 40)) {
        return join_path(g, edge->name, random_order_path(g, edge->to, WORLD_NONE, depth - 1));
    }
    if (!edge->is_list && random_chance(g->r, 60)) {
        return weft_str_format(g->keep, "%s.%s", edge->name, random_orderable(g, edge->to)).data;
    }
    return join_path(g, edge->name, random_chance(g->r, 30) ? "$count" : random_aggregate(g, edge->to));
}

static void fill_scope(const generator *g, scope *s, int entity, int through, bool is_list)
{
    if (random_chance(g->r, 55)) {
        s->filter = make_condition(g, entity, through, (int)random_below(g->r, CONDITION_DEPTH_MAX + 1));
    }
    s->with_deleted = random_chance(g->r, 15);
    if (!is_list) {
        return;
    }
    for (size_t wanted = random_below(g->r, 4); wanted > 0; wanted--) {
        const char *path = random_order_path(g, entity, through, 2);
        if (!is_ordered_by(s, path)) {
            s->order[s->order_count++] = (order_term){path, random_chance(g->r, 50)};
        }
    }
    s->has_skip = random_chance(g->r, 35);
    s->skip = random_below(g->r, 4);
    s->has_take = random_chance(g->r, 40);
    s->take = random_below(g->r, 9);
}

static void add_path(const generator *g, const char *path)
{
    if (g->q->field_count < REQUEST_FIELDS_MAX) {
        g->q->fields[g->q->field_count++] = path;
    }
}

static void add_fields(const generator *g, int entity, const char *path)
{
    static const char *const json_paths[] = {
        "color", "size.w", "size.h", "size", "list.0", "list", "list.-1", "list.01"};
    const world_entity *e = &g->w->entities[entity];
    if (random_chance(g->r, 25)) {
        add_path(g, join_path(g, path, "*"));
    }
    for (size_t wanted = random_below(g->r, 4); wanted > 0; wanted--) {
        const world_field *field = &e->fields[random_below(g->r, (size_t)e->field_count)];
        const char *own = join_path(g, path, field->name);
        if (field->type == WEFT_TYPE_JSON && random_chance(g->r, 70)) {
            add_path(g, join_path(g, own, random_name(g, json_paths, WEFT_COUNT_OF(json_paths))));
        } else {
            add_path(g, own);
        }
    }
}

/* "edge.$count", "edge.$max.name" */
static void add_aggregates(const generator *g, int entity, const char *path)
{
    const world_entity *e = &g->w->entities[entity];
    for (size_t wanted = e->edge_count > 0 && random_chance(g->r, 40) ? random_below(g->r, 5) : 0; wanted > 0;
         wanted--) {
        const world_edge *edge = &e->edges[random_below(g->r, (size_t)e->edge_count)];
        add_path(g, join_path(g, join_path(g, path, edge->name), random_aggregate(g, edge->to)));
    }
}

static bool has_scope(const generator *g, const char *path)
{
    for (int i = 0; i < g->q->with_count; i++) {
        if (!strcmp(g->q->with[i].path, path)) {
            return true;
        }
    }
    return false;
}

static void add_edges(const generator *g, int entity, const char *path, int depth)
{
    const world_entity *e = &g->w->entities[entity];
    for (size_t wanted = depth > 0 && e->edge_count > 0 ? random_below(g->r, 4) : 0; wanted > 0; wanted--) {
        const world_edge *edge = &e->edges[random_below(g->r, (size_t)e->edge_count)];
        const char *below = join_path(g, path, edge->name);
        if (g->q->field_count >= REQUEST_FIELDS_MAX) {
            return;
        }
        add_path(g, random_chance(g->r, 25) ? below : join_path(g, below, world_key_name(&g->w->entities[edge->to])));
        add_fields(g, edge->to, below);
        add_aggregates(g, edge->to, below);
        if (g->q->with_count < REQUEST_SCOPES_MAX && !has_scope(g, below) && random_chance(g->r, 50)) {
            scope *s = &g->q->with[g->q->with_count++];
            s->path = below;
            fill_scope(g, s, edge->to, edge->through, edge->is_list);
        }
        add_edges(g, edge->to, below, depth - 1);
    }
}

static void mix_fields(const generator *g)
{
    for (size_t swaps = random_chance(g->r, 40) ? (size_t)g->q->field_count : 0; swaps > 0; swaps--) {
        const size_t one = random_below(g->r, (size_t)g->q->field_count);
        const size_t other = random_below(g->r, (size_t)g->q->field_count);
        const char *path = g->q->fields[one];
        g->q->fields[one] = g->q->fields[other];
        g->q->fields[other] = path;
    }
}

request *request_make(const world *w, randomness *r, weft_arena *keep)
{
    generator g = {w, r, keep, WEFT_ARENA_NEW(keep, request)};
    do {
        g.q->entity = (int)random_below(r, (size_t)w->entity_count);
    } while (w->entities[g.q->entity].is_pivot);
    g.q->root.path = "";
    g.q->is_counted = random_chance(r, 80);
    add_path(&g, world_key_name(&w->entities[g.q->entity]));
    add_fields(&g, g.q->entity, "");
    add_aggregates(&g, g.q->entity, "");
    add_edges(&g, g.q->entity, "", EDGE_DEPTH_MAX);
    mix_fields(&g);
    fill_scope(&g, &g.q->root, g.q->entity, WORLD_NONE, true);
    return g.q;
}
