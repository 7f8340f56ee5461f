/* The world of test_cascade*; see cascade_world.h. */
#include "contract/cascade_world.h"

#include <jansson.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/directory.h"
#include "support/postgres.h"

static const char shop_module[] =
    "module: shop\n"
    "models:\n"
    "  product:\n"
    "    fields: { id: { type: id, prefix: prod }, title: { type: text?, unique: true } }\n"
    "    relations: { variants: { hasMany: variant, mappedBy: product }, offers: { hasMany: offer, mappedBy: product } "
    "}\n"
    "    cascades: { delete: [variants, offers] }\n"
    "  variant:\n"
    "    fields: { id: id, sku: text? }\n"
    "    relations: { product: { belongsTo: product } }\n"
    "  offer:\n"
    "    fields: { region: { type: text, primaryKey: true }, year: { type: number, primaryKey: true } }\n"
    "    relations: { product: { belongsTo: product } }\n"
    "  bundle:\n"
    "    softDelete: false\n"
    "    fields:\n"
    "      id: id\n"
    "      weight: float?\n"
    "      price: bigNumber?\n"
    "      data: json?\n"
    "      labels: array?\n"
    "      is_new: { type: boolean, default: true }\n"
    "      made_at: dateTime?\n"
    "      number: { type: number, default: 7 }\n"
    "    relations:\n"
    "      lines: { hasMany: line, mappedBy: bundle }\n"
    "      memos: { hasMany: memo, mappedBy: bundle }\n"
    "      bills: { hasMany: bill, mappedBy: bundle }\n"
    "      rates: { hasMany: rate, mappedBy: bundle }\n"
    "      tags: { manyToMany: tag }\n"
    "      parent: { belongsTo: bundle, nullable: true }\n"
    "      children: { hasMany: bundle, mappedBy: parent }\n"
    "    cascades: { delete: [lines, children] }\n"
    "  line: { fields: { id: id }, relations: { bundle: { belongsTo: bundle } } }\n"
    "  memo: { fields: { id: id }, relations: { bundle: { belongsTo: bundle, nullable: true } } }\n"
    "  bill: { fields: { id: id }, relations: { bundle: { belongsTo: bundle } } }\n"
    "  tag: { fields: { id: id } }\n"
    "  rate:\n"
    "    softDelete: false\n"
    "    fields: { region: { type: text, primaryKey: true }, year: { type: number, primaryKey: true }, share: float? "
    "}\n"
    "    relations: { bundle: { belongsTo: bundle, nullable: true } }\n"
    "  shadow: { managed: false, fields: { id: id } }\n";

static const char blog_module[] =
    "module: blog\n"
    "models:\n"
    "  post:\n"
    "    fields: { id: id, title: text? }\n"
    "    relations: { comments: { hasMany: comment, mappedBy: post } }\n"
    "    cascades: { delete: [comments] }\n"
    "  comment: { fields: { id: id }, relations: { post: { belongsTo: post } } }\n"
    "  author: { fields: { id: id } }\n"
    "  badge: { softDelete: false, fields: { id: id, level: { type: number, default: 1 } } }\n"
    "  review: { fields: { id: id } }\n"
    "  topic: { fields: { id: id } }\n";

