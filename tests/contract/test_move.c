/* Moving a module between stores of every kind: the same queries give the same bytes before, after, and wherever the
 * move is cut off; then it is finished, or given up. */
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store.h"
#include "support/alloc.h"
#include "support/directory.h"
#include "support/postgres.h"
#include "support/tap.h"
#include "weft/weft.h"

#define POINTS_MAX 500

typedef enum place { FILE_TO_FILE = 0, FILE_TO_SERVER, SERVER_TO_FILE, SERVER_TO_SERVER } place;

static place the_place;
static char directory[512];
static char urls[2][600]; /* of the stores old and new */
static weft_engine *engine;
static weft_error error;
static size_t points;
static size_t fatal_at;

static void meet_point(void)
{
    if (++points == fatal_at) {
        (void)raise(SIGKILL);
    }
}

static void observe(void *ctx, const weft_event *event)
{
    (void)ctx;
    if (event->kind == WEFT_EVENT_STATEMENT) {
        meet_point();
    }
}

/* The linker leads every call of these here. */
weft_code __real_weft_connection_commit(weft_connection *connection, weft_error *ret_error);
weft_code __wrap_weft_connection_commit(weft_connection *connection, weft_error *ret_error);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);

weft_code __wrap_weft_connection_commit(weft_connection *connection, weft_error *ret_error)
{
    meet_point();
    const weft_code code = __real_weft_connection_commit(connection, ret_error);
    meet_point();
    return code;
}

int __wrap_rename(const char *from, const char *to)
{
    meet_point();
    const int result = __real_rename(from, to);
    meet_point();
    return result;
}

static const char blog_module[] =
    "module: blog\n"
    "models:\n"
    "  post:\n"
    "    fields:\n"
    "      id: id\n"
    "      title: { type: text, index: true }\n"
    "      status: { type: enum, values: [draft, done], default: draft }\n"
    "      made_at: dateTime?\n"
    "      price: bigNumber?\n"
    "      weight: float?\n"
    "      hot: boolean?\n"
    "      meta: json?\n"
    "      tags: array?\n"
    "      nth: autoincrement\n"
    "    relations:\n"
    "      comments: { hasMany: comment, mappedBy: post }\n"
    "      labels: { manyToMany: label }\n"
    "      parent: { belongsTo: post, nullable: true }\n"
    "    cascades: { delete: [comments] }\n"
    "  comment: { guard: triggers, fields: { id: id, body: text }, relations: { post: { belongsTo: post } } }\n"
    "  label:\n"
    "    fields: { id: id, name: { type: text, unique: true } }\n"
    "    relations: { posts: { manyToMany: post, mappedBy: labels } }\n";

static void open_engine(const weft_observer *observer, const weft_allocator *allocator)
{
    const weft_options options = {
        .directory = directory, .observer = observer ? *observer : (weft_observer){0}, .allocator = allocator};
    if (weft_open(&options, &engine, &error) != WEFT_OK) {
        fail_msg("could not open: %s at %s", error.message, error.where);
    }
}

static void close_engine(void)
{
    weft_close(engine);
    engine = NULL;
}

static void create(const char *entity, const char *json)
{
    weft_text text = {0};
    if (weft_record_create_json(engine, entity, json, strlen(json), &text, &error) != WEFT_OK) {
        fail_msg("%s: %s", entity, error.message);
    }
    weft_text_free(&text);
}

static void make_url(size_t at, bool is_server)
{
    if (is_server) {
        assert_true(test_postgres_database(urls[at], sizeof(urls[at])));
    } else {
        (void)snprintf(urls[at], sizeof(urls[at]), "sqlite:%s/%s.db", directory, at == 0 ? "old" : "new");
    }
}

static void write_yaml(const char *store)
{
    char yaml[2000];
    (void)snprintf(yaml,
                   sizeof(yaml),
                   "# mine\nstores:\n  default: sqlite:%s/shop.db\n  old: \"%s\"\n  new: \"%s\"\nmodules:\n"
                   "  blog: { store: %s } # here\n",
                   directory,
                   urls[0],
                   urls[1],
                   store);
    assert_true(test_file_write(directory, "weft.yaml", yaml));
}

