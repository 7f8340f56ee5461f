/* Link rows of records that go, and what their policy says of the other end.
 *
 *      unlink            the row goes
 *      cascade           the row goes, and the record at the other end
 *      cascade-orphans   the row goes, and the record if no live row of this link holds it then
 *      restrict          the row goes, unless a live record at the other end stays: then nothing goes at all
 *      keep              the row stays
 *
 * The policy is the other side's. Read-only links have no rows and do nothing. */
#include <stdlib.h>

#include "base/value.h"
#include "cascade/walk.h"
#include "json/writer.h"

typedef struct link_walk {
    weft_cascade_walk *walk;
    const weft_link *link;
    const weft_link_side *side;  /* of the records that go */
    const weft_link_side *other; /* across */
    weft_cascade_ends reached;   /* policy cascade */
} link_walk;

static weft_code note_end(link_walk *l, const weft_value *key, weft_cascade_row *from, weft_error *error)
{
    weft_cascade_walk *walk = l->walk;
    weft_cascade_ends *ends = NULL;
    switch (l->other->on_delete) {
    case WEFT_ON_DELETE_CASCADE:
        ends = &l->reached;
        break;
    case WEFT_ON_DELETE_CASCADE_ORPHANS:
        ends = &walk->orphans;
        break;
    case WEFT_ON_DELETE_RESTRICT:
        ends = &walk->holders;
        break;
    case WEFT_ON_DELETE_UNLINK:
    case WEFT_ON_DELETE_KEEP:
        return WEFT_OK;
    }
    weft_cascade_end end = {.link = l->link, .side = l->other, .from = from};
    if (!weft_value_copy(walk->work->keep, *key, &end.key) || !weft_vec_push(walk->work->keep, ends, end)) {
        return weft_fail_arena(error, walk->work->keep);
    }
    return WEFT_OK;
}

static weft_code take_link_rows(link_walk *l, const weft_cascade_found *found, weft_error *error)
{
    const weft_model *model = l->link->model;
    const bool is_left = l->side == &l->link->left;
    for (size_t i = 0; i < found->count; i++) {
        const weft_value *row = weft_cascade_found_row(found, i);
        const weft_value *ends = row + model->key_count;
        weft_cascade_row *from = weft_cascade_find(l->walk->work, l->side->model, &ends[is_left ? 0 : 1]);
        const weft_cascade_addition addition = {.model = model,
                                                .keys = row,
                                                .ends = ends,
                                                .change = WEFT_CASCADE_MARK,
                                                .parent = from,
                                                .via = l->link->name};
        WEFT_TRY(weft_cascade_add(l->walk->work, &addition, NULL, error));
        WEFT_TRY(note_end(l, &ends[is_left ? 1 : 0], from, error));
    }
    return WEFT_OK;
}

static int compare_ends(const void *a, const void *b)
{
    const weft_cascade_end *left = a;
    const weft_cascade_end *right = b;
    return weft_value_compare(&left->key, &right->key);
}

/* The different keys of ends that are not in the work, ordered. */
static weft_code outstanding_keys(
    weft_cascade_walk *walk, const weft_cascade_end *ends, size_t count, weft_cascade_look *look, weft_error *error)
{
    weft_value *values = WEFT_ARENA_ARRAY(walk->scratch, weft_value, count);
    if (!values) {
        return weft_fail_arena(error, walk->scratch);
    }
    look->count = 0;
    look->values = values;
    for (size_t i = 0; i < count; i++) {
        const bool is_new = look->count == 0 || !weft_value_equal(&values[look->count - 1], &ends[i].key);
        if (is_new && !ends[i].is_held && !weft_cascade_find(walk->work, look->model, &ends[i].key)) {
            values[look->count++] = ends[i].key;
        }
    }
    return WEFT_OK;
}

static weft_cascade_end *find_end(weft_cascade_end *ends, size_t count, const weft_value *key)
{
    const weft_cascade_end wanted = {.key = *key};
    return count > 0 ? bsearch(&wanted, ends, count, sizeof(*ends), compare_ends) : NULL;
}

