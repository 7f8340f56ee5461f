/* Writing and reading weft_migrations. Statements are rendered as any other; failures are the store's. */
#include "migrate/journal.h"

#include "migrate/compare.h"

weft_str weft_action_kind_name(weft_action_kind kind)
{
    static const char *const names[] = {[WEFT_ACTION_CREATE] = "create",
                                        [WEFT_ACTION_ALTER] = "alter",
                                        [WEFT_ACTION_RENAME] = "rename",
                                        [WEFT_ACTION_DROP] = "drop",
                                        [WEFT_ACTION_ADOPT] = "adopt"};
    return weft_str_from(names[kind]);
}

weft_str weft_migration_scope_name(weft_migration_scope scope)
{
    return scope == WEFT_MIGRATE_LINKS ? WEFT_STR("links") : WEFT_STR("all");
}

static weft_str journal_ddl(weft_maker *maker, const weft_dialect *dialect)
{
    const char *text = dialect->type_names[WEFT_TYPE_TEXT];
    return weft_maker_text(maker,
                           "CREATE TABLE \"" WEFT_JOURNAL_TABLE "\" (\n"
                           "  \"id\" %s%s NOT NULL PRIMARY KEY,\n"
                           "  \"batch\" %s%s NOT NULL,\n"
                           "  \"store\" %s NOT NULL,\n"
                           "  \"scope\" %s NOT NULL,\n"
                           "  \"action\" %s NOT NULL,\n"
                           "  \"table_name\" %s NOT NULL,\n"
                           "  \"link\" %s,\n"
                           "  \"summary\" %s NOT NULL,\n"
                           "  \"statements\" %s NOT NULL,\n"
                           "  \"applied_at\" %s NOT NULL,\n"
                           "  \"weft_version\" %s NOT NULL\n"
                           ")",
                           text,
                           dialect->text_collation,
                           text,
                           dialect->text_collation,
                           text,
                           text,
                           text,
                           text,
                           text,
                           text,
                           text,
                           dialect->type_names[WEFT_TYPE_DATE_TIME],
                           text);
}

weft_code weft_journal_ensure(weft_journal *journal, const weft_schema *schema, weft_arena *scratch, weft_error *error)
{
    if (weft_schema_find_table(schema, WEFT_STR(WEFT_JOURNAL_TABLE))) {
        return WEFT_OK;
    }
    weft_maker maker = {.keep = scratch};
    const weft_statement statement = {.sql = journal_ddl(&maker, weft_connection_dialect(journal->connection)),
                                      .is_once = true};
    WEFT_TRY(weft_maker_check(&maker, error));
    return weft_connection_execute(journal->connection, &statement, NULL, error);
}

static weft_str statements_json(weft_maker *maker, const weft_journal_entry *entry)
{
    weft_buf buf = weft_maker_buf(maker);
    weft_buf_add_char(&buf, '[');
    for (size_t i = 0; i < entry->statement_count; i++) {
        weft_buf_add_text(&buf, i > 0 ? "," : "");
        weft_json_add_text(&buf, entry->statements[i]);
    }
    weft_buf_add_char(&buf, ']');
    return weft_maker_take(maker, &buf);
}

static weft_value text_value(weft_str text)
{
    return (weft_value){.kind = WEFT_VALUE_TEXT, .as.text = text};
}

weft_code weft_journal_add(weft_journal *journal,
                           const weft_journal_entry *entry,
                           weft_arena *scratch,
                           weft_error *error)
{
    weft_maker maker = {.keep = scratch};
    const struct {
        const char *column;
        weft_value value;
    } cells[] = {
        {"id", text_value(weft_ulid_next_id(journal->ulids, WEFT_STR(""), scratch))},
        {"batch", text_value(journal->batch)},
        {"store", text_value(entry->store->name)},
        {"scope", text_value(weft_migration_scope_name(journal->scope))},
        {"action", text_value(entry->action)},
        {"table_name", text_value(entry->table)},
        {"link", entry->link.len > 0 ? text_value(entry->link) : (weft_value){.kind = WEFT_VALUE_NULL}},
        {"summary", text_value(entry->summary)},
        {"statements", text_value(statements_json(&maker, entry))},
        {"applied_at", {.kind = WEFT_VALUE_TIME, .as.time_us = weft_clock_now_us(journal->clock)}},
        {"weft_version", text_value(WEFT_STR(WEFT_VERSION))},
    };
    weft_sql_assignment columns[sizeof(cells) / sizeof(*cells)];
    for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++) {
        const weft_value_kind kind = cells[i].value.kind == WEFT_VALUE_TIME ? WEFT_VALUE_TIME : WEFT_VALUE_TEXT;
        columns[i] =
            (weft_sql_assignment){weft_str_from(cells[i].column), weft_sql_value(scratch, cells[i].value, kind)};
        maker.failed |= columns[i].expr == NULL;
    }
    WEFT_TRY(weft_maker_check(&maker, error));
    const weft_sql_insert insert = {
        .table = WEFT_STR(WEFT_JOURNAL_TABLE), .columns = columns, .column_count = sizeof(cells) / sizeof(*cells)};
    weft_statement statement = {0};
    const weft_dialect *dialect = weft_connection_dialect(journal->connection);
    WEFT_TRY(weft_sql_render_insert(&insert, NULL, dialect, scratch, &statement, error));
    return weft_connection_execute(journal->connection, &statement, NULL, error);
}

