/* weft_list(?): the items of a list parameter as a table with the column `value`, so that `x IN weft_list(?1)` is one
 * prepared statement for any number of items. The list comes as a pointer that only this file's callers can make
 * (sqlite3_bind_pointer), is borrowed for the run of the statement, and is never copied. rowid counts the items from 1.
 *
 * Fails when the argument is no list of ours. */
#include <stdlib.h>

#include "store/sqlite.h"

enum { COLUMN_VALUE, COLUMN_LIST };

typedef struct list_cursor {
    sqlite3_vtab_cursor base;
    const weft_sqlite_list *list;
    size_t at;
} list_cursor;

static int connect(sqlite3 *db, void *ctx, int argc, const char *const *argv, sqlite3_vtab **ret_table, char **error)
{
    (void)ctx;
    (void)argc;
    (void)argv;
    (void)error;
    const int result = sqlite3_declare_vtab(db, "CREATE TABLE weft_list(value, list HIDDEN)");
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

/* The argument must be known before the table is read. Lists are short beside tables, so the planner is told that
 * reading one is cheap and gives few rows: it then looks each item up instead of scanning. */
static int choose_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    for (int i = 0; i < info->nConstraint; i++) {
        if (info->aConstraint[i].iColumn == COLUMN_LIST && info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_EQ &&
            info->aConstraint[i].usable) {
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
    list_cursor *cursor = sqlite3_malloc(sizeof(*cursor));
    if (cursor == NULL) {
        return SQLITE_NOMEM;
    }
    *cursor = (list_cursor){.at = 0};
    *ret_cursor = &cursor->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static list_cursor *cursor_of(sqlite3_vtab_cursor *cursor)
{
    return (list_cursor *)(void *)cursor;
}

static int filter(sqlite3_vtab_cursor *base, int index, const char *index_name, int argc, sqlite3_value **argv)
{
    (void)index;
    (void)index_name;
    list_cursor *cursor = cursor_of(base);
    cursor->at = 0;
    cursor->list = argc == 1 ? sqlite3_value_pointer(argv[0], WEFT_SQLITE_LIST_TYPE) : NULL;
    if (cursor->list == NULL) {
        sqlite3_free(base->pVtab->zErrMsg);
        base->pVtab->zErrMsg = sqlite3_mprintf("weft_list takes a list parameter");
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
    const list_cursor *cursor = cursor_of(base);
    return cursor->at >= cursor->list->count;
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *context, int index)
{
    const list_cursor *cursor = cursor_of(base);
    if (index == COLUMN_VALUE) {
        weft_sqlite_result(context, &cursor->list->items[cursor->at]);
    }
    return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret_rowid)
{
    *ret_rowid = (sqlite3_int64)cursor_of(base)->at + 1;
    return SQLITE_OK;
}

/* Without xCreate the table exists by itself and cannot be created by name. */
static const sqlite3_module list_module = {
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

int weft_sqlite_register_list(sqlite3 *db)
{
    return sqlite3_create_module_v2(db, "weft_list", &list_module, NULL, NULL);
}
