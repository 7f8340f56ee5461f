/* The sorter on disk: a table in a private temporary SQLite database, whose own sorter merges runs from files.
 *
 * The database has no name, is locked by nobody and is deleted by SQLite when it is closed; nothing in it must outlive
 * a crash. Fails as SQLite does. */
#include "store/spill.h"

#include <sqlite3.h>

#include "base/fail.h"

struct weft_spill {
    const weft_allocator *allocator;
    sqlite3 *database;
    sqlite3_stmt *add;
    sqlite3_stmt *read; /* NULL until the first piece is read */
    bool is_ended;      /* another step would begin again */
};

static weft_code fail(const weft_spill *spill, int result, weft_error *error)
{
    if (result == SQLITE_NOMEM) {
        return weft_fail_no_memory(error);
    }
    return weft_fail(
        error, WEFT_STORE_ERROR, "could not sort in a temporary file: %s", sqlite3_errmsg(spill->database));
}

/* No journal and no waiting for the disk: a crash takes the whole file with it. The cache is 8 MiB. */
static const char make_table[] = "PRAGMA page_size = 8192; PRAGMA cache_size = -8192; PRAGMA journal_mode = OFF; "
                                 "PRAGMA synchronous = OFF; PRAGMA temp_store = FILE; "
                                 "CREATE TABLE piece(key BLOB NOT NULL, bytes BLOB NOT NULL); BEGIN";

static int start(weft_spill *spill)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int result = sqlite3_open_v2("", &spill->database, flags, NULL);
    if (result == SQLITE_OK) {
        result = sqlite3_exec(spill->database, make_table, NULL, NULL, NULL);
    }
    if (result == SQLITE_OK) {
        result = sqlite3_prepare_v2(spill->database, "INSERT INTO piece VALUES (?1, ?2)", -1, &spill->add, NULL);
    }
    return result;
}

weft_code weft_spill_open(const weft_allocator *allocator, weft_spill **ret_spill, weft_error *error)
{
    weft_spill *spill = weft_resize(allocator, NULL, 0, sizeof(*spill));
    if (!spill) {
        return weft_fail_no_memory(error);
    }
    *spill = (weft_spill){.allocator = allocator};
    const int result = start(spill);
    if (result != SQLITE_OK) {
        const weft_code code = fail(spill, result, error);
        weft_spill_close(spill);
        return code;
    }
    *ret_spill = spill;
    return WEFT_OK;
}

static int bind(sqlite3_stmt *statement, int place, weft_str bytes)
{
    const char *data = bytes.len > 0 ? bytes.data : ""; /* NULL would be bound as NULL */
    return sqlite3_bind_blob64(statement, place, data, bytes.len, SQLITE_STATIC);
}

weft_code weft_spill_add(weft_spill *spill, weft_str key, weft_str piece, weft_error *error)
{
    int result = bind(spill->add, 1, key);
    if (result == SQLITE_OK) {
        result = bind(spill->add, 2, piece);
    }
    if (result == SQLITE_OK) {
        result = sqlite3_step(spill->add);
    }
    if (result != SQLITE_DONE) {
        return fail(spill, result, error);
    }
    (void)sqlite3_reset(spill->add);
    return WEFT_OK;
}

weft_code weft_spill_next(weft_spill *spill, weft_str *ret_piece, weft_error *error)
{
    int result = spill->is_ended ? SQLITE_DONE : SQLITE_OK;
    if (!spill->read) {
        const char *sql = "SELECT bytes FROM piece ORDER BY key";
        result = sqlite3_prepare_v2(spill->database, sql, -1, &spill->read, NULL);
    }
    if (result == SQLITE_OK) {
        result = sqlite3_step(spill->read);
    }
    if (result == SQLITE_DONE) {
        spill->is_ended = true;
        *ret_piece = (weft_str){0};
        return WEFT_OK;
    }
    if (result != SQLITE_ROW) {
        return fail(spill, result, error);
    }
    const char *data = sqlite3_column_blob(spill->read, 0);
    *ret_piece = (weft_str){data ? data : "", (size_t)sqlite3_column_bytes(spill->read, 0)};
    return WEFT_OK;
}

void weft_spill_close(weft_spill *spill)
{
    if (!spill) {
        return;
    }
    (void)sqlite3_finalize(spill->add);
    (void)sqlite3_finalize(spill->read);
    (void)sqlite3_close(spill->database);
    weft_free(spill->allocator, spill, sizeof(*spill));
}
