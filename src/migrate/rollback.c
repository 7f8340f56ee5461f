/* Reverting the last batch: each recorded statement by its opposite, the last one first.
 *
 *      journal ─the last batch▶ statements ─look: can each be reverted, is anything lost?▶ opposites ─run▶ rows
 * "rollback"
 *
 * What has no opposite, or whose opposite would lose values, refuses the whole batch before anything is changed: of a
 * batch that ran in several stores every part is tried and undone before the first is reverted. Each count is taken
 * again, under the lock, right before the table or column goes. A rollback that is cut off between two stores goes on
 * with the rest when it is run again: that is then the last batch. */
#include "migrate/compare.h"
#include "migrate/ddl.h"
#include "migrate/locked.h"
#include "migrate/rebuild.h"
#include "migrate/scan.h"
#include "migrate/trash.h"

typedef struct recorded_row {
    weft_str summary;
    weft_str table;
    weft_str statements; /* a JSON array */
    weft_str undo;       /* the same, of what reverts it; or empty */
} recorded_row;

typedef struct rollback_work {
    const weft_store_def *store;
    weft_connection *connection;
    weft_journal journal;
    weft_maker maker;
    weft_str batch;   /* the last one of all stores */
    weft_str newest;  /* of this store */
    weft_buf reasons; /* why not */
    size_t reverted;
} rollback_work;

typedef struct opposite {
    bool is_known;
    weft_str sql;       /* or empty: nothing to do */
    weft_str count_sql; /* what would be lost; or empty */
} opposite;

#define WORDS_MAX 8

typedef struct statement_words {
    weft_token tokens[WORDS_MAX];
    size_t count;
    weft_maker *maker;
} statement_words;

static bool is_words(const statement_words *words, size_t at, const char *first, const char *second)
{
    return words->count > at + 1 && weft_token_is_word(&words->tokens[at], first) &&
           weft_token_is_word(&words->tokens[at + 1], second);
}

static weft_str name_at(const statement_words *words, size_t at)
{
    return at < words->count ? weft_token_value(&words->tokens[at], words->maker) : WEFT_STR("");
}

static void alter_opposite(weft_maker *maker, const statement_words *words, opposite *result)
{
    const weft_str table = name_at(words, 2);
    const weft_str name = name_at(words, 5);
    const weft_str new_name = name_at(words, 7);
    result->is_known = true;
    if (is_words(words, 3, "ADD", "COLUMN")) {
        result->count_sql = weft_ddl_format(maker, "SELECT count(*) FROM %N WHERE %N IS NOT NULL", &table, &name);
        result->sql = weft_ddl_format(maker, "ALTER TABLE %N DROP COLUMN %N", &table, &name);
    } else if (is_words(words, 3, "ADD", "CONSTRAINT")) {
        result->sql = weft_ddl_format(maker, "ALTER TABLE %N DROP CONSTRAINT %N", &table, &name);
    } else if (is_words(words, 3, "RENAME", "TO")) {
        result->sql = weft_ddl_format(maker, "ALTER TABLE %N RENAME TO %N", &name, &table);
    } else if (is_words(words, 3, "RENAME", "COLUMN") && new_name.len > 0) {
        result->sql = weft_ddl_format(maker, "ALTER TABLE %N RENAME COLUMN %N TO %N", &table, &new_name, &name);
    } else {
        result->is_known = false;
    }
}

/* CREATE TRIGGER name AFTER DELETE ON table … */
static void trigger_opposite(weft_maker *maker,
                             const weft_dialect *dialect,
                             const statement_words *words,
                             opposite *result)
{
    const weft_str name = name_at(words, 2);
    const weft_str table = name_at(words, 6);
    result->is_known = words->count > 6 && weft_token_is_word(&words->tokens[5], "ON");
    result->sql = dialect->has_trigger_functions ? weft_ddl_format(maker, "DROP TRIGGER %N ON %N", &name, &table)
                                                 : weft_ddl_format(maker, "DROP TRIGGER %N", &name);
}

