/* The SQLite driver: opening a file, transactions, and the driver's table.
 *
 * A connection is one sqlite3 handle that one thread uses at a time (NOMUTEX). ":memory:" is a database of its own for
 * each connection; the pool opens only one of them.
 *
 *   idle ──begin READ──▶ reading ──commit, rollback──▶ idle     the snapshot is taken by the first statement
 *   idle ──begin WRITE─▶ writing ──commit, rollback──▶ idle     the write lock is taken by begin itself
 *
 * A file that is not there is made by whoever writes. Who reads sees a database that holds nothing in its place, so
 * that a plan can be made of a project that was never migrated, and so that a mistyped path leaves nothing behind.
 *
 * A file that is replaced while it is open is noticed by the next transaction that writes, and by those that read
 * within LOOK_US.
 *
 * Opening fails with WEFT_STORE_UNAVAILABLE when the path cannot be opened, created, or is no database. */
#include "store/sqlite.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define PROGRESS_STEPS       2000 /* of SQLite's machine between two looks at the deadline: some tens of microseconds */
#define BUSY_WAIT_MAX_MS     20
#define US_PER_MS            INT64_C(1000)
#define DEFAULT_BUSY_WAIT_MS 5000
#define PATH_BYTES_MAX       4096
/* Readers may go on so long with a file that was replaced. */
#define LOOK_US INT64_C(5000)

static weft_connection *connection_of(weft_sqlite *sqlite)
{
    return (weft_connection *)(void *)sqlite;
}

/* SQLite asks now and then whether to go on. */
static int is_stopped(void *ctx)
{
    const weft_sqlite *sqlite = ctx;
    return weft_connection_check(&sqlite->base, NULL) != WEFT_OK;
}

static int64_t busy_wait_us(const weft_sqlite *sqlite)
{
    const uint32_t wait_ms = sqlite->base.config->busy_timeout_ms;
    return (int64_t)(wait_ms ? wait_ms : DEFAULT_BUSY_WAIT_MS) * US_PER_MS;
}

/* SQLite met a lock for the `times`th time: wait a little, or give up (0). SQLite's own busy timeout would know neither
 * the deadline nor the cancel flag. */
static int wait_for_lock(void *ctx, int times)
{
    weft_sqlite *sqlite = ctx;
    const int64_t now_us = weft_clock_monotonic_us(NULL);
    if (times == 0) {
        sqlite->busy_since_us = now_us;
    }
    if (now_us - sqlite->busy_since_us >= busy_wait_us(sqlite) || is_stopped(sqlite)) {
        return 0;
    }
    const long wait_ms = times < BUSY_WAIT_MAX_MS ? times + 1 : BUSY_WAIT_MAX_MS;
    const struct timespec wait = {.tv_nsec = wait_ms * 1000000L};
    (void)nanosleep(&wait, NULL);
    return 1;
}

/* Run a statement that opening takes. */
static weft_code run_once(weft_sqlite *sqlite, weft_str sql, weft_error *error)
{
    const weft_statement statement = {.sql = sql, .is_once = true};
    sqlite3_stmt *stmt = NULL;
    weft_sqlite_prepared *prepared = NULL;
    WEFT_TRY(weft_sqlite_prepare(sqlite, &statement, &stmt, &prepared, error));
    int result = SQLITE_ROW;
    while (result == SQLITE_ROW) {
        result = sqlite3_step(stmt);
    }
    const weft_code code = result == SQLITE_DONE ? WEFT_OK : weft_sqlite_fail(sqlite, result, error);
    weft_sqlite_unprepare(stmt, prepared);
    return code;
}

/* Every transaction takes two of them, so that they are not looked for in the cache. */
static weft_code prepare_control(weft_sqlite *sqlite, weft_sqlite_control which, weft_error *error)
{
    static const char *const texts[] = {"BEGIN", "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"};
    const weft_statement statement = {.sql = weft_str_from(texts[which]), .is_once = true};
    weft_sqlite_prepared *not_kept = NULL;
    return weft_sqlite_prepare(sqlite, &statement, &sqlite->controls[which], &not_kept, error);
}

