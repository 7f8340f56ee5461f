/* What the database refuses, as errors of weft: the same code and message whatever the store. */
#include <stdio.h>
#include <string.h>

#include "contract/store/fixture.h"
#include "support/directory.h"

static void make_tables(store_fixture *f)
{
    fixture_must(f,
                 "CREATE TABLE p (id {text} PRIMARY KEY, a {text}, b {number} NOT NULL,"
                 " CONSTRAINT positive CHECK (b > 0), UNIQUE (a, b))");
    fixture_must(f, "CREATE TABLE c (id {text} PRIMARY KEY, p_id {text} REFERENCES p (id))");
    fixture_must(f, "INSERT INTO p VALUES ('x', 'y', 1)");
}

static void assert_refusal(store_fixture *f, const char *sql, weft_code code, const char *message)
{
    assert_code(f, fixture_try(f, sql), code);
    assert_string_equal(f->error.message, message);
    assert_string_equal(f->error.store, "shop");
    assert_int_equal(strlen(f->error.sqlstate), fixture_is_postgres(f) ? 5 : 0);
}

static void test_constraints(void **state)
{
    store_fixture *f = *state;
    make_tables(f);
    assert_refusal(
        f, "INSERT INTO p VALUES ('x', 'z', 2)", WEFT_UNIQUE_VIOLATION, "another row of table \"p\" has the same id");
    assert_refusal(
        f, "INSERT INTO p VALUES ('w', 'y', 1)", WEFT_UNIQUE_VIOLATION, "another row of table \"p\" has the same a, b");
    assert_refusal(f,
                   "INSERT INTO p VALUES ('w', 'y', NULL)",
                   WEFT_REQUIRED_VALUE,
                   "column \"b\" of table \"p\" must have a value");
    assert_refusal(
        f, "INSERT INTO p VALUES ('w', 'y', -1)", WEFT_CHECK_VIOLATION, "a value breaks the check \"positive\"");
    assert_refusal(f, "INSERT INTO c VALUES ('1', 'nobody')", WEFT_CHECK_VIOLATION, "a value breaks a foreign key");
    assert_true(f->error.detail[0] != '\0');
    assert_rows(f, "SELECT count(*) FROM p", "i", "1");
}

static void test_a_unique_expression(void **state)
{
    store_fixture *f = *state;
    make_tables(f);
    fixture_must(f, "CREATE UNIQUE INDEX lower_a ON p (lower(a))");
    assert_code(f, fixture_try(f, "INSERT INTO p VALUES ('w', 'Y', 2)"), WEFT_UNIQUE_VIOLATION);
}

static void test_missing_tables_and_columns(void **state)
{
    store_fixture *f = *state;
    make_tables(f);
    static const char *const statements[] = {"SELECT * FROM absent",
                                             "SELECT absent FROM p",
                                             "SELECT \"absent\" FROM p",
                                             "INSERT INTO p (absent) VALUES (1)",
                                             "UPDATE p SET absent = 1"};
    for (size_t i = 0; i < WEFT_COUNT_OF(statements); i++) {
        assert_code(f, fixture_try(f, statements[i]), WEFT_SCHEMA_MISSING);
        assert_non_null(strstr(f->error.message, "absent"));
        assert_non_null(strstr(f->error.hint, "weft db:migrate"));
    }
}

static void test_no_statement(void **state)
{
    store_fixture *f = *state;
    assert_code(f, fixture_try(f, "SELEC 1"), WEFT_STORE_ERROR);
    assert_true(fixture_try(f, "SELECT 1; SELECT 2") != WEFT_OK);
    assert_ok(f, fixture_try(f, "SELECT 1;"));
    assert_rows(f, "SELECT 1", "i", "1");
}

