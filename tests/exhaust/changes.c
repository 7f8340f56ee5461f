/* Records, links, deletions, recovering and the doctor. */
#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "base/fail.h"
#include "exhaust/exhaust.h"

static const char *const one_key[] = {"p0"};

static weft_code call_retrieve(exhaust *e, weft_error *error)
{
    static const char *const fields[] = {"title", "posts.title", NULL};
    return weft_record_retrieve_json(e->engine, "product", "p0", fields, &e->out.text, error);
}

static weft_code call_create(exhaust *e, weft_error *error)
{
    static const char json[] = "[{\"id\":\"new1\",\"title\":\"New\",\"metadata\":{\"a\":[1,2.5]}},{\"id\":\"new2\","
                               "\"title\":\"New\"}]";
    return weft_record_create_json(e->engine, "product", json, strlen(json), &e->out.text, error);
}

static weft_code call_update(exhaust *e, weft_error *error)
{
    static const char json[] = "{\"title\":\"Other\"}";
    return weft_record_update_json(e->engine, "product", "p0", json, strlen(json), &e->out.text, error);
}

static weft_code give(const char *text, exhaust *e, char *data, size_t size, size_t *ret_len)
{
    const size_t len = strlen(text);
    *ret_len = e->reads > 0 || len > size ? 0 : len;
    memcpy(data, text, *ret_len);
    e->reads++;
    return WEFT_OK;
}

static weft_code read_records(void *ctx, char *data, size_t size, size_t *ret_len, weft_error *error)
{
    (void)error;
    return give("id,title,views\nt8,\"Eight, quoted\",8\nt9,Nine,\n", ctx, data, size, ret_len);
}

static weft_code read_links(void *ctx, char *data, size_t size, size_t *ret_len, weft_error *error)
{
    (void)error;
    return give("{\"left\":\"p0\",\"right\":\"t2\",\"position\":1}\n{\"left\":\"p1\",\"right\":\"t2\"}\n",
                ctx,
                data,
                size,
                ret_len);
}

static weft_code call_import(exhaust *e, weft_error *error)
{
    return weft_record_import_stream(e->engine, "post", WEFT_IMPORT_KIND_CSV, read_records, e, &e->out.number, error);
}

static const char new_link[] = "{\"product\":{\"product_id\":\"p0\"},\"blog\":{\"post_id\":\"t1\"}}";
static const char old_link[] = "{\"product\":{\"product_id\":\"p0\"},\"blog\":{\"post_id\":\"t0\"}}";

static weft_code call_link_create(exhaust *e, weft_error *error)
{
    return weft_link_create_json(e->engine, new_link, strlen(new_link), &e->out.text, error);
}

static weft_code call_link_dismiss(exhaust *e, weft_error *error)
{
    return weft_link_dismiss_json(e->engine, old_link, strlen(old_link), &e->out.text, error);
}

static weft_code seed_dismissed(exhaust *e)
{
    WEFT_TRY(exhaust_open(e));
    return weft_link_dismiss_json(e->engine, old_link, strlen(old_link), &e->text, NULL);
}

static weft_code call_link_restore(exhaust *e, weft_error *error)
{
    return weft_link_restore_json(e->engine, old_link, strlen(old_link), &e->out.text, error);
}

static weft_code call_link_import(exhaust *e, weft_error *error)
{
    return weft_link_import_stream(
        e->engine, "product_product_blog_post", WEFT_IMPORT_KIND_NDJSON, read_links, e, &e->out.number, error);
}

static weft_code call_impact(exhaust *e, weft_error *error)
{
    return weft_impact_json(e->engine, "product", one_key, 1, 0, &e->out.text, error);
}

static weft_code call_delete(exhaust *e, weft_error *error)
{
    return weft_delete_json(e->engine, "product", one_key, 1, 0, &e->out.text, error);
}

static char deletion[64];

