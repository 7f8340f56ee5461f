/* The indexes a table wants, in the words of a dialect: where an index cannot carry columns along, they go into its
 * key, or into an index beside it. */
#include "migrate/wanted_parts.h"
#include "sql/render.h"

static weft_str index_where(weft_maker *maker, const weft_model *model, const weft_index *index)
{
    weft_buf buf = weft_maker_buf(maker);
    const bool is_live_only = index->is_live_only && model->deleted_at;
    if (index->where.len) {
        weft_buf_add_format(&buf, is_live_only ? "(%.*s) AND " : "%.*s", WEFT_STR_ARG(index->where));
    }
    if (is_live_only) {
        weft_sql_add_name(&buf, model->deleted_at->column);
        weft_buf_add_text(&buf, " IS NULL");
    }
    return weft_maker_take(maker, &buf);
}

/* Where an index cannot carry columns along they become part of its key. */
static void append_including(weft_maker *maker, weft_wanted_index *index)
{
    weft_str *columns = weft_maker_array(maker, index->column_count + index->including_count, sizeof(*columns));
    if (!columns) {
        return;
    }
    for (size_t i = 0; i < index->column_count; i++) {
        columns[i] = index->columns[i];
    }
    for (size_t i = 0; i < index->including_count; i++) {
        columns[index->column_count + i] = index->including[i];
    }
    index->columns = columns;
    index->column_count += index->including_count;
    index->including = NULL;
    index->including_count = 0;
}

/* A unique index must not grow its key: there the carried columns get an index of their own beside it. */
static weft_wanted_index covering_index(weft_maker *maker, weft_str table, const weft_wanted_index *unique)
{
    weft_wanted_index covering = *unique;
    covering.is_unique = covering.is_cardinality = false;
    append_including(maker, &covering);
    weft_buf name = weft_maker_buf(maker);
    weft_buf_add_format(&name, "IDX_%.*s", WEFT_STR_ARG(table));
    for (size_t i = 0; i < covering.column_count; i++) {
        weft_buf_add_format(&name, "_%.*s", WEFT_STR_ARG(covering.columns[i]));
    }
    covering.name = weft_fitting_name(maker, weft_maker_take(maker, &name));
    return covering;
}

/* Without any column when memory ran out, so that nobody walks what is not there. */
static weft_wanted_index make_index(weft_maker *maker, const weft_model *model, const weft_index *index)
{
    const weft_str *columns = weft_field_columns(maker, index->fields, index->field_count);
    const weft_str *including = weft_field_columns(maker, index->including, index->including_count);
    if (!columns || !including) {
        return (weft_wanted_index){0};
    }
    return (weft_wanted_index){
        .name = index->name,
        .columns = columns,
        .column_count = index->field_count,
        .including = including,
        .including_count = index->including_count,
        .is_unique = index->is_unique,
        .is_cardinality = index->is_unique && index->field_count == 1 && weft_is_link_key(model, index->fields[0]),
        .where_sql = index_where(maker, model, index),
        .raw = index->where,
    };
}

void weft_wanted_indexes_make(weft_maker *maker, const weft_model *model, weft_wanted_table *table)
{
    WEFT_VEC(weft_wanted_index) indexes = {0};
    for (size_t i = 0; i < model->index_count; i++) {
        weft_wanted_index index = make_index(maker, model, &model->indexes[i]);
        weft_wanted_index covering = {0};
        if (index.including_count > 0 && !table->dialect->has_include) {
            if (index.is_unique) {
                covering = covering_index(maker, table->name, &index);
                index.including_count = 0;
            } else {
                append_including(maker, &index);
            }
        }
        weft_maker_push(maker, &indexes, index);
        if (covering.column_count > 0) {
            weft_maker_push(maker, &indexes, covering);
        }
    }
    table->indexes = indexes.items;
    table->index_count = indexes.count;
}
