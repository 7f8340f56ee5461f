/* A served model as a virtual table: SQLite asks for its rows, and a cursor asks the callbacks, page by page or key
 * batch by key batch, no sooner than they are needed.
 *
 *      filter ─▶ ask ─▶ rows of the bag … ─▶ ask for the next page, or the next keys … ─▶ end
 *
 * What a callback answers other than WEFT_OK, and a row that cannot be, end the statement with that error, whose text
 * SQLite could not carry: it waits in weft_sqlite.served_failure. */
#include <stdlib.h>
#include <string.h>

#include "store/served.h"

typedef struct served_table {
    sqlite3_vtab base;
    weft_served *served;
} served_table;

typedef struct served_cursor {
    sqlite3_vtab_cursor base;
    weft_served *served;
    weft_arena keep; /* the plan */
    weft_served_plan plan;
    weft_sink sink;
    weft_bag *bag;
    size_t key_at; /* keys that were asked for */
    bool has_begun;
    bool is_at_end;
    int64_t row_number;
} served_cursor;

static served_cursor *cursor_of(sqlite3_vtab_cursor *cursor)
{
    return (served_cursor *)(void *)cursor;
}

static int fail(sqlite3_vtab *table, weft_served *served, const weft_error *failure)
{
    served->sqlite->served_failure = *failure;
    sqlite3_free(table->zErrMsg);
    table->zErrMsg = sqlite3_mprintf("%s", failure->message);
    return failure->code == WEFT_NO_MEMORY ? SQLITE_NOMEM : SQLITE_ERROR;
}

static char *declaration_of(const weft_served *served)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendall(sql, "CREATE TABLE served(");
    for (size_t i = 0; i < served->model->field_count; i++) {
        const weft_field *field = &served->model->fields[i];
        sqlite3_str_appendf(sql,
                            "%s\"%.*w\" %s",
                            i > 0 ? ", " : "",
                            (int)field->column.len,
                            field->column.data,
                            weft_callbacks_dialect.type_names[field->type]);
    }
    sqlite3_str_appendall(sql, ")");
    return sqlite3_str_finish(sql);
}

static int connect(sqlite3 *db, void *ctx, int argc, const char *const *argv, sqlite3_vtab **ret_table, char **error)
{
    (void)argc;
    (void)argv;
    (void)error;
    weft_served *served = ctx;
    char *sql = declaration_of(served);
    const int result = sql != NULL ? sqlite3_declare_vtab(db, sql) : SQLITE_NOMEM;
    sqlite3_free(sql);
    served_table *table = result == SQLITE_OK ? sqlite3_malloc(sizeof(*table)) : NULL;
    if (table == NULL) {
        return result == SQLITE_OK ? SQLITE_NOMEM : result;
    }
    *table = (served_table){.served = served};
    *ret_table = &table->base;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

static weft_served *served_of(sqlite3_vtab *table)
{
    return ((served_table *)(void *)table)->served;
}

static int choose_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    return weft_served_choose(served_of(table), info);
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **ret_cursor)
{
    served_cursor *cursor = sqlite3_malloc(sizeof(*cursor));
    if (cursor == NULL) {
        return SQLITE_NOMEM;
    }
    memset(cursor, 0, sizeof(*cursor));
    cursor->served = served_of(table);
    weft_arena_init(&cursor->keep, cursor->served->sqlite->base.config->allocator, 0);
    *ret_cursor = &cursor->base;
    return SQLITE_OK;
}

/* One bag is kept for the next cursor. */
static void give_back_bag(served_cursor *cursor)
{
    weft_bag *bag = cursor->bag;
    cursor->bag = NULL;
    if (bag != NULL && cursor->served->idle == NULL && weft_bag_clear(bag, false, NULL) == WEFT_OK) {
        cursor->served->idle = bag;
        return;
    }
    weft_bag_close(bag);
}

