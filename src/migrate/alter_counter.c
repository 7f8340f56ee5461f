/* An autoincrement column that is there and does not count: where the store counts by itself it gets a sequence, which
 * goes on behind its rows. */
#include "migrate/alter.h"
#include "migrate/same.h"

/* A sequence the column had before is taken again; the name of a new one must be free, and only the store knows. */
static const char *const count_sql =
    "DO $weft$\n"
    "DECLARE\n"
    "  counter text := pg_get_serial_sequence(%L, %L);\n"
    "  nth int := 1;\n"
    "BEGIN\n"
    "  LOCK TABLE %T IN ACCESS EXCLUSIVE MODE;\n"
    "  IF counter IS NULL THEN\n"
    "    WHILE to_regclass(format('%%I', 'counter' || nth || %L)) IS NOT NULL LOOP\n"
    "      nth := nth + 1;\n"
    "    END LOOP;\n"
    "    EXECUTE format('CREATE SEQUENCE %%I OWNED BY %%s.%%I', 'counter' || nth || %L, %L, %L);\n"
    "    counter := pg_get_serial_sequence(%L, %L);\n"
    "  END IF;\n"
    "  EXECUTE format('ALTER TABLE %%s ALTER COLUMN %%I SET DEFAULT nextval(%%L)', %L, %L, counter);\n"
    "  PERFORM setval(counter, greatest(highest, 1), highest > 0)\n"
    "    FROM (SELECT coalesce(max(%N), 0) AS highest FROM %T) AS numbered;\n"
    "END $weft$";

static weft_str counting_sql(weft_maker *maker, weft_str table_name, weft_str column)
{
    const weft_str table = weft_ddl_format(maker, "%N", &table_name);
    const weft_str name = weft_maker_text(maker, "_%.*s_%.*s", WEFT_STR_ARG(table_name), WEFT_STR_ARG(column));
    return weft_ddl_format(maker,
                           count_sql,
                           &table,
                           &column,
                           &table,
                           &name,
                           &name,
                           &table,
                           &column,
                           &table,
                           &column,
                           &table,
                           &column,
                           &column,
                           &table);
}

static bool is_to_count(const weft_alteration *alteration,
                        const weft_wanted_column *column,
                        const weft_schema_column *present)
{
    return column->field->type == WEFT_TYPE_AUTOINCREMENT && alteration->comparison->dialect->has_sequences &&
           !weft_default_is_computed(alteration->maker, present->default_sql);
}

void weft_alter_counter(weft_alteration *alteration,
                        const weft_wanted_column *column,
                        const weft_schema_column *present)
{
    weft_maker *maker = alteration->maker;
    const weft_str table = alteration->table->name;
    weft_statements statements = {0};
    if (!is_to_count(alteration, column, present)) {
        return;
    }
    weft_action action = {.summary =
                              weft_maker_text(maker, "let column %.*s count by itself", WEFT_STR_ARG(column->name)),
                          .is_safe = true};
    weft_column_hold(alteration, column, &action);
    weft_ddl_push(maker, &statements, counting_sql(maker, table, column->name));
    weft_alteration_undo(alteration,
                         &action,
                         weft_ddl_format(maker, "ALTER TABLE %N ALTER COLUMN %N DROP DEFAULT", &table, &column->name));
    weft_alteration_add(alteration, action, &statements, NULL, 0);
}
