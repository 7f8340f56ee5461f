/* What weft_migrations of the target knows of moves.
 *
 *      action  table_name   summary              statements
 *      move    the module   the store it left    one text a table: name, rows and sum
 *      moved   the batch of the move row that has come to its end
 */
#include <stdlib.h>
#include <string.h>

#include "move/parts.h"

weft_code weft_move_journal_init(const weft_move *move, weft_journal *ret_journal, weft_error *error)
{
    weft_journal journal = {.clock = move->session->clock, .ulids = move->session->ulids};
    journal.batch = weft_ulid_next_id(journal.ulids, WEFT_STR(""), move->scratch);
    if (!journal.batch.data) {
        return weft_fail_arena(error, move->scratch);
    }
    *ret_journal = journal;
    return WEFT_OK;
}

static weft_str sum_text(weft_maker *maker, weft_str name, const weft_move_sum *sum)
{
    return weft_maker_text(maker,
                           "%llu %016llx%016llx %.*s",
                           (unsigned long long)sum->rows,
                           (unsigned long long)sum->first,
                           (unsigned long long)sum->second,
                           WEFT_STR_ARG(name));
}

/* What sum_text wrote; false for anything else. */
static bool read_sum(weft_str text, weft_str *ret_name, weft_move_sum *ret_sum)
{
    char digits[17] = "";
    const size_t space = weft_str_find(text, ' ');
    if (space == 0 || space > 20 || text.len < space + 35 || text.data[space + 33] != ' ') {
        return false;
    }
    ret_sum->rows = strtoull(text.data, NULL, 10);
    memcpy(digits, text.data + space + 1, 16);
    ret_sum->first = strtoull(digits, NULL, 16);
    memcpy(digits, text.data + space + 17, 16);
    ret_sum->second = strtoull(digits, NULL, 16);
    *ret_name = weft_str_slice(text, space + 34, text.len);
    return true;
}

static weft_code read_sums(const json_t *root, weft_arena *keep, weft_move_tables *ret_tables, weft_error *error)
{
    const size_t count = json_array_size(root);
    weft_str *names = WEFT_ARENA_ARRAY(keep, weft_str, count);
    weft_move_sum *sums = WEFT_ARENA_ARRAY(keep, weft_move_sum, count);
    if (!names || !sums) {
        return weft_fail_arena(error, keep);
    }
    for (size_t i = 0; i < count; i++) {
        weft_str name = {NULL, 0};
        if (!read_sum(weft_json_text(json_array_get(root, i)), &name, &sums[i])) {
            return weft_fail(error, WEFT_STORE_ERROR, "the record of a move in weft_migrations cannot be read");
        }
        names[i] = weft_str_copy(keep, name);
        if (!names[i].data) {
            return weft_fail_arena(error, keep);
        }
    }
    *ret_tables = (weft_move_tables){.names = names, .sums = sums, .count = count};
    return WEFT_OK;
}

static weft_code read_tables(weft_str json, weft_arena *keep, weft_move_tables *ret_tables, weft_error *error)
{
    json_t *root = NULL;
    WEFT_TRY(weft_json_read(json, (size_t)64 << 20, &root, error));
    const weft_code code = read_sums(root, keep, ret_tables, error);
    json_decref(root);
    return code;
}

weft_code weft_move_begun_read(const weft_move *move,
                               weft_connection *connection,
                               weft_move_begun *ret_begun,
                               weft_error *error)
{
    static const weft_value_kind kinds[] = {WEFT_VALUE_TEXT, WEFT_VALUE_TEXT, WEFT_VALUE_TEXT};
    weft_maker maker = {.keep = move->scratch};
    const weft_schema *schema = NULL;
    const weft_value *values = NULL;
    size_t count = 0;
    const weft_statement statement = {
        .sql = weft_ddl_format(&maker,
                               "SELECT \"batch\", \"summary\", \"statements\" FROM \"" WEFT_JOURNAL_TABLE
                               "\" WHERE \"action\" = 'move' AND \"table_name\" = %L AND \"batch\" NOT IN (SELECT "
                               "\"table_name\" FROM \"" WEFT_JOURNAL_TABLE
                               "\" WHERE \"action\" = 'moved') ORDER BY \"id\" DESC LIMIT 1",
                               &move->module->name),
        .columns = kinds,
        .column_count = 3,
        .is_once = true};
    WEFT_TRY(weft_maker_check(&maker, error));
    *ret_begun = (weft_move_begun){0};
    WEFT_TRY(weft_connection_inspect(connection, move->scratch, &schema, error));
    if (!weft_schema_find_table(schema, WEFT_STR(WEFT_JOURNAL_TABLE))) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_connection_collect(connection, &statement, move->scratch, &values, &count, error));
    if (count == 0) {
        return WEFT_OK;
    }
    WEFT_TRY(read_tables(values[2].as.text, move->scratch, &ret_begun->tables, error));
    ret_begun->batch = values[0].as.text;
    ret_begun->from = values[1].as.text;
    return WEFT_OK;
}

typedef struct finding {
    const weft_move *move;
    weft_move_begun begun;
} finding;

static weft_code find_begun(void *ctx, weft_connection *connection, weft_error *error)
{
    finding *self = ctx;
    return weft_move_begun_read(self->move, connection, &self->begun, error);
}

weft_code weft_move_begun_find(const weft_move *move,
                               const weft_store_def *store,
                               weft_move_begun *ret_begun,
                               weft_error *error)
{
    finding found = {.move = move};
    WEFT_TRY(weft_migration_run_reading(move->session, store, find_begun, &found, error));
    *ret_begun = found.begun;
    return WEFT_OK;
}

weft_code weft_move_record(const weft_move *move,
                           weft_journal *journal,
                           const weft_move_end *target,
                           const weft_store_def *from,
                           const weft_move_tables *tables,
                           weft_error *error)
{
    weft_maker maker = {.keep = move->scratch};
    weft_statements sums = {0};
    for (size_t i = 0; i < tables->count; i++) {
        weft_ddl_push(&maker, &sums, sum_text(&maker, tables->names[i], &tables->sums[i]));
    }
    WEFT_TRY(weft_maker_check(&maker, error));
    const weft_journal_entry entry = {.store = target->store,
                                      .action = WEFT_STR("move"),
                                      .table = move->module->name,
                                      .summary = from->name,
                                      .statements = sums.items,
                                      .statement_count = sums.count};
    return weft_journal_add(journal, &entry, move->scratch, error);
}

weft_code weft_move_record_end(const weft_move *move,
                               weft_journal *journal,
                               const weft_move_end *target,
                               weft_str batch,
                               bool came_to_nothing,
                               weft_error *error)
{
    const weft_journal_entry end = {.store = target->store,
                                    .action = WEFT_STR("moved"),
                                    .table = batch,
                                    .summary = came_to_nothing ? WEFT_STR("a move was given up")
                                                               : WEFT_STR("a module was moved")};
    const weft_journal_entry reverted = {.store = target->store,
                                         .action = WEFT_STR("rollback"),
                                         .table = batch,
                                         .summary = WEFT_STR("a move was given up")};
    WEFT_TRY(weft_journal_add(journal, &end, move->scratch, error));
    return came_to_nothing ? weft_journal_add(journal, &reverted, move->scratch, error) : WEFT_OK;
}
