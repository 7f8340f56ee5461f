/* Which tables a module has, whether they can be moved, and what is done to them as a whole. */
#include "migrate/own.h"
#include "move/parts.h"

weft_code weft_move_tables_find(const weft_move *move, weft_move_tables *ret_tables, weft_error *error)
{
    const size_t max = move->catalog->model_count;
    weft_move_tables tables = {.models = WEFT_ARENA_ARRAY(move->scratch, const weft_model *, max),
                               .names = WEFT_ARENA_ARRAY(move->scratch, weft_str, max),
                               .sums = WEFT_ARENA_ARRAY(move->scratch, weft_move_sum, max)};
    if (!tables.models || !tables.names || !tables.sums) {
        return weft_fail_arena(error, move->scratch);
    }
    for (size_t i = 0; i < max; i++) {
        const weft_model *model = move->catalog->models[i];
        if (model->module != move->module || model->link) {
            continue;
        }
        if (model->is_served) {
            weft_fail(error,
                      WEFT_UNSUPPORTED,
                      "the model \"%.*s\" is served by callbacks, so its module has no tables to move",
                      WEFT_STR_ARG(model->name));
            weft_error_set_hint(error, "Change its store in weft.yaml, migrate, and create its records there.");
            return WEFT_UNSUPPORTED;
        }
        if (!model->is_managed) {
            weft_fail(error,
                      WEFT_UNSUPPORTED,
                      "the model \"%.*s\" is not managed by weft, so its module cannot be moved",
                      WEFT_STR_ARG(model->name));
            weft_error_set_hint(error, "Move its table yourself, then change weft.yaml.");
            return WEFT_UNSUPPORTED;
        }
        tables.models[tables.count] = model;
        tables.names[tables.count++] = model->table;
    }
    *ret_tables = tables;
    return WEFT_OK;
}

static bool is_one_of(const weft_move_tables *tables, weft_str name)
{
    for (size_t i = 0; i < tables->count; i++) {
        if (weft_str_equal(tables->names[i], name)) {
            return true;
        }
    }
    return false;
}

static weft_code fail_pending(const weft_action *action, weft_error *error)
{
    weft_fail(error,
              WEFT_REFUSED_UNSAFE,
              "table \"%.*s\" is not what the definitions say: %.*s",
              WEFT_STR_ARG(action->table),
              WEFT_STR_ARG(action->summary));
    weft_error_set_hint(error, "Run \"weft db:migrate\" first; only what is as defined can be moved.");
    return WEFT_REFUSED_UNSAFE;
}

/* What migrating would do to the module's tables: nothing, or they do not move. */
static weft_code check_defined(const weft_move *move,
                               const weft_move_tables *tables,
                               const weft_move_end *source,
                               weft_error *error)
{
    weft_migration_plan *plan = NULL;
    weft_store_present *presents = WEFT_ARENA_ARRAY(move->scratch, weft_store_present, move->catalog->store_count);
    if (!presents) {
        return weft_fail_arena(error, move->scratch);
    }
    presents[source->store->index].schema = source->schema;
    WEFT_TRY(weft_journal_read(source->connection, &presents[source->store->index], move->scratch, error));
    WEFT_TRY(weft_migration_plan_make(move->catalog, WEFT_MIGRATE_ALL, presents, move->scratch, &plan, error));
    for (size_t i = 0; i < plan->action_count; i++) {
        if (plan->actions[i].kind != WEFT_ACTION_DROP && is_one_of(tables, plan->actions[i].table)) {
            return fail_pending(&plan->actions[i], error);
        }
    }
    return WEFT_OK;
}

static bool has_column(const weft_model *model, weft_str name)
{
    for (size_t i = 0; i < model->field_count; i++) {
        if (weft_str_equal(model->fields[i].column, name)) {
            return true;
        }
    }
    return false;
}

static weft_code check_columns(const weft_model *model, const weft_schema_table *table, weft_error *error)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (!has_column(model, table->columns[i].name)) {
            weft_fail(error,
                      WEFT_REFUSED_UNSAFE,
                      "table \"%.*s\" has a column that no definition has, \"%.*s\", which would not move",
                      WEFT_STR_ARG(table->name),
                      WEFT_STR_ARG(table->columns[i].name));
            weft_error_set_hint(error, "Define it as a field, or drop it.");
            return WEFT_REFUSED_UNSAFE;
        }
    }
    return WEFT_OK;
}

