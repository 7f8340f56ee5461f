/* Rows between a callback that gives them and a statement that reads them: a table in a private temporary database,
 * which stays in memory while it is small. Beside it the keys of all rows of a list, page after page, so that one that
 * comes twice is noticed however long the list is.
 *
 * The database has no name, is locked by nobody and is gone when it is closed. Fails as SQLite does. */
#include "store/served.h"

struct weft_bag {
    const weft_allocator *allocator;
    sqlite3 *database;
    sqlite3_stmt *add_key;
    sqlite3_stmt *add_row;
    sqlite3_stmt *read;
    size_t column_count;
    bool is_reading;
    bool has_failed; /* without a journal nobody knows what is left in the file */
};

/* One transaction for good: what is in the file is lost with it anyway. */
static const char make_keys[] =
    "PRAGMA cache_size = -2048; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE; "
    "CREATE TABLE seen(key BLOB PRIMARY KEY) WITHOUT ROWID; BEGIN";

static weft_code fail(weft_bag *bag, int result, weft_error *error)
{
    bag->has_failed = true;
    if (result == SQLITE_NOMEM) {
        return weft_fail_no_memory(error);
    }
    return weft_fail(
        error, WEFT_STORE_ERROR, "could not keep rows in a temporary file: %s", sqlite3_errmsg(bag->database));
}

/* `start` with a comma list of `format`ted column numbers and ")". */
static char *list_columns(const char *start, const char *format, size_t count)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendall(sql, start);
    for (size_t i = 0; i < count; i++) {
        sqlite3_str_appendall(sql, i > 0 ? ", " : "");
        sqlite3_str_appendf(sql, format, (int)i + 1);
    }
    sqlite3_str_appendall(sql, ")");
    return sqlite3_str_finish(sql);
}

static int make_rows(const weft_bag *bag)
{
    char *sql = list_columns("CREATE TABLE piece(", "c%d", bag->column_count);
    const int result = sql != NULL ? sqlite3_exec(bag->database, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
    sqlite3_free(sql);
    return result;
}

static int prepare(const weft_bag *bag, const char *sql, sqlite3_stmt **ret_statement)
{
    return sqlite3_prepare_v3(bag->database, sql, -1, SQLITE_PREPARE_PERSISTENT, ret_statement, NULL);
}

static int prepare_all(weft_bag *bag)
{
    char *sql = list_columns("INSERT INTO piece VALUES (", "?%d", bag->column_count);
    int result = sql != NULL ? prepare(bag, sql, &bag->add_row) : SQLITE_NOMEM;
    sqlite3_free(sql);
    if (result == SQLITE_OK) {
        result = prepare(bag, "INSERT OR IGNORE INTO seen VALUES (?1)", &bag->add_key);
    }
    return result == SQLITE_OK ? prepare(bag, "SELECT * FROM piece ORDER BY rowid", &bag->read) : result;
}

static int start(weft_bag *bag)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int result = sqlite3_open_v2("", &bag->database, flags, NULL);
    if (result == SQLITE_OK) {
        result = sqlite3_exec(bag->database, make_keys, NULL, NULL, NULL);
    }
    if (result == SQLITE_OK) {
        result = make_rows(bag);
    }
    return result == SQLITE_OK ? prepare_all(bag) : result;
}

weft_code weft_bag_open(const weft_allocator *allocator, size_t column_count, weft_bag **ret_bag, weft_error *error)
{
    weft_bag *bag = weft_resize(allocator, NULL, 0, sizeof(*bag));
    if (bag == NULL) {
        return weft_fail_no_memory(error);
    }
    *bag = (weft_bag){.allocator = allocator, .column_count = column_count};
    const int result = start(bag);
    if (result != SQLITE_OK) {
        const weft_code code = fail(bag, result, error);
        weft_bag_close(bag);
        return code;
    }
    *ret_bag = bag;
    return WEFT_OK;
}

/* Run a statement without rows once. */
static int run(sqlite3_stmt *statement)
{
    const int result = sqlite3_step(statement);
    (void)sqlite3_reset(statement);
    return result == SQLITE_DONE ? SQLITE_OK : result;
}

static int add_key(weft_bag *bag, weft_str key, bool *ret_is_new)
{
    int result = sqlite3_bind_blob64(bag->add_key, 1, key.len > 0 ? key.data : "", key.len, SQLITE_STATIC);
    if (result == SQLITE_OK) {
        result = run(bag->add_key);
    }
    *ret_is_new = sqlite3_changes(bag->database) > 0;
    return result;
}

weft_code weft_bag_add(weft_bag *bag, weft_str key, const weft_value *values, bool *ret_is_new, weft_error *error)
{
    bool is_new = false;
    int result = add_key(bag, key, &is_new);
    for (size_t i = 0; is_new && i < bag->column_count && result == SQLITE_OK; i++) {
        result = weft_sqlite_bind_value(bag->add_row, (int)i + 1, &values[i]);
    }
    if (is_new && result == SQLITE_OK) {
        result = run(bag->add_row);
    }
    *ret_is_new = is_new;
    return result == SQLITE_OK ? WEFT_OK : fail(bag, result, error);
}

weft_code weft_bag_next(weft_bag *bag, bool *ret_has_row, weft_error *error)
{
    bag->is_reading = true;
    const int result = sqlite3_step(bag->read);
    *ret_has_row = result == SQLITE_ROW;
    return result == SQLITE_ROW || result == SQLITE_DONE ? WEFT_OK : fail(bag, result, error);
}

sqlite3_value *weft_bag_value(const weft_bag *bag, size_t column)
{
    return sqlite3_column_value(bag->read, (int)column);
}

weft_code weft_bag_clear(weft_bag *bag, bool keeps_keys, weft_error *error)
{
    if (bag->is_reading) {
        (void)sqlite3_reset(bag->read);
        bag->is_reading = false;
    }
    const char *sql = keeps_keys ? "DELETE FROM piece" : "DELETE FROM piece; DELETE FROM seen";
    const int result = bag->has_failed ? SQLITE_ABORT : sqlite3_exec(bag->database, sql, NULL, NULL, NULL);
    return result == SQLITE_OK ? WEFT_OK : fail(bag, result, error);
}

void weft_bag_close(weft_bag *bag)
{
    if (bag == NULL) {
        return;
    }
    (void)sqlite3_finalize(bag->add_key);
    (void)sqlite3_finalize(bag->add_row);
    (void)sqlite3_finalize(bag->read);
    (void)sqlite3_close(bag->database);
    weft_free(bag->allocator, bag, sizeof(*bag));
}
