/* Definition files as YAML: one field a line, aligned, with what could not be mapped as comments where a reader looks
 * for it. Texts are quoted wherever YAML could take them for something else. */
#include "adopt/work.h"

/* Words that YAML readers take for something that is no text. */
static bool is_plain_word(weft_str text)
{
    static const char *const words[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"};
    for (size_t i = 0; i < text.len; i++) {
        const char byte = text.data[i];
        const bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
        const bool is_inner = (byte >= '0' && byte <= '9') || byte == '.';
        if (!is_letter && (!is_inner || i == 0)) {
            return false;
        }
    }
    for (size_t i = 0; i < WEFT_COUNT_OF(words); i++) {
        if (text.len == weft_str_from(words[i]).len && weft_str_distance(text, weft_str_from(words[i]), 0) == 0) {
            return false;
        }
    }
    return text.len > 0;
}

static void add_text(weft_buf *buf, weft_str text)
{
    if (is_plain_word(text)) {
        weft_buf_add_str(buf, text);
        return;
    }
    weft_buf_add_char(buf, '"');
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char byte = (unsigned char)text.data[i];
        if (byte < 0x20 || byte == 0x7f) {
            weft_buf_add_format(buf, "\\x%02x", byte);
            continue;
        }
        weft_buf_add_text(buf, byte == '"' || byte == '\\' ? "\\" : "");
        weft_buf_add_char(buf, text.data[i]);
    }
    weft_buf_add_char(buf, '"');
}

/* "name:", so that values of a block stand in one column. */
static void add_name(weft_buf *buf, const char *indent, weft_str name, size_t width)
{
    weft_buf_add_text(buf, indent);
    const size_t from = buf->len;
    add_text(buf, name);
    weft_buf_add_char(buf, ':');
    do {
        weft_buf_add_char(buf, ' ');
    } while (buf->len - from < width + 2);
}

static void add_key(weft_buf *buf, const char *key, weft_str value)
{
    weft_buf_add_format(buf, ", %s: ", key);
    add_text(buf, value);
}

static void add_labels(weft_buf *buf, const weft_present_column *column)
{
    weft_buf_add_text(buf, ", values: [");
    for (size_t i = 0; i < column->label_count; i++) {
        weft_buf_add_text(buf, i > 0 ? ", " : "");
        add_text(buf, column->labels[i]);
    }
    weft_buf_add_char(buf, ']');
}

static void add_field(weft_buf *buf, const char *indent, const weft_adopted_field *field, size_t width)
{
    const weft_present_column *column = field->column;
    const bool is_renamed = !weft_str_equal(field->name, column->name);
    const bool is_short = !is_renamed && !field->is_primary_key && !field->is_unique && column->label_count == 0 &&
                          column->column_type.len == 0;
    const weft_str type = weft_type_name(column->type);
    add_name(buf, indent, field->name, width);
    weft_buf_add_format(buf,
                        is_short ? "%.*s%s" : "{ type: %.*s%s",
                        WEFT_STR_ARG(type),
                        column->is_nullable && !field->is_primary_key ? "?" : "");
    weft_buf_add_text(buf, field->is_primary_key ? ", primaryKey: true" : "");
    weft_buf_add_text(buf, field->is_unique ? ", unique: true" : "");
    if (column->label_count > 0) {
        add_labels(buf, column);
    }
    if (is_renamed) {
        add_key(buf, "column", column->name);
    }
    if (column->column_type.len > 0) {
        add_key(buf, "columnType", column->column_type);
    }
    weft_buf_add_text(buf, is_short ? "\n" : " }\n");
}

static const char *kind_name(weft_adopted_kind kind)
{
    static const char *const names[] = {"belongsTo", "hasOne", "hasMany", "manyToMany"};
    return names[kind - WEFT_ADOPTED_BELONGS_TO];
}