static weft_code check_references(const weft_move_tables *tables, const weft_schema_table *other, weft_error *error)
{
    for (size_t i = 0; i < other->foreign_key_count && !is_one_of(tables, other->name); i++) {
        if (is_one_of(tables, other->foreign_keys[i].target_table)) {
            return weft_fail(error,
                             WEFT_REFUSED_UNSAFE,
                             "table \"%.*s\" cannot move: \"%.*s\" has a foreign key to it",
                             WEFT_STR_ARG(other->foreign_keys[i].target_table),
                             WEFT_STR_ARG(other->name));
        }
    }
    return WEFT_OK;
}

weft_code weft_move_tables_check(const weft_move *move,
                                 const weft_move_tables *tables,
                                 const weft_move_end *source,
                                 weft_error *error)
{
    WEFT_TRY(check_defined(move, tables, source, error));
    for (size_t i = 0; i < tables->count; i++) {
        const weft_schema_table *table = weft_schema_find_table(source->schema, tables->names[i]);
        WEFT_TRY(table ? check_columns(tables->models[i], table, error) : WEFT_OK);
    }
    for (size_t i = 0; i < source->schema->table_count; i++) {
        WEFT_TRY(check_references(tables, &source->schema->tables[i], error));
    }
    return WEFT_OK;
}

typedef struct deletions_look {
    weft_arena *scratch;
    int64_t unfinished;
} deletions_look;

static weft_code count_deletions(void *ctx, weft_connection *connection, weft_error *error)
{
    deletions_look *self = ctx;
    bool is_there = false;
    const weft_value *values = NULL;
    size_t count = 0;
    const weft_value_kind kind = WEFT_VALUE_INTEGER;
    const weft_statement statement = {.sql = WEFT_STR("SELECT count(*) FROM \"" WEFT_DELETIONS_TABLE
                                                      "\" WHERE \"state\" IN ('prepared', 'restoring')"),
                                      .columns = &kind,
                                      .column_count = 1,
                                      .is_once = true};
    WEFT_TRY(weft_own_group_is_there(connection, &weft_own_deletions, self->scratch, &is_there, error));
    if (!is_there) {
        return WEFT_OK;
    }
    WEFT_TRY(weft_connection_collect(connection, &statement, self->scratch, &values, &count, error));
    self->unfinished += count > 0 ? values[0].as.integer : 0;
    return WEFT_OK;
}

weft_code weft_move_deletions_check(const weft_move *move, weft_error *error)
{
    deletions_look look = {.scratch = move->scratch};
    for (size_t i = 0; i < move->catalog->store_count; i++) {
        WEFT_TRY(weft_migration_run_reading(move->session, &move->catalog->stores[i], count_deletions, &look, error));
    }
    if (look.unfinished > 0) {
        weft_fail(error, WEFT_REFUSED_UNSAFE, "deletions are unfinished, and they may reach the module's tables");
        weft_error_set_hint(error, "Run \"weft recover\" first.");
        return WEFT_REFUSED_UNSAFE;
    }
    return WEFT_OK;
}

weft_code weft_move_tables_lock(const weft_move_end *end,
                                const weft_move_tables *tables,
                                weft_arena *scratch,
                                weft_error *error)
{
    weft_maker maker = {.keep = scratch};
    const char *format = weft_connection_dialect(end->connection)->lock_table_sql;
    for (size_t i = 0; format && i < tables->count; i++) {
        const weft_str sql = weft_ddl_format(&maker, format, &tables->names[i]);
        WEFT_TRY(weft_maker_check(&maker, error));
        WEFT_TRY(weft_migration_execute(end->connection, sql, error));
    }
    return WEFT_OK;
}

size_t weft_move_tables_present(const weft_move_end *end, const weft_move_tables *tables)
{
    size_t count = 0;
    for (size_t i = 0; i < tables->count; i++) {
        count += weft_schema_find_table(end->schema, tables->names[i]) != NULL;
    }
    return count;
}

/* Together, where a store holds tables that point at each other to it. */
weft_code weft_move_tables_drop(const weft_move_end *end,
                                const weft_move_tables *tables,
                                weft_arena *scratch,
                                weft_error *error)
{
    weft_maker maker = {.keep = scratch};
    weft_statements statements = {0};
    const weft_str names = weft_ddl_names(&maker, tables->names, tables->count);
    const bool is_one = weft_connection_dialect(end->connection)->has_alter_column;
    if (is_one) {
        weft_ddl_push(&maker, &statements, weft_ddl_format(&maker, "DROP TABLE %T", &names));
    }
    for (size_t i = 0; !is_one && i < tables->count; i++) {
        weft_ddl_push(&maker, &statements, weft_ddl_format(&maker, "DROP TABLE %N", &tables->names[i]));
    }
    WEFT_TRY(weft_maker_check(&maker, error));
    for (size_t i = 0; i < statements.count; i++) {
        WEFT_TRY(weft_migration_execute(end->connection, statements.items[i], error));
    }
    return WEFT_OK;
}
