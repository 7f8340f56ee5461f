/* Making and using a world; see world.h. */
#include "world.h"

#include <stdio.h>
#include <string.h>

#include "migrate/migrate.h"
#include "support/postgres.h"

static const char product_module[] = "module: product\n"
                                     "models:\n"
                                     "  product:\n"
                                     "    fields:\n"
                                     "      id: { type: id, prefix: prod }\n"
                                     "      title: text\n"
                                     "      handle: { type: text?, unique: true }\n"
                                     "      status: { type: enum, values: [draft, published], default: draft }\n"
                                     "      stock: { type: number, default: 0 }\n"
                                     "      price: bigNumber?\n"
                                     "      weight: float?\n"
                                     "      active: { type: boolean, default: true }\n"
                                     "      released_at: dateTime?\n"
                                     "      metadata: json?\n"
                                     "      tags: array?\n"
                                     "      number: { type: autoincrement }\n"
                                     "  price_list:\n"
                                     "    fields:\n"
                                     "      region: { type: text, primaryKey: true }\n"
                                     "      year: { type: number, primaryKey: true }\n"
                                     "      name: text\n"
                                     "      code: { type: text, unique: true }\n"
                                     "    indexes:\n"
                                     "      - { on: [name, year], unique: true }\n"
                                     "    timestamps: false\n"
                                     "    softDelete: false\n"
                                     "  counter:\n"
                                     "    fields: { number: { type: autoincrement, primaryKey: true }, label: text }\n"
                                     "  shadow:\n"
                                     "    managed: false\n"
                                     "    fields: { id: id }\n";

static const char blog_module[] = "module: blog\n"
                                  "models:\n"
                                  "  blog_post:\n"
                                  "    fields: { id: { type: id, prefix: post }, title: text }\n"
                                  "    relations: { comments: { hasMany: comment, mappedBy: post } }\n"
                                  "  comment:\n"
                                  "    fields: { id: id, body: text }\n"
                                  "    relations: { post: { belongsTo: blog_post } }\n"
                                  "  seo_page:\n"
                                  "    fields: { id: id }\n"
                                  "  review:\n"
                                  "    fields: { id: id }\n";

static const char *const links[][2] = {
    {"src/links/product-post.yaml",
     "left: { linkable: product.product, isList: true }\n"
     "right: { linkable: blog.blog_post, isList: true }\n"
     "database: { extraColumns: { position: { type: number, default: 7 }, note: text?, data: json? } }\n"},
    {"src/links/product-post-editor.yaml",
     "name: product_editorial\n"
     "left: { linkable: product.product, isList: true, alias: promoted }\n"
     "right: { linkable: blog.blog_post, isList: true, alias: editorial }\n"},
    {"src/links/product-seo.yaml",
     "left: { linkable: product.product }\n"
     "right: { linkable: blog.seo_page }\n"},
    {"src/links/product-review.yaml",
     "left: { linkable: product.product }\n"
     "right: { linkable: blog.review, isList: true }\n"
     "database: { extraColumns: { stars: number } }\n"},
    {"src/links/product-related.yaml",
     "name: product_related\n"
     "left: { linkable: product.product, isList: true }\n"
     "right: { linkable: product.product, isList: true, alias: related }\n"},
    {"src/links/product-counter.yaml",
     "left: { linkable: product.product, isList: true }\n"
     "right: { linkable: product.counter, isList: true, onDelete: keep }\n"},
};

static void observe(void *ctx, const weft_event *event)
{
    test_world *world = ctx;
    (void)pthread_mutex_lock(&world->lock);
    if (event->kind == WEFT_EVENT_STATEMENT) {
        world->statements++;
    } else if (event->kind == WEFT_EVENT_PROGRESS) {
        world->progress = event->done;
    }
    (void)pthread_mutex_unlock(&world->lock);
    if (event->kind == WEFT_EVENT_STATEMENT && world->on_statement) {
        world->on_statement();
    }
}

static void must(const weft_error *error, weft_code code, const char *what)
{
    if (code != WEFT_OK) {
        fail_msg("%s: %s: %s (%s %s)", what, weft_code_name(code), error->message, error->where, error->detail);
    }
}

static weft_str project_text(test_world *world, world_layout layout)
{
    if (layout == WORLD_POSTGRES || layout == WORLD_MIXED) {
        char url[256];
        if (!test_postgres_database(url, sizeof(url))) {
            return (weft_str){NULL, 0};
        }
        return layout == WORLD_POSTGRES ? weft_str_format(&world->arena, "stores: { default: '%s' }\n", url)
                                        : weft_str_format(&world->arena,
                                                          "stores: { default: '%s', other: 'sqlite:blog.db' }\n"
                                                          "modules: { blog: { store: other } }\n",
                                                          url);
    }
    return layout == WORLD_SQLITE ? WEFT_STR("stores: { default: 'sqlite:shop.db' }\n")
                                  : WEFT_STR("stores: { default: 'sqlite:shop.db', other: 'sqlite:blog.db' }\n"
                                             "modules: { blog: { store: other } }\n");
}

