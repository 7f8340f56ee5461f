/* Making a world: modules with models, relations inside them, links across them, records in all. The shapes follow the
 * definitions' documentation: isList speaks of its own side, a link row's columns are named after the aliases. */
#include "property/world.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/compiler.h"

/* Names with their plurals; each is used once a world. */
static const char *const nouns[][2] = {
    {"apple", "apples"},     {"box", "boxes"},      {"city", "cities"},   {"leaf", "leaves"},
    {"person", "people"},    {"bus", "buses"},      {"day", "days"},      {"fox", "foxes"},
    {"mouse", "mice"},       {"tag", "tags"},       {"shelf", "shelves"}, {"hero", "heroes"},
    {"photo", "photos"},     {"child", "children"}, {"quiz", "quizzes"},  {"analysis", "analyses"},
    {"matrix", "matrices"},  {"lamp", "lamps"},     {"dish", "dishes"},   {"story", "stories"},
    {"toy_car", "toy_cars"}, {"half", "halves"},    {"ox", "oxen"},       {"status_page", "status_pages"}};

static const char *const module_names[] = {"north", "east", "south", "west"};

typedef struct builder {
    world *w;
    weft_arena *keep;
    randomness r;
    bool used[WEFT_COUNT_OF(nouns)];
    int name_count;
} builder;

static size_t take_noun(builder *b)
{
    size_t at = random_below(&b->r, WEFT_COUNT_OF(nouns));
    while (b->used[at]) {
        at = (at + 1) % WEFT_COUNT_OF(nouns);
    }
    b->used[at] = true;
    return at;
}

static const char *format_name(builder *b, const char *prefix)
{
    return weft_str_format(b->keep, "%s%d", prefix, b->name_count++).data;
}

static int add_field(world_entity *entity, world_field field)
{
    entity->fields[entity->field_count] = field;
    return entity->field_count++;
}

static world_edge *add_edge(world_entity *entity, world_edge edge)
{
    entity->edges[entity->edge_count] = edge;
    return &entity->edges[entity->edge_count++];
}

static int add_entity(world *w, world_entity entity)
{
    w->entities[w->entity_count] = entity;
    return w->entity_count++;
}

static void add_timestamps(world_entity *entity)
{
    (void)add_field(entity, (world_field){"created_at", WEFT_TYPE_DATE_TIME, false, false, false});
    (void)add_field(entity, (world_field){"updated_at", WEFT_TYPE_DATE_TIME, false, false, false});
    (void)add_field(entity, (world_field){"deleted_at", WEFT_TYPE_DATE_TIME, true, false, false});
}

static weft_type random_type(randomness *r)
{
    static const weft_type types[] = {WEFT_TYPE_TEXT,
                                      WEFT_TYPE_TEXT,
                                      WEFT_TYPE_NUMBER,
                                      WEFT_TYPE_BIG_NUMBER,
                                      WEFT_TYPE_FLOAT,
                                      WEFT_TYPE_BOOLEAN,
                                      WEFT_TYPE_JSON,
                                      WEFT_TYPE_DATE_TIME,
                                      WEFT_TYPE_ARRAY,
                                      WEFT_TYPE_ENUM};
    return types[random_below(r, WEFT_COUNT_OF(types))];
}

/* An id; or a number; or a text and a number together. */
static void add_keys(builder *b, world_entity *entity)
{
    const size_t kind = random_below(&b->r, 10);
    entity->key_count = kind == 0 ? 2 : 1;
    if (kind == 0) {
        (void)add_field(entity, (world_field){"code", WEFT_TYPE_TEXT, false, true, true});
    }
    if (kind < 3) {
        (void)add_field(entity, (world_field){"number", WEFT_TYPE_NUMBER, false, true, true});
    } else {
        (void)add_field(entity, (world_field){"id", WEFT_TYPE_ID, false, true, false});
    }
}

/* The field that holds a key of `entity` elsewhere: "<name>_id" in a model, "<name>_<key>" in a link's table. */
static world_field reference(builder *b, const char *name, const world_entity *entity, bool is_nullable)
{
    const world_field *key = &entity->fields[0];
    const char *key_name = is_nullable ? "id" : key->name;
    const weft_type type = key->type == WEFT_TYPE_NUMBER ? WEFT_TYPE_NUMBER : WEFT_TYPE_TEXT;
    return (world_field){weft_str_format(b->keep, "%s_%s", name, key_name).data, type, is_nullable, false, false};
}

