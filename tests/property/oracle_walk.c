/* Walking edges, ordering and paging, in plain loops. */
#include "property/oracle.h"

#include <string.h>

#include <jansson.h>

#include "base/check.h"

static bool meet(const cell *a, const cell *b)
{
    return !a->is_null && !b->is_null && !strcmp(a->text, b->text);
}

static bool is_seen(const world_row *row, bool with_deleted)
{
    return !row->is_hidden && (with_deleted || !row->is_deleted);
}

static void add_targets(const world *w,
                        const world_edge *edge,
                        const cell *key,
                        const world_row *via,
                        bool with_deleted,
                        partner_list *list)
{
    const world_entity *to = &w->entities[edge->to];
    for (int i = 0; i < to->row_count; i++) {
        if (is_seen(&to->rows[i], with_deleted) && meet(key, &to->rows[i].cells[edge->to_field])) {
            list->items[list->count++] = (partner){&to->rows[i], via};
        }
    }
}

partner_list oracle_partners(
    const world *w, const world_edge *edge, const world_row *row, bool with_deleted, weft_arena *scratch)
{
    const int rows_max = w->entities[edge->to].row_count;
    const int links_max = edge->through == WORLD_NONE ? 1 : w->entities[edge->through].row_count;
    partner_list list = {WEFT_ARENA_ARRAY(scratch, partner, (size_t)(rows_max * links_max)), 0};
    const cell *key = &row->cells[edge->from_field];
    if (edge->through == WORLD_NONE) {
        add_targets(w, edge, key, NULL, with_deleted, &list);
        return list;
    }
    const world_entity *through = &w->entities[edge->through];
    for (int i = 0; i < through->row_count; i++) {
        const world_row *link = &through->rows[i];
        if (is_seen(link, false) && meet(key, &link->cells[edge->through_from])) {
            add_targets(w, edge, &link->cells[edge->through_to], link, with_deleted, &list);
        }
    }
    return list;
}

static order_value value_of_json(const world_entity *entity, const world_row *row, weft_str path, weft_arena *scratch)
{
    const size_t dot = weft_str_find(path, '.');
    const int field = world_field_find(entity, weft_str_slice(path, 0, dot));
    order_value found = {WEFT_TYPE_JSON, cell_null()};
    if (row && !row->cells[field].is_null) {
        const char *below = weft_str_copy(scratch, weft_str_slice(path, dot + 1, path.len)).data;
        found.value = oracle_json_at(&row->cells[field], below, scratch);
    }
    return found;
}

/* The sum or average of what is not null. */
static order_value total(
    const world_entity *entity, partner_list *list, weft_str name, bool is_average, weft_arena *scratch)
{
    const int field = world_field_find(entity, name);
    const weft_type type = entity->fields[field].type;
    bool is_null = true;
    for (int i = 0; i < list->count; i++) {
        is_null = is_null && list->items[i].row->cells[field].is_null;
    }
    if (is_null) {
        return (order_value){WEFT_TYPE_FLOAT, cell_null()};
    }
    if (is_average || type == WEFT_TYPE_FLOAT) {
        return (order_value){WEFT_TYPE_FLOAT, {.real = oracle_real(entity, list, field, is_average, scratch)}};
    }
    return (order_value){WEFT_TYPE_BIG_NUMBER, {.text = oracle_exact_sum(list, type, field, scratch)}};
}

static order_value value_of_field(const world_entity *entity, const world_row *row, weft_str name)
{
    const int field = world_field_find(entity, name);
    WEFT_CHECK(field != WORLD_NONE);
    return (order_value){entity->fields[field].type, row ? row->cells[field] : cell_null()};
}

/* A field, or a path below a json field. */
static order_value value_of_name(const world_entity *entity, const world_row *row, weft_str name, weft_arena *scratch)
{
    return weft_str_find(name, '.') == name.len ? value_of_field(entity, row, name)
                                                : value_of_json(entity, row, name, scratch);
}

static order_value extreme(const world_entity *entity, const partner_list *list, weft_str name, bool is_max)
{
    order_value best = value_of_field(entity, NULL, name);
    for (int i = 0; i < list->count; i++) {
        const order_value here = value_of_field(entity, list->items[i].row, name);
        if (here.value.is_null) {
            continue;
        }
        const int way = best.value.is_null ? 0 : cell_compare(here.type, &here.value, &best.value);
        if (best.value.is_null || (is_max ? way > 0 : way < 0)) {
            best.value = here.value;
        }
    }
    return best;
}

order_value oracle_total(
    const world_entity *entity, partner_list *list, const char *aggregate, weft_str name, weft_arena *scratch)
{
    return aggregate[1] == 'm' ? extreme(entity, list, name, aggregate[2] == 'a')
                               : total(entity, list, name, aggregate[1] == 'a', scratch);
}

/* The partners over `edge` of all of `rows`. */
static partner_list partners_of_all(const world *w,
                                    const world_edge *edge,
                                    const partner_list *rows,
                                    weft_arena *scratch)
{
    partner_list all = {NULL, 0};
    for (int i = 0; i < rows->count; i++) {
        const partner_list list = oracle_partners(w, edge, rows->items[i].row, false, scratch);
        partner *joined = WEFT_ARENA_ARRAY(scratch, partner, (size_t)(all.count + list.count));
        for (int j = 0; j < all.count + list.count; j++) {
            joined[j] = j < all.count ? all.items[j] : list.items[j - all.count];
        }
        all = (partner_list){joined, all.count + list.count};
    }
    return all;
}

