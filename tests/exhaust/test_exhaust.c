/* The tables of this folder against what the library exports, and the attempts of every entry. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "exhaust/exhaust.h"
#include "support/directory.h"
#include "support/shop.h"
#include "support/tap.h"

/* Ends a loop that would not come to its end. */
#define REQUESTS_MAX 20000

#define TABLES 9

static const char *const exported[] = {
#include "exported.inc"
};

static exhaust_table tables[TABLES];
static char template_directory[256];

static void collect_tables(void)
{
    tables[0] = exhaust_engine_table();
    tables[1] = exhaust_change_table();
    tables[2] = exhaust_migrate_table();
    tables[3] = exhaust_record_table();
    tables[4] = exhaust_build_table();
    tables[5] = exhaust_access_table();
    tables[6] = exhaust_served_table();
    tables[7] = exhaust_served_query_table();
    tables[8] = exhaust_rows_table();
}

weft_code exhaust_open(exhaust *e)
{
    weft_options options = WEFT_OPTIONS_INIT;
    options.directory = e->directory;
    options.allocator = &e->alloc.allocator;
    return weft_open(&options, &e->engine, NULL);
}

void exhaust_relieve(exhaust *e)
{
    e->alloc.fail_at = 0;
}

void exhaust_suspend(exhaust *e)
{
    e->suspended = e->alloc;
    e->alloc.fail_at = 0;
}

void exhaust_resume(exhaust *e)
{
    e->alloc.fail_at = e->suspended.fail_at;
    e->alloc.requests = e->suspended.requests;
}

static void copy_file(const char *from, const char *to, const char *name)
{
    char path[512];
    static char bytes[1 << 16];
    (void)snprintf(path, sizeof(path), "%s/%s", from, name);
    FILE *in = fopen(path, "rb");
    (void)snprintf(path, sizeof(path), "%s/%s", to, name);
    FILE *out = fopen(path, "wb");
    assert_true(in && out);
    size_t len = 0;
    while ((len = fread(bytes, 1, sizeof(bytes), in)) > 0) {
        assert_int_equal(fwrite(bytes, 1, len, out), len);
    }
    assert_int_equal(fclose(in) + fclose(out), 0);
}

static void write_definitions(const char *directory)
{
    assert_true(shop_write(directory, true));
    assert_true(
        test_file_write(directory,
                        "src/modules/blog/module.yaml",
                        "module: blog\nmodels:\n  post:\n    guard: triggers\n    fields: { id: { type: id, prefix: "
                        "post }, title: text, views: number? }\n"));
}

/* The project anew in `directory`, as it was filled once. */
static void fill_directory(char *directory, size_t size)
{
    assert_true(test_directory_temporary(directory, size));
    write_definitions(directory);
    copy_file(template_directory, directory, "shop.db");
    copy_file(template_directory, directory, "content.db");
}

static void release(exhaust *e)
{
    weft_reply_close(e->reply);
    weft_query_builder_free(e->query);
    weft_link_builder_free(e->links);
    weft_text_free(&e->text);
    weft_close(e->engine);
}

static void release_out(exhaust_out *out, const exhaust_out *pattern)
{
    if (out->text.data != pattern->text.data) {
        weft_text_free(&out->text);
    }
    weft_reply_close(out->reply != pattern->reply ? out->reply : NULL);
    weft_close(out->engine != pattern->engine ? out->engine : NULL);
}

/* One attempt, seen from the outside. */
typedef struct attempt {
    const exhaust_entry *entry;
    size_t nth;
    bool is_once;
    weft_code code;
    weft_error error;
} attempt;

static void fail_attempt(const attempt *a, const char *what)
{
    fail_msg("%s, request %zu for memory failing%s: %s (answered %s: %s; %s)",
             a->entry->function,
             a->nth,
             a->is_once ? " alone" : "",
             what,
             weft_code_name(a->code),
             a->error.message,
             a->error.detail);
}

static void check_failed(const attempt *a, const exhaust *e, const exhaust_out *pattern)
{
    if (a->code != WEFT_NO_MEMORY) {
        fail_attempt(a, "another code");
    }
    if (a->error.code != a->code || a->error.message[0] == '\0') {
        fail_attempt(a, "the error does not tell it");
    }
    if (memcmp(&e->out, pattern, sizeof(*pattern)) != 0) {
        fail_attempt(a, "an output was touched");
    }
}

