/* Writing a request as JSON. */
#include "property/request.h"

#include <string.h>

static void write_condition(const world *w, const condition *c, weft_buf *buf);

static void write_list(const world *w, const condition *c, const char *name, weft_buf *buf)
{
    weft_buf_add_format(buf, "{\"%s\":[", name);
    for (int i = 0; i < c->child_count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "");
        write_condition(w, c->children[i], buf);
    }
    weft_buf_add_text(buf, "]}");
}

static bool takes_list(const char *operator_name)
{
    return !strcmp(operator_name, "$in") || !strcmp(operator_name, "$nin") || !strcmp(operator_name, "$overlap");
}

static void write_operands(const condition *c, weft_buf *buf)
{
    const bool is_list = takes_list(c->operator_name) || c->operand_count != 1;
    weft_buf_add_text(buf, is_list ? "[" : "");
    for (int i = 0; i < c->operand_count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "");
        weft_buf_add_text(buf, c->operands[i].shown);
    }
    weft_buf_add_text(buf, is_list ? "]" : "");
}

static void write_operator(const condition *c, weft_buf *buf)
{
    weft_buf_add_format(buf, "\"%s\":", c->operator_name);
    write_operands(c, buf);
}

static void write_compare(const world *w, const condition *c, weft_buf *buf)
{
    const world_entity *entity = &w->entities[c->through != WORLD_NONE ? c->through : c->entity];
    weft_buf_add_format(buf, "{\"%s%s", c->through != WORLD_NONE ? "$link." : "", entity->fields[c->field].name);
    weft_buf_add_format(buf, "%s%s\":", c->json_path ? "." : "", c->json_path ? c->json_path : "");
    if (c->is_bare) {
        write_operands(c, buf);
    } else {
        weft_buf_add_char(buf, '{');
        write_operator(c, buf);
        weft_buf_add_char(buf, '}');
    }
    weft_buf_add_char(buf, '}');
}

/* True while the shrinker has left `c` in a shape that a path can say. */
static bool is_path(const condition *c)
{
    bool is_right = c->is_path && c->child && c->child->kind == CONDITION_AND && c->child->child_count > 0;
    for (int i = 0; is_right && i < c->child->child_count; i++) {
        is_right = c->child->children[i]->kind == CONDITION_COMPARE;
    }
    return is_right;
}

/* {"edge.field": {"$gte": 1, "$lte": 5}} */
static void write_path(const world *w, const condition *c, weft_buf *buf)
{
    const world_edge *edge = &w->entities[c->entity].edges[c->edge];
    const condition *all = c->child;
    weft_buf_add_format(buf, "{\"%s.%s\":{", edge->name, w->entities[edge->to].fields[all->children[0]->field].name);
    for (int i = 0; i < all->child_count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "");
        write_operator(all->children[i], buf);
    }
    weft_buf_add_text(buf, "}}");
}

static void write_edge(const world *w, const condition *c, weft_buf *buf)
{
    if (is_path(c)) {
        write_path(w, c, buf);
        return;
    }
    weft_buf_add_format(buf, "{\"%s\":", w->entities[c->entity].edges[c->edge].name);
    if (c->quantifier[0]) {
        weft_buf_add_format(buf, "{\"%s\":", c->quantifier);
    }
    if (c->child) {
        write_condition(w, c->child, buf);
    } else {
        weft_buf_add_text(buf, "{}");
    }
    weft_buf_add_text(buf, c->quantifier[0] ? "}}" : "}");
}

/* Nested or as a path, which mean the same. */
static void write_aggregate(const world *w, const condition *c, weft_buf *buf)
{
    const world_edge *edge = &w->entities[c->entity].edges[c->edge];
    const char *field = w->entities[edge->to].fields[c->field].name;
    const char *between = c->is_bare ? "." : "\":{\"";
    weft_buf_add_format(
        buf, "{\"%s%s%s%s%s\":{\"%s\":", edge->name, between, c->aggregate, between, field, c->operator_name);
    write_operands(c, buf);
    weft_buf_add_text(buf, c->is_bare ? "}}" : "}}}}");
}

