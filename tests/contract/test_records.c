/* What creating, updating and importing records promises, on every layout of stores. */
#include "world.h"

#include <stdio.h>
#include <string.h>

#include "support/alloc.h"

static test_world the_world;

static int open_sqlite(void **state)
{
    *state = world_open(&the_world, WORLD_SQLITE) ? &the_world : NULL;
    return 0;
}

static int open_postgres(void **state)
{
    *state = world_open(&the_world, WORLD_POSTGRES) ? &the_world : NULL;
    return 0;
}

static int close_layout(void **state)
{
    if (*state) {
        world_close(&the_world);
    }
    return 0;
}

static void start(void **state)
{
    if (!*state) {
        fail_msg("there is no PostgreSQL here");
    }
    world_execute(&the_world, "product", "DELETE FROM product");
    world_execute(&the_world, "price_list", "DELETE FROM price_list");
    world_execute(&the_world, "counter", "DELETE FROM counter");
}

static int64_t count_products(void)
{
    return world_integer(&the_world, "product", "SELECT count(*) FROM product");
}

/* The text between `from` and the next quote in the answer. */
static weft_str found(const char *from)
{
    const char *at = strstr(the_world.answer.data, from);
    assert_non_null(at);
    at += strlen(from);
    return weft_str_copy(&the_world.arena, (weft_str){at, strcspn(at, "\"")});
}

static void a_record_comes_back_as_the_store_has_it(void **state)
{
    start(state);
    assert_done(&the_world,
                world_create(&the_world,
                             "product",
                             "{\"id\":\"prod_x\",\"title\":\"A \\\"b\\\"\",\"handle\":\"a\",\"stock\":9007199254740993,"
                             "\"price\":\"12.3400\",\"weight\":0.1,\"active\":false,"
                             "\"released_at\":\"2026-01-02T03:04:05.678912+01:00\","
                             "\"metadata\":{\"b\":[1,2.50],\"a\":null},\"tags\":[\"x\",\"y,z\"],\"number\":41,"
                             "\"created_at\":\"2020-01-01\",\"updated_at\":\"2021-01-01\"}"));
    assert_answer(&the_world,
                  "{\"id\":\"prod_x\",\"title\":\"A \\\"b\\\"\",\"handle\":\"a\",\"status\":\"draft\","
                  "\"stock\":9007199254740993,\"price\":12.34,\"weight\":0.1,\"active\":false,"
                  "\"released_at\":\"2026-01-02T02:04:05.678Z\",\"metadata\":{\"a\":null,\"b\":[1,2.5]},"
                  "\"tags\":[\"x\",\"y,z\"],\"number\":41,\"created_at\":\"2020-01-01T00:00:00.000Z\","
                  "\"updated_at\":\"2021-01-01T00:00:00.000Z\",\"deleted_at\":null}");
}

static void what_is_not_given_is_made_or_filled_in(void **state)
{
    start(state);
    assert_done(&the_world, world_create(&the_world, "product", "{\"title\":\"T\"}"));
    const weft_str id = found("\"id\":\"");
    assert_int_equal(id.len, strlen("prod_") + WEFT_ULID_LEN);
    assert_true(weft_str_starts_with(id, WEFT_STR("prod_")));
    assert_non_null(strstr(the_world.answer.data,
                           "\"title\":\"T\",\"handle\":null,\"status\":\"draft\",\"stock\":0,\"price\":null,"
                           "\"weight\":null,\"active\":true,\"released_at\":null,\"metadata\":null,\"tags\":null,"));
    assert_str_equal(found("\"created_at\":\""), found("\"updated_at\":\"").data);
}

