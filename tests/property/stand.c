/* Setting up a stand: files are written, the engine migrates, and the records go in by plain inserts, so that deleted
 * and dangling ones can be there too. */
#include "property/stand.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/fail.h"
#include "define/define.h"
#include "sql/render.h"
#include "store/session.h"
#include "support/directory.h"

#define LITTLE_KIB    160
#define SERVED_MODULE 1
#define TWIN          "twin" /* the project that keeps the served module in a file too */

static const size_t batch_rows[STAND_BATCHES] = {1, 7, 1000};

/* As many operands as a request may have: with so few keys a condition over a far edge is soon decided batch by batch.
 */
static const size_t values_max[STAND_BATCHES] = {4, 8, 0};

/* So little that what can be sorted in memory of these few records must go to a file, and batches shrink; 0: the
 * default. */
static const size_t memory_bytes_max[2] = {0, (size_t)LITTLE_KIB << 10};

const char *stand_engine_name(size_t engine)
{
    static const char *const names[STAND_ENGINES] = {"batches of 1",
                                                     "batches of 7",
                                                     "batches of 1000",
                                                     "batches of 1, little memory",
                                                     "batches of 7, little memory",
                                                     "batches of 1000, little memory"};
    return names[engine];
}

const char *placement_name(placement place)
{
    static const char *const names[PLACE_COUNT] = {
        "one file", "a file a module", "one server", "mixed", "served", "served plainly"};
    return names[place];
}

bool placement_needs_postgres(placement place)
{
    return place == PLACE_ONE_SERVER || place == PLACE_MIXED;
}

static weft_code write_file(const char *directory, const char *name, const char *text, weft_error *error)
{
    return test_file_write(directory, name, text)
               ? WEFT_OK
               : weft_fail(error, WEFT_FILE_ERROR, "could not write %s/%s", directory, name);
}

bool placement_is_served(placement place)
{
    return place == PLACE_SERVED || place == PLACE_SERVED_PLAIN;
}

/* The stores of each placement: where module `number` lives, and where the links do (number WORLD_NONE). */
static const char *store_of(placement place, int number)
{
    static const char *const files[] = {"s0", "s1", "s2", "s3"};
    static const char *const mixed[] = {"s0", "p0", "s1", "p1"};
    switch (place) {
    case PLACE_FILES:
        return number == WORLD_NONE ? "links" : files[number];
    case PLACE_ONE_SERVER:
        return "p0";
    case PLACE_MIXED:
        return number == WORLD_NONE ? "p0" : mixed[number];
    case PLACE_SERVED:
        return number == SERVED_MODULE ? "s1" : "s0";
    case PLACE_SERVED_PLAIN:
        return number == WORLD_NONE ? "links" : files[number];
    case PLACE_ONE_FILE:
    case PLACE_COUNT:
        break;
    }
    return "s0";
}

static void write_store(const char *name, const char *directory, const char *const postgres_urls[2], weft_buf *buf)
{
    const size_t database = name[0] == 'p' ? (size_t)(name[1] - '0') : 0;
    if (name[0] == 'p') {
        weft_buf_add_format(buf, "  %s: \"%s\"\n", name, postgres_urls[database]);
    } else {
        weft_buf_add_format(buf, "  %s: sqlite:%s/%s.db\n", name, directory, name);
    }
}

/* What a project on disk is written from. */
typedef struct project {
    const world *w;
    placement place;
    const char *directory; /* of the project */
    const char *files;     /* of its SQLite files */
    const char *const *postgres_urls;
    bool is_served; /* the served module is really served */
} project;

static bool is_served_here(const project *p, const char *store)
{
    return p->is_served && !strcmp(store, store_of(p->place, SERVED_MODULE));
}

static void write_stores(const project *p, weft_buf *buf)
{
    const char *done[WORLD_MODULES_MAX + 1] = {NULL};
    int count = 0;
    weft_buf_add_text(buf, "stores:\n");
    for (int number = WORLD_NONE; number < p->w->module_count; number++) {
        const char *name = store_of(p->place, number);
        bool is_done = false;
        for (int i = 0; i < count; i++) {
            is_done = is_done || !strcmp(done[i], name);
        }
        if (!is_done && is_served_here(p, name)) {
            weft_buf_add_format(buf, "  %s: callbacks\n", name);
        } else if (!is_done) {
            write_store(name, p->files, p->postgres_urls, buf);
        }
        if (!is_done) {
            done[count++] = name;
        }
    }
}