/* Live records among these ends, which are of one side and sorted. */
static weft_code look_at_ends(weft_cascade_walk *walk,
                              const weft_cascade_end *ends,
                              size_t count,
                              weft_cascade_found *ret_found,
                              weft_error *error)
{
    const weft_link_side *side = ends[0].side;
    weft_cascade_look look = {.model = side->model, .field = side->key};
    WEFT_TRY(outstanding_keys(walk, ends, count, &look, error));
    return weft_cascade_look_run(walk, &look, ret_found, error);
}

static weft_code add_ends(
    weft_cascade_walk *walk, weft_cascade_end *ends, size_t count, const weft_cascade_found *found, weft_error *error)
{
    const weft_model *model = ends[0].side->model;
    for (size_t i = 0; i < found->count; i++) {
        const weft_value *row = weft_cascade_found_row(found, i);
        const weft_cascade_end *end = find_end(ends, count, &row[0]);
        const weft_cascade_addition addition = {
            .model = model,
            .keys = row,
            .change = model->deleted_at ? WEFT_CASCADE_MARK : WEFT_CASCADE_REMOVE,
            .parent = end ? end->from : NULL,
            .via = ends[0].link->name,
        };
        if (end && !end->is_held) {
            WEFT_TRY(weft_cascade_add(walk->work, &addition, NULL, error));
        }
    }
    return WEFT_OK;
}

static void sort_ends(weft_cascade_end *ends, size_t count)
{
    if (count > 1) {
        qsort(ends, count, sizeof(*ends), compare_ends);
    }
}

static weft_code walk_link(weft_cascade_walk *walk,
                           const weft_link *link,
                           const weft_link_side *side,
                           weft_cascade_look *look,
                           weft_error *error)
{
    link_walk l = {.walk = walk, .link = link, .side = side, .other = weft_cascade_other_side(link, side)};
    if (l.other->on_delete == WEFT_ON_DELETE_KEEP) {
        return WEFT_OK;
    }
    weft_cascade_found found = {0};
    look->model = link->model;
    look->field = side->column;
    look->more[0] = link->left.column;
    look->more[1] = link->right.column;
    look->more_count = 2;
    WEFT_TRY(weft_cascade_look_run(walk, look, &found, error));
    WEFT_TRY(take_link_rows(&l, &found, error));
    if (l.reached.count == 0) {
        return WEFT_OK;
    }
    weft_cascade_found records = {0};
    sort_ends(l.reached.items, l.reached.count);
    WEFT_TRY(look_at_ends(walk, l.reached.items, l.reached.count, &records, error));
    return add_ends(walk, l.reached.items, l.reached.count, &records, error);
}

weft_code weft_cascade_walk_links(weft_cascade_walk *walk,
                                  const weft_cascade_table *table,
                                  size_t from,
                                  weft_error *error)
{
    const weft_catalog *catalog = walk->work->catalog;
    weft_cascade_look look = {0};
    WEFT_TRY(weft_cascade_live_keys(walk, table, from, &look, error));
    for (size_t i = 0; i < catalog->link_count; i++) {
        const weft_link *link = catalog->links[i];
        if (link->is_read_only) {
            continue;
        }
        if (link->model->schema.len > 0 && (link->left.model == table->model || link->right.model == table->model)) {
            return weft_fail(error,
                             WEFT_UNSUPPORTED,
                             "rows of link \"%.*s\" would go too, and its table is in another schema",
                             WEFT_STR_ARG(link->name));
        }
        if (link->left.model == table->model) {
            WEFT_TRY(walk_link(walk, link, &link->left, &look, error));
        }
        if (link->right.model == table->model) {
            WEFT_TRY(walk_link(walk, link, &link->right, &look, error));
        }
    }
    return WEFT_OK;
}

/* The ends of one side, moved together at `at` and sorted; answers where they stop. */
static size_t gather_side(weft_cascade_ends *ends, size_t at)
{
    const weft_link_side *side = ends->items[at].side;
    size_t end = at;
    for (size_t i = at; i < ends->count; i++) {
        if (ends->items[i].side == side) {
            const weft_cascade_end swapped = ends->items[end];
            ends->items[end++] = ends->items[i];
            ends->items[i] = swapped;
        }
    }
    sort_ends(ends->items + at, end - at);
    return end;
}