static weft_code take_bag(served_cursor *cursor, weft_error *error)
{
    weft_served *served = cursor->served;
    if (cursor->bag != NULL) {
        return weft_bag_clear(cursor->bag, false, error);
    }
    if (served->idle != NULL) {
        cursor->bag = served->idle;
        served->idle = NULL;
        return WEFT_OK;
    }
    return weft_bag_open(served->sqlite->base.config->allocator, served->model->field_count, &cursor->bag, error);
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
    served_cursor *cursor = cursor_of(base);
    give_back_bag(cursor);
    if (cursor->has_begun) {
        weft_sink_done(&cursor->sink);
    }
    weft_arena_done(&cursor->keep);
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static weft_code fail_unserved(const weft_served *served, weft_error *error)
{
    (void)weft_fail(
        error, WEFT_STORE_UNAVAILABLE, "\"%s\" is served by callbacks, which this program does not have", served->name);
    weft_error_set_hint(error, "Run the program that defines WEFT_CALLBACKS for it.");
    return WEFT_STORE_UNAVAILABLE;
}

static weft_code fail_unlisted(const weft_served *served, weft_error *error)
{
    (void)weft_fail(
        error, WEFT_UNSUPPORTED, "records of \"%s\" cannot be listed, only reached by their keys", served->name);
    weft_error_set_hint(error, "Begin at the other side of a link, or give its callbacks a list_by_filter.");
    return WEFT_UNSUPPORTED;
}

/* What the call came to: what a row did, then a query that was stopped, then what the callback says. */
static weft_code settle(served_cursor *cursor, weft_code code, weft_error *failure, weft_error *error)
{
    const weft_connection_base *base = &cursor->served->sqlite->base;
    if (cursor->sink.failure.code != WEFT_OK) {
        *error = cursor->sink.failure;
        return error->code;
    }
    WEFT_TRY(weft_connection_check(base, error));
    if (code == WEFT_OK) {
        return WEFT_OK;
    }
    if (failure->message[0] == '\0') {
        (void)weft_fail(failure, code, "the callbacks of \"%s\" failed", cursor->served->name);
    }
    *error = *failure;
    error->code = code;
    return code;
}

static weft_code ask_by_keys(served_cursor *cursor, weft_error *error)
{
    const weft_callbacks *callbacks = cursor->served->model->callbacks;
    const size_t keys_max = callbacks->keys_max > 0 ? callbacks->keys_max : WEFT_SERVED_KEYS_MAX;
    const size_t left = cursor->plan.key_count - cursor->key_at;
    const size_t count = left < keys_max ? left : keys_max;
    weft_error failure = {.code = WEFT_OK};
    cursor->sink.asked = cursor->plan.keys + cursor->key_at;
    cursor->sink.asked_count = count;
    cursor->key_at += count;
    const weft_code code = callbacks->list_by_keys(callbacks->ctx, cursor->sink.asked, count, &cursor->sink, &failure);
    return settle(cursor, code, &failure, error);
}

static weft_code ask_by_filter(served_cursor *cursor, weft_error *error)
{
    const weft_callbacks *callbacks = cursor->served->model->callbacks;
    weft_error failure = {.code = WEFT_OK};
    cursor->plan.listing.page = cursor->sink.next_page;
    cursor->sink.next_page = NULL;
    const weft_code code = callbacks->list_by_filter(callbacks->ctx, &cursor->plan.listing, &cursor->sink, &failure);
    return settle(cursor, code, &failure, error);
}

/* True when the callbacks have more rows, or were not asked yet. */
static bool has_more(const served_cursor *cursor, bool is_first)
{
    if (cursor->plan.is_nothing) {
        return false;
    }
    return cursor->plan.is_by_keys ? cursor->key_at < cursor->plan.key_count
                                   : is_first || cursor->sink.next_page != NULL;
}

static weft_code ask(served_cursor *cursor, bool is_first, weft_error *error)
{
    WEFT_TRY(weft_connection_check(&cursor->served->sqlite->base, error));
    if (!is_first) {
        WEFT_TRY(weft_bag_clear(cursor->bag, true, error));
    }
    return cursor->plan.is_by_keys ? ask_by_keys(cursor, error) : ask_by_filter(cursor, error);
}

static weft_code step(served_cursor *cursor, weft_error *error)
{
    bool has_row = false;
    WEFT_TRY(weft_bag_next(cursor->bag, &has_row, error));
    while (!has_row && has_more(cursor, false)) {
        WEFT_TRY(ask(cursor, false, error));
        WEFT_TRY(weft_bag_next(cursor->bag, &has_row, error));
    }
    cursor->is_at_end = !has_row;
    cursor->row_number++;
    return WEFT_OK;
}

static int compare_values(const void *a, const void *b)
{
    return weft_value_compare(a, b);
}

static weft_code read_plan(
    served_cursor *cursor, bool is_by_keys, const char *text, sqlite3_value **values, weft_error *error)
{
    weft_arena_reset(&cursor->keep);
    WEFT_TRY(weft_served_read_plan(cursor->served, text, values, &cursor->keep, &cursor->plan, error));
    cursor->plan.is_by_keys = is_by_keys;
    cursor->key_at = 0;
    if (is_by_keys && cursor->plan.key_count > 1) {
        qsort(cursor->plan.keys, cursor->plan.key_count, sizeof(*cursor->plan.keys), compare_values);
    }
    return WEFT_OK;
}

static weft_code begin(served_cursor *cursor, weft_error *error)
{
    const weft_served *served = cursor->served;
    if (served->model->callbacks == NULL) {
        return fail_unserved(served, error);
    }
    if (!cursor->plan.is_by_keys && served->model->callbacks->list_by_filter == NULL) {
        return fail_unlisted(served, error);
    }
    WEFT_TRY(take_bag(cursor, error));
    if (cursor->has_begun) {
        weft_sink_done(&cursor->sink);
    }
    cursor->has_begun = true;
    WEFT_TRY(weft_sink_init(&cursor->sink, served, &cursor->plan, cursor->bag, error));
    if (has_more(cursor, true)) {
        WEFT_TRY(ask(cursor, true, error));
    }
    return step(cursor, error);
}

static int filter(sqlite3_vtab_cursor *base, int index, const char *text, int argc, sqlite3_value **argv)
{
    (void)argc;
    served_cursor *cursor = cursor_of(base);
    weft_error failure = {.code = WEFT_OK};
    if (read_plan(cursor, index != 0, text, argv, &failure) == WEFT_OK) {
        (void)begin(cursor, &failure);
    }
    return failure.code == WEFT_OK ? SQLITE_OK : fail(base->pVtab, cursor->served, &failure);
}

static int next(sqlite3_vtab_cursor *base)
{
    served_cursor *cursor = cursor_of(base);
    weft_error failure = {.code = WEFT_OK};
    (void)step(cursor, &failure);
    return failure.code == WEFT_OK ? SQLITE_OK : fail(base->pVtab, cursor->served, &failure);
}

static int is_at_end(sqlite3_vtab_cursor *base)
{
    return cursor_of(base)->is_at_end;
}

static int read_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    sqlite3_result_value(context, weft_bag_value(cursor_of(base)->bag, (size_t)column));
    return SQLITE_OK;
}

