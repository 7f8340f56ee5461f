/* Serving rows of a file by weft's callbacks, with SQL of the test's own. */
#include "property/served.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/fail.h"

#define PAGE_ROWS 3

typedef struct served_field {
    const char *name;
    weft_str column;
    weft_type type;
} served_field;

typedef struct table {
    served *owner;
    weft_str name;
    const served_field *fields;
    size_t field_count;
    const char *key; /* NULL: it has several */
    const char *orders[3];
    weft_callbacks callbacks;
} table;

struct served {
    weft_arena keep;
    sqlite3 *file; /* opened by the first call */
    weft_str path;
    bool is_plain;
    table *tables;
    const weft_callbacks **callbacks;
    weft_definition_set set;
};

static weft_code fail_file(const served *s, weft_error *error)
{
    return weft_fail(error, WEFT_STORE_UNAVAILABLE, "the test's file: %s", sqlite3_errmsg(s->file));
}

static void bind(sqlite3_stmt *statement, int place, const weft_value *value)
{
    if (value->kind == WEFT_VALUE_TIME) {
        char text[40];
        const time_t seconds = (time_t)(value->as.time_us / 1000000 - (value->as.time_us % 1000000 < 0));
        struct tm parts;
        (void)gmtime_r(&seconds, &parts);
        const size_t len = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
        (void)snprintf(
            text + len, sizeof(text) - len, ".%03dZ", (int)((value->as.time_us - (int64_t)seconds * 1000000) / 1000));
        (void)sqlite3_bind_text(statement, place, text, -1, SQLITE_TRANSIENT);
    } else if (value->kind == WEFT_VALUE_INTEGER) {
        (void)sqlite3_bind_int64(statement, place, value->as.integer);
    } else if (value->kind == WEFT_VALUE_BOOLEAN) {
        (void)sqlite3_bind_int(statement, place, value->as.boolean);
    } else if (value->kind == WEFT_VALUE_DOUBLE) {
        (void)sqlite3_bind_double(statement, place, value->as.real);
    } else {
        const char *text = value->as.text.len > 0 ? value->as.text.data : "";
        (void)sqlite3_bind_text(statement, place, text, (int)value->as.text.len, SQLITE_STATIC);
    }
}

static weft_value read(const served_field *field, sqlite3_stmt *statement, int column)
{
    const weft_value_kind kind = weft_type_value_kind(field->type);
    weft_value value = {.kind = WEFT_VALUE_NULL};
    if (sqlite3_column_type(statement, column) == SQLITE_NULL) {
        return value;
    }
    value.kind = kind;
    if (kind == WEFT_VALUE_INTEGER) {
        value.as.integer = sqlite3_column_int64(statement, column);
    } else if (kind == WEFT_VALUE_BOOLEAN) {
        value.as.boolean = sqlite3_column_int(statement, column) == 1;
    } else if (kind == WEFT_VALUE_DOUBLE) {
        value.as.real = sqlite3_column_double(statement, column);
    } else {
        value.kind = WEFT_VALUE_TEXT;
        value.as.text.data = (const char *)sqlite3_column_text(statement, column);
        value.as.text.len = (size_t)sqlite3_column_bytes(statement, column);
    }
    return value;
}

static weft_code give_row(const table *t, sqlite3_stmt *statement, weft_sink *sink, weft_error *error)
{
    weft_named_value values[64];
    for (size_t i = 0; i < t->field_count; i++) {
        values[i] = (weft_named_value){t->fields[i].name, read(&t->fields[i], statement, (int)i)};
    }
    return weft_sink_row(sink, values, t->field_count, error);
}

static void write_select(const table *t, weft_buf *sql)
{
    for (size_t i = 0; i < t->field_count; i++) {
        weft_buf_add_format(sql, "%s\"%.*s\"", i > 0 ? ", " : "SELECT ", WEFT_STR_ARG(t->fields[i].column));
    }
    weft_buf_add_format(sql, " FROM \"%.*s\" WHERE 1", WEFT_STR_ARG(t->name));
}

static sqlite3_stmt *prepare(served *s, const weft_buf *sql)
{
    sqlite3_stmt *statement = NULL;
    if (s->file == NULL && sqlite3_open(s->path.data, &s->file) != SQLITE_OK) {
        return NULL;
    }
    return sqlite3_prepare_v2(s->file, sql->data, (int)sql->len, &statement, NULL) == SQLITE_OK ? statement : NULL;
}