static void add_tenant(builder *b, world_entity *entity)
{
    (void)add_field(entity, (world_field){WORLD_TENANT, b->w->tenant_type, true, true, false});
}

static void add_model(builder *b, int module)
{
    const size_t noun = take_noun(b);
    world_entity entity = {
        .name = nouns[noun][0], .module = module, .link = WORLD_NONE, .relations = "", .keys = {0, 1}};
    add_keys(b, &entity);
    const size_t count = random_between(&b->r, 1, 5);
    for (size_t i = 0; i < count; i++) {
        const weft_type type = random_type(&b->r);
        (void)add_field(&entity, (world_field){format_name(b, "f"), type, random_chance(&b->r, 50), true, false});
    }
    if (b->w->tenant_type && random_chance(&b->r, 80)) {
        add_tenant(b, &entity);
    }
    (void)add_entity(b->w, entity);
}

/* A child that belongs to its parent, and the parent's view of it. */
static void add_belonging(builder *b, int parent, int child, bool is_list)
{
    world_entity *p = &b->w->entities[parent];
    world_entity *c = &b->w->entities[child];
    const char *up = format_name(b, "up");
    const char *down = format_name(b, "down");
    const int column = add_field(c, reference(b, up, p, true));
    c->relations =
        weft_str_format(b->keep, "%s      %s: { belongsTo: %s, nullable: true }\n", c->relations, up, p->name).data;
    p->relations = weft_str_format(b->keep,
                                   "%s      %s: { %s: %s, mappedBy: %s }\n",
                                   p->relations,
                                   down,
                                   is_list ? "hasMany" : "hasOne",
                                   c->name,
                                   up)
                       .data;
    (void)add_edge(c, (world_edge){up, false, parent, column, 0, WORLD_NONE, 0, 0});
    (void)add_edge(p, (world_edge){down, is_list, child, 0, column, WORLD_NONE, 0, 0});
}

static void add_many_to_many(builder *b, int one, int other)
{
    world_entity *a = &b->w->entities[one];
    world_entity *z = &b->w->entities[other];
    const char *there = format_name(b, "many");
    const char *back = format_name(b, "many");
    a->relations = weft_str_format(b->keep, "%s      %s: { manyToMany: %s }\n", a->relations, there, z->name).data;
    z->relations =
        weft_str_format(b->keep, "%s      %s: { manyToMany: %s, mappedBy: %s }\n", z->relations, back, a->name, there)
            .data;
    world_entity pivot = {.name = there,
                          .module = WORLD_NONE,
                          .link = WORLD_NONE,
                          .is_pivot = true,
                          .owner = one,
                          .owner_edge = there,
                          .relations = ""};
    const int from = add_field(&pivot, reference(b, "from", a, false));
    const int to = add_field(&pivot, reference(b, "to", z, false));
    const int through = add_entity(b->w, pivot);
    (void)add_edge(a, (world_edge){there, true, other, 0, 0, through, from, to});
    (void)add_edge(z, (world_edge){back, true, one, 0, 0, through, to, from});
}

static void add_relations(builder *b, int first, int count)
{
    for (int i = 1; i < count; i++) {
        const int parent = first + (int)random_below(&b->r, (size_t)i);
        if (b->w->entities[parent].key_count > 1) {
            continue; /* nothing refers to a key of two fields */
        }
        if (b->w->entities[first + i].key_count == 1 && random_chance(&b->r, 30)) {
            add_many_to_many(b, parent, first + i);
        } else {
            add_belonging(b, parent, first + i, random_chance(&b->r, 75));
        }
    }
    if (b->w->entities[first].key_count == 1 && random_chance(&b->r, 30)) {
        add_belonging(b, first, first, true); /* a tree */
    }
}

/* What a link calls one of its sides. */
typedef struct side {
    int entity;
    bool is_list;
    const char *alias;
    const char *plural;
    bool is_renamed;
    const char *field; /* read-only: the one that is joined; NULL: the key */
    int column;
} side;

static bool has_edge(const world_entity *entity, const char *name)
{
    return world_edge_find(entity, weft_str_from(name)) != WORLD_NONE;
}