static void add_relation(weft_buf *buf, const weft_adopted_relation *relation, size_t width)
{
    add_name(buf, "      ", relation->name, width);
    weft_buf_add_format(buf, "{ %s: ", kind_name(relation->kind));
    add_text(buf, relation->target->name);
    if (relation->field.len > 0) {
        add_key(buf, "field", relation->field);
    }
    if (relation->mapped_by.len > 0) {
        add_key(buf, "mappedBy", relation->mapped_by);
    }
    if (relation->pivot != NULL) {
        add_key(buf, "pivotTable", relation->pivot->name);
        add_key(buf, "joinColumn", relation->join_column);
        add_key(buf, "inverseJoinColumn", relation->inverse_join_column);
    }
    weft_buf_add_text(buf, " }\n");
}

/* What was left out of a table, where its model stands. */
static void add_notes(const weft_adopting *work, weft_buf *buf, const char *indent, weft_str table)
{
    for (size_t i = 0; i < work->notes.count; i++) {
        const weft_adopted_note *note = &work->notes.items[i];
        if (!weft_str_equal(note->table, table)) {
            continue;
        }
        weft_buf_add_format(buf, "%s# %s", indent, note->is_left_out ? "not mapped: " : "");
        weft_buf_add_str(buf, note->column);
        weft_buf_add_text(buf, note->column.len > 0 ? ": " : "");
        weft_buf_add_str(buf, note->text);
        weft_buf_add_char(buf, '\n');
    }
}

static size_t wider(size_t width, weft_str name)
{
    return name.len > width && name.len < 32 ? name.len : width;
}

static void add_model(const weft_adopting *work, weft_buf *buf, const weft_adopted_model *model)
{
    const weft_adopted_table *table = weft_adopt_table_find(work, model->table->schema, model->table->name);
    size_t width = 0;
    for (size_t i = 0; i < model->fields.count; i++) {
        width = wider(width, model->fields.items[i].name);
    }
    for (size_t i = 0; i < model->relations.count; i++) {
        width = wider(width, model->relations.items[i].name);
    }
    weft_buf_add_text(buf, "  ");
    add_text(buf, model->name);
    weft_buf_add_text(buf, ":\n");
    add_notes(work, buf, "    ", table->label);
    if (model->table->schema.len > 0) {
        weft_buf_add_text(buf, "    schema: ");
        add_text(buf, model->table->schema);
        weft_buf_add_char(buf, '\n');
    }
    if (!weft_str_equal(model->name, model->table->name)) {
        weft_buf_add_text(buf, "    table: ");
        add_text(buf, model->table->name);
        weft_buf_add_char(buf, '\n');
    }
    weft_buf_add_text(buf, "    managed: false\n");
    weft_buf_add_text(buf, model->has_timestamps ? "    timestamps: true\n" : "");
    weft_buf_add_text(buf, model->is_soft ? "    softDelete: true\n" : "");
    weft_buf_add_text(buf, "    fields:\n");
    for (size_t i = 0; i < model->fields.count; i++) {
        add_field(buf, "      ", &model->fields.items[i], width);
    }
    weft_buf_add_text(buf, model->relations.count > 0 ? "    relations:\n" : "");
    for (size_t i = 0; i < model->relations.count; i++) {
        add_relation(buf, &model->relations.items[i], width);
    }
}

static weft_code add_file(weft_adopting *work, weft_str path, const weft_buf *buf)
{
    const weft_adopted_file file = {path, weft_buf_str(buf)};
    const bool is_added = path.data != NULL && !buf->failed && weft_vec_push(work->keep, &work->files, file);
    return is_added ? WEFT_OK : weft_adopt_fail(work);
}

/* Tables of the module that became no model. */
static void add_left_out(const weft_adopting *work, weft_buf *buf, const weft_adopted_module *module)
{
    for (size_t i = 0; i < work->present->table_count; i++) {
        const weft_adopted_table *table = &work->tables[i];
        if (table->module == module && table->model == NULL && !table->is_junction) {
            weft_buf_add_format(buf, "  # %.*s\n", WEFT_STR_ARG(table->label));
            add_notes(work, buf, "  #   ", table->label);
        }
    }
}

