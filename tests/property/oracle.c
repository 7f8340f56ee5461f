/* Answering: the paths asked for become a tree of names in order of their first appearance, and the tree is written for
 * every record found. */
#include "property/oracle.h"

#include <string.h>

#include <jansson.h>

#include "base/check.h"

#define NAMES_MAX 64

/* One name of the answer: a field (with the names asked for inside a json field), or an edge with what is below it. */
typedef struct place place;
struct place {
    weft_str name;
    bool is_whole; /* json: everything below is shown */
    bool is_kind;  /* "$max": aggregates are below */
    int field;     /* WORLD_NONE: an edge, or a name inside json */
    int edge;
    int entity;         /* edge: where it leads */
    weft_str aggregate; /* "$max": of `edge`, of `field`; then neither is shown itself */
    const scope *with;
    place *below[NAMES_MAX];
    int below_count;
};

typedef struct answer {
    const world *w;
    const request *q;
    weft_arena *scratch;
    weft_buf *buf;
} answer;

static place *name_below(answer *a, place *at, weft_str name)
{
    for (int i = 0; i < at->below_count; i++) {
        if (weft_str_equal(at->below[i]->name, name)) {
            return at->below[i];
        }
    }
    place *made = WEFT_ARENA_NEW(a->scratch, place);
    *made = (place){.name = name, .field = WORLD_NONE, .edge = WORLD_NONE};
    at->below[at->below_count++] = made;
    return made;
}

static void add_all_fields(answer *a, place *at)
{
    const world_entity *entity = &a->w->entities[at->entity];
    for (int i = 0; i < entity->field_count; i++) {
        place *field = name_below(a, at, weft_str_from(entity->fields[i].name));
        field->field = i;
        field->is_whole = true;
    }
}

static void add_json_path(answer *a, place *at, weft_str rest)
{
    while (rest.len > 0) {
        const size_t end = weft_str_find(rest, '.');
        at = name_below(a, at, weft_str_slice(rest, 0, end));
        rest = weft_str_slice(rest, end + 1, rest.len);
    }
    at->is_whole = true;
}

static const scope *find_with(const answer *a, weft_str path)
{
    for (int i = 0; i < a->q->with_count; i++) {
        if (weft_str_equal_text(path, a->q->with[i].path)) {
            return &a->q->with[i];
        }
    }
    return NULL;
}

/* "$count", "$max.views" behind an edge: shown under their kind. */
static void add_aggregate(answer *a, place *at, int edge, weft_str rest)
{
    const world_edge *walked = &a->w->entities[at->entity].edges[edge];
    const size_t end = weft_str_find(rest, '.');
    const weft_str field = weft_str_slice(rest, end + 1, rest.len);
    const weft_str name = field.len > 0 ? weft_str_format(a->scratch, "%s.%.*s", walked->name, WEFT_STR_ARG(field))
                                        : weft_str_from(walked->name);
    place *kind = name_below(a, at, weft_str_slice(rest, 0, end));
    place *made = name_below(a, kind, name);
    kind->is_kind = true;
    made->aggregate = weft_str_slice(rest, 0, end);
    made->edge = edge;
    made->field = field.len > 0 ? world_field_find(&a->w->entities[walked->to], field) : WORLD_NONE;
}

static void add_path(answer *a, place *at, weft_str whole)
{
    weft_str rest = whole;
    while (rest.len > 0) {
        const world_entity *entity = &a->w->entities[at->entity];
        const size_t end = weft_str_find(rest, '.');
        const weft_str name = weft_str_slice(rest, 0, end);
        rest = weft_str_slice(rest, end + 1, rest.len);
        if (weft_str_equal_text(name, "*")) {
            add_all_fields(a, at);
            return;
        }
        const int field = world_field_find(entity, name);
        if (field != WORLD_NONE) {
            place *found = name_below(a, at, name);
            found->field = field;
            add_json_path(a, found, rest);
            return;
        }
        const int edge = world_edge_find(entity, name);
        WEFT_CHECK(edge != WORLD_NONE);
        if (rest.len > 0 && rest.data[0] == '$') {
            add_aggregate(a, at, edge, rest);
            return;
        }
        at = name_below(a, at, name);
        at->edge = edge;
        at->entity = entity->edges[edge].to;
        at->with = find_with(a, (weft_str){whole.data, (size_t)(name.data + name.len - whole.data)});
    }
    add_all_fields(a, at); /* a bare edge */
}

static void write_name(answer *a, int at, weft_str name)
{
    weft_buf_add_format(a->buf, "%s\"%.*s\":", at > 0 ? "," : "", WEFT_STR_ARG(name));
}

static const json_t *json_below(const json_t *value, weft_str name)
{
    if (json_is_array(value) && name.len == 1 && name.data[0] >= '0' && name.data[0] <= '9') {
        return json_array_get(value, (size_t)(name.data[0] - '0'));
    }
    char key[64] = "";
    memcpy(key, name.data, name.len);
    return json_object_get(value, key);
}