static void migrate(void)
{
    size_t left = 0;
    size_t applied = 0;
    if (weft_migrate_apply(engine, WEFT_SCOPE_ALL, false, &applied, &left, &error) != WEFT_OK) {
        fail_msg("could not migrate: %s", error.message);
    }
    assert_int_equal(left, 0);
}

static void make_project(void)
{
    assert_true(test_directory_temporary(directory, sizeof(directory)));
    make_url(0, the_place == SERVER_TO_FILE || the_place == SERVER_TO_SERVER);
    make_url(1, the_place == FILE_TO_SERVER || the_place == SERVER_TO_SERVER);
    write_yaml("old");
    assert_true(test_file_write(directory, "src/modules/blog/module.yaml", blog_module));
    assert_true(test_file_write(
        directory, "src/modules/shop/module.yaml", "module: shop\nmodels:\n  product: { fields: { id: id } }\n"));
    assert_true(test_file_write(directory,
                                "src/links/l.yaml",
                                "left: { linkable: shop.product, isList: true }\n"
                                "right: { linkable: blog.post, isList: true }\n"));
}

/* A project with the blog in the store old, and an engine on it. */
static void fill(void)
{
    make_project();
    open_engine(NULL, NULL);
    migrate();
    create("product", "{\"id\":\"p1\"}");
    create(
        "post",
        "[{\"id\":\"b2\",\"title\":\"\xC3\xA4 z\",\"meta\":{\"b\":1,\"a\":[1.5,\"\\u0001\"]},\"tags\":[\"a "
        "b\",\"c\\\"d\"],"
        "\"price\":\"12345678901234567890.50\",\"weight\":1e-7,\"hot\":true,\"made_at\":\"2026-01-02T03:04:05.678Z\"},"
        "{\"id\":\"b1\",\"title\":\"\",\"status\":\"done\",\"parent_id\":\"b2\",\"hot\":false,\"weight\":-0.1}]");
    create("comment",
           "[{\"id\":\"c1\",\"body\":\"x\",\"post_id\":\"b1\"},{\"id\":\"c2\",\"body\":\"y\",\"post_id\":\"b2\"}]");
    create("label", "{\"id\":\"l1\",\"name\":\"red\"}");
    weft_text text = {0};
    const char *link = "{\"link\":\"product_post\",\"left\":\"p1\",\"right\":\"b1\"}";
    assert_int_equal(weft_link_create_json(engine, link, strlen(link), &text, &error), WEFT_OK);
    weft_text_free(&text);
}

static void remove_project(void)
{
    close_engine();
    test_directory_remove(directory);
}

/* What every query answers, one line each. The caller frees it. */
static char *view(void)
{
    static const char *const requests[] = {
        "{\"entity\":\"post\",\"fields\":[\"*\",\"comments.*\",\"parent.title\",\"labels.name\",\"products.id\"],"
        "\"pagination\":{\"order\":{\"title\":\"DESC\"}}}",
        "{\"entity\":\"product\",\"fields\":[\"posts.title\",\"posts.$count\",\"posts.comments.body\"],"
        "\"filters\":{\"posts\":{\"status\":\"done\"}}}",
        "{\"entity\":\"post\",\"fields\":[\"id\",\"meta.a\"],\"filters\":{\"price\":{\"$gt\":1},\"tags\":{\"$"
        "contains\":[\"a b\"]}}}",
        "{\"entity\":\"comment\",\"fields\":[\"*\"],\"filters\":{\"post\":{\"weight\":{\"$lt\":0}}},\"pagination\":{"
        "\"skip\":0}}",
        "{\"entity\":\"product_post\",\"fields\":[\"post.made_at\",\"post_id\"]}",
        "{\"entity\":\"label\",\"fields\":[\"*\"],\"withDeleted\":true}",
    };
    char *all = calloc(1, 1);
    size_t len = 0;
    for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++) {
        weft_text text = {0};
        if (weft_query_json(engine, requests[i], strlen(requests[i]), &text, &error) != WEFT_OK) {
            fail_msg("%s: %s", requests[i], error.message);
        }
        char *more = realloc(all, len + text.len + 2);
        assert_non_null(more);
        all = more;
        memcpy(all + len, text.data, text.len);
        all[len + text.len] = '\n';
        len += text.len + 1;
        all[len] = '\0';
        weft_text_free(&text);
    }
    return all;
}

