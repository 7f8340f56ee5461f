/* Dropping tables by name, bringing them back, and removing them for good.
 *
 *      stores ─find the name▶ one store ─lock, find again, rename▶ trash ─rename back▶ as it was
 *
 * Names of indexes belong to the store, not to the table: they step aside too, so that the table can be made anew while
 * its old self is in the trash. */
#include "migrate/trash.h"

#include "migrate/compare.h"
#include "migrate/ddl.h"
#include "migrate/guard.h"
#include "migrate/locked.h"
#include "migrate/own.h"
#include "migrate/read.h"
#include "model/names.h"

typedef struct trash_work {
    const weft_catalog *catalog;
    const weft_store_def *store;
    weft_trash_change change;
    weft_str name;
    weft_connection *connection;
    weft_journal journal;
    weft_store_present present;
    weft_trash_entries trash;
    size_t ever;
    weft_trash_entries found; /* of this store, by name */
    weft_trash_entries *changed;
    weft_maker maker;
} trash_work;

/* Is the name given this one, alone or behind its store's: STORE/NAME? */
static bool is_meant(const trash_work *work, weft_str name)
{
    const weft_str store = work->store->name;
    const weft_str given = work->name;
    const bool has_store =
        given.len > store.len + 1 && given.data[store.len] == '/' && weft_str_starts_with(given, store);
    return weft_str_equal(given, name) ||
           (has_store && weft_str_equal(weft_str_slice(given, store.len + 1, given.len), name));
}

static bool is_defined(const trash_work *work, weft_str table)
{
    if (weft_is_own_table(table)) {
        return true;
    }
    for (size_t i = 0; i < work->catalog->model_count; i++) {
        const weft_model *model = work->catalog->models[i];
        if (model->store == work->store && weft_str_equal(model->table, table)) {
            return true;
        }
    }
    return false;
}

static weft_code add_droppable(trash_work *work, weft_str table, weft_str link, weft_error *error)
{
    for (size_t i = 0; i < work->found.count; i++) {
        if (weft_str_equal(work->found.items[i].was, table)) {
            return WEFT_OK;
        }
    }
    if (!weft_schema_find_table(work->present.schema, table)) {
        return WEFT_OK;
    }
    if (is_defined(work, table)) {
        weft_fail(error, WEFT_REFUSED_UNSAFE, "table \"%.*s\" is still defined", WEFT_STR_ARG(table));
        weft_error_set_hint(error, "Remove its definition first; what is defined would only be made again.");
        return WEFT_REFUSED_UNSAFE;
    }
    const weft_trash_entry entry = {.store = work->store, .was = table, .link = link};
    weft_maker_push(&work->maker, &work->found, entry);
    return WEFT_OK;
}

static weft_code find_droppable(trash_work *work, weft_error *error)
{
    for (size_t i = 0; i < work->present.link_count; i++) {
        const weft_recorded_link *link = &work->present.links[i];
        if (is_meant(work, link->table) || is_meant(work, link->link)) {
            WEFT_TRY(add_droppable(work, link->table, link->link, error));
        }
    }
    for (size_t i = 0; i < work->present.made_count; i++) {
        if (is_meant(work, work->present.made[i])) {
            WEFT_TRY(add_droppable(work, work->present.made[i], WEFT_STR(""), error));
        }
    }
    return WEFT_OK;
}

static void find_in_trash(trash_work *work)
{
    for (size_t i = 0; i < work->trash.count; i++) {
        const weft_trash_entry *entry = &work->trash.items[i];
        if (work->name.len > 0 && !is_meant(work, entry->table) && !is_meant(work, entry->was) &&
            !is_meant(work, entry->link)) {
            continue;
        }
        if (work->change == WEFT_TRASH_UNDO) {
            work->found.count = 0;
        }
        weft_maker_push(&work->maker, &work->found, *entry);
    }
}

/* Fill `found`. */
static weft_code find(void *ctx, weft_connection *connection, weft_error *error)
{
    trash_work *work = ctx;
    work->connection = connection;
    work->found = (weft_trash_entries){0};
    WEFT_TRY(weft_store_present_read(connection, work->maker.keep, &work->present, error));
    WEFT_TRY(weft_trash_read(
        connection, work->store, work->present.schema, work->maker.keep, &work->trash, &work->ever, error));
    if (work->change == WEFT_TRASH_DROP) {
        WEFT_TRY(find_droppable(work, error));
    } else {
        find_in_trash(work);
    }
    return weft_maker_check(&work->maker, error);
}

