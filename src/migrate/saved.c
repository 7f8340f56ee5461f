/* Reading a plan that was saved as JSON, and telling whether a plan made today is still that one.
 *
 * Nothing of the file is ever run: it only says what may run. Rows are not compared (they are measured again when the
 * plan is applied), so neither are reasons and verdicts. */
#include "migrate/saved.h"

#include "migrate/journal.h"
#include "migrate/read.h"

#define FORMAT    1
#define BYTES_MAX ((size_t)64 << 20)

static weft_str member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value) ? weft_json_text(value) : WEFT_STR("");
}

static weft_code check_shape(const json_t *root, weft_error *error)
{
    const json_t *format = json_object_get(root, "format");
    if (!json_is_integer(format) || !json_is_array(json_object_get(root, "stores")) ||
        !json_is_array(json_object_get(root, "actions")) || member(root, "scope").len == 0) {
        const weft_code code = weft_fail(error, WEFT_INVALID_REQUEST, "the file is no plan");
        weft_error_set_hint(error, "\"weft db:plan -o plan.json\" writes one.");
        return code;
    }
    if (json_integer_value(format) != FORMAT) {
        return weft_fail(error,
                         WEFT_UNSUPPORTED,
                         "plans of format %lld cannot be read, only those of format %d",
                         (long long)json_integer_value(format),
                         FORMAT);
    }
    return WEFT_OK;
}

weft_code weft_saved_plan_read(weft_str text, weft_arena *keep, weft_saved_plan *ret_plan, weft_error *error)
{
    json_t *root = NULL;
    weft_maker maker = {.keep = keep};
    WEFT_TRY(weft_json_read(text, BYTES_MAX, &root, error));
    weft_code code = check_shape(root, error);
    if (code == WEFT_OK) {
        weft_buf buf = weft_maker_buf(&maker);
        weft_json_add_canonical_value(&buf, root);
        *ret_plan = (weft_saved_plan){.root = root, .hash = weft_digest_make(&maker, &buf)};
        ret_plan->scope = weft_str_equal_text(member(root, "scope"), "links") ? WEFT_MIGRATE_LINKS : WEFT_MIGRATE_ALL;
        code = weft_maker_check(&maker, error);
    }
    if (code != WEFT_OK) {
        json_decref(root);
        ret_plan->root = NULL;
    }
    return code;
}

void weft_saved_plan_done(weft_saved_plan *plan)
{
    json_decref(plan->root);
    plan->root = NULL;
}

static const json_t *find_store(const weft_saved_plan *saved, weft_str name)
{
    const json_t *stores = json_object_get(saved->root, "stores");
    for (size_t i = 0; i < json_array_size(stores); i++) {
        if (weft_str_equal(member(json_array_get(stores, i), "name"), name)) {
            return json_array_get(stores, i);
        }
    }
    return NULL;
}

static weft_code drifted(weft_error *error, weft_code code)
{
    weft_error_set_hint(error, "Nothing was changed here. Make a new plan and look at it.");
    return code;
}

weft_code weft_saved_plan_check_stores(const weft_saved_plan *saved, const weft_catalog *catalog, weft_error *error)
{
    size_t count = 0;
    for (size_t i = 0; i < catalog->store_count; i++) {
        const weft_store_def *store = &catalog->stores[i];
        if (!weft_store_is_in_scope(catalog, store, saved->scope)) {
            continue;
        }
        if (!find_store(saved, store->name)) {
            return drifted(error,
                           weft_fail(error, WEFT_DRIFTED, "the plan has no store \"%.*s\"", WEFT_STR_ARG(store->name)));
        }
        count++;
    }
    if (count != json_array_size(json_object_get(saved->root, "stores"))) {
        return drifted(error, weft_fail(error, WEFT_DRIFTED, "the plan has a store that the definitions do not have"));
    }
    return WEFT_OK;
}

static weft_code fail_table(const weft_store_def *store, weft_str table, const char *what, weft_error *error)
{
    weft_fail(error,
              WEFT_DRIFTED,
              "table \"%.*s\" of store \"%.*s\" %s since the plan was made",
              WEFT_STR_ARG(table),
              WEFT_STR_ARG(store->name),
              what);
    return drifted(error, WEFT_DRIFTED);
}

static bool has_table(const weft_migration_plan *plan, const weft_store_def *store, weft_str table)
{
    for (size_t i = 0; i < plan->table_fingerprint_count; i++) {
        const weft_table_fingerprint *fingerprint = &plan->table_fingerprints[i];
        if (fingerprint->store == store && weft_str_equal(fingerprint->table, table)) {
            return true;
        }
    }
    return false;
}

