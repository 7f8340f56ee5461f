/* What the functions of a served model call. Each is called in a query; only the call itself meets the end of memory.
 */
#include <string.h>

#include "exhaust/exhaust.h"

typedef weft_code (*sink_call)(exhaust *e, weft_sink *sink, weft_error *error);

/* Whose query is run, and what its model calls: a served model has one ctx for good. */
static exhaust *asked;
static sink_call call_now;

static weft_code list(void *ctx, const weft_listing *listing, weft_sink *sink, weft_error *error)
{
    (void)ctx;
    (void)listing;
    if (asked->reads++ > 0) {
        return WEFT_OK;
    }
    exhaust_resume(asked);
    const weft_code code = call_now(asked, sink, error);
    exhaust_suspend(asked);
    return code;
}

static weft_code open_served(exhaust *e)
{
    static const weft_field_spec fields[] = {{.name = "id", .type = "id"}, {.name = "name", .type = "text?"}, {0}};
    static const weft_model_spec models[] = {{.name = "customer", .fields = fields}, {0}};
    static const weft_module_spec module = {.name = "crm", .models = models};
    static const weft_module_spec *const modules[] = {&module};
    static const weft_callbacks served = {.model = "crm.customer", .list_by_filter = list};
    static const weft_callbacks *const callbacks[] = {&served};
    static const weft_definition_set set = {
        .modules = modules, .module_count = 1, .callbacks = callbacks, .callbacks_count = 1};
    weft_options options = WEFT_OPTIONS_INIT;
    options.project = "stores: { default: 'sqlite::memory:', crm: callbacks }\nmodules: { crm: { store: crm } }\n";
    options.definitions = &set;
    options.allocator = &e->alloc.allocator;
    return weft_open(&options, &e->engine, NULL);
}

/* A query whose model makes that call; memory is missing there alone. */
static weft_code ask(exhaust *e, sink_call call, weft_error *error)
{
    static const char request[] = "{\"entity\":\"customer\",\"fields\":[\"name\"]}";
    asked = e;
    call_now = call;
    exhaust_suspend(e);
    const weft_code code = weft_query_json(e->engine, request, strlen(request), &e->out.text, error);
    exhaust_resume(e);
    return e->reads > 0 ? code : WEFT_MISUSE;
}

static weft_code add_row(exhaust *e, weft_sink *sink, weft_error *error)
{
    (void)e;
    const weft_named_value values[] = {{"id", weft_value_text("c1")}, {"name", weft_value_text("Ada")}};
    return weft_sink_row(sink, values, 2, error);
}

static weft_code call_row(exhaust *e, weft_error *error)
{
    return ask(e, add_row, error);
}

static weft_code add_json(exhaust *e, weft_sink *sink, weft_error *error)
{
    static const char rows[] =
        "[{\"id\":\"c1\",\"name\":\"Ada, whose name is long enough to need room\"},{\"id\":\"c2\"}]";
    (void)e;
    return weft_sink_json(sink, rows, strlen(rows), error);
}

static weft_code call_json(exhaust *e, weft_error *error)
{
    return ask(e, add_json, error);
}

static weft_code set_next_page(exhaust *e, weft_sink *sink, weft_error *error)
{
    static char page[1 << 17]; /* for which there is no room yet */
    (void)e;
    memset(page, 'p', sizeof(page) - 1);
    return weft_sink_set_next_page(sink, page, error);
}

static weft_code call_next_page(exhaust *e, weft_error *error)
{
    return ask(e, set_next_page, error);
}

static weft_code ask_time_left(exhaust *e, weft_sink *sink, weft_error *error)
{
    (void)e;
    (void)error;
    return weft_sink_time_left_ms(sink) > 0 ? WEFT_OK : WEFT_TIMEOUT;
}

static weft_code call_time_left(exhaust *e, weft_error *error)
{
    return ask(e, ask_time_left, error);
}

exhaust_table exhaust_served_table(void)
{
    static const exhaust_entry entries[] = {
        {"weft_sink_row", .prepare = open_served, .call = call_row},
        {"weft_sink_json", .prepare = open_served, .call = call_json},
        {"weft_sink_set_next_page", .prepare = open_served, .call = call_next_page},
        {"weft_sink_time_left_ms", .allocates_nothing = true, .prepare = open_served, .call = call_time_left},
    };
    return (exhaust_table){entries, sizeof(entries) / sizeof(entries[0])};
}