static weft_code give_rows(
    const table *t, sqlite3_stmt *statement, weft_sink *sink, size_t *ret_count, weft_error *error)
{
    weft_code code = WEFT_OK;
    int result = sqlite3_step(statement);
    for (; result == SQLITE_ROW && code == WEFT_OK; result = sqlite3_step(statement)) {
        code = give_row(t, statement, sink, error);
        ++*ret_count;
    }
    (void)sqlite3_finalize(statement);
    return code == WEFT_OK && result != SQLITE_DONE ? fail_file(t->owner, error) : code;
}

static void write_list(size_t count, weft_buf *sql)
{
    weft_buf_add_text(sql, " IN (");
    for (size_t i = 0; i < count; i++) {
        weft_buf_add_text(sql, i > 0 ? ", ?" : "?");
    }
    weft_buf_add_text(sql, ")");
}

/* The field of that name, which is one of the table's. */
static const served_field *find(const table *t, const char *name)
{
    size_t at = 0;
    while (strcmp(t->fields[at].name, name) != 0) {
        at++;
    }
    return &t->fields[at];
}

static weft_code list_by_keys(void *ctx, const weft_value *keys, size_t count, weft_sink *sink, weft_error *error)
{
    const table *t = ctx;
    weft_buf sql;
    size_t given = 0;
    weft_buf_init(&sql, NULL);
    write_select(t, &sql);
    weft_buf_add_format(&sql, " AND \"%.*s\"", WEFT_STR_ARG(find(t, t->key)->column));
    write_list(count, &sql);
    sqlite3_stmt *statement = prepare(t->owner, &sql);
    weft_buf_done(&sql);
    for (size_t i = 0; statement && i < count; i++) {
        bind(statement, (int)i + 1, &keys[i]);
    }
    return statement ? give_rows(t, statement, sink, &given, error) : fail_file(t->owner, error);
}

/* Digits are ordered as numbers, which this file's SQLite cannot. */
static bool is_followed(const table *t, const weft_listing_condition *condition)
{
    const bool is_digits = find(t, condition->field)->type == WEFT_TYPE_BIG_NUMBER;
    return !t->owner->is_plain && !(is_digits && condition->value_count > 0 && condition->op != WEFT_LISTING_EQ &&
                                    condition->op != WEFT_LISTING_IN);
}

static void write_condition(const table *t, const weft_listing_condition *condition, weft_buf *sql)
{
    static const char *const operators[] = {[WEFT_LISTING_EQ] = " = ?",
                                            [WEFT_LISTING_NE] = " IS NOT ?",
                                            [WEFT_LISTING_GT] = " > ?",
                                            [WEFT_LISTING_GTE] = " >= ?",
                                            [WEFT_LISTING_LT] = " < ?",
                                            [WEFT_LISTING_LTE] = " <= ?",
                                            [WEFT_LISTING_IS_NULL] = " IS NULL",
                                            [WEFT_LISTING_IS_NOT_NULL] = " IS NOT NULL"};
    weft_buf_add_format(sql, " AND \"%.*s\"", WEFT_STR_ARG(find(t, condition->field)->column));
    if (condition->op == WEFT_LISTING_IN) {
        write_list(condition->value_count, sql);
    } else {
        weft_buf_add_text(sql, operators[condition->op]);
    }
}

static void write_listing(const table *t, const weft_listing *listing, size_t start, weft_buf *sql)
{
    write_select(t, sql);
    for (size_t i = 0; i < listing->condition_count; i++) {
        if (is_followed(t, &listing->conditions[i])) {
            write_condition(t, &listing->conditions[i], sql);
        }
    }
    for (size_t i = 0; i < listing->order_count; i++) {
        weft_buf_add_format(sql,
                            "%s\"%.*s\"%s",
                            i > 0 ? ", " : " ORDER BY ",
                            WEFT_STR_ARG(find(t, listing->order[i].field)->column),
                            listing->order[i].is_descending ? " DESC" : "");
    }
    if (!t->owner->is_plain) {
        weft_buf_add_format(sql, " LIMIT %d OFFSET %zu", PAGE_ROWS, start);
    }
}