/* True when the call got all it asked for. */
static bool try_once(const exhaust_entry *entry, const char *directory, size_t nth, bool is_once)
{
    exhaust e = {.directory = directory};
    exhaust_out pattern;
    attempt a = {.entry = entry, .nth = nth, .is_once = is_once};
    test_alloc_init(&e.alloc, 0);
    /* jansson 2.14 writes past a buffer that could not grow when the next request is granted: it fails for good or not.
     */
    test_alloc_set_jansson(is_once ? NULL : &e.alloc);
    memset(&pattern, 0xA5, sizeof(pattern));
    if (entry->prepare) {
        assert_int_equal(entry->prepare(&e), WEFT_OK);
    }
    memcpy(&e.out, &pattern, sizeof(pattern));
    const size_t before = e.alloc.requests;
    e.alloc.is_once = is_once;
    e.alloc.fail_at = before + nth;
    a.code = entry->call(&e, &a.error);
    exhaust_relieve(&e);
    const bool has_failed = e.alloc.has_failed;
    if (has_failed) {
        check_failed(&a, &e, &pattern);
    } else if (a.code != WEFT_OK) {
        fail_attempt(&a, "it failed with memory enough");
    }
    if (entry->allocates_nothing && e.alloc.requests != before) {
        fail_attempt(&a, "it asked for memory, and its entry says it does not");
    }
    release_out(&e.out, &pattern);
    release(&e);
    test_alloc_set_jansson(NULL);
    if (!test_alloc_done(&e.alloc)) {
        fail_attempt(&a, "memory was lost");
    }
    return !has_failed;
}

static void seed_directory(const exhaust_entry *entry, char *directory, size_t size)
{
    fill_directory(directory, size);
    if (entry->seed) {
        exhaust e = {.directory = directory};
        test_alloc_init(&e.alloc, 0);
        assert_int_equal(entry->seed(&e), WEFT_OK);
        release(&e);
        assert_true(test_alloc_done(&e.alloc));
    }
}

/* Every request of one entry, and how many there are. */
static size_t try_all(const exhaust_entry *entry, bool is_once)
{
    char directory[256];
    size_t nth = 1;
    seed_directory(entry, directory, sizeof(directory));
    while (!try_once(entry, directory, nth, is_once) && nth < REQUESTS_MAX) {
        nth++;
        if (entry->is_journalled) {
            test_directory_remove(directory);
            seed_directory(entry, directory, sizeof(directory));
        }
    }
    test_directory_remove(directory);
    assert_true(nth < REQUESTS_MAX);
    return nth - 1;
}

static void try_entry(void **state)
{
    const exhaust_entry *entry = *state;
    const size_t requests = try_all(entry, false);
    (void)try_all(entry, true);
    if (!entry->allocates_nothing && requests == 0) {
        fail_msg("%s asked for no memory, and its entry does not say so", entry->function);
    }
    printf("# %s: %zu requests for memory\n", entry->function, requests);
}

static size_t count_entries(const char *function)
{
    size_t count = 0;
    for (size_t t = 0; t < TABLES; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            count += strcmp(tables[t].entries[i].function, function) == 0;
        }
    }
    return count;
}

static bool is_exported(const char *function)
{
    for (size_t i = 0; i < sizeof(exported) / sizeof(exported[0]); i++) {
        if (strcmp(exported[i], function) == 0) {
            return true;
        }
    }
    return false;
}

static void test_every_function_has_an_entry(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(exported) / sizeof(exported[0]); i++) {
        if (count_entries(exported[i]) == 0) {
            fail_msg("%s is exported and has no entry in the tables of tests/exhaust/", exported[i]);
        }
    }
    for (size_t t = 0; t < TABLES; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            if (!is_exported(tables[t].entries[i].function)) {
                fail_msg("%s has an entry and is not exported", tables[t].entries[i].function);
            }
        }
    }
}

static int make_template(void **state)
{
    weft_error error = {0};
    (void)state;
    if (!test_directory_temporary(template_directory, sizeof(template_directory))) {
        return -1;
    }
    write_definitions(template_directory);
    return shop_fill(template_directory, 3, &error) == WEFT_OK ? 0 : -1;
}

static int remove_template(void **state)
{
    (void)state;
    test_directory_remove(template_directory);
    return 0;
}

/* A test an entry. */
static size_t list_tests(struct CMUnitTest *tests, size_t max)
{
    size_t count = 0;
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_every_function_has_an_entry);
    for (size_t t = 0; t < TABLES; t++) {
        for (size_t i = 0; i < tables[t].count && count < max; i++) {
            const exhaust_entry *entry = &tables[t].entries[i];
            tests[count++] = (struct CMUnitTest){entry->function, try_entry, NULL, NULL, (void *)(uintptr_t)entry};
        }
    }
    assert_true(count < max);
    return count;
}

int main(void)
{
    static struct CMUnitTest tests[400];
    collect_tables();
    const size_t count = list_tests(tests, sizeof(tests) / sizeof(tests[0]));
    return _cmocka_run_group_tests("exhaust", tests, count, make_template, remove_template);
}
