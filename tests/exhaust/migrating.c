/* Migrating, the trash, moving a module and adopting a database. */
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "exhaust/exhaust.h"
#include "support/directory.h"

/* A product gets a field, and a link with its table goes. */
static weft_code seed_changed(exhaust *e)
{
    static const char module[] =
        "module: product\nmodels:\n  product:\n    fields:\n      id: { type: id, prefix: prod "
        "}\n      title: text\n      metadata: json?\n      weight: { type: number, nullable: "
        "true, index: true }\n    relations:\n      variants: { hasMany: variant, mappedBy: "
        "product }\n  variant:\n    fields: { id: id, sku: text, price: bigNumber }\n    "
        "relations:\n      product: { belongsTo: product }\n";
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/src/links/product-review.yaml", e->directory);
    return remove(path) == 0 && test_file_write(e->directory, "src/modules/product/module.yaml", module)
               ? WEFT_OK
               : WEFT_FILE_ERROR;
}

static weft_code call_plan(exhaust *e, weft_error *error)
{
    return weft_migrate_plan(
        e->engine, WEFT_SCOPE_ALL, WEFT_FORMAT_JSON, true, &e->out.text, &e->out.sizes[0], &e->out.sizes[1], error);
}

static weft_code call_apply(exhaust *e, weft_error *error)
{
    return weft_migrate_apply(e->engine, WEFT_SCOPE_ALL, false, &e->out.sizes[0], &e->out.sizes[1], error);
}

static weft_code prepare_plan(exhaust *e)
{
    WEFT_TRY(exhaust_open(e));
    return weft_migrate_plan(e->engine, WEFT_SCOPE_ALL, WEFT_FORMAT_JSON, true, &e->text, NULL, NULL, NULL);
}

static weft_code call_apply_plan(exhaust *e, weft_error *error)
{
    return weft_migrate_apply_plan(e->engine, e->text.data, e->text.len, false, &e->out.outcome, error);
}

static weft_code call_status(exhaust *e, weft_error *error)
{
    return weft_migrate_status(e->engine, &e->out.text, error);
}

static const char gone_table[] = "product_product_review_review";

static weft_code call_drop(exhaust *e, weft_error *error)
{
    return weft_migrate_drop(e->engine, gone_table, &e->out.text, error);
}

static weft_code seed_dropped(exhaust *e)
{
    WEFT_TRY(seed_changed(e));
    WEFT_TRY(exhaust_open(e));
    return weft_migrate_drop(e->engine, gone_table, &e->text, NULL);
}

static weft_code call_undo(exhaust *e, weft_error *error)
{
    return weft_migrate_undo(e->engine, gone_table, &e->out.text, error);
}

static weft_code call_purge(exhaust *e, weft_error *error)
{
    return weft_migrate_purge(e->engine, NULL, &e->out.text, error);
}

static weft_code seed_migrated(exhaust *e)
{
    WEFT_TRY(seed_changed(e));
    WEFT_TRY(exhaust_open(e));
    return weft_migrate_apply(e->engine, WEFT_SCOPE_ALL, false, NULL, NULL, NULL);
}

static weft_code call_rollback(exhaust *e, weft_error *error)
{
    return weft_migrate_rollback(e->engine, &e->out.sizes[0], error);
}

static weft_code call_move(exhaust *e, weft_error *error)
{
    return weft_module_move(e->engine, "blog", "default", false, &e->out.text, error);
}

static weft_code take_file(void *ctx, const char *path, const char *text, size_t len, weft_error *error)
{
    (void)ctx;
    (void)path;
    (void)text;
    (void)len;
    (void)error;
    return WEFT_OK;
}

static weft_code call_import_schema(exhaust *e, weft_error *error)
{
    char url[512];
    (void)snprintf(url, sizeof(url), "sqlite:%s/shop.db", e->directory);
    const weft_schema_import options = {.url = url, .soft_delete = true, .allocator = &e->alloc.allocator};
    return weft_import_schema(&options, take_file, NULL, &e->out.text, error);
}

exhaust_table exhaust_migrate_table(void)
{
    static const exhaust_entry entries[] = {
        {"weft_migrate_plan", .seed = seed_changed, .prepare = exhaust_open, .call = call_plan},
        {"weft_migrate_apply", .seed = seed_changed, .prepare = exhaust_open, .call = call_apply},
        {"weft_migrate_apply_plan", .seed = seed_changed, .prepare = prepare_plan, .call = call_apply_plan},
        {"weft_migrate_status", .seed = seed_dropped, .prepare = exhaust_open, .call = call_status},
        {"weft_migrate_drop", .seed = seed_changed, .prepare = exhaust_open, .call = call_drop},
        {"weft_migrate_undo", .seed = seed_dropped, .prepare = exhaust_open, .call = call_undo},
        {"weft_migrate_purge", .seed = seed_dropped, .prepare = exhaust_open, .call = call_purge},
        {"weft_migrate_rollback", .seed = seed_migrated, .prepare = exhaust_open, .call = call_rollback},
        {"weft_module_move", .prepare = exhaust_open, .call = call_move},
        {"weft_import_schema", .call = call_import_schema},
    };
    return (exhaust_table){entries, sizeof(entries) / sizeof(entries[0])};
}