static opposite opposite_of(weft_maker *maker, const weft_dialect *dialect, weft_str sql)
{
    statement_words words = {.maker = maker};
    opposite result = {.is_known = true};
    size_t at = 0;
    while (words.count < WORDS_MAX && at < sql.len) {
        words.tokens[words.count++] = weft_token_next(sql, &at);
    }
    weft_str name = name_at(&words, 2);
    if (is_words(&words, 0, "CREATE", "TABLE")) {
        result.count_sql = weft_ddl_format(maker, "SELECT count(*) FROM %N", &name);
        result.sql = weft_ddl_format(maker, "DROP TABLE %N", &name);
    } else if (is_words(&words, 0, "CREATE", "INDEX") || is_words(&words, 0, "CREATE", "UNIQUE")) {
        name = is_words(&words, 0, "CREATE", "INDEX") ? name : name_at(&words, 3);
        result.sql = weft_ddl_format(maker, "DROP INDEX %N", &name);
    } else if (is_words(&words, 0, "CREATE", "TRIGGER")) {
        trigger_opposite(maker, dialect, &words, &result);
    } else if (is_words(&words, 0, "CREATE", "OR") && is_words(&words, 2, "REPLACE", "FUNCTION")) {
        name = name_at(&words, 4);
        result.sql = weft_ddl_format(maker, "DROP FUNCTION %N()", &name);
    } else if (is_words(&words, 0, "ALTER", "TABLE")) {
        alter_opposite(maker, &words, &result);
    } else {
        result.is_known = is_words(&words, 0, "COMMENT", "ON");
    }
    return result;
}

static weft_code count_lost(rollback_work *work, const opposite *change, int64_t *ret_count, weft_error *error)
{
    const weft_value_kind kind = WEFT_VALUE_INTEGER;
    const weft_statement statement = {.sql = change->count_sql, .columns = &kind, .column_count = 1, .is_once = true};
    const weft_value *values = NULL;
    size_t count = 0;
    WEFT_TRY(weft_connection_collect(work->connection, &statement, work->maker.keep, &values, &count, error));
    *ret_count = count > 0 ? values[0].as.integer : 0;
    return WEFT_OK;
}

static void add_reason(rollback_work *work, const recorded_row *row, const char *reason)
{
    weft_buf_add_format(&work->reasons,
                        "%s\"%.*s\": %.*s: %s",
                        work->reasons.len > 0 ? "; " : "",
                        WEFT_STR_ARG(row->table),
                        WEFT_STR_ARG(row->summary),
                        reason);
}

/* One statement: run its opposite, or say why not. */
static weft_code revert_statement(rollback_work *work, const recorded_row *row, weft_str sql, weft_error *error)
{
    int64_t lost = 0;
    const opposite change = opposite_of(&work->maker, weft_connection_dialect(work->connection), sql);
    WEFT_TRY(weft_maker_check(&work->maker, error));
    if (!change.is_known) {
        add_reason(work, row, "cannot be reverted");
        return WEFT_OK;
    }
    if (change.count_sql.len > 0) {
        WEFT_TRY(count_lost(work, &change, &lost, error));
    }
    if (lost > 0) {
        add_reason(work, row, "it holds values by now");
        return WEFT_OK;
    }
    return change.sql.len > 0 ? weft_migration_execute(work->connection, change.sql, error) : WEFT_OK;
}

/* Make the table again by the text it had. */
static weft_code revert_to_former(rollback_work *work, const recorded_row *row, weft_str former, weft_error *error)
{
    int64_t lost = 0;
    const weft_schema *schema = NULL;
    weft_statements statements = {0};
    opposite change = {.is_known = true};
    weft_str condition = {NULL, 0};
    WEFT_TRY(weft_connection_inspect(work->connection, work->maker.keep, &schema, error));
    const weft_schema_table *present = weft_schema_find_table(schema, row->table);
    if (!present) {
        add_reason(work, row, "it is not as it was made any more");
        return WEFT_OK;
    }
    weft_rebuild_to(&work->maker, present, former, &statements, &condition);
    if (condition.len > 0) {
        change.count_sql = weft_ddl_format(&work->maker, "SELECT count(*) FROM %N WHERE %T", &row->table, &condition);
        WEFT_TRY(weft_maker_check(&work->maker, error));
        WEFT_TRY(count_lost(work, &change, &lost, error));
    }
    WEFT_TRY(weft_maker_check(&work->maker, error));
    if (lost > 0) {
        add_reason(work, row, "it holds values by now, or values it changed cannot be reverted");
        return WEFT_OK;
    }
    for (size_t i = 0; i < statements.count; i++) {
        WEFT_TRY(weft_migration_execute(work->connection, statements.items[i], error));
    }
    return WEFT_OK;
}

static weft_code run_undo(rollback_work *work, const recorded_row *row, weft_error *error)
{
    json_t *root = NULL;
    WEFT_TRY(weft_json_read(row->undo, (size_t)64 << 20, &root, error));
    const size_t reasons = work->reasons.len;
    weft_code code = WEFT_OK;
    for (size_t i = 0; code == WEFT_OK && work->reasons.len == reasons && i < json_array_size(root); i++) {
        const weft_str sql = weft_maker_text(&work->maker, "%s", json_string_value(json_array_get(root, i)));
        code = weft_maker_check(&work->maker, error);
        if (code == WEFT_OK) {
            code = weft_str_starts_with(sql, WEFT_STR("CREATE TABLE"))
                       ? revert_to_former(work, row, sql, error)
                       : weft_migration_execute(work->connection, sql, error);
        }
    }
    json_decref(root);
    return code;
}