/* Where the store keeps an index's text it cannot rename it: the index is made again from its text. */
static void move_indexes(trash_work *work,
                         const weft_schema_table *table,
                         weft_statements *statements,
                         weft_statements *undo)
{
    weft_maker *maker = &work->maker;
    for (size_t i = 0; i < table->index_count; i++) {
        const weft_schema_index *index = &table->indexes[i];
        if (table->sql.len == 0) {
            const weft_str aside = weft_maker_text(maker, "weft_trash_%zu_index_%zu", work->ever + 1, i + 1);
            weft_ddl_push(
                maker, statements, weft_ddl_format(maker, "ALTER INDEX %N RENAME TO %N", &index->name, &aside));
            weft_ddl_push(maker, undo, weft_ddl_format(maker, "ALTER INDEX %N RENAME TO %N", &aside, &index->name));
        } else if (!index->is_primary) {
            weft_ddl_push(maker, statements, weft_ddl_format(maker, "DROP INDEX %N", &index->name));
            weft_ddl_push(maker, undo, index->sql);
        }
    }
}

static weft_code run_all(const trash_work *work, const weft_statements *statements, weft_error *error)
{
    for (size_t i = 0; i < statements->count; i++) {
        WEFT_TRY(weft_migration_execute(work->connection, statements->items[i], error));
    }
    return WEFT_OK;
}

/* `statements` are recorded: for a drop those that undo it. */
static weft_code record(trash_work *work,
                        const weft_trash_entry *entry,
                        const char *action,
                        const weft_statements *statements,
                        weft_error *error)
{
    const weft_journal_entry row = {.store = work->store,
                                    .action = weft_str_from(action),
                                    .table = entry->table,
                                    .link = entry->link,
                                    .summary = entry->was,
                                    .statements = statements->items,
                                    .statement_count = statements->count};
    weft_maker_push(&work->maker, work->changed, *entry);
    WEFT_TRY(weft_maker_check(&work->maker, error));
    return weft_journal_add(&work->journal, &row, work->maker.keep, error);
}

static weft_code drop_one(trash_work *work, weft_trash_entry entry, weft_error *error)
{
    weft_maker *maker = &work->maker;
    weft_statements statements = {0};
    weft_statements undo = {0};
    const weft_schema_table *table = weft_schema_find_table(work->present.schema, entry.was);
    const weft_str long_name = weft_maker_text(maker, "weft_trash_%zu_%.*s", work->ever + 1, WEFT_STR_ARG(entry.was));
    entry.table = weft_name_compress(long_name, maker->keep);
    maker->failed |= !entry.table.data;
    weft_ddl_push(maker, &undo, weft_ddl_format(maker, "ALTER TABLE %N RENAME TO %N", &entry.table, &entry.was));
    weft_guard_drop(maker, weft_connection_dialect(work->connection), table, &statements);
    move_indexes(work, table, &statements, &undo);
    weft_ddl_push(maker, &statements, weft_ddl_format(maker, "ALTER TABLE %N RENAME TO %N", &entry.was, &entry.table));
    WEFT_TRY(weft_maker_check(maker, error));
    WEFT_TRY(run_all(work, &statements, error));
    work->ever++;
    return record(work, &entry, "trash", &undo, error);
}

static weft_code read_undo(trash_work *work, weft_str text, weft_statements *ret_statements, weft_error *error)
{
    json_t *root = NULL;
    WEFT_TRY(weft_json_read(text, (size_t)64 << 20, &root, error));
    for (size_t i = 0; i < json_array_size(root); i++) {
        const weft_str sql = weft_json_text(json_array_get(root, i));
        weft_ddl_push(&work->maker, ret_statements, weft_maker_text(&work->maker, "%.*s", WEFT_STR_ARG(sql)));
    }
    json_decref(root);
    return weft_maker_check(&work->maker, error);
}

