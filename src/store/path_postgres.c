/* How PostgreSQL would run a statement, from EXPLAIN (FORMAT JSON): a tree of nodes.
 *
 *      Seq Scan                                  every row is looked at
 *      Index Scan … without "Index Cond"         so it is, in the index's order (or by a bitmap of all)
 *      Sort, Incremental Sort                    sorted
 *
 * Fails as running does, or when the plan is not what it was in every version so far. */
#include "base/vec.h"
#include "store/common.h"
#include "store/postgres.h"
#include "json/reader.h"

#define NODE_DEPTH_MAX 256

typedef struct reader {
    weft_arena *keep;
    WEFT_VEC(weft_str) scans;
    bool is_sorted;
    bool has_failed;
} reader;

static bool is_of_type(const json_t *node, const char *type)
{
    return weft_str_equal_text(weft_json_text(json_object_get(node, "Node Type")), type);
}

/* An index that is read without a condition on it gives every row. */
static bool is_scan(const json_t *node)
{
    const json_t *below = json_array_get(json_object_get(node, "Plans"), 0);
    if (is_of_type(node, "Bitmap Heap Scan")) {
        return is_of_type(below, "Bitmap Index Scan") && json_object_get(below, "Index Cond") == NULL;
    }
    return is_of_type(node, "Seq Scan") || ((is_of_type(node, "Index Scan") || is_of_type(node, "Index Only Scan")) &&
                                            json_object_get(node, "Index Cond") == NULL);
}

static void read_node(reader *r, const json_t *node, size_t depth)
{
    const json_t *plans = json_object_get(node, "Plans");
    r->is_sorted = r->is_sorted || is_of_type(node, "Sort") || is_of_type(node, "Incremental Sort");
    if (is_scan(node)) {
        const weft_str name = weft_str_copy(r->keep, weft_json_text(json_object_get(node, "Alias")));
        r->has_failed = name.data == NULL || !weft_vec_push(r->keep, &r->scans, name) || r->has_failed;
    }
    for (size_t i = 0; depth < NODE_DEPTH_MAX && i < json_array_size(plans); i++) {
        read_node(r, json_array_get(plans, i), depth + 1);
    }
}

weft_code weft_postgres_find_path(weft_connection *connection,
                                  const weft_statement *statement,
                                  void *keep,
                                  weft_store_path *ret_path,
                                  weft_error *error)
{
    static const weft_value_kind columns[] = {WEFT_VALUE_JSON};
    const weft_value *values = NULL;
    size_t count = 0;
    json_t *plan = NULL;
    weft_statement explain = {0};
    if (!weft_statement_prefix(statement, "EXPLAIN (FORMAT JSON) ", columns, WEFT_COUNT_OF(columns), keep, &explain)) {
        return weft_fail_arena(error, keep);
    }
    WEFT_TRY(weft_connection_collect(connection, &explain, keep, &values, &count, error));
    WEFT_TRY(weft_json_read(count > 0 ? values[0].as.text : WEFT_STR("[]"), 0, &plan, error));
    reader r = {.keep = keep};
    read_node(&r, json_object_get(json_array_get(plan, 0), "Plan"), 0);
    json_decref(plan);
    if (r.has_failed) {
        return weft_fail_arena(error, keep);
    }
    *ret_path = (weft_store_path){r.scans.items, r.scans.count, r.is_sorted};
    return WEFT_OK;
}
