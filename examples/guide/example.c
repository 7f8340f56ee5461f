/* The frame of the examples; see example.h. */
#include "example.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void example_must(weft_code code, const weft_error *error)
{
    if (code != WEFT_OK) {
        printf("error: %s (%s)\n", error->message, weft_code_name(code));
        exit(1);
    }
}

static weft_engine *open_engine(const weft_definition_set *definitions)
{
    weft_options options = WEFT_OPTIONS_INIT;
    options.project = "stores: { default: 'sqlite::memory:' }";
    options.definitions = definitions;
    options.deterministic = 1; /* the same ids and times in every run, so that its output can be compared */
    weft_engine *engine = NULL;
    weft_error error;
    example_must(weft_open(&options, &engine, &error), &error);
    return engine;
}

weft_engine *example_open(const weft_definition_set *definitions)
{
    weft_engine *engine = open_engine(definitions);
    weft_error error;
    example_must(weft_migrate_apply(engine, WEFT_SCOPE_ALL, false, NULL, NULL, &error), &error);
    return engine;
}

void example_show_tables(const weft_definition_set *definitions)
{
    weft_engine *engine = open_engine(definitions);
    weft_text plan = {NULL, 0, NULL};
    weft_error error;
    example_must(weft_migrate_plan(engine, WEFT_SCOPE_LINKS, WEFT_FORMAT_TEXT, true, &plan, NULL, NULL, &error),
                 &error);
    printf("%s\n", plan.data);
    weft_text_free(&plan);
    weft_close(engine);
}

static void show(const char *what, weft_text *answer)
{
    printf("%s: %s\n", what, answer->data);
    weft_text_free(answer);
}

void example_create(weft_engine *engine, const char *entity, const char *json)
{
    weft_text answer = {NULL, 0, NULL};
    weft_error error;
    example_must(weft_record_create_json(engine, entity, json, strlen(json), &answer, &error), &error);
    weft_text_free(&answer);
}

void example_link(weft_engine *engine, const char *changes)
{
    weft_text answer = {NULL, 0, NULL};
    weft_error error;
    example_must(weft_link_create_json(engine, changes, strlen(changes), &answer, &error), &error);
    show("links", &answer);
}

void example_ask(weft_engine *engine, const char *request)
{
    weft_text answer = {NULL, 0, NULL};
    weft_error error;
    example_must(weft_query_json(engine, request, strlen(request), &answer, &error), &error);
    show("query", &answer);
}

void example_delete(weft_engine *engine, const char *entity, const char *key)
{
    weft_text answer = {NULL, 0, NULL};
    weft_error error;
    example_must(weft_delete_json(engine, entity, &key, 1, 0, &answer, &error), &error);
    show("deleted", &answer);
}
