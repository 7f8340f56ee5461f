/* Guards of models against the triggers that are there.
 *
 *      trigger of weft's, not as wanted ─▶ drop, before the table is altered (a trigger may hold a column)
 *      wanted, not there                ─▶ make, after it; before the first of them the outbox
 *
 * Tables that weft does not manage get them too: whoever writes `guard` asks for just that. */
#include "migrate/guard.h"

#include "migrate/compare.h"

static bool is_as_wanted(const weft_schema_trigger *trigger, const weft_guard_trigger *wanted)
{
    const weft_str text = trigger->function.len > 0 ? trigger->comment : trigger->sql;
    return !trigger->is_disabled && weft_str_equal(trigger->name, wanted->name) && weft_str_equal(text, wanted->text);
}

static bool is_wanted(const weft_guard *guard, const weft_schema_trigger *trigger)
{
    for (size_t i = 0; i < guard->trigger_count; i++) {
        if (is_as_wanted(trigger, &guard->triggers[i])) {
            return true;
        }
    }
    return false;
}

static bool is_there(const weft_schema_table *table, const weft_guard_trigger *wanted)
{
    for (size_t i = 0; table && i < table->trigger_count; i++) {
        if (is_as_wanted(&table->triggers[i], wanted)) {
            return true;
        }
    }
    return false;
}

static const weft_schema_table *present_table(const weft_comparison *comparison, const weft_model *model)
{
    return weft_schema_find_table(comparison->present->schema, model->table);
}

static bool is_in_question(const weft_comparison *comparison, const weft_model *model)
{
    return model->store == comparison->store && comparison->scope == WEFT_MIGRATE_ALL && !model->link &&
           !model->is_pivot;
}

static void make_guard(const weft_comparison *comparison,
                       const weft_model *model,
                       const weft_schema_table *table,
                       weft_guard *ret_guard)
{
    *ret_guard = (weft_guard){0};
    if (model->is_guarded) {
        weft_guard_make(comparison->maker, model, table, comparison->dialect, ret_guard);
    }
}

/* The functions of dropped triggers that no trigger of the table calls any more: weft's by their name. */
static void drop_functions(weft_maker *maker,
                           const weft_schema_table *table,
                           const weft_guard *guard,
                           weft_statements *statements)
{
    for (size_t i = 0; i < table->trigger_count; i++) {
        const weft_schema_trigger *trigger = &table->triggers[i];
        bool is_needed = trigger->function.len == 0 || !weft_guard_is_trigger(trigger);
        for (size_t k = 0; k < table->trigger_count; k++) {
            const weft_schema_trigger *other = &table->triggers[k];
            const bool stays = !weft_guard_is_trigger(other) || is_wanted(guard, other);
            is_needed = is_needed || ((k < i || stays) && weft_str_equal(other->function, trigger->function));
        }
        if (!is_needed) {
            weft_ddl_push(maker, statements, weft_ddl_format(maker, "DROP FUNCTION %N()", &trigger->function));
        }
    }
}

/* Triggers of weft's that `guard` does not want, on the table by the name it has when they go. */
static void push_drops(weft_maker *maker,
                       const weft_dialect *dialect,
                       const weft_schema_table *table,
                       weft_str name,
                       const weft_guard *guard,
                       weft_statements *statements)
{
    for (size_t i = 0; i < table->trigger_count; i++) {
        const weft_schema_trigger *trigger = &table->triggers[i];
        if (weft_guard_is_trigger(trigger) && !is_wanted(guard, trigger)) {
            const weft_str sql =
                weft_ddl_format(maker,
                                dialect->has_trigger_functions ? "DROP TRIGGER %N ON %N" : "DROP TRIGGER %N",
                                &trigger->name,
                                &name);
            weft_ddl_push(maker, statements, sql);
        }
    }
}

void weft_guard_drop(weft_maker *maker,
                     const weft_dialect *dialect,
                     const weft_schema_table *table,
                     weft_statements *statements)
{
    static const weft_guard none = {.trigger_count = 0};
    push_drops(maker, dialect, table, table->name, &none, statements);
    drop_functions(maker, table, &none, statements);
}

static void push_comment(
    weft_maker *maker, weft_str trigger, weft_str table, weft_str comment, weft_statements *statements)
{
    weft_ddl_push(
        maker, statements, weft_ddl_format(maker, "COMMENT ON TRIGGER %N ON %N IS %L", &trigger, &table, &comment));
}

/* What makes the dropped triggers again, as they were; nothing where the table gets another name in the same plan. */
static weft_statements undo_drops(weft_maker *maker,
                                  const weft_schema_table *table,
                                  weft_str name,
                                  const weft_guard *guard)
{
    weft_statements undo = {0};
    for (size_t i = 0; weft_str_equal(table->name, name) && i < table->trigger_count; i++) {
        const weft_schema_trigger *trigger = &table->triggers[i];
        if (!weft_guard_is_trigger(trigger) || is_wanted(guard, trigger)) {
            continue;
        }
        if (trigger->function_sql.len > 0) {
            weft_ddl_push(maker, &undo, trigger->function_sql);
        }
        weft_ddl_push(maker, &undo, trigger->sql);
        if (trigger->comment.len > 0) {
            push_comment(maker, trigger->name, name, trigger->comment, &undo);
        }
    }
    return undo;
}

