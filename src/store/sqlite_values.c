/* Values into parameters and out of result columns.
 *
 * SQLite has five storage classes and columns may hold any of them, so that reading checks what is there: a value that
 * cannot be read as the kind the statement asks for is WEFT_STORE_ERROR naming the column, never a guess. */
#include <math.h>

#include "store/sqlite.h"

#define INTEGER_LIMIT 9223372036854775808.0 /* 2^63 */
#include "json/writer.h"

static int bind_text(sqlite3_stmt *stmt, int place, weft_str text)
{
    /* An empty text may have no data, but SQLite takes a NULL pointer for NULL. */
    return sqlite3_bind_text64(stmt, place, text.data ? text.data : "", text.len, SQLITE_STATIC, SQLITE_UTF8);
}

static int bind_time(sqlite3_stmt *stmt, int place, int64_t time_us)
{
    char text[WEFT_TIME_BYTES];
    weft_time_write(text, time_us);
    return sqlite3_bind_text64(stmt, place, text, sizeof(text), SQLITE_TRANSIENT, SQLITE_UTF8);
}

int weft_sqlite_bind_value(sqlite3_stmt *stmt, int place, const weft_value *value)
{
    switch (value->kind) {
    case WEFT_VALUE_BOOLEAN:
        return sqlite3_bind_int(stmt, place, value->as.boolean);
    case WEFT_VALUE_INTEGER:
        return sqlite3_bind_int64(stmt, place, value->as.integer);
    case WEFT_VALUE_DOUBLE:
        return sqlite3_bind_double(stmt, place, value->as.real);
    case WEFT_VALUE_TIME:
        return bind_time(stmt, place, value->as.time_us);
    case WEFT_VALUE_TEXT:
    case WEFT_VALUE_DECIMAL:
    case WEFT_VALUE_JSON:
    case WEFT_VALUE_ARRAY:
        return bind_text(stmt, place, value->as.text);
    case WEFT_VALUE_NULL:
        break;
    }
    return sqlite3_bind_null(stmt, place);
}

static int bind_list(weft_sqlite_rows *rows, int place, const weft_param *param)
{
    weft_sqlite_list *list = WEFT_ARENA_NEW(&rows->bound, weft_sqlite_list);
    if (list == NULL) {
        return SQLITE_NOMEM;
    }
    list->items = param->items;
    list->count = param->item_count;
    return sqlite3_bind_pointer(rows->stmt, place, list, WEFT_SQLITE_LIST_TYPE, NULL);
}

static int bind_param(weft_sqlite_rows *rows, int place, const weft_param *param)
{
    return param->kind == WEFT_PARAM_LIST ? bind_list(rows, place, param)
                                          : weft_sqlite_bind_value(rows->stmt, place, &param->value);
}

/* The pointer is not const, but nobody writes through it. */
static int bind_table(weft_sqlite_rows *rows)
{
    weft_bulk *bulk = WEFT_ARENA_NEW(&rows->bound, weft_bulk);
    if (bulk == NULL) {
        return SQLITE_NOMEM;
    }
    *bulk = *rows->statement->bulk;
    return sqlite3_bind_pointer(rows->stmt, 1, bulk, WEFT_SQLITE_BULK_TYPE, NULL);
}

static int bind_bulk(weft_sqlite_rows *rows, size_t bulk_row)
{
    const weft_statement *statement = rows->statement;
    if (statement->bulk != NULL && statement->bulk_is_table) {
        return bind_table(rows);
    }
    const size_t columns = statement->bulk != NULL ? statement->bulk->column_count : 0;
    int result = SQLITE_OK;
    for (size_t i = 0; i < columns && result == SQLITE_OK; i++) {
        result = weft_sqlite_bind_value(rows->stmt, (int)i + 1, &statement->bulk->columns[i][bulk_row]);
    }
    return result;
}

weft_code weft_sqlite_bind(weft_sqlite_rows *rows, size_t bulk_row, weft_error *error)
{
    const weft_statement *statement = rows->statement;
    const size_t bulk_columns = weft_sqlite_bulk_places(statement);
    int result = bind_bulk(rows, bulk_row);
    /* The statement's own parameters are the same for every row of a bulk, and SQLite keeps them over a reset. */
    for (size_t i = 0; i < statement->param_count && bulk_row == 0 && result == SQLITE_OK; i++) {
        result = bind_param(rows, (int)(bulk_columns + i) + 1, &statement->params[i]);
    }
    return result == SQLITE_OK ? WEFT_OK : weft_sqlite_fail(weft_sqlite_of(rows->base.connection), result, error);
}

