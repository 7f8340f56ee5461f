/* Any bytes as a definition file: first byte says which (weft.yaml, a module, a link; YAML or JSON), the rest is its
 * text. Reading and building never crash; either there is a problem, or the catalog can be drawn. */
#include <stdint.h>

#include "base/check.h"
#include "define/build.h"
#include "define/expand.h"
#include "model/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { KIND_PROJECT = 0, KIND_MODULE, KIND_LINK, KIND_COUNT };

/* What the file under test is read together with, so that its names can meet others. */
static const char project_text[] = "stores: { default: 'sqlite::memory:', other: 'postgres://h/d' }\n";
static const char module_text[] =
    "models:\n"
    "  item: { fields: { id: id, title: text, n: number? }, relations: { things: { hasMany: thing } } }\n"
    "  thing: { fields: { id: id }, relations: { item: { belongsTo: item }, items: { manyToMany: item } } }\n";
static const char link_text[] = "left: a.item\nright: { linkable: a.thing, isList: true, alias: part }\n";

static const char *no_variable(void *ctx, const char *name)
{
    (void)ctx;
    return name[0] == 'H' ? "here" : NULL;
}

static const weft_environment environment = {no_variable, NULL};

static weft_node *read_text(weft_workshop *shop, const weft_file *file, weft_str text)
{
    weft_node *node = NULL;
    WEFT_CHECK(weft_yaml_read(shop, file, text, &node) == WEFT_OK);
    WEFT_CHECK(node || shop->problem_count > 0);
    return node;
}

static void build(weft_workshop *shop, const weft_definitions *definitions)
{
    weft_catalog *catalog = NULL;
    weft_error error = {0};
    WEFT_CHECK(weft_build_catalog(shop, definitions, &catalog) == WEFT_OK);
    const weft_code code = weft_workshop_report(shop, NULL, &error);
    WEFT_CHECK((code == WEFT_OK) == (shop->problem_count == 0));
    WEFT_CHECK(code == WEFT_OK || (error.message[0] && error.where[0]));
    if (code == WEFT_OK) {
        weft_buf buf;
        weft_buf_init_arena(&buf, shop->scratch);
        weft_catalog_write_json(catalog, &buf);
        weft_catalog_write_dot(catalog, &buf);
        weft_catalog_write_mermaid(catalog, &buf);
        WEFT_CHECK(!buf.failed);
    }
}

static void define(weft_workshop *shop, int kind, bool is_json, weft_str text)
{
    const weft_str standard[] = {WEFT_STR(project_text), WEFT_STR(module_text), WEFT_STR(link_text)};
    weft_file files[KIND_COUNT] = {{.path = WEFT_STR("weft.yaml"), .is_secret = true},
                                   {.path = WEFT_STR("src/modules/a/module.yaml"), .rank = 1},
                                   {.path = WEFT_STR("src/links/l.yaml"), .rank = 2}};
    weft_node *nodes[KIND_COUNT] = {NULL};
    weft_module_definition module = {.name = {WEFT_STR("a"), {&files[KIND_MODULE], 1, 1}}};
    weft_link_definition link = {.place = {&files[KIND_LINK], 1, 1}};
    weft_definitions definitions = {.modules = &module, .module_count = 1, .links = &link, .link_count = 1};
    files[kind].is_json = is_json;
    for (int i = 0; i < KIND_COUNT; i++) {
        nodes[i] = read_text(shop, &files[i], i == kind ? text : standard[i]);
        if (!nodes[i]) {
            return;
        }
    }
    WEFT_CHECK(weft_expand(shop, nodes[KIND_PROJECT]) == WEFT_OK);
    WEFT_CHECK(weft_project_definition_read(shop, nodes[KIND_PROJECT], &definitions.project) == WEFT_OK);
    WEFT_CHECK(weft_module_definition_read(shop, nodes[KIND_MODULE], WEFT_STR("a"), &module) == WEFT_OK);
    WEFT_CHECK(weft_link_definition_read(shop, nodes[KIND_LINK], &link) == WEFT_OK);
    if (definitions.project.file) {
        build(shop, &definitions);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    weft_arena keep;
    weft_arena scratch;
    weft_workshop shop;
    weft_arena_init(&keep, NULL, 0);
    weft_arena_init(&scratch, NULL, 0);
    WEFT_CHECK(weft_workshop_init(&shop, ".", &environment, &keep, &scratch) == WEFT_OK);
    define(&shop, data[0] / 2 % KIND_COUNT, data[0] % 2 == 1, (weft_str){(const char *)data + 1, size - 1});
    weft_arena_done(&scratch);
    weft_arena_done(&keep);
    return 0;
}
