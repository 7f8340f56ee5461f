/* Making a world: modules with models, relations inside them, links across them, records in all. The shapes follow the
 * definitions' documentation: isList speaks of its own side, a link row's columns are named after the aliases. */
#include "property/world.h"

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
    (void)add_field(entity, (world_field){"created_at", WEFT_TYPE_DATE_TIME, false, false});
    (void)add_field(entity, (world_field){"updated_at", WEFT_TYPE_DATE_TIME, false, false});
    (void)add_field(entity, (world_field){"deleted_at", WEFT_TYPE_DATE_TIME, true, false});
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

static void add_model(builder *b, int module)
{
    const size_t noun = take_noun(b);
    world_entity entity = {.name = nouns[noun][0], .module = module, .link = WORLD_NONE, .relations = ""};
    (void)add_field(&entity, (world_field){"id", WEFT_TYPE_ID, false, true});
    const size_t count = random_between(&b->r, 1, 5);
    for (size_t i = 0; i < count; i++) {
        const weft_type type = random_type(&b->r);
        (void)add_field(&entity, (world_field){format_name(b, "f"), type, random_chance(&b->r, 50), true});
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
    const int column =
        add_field(c, (world_field){weft_str_format(b->keep, "%s_id", up).data, WEFT_TYPE_TEXT, true, false});
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
    const int from = add_field(&pivot, (world_field){"from", WEFT_TYPE_TEXT, false, false});
    const int to = add_field(&pivot, (world_field){"to", WEFT_TYPE_TEXT, false, false});
    const int through = add_entity(b->w, pivot);
    (void)add_edge(a, (world_edge){there, true, other, 0, 0, through, from, to});
    (void)add_edge(z, (world_edge){back, true, one, 0, 0, through, to, from});
}

static void add_relations(builder *b, int first, int count)
{
    for (int i = 1; i < count; i++) {
        const int parent = first + (int)random_below(&b->r, (size_t)i);
        if (random_chance(&b->r, 30)) {
            add_many_to_many(b, parent, first + i);
        } else {
            add_belonging(b, parent, first + i, random_chance(&b->r, 75));
        }
    }
    if (random_chance(&b->r, 30)) {
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
    if (count > 0) {
        weft_buf_add_text(buf, "database:\n  extraColumns:\n");
    }
    for (size_t i = 0; i < count; i++) {
        const weft_type type = types[random_below(&b->r, WEFT_COUNT_OF(types))];
        const char *name = format_name(b, "x");
        weft_buf_add_format(buf, "    %s: { type: %s, nullable: true }\n", name, type_name(b->keep, type));
        (void)add_field(table, (world_field){name, type, true, true});
    }
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
    (void)add_field(&table, (world_field){"id", WEFT_TYPE_ID, false, false});
    l.column =
        add_field(&table, (world_field){weft_str_format(b->keep, "%s_id", l.alias).data, WEFT_TYPE_TEXT, false, false});
    r.column =
        add_field(&table, (world_field){weft_str_format(b->keep, "%s_id", r.alias).data, WEFT_TYPE_TEXT, false, false});
    add_extra_columns(b, &table, &buf);
    add_timestamps(&table);
    table.name = weft_str_format(b->keep, "lk%d", w->link_count).data;
    const int entity = add_entity(w, table);
    add_link_edges(b, entity, &l, &r);
    add_link_edges(b, entity, &r, &l);
    w->links[w->link_count++] = (world_link){weft_str_copy(b->keep, weft_buf_str(&buf)).data, entity};
}

static bool has_room_for_edges(const world *w, int entity)
{
    return w->entities[entity].edge_count + 4 < WORLD_EDGES_MAX;
}

static void add_links(builder *b, const int *models, size_t model_count)
{
    const size_t count = random_between(&b->r, 2, 5);
    for (size_t i = 0; i < count; i++) {
        const int left = models[random_below(&b->r, model_count)];
        const int right = models[random_below(&b->r, model_count)];
        if (has_room_for_edges(b->w, left) && has_room_for_edges(b->w, right)) {
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

static void fill_times(builder *b, const world_entity *entity, world_row *row)
{
    const int first = entity->field_count - 3;
    const int64_t time_ms = INT64_C(1767225600000) + (int64_t)random_below(&b->r, 5) * 1001;
    row->is_deleted = random_chance(&b->r, 12);
    row->cells[first] = cell_from_time(b->keep, time_ms);
    row->cells[first + 1] = cell_from_time(b->keep, time_ms + 5);
    row->cells[first + 2] = row->is_deleted ? cell_from_time(b->keep, time_ms + 9) : cell_null();
}

static cell random_cell(builder *b, const world_field *field)
{
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
        if (edge->through != WORLD_NONE || edge->from_field == 0 || entity->fields[edge->from_field].is_own) {
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
        row->cells[0] = row_id(b, entity, i);
        for (int f = 1; f < entity->field_count - 3; f++) {
            row->cells[f] = random_cell(b, &entity->fields[f]);
        }
        fill_belongings(b, number, row);
        fill_times(b, entity, row);
        entity->row_count = i + 1;
    }
}

static cell random_key(builder *b, int entity)
{
    const world_entity *e = &b->w->entities[entity];
    if (e->row_count == 0 || random_chance(&b->r, 8)) {
        return cell_from_text(b->keep, format_name(b, "gone")); /* a dangling end */
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
        row->cells[0] = row_id(b, table, i);
        row->cells[1] = random_key(b, table->edges[1].to);
        row->cells[2] = random_key(b, table->edges[0].to);
        for (int f = 3; f < table->field_count - 3; f++) {
            row->cells[f] = random_cell(b, &table->fields[f]);
        }
        fill_times(b, table, row);
        if (!has_pair(table, row, 1, 2) && !breaks_cardinality(b->w, number, row)) {
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

static void fill_entities(builder *b)
{
    world *w = b->w;
    for (int i = 0; i < w->entity_count; i++) {
        if (w->entities[i].module != WORLD_NONE) {
            fill_model(b, i);
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

world *world_make(uint64_t seed, weft_arena *keep)
{
    builder b = {.w = WEFT_ARENA_NEW(keep, world), .keep = keep, .r = {seed}};
    b.w->keep = keep;
    int models[WORLD_MODULES_MAX * 3];
    size_t count = 0;
    add_modules(&b, models, &count);
    add_links(&b, models, count);
    fill_entities(&b);
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