static weft_code revert_row(rollback_work *work, const recorded_row *row, weft_error *error)
{
    json_t *root = NULL;
    const size_t reasons = work->reasons.len;
    if (row->undo.len > 0) {
        return run_undo(work, row, error);
    }
    WEFT_TRY(weft_json_read(row->statements, (size_t)64 << 20, &root, error));
    weft_code code = WEFT_OK;
    for (size_t i = json_array_size(root); i-- > 0 && code == WEFT_OK && work->reasons.len == reasons;) {
        code = revert_statement(work, row, weft_json_text(json_array_get(root, i)), error);
    }
    json_decref(root);
    return code;
}

static weft_code refuse(const rollback_work *work, weft_error *error)
{
    weft_fail(error, WEFT_REFUSED_UNSAFE, "the last batch cannot be reverted");
    weft_error_set_detail(error, "%.*s.", (int)work->reasons.len, work->reasons.data);
    return WEFT_REFUSED_UNSAFE;
}

static weft_code record(rollback_work *work, weft_error *error)
{
    const weft_journal_entry entry = {.store = work->store,
                                      .action = WEFT_STR("rollback"),
                                      .table = work->batch,
                                      .summary = WEFT_STR("a batch was reverted")};
    return weft_journal_add(&work->journal, &entry, work->maker.keep, error);
}

/* The newest batch of a store that was not reverted. */
static weft_code find_newest(void *ctx, weft_connection *connection, weft_error *error)
{
    rollback_work *work = ctx;
    const weft_value_kind kind = WEFT_VALUE_TEXT;
    const weft_statement statement = {
        .sql = WEFT_STR("SELECT max(\"batch\") FROM \"" WEFT_JOURNAL_TABLE "\" WHERE \"action\" IN ('create', 'alter', "
                        "'rename', 'adopt') AND \"batch\" NOT IN (SELECT \"table_name\" FROM \"" WEFT_JOURNAL_TABLE
                        "\" WHERE \"action\" = 'rollback')"),
        .columns = &kind,
        .column_count = 1,
        .is_once = true};
    const weft_schema *schema = NULL;
    const weft_value *values = NULL;
    size_t count = 0;
    work->newest = WEFT_STR("");
    WEFT_TRY(weft_connection_inspect(connection, work->maker.keep, &schema, error));
    if (!weft_schema_find_table(schema, WEFT_STR(WEFT_JOURNAL_TABLE))) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_connection_collect(connection, &statement, work->maker.keep, &values, &count, error));
    work->newest = count > 0 && values[0].kind == WEFT_VALUE_TEXT ? values[0].as.text : WEFT_STR("");
    return WEFT_OK;
}

/* Under the lock: another rollback may have been first, and then there is nothing to do. */
static weft_code is_still_last(rollback_work *work, bool *ret_is_last, weft_error *error)
{
    WEFT_TRY(find_newest(work, work->connection, error));
    const int order = weft_str_compare(work->newest, work->batch);
    *ret_is_last = order == 0;
    return order <= 0 ? WEFT_OK
                      : weft_fail(error, WEFT_REFUSED_UNSAFE, "a later batch ran meanwhile: nothing was reverted");
}

static bool is_told_as_reason(weft_code code)
{
    return code == WEFT_STORE_ERROR || code == WEFT_SCHEMA_MISSING || code == WEFT_UNIQUE_VIOLATION ||
           code == WEFT_CHECK_VIOLATION || code == WEFT_REQUIRED_VALUE || code == WEFT_CARDINALITY_VIOLATION;
}

/* The last row first: what reverts an action stands behind it, and so comes before it. */
static weft_code revert_rows(rollback_work *work, const weft_value *values, size_t count, weft_error *error)
{
    weft_str undo = WEFT_STR("");
    for (size_t i = 0; i < count; i++) {
        const weft_value *row = &values[i * 4];
        if (weft_str_equal_text(row[3].as.text, WEFT_JOURNAL_UNDO)) {
            undo = row[2].as.text;
            continue;
        }
        const recorded_row recorded = {row[0].as.text, row[1].as.text, row[2].as.text, undo};
        const weft_code code = revert_row(work, &recorded, error);
        undo = WEFT_STR("");
        if (is_told_as_reason(code)) {
            add_reason(work, &recorded, "it is not as it was made any more");
        }
        if (code != WEFT_OK) {
            return work->reasons.len > 0 ? refuse(work, error) : code;
        }
        work->reverted++;
    }
    return WEFT_OK;
}

