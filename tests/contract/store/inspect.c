/* What inspect tells of tables, columns, indexes, checks and foreign keys. */
#include <pthread.h>

#include <string.h>

#include "contract/store/fixture.h"

static void add_names(weft_buf *buf, const char *before, const weft_str *names, size_t count)
{
    weft_buf_add_text(buf, before);
    for (size_t i = 0; i < count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "");
        weft_buf_add_str(buf, names[i]);
    }
}

static void print_columns(const weft_schema_table *table, weft_buf *buf)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const weft_schema_column *column = &table->columns[i];
        weft_buf_add_format(buf,
                            " %.*s:%.*s%s",
                            WEFT_STR_ARG(column->name),
                            WEFT_STR_ARG(column->type),
                            column->is_nullable ? "?" : "");
        if (column->key_position > 0) {
            weft_buf_add_format(buf, "#%u", (unsigned int)column->key_position);
        }
        if (column->default_sql.len > 0) {
            weft_buf_add_format(buf, "=%.*s", WEFT_STR_ARG(column->default_sql));
        }
        if (column->collation.len > 0) {
            weft_buf_add_format(buf, "~%.*s", WEFT_STR_ARG(column->collation));
        }
    }
}

static void print_indexes(const weft_schema_table *table, weft_buf *buf)
{
    for (size_t i = 0; i < table->index_count; i++) {
        const weft_schema_index *index = &table->indexes[i];
        weft_buf_add_format(buf, "\n  %s%s", index->is_unique ? "unique " : "", index->is_primary ? "constraint" : "");
        if (!index->is_primary) {
            weft_buf_add_str(buf, index->name);
        }
        add_names(buf, " on ", index->columns, index->column_count);
        if (index->including_count > 0) {
            add_names(buf, " with ", index->including, index->including_count);
        }
        if (index->where_sql.len > 0) {
            weft_buf_add_format(buf, " where %.*s", WEFT_STR_ARG(index->where_sql));
        }
        if (index->comment.len > 0) {
            weft_buf_add_format(buf, " -- %.*s", WEFT_STR_ARG(index->comment));
        }
        assert_true(index->is_primary || weft_str_starts_with(index->sql, WEFT_STR("CREATE ")));
    }
}

static void print_rules(const weft_schema_table *table, weft_buf *buf)
{
    for (size_t i = 0; i < table->check_count; i++) {
        weft_buf_add_format(
            buf, "\n  check %.*s %.*s", WEFT_STR_ARG(table->checks[i].name), WEFT_STR_ARG(table->checks[i].expression));
    }
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        const weft_schema_foreign_key *key = &table->foreign_keys[i];
        add_names(buf, "\n  ", key->columns, key->column_count);
        weft_buf_add_format(buf, " -> %.*s", WEFT_STR_ARG(key->target_table));
        add_names(buf, ".", key->target_columns, key->column_count);
    }
    for (size_t i = 0; i < table->trigger_count; i++) {
        weft_buf_add_format(buf, "\n  %.*s", WEFT_STR_ARG(table->triggers[i].sql));
    }
}

static weft_str inspect(store_fixture *f)
{
    const weft_schema *schema = NULL;
    weft_buf buf;
    weft_buf_init_arena(&buf, &f->arena);
    weft_buf_add(&buf, "", 0);
    assert_ok(f, weft_connection_inspect(f->connection, &f->arena, &schema, &f->error));
    for (size_t i = 0; i < schema->table_count; i++) {
        const weft_schema_table *table = &schema->tables[i];
        weft_buf_add_format(&buf, "%.*s%s:", WEFT_STR_ARG(table->name), table->is_view ? " (view)" : "");
        print_columns(table, &buf);
        print_indexes(table, &buf);
        print_rules(table, &buf);
        weft_buf_add_char(&buf, '\n');
    }
    return weft_buf_str(&buf);
}

static void test_an_empty_store(void **state)
{
    store_fixture *f = *state;
    assert_str_equal(inspect(f), "");
}

