/* Which module each table goes to: as the options say, else one module a schema. */
#include "adopt/work.h"
#include "model/names.h"

weft_adopted_module *weft_adopt_module(weft_adopting *work, weft_str name)
{
    for (size_t i = 0; i < work->modules.count; i++) {
        if (weft_str_equal(work->modules.items[i]->name, name)) {
            return work->modules.items[i];
        }
    }
    weft_adopted_module *module = WEFT_ARENA_NEW(work->keep, weft_adopted_module);
    if (module == NULL || !weft_vec_push(work->keep, &work->modules, module)) {
        return NULL;
    }
    module->name = name;
    weft_map_init(&module->entities, work->keep);
    return module;
}

/* weft's own tables, and names that are kept for others. */
static bool is_kept_name(weft_str name)
{
    return weft_str_starts_with(name, WEFT_STR("weft_")) || weft_str_starts_with(name, WEFT_STR("pg_")) ||
           weft_str_starts_with(name, WEFT_STR("sqlite_"));
}

static weft_code label_tables(weft_adopting *work)
{
    work->tables = WEFT_ARENA_ARRAY(work->keep, weft_adopted_table, work->present->table_count);
    for (size_t i = 0; work->tables != NULL && i < work->present->table_count; i++) {
        const weft_present_table *table = &work->present->tables[i];
        weft_adopted_table *mine = &work->tables[i];
        mine->present = table;
        mine->bare = table->name;
        mine->label =
            table->schema.len == 0
                ? table->name
                : weft_str_format(work->keep, "%.*s.%.*s", WEFT_STR_ARG(table->schema), WEFT_STR_ARG(table->name));
        if (mine->label.data == NULL) {
            return weft_adopt_fail(work);
        }
    }
    return work->tables != NULL ? WEFT_OK : weft_adopt_fail(work);
}

static bool is_for_users(const weft_adopted_table *table)
{
    return !is_kept_name(table->present->name);
}

/* How a WHAT matches a table; the best kind that matches any table is what it means. */
typedef enum match { MATCH_NONE, MATCH_PREFIX, MATCH_TABLE, MATCH_SCHEMA } match;

static match match_of(const weft_adopted_table *table, weft_str what)
{
    const weft_present_table *present = table->present;
    const bool is_own = present->schema.len == 0 && weft_str_equal_text(what, "public");
    if (is_own || (present->schema.len > 0 && weft_str_equal(present->schema, what))) {
        return MATCH_SCHEMA;
    }
    if (weft_str_equal(present->name, what) || weft_str_equal(table->label, what)) {
        return MATCH_TABLE;
    }
    return weft_str_starts_with(present->name, what) || weft_str_equal_text(what, "*") ? MATCH_PREFIX : MATCH_NONE;
}

static match meaning_of(const weft_adopting *work, weft_str what)
{
    match best = MATCH_NONE;
    for (size_t i = 0; i < work->present->table_count; i++) {
        const match found = match_of(&work->tables[i], what);
        best = found > best ? found : best;
    }
    return best;
}

static weft_code fail_nothing(weft_adopting *work, weft_str what)
{
    weft_str *names = WEFT_ARENA_ARRAY(work->scratch, weft_str, work->present->table_count);
    for (size_t i = 0; names != NULL && i < work->present->table_count; i++) {
        names[i] = work->tables[i].label;
    }
    (void)weft_fail(work->error,
                    WEFT_USAGE,
                    "\"%.*s\" is no schema and no table, and no table's name begins with it",
                    WEFT_STR_ARG(what));
    if (names != NULL) {
        weft_error_suggest(work->error, what, names, work->present->table_count);
    }
    return WEFT_USAGE;
}

/* Give the module what `what` means; what an earlier option took stays there. */
static weft_code take(weft_adopting *work, weft_adopted_module *module, weft_str what)
{
    const match meaning = meaning_of(work, what);
    if (meaning == MATCH_NONE) {
        return fail_nothing(work, what);
    }
    for (size_t i = 0; i < work->present->table_count; i++) {
        weft_adopted_table *table = &work->tables[i];
        if (table->module != NULL || table->is_link || !is_for_users(table) || match_of(table, what) != meaning) {
            continue;
        }
        table->module = module;
        const bool is_prefix = meaning == MATCH_PREFIX && table->present->name.len > what.len && what.data[0] != '*';
        if (is_prefix) {
            table->bare = weft_str_slice(table->present->name, what.len, table->present->name.len);
        }
    }
    return WEFT_OK;
}

static weft_code assign_option(weft_adopting *work, weft_str option)
{
    const size_t equals = weft_str_find(option, '=');
    const weft_str name = weft_str_slice(option, 0, equals);
    if (equals + 1 >= option.len || !weft_name_is_module(name)) {
        (void)weft_fail(work->error, WEFT_USAGE, "\"%.*s\" names no module and its tables", WEFT_STR_ARG(option));
        weft_error_set_hint(work->error,
                            "Write NAME=WHAT, where WHAT is a schema, tables, or what their names begin with.");
        return WEFT_USAGE;
    }
    weft_adopted_module *module = weft_adopt_module(work, name);
    for (size_t at = equals + 1; module != NULL && at < option.len;) {
        const weft_str rest = weft_str_slice(option, at, option.len);
        const weft_str what = weft_str_slice(rest, 0, weft_str_find(rest, ','));
        if (what.len > 0) {
            WEFT_TRY(take(work, module, what));
        }
        at += what.len + 1;
    }
    return module != NULL ? WEFT_OK : weft_adopt_fail(work);
}

/* "my-shop.2" → "my_shop_2" */
static weft_code assign_schema(weft_adopting *work, weft_adopted_table *table)
{
    const weft_str schema = table->present->schema.len > 0 ? table->present->schema : work->present->database;
    weft_str name = weft_adopt_identifier(work->keep, schema);
    if (weft_str_starts_with(name, WEFT_STR("_"))) {
        /* Folders whose names begin so are no modules. */
        name = weft_str_format(work->keep, "db%.*s", WEFT_STR_ARG(name));
    }
    table->module = name.data != NULL ? weft_adopt_module(work, name) : NULL;
    return table->module != NULL ? WEFT_OK : weft_adopt_fail(work);
}

static weft_code note_left(weft_adopting *work, const weft_adopted_table *table)
{
    const weft_str none = {NULL, 0};
    if (weft_str_starts_with(table->present->name, WEFT_STR("weft_"))) {
        return WEFT_OK;
    }
    return is_for_users(table)
               ? weft_adopt_note(work, table->label, none, true, "no module was named for it")
               : weft_adopt_note(
                     work, table->label, none, true, "names of tables cannot begin with \"pg_\" or \"sqlite_\"");
}

weft_code weft_adopt_assign(weft_adopting *work)
{
    WEFT_TRY(label_tables(work));
    WEFT_TRY(work->options->is_medusa ? weft_adopt_assign_medusa(work) : WEFT_OK);
    for (size_t i = 0; i < work->options->module_count; i++) {
        WEFT_TRY(assign_option(work, work->options->modules[i]));
    }
    for (size_t i = 0; i < work->present->table_count; i++) {
        weft_adopted_table *table = &work->tables[i];
        if (work->options->module_count == 0 && !work->options->is_medusa && is_for_users(table)) {
            WEFT_TRY(assign_schema(work, table));
        } else if (table->module == NULL && !table->is_link) {
            WEFT_TRY(note_left(work, table));
        }
    }
    return WEFT_OK;
}