static weft_code write_module(weft_adopting *work, const weft_adopted_module *module)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, work->keep);
    weft_buf_add_text(&buf, "module: ");
    add_text(&buf, module->name);
    weft_buf_add_text(&buf, "\nmodels:\n");
    for (size_t i = 0; i < module->models.count; i++) {
        add_model(work, &buf, module->models.items[i]);
    }
    add_left_out(work, &buf, module);
    return add_file(
        work, weft_str_format(work->keep, "src/modules/%.*s/module.yaml", WEFT_STR_ARG(module->name)), &buf);
}

static void add_side(weft_buf *buf, const char *name, const weft_adopted_side *side)
{
    weft_buf_add_format(
        buf, "%s{ linkable: %.*s.%.*s", name, WEFT_STR_ARG(side->model->module->name), WEFT_STR_ARG(side->model->name));
    if (!weft_str_equal(side->alias, side->model->name)) {
        add_key(buf, "alias", side->alias);
    }
    if (side->field.len > 0) {
        add_key(buf, "field", side->field);
    }
    if (side->column.len > 0) {
        add_key(buf, "column", side->column);
    }
    weft_buf_add_text(buf, side->is_list ? ", isList: true" : "");
    weft_buf_add_text(buf, side->cascades ? ", deleteCascade: true" : "");
    weft_buf_add_text(buf, " }\n");
}

static bool is_extra(const weft_adopted_link *link, const weft_present_column *column)
{
    static const char *const kept[] = {"id", "created_at", "updated_at", "deleted_at"};
    for (size_t i = 0; link->is_row && i < WEFT_COUNT_OF(kept); i++) {
        if (weft_str_equal_text(column->name, kept[i])) {
            return false;
        }
    }
    return column->type != 0 && !weft_str_equal(column->name, link->left.column) &&
           !weft_str_equal(column->name, link->right.column);
}

static void add_extra_columns(weft_buf *buf, const weft_adopted_link *link)
{
    bool is_first = true;
    for (size_t i = 0; i < link->table->column_count; i++) {
        const weft_present_column *column = &link->table->columns[i];
        if (!is_extra(link, column)) {
            continue;
        }
        const weft_adopted_field field = {.name = column->name, .column = column};
        weft_buf_add_text(buf, is_first ? "  extraColumns:\n" : "");
        add_field(buf, "    ", &field, 0);
        is_first = false;
    }
}

static void add_database(weft_buf *buf, const weft_adopted_link *link)
{
    weft_buf_add_text(buf, "database:\n  table: ");
    add_text(buf, link->table->name);
    if (link->table->schema.len > 0) {
        weft_buf_add_text(buf, "\n  schema: ");
        add_text(buf, link->table->schema);
    }
    weft_buf_add_text(buf, link->is_row ? "\n  managed: false\n" : "\n  managed: false\n  pairOnly: true\n");
    if (link->id_prefix.len > 0) {
        weft_buf_add_text(buf, "  idPrefix: ");
        add_text(buf, link->id_prefix);
        weft_buf_add_char(buf, '\n');
    }
    add_extra_columns(buf, link);
}

static weft_code write_link(weft_adopting *work, const weft_adopted_link *link)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, work->keep);
    weft_buf_add_text(&buf, link->comment != NULL ? link->comment : "");
    weft_buf_add_text(&buf, "name: ");
    add_text(&buf, link->name);
    weft_buf_add_char(&buf, '\n');
    add_side(&buf, "left:  ", &link->left);
    add_side(&buf, "right: ", &link->right);
    if (link->table != NULL) {
        add_database(&buf, link);
    } else {
        weft_buf_add_text(&buf, "readOnly: true\n");
    }
    return add_file(work, weft_str_format(work->keep, "src/links/%.*s.yaml", WEFT_STR_ARG(link->file)), &buf);
}

weft_code weft_adopt_write(weft_adopting *work)
{
    for (size_t i = 0; i < work->modules.count; i++) {
        const weft_adopted_module *module = work->modules.items[i];
        WEFT_TRY(module->models.count > 0 ? write_module(work, module) : WEFT_OK);
    }
    for (size_t i = 0; i < work->links.count; i++) {
        WEFT_TRY(write_link(work, &work->links.items[i]));
    }
    return WEFT_OK;
}
