/* The plan: what is wanted of each store against what it holds, as actions in the order they can run.
 *
 *      catalog ─want▶ tables ─rename▶ the schema after the renames ─compare▶ actions ─order▶ plan
 *
 * Pure; WEFT_NO_MEMORY is the only failure. */
#include "migrate/compare.h"
const weft_schema_table *weft_schema_find_table(const weft_schema *schema, weft_str name)
{
    for (size_t i = 0; i < schema->table_count; i++) {
        if (weft_str_equal(schema->tables[i].name, name)) {
            return &schema->tables[i];
        }
    }
    return NULL;
}

const weft_schema_column *weft_schema_find_column(const weft_schema_table *table, weft_str name)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (weft_str_equal(table->columns[i].name, name)) {
            return &table->columns[i];
        }
    }
    return NULL;
}

bool weft_comparison_is_recorded(const weft_comparison *comparison, weft_str table)
{
    for (size_t i = 0; i < comparison->present->link_count; i++) {
        if (weft_str_equal(comparison->present->links[i].table, table)) {
            return true;
        }
    }
    return false;
}

bool weft_comparison_is_made(const weft_comparison *comparison, weft_str table)
{
    for (size_t i = 0; i < comparison->present->made_count; i++) {
        if (weft_str_equal(comparison->present->made[i], table)) {
            return true;
        }
    }
    return false;
}

void weft_comparison_add(weft_comparison *comparison, weft_action action, const weft_statements *statements)
{
    action.store = comparison->store;
    if (statements) {
        action.statements = statements->items;
        action.statement_count = statements->count;
    }
    weft_maker_push(comparison->maker, comparison->actions, action);
}

static void add_problem(weft_comparison *comparison, const weft_model *model, weft_str text)
{
    const weft_migration_problem problem = {.store = comparison->store, .model = model, .text = text};
    weft_maker_push(comparison->maker, comparison->problems, problem);
}

/* A table that is not weft's to change is looked at all the same: a query on it would fail. */
static void inspect_unmanaged(weft_comparison *comparison, const weft_model *model)
{
    weft_maker *maker = comparison->maker;
    const weft_schema_table *table = weft_schema_find_table(comparison->present->schema, model->table);
    if (!table) {
        add_problem(comparison, model, weft_maker_text(maker, "table \"%.*s\" is missing", WEFT_STR_ARG(model->table)));
        return;
    }
    for (size_t i = 0; i < model->field_count; i++) {
        if (!weft_schema_find_column(table, model->fields[i].column)) {
            add_problem(comparison,
                        model,
                        weft_maker_text(maker,
                                        "table \"%.*s\" has no column \"%.*s\"",
                                        WEFT_STR_ARG(model->table),
                                        WEFT_STR_ARG(model->fields[i].column)));
        }
    }
}

static void want_tables(weft_comparison *comparison)
{
    WEFT_VEC(weft_wanted_table) tables = {0};
    for (size_t i = 0; i < comparison->catalog->model_count; i++) {
        const weft_model *model = comparison->catalog->models[i];
        if (model->store != comparison->store || (comparison->scope == WEFT_MIGRATE_LINKS && !model->link)) {
            continue;
        }
        if (!model->is_managed) {
            /* What another schema holds was not looked at, and what is served has no table. */
            if (model->schema.len == 0 && !model->is_served) {
                inspect_unmanaged(comparison, model);
            }
            continue;
        }
        weft_wanted_table table;
        weft_wanted_table_make(comparison->maker, comparison->catalog, model, comparison->dialect, &table);
        weft_maker_push(comparison->maker, &tables, table);
    }
    comparison->tables = tables.items;
    comparison->table_count = tables.count;
}

bool weft_comparison_is_wanted(const weft_comparison *comparison, weft_str table)
{
    for (size_t i = 0; i < comparison->catalog->model_count; i++) {
        const weft_model *model = comparison->catalog->models[i];
        if (model->store == comparison->store && weft_str_equal(model->table, table)) {
            return true;
        }
    }
    return false;
}

static void compare_present(weft_comparison *comparison)
{
    for (size_t i = 0; i < comparison->table_count; i++) {
        const weft_wanted_table *table = &comparison->tables[i];
        const weft_schema_table *present = weft_schema_find_table(comparison->present->schema, table->name);
        if (present) {
            weft_compare_table(comparison, table, weft_guard_present(comparison, table->model, present));
        }
    }
}

/* A link whose definition disappeared is told, never touched: a plugin may only be absent for today. */
static void report_lost_links(weft_comparison *comparison)
{
    weft_maker *maker = comparison->maker;
    for (size_t i = 0; i < comparison->present->link_count; i++) {
        const weft_recorded_link *recorded = &comparison->present->links[i];
        if (weft_comparison_is_wanted(comparison, recorded->table) ||
            !weft_schema_find_table(comparison->present->schema, recorded->table)) {
            continue;
        }
        const weft_action action = {
            .kind = WEFT_ACTION_DROP,
            .table = recorded->table,
            .link = recorded->link,
            .summary = weft_maker_text(maker, "table of link %.*s", WEFT_STR_ARG(recorded->link)),
            .reason = WEFT_STR("no definition has this link any more; its table stays until it is dropped by name"),
            .count_sql = weft_ddl_format(maker, "SELECT count(*) FROM %N", &recorded->table),
            .is_refused = true,
        };
        weft_comparison_add(comparison, action, NULL);
    }
}

/* A model that has this table and lives somewhere else by now, or NULL. */
static const weft_model *find_elsewhere(const weft_comparison *comparison, weft_str table)
{
    for (size_t i = 0; i < comparison->catalog->model_count; i++) {
        const weft_model *model = comparison->catalog->models[i];
        if (model->store != comparison->store && weft_str_equal(model->table, table)) {
            return model;
        }
    }
    return NULL;
}

