/* From notes to roots. The record is looked at now, under lock where it is there:
 *
 *      not there              ─▶ gone: nothing to change but what hangs on it
 *      there, marked          ─▶ its mark becomes the deletion's, so that restoring gives it back;
 *                                where weft does not manage the table it is left alone
 *      there, marked by weft  ─▶ void: that deletion has done it all
 *      there, live            ─▶ void: it was inserted again or revived, and keeps its links
 *
 * A row that is not there cannot be locked, so it is looked for again when all is done and nothing is committed. */
#include "cascade/noted.h"

#include "base/value.h"
#include "cascade/journal_sql.h"
#include "json/writer.h"

static weft_noted_root *find_root(const weft_noted *noted, weft_str key_text)
{
    const size_t *place = weft_map_get(&noted->by_key, key_text);
    return place ? &noted->roots.items[*place] : NULL;
}

static weft_code add_key(weft_noted *noted, const weft_value *keys, weft_arena *scratch, weft_error *error)
{
    const weft_noted_root root = {.keys = keys,
                                  .key_text = weft_cascade_key_text(keys, noted->model->key_count, scratch)};
    size_t *place = WEFT_ARENA_NEW(scratch, size_t);
    if (!root.key_text.data || !place) {
        return weft_fail_arena(error, scratch);
    }
    if (find_root(noted, root.key_text)) {
        return WEFT_OK;
    }
    *place = noted->roots.count;
    if (!weft_vec_push(scratch, &noted->roots, root) || !weft_map_set(&noted->by_key, root.key_text, place)) {
        return weft_fail_arena(error, scratch);
    }
    return WEFT_OK;
}

static weft_code read_key(weft_noted *noted, const weft_note *note, weft_arena *scratch, weft_error *error)
{
    json_t *json = NULL;
    weft_value *keys = NULL;
    WEFT_TRY(weft_json_read(note->key, 0, &json, error));
    const weft_code code = weft_cascade_key_read(noted->model, json, scratch, &keys, error);
    json_decref(json);
    if (code != WEFT_OK) {
        weft_error_wrap(error, "the note of a deleted \"%.*s\" cannot be read", WEFT_STR_ARG(noted->model->name));
        return code;
    }
    return add_key(noted, keys, scratch, error);
}

static weft_code keys_in_state(const weft_noted *noted,
                               weft_noted_state state,
                               weft_arena *scratch,
                               const weft_value ***ret_keys,
                               size_t *ret_count,
                               weft_error *error)
{
    const weft_value **keys = WEFT_ARENA_ARRAY(scratch, const weft_value *, noted->roots.count);
    size_t count = 0;
    if (!keys) {
        return weft_fail_arena(error, scratch);
    }
    for (size_t i = 0; i < noted->roots.count; i++) {
        if (noted->roots.items[i].state == state) {
            keys[count++] = noted->roots.items[i].keys;
        }
    }
    *ret_keys = keys;
    *ret_count = count;
    return WEFT_OK;
}

/* The rows of those that are (so far) absent. */
static weft_code look(const weft_cascade_walk *walk,
                      const weft_noted *noted,
                      weft_cascade_found *ret_found,
                      weft_error *error)
{
    const weft_value **keys = NULL;
    size_t count = 0;
    WEFT_TRY(keys_in_state(noted, WEFT_NOTED_ABSENT, walk->scratch, &keys, &count, error));
    *ret_found = (weft_cascade_found){0};
    return count > 0 ? weft_cascade_look_at_all(walk, noted->model, keys, count, ret_found, error) : WEFT_OK;
}

static const weft_value *mark_of(const weft_noted *noted, const weft_value *row)
{
    const weft_value *mark = noted->model->deleted_at ? &row[noted->model->key_count] : NULL;
    return mark && mark->kind == WEFT_VALUE_TIME ? mark : NULL;
}