static weft_code undo_one(trash_work *work, weft_trash_entry entry, weft_error *error)
{
    weft_statements statements = {0};
    if (weft_schema_find_table(work->present.schema, entry.was)) {
        return weft_fail(error,
                         WEFT_REFUSED_UNSAFE,
                         "table \"%.*s\" cannot come back: another one has its name now",
                         WEFT_STR_ARG(entry.was));
    }
    WEFT_TRY(read_undo(work, entry.undo, &statements, error));
    WEFT_TRY(run_all(work, &statements, error));
    return record(work, &entry, "untrash", &statements, error);
}

static bool is_found(const trash_work *work, weft_str table)
{
    for (size_t i = 0; i < work->found.count; i++) {
        if (weft_str_equal(work->found.items[i].table, table)) {
            return true;
        }
    }
    return false;
}

/* Tables that go together may point at each other: where the store holds them to it, they let go first. */
static weft_code let_go(trash_work *work, weft_error *error)
{
    const bool is_held = weft_connection_dialect(work->connection)->has_alter_column;
    for (size_t i = 0; is_held && i < work->found.count; i++) {
        const weft_schema_table *table = weft_schema_find_table(work->present.schema, work->found.items[i].table);
        for (size_t k = 0; table && k < table->foreign_key_count; k++) {
            if (!is_found(work, table->foreign_keys[k].target_table)) {
                continue;
            }
            const weft_str sql = weft_ddl_format(
                &work->maker, "ALTER TABLE %N DROP CONSTRAINT %N", &table->name, &table->foreign_keys[k].name);
            WEFT_TRY(weft_maker_check(&work->maker, error));
            WEFT_TRY(weft_migration_execute(work->connection, sql, error));
        }
    }
    return WEFT_OK;
}

static weft_code check_unreferenced(const trash_work *work, weft_str table, weft_error *error)
{
    const weft_schema *schema = work->present.schema;
    for (size_t i = 0; i < schema->table_count; i++) {
        const weft_schema_table *other = &schema->tables[i];
        for (size_t k = 0; k < other->foreign_key_count; k++) {
            if (weft_str_equal(other->foreign_keys[k].target_table, table) && !is_found(work, other->name)) {
                return weft_fail(error,
                                 WEFT_REFUSED_UNSAFE,
                                 "table \"%.*s\" cannot be purged: \"%.*s\" has a foreign key to it",
                                 WEFT_STR_ARG(table),
                                 WEFT_STR_ARG(other->name));
            }
        }
    }
    return WEFT_OK;
}

static weft_code purge_one(trash_work *work, weft_trash_entry entry, weft_error *error)
{
    weft_statements statements = {0};
    weft_ddl_push(&work->maker, &statements, weft_ddl_format(&work->maker, "DROP TABLE %N", &entry.table));
    WEFT_TRY(weft_maker_check(&work->maker, error));
    WEFT_TRY(run_all(work, &statements, error));
    return record(work, &entry, "purge", &statements, error);
}

static weft_code change_found(void *ctx, weft_connection *connection, weft_error *error)
{
    trash_work *work = ctx;
    work->journal.connection = connection;
    WEFT_TRY(find(ctx, connection, error));
    for (size_t i = 0; work->change == WEFT_TRASH_PURGE && i < work->found.count; i++) {
        WEFT_TRY(check_unreferenced(work, work->found.items[i].table, error));
    }
    WEFT_TRY(work->change == WEFT_TRASH_PURGE ? let_go(work, error) : WEFT_OK);
    for (size_t i = 0; i < work->found.count; i++) {
        const weft_trash_entry entry = work->found.items[i];
        if (work->change == WEFT_TRASH_DROP) {
            WEFT_TRY(drop_one(work, entry, error));
        } else if (work->change == WEFT_TRASH_UNDO) {
            WEFT_TRY(undo_one(work, entry, error));
        } else {
            WEFT_TRY(purge_one(work, entry, error));
        }
    }
    return WEFT_OK;
}