static const char *const links[][2] = {
    {"product_post",
     "left: { linkable: shop.product, isList: true }\n"
     "right: { linkable: blog.post, isList: true, deleteCascade: true }\n"},
    {"post_author",
     "place: other\n"
     "left: { linkable: blog.post, isList: true }\n"
     "right: { linkable: blog.author, isList: true, onDelete: cascade-orphans }\n"},
    {"post_bundle",
     "left: { linkable: blog.post }\n"
     "right: { linkable: shop.bundle, isList: true, onDelete: cascade }\n"},
    {"author_badge",
     "place: other\n"
     "left: { linkable: blog.author, isList: true }\n"
     "right: { linkable: blog.badge, isList: true, onDelete: cascade }\n"},
    {"product_twin",
     "left: { linkable: shop.product, isList: true, onDelete: cascade }\n"
     "right: { linkable: shop.product, isList: true, alias: twin, onDelete: cascade }\n"},
    {"product_review",
     "left: { linkable: shop.product, isList: true }\n"
     "right: { linkable: blog.review, isList: true, onDelete: restrict }\n"},
    {"product_topic",
     "left: { linkable: shop.product, isList: true }\n"
     "right: { linkable: blog.topic, isList: true, onDelete: keep }\n"},
    {"product_tag", "left: { linkable: shop.product, isList: true }\nright: { linkable: shop.tag, isList: true }\n"},
    {"post_tag",
     "shard: by left\n"
     "left: { linkable: blog.post, isList: true }\n"
     "right: { linkable: shop.tag, isList: true }\n"},
    {"tag_badge",
     "place: other\n"
     "shard: by right\n"
     "left: { linkable: shop.tag, isList: true }\n"
     "right: { linkable: blog.badge, isList: true, onDelete: cascade }\n"},
};

static void must(const cascade_world *world, weft_code code, const char *what)
{
    if (code != WEFT_OK) {
        fail_msg("%s: %s: %s (%s)", what, weft_code_name(code), world->error.message, world->error.detail);
    }
}

static const char *make_url(cascade_world *world, bool is_server, const char *name)
{
    char url[512];
    if (!is_server) {
        return weft_str_format(&world->arena, "sqlite:%s/%s.db", world->directory, name).data;
    }
    assert_true(test_postgres_database(url, sizeof(url)));
    return weft_str_format(&world->arena, "%s", url).data;
}

static void write_file(const cascade_world *world, const char *name, const char *text)
{
    assert_true(test_file_write(world->directory, name, text));
}

/* `guard: triggers` in every model: as a line of its own, or as the first word in braces. */
static const char *with_guards(cascade_world *world, const char *yaml)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, &world->arena);
    for (const char *line = yaml; *line;) {
        const char *end = strchr(line, '\n') + 1;
        const char *brace = memchr(line, '{', (size_t)(end - line));
        const bool is_model = line[0] == ' ' && line[1] == ' ' && line[2] != ' ';
        const size_t head = is_model && brace ? (size_t)(brace + 1 - line) : (size_t)(end - line);
        weft_buf_add(&buf, line, head);
        weft_buf_add_text(&buf, !is_model ? "" : brace ? " guard: triggers," : "    guard: triggers\n");
        weft_buf_add(&buf, line + head, (size_t)(end - line) - head);
        line = end;
    }
    assert_false(buf.failed);
    return buf.data;
}

static void write_project(cascade_world *world)
{
    const bool is_one = world->place == CASCADE_FILE || world->place == CASCADE_SERVER;
    world->urls[0] = make_url(world, world->place == CASCADE_SERVER || world->place == CASCADE_SERVER_FILE, "default");
    world->urls[1] = is_one ? NULL : make_url(world, world->place == CASCADE_FILE_SERVER, "other");
    const char *yaml =
        is_one ? weft_str_format(&world->arena, "stores: { default: '%s' }\n", world->urls[0]).data
               : weft_str_format(&world->arena,
                                 "stores: { default: '%s', other: '%s' }\nmodules: { blog: { store: other } }\n",
                                 world->urls[0],
                                 world->urls[1])
                     .data;
    write_file(world, "weft.yaml", yaml);
    write_file(
        world, "src/modules/shop/module.yaml", world->is_guarded ? with_guards(world, shop_module) : shop_module);
    write_file(
        world, "src/modules/blog/module.yaml", world->is_guarded ? with_guards(world, blog_module) : blog_module);
    if (world->is_guarded) {
        write_file(world,
                   "src/links/shadow_tag.yaml",
                   "name: shadow_tag\n"
                   "left: { linkable: shop.shadow, isList: true }\n"
                   "right: { linkable: shop.tag, isList: true, onDelete: cascade }\n");
    }
    for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
        const char *name = weft_str_format(&world->arena, "src/links/%s.yaml", links[i][0]).data;
        const char *body = links[i][1];
        if (is_one && !strncmp(body, "place: other\n", 13)) {
            body += 13;
        }
        write_file(world, name, weft_str_format(&world->arena, "name: %s\n%s", links[i][0], body).data);
    }
}