weft_code weft_journal_record(weft_journal *journal, const weft_action *action, weft_arena *scratch, weft_error *error)
{
    const bool is_link = action->model && action->model->link;
    const weft_journal_entry entry = {.store = action->store,
                                      .action = weft_action_kind_name(action->kind),
                                      .table = action->table,
                                      .link = is_link ? action->model->link->name : WEFT_STR(""),
                                      .summary = action->summary,
                                      .statements = action->statements,
                                      .statement_count = action->statement_count};
    const weft_journal_entry undo = {.store = action->store,
                                     .action = WEFT_STR(WEFT_JOURNAL_UNDO),
                                     .table = action->table,
                                     .summary = action->summary,
                                     .statements = action->undo,
                                     .statement_count = action->undo_count};
    WEFT_TRY(weft_journal_add(journal, &entry, scratch, error));
    return action->undo_count > 0 ? weft_journal_add(journal, &undo, scratch, error) : WEFT_OK;
}

typedef WEFT_VEC(weft_recorded_link) recorded_links;
typedef WEFT_VEC(weft_str) recorded_tables;

/* A later row about a table replaces what an earlier one said of its link. */
static void note_link(weft_maker *maker, recorded_links *links, weft_str table, weft_str link)
{
    for (size_t i = 0; i < links->count; i++) {
        if (weft_str_equal(links->items[i].table, table)) {
            links->items[i].link = link;
            return;
        }
    }
    const weft_recorded_link recorded = {.table = table, .link = link};
    weft_maker_push(maker, links, recorded);
}

weft_code weft_journal_read(weft_connection *connection,
                            weft_store_present *present,
                            weft_arena *keep,
                            weft_error *error)
{
    static const weft_value_kind kinds[] = {WEFT_VALUE_TEXT, WEFT_VALUE_TEXT, WEFT_VALUE_TEXT};
    const weft_statement statement = {
        .sql = WEFT_STR("SELECT \"table_name\", \"action\", \"link\" FROM \"" WEFT_JOURNAL_TABLE
                        "\" WHERE \"action\" IN ('create', 'adopt', 'rename', 'plan') ORDER BY \"id\""),
        .columns = kinds,
        .column_count = 3,
        .is_once = true};
    const weft_value *values = NULL;
    size_t count = 0;
    if (!weft_schema_find_table(present->schema, WEFT_STR(WEFT_JOURNAL_TABLE))) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_connection_collect(connection, &statement, keep, &values, &count, error));
    weft_maker maker = {.keep = keep};
    recorded_links links = {0};
    recorded_tables made = {0};
    recorded_tables plans = {0};
    for (size_t i = 0; i < count; i++) {
        const weft_value *row = &values[i * 3];
        if (weft_str_equal_text(row[1].as.text, WEFT_JOURNAL_PLAN)) {
            weft_maker_push(&maker, &plans, row[0].as.text);
            continue;
        }
        if (row[2].kind != WEFT_VALUE_NULL) {
            note_link(&maker, &links, row[0].as.text, row[2].as.text);
        }
        if (!weft_str_equal_text(row[1].as.text, "adopt")) {
            weft_maker_push(&maker, &made, row[0].as.text);
        }
    }
    present->links = links.items;
    present->link_count = links.count;
    present->made = made.items;
    present->made_count = made.count;
    present->plans = plans.items;
    present->plan_count = plans.count;
    return weft_maker_check(&maker, error);
}

weft_code weft_journal_last_batch(weft_connection *connection,
                                  const weft_schema *schema,
                                  weft_arena *keep,
                                  weft_last_batch *ret_last,
                                  weft_error *error)
{
    static const weft_value_kind kinds[] = {WEFT_VALUE_TEXT, WEFT_VALUE_TIME, WEFT_VALUE_INTEGER};
    const weft_statement statement = {
        .sql = WEFT_STR("SELECT \"batch\", max(\"applied_at\"), count(*) FROM \"" WEFT_JOURNAL_TABLE
                        "\" WHERE \"action\" NOT IN ('" WEFT_JOURNAL_PLAN "', '" WEFT_JOURNAL_UNDO
                        "') GROUP BY \"batch\" ORDER BY \"batch\" DESC LIMIT 1"),
        .columns = kinds,
        .column_count = 3,
        .is_once = true};
    const weft_value *values = NULL;
    size_t count = 0;
    *ret_last = (weft_last_batch){0};
    if (!weft_schema_find_table(schema, WEFT_STR(WEFT_JOURNAL_TABLE))) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_connection_collect(connection, &statement, keep, &values, &count, error));
    if (count > 0) {
        *ret_last = (weft_last_batch){.batch = values[0].as.text,
                                      .applied_at_us = values[1].as.time_us,
                                      .action_count = (uint64_t)values[2].as.integer};
    }
    return WEFT_OK;
}