static void write_json(answer *a, const place *at, const json_t *value)
{
    if (at->is_whole) {
        char *text = value ? json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY) : NULL;
        weft_buf_add_text(a->buf, text ? text : "null");
        free(text);
        return;
    }
    weft_buf_add_char(a->buf, '{');
    for (int i = 0; i < at->below_count; i++) {
        write_name(a, i, at->below[i]->name);
        write_json(a, at->below[i], json_below(value, at->below[i]->name));
    }
    weft_buf_add_char(a->buf, '}');
}

static void write_field(answer *a, const place *at, const cell *value)
{
    if (at->is_whole || at->below_count == 0) {
        weft_buf_add_text(a->buf, value->shown);
        return;
    }
    json_t *json = value->is_null ? NULL : json_loads(value->text, JSON_DECODE_ANY, NULL);
    write_json(a, at, json);
    json_decref(json);
}

static void write_record(answer *a, const place *at, const world_row *row);

static void write_edge(answer *a, const place *at, const world_edge *edge, const world_row *row)
{
    static const scope plain = {.path = ""};
    const scope *s = at->with ? at->with : &plain;
    partner_list found = oracle_partners(a->w, edge, row, s->with_deleted, a->scratch);
    partner_list list = {WEFT_ARENA_ARRAY(a->scratch, partner, (size_t)found.count), 0};
    for (int i = 0; i < found.count; i++) {
        if (oracle_matches(a->w, s->filter, &found.items[i], a->scratch)) {
            list.items[list.count++] = found.items[i];
        }
    }
    oracle_order(a->w, edge->to, edge->through, s, &list, a->scratch);
    oracle_page(s, &list);
    if (!edge->is_list) {
        if (list.count > 0) {
            write_record(a, at, list.items[0].row);
        } else {
            weft_buf_add_text(a->buf, "null");
        }
        return;
    }
    weft_buf_add_char(a->buf, '[');
    for (int i = 0; i < list.count; i++) {
        weft_buf_add_text(a->buf, i > 0 ? "," : "");
        write_record(a, at, list.items[i].row);
    }
    weft_buf_add_char(a->buf, ']');
}

static void write_aggregates(answer *a, const place *kind, const world_entity *entity, const world_row *row)
{
    weft_buf_add_char(a->buf, '{');
    for (int i = 0; i < kind->below_count; i++) {
        const place *here = kind->below[i];
        const world_edge *edge = &entity->edges[here->edge];
        write_name(a, i, here->name);
        oracle_aggregate(a->w, edge, row, here->aggregate, here->field, a->scratch, a->buf);
    }
    weft_buf_add_char(a->buf, '}');
}

static void write_record(answer *a, const place *at, const world_row *row)
{
    const world_entity *entity = &a->w->entities[at->entity];
    weft_buf_add_char(a->buf, '{');
    for (int i = 0; i < at->below_count; i++) {
        const place *here = at->below[i];
        write_name(a, i, here->name);
        if (here->is_kind) {
            write_aggregates(a, here, entity, row);
        } else if (here->field != WORLD_NONE) {
            write_field(a, here, &row->cells[here->field]);
        } else {
            write_edge(a, here, &entity->edges[here->edge], row);
        }
    }
    weft_buf_add_char(a->buf, '}');
}

static partner_list find_records(answer *a)
{
    const world_entity *entity = &a->w->entities[a->q->entity];
    const scope *s = &a->q->root;
    partner_list list = {WEFT_ARENA_ARRAY(a->scratch, partner, (size_t)entity->row_count), 0};
    for (int i = 0; i < entity->row_count; i++) {
        const partner p = {&entity->rows[i], NULL};
        const bool is_seen = !p.row->is_hidden && (s->with_deleted || !p.row->is_deleted);
        if (is_seen && oracle_matches(a->w, s->filter, &p, a->scratch)) {
            list.items[list.count++] = p;
        }
    }
    oracle_order(a->w, a->q->entity, WORLD_NONE, s, &list, a->scratch);
    return list;
}

static void write_metadata(answer *a, int count)
{
    const scope *s = &a->q->root;
    if (!s->has_skip) {
        return;
    }
    weft_buf_add_format(a->buf, ",\"metadata\":{\"skip\":%zu", s->skip);
    if (s->has_take) {
        weft_buf_add_format(a->buf, ",\"take\":%zu", s->take);
    }
    if (a->q->is_counted) {
        weft_buf_add_format(a->buf, ",\"count\":%d", count);
    }
    weft_buf_add_char(a->buf, '}');
}

void oracle_answer(const world *w, const request *q, weft_arena *scratch, weft_buf *buf)
{
    answer a = {w, q, scratch, buf};
    place root = {.field = WORLD_NONE, .edge = WORLD_NONE, .entity = q->entity};
    for (int i = 0; i < q->field_count; i++) {
        add_path(&a, &root, weft_str_from(q->fields[i]));
    }
    partner_list list = find_records(&a);
    const int count = list.count;
    oracle_page(&q->root, &list);
    weft_buf_add_text(buf, "{\"data\":[");
    for (int i = 0; i < list.count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "");
        write_record(&a, &root, list.items[i].row);
    }
    weft_buf_add_char(buf, ']');
    write_metadata(&a, count);
    weft_buf_add_char(buf, '}');
}