void weft_sqlite_result(sqlite3_context *context, const weft_value *value)
{
    char time[WEFT_TIME_BYTES];
    weft_str text = {NULL, 0};
    switch (value->kind) {
    case WEFT_VALUE_NULL:
        sqlite3_result_null(context);
        return;
    case WEFT_VALUE_BOOLEAN:
        sqlite3_result_int(context, value->as.boolean);
        return;
    case WEFT_VALUE_INTEGER:
        sqlite3_result_int64(context, value->as.integer);
        return;
    case WEFT_VALUE_DOUBLE:
        sqlite3_result_double(context, value->as.real);
        return;
    case WEFT_VALUE_TIME:
        weft_time_write(time, value->as.time_us);
        sqlite3_result_text64(context, time, sizeof(time), SQLITE_TRANSIENT, SQLITE_UTF8);
        return;
    case WEFT_VALUE_TEXT:
    case WEFT_VALUE_DECIMAL:
    case WEFT_VALUE_JSON:
    case WEFT_VALUE_ARRAY:
        text = value->as.text;
        sqlite3_result_text64(context, text.data ? text.data : "", text.len, SQLITE_STATIC, SQLITE_UTF8);
        return;
    }
}

/* What is being read: a column of the row the statement stands on. */
typedef struct cell {
    weft_sqlite_rows *rows;
    sqlite3_value *value; /* used by one thread, as the connection is */
    int column;
    int type; /* SQLite's storage class */
    weft_value_kind kind;
} cell;

static weft_code refuse(const cell *at, const char *found, weft_error *error)
{
    const char *name = sqlite3_column_name(at->rows->stmt, at->column);
    return weft_connection_fail_value(
        (const weft_connection_base *)(const void *)at->rows->base.connection, name, at->kind, found, error);
}

static weft_code refuse_class(const cell *at, weft_error *error)
{
    static const char *const classes[] = {"nothing", "an integer", "a real number", "text", "a blob"};
    const size_t index = at->type == SQLITE_INTEGER ? 1
                         : at->type == SQLITE_FLOAT ? 2
                         : at->type == SQLITE_TEXT  ? 3
                         : at->type == SQLITE_BLOB  ? 4
                                                    : 0;
    return refuse(at, classes[index], error);
}

/* Text as it lies in the page, where it is UTF-8 already: asked for as text SQLite would copy it, to end it with NUL.
 */
static const char *lend_text(const cell *at)
{
    const bool is_plain = at->type == SQLITE_TEXT && sqlite3_value_encoding(at->value) == SQLITE_UTF8;
    const char *data = is_plain ? sqlite3_value_blob(at->value) : (const char *)sqlite3_value_text(at->value);
    return data == NULL && is_plain && sqlite3_value_bytes(at->value) == 0 ? "" : data;
}

static weft_code read_utf8(const cell *at, weft_str *ret_text, weft_error *error)
{
    const char *data = lend_text(at);
    const size_t len = (size_t)sqlite3_value_bytes(at->value);
    if (data == NULL) {
        return weft_fail_no_memory(error);
    }
    if (!weft_store_is_utf8(data, len)) {
        return refuse(at, "bytes that are not UTF-8", error);
    }
    *ret_text = (weft_str){data, len};
    return WEFT_OK;
}

static weft_code read_integer(const cell *at, weft_value *value, weft_error *error)
{
    if (at->type == SQLITE_INTEGER) {
        value->as.integer = sqlite3_value_int64(at->value);
        return WEFT_OK;
    }
    /* A whole number in a column of type REAL is the same number. */
    const double real = at->type == SQLITE_FLOAT ? sqlite3_value_double(at->value) : NAN;
    if (!(real >= -INTEGER_LIMIT && real < INTEGER_LIMIT) || floor(real) < real) {
        return refuse_class(at, error);
    }
    value->as.integer = (int64_t)real;
    return WEFT_OK;
}

static weft_code read_boolean(const cell *at, weft_value *value, weft_error *error)
{
    const int64_t number = at->type == SQLITE_INTEGER ? sqlite3_value_int64(at->value) : INT64_C(-1);
    if (at->type == SQLITE_INTEGER && number != 0 && number != 1) {
        return refuse(at, "an integer other than 0 and 1", error);
    }
    if (at->type != SQLITE_INTEGER) {
        return refuse_class(at, error);
    }
    value->as.boolean = number == 1;
    return WEFT_OK;
}

static weft_code read_double(const cell *at, weft_value *value, weft_error *error)
{
    if (at->type != SQLITE_FLOAT && at->type != SQLITE_INTEGER) {
        return refuse_class(at, error);
    }
    value->as.real = sqlite3_value_double(at->value);
    return WEFT_OK;
}

static weft_code read_text(const cell *at, weft_value *value, weft_error *error)
{
    /* Integers are let through: tables that weft does not manage have integer ids. */
    if (at->type != SQLITE_TEXT && at->type != SQLITE_INTEGER) {
        return refuse_class(at, error);
    }
    return read_utf8(at, &value->as.text, error);
}

