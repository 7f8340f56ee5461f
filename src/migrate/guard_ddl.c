/* The DDL of guards. A key is written down as cascade/codec.c writes it, so that weft finds the notes of its own
 * deletions: ["prod_1"], ["eu",2024].
 *
 * Where a trigger calls a function, the function runs as its owner with a fixed search path: who may delete rows needs
 * no right on the outbox, and nobody can slip another table of that name beneath it. */
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
    weft_buf buf = weft_maker_buf(maker);
    weft_buf_add_text(&buf, dialect->has_trigger_functions ? "'['" : "json_array(");
    for (size_t i = 0; i < model->key_count; i++) {
        const weft_field *field = model->keys[i];
        const bool is_text = weft_type_value_kind(field->type) == WEFT_VALUE_TEXT;
        const weft_str column = weft_ddl_format(maker, "%N", &field->column);
        if (dialect->has_trigger_functions) {
            weft_buf_add_format(&buf,
                                "%s || to_json(%s%.*s::%s)::text",
                                i > 0 ? " || ','" : "",
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
    weft_buf_add_text(&buf, dialect->has_trigger_functions ? " || ']'" : ")");
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
    const char *condition; /* ? is deleted_at; NULL: none */
    const char *row;       /* whose key is noted */
    const char *change;
    bool needs_mark;     /* only of models with deleted_at */
    bool needs_function; /* only where triggers call functions */
} guard_event;

static const guard_event events[WEFT_GUARD_TRIGGERS_MAX] = {
    {"_remove", "AFTER DELETE", "OLD.? IS NULL", "OLD.", "remove", false, false},
    {"_mark", "AFTER UPDATE", "OLD.? IS NULL AND NEW.? IS NOT NULL", "NEW.", "mark", true, false},
    {"_truncate", "BEFORE TRUNCATE", NULL, "", "remove", false, true},
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

static weft_str calling_trigger(
    weft_maker *maker, const weft_model *model, const guard_event *event, weft_str name, weft_str function)
{
    /* The rows' scope stands before the condition here. */
    const weft_str each = weft_str_from(event->needs_function ? "FOR EACH STATEMENT" : "FOR EACH ROW");
    const weft_str head = head_sql(maker, model, name, event->event, NULL);
    const weft_str full = head_sql(maker, model, name, event->event, event->condition);
    const weft_str when = weft_str_slice(full, head.len, full.len);
    return weft_ddl_format(maker, "%T %T%T EXECUTE FUNCTION %N()", &head, &each, &when, &function);
}

/* Text inside a format string. */
static weft_str doubled_percents(weft_maker *maker, weft_str text)
{
    weft_buf buf = weft_maker_buf(maker);
    for (size_t i = 0; i < text.len; i++) {
        weft_buf_add_char(&buf, text.data[i]);
        weft_buf_add_text(&buf, text.data[i] == '%' ? "%" : "");
    }
    return weft_maker_take(maker, &buf);
}

/* INSERT … SELECT of every live row, as a format string of the table's schema, twice, and its name. */
static weft_str insert_every(weft_maker *maker, const weft_model *model, const weft_dialect *dialect, weft_str into)
{
    const weft_str key = doubled_percents(maker, key_sql(maker, model, dialect, ""));
    weft_str where = WEFT_STR("");
    if (model->deleted_at) {
        where = doubled_percents(maker, weft_ddl_format(maker, " WHERE %N IS NULL", &model->deleted_at->column));
    }
    return weft_maker_text(maker,
                           "%.*sSELECT $1, %.*s, 'remove' FROM %%I.%%I%.*s",
                           WEFT_STR_ARG(into),
                           WEFT_STR_ARG(key),
                           WEFT_STR_ARG(where));
}

/* The outbox is named by the schema the table is in. */
static weft_str function_sql(weft_maker *maker, const weft_model *model, const weft_dialect *dialect, weft_str name)
{
    const weft_str table = weft_ddl_format(maker, "%L", &model->table);
    const weft_str old_key = key_sql(maker, model, dialect, "OLD.");
    const weft_str new_key = key_sql(maker, model, dialect, "NEW.");
    const weft_str into = WEFT_STR("INSERT INTO %I." WEFT_OUTBOX_TABLE " (table_name, row_key, change) ");
    const weft_str one = weft_maker_text(maker, "%.*sVALUES ($1, $2, $3)", WEFT_STR_ARG(into));
    const weft_str all = insert_every(maker, model, dialect, into);
    return weft_ddl_format(maker,
                           "CREATE OR REPLACE FUNCTION %N() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER\n"
                           "SET search_path = pg_catalog, pg_temp AS $weft$\n"
                           "BEGIN\n"
                           "  IF TG_OP = 'DELETE' THEN\n"
                           "    EXECUTE format(%L, TG_TABLE_SCHEMA) USING %T, %T, 'remove';\n"
                           "  ELSIF TG_OP = 'UPDATE' THEN\n"
                           "    EXECUTE format(%L, TG_TABLE_SCHEMA) USING %T, %T, 'mark';\n"
                           "  ELSE\n"
                           "    EXECUTE format(%L, TG_TABLE_SCHEMA, TG_TABLE_SCHEMA, TG_TABLE_NAME) USING %T;\n"
                           "  END IF;\n"
                           "  RETURN NULL;\n"
                           "END $weft$",
                           &name,
                           &one,
                           &table,
                           &old_key,
                           &one,
                           &table,
                           &new_key,
                           &all,
                           &table);
}

static weft_str digest_of(weft_maker *maker, weft_str function, weft_str trigger)
{
    weft_buf buf = weft_maker_buf(maker);
    weft_buf_add_str(&buf, function);
    weft_buf_add_str(&buf, trigger);
    return weft_maker_text(maker, "weft %.*s", WEFT_STR_ARG(weft_digest_make(maker, &buf)));
}

void weft_guard_make(weft_maker *maker, const weft_model *model, const weft_dialect *dialect, weft_guard *ret_guard)
{
    const weft_str function = guard_name(maker, model->table, "");
    *ret_guard = (weft_guard){0};
    if (dialect->has_trigger_functions) {
        ret_guard->function = function_sql(maker, model, dialect, function);
    }
    for (size_t i = 0; i < WEFT_GUARD_TRIGGERS_MAX; i++) {
        const guard_event *event = &events[i];
        if ((event->needs_mark && !model->deleted_at) || (event->needs_function && !dialect->has_trigger_functions)) {
            continue;
        }
        weft_guard_trigger *trigger = &ret_guard->triggers[ret_guard->trigger_count++];
        trigger->name = guard_name(maker, model->table, event->suffix);
        if (dialect->has_trigger_functions) {
            trigger->sql = calling_trigger(maker, model, event, trigger->name, function);
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
