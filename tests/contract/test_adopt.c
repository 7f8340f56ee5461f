/* Adopting a whole file: what is written is a sound project, memory may run out anywhere, and the file stays as it is.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/alloc.h"
#include "support/tap.h"
#include "weft/weft.h"

static char directory[64];
static char database[96];
static char url[112];

static const char schema[] =
    "CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, born DATE, photo BLOB);"
    "CREATE TABLE post (id TEXT PRIMARY KEY NOT NULL, author_id INTEGER NOT NULL REFERENCES author, extra JSON);"
    "CREATE TABLE tag (id TEXT PRIMARY KEY NOT NULL);"
    "CREATE TABLE post_tag (post_id TEXT REFERENCES post(id), tag_id TEXT REFERENCES tag(id),"
    " PRIMARY KEY (post_id, tag_id));"
    "CREATE VIEW names AS SELECT id, name FROM author;"
    "INSERT INTO author VALUES (1, 'Ada', '1815-12-10', x'00');"
    "INSERT INTO post VALUES ('p', 1, '{}');";

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(directory, sizeof(directory), "/tmp/weft-adopt-XXXXXX");
    if (!mkdtemp(directory)) {
        return -1;
    }
    (void)snprintf(database, sizeof(database), "%s/shop.db", directory);
    (void)snprintf(url, sizeof(url), "sqlite:%s", database);
    sqlite3 *db = NULL;
    const bool is_made =
        sqlite3_open(database, &db) == SQLITE_OK && sqlite3_exec(db, schema, NULL, NULL, NULL) == SQLITE_OK;
    (void)sqlite3_close(db);
    return is_made ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[96];
    (void)snprintf(command, sizeof(command), "rm -r %s", directory);
    return system(command); /* NOLINT(cert-env33-c,concurrency-mt-unsafe): a name made by mkdtemp */
}

static weft_code write_file(void *ctx, const char *path, const char *text, size_t len, weft_error *error)
{
    (void)ctx;
    (void)error;
    char full[512];
    (void)snprintf(full, sizeof(full), "%s/%s", directory, path);
    for (char *slash = strchr(full + strlen(directory) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(full, 0777);
        *slash = '/';
    }
    FILE *file = fopen(full, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    return WEFT_OK;
}

static weft_code count_file(void *ctx, const char *path, const char *text, size_t len, weft_error *error)
{
    (void)path;
    (void)text;
    (void)len;
    (void)error;
    ++*(size_t *)ctx;
    return WEFT_OK;
}

static const char *const modules[] = {"people=author", "blog=*"};

static void what_is_written_is_a_sound_project(void **state)
{
    (void)state;
    const weft_schema_import import = {.url = url, .modules = modules, .module_count = 2};
    char project[256];
    weft_text report = {0};
    weft_text answer = {0};
    weft_error error = {0};
    assert_int_equal(weft_import_schema(&import, write_file, NULL, &report, &error), WEFT_OK);
    assert_non_null(strstr(report.data, "{\"modules\":2,\"models\":3,\"relations\":2,\"links\":1,"));
    assert_non_null(strstr(report.data, "{\"table\":\"names\",\"column\":\"\",\"text\":\"a view has no key"));
    (void)snprintf(project, sizeof(project), "stores: { default: \"%s\" }\n", url);
    assert_int_equal(write_file(NULL, "weft.yaml", project, strlen(project), NULL), WEFT_OK);
    const weft_options options = {.directory = directory};
    weft_engine *engine = NULL;
    if (weft_open(&options, &engine, &error) != WEFT_OK) {
        fail_msg("%s at %s", error.message, error.where);
    }
    const char request[] = "{\"entity\":\"post\",\"fields\":[\"*\",\"author.name\",\"author.posts.id\",\"tags.id\"]}";
    if (weft_query_json(engine, request, sizeof(request) - 1, &answer, &error) != WEFT_OK) {
        fail_msg("%s", error.message);
    }
    assert_string_equal(answer.data,
                        "{\"data\":[{\"id\":\"p\",\"author_id\":1,\"extra\":{},"
                        "\"author\":{\"name\":\"Ada\",\"posts\":[{\"id\":\"p\"}]},\"tags\":[]}]}");
    size_t pending = 1;
    assert_int_equal(weft_migrate_plan(engine, WEFT_SCOPE_ALL, WEFT_FORMAT_TEXT, false, NULL, &pending, NULL, &error),
                     WEFT_OK);
    assert_int_equal(pending, 0);
    weft_text_free(&answer);
    weft_text_free(&report);
    weft_close(engine);
}

static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    size_t requests = 0;
    for (size_t nth = 1;; nth++) {
        test_alloc alloc;
        test_alloc_init(&alloc, nth);
        const weft_schema_import import = {
            .url = url, .modules = modules, .module_count = 2, .allocator = &alloc.allocator};
        weft_text report = {0};
        size_t files = 0;
        const weft_code code = weft_import_schema(&import, count_file, &files, &report, NULL);
        weft_text_free(&report);
        assert_true(test_alloc_done(&alloc));
        if (!alloc.has_failed) {
            assert_int_equal(code, WEFT_OK);
            assert_int_equal(files, 3);
            break;
        }
        assert_int_equal(code, WEFT_NO_MEMORY);
        requests++;
    }
    assert_true(requests > 3);
}

static void misuse_and_missing_files_are_told(void **state)
{
    (void)state;
    weft_text report = {0};
    weft_schema_import import = {.url = "mysql://host/db"};
    size_t files = 0;
    assert_int_equal(weft_import_schema(&import, count_file, &files, &report, NULL), WEFT_USAGE);
    import.url = "sqlite:/nowhere/at/all.db";
    assert_int_equal(weft_import_schema(&import, count_file, &files, &report, NULL), WEFT_STORE_UNAVAILABLE);
    import.url = NULL;
    assert_int_equal(weft_import_schema(&import, count_file, &files, &report, NULL), WEFT_MISUSE);
    import.url = url;
    import.medusa = true;
    assert_int_equal(weft_import_schema(&import, count_file, &files, &report, NULL), WEFT_UNSUPPORTED);
    assert_int_equal(files, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_a_sound_project, set_up, tear_down),
        cmocka_unit_test_setup_teardown(memory_may_run_out_anywhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(misuse_and_missing_files_are_told, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