static weft_code settle_states(const weft_cascade_walk *walk, const weft_noted *noted, weft_error *error)
{
    weft_cascade_found found = {0};
    WEFT_TRY(look(walk, noted, &found, error));
    for (size_t i = 0; i < found.count; i++) {
        const weft_value *row = weft_cascade_found_row(&found, i);
        const weft_str text = weft_cascade_key_text(row, noted->model->key_count, walk->scratch);
        weft_noted_root *root = text.data ? find_root(noted, text) : NULL;
        const weft_value *mark = mark_of(noted, row);
        if (!text.data) {
            return weft_fail_arena(error, walk->scratch);
        }
        if (root) {
            root->state = mark ? WEFT_NOTED_MARKED : WEFT_NOTED_LIVE;
            root->deleted_at = mark ? mark->as.time_us : 0;
        }
    }
    return WEFT_OK;
}

/* The deletions whose mark is one of the roots'. */
static weft_code find_deletions(const weft_cascade_walk *walk,
                                const weft_noted *noted,
                                const weft_value **ret_rows,
                                size_t *ret_count,
                                weft_error *error)
{
    weft_arena *scratch = walk->scratch;
    const weft_field *at = &weft_deletions_model.fields[WEFT_DELETION_AT_DELETED_AT];
    const weft_field *wanted[] = {&weft_deletions_model.fields[WEFT_DELETION_AT_ID], at};
    weft_value *times = WEFT_ARENA_ARRAY(scratch, weft_value, noted->roots.count);
    size_t count = 0;
    for (size_t i = 0; times && i < noted->roots.count; i++) {
        const weft_noted_root *root = &noted->roots.items[i];
        const bool is_new = count == 0 || times[count - 1].as.time_us != root->deleted_at;
        if (root->state == WEFT_NOTED_MARKED && is_new) {
            times[count++] = weft_value_from_time(root->deleted_at);
        }
    }
    *ret_count = 0;
    if (!times || count == 0) {
        return times ? WEFT_OK : weft_fail_arena(error, scratch);
    }
    const weft_sql_select select = {
        .outputs = weft_cascade_outputs(wanted, 2, scratch),
        .output_count = 2,
        .table = weft_deletions_model.table,
        .where = weft_sql_binary(scratch,
                                 WEFT_SQL_IN_LIST,
                                 weft_sql_field(scratch, (weft_str){0}, at),
                                 weft_sql_list(scratch, times, count, WEFT_VALUE_TIME)),
    };
    weft_connection *connection = walk->session->connections[noted->model->store->index];
    return weft_journal_select(connection, &select, scratch, ret_rows, ret_count, error);
}

/* The rows of the model's table that the deletion `id` marked, among these keys. */
static weft_code find_marked(const weft_cascade_walk *walk,
                             const weft_noted *noted,
                             weft_str id,
                             const weft_value **ret_keys,
                             size_t *ret_count,
                             weft_error *error)
{
    weft_arena *keep = walk->scratch;
    const weft_field *row_fields = weft_deletion_rows_model.fields;
    const weft_field *key = &row_fields[WEFT_DELETION_ROW_AT_KEY];
    weft_value *texts = WEFT_ARENA_ARRAY(keep, weft_value, noted->roots.count);
    if (!texts) {
        return weft_fail_arena(error, keep);
    }
    for (size_t i = 0; i < noted->roots.count; i++) {
        texts[i] = weft_value_from_text(noted->roots.items[i].key_text);
    }
    const weft_sql_expr *conditions[] = {
        weft_journal_equals(keep, &row_fields[WEFT_DELETION_ROW_AT_DELETION], id),
        weft_journal_equals(keep, &row_fields[WEFT_DELETION_ROW_AT_STORE], noted->model->store->name),
        weft_journal_equals(keep, &row_fields[WEFT_DELETION_ROW_AT_TABLE], noted->model->table),
        weft_sql_binary(keep,
                        WEFT_SQL_IN_LIST,
                        weft_sql_field(keep, (weft_str){0}, key),
                        weft_sql_list(keep, texts, noted->roots.count, WEFT_VALUE_TEXT)),
    };
    const weft_sql_select select = {.outputs = weft_cascade_outputs(&key, 1, keep),
                                    .output_count = 1,
                                    .table = weft_deletion_rows_model.table,
                                    .where = weft_sql_nary(keep, WEFT_SQL_AND, conditions, 4)};
    weft_connection *connection = walk->session->connections[noted->model->store->index];
    return weft_journal_select(connection, &select, keep, ret_keys, ret_count, error);
}