static weft_code control(weft_sqlite *sqlite, weft_sqlite_control which, weft_error *error)
{
    WEFT_TRY(sqlite->controls[which] == NULL ? prepare_control(sqlite, which, error) : WEFT_OK);
    const int result = sqlite3_step(sqlite->controls[which]);
    const weft_code code = result == SQLITE_DONE ? WEFT_OK : weft_sqlite_fail(sqlite, result, error);
    (void)sqlite3_reset(sqlite->controls[which]);
    return code;
}

static bool is_plain_path(weft_str path)
{
    return path.len > 0 && !weft_str_equal(path, WEFT_STR(":memory:")) &&
           !weft_str_starts_with(path, WEFT_STR("file:"));
}

/* Make the folders above the file that are missing. */
static weft_code make_folders(const weft_store_config *config, char *path, weft_error *error)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        const bool is_made = mkdir(path, 0777) == 0 || errno == EEXIST;
        const int reason = errno;
        if (!is_made) {
            (void)weft_fail(error, WEFT_STORE_UNAVAILABLE, "could not create folder \"%s\"", path);
            weft_error_set_detail(error, "The system said: %s.", strerror(reason));
            weft_error_set_store(error, config->name);
            return WEFT_STORE_UNAVAILABLE;
        }
        *slash = '/';
    }
    return WEFT_OK;
}

static bool is_missing(const char *path)
{
    struct stat facts;
    return stat(path, &facts) != 0 && errno == ENOENT;
}

static weft_code read_path(const weft_store_config *config, char path[PATH_BYTES_MAX], weft_error *error)
{
    if (config->path.len >= PATH_BYTES_MAX) {
        return weft_fail(error, WEFT_STORE_UNAVAILABLE, "the path of the store is too long");
    }
    if (config->path.len > 0) {
        memcpy(path, config->path.data, config->path.len);
    }
    path[config->path.len] = '\0';
    return WEFT_OK;
}

static weft_code open_file(weft_sqlite *sqlite, bool makes_file, weft_error *error)
{
    char path[PATH_BYTES_MAX];
    const weft_store_config *config = sqlite->base.config;
    const bool is_plain = is_plain_path(config->path);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    WEFT_TRY(read_path(config, path, error));
    sqlite->is_absent = is_plain && !makes_file && is_missing(path);
    if (is_plain && makes_file) {
        WEFT_TRY(make_folders(config, path, error));
    }
    flags |= makes_file || !is_plain || sqlite->is_absent ? SQLITE_OPEN_CREATE : 0;
    const int result = sqlite3_open_v2(sqlite->is_absent ? ":memory:" : path, &sqlite->db, flags, NULL);
    return result == SQLITE_OK ? WEFT_OK : weft_sqlite_fail(sqlite, result, error);
}

static weft_code register_all(weft_sqlite *sqlite, weft_error *error)
{
    int result = weft_sqlite_register_functions(sqlite->db);
    result = result == SQLITE_OK ? weft_sqlite_register_json(sqlite->db) : result;
    result = result == SQLITE_OK ? weft_sqlite_register_borrowed(sqlite->db) : result;
    return result == SQLITE_OK ? WEFT_OK : weft_sqlite_fail(sqlite, result, error);
}

/* Readers beside a writer need the write-ahead log. Turning it on needs the file for itself for a moment, and SQLite
 * does not call the busy handler for that, so that connections opening a new file at once have to take turns here. */
static weft_code turn_on_wal(weft_sqlite *sqlite, weft_error *error)
{
    weft_code code = WEFT_STORE_BUSY;
    for (int times = 0; code == WEFT_STORE_BUSY; times++) {
        code = run_once(sqlite, WEFT_STR("PRAGMA journal_mode = WAL"), error);
        if (code == WEFT_STORE_BUSY && !wait_for_lock(sqlite, times)) {
            return code;
        }
    }
    return code;
}