static weft_code fail_ambiguous(const trash_work *work, const bool *has, weft_error *error)
{
    const weft_str name = work->name;
    size_t at = 0;
    while (!has[at]) {
        at++;
    }
    weft_fail(error, WEFT_AMBIGUOUS_NAME, "\"%.*s\" is in more than one store", WEFT_STR_ARG(name));
    weft_error_set_hint(
        error, "Name the store too: \"%.*s/%.*s\".", WEFT_STR_ARG(work->catalog->stores[at].name), WEFT_STR_ARG(name));
    return WEFT_AMBIGUOUS_NAME;
}

/* Mark the stores where `name` means something. */
static weft_code find_stores(trash_work *work, weft_session *session, bool *ret_has, weft_error *error)
{
    size_t count = 0;
    for (size_t i = 0; i < work->catalog->store_count; i++) {
        work->store = &work->catalog->stores[i];
        WEFT_TRY(weft_migration_run_reading(session, work->store, find, work, error));
        ret_has[i] = work->found.count > 0;
        count += ret_has[i];
    }
    if (count == 0 && work->name.len > 0) {
        weft_fail(error,
                  WEFT_NOT_FOUND,
                  work->change == WEFT_TRASH_DROP ? "no table that weft made is called \"%.*s\""
                                                  : "nothing in the trash is called \"%.*s\"",
                  WEFT_STR_ARG(work->name));
        weft_error_set_hint(error, "\"weft db:status\" lists tables without a definition and the trash.");
        return WEFT_NOT_FOUND;
    }
    if (count > 1 && work->change != WEFT_TRASH_PURGE) {
        return fail_ambiguous(work, ret_has, error);
    }
    return WEFT_OK;
}

static weft_code change_stores(trash_work *work, weft_session *session, weft_error *error)
{
    bool *has = WEFT_ARENA_ARRAY(work->maker.keep, bool, work->catalog->store_count);
    if (!has) {
        return weft_fail_arena(error, work->maker.keep);
    }
    WEFT_TRY(find_stores(work, session, has, error));
    for (size_t i = 0; i < work->catalog->store_count; i++) {
        work->store = &work->catalog->stores[i];
        if (has[i]) {
            WEFT_TRY(weft_migration_run_locked(session, work->store, change_found, work, error));
        }
    }
    return WEFT_OK;
}

weft_code weft_migration_change_trash(const weft_catalog *catalog,
                                      weft_trash_change change,
                                      weft_str name,
                                      weft_session *session,
                                      weft_arena *scratch,
                                      weft_trash_entries *changed,
                                      weft_error *error)
{
    weft_ulid_source own_ulids = {0};
    weft_ulid_source *ulids = session->ulids ? session->ulids : &own_ulids;
    if (ulids == &own_ulids) {
        weft_ulid_source_init(ulids, session->clock, false);
    }
    trash_work work = {
        .catalog = catalog, .change = change, .name = name, .changed = changed, .maker = {.keep = scratch}};
    work.journal = (weft_journal){.clock = session->clock, .ulids = ulids};
    work.journal.batch = weft_ulid_next_id(ulids, WEFT_STR(""), scratch);
    const weft_code code =
        work.journal.batch.data ? change_stores(&work, session, error) : weft_fail_arena(error, scratch);
    if (ulids == &own_ulids) {
        weft_ulid_source_done(ulids);
    }
    return code;
}

weft_code weft_trash_put(weft_connection *connection,
                         const weft_store_def *store,
                         const weft_str *tables,
                         size_t count,
                         weft_journal *journal,
                         weft_arena *scratch,
                         weft_error *error)
{
    weft_trash_entries changed = {0};
    trash_work work = {.store = store,
                       .change = WEFT_TRASH_DROP,
                       .connection = connection,
                       .journal = *journal,
                       .changed = &changed,
                       .maker = {.keep = scratch}};
    WEFT_TRY(weft_store_present_read(connection, scratch, &work.present, error));
    WEFT_TRY(weft_journal_ensure(&work.journal, work.present.schema, scratch, error));
    WEFT_TRY(weft_trash_read(connection, store, work.present.schema, scratch, &work.trash, &work.ever, error));
    for (size_t i = 0; i < count; i++) {
        const weft_trash_entry entry = {.store = store, .was = tables[i], .link = WEFT_STR("")};
        WEFT_TRY(drop_one(&work, entry, error));
    }
    return WEFT_OK;
}