static side make_side(builder *b, int entity, int other, bool must_rename)
{
    side s = {.entity = entity, .is_list = random_chance(&b->r, 60)};
    const world_entity *e = &b->w->entities[entity];
    size_t noun = 0;
    while (strcmp(nouns[noun][0], e->name) != 0) {
        noun++;
    }
    const bool is_taken = has_edge(&b->w->entities[other], nouns[noun][0]) ||
                          has_edge(&b->w->entities[other], nouns[noun][1]) ||
                          has_edge(&b->w->entities[other], weft_str_format(b->keep, "%s_link", e->name).data);
    s.is_renamed = must_rename || is_taken || random_chance(&b->r, 20);
    if (s.is_renamed) {
        noun = take_noun(b);
    }
    s.alias = nouns[noun][0];
    s.plural = nouns[noun][1];
    return s;
}

static void print_side(const builder *b, const side *s, const char *which, weft_buf *buf)
{
    const world_entity *e = &b->w->entities[s->entity];
    weft_buf_add_format(buf, "%s: { linkable: %s.%s", which, b->w->modules[e->module], e->name);
    if (s->is_list) {
        weft_buf_add_text(buf, ", isList: true");
    }
    if (s->is_renamed) {
        weft_buf_add_format(buf, ", alias: %s", s->alias);
    }
    if (s->field) {
        weft_buf_add_format(buf, ", field: %s", s->field);
    }
    weft_buf_add_text(buf, " }\n");
}

/* The edges from `from`'s records over the link to `to`'s, and to the link rows; and from a link row to `to`. */
static void add_link_edges(builder *b, int link, const side *from, const side *to)
{
    world_entity *e = &b->w->entities[from->entity];
    (void)add_edge(
        e,
        (world_edge){
            to->is_list ? to->plural : to->alias, to->is_list, to->entity, 0, 0, link, from->column, to->column});
    const char *row = weft_str_format(b->keep, "%s_link", to->alias).data;
    (void)add_edge(e, (world_edge){row, to->is_list, link, 0, from->column, WORLD_NONE, 0, 0});
    (void)add_edge(&b->w->entities[link], (world_edge){to->alias, false, to->entity, to->column, 0, WORLD_NONE, 0, 0});
}

static const char *type_name(weft_arena *keep, weft_type type)
{
    return weft_str_copy(keep, weft_type_name(type)).data;
}

static void add_extra_columns(builder *b, world_entity *table, weft_buf *buf)
{
    static const weft_type types[] = {
        WEFT_TYPE_NUMBER, WEFT_TYPE_TEXT, WEFT_TYPE_JSON, WEFT_TYPE_BOOLEAN, WEFT_TYPE_DATE_TIME};
    const size_t count = random_below(&b->r, 3);
    const bool has_tenant = b->w->tenant_type && count > 0 && random_chance(&b->r, 35);
    if (count > 0 || b->w->is_medusa) {
        weft_buf_add_text(buf, "database:\n");
    }
    if (b->w->is_medusa) { /* two links between the same models would share a table */
        weft_buf_add_format(buf, "  table: table%d\n", b->w->link_count);
    }
    if (count > 0) {
        weft_buf_add_text(buf, "  extraColumns:\n");
    }
    for (size_t i = 0; i < count; i++) {
        const weft_type type = types[random_below(&b->r, WEFT_COUNT_OF(types))];
        const char *name = format_name(b, "x");
        weft_buf_add_format(buf, "    %s: { type: %s, nullable: true }\n", name, type_name(b->keep, type));
        (void)add_field(table, (world_field){name, type, true, true, false});
    }
    if (has_tenant) {
        const char *type = type_name(b->keep, b->w->tenant_type);
        weft_buf_add_format(buf, "    %s: { type: %s, nullable: true }\n", WORLD_TENANT, type);
        add_tenant(b, table);
    }
}

/* What the column of a side is called after: its alias; Medusa says its model. */
static const char *column_name(const builder *b, const side *s, const side *other)
{
    return b->w->is_medusa && s->entity != other->entity ? b->w->entities[s->entity].name : s->alias;
}

