/* The walk of a move, and of one that was cut off behind weft.yaml. */
#include "define/placing.h"
#include "move/parts.h"

weft_code weft_move_end_open(const weft_move *move, weft_move_end *end, weft_error *error)
{
    WEFT_TRY(weft_migration_open(move->session, end->store, &end->connection, error));
    const weft_code code = weft_connection_inspect(end->connection, move->scratch, &end->schema, error);
    if (code != WEFT_OK) {
        weft_error_set_store(error, end->store->name);
    }
    return code;
}

void weft_move_end_close(const weft_move *move, weft_move_end *end)
{
    weft_migration_close(move->session, end->store, end->connection);
    end->connection = NULL;
}

typedef struct moving {
    const weft_move *move;
    weft_move_tables tables;
    weft_placing placing;
    weft_move_end source;
    weft_move_end target;
    weft_journal journal; /* of the target */
} moving;

/* Both, in the order of the project, so that two who move between the same stores take turns. */
static weft_code open_ends(moving *self, weft_error *error)
{
    const bool is_source_first = self->source.store->index < self->target.store->index;
    WEFT_TRY(weft_move_end_open(self->move, is_source_first ? &self->source : &self->target, error));
    WEFT_TRY(weft_move_end_open(self->move, is_source_first ? &self->target : &self->source, error));
    self->journal.connection = self->target.connection;
    return weft_journal_ensure(&self->journal, self->target.schema, self->move->scratch, error);
}

static void close_ends(moving *self)
{
    weft_move_end_close(self->move, &self->source);
    weft_move_end_close(self->move, &self->target);
}

static weft_code trash_source(moving *self, weft_error *error)
{
    weft_journal journal = self->journal;
    journal.connection = self->source.connection;
    return weft_trash_put(self->source.connection,
                          self->source.store,
                          self->tables.names,
                          self->tables.count,
                          &journal,
                          self->move->scratch,
                          error);
}

/* Tables of these names in the target are in the way, unless they are the copy that a cut-off move left. */
static weft_code clear_target(moving *self, weft_error *error)
{
    weft_move_begun begun;
    WEFT_TRY(weft_move_begun_read(self->move, self->target.connection, &begun, error));
    const size_t present = weft_move_tables_present(&self->target, &self->tables);
    const bool is_copy =
        begun.batch.len > 0 && present == self->tables.count && weft_str_equal(begun.from, self->source.store->name);
    if (present == 0) {
        return WEFT_OK;
    }
    if (!is_copy) {
        weft_fail(error,
                  WEFT_REFUSED_UNSAFE,
                  "store \"%.*s\" has tables that the module's would meet",
                  WEFT_STR_ARG(self->target.store->name));
        weft_error_set_hint(error, "\"weft db:migrate --drop NAME\" puts tables without a definition into the trash.");
        return WEFT_REFUSED_UNSAFE;
    }
    WEFT_TRY(weft_move_sums_check(self->move, &self->target, &self->tables, &begun.tables, error));
    WEFT_TRY(weft_move_tables_drop(&self->target, &self->tables, self->move->scratch, error));
    return weft_move_record_end(self->move, &self->journal, &self->target, begun.batch, true, error);
}

static weft_code prepare(moving *self, weft_error *error)
{
    WEFT_TRY(open_ends(self, error));
    WEFT_TRY(weft_placing_check(&self->placing, self->move->scratch, error)); /* another mover was first */
    WEFT_TRY(weft_move_tables_check(self->move, &self->tables, &self->source, error));
    WEFT_TRY(weft_move_tables_lock(&self->source, &self->tables, self->move->scratch, error));
    WEFT_TRY(clear_target(self, error));
    WEFT_TRY(weft_move_copy(self->move, &self->source, &self->target, &self->tables, &self->journal, error));
    WEFT_TRY(weft_move_complete(self->move, &self->target, &self->journal, error));
    WEFT_TRY(weft_move_record(self->move, &self->journal, &self->target, self->source.store, &self->tables, error));
    return trash_source(self, error);
}

static weft_code hint_again(weft_code code, weft_error *error)
{
    if (code != WEFT_OK) {
        weft_error_set_hint(error, "Run the same command again to finish the move, or with --undo to give it up.");
    }
    return code;
}