static void load(test_world *world, weft_str project)
{
    const char *files[16][2] = {{"src/modules/product/module.yaml", product_module},
                                {"src/modules/blog/module.yaml", blog_module},
                                {"weft.yaml", project.data}};
    for (size_t i = 0; i < WEFT_COUNT_OF(links); i++) {
        files[3 + i][0] = links[i][0];
        files[3 + i][1] = links[i][1];
    }
    world->directory = test_project_write(&world->arena, (const char *const(*)[2])files);
    weft_arena scratch;
    weft_arena_init(&scratch, NULL, 0);
    weft_problems *problems = calloc(1, sizeof(*problems));
    weft_error error = {0};
    const weft_code code = weft_define_project(
        world->directory, &test_environment, &world->arena, &scratch, &world->catalog, problems, &error);
    free(problems);
    weft_arena_done(&scratch);
    must(&error, code, "reading the project");
}

static void open_pools(test_world *world)
{
    const weft_pool_options options = {.observer = {observe, world},
                                       .connections_max = world->connections_max ? world->connections_max : 20,
                                       .busy_timeout_ms = 20000};
    for (size_t i = 0; i < world->catalog->store_count; i++) {
        weft_error error = {0};
        must(&error, weft_pool_open(&world->catalog->stores[i], &options, &world->pools[i], &error), "opening a pool");
    }
}

static void begin(const test_world *world, weft_session *session)
{
    weft_session_init(session, world->pools, world->catalog->store_count, WEFT_TRANSACTION_WRITE);
    session->ulids = (weft_ulid_source *)(uintptr_t)&world->ulids;
    session->allocator = world->allocator;
}

static void migrate(test_world *world)
{
    weft_session session;
    weft_arena scratch;
    weft_error error = {0};
    weft_migration_outcome outcome = {0};
    begin(world, &session);
    weft_arena_init(&scratch, NULL, 0);
    const weft_code code =
        weft_migration_apply(world->catalog, WEFT_MIGRATE_ALL, false, &session, &scratch, &outcome, &error);
    weft_session_done(&session);
    weft_arena_done(&scratch);
    must(&error, code, "migrating");
}

bool world_open(test_world *world, world_layout layout)
{
    *world = (test_world){.connections_max = world->connections_max};
    (void)pthread_mutex_init(&world->lock, NULL);
    weft_arena_init(&world->arena, NULL, 0);
    weft_buf_init(&world->answer, NULL);
    weft_ulid_source_init(&world->ulids, NULL, false);
    const weft_str project = project_text(world, layout);
    if (!project.data) {
        return false;
    }
    load(world, project);
    open_pools(world);
    migrate(world);
    return true;
}

void world_close(test_world *world)
{
    for (size_t i = 0; world->catalog && i < world->catalog->store_count; i++) {
        weft_pool_close(world->pools[i]);
    }
    if (world->directory) {
        test_project_remove(world->directory);
    }
    weft_buf_done(&world->answer);
    weft_ulid_source_done(&world->ulids);
    weft_arena_done(&world->arena);
    (void)pthread_mutex_destroy(&world->lock);
}

/* A call inside its own session and scratch arena. */
typedef struct world_unit {
    weft_session session;
    weft_arena scratch;
} world_unit;

static void unit_begin(const test_world *world, world_unit *unit)
{
    begin(world, &unit->session);
    weft_arena_init(&unit->scratch, world->allocator, 0);
}

static weft_code unit_end(world_unit *unit, weft_code code, weft_error *error)
{
    if (code == WEFT_OK) {
        code = weft_session_commit(&unit->session, error);
    }
    weft_session_done(&unit->session);
    weft_arena_done(&unit->scratch);
    return code;
}

typedef weft_code (*apply_function)(
    weft_session *session, weft_link_work *works, size_t count, weft_arena *scratch, weft_error *error);

static weft_code change_links(const test_world *world,
                              const weft_link_changes *changes,
                              apply_function apply,
                              world_unit *unit,
                              weft_buf *answer,
                              weft_error *error)
{
    weft_link_work *works = NULL;
    WEFT_TRY(weft_link_resolve(world->catalog, changes, &unit->scratch, &works, error));
    WEFT_TRY(apply(&unit->session, works, changes->count, &unit->scratch, error));
    weft_link_outcomes_write(works, changes->count, answer);
    return answer->failed ? weft_fail_no_memory(error) : WEFT_OK;
}

static weft_code change(
    const test_world *world, const char *text, apply_function apply, weft_buf *answer, weft_error *error)
{
    world_unit unit;
    weft_limits limits = {.changes_bytes_max = (size_t)64 << 20};
    weft_link_changes *changes = NULL;
    unit_begin(world, &unit);
    weft_buf_clear(answer);
    weft_code code = weft_link_changes_parse(weft_str_from(text), &limits, &unit.scratch, &changes, error);
    if (code == WEFT_OK) {
        code = change_links(world, changes, apply, &unit, answer, error);
        weft_link_changes_done(changes);
    }
    return unit_end(&unit, code, error);
}

weft_code world_change(const test_world *world, const char *text, bool dismisses, weft_buf *answer, weft_error *error)
{
    return change(world, text, dismisses ? weft_link_dismiss : weft_link_create, answer, error);
}

