/* Makes and seeds the database of stand.h. */
#include "stand.h"

#include <stdlib.h>
#include <string.h>

#include "support/postgres.h"
#include "support/tap.h"

/* Keys that are indexes of arrays to PostgreSQL. */
#define ODD_KEYS                                                                                                       \
    "{\"-1\":2,\"01\":2,\"+1\":2,\" 1\":2,\"00\":2,\"-0\":2,"                                                          \
    "\"1000000000\":2}"

/* a: everything given; b: other values, partner rows deleted; c: nothing given; d: deleted; e: JSON of other types. */
#ifdef WEFT_TEST_ON_POSTGRES
static const char *const things[] = {
    "CREATE TABLE thing (id text COLLATE \"C\" PRIMARY KEY, name text COLLATE \"C\", size bigint, price numeric, "
    "weight double precision, is_new boolean, made_at timestamptz, data jsonb, tags text[], status text COLLATE \"C\" "
    "NOT NULL, deleted_at timestamptz)",
    "CREATE TABLE note (id text COLLATE \"C\" PRIMARY KEY, thing_id text COLLATE \"C\", body text COLLATE \"C\" NOT "
    "NULL, rank bigint NOT NULL, deleted_at timestamptz)",
    "CREATE TABLE tag (id text COLLATE \"C\" PRIMARY KEY, label text COLLATE \"C\" NOT NULL, deleted_at timestamptz)",
    "CREATE TABLE thing_tag (id varchar PRIMARY KEY, thing_id varchar COLLATE \"C\", tag_id varchar COLLATE \"C\", "
    "position bigint, deleted_at timestamptz)",
    "INSERT INTO thing VALUES ('a', 'Ant_1', 10, 9.5, 1.5, true, '2026-01-01T00:00:00.000Z', "
    "'{\"color\":\"red\",\"box\":{\"w\":2}}', '{x,y}', 'open', NULL)",
    "INSERT INTO thing VALUES ('b', 'bee', 2, 10, 2.5, false, '2026-02-01T00:00:00.000Z', "
    "'{\"color\":null,\"box\":{\"w\":10},\"list\":" ODD_KEYS "}', '{y}', 'done', NULL)",
    "INSERT INTO thing VALUES ('d', 'dog', 3, 1, 0, true, '2026-01-01T00:00:00.000Z', '{}', '{}', 'open', "
    "'2026-03-01T00:00:00.000Z')",
    "INSERT INTO thing VALUES ('e', 'a%b', -1, -3, 0.5, false, '2025-01-01T00:00:00.000Z', "
    "'{\"color\":\"Red\",\"box\":{\"w\":\"2\"},\"list\":[2,2]}', '{\"\\\"q\"}', 'done', NULL)",
};
#else
static const char *const things[] = {
    "CREATE TABLE thing (id TEXT PRIMARY KEY, name TEXT, size INTEGER, price TEXT, weight REAL, is_new INTEGER, "
    "made_at TEXT, data TEXT, tags TEXT, status TEXT NOT NULL, deleted_at TEXT)",
    "CREATE TABLE note (id TEXT PRIMARY KEY, thing_id TEXT, body TEXT NOT NULL, rank INTEGER NOT NULL, deleted_at "
    "TEXT)",
    "CREATE TABLE tag (id TEXT PRIMARY KEY, label TEXT NOT NULL, deleted_at TEXT)",
    "CREATE TABLE thing_tag (id TEXT PRIMARY KEY, thing_id TEXT, tag_id TEXT, position INTEGER, deleted_at TEXT)",
    "INSERT INTO thing VALUES ('a', 'Ant_1', 10, '9.5', 1.5, 1, '2026-01-01T00:00:00.000Z', "
    "'{\"color\":\"red\",\"box\":{\"w\":2}}', '[\"x\",\"y\"]', 'open', NULL)",
    "INSERT INTO thing VALUES ('b', 'bee', 2, '10', 2.5, 0, '2026-02-01T00:00:00.000Z', "
    "'{\"color\":null,\"box\":{\"w\":10},\"list\":" ODD_KEYS "}', '[\"y\"]', 'done', NULL)",
    "INSERT INTO thing VALUES ('d', 'dog', 3, '1', 0, 1, '2026-01-01T00:00:00.000Z', '{}', '[]', 'open', "
    "'2026-03-01T00:00:00.000Z')",
    "INSERT INTO thing VALUES ('e', 'a%b', -1, '-3', 0.5, 0, '2025-01-01T00:00:00.000Z', "
    "'{\"color\":\"Red\",\"box\":{\"w\":\"2\"},\"list\":[2,2]}', '[\"\\\"q\"]', 'done', NULL)",
};
#endif