/* Marks that are weft's own. */
static weft_code tell_own(const weft_cascade_walk *walk, const weft_noted *noted, weft_error *error)
{
    const weft_value *deletions = NULL;
    size_t deletion_count = 0;
    WEFT_TRY(find_deletions(walk, noted, &deletions, &deletion_count, error));
    for (size_t i = 0; i < deletion_count; i++) {
        const weft_value *keys = NULL;
        size_t count = 0;
        WEFT_TRY(find_marked(walk, noted, deletions[i * 2].as.text, &keys, &count, error));
        for (size_t k = 0; k < count; k++) {
            weft_noted_root *root = find_root(noted, keys[k].as.text);
            if (root && root->state == WEFT_NOTED_MARKED && root->deleted_at == deletions[i * 2 + 1].as.time_us) {
                root->state = WEFT_NOTED_OWN;
            }
        }
    }
    return WEFT_OK;
}

static void print_key(const weft_noted *noted, const weft_noted_root *root, weft_buf *buf)
{
    weft_buf_add_text(buf, buf->len > 1 ? "," : "");
    if (noted->model->key_count > 1) {
        weft_json_add_text(buf, root->key_text);
    } else if (root->keys[0].kind == WEFT_VALUE_TEXT) {
        weft_json_add_text(buf, root->keys[0].as.text);
    } else {
        weft_json_add_text(buf, weft_str_slice(root->key_text, 1, root->key_text.len - 1));
    }
}

static weft_code add_roots(weft_cascade_walk *walk, weft_noted *noted, weft_error *error)
{
    const weft_model *model = noted->model;
    weft_buf keys;
    weft_buf_init_arena(&keys, walk->scratch);
    weft_buf_add_char(&keys, '[');
    for (size_t i = 0; i < noted->roots.count; i++) {
        const weft_noted_root *root = &noted->roots.items[i];
        if (root->state == WEFT_NOTED_LIVE || root->state == WEFT_NOTED_OWN) {
            noted->void_count++;
            continue;
        }
        const bool takes = root->state == WEFT_NOTED_MARKED && model->is_managed;
        const weft_cascade_addition addition = {.model = model,
                                                .keys = root->keys,
                                                .change = takes ? WEFT_CASCADE_TAKE : WEFT_CASCADE_GONE,
                                                .is_absent = root->state == WEFT_NOTED_ABSENT};
        WEFT_TRY(weft_cascade_add(walk->work, &addition, NULL, error));
        print_key(noted, root, &keys);
    }
    weft_buf_add_char(&keys, ']');
    noted->keys = keys.failed ? (weft_str){NULL, 0} : weft_buf_str(&keys);
    return keys.failed ? weft_fail_arena(error, walk->scratch) : WEFT_OK;
}

weft_code weft_noted_walk(weft_cascade_walk *walk,
                          const weft_model *model,
                          const weft_note *notes,
                          const bool *claimed,
                          size_t count,
                          weft_noted *ret_noted,
                          weft_error *error)
{
    *ret_noted = (weft_noted){.model = model};
    weft_map_init(&ret_noted->by_key, walk->scratch);
    for (size_t i = 0; i < count; i++) {
        if (claimed[i]) {
            WEFT_TRY(read_key(ret_noted, &notes[i], walk->scratch, error));
        }
    }
    WEFT_TRY(settle_states(walk, ret_noted, error));
    WEFT_TRY(tell_own(walk, ret_noted, error));
    WEFT_TRY(add_roots(walk, ret_noted, error));
    return weft_cascade_walk_on(walk, error);
}

weft_code weft_noted_check(const weft_cascade_walk *walk, const weft_noted *noted, weft_error *error)
{
    weft_cascade_found found = {0};
    WEFT_TRY(look(walk, noted, &found, error));
    for (size_t i = 0; i < found.count; i++) {
        if (!mark_of(noted, weft_cascade_found_row(&found, i))) {
            return weft_fail(error,
                             WEFT_STORE_BUSY,
                             "a deleted \"%.*s\" was inserted again while what hangs on it was deleted",
                             WEFT_STR_ARG(noted->model->name));
        }
    }
    return WEFT_OK;
}