static void assert_view(const char *expected, const char *when, size_t at)
{
    char *now = view();
    if (strcmp(now, expected) != 0) {
        fail_msg("%s, cut off at %zu, queries answer\n%swhere they answered\n%s", when, at, now, expected);
    }
    free(now);
}

static weft_code move(const char *store, char *ret_outcome, size_t size)
{
    weft_text text = {0};
    const weft_code code = weft_module_move(engine, "blog", store, store == NULL, &text, &error);
    if (ret_outcome) {
        const char *found = text.data ? strstr(text.data, "\"outcome\":\"") : NULL;
        (void)snprintf(ret_outcome, size, "%s", found ? found + 11 : "");
        ret_outcome[strcspn(ret_outcome, "\"")] = '\0';
    }
    weft_text_free(&text);
    return code;
}

static void assert_moves(const char *store, const char *outcome)
{
    char found[32];
    const weft_code code = move(store, found, sizeof(found));
    if (code != WEFT_OK) {
        fail_msg("%s: %s (%s)", weft_code_name(code), error.message, error.detail);
    }
    assert_string_equal(found, outcome);
}

static void reopen(void)
{
    close_engine();
    open_engine(NULL, NULL);
}

static char *status_text(void)
{
    weft_text text = {0};
    assert_int_equal(weft_migrate_status(engine, &text, &error), WEFT_OK);
    char *copy = strdup(text.data);
    weft_text_free(&text);
    assert_non_null(copy);
    return copy;
}

