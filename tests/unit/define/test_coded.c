/* Definitions in C: what is wrong in them is told as of a file, with the place of the macro. That they make the catalog
 * that files make is held by tests/face/test_definitions.c. */
#include "define/define.h"
#include "support/alloc.h"
#include "support/catalog.h"
#include "support/tap.h"

#define PROJECT "stores: { default: 'sqlite::memory:' }"

static const weft_module_spec product = {
    .name = "product",
    .models = (const weft_model_spec[]){WEFT_MODEL("product", WEFT_FIELDS(WEFT_ID("id"), WEFT_TEXT("title"))),
                                        {.name = NULL}},
    .file = "src/modules/product.c",
    .line = 3};

typedef struct outcome {
    weft_arena arena;
    weft_problems problems;
    const weft_catalog *catalog;
    weft_code code;
} outcome;

static outcome *define(const weft_module_spec *module, const weft_link_spec *link)
{
    outcome *self = test_calloc(1, sizeof(*self));
    weft_arena scratch;
    weft_error error = {0};
    weft_arena_init(&self->arena, NULL, 0);
    weft_arena_init(&scratch, NULL, 0);
    const weft_definition_set set = {.modules = (const weft_module_spec *const[]){&product, module},
                                     .module_count = 2,
                                     .links = (const weft_link_spec *const[]){link},
                                     .link_count = 1};
    const weft_sources sources = {.project = PROJECT, .set = &set};
    self->code = weft_define(&sources, &self->arena, &scratch, &self->catalog, &self->problems, &error);
    weft_arena_done(&scratch);
    return self;
}

static void expect(outcome *self, weft_code code, const char *where, const char *message)
{
    assert_int_equal(self->code, code);
    assert_int_equal(self->problems.count, code == WEFT_OK ? 0 : 1);
    if (code != WEFT_OK) {
        assert_string_equal(self->problems.items[0].message, message);
        assert_string_equal(self->problems.items[0].where, where);
    }
    weft_arena_done(&self->arena);
    test_free(self);
}

static void test_null_elements_are_passed_over(void **state)
{
    (void)state;
    outcome *self = define(NULL, NULL);
    assert_non_null(self->catalog);
    assert_int_equal(self->catalog->module_count, 1);
    expect(self, WEFT_OK, NULL, NULL);
}

static void test_a_module_twice(void **state)
{
    (void)state;
    weft_module_spec again = product;
    again.file = "src/modules/again.c";
    expect(define(&again, NULL), WEFT_NAME_CLASH, "src/modules/again.c:3:1", "the module \"product\" is defined twice");
}

static void test_mistakes_have_places(void **state)
{
    (void)state;
    const struct {
        weft_field_spec field;
        weft_code code;
        const char *message;
    } cases[] = {
        {{"views", .type = "numbr"},
         WEFT_INVALID_DEFINITION,
         "the field \"views\" has the type \"numbr\", which does not exist"},
        {{.name = "views"}, WEFT_INVALID_DEFINITION, "the field \"views\" has no type"},
        {WEFT_NUMBER("views", .default_value = "many"),
         WEFT_INVALID_DEFINITION,
         "the default of the field \"views\" does not fit: \"views\" must be an integer of 64 bits, not \"many\""},
        {WEFT_TEXT("title\xff"), WEFT_INVALID_DEFINITION, "a text of the definition is not UTF-8 text"},
        {WEFT_TEXT("views", .renamed_from = "\xff"),
         WEFT_INVALID_DEFINITION,
         "a text of the definition is not UTF-8 text"},
        {WEFT_TEXT("id"), WEFT_NAME_CLASH, "\"id\" would be a property of \"post\" twice"},
    };
    for (size_t i = 0; i < WEFT_COUNT_OF(cases); i++) {
        const weft_field_spec fields[] = {WEFT_ID("id"), cases[i].field, {.name = NULL}};
        const weft_model_spec models[] = {{.name = "post", .fields = fields}, {.name = NULL}};
        const weft_module_spec module = {"blog", models, "src/modules/blog.c", 7};
        outcome *self = define(&module, NULL);
        expect(self, cases[i].code, "src/modules/blog.c:7:1", cases[i].message);
    }
}

static void test_a_link_to_nothing(void **state)
{
    (void)state;
    const weft_link_spec link = {.left = {.linkable = "product.product"}, .right = {.linkable = "blog.post"}};
    expect(define(NULL, &link), WEFT_INVALID_DEFINITION, "definitions in C", "no module is called \"blog\"");
}

static const weft_link_spec everything = {.left = {.linkable = "product.product", .alias = "one", .is_list = true},
                                          .right = {.linkable = "product.product", .alias = "other"},
                                          .table = "pairs",
                                          WEFT_EXTRA_COLUMNS(WEFT_NUMBER("position", .default_value = "1"))};

/* Run out of memory at each request in turn. */
static void test_memory(void **state)
{
    (void)state;
    bool is_done = false;
    for (size_t nth = 1; !is_done; nth++) {
        test_alloc alloc;
        test_alloc_init(&alloc, nth);
        weft_arena keep;
        weft_arena scratch;
        weft_arena_init(&keep, &alloc.allocator, 0);
        weft_arena_init(&scratch, &alloc.allocator, 0);
        const weft_definition_set set = {.modules = (const weft_module_spec *const[]){&product},
                                         .module_count = 1,
                                         .links = (const weft_link_spec *const[]){&everything},
                                         .link_count = 1};
        const weft_sources sources = {.project = PROJECT, .set = &set};
        const weft_catalog *catalog = NULL;
        weft_error error = {0};
        const weft_code code = weft_define(&sources, &keep, &scratch, &catalog, NULL, &error);
        assert_int_equal(code, alloc.has_failed ? WEFT_NO_MEMORY : WEFT_OK);
        weft_arena_done(&scratch);
        weft_arena_done(&keep);
        is_done = !alloc.has_failed;
        assert_true(test_alloc_done(&alloc));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_null_elements_are_passed_over),
        cmocka_unit_test(test_a_module_twice),
        cmocka_unit_test(test_mistakes_have_places),
        cmocka_unit_test(test_a_link_to_nothing),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