static void write_condition(const world *w, const condition *c, weft_buf *buf)
{
    switch (c->kind) {
    case CONDITION_AND:
        write_list(w, c, "$and", buf);
        break;
    case CONDITION_OR:
        write_list(w, c, "$or", buf);
        break;
    case CONDITION_NOT:
        weft_buf_add_text(buf, "{\"$not\":");
        write_condition(w, c->child, buf);
        weft_buf_add_char(buf, '}');
        break;
    case CONDITION_COMPARE:
        write_compare(w, c, buf);
        break;
    case CONDITION_EDGE:
        write_edge(w, c, buf);
        break;
    case CONDITION_AGGREGATE:
        write_aggregate(w, c, buf);
        break;
    case CONDITION_COUNT:
        weft_buf_add_format(buf,
                            "{\"%s\":{\"$count\":{\"%s\":%s}}}",
                            w->entities[c->entity].edges[c->edge].name,
                            c->operator_name,
                            c->operands[0].shown);
        break;
    }
}

static void write_order(const scope *s, weft_buf *buf)
{
    weft_buf_add_text(buf, "\"order\":[");
    for (int i = 0; i < s->order_count; i++) {
        weft_buf_add_format(
            buf, "%s{\"%s\":\"%s\"}", i > 0 ? "," : "", s->order[i].path, s->order[i].is_descending ? "DESC" : "ASC");
    }
    weft_buf_add_char(buf, ']');
}

static void write_page(const scope *s, weft_buf *buf, const char *comma)
{
    if (s->order_count > 0) {
        weft_buf_add_text(buf, comma);
        write_order(s, buf);
        comma = ",";
    }
    if (s->has_skip) {
        weft_buf_add_format(buf, "%s\"skip\":%zu", comma, s->skip);
        comma = ",";
    }
    if (s->has_take) {
        weft_buf_add_format(buf, "%s\"take\":%zu", comma, s->take);
        comma = ",";
    }
    if (s->cursor_key) {
        const char *quote = s->cursor ? "\"" : "";
        weft_buf_add_format(buf, "%s\"%s\":%s%s%s", comma, s->cursor_key, quote, s->cursor ? s->cursor : "null", quote);
    }
}

static void write_filter(const world *w, const scope *s, weft_buf *buf)
{
    if (s->filter) {
        weft_buf_add_text(buf, ",\"filters\":");
        write_condition(w, s->filter, buf);
    }
}

static void write_with(const world *w, const request *q, weft_buf *buf)
{
    for (int i = 0; i < q->with_count; i++) {
        const scope *s = &q->with[i];
        weft_buf_add_format(buf, "%s\"%s\":{", i > 0 ? "," : ",\"with\":{", s->path);
        weft_buf_add_format(buf, "\"withDeleted\":%s", s->with_deleted ? "true" : "false");
        write_filter(w, s, buf);
        write_page(s, buf, ",");
        weft_buf_add_char(buf, '}');
    }
    weft_buf_add_text(buf, q->with_count > 0 ? "}" : "");
}

void request_write(const world *w, const request *q, weft_buf *buf)
{
    weft_buf_add_format(buf, "{\"entity\":\"%s\",\"fields\":[", w->entities[q->entity].name);
    for (int i = 0; i < q->field_count; i++) {
        weft_buf_add_format(buf, "%s\"%s\"", i > 0 ? "," : "", q->fields[i]);
    }
    weft_buf_add_char(buf, ']');
    write_filter(w, &q->root, buf);
    weft_buf_add_text(buf, ",\"pagination\":{");
    write_page(&q->root, buf, "");
    weft_buf_add_char(buf, '}');
    weft_buf_add_text(buf, q->is_counted ? "" : ",\"count\":false");
    weft_buf_add_text(buf, q->root.with_deleted ? ",\"withDeleted\":true" : "");
    write_with(w, q, buf);
    weft_buf_add_char(buf, '}');
}