static weft_code write_project(const project *p, weft_error *error)
{
    const world *w = p->w;
    weft_buf buf;
    weft_buf_init_arena(&buf, w->keep);
    write_stores(p, &buf);
    weft_buf_add_text(&buf, "modules:\n");
    for (int i = 0; i < w->module_count; i++) {
        char name[128];
        weft_buf_add_format(&buf, "  %s: { store: %s }\n", w->modules[i], store_of(p->place, i));
        (void)snprintf(name, sizeof(name), "src/modules/%s/module.yaml", w->modules[i]);
        WEFT_TRY(write_file(p->directory, name, world_module_text(w, i), error));
    }
    weft_buf_add_format(
        &buf, "links: { store: %s, naming: %s }\n", store_of(p->place, WORLD_NONE), w->is_medusa ? "medusa" : "weft");
    for (int i = 0; i < w->link_count; i++) {
        char name[128];
        (void)snprintf(name, sizeof(name), "src/links/lk%d.yaml", i);
        WEFT_TRY(write_file(p->directory, name, w->links[i].definition, error));
    }
    return write_file(p->directory, "weft.yaml", buf.data, error);
}

/* Of a served placement, two: the tables are made and filled in the other. */
static weft_code write_projects(stand *s, const world *w, const char *const postgres_urls[2], weft_error *error)
{
    project p = {w, s->place, s->directory, s->directory, postgres_urls, placement_is_served(s->place)};
    WEFT_TRY(write_project(&p, error));
    (void)snprintf(s->tables, sizeof(s->tables), p.is_served ? "%.480s/" TWIN : "%.480s", s->directory);
    if (p.is_served) {
        p.is_served = false;
        p.directory = s->tables;
        (void)test_directory_make(s->tables);
        return write_project(&p, error);
    }
    return WEFT_OK;
}

static weft_code migrate(const char *directory, weft_error *error)
{
    weft_options options = WEFT_OPTIONS_INIT;
    weft_engine *engine = NULL;
    size_t applied = 0;
    size_t left = 0;
    options.directory = directory;
    WEFT_TRY(weft_open(&options, &engine, error));
    const weft_code code = weft_migrate_apply(engine, WEFT_SCOPE_ALL, true, &applied, &left, error);
    weft_close(engine);
    WEFT_TRY(code);
    return left == 0 ? WEFT_OK : weft_fail(error, WEFT_PENDING_CHANGES, "%zu actions were left", left);
}

static weft_code open_engines(stand *s, weft_error *error)
{
    for (size_t i = 0; i < STAND_ENGINES; i++) {
        weft_options options = WEFT_OPTIONS_INIT;
        options.directory = s->directory;
        options.limits.batch_rows = batch_rows[i % STAND_BATCHES];
        options.limits.memory_bytes_max = memory_bytes_max[i / STAND_BATCHES];
        options.limits.values_max = values_max[i % STAND_BATCHES];
        options.connections_max = 2;
        options.deterministic = true;
        options.definitions = s->served ? served_set(s->served) : NULL;
        WEFT_TRY(weft_open(&options, &s->engines[i], error));
    }
    return WEFT_OK;
}

/* The tables as the test itself sees them: a catalog and sessions of its own. */
typedef struct tables {
    weft_arena keep;
    const weft_catalog *catalog;
    weft_pool *pools[WEFT_STORES_MAX];
    weft_session session;
} tables;

static weft_code tables_open(tables *t, const char *directory, weft_error *error)
{
    *t = (tables){0};
    weft_arena_init(&t->keep, NULL, 0);
    weft_problems *problems = WEFT_ARENA_NEW(&t->keep, weft_problems);
    WEFT_TRY(weft_define_project(directory, NULL, &t->keep, &t->keep, &t->catalog, problems, error));
    for (size_t i = 0; i < t->catalog->store_count; i++) {
        const weft_pool_options options = {0};
        WEFT_TRY(weft_pool_open(&t->catalog->stores[i], &options, &t->pools[i], error));
    }
    weft_session_init(&t->session, t->pools, t->catalog->store_count, WEFT_TRANSACTION_WRITE);
    return WEFT_OK;
}

