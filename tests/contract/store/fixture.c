/* Making and using one store; see fixture.h. */
#include "contract/store/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/directory.h"
#include "support/postgres.h"

bool fixture_is_postgres(const store_fixture *f)
{
    return f->store.kind == WEFT_STORE_POSTGRES;
}

static void observe(void *ctx, const weft_event *event)
{
    store_fixture *f = ctx;
    f->reconnects += event->kind == WEFT_EVENT_RECONNECT;
    f->statements += event->kind == WEFT_EVENT_STATEMENT;
}

static bool make_place(store_fixture *f)
{
    if (fixture_is_postgres(f)) {
        f->store.url = (weft_str){f->url, 0};
        const bool is_made = test_postgres_database(f->url, sizeof(f->url));
        f->store.url.len = strlen(f->url);
        return is_made;
    }
    const bool is_made = test_directory_temporary(f->directory, sizeof(f->directory));
    (void)snprintf(f->path, sizeof(f->path), "%s/below/shop.db", f->directory);
    f->store.path = weft_str_from(f->path);
    return is_made;
}

bool store_fixture_open(store_fixture *f, weft_store_kind kind)
{
    memset(f, 0, sizeof(*f));
    f->store.kind = kind;
    f->store.name = WEFT_STR("shop");
    weft_arena_init(&f->arena, NULL, 0);
    weft_buf_init(&f->answer, NULL);
    const weft_pool_options options = {
        .observer = {.notify = observe, .ctx = f}, .connections_max = 4, .busy_timeout_ms = 400};
    return make_place(f) && weft_pool_open(&f->store, &options, &f->pool, &f->error) == WEFT_OK &&
           weft_pool_acquire(f->pool, 0, NULL, &f->connection, &f->error) == WEFT_OK;
}

void store_fixture_close(store_fixture *f)
{
    weft_pool_release(f->pool, f->connection);
    weft_pool_close(f->pool);
    weft_arena_done(&f->arena);
    weft_buf_done(&f->answer);
    if (f->directory[0] != '\0') {
        test_directory_remove(f->directory);
    }
}

weft_connection *fixture_acquire(store_fixture *f)
{
    weft_connection *connection = NULL;
    assert_ok(f, weft_pool_acquire(f->pool, 0, NULL, &connection, &f->error));
    return connection;
}

static const char *word_of(const weft_dialect *dialect, weft_str word)
{
    static const struct {
        const char *word;
        weft_type type;
    } types[] = {{"text", WEFT_TYPE_TEXT},
                 {"number", WEFT_TYPE_NUMBER},
                 {"bigNumber", WEFT_TYPE_BIG_NUMBER},
                 {"float", WEFT_TYPE_FLOAT},
                 {"boolean", WEFT_TYPE_BOOLEAN},
                 {"dateTime", WEFT_TYPE_DATE_TIME},
                 {"json", WEFT_TYPE_JSON},
                 {"array", WEFT_TYPE_ARRAY}};
    for (size_t i = 0; i < WEFT_COUNT_OF(types); i++) {
        if (weft_str_equal_text(word, types[i].word)) {
            return dialect->type_names[types[i].type];
        }
    }
    assert_true(weft_str_equal(word, WEFT_STR("in")));
    return dialect->list_is_array ? "= ANY($" : "IN weft_list(?";
}

weft_str fixture_sql(store_fixture *f, const char *sql)
{
    const weft_dialect *dialect = weft_pool_dialect(f->pool);
    weft_str rest = weft_str_from(sql);
    weft_buf buf;
    weft_buf_init_arena(&buf, &f->arena);
    while (rest.len > 0) {
        size_t taken = 1;
        if (rest.data[0] == '{' && rest.len > 1 && rest.data[1] >= 'a' && rest.data[1] <= 'z') {
            taken = weft_str_find(rest, '}') + 1;
            weft_buf_add_text(&buf, word_of(dialect, weft_str_slice(rest, 1, taken - 1)));
        } else if (rest.data[0] == '$' && rest.len > 1 && rest.data[1] >= '1' && rest.data[1] <= '9') {
            weft_buf_add_char(&buf, dialect->placeholder);
        } else {
            weft_buf_add_char(&buf, rest.data[0]);
        }
        rest = weft_str_slice(rest, taken, rest.len);
    }
    assert_false(buf.failed);
    return weft_buf_str(&buf);
}

static weft_value_kind kind_of(char letter)
{
    static const char letters[] = "-bidtTnja";
    const char *found = strchr(letters, letter);
    assert_non_null(found);
    return (weft_value_kind)(found - letters);
}

