/* Which reader a store has, and small questions about what was read. */
#include "adopt/present.h"

/* "shop" of "data/shop.db". */
static weft_str file_name(weft_str path)
{
    size_t start = path.len;
    while (start > 0 && path.data[start - 1] != '/') {
        start--;
    }
    size_t end = path.len;
    for (size_t i = path.len; i > start + 1; i--) {
        if (path.data[i - 1] == '.') {
            end = i - 1;
            break;
        }
    }
    return weft_str_slice(path, start, end);
}

weft_code weft_present_read(weft_connection *connection,
                            const weft_store_def *store,
                            weft_arena *keep,
                            const weft_present **ret_present,
                            weft_error *error)
{
    weft_present *present = WEFT_ARENA_NEW(keep, weft_present);
    if (present == NULL) {
        return weft_fail_arena(error, keep);
    }
    present->database = store->kind == WEFT_STORE_SQLITE ? file_name(store->path) : present->database;
    WEFT_TRY(store->kind == WEFT_STORE_POSTGRES ? weft_present_read_postgres(connection, keep, present, error)
                                                : weft_present_read_sqlite(connection, keep, present, error));
    *ret_present = present;
    return WEFT_OK;
}

const weft_present_column *weft_present_column_find(const weft_present_table *table, weft_str name)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (weft_str_equal(table->columns[i].name, name)) {
            return &table->columns[i];
        }
    }
    return NULL;
}

static bool holds(const weft_str *names, size_t count, weft_str name)
{
    for (size_t i = 0; i < count; i++) {
        if (weft_str_equal(names[i], name)) {
            return true;
        }
    }
    return false;
}

bool weft_present_is_unique(const weft_present_table *table, const weft_str *columns, size_t count, bool live)
{
    for (size_t i = 0; i < table->unique_count; i++) {
        const weft_present_unique *unique = &table->uniques[i];
        bool is_within = live || !unique->is_live_only;
        for (size_t k = 0; k < unique->column_count && is_within; k++) {
            is_within = holds(columns, count, unique->columns[k]);
        }
        if (is_within) {
            return true;
        }
    }
    return false;
}