static void test_sqlite(void **state)
{
    store_fixture *f = *state;
    fixture_must(f,
                 "CREATE TABLE \"od\"\"d\" (\"a b\" TEXT NOT NULL DEFAULT 'it''s', n INTEGER DEFAULT (1 + 1),"
                 " d TEXT COLLATE weft_decimal, PRIMARY KEY (n, \"a b\"), CONSTRAINT \"chk 1\" CHECK (n > 0 AND"
                 " \"a b\" <> ')'), CHECK (d <> 'CHECK (x)')) -- CHECK (no)");
    fixture_must(f,
                 "CREATE TABLE p (id TEXT NOT NULL PRIMARY KEY, n INTEGER, t TEXT, g TEXT AS (t || 'x'),"
                 " FOREIGN KEY (n, t) REFERENCES \"od\"\"d\" (n, \"a b\"))");
    fixture_must(f, "CREATE UNIQUE INDEX i1 ON p (t, lower(id)) WHERE n IS NOT NULL /* WHERE */");
    fixture_must(f, "CREATE INDEX i0 ON p (n DESC)");
    fixture_must(f, "CREATE VIEW v AS SELECT id, n FROM p");
    fixture_must(f, "CREATE VIEW broken AS SELECT * FROM absent");
    fixture_must(f, "CREATE TRIGGER tr AFTER INSERT ON p BEGIN SELECT 1; END");
    assert_str_equal(inspect(f),
                     "broken (view):\n"
                     "od\"d: a b:text#2='it''s' n:integer?#1=1 + 1 d:text?~weft_decimal\n"
                     "  unique constraint on n,a b\n"
                     "  check chk 1 n > 0 AND \"a b\" <> ')'\n"
                     "  check  d <> 'CHECK (x)'\n"
                     "p: id:text#1 n:integer? t:text? g:text?\n"
                     "  i0 on n\n"
                     "  unique i1 on t, where n IS NOT NULL /* WHERE */\n"
                     "  unique constraint on id\n"
                     "  n,t -> od\"d.n,a b\n"
                     "  CREATE TRIGGER tr AFTER INSERT ON p BEGIN SELECT 1; END\n"
                     "v (view): id:text? n:integer?\n");
}

static void test_postgres(void **state)
{
    store_fixture *f = *state;
    fixture_must(f,
                 "CREATE TABLE \"od\"\"d\" (\"a b\" text COLLATE \"C\" NOT NULL DEFAULT 'it''s', n bigint,"
                 " v varchar(20) DEFAULT 'x', z timestamptz NOT NULL DEFAULT now(), q numeric(10,2), k text[],"
                 " j jsonb, gone int, PRIMARY KEY (n, \"a b\") INCLUDE (v), CONSTRAINT \"chk 1\" CHECK (n > 0))");
    fixture_must(f, "ALTER TABLE \"od\"\"d\" DROP COLUMN gone");
    fixture_must(f,
                 "CREATE TABLE p (id bigserial PRIMARY KEY, n bigint, t text, u uuid UNIQUE,"
                 " FOREIGN KEY (n, t) REFERENCES \"od\"\"d\" (n, \"a b\"))");
    fixture_must(f, "CREATE UNIQUE INDEX i1 ON p (t, lower(t)) INCLUDE (n) WHERE n IS NOT NULL");
    fixture_must(f, "COMMENT ON INDEX i1 IS 'n is not null'");
    fixture_must(f, "CREATE INDEX \"I0\" ON p (n DESC)");
    fixture_must(f, "CREATE VIEW v AS SELECT id, n FROM p");
    fixture_must(f, "CREATE SCHEMA elsewhere");
    fixture_must(f, "CREATE TABLE elsewhere.hidden (a text)");
    fixture_must(f, "CREATE TABLE bare ()");
    assert_str_equal(inspect(f),
                     "bare:\n"
                     "od\"d: a b:text#2='it''s'::text~C n:bigint#1 v:varchar(20)?='x'::character varying"
                     " z:timestamptz=now() q:numeric(10,2)? k:text[]? j:jsonb?\n"
                     "  unique constraint on n,a b with v\n"
                     "  check chk 1 (n > 0)\n"
                     "p: id:bigint#1=nextval('p_id_seq'::regclass) n:bigint? t:text? u:uuid?\n"
                     "  I0 on n\n"
                     "  unique i1 on t, with n where (n IS NOT NULL) -- n is not null\n"
                     "  unique constraint on id\n"
                     "  unique constraint on u\n"
                     "  n,t -> od\"d.n,a b\n"
                     "v (view): id:bigint? n:bigint?\n");
    fixture_must(f, "SET search_path = elsewhere");
    assert_str_equal(inspect(f), "hidden: a:text?\n");
}