/* The store's fingerprint is another: say by which table. */
static weft_code tell_drift(const json_t *saved,
                            const weft_migration_plan *plan,
                            const weft_store_def *store,
                            weft_error *error)
{
    json_t *tables = weft_json_iterable(json_object_get(saved, "tables"));
    for (size_t i = 0; i < plan->table_fingerprint_count; i++) {
        const weft_table_fingerprint *fingerprint = &plan->table_fingerprints[i];
        if (fingerprint->store != store) {
            continue;
        }
        const json_t *value = json_object_getn(tables, fingerprint->table.data, fingerprint->table.len);
        if (!value) {
            return fail_table(store, fingerprint->table, "came", error);
        }
        if (!weft_str_equal(weft_json_text(value), fingerprint->text)) {
            return fail_table(store, fingerprint->table, "was changed", error);
        }
    }
    for (void *at = json_object_iter(tables); at; at = json_object_iter_next(tables, at)) {
        const weft_str table = weft_str_from(json_object_iter_key(at));
        if (!has_table(plan, store, table)) {
            return fail_table(store, table, "went", error);
        }
    }
    weft_fail(error, WEFT_DRIFTED, "store \"%.*s\" is not what the plan was made for", WEFT_STR_ARG(store->name));
    return drifted(error, WEFT_DRIFTED);
}

static bool has_same_statements(const json_t *saved, const weft_action *action)
{
    const json_t *statements = json_object_get(saved, "sql");
    if (json_array_size(statements) != action->statement_count) {
        return false;
    }
    for (size_t i = 0; i < action->statement_count; i++) {
        const json_t *sql = json_array_get(statements, i);
        if (!json_is_string(sql) || !weft_str_equal(weft_json_text(sql), action->statements[i])) {
            return false;
        }
    }
    return true;
}

static bool is_action(const json_t *saved, const weft_action *action)
{
    return weft_str_equal(member(saved, "store"), action->store->name) &&
           weft_str_equal(member(saved, "action"), weft_action_kind_name(action->kind)) &&
           weft_str_equal(member(saved, "table"), action->table) &&
           weft_str_equal(member(saved, "summary"), action->summary);
}

static bool has_action(const weft_saved_plan *saved, const weft_action *action, bool with_statements)
{
    const json_t *actions = json_object_get(saved->root, "actions");
    for (size_t i = 0; i < json_array_size(actions); i++) {
        const json_t *candidate = json_array_get(actions, i);
        if (is_action(candidate, action) && (!with_statements || has_same_statements(candidate, action))) {
            return true;
        }
    }
    return false;
}

static size_t count_actions(const weft_saved_plan *saved, weft_str store)
{
    const json_t *actions = json_object_get(saved->root, "actions");
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(actions); i++) {
        count += weft_str_equal(member(json_array_get(actions, i), "store"), store);
    }
    return count;
}

/* WEFT_DRIFTED for an action that the saved plan does not have. */
static weft_code check_actions(const weft_saved_plan *saved,
                               const weft_migration_plan *plan,
                               const weft_store_def *store,
                               bool is_repeat,
                               weft_error *error)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->action_count; i++) {
        const weft_action *action = &plan->actions[i];
        if (action->store != store || (is_repeat && action->kind == WEFT_ACTION_DROP)) {
            continue;
        }
        count++;
        if (!has_action(saved, action, !is_repeat)) {
            weft_fail(error,
                      WEFT_DRIFTED,
                      "table \"%.*s\" of store \"%.*s\" needs what the plan does not have: %.*s",
                      WEFT_STR_ARG(action->table),
                      WEFT_STR_ARG(store->name),
                      WEFT_STR_ARG(action->summary));
            return drifted(error, WEFT_DRIFTED);
        }
    }
    if (!is_repeat && count != count_actions(saved, store->name)) {
        weft_fail(error,
                  WEFT_DRIFTED,
                  "the plan has changes of store \"%.*s\" that the definitions do not want",
                  WEFT_STR_ARG(store->name));
        return drifted(error, WEFT_DRIFTED);
    }
    return WEFT_OK;
}

weft_code weft_saved_plan_check(const weft_saved_plan *saved,
                                const weft_migration_plan *plan,
                                const weft_store_def *store,
                                bool is_recorded,
                                bool *ret_is_repeat,
                                weft_error *error)
{
    const json_t *saved_store = find_store(saved, store->name);
    const bool is_same = weft_str_equal(member(saved_store, "fingerprint"), plan->fingerprints[store->index]);
    if (!is_same && !is_recorded) {
        return tell_drift(saved_store, plan, store, error);
    }
    WEFT_TRY(check_actions(saved, plan, store, !is_same, error));
    *ret_is_repeat = !is_same;
    return WEFT_OK;
}
