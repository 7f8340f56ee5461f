/* Tables that are wanted and not there. A foreign key stands in its CREATE TABLE when the other table is there by then;
 * where two tables need each other, the key is added when both are. */
#include "migrate/compare.h"

typedef enum visit { VISIT_NONE = 0, VISIT_OPEN, VISIT_DONE } visit;

typedef struct creation {
    weft_comparison *comparison;
    visit *visits; /* by wanted table */
} creation;

#define CREATE_DEPTH_MAX 200

static size_t find_wanted(const weft_comparison *comparison, const weft_model *model)
{
    for (size_t i = 0; i < comparison->table_count; i++) {
        if (comparison->tables[i].model == model) {
            return i;
        }
    }
    return comparison->table_count;
}

static bool is_present(const weft_comparison *comparison, const weft_wanted_table *table)
{
    return weft_schema_find_table(comparison->present->schema, table->name) != NULL;
}

static weft_action create_action(weft_maker *maker, const weft_wanted_table *table)
{
    const weft_link *link = table->model->link;
    const weft_str name = link ? link->name : table->model->name;
    return (weft_action){
        .kind = WEFT_ACTION_CREATE,
        .model = table->model,
        .table = table->name,
        .summary = weft_maker_text(maker,
                                   "%s %.*s with %zu columns, %zu %s",
                                   link ? "link" : "model",
                                   WEFT_STR_ARG(name),
                                   table->column_count,
                                   table->index_count,
                                   table->index_count == 1 ? "index" : "indexes"),
        .is_safe = true,
    };
}

static void add_late_key(weft_comparison *comparison,
                         const weft_wanted_table *table,
                         const weft_wanted_foreign_key *key)
{
    weft_maker *maker = comparison->maker;
    weft_statements statements = {0};
    const weft_str constraint = weft_ddl_foreign_key(maker, key);
    weft_ddl_push(maker, &statements, weft_ddl_format(maker, "ALTER TABLE %N ADD %T", &table->name, &constraint));
    const weft_action action = {
        .kind = WEFT_ACTION_ALTER,
        .model = table->model,
        .table = table->name,
        .summary = weft_maker_text(maker, "add foreign key %.*s", WEFT_STR_ARG(key->column)),
        .is_safe = true,
    };
    weft_comparison_add(comparison, action, &statements);
}

/* True when the table `key` points at exists by the time its own is made; SQLite asks only when rows are written. */
static bool is_target_ready(const creation *state, size_t self, const weft_wanted_foreign_key *key)
{
    const weft_comparison *comparison = state->comparison;
    const size_t target = find_wanted(comparison, key->target);
    return !comparison->dialect->has_alter_column || target == self || target == comparison->table_count ||
           state->visits[target] == VISIT_DONE;
}

static void create_one(creation *state, size_t index)
{
    weft_comparison *comparison = state->comparison;
    weft_maker *maker = comparison->maker;
    weft_wanted_table table = comparison->tables[index];
    WEFT_VEC(weft_wanted_foreign_key) ready = {0};
    for (size_t i = 0; i < table.foreign_key_count; i++) {
        if (is_target_ready(state, index, &table.foreign_keys[i])) {
            weft_maker_push(maker, &ready, table.foreign_keys[i]);
        } else {
            add_late_key(comparison, &comparison->tables[index], &table.foreign_keys[i]);
        }
    }
    table.foreign_keys = ready.items;
    table.foreign_key_count = ready.count;
    weft_statements statements = {0};
    weft_ddl_create(maker, &table, &statements);
    weft_comparison_add(comparison, create_action(maker, &table), &statements);
}

/* Depth first, so that parents come before children; a table met while open closes a cycle. Chains deeper than the
 * limit are treated as cycles, which is right as well. */
static void visit_table(creation *state, size_t index, size_t depth)
{
    const weft_comparison *comparison = state->comparison;
    if (state->visits[index] != VISIT_NONE) {
        return;
    }
    state->visits[index] = VISIT_OPEN;
    const weft_wanted_table *table = &comparison->tables[index];
    const bool is_here = is_present(comparison, table);
    for (size_t i = 0; !is_here && i < table->foreign_key_count && depth < CREATE_DEPTH_MAX; i++) {
        const size_t target = find_wanted(comparison, table->foreign_keys[i].target);
        if (target < comparison->table_count) {
            visit_table(state, target, depth + 1);
        }
    }
    if (!is_here) {
        create_one(state, index);
    }
    state->visits[index] = VISIT_DONE;
}

void weft_compare_create(weft_comparison *comparison)
{
    creation state = {.comparison = comparison};
    state.visits = weft_maker_array(comparison->maker, comparison->table_count, sizeof(visit));
    for (size_t i = 0; state.visits && i < comparison->table_count; i++) {
        visit_table(&state, i, 0);
    }
}