static void drop_triggers(weft_comparison *comparison, const weft_model *model, const weft_schema_table *table)
{
    weft_maker *maker = comparison->maker;
    weft_guard guard;
    weft_statements statements = {0};
    make_guard(comparison, model, table, &guard);
    push_drops(maker, comparison->dialect, table, model->table, &guard, &statements);
    if (statements.count == 0) {
        return;
    }
    drop_functions(maker, table, &guard, &statements);
    const weft_statements undo = undo_drops(maker, table, model->table, &guard);
    const weft_action action = {
        .kind = WEFT_ACTION_ALTER,
        .model = model,
        .table = model->table,
        .summary =
            model->is_guarded ? WEFT_STR("drop guard triggers that are out of date") : WEFT_STR("drop guard triggers"),
        .is_safe = true,
        .undo = undo.items,
        .undo_count = undo.count,
    };
    weft_comparison_add(comparison, action, &statements);
}

void weft_compare_guards_to_drop(weft_comparison *comparison)
{
    for (size_t i = 0; i < comparison->catalog->model_count; i++) {
        const weft_model *model = comparison->catalog->models[i];
        const weft_schema_table *table = is_in_question(comparison, model) ? present_table(comparison, model) : NULL;
        if (table) {
            drop_triggers(comparison, model, table);
        }
    }
}

const weft_schema_table *weft_guard_present(const weft_comparison *comparison,
                                            const weft_model *model,
                                            const weft_schema_table *present)
{
    weft_guard guard;
    weft_schema_table *kept = weft_maker_array(comparison->maker, 1, sizeof(*kept));
    weft_schema_trigger *triggers =
        weft_maker_array(comparison->maker, present->trigger_count, sizeof(*present->triggers));
    if (!kept || !triggers || !is_in_question(comparison, model)) {
        return present;
    }
    make_guard(comparison, model, present, &guard);
    *kept = *present;
    kept->triggers = triggers;
    kept->trigger_count = 0;
    for (size_t i = 0; i < present->trigger_count; i++) {
        if (!weft_guard_is_trigger(&present->triggers[i]) || is_wanted(&guard, &present->triggers[i])) {
            triggers[kept->trigger_count++] = present->triggers[i];
        }
    }
    return kept;
}

static void make_outbox(weft_comparison *comparison)
{
    weft_statements statements = {0};
    const weft_action action = {
        .kind = WEFT_ACTION_CREATE,
        .table = WEFT_STR(WEFT_OUTBOX_TABLE),
        .summary = WEFT_STR("where guards note deletes"),
        .is_safe = true,
    };
    weft_outbox_ddl(comparison->maker, comparison->dialect, &statements);
    weft_comparison_add(comparison, action, &statements);
}

static void add_trigger(weft_maker *maker,
                        const weft_model *model,
                        const weft_dialect *dialect,
                        const weft_guard_trigger *trigger,
                        weft_statements *statements)
{
    weft_ddl_push(maker, statements, trigger->sql);
    if (dialect->has_trigger_functions) {
        push_comment(maker, trigger->name, model->table, trigger->text, statements);
    }
}

static void guard_statements(weft_comparison *comparison,
                             const weft_model *model,
                             const weft_schema_table *table,
                             weft_statements *ret_statements)
{
    weft_guard guard;
    make_guard(comparison, model, table, &guard);
    for (size_t i = 0; i < guard.trigger_count; i++) {
        if (is_there(table, &guard.triggers[i])) {
            continue;
        }
        if (ret_statements->count == 0 && guard.function.len > 0) {
            weft_ddl_push(comparison->maker, ret_statements, guard.function);
        }
        add_trigger(comparison->maker, model, comparison->dialect, &guard.triggers[i], ret_statements);
    }
}

static void make_triggers(weft_comparison *comparison, const weft_model *model, bool *has_outbox)
{
    const weft_schema_table *table = present_table(comparison, model);
    weft_statements statements = {0};
    weft_action action = {.kind = WEFT_ACTION_ALTER,
                          .model = model,
                          .table = model->table,
                          .summary = WEFT_STR("guard it with triggers"),
                          .is_safe = true};
    if (table && table->is_view) {
        action.is_safe = false;
        action.is_refused = true;
        action.reason = WEFT_STR("it is a view, from which no row is deleted");
        weft_comparison_add(comparison, action, NULL);
        return;
    }
    guard_statements(comparison, model, table, &statements);
    if (statements.count == 0) {
        return;
    }
    if (!*has_outbox) {
        make_outbox(comparison);
        *has_outbox = true;
    }
    weft_comparison_add(comparison, action, &statements);
}

/* A table that is neither there nor weft's to make is told as a problem elsewhere. */
void weft_compare_guards_to_make(weft_comparison *comparison)
{
    bool has_outbox = weft_schema_find_table(comparison->present->schema, WEFT_STR(WEFT_OUTBOX_TABLE)) != NULL;
    for (size_t i = 0; i < comparison->catalog->model_count; i++) {
        const weft_model *model = comparison->catalog->models[i];
        if (is_in_question(comparison, model) && model->is_guarded &&
            (model->is_managed || present_table(comparison, model))) {
            make_triggers(comparison, model, &has_outbox);
        }
    }
}