static void add_link_columns(builder *b, world_entity *table, side *l, side *r, weft_buf *buf)
{
    const world_field id = {"id", WEFT_TYPE_ID, false, false, false};
    const bool is_medusa = b->w->is_medusa;
    (void)(is_medusa ? 0 : add_field(table, id));
    l->column = add_field(table, reference(b, column_name(b, l, r), &b->w->entities[l->entity], false));
    r->column = add_field(table, reference(b, column_name(b, r, l), &b->w->entities[r->entity], false));
    (void)(is_medusa ? add_field(table, id) : 0);
    table->key_count = is_medusa ? 2 : 1;
    table->keys[1] = 1;
    add_extra_columns(b, table, buf);
    add_timestamps(table);
}

static void add_link(builder *b, int left, int right)
{
    world *w = b->w;
    side l = make_side(b, left, right, left == right);
    side r = make_side(b, right, left, left == right);
    if (!strcmp(l.alias, r.alias)) {
        return;
    }
    weft_buf buf;
    weft_buf_init_arena(&buf, b->keep);
    weft_buf_add_format(&buf, "name: lk%d\n", w->link_count);
    print_side(b, &l, "left", &buf);
    print_side(b, &r, "right", &buf);
    world_entity table = {.module = WORLD_NONE, .link = w->link_count, .relations = ""};
    add_link_columns(b, &table, &l, &r, &buf);
    table.name = weft_str_format(b->keep, "lk%d", w->link_count).data;
    const int entity = add_entity(w, table);
    add_link_edges(b, entity, &l, &r);
    add_link_edges(b, entity, &r, &l);
    w->links[w->link_count++] =
        (world_link){.definition = weft_str_copy(b->keep, weft_buf_str(&buf)).data, .entity = entity};
}

static const char *side_name(const side *s)
{
    return s->is_list ? s->plural : s->alias;
}

/* A field of `referring` that may hold keys of `referred`, or WORLD_NONE. */
static int find_reference(const world *w, int referring, int referred)
{
    const world_entity *e = &w->entities[referring];
    const bool is_number = w->entities[referred].fields[0].type == WEFT_TYPE_NUMBER;
    for (int f = e->key_count; f < e->field_count; f++) {
        if (strcmp(e->fields[f].name, WORLD_TENANT) != 0 && e->fields[f].is_own &&
            e->fields[f].type == (is_number ? WEFT_TYPE_NUMBER : WEFT_TYPE_TEXT)) {
            return f;
        }
    }
    return WORLD_NONE;
}

/* A field of one side holds keys of the other; of the left side it can be walked back only when that is a list. */
static void add_read_only(builder *b, int left, int right)
{
    world *w = b->w;
    const bool is_left = random_chance(&b->r, 60);
    const int referring = is_left ? left : right;
    const int field = find_reference(w, referring, is_left ? right : left);
    side l = make_side(b, left, right, left == right);
    side r = make_side(b, right, left, left == right);
    if (field == WORLD_NONE || !strcmp(l.alias, r.alias)) {
        return;
    }
    r.is_list = r.is_list || !is_left;
    *(is_left ? &l.field : &r.field) = w->entities[referring].fields[field].name;
    weft_buf buf;
    weft_buf_init_arena(&buf, b->keep);
    weft_buf_add_format(&buf, "name: lk%d\nreadOnly: true\n", w->link_count);
    print_side(b, &l, "left", &buf);
    print_side(b, &r, "right", &buf);
    const int from = is_left ? field : 0;
    const int to = is_left ? 0 : field;
    (void)add_edge(&w->entities[left], (world_edge){side_name(&r), r.is_list, right, from, to, WORLD_NONE, 0, 0});
    if (l.is_list || !is_left) {
        (void)add_edge(&w->entities[right], (world_edge){side_name(&l), l.is_list, left, to, from, WORLD_NONE, 0, 0});
    }
    w->links[w->link_count++] = (world_link){.definition = weft_str_copy(b->keep, weft_buf_str(&buf)).data,
                                             .entity = WORLD_NONE,
                                             .referring = referring,
                                             .field = field,
                                             .referred = is_left ? right : left};
}

static bool is_linkable(const world *w, int entity)
{
    return w->entities[entity].key_count == 1 && w->entities[entity].edge_count + 4 < WORLD_EDGES_MAX;
}

static void add_links(builder *b, const int *models, size_t model_count)
{
    const size_t count = random_between(&b->r, 2, 5);
    for (size_t i = 0; i < count; i++) {
        const int left = models[random_below(&b->r, model_count)];
        const int right = models[random_below(&b->r, model_count)];
        if (!is_linkable(b->w, left) || !is_linkable(b->w, right)) {
            continue;
        }
        if (random_chance(&b->r, 25)) {
            add_read_only(b, left, right);
        } else {
            add_link(b, left, right);
        }
    }
}

