/* The DDL of guards. A key is written down as cascade/codec.c writes it, so that weft finds the notes of its own
 * deletions: ["prod_1"], ["eu",2024].
 *
 * Where a trigger calls a function, it is called once a statement, with all its rows in tables (weft_old, weft_new); of
 * a table that is part of another or has parts, which not every statement names, and of a foreign one it is called for
 * each row. The function runs as its owner: who may delete rows needs no right on the outbox. Its search path is the
 * table's schema between the system's, whose functions are named in full, and temporary tables, so that nobody can slip
 * another table or function beneath it, and its statements keep their plans. */
#include "migrate/guard.h"

#include "migrate/compare.h"

#define GUARD_PREFIX   "weft_guard_"
#define NAME_BYTES_MAX 58

bool weft_guard_is_trigger(const weft_schema_trigger *trigger)
{
    return weft_str_starts_with(trigger->name, WEFT_STR(GUARD_PREFIX));
}

/* Long names end in a hash, so that the prefix stays. */
static weft_str guard_name(weft_maker *maker, weft_str table, const char *suffix)
{
    const weft_str name = weft_maker_text(maker, GUARD_PREFIX "%.*s%s", WEFT_STR_ARG(table), suffix);
    if (name.len <= NAME_BYTES_MAX) {
        return name;
    }
    weft_buf buf = weft_maker_buf(maker);
    weft_buf_add_str(&buf, table);
    const weft_str digest = weft_digest_make(maker, &buf);
    return weft_maker_text(maker, GUARD_PREFIX "%.*s%s", WEFT_STR_ARG(digest), suffix);
}

/* The key of `row` ("OLD.") as JSON. */
static weft_str key_sql(weft_maker *maker, const weft_model *model, const weft_dialect *dialect, const char *row)
{
    const bool is_server = dialect->has_trigger_functions;
    weft_buf buf = weft_maker_buf(maker);
    weft_buf_add_text(&buf, is_server ? "pg_catalog.concat('['" : "json_array(");
    for (size_t i = 0; i < model->key_count; i++) {
        const weft_field *field = model->keys[i];
        const bool is_text = weft_type_value_kind(field->type) == WEFT_VALUE_TEXT;
        const weft_str column = weft_ddl_format(maker, "%N", &field->column);
        if (is_server) {
            weft_buf_add_format(&buf,
                                "%s, pg_catalog.to_json(%s%.*s::%s)",
                                i > 0 ? ", ','" : "",
                                row,
                                WEFT_STR_ARG(column),
                                is_text ? "text" : "bigint");
        } else {
            weft_buf_add_format(&buf,
                                "%sCAST(%s%.*s AS %s)",
                                i > 0 ? ", " : "",
                                row,
                                WEFT_STR_ARG(column),
                                is_text ? "text" : "integer");
        }
    }
    weft_buf_add_text(&buf, is_server ? ", ']')" : ")");
    return weft_maker_take(maker, &buf);
}

/* A trigger's head: `CREATE TRIGGER "…" AFTER DELETE ON "…" FOR EACH ROW WHEN (…)`. */
static weft_str head_sql(
    weft_maker *maker, const weft_model *model, weft_str name, const char *event, const char *condition)
{
    const weft_str event_text = weft_str_from(event);
    weft_str when = WEFT_STR("");
    if (model->deleted_at && condition) {
        weft_buf buf = weft_maker_buf(maker);
        weft_buf_add_text(&buf, " WHEN (");
        for (const char *at = condition; *at; at++) {
            if (*at == '?') {
                weft_sql_add_name(&buf, model->deleted_at->column);
            } else {
                weft_buf_add_char(&buf, *at);
            }
        }
        weft_buf_add_char(&buf, ')');
        when = weft_maker_take(maker, &buf);
    }
    return weft_ddl_format(maker, "CREATE TRIGGER %N %T ON %N%T", &name, &event_text, &model->table, &when);
}

typedef struct guard_event {
    const char *suffix;
    const char *event;
    const char *condition; /* of a row; ? is deleted_at; NULL: none */
    const char *row;       /* whose key is noted */
    const char *change;
    const char *tables;  /* of a statement */
    bool needs_mark;     /* only of models with deleted_at */
    bool needs_function; /* only where triggers call functions, and once a statement */
} guard_event;

static const guard_event events[WEFT_GUARD_TRIGGERS_MAX] = {
    {"_remove", "AFTER DELETE", "OLD.? IS NULL", "OLD.", "remove", " REFERENCING OLD TABLE AS weft_old", false, false},
    {"_mark",
     "AFTER UPDATE",
     "OLD.? IS NULL AND NEW.? IS NOT NULL",
     "NEW.",
     "mark",
     " REFERENCING OLD TABLE AS weft_old NEW TABLE AS weft_new",
     true,
     false},
    {"_truncate", "BEFORE TRUNCATE", NULL, "", "remove", "", false, true},
};

