/* Reading stores for a plan: schema and journal of each store in scope, then the comparison and the counts. Nothing is
 * changed; the session may be a READ one. */
#include "migrate/read.h"

#include "migrate/journal.h"
#include "migrate/measure.h"

bool weft_store_is_in_scope(const weft_catalog *catalog, const weft_store_def *store, weft_migration_scope scope)
{
    for (size_t i = 0; !weft_store_is_read_only(store) && i < catalog->model_count; i++) {
        const weft_model *model = catalog->models[i];
        if (model->store == store && (scope == WEFT_MIGRATE_ALL || model->link)) {
            return true;
        }
    }
    return false;
}

weft_code weft_store_present_read(weft_connection *connection,
                                  weft_arena *keep,
                                  weft_store_present *ret_present,
                                  weft_error *error)
{
    weft_store_present present = {0};
    WEFT_TRY(weft_connection_inspect(connection, keep, &present.schema, error));
    WEFT_TRY(weft_journal_read(connection, &present, keep, error));
    *ret_present = present;
    return WEFT_OK;
}

weft_code weft_migration_plan_read(const weft_catalog *catalog,
                                   weft_migration_scope scope,
                                   weft_session *session,
                                   weft_arena *keep,
                                   weft_arena *scratch,
                                   weft_migration_plan **ret_plan,
                                   weft_error *error)
{
    weft_store_present *presents = WEFT_ARENA_ARRAY(keep, weft_store_present, catalog->store_count);
    weft_connection **connections = WEFT_ARENA_ARRAY(scratch, weft_connection *, catalog->store_count);
    weft_migration_plan *plan = NULL;
    if (!presents || !connections) {
        return weft_fail_arena(error, presents ? scratch : keep);
    }
    for (size_t i = 0; i < catalog->store_count; i++) {
        if (!weft_store_is_in_scope(catalog, &catalog->stores[i], scope)) {
            continue;
        }
        WEFT_TRY(weft_session_connection(session, &catalog->stores[i], &connections[i], error));
        WEFT_TRY(weft_store_present_read(connections[i], keep, &presents[i], error));
    }
    WEFT_TRY(weft_migration_plan_make(catalog, scope, presents, keep, &plan, error));
    for (size_t i = 0; i < catalog->store_count; i++) {
        if (!connections[i]) {
            continue;
        }
        WEFT_TRY(weft_migration_measure(plan, &catalog->stores[i], connections[i], keep, error));
    }
    *ret_plan = plan;
    return WEFT_OK;
}

weft_code weft_migration_plan_read_store(const weft_catalog *catalog,
                                         const weft_store_def *store,
                                         weft_session *session,
                                         weft_arena *keep,
                                         weft_migration_plan **ret_plan,
                                         weft_error *error)
{
    weft_store_present *presents = WEFT_ARENA_ARRAY(keep, weft_store_present, catalog->store_count);
    weft_connection *connection = NULL;
    weft_migration_plan *plan = NULL;
    if (!presents) {
        return weft_fail_arena(error, keep);
    }
    const bool is_in_scope = weft_store_is_in_scope(catalog, store, WEFT_MIGRATE_ALL);
    if (is_in_scope) {
        WEFT_TRY(weft_session_connection(session, store, &connection, error));
        WEFT_TRY(weft_store_present_read(connection, keep, &presents[store->index], error));
    }
    WEFT_TRY(weft_migration_plan_make(catalog, WEFT_MIGRATE_ALL, presents, keep, &plan, error));
    if (is_in_scope) {
        WEFT_TRY(weft_migration_measure(plan, store, connection, keep, error));
    }
    *ret_plan = plan;
    return WEFT_OK;
}
