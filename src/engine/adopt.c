/* The adopting walk: database ─read▶ present ─decide and write▶ definition files, handed to the caller one by one. It
 * needs no project and no engine: it is what makes one. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "adopt/adopt.h"
#include "base/buf.h"
#include "engine/engine.h"

typedef struct import_work {
    const weft_schema_import *options;
    weft_arena keep;
    weft_arena scratch;
    weft_store_def store;
} import_work;

/* Opening a file that is not there would make it. */
static weft_code check_file(const char *path, weft_error *error)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        return weft_fail(error, WEFT_STORE_UNAVAILABLE, "could not open \"%.200s\": %s", path, strerror(errno));
    }
    (void)fclose(file);
    return WEFT_OK;
}

static weft_code read_url(const char *url, weft_store_def *store, weft_error *error)
{
    const weft_str text = weft_str_from(url);
    const weft_str sqlite = WEFT_STR("sqlite:");
    *store = (weft_store_def){.name = WEFT_STR("default"), .kind = WEFT_STORE_POSTGRES, .url = text};
    if (weft_str_starts_with(text, WEFT_STR("postgres://")) || weft_str_starts_with(text, WEFT_STR("postgresql://"))) {
        return WEFT_OK;
    }
    if (weft_str_starts_with(text, sqlite) && text.len > sqlite.len) {
        store->kind = WEFT_STORE_SQLITE;
        store->path = weft_str_slice(text, sqlite.len, text.len);
        return check_file(store->path.data, error);
    }
    (void)weft_fail(error, WEFT_USAGE, "the URL names no database weft knows");
    weft_error_set_hint(error, "Write sqlite:PATH, postgres://… or postgresql://….");
    return WEFT_USAGE;
}

/* One snapshot of the database. */
static weft_code read_present(import_work *work, const weft_present **ret_present, weft_error *error)
{
    const weft_driver *driver = weft_driver_for(work->store.kind);
    const weft_store_config config = {.name = work->store.name,
                                      .url = work->store.url,
                                      .path = work->store.path,
                                      .allocator = weft_allocator_or_default(work->options->allocator),
                                      .observer = work->options->observer};
    weft_connection *connection = NULL;
    WEFT_TRY(driver->open(&config, &connection, error));
    weft_code code = weft_connection_begin(connection, WEFT_TRANSACTION_READ, error);
    if (code == WEFT_OK) {
        code = weft_present_read(connection, &work->store, &work->keep, ret_present, error);
        weft_connection_rollback(connection);
    }
    driver->close(connection);
    return code;
}

static weft_code copy_texts(
    import_work *work, const char *const *texts, size_t count, const weft_str **ret_texts, weft_error *error)
{
    weft_str *copies = WEFT_ARENA_ARRAY(&work->keep, weft_str, count);
    for (size_t i = 0; copies != NULL && i < count; i++) {
        copies[i] = weft_str_from(texts[i]);
    }
    *ret_texts = copies;
    return copies != NULL ? WEFT_OK : weft_fail_arena(error, &work->keep);
}

static weft_code adopt(import_work *work, const weft_adoption **ret_adoption, weft_error *error)
{
    const weft_schema_import *given = work->options;
    const weft_present *present = NULL;
    weft_adopt_options options = {.module_count = given->module_count,
                                  .key_count = given->key_count,
                                  .is_soft = given->soft_delete,
                                  .is_medusa = given->medusa};
    WEFT_TRY(copy_texts(work, given->modules, given->module_count, &options.modules, error));
    WEFT_TRY(copy_texts(work, given->keys, given->key_count, &options.keys, error));
    WEFT_TRY(read_url(given->url, &work->store, error));
    WEFT_TRY(read_present(work, &present, error));
    return weft_adopt(present, &options, &work->keep, &work->scratch, ret_adoption, error);
}

static weft_code tell(const weft_allocator *allocator,
                      const weft_adoption *adoption,
                      weft_text *ret_report,
                      weft_error *error)
{
    weft_buf buf;
    weft_buf_init(&buf, allocator);
    weft_adoption_write_json(adoption, &buf);
    const weft_code code = weft_text_take(&buf, ret_report, error);
    weft_buf_done(&buf);
    return code;
}

weft_code weft_import_schema(
    const weft_schema_import *options,
    weft_code (*file)(void *ctx, const char *path, const char *text, size_t len, weft_error *error),
    void *ctx,
    weft_text *ret_report,
    weft_error *error)
{
    if (!options || !options->url || !file || !ret_report) {
        return weft_fail(
            error, WEFT_MISUSE, "options with a URL, a taker of files and a place for the report must be given");
    }
    const weft_allocator *allocator = weft_allocator_or_default(options->allocator);
    import_work work = {.options = options};
    const weft_adoption *adoption = NULL;
    weft_arena_init(&work.keep, allocator, 0);
    weft_arena_init(&work.scratch, allocator, 0);
    weft_code code = adopt(&work, &adoption, error);
    for (size_t i = 0; code == WEFT_OK && i < adoption->file_count; i++) {
        const weft_adopted_file *made = &adoption->files[i];
        code = file(ctx, made->path.data, made->text.data, made->text.len, error);
    }
    if (code == WEFT_OK) {
        code = tell(allocator, adoption, ret_report, error);
    }
    weft_arena_done(&work.keep);
    weft_arena_done(&work.scratch);
    return code;
}
