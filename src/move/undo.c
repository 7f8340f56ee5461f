/* Giving up a move that was cut off: the copy goes, and weft.yaml names the old store again.
 *
 *      find the record ▶ lock the copy ▶ is it still what was copied? ▶ weft.yaml, if it was switched ▶ drop, mark
 */
#include "define/placing.h"
#include "move/parts.h"

/* The store that holds a copy. */
static weft_code find_copy(const weft_move *move, weft_move_end *end, weft_move_begun *ret_begun, weft_error *error)
{
    weft_move_begun begun = {0};
    for (size_t i = 0; i < move->catalog->store_count && begun.batch.len == 0; i++) {
        end->store = &move->catalog->stores[i];
        WEFT_TRY(weft_move_begun_find(move, end->store, &begun, error));
    }
    *ret_begun = begun;
    return WEFT_OK;
}

typedef struct source_look {
    const weft_move *move;
    const weft_move_tables *tables;
    weft_move_end end;
    size_t present;
} source_look;

static weft_code look_at_source(void *ctx, weft_connection *connection, weft_error *error)
{
    source_look *self = ctx;
    WEFT_TRY(weft_connection_inspect(connection, self->move->scratch, &self->end.schema, error));
    self->present = weft_move_tables_present(&self->end, self->tables);
    return WEFT_OK;
}

/* weft.yaml names the copy's store: it can only go back while the old tables are where they were. */
static weft_code switch_back(const weft_move *move,
                             const weft_move_tables *tables,
                             const weft_store_def *from,
                             weft_error *error)
{
    source_look look = {.move = move, .tables = tables, .end.store = from};
    weft_placing placing;
    WEFT_TRY(weft_migration_run_reading(move->session, from, look_at_source, &look, error));
    if (look.present != tables->count) {
        weft_fail(error, WEFT_REFUSED_UNSAFE, "the old tables are in the trash already");
        weft_error_set_hint(error, "Finish the move, then move the module back.");
        return WEFT_REFUSED_UNSAFE;
    }
    WEFT_TRY(weft_placing_make(move->directory, move->module->name, from->name, move->scratch, &placing, error));
    return weft_placing_write(&placing, move->scratch, error);
}

static weft_code give_up(const weft_move *move,
                         weft_move_end *copy,
                         const weft_move_tables *tables,
                         weft_move_begun *begun,
                         weft_error *error)
{
    weft_journal journal;
    const weft_store_def *from = weft_catalog_store(move->catalog, begun->from);
    WEFT_TRY(weft_move_journal_init(move, &journal, error));
    WEFT_TRY(weft_move_end_open(move, copy, error));
    journal.connection = copy->connection;
    WEFT_TRY(weft_move_begun_read(move, copy->connection, begun, error));
    if (begun->batch.len == 0) {
        return WEFT_OK;
    }
    if (!from) {
        return weft_fail(error,
                         WEFT_REFUSED_UNSAFE,
                         "weft.yaml does not have the store \"%.*s\" any more, which the module left",
                         WEFT_STR_ARG(begun->from));
    }
    if (weft_move_tables_present(copy, tables) > 0) {
        WEFT_TRY(weft_move_tables_lock(copy, tables, move->scratch, error));
        WEFT_TRY(weft_move_sums_check(move, copy, tables, &begun->tables, error));
        WEFT_TRY(move->module->store == copy->store ? switch_back(move, tables, from, error) : WEFT_OK);
        WEFT_TRY(weft_move_tables_drop(copy, tables, move->scratch, error));
    }
    WEFT_TRY(weft_move_record_end(move, &journal, copy, begun->batch, true, error));
    return weft_connection_commit(copy->connection, error);
}

weft_code weft_move_undo(const weft_move *move, weft_move_outcome *ret_outcome, weft_error *error)
{
    weft_move_tables tables;
    weft_move_begun begun;
    weft_move_end copy = {0};
    WEFT_TRY(weft_move_tables_find(move, &tables, error));
    WEFT_TRY(find_copy(move, &copy, &begun, error));
    const bool was_begun = begun.batch.len > 0;
    const weft_code code = was_begun ? give_up(move, &copy, &tables, &begun, error) : WEFT_OK;
    weft_move_end_close(move, &copy);
    if (code == WEFT_OK) {
        *ret_outcome = (weft_move_outcome){.verdict = was_begun ? WEFT_MOVE_UNDONE : WEFT_MOVE_NOTHING,
                                           .from = was_begun ? weft_catalog_store(move->catalog, begun.from) : NULL,
                                           .to = was_begun ? copy.store : NULL,
                                           .table_count = was_begun ? tables.count : 0};
    }
    return code;
}