void cascade_close_engine(cascade_world *world)
{
    weft_close(world->engine);
    world->engine = NULL;
}

void cascade_open_engine(cascade_world *world)
{
    weft_options options = WEFT_OPTIONS_INIT;
    options.directory = world->directory;
    options.observer = world->observer;
    options.allocator = world->allocator;
    must(world, weft_open(&options, &world->engine, &world->error), "opening the engine");
}

static void open_world(cascade_world *world, cascade_place place, bool is_guarded)
{
    *world = (cascade_world){.place = place, .is_guarded = is_guarded};
    weft_arena_init(&world->arena, NULL, 0);
    assert_true(test_directory_temporary(world->directory, sizeof(world->directory)));
    write_project(world);
    cascade_open_engine(world);
    cascade_execute(world, 0, "CREATE TABLE shadow (id text PRIMARY KEY)");
    size_t applied = 0;
    size_t left = 0;
    must(world, weft_migrate_apply(world->engine, WEFT_SCOPE_ALL, false, &applied, &left, &world->error), "migrating");
}

void cascade_open(cascade_world *world, cascade_place place)
{
    open_world(world, place, false);
}

void cascade_open_guarded(cascade_world *world, cascade_place place)
{
    open_world(world, place, true);
}

void cascade_close(cascade_world *world)
{
    cascade_close_engine(world);
    test_directory_remove(world->directory);
    weft_arena_done(&world->arena);
}

void cascade_create(cascade_world *world, const char *entity, const char *json)
{
    weft_text text = {0};
    must(world, weft_record_create_json(world->engine, entity, json, strlen(json), &text, &world->error), entity);
    weft_text_free(&text);
}

static void change_link(cascade_world *world,
                        const char *link,
                        const char *left,
                        const char *right,
                        weft_code (*change)(weft_engine *, const char *, size_t, weft_text *, weft_error *))
{
    char json[256];
    weft_text text = {0};
    (void)snprintf(json, sizeof(json), "{\"link\":\"%s\",\"left\":\"%s\",\"right\":\"%s\"}", link, left, right);
    must(world, change(world->engine, json, strlen(json), &text, &world->error), json);
    weft_text_free(&text);
}

void cascade_link(cascade_world *world, const char *link, const char *left, const char *right)
{
    change_link(world, link, left, right, weft_link_create_json);
}

void cascade_dismiss(cascade_world *world, const char *link, const char *left, const char *right)
{
    change_link(world, link, left, right, weft_link_dismiss_json);
}

static const char *keep(cascade_world *world, weft_code code, weft_text *text)
{
    const char *kept = text->data ? weft_str_format(&world->arena, "%s", text->data).data : NULL;
    weft_text_free(text);
    return code == WEFT_OK ? kept : NULL;
}

const char *cascade_impact(cascade_world *world, const char *entity, const char *key)
{
    weft_text text = {0};
    const weft_code code = weft_impact_json(world->engine, entity, &key, 1, 0, &text, &world->error);
    return keep(world, code, &text);
}

const char *cascade_delete(cascade_world *world, const char *entity, const char *key)
{
    weft_text text = {0};
    const weft_code code = weft_delete_json(world->engine, entity, &key, 1, 0, &text, &world->error);
    return keep(world, code, &text);
}

const char *cascade_restore(cascade_world *world, const char *id)
{
    weft_text text = {0};
    const weft_code code = weft_restore_json(world->engine, id, &text, &world->error);
    return keep(world, code, &text);
}

