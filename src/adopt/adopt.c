/* The stages of adopting in their order, and the report. */
#include "adopt/work.h"
#include "json/writer.h"

weft_code weft_adopt_fail(const weft_adopting *work)
{
    return weft_fail_arena(work->error, work->keep);
}

weft_code weft_adopt_note(
    weft_adopting *work, weft_str table, weft_str column, bool is_left_out, const char *format, ...)
{
    weft_buf buf;
    va_list args;
    weft_buf_init_arena(&buf, work->keep);
    va_start(args, format);
    weft_buf_add_format_v(&buf, format, args);
    va_end(args);
    const weft_adopted_note note = {table, column, weft_buf_str(&buf), is_left_out};
    return !buf.failed && weft_vec_push(work->keep, &work->notes, note) ? WEFT_OK : weft_adopt_fail(work);
}

weft_adopted_table *weft_adopt_table_find(const weft_adopting *work, weft_str schema, weft_str name)
{
    for (size_t i = 0; i < work->present->table_count; i++) {
        const weft_present_table *table = work->tables[i].present;
        if (weft_str_equal(table->name, name) && weft_str_equal(table->schema, schema)) {
            return &work->tables[i];
        }
    }
    return NULL;
}

weft_adopted_field *weft_adopted_field_of(const weft_adopted_model *model, weft_str column)
{
    for (size_t i = 0; i < model->fields.count; i++) {
        if (weft_str_equal(model->fields.items[i].column->name, column)) {
            return &model->fields.items[i];
        }
    }
    return NULL;
}

static weft_adoption sum_up(const weft_adopting *work)
{
    weft_adoption adoption = {.files = work->files.items,
                              .file_count = work->files.count,
                              .notes = work->notes.items,
                              .note_count = work->notes.count,
                              .links = work->links.count};
    for (size_t i = 0; i < work->notes.count; i++) {
        adoption.left_out += work->notes.items[i].is_left_out;
    }
    for (size_t i = 0; i < work->modules.count; i++) {
        const weft_adopted_module *module = work->modules.items[i];
        adoption.modules += module->models.count > 0;
        adoption.models += module->models.count;
        for (size_t k = 0; k < module->models.count; k++) {
            adoption.relations += module->models.items[k]->relations.count;
        }
    }
    return adoption;
}

weft_code weft_adopt(const weft_present *present,
                     const weft_adopt_options *options,
                     weft_arena *keep,
                     weft_arena *scratch,
                     const weft_adoption **ret_adoption,
                     weft_error *error)
{
    static weft_code (*const stages[])(weft_adopting *) = {
        weft_adopt_assign, weft_adopt_models, weft_adopt_relations, weft_adopt_links, weft_adopt_write};
    weft_adopting work = {.present = present, .options = options, .keep = keep, .scratch = scratch, .error = error};
    weft_map_init(&work.link_names, keep);
    for (size_t i = 0; i < WEFT_COUNT_OF(stages); i++) {
        WEFT_TRY(stages[i](&work));
    }
    weft_adoption *adoption = WEFT_ARENA_NEW(keep, weft_adoption);
    if (adoption == NULL) {
        return weft_fail_arena(error, keep);
    }
    *adoption = sum_up(&work);
    *ret_adoption = adoption;
    return WEFT_OK;
}

void weft_adoption_write_json(const weft_adoption *adoption, weft_buf *buf)
{
    weft_buf_add_format(buf,
                        "{\"modules\":%zu,\"models\":%zu,\"relations\":%zu,\"links\":%zu,\"files\":[",
                        adoption->modules,
                        adoption->models,
                        adoption->relations,
                        adoption->links);
    for (size_t i = 0; i < adoption->file_count; i++) {
        weft_buf_add_text(buf, i > 0 ? "," : "");
        weft_json_add_text(buf, adoption->files[i].path);
    }
    weft_buf_add_text(buf, "],\"notes\":[");
    for (size_t i = 0; i < adoption->note_count; i++) {
        const weft_adopted_note *note = &adoption->notes[i];
        weft_buf_add_text(buf, i > 0 ? ",{\"table\":" : "{\"table\":");
        weft_json_add_text(buf, note->table);
        weft_buf_add_text(buf, ",\"column\":");
        weft_json_add_text(buf, note->column);
        weft_buf_add_text(buf, ",\"text\":");
        weft_json_add_text(buf, note->text);
        weft_buf_add_text(buf, ",\"left_out\":");
        weft_json_add_boolean(buf, note->is_left_out);
        weft_buf_add_char(buf, '}');
    }
    weft_buf_add_text(buf, "]}");
}