static weft_code pin_session(weft_sqlite *sqlite, weft_error *error)
{
    static const char *const pragmas[] = {
        /* Off by default for the sake of files from 2009. */
        "PRAGMA foreign_keys = ON",
        /* A commit that was answered outlives a power cut: what one store forgets, the others would still hold. */
        "PRAGMA synchronous = FULL",
        /* What is sorted goes to a temporary file once it is larger than the cache: never all of it in memory. */
        "PRAGMA temp_store = FILE",
        /* 48 MB instead of 2, taken only as pages are read: reading a page again costs a call into the system. An
         * export of any length stays within 64 MB. */
        "PRAGMA cache_size = -49152",
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(pragmas); i++) {
        WEFT_TRY(run_once(sqlite, weft_str_from(pragmas[i]), error));
    }
    /* A misspelt "column" must be an error, not the text 'column'. */
    (void)sqlite3_db_config(sqlite->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    (void)sqlite3_db_config(sqlite->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    return WEFT_OK;
}

/* What the path leads to now, to notice later that the file was replaced. */
static void remember_file(weft_sqlite *sqlite)
{
    const char *path = sqlite3_db_filename(sqlite->db, "main");
    struct stat facts;
    if (path != NULL && path[0] != '\0' && stat(path, &facts) == 0) {
        sqlite->has_file = true;
        sqlite->device = facts.st_dev;
        sqlite->inode = facts.st_ino;
    }
}

static weft_code set_up(weft_sqlite *sqlite, bool makes_file, weft_error *error)
{
    WEFT_TRY(open_file(sqlite, makes_file, error));
    (void)sqlite3_extended_result_codes(sqlite->db, 1);
    (void)sqlite3_busy_handler(sqlite->db, wait_for_lock, sqlite);
    sqlite3_progress_handler(sqlite->db, PROGRESS_STEPS, is_stopped, sqlite);
    WEFT_TRY(register_all(sqlite, error));
    WEFT_TRY(weft_sqlite_register_served(sqlite, error));
    /* The first look into the file: what is no database is found out here. */
    WEFT_TRY(run_once(sqlite, WEFT_STR("SELECT 1 FROM sqlite_schema LIMIT 1"), error));
    if (sqlite3_db_readonly(sqlite->db, "main") == 0) {
        WEFT_TRY(turn_on_wal(sqlite, error));
    }
    WEFT_TRY(pin_session(sqlite, error));
    remember_file(sqlite);
    return WEFT_OK;
}

/* What was prepared belongs to the handle that is about to go. */
static void forget_statements(weft_sqlite *sqlite)
{
    weft_sqlite_cache_done(&sqlite->cache);
    for (size_t i = 0; i < WEFT_SQLITE_CONTROLS; i++) {
        (void)sqlite3_finalize(sqlite->controls[i]);
        sqlite->controls[i] = NULL;
    }
}

weft_code weft_sqlite_find_file(weft_sqlite *sqlite, bool makes_file, weft_error *error)
{
    char path[PATH_BYTES_MAX];
    WEFT_TRY(read_path(sqlite->base.config, path, error));
    if (!makes_file && is_missing(path)) {
        return WEFT_OK;
    }
    sqlite3 *nothing = sqlite->db;
    WEFT_TRY(weft_sqlite_buffer_rows(sqlite->open_rows, error));
    forget_statements(sqlite);
    const weft_code code = set_up(sqlite, makes_file, error);
    if (code != WEFT_OK) {
        forget_statements(sqlite);
    }
    (void)sqlite3_close_v2(code == WEFT_OK ? nothing : sqlite->db);
    if (code != WEFT_OK) {
        sqlite->db = nothing;
        sqlite->is_absent = true;
    }
    return code;
}

static void close_sqlite(weft_connection *connection)
{
    weft_sqlite *sqlite = weft_sqlite_of(connection);
    if (sqlite == NULL) {
        return;
    }
    weft_sqlite_free_rows(sqlite);
    forget_statements(sqlite);
    /* Rolls back what is open. */
    (void)sqlite3_close_v2(sqlite->db);
    weft_free(sqlite->base.config->allocator, sqlite, sizeof(*sqlite));
}

static weft_code open_as(const weft_driver *driver,
                         const weft_store_config *config,
                         weft_connection **ret_connection,
                         weft_error *error)
{
    weft_sqlite *sqlite = weft_resize(config->allocator, NULL, 0, sizeof(*sqlite));
    if (sqlite == NULL) {
        return weft_fail_no_memory(error);
    }
    memset(sqlite, 0, sizeof(*sqlite));
    sqlite->base.driver = driver;
    sqlite->base.config = config;
    const weft_code code = set_up(sqlite, false, error);
    if (code != WEFT_OK) {
        close_sqlite(connection_of(sqlite));
        return code;
    }
    *ret_connection = connection_of(sqlite);
    return WEFT_OK;
}

static weft_code open_sqlite(const weft_store_config *config, weft_connection **ret_connection, weft_error *error)
{
    return open_as(&weft_sqlite_driver, config, ret_connection, error);
}

static weft_code open_served(const weft_store_config *config, weft_connection **ret_connection, weft_error *error)
{
    return open_as(&weft_callbacks_driver, config, ret_connection, error);
}

/* SQLite would go on with the old file after somebody put another in its place. */
static bool look_for_file(weft_sqlite *sqlite)
{
    struct stat facts;
    if (sqlite->has_file && (stat(sqlite3_db_filename(sqlite->db, "main"), &facts) != 0 ||
                             facts.st_dev != sqlite->device || facts.st_ino != sqlite->inode)) {
        sqlite->base.is_lost = true;
    }
    return !sqlite->base.is_lost;
}

/* Looking is a twentieth of a record by its key, so that readers look once in a while; who writes looks again. */
static bool is_alive(weft_connection *connection)
{
    weft_sqlite *sqlite = weft_sqlite_of(connection);
    const int64_t now_us = weft_clock_monotonic_us(NULL);
    if (now_us - sqlite->looked_us < LOOK_US) {
        return !sqlite->base.is_lost;
    }
    sqlite->looked_us = now_us;
    return look_for_file(sqlite);
}

static weft_code fail_replaced(const weft_sqlite *sqlite, weft_error *error)
{
    (void)weft_fail(error, WEFT_STORE_UNAVAILABLE, "the database file was replaced");
    weft_error_set_store(error, sqlite->base.config->name);
    weft_error_set_hint(error, "Nothing was changed. Try again: the next connection opens the file that is there now.");
    return WEFT_STORE_UNAVAILABLE;
}

weft_code weft_sqlite_begin(weft_sqlite *sqlite, weft_transaction transaction, weft_error *error)
{
    const bool is_reading = transaction == WEFT_TRANSACTION_READ;
    WEFT_TRY(control(sqlite, is_reading ? WEFT_SQLITE_BEGIN : WEFT_SQLITE_BEGIN_IMMEDIATE, error));
    sqlite->base.in_transaction = true;
    sqlite->transaction = transaction;
    sqlite->has_failed = false;
    return WEFT_OK;
}

/* Rows that are being read hold an older snapshot, which a transaction that writes could not begin from. */
static weft_code begin(weft_connection *connection, weft_transaction transaction, weft_error *error)
{
    weft_sqlite *sqlite = weft_sqlite_of(connection);
    if (sqlite->base.in_transaction) {
        return weft_connection_misuse(&sqlite->base, "a transaction is open already", error);
    }
    WEFT_TRY(weft_connection_check(&sqlite->base, error));
    WEFT_TRY(weft_sqlite_buffer_rows(sqlite->open_rows, error));
    if (sqlite->is_absent) {
        WEFT_TRY(weft_sqlite_find_file(sqlite, transaction == WEFT_TRANSACTION_WRITE, error));
    } else if (transaction == WEFT_TRANSACTION_WRITE && !look_for_file(sqlite)) {
        return fail_replaced(sqlite, error);
    }
    return weft_sqlite_begin(sqlite, transaction, error);
}

static void forget_transaction(weft_sqlite *sqlite)
{
    sqlite->base.in_transaction = false;
    sqlite->transaction = 0;
    sqlite->has_failed = false;
}

static void rollback(weft_connection *connection)
{
    weft_sqlite *sqlite = weft_sqlite_of(connection);
    weft_sqlite_end_open_rows(sqlite);
    /* Some failures (a full disk) have rolled back already. The deadline must not stop the way back. */
    const int64_t deadline_us = sqlite->base.deadline_us;
    const volatile int *cancel = sqlite->base.cancel;
    sqlite->base.deadline_us = 0;
    sqlite->base.cancel = NULL;
    if (sqlite3_get_autocommit(sqlite->db) == 0 && control(sqlite, WEFT_SQLITE_ROLLBACK, NULL) != WEFT_OK) {
        sqlite->base.is_lost = true;
    }
    sqlite->base.deadline_us = deadline_us;
    sqlite->base.cancel = cancel;
    forget_transaction(sqlite);
}

static weft_code commit(weft_connection *connection, weft_error *error)
{
    weft_sqlite *sqlite = weft_sqlite_of(connection);
    if (!sqlite->base.in_transaction) {
        return weft_connection_misuse(&sqlite->base, "no transaction is open", error);
    }
    weft_code code = WEFT_OK;
    if (sqlite->has_failed || sqlite3_get_autocommit(sqlite->db) != 0) {
        code = weft_connection_fail_doomed(&sqlite->base, error);
    } else {
        weft_sqlite_end_open_rows(sqlite);
        code = control(sqlite, WEFT_SQLITE_COMMIT, error);
    }
    if (code != WEFT_OK) {
        rollback(connection);
        return code;
    }
    forget_transaction(sqlite);
    return WEFT_OK;
}

/* The write lock that BEGIN IMMEDIATE took is the only one there is. */
static weft_code lock(weft_connection *connection, weft_str name, weft_error *error)
{
    (void)name;
    const weft_sqlite *sqlite = weft_sqlite_of(connection);
    return sqlite->transaction == WEFT_TRANSACTION_WRITE
               ? WEFT_OK
               : weft_connection_misuse(&sqlite->base, "a lock needs an open write transaction", error);
}

const weft_driver weft_sqlite_driver = {
    .dialect = &weft_sqlite_dialect,
    .open = open_sqlite,
    .close = close_sqlite,
    .is_alive = is_alive,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .run = weft_sqlite_run,
    .next = weft_sqlite_next,
    .close_rows = weft_sqlite_close_rows,
    .lock = lock,
    .find_path = weft_sqlite_find_path,
    .inspect = weft_sqlite_inspect,
};

/* What is served can be read in a transaction that writes elsewhere; to write it is refused as in any that reads. */
static weft_code begin_served(weft_connection *connection, weft_transaction transaction, weft_error *error)
{
    (void)transaction;
    return begin(connection, WEFT_TRANSACTION_READ, error);
}

static weft_code lock_nothing(weft_connection *connection, weft_str name, weft_error *error)
{
    (void)connection;
    (void)name;
    (void)error;
    return WEFT_OK;
}

/* Which rows are looked at is for the callbacks to know. */
static weft_code find_no_path(weft_connection *connection,
                              const weft_statement *statement,
                              void *keep,
                              weft_store_path *ret_path,
                              weft_error *error)
{
    (void)connection;
    (void)statement;
    (void)keep;
    (void)error;
    *ret_path = (weft_store_path){NULL, 0, false};
    return WEFT_OK;
}

/* A database without a name that holds nothing but served tables. */
const weft_driver weft_callbacks_driver = {
    .dialect = &weft_callbacks_dialect,
    .open = open_served,
    .close = close_sqlite,
    .is_alive = is_alive,
    .begin = begin_served,
    .commit = commit,
    .rollback = rollback,
    .run = weft_sqlite_run,
    .next = weft_sqlite_next,
    .close_rows = weft_sqlite_close_rows,
    .lock = lock_nothing,
    .find_path = find_no_path,
    .inspect = weft_sqlite_inspect,
};