static void many_come_back_in_their_order(void **state)
{
    start(state);
    weft_buf json;
    weft_buf_init(&json, NULL);
    enum { COUNT = 2500 };
    for (int i = 0; i < COUNT; i++) {
        /* Explicit numbers here and there make several shapes. */
        weft_buf_add_format(&json,
                            i % 100 == 7 ? "%s{\"title\":\"t%04d\",\"number\":%d}" : "%s{\"title\":\"t%04d\"}",
                            i ? "," : "[",
                            i,
                            -1000 - i);
    }
    weft_buf_add_text(&json, "]");
    the_world.statements = 0;
    assert_done(&the_world, world_create(&the_world, "product", json.data));
    assert_true(the_world.statements <= 12);
    weft_buf_done(&json);
    assert_int_equal(count_products(), COUNT);
    const char *at = the_world.answer.data;
    weft_str before = {NULL, 0};
    for (int i = 0; i < COUNT; i++) {
        char title[32];
        (void)snprintf(title, sizeof(title), "\"title\":\"t%04d\"", i);
        const char *id = strstr(at, "\"id\":\"") + 6;
        at = strstr(at, "\"title\":");
        assert_non_null(at);
        assert_memory_equal(at, title, strlen(title));
        assert_true(!before.data || memcmp(before.data, id, before.len) < 0);
        before = (weft_str){id, strlen("prod_") + WEFT_ULID_LEN};
        at++;
    }
    assert_int_equal(world_integer(&the_world, "product", "SELECT count(DISTINCT number) FROM product"), COUNT);
}

static void numbers_count_up(void **state)
{
    start(state);
    assert_done(&the_world,
                world_create(&the_world, "counter", "[{\"label\":\"a\"},{\"label\":\"b\"},{\"label\":\"c\"}]"));
    const int64_t first = world_integer(&the_world, "counter", "SELECT number FROM counter WHERE label = 'a'");
    char expected[256];
    (void)snprintf(expected, sizeof(expected), "{\"number\":%d,\"label\":\"c\",", (int)first + 2);
    assert_non_null(strstr(the_world.answer.data, expected));
    assert_done(&the_world, world_create(&the_world, "counter", "{\"label\":\"d\"}"));
    assert_int_equal(world_integer(&the_world, "counter", "SELECT number FROM counter WHERE label = 'd'"), first + 3);
}

static int64_t number_of(const char *label)
{
    char sql[128];
    (void)snprintf(sql, sizeof(sql), "SELECT number FROM counter WHERE label = '%s'", label);
    return world_integer(&the_world, "counter", sql);
}

/* Every store counts on behind the highest number that was given, whichever way. */
static void numbers_that_are_given_count(void **state)
{
    start(state);
    uint64_t count = 0;
    assert_done(&the_world, world_create(&the_world, "counter", "{\"label\":\"first\"}"));
    const int64_t first = number_of("first");
    char text[256];
    (void)snprintf(text, sizeof(text), "{\"number\":%d,\"label\":\"given\"}", (int)first + 5);
    assert_done(&the_world, world_create(&the_world, "counter", text));
    assert_done(&the_world, world_create(&the_world, "counter", "{\"label\":\"a\"}"));
    assert_int_equal(number_of("a"), first + 6);
    (void)snprintf(
        text, sizeof(text), "[{\"label\":\"b\"},{\"number\":%d,\"label\":\"c\"},{\"label\":\"d\"}]", (int)first + 20);
    assert_done(&the_world, world_create(&the_world, "counter", text));
    assert_int_equal(number_of("b"), first + 21);
    assert_int_equal(number_of("d"), first + 22);
    (void)snprintf(text,
                   sizeof(text),
                   "{\"number\":%d,\"label\":\"e\"}\n{\"number\":%d,\"label\":\"f\"}\n",
                   (int)first + 40,
                   (int)first + 30);
    assert_done(&the_world, world_import(&the_world, "counter", WEFT_IMPORT_NDJSON, text, &count));
    assert_done(&the_world, world_create(&the_world, "counter", "{\"label\":\"g\"}"));
    assert_int_equal(number_of("g"), first + 41);
    /* What is below what was counted changes nothing. */
    (void)snprintf(
        text, sizeof(text), "[{\"number\":%d,\"label\":\"h\"},{\"number\":-7,\"label\":\"i\"}]", (int)first + 3);
    assert_done(&the_world, world_create(&the_world, "counter", text));
    assert_done(&the_world, world_create(&the_world, "counter", "{\"label\":\"j\"}"));
    assert_int_equal(number_of("j"), first + 42);
}

