/* Wanted tables, columns and constraints as DDL. Differences between stores are facts of the dialect. */
#include "migrate/ddl.h"

#include "sql/render.h"

weft_str weft_ddl_format(weft_maker *maker, const char *format, ...)
{
    weft_buf buf = weft_maker_buf(maker);
    va_list args;
    va_start(args, format);
    for (const char *at = format; *at; at++) {
        if (*at != '%') {
            weft_buf_add_char(&buf, *at);
            continue;
        }
        at++;
        if (*at == '%') {
            weft_buf_add_char(&buf, '%');
            continue;
        }
        const weft_str *text = va_arg(args, const weft_str *);
        if (*at == 'N') {
            weft_sql_add_name(&buf, *text);
        } else if (*at == 'L') {
            weft_sql_add_literal(&buf, *text);
        } else {
            weft_buf_add_str(&buf, *text);
        }
    }
    va_end(args);
    return weft_maker_take(maker, &buf);
}

void weft_ddl_push(weft_maker *maker, weft_statements *statements, weft_str sql)
{
    weft_maker_push(maker, statements, sql);
}

static void add_column(weft_buf *buf, const weft_wanted_column *column)
{
    weft_sql_add_name(buf, column->name);
    weft_buf_add_char(buf, ' ');
    weft_buf_add_str(buf, column->type);
    weft_buf_add_text(buf, column->is_nullable ? "" : " NOT NULL");
    if (column->default_sql.len) {
        weft_buf_add_text(buf, " DEFAULT ");
        weft_buf_add_str(buf, column->default_sql);
    }
}

weft_str weft_ddl_column(weft_maker *maker, const weft_wanted_column *column)
{
    weft_buf buf = weft_maker_buf(maker);
    add_column(&buf, column);
    return weft_maker_take(maker, &buf);
}

weft_str weft_ddl_check(weft_maker *maker, const weft_wanted_check *check)
{
    return weft_ddl_format(maker, "CONSTRAINT %N CHECK (%T)", &check->name, &check->expression);
}

weft_str weft_ddl_foreign_key(weft_maker *maker, const weft_wanted_foreign_key *key)
{
    return weft_ddl_format(maker,
                           "CONSTRAINT %N FOREIGN KEY (%N) REFERENCES %N (%N) %T",
                           &key->name,
                           &key->column,
                           &key->target->table,
                           &key->target_column,
                           &key->actions);
}

static void add_names(weft_buf *buf, const weft_str *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        weft_buf_add_text(buf, i > 0 ? ", " : "");
        weft_sql_add_name(buf, names[i]);
    }
}

weft_str weft_ddl_names(weft_maker *maker, const weft_str *names, size_t count)
{
    weft_buf buf = weft_maker_buf(maker);
    add_names(&buf, names, count);
    return weft_maker_take(maker, &buf);
}

weft_str weft_ddl_create_table(weft_maker *maker, const weft_wanted_table *table)
{
    weft_buf buf = weft_maker_buf(maker);
    weft_buf_add_text(&buf, "CREATE TABLE ");
    weft_sql_add_name(&buf, table->name);
    weft_buf_add_text(&buf, " (");
    for (size_t i = 0; i < table->column_count; i++) {
        weft_buf_add_text(&buf, i > 0 ? ",\n  " : "\n  ");
        add_column(&buf, &table->columns[i]);
        weft_buf_add_text(&buf, table->columns[i].is_key ? " PRIMARY KEY" : "");
    }
    if (table->key_count > 1) {
        weft_buf_add_text(&buf, ",\n  CONSTRAINT ");
        weft_sql_add_name(&buf, table->key_name);
        weft_buf_add_text(&buf, " PRIMARY KEY (");
        add_names(&buf, table->keys, table->key_count);
        weft_buf_add_char(&buf, ')');
    }
    for (size_t i = 0; i < table->check_count; i++) {
        weft_buf_add_text(&buf, ",\n  ");
        weft_buf_add_str(&buf, weft_ddl_check(maker, &table->checks[i]));
    }
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        weft_buf_add_text(&buf, ",\n  ");
        weft_buf_add_str(&buf, weft_ddl_foreign_key(maker, &table->foreign_keys[i]));
    }
    weft_buf_add_text(&buf, "\n)");
    return weft_maker_take(maker, &buf);
}

void weft_ddl_create_index(weft_maker *maker,
                           const weft_wanted_table *table,
                           const weft_wanted_index *index,
                           weft_statements *statements)
{
    weft_buf buf = weft_maker_buf(maker);
    weft_buf_add_text(&buf, index->is_unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
    weft_sql_add_name(&buf, index->name);
    weft_buf_add_text(&buf, " ON ");
    weft_sql_add_name(&buf, table->name);
    weft_buf_add_text(&buf, " (");
    add_names(&buf, index->columns, index->column_count);
    weft_buf_add_char(&buf, ')');
    if (index->including_count) {
        weft_buf_add_text(&buf, " INCLUDE (");
        add_names(&buf, index->including, index->including_count);
        weft_buf_add_char(&buf, ')');
    }
    if (index->where_sql.len) {
        weft_buf_add_text(&buf, " WHERE ");
        weft_buf_add_str(&buf, index->where_sql);
    }
    weft_ddl_push(maker, statements, weft_maker_take(maker, &buf));
    if (index->raw.len && table->dialect->has_comments) {
        const weft_str sql = weft_ddl_format(maker, "COMMENT ON INDEX %N IS %L", &index->name, &index->raw);
        weft_ddl_push(maker, statements, sql);
    }
}

void weft_ddl_comment_check(weft_maker *maker,
                            const weft_wanted_table *table,
                            const weft_wanted_check *check,
                            weft_statements *statements)
{
    if (!check->field && table->dialect->has_comments) {
        const weft_str sql = weft_ddl_format(
            maker, "COMMENT ON CONSTRAINT %N ON %N IS %L", &check->name, &table->name, &check->expression);
        weft_ddl_push(maker, statements, sql);
    }
}

void weft_ddl_create(weft_maker *maker, const weft_wanted_table *table, weft_statements *statements)
{
    weft_ddl_push(maker, statements, weft_ddl_create_table(maker, table));
    for (size_t i = 0; i < table->check_count; i++) {
        weft_ddl_comment_check(maker, table, &table->checks[i], statements);
    }
    for (size_t i = 0; i < table->index_count; i++) {
        weft_ddl_create_index(maker, table, &table->indexes[i], statements);
    }
}