static void test_an_error_at_a_later_row(void **state)
{
    store_fixture *f = *state;
    fixture_must(f, "CREATE TABLE e (n {number}, j {json})");
    fixture_must(f, "INSERT INTO e VALUES (1, '1'), (2, '2'), (3, '3')");
    weft_statement statement = fixture_statement(
        f,
        fixture_is_postgres(f) ? "SELECT 10 / (3 - n) FROM e ORDER BY n"
                               : "SELECT CASE n WHEN 3 THEN weft_array_contains('x', '[]') ELSE 10 / (3 - n) END"
                                 " FROM e ORDER BY n",
        "i",
        NULL,
        0);
    assert_true(fixture_ask(f, f->connection, &statement) != WEFT_OK);
    statement.is_incremental = true;
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_READ, &f->error));
    assert_true(fixture_ask(f, f->connection, &statement) != WEFT_OK);
    weft_connection_rollback(f->connection);
    assert_rows(f, "SELECT count(*) FROM e", "i", "3");
}

static void test_a_nul_in_a_text(void **state)
{
    store_fixture *f = *state;
    const weft_param param = {.type = WEFT_VALUE_TEXT, .value = {.kind = WEFT_VALUE_TEXT, .as.text = {"a\0b", 3}}};
    fixture_must(f, "CREATE TABLE e (t {text})");
    const weft_statement insert = fixture_statement(f, "INSERT INTO e VALUES ($1)", "", &param, 1);
    const weft_code code = weft_connection_execute(f->connection, &insert, NULL, &f->error);
    if (fixture_is_postgres(f)) {
        assert_code(f, code, WEFT_CHECK_VIOLATION);
        return;
    }
    const weft_statement select = fixture_statement(f, "SELECT t FROM e", "t", NULL, 0);
    assert_ok(f, code);
    assert_ok(f, fixture_ask(f, f->connection, &select));
    assert_int_equal(f->answer.len, 3);
}

static weft_code open_at(store_fixture *f, const char *place)
{
    const weft_store_config config = {
        .name = f->store.name, .url = weft_str_from(place), .path = weft_str_from(place), .connect_timeout_ms = 300};
    weft_connection *connection = NULL;
    const weft_driver *driver = weft_driver_for(f->store.kind);
    memset(&f->error, 0, sizeof(f->error));
    const weft_code code = driver->open(&config, &connection, &f->error);
    driver->close(connection);
    return code;
}

static void test_no_database_at_a_path(void **state)
{
    store_fixture *f = *state;
    assert_true(test_file_write(f->directory, "notes.txt", "these are only some notes, and no database at all\n"));
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/notes.txt", f->directory);
    assert_code(f, open_at(f, path), WEFT_STORE_UNAVAILABLE);
    assert_non_null(strstr(f->error.message, "not a database"));
    assert_non_null(strstr(f->error.message, "notes.txt"));
    assert_code(f, open_at(f, f->directory), WEFT_STORE_UNAVAILABLE);
    (void)snprintf(path, sizeof(path), "%s/notes.txt/below/x.db", f->directory);
    assert_code(f, open_at(f, path), WEFT_STORE_UNAVAILABLE);
    (void)snprintf(path, sizeof(path), "file:%s/uri.db?mode=ro", f->directory);
    assert_code(f, open_at(f, path), WEFT_STORE_UNAVAILABLE);
    (void)snprintf(path, sizeof(path), "file:%s/uri.db?mode=rwc", f->directory);
    assert_ok(f, open_at(f, path));
}

/* Nothing of "quxzip" is shown, and no message tells by its gaps what a password is. */
static void assert_no_password(const store_fixture *f)
{
    static const char *const parts[] = {"qux", "zip", "***"};
    for (size_t i = 0; i < WEFT_COUNT_OF(parts); i++) {
        assert_null(strstr(f->error.message, parts[i]));
        assert_null(strstr(f->error.detail, parts[i]));
        assert_null(strstr(f->error.hint, parts[i]));
    }
}