static void numbers_changed_by_an_update_count(void **state)
{
    start(state);
    assert_done(&the_world, world_create(&the_world, "product", "{\"id\":\"n1\",\"title\":\"a\"}"));
    const int64_t first = world_integer(&the_world, "product", "SELECT number FROM product");
    char text[64];
    (void)snprintf(text, sizeof(text), "{\"number\":%d}", (int)first + 5);
    assert_done(&the_world, world_update(&the_world, "product", "n1", text));
    assert_done(&the_world, world_create(&the_world, "product", "{\"id\":\"n2\",\"title\":\"b\"}"));
    assert_int_equal(world_integer(&the_world, "product", "SELECT number FROM product WHERE id = 'n2'"), first + 6);
}

enum { WRITERS = 8, ROUNDS = 12, APART = 1000000 };

typedef struct writer {
    pthread_t thread;
    int number;
    weft_error error;
} writer;

/* Half of the writers give numbers, far apart, while the others let the store count. */
static void *write_counters(void *ctx)
{
    writer *self = ctx;
    for (int round = 0; round < ROUNDS && self->error.code == WEFT_OK; round++) {
        char text[128];
        weft_buf answer;
        weft_buf_init(&answer, NULL);
        if (self->number % 2 == 0) {
            (void)snprintf(text, sizeof(text), "[{\"label\":\"x\"},{\"label\":\"y\"}]");
        } else {
            (void)snprintf(text,
                           sizeof(text),
                           "[{\"number\":%d,\"label\":\"x\"},{\"label\":\"y\"}]",
                           (round * WRITERS + self->number + 1) * APART);
        }
        (void)world_create_apart(&the_world, "counter", text, &answer, &self->error);
        weft_buf_done(&answer);
    }
    return NULL;
}

static void no_number_is_counted_twice_by_many_writers(void **state)
{
    start(state);
    static writer writers[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (writer){.number = i};
        assert_int_equal(pthread_create(&writers[i].thread, NULL, write_counters, &writers[i]), 0);
    }
    for (int i = 0; i < WRITERS; i++) {
        assert_int_equal(pthread_join(writers[i].thread, NULL), 0);
        assert_string_equal(writers[i].error.message, "");
    }
    assert_int_equal(world_integer(&the_world, "counter", "SELECT count(DISTINCT number) FROM counter"),
                     WRITERS * ROUNDS * 2);
}

static int64_t locks_seen;

static void look_for_locks(void)
{
    the_world.on_statement = NULL; /* looking is a statement too */
    locks_seen += world_integer(&the_world,
                                "counter",
                                "SELECT count(*) FROM pg_locks WHERE relation = 'counter'::regclass AND mode = "
                                "'ShareRowExclusiveLock' AND granted");
    the_world.on_statement = look_for_locks;
}

/* A counter cannot be compared and set at once, so others that count are kept out while it is raised, and only then. */
static void a_counter_is_raised_under_a_lock(void **state)
{
    start(state);
    if (!weft_pool_dialect(the_world.pools[0])->has_sequences) {
        return;
    }
    locks_seen = 0;
    the_world.on_statement = look_for_locks;
    const weft_code counted = world_create(&the_world, "counter", "{\"label\":\"a\"}");
    const int64_t seen_counting = locks_seen;
    const weft_code given = world_create(&the_world, "counter", "{\"number\":2000000000,\"label\":\"b\"}");
    the_world.on_statement = NULL;
    assert_done(&the_world, counted);
    assert_done(&the_world, given);
    assert_int_equal(seen_counting, 0);
    assert_true(locks_seen > 0);
}

/* Rows that somebody wrote by plain SQL are beyond what a store knows of that counts by itself. */
static void a_counter_behind_its_rows_is_named(void **state)
{
    start(state);
    assert_done(&the_world, world_create(&the_world, "counter", "{\"label\":\"a\"}"));
    const int64_t next = number_of("a") + 1;
    char sql[128];
    (void)snprintf(sql, sizeof(sql), "UPDATE counter SET number = %d", (int)next);
    world_execute(&the_world, "counter", sql);
    const weft_code code = world_create(&the_world, "counter", "{\"label\":\"b\"}");
    if (code == WEFT_OK) {
        assert_int_equal(number_of("b"), next + 1);
        return;
    }
    assert_int_equal(code, WEFT_UNIQUE_VIOLATION);
    assert_string_equal(the_world.error.message, "another counter has the number that \"number\" came to");
    assert_string_equal(the_world.error.where, "/number");
    assert_string_equal(the_world.error.sqlstate, "23505");
    assert_non_null(strstr(the_world.error.hint, "pg_get_serial_sequence('counter', 'number')"));
}