static bool is_reported(const weft_comparison *comparison, weft_str table)
{
    for (size_t i = 0; i < comparison->actions->count; i++) {
        if (weft_str_equal(comparison->actions->items[i].table, table)) {
            return true;
        }
    }
    return weft_comparison_is_recorded(comparison, table);
}

static void report_left_table(weft_comparison *comparison, weft_str table)
{
    weft_maker *maker = comparison->maker;
    const weft_model *model = find_elsewhere(comparison, table);
    const weft_action action = {
        .kind = WEFT_ACTION_DROP,
        .table = table,
        .summary = model ? weft_maker_text(
                               maker, "table of model %.*s, which lives in another store", WEFT_STR_ARG(model->name))
                         : WEFT_STR("table without a model"),
        .reason =
            model ? weft_maker_text(maker,
                                    "its model lives in store %.*s now; the table stays until it is dropped by name",
                                    WEFT_STR_ARG(model->store->name))
                  : WEFT_STR("no definition has this table any more; it stays until it is dropped by name"),
        .count_sql = weft_ddl_format(maker, "SELECT count(*) FROM %N", &table),
        .is_refused = true,
    };
    weft_comparison_add(comparison, action, NULL);
}

/* Tables that weft made for models that were removed, renamed without saying so, or placed in another store. Weft's own
 * are not theirs to drop. */
static void report_left_tables(weft_comparison *comparison)
{
    for (size_t i = 0; i < comparison->present->made_count; i++) {
        const weft_str table = comparison->present->made[i];
        if (!weft_comparison_is_wanted(comparison, table) && !weft_is_own_table(table) &&
            !is_reported(comparison, table) && weft_schema_find_table(comparison->present->schema, table)) {
            report_left_table(comparison, table);
        }
    }
}

static void compare_store(weft_comparison *comparison)
{
    want_tables(comparison);
    if (comparison->maker->failed) {
        return;
    }
    weft_compare_renames(comparison);
    weft_compare_create(comparison);
    weft_compare_guards_to_drop(comparison);
    compare_present(comparison);
    weft_compare_own(comparison, &weft_own_deletions);
    weft_compare_guards_to_make(comparison);
    report_lost_links(comparison);
    if (comparison->scope == WEFT_MIGRATE_ALL) {
        report_left_tables(comparison);
    }
}

/* Kinds in the order they run: what is renamed is there when it is altered, what is created when it is pointed at. */
static size_t action_rank(const weft_action *action)
{
    static const size_t ranks[] = {[WEFT_ACTION_RENAME] = 0,
                                   [WEFT_ACTION_CREATE] = 1,
                                   [WEFT_ACTION_ADOPT] = 2,
                                   [WEFT_ACTION_ALTER] = 3,
                                   [WEFT_ACTION_DROP] = 4};
    return ranks[action->kind];
}

static void take_actions(weft_maker *maker, const weft_actions *from, weft_actions *to)
{
    for (size_t rank = 0; rank <= 4; rank++) {
        for (size_t i = 0; i < from->count; i++) {
            if (action_rank(&from->items[i]) == rank) {
                weft_maker_push(maker, to, from->items[i]);
            }
        }
    }
}

weft_code weft_migration_plan_make(const weft_catalog *catalog,
                                   weft_migration_scope scope,
                                   const weft_store_present *presents,
                                   weft_arena *keep,
                                   weft_migration_plan **ret_plan,
                                   weft_error *error)
{
    weft_maker maker = {.keep = keep};
    weft_actions all = {0};
    weft_migration_problems problems = {0};
    weft_table_fingerprints table_fingerprints = {0};
    weft_migration_plan *plan = weft_maker_array(&maker, 1, sizeof(*plan));
    weft_str *fingerprints = weft_maker_array(&maker, catalog->store_count, sizeof(*fingerprints));
    for (size_t i = 0; fingerprints && i < catalog->store_count; i++) {
        if (!presents[i].schema) {
            continue;
        }
        const weft_store_def *store = &catalog->stores[i];
        weft_actions actions = {0};
        weft_comparison comparison = {.maker = &maker,
                                      .catalog = catalog,
                                      .store = store,
                                      .dialect = weft_driver_for(store->kind)->dialect,
                                      .present = &presents[i],
                                      .stored = presents[i].schema,
                                      .scope = scope,
                                      .actions = &actions,
                                      .problems = &problems,
                                      .fingerprints = &table_fingerprints};
        compare_store(&comparison);
        take_actions(&maker, &actions, &all);
        fingerprints[i] = weft_fingerprint_make(&comparison);
    }
    WEFT_TRY(weft_maker_check(&maker, error));
    *plan = (weft_migration_plan){.catalog = catalog,
                                  .scope = scope,
                                  .actions = all.items,
                                  .action_count = all.count,
                                  .problems = problems.items,
                                  .problem_count = problems.count,
                                  .fingerprints = fingerprints,
                                  .table_fingerprints = table_fingerprints.items,
                                  .table_fingerprint_count = table_fingerprints.count};
    *ret_plan = plan;
    return WEFT_OK;
}

size_t weft_migration_plan_pending(const weft_migration_plan *plan, bool *ret_has_unsafe)
{
    size_t pending = 0;
    bool has_unsafe = false;
    for (size_t i = 0; i < plan->action_count; i++) {
        const bool counts = plan->actions[i].kind != WEFT_ACTION_DROP;
        pending += counts;
        has_unsafe |= counts && !plan->actions[i].is_safe;
    }
    if (ret_has_unsafe) {
        *ret_has_unsafe = has_unsafe;
    }
    return pending;
}
