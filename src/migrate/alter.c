#include "migrate/compare.h"

void weft_compare_table(weft_comparison *comparison, const weft_wanted_table *table, const weft_schema_table *present)
{
    (void)comparison;
    (void)table;
    (void)present;
}