/* As a writer with another program would. */
static void run_sql(size_t store, const char *sql)
{
    if (strncmp(urls[store], "sqlite:", 7) != 0) {
        assert_true(test_postgres_execute(urls[store], sql));
        return;
    }
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open(urls[store] + 7, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static void assert_yaml_names(const char *store)
{
    char path[600];
    char text[2000] = "";
    char wanted[100];
    (void)snprintf(path, sizeof(path), "%s/weft.yaml", directory);
    (void)snprintf(wanted, sizeof(wanted), "\nmodules:\n  blog: { store: %s } # here\n", store);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
    (void)fclose(file);
    assert_non_null(strstr(text, wanted));
    assert_true(strncmp(text, "# mine\n", 7) == 0);
}

static void assert_is_clean(void)
{
    size_t pending = 0;
    weft_doctor_summary summary = {0};
    assert_int_equal(weft_migrate_plan(engine, WEFT_SCOPE_ALL, WEFT_FORMAT_TEXT, false, NULL, &pending, NULL, &error),
                     WEFT_OK);
    assert_int_equal(pending, 0);
    const weft_doctor_options options = {0};
    char *status = status_text();
    assert_null(strstr(status, "\"unknown_tables\":[\""));
    free(status);
    assert_int_equal(weft_doctor(engine, &options, &summary, &error), WEFT_OK);
}

static void it_is_the_same_there_and_back(void **state)
{
    (void)state;
    fill();
    char *before = view();
    assert_moves("new", "moved");
    reopen();
    assert_yaml_names("new");
    assert_view(before, "moved", 0);
    assert_is_clean();
    assert_moves("new", "nothing");
    assert_moves(NULL, "nothing");
    create("post", "{\"id\":\"b3\",\"title\":\"more\"}");
    char *more = view();
    assert_non_null(strstr(more, "\"nth\":3"));
    assert_moves("old", "moved");
    reopen();
    assert_yaml_names("old");
    assert_view(more, "moved back", 0);
    assert_is_clean();
    weft_text text = {0};
    assert_int_equal(weft_migrate_purge(engine, NULL, &text, &error), WEFT_OK);
    weft_text_free(&text);
    assert_view(more, "purged", 0);
    assert_moves("default", "moved");
    reopen();
    assert_view(more, "moved to the default store", 0);
    assert_is_clean();
    free(before);
    free(more);
    remove_project();
}

/* The journal of deletions names stores: a deletion from before a move waits until its records are back. */
static void a_deletion_is_restored_where_it_happened(void **state)
{
    (void)state;
    fill();
    const char *key = "b1";
    char *before = view();
    weft_text text = {0};
    char id[100] = "";
    assert_int_equal(weft_delete_json(engine, "post", &key, 1, 0, &text, &error), WEFT_OK);
    const char *found = strstr(text.data, "\"deletion\":\"");
    assert_non_null(found);
    (void)snprintf(id, sizeof(id), "%s", found + 12);
    id[strcspn(id, "\"")] = '\0';
    weft_text_free(&text);
    assert_moves("new", "moved");
    reopen();
    assert_int_not_equal(weft_restore_json(engine, id, &text, &error), WEFT_OK);
    assert_moves("old", "moved");
    reopen();
    if (weft_restore_json(engine, id, &text, &error) != WEFT_OK) {
        fail_msg("%s (%s)", error.message, error.detail);
    }
    weft_text_free(&text);
    char *after = view();
    assert_int_equal(strlen(after), strlen(before)); /* updated_at is another */
    free(after);
    free(before);
    remove_project();
}

/* True when the child came to its end. */
static bool kill_at(size_t at)
{
    close_engine();
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const weft_observer observer = {observe, NULL};
        open_engine(&observer, NULL);
        points = 0;
        fatal_at = at;
        _exit(move("new", NULL, 0) == WEFT_OK ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status)) {
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    open_engine(NULL, NULL);
    return WIFEXITED(status);
}

static void finish(const char *view_before, size_t at, size_t *outcomes)
{
    char outcome[32];
    if (move("new", outcome, sizeof(outcome)) != WEFT_OK) {
        fail_msg("cut off at %zu it could not be finished: %s (%s)", at, error.message, error.detail);
    }
    outcomes[0] += strcmp(outcome, "moved") == 0;
    outcomes[1] += strcmp(outcome, "finished") == 0;
    outcomes[2] += strcmp(outcome, "nothing") == 0;
    reopen();
    assert_yaml_names("new");
    assert_moves("new", "nothing");
    assert_view(view_before, "finished", at);
    assert_is_clean();
    char *status = status_text();
    assert_null(strstr(status, "\"unknown_tables\":[\""));
    free(status);
}

/* Once the old tables are in the trash there is no way back but moving back. */
static void give_up(const char *view_before, size_t at, size_t *outcomes)
{
    char outcome[32];
    const weft_code code = move(NULL, outcome, sizeof(outcome));
    outcomes[0] += code == WEFT_OK && strcmp(outcome, "undone") == 0;
    outcomes[1] += code == WEFT_REFUSED_UNSAFE;
    outcomes[2] += code == WEFT_OK && strcmp(outcome, "nothing") == 0;
    if (code != WEFT_OK && code != WEFT_REFUSED_UNSAFE) {
        fail_msg("cut off at %zu it could not be given up: %s (%s)", at, error.message, error.detail);
    }
    reopen();
    assert_view(view_before, "given up", at);
    if (code == WEFT_OK && strcmp(outcome, "undone") == 0) {
        assert_yaml_names("old");
        assert_moves(NULL, "nothing");
        assert_moves("new", "moved");
        reopen();
        assert_view(view_before, "given up and done again", at);
        assert_is_clean();
    }
}

/* Where nothing was done yet, going on is what the first point has shown. */
static void walk(void (*settle)(const char *view_before, size_t at, size_t *outcomes))
{
    size_t outcomes[3] = {0};
    fill();
    char *before = view();
    char *status = status_text();
    bool is_past = false;
    size_t at = 1;
    for (; !is_past; at++) {
        assert_true(at < POINTS_MAX);
        is_past = kill_at(at);
        char *now = status_text();
        assert_view(before, "left alone", at);
        if (at == 1 || strcmp(now, status) != 0) {
            settle(before, at, outcomes);
            remove_project();
            free(before);
            free(status);
            fill();
            before = view();
            status = status_text();
        }
        free(now);
    }
    assert_true(at > 30);
    for (size_t i = 0; i < 3; i++) {
        assert_true(outcomes[i] > 0);
    }
    free(before);
    free(status);
    remove_project();
}

static void cut_off_anywhere_it_is_finished(void **state)
{
    (void)state;
    walk(finish);
}

static void cut_off_anywhere_it_is_given_up(void **state)
{
    (void)state;
    walk(give_up);
}

/* The number of the point right behind the commit of the target, or of weft.yaml: found by trying. */
static size_t cut_off_when(const char *yaml, bool has_copy)
{
    for (size_t at = 1; at < POINTS_MAX; at++) {
        fill();
        const bool is_past = kill_at(at);
        char *status = status_text();
        char path[600];
        char text[2000] = "";
        (void)snprintf(path, sizeof(path), "%s/weft.yaml", directory);
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        (void)fread(text, 1, sizeof(text) - 1, file);
        (void)fclose(file);
        const bool is_left = strstr(status, "\"unknown_tables\":[\"") != NULL;
        free(status);
        if (strstr(text, yaml) && is_left == has_copy) {
            return at;
        }
        assert_false(is_past);
        remove_project();
    }
    return 0;
}

/* Rows that were written to the old tables before the switch move too; those written behind it stop everything. */
static void no_row_is_lost(void **state)
{
    (void)state;
    assert_true(cut_off_when("store: old }", true) > 0);
    run_sql(0, "INSERT INTO label (id, name) VALUES ('l2', 'blue')");
    char *before = view();
    assert_moves("new", "moved");
    reopen();
    assert_view(before, "written to and moved", 0);
    free(before);
    remove_project();
    assert_true(cut_off_when("store: new }", true) > 0);
    run_sql(0, "INSERT INTO label (id, name) VALUES ('l2', 'blue')");
    before = view();
    assert_int_equal(move("new", NULL, 0), WEFT_REFUSED_UNSAFE);
    assert_non_null(strstr(error.message, "table \"label\" of store \"old\" was written to"));
    assert_view(before, "refused", 0);
    run_sql(1, "INSERT INTO label (id, name) VALUES ('l3', 'green')");
    assert_int_equal(move(NULL, NULL, 0), WEFT_REFUSED_UNSAFE);
    assert_non_null(strstr(error.message, "table \"label\" of store \"new\" was written to"));
    run_sql(1, "DELETE FROM label WHERE id = 'l3'");
    assert_moves(NULL, "undone");
    reopen();
    assert_yaml_names("old");
    weft_text text = {0};
    const char *all = "{\"entity\":\"label\",\"fields\":[\"name\"]}";
    assert_int_equal(weft_query_json(engine, all, strlen(all), &text, &error), WEFT_OK);
    assert_string_equal(text.data, "{\"data\":[{\"name\":\"red\"},{\"name\":\"blue\"}]}");
    weft_text_free(&text);
    free(before);
    remove_project();
}

typedef struct mover {
    weft_engine *engine;
    weft_code code;
    weft_error error;
} mover;

static void *move_in_thread(void *ctx)
{
    mover *self = ctx;
    self->code = weft_module_move(self->engine, "blog", "new", false, NULL, &self->error);
    return NULL;
}

static void two_movers_move_it_once(void **state)
{
    (void)state;
    fill();
    char *before = view();
    mover movers[2] = {0};
    pthread_t threads[2];
    const weft_options options = {.directory = directory};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(weft_open(&options, &movers[i].engine, &error), WEFT_OK);
    }
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, move_in_thread, &movers[i]), 0);
    }
    size_t moved = 0;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        moved += movers[i].code == WEFT_OK;
        if (movers[i].code != WEFT_OK && movers[i].code != WEFT_DRIFTED) {
            fail_msg("%s", movers[i].error.message);
        }
        weft_close(movers[i].engine);
    }
    assert_int_equal(moved, 1);
    reopen();
    assert_moves("new", "nothing");
    assert_view(before, "moved by two", 0);
    assert_is_clean();
    free(before);
    remove_project();
}