static weft_code list_by_filter(void *ctx, const weft_listing *listing, weft_sink *sink, weft_error *error)
{
    const table *t = ctx;
    const size_t start = listing->page ? strtoul(listing->page, NULL, 10) : 0;
    size_t given = 0;
    int place = 0;
    weft_buf sql;
    weft_buf_init(&sql, NULL);
    write_listing(t, listing, start, &sql);
    sqlite3_stmt *statement = prepare(t->owner, &sql);
    weft_buf_done(&sql);
    if (!statement) {
        return fail_file(t->owner, error);
    }
    for (size_t i = 0; i < listing->condition_count; i++) {
        const weft_listing_condition *condition = &listing->conditions[i];
        for (size_t v = 0; is_followed(t, condition) && v < condition->value_count; v++) {
            bind(statement, ++place, &condition->values[v]);
        }
    }
    WEFT_TRY(give_rows(t, statement, sink, &given, error));
    if (t->owner->is_plain || given < PAGE_ROWS) {
        return WEFT_OK;
    }
    char page[32];
    (void)snprintf(page, sizeof(page), "%zu", start + given);
    return weft_sink_set_next_page(sink, page, error);
}

static bool fill_table(served *s, const weft_model *model, table *t)
{
    served_field *fields = WEFT_ARENA_ARRAY(&s->keep, served_field, model->field_count);
    const weft_str name =
        weft_str_format(&s->keep, "%.*s.%.*s", WEFT_STR_ARG(model->module->name), WEFT_STR_ARG(model->name));
    for (size_t i = 0; fields && i < model->field_count; i++) {
        fields[i].name = weft_str_copy(&s->keep, model->fields[i].name).data;
        fields[i].column = weft_str_copy(&s->keep, model->fields[i].column);
        fields[i].type = model->fields[i].type;
    }
    const bool has_id = !s->is_plain && model->key_count == 1;
    const weft_str key = has_id ? weft_str_copy(&s->keep, model->keys[0]->name) : WEFT_STR("");
    *t = (table){.owner = s,
                 .name = weft_str_copy(&s->keep, model->table),
                 .fields = fields,
                 .field_count = model->field_count,
                 .key = key.data,
                 .orders = {key.data, weft_str_format(&s->keep, "-%.*s", WEFT_STR_ARG(key)).data, NULL},
                 .callbacks = {.model = name.data,
                               .list_by_keys = has_id ? list_by_keys : NULL,
                               .list_by_filter = list_by_filter,
                               .ctx = t,
                               .keys_max = 2,
                               .orders = has_id ? t->orders : NULL}};
    return fields && name.data;
}

static bool fill(served *s, const weft_catalog *catalog, weft_str module)
{
    size_t count = 0;
    s->tables = WEFT_ARENA_ARRAY(&s->keep, table, catalog->model_count);
    s->callbacks = WEFT_ARENA_ARRAY(&s->keep, const weft_callbacks *, catalog->model_count);
    bool is_filled = s->tables && s->callbacks;
    for (size_t i = 0; is_filled && i < catalog->model_count; i++) {
        const weft_model *model = catalog->models[i];
        if (model->module && weft_str_equal(model->module->name, module)) {
            is_filled = fill_table(s, model, &s->tables[count]);
            s->callbacks[count] = &s->tables[count].callbacks;
            count++;
        }
    }
    s->set = (weft_definition_set){.callbacks = s->callbacks, .callbacks_count = count};
    return is_filled;
}

served *served_new(const weft_catalog *catalog, weft_str module, const char *path, bool is_plain)
{
    served *s = malloc(sizeof(*s));
    if (!s) {
        return NULL;
    }
    *s = (served){.is_plain = is_plain};
    weft_arena_init(&s->keep, NULL, 0);
    s->path = weft_str_copy(&s->keep, weft_str_from(path));
    if (!s->path.data || !fill(s, catalog, module)) {
        served_free(s);
        return NULL;
    }
    return s;
}

const weft_definition_set *served_set(const served *s)
{
    return &s->set;
}

void served_free(served *s)
{
    if (s) {
        (void)sqlite3_close(s->file);
        weft_arena_done(&s->keep);
        free(s);
    }
}
