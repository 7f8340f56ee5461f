/* How SQLite would run a statement, from EXPLAIN QUERY PLAN: a line a table.
 *
 *      SCAN t                            every row is looked at
 *      SCAN t USING INDEX …              so it is, in the index's order
 *      SEARCH t USING INDEX … (a=?)      found by keys
 *      USE TEMP B-TREE FOR ORDER BY      sorted
 *
 * Fails as running does. */
#include "base/vec.h"
#include "store/common.h"
#include "store/sqlite.h"

typedef WEFT_VEC(weft_str) name_list;

/* Subselects and weft's own lists and bulks are no tables. */
static bool is_table(weft_str name)
{
    return name.len > 0 && name.data[0] != '(' && !weft_str_equal_text(name, "weft_list") &&
           !weft_str_equal_text(name, "bulk") && !weft_str_equal_text(name, "CONSTANT");
}

static bool read_line(weft_str detail, weft_arena *keep, name_list *scans, bool *is_sorted)
{
    const weft_str scan = WEFT_STR("SCAN ");
    *is_sorted = *is_sorted || weft_str_starts_with(detail, WEFT_STR("USE TEMP B-TREE FOR "));
    if (!weft_str_starts_with(detail, scan)) {
        return true;
    }
    const weft_str rest = weft_str_slice(detail, scan.len, detail.len);
    const weft_str name = weft_str_slice(rest, 0, weft_str_find(rest, ' '));
    return !is_table(name) || weft_vec_push(keep, scans, name);
}

weft_code weft_sqlite_find_path(weft_connection *connection,
                                const weft_statement *statement,
                                void *keep,
                                weft_store_path *ret_path,
                                weft_error *error)
{
    static const weft_value_kind columns[] = {
        WEFT_VALUE_INTEGER, WEFT_VALUE_INTEGER, WEFT_VALUE_INTEGER, WEFT_VALUE_TEXT};
    const weft_value *values = NULL;
    size_t count = 0;
    name_list scans = {0};
    bool is_sorted = false;
    weft_statement explain = {0};
    if (!weft_statement_prefix(statement, "EXPLAIN QUERY PLAN ", columns, WEFT_COUNT_OF(columns), keep, &explain)) {
        return weft_fail_arena(error, keep);
    }
    WEFT_TRY(weft_connection_collect(connection, &explain, keep, &values, &count, error));
    for (size_t i = 0; i < count; i++) {
        if (!read_line(values[i * WEFT_COUNT_OF(columns) + 3].as.text, keep, &scans, &is_sorted)) {
            return weft_fail_arena(error, keep);
        }
    }
    *ret_path = (weft_store_path){scans.items, scans.count, is_sorted};
    return WEFT_OK;
}