weft_code world_restore(test_world *world, const char *changes)
{
    weft_error_clear(&world->error);
    return change(world, changes, weft_link_restore, &world->answer, &world->error);
}

weft_code world_link(test_world *world, const char *changes)
{
    weft_error_clear(&world->error);
    return world_change(world, changes, false, &world->answer, &world->error);
}

weft_code world_dismiss(test_world *world, const char *changes)
{
    weft_error_clear(&world->error);
    return world_change(world, changes, true, &world->answer, &world->error);
}

static const weft_model *entity_of(const test_world *world, const char *entity)
{
    const weft_model *model = NULL;
    weft_error error = {0};
    must(&error, weft_catalog_entity(world->catalog, weft_str_from(entity), &model, &error), entity);
    return model;
}

static json_t *parse(const char *text)
{
    json_t *json = NULL;
    weft_error error = {0};
    must(&error, weft_json_read(weft_str_from(text), (size_t)64 << 20, &json, &error), text);
    return json;
}

weft_code world_create_apart(
    const test_world *world, const char *entity, const char *text, weft_buf *answer, weft_error *error)
{
    world_unit unit;
    json_t *json = parse(text);
    unit_begin(world, &unit);
    weft_code code = weft_record_create(&unit.session, entity_of(world, entity), json, &unit.scratch, answer, error);
    code = unit_end(&unit, code, error);
    json_decref(json);
    return code;
}

weft_code world_create(test_world *world, const char *entity, const char *text)
{
    weft_error_clear(&world->error);
    weft_buf_clear(&world->answer);
    return world_create_apart(world, entity, text, &world->answer, &world->error);
}

weft_code world_update(test_world *world, const char *entity, const char *key, const char *text)
{
    world_unit unit;
    json_t *json = parse(text);
    weft_error_clear(&world->error);
    weft_buf_clear(&world->answer);
    unit_begin(world, &unit);
    weft_code code = weft_record_update(&unit.session,
                                        entity_of(world, entity),
                                        weft_str_from(key),
                                        json,
                                        &unit.scratch,
                                        &world->answer,
                                        &world->error);
    code = unit_end(&unit, code, &world->error);
    json_decref(json);
    return code;
}

typedef struct text_source {
    const char *at;
} text_source;

static weft_code read_text(void *ctx, char *data, size_t size, size_t *ret_len, weft_error *error)
{
    text_source *source = ctx;
    (void)error;
    size_t len = strlen(source->at);
    len = len < size ? len : size;
    memcpy(data, source->at, len);
    source->at += len;
    *ret_len = len;
    return WEFT_OK;
}

weft_code world_import(
    test_world *world, const char *entity, weft_import_format format, const char *text, uint64_t *ret_count)
{
    world_unit unit;
    text_source source = {text};
    weft_row_reader *reader = NULL;
    weft_error_clear(&world->error);
    unit_begin(world, &unit);
    weft_code code =
        weft_row_reader_open((weft_source){read_text, &source}, format, world->allocator, &reader, &world->error);
    if (code == WEFT_OK) {
        code = weft_record_import(
            &unit.session, entity_of(world, entity), reader, &unit.scratch, ret_count, &world->error);
    }
    weft_row_reader_close(reader);
    return unit_end(&unit, code, &world->error);
}

static weft_connection *plain_connection(test_world *world, const char *entity, weft_pool **ret_pool)
{
    weft_connection *connection = NULL;
    weft_error error = {0};
    *ret_pool = world->pools[entity_of(world, entity)->store->index];
    must(&error, weft_pool_acquire(*ret_pool, 0, NULL, &connection, &error), "connecting");
    return connection;
}

void world_execute(test_world *world, const char *entity, const char *sql)
{
    weft_pool *pool = NULL;
    weft_error error = {0};
    weft_connection *connection = plain_connection(world, entity, &pool);
    const weft_statement statement = {.sql = weft_str_from(sql), .is_once = true};
    const weft_code code = weft_connection_execute(connection, &statement, NULL, &error);
    weft_pool_release(pool, connection);
    must(&error, code, sql);
}

static weft_value one_value(test_world *world, const char *entity, const char *sql, weft_value_kind kind)
{
    weft_pool *pool = NULL;
    weft_error error = {0};
    weft_connection *connection = plain_connection(world, entity, &pool);
    const weft_statement statement = {.sql = weft_str_from(sql), .columns = &kind, .column_count = 1, .is_once = true};
    const weft_value *values = NULL;
    size_t count = 0;
    const weft_code code = weft_connection_collect(connection, &statement, &world->arena, &values, &count, &error);
    weft_pool_release(pool, connection);
    must(&error, code, sql);
    return count ? values[0] : (weft_value){.kind = WEFT_VALUE_NULL};
}

int64_t world_integer(test_world *world, const char *entity, const char *sql)
{
    return one_value(world, entity, sql, WEFT_VALUE_INTEGER).as.integer;
}

weft_str world_text(test_world *world, const char *entity, const char *sql)
{
    return one_value(world, entity, sql, WEFT_VALUE_TEXT).as.text;
}