static void tables_close(tables *t)
{
    weft_session_done(&t->session);
    for (size_t i = 0; i < WEFT_STORES_MAX; i++) {
        weft_pool_close(t->pools[i]);
    }
    weft_arena_done(&t->keep);
}

/* The model that keeps an entity's records, and for a pivot the edge that goes through it. */
static weft_code find_model(
    tables *t, const world *w, int number, const weft_model **ret_model, const weft_edge **ret_edge, weft_error *error)
{
    const world_entity *entity = &w->entities[number];
    *ret_edge = NULL;
    if (entity->link != WORLD_NONE) {
        const weft_str name = weft_str_format(&t->keep, "lk%d", entity->link);
        const weft_link *link = weft_catalog_link(t->catalog, name);
        *ret_model = link ? link->model : NULL;
        return link ? WEFT_OK : weft_fail(error, WEFT_UNKNOWN_LINK, "no link %s", name.data);
    }
    const world_entity *named = entity->is_pivot ? &w->entities[entity->owner] : entity;
    const weft_str name = weft_str_format(&t->keep, "%s.%s", w->modules[named->module], named->name);
    WEFT_TRY(weft_catalog_entity(t->catalog, name, ret_model, error));
    if (entity->is_pivot) {
        *ret_edge = weft_model_edge(*ret_model, weft_str_from(entity->owner_edge));
        *ret_model = *ret_edge ? (*ret_edge)->through : NULL;
    }
    return *ret_model ? WEFT_OK : weft_fail(error, WEFT_UNKNOWN_ENTITY, "no table for %s", entity->name);
}

static const weft_field *find_field(const world_entity *entity,
                                    int field,
                                    const weft_model *model,
                                    const weft_edge *edge)
{
    if (edge) {
        return field == 0 ? edge->through_from : edge->through_to;
    }
    return weft_model_field(model, weft_str_from(entity->fields[field].name));
}

static weft_code empty_table(tables *t, const weft_model *model, weft_error *error)
{
    weft_connection *connection = NULL;
    weft_statement statement = {0};
    const weft_sql_delete del = {.table = model->table};
    WEFT_TRY(weft_session_connection(&t->session, model->store, &connection, error));
    WEFT_TRY(weft_sql_render_delete(&del, NULL, weft_connection_dialect(connection), &t->keep, &statement, error));
    return weft_connection_execute(connection, &statement, NULL, error);
}

/* The values of one column, row by row. */
static const weft_value *column_values(tables *t, const world_entity *entity, int field, size_t *ret_count)
{
    weft_value *values = WEFT_ARENA_ARRAY(&t->keep, weft_value, (size_t)entity->row_count + 1);
    size_t count = 0;
    for (int i = 0; i < entity->row_count; i++) {
        if (!entity->rows[i].is_hidden) {
            values[count++] = cell_value(entity->fields[field].type, &entity->rows[i].cells[field]);
        }
    }
    *ret_count = count;
    return values;
}

static weft_code fill_table(
    tables *t, const world_entity *entity, const weft_model *model, const weft_edge *edge, weft_error *error)
{
    const weft_value *columns[WORLD_FIELDS_MAX];
    weft_value_kind kinds[WORLD_FIELDS_MAX];
    weft_sql_assignment assignments[WORLD_FIELDS_MAX];
    weft_bulk bulk = {columns, kinds, (size_t)entity->field_count, 0};
    for (int f = 0; f < entity->field_count; f++) {
        const weft_field *field = find_field(entity, f, model, edge);
        if (!field) {
            return weft_fail(error, WEFT_UNKNOWN_FIELD, "no field %s.%s", entity->name, entity->fields[f].name);
        }
        columns[f] = column_values(t, entity, f, &bulk.row_count);
        kinds[f] = weft_type_value_kind(entity->fields[f].type);
        assignments[f] = (weft_sql_assignment){field->column, weft_sql_bulk(&t->keep, (size_t)f, kinds[f])};
    }
    if (bulk.row_count == 0) {
        return WEFT_OK;
    }
    weft_connection *connection = NULL;
    weft_statement statement = {0};
    const weft_sql_insert insert = {
        .table = model->table, .columns = assignments, .column_count = (size_t)entity->field_count};
    WEFT_TRY(weft_session_connection(&t->session, model->store, &connection, error));
    WEFT_TRY(weft_sql_render_insert(&insert, &bulk, weft_connection_dialect(connection), &t->keep, &statement, error));
    return weft_connection_execute(connection, &statement, NULL, error);
}

