/* The fingerprint of a store: a hash over all that inspection tells of the tables in question, so that a saved plan can
 * be refused when the store has changed since. Deterministic; not a secret. */
#include "migrate/compare.h"
#include "migrate/guard.h"

static void add_field(weft_buf *buf, char tag, weft_str text)
{
    weft_buf_add_format(buf, "%c%zu:", tag, text.len);
    weft_buf_add_str(buf, text);
}

static void add_index(weft_buf *buf, const weft_schema_index *index)
{
    add_field(buf, index->is_unique ? 'u' : 'i', index->name);
    for (size_t i = 0; i < index->column_count; i++) {
        add_field(buf, 'c', index->columns[i]);
    }
    for (size_t i = 0; i < index->including_count; i++) {
        add_field(buf, 'n', index->including[i]);
    }
    add_field(buf, 'w', index->where_sql);
}

static void add_table(weft_buf *buf, const weft_schema_table *table)
{
    add_field(buf, 'T', table->name);
    for (size_t i = 0; i < table->column_count; i++) {
        const weft_schema_column *column = &table->columns[i];
        add_field(buf, 'C', column->name);
        add_field(buf, column->is_nullable ? 'y' : 'n', column->type);
        add_field(buf, 'd', column->default_sql);
        weft_buf_add_format(buf, "k%u", (unsigned)column->key_position);
    }
    for (size_t i = 0; i < table->index_count; i++) {
        add_index(buf, &table->indexes[i]);
    }
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        add_field(buf, 'F', table->foreign_keys[i].name);
        add_field(buf, 't', table->foreign_keys[i].target_table);
    }
    for (size_t i = 0; i < table->check_count; i++) {
        add_field(buf, 'K', table->checks[i].name);
        add_field(buf, 'e', table->checks[i].expression);
    }
    for (size_t i = 0; i < table->trigger_count; i++) {
        if (weft_guard_is_trigger(&table->triggers[i])) {
            add_field(buf, table->triggers[i].is_disabled ? 'o' : 'g', table->triggers[i].name);
            add_field(buf, 'x', table->triggers[i].sql);
        }
    }
    add_field(buf, 's', table->sql);
}

static bool is_relevant(const weft_comparison *comparison, weft_str table)
{
    for (size_t i = 0; i < comparison->table_count; i++) {
        if (weft_str_equal(comparison->tables[i].name, table)) {
            return true;
        }
    }
    return weft_comparison_is_recorded(comparison, table);
}

/* By the name it has, or by the one it is to be renamed to. */
static bool is_in_question(const weft_comparison *comparison, size_t table)
{
    return is_relevant(comparison, comparison->stored->tables[table].name) ||
           is_relevant(comparison, comparison->present->schema->tables[table].name);
}

weft_str weft_digest_make(weft_maker *maker, weft_buf *buf)
{
    const uint64_t first = weft_str_hash(weft_buf_str(buf));
    weft_buf_add_text(buf, "weft");
    const uint64_t second = weft_str_hash(weft_maker_take(maker, buf));
    return weft_maker_text(maker, "%016llx%016llx", (unsigned long long)first, (unsigned long long)second);
}

weft_str weft_fingerprint_make(weft_comparison *comparison)
{
    const weft_schema *schema = comparison->stored;
    weft_maker *maker = comparison->maker;
    weft_buf all = weft_maker_buf(maker);
    for (size_t i = 0; i < schema->table_count; i++) {
        if (!is_in_question(comparison, i)) {
            continue;
        }
        weft_buf buf = weft_maker_buf(maker);
        add_table(&buf, &schema->tables[i]);
        const weft_table_fingerprint fingerprint = {
            .store = comparison->store, .table = schema->tables[i].name, .text = weft_digest_make(maker, &buf)};
        weft_maker_push(maker, comparison->fingerprints, fingerprint);
        add_field(&all, 'T', fingerprint.table);
        add_field(&all, 'f', fingerprint.text);
    }
    return weft_digest_make(maker, &all);
}
