/* The plan of the target as if the module lived there already: what it still wants of the module's tables (triggers of
 * guards) and for weft itself (the journal of deletions, the outbox) is done. Copied tables want nothing else, or the
 * copy is not what the definitions say. */
#include "move/parts.h"

/* The catalog with the module's models in the target. Edges lead to the models of the real one, which plans of tables
 * do not mind. */
static const weft_catalog *imagine(const weft_move *move)
{
    const weft_catalog *catalog = move->catalog;
    weft_catalog *imagined = WEFT_ARENA_NEW(move->scratch, weft_catalog);
    const weft_model **models = WEFT_ARENA_ARRAY(move->scratch, const weft_model *, catalog->model_count);
    if (!imagined || !models) {
        return NULL;
    }
    for (size_t i = 0; i < catalog->model_count; i++) {
        models[i] = catalog->models[i];
        if (catalog->models[i]->module != move->module || catalog->models[i]->link) {
            continue;
        }
        weft_model *model = WEFT_ARENA_NEW(move->scratch, weft_model);
        if (!model) {
            return NULL;
        }
        *model = *catalog->models[i];
        model->store = move->target;
        models[i] = model;
    }
    *imagined = *catalog;
    imagined->models = models;
    return imagined;
}

static weft_code run_action(const weft_move *move,
                            const weft_move_end *target,
                            weft_journal *journal,
                            const weft_action *action,
                            weft_error *error)
{
    if (!action->is_safe || (action->model && action->kind != WEFT_ACTION_ALTER)) {
        return weft_fail(error,
                         WEFT_DRIFTED,
                         "the copy of table \"%.*s\" is not what the definitions say: %.*s",
                         WEFT_STR_ARG(action->table),
                         WEFT_STR_ARG(action->summary));
    }
    for (size_t i = 0; i < action->statement_count; i++) {
        WEFT_TRY(weft_migration_execute(target->connection, action->statements[i], error));
    }
    return weft_journal_record(journal, action, move->scratch, error);
}

weft_code weft_move_complete(const weft_move *move,
                             const weft_move_end *target,
                             weft_journal *journal,
                             weft_error *error)
{
    weft_migration_plan *plan = NULL;
    const weft_catalog *catalog = imagine(move);
    weft_store_present *presents = WEFT_ARENA_ARRAY(move->scratch, weft_store_present, move->catalog->store_count);
    if (!catalog || !presents) {
        return weft_fail_arena(error, move->scratch);
    }
    weft_store_present *present = &presents[target->store->index];
    WEFT_TRY(weft_connection_inspect(target->connection, move->scratch, &present->schema, error));
    WEFT_TRY(weft_journal_read(target->connection, present, move->scratch, error));
    WEFT_TRY(weft_migration_plan_make(catalog, WEFT_MIGRATE_ALL, presents, move->scratch, &plan, error));
    for (size_t i = 0; i < plan->action_count; i++) {
        const weft_action *action = &plan->actions[i];
        const bool is_ours = action->model ? action->model->module == move->module : action->kind != WEFT_ACTION_DROP;
        WEFT_TRY(is_ours ? run_action(move, target, journal, action, error) : WEFT_OK);
    }
    return WEFT_OK;
}