const char *cascade_recover(cascade_world *world)
{
    weft_text text = {0};
    const weft_code code = weft_recover(world->engine, &text, &world->error);
    return keep(world, code, &text);
}

const char *cascade_member(cascade_world *world, const char *json, const char *name)
{
    json_t *value = json_loads(json, 0, NULL);
    const char *text = json_string_value(json_object_get(value, name));
    const char *kept = text ? weft_str_format(&world->arena, "%s", text).data : NULL;
    json_decref(value);
    return kept;
}

size_t cascade_rows(cascade_world *world, const char *json)
{
    json_t *value = json_loads(json, 0, NULL);
    const json_int_t rows = json_integer_value(json_object_get(value, "records")) +
                            json_integer_value(json_object_get(value, "link_rows")) +
                            json_integer_value(json_object_get(value, "other_rows"));
    (void)world;
    json_decref(value);
    return (size_t)rows;
}

static void add_line(cascade_world *world, cascade_dump *dump, const weft_buf *line)
{
    assert_false(line->failed);
    assert_true(weft_vec_push(&world->arena, &dump->lines, line->data));
}

static void add_cell(weft_buf *line, const char *column, const char *value, bool is_timeless)
{
    const bool is_mark = is_timeless && !strcmp(column, "deleted_at");
    weft_buf_add_format(line, " %s=%s", column, !value ? "NULL" : is_mark ? "set" : value);
}

static void dump_sqlite_table(
    cascade_world *world, sqlite3 *db, const char *table, bool is_timeless, cascade_dump *dump)
{
    sqlite3_stmt *stmt = NULL;
    const char *sql = weft_str_format(&world->arena, "SELECT * FROM \"%s\"", table).data;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        weft_buf line;
        weft_buf_init_arena(&line, &world->arena);
        weft_buf_add_text(&line, table);
        for (int c = 0; c < sqlite3_column_count(stmt); c++) {
            const int type = sqlite3_column_type(stmt, c);
            add_cell(&line,
                     sqlite3_column_name(stmt, c),
                     type == SQLITE_NULL ? NULL : (const char *)sqlite3_column_text(stmt, c),
                     is_timeless);
        }
        add_line(world, dump, &line);
    }
    (void)sqlite3_finalize(stmt);
}

static void dump_sqlite(cascade_world *world, const char *path, bool is_timeless, cascade_dump *dump)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'weft%' "
                                        "AND name NOT LIKE 'sqlite%'",
                                        -1,
                                        &stmt,
                                        NULL),
                     SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        dump_sqlite_table(world, db, (const char *)sqlite3_column_text(stmt, 0), is_timeless, dump);
    }
    (void)sqlite3_finalize(stmt);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static PGresult *query(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK) {
        fail_msg("%s: %s", sql, PQerrorMessage(connection));
    }
    return result;
}

static void dump_server_table(
    cascade_world *world, PGconn *connection, const char *table, bool is_timeless, cascade_dump *dump)
{
    PGresult *rows = query(connection, weft_str_format(&world->arena, "SELECT * FROM \"%s\"", table).data);
    for (int r = 0; r < PQntuples(rows); r++) {
        weft_buf line;
        weft_buf_init_arena(&line, &world->arena);
        weft_buf_add_text(&line, table);
        for (int c = 0; c < PQnfields(rows); c++) {
            add_cell(&line, PQfname(rows, c), PQgetisnull(rows, r, c) ? NULL : PQgetvalue(rows, r, c), is_timeless);
        }
        add_line(world, dump, &line);
    }
    PQclear(rows);
}

