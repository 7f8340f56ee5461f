/* Tables that are not what the definitions say, and link tables of definitions that disappeared: what the plan of
 * migrating says, made twice, so that a migration at work is not taken for drift. Fails as reading the stores does. */
#include "doctor/examination.h"
#include "migrate/migrate.h"

static weft_code read_plan(weft_examination *examination,
                           const weft_store_def *store,
                           weft_migration_plan **ret_plan,
                           weft_error *error)
{
    weft_session session;
    weft_examination_session(examination, WEFT_TRANSACTION_READ, &session);
    const weft_code code =
        weft_migration_plan_read_store(examination->catalog, store, &session, &examination->page, ret_plan, error);
    weft_session_done(&session);
    return code;
}

static bool is_wanted(const weft_examination *examination, const weft_model *model)
{
    return !examination->only || (model && model->link == examination->only);
}

static bool has_action(const weft_migration_plan *plan, const weft_action *action)
{
    for (size_t i = 0; i < plan->action_count; i++) {
        const weft_action *other = &plan->actions[i];
        if (other->store == action->store && other->kind == action->kind &&
            weft_str_equal(other->table, action->table) && weft_str_equal(other->summary, action->summary)) {
            return true;
        }
    }
    return false;
}

static bool has_problem(const weft_migration_plan *plan, const weft_migration_problem *problem)
{
    for (size_t i = 0; i < plan->problem_count; i++) {
        if (plan->problems[i].model == problem->model && weft_str_equal(plan->problems[i].text, problem->text)) {
            return true;
        }
    }
    return false;
}

/* Only what the first plan said too. */
static weft_code tell_action(weft_examination *examination,
                             const weft_migration_plan *first,
                             const weft_action *action,
                             weft_error *error)
{
    if (!is_wanted(examination, action->model) || !has_action(first, action)) {
        return WEFT_OK;
    }
    const bool is_unknown = action->kind == WEFT_ACTION_DROP;
    if (is_unknown && action->link.len == 0) {
        return WEFT_OK; /* a removed model's table harms no link */
    }
    weft_finding_begin(examination, is_unknown ? "unknown_link" : "drift", action->store);
    weft_finding_add_text(examination, "table", action->table);
    weft_finding_add_text(examination, "summary", action->summary);
    if (is_unknown && action->has_rows_at_stake) {
        const weft_value rows = {.kind = WEFT_VALUE_INTEGER, .as.integer = (int64_t)action->rows_at_stake};
        weft_finding_add_value(examination, "rows", &rows);
    }
    return weft_finding_end(examination, weft_examination_left(examination), error);
}

static weft_code tell_problem(weft_examination *examination,
                              const weft_migration_plan *first,
                              const weft_migration_problem *problem,
                              weft_error *error)
{
    if (!is_wanted(examination, problem->model) || !has_problem(first, problem)) {
        return WEFT_OK;
    }
    weft_finding_begin(examination, "drift", problem->store);
    weft_finding_add_text(examination, "table", problem->model->table);
    weft_finding_add_text(examination, "summary", problem->text);
    return weft_finding_end(examination, weft_examination_left(examination), error);
}

static weft_code tell_both(weft_examination *examination,
                           const weft_migration_plan *first,
                           const weft_migration_plan *second,
                           weft_error *error)
{
    for (size_t i = 0; i < second->action_count; i++) {
        WEFT_TRY(tell_action(examination, first, &second->actions[i], error));
    }
    for (size_t i = 0; i < second->problem_count; i++) {
        WEFT_TRY(tell_problem(examination, first, &second->problems[i], error));
    }
    return WEFT_OK;
}

weft_code weft_doctor_check_tables(weft_examination *examination, const weft_store_def *store, weft_error *error)
{
    weft_migration_plan *first = NULL;
    weft_migration_plan *second = NULL;
    weft_arena_reset(&examination->page);
    WEFT_TRY(read_plan(examination, store, &first, error));
    if (first->action_count == 0 && first->problem_count == 0) {
        return WEFT_OK;
    }
    WEFT_TRY(read_plan(examination, store, &second, error));
    return tell_both(examination, first, second, error);
}