/* From here on each step leaves something to finish. */
static weft_code settle(moving *self, weft_error *error)
{
    WEFT_TRY(weft_connection_commit(self->target.connection, error));
    WEFT_TRY(hint_again(weft_placing_write(&self->placing, self->move->scratch, error), error));
    return hint_again(weft_connection_commit(self->source.connection, error), error);
}

/* In a transaction of its own: the target's has been committed. */
static weft_code mark(moving *self, weft_str batch, weft_error *error)
{
    WEFT_TRY(weft_move_end_open(self->move, &self->target, error));
    self->journal.connection = self->target.connection;
    WEFT_TRY(weft_move_record_end(self->move, &self->journal, &self->target, batch, false, error));
    return weft_connection_commit(self->target.connection, error);
}

static void tell(const moving *self, weft_move_verdict verdict, weft_move_outcome *ret_outcome)
{
    *ret_outcome = (weft_move_outcome){
        .verdict = verdict, .from = self->source.store, .to = self->target.store, .table_count = self->tables.count};
    for (size_t i = 0; i < self->tables.count; i++) {
        ret_outcome->row_count += self->tables.sums[i].rows;
    }
}

static weft_code run_whole(moving *self, weft_move_outcome *ret_outcome, weft_error *error)
{
    const weft_move *move = self->move;
    WEFT_TRY(weft_move_deletions_check(move, error));
    WEFT_TRY(weft_placing_make(
        move->directory, move->module->name, move->target->name, move->scratch, &self->placing, error));
    WEFT_TRY(prepare(self, error));
    WEFT_TRY(settle(self, error));
    close_ends(self);
    WEFT_TRY(hint_again(mark(self, self->journal.batch, error), error));
    tell(self, WEFT_MOVE_MOVED, ret_outcome);
    return WEFT_OK;
}

/* What is still there of the source is put away, if nobody wrote to it since it was copied. */
static weft_code put_away(moving *self, const weft_move_begun *begun, weft_error *error)
{
    WEFT_TRY(open_ends(self, error));
    if (weft_move_tables_present(&self->source, &self->tables) > 0) {
        WEFT_TRY(weft_move_tables_lock(&self->source, &self->tables, self->move->scratch, error));
        WEFT_TRY(weft_move_sums_check(self->move, &self->source, &self->tables, &begun->tables, error));
        WEFT_TRY(trash_source(self, error));
        WEFT_TRY(weft_connection_commit(self->source.connection, error));
    }
    WEFT_TRY(weft_move_record_end(self->move, &self->journal, &self->target, begun->batch, false, error));
    return weft_connection_commit(self->target.connection, error);
}

/* weft.yaml says the target already. */
static weft_code run_rest(moving *self, weft_move_outcome *ret_outcome, weft_error *error)
{
    weft_move_begun begun;
    WEFT_TRY(weft_move_begun_find(self->move, self->target.store, &begun, error));
    if (begun.batch.len == 0) {
        tell(self, WEFT_MOVE_NOTHING, ret_outcome);
        return WEFT_OK;
    }
    self->source.store = weft_catalog_store(self->move->catalog, begun.from);
    if (!self->source.store || self->source.store == self->target.store) {
        return weft_fail(error,
                         WEFT_REFUSED_UNSAFE,
                         "a move from store \"%.*s\" was cut off, and weft.yaml does not have that store any more",
                         WEFT_STR_ARG(begun.from));
    }
    WEFT_TRY(hint_again(put_away(self, &begun, error), error));
    self->tables.sums = begun.tables.sums;
    tell(self, WEFT_MOVE_FINISHED, ret_outcome);
    return WEFT_OK;
}

static weft_code check_target(const weft_store_def *target, weft_error *error)
{
    return weft_store_is_read_only(target) ? weft_fail(error,
                                                       WEFT_UNSUPPORTED,
                                                       "no module can be moved to store \"%.*s\", which is callbacks",
                                                       WEFT_STR_ARG(target->name))
                                           : WEFT_OK;
}

weft_code weft_move_run(const weft_move *move, weft_move_outcome *ret_outcome, weft_error *error)
{
    moving self = {.move = move, .source.store = move->module->store, .target.store = move->target};
    WEFT_TRY(check_target(move->target, error));
    WEFT_TRY(weft_move_tables_find(move, &self.tables, error));
    WEFT_TRY(weft_move_journal_init(move, &self.journal, error));
    const weft_code code = move->module->store == move->target ? run_rest(&self, ret_outcome, error)
                                                               : run_whole(&self, ret_outcome, error);
    close_ends(&self);
    return code;
}