static weft_str statement_trigger(
    weft_maker *maker, const weft_model *model, const weft_dialect *dialect, const guard_event *event, weft_str name)
{
    const weft_str head = head_sql(maker, model, name, event->event, event->condition);
    const weft_str key = key_sql(maker, model, dialect, event->row);
    const weft_str change = weft_str_from(event->change);
    return weft_ddl_format(maker,
                           "%T\nBEGIN\n  INSERT INTO \"" WEFT_OUTBOX_TABLE
                           "\" (\"table_name\", \"row_key\", \"change\") VALUES (%L, %T, %L);\nEND",
                           &head,
                           &model->table,
                           &key,
                           &change);
}

static weft_str calling_trigger(weft_maker *maker,
                                const weft_model *model,
                                const guard_event *event,
                                bool is_each_row,
                                weft_str name,
                                weft_str function)
{
    const weft_str head = head_sql(maker, model, name, event->event, NULL);
    if (!is_each_row || event->needs_function) {
        const weft_str tables = weft_str_from(event->tables);
        return weft_ddl_format(maker, "%T%T FOR EACH STATEMENT EXECUTE FUNCTION %N()", &head, &tables, &function);
    }
    /* The rows' scope stands before the condition here. */
    const weft_str full = head_sql(maker, model, name, event->event, event->condition);
    const weft_str when = weft_str_slice(full, head.len, full.len);
    return weft_ddl_format(maker, "%T FOR EACH ROW%T EXECUTE FUNCTION %N()", &head, &when, &function);
}

#define INTO_OUTBOX "INSERT INTO " WEFT_OUTBOX_TABLE " (table_name, row_key, change)\n"

/* INSERT of a note for each of `rows`, which are called r, or for `row` alone. */
static weft_str note_sql(weft_maker *maker,
                         const weft_model *model,
                         const weft_dialect *dialect,
                         const char *row,
                         const char *change,
                         weft_str rows)
{
    const weft_str key = key_sql(maker, model, dialect, row);
    const weft_str as = weft_str_from(change);
    return weft_ddl_format(maker, INTO_OUTBOX "    SELECT %L, %T, %L%T;\n", &model->table, &key, &as, &rows);
}

/* ` FROM weft_old AS r WHERE r."deleted_at" IS NULL`: rows that live, of `table`. */
static weft_str live_rows(weft_maker *maker, const weft_model *model, weft_str table)
{
    return model->deleted_at
               ? weft_ddl_format(maker, " FROM %N AS r WHERE r.%N IS NULL", &table, &model->deleted_at->column)
               : weft_ddl_format(maker, " FROM %N AS r", &table);
}

/* A note for each key that is marked and was not. Not a join: its plan is kept from the first statement on, and the
 * next may change a million rows. */
static weft_str note_marks_sql(weft_maker *maker, const weft_model *model, const weft_dialect *dialect)
{
    const weft_str key = key_sql(maker, model, dialect, "r.");
    const weft_str *mark = &model->deleted_at->column;
    return weft_ddl_format(maker,
                           INTO_OUTBOX
                           "    SELECT %L, m.key, 'mark' FROM (\n"
                           "      SELECT %T COLLATE \"C\" AS key, true AS is_new"
                           " FROM weft_new AS r WHERE r.%N IS NOT NULL\n"
                           "      UNION ALL SELECT %T, false FROM weft_old AS r WHERE r.%N IS NOT NULL) AS m\n"
                           "    GROUP BY m.key HAVING pg_catalog.bool_and(m.is_new) ORDER BY m.key;\n",
                           &model->table,
                           &key,
                           mark,
                           &key,
                           mark);
}

/* Most updates mark nothing, and are done at once. */
static weft_str skip_sql(weft_maker *maker, const weft_model *model)
{
    return weft_ddl_format(maker,
                           "  IF TG_OP = 'UPDATE' THEN\n"
                           "    IF NOT EXISTS (SELECT FROM weft_new AS r WHERE r.%N IS NOT NULL) THEN\n"
                           "      RETURN NULL;\n"
                           "    END IF;\n"
                           "  END IF;\n",
                           &model->deleted_at->column);
}

static weft_str mark_sql(weft_maker *maker, const weft_model *model, const weft_dialect *dialect, bool is_each_row)
{
    const weft_str note = is_each_row ? note_sql(maker, model, dialect, "NEW.", "mark", WEFT_STR(""))
                                      : note_marks_sql(maker, model, dialect);
    return weft_ddl_format(maker, "  ELSIF TG_OP = 'UPDATE' THEN\n    %T", &note);
}

