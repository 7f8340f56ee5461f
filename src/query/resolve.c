/* A request meets the catalog: its entity becomes a model, its fields a tree of selections. Fails as query.h says. */
#include "base/fail.h"
#include "base/limits.h"
#include "query/resolver.h"

_Static_assert(WEFT_LIMIT_DEPTH_MAX == WEFT_PATH_NAMES_MAX, "weft.yaml may ask for as much as a path can name");

weft_code weft_query_resolve(
    const weft_query_input *input, weft_arena *keep, weft_arena *scratch, weft_query **ret_query, weft_error *error)
{
    const weft_request *request = input->request;
    weft_limits settled = weft_limits_or_default(input->limits);
    /* Later stages walk filters by recursion, so no setting makes them deeper than paths are long. */
    settled.depth_max = settled.depth_max < WEFT_PATH_NAMES_MAX ? settled.depth_max : WEFT_PATH_NAMES_MAX;
    const weft_resolver resolver = {.catalog = input->catalog,
                                    .request = request,
                                    .limits = &settled,
                                    .rows = input->rows,
                                    .keep = keep,
                                    .scratch = scratch,
                                    .error = error};
    const weft_model *model = NULL;
    weft_code code = weft_catalog_entity(input->catalog, request->entity, &model, error);
    if (code == WEFT_OK) {
        code = weft_row_scope_check(input->rows, model, error);
    }
    WEFT_TRY(weft_resolver_at(&resolver, WEFT_STR("/entity"), code));
    weft_query *query = WEFT_ARENA_NEW(keep, weft_query);
    if (!query) {
        return weft_fail_arena(error, keep);
    }
    WEFT_TRY(weft_selection_resolve(&resolver, model, &query->root));
    query->catalog = input->catalog;
    query->rows = input->rows;
    query->wants_metadata = request->root.has_skip || request->root.after.data || request->root.before.data;
    query->wants_count = query->wants_metadata && request->wants_count;
    *ret_query = query;
    return WEFT_OK;
}