static weft_code seed_deleted(exhaust *e)
{
    WEFT_TRY(exhaust_open(e));
    WEFT_TRY(weft_delete_json(e->engine, "product", one_key, 1, 0, &e->text, NULL));
    return sscanf(e->text.data, "{\"deletion\":\"%63[^\"]", deletion) == 1 ? WEFT_OK : WEFT_NOT_FOUND;
}

static weft_code call_restore(exhaust *e, weft_error *error)
{
    return weft_restore_json(e->engine, deletion, &e->out.text, error);
}

/* A post is deleted by plain SQL: its trigger notes it in the outbox. */
static weft_code seed_outbox(exhaust *e)
{
    char path[512];
    sqlite3 *database = NULL;
    (void)snprintf(path, sizeof(path), "%s/content.db", e->directory);
    bool is_done = sqlite3_open(path, &database) == SQLITE_OK;
    is_done = is_done && sqlite3_exec(database, "DELETE FROM post WHERE id = 't1'", NULL, NULL, NULL) == SQLITE_OK;
    (void)sqlite3_close(database);
    return is_done ? WEFT_OK : WEFT_STORE_ERROR;
}

static weft_code call_recover(exhaust *e, weft_error *error)
{
    return weft_recover(e->engine, &e->out.text, error);
}

static weft_code call_recover_with(exhaust *e, weft_error *error)
{
    const weft_recover_options options = {.notes_max = 5};
    return weft_recover_with(e->engine, &options, &e->out.text, error);
}

/* A row of the link table is left without its post. */
static weft_code seed_damage(exhaust *e)
{
    char path[512];
    sqlite3 *database = NULL;
    (void)snprintf(path, sizeof(path), "%s/content.db", e->directory);
    bool is_done = sqlite3_open(path, &database) == SQLITE_OK;
    is_done = is_done &&
              sqlite3_exec(database, "DELETE FROM post WHERE id = 't1'; DELETE FROM weft_outbox", NULL, NULL, NULL) ==
                  SQLITE_OK;
    (void)sqlite3_close(database);
    return is_done ? WEFT_OK : WEFT_STORE_ERROR;
}

static weft_code call_doctor(exhaust *e, weft_error *error)
{
    const weft_doctor_options options = {.fix = WEFT_DOCTOR_UNLINK};
    return weft_doctor(e->engine, &options, &e->out.summary, error);
}

exhaust_table exhaust_change_table(void)
{
    static const exhaust_entry entries[] = {
        {"weft_record_retrieve_json", .prepare = exhaust_open, .call = call_retrieve},
        {"weft_record_create_json", .prepare = exhaust_open, .call = call_create},
        {"weft_record_update_json", .prepare = exhaust_open, .call = call_update},
        {"weft_record_import_stream", .prepare = exhaust_open, .call = call_import},
        {"weft_link_create_json", .prepare = exhaust_open, .call = call_link_create},
        {"weft_link_dismiss_json", .prepare = exhaust_open, .call = call_link_dismiss},
        {"weft_link_restore_json", .seed = seed_dismissed, .prepare = exhaust_open, .call = call_link_restore},
        {"weft_link_import_stream", .prepare = exhaust_open, .call = call_link_import},
        {"weft_impact_json", .prepare = exhaust_open, .call = call_impact},
        {"weft_delete_json", .is_journalled = true, .prepare = exhaust_open, .call = call_delete},
        {"weft_restore_json",
         .is_journalled = true,
         .seed = seed_deleted,
         .prepare = exhaust_open,
         .call = call_restore},
        {"weft_recover", .seed = seed_outbox, .prepare = exhaust_open, .call = call_recover},
        {"weft_recover_with", .seed = seed_outbox, .prepare = exhaust_open, .call = call_recover_with},
        {"weft_doctor", .seed = seed_damage, .prepare = exhaust_open, .call = call_doctor},
    };
    return (exhaust_table){entries, sizeof(entries) / sizeof(entries[0])};
}