static void test_inside_a_transaction(void **state)
{
    store_fixture *f = *state;
    assert_ok(f, weft_connection_begin(f->connection, WEFT_TRANSACTION_WRITE, &f->error));
    fixture_must(f, "CREATE TABLE fresh (a {text})");
    assert_str_equal(inspect(f), "fresh: a:text?\n");
    weft_connection_rollback(f->connection);
    assert_str_equal(inspect(f), "");
}

#define LOCKS_HERE                                                                                                     \
    "EXISTS (SELECT FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database WHERE d.datname ="                  \
    " current_database() AND l.mode LIKE "
#define WAIT_UNTIL(condition) "WHILE NOT " condition " LOOP PERFORM pg_sleep(0.005); END LOOP;"

typedef struct dropping {
    weft_connection *connection;
    weft_statement statement;
    weft_code code;
} dropping;

static void *drop(void *ctx)
{
    dropping *self = ctx;
    self->code = weft_connection_execute(self->connection, &self->statement, NULL, NULL);
    return NULL;
}

/* The other drops, and commits when it is being waited for: what was found a moment ago cannot be written out any more.
 */
static void test_dropped_meanwhile(void **state)
{
    store_fixture *f = *state;
    const weft_schema *schema = NULL;
    pthread_t thread;
    fixture_must(f, "CREATE TABLE fleeting (a text, b text)");
    fixture_must(f, "CREATE INDEX i1 ON fleeting (lower(b))");
    dropping other = {.connection = fixture_acquire(f),
                      .statement = fixture_statement(f,
                                                     "DO $do$ BEGIN DROP TABLE fleeting; " WAIT_UNTIL(
                                                         LOCKS_HERE "'AccessShare%' AND NOT l.granted)") " END $do$",
                                                     "",
                                                     NULL,
                                                     0)};
    assert_int_equal(pthread_create(&thread, NULL, drop, &other), 0);
    fixture_must(f,
                 "DO $do$ BEGIN " WAIT_UNTIL(
                     LOCKS_HERE "'AccessExclusive%' AND l.granted AND l.locktype = 'relation')") " END $do$");
    const weft_code code = weft_connection_inspect(f->connection, &f->arena, &schema, &f->error);
    assert_int_equal(pthread_join(thread, NULL), 0);
    weft_pool_release(f->pool, other.connection);
    assert_int_equal(other.code, WEFT_OK);
    assert_int_equal(code, WEFT_STORE_BUSY);
    assert_string_equal(f->error.message, "something was dropped while the schema was being read");
    assert_str_equal(inspect(f), "");
}

static const store_test tests[] = {
    {.name = "inspect an empty store", .function = test_an_empty_store},
    {.name = "inspect every kind of thing", .function = test_sqlite, .sqlite_only = true},
    {.name = "inspect every kind of thing", .function = test_postgres, .postgres_only = true},
    {.name = "inspect inside a transaction", .function = test_inside_a_transaction},
    {.name = "inspect what another drops", .function = test_dropped_meanwhile, .postgres_only = true},
};
const store_area store_area_inspect = {tests, WEFT_COUNT_OF(tests)};