static void dump_server(cascade_world *world, const char *url, bool is_timeless, cascade_dump *dump)
{
    PGconn *connection = PQconnectdb(url);
    PGresult *tables = query(connection,
                             "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE "
                             "'weft%'");
    for (int i = 0; i < PQntuples(tables); i++) {
        dump_server_table(world, connection, PQgetvalue(tables, i, 0), is_timeless, dump);
    }
    PQclear(tables);
    PQfinish(connection);
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *sqlite_path(const char *url)
{
    return strncmp(url, "sqlite:", 7) ? NULL : url + 7;
}

void cascade_dump_read(cascade_world *world, bool is_timeless, cascade_dump *ret_dump)
{
    *ret_dump = (cascade_dump){0};
    for (size_t i = 0; i < 2 && world->urls[i]; i++) {
        const char *path = sqlite_path(world->urls[i]);
        if (path) {
            dump_sqlite(world, path, is_timeless, ret_dump);
        } else {
            dump_server(world, world->urls[i], is_timeless, ret_dump);
        }
    }
    if (ret_dump->lines.count > 1) {
        qsort(ret_dump->lines.items, ret_dump->lines.count, sizeof(char *), compare_lines);
    }
}

bool cascade_dump_equal(const cascade_dump *a, const cascade_dump *b)
{
    bool is_equal = a->lines.count == b->lines.count;
    for (size_t i = 0; is_equal && i < a->lines.count; i++) {
        is_equal = !strcmp(a->lines.items[i], b->lines.items[i]);
    }
    return is_equal;
}

void cascade_dump_minus(cascade_world *world, const cascade_dump *a, const cascade_dump *b, cascade_dump *ret_dump)
{
    size_t at = 0;
    *ret_dump = (cascade_dump){0};
    for (size_t i = 0; i < a->lines.count; i++) {
        while (at < b->lines.count && strcmp(b->lines.items[at], a->lines.items[i]) < 0) {
            at++;
        }
        if (at < b->lines.count && !strcmp(b->lines.items[at], a->lines.items[i])) {
            at++;
        } else {
            assert_true(weft_vec_push(&world->arena, &ret_dump->lines, a->lines.items[i]));
        }
    }
}

void assert_dump_equal(const cascade_dump *have, const cascade_dump *want, const char *what)
{
    for (size_t i = 0; i < have->lines.count || i < want->lines.count; i++) {
        const char *left = i < have->lines.count ? have->lines.items[i] : "(nothing)";
        const char *right = i < want->lines.count ? want->lines.items[i] : "(nothing)";
        if (strcmp(left, right) != 0) {
            fail_msg("%s: there is\n%s\nand should be\n%s", what, left, right);
        }
    }
}

void cascade_note(cascade_world *world, const weft_event *event)
{
    if (event->kind != WEFT_EVENT_ATTACHED && event->kind != WEFT_EVENT_DETACHED) {
        return;
    }
    json_t *row = json_loadb(event->text.data, event->text.len, 0, NULL);
    const char *id = json_string_value(json_object_get(row, "id"));
    assert_non_null(id);
    assert_non_null(json_object_get(row, "left"));
    assert_non_null(json_object_get(row, "right"));
    const char *kept = weft_str_format(&world->arena, "%s", id).data;
    cascade_ids *ids = event->kind == WEFT_EVENT_ATTACHED ? &world->attached : &world->detached;
    assert_true(weft_vec_push(&world->arena, ids, kept));
    json_decref(row);
}

static const char *id_of_link_row(const char *line)
{
    return strstr(line, " id=link_");
}

static size_t times_told(const cascade_ids *told, const char *line)
{
    const char *id = id_of_link_row(line);
    size_t times = 0;
    for (size_t i = 0; i < told->count; i++) {
        const size_t len = strlen(told->items[i]);
        times += !strncmp(id + 4, told->items[i], len) && (id[4 + len] == ' ' || !id[4 + len]) ? 1 : 0;
    }
    return times;
}

void assert_told(cascade_ids *told, const cascade_dump *rows, const char *what)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->lines.count; i++) {
        if (!id_of_link_row(rows->lines.items[i])) {
            continue;
        }
        count++;
        if (times_told(told, rows->lines.items[i]) != 1) {
            fail_msg("%s: told %zu times:\n%s", what, times_told(told, rows->lines.items[i]), rows->lines.items[i]);
        }
    }
    assert_int_equal(told->count, count);
    told->count = 0;
}

