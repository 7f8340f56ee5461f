/* Opening, asking, explaining and describing. */
#include <string.h>

#include "exhaust/exhaust.h"

static const char request[] =
    "{\"entity\":\"product\",\"fields\":[\"*\",\"metadata.color\",\"variants.*\",\"posts.products.id\",\"posts.title\","
    "\"post_link.position\"],\"filters\":{\"$or\":[{\"title\":{\"$like\":\"Pro%\"}},{\"variants\":{\"sku\":\"A1\"}}]},"
    "\"pagination\":{\"skip\":0,\"take\":2,\"order\":{\"title\":\"DESC\"}},\"with\":{\"variants\":{\"take\":1}}}";

static weft_code call_version(exhaust *e, weft_error *error)
{
    (void)e;
    (void)error;
    return strlen(weft_version()) > 0 ? WEFT_OK : WEFT_MISUSE;
}

static weft_code call_name(exhaust *e, weft_error *error)
{
    (void)e;
    (void)error;
    return weft_code_name(WEFT_NO_MEMORY) ? WEFT_OK : WEFT_MISUSE;
}

static weft_code call_http_status(exhaust *e, weft_error *error)
{
    (void)e;
    (void)error;
    return weft_code_http_status(WEFT_NO_MEMORY) == 503 ? WEFT_OK : WEFT_MISUSE;
}

static weft_code call_exit_status(exhaust *e, weft_error *error)
{
    (void)e;
    (void)error;
    return weft_code_exit_status(WEFT_NO_MEMORY) == 1 ? WEFT_OK : WEFT_MISUSE;
}

static weft_code call_meaning(exhaust *e, weft_error *error)
{
    (void)e;
    (void)error;
    return weft_code_meaning(WEFT_NO_MEMORY) ? WEFT_OK : WEFT_MISUSE;
}

static weft_code call_open(exhaust *e, weft_error *error)
{
    weft_options options = WEFT_OPTIONS_INIT;
    options.directory = e->directory;
    options.allocator = &e->alloc.allocator;
    return weft_open(&options, &e->out.engine, error);
}

static weft_code call_close(exhaust *e, weft_error *error)
{
    (void)error;
    weft_close(e->engine);
    e->engine = NULL;
    return WEFT_OK;
}

static void hear_problem(void *ctx, const weft_error *problem)
{
    (void)ctx;
    (void)problem;
}

static weft_code call_check(exhaust *e, weft_error *error)
{
    weft_options options = WEFT_OPTIONS_INIT;
    options.directory = e->directory;
    options.allocator = &e->alloc.allocator;
    return weft_check(&options, hear_problem, NULL, error);
}

static weft_code call_query_open(exhaust *e, weft_error *error)
{
    return weft_query_open(e->engine, request, strlen(request), WEFT_FORMAT_JSON, &e->out.reply, error);
}

static weft_code prepare_reply(exhaust *e)
{
    const weft_code code = exhaust_open(e);
    return code != WEFT_OK ? code
                           : weft_query_open(e->engine, request, strlen(request), WEFT_FORMAT_JSON, &e->reply, NULL);
}

static weft_code call_reply_read(exhaust *e, weft_error *error)
{
    return weft_reply_read(e->reply, &e->out.data, &e->out.sizes[0], error);
}

static weft_code call_reply_cancel(exhaust *e, weft_error *error)
{
    (void)error;
    weft_reply_cancel(e->reply);
    return WEFT_OK;
}

static weft_code call_stop(exhaust *e, weft_error *error)
{
    (void)error;
    weft_stop(e->engine);
    return WEFT_OK;
}

static weft_code prepare_reply_read(exhaust *e)
{
    const char *data = NULL;
    size_t len = 0;
    const weft_code code = prepare_reply(e);
    return code != WEFT_OK ? code : weft_reply_read(e->reply, &data, &len, NULL);
}

static weft_code call_reply_close(exhaust *e, weft_error *error)
{
    (void)error;
    weft_reply_close(e->reply);
    e->reply = NULL;
    return WEFT_OK;
}

static weft_code call_query_json(exhaust *e, weft_error *error)
{
    return weft_query_json(e->engine, request, strlen(request), &e->out.text, error);
}

static weft_code call_explain(exhaust *e, weft_error *error)
{
    return weft_explain(e->engine, request, strlen(request), WEFT_FORMAT_TEXT, &e->out.text, error);
}

static weft_code call_explain_analyze(exhaust *e, weft_error *error)
{
    return weft_explain_analyze(e->engine, request, strlen(request), WEFT_FORMAT_MERMAID, &e->out.text, error);
}

static weft_code call_graph(exhaust *e, weft_error *error)
{
    return weft_graph(e->engine, WEFT_FORMAT_MERMAID, &e->out.text, error);
}

static weft_code call_describe(exhaust *e, weft_error *error)
{
    return weft_describe(e->engine, "product", &e->out.text, error);
}

static weft_code call_open_scoped(exhaust *e, weft_error *error)
{
    static const char *const open[] = {"post", "review", "variant"};
    const weft_row_rule rule = {.model = "product", .field = "title", .value = "Product 1"};
    const weft_row_rules rules = {.rules = &rule, .rule_count = 1, .open = open, .open_count = 3};
    return weft_open_scoped(e->engine, &rules, &e->out.engine, error);
}

static weft_code prepare_text(exhaust *e)
{
    const weft_code code = exhaust_open(e);
    return code != WEFT_OK ? code : weft_describe(e->engine, NULL, &e->text, NULL);
}

static weft_code call_text_free(exhaust *e, weft_error *error)
{
    (void)error;
    weft_text_free(&e->text);
    return WEFT_OK;
}

exhaust_table exhaust_engine_table(void)
{
    static const exhaust_entry entries[] = {
        {"weft_version", .allocates_nothing = true, .call = call_version},
        {"weft_code_name", .allocates_nothing = true, .call = call_name},
        {"weft_code_http_status", .allocates_nothing = true, .call = call_http_status},
        {"weft_code_exit_status", .allocates_nothing = true, .call = call_exit_status},
        {"weft_code_meaning", .allocates_nothing = true, .call = call_meaning},
        {"weft_text_free", .allocates_nothing = true, .prepare = prepare_text, .call = call_text_free},
        {"weft_open", .call = call_open},
        {"weft_open_scoped", .prepare = exhaust_open, .call = call_open_scoped},
        {"weft_close", .allocates_nothing = true, .prepare = exhaust_open, .call = call_close},
        {"weft_stop", .allocates_nothing = true, .prepare = exhaust_open, .call = call_stop},
        {"weft_check", .call = call_check},
        {"weft_query_open", .prepare = exhaust_open, .call = call_query_open},
        {"weft_reply_read", .prepare = prepare_reply, .call = call_reply_read},
        {"weft_reply_cancel", .allocates_nothing = true, .prepare = prepare_reply_read, .call = call_reply_cancel},
        {"weft_reply_close", .allocates_nothing = true, .prepare = prepare_reply_read, .call = call_reply_close},
        {"weft_query_json", .prepare = exhaust_open, .call = call_query_json},
        {"weft_explain", .prepare = exhaust_open, .call = call_explain},
        {"weft_explain_analyze", .prepare = exhaust_open, .call = call_explain_analyze},
        {"weft_graph", .prepare = exhaust_open, .call = call_graph},
        {"weft_describe", .prepare = exhaust_open, .call = call_describe},
    };
    return (exhaust_table){entries, sizeof(entries) / sizeof(entries[0])};
}