static void test_no_server_and_no_password_shown(void **state)
{
    store_fixture *f = *state;
    static const char *const urls[] = {"postgres://me:quxzip@127.0.0.1:1/shop",
                                       "postgres://me:qux:zip@127.0.0.1:1/shop",
                                       "postgres://me@nowhere.invalid/shop?password=quxzip",
                                       "postgres:///shop?host=/nowhere&password=quxzip"};
    for (size_t i = 0; i < WEFT_COUNT_OF(urls); i++) {
        assert_code(f, open_at(f, urls[i]), WEFT_STORE_UNAVAILABLE);
        assert_non_null(strstr(f->error.message, "could not connect to the store: "));
        assert_no_password(f);
    }
    assert_code(f, open_at(f, "postgres://u:a@127.0.0.1:1/shop"), WEFT_STORE_UNAVAILABLE);
    assert_non_null(strstr(f->error.message, "connection to server at \"127.0.0.1\", port 1 failed: "));
}

/* A password that should have been written with percent signs is not given to libpq, whose words would quote it. */
static void test_an_address_that_cannot_be_understood(void **state)
{
    store_fixture *f = *state;
    static const struct {
        const char *url;
        const char *wrong;
    } cases[] = {{"postgres://u:p@ss:quxzip@127.0.0.1:1/db", "the user or the password is wrong"},
                 {"postgres://u:qux/zip@127.0.0.1:1/db", "the user or the password is wrong"},
                 {"postgres://u:qux%zip@127.0.0.1:1/db", "the user or the password is wrong"},
                 {"postgres://u:quxzip/db", "the port is wrong"},
                 {"postgres://me:quxzip@[::1/shop", "the host is wrong"},
                 {"postgres://me:quxzip@127.0.0.1:port/shop", "the port is wrong"},
                 {"postgres://me:quxzip@%zz/shop", "the host is wrong"},
                 {"postgres://u@h:1/db&password=quxzip", "the database is wrong"},
                 {"postgres://u@h/db?user=x&password=qux&zip", "what stands behind the \"?\" is wrong"},
                 {"postgres://u@h/db?user=x&password=qux&zip=1", "a setting behind the \"?\""},
                 {"postgres://me:quxzip@127.0.0.1:1/shop?nonsense=1", "a setting behind the \"?\""},
                 {"postgres://me:quxzip@127.0.0.1:1/shop?options", "what stands behind the \"?\" is wrong"},
                 {"postgres://me@127.0.0.1:1/shop?sslmode=quxzip", "a setting behind the \"?\""},
                 {"postgres://me@127.0.0.1:1/shop?connect_timeout=quxzip", "what stands behind the \"?\" is wrong"},
                 {"postgres://me@127.0.0.1:1/shop?keepalives_idle=quxzip", "what stands behind the \"?\" is wrong"},
                 {"postgres://me@127.0.0.1:1/shop?service=quxzip", "a setting behind the \"?\""},
                 {"nonsense quxzip", "the scheme is wrong"}};
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        assert_code(f, open_at(f, cases[i].url), WEFT_STORE_UNAVAILABLE);
        assert_non_null(strstr(f->error.message, cases[i].wrong));
        assert_non_null(strstr(f->error.hint, "percent-encode each of @ : / ? # [ ] % in a password"));
        assert_no_password(f);
    }
}

static const store_test tests[] = {
    {.name = "constraints", .function = test_constraints},
    {.name = "a unique expression", .function = test_a_unique_expression},
    {.name = "missing tables and columns", .function = test_missing_tables_and_columns},
    {.name = "no statement, or two", .function = test_no_statement},
    {.name = "an error at a later row", .function = test_an_error_at_a_later_row},
    {.name = "a NUL in a text", .function = test_a_nul_in_a_text},
    {.name = "no database at a path", .function = test_no_database_at_a_path, .sqlite_only = true},
    {.name = "no server, and no password shown",
     .function = test_no_server_and_no_password_shown,
     .postgres_only = true},
    {.name = "an address that cannot be understood",
     .function = test_an_address_that_cannot_be_understood,
     .postgres_only = true},
};
const store_area store_area_errors = {tests, WEFT_COUNT_OF(tests)};