weft_statement fixture_statement(
    store_fixture *f, const char *sql, const char *kinds, const weft_param *params, size_t count)
{
    const size_t columns = strlen(kinds);
    weft_value_kind *list = WEFT_ARENA_ARRAY(&f->arena, weft_value_kind, columns);
    assert_non_null(list);
    for (size_t i = 0; i < columns; i++) {
        list[i] = kind_of(kinds[i]);
    }
    return (weft_statement){
        .sql = fixture_sql(f, sql), .params = params, .param_count = count, .columns = list, .column_count = columns};
}

weft_code fixture_try(store_fixture *f, const char *sql)
{
    const weft_statement statement = {.sql = fixture_sql(f, sql), .is_once = true};
    memset(&f->error, 0, sizeof(f->error));
    return weft_connection_execute(f->connection, &statement, NULL, &f->error);
}

void fixture_must(store_fixture *f, const char *sql)
{
    if (fixture_try(f, sql) != WEFT_OK) {
        fail_msg("%s: %s (%s)", sql, f->error.message, f->error.detail);
    }
}

static void add_time(weft_buf *buf, int64_t time_us)
{
    const int64_t below_ms = ((time_us % 1000) + 1000) % 1000;
    weft_time_format(buf, time_us);
    if (below_ms != 0) {
        weft_buf_add_format(buf, "+%dus", (int)below_ms);
    }
}

static void add_value(weft_buf *buf, const weft_value *value)
{
    switch (value->kind) {
    case WEFT_VALUE_NULL:
        weft_buf_add_char(buf, '-');
        break;
    case WEFT_VALUE_BOOLEAN:
        weft_buf_add_char(buf, value->as.boolean ? 't' : 'f');
        break;
    case WEFT_VALUE_INTEGER:
        weft_buf_add_integer(buf, value->as.integer);
        break;
    case WEFT_VALUE_DOUBLE:
        weft_buf_add_format(buf, "%.17g", value->as.real);
        break;
    case WEFT_VALUE_TIME:
        add_time(buf, value->as.time_us);
        break;
    case WEFT_VALUE_TEXT:
    case WEFT_VALUE_DECIMAL:
    case WEFT_VALUE_JSON:
    case WEFT_VALUE_ARRAY:
        weft_buf_add_str(buf, value->as.text);
        break;
    }
}

void fixture_add_values(store_fixture *f, const weft_value *values, size_t count)
{
    weft_buf_add_text(&f->answer, f->answer.len > 0 ? ";" : "");
    for (size_t i = 0; i < count; i++) {
        weft_buf_add_text(&f->answer, i > 0 ? "|" : "");
        add_value(&f->answer, &values[i]);
    }
}

weft_code fixture_read(store_fixture *f, weft_rows *rows, size_t column_count)
{
    const weft_value *values = NULL;
    weft_buf_clear(&f->answer);
    weft_code code = weft_rows_next(rows, &values, &f->error);
    while (code == WEFT_OK && values != NULL) {
        fixture_add_values(f, values, column_count);
        code = weft_rows_next(rows, &values, &f->error);
    }
    return code;
}

weft_code fixture_ask(store_fixture *f, weft_connection *connection, const weft_statement *statement)
{
    weft_rows *rows = NULL;
    memset(&f->error, 0, sizeof(f->error));
    weft_code code = weft_connection_run(connection, statement, 1, &rows, &f->error);
    if (code == WEFT_OK) {
        code = fixture_read(f, rows, statement->column_count);
    }
    weft_rows_close(rows);
    return code;
}

weft_value value_null(void)
{
    return (weft_value){.kind = WEFT_VALUE_NULL};
}

weft_value value_boolean(bool value)
{
    return (weft_value){.kind = WEFT_VALUE_BOOLEAN, .as.boolean = value};
}

weft_value value_integer(int64_t value)
{
    return (weft_value){.kind = WEFT_VALUE_INTEGER, .as.integer = value};
}

weft_value value_double(double value)
{
    return (weft_value){.kind = WEFT_VALUE_DOUBLE, .as.real = value};
}

weft_value value_time(int64_t value_us)
{
    return (weft_value){.kind = WEFT_VALUE_TIME, .as.time_us = value_us};
}

weft_value value_of(weft_value_kind kind, const char *text)
{
    return (weft_value){.kind = kind, .as.text = weft_str_from(text)};
}

weft_param param_of(weft_value value)
{
    return (weft_param){.type = value.kind, .value = value};
}

weft_param param_null(weft_value_kind kind)
{
    return (weft_param){.type = kind, .value = value_null()};
}

weft_param param_list(weft_value_kind kind, const weft_value *items, size_t count)
{
    return (weft_param){.kind = WEFT_PARAM_LIST, .type = kind, .items = items, .item_count = count};
}