static void add_modules(builder *b, int *ret_models, size_t *ret_count)
{
    world *w = b->w;
    w->module_count = (int)random_between(&b->r, 2, WORLD_MODULES_MAX);
    for (int module = 0; module < w->module_count; module++) {
        w->modules[module] = module_names[module];
        const int first = w->entity_count;
        const int count = (int)random_between(&b->r, 1, 3);
        for (int i = 0; i < count; i++) {
            ret_models[(*ret_count)++] = first + i;
            add_model(b, module);
        }
        add_relations(b, first, count);
    }
    for (size_t i = 0; i < *ret_count; i++) {
        add_timestamps(&w->entities[ret_models[i]]);
    }
}

static cell row_id(builder *b, const world_entity *entity, int number)
{
    static const char *const starts[] = {"", "A", "a", "\xc3\xa4", "z"};
    const char *start = starts[random_below(&b->r, WEFT_COUNT_OF(starts))];
    return cell_from_text(b->keep, weft_str_format(b->keep, "%s%c%d", start, entity->name[0], number).data);
}

/* No two rows have the same. Numbers come in no order, and are as large as they can be. */
static cell row_key(builder *b, const world_entity *entity, int field, int number)
{
    static const char *const codes[] = {"b", "", "B"};
    if (entity->key_count == 2 && field == 0) {
        return cell_from_text(b->keep, codes[number % 3]);
    }
    if (entity->fields[field].type != WEFT_TYPE_NUMBER) {
        return row_id(b, entity, number);
    }
    const int shuffled = (number * 5) % 16 - 4;
    return cell_from_number(b->keep, shuffled == 7 ? INT64_MAX : shuffled == -3 ? INT64_MIN : shuffled);
}

static void fill_times(builder *b, const world_entity *entity, world_row *row)
{
    const int first = entity->field_count - 3;
    const int64_t time_ms = INT64_C(1767225600000) + (int64_t)random_below(&b->r, 5) * 1001;
    row->is_deleted = random_chance(&b->r, 12);
    row->cells[first] = cell_from_time(b->keep, time_ms);
    row->cells[first + 1] = cell_from_time(b->keep, time_ms + 5);
    row->cells[first + 2] = row->is_deleted ? cell_from_time(b->keep, time_ms + 9) : cell_null();
}

const char *world_tenant(const world *w, int number)
{
    static const char *const names[WORLD_TENANTS] = {"acme", "bolt"};
    static const char *const numbers[WORLD_TENANTS] = {"7", "-8"};
    return w->tenant_type == WEFT_TYPE_NUMBER ? numbers[number] : names[number];
}

/* One's own, mostly; another's; nobody's. */
static cell random_tenant(builder *b)
{
    const size_t at = random_below(&b->r, 10);
    const char *name = world_tenant(b->w, at < 6 ? 0 : 1);
    if (at == 9) {
        return cell_null();
    }
    return b->w->tenant_type == WEFT_TYPE_NUMBER ? cell_from_number(b->keep, strtoll(name, NULL, 10))
                                                 : cell_from_text(b->keep, name);
}

static cell random_cell(builder *b, const world_field *field)
{
    if (!strcmp(field->name, WORLD_TENANT)) {
        return random_tenant(b);
    }
    return field->is_nullable && random_chance(&b->r, 25) ? cell_null() : cell_random(&b->r, field->type, b->keep);
}

static bool is_used(const world_entity *entity, int column, const char *text)
{
    for (int i = 0; i < entity->row_count; i++) {
        const cell *c = &entity->rows[i].cells[column];
        if (!c->is_null && !strcmp(c->text, text)) {
            return true;
        }
    }
    return false;
}

/* Whether the edge back from the parent shows one child, so that the column is unique. */
static bool is_column_unique(const world *w, int entity, int column, int parent)
{
    const world_entity *p = &w->entities[parent];
    for (int i = 0; i < p->edge_count; i++) {
        const world_edge *edge = &p->edges[i];
        if (edge->to == entity && edge->through == WORLD_NONE && edge->to_field == column) {
            return !edge->is_list;
        }
    }
    return false;
}

