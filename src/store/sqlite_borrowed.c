/* What a statement borrows for its run, as tables:
 *
 *      weft_list(?)   the items of a list parameter, in the column c0, so that `x IN weft_list(?1)` is one prepared
 *                     statement for any number of items
 *      weft_bulk(?)   the rows of a bulk, in the columns c0, c1 …, so that one statement writes them all, or looks them
 *                     all up, and is not begun, bound and ended anew for each
 *
 * Each comes as a pointer that only this room can make (sqlite3_bind_pointer) and is never copied. rowid counts from 1.
 *
 * Fails when the argument is none of ours; a column that the bulk does not have is NULL. */
#include <stdio.h>
#include <string.h>

#include "store/sqlite.h"

#define DECLARATION_BYTES (32 + 6 * WEFT_BULK_TABLE_COLUMNS)

/* What tells the tables apart. */
typedef struct borrowed_kind {
    const char *name;
    const char *failure;
    const char *type;    /* of the pointer */
    int argument_column; /* hidden, behind c0, c1 … */
    size_t (*count)(const void *borrowed);
    const weft_value *(*find)(const void *borrowed, size_t row, size_t column); /* NULL: there is no such column */
} borrowed_kind;

static size_t list_count(const void *borrowed)
{
    return ((const weft_sqlite_list *)borrowed)->count;
}

static const weft_value *find_item(const void *borrowed, size_t row, size_t column)
{
    return column == 0 ? &((const weft_sqlite_list *)borrowed)->items[row] : NULL;
}

static size_t bulk_count(const void *borrowed)
{
    return ((const weft_bulk *)borrowed)->row_count;
}

static const weft_value *find_cell(const void *borrowed, size_t row, size_t column)
{
    const weft_bulk *bulk = borrowed;
    return column < bulk->column_count ? &bulk->columns[column][row] : NULL;
}

static const borrowed_kind kinds[] = {
    {"weft_list", "weft_list takes a list parameter", WEFT_SQLITE_LIST_TYPE, 1, list_count, find_item},
    {"weft_bulk", "weft_bulk takes a bulk", WEFT_SQLITE_BULK_TYPE, WEFT_BULK_TABLE_COLUMNS, bulk_count, find_cell},
};

static const borrowed_kind *find_kind(const char *name)
{
    size_t at = 0;
    while (strcmp(kinds[at].name, name) != 0) {
        at++;
    }
    return &kinds[at];
}

typedef struct borrowed_table {
    sqlite3_vtab base;
    const borrowed_kind *kind;
} borrowed_table;

typedef struct borrowed_cursor {
    sqlite3_vtab_cursor base;
    const void *borrowed;
    size_t count;
    size_t at;
} borrowed_cursor;

static const borrowed_kind *kind_of(const sqlite3_vtab *table)
{
    return ((const borrowed_table *)(const void *)table)->kind;
}

static borrowed_cursor *cursor_of(sqlite3_vtab_cursor *cursor)
{
    return (borrowed_cursor *)(void *)cursor;
}

/* CREATE TABLE weft_bulk(c0, c1, …, borrowed HIDDEN) */
static void declare(const borrowed_kind *kind, char text[DECLARATION_BYTES])
{
    size_t len = (size_t)snprintf(text, DECLARATION_BYTES, "CREATE TABLE %s(", kind->name);
    for (int i = 0; i < kind->argument_column; i++) {
        len += (size_t)snprintf(text + len, DECLARATION_BYTES - len, "c%d,", i);
    }
    (void)snprintf(text + len, DECLARATION_BYTES - len, "borrowed HIDDEN)");
}

static int connect(sqlite3 *db, void *ctx, int argc, const char *const *argv, sqlite3_vtab **ret_table, char **error)
{
    (void)ctx;
    (void)argc;
    (void)error;
    const borrowed_kind *kind = find_kind(argv[0]); /* the module's name */
    char declaration[DECLARATION_BYTES];
    declare(kind, declaration);
    const int result = sqlite3_declare_vtab(db, declaration);
    if (result != SQLITE_OK) {
        return result;
    }
    (void)sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    borrowed_table *table = sqlite3_malloc(sizeof(*table));
    if (table == NULL) {
        return SQLITE_NOMEM;
    }
    *table = (borrowed_table){.kind = kind};
    *ret_table = &table->base;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

/* The argument must be known before the table is read. What is borrowed is short beside tables, so the planner is told
 * that reading it is cheap and gives few rows: it then looks each row up instead of scanning. */
static int choose_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    const int argument = kind_of(table)->argument_column;
    for (int i = 0; i < info->nConstraint; i++) {
        if (info->aConstraint[i].iColumn == argument && info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_EQ &&
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
    borrowed_cursor *cursor = sqlite3_malloc(sizeof(*cursor));
    if (cursor == NULL) {
        return SQLITE_NOMEM;
    }
    *cursor = (borrowed_cursor){.at = 0};
    *ret_cursor = &cursor->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *base, int index, const char *index_name, int argc, sqlite3_value **argv)
{
    (void)index;
    (void)index_name;
    borrowed_cursor *cursor = cursor_of(base);
    const borrowed_kind *kind = kind_of(base->pVtab);
    cursor->at = 0;
    cursor->borrowed = argc == 1 ? sqlite3_value_pointer(argv[0], kind->type) : NULL;
    if (cursor->borrowed == NULL) {
        sqlite3_free(base->pVtab->zErrMsg);
        base->pVtab->zErrMsg = sqlite3_mprintf("%s", kind->failure);
        return SQLITE_ERROR;
    }
    cursor->count = kind->count(cursor->borrowed);
    return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *base)
{
    cursor_of(base)->at++;
    return SQLITE_OK;
}

static int is_at_end(sqlite3_vtab_cursor *base)
{
    const borrowed_cursor *cursor = cursor_of(base);
    return cursor->at >= cursor->count;
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *context, int index)
{
    const borrowed_cursor *cursor = cursor_of(base);
    const weft_value *value =
        index >= 0 ? kind_of(base->pVtab)->find(cursor->borrowed, cursor->at, (size_t)index) : NULL;
    if (value != NULL) {
        weft_sqlite_result(context, value);
    }
    return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret_rowid)
{
    *ret_rowid = (sqlite3_int64)cursor_of(base)->at + 1;
    return SQLITE_OK;
}

/* Without xCreate the tables exist by themselves and cannot be created by name. */
static const sqlite3_module module = {
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

int weft_sqlite_register_borrowed(sqlite3 *db)
{
    int result = SQLITE_OK;
    for (size_t i = 0; i < WEFT_COUNT_OF(kinds) && result == SQLITE_OK; i++) {
        result = sqlite3_create_module_v2(db, kinds[i].name, &module, NULL, NULL);
    }
    return result;
}