/* In one transaction, which every refusal rolls back. */
static weft_code revert_store(void *ctx, weft_connection *connection, weft_error *error)
{
    rollback_work *work = ctx;
    static const weft_value_kind kinds[] = {WEFT_VALUE_TEXT, WEFT_VALUE_TEXT, WEFT_VALUE_TEXT, WEFT_VALUE_TEXT};
    const weft_str sql =
        weft_ddl_format(&work->maker,
                        "SELECT \"summary\", \"table_name\", \"statements\", \"action\" FROM "
                        "\"" WEFT_JOURNAL_TABLE "\" WHERE \"batch\" = %L AND \"action\" IN "
                        "('create', 'alter', 'rename', 'adopt', '" WEFT_JOURNAL_UNDO "') ORDER BY \"id\" DESC",
                        &work->batch);
    const weft_statement statement = {.sql = sql, .columns = kinds, .column_count = 4, .is_once = true};
    const weft_value *values = NULL;
    size_t count = 0;
    bool is_last = false;
    work->connection = connection;
    work->journal.connection = connection;
    work->reasons = weft_maker_buf(&work->maker);
    WEFT_TRY(weft_maker_check(&work->maker, error));
    WEFT_TRY(is_still_last(work, &is_last, error));
    if (!is_last) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_connection_collect(connection, &statement, work->maker.keep, &values, &count, error));
    WEFT_TRY(revert_rows(work, values, count, error));
    if (work->reasons.len > 0) {
        return refuse(work, error);
    }
    return record(work, error);
}

/* The last batch of all stores that was not reverted, and which stores hold it. */
static weft_code find_batch(
    rollback_work *work, const weft_catalog *catalog, weft_session *session, bool *ret_holds, weft_error *error)
{
    for (size_t i = 0; i < catalog->store_count; i++) {
        work->store = &catalog->stores[i];
        WEFT_TRY(weft_migration_run_reading(session, work->store, find_newest, work, error));
        const int order = weft_str_compare(work->newest, work->batch);
        for (size_t j = 0; order > 0 && j < i; j++) {
            ret_holds[j] = false;
        }
        ret_holds[i] = work->newest.len > 0 && order >= 0;
        work->batch = ret_holds[i] ? work->newest : work->batch;
    }
    return WEFT_OK;
}

typedef weft_code run_in_store(
    weft_session *session, const weft_store_def *store, weft_locked_work *work, void *ctx, weft_error *error);

static weft_code revert_holders(rollback_work *work,
                                const weft_catalog *catalog,
                                weft_session *session,
                                const bool *holds,
                                run_in_store *run,
                                weft_error *error)
{
    work->reverted = 0;
    for (size_t i = 0; i < catalog->store_count; i++) {
        if (!holds[i]) {
            continue;
        }
        const size_t reverted = work->reverted;
        work->store = &catalog->stores[i];
        const weft_code code = run(session, work->store, revert_store, work, error);
        if (code != WEFT_OK && reverted > 0 && run == weft_migration_run_locked) {
            weft_error_set_hint(error, "What was reverted in the stores before this one stays; roll back again.");
        }
        WEFT_TRY(code);
    }
    return WEFT_OK;
}

/* What one store refuses is changed in none of them: with several, each is tried first. */
static weft_code revert_stores(rollback_work *work,
                               const weft_catalog *catalog,
                               weft_session *session,
                               weft_error *error)
{
    size_t holders = 0;
    bool *holds = WEFT_ARENA_ARRAY(work->maker.keep, bool, catalog->store_count);
    if (!holds) {
        return weft_fail_arena(error, work->maker.keep);
    }
    WEFT_TRY(find_batch(work, catalog, session, holds, error));
    for (size_t i = 0; i < catalog->store_count; i++) {
        holders += holds[i];
    }
    if (holders > 1) {
        WEFT_TRY(revert_holders(work, catalog, session, holds, weft_migration_run_trial, error));
    }
    return revert_holders(work, catalog, session, holds, weft_migration_run_locked, error);
}

weft_code weft_migration_rollback(
    const weft_catalog *catalog, weft_session *session, weft_arena *scratch, size_t *ret_reverted, weft_error *error)
{
    weft_ulid_source own_ulids = {0};
    weft_ulid_source *ulids = session->ulids ? session->ulids : &own_ulids;
    if (ulids == &own_ulids) {
        weft_ulid_source_init(ulids, session->clock, false);
    }
    rollback_work work = {.maker = {.keep = scratch}};
    work.journal = (weft_journal){.clock = session->clock, .ulids = ulids};
    work.journal.batch = weft_ulid_next_id(ulids, WEFT_STR(""), scratch);
    const weft_code code =
        work.journal.batch.data ? revert_stores(&work, catalog, session, error) : weft_fail_arena(error, scratch);
    if (ulids == &own_ulids) {
        weft_ulid_source_done(ulids);
    }
    if (code == WEFT_OK) {
        *ret_reverted = work.reverted;
    }
    return code;
}
