/* weft_bulk(?): the rows of a bulk as a table with the columns c0, c1 …, so that one statement writes them all, or
 * looks them all up, and is not begun, bound and ended anew for each. Like a list (sqlite_list.c) the bulk comes as a
 * pointer that only this room can make, is borrowed for the run of the statement, and is never copied.
 *
 * Fails when the argument is no bulk of ours; a column that the bulk does not have is NULL. */
#include <stdio.h>

#include "store/sqlite.h"

#define DECLARATION_BYTES (32 + 6 * WEFT_BULK_TABLE_COLUMNS)

typedef struct bulk_cursor {
    sqlite3_vtab_cursor base;
    const weft_bulk *bulk;
    size_t at;
} bulk_cursor;

/* CREATE TABLE weft_bulk(c0, c1, …, rows HIDDEN) */
static void declare(char text[DECLARATION_BYTES])
{
    size_t len = (size_t)snprintf(text, DECLARATION_BYTES, "CREATE TABLE weft_bulk(");
    for (int i = 0; i < WEFT_BULK_TABLE_COLUMNS; i++) {
        len += (size_t)snprintf(text + len, DECLARATION_BYTES - len, "c%d,", i);
    }
    (void)snprintf(text + len, DECLARATION_BYTES - len, "rows HIDDEN)");
}

static int connect(sqlite3 *db, void *ctx, int argc, const char *const *argv, sqlite3_vtab **ret_table, char **error)
{
    (void)ctx;
    (void)argc;
    (void)argv;
    (void)error;
    char declaration[DECLARATION_BYTES];
    declare(declaration);
    const int result = sqlite3_declare_vtab(db, declaration);
    if (result != SQLITE_OK) {
        return result;
    }
    (void)sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    sqlite3_vtab *table = sqlite3_malloc(sizeof(*table));
    if (table == NULL) {
        return SQLITE_NOMEM;
    }
    *table = (sqlite3_vtab){.pModule = NULL};
    *ret_table = table;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

/* The argument must be known before the table is read. A bulk is short beside tables, so the planner is told that
 * reading it is cheap and gives few rows: it then looks each row up instead of scanning. */
static int choose_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    for (int i = 0; i < info->nConstraint; i++) {
        if (info->aConstraint[i].iColumn == WEFT_BULK_TABLE_COLUMNS &&
            info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_EQ && info->aConstraint[i].usable) {
            info->aConstraintUsage[i].argvIndex = 1;
            info->aConstraintUsage[i].omit = 1;
            info->estimatedCost = 25;
            info->estimatedRows = 25;
            return SQLITE_OK;
        }
    }
    return SQLITE_CONSTRAINT;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **ret_cursor)
{
    (void)table;
    bulk_cursor *cursor = sqlite3_malloc(sizeof(*cursor));
    if (cursor == NULL) {
        return SQLITE_NOMEM;
    }
    *cursor = (bulk_cursor){.at = 0};
    *ret_cursor = &cursor->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static bulk_cursor *cursor_of(sqlite3_vtab_cursor *cursor)
{
    return (bulk_cursor *)(void *)cursor;
}

static int filter(sqlite3_vtab_cursor *base, int index, const char *index_name, int argc, sqlite3_value **argv)
{
    (void)index;
    (void)index_name;
    bulk_cursor *cursor = cursor_of(base);
    cursor->at = 0;
    cursor->bulk = argc == 1 ? sqlite3_value_pointer(argv[0], WEFT_SQLITE_BULK_TYPE) : NULL;
    if (cursor->bulk == NULL) {
        sqlite3_free(base->pVtab->zErrMsg);
        base->pVtab->zErrMsg = sqlite3_mprintf("weft_bulk takes a bulk");
        return SQLITE_ERROR;
    }
    return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *base)
{
    cursor_of(base)->at++;
    return SQLITE_OK;
}

static int is_at_end(sqlite3_vtab_cursor *base)
{
    const bulk_cursor *cursor = cursor_of(base);
    return cursor->at >= cursor->bulk->row_count;
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *context, int index)
{
    const bulk_cursor *cursor = cursor_of(base);
    if (index >= 0 && (size_t)index < cursor->bulk->column_count) {
        weft_sqlite_result(context, &cursor->bulk->columns[index][cursor->at]);
    }
    return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret_rowid)
{
    *ret_rowid = (sqlite3_int64)cursor_of(base)->at + 1;
    return SQLITE_OK;
}

/* Without xCreate the table exists by itself and cannot be created by name. */
static const sqlite3_module bulk_module = {
    .xConnect = connect,
    .xBestIndex = choose_index,
    .xDisconnect = disconnect,
    .xOpen = open_cursor,
    .xClose = close_cursor,
    .xFilter = filter,
    .xNext = next,
    .xEof = is_at_end,
    .xColumn = column,
    .xRowid = rowid,
};

int weft_sqlite_register_bulk(sqlite3 *db)
{
    return sqlite3_create_module_v2(db, "weft_bulk", &bulk_module, NULL, NULL);
}