static void mistakes_are_named_with_their_place(void **state)
{
    start(state);
    static const struct {
        const char *json;
        weft_code code;
        const char *where;
        const char *message;
    } cases[] = {
        {"{}", WEFT_REQUIRED_VALUE, "/title", "field \"title\" of product must have a value"},
        {"{\"title\":null}", WEFT_REQUIRED_VALUE, "/title", "field \"title\" of product must have a value"},
        {"[{\"title\":\"a\"},{\"title\":\"b\",\"stock\":null}]",
         WEFT_REQUIRED_VALUE,
         "/1/stock",
         "field \"stock\" of product must have a value"},
        {"{\"title\":\"a\",\"deleted_at\":\"2026-01-01T00:00:00Z\"}",
         WEFT_INVALID_REQUEST,
         "/deleted_at",
         "field \"deleted_at\" cannot be given"},
        {"{\"title\":\"a\",\"released_at\":null,\"releasedAt\":null}",
         WEFT_INVALID_REQUEST,
         "/releasedAt",
         "field \"released_at\" is given twice"},
        {"[1]", WEFT_INVALID_REQUEST, "/0", "a record of product must be an object"},
        {"\"x\"", WEFT_INVALID_REQUEST, "", "a record of product must be an object"},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        assert_refused(&the_world, world_create(&the_world, "product", cases[i].json), cases[i].code);
        assert_string_equal(the_world.error.where, cases[i].where);
        assert_string_equal(the_world.error.message, cases[i].message);
        assert_answer(&the_world, "");
    }
    assert_refused(&the_world, world_create(&the_world, "product", "[{\"titel\":\"a\"}]"), WEFT_UNKNOWN_FIELD);
    assert_string_equal(the_world.error.where, "/0/titel");
    assert_non_null(strstr(the_world.error.hint, "\"title\""));
    assert_refused(
        &the_world, world_create(&the_world, "product", "{\"title\":\"a\",\"status\":\"open\"}"), WEFT_TYPE_MISMATCH);
    assert_string_equal(the_world.error.where, "/status");
    assert_refused(&the_world, world_create(&the_world, "shadow", "{}"), WEFT_UNSUPPORTED);
    assert_refused(&the_world, world_create(&the_world, "product_blog_post", "{}"), WEFT_UNSUPPORTED);
    assert_int_equal(count_products(), 0);
}

static void a_doubled_value_is_named(void **state)
{
    start(state);
    assert_done(&the_world, world_create(&the_world, "product", "{\"id\":\"p1\",\"title\":\"a\",\"handle\":\"x\"}"));
    assert_refused(
        &the_world,
        world_create(&the_world, "product", "[{\"title\":\"a\",\"handle\":\"y\"},{\"title\":\"b\",\"handle\":\"x\"}]"),
        WEFT_UNIQUE_VIOLATION);
    assert_string_equal(the_world.error.message, "product with handle \"x\" exists already");
    assert_string_equal(the_world.error.where, "/1/handle");
    assert_refused(
        &the_world, world_create(&the_world, "product", "{\"id\":\"p1\",\"title\":\"a\"}"), WEFT_UNIQUE_VIOLATION);
    assert_string_equal(the_world.error.message, "product with id \"p1\" exists already");
    assert_string_equal(the_world.error.where, "/id");
    assert_refused(
        &the_world,
        world_create(&the_world, "product", "[{\"title\":\"a\",\"handle\":\"z\"},{\"title\":\"b\",\"handle\":\"z\"}]"),
        WEFT_UNIQUE_VIOLATION);
    assert_string_equal(the_world.error.message, "two records give product handle \"z\"");
    assert_string_equal(the_world.error.where, "/1/handle");
    assert_int_equal(count_products(), 1);
    world_execute(&the_world, "product", "UPDATE product SET deleted_at = created_at");
    assert_done(&the_world, world_create(&the_world, "product", "{\"title\":\"b\",\"handle\":\"x\"}"));
}