/* Memory that runs out anywhere is as good as any other end. */
static void without_memory_it_can_be_done_again(void **state)
{
    (void)state;
    fill();
    char *before = view();
    bool has_failed = true;
    for (size_t nth = 1; has_failed; nth++) {
        test_alloc alloc;
        close_engine();
        test_alloc_init(&alloc, 0);
        open_engine(NULL, &alloc.allocator);
        alloc.fail_at = alloc.requests + nth;
        const weft_code code = move("new", NULL, 0);
        alloc.fail_at = 0;
        has_failed = alloc.has_failed;
        close_engine();
        assert_true(test_alloc_done(&alloc));
        assert_int_equal(code, has_failed ? WEFT_NO_MEMORY : WEFT_OK);
        open_engine(NULL, NULL);
        assert_view(before, "without memory", nth);
    }
    assert_int_equal(move("new", NULL, 0), WEFT_OK);
    reopen();
    assert_yaml_names("new");
    assert_view(before, "without memory, done again", 0);
    assert_is_clean();
    free(before);
    remove_project();
}

static size_t peak_of(size_t rows)
{
    char sql[600];
    test_alloc alloc;
    fill();
    (void)snprintf(
        sql,
        sizeof(sql),
        "INSERT INTO label (id, name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i "
        "< %zu) SELECT 'n' || i, 'name of some length ' || i FROM n",
        rows);
    run_sql(0, sql);
    close_engine();
    test_alloc_init(&alloc, 0);
    open_engine(NULL, &alloc.allocator);
    assert_moves("new", "moved");
    close_engine();
    assert_true(test_alloc_done(&alloc));
    open_engine(NULL, NULL);
    remove_project();
    return alloc.peak_bytes;
}