static const char *const neighbours[] = {
    "INSERT INTO thing (id, status) VALUES ('c', 'open')",
    "INSERT INTO note VALUES ('n1', 'a', 'first', 1, NULL), ('n2', 'a', 'second', 2, NULL), ('n3', 'b', 'first', 1, "
    "'2026-01-01T00:00:00.000Z'), ('n4', 'e', 'only', 5, NULL)",
    "INSERT INTO tag VALUES ('t1', 'red', NULL), ('t2', 'blue', NULL), ('t3', 'old', '2026-01-01T00:00:00.000Z')",
    "INSERT INTO thing_tag VALUES ('l1', 'a', 't1', 1, NULL), ('l2', 'a', 't2', 2, NULL), ('l3', 'b', 't2', 1, NULL), "
    "('l4', 'b', 't1', 1, '2026-01-01T00:00:00.000Z'), ('l5', 'e', 't3', 1, NULL)",
};

static void execute_all(fixture *f, const char *const *statements, size_t count)
{
    weft_error error = {.code = WEFT_OK};
    for (size_t i = 0; i < count; i++) {
        const weft_statement statement = {.sql = weft_str_from(statements[i]), .is_once = true};
        if (weft_connection_execute(f->connection, &statement, NULL, &error) != WEFT_OK) {
            fail_msg("%s: %s", statements[i], error.message);
        }
    }
}

#ifdef WEFT_TEST_ON_POSTGRES
/* One database for the whole program, emptied for each test. */
static void open_store(fixture *f)
{
    static char url[sizeof(f->url)];
    if (url[0] == '\0') {
        assert_true(test_postgres_database(url, sizeof(url)));
    }
    memcpy(f->url, url, sizeof(url));
    f->store = (weft_store_def){.name = WEFT_STR("default"), .kind = WEFT_STORE_POSTGRES, .url = weft_str_from(f->url)};
}

static void clear_store(fixture *f)
{
    static const char *const statements[] = {"DROP SCHEMA public CASCADE", "CREATE SCHEMA public"};
    execute_all(f, statements, WEFT_COUNT_OF(statements));
}
#else
static void open_store(fixture *f)
{
    f->store = (weft_store_def){.name = WEFT_STR("default"), .kind = WEFT_STORE_SQLITE, .path = WEFT_STR(":memory:")};
}

static void clear_store(fixture *f)
{
    (void)f; /* memory is empty */
}
#endif

int set_up(void **state)
{
    fixture *f = calloc(1, sizeof(*f));
    const weft_pool_options options = {.connections_max = 1};
    weft_error error = {.code = WEFT_OK};
    assert_non_null(f);
    weft_arena_init(&f->arena, NULL, 0);
    open_store(f);
    assert_int_equal(weft_pool_open(&f->store, &options, &f->pool, &error), WEFT_OK);
    if (weft_pool_acquire(f->pool, 0, NULL, &f->connection, &error) != WEFT_OK) {
        fail_msg("%s", error.message);
    }
    f->dialect = weft_pool_dialect(f->pool);
    clear_store(f);
    execute_all(f, things, WEFT_COUNT_OF(things));
    execute_all(f, neighbours, WEFT_COUNT_OF(neighbours));
    *state = f;
    return 0;
}

int tear_down(void **state)
{
    fixture *f = *state;
    weft_pool_release(f->pool, f->connection);
    weft_pool_close(f->pool);
    weft_arena_done(&f->arena);
    free(f);
    return 0;
}