static void composite_rules_are_named_too(void **state)
{
    start(state);
    assert_done(
        &the_world,
        world_create(&the_world, "price_list", "{\"region\":\"de\",\"year\":2026,\"name\":\"n\",\"code\":\"c1\"}"));
    assert_refused(
        &the_world,
        world_create(&the_world, "price_list", "{\"region\":\"de\",\"year\":2026,\"name\":\"m\",\"code\":\"c2\"}"),
        WEFT_UNIQUE_VIOLATION);
    assert_string_equal(the_world.error.message, "price_list with region \"de\" and year 2026 exists already");
    assert_refused(
        &the_world,
        world_create(&the_world, "price_list", "{\"region\":\"fr\",\"year\":2026,\"name\":\"n\",\"code\":\"c3\"}"),
        WEFT_UNIQUE_VIOLATION);
    assert_string_equal(the_world.error.message, "price_list with name \"n\" and year 2026 exists already");
}

static void an_update_changes_what_it_names(void **state)
{
    start(state);
    assert_done(&the_world,
                world_create(&the_world,
                             "product",
                             "{\"id\":\"p1\",\"title\":\"a\",\"handle\":\"x\",\"stock\":3,\"number\":1,"
                             "\"created_at\":\"2020-01-01\",\"updated_at\":\"2020-01-01\"}"));
    assert_done(&the_world,
                world_update(&the_world,
                             "product",
                             "p1",
                             "{\"title\":\"b\",\"handle\":null,\"metadata\":{\"k\":1},\"updated_at\":\"2022-01-01\"}"));
    assert_answer(
        &the_world,
        "{\"id\":\"p1\",\"title\":\"b\",\"handle\":null,\"status\":\"draft\",\"stock\":3,\"price\":null,"
        "\"weight\":null,\"active\":true,\"released_at\":null,\"metadata\":{\"k\":1},\"tags\":null,\"number\":1,"
        "\"created_at\":\"2020-01-01T00:00:00.000Z\",\"updated_at\":\"2022-01-01T00:00:00.000Z\","
        "\"deleted_at\":null}");
    assert_done(&the_world, world_update(&the_world, "product", "p1", "{}"));
    assert_int_equal(
        world_integer(&the_world, "product", "SELECT count(*) FROM product WHERE updated_at > '2022-01-01'"), 1);
}

static void an_update_is_checked(void **state)
{
    start(state);
    assert_done(&the_world,
                world_create(&the_world,
                             "product",
                             "[{\"id\":\"p1\",\"title\":\"a\",\"handle\":\"x\"},"
                             "{\"id\":\"p2\",\"title\":\"b\",\"handle\":\"y\"}]"));
    assert_refused(&the_world, world_update(&the_world, "product", "nobody", "{\"title\":\"b\"}"), WEFT_NOT_FOUND);
    assert_string_equal(the_world.error.message, "product \"nobody\" was not found");
    assert_refused(&the_world, world_update(&the_world, "product", "p1", "{\"id\":\"p9\"}"), WEFT_INVALID_REQUEST);
    assert_string_equal(the_world.error.where, "/id");
    assert_refused(&the_world, world_update(&the_world, "product", "p1", "{\"title\":null}"), WEFT_REQUIRED_VALUE);
    assert_refused(&the_world, world_update(&the_world, "product", "p1", "{\"handle\":\"y\"}"), WEFT_UNIQUE_VIOLATION);
    assert_string_equal(the_world.error.message, "product with handle \"y\" exists already");
    assert_string_equal(the_world.error.where, "/handle");
    world_execute(&the_world, "product", "UPDATE product SET deleted_at = created_at WHERE id = 'p1'");
    assert_refused(&the_world, world_update(&the_world, "product", "p1", "{\"title\":\"b\"}"), WEFT_NOT_FOUND);
}