/* The keys of what a record belongs to; in a tree only of records that stand before it. */
static void fill_belongings(builder *b, int number, world_row *row)
{
    const world *w = b->w;
    const world_entity *entity = &w->entities[number];
    for (int i = 0; i < entity->edge_count; i++) {
        const world_edge *edge = &entity->edges[i];
        if (edge->through != WORLD_NONE || edge->from_field < entity->key_count ||
            entity->fields[edge->from_field].is_own) {
            continue;
        }
        const world_entity *parent = &w->entities[edge->to];
        row->cells[edge->from_field] = cell_null();
        if (parent->row_count == 0 || random_chance(&b->r, 20)) {
            continue;
        }
        const cell *key = &parent->rows[random_below(&b->r, (size_t)parent->row_count)].cells[0];
        if (!is_column_unique(w, number, edge->from_field, edge->to) || !is_used(entity, edge->from_field, key->text)) {
            row->cells[edge->from_field] = *key;
        }
    }
}

static void fill_model(builder *b, int number)
{
    world_entity *entity = &b->w->entities[number];
    const int count = (int)random_below(&b->r, 16);
    entity->rows = WEFT_ARENA_ARRAY(b->keep, world_row, (size_t)count);
    for (int i = 0; i < count; i++) {
        world_row *row = &entity->rows[i];
        for (int f = 0; f < entity->field_count - 3; f++) {
            row->cells[f] = f < entity->key_count ? row_key(b, entity, f, i) : random_cell(b, &entity->fields[f]);
        }
        fill_belongings(b, number, row);
        fill_times(b, entity, row);
        entity->row_count = i + 1;
    }
}

static cell random_key(builder *b, int entity)
{
    const world_entity *e = &b->w->entities[entity];
    if (e->row_count == 0 || random_chance(&b->r, 8)) { /* a dangling end */
        return e->fields[0].type == WEFT_TYPE_NUMBER ? cell_from_number(b->keep, 900 + b->name_count++)
                                                     : cell_from_text(b->keep, format_name(b, "gone"));
    }
    return e->rows[random_below(&b->r, (size_t)e->row_count)].cells[0];
}

static bool has_pair(const world_entity *table, const world_row *row, int one, int other)
{
    for (int i = 0; i < table->row_count; i++) {
        if (!strcmp(table->rows[i].cells[one].text, row->cells[one].text) &&
            !strcmp(table->rows[i].cells[other].text, row->cells[other].text)) {
            return true;
        }
    }
    return false;
}

/* Whether `row` would give a record a second live partner on a side that has one. */
static bool breaks_cardinality(const world *w, int number, const world_row *row)
{
    const world_entity *table = &w->entities[number];
    for (int i = 0; i < table->row_count; i++) {
        const world_row *other = &table->rows[i];
        if (other->is_deleted || row->is_deleted) {
            continue;
        }
        for (int e = 0; e < table->edge_count; e++) {
            /* The edge to a side; the other side's record has one partner on it when the side is no list. */
            const world_edge *to = &table->edges[e];
            const world_edge *back = &table->edges[1 - e];
            const int shown = world_edge_find(&w->entities[back->to], weft_str_format(w->keep, "%s_link", to->name));
            const bool is_list = w->entities[back->to].edges[shown].is_list;
            if (!is_list && !strcmp(other->cells[back->from_field].text, row->cells[back->from_field].text)) {
                return true;
            }
        }
    }
    return false;
}

static void fill_link(builder *b, int number)
{
    world_entity *table = &b->w->entities[number];
    const int count = (int)random_below(&b->r, 30);
    table->rows = WEFT_ARENA_ARRAY(b->keep, world_row, (size_t)count);
    for (int i = 0; i < count; i++) {
        world_row *row = &table->rows[table->row_count];
        row->cells[b->w->is_medusa ? 2 : 0] = row_id(b, table, i);
        for (int e = 0; e < 2; e++) {
            row->cells[table->edges[e].from_field] = random_key(b, table->edges[e].to);
        }
        for (int f = 3; f < table->field_count - 3; f++) {
            row->cells[f] = random_cell(b, &table->fields[f]);
        }
        fill_times(b, table, row);
        if (!has_pair(table, row, table->edges[0].from_field, table->edges[1].from_field) &&
            !breaks_cardinality(b->w, number, row)) {
            table->row_count++;
        }
    }
}