static weft_code read_time(const cell *at, weft_value *value, weft_error *error)
{
    if (at->type != SQLITE_TEXT) {
        return refuse_class(at, error);
    }
    const char *data = lend_text(at);
    const size_t len = (size_t)sqlite3_value_bytes(at->value);
    if (data == NULL) {
        return weft_fail_no_memory(error);
    }
    return weft_time_parse((weft_str){data, len}, &value->as.time_us) ? WEFT_OK
                                                                      : refuse(at, "text that is no time", error);
}

/* A real number as the shortest digits that mean it: the only text it can stand for. */
static weft_code write_double(const cell *at, weft_str *ret_text, weft_error *error)
{
    const double real = sqlite3_value_double(at->value);
    weft_buf buf;
    if (!isfinite(real)) {
        return refuse(at, "an infinite number", error);
    }
    weft_buf_init_arena(&buf, &at->rows->row);
    weft_json_add_double(&buf, real);
    *ret_text = weft_buf_str(&buf);
    return buf.failed ? weft_fail_arena(error, &at->rows->row) : WEFT_OK;
}

static weft_code read_decimal(const cell *at, weft_value *value, weft_error *error)
{
    weft_str text = {NULL, 0};
    if (at->type == SQLITE_BLOB) {
        return refuse_class(at, error);
    }
    WEFT_TRY(at->type == SQLITE_FLOAT ? write_double(at, &text, error) : read_utf8(at, &text, error));
    const weft_code code = weft_decimal_read(text, &at->rows->row, &value->as.text, error);
    return code == WEFT_TYPE_MISMATCH ? refuse(at, "text that is no number", error) : code;
}

static weft_code read_json(const cell *at, weft_value *value, weft_error *error)
{
    if (at->type == SQLITE_BLOB) {
        return refuse_class(at, error);
    }
    return at->type == SQLITE_FLOAT ? write_double(at, &value->as.text, error) : read_utf8(at, &value->as.text, error);
}

static weft_code read_array(const cell *at, weft_value *value, weft_error *error)
{
    if (at->type != SQLITE_TEXT) {
        return refuse_class(at, error);
    }
    WEFT_TRY(read_utf8(at, &value->as.text, error));
    return value->as.text.len > 0 && value->as.text.data[0] == '[' ? WEFT_OK
                                                                   : refuse(at, "text that is no array", error);
}

static weft_code read_cell(const cell *at, weft_value *value, weft_error *error)
{
    switch (at->kind) {
    case WEFT_VALUE_BOOLEAN:
        return read_boolean(at, value, error);
    case WEFT_VALUE_INTEGER:
        return read_integer(at, value, error);
    case WEFT_VALUE_DOUBLE:
        return read_double(at, value, error);
    case WEFT_VALUE_TEXT:
        return read_text(at, value, error);
    case WEFT_VALUE_TIME:
        return read_time(at, value, error);
    case WEFT_VALUE_DECIMAL:
        return read_decimal(at, value, error);
    case WEFT_VALUE_JSON:
        return read_json(at, value, error);
    case WEFT_VALUE_ARRAY:
        return read_array(at, value, error);
    case WEFT_VALUE_NULL:
        break;
    }
    return WEFT_OK;
}

/* Most columns are text that is nothing but text. */
static bool read_plain_text(sqlite3_value *value, weft_value *ret_value)
{
    if (sqlite3_value_type(value) != SQLITE_TEXT || sqlite3_value_encoding(value) != SQLITE_UTF8) {
        return false;
    }
    const char *data = sqlite3_value_blob(value);
    const size_t len = (size_t)sqlite3_value_bytes(value);
    if (data == NULL || !weft_store_is_utf8(data, len)) {
        return false;
    }
    ret_value->kind = WEFT_VALUE_TEXT;
    ret_value->as.text = (weft_str){data, len};
    return true;
}

static weft_code read_column(weft_sqlite_rows *rows, size_t column, sqlite3_value *value, weft_error *error)
{
    const cell at = {.rows = rows,
                     .value = value,
                     .column = (int)column,
                     .type = sqlite3_value_type(value),
                     .kind = rows->statement->columns[column]};
    const bool is_null = at.type == SQLITE_NULL;
    rows->values[column] = (weft_value){.kind = is_null ? WEFT_VALUE_NULL : at.kind};
    return is_null ? WEFT_OK : read_cell(&at, &rows->values[column], error);
}

weft_code weft_sqlite_read_row(weft_sqlite_rows *rows, weft_error *error)
{
    const weft_value_kind *kinds = rows->statement->columns;
    const size_t count = rows->statement->column_count;
    for (size_t i = 0; i < count; i++) {
        sqlite3_value *value = sqlite3_column_value(rows->stmt, (int)i);
        if (kinds[i] != WEFT_VALUE_TEXT || !read_plain_text(value, &rows->values[i])) {
            WEFT_TRY(read_column(rows, i, value, error));
        }
    }
    return WEFT_OK;
}