static void composite_keys_are_arrays(void **state)
{
    start(state);
    assert_done(&the_world,
                world_create(&the_world,
                             "price_list",
                             "[{\"region\":\"de\",\"year\":2026,\"name\":\"n\",\"code\":\"c1\"},"
                             "{\"region\":\"de\",\"year\":2027,\"name\":\"n\",\"code\":\"c2\"}]"));
    assert_done(&the_world, world_update(&the_world, "price_list", "[\"de\", 2026]", "{\"name\":\"m\"}"));
    assert_answer(&the_world, "{\"region\":\"de\",\"year\":2026,\"name\":\"m\",\"code\":\"c1\"}");
    assert_done(&the_world, world_update(&the_world, "price_list", "[\"de\", 2026]", "{}"));
    assert_refused(&the_world, world_update(&the_world, "price_list", "[\"de\"]", "{}"), WEFT_TYPE_MISMATCH);
    assert_refused(&the_world, world_update(&the_world, "price_list", "de", "{}"), WEFT_INVALID_JSON);
    assert_refused(&the_world, world_update(&the_world, "price_list", "[\"de\",2000]", "{}"), WEFT_NOT_FOUND);
    assert_done(&the_world, world_update(&the_world, "price_list", "[\"de\",2027]", "{\"code\":\"c3\"}"));
    assert_refused(&the_world,
                   world_update(&the_world, "price_list", "[\"de\",2027]", "{\"code\":\"c1\"}"),
                   WEFT_UNIQUE_VIOLATION);
    assert_string_equal(the_world.error.message, "price_list with code \"c1\" exists already");
}

static void csv_and_ndjson_are_imported(void **state)
{
    start(state);
    uint64_t count = 0;
    assert_done(&the_world,
                world_import(&the_world,
                             "product",
                             WEFT_IMPORT_CSV,
                             "id,title,stock,active,releasedAt,tags,metadata,price\r\n"
                             "p1,\"One, two\",3,true,2026-01-01,\"[\"\"a\"\"]\",\"{\"\"k\"\": 1}\",1.50\r\n"
                             "p2,\"\",,,,,,\r\n",
                             &count));
    assert_int_equal(count, 2);
    assert_int_equal(the_world.progress, 2);
    assert_str_equal(world_text(&the_world, "product", "SELECT title FROM product WHERE id = 'p1'"), "One, two");
    assert_str_equal(world_text(&the_world, "product", "SELECT title FROM product WHERE id = 'p2'"), "");
    assert_int_equal(world_integer(&the_world, "product", "SELECT stock FROM product WHERE id = 'p2'"), 0);
    assert_done(&the_world, world_update(&the_world, "product", "p1", "{}"));
    assert_non_null(strstr(the_world.answer.data, "\"price\":1.5,"));
    assert_non_null(strstr(the_world.answer.data, "\"metadata\":{\"k\":1},\"tags\":[\"a\"],"));

    assert_done(&the_world,
                world_import(&the_world,
                             "product",
                             WEFT_IMPORT_NDJSON,
                             "{\"title\":\"a\",\"stock\":1}\n\n{\"title\":\"b\",\"tags\":[]}\n",
                             &count));
    assert_int_equal(count, 2);
    assert_int_equal(count_products(), 4);
}

static void a_bad_row_stops_an_import(void **state)
{
    start(state);
    static const struct {
        weft_import_format format;
        const char *text;
        weft_code code;
        const char *where;
    } cases[] = {
        {WEFT_IMPORT_CSV, "title,titel\n", WEFT_UNKNOWN_FIELD, "line 1"},
        {WEFT_IMPORT_CSV, "title,stock\na,1\n\nb,x\n", WEFT_TYPE_MISMATCH, "line 4/stock"},
        {WEFT_IMPORT_CSV, "title,stock\na,1\n,2\n", WEFT_REQUIRED_VALUE, "line 3/title"},
        {WEFT_IMPORT_CSV, "title,stock\na\n", WEFT_INVALID_ROW, "line 2"},
        {WEFT_IMPORT_CSV, "title,handle\na,x\nb,y\nc,x\n", WEFT_UNIQUE_VIOLATION, "line 4/handle"},
        {WEFT_IMPORT_NDJSON, "{\"title\":\"a\"}\n{\"title\":3}\n", WEFT_TYPE_MISMATCH, "line 2/title"},
        {WEFT_IMPORT_NDJSON, "{\"title\":\"a\"}\n{\n", WEFT_INVALID_ROW, "line 2"},
        {WEFT_IMPORT_NDJSON, "{\"title\":\"a\",\"name\":1}\n", WEFT_UNKNOWN_FIELD, "line 1/name"},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        uint64_t count = 0;
        assert_refused(
            &the_world, world_import(&the_world, "product", cases[i].format, cases[i].text, &count), cases[i].code);
        assert_string_equal(the_world.error.where, cases[i].where);
        assert_int_equal(count, 0);
    }
    assert_int_equal(count_products(), 0);
}