static void fill_pivot(builder *b, int number)
{
    world *w = b->w;
    world_entity *pivot = &w->entities[number];
    const world_entity *owner = &w->entities[pivot->owner];
    const world_entity *other = &w->entities[owner->edges[world_edge_find(owner, weft_str_from(pivot->owner_edge))].to];
    const int count = owner->row_count && other->row_count ? (int)random_below(&b->r, 30) : 0;
    pivot->rows = WEFT_ARENA_ARRAY(b->keep, world_row, (size_t)count);
    for (int i = 0; i < count; i++) {
        world_row *row = &pivot->rows[pivot->row_count];
        row->cells[0] = owner->rows[random_below(&b->r, (size_t)owner->row_count)].cells[0];
        row->cells[1] = other->rows[random_below(&b->r, (size_t)other->row_count)].cells[0];
        pivot->row_count += has_pair(pivot, row, 0, 1) ? 0 : 1;
    }
}

/* What a read-only link joins holds keys, or what it held at random. */
static void fill_references(builder *b, const world_link *link)
{
    world_entity *referring = &b->w->entities[link->referring];
    for (int i = 0; i < referring->row_count; i++) {
        if (random_chance(&b->r, 65)) {
            referring->rows[i].cells[link->field] = random_key(b, link->referred);
        }
    }
}

static void fill_entities(builder *b)
{
    world *w = b->w;
    for (int i = 0; i < w->entity_count; i++) {
        if (w->entities[i].module != WORLD_NONE) {
            fill_model(b, i);
        }
    }
    for (int i = 0; i < w->link_count; i++) {
        if (w->links[i].entity == WORLD_NONE) {
            fill_references(b, &w->links[i]);
        }
    }
    for (int i = 0; i < w->entity_count; i++) {
        if (w->entities[i].is_pivot) {
            fill_pivot(b, i);
        } else if (w->entities[i].module == WORLD_NONE) {
            fill_link(b, i);
        }
    }
}

static bool is_tenants(const world *w, const world_entity *entity, const world_row *row, int number)
{
    const int field = world_field_find(entity, WEFT_STR(WORLD_TENANT));
    return field == WORLD_NONE ||
           (!row->cells[field].is_null && !strcmp(row->cells[field].text, world_tenant(w, number)));
}

/* Whether a record that is shown has this key, or records of the entity are anybody's. */
static bool is_shown(const world *w, int number, const cell *key)
{
    const world_entity *entity = &w->entities[number];
    bool is_found = world_field_find(entity, WEFT_STR(WORLD_TENANT)) == WORLD_NONE;
    for (int i = 0; i < entity->row_count && !is_found; i++) {
        is_found = !entity->rows[i].is_hidden && !strcmp(entity->rows[i].cells[0].text, key->text);
    }
    return is_found;
}

static bool are_ends_shown(const world *w, const world_entity *entity, const world_row *row)
{
    if (entity->is_pivot) {
        const world_entity *owner = &w->entities[entity->owner];
        const int other = owner->edges[world_edge_find(owner, weft_str_from(entity->owner_edge))].to;
        return is_shown(w, entity->owner, &row->cells[0]) && is_shown(w, other, &row->cells[1]);
    }
    for (int e = 0; e < entity->edge_count; e++) {
        if (!is_shown(w, entity->edges[e].to, &row->cells[entity->edges[e].from_field])) {
            return false;
        }
    }
    return true;
}

static void show_tenant(world *w, world_entity *entity, int number)
{
    for (int i = 0; i < entity->row_count; i++) {
        world_row *row = &entity->rows[i];
        row->is_hidden = number != WORLD_NONE && (!is_tenants(w, entity, row, number) ||
                                                  (entity->module == WORLD_NONE && !are_ends_shown(w, entity, row)));
    }
}

void world_show_tenant(world *w, int number)
{
    for (int are_joining = 0; are_joining < 2; are_joining++) {
        for (int e = 0; e < w->entity_count; e++) {
            if ((w->entities[e].module == WORLD_NONE) == (are_joining == 1)) {
                show_tenant(w, &w->entities[e], number);
            }
        }
    }
}

static bool is_hidden(const world_entity *entity, const cell *key)
{
    for (int i = 0; i < entity->row_count; i++) {
        if (!strcmp(entity->rows[i].cells[0].text, key->text)) {
            return entity->rows[i].is_hidden;
        }
    }
    return false;
}

