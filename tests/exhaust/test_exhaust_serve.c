/* Every exported function of libweft-serve, and weft_main, with the nth request for memory failing; see serving.h. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exhaust/serving.h"
#include "exhaust/starve.h"
#include "support/directory.h"
#include "support/shop.h"
#include "support/tap.h"

/* weft_main is in a library that is linked in, and in no list. */
static const char *const exported[] = {
    "weft_main",
#include "exported_serve.inc"
};

#define FILES_MAX 256

char serving_directory[256];

/* One attempt, seen from the outside. */
typedef struct attempt {
    const outside_entry *entry;
    size_t nth;
    weft_code code;
    weft_error error;
} attempt;

static void fail_attempt(const attempt *a, const char *what)
{
    fail_msg("%s, request %zu for memory failing: %s (answered %s: %s; %s)",
             a->entry->function,
             a->nth,
             what,
             weft_code_name(a->code),
             a->error.message,
             a->error.detail);
}

static bool is_eventfd(int fd)
{
    char path[64];
    char target[64] = "";
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return readlink(path, target, sizeof(target) - 1) > 0 && strstr(target, "[eventfd]");
}

/* Open files; eventfds are libmicrohttpd's alone, and 0.9.75 keeps one when it cannot start for want of memory. */
static size_t count_files(void)
{
    size_t count = 0;
    for (int fd = 0; fd < FILES_MAX; fd++) {
        count += fcntl(fd, F_GETFD) != -1 && !is_eventfd(fd);
    }
    return count;
}

static void check_failed(const attempt *a, const serving *s, const serving_out *pattern)
{
    if (a->code == WEFT_OK && a->entry->may_manage) {
        return;
    }
    if (a->code != WEFT_NO_MEMORY && (a->entry->also == WEFT_OK || a->code != a->entry->also)) {
        fail_attempt(a, "another code");
    }
    if (a->error.code != a->code || a->error.message[0] == '\0') {
        fail_attempt(a, "the error does not tell it");
    }
    if (memcmp(&s->out, pattern, sizeof(*pattern)) != 0) {
        fail_attempt(a, "an output was touched");
    }
}

static void release(serving *s, const serving_out *pattern)
{
    if (s->out.text.data != pattern->text.data) {
        weft_text_free(&s->out.text);
    }
    weft_server_close(s->out.server != pattern->server ? s->out.server : NULL);
    weft_server_close(s->server);
}

/* True when the call got all it asked for. */
static bool try_once(const outside_entry *entry, size_t nth)
{
    serving s = {.directory = serving_directory};
    serving_out pattern;
    attempt a = {.entry = entry, .nth = nth};
    memset(&pattern, 0xA5, sizeof(pattern));
    const size_t files = count_files();
    if (entry->prepare) {
        entry->prepare(&s);
    }
    memcpy(&s.out, &pattern, sizeof(pattern));
    starve_from(nth);
    a.code = entry->call(&s, &a.error);
    starve_end();
    const bool has_failed = starve_has_failed();
    const size_t asked = starve_asked();
    if (has_failed) {
        check_failed(&a, &s, &pattern);
    } else if (a.code != WEFT_OK) {
        fail_attempt(&a, "it failed with memory enough");
    }
    if (entry->allocates_nothing && asked > 0) {
        fail_attempt(&a, "it asked for memory, and its entry says it does not");
    }
    release(&s, &pattern);
    if (starve_live() > 0) {
        fail_attempt(&a, "memory was lost");
    }
    if (count_files() != files) {
        fail_attempt(&a, "a file was left open, or closed twice");
    }
    return !has_failed;
}

/* What libraries make once for the process (SQLite, libcrypto, the C library) is made before anything is counted. */
static void warm_up(const outside_entry *entry)
{
    serving s = {.directory = serving_directory};
    const serving_out pattern = {0};
    weft_error error = {0};
    if (entry->prepare) {
        entry->prepare(&s);
    }
    if (entry->call(&s, &error) != WEFT_OK) {
        fail_msg("%s: %s %s", entry->function, error.message, error.detail);
    }
    release(&s, &pattern);
}

static void try_outside(void **state)
{
    const outside_entry *entry = *state;
    size_t nth = 1;
    warm_up(entry);
    while (!try_once(entry, nth) && nth < SERVING_REQUESTS_MAX) {
        nth++;
    }
    assert_true(nth < SERVING_REQUESTS_MAX);
    if (!entry->allocates_nothing && nth == 1) {
        fail_msg("%s asked for no memory, and its entry does not say so", entry->function);
    }
    printf("# %s: %zu requests for memory\n", entry->function, nth - 1);
}

static const char *function_at(size_t at)
{
    return at < outside_entry_count ? outside_entries[at].function : inside_entries[at - outside_entry_count].function;
}

static void test_every_function_has_an_entry(void **state)
{
    const size_t count = outside_entry_count + inside_entry_count;
    const size_t exported_count = sizeof(exported) / sizeof(exported[0]);
    (void)state;
    for (size_t i = 0; i < exported_count; i++) {
        size_t at = 0;
        while (at < count && strcmp(function_at(at), exported[i]) != 0) {
            at++;
        }
        if (at == count) {
            fail_msg("%s is exported and has no entry in the tables of tests/exhaust/", exported[i]);
        }
    }
    assert_int_equal(count, exported_count);
}

/* The project anew: keys of one entry would guard the servers of the next. */
static int make_project(void **state)
{
    weft_error error = {0};
    (void)state;
    if (!test_directory_temporary(serving_directory, sizeof(serving_directory)) ||
        !shop_write(serving_directory, true) || shop_fill(serving_directory, 2, &error) != WEFT_OK) {
        return -1;
    }
    return 0;
}

/* Two modules and no tables: opening it takes few requests, of which every one is tried. */
static int make_small_project(void **state)
{
    (void)state;
    return test_directory_temporary(serving_directory, sizeof(serving_directory)) &&
                   test_file_write(serving_directory, "weft.yaml", "stores: { default: 'sqlite:test.db' }\n") &&
                   test_file_write(serving_directory,
                                   "src/modules/product/module.yaml",
                                   "module: product\nmodels:\n  product:\n    fields: { id: id, title: text }\n") &&
                   test_file_write(serving_directory,
                                   "src/modules/blog/module.yaml",
                                   "module: blog\nmodels:\n  post:\n    fields: { id: id, title: text }\n")
               ? 0
               : -1;
}

static int remove_project(void **state)
{
    (void)state;
    test_directory_remove(serving_directory);
    return 0;
}

/* Signals are the runner's, who waits for them. */
static void block_signals(void)
{
    sigset_t signals;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

int main(void)
{
    static struct CMUnitTest tests[200];
    size_t count = 0;
    block_signals();
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_every_function_has_an_entry);
    for (size_t i = 0; i < outside_entry_count; i++) {
        const outside_entry *entry = &outside_entries[i];
        tests[count++] = (struct CMUnitTest){
            entry->function, try_outside, make_small_project, remove_project, (void *)(uintptr_t)entry};
    }
    for (size_t i = 0; i < inside_entry_count; i++) {
        const inside_entry *entry = &inside_entries[i];
        tests[count++] = (struct CMUnitTest){
            entry->function, serving_try_inside, make_project, remove_project, (void *)(uintptr_t)entry};
    }
    return _cmocka_run_group_tests("exhaust_serve", tests, count, NULL, NULL);
}