static void large_imports_go_in_batches(void **state)
{
    start(state);
    weft_buf text;
    weft_buf_init(&text, NULL);
    weft_buf_add_text(&text, "id,title,handle\n");
    enum { COUNT = 5500 };
    for (int i = 0; i < COUNT; i++) {
        weft_buf_add_format(&text, "p%05d,\"title %d\",h%d\n", i, i, i);
    }
    uint64_t count = 0;
    the_world.statements = 0;
    assert_done(&the_world, world_import(&the_world, "product", WEFT_IMPORT_CSV, text.data, &count));
    assert_int_equal(count, COUNT);
    assert_int_equal(the_world.progress, COUNT);
    assert_true(the_world.statements <= 16);
    assert_int_equal(count_products(), COUNT);

    /* A value doubled over two batches: all or nothing, and the lines of the batch are told. */
    world_execute(&the_world, "product", "DELETE FROM product");
    weft_buf_add_text(&text, "last,last,h17\n");
    assert_refused(
        &the_world, world_import(&the_world, "product", WEFT_IMPORT_CSV, text.data, &count), WEFT_UNIQUE_VIOLATION);
    assert_string_equal(the_world.error.where, "lines 5002 to 5502");
    assert_int_equal(count_products(), 0);
    weft_buf_done(&text);
}

static void running_out_of_memory_writes_nothing(void **state)
{
    start(state);
    for (size_t nth = 1;; nth++) {
        test_alloc alloc;
        test_alloc_init(&alloc, nth);
        the_world.allocator = &alloc.allocator;
        uint64_t count = 0;
        const weft_code code = world_import(
            &the_world, "product", WEFT_IMPORT_NDJSON, "{\"title\":\"a\"}\n{\"title\":\"b\",\"number\":5}\n", &count);
        the_world.allocator = NULL;
        assert_true(test_alloc_done(&alloc));
        if (!alloc.has_failed) {
            assert_done(&the_world, code);
            break;
        }
        assert_int_equal(code, WEFT_NO_MEMORY);
        assert_int_equal(count_products(), 0);
    }
}

#define LAYOUT_TESTS                                                                                                   \
    {                                                                                                                  \
        cmocka_unit_test(a_record_comes_back_as_the_store_has_it),                                                     \
            cmocka_unit_test(what_is_not_given_is_made_or_filled_in), cmocka_unit_test(many_come_back_in_their_order), \
            cmocka_unit_test(numbers_count_up), cmocka_unit_test(numbers_that_are_given_count),                        \
            cmocka_unit_test(numbers_changed_by_an_update_count),                                                      \
            cmocka_unit_test(no_number_is_counted_twice_by_many_writers),                                              \
            cmocka_unit_test(a_counter_behind_its_rows_is_named), cmocka_unit_test(a_counter_is_raised_under_a_lock),  \
            cmocka_unit_test(mistakes_are_named_with_their_place), cmocka_unit_test(a_doubled_value_is_named),         \
            cmocka_unit_test(composite_rules_are_named_too), cmocka_unit_test(an_update_changes_what_it_names),        \
            cmocka_unit_test(an_update_is_checked), cmocka_unit_test(composite_keys_are_arrays),                       \
            cmocka_unit_test(csv_and_ndjson_are_imported), cmocka_unit_test(a_bad_row_stops_an_import),                \
            cmocka_unit_test(large_imports_go_in_batches), cmocka_unit_test(running_out_of_memory_writes_nothing),     \
    }

/* One layout a run, so that the run has one plan: "sqlite" or "postgres". */
int main(int argc, char **argv)
{
    const char *layout = argc > 1 ? argv[1] : "sqlite";
    const struct CMUnitTest tests[] = LAYOUT_TESTS;
    return cmocka_run_group_tests(tests, strcmp(layout, "postgres") == 0 ? open_postgres : open_sqlite, close_layout);
}