static weft_str function_sql(
    weft_maker *maker, const weft_model *model, const weft_dialect *dialect, bool is_each_row, weft_str name)
{
    const weft_str none = WEFT_STR("");
    const weft_str skip = model->deleted_at && !is_each_row ? skip_sql(maker, model) : none;
    const weft_str mark = model->deleted_at ? mark_sql(maker, model, dialect, is_each_row) : none;
    const weft_str left = is_each_row ? none : live_rows(maker, model, WEFT_STR("weft_old"));
    const weft_str removed = note_sql(maker, model, dialect, is_each_row ? "OLD." : "r.", "remove", left);
    const weft_str emptied = note_sql(maker, model, dialect, "r.", "remove", live_rows(maker, model, model->table));
    return weft_ddl_format(
        maker,
        "CREATE OR REPLACE FUNCTION %N() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER\n"
        "SET search_path = pg_catalog, pg_temp AS $weft$\n"
        "BEGIN\n"
        "%T"
        "  PERFORM set_config('search_path', format('pg_catalog, %%I, pg_temp', TG_TABLE_SCHEMA), true);\n"
        "  IF TG_OP = 'DELETE' THEN\n"
        "    %T"
        "%T"
        "  ELSE\n"
        "    %T"
        "  END IF;\n"
        "  RETURN NULL;\n"
        "END $weft$",
        &name,
        &skip,
        &removed,
        &mark,
        &emptied);
}

static weft_str digest_of(weft_maker *maker, weft_str function, weft_str trigger)
{
    weft_buf buf = weft_maker_buf(maker);
    weft_buf_add_str(&buf, function);
    weft_buf_add_str(&buf, trigger);
    return weft_maker_text(maker, "weft %.*s", WEFT_STR_ARG(weft_digest_make(maker, &buf)));
}

void weft_guard_make(weft_maker *maker,
                     const weft_model *model,
                     const weft_schema_table *present,
                     const weft_dialect *dialect,
                     weft_guard *ret_guard)
{
    const bool is_each_row = present && present->is_shared;
    const weft_str function = guard_name(maker, model->table, "");
    *ret_guard = (weft_guard){0};
    if (dialect->has_trigger_functions) {
        ret_guard->function = function_sql(maker, model, dialect, is_each_row, function);
    }
    for (size_t i = 0; i < WEFT_GUARD_TRIGGERS_MAX; i++) {
        const guard_event *event = &events[i];
        if ((event->needs_mark && !model->deleted_at) || (event->needs_function && !dialect->has_trigger_functions)) {
            continue;
        }
        weft_guard_trigger *trigger = &ret_guard->triggers[ret_guard->trigger_count++];
        trigger->name = guard_name(maker, model->table, event->suffix);
        if (dialect->has_trigger_functions) {
            trigger->sql = calling_trigger(maker, model, event, is_each_row, trigger->name, function);
            trigger->text = digest_of(maker, ret_guard->function, trigger->sql);
        } else {
            trigger->sql = statement_trigger(maker, model, dialect, event, trigger->name);
            trigger->text = trigger->sql;
        }
    }
}

void weft_outbox_ddl(weft_maker *maker, const weft_dialect *dialect, weft_statements *statements)
{
    const char *text = dialect->type_names[WEFT_TYPE_TEXT];
    const char *time = dialect->type_names[WEFT_TYPE_DATE_TIME];
    const char *collation = dialect->text_collation;
    const weft_str sql = weft_maker_text(maker,
                                         "CREATE TABLE \"" WEFT_OUTBOX_TABLE "\" (\n"
                                         "  \"id\" %s PRIMARY KEY%s,\n"
                                         "  \"table_name\" %s%s NOT NULL,\n"
                                         "  \"row_key\" %s%s NOT NULL,\n"
                                         "  \"change\" %s%s NOT NULL,\n"
                                         "  \"noted_at\" %s NOT NULL DEFAULT %s,\n"
                                         "  \"reason\" %s%s,\n"
                                         "  \"tries\" %s NOT NULL DEFAULT 0,\n"
                                         "  \"tried_at\" %s\n"
                                         ")",
                                         dialect->type_names[WEFT_TYPE_AUTOINCREMENT],
                                         dialect->has_sequences ? "" : " AUTOINCREMENT",
                                         text,
                                         collation,
                                         text,
                                         collation,
                                         text,
                                         collation,
                                         time,
                                         dialect->now_sql,
                                         text,
                                         collation,
                                         dialect->type_names[WEFT_TYPE_NUMBER],
                                         time);
    weft_ddl_push(maker, statements, sql);
    weft_ddl_push(maker,
                  statements,
                  WEFT_STR("CREATE INDEX \"IDX_" WEFT_OUTBOX_TABLE "_row\" ON \"" WEFT_OUTBOX_TABLE
                           "\" (\"table_name\", \"row_key\")"));
}