static void cut_belongings(world *w, world_entity *entity, const world_edge *edge)
{
    if (edge->through != WORLD_NONE || edge->from_field < entity->key_count ||
        entity->fields[edge->from_field].is_own) {
        return;
    }
    for (int i = 0; i < entity->row_count; i++) {
        cell *key = &entity->rows[i].cells[edge->from_field];
        if (!key->is_null && is_hidden(&w->entities[edge->to], key)) {
            *key = cell_null();
        }
    }
}

void world_cut_belongings(world *w)
{
    for (int e = 0; e < w->entity_count; e++) {
        for (int i = 0; i < w->entities[e].edge_count && w->entities[e].module != WORLD_NONE; i++) {
            cut_belongings(w, &w->entities[e], &w->entities[e].edges[i]);
        }
    }
}

static void build_world(builder *b)
{
    int models[WORLD_MODULES_MAX * 3];
    size_t count = 0;
    add_modules(b, models, &count);
    add_links(b, models, count);
    fill_entities(b);
}

world *world_make_tenants(uint64_t seed, weft_arena *keep)
{
    builder b = {.w = WEFT_ARENA_NEW(keep, world), .keep = keep, .r = {seed}};
    b.w->keep = keep;
    b.w->is_medusa = random_chance(&b.r, 25);
    b.w->tenant_type = random_chance(&b.r, 70) ? WEFT_TYPE_TEXT : WEFT_TYPE_NUMBER;
    build_world(&b);
    return b.w;
}

world *world_make(uint64_t seed, weft_arena *keep)
{
    builder b = {.w = WEFT_ARENA_NEW(keep, world), .keep = keep, .r = {seed}};
    b.w->keep = keep;
    b.w->is_medusa = random_chance(&b.r, 25);
    build_world(&b);
    return b.w;
}

static void print_field(const world_field *field, weft_buf *buf)
{
    const weft_str type = weft_type_name(field->type);
    weft_buf_add_format(buf, "      %s: { type: %.*s", field->name, WEFT_STR_ARG(type));
    if (field->type == WEFT_TYPE_ENUM) {
        size_t count = 0;
        const char *const *values = cell_enum_values(&count);
        for (size_t i = 0; i < count; i++) {
            weft_buf_add_format(buf, "%s%s", i ? ", " : ", values: [", values[i]);
        }
        weft_buf_add_text(buf, "]");
    }
    weft_buf_add_text(buf, field->is_key ? ", primaryKey: true" : "");
    weft_buf_add_text(buf, field->is_nullable ? ", nullable: true }\n" : " }\n");
}

const char *world_module_text(const world *w, int module)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, w->keep);
    weft_buf_add_format(&buf, "module: %s\nmodels:\n", w->modules[module]);
    for (int i = 0; i < w->entity_count; i++) {
        const world_entity *entity = &w->entities[i];
        if (entity->module != module) {
            continue;
        }
        weft_buf_add_format(&buf, "  %s:\n    fields:\n", entity->name);
        for (int f = 0; f < entity->field_count; f++) {
            if (entity->fields[f].is_own) {
                print_field(&entity->fields[f], &buf);
            }
        }
        if (entity->relations[0]) {
            weft_buf_add_format(&buf, "    relations:\n%s", entity->relations);
        }
    }
    return buf.data;
}

const char *world_key_name(const world_entity *entity)
{
    return entity->fields[entity->keys[0]].name;
}

int world_key_compare(const world_entity *entity, const world_row *a, const world_row *b)
{
    int way = 0;
    for (int i = 0; i < entity->key_count && way == 0; i++) {
        const int field = entity->keys[i];
        way = cell_compare(entity->fields[field].type, &a->cells[field], &b->cells[field]);
    }
    return way;
}

int world_field_find(const world_entity *entity, weft_str name)
{
    for (int i = 0; i < entity->field_count; i++) {
        if (weft_str_equal_text(name, entity->fields[i].name)) {
            return i;
        }
    }
    return WORLD_NONE;
}

int world_edge_find(const world_entity *entity, weft_str name)
{
    for (int i = 0; i < entity->edge_count; i++) {
        if (weft_str_equal_text(name, entity->edges[i].name)) {
            return i;
        }
    }
    return WORLD_NONE;
}
