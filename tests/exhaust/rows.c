/* weft_open_scoped, and what callers do under row rules. */
#include <string.h>

#include "exhaust/exhaust.h"

static const weft_row_rule rule = {"product", "title", "One"};
static const char *const open_models[] = {"post"};
static const weft_row_rules rules = {&rule, 1, open_models, 1};

static const char record[] = "{\"id\":\"own\"}";
static const char request[] = "{\"entity\":\"product\",\"fields\":[\"id\",\"posts.id\",\"post_link.*\"],"
                              "\"filters\":{\"post_link\":{\"$count\":{\"$gte\":0}}}}";
static const char link[] = "{\"link\":\"product_post\",\"left\":\"own\",\"right\":\"t0\"}";

static weft_code call_open_scoped(exhaust *e, weft_error *error)
{
    return weft_open_scoped(e->engine, &rules, &e->out.engine, error);
}

typedef weft_code (*scoped_call)(weft_engine *scoped, weft_text *ret_text, weft_error *error);

static weft_code run_scoped(exhaust *e, scoped_call run, weft_error *error)
{
    weft_engine *scoped = NULL;
    weft_code code = weft_open_scoped(e->engine, &rules, &scoped, error);
    if (code == WEFT_OK) {
        code = run(scoped, &e->out.text, error);
    }
    weft_close(scoped);
    return code;
}

static weft_code create(weft_engine *scoped, weft_text *ret_text, weft_error *error)
{
    return weft_record_create_json(scoped, "product", record, strlen(record), ret_text, error);
}

static weft_code query(weft_engine *scoped, weft_text *ret_text, weft_error *error)
{
    return weft_query_json(scoped, request, strlen(request), ret_text, error);
}

static weft_code attach(weft_engine *scoped, weft_text *ret_text, weft_error *error)
{
    return weft_link_create_json(scoped, link, strlen(link), ret_text, error);
}

static weft_code detach(weft_engine *scoped, weft_text *ret_text, weft_error *error)
{
    return weft_link_dismiss_json(scoped, link, strlen(link), ret_text, error);
}

static weft_code foresee(weft_engine *scoped, weft_text *ret_text, weft_error *error)
{
    const char *key = "own";
    return weft_impact_json(scoped, "product", &key, 1, 0, ret_text, error);
}

static weft_code seed_linked(exhaust *e)
{
    weft_text text = {0};
    weft_code code = exhaust_open(e);
    if (code == WEFT_OK) {
        code = run_scoped(e, create, NULL);
        weft_text_free(&e->out.text);
    }
    if (code == WEFT_OK) {
        code = weft_link_create_json(e->engine, link, strlen(link), &text, NULL);
    }
    weft_text_free(&text);
    return code;
}

static weft_code seed_record(exhaust *e)
{
    weft_code code = exhaust_open(e);
    if (code == WEFT_OK) {
        code = run_scoped(e, create, NULL);
        weft_text_free(&e->out.text);
    }
    return code;
}

static weft_code call_create(exhaust *e, weft_error *error)
{
    return run_scoped(e, create, error);
}

static weft_code call_query(exhaust *e, weft_error *error)
{
    return run_scoped(e, query, error);
}

static weft_code call_attach(exhaust *e, weft_error *error)
{
    return run_scoped(e, attach, error);
}

static weft_code call_detach(exhaust *e, weft_error *error)
{
    return run_scoped(e, detach, error);
}

static weft_code call_foresee(exhaust *e, weft_error *error)
{
    return run_scoped(e, foresee, error);
}

exhaust_table exhaust_rows_table(void)
{
    static const exhaust_entry entries[] = {
        {"weft_open_scoped", .prepare = exhaust_open, .call = call_open_scoped},
        {"weft_record_create_json", .prepare = exhaust_open, .call = call_create},
        {"weft_query_json", .seed = seed_linked, .prepare = exhaust_open, .call = call_query},
        {"weft_link_create_json", .seed = seed_record, .prepare = exhaust_open, .call = call_attach},
        {"weft_link_dismiss_json", .seed = seed_linked, .prepare = exhaust_open, .call = call_detach},
        {"weft_impact_json", .seed = seed_linked, .prepare = exhaust_open, .call = call_foresee},
    };
    return (exhaust_table){entries, sizeof(entries) / sizeof(entries[0])};
}
