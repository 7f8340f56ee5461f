/* Weft's own tables in the plan. Pure. */
#include "migrate/compare.h"

/* Where weft has tables to keep, it keeps its own beside them. */
void weft_compare_own(weft_comparison *comparison, const weft_own_group *group)
{
    weft_statements statements = {0};
    const weft_str first = group->tables[0].model->table;
    if (comparison->scope != WEFT_MIGRATE_ALL || comparison->table_count == 0) {
        return;
    }
    for (size_t i = 0; i < group->table_count; i++) {
        if (!weft_schema_find_table(comparison->present->schema, group->tables[i].model->table)) {
            weft_own_table_ddl(comparison->maker, &group->tables[i], comparison->dialect, &statements);
        }
    }
    if (statements.count > 0) {
        const weft_action action = {
            .kind = WEFT_ACTION_CREATE, .table = first, .summary = weft_str_from(group->summary), .is_safe = true};
        weft_comparison_add(comparison, action, &statements);
    }
}