static int read_row_number(sqlite3_vtab_cursor *base, sqlite3_int64 *ret_number)
{
    *ret_number = cursor_of(base)->row_number;
    return SQLITE_OK;
}

/* Without xCreate the table is there under the module's name, and needs not be created. */
static const sqlite3_module served_module = {
    .iVersion = 2,
    .xConnect = connect,
    .xBestIndex = choose_index,
    .xDisconnect = disconnect,
    .xOpen = open_cursor,
    .xClose = close_cursor,
    .xFilter = filter,
    .xNext = next,
    .xEof = is_at_end,
    .xColumn = read_column,
    .xRowid = read_row_number,
};

static void free_served(void *ctx)
{
    weft_served *served = ctx;
    weft_bag_close(served->idle);
    weft_arena_done(&served->keep);
    weft_free(served->sqlite->base.config->allocator, served, sizeof(*served));
}

static bool name_fields(weft_served *served)
{
    const weft_model *model = served->model;
    const weft_str module = model->module->name;
    const weft_str name = weft_str_format(&served->keep, "%.*s.%.*s", WEFT_STR_ARG(module), WEFT_STR_ARG(model->name));
    const char **names = WEFT_ARENA_ARRAY(&served->keep, const char *, model->field_count);
    for (size_t i = 0; names != NULL && i < model->field_count; i++) {
        names[i] = weft_str_copy(&served->keep, model->fields[i].name).data;
        if (names[i] == NULL) {
            return false;
        }
    }
    served->name = name.data;
    served->field_names = names;
    return name.data != NULL && names != NULL;
}

static weft_code register_one(weft_sqlite *sqlite, const weft_model *model, weft_error *error)
{
    const weft_allocator *allocator = sqlite->base.config->allocator;
    weft_served *served = weft_resize(allocator, NULL, 0, sizeof(*served));
    if (served == NULL) {
        return weft_fail_no_memory(error);
    }
    *served = (weft_served){.sqlite = sqlite, .model = model};
    weft_arena_init(&served->keep, allocator, 0);
    const weft_str table = weft_str_copy(&served->keep, model->table);
    if (table.data == NULL || !name_fields(served)) {
        free_served(served);
        return weft_fail_no_memory(error);
    }
    /* SQLite frees it also when it fails. */
    const int result = sqlite3_create_module_v2(sqlite->db, table.data, &served_module, served, free_served);
    return result == SQLITE_OK ? WEFT_OK : weft_sqlite_fail(sqlite, result, error);
}

weft_code weft_sqlite_register_served(weft_sqlite *sqlite, weft_error *error)
{
    const weft_store_def *store = sqlite->base.config->definition;
    for (size_t i = 0; store != NULL && i < store->served_count; i++) {
        WEFT_TRY(register_one(sqlite, store->served[i], error));
    }
    return WEFT_OK;
}
