/* Entries of weft/access.h: checks of a caller who is kept to one module. */
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "exhaust/exhaust.h"
#include "weft/access.h"

static const char *const modules[] = {"product"};
static const weft_access access = {.modules = modules, .module_count = 1};

static const char allowed[] = "{\"entity\":\"product\",\"fields\":[\"*\"],\"filters\":{\"title\":\"x\"}}";
static const char refused[] = "{\"entity\":\"product\",\"fields\":[\"id\",\"posts.*\"]}";
static const char unknown[] = "{\"entity\":\"product\",\"fields\":[\"postz.id\"]}";
static const char record[] = "[{\"title\":\"One\"},{\"title\":\"Two\"}]";

/* What is expected to fail has done its work when it does. */
static weft_code expect(weft_code code, weft_code expected)
{
    return code == expected ? WEFT_OK : code == WEFT_OK ? WEFT_MISUSE : code;
}

static weft_code call_describe_access(exhaust *e, weft_error *error)
{
    return weft_describe_access(e->engine, &e->out.text, error);
}

static weft_code call_describe_as(exhaust *e, weft_error *error)
{
    return weft_describe_as(e->engine, &access, NULL, &e->out.text, error);
}

static weft_code call_uses(exhaust *e, weft_error *error)
{
    return weft_query_uses(e->engine, refused, strlen(refused), &e->out.text, error);
}

static weft_code call_query(exhaust *e, weft_error *error)
{
    return weft_access_query(e->engine, &access, allowed, strlen(allowed), &e->out.text, error);
}

static weft_code call_query_refused(exhaust *e, weft_error *error)
{
    return expect(weft_access_query(e->engine, &access, refused, strlen(refused), &e->out.text, error), WEFT_FORBIDDEN);
}

static weft_code call_query_unknown(exhaust *e, weft_error *error)
{
    return expect(weft_access_query(e->engine, &access, unknown, strlen(unknown), NULL, error), WEFT_UNKNOWN_FIELD);
}

static weft_code call_record(exhaust *e, weft_error *error)
{
    return weft_access_record(e->engine, &access, "product", record, strlen(record), NULL, error);
}

static weft_code call_links(exhaust *e, weft_error *error)
{
    static const char link[] = "{\"product\":{\"product_id\":\"p\"},\"blog\":{\"post_id\":\"q\"}}";
    return expect(weft_access_links(e->engine, &access, link, strlen(link), &e->out.text, error), WEFT_FORBIDDEN);
}

static weft_code call_deletion(exhaust *e, weft_error *error)
{
    return expect(weft_access_deletion(e->engine, &access, "product", NULL, error), WEFT_FORBIDDEN);
}

static char deletion[64];

static weft_code seed_deleted(exhaust *e)
{
    static const char *const keys[] = {"p0"};
    WEFT_TRY(exhaust_open(e));
    WEFT_TRY(weft_delete_json(e->engine, "product", keys, 1, 0, &e->text, NULL));
    return sscanf(e->text.data, "{\"deletion\":\"%63[^\"]", deletion) == 1 ? WEFT_OK : WEFT_NOT_FOUND;
}

/* The product's links went with it. */
static weft_code call_restore(exhaust *e, weft_error *error)
{
    return expect(weft_access_restore(e->engine, &access, deletion, error), WEFT_FORBIDDEN);
}

static weft_code call_everything(exhaust *e, weft_error *error)
{
    return expect(weft_access_everything(e->engine, &access, "explaining", error), WEFT_FORBIDDEN);
}

static weft_code prepare_record(exhaust *e)
{
    const weft_code code = exhaust_open(e);
    return code != WEFT_OK ? code
                           : weft_record_create_json(e->engine, "product", record, strlen(record), &e->text, NULL);
}

static weft_code call_tell_records(exhaust *e, weft_error *error)
{
    return weft_access_tell_records(e->engine, &access, "product", &e->text, error);
}

/* It tells no errors of its own. */
static weft_code call_tell_error(exhaust *e, weft_error *error)
{
    weft_error told = {.code = WEFT_NOT_FOUND, .message = "there is no \"post\""};
    const weft_code code = weft_access_tell_error(e->engine, &access, &told);
    if (code != WEFT_OK) {
        error->code = code;
        error->message[0] = '?';
    }
    return code == WEFT_OK && strstr(told.message, "post") ? WEFT_MISUSE : code;
}

exhaust_table exhaust_access_table(void)
{
    static const exhaust_entry entries[] = {
        {"weft_describe_access", .prepare = exhaust_open, .call = call_describe_access},
        {"weft_describe_as", .prepare = exhaust_open, .call = call_describe_as},
        {"weft_query_uses", .prepare = exhaust_open, .call = call_uses},
        {"weft_access_query", .prepare = exhaust_open, .call = call_query},
        {"weft_access_query", .prepare = exhaust_open, .call = call_query_refused},
        {"weft_access_query", .prepare = exhaust_open, .call = call_query_unknown},
        {"weft_access_record", .prepare = exhaust_open, .call = call_record},
        {"weft_access_links", .prepare = exhaust_open, .call = call_links},
        {"weft_access_deletion", .prepare = exhaust_open, .call = call_deletion},
        {"weft_access_restore", .seed = seed_deleted, .prepare = exhaust_open, .call = call_restore},
        {"weft_access_everything", .prepare = exhaust_open, .call = call_everything},
        {"weft_access_tell_records", .prepare = prepare_record, .call = call_tell_records},
        {"weft_access_tell_error", .prepare = exhaust_open, .call = call_tell_error},
    };
    return (exhaust_table){entries, sizeof(entries) / sizeof(entries[0])};
}
