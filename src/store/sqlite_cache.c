/* Prepared statements, kept by their text: preparing costs more than running a small statement. A bounded table that
 * is searched by hash; when it is full the statement that was not used for the longest goes. A statement that is being
 * read already is prepared a second time and not kept. */
#include <string.h>

#include "store/sqlite.h"

static bool is_blank(const char *sql, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (strchr(" \t\r\n;", sql[i]) == NULL) {
            return false;
        }
    }
    return true;
}

static weft_code prepare(
    weft_sqlite *sqlite, weft_str sql, unsigned int flags, sqlite3_stmt **ret_stmt, weft_error *error)
{
    if (sql.len > INT32_MAX - 1) {
        return weft_fail(error, WEFT_LIMIT_EXCEEDED, "the statement is too long for SQLite");
    }
    const char *tail = NULL;
    sqlite3_stmt *stmt = NULL;
    const int result = sqlite3_prepare_v3(sqlite->db, sql.data, (int)sql.len, flags, &stmt, &tail);
    if (result != SQLITE_OK) {
        return weft_sqlite_fail(sqlite, result, error);
    }
    if (stmt == NULL || !is_blank(tail, (size_t)(sql.data + sql.len - tail))) {
        (void)sqlite3_finalize(stmt);
        return weft_fail(error, WEFT_MISUSE, "a statement must be exactly one SQL statement");
    }
    *ret_stmt = stmt;
    return WEFT_OK;
}

static bool is_text_of(const weft_sqlite_prepared *prepared, weft_str sql)
{
    const size_t len = prepared->sql.len;
    return weft_str_starts_with(sql, prepared->sql) && is_blank(sql.data + len, sql.len - len);
}

static weft_sqlite_prepared *find(weft_sqlite_cache *cache, uint64_t hash, weft_str sql)
{
    for (size_t i = 0; i < cache->count; i++) {
        if (cache->slots[i].hash == hash && is_text_of(&cache->slots[i], sql)) {
            return &cache->slots[i];
        }
    }
    return NULL;
}

/* A slot for one more: an unused one, or the one that rested longest; NULL when all are being read. */
static weft_sqlite_prepared *make_room(weft_sqlite_cache *cache)
{
    if (cache->count < WEFT_COUNT_OF(cache->slots)) {
        return &cache->slots[cache->count++];
    }
    weft_sqlite_prepared *oldest = NULL;
    for (size_t i = 0; i < cache->count; i++) {
        weft_sqlite_prepared *slot = &cache->slots[i];
        if (!slot->is_in_use && (oldest == NULL || slot->used_at < oldest->used_at)) {
            oldest = slot;
        }
    }
    if (oldest != NULL) {
        (void)sqlite3_finalize(oldest->stmt);
    }
    return oldest;
}

/* SQLite prepares a statement anew by itself when a table changed, but only at its first step; until then it tells the
 * columns that a `*` meant before. */
static weft_code refresh(weft_sqlite *sqlite,
                         weft_sqlite_prepared *slot,
                         const weft_statement *statement,
                         weft_error *error)
{
    sqlite3_stmt *stmt = NULL;
    if (statement->column_count == 0 || (size_t)sqlite3_column_count(slot->stmt) == statement->column_count) {
        return WEFT_OK;
    }
    WEFT_TRY(prepare(sqlite, statement->sql, SQLITE_PREPARE_PERSISTENT, &stmt, error));
    (void)sqlite3_finalize(slot->stmt);
    slot->stmt = stmt;
    slot->sql = weft_str_from(sqlite3_sql(stmt));
    return WEFT_OK;
}

static weft_sqlite_prepared *take(weft_sqlite_cache *cache, weft_sqlite_prepared *slot)
{
    slot->is_in_use = true;
    slot->used_at = ++cache->uses;
    return slot;
}

weft_code weft_sqlite_prepare(weft_sqlite *sqlite,
                              const weft_statement *statement,
                              sqlite3_stmt **ret_stmt,
                              weft_sqlite_prepared **ret_prepared,
                              weft_error *error)
{
    *ret_prepared = NULL;
    if (statement->is_once) {
        return prepare(sqlite, statement->sql, 0, ret_stmt, error);
    }
    const uint64_t hash = weft_statement_hash(statement);
    weft_sqlite_prepared *found = find(&sqlite->cache, hash, statement->sql);
    if (found != NULL && found->is_in_use) {
        return prepare(sqlite, statement->sql, 0, ret_stmt, error);
    }
    if (found != NULL) {
        WEFT_TRY(refresh(sqlite, found, statement, error));
    } else {
        sqlite3_stmt *stmt = NULL;
        WEFT_TRY(prepare(sqlite, statement->sql, SQLITE_PREPARE_PERSISTENT, &stmt, error));
        found = make_room(&sqlite->cache);
        if (found == NULL) {
            *ret_stmt = stmt;
            return WEFT_OK;
        }
        *found = (weft_sqlite_prepared){.hash = hash, .stmt = stmt, .sql = weft_str_from(sqlite3_sql(stmt))};
    }
    *ret_prepared = take(&sqlite->cache, found);
    *ret_stmt = found->stmt;
    return WEFT_OK;
}

void weft_sqlite_unprepare(sqlite3_stmt *stmt, weft_sqlite_prepared *prepared)
{
    if (prepared == NULL) {
        (void)sqlite3_finalize(stmt);
        return;
    }
    (void)sqlite3_reset(stmt);
    (void)sqlite3_clear_bindings(stmt);
    prepared->is_in_use = false;
}

void weft_sqlite_cache_done(weft_sqlite_cache *cache)
{
    for (size_t i = 0; i < cache->count; i++) {
        (void)sqlite3_finalize(cache->slots[i].stmt);
    }
    cache->count = 0;
}
