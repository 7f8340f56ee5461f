/* The work for people and programs: counts, the first keys of every table, and the tree of records. Pure; running out
 * of memory is the buffer's affair. */
#include "cascade/work.h"
#include "json/writer.h"

#define KEYS_SHOWN_MAX 20
#define TREE_SHOWN_MAX 200

/* One key field as it is, several as an array. */
static void add_key(weft_buf *buf, const weft_model *model, const weft_value *keys)
{
    if (model->key_count == 1) {
        weft_json_add_value(buf, &keys[0]);
        return;
    }
    for (size_t i = 0; i < model->key_count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "[");
        weft_json_add_value(buf, &keys[i]);
    }
    weft_buf_add_char(buf, ']');
}

static void add_shown(weft_buf *buf, const weft_cascade_row *row)
{
    if (!row->ends) {
        add_key(buf, row->model, row->keys);
        return;
    }
    weft_buf_add_char(buf, '[');
    weft_json_add_value(buf, &row->ends[0]);
    weft_buf_add_char(buf, ',');
    weft_json_add_value(buf, &row->ends[1]);
    weft_buf_add_char(buf, ']');
}

static size_t count_rows(const weft_cascade_table *table, weft_cascade_change change)
{
    if (change == WEFT_CASCADE_CLEAR) {
        return table->clears.count;
    }
    return change == WEFT_CASCADE_REMOVE ? table->removals.count : table->rows.count - table->removals.count;
}

static void add_keys(weft_buf *buf, const weft_cascade_table *table, weft_cascade_change change)
{
    size_t shown = 0;
    weft_buf_add_text(buf, ",\"keys\":[");
    for (size_t i = 0; change == WEFT_CASCADE_CLEAR && i < table->clears.count && shown < KEYS_SHOWN_MAX; i++) {
        weft_buf_add_text(buf, shown++ > 0 ? "," : "");
        add_key(buf, table->model, table->clears.items[i].keys);
    }
    for (size_t i = 0; i < table->rows.count && shown < KEYS_SHOWN_MAX; i++) {
        if (table->rows.items[i]->change == change) {
            weft_buf_add_text(buf, shown++ > 0 ? "," : "");
            add_shown(buf, table->rows.items[i]);
        }
    }
    weft_buf_add_char(buf, ']');
}

static void add_table(weft_buf *buf, const weft_cascade_table *table, weft_cascade_change change, bool *is_first)
{
    const size_t count = count_rows(table, change);
    if (count == 0) {
        return;
    }
    weft_buf_add_text(buf, *is_first ? "{\"table\":" : ",{\"table\":");
    weft_json_add_text(buf, table->model->table);
    weft_buf_add_text(buf, table->model->link ? ",\"link\":" : ",\"entity\":");
    weft_json_add_text(buf, table->model->link ? table->model->link->name : table->model->name);
    weft_buf_add_text(buf, ",\"change\":");
    weft_json_add_text(buf, weft_cascade_change_name(change));
    weft_buf_add_format(buf, ",\"count\":%zu", count);
    add_keys(buf, table, change);
    weft_buf_add_char(buf, '}');
    *is_first = false;
}

static void add_store(weft_buf *buf, const weft_cascade_work *work, const weft_store_def *store)
{
    bool is_first = true;
    weft_buf_add_text(buf, "{\"store\":");
    weft_json_add_text(buf, store->name);
    weft_buf_add_text(buf, ",\"tables\":[");
    for (size_t i = 0; i < work->catalog->model_count; i++) {
        for (weft_cascade_change change = WEFT_CASCADE_MARK; change <= WEFT_CASCADE_CLEAR; change++) {
            if (work->tables[i].model->store == store) {
                add_table(buf, &work->tables[i], change, &is_first);
            }
        }
    }
    weft_buf_add_text(buf, "]}");
}

static void add_counts(weft_buf *buf, const weft_cascade_work *work)
{
    size_t records = 0;
    size_t link_rows = 0;
    for (size_t i = 0; i < work->catalog->model_count; i++) {
        const weft_cascade_table *table = &work->tables[i];
        for (size_t r = 0; r < table->rows.count; r++) {
            link_rows += table->model->link ? 1 : 0;
            records += !table->model->link && !table->model->is_pivot && !table->rows.items[r]->was_deleted ? 1 : 0;
        }
    }
    weft_buf_add_format(buf,
                        "\"records\":%zu,\"link_rows\":%zu,\"other_rows\":%zu",
                        records,
                        link_rows,
                        work->row_count - records - link_rows);
}

static void add_node(weft_buf *buf, const weft_cascade_row *row, size_t depth)
{
    weft_buf_add_format(buf, "{\"depth\":%zu,\"entity\":", depth);
    weft_json_add_text(buf, row->model->name);
    weft_buf_add_text(buf, ",\"key\":");
    add_key(buf, row->model, row->keys);
    if (row->via.len > 0) {
        weft_buf_add_text(buf, ",\"via\":");
        weft_json_add_text(buf, row->via);
    }
    weft_buf_add_text(buf, row->change == WEFT_CASCADE_REMOVE ? ",\"change\":\"remove\"}" : ",\"change\":\"mark\"}");
}

/* Depth first without recursion: down to the first child, else on to the next sibling of the nearest ancestor. */
static void add_branch(weft_buf *buf, const weft_cascade_row *root, size_t *count)
{
    size_t depth = 0;
    const weft_cascade_row *row = root;
    while (row) {
        if ((*count)++ < TREE_SHOWN_MAX) {
            weft_buf_add_text(buf, *count > 1 ? "," : "");
            add_node(buf, row, depth);
        }
        if (row->first_child) {
            row = row->first_child;
            depth++;
            continue;
        }
        while (row != root && !row->next_sibling) {
            row = row->parent;
            depth--;
        }
        row = row == root ? NULL : row->next_sibling;
    }
}

static void add_tree(weft_buf *buf, const weft_cascade_work *work)
{
    size_t count = 0;
    weft_buf_add_text(buf, ",\"tree\":[");
    for (size_t i = 0; i < work->catalog->model_count; i++) {
        const weft_cascade_table *table = &work->tables[i];
        for (size_t r = 0; !table->model->link && !table->model->is_pivot && r < table->rows.count; r++) {
            if (!table->rows.items[r]->parent) {
                add_branch(buf, table->rows.items[r], &count);
            }
        }
    }
    weft_buf_add_format(buf, "],\"tree_more\":%zu", count > TREE_SHOWN_MAX ? count - TREE_SHOWN_MAX : 0);
}

void weft_cascade_work_print(const weft_cascade_work *work, weft_buf *buf)
{
    bool is_first = true;
    add_counts(buf, work);
    weft_buf_add_text(buf, ",\"stores\":[");
    for (size_t i = 0; i < work->catalog->store_count; i++) {
        if (weft_cascade_work_touches(work, &work->catalog->stores[i])) {
            weft_buf_add_text(buf, is_first ? "" : ",");
            add_store(buf, work, &work->catalog->stores[i]);
            is_first = false;
        }
    }
    weft_buf_add_char(buf, ']');
    add_tree(buf, work);
}
