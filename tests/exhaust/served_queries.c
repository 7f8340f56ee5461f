/* Whole queries over a served model, the making of its connection included: served.c fails what the callback calls
 * alone.
 */
#include <string.h>

#include "base/fail.h"
#include "exhaust/exhaust.h"

static const char project[] =
    "stores: { default: \"sqlite::memory:\", crm: callbacks }\nmodules: { crm: { store: crm } }\n";

WEFT_MODULE("crm",
            WEFT_MODEL("customer",
                       WEFT_FIELDS(WEFT_TEXT("id", .primary_key = true),
                                   WEFT_TEXT("name"),
                                   WEFT_BIG_NUMBER("credit", .nullable = true),
                                   WEFT_DATE_TIME("since", .nullable = true),
                                   WEFT_JSON("tags", .nullable = true)),
                       .no_timestamps = true,
                       .no_soft_delete = true));

static weft_code serve_rows(void *ctx, const weft_listing *listing, weft_sink *sink, weft_error *error)
{
    (void)ctx;
    (void)listing;
    const weft_named_value ada[] = {{"id", weft_value_text("a")},
                                    {"name", weft_value_text("Ada")},
                                    {"credit", weft_value_text("12.50")},
                                    {"since", weft_value_text("2026-01-02T03:04:05Z")},
                                    {"tags", weft_value_text("[1, 2]")}};
    const weft_named_value bob[] = {{"id", weft_value_text("b")}, {"name", weft_value_text("Bob")}};
    WEFT_TRY(weft_sink_row(sink, ada, sizeof(ada) / sizeof(*ada), error));
    return weft_sink_row(sink, bob, sizeof(bob) / sizeof(*bob), error);
}

static weft_code serve_json(void *ctx, const weft_listing *listing, weft_sink *sink, weft_error *error)
{
    static const char rows[] = "[{\"id\":\"a\",\"name\":\"Ada\",\"credit\":12.5,\"tags\":{\"x\":[1,2]}},"
                               "{\"id\":\"b\",\"name\":\"Bob\",\"other\":true}]";
    (void)ctx;
    (void)listing;
    return weft_sink_json(sink, rows, strlen(rows), error);
}

static weft_code serve_pages(void *ctx, const weft_listing *listing, weft_sink *sink, weft_error *error)
{
    (void)ctx;
    const weft_named_value row[] = {{"id", weft_value_text(listing->page ? "b" : "a")},
                                    {"name", weft_value_text("of a page")}};
    WEFT_TRY(weft_sink_row(sink, row, sizeof(row) / sizeof(*row), error));
    return listing->page ? WEFT_OK : weft_sink_set_next_page(sink, "the second", error);
}

static weft_code serve_in_time(void *ctx, const weft_listing *listing, weft_sink *sink, weft_error *error)
{
    const uint32_t left_ms = weft_sink_time_left_ms(sink);
    (void)ctx;
    (void)listing;
    (void)error;
    return left_ms > 0 && left_ms < UINT32_MAX ? WEFT_OK : WEFT_MISUSE;
}

static const weft_callbacks by_rows = {.model = "crm.customer", .list_by_filter = serve_rows};
static const weft_callbacks by_json = {.model = "crm.customer", .list_by_filter = serve_json};
static const weft_callbacks by_pages = {.model = "crm.customer", .list_by_filter = serve_pages};
static const weft_callbacks by_time = {.model = "crm.customer", .list_by_filter = serve_in_time};

static weft_code open_served(exhaust *e, const weft_callbacks *callbacks)
{
    weft_options options = WEFT_OPTIONS_INIT;
    const weft_definition_set here = weft_definitions_here();
    const weft_definition_set set = {
        .modules = here.modules, .module_count = here.module_count, .callbacks = &callbacks, .callbacks_count = 1};
    options.project = project;
    options.definitions = &set;
    options.allocator = &e->alloc.allocator;
    return weft_open(&options, &e->engine, NULL);
}

static weft_code prepare_rows(exhaust *e)
{
    return open_served(e, &by_rows);
}

static weft_code prepare_json(exhaust *e)
{
    return open_served(e, &by_json);
}

static weft_code prepare_pages(exhaust *e)
{
    return open_served(e, &by_pages);
}

static weft_code prepare_time(exhaust *e)
{
    return open_served(e, &by_time);
}

static weft_code call_query(exhaust *e, weft_error *error)
{
    static const char request[] =
        "{\"entity\":\"customer\",\"fields\":[\"*\"],\"filters\":{\"name\":{\"$ne\":\"x\"},\"id\":[\"a\",\"b\"]}}";
    return weft_query_json(e->engine, request, strlen(request), &e->out.text, error);
}

exhaust_table exhaust_served_query_table(void)
{
    static const exhaust_entry entries[] = {
        {"weft_sink_row", .prepare = prepare_rows, .call = call_query},
        {"weft_sink_json", .prepare = prepare_json, .call = call_query},
        {"weft_sink_set_next_page", .prepare = prepare_pages, .call = call_query},
        {"weft_sink_time_left_ms", .prepare = prepare_time, .call = call_query},
    };
    return (exhaust_table){entries, sizeof(entries) / sizeof(entries[0])};
}