/* One record may be several ends, which stand together. */
static void hold(weft_cascade_end *ends, size_t count, const weft_value *key)
{
    weft_cascade_end *found = find_end(ends, count, key);
    for (weft_cascade_end *end = found; end && end < ends + count && weft_value_equal(&end->key, key); end++) {
        end->is_held = true;
    }
    for (weft_cascade_end *end = found; end && end >= ends && weft_value_equal(&end->key, key); end--) {
        end->is_held = true;
    }
}

/* Which of the records that live are held by a link row that stays? They are locked first, so that nobody can link to
 * one after the look. */
static weft_code find_held(
    weft_cascade_walk *walk, weft_cascade_end *ends, size_t count, const weft_cascade_found *records, weft_error *error)
{
    const weft_link_side *side = ends[0].side;
    const weft_model *model = ends[0].link->model;
    const bool is_left = side == &ends[0].link->left;
    weft_value *values = WEFT_ARENA_ARRAY(walk->scratch, weft_value, records->count);
    if (!values) {
        return weft_fail_arena(error, walk->scratch);
    }
    for (size_t i = 0; i < records->count; i++) {
        values[i] = weft_cascade_found_row(records, i)[0];
    }
    const weft_cascade_look look = {.model = model,
                                    .field = side->column,
                                    .values = values,
                                    .count = records->count,
                                    .more = {ends[0].link->left.column, ends[0].link->right.column},
                                    .more_count = 2};
    weft_cascade_found rows = {0};
    WEFT_TRY(weft_cascade_look_run(walk, &look, &rows, error));
    for (size_t i = 0; i < rows.count; i++) {
        const weft_value *row = weft_cascade_found_row(&rows, i);
        if (!weft_cascade_find(walk->work, model, row)) {
            hold(ends, count, &row[model->key_count + (is_left ? 0 : 1)]);
        }
    }
    return WEFT_OK;
}

weft_code weft_cascade_walk_orphans(weft_cascade_walk *walk, bool *ret_has_grown, weft_error *error)
{
    weft_cascade_ends *orphans = &walk->orphans;
    const size_t rows_before = walk->work->row_count;
    for (size_t i = 0; i < orphans->count; i++) {
        orphans->items[i].is_held = false;
    }
    for (size_t at = 0; at < orphans->count;) {
        const size_t end = gather_side(orphans, at);
        weft_cascade_found records = {0};
        WEFT_TRY(look_at_ends(walk, orphans->items + at, end - at, &records, error));
        if (records.count > 0) {
            WEFT_TRY(find_held(walk, orphans->items + at, end - at, &records, error));
            WEFT_TRY(add_ends(walk, orphans->items + at, end - at, &records, error));
        }
        at = end;
    }
    *ret_has_grown = walk->work->row_count > rows_before;
    return WEFT_OK;
}

/* `product "prod_1" by product_order` */
static void tell_holder(const weft_cascade_end *end, const weft_value *key, weft_buf *buf)
{
    weft_buf_add_text(buf, buf->len > 0 ? ", " : "");
    weft_buf_add_str(buf, end->side->model->name);
    weft_buf_add_char(buf, ' ');
    weft_json_add_value(buf, key);
    weft_buf_add_text(buf, " by link ");
    weft_buf_add_str(buf, end->link->name);
}

weft_code weft_cascade_check_holders(weft_cascade_walk *walk, weft_error *error)
{
    weft_buf buf;
    size_t count = 0;
    weft_cascade_ends *holders = &walk->holders;
    const weft_cascade_row *held = NULL;
    weft_buf_init_arena(&buf, walk->scratch);
    for (size_t at = 0; at < holders->count;) {
        const size_t end = gather_side(holders, at);
        weft_cascade_found records = {0};
        WEFT_TRY(look_at_ends(walk, holders->items + at, end - at, &records, error));
        for (size_t i = 0; i < records.count; i++, count++) {
            const weft_value *key = &weft_cascade_found_row(&records, i)[0];
            const weft_cascade_end *holder = find_end(holders->items + at, end - at, key);
            held = held || !holder ? held : holder->from;
            if (count < WEFT_CASCADE_HOLDERS_TOLD_MAX) {
                tell_holder(&holders->items[at], key, &buf);
            }
        }
        at = end;
    }
    return count > 0 ? weft_cascade_fail_restricted(held, &buf, count, error) : WEFT_OK;
}