static void memory_does_not_grow_with_rows(void **state)
{
    (void)state;
    const size_t few = peak_of(2000);
    const size_t many = peak_of(20000);
    assert_true(many < few + (few / 5));
    assert_true(many < ((size_t)8 << 20));
}

static weft_code refused(const char *what)
{
    const weft_code code = move("new", NULL, 0);
    if (code == WEFT_OK || !strstr(error.message, what)) {
        fail_msg("%s, wanted: %s", code == WEFT_OK ? "it moved" : error.message, what);
    }
    return code;
}

static void what_cannot_be_moved_is_left(void **state)
{
    (void)state;
    fill();
    char *before = view();
    run_sql(0, "ALTER TABLE comment ADD COLUMN theirs INTEGER");
    assert_int_equal(refused("table \"comment\" is not what the definitions say: drop column theirs"),
                     WEFT_REFUSED_UNSAFE);
    run_sql(0, "ALTER TABLE comment DROP COLUMN theirs");
    run_sql(0, "CREATE TABLE theirs (id INTEGER PRIMARY KEY, label TEXT REFERENCES label (id))");
    assert_int_equal(refused("\"theirs\" has a foreign key to it"), WEFT_REFUSED_UNSAFE);
    run_sql(0, "DROP TABLE theirs");
    run_sql(1, "CREATE TABLE label (id INTEGER)");
    assert_int_equal(refused("has tables that the module's would meet"), WEFT_REFUSED_UNSAFE);
    run_sql(1, "DROP TABLE label");
    assert_int_equal(weft_module_move(engine, "blog", "nowhere", false, NULL, &error), WEFT_INVALID_REQUEST);
    assert_int_equal(weft_module_move(engine, "nothing", "new", false, NULL, &error), WEFT_INVALID_REQUEST);
    assert_true(test_file_write(directory,
                                "src/modules/blog/module.yaml",
                                "module: blog\nmodels:\n  post: { managed: false, fields: { id: id } }\n"));
    reopen();
    assert_int_equal(refused("is not managed by weft"), WEFT_UNSUPPORTED);
    assert_true(test_file_write(directory, "src/modules/blog/module.yaml", blog_module));
    reopen();
    assert_yaml_names("old");
    assert_view(before, "refused", 0);
    assert_is_clean();
    free(before);
    remove_project();
}

/* One argument: from where to where. */
int main(int argc, char **argv)
{
    static const char *const names[] = {"file-file", "file-server", "server-file", "server-server"};
    for (size_t i = 0; argc > 1 && i < 4; i++) {
        the_place = strcmp(argv[1], names[i]) == 0 ? (place)i : the_place;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_same_there_and_back),
        cmocka_unit_test(a_deletion_is_restored_where_it_happened),
        cmocka_unit_test(what_cannot_be_moved_is_left),
        cmocka_unit_test(no_row_is_lost),
        cmocka_unit_test(two_movers_move_it_once),
        cmocka_unit_test(memory_does_not_grow_with_rows),
        cmocka_unit_test(without_memory_it_can_be_done_again),
        cmocka_unit_test(cut_off_anywhere_it_is_finished),
        cmocka_unit_test(cut_off_anywhere_it_is_given_up),
    };
    /* Two servers differ from a file and a server in nothing that is cut off. */
    cmocka_set_skip_filter(the_place == SERVER_TO_SERVER ? "*cut_off_anywhere*" : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