static void query_file(cascade_world *world, const char *path, const char *sql, weft_buf *lines)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    (void)world;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        weft_buf_add_text(lines, lines->len > 0 ? "\n" : "");
        weft_buf_add_text(lines, (const char *)sqlite3_column_text(stmt, 0));
    }
    (void)sqlite3_finalize(stmt);
    (void)sqlite3_close(db);
}

const char *cascade_query(cascade_world *world, size_t store, const char *sql)
{
    const char *path = sqlite_path(world->urls[store]);
    weft_buf lines;
    weft_buf_init_arena(&lines, &world->arena);
    weft_buf_add(&lines, "", 0);
    if (path) {
        query_file(world, path, sql, &lines);
    } else {
        PGconn *connection = PQconnectdb(world->urls[store]);
        PGresult *rows = query(connection, sql);
        for (int i = 0; i < PQntuples(rows); i++) {
            weft_buf_add_text(&lines, lines.len > 0 ? "\n" : "");
            weft_buf_add_text(&lines, PQgetvalue(rows, i, 0));
        }
        PQclear(rows);
        PQfinish(connection);
    }
    assert_false(lines.failed);
    return lines.len > 0 ? lines.data : "";
}

const char *cascade_latest(cascade_world *world)
{
    const char *id = cascade_query(
        world, 0, "SELECT id FROM weft_deletions WHERE store = home AND state = 'done' ORDER BY id DESC LIMIT 1");
    assert_string_not_equal(id, "");
    return id;
}

void cascade_execute(cascade_world *world, size_t store, const char *sql)
{
    const char *path = sqlite_path(world->urls[store]);
    if (!path) {
        assert_true(test_postgres_execute(world->urls[store], sql));
        return;
    }
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_busy_timeout(db, 20000), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    }
    (void)sqlite3_close(db);
}

cascade_place cascade_current_place;

int cascade_set_place(void **state)
{
    cascade_current_place = *(const cascade_place *)*state;
    return 0;
}

void cascade_fill(cascade_world *world)
{
    cascade_create(world, "product", "[{\"id\":\"p1\"},{\"id\":\"p2\"}]");
    cascade_create(world, "variant", "[{\"id\":\"v1\",\"product_id\":\"p1\"}]");
    cascade_create(world, "post", "[{\"id\":\"b1\"},{\"id\":\"b2\"},{\"id\":\"b3\"}]");
    cascade_create(world, "comment", "[{\"id\":\"c1\",\"post_id\":\"b1\"}]");
    cascade_create(world, "author", "[{\"id\":\"a1\"}]");
    cascade_create(world, "badge", "[{\"id\":\"g1\",\"level\":9}]");
    cascade_create(world, "bundle", "[{\"id\":\"u1\",\"price\":1.25}]");
    cascade_create(world, "line", "[{\"id\":\"l1\",\"bundle_id\":\"u1\"}]");
    cascade_create(world, "memo", "[{\"id\":\"m1\",\"bundle_id\":\"u1\"}]");
    cascade_link(world, "product_post", "p1", "b1");
    cascade_link(world, "product_post", "p1", "b2");
    cascade_link(world, "product_post", "p2", "b3");
    cascade_link(world, "post_author", "b1", "a1");
    cascade_link(world, "author_badge", "a1", "g1");
    cascade_link(world, "post_bundle", "b2", "u1");
}

const char *cascade_must_delete(cascade_world *world, const char *entity, const char *key)
{
    const char *answer = cascade_delete(world, entity, key);
    if (!answer) {
        fail_msg("%s: %s (%s)", key, world->error.message, world->error.detail);
    }
    return cascade_member(world, answer, "deletion");
}

const char *cascade_must_recover(cascade_world *world)
{
    const char *answer = cascade_recover(world);
    if (!answer) {
        fail_msg("%s (%s)", world->error.message, world->error.detail);
    }
    return answer;
}