/* Whether an entity's table holds keys of others that the database itself may check. */
static bool is_dependent(const world_entity *entity)
{
    return entity->is_pivot;
}

static weft_code empty_tables(tables *t, const world *w, bool are_dependent, weft_error *error)
{
    for (int i = w->entity_count - 1; i >= 0; i--) {
        const weft_model *model = NULL;
        const weft_edge *edge = NULL;
        if (is_dependent(&w->entities[i]) == are_dependent) {
            WEFT_TRY(find_model(t, w, i, &model, &edge, error));
            WEFT_TRY(empty_table(t, model, error));
        }
    }
    return WEFT_OK;
}

static weft_code fill_tables(tables *t, const world *w, bool are_dependent, weft_error *error)
{
    for (int i = 0; i < w->entity_count; i++) {
        const weft_model *model = NULL;
        const weft_edge *edge = NULL;
        if (is_dependent(&w->entities[i]) == are_dependent) {
            WEFT_TRY(find_model(t, w, i, &model, &edge, error));
            WEFT_TRY(fill_table(t, &w->entities[i], model, edge, error));
        }
    }
    return WEFT_OK;
}

static weft_code load(tables *t, const world *w, weft_error *error)
{
    WEFT_TRY(empty_tables(t, w, true, error));
    WEFT_TRY(empty_tables(t, w, false, error));
    WEFT_TRY(fill_tables(t, w, false, error));
    WEFT_TRY(fill_tables(t, w, true, error));
    return weft_session_commit(&t->session, error);
}

weft_code stand_load(const stand *s, const world *w, weft_error *error)
{
    tables t;
    weft_code code = tables_open(&t, s->tables, error);
    if (code == WEFT_OK) {
        code = load(&t, w, error);
    }
    tables_close(&t);
    return code;
}

static weft_code make_served(stand *s, const world *w, const tables *t, weft_error *error)
{
    char path[640];
    if (!placement_is_served(s->place)) {
        return WEFT_OK;
    }
    (void)snprintf(path, sizeof(path), "%s/%s.db", s->directory, store_of(s->place, SERVED_MODULE));
    s->served = served_new(t->catalog, weft_str_from(w->modules[SERVED_MODULE]), path, s->place == PLACE_SERVED_PLAIN);
    return s->served ? WEFT_OK : weft_fail_no_memory(error);
}

static weft_code learn_names(stand *s, world *w, weft_error *error)
{
    tables t;
    weft_code code = tables_open(&t, s->tables, error);
    for (int i = 0; code == WEFT_OK && i < w->entity_count; i++) {
        const weft_model *model = NULL;
        const weft_edge *edge = NULL;
        if (w->entities[i].link != WORLD_NONE) {
            code = find_model(&t, w, i, &model, &edge, error);
            w->entities[i].name = code == WEFT_OK ? weft_str_copy(w->keep, model->name).data : NULL;
        }
    }
    code = code == WEFT_OK ? make_served(s, w, &t, error) : code;
    tables_close(&t);
    return code;
}

weft_code stand_open(
    stand *s, world *w, placement place, const char *directory, const char *const postgres_urls[2], weft_error *error)
{
    *s = (stand){.place = place};
    (void)snprintf(s->directory, sizeof(s->directory), "%s", directory);
    WEFT_TRY(write_projects(s, w, postgres_urls, error));
    WEFT_TRY(migrate(s->tables, error));
    WEFT_TRY(learn_names(s, w, error));
    WEFT_TRY(open_engines(s, error));
    return stand_load(s, w, error);
}

void stand_close(stand *s)
{
    for (size_t i = 0; i < STAND_ENGINES; i++) {
        weft_close(s->engines[i]);
    }
    served_free(s->served);
    *s = (stand){0};
}