static const world_row *first_by_key(const world_entity *entity, const partner_list *list)
{
    const world_row *first = NULL;
    for (int i = 0; i < list->count; i++) {
        const world_row *row = list->items[i].row;
        first = !first || world_key_compare(entity, row, first) < 0 ? row : first;
    }
    return first;
}

/* "edge.name", "edge.$count", "edge.$max.name", "edge.edge.name" … */
static order_value value_over_edge(
    const world *w, const world_entity *entity, const world_row *row, weft_str path, weft_arena *scratch)
{
    partner self = {row, NULL};
    partner_list list = {&self, 1};
    weft_str rest = path;
    for (;;) {
        const size_t dot = weft_str_find(rest, '.');
        const int number = world_edge_find(entity, weft_str_slice(rest, 0, dot));
        if (number == WORLD_NONE) {
            break;
        }
        list = partners_of_all(w, &entity->edges[number], &list, scratch);
        entity = &w->entities[entity->edges[number].to];
        rest = weft_str_slice(rest, dot + 1, rest.len);
    }
    if (weft_str_equal_text(rest, "$count")) {
        return (order_value){WEFT_TYPE_NUMBER, {.integer = list.count}};
    }
    if (rest.data[0] == '$') {
        const size_t end = weft_str_find(rest, '.');
        const weft_str name = weft_str_slice(rest, end + 1, rest.len);
        return oracle_total(entity, &list, rest.data, name, scratch);
    }
    return value_of_name(entity, first_by_key(entity, &list), rest, scratch);
}

static order_value value_of_term(
    const world *w, int entity, int link, const char *path, const partner *p, weft_arena *scratch)
{
    const weft_str text = weft_str_from(path);
    if (weft_str_starts_with(text, WEFT_STR("$link."))) {
        return value_of_name(&w->entities[link], p->via, weft_str_slice(text, 6, text.len), scratch);
    }
    const world_entity *e = &w->entities[entity];
    const weft_str first = weft_str_slice(text, 0, weft_str_find(text, '.'));
    return world_field_find(e, first) != WORLD_NONE ? value_of_name(e, p->row, text, scratch)
                                                    : value_over_edge(w, e, p->row, text, scratch);
}

/* Numbers stand before texts, and everything else behind both, as if it were null. */
static int json_rank(const json_t *json)
{
    return json_is_number(json) ? 0 : json_is_string(json) ? 1 : 2;
}

static int compare_json(const cell *a, const cell *b)
{
    json_t *x = a->is_null ? NULL : json_loads(a->text, JSON_DECODE_ANY, NULL);
    json_t *y = b->is_null ? NULL : json_loads(b->text, JSON_DECODE_ANY, NULL);
    int way = json_rank(x) - json_rank(y);
    if (way == 0 && json_is_number(x)) {
        way = (json_number_value(x) > json_number_value(y)) - (json_number_value(x) < json_number_value(y));
    } else if (way == 0 && json_is_string(x)) {
        way = strcmp(json_string_value(x), json_string_value(y));
    }
    json_decref(x);
    json_decref(y);
    return way;
}

int oracle_compare(const order_value *a, const order_value *b)
{
    if (a->type == WEFT_TYPE_JSON) {
        return compare_json(&a->value, &b->value);
    }
    if (a->value.is_null || b->value.is_null) {
        return (int)a->value.is_null - (int)b->value.is_null;
    }
    return a->type == WEFT_TYPE_BIG_NUMBER ? oracle_decimal_compare(a->value.text, b->value.text)
                                           : cell_compare(a->type, &a->value, &b->value);
}

static int compare_partners(
    const world *w, int entity, int link, const scope *s, const partner *a, const partner *b, weft_arena *scratch)
{
    for (int i = 0; i < s->order_count; i++) {
        const order_value x = value_of_term(w, entity, link, s->order[i].path, a, scratch);
        const order_value y = value_of_term(w, entity, link, s->order[i].path, b, scratch);
        const int way = oracle_compare(&x, &y);
        if (way != 0) {
            return s->order[i].is_descending ? -way : way;
        }
    }
    return world_key_compare(&w->entities[entity], a->row, b->row);
}

void oracle_order(const world *w, int entity, int link, const scope *s, partner_list *list, weft_arena *scratch)
{
    for (int i = 1; i < list->count; i++) {
        for (int j = i; j > 0; j--) {
            partner *before = &list->items[j - 1];
            if (compare_partners(w, entity, link, s, before, before + 1, scratch) <= 0) {
                break;
            }
            const partner moved = *before;
            *before = before[1];
            before[1] = moved;
        }
    }
}

void oracle_page(const scope *s, partner_list *list)
{
    const int skip = s->has_skip ? (int)s->skip : 0;
    const int skipped = skip < list->count ? skip : list->count;
    list->items += skipped;
    list->count -= skipped;
    if (s->has_take && (int)s->take < list->count) {
        list->count = (int)s->take;
    }
}
