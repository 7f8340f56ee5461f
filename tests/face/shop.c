/* Opens the shop and fills it through the public functions alone. Ends the program when something fails. */
#include "face/shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "weft/weft.h"

static void must(weft_code code, const weft_error *error)
{
    if (code != WEFT_OK) {
        (void)fprintf(stderr, "%s: %s %s\n", error->where, error->message, error->detail);
        exit(1);
    }
}

static void create(weft_engine *engine, const char *entity, const char *json)
{
    weft_text made = {0};
    weft_error error = {0};
    must(weft_record_create_json(engine, entity, json, strlen(json), &made, &error), &error);
    weft_text_free(&made);
}

static void link_all(weft_engine *engine, const char *json)
{
    weft_text made = {0};
    weft_error error = {0};
    must(weft_link_create_json(engine, json, strlen(json), &made, &error), &error);
    weft_text_free(&made);
}

int face_shop_open(void **state)
{
    const weft_definition_set definitions = weft_definitions_here();
    weft_options options = WEFT_OPTIONS_INIT;
    options.project = "stores: { default: 'sqlite::memory:' }";
    options.definitions = &definitions;
    options.deterministic = 1;
    weft_engine *engine = NULL;
    weft_error error = {0};
    must(weft_open(&options, &engine, &error), &error);
    must(weft_migrate_apply(engine, WEFT_SCOPE_ALL, false, NULL, NULL, &error), &error);
    create(
        engine,
        "product",
        "[{\"id\":\"prod_1\",\"title\":\"Lamp\",\"handle\":\"lamp\",\"status\":\"published\","
        "\"metadata\":{\"size\":2,\"color\":\"red\"}},{\"id\":\"prod_2\",\"title\":\"Table\",\"handle\":\"table\"}]");
    create(engine,
           "product_variant",
           "{\"title\":\"Small\",\"sku\":\"L-S\",\"price\":\"19.90\",\"product_id\":\"prod_1\"}");
    create(engine,
           "blog_post",
           "[{\"id\":\"post_1\",\"title\":\"Light\",\"views\":5},{\"id\":\"post_2\",\"title\":\"Dark\",\"views\":7}]");
    link_all(
        engine,
        "[{\"product\":{\"product_id\":\"prod_1\"},\"blog\":{\"blog_post_id\":\"post_1\"},\"data\":{\"position\":1}},"
        "{\"product\":{\"product_id\":\"prod_1\"},\"blog\":{\"blog_post_id\":\"post_2\"}}]");
    *state = engine;
    return 0;
}

int face_shop_close(void **state)
{
    weft_close(*state);
    return 0;
}
