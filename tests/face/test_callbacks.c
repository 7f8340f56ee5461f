/* A module served by callbacks, seen from outside: rows that cannot be, callbacks that fail, take too long or go on
 * when they should stop; pages and key batches; what is refused. That the answers are the same bytes is held by
 * tests/property/. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/tap.h"
#include "weft/build.h"
#include "weft/record.h"

#define PROJECT                                                                                                        \
    "stores: { default: \"sqlite::memory:\", crm: callbacks }\n"                                                       \
    "modules: { shop: { store: default }, crm: { store: crm } }\n"

#define CUSTOMER                                                                                                       \
    WEFT_MODEL("customer",                                                                                             \
               WEFT_FIELDS(WEFT_TEXT("id", .primary_key = true),                                                       \
                           WEFT_TEXT("name"),                                                                          \
                           WEFT_NUMBER("age", .nullable = true),                                                       \
                           WEFT_DATE_TIME("since", .nullable = true),                                                  \
                           WEFT_FLOAT("score", .nullable = true)),                                                     \
               .no_timestamps = true,                                                                                  \
               .no_soft_delete = true)

static const weft_module_spec crm = {.name = "crm", .models = (const weft_model_spec[]){CUSTOMER, {.name = NULL}}};
static const weft_module_spec shop = {
    .name = "shop",
    .models = (const weft_model_spec[]){WEFT_MODEL("purchase", WEFT_FIELDS(WEFT_ID("id"), WEFT_TEXT("title"))),
                                        {.name = NULL}}};
static const weft_link_spec bought = {.left = {.linkable = "shop.purchase", .is_list = true},
                                      .right = {.linkable = "crm.customer", .is_list = true}};

/* What the callbacks of a test do, and what they saw. */
typedef struct script {
    const char *rows; /* JSON that both give; NULL: what `give` gives */
    weft_code (*give)(struct script *self, weft_sink *sink, weft_error *error);
    weft_reply *reply;
    size_t calls;
    size_t keys_seen[8];
    size_t pages_seen;
    uint64_t rows_wanted;
    size_t condition_count;
    weft_listing_op op;
    pthread_barrier_t *meet;
} script;

static weft_code give(script *self, weft_sink *sink, weft_error *error)
{
    self->calls++;
    return self->give ? self->give(self, sink, error) : weft_sink_json(sink, self->rows, strlen(self->rows), error);
}

static weft_code list_by_keys(void *ctx, const weft_value *keys, size_t key_count, weft_sink *sink, weft_error *error)
{
    script *self = ctx;
    (void)keys;
    self->keys_seen[self->calls % 8] = key_count;
    return give(self, sink, error);
}

static weft_code list_by_filter(void *ctx, const weft_listing *listing, weft_sink *sink, weft_error *error)
{
    script *self = ctx;
    self->rows_wanted = listing->rows_wanted;
    self->condition_count = listing->condition_count;
    self->op = listing->condition_count > 0 ? listing->conditions[0].op : 0;
    self->pages_seen += listing->page != NULL;
    return give(self, sink, error);
}

/* An engine, and all it stands on. */
typedef struct world {
    script script;
    weft_callbacks callbacks;
    const weft_callbacks *all[1];
    const weft_module_spec *modules[2];
    const weft_link_spec *links[1];
    weft_definition_set set;
    weft_options options;
    weft_engine *engine;
} world;

static const char *const by_id[] = {"id", NULL};

static void prepare(world *w)
{
    *w = (world){.callbacks = {.model = "crm.customer",
                               .list_by_keys = list_by_keys,
                               .list_by_filter = list_by_filter,
                               .ctx = &w->script},
                 .all = {&w->callbacks},
                 .modules = {&crm, &shop},
                 .links = {&bought}};
    w->set = (weft_definition_set){.modules = w->modules,
                                   .module_count = 2,
                                   .links = w->links,
                                   .link_count = 1,
                                   .callbacks = w->all,
                                   .callbacks_count = 1};
    w->options.project = PROJECT;
    w->options.definitions = &w->set;
    w->options.deterministic = 1;
}

static void open_world(world *w)
{
    weft_error error = {0};
    size_t applied = 0;
    size_t left = 0;
    if (weft_open(&w->options, &w->engine, &error) != WEFT_OK ||
        weft_migrate_apply(w->engine, WEFT_SCOPE_ALL, false, &applied, &left, &error) != WEFT_OK) {
        fail_msg("%s %s %s", error.where, error.message, error.detail);
    }
    assert_int_equal(left, 0);
}

static void set_up(world *w)
{
    prepare(w);
    open_world(w);
}

static void tear_down(world *w)
{
    weft_close(w->engine);
}

static weft_code ask(world *w, const char *request, weft_text *text, weft_error *error)
{
    return weft_query_json(w->engine, request, strlen(request), text, error);
}

static void expect_answer(world *w, const char *request, const char *expected)
{
    weft_text text = {0};
    weft_error error = {0};
    if (ask(w, request, &text, &error) != WEFT_OK) {
        fail_msg("%s: %s %s", request, error.message, error.detail);
    }
    assert_string_equal(text.data, expected);
    weft_text_free(&text);
}

static void expect_error(world *w, const char *request, weft_code code, const char *message)
{
    weft_text text = {0};
    weft_error error = {0};
    assert_int_equal(ask(w, request, &text, &error), code);
    assert_int_equal(error.code, code);
    assert_string_equal(error.message, message);
    assert_string_equal(error.store, "crm");
    assert_null(text.data);
}

#define ALL_CUSTOMERS "{\"entity\":\"customer\",\"fields\":[\"name\"]}"
#define TWO_CUSTOMERS "{\"entity\":\"customer\",\"fields\":[\"name\"],\"filters\":{\"id\":[\"a\",\"b\"]}}"
#define GAVE          "the callbacks of \"crm.customer\" gave a row "

static void test_rows_that_cannot_be(void **state)
{
    static const struct {
        const char *rows;
        const char *message;
    } cases[] = {
        {"[{\"name\":\"Ada\"}]", GAVE "whose \"id\" is the key and is missing"},
        {"[{\"id\":null,\"name\":\"Ada\"}]", GAVE "whose \"id\" is the key and is missing"},
        {"[{\"id\":\"a\"}]", GAVE "whose \"name\" is missing"},
        {"[{\"id\":\"a\",\"name\":7}]", GAVE "that cannot be: \"name\" must be a text, not 7"},
        {"[{\"id\":\"a\",\"name\":\"A\",\"age\":1.5}]",
         GAVE "that cannot be: \"age\" must be an integer of 64 bits, not 1.5"},
        {"[{\"id\":\"a\",\"name\":\"A\",\"since\":\"soon\"}]",
         GAVE "that cannot be: \"since\" must be an ISO 8601 date and time, not \"soon\""},
        {"[{\"id\":\"a\",\"name\":\"A\"},{\"id\":\"a\",\"name\":\"A\"}]", GAVE "that they had given before"},
        {"[7]", GAVE "that is no JSON object"},
    };
    world w;
    (void)state;
    set_up(&w);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        w.script.rows = cases[i].rows;
        expect_error(&w, ALL_CUSTOMERS, WEFT_STORE_ERROR, cases[i].message);
        expect_error(&w, TWO_CUSTOMERS, WEFT_STORE_ERROR, cases[i].message);
    }
    w.script.rows = "[{\"id\":\"c\",\"name\":\"Cy\"}]";
    expect_error(&w, TWO_CUSTOMERS, WEFT_STORE_ERROR, GAVE "whose \"id\" was not asked for");
    /* The engine is whole after all of them; members that are no fields are passed over. */
    w.script.rows = "[{\"id\":\"b\",\"name\":\"Bob\",\"shoes\":42},{\"id\":\"a\",\"name\":\"Ada\"}]";
    expect_answer(&w, TWO_CUSTOMERS, "{\"data\":[{\"name\":\"Ada\"},{\"name\":\"Bob\"}]}");
    expect_answer(&w, ALL_CUSTOMERS, "{\"data\":[{\"name\":\"Ada\"},{\"name\":\"Bob\"}]}");
    w.script.rows = "[{\"id\":";
    weft_error error = {0};
    weft_text text = {0};
    assert_int_equal(ask(&w, ALL_CUSTOMERS, &text, &error), WEFT_STORE_ERROR);
    assert_non_null(strstr(error.message, "the callbacks of \"crm.customer\" gave rows that cannot be read"));
    tear_down(&w);
}

/* The values of a row, one of them wrong. */
static weft_named_value the_value;

static weft_code give_value(script *self, weft_sink *sink, weft_error *error)
{
    (void)self;
    const weft_named_value row[] = {{"id", weft_value_text("a")}, {"name", weft_value_text("Ada")}, the_value};
    return weft_sink_row(sink, row, 3, error);
}

static void test_values_that_cannot_be(void **state)
{
    static const weft_value not_utf8 = {WEFT_VALUE_TEXT, {.text = {"\xff", 1}}};
    const struct {
        weft_named_value value;
        const char *message;
    } cases[] = {
        {{"nmae", weft_value_text("x")}, GAVE "that cannot be: \"customer\" has no field or edge \"nmae\""},
        {{"name", weft_value_integer(7)}, GAVE "whose \"name\" is integer, not text"},
        {{"name", not_utf8}, GAVE "whose \"name\" is not UTF-8"},
        {{"age", weft_value_double(1)}, GAVE "whose \"age\" is double, not integer"},
        {{"age", weft_value_text("1")}, GAVE "whose \"age\" is text, not integer"},
        {{"since", weft_value_text("soon")},
         GAVE "that cannot be: \"since\" must be an ISO 8601 date and time, not \"soon\""},
        {{"score", weft_value_double(1e308 * 10)}, GAVE "whose \"score\" is not finite"},
    };
    world w;
    (void)state;
    set_up(&w);
    w.script.give = give_value;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        the_value = cases[i].value;
        expect_error(&w, ALL_CUSTOMERS, WEFT_STORE_ERROR, cases[i].message);
    }
    const weft_value finer = {WEFT_VALUE_TIME, {.time_us = INT64_C(1767225600123999)}};
    the_value = (weft_named_value){"since", finer};
    expect_answer(
        &w,
        "{\"entity\":\"customer\",\"fields\":[\"since\"],\"filters\":{\"since\":\"2026-01-01T00:00:00.123Z\"}}",
        "{\"data\":[{\"since\":\"2026-01-01T00:00:00.123Z\"}]}");
    the_value = (weft_named_value){"score", weft_value_integer(3)};
    expect_answer(&w, "{\"entity\":\"customer\",\"fields\":[\"score\"]}", "{\"data\":[{\"score\":3}]}");
    tear_down(&w);
}

static weft_code give_failure(script *self, weft_sink *sink, weft_error *error)
{
    (void)sink;
    if (self->rows) {
        (void)snprintf(error->message, sizeof(error->message), "%s", self->rows);
    }
    return WEFT_STORE_UNAVAILABLE;
}

/* A callback that does not look at what the sink says. */
static weft_code give_blindly(script *self, weft_sink *sink, weft_error *error)
{
    (void)self;
    (void)error;
    const weft_named_value half = {"id", weft_value_text("a")};
    const weft_named_value whole[] = {{"id", weft_value_text("b")}, {"name", weft_value_text("Bob")}};
    (void)weft_sink_row(sink, &half, 1, NULL);
    (void)weft_sink_row(sink, whole, 2, NULL);
    return WEFT_OK;
}

static void test_callbacks_that_fail(void **state)
{
    world w;
    (void)state;
    set_up(&w);
    w.script.give = give_failure;
    expect_error(&w, ALL_CUSTOMERS, WEFT_STORE_UNAVAILABLE, "the callbacks of \"crm.customer\" failed");
    w.script.rows = "the CRM answered 503";
    expect_error(&w, ALL_CUSTOMERS, WEFT_STORE_UNAVAILABLE, "the CRM answered 503");
    expect_error(&w, TWO_CUSTOMERS, WEFT_STORE_UNAVAILABLE, "the CRM answered 503");
    w.script.give = give_blindly;
    expect_error(&w, ALL_CUSTOMERS, WEFT_STORE_ERROR, GAVE "whose \"name\" is missing");
    tear_down(&w);
}

static weft_code give_cancelled(script *self, weft_sink *sink, weft_error *error)
{
    (void)error;
    assert_true(weft_sink_time_left_ms(sink) > 0);
    weft_reply_cancel(self->reply);
    assert_int_equal(weft_sink_time_left_ms(sink), 0);
    return WEFT_STORE_UNAVAILABLE;
}

static weft_code give_for_ever(script *self, weft_sink *sink, weft_error *error)
{
    char id[32];
    weft_code code = WEFT_OK;
    for (size_t i = 0; code == WEFT_OK; i++) {
        (void)snprintf(id, sizeof(id), "%zu", i);
        const weft_named_value row[] = {{"id", weft_value_text(id)}, {"name", weft_value_text("x")}};
        code = weft_sink_row(sink, row, 2, error);
    }
    self->keys_seen[0] = weft_sink_time_left_ms(sink);
    return code;
}

static void test_stopping(void **state)
{
    world w;
    weft_error error = {0};
    weft_record record = {0};
    (void)state;
    prepare(&w);
    open_world(&w);
    w.script.give = give_cancelled;
    assert_int_equal(
        weft_query_open(w.engine, ALL_CUSTOMERS, strlen(ALL_CUSTOMERS), WEFT_FORMAT_RECORDS, &w.script.reply, &error),
        WEFT_OK);
    assert_int_equal(weft_reply_next(w.script.reply, &record, &error), WEFT_CANCELLED);
    weft_reply_close(w.script.reply);
    tear_down(&w);

    prepare(&w);
    w.options.limits.time_ms = 50;
    open_world(&w);
    w.script.give = give_for_ever;
    weft_text text = {0};
    assert_int_equal(ask(&w, ALL_CUSTOMERS, &text, &error), WEFT_TIMEOUT);
    assert_int_equal(w.script.keys_seen[0], 0);
    tear_down(&w);
}

/* Rows a and b, then c and d, then e. */
static weft_code give_pages(script *self, weft_sink *sink, weft_error *error)
{
    static const char *const pages[] = {"[{\"id\":\"a\",\"name\":\"A\"},{\"id\":\"b\",\"name\":\"B\"}]",
                                        "[{\"id\":\"c\",\"name\":\"C\"},{\"id\":\"d\",\"name\":\"D\"}]",
                                        "[{\"id\":\"e\",\"name\":\"E\"}]"};
    const size_t page = self->calls - 1;
    const weft_code code = weft_sink_json(sink, pages[page], strlen(pages[page]), error);
    return code == WEFT_OK && page < 2 ? weft_sink_set_next_page(sink, "more", error) : code;
}

static void test_pages(void **state)
{
    world w;
    (void)state;
    prepare(&w);
    w.callbacks.orders = by_id;
    open_world(&w);
    w.script.give = give_pages;
    expect_answer(&w,
                  "{\"entity\":\"customer\",\"fields\":[\"id\"],\"pagination\":{\"take\":3}}",
                  "{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"}]}");
    assert_int_equal(w.script.calls, 2);
    assert_int_equal(w.script.pages_seen, 1);
    assert_int_equal(w.script.rows_wanted, 3);
    w.script.calls = 0;
    expect_answer(&w,
                  "{\"entity\":\"customer\",\"fields\":[\"id\"],\"filters\":{\"id\":{\"$gt\":\"b\"}}}",
                  "{\"data\":[{\"id\":\"c\"},{\"id\":\"d\"},{\"id\":\"e\"}]}");
    assert_int_equal(w.script.calls, 3);
    assert_int_equal(w.script.condition_count, 1);
    assert_int_equal(w.script.op, WEFT_LISTING_GT);
    w.script.give = NULL;
    w.script.rows = "[{\"id\":\"b\",\"name\":\"B\"},{\"id\":\"a\",\"name\":\"A\"}]";
    expect_error(&w, ALL_CUSTOMERS, WEFT_STORE_ERROR, GAVE "that is out of the order they claim");
    tear_down(&w);
}

static void link_to(world *w, const char *purchase, const char *customer, const char *option)
{
    char change[256];
    weft_text text = {0};
    weft_error error = {0};
    (void)snprintf(change,
                   sizeof(change),
                   "{\"link\":\"purchase_customer\",\"left\":\"%s\",\"right\":\"%s\"%s}",
                   purchase,
                   customer,
                   option);
    if (weft_link_create_json(w->engine, change, strlen(change), &text, &error) != WEFT_OK) {
        fail_msg("%s %s", error.message, error.detail);
    }
    weft_text_free(&text);
}

/* A purchase p with links to customers a to e. */
static void fill(world *w)
{
    static const char purchase[] = "{\"id\":\"p\",\"title\":\"Lamp\"}";
    weft_text text = {0};
    weft_error error = {0};
    assert_int_equal(weft_record_create_json(w->engine, "purchase", purchase, strlen(purchase), &text, &error),
                     WEFT_OK);
    weft_text_free(&text);
    for (char id[2] = "a"; id[0] <= 'e'; id[0]++) {
        link_to(w, "p", id, ",\"validate\":false");
    }
}

/* Of the keys asked for, those of a and c are anybody's. */
static weft_code list_some(void *ctx, const weft_value *keys, size_t key_count, weft_sink *sink, weft_error *error)
{
    script *self = ctx;
    weft_code code = WEFT_OK;
    self->keys_seen[self->calls++ % 8] = key_count;
    for (size_t i = 0; i < key_count && code == WEFT_OK; i++) {
        const weft_named_value row[] = {{"id", keys[i]}, {"name", keys[i]}};
        if (keys[i].as.text.data[0] == 'a' || keys[i].as.text.data[0] == 'c') {
            code = weft_sink_row(sink, row, 2, error);
        }
    }
    return code;
}

static weft_code take_finding(void *ctx, const char *json, size_t len)
{
    (void)json;
    (void)len;
    ++*(size_t *)ctx;
    return WEFT_OK;
}

static void test_key_batches_and_orphans(void **state)
{
    world w;
    weft_error error = {0};
    size_t findings = 0;
    (void)state;
    prepare(&w);
    w.callbacks.list_by_keys = list_some;
    w.callbacks.list_by_filter = NULL;
    w.callbacks.keys_max = 2;
    open_world(&w);
    fill(&w);
    expect_answer(&w,
                  "{\"entity\":\"purchase\",\"fields\":[\"title\",\"customers.name\"]}",
                  "{\"data\":[{\"title\":\"Lamp\",\"customers\":[{\"name\":\"a\"},{\"name\":\"c\"}]}]}");
    assert_int_equal(w.script.calls, 3);
    assert_int_equal(w.script.keys_seen[0] + w.script.keys_seen[1] + w.script.keys_seen[2], 5);
    assert_int_equal(w.script.keys_seen[0], 2);
    expect_error(&w,
                 ALL_CUSTOMERS,
                 WEFT_UNSUPPORTED,
                 "records of \"crm.customer\" cannot be listed, only reached by their keys");
    const weft_doctor_options look = {.finding = take_finding, .ctx = &findings};
    assert_int_equal(weft_doctor(w.engine, &look, NULL, &error), WEFT_FINDINGS);
    assert_int_equal(findings, 3);
    static const char change[] = "{\"link\":\"purchase_customer\",\"left\":\"p\",\"right\":\"b\"}";
    weft_text text = {0};
    assert_int_equal(weft_link_create_json(w.engine, change, strlen(change), &text, &error), WEFT_MISSING_RECORD);
    assert_string_equal(error.detail, "customer \"b\"");
    link_to(&w, "p", "c", "");
    tear_down(&w);
}

static void expect_unsupported(weft_code code, const weft_error *error, const char *message)
{
    assert_int_equal(code, WEFT_UNSUPPORTED);
    assert_string_equal(error->message, message);
    assert_true(error->hint[0] != '\0');
}

static void test_writing_is_refused(void **state)
{
    static const char row[] = "{\"id\":\"a\",\"name\":\"A\"}";
    static const char *const keys[] = {"a"};
    static const char read_only[] = "model \"customer\" is served by callbacks, so weft can only read it";
    world w;
    weft_text text = {0};
    weft_error error = {0};
    (void)state;
    set_up(&w);
    expect_unsupported(
        weft_record_create_json(w.engine, "customer", row, strlen(row), &text, &error), &error, read_only);
    expect_unsupported(
        weft_record_update_json(w.engine, "customer", "a", row, strlen(row), &text, &error), &error, read_only);
    expect_unsupported(weft_delete_json(w.engine, "customer", keys, 1, 0, &text, &error),
                       &error,
                       "cannot delete records of \"customer\"");
    expect_unsupported(weft_impact_json(w.engine, "customer", keys, 1, 0, &text, &error),
                       &error,
                       "cannot delete records of \"customer\"");
    assert_int_equal(w.script.calls, 0);
    size_t pending = 1;
    assert_int_equal(weft_migrate_plan(w.engine, WEFT_SCOPE_ALL, WEFT_FORMAT_TEXT, false, NULL, &pending, NULL, &error),
                     WEFT_OK);
    assert_int_equal(pending, 0);
    /* What is linked to them is deleted with its link rows alone. */
    fill(&w);
    static const char *const purchases[] = {"p"};
    assert_int_equal(weft_delete_json(w.engine, "purchase", purchases, 1, 0, &text, &error), WEFT_OK);
    assert_non_null(strstr(text.data, "\"link_rows\":5"));
    weft_text_free(&text);
    assert_int_equal(w.script.calls, 0);
    tear_down(&w);
}

static void expect_problem(world *w, const char *message)
{
    weft_error error = {0};
    assert_int_equal(weft_open(&w->options, &w->engine, &error), WEFT_INVALID_DEFINITION);
    assert_string_equal(error.message, message);
}

static void test_definitions_that_cannot_be(void **state)
{
    static const char *const no_orders[] = {"id", "age", NULL};
    const weft_link_spec cascading = {.left = {.linkable = "shop.purchase", .is_list = true},
                                      .right = {.linkable = "crm.customer", .is_list = true, .delete_cascade = true}};
    const weft_link_spec misplaced = {.left = bought.left, .right = bought.right, .place = "crm"};
    world w;
    (void)state;
    prepare(&w);
    w.callbacks.model = "crm.custmer";
    expect_problem(&w, "the module \"crm\" has no model \"custmer\"");
    w.callbacks.model = "customer";
    expect_problem(&w, "callbacks serve \"customer\", which is no model");
    w.callbacks.model = "shop.purchase";
    expect_problem(&w, "the callbacks of \"shop.purchase\" serve a model whose module lives in a database");
    prepare(&w);
    w.callbacks.list_by_filter = NULL;
    w.callbacks.list_by_keys = NULL;
    expect_problem(&w, "the callbacks of \"crm.customer\" have no function");
    prepare(&w);
    w.callbacks.orders = no_orders;
    expect_problem(&w, "the callbacks of \"crm.customer\" claim an order that cannot be");
    prepare(&w);
    w.links[0] = &cascading;
    expect_problem(&w, "\"customer\" is served by callbacks and cannot be deleted with what it is linked to");
    w.links[0] = &misplaced;
    expect_problem(&w, "the link \"purchase_customer\" cannot be kept in store \"crm\", which is callbacks");
}

/* A program of the project that brings no callbacks can do what needs none. */
static void test_nobody_serves(void **state)
{
    world w;
    (void)state;
    prepare(&w);
    w.set.callbacks_count = 0;
    open_world(&w);
    expect_error(&w,
                 ALL_CUSTOMERS,
                 WEFT_STORE_UNAVAILABLE,
                 "\"crm.customer\" is served by callbacks, which this program does not have");
    expect_answer(&w, "{\"entity\":\"purchase\",\"fields\":[\"title\"]}", "{\"data\":[]}");
    tear_down(&w);
}

/* Writes nothing down: two threads are in it at once. */
static weft_code list_when_met(void *ctx, const weft_listing *listing, weft_sink *sink, weft_error *error)
{
    const script *self = ctx;
    (void)listing;
    (void)pthread_barrier_wait(self->meet);
    return weft_sink_json(sink, "[]", 2, error);
}

static void *ask_all(void *ctx)
{
    expect_answer(ctx, ALL_CUSTOMERS, "{\"data\":[]}");
    return NULL;
}

/* Each call waits for the other: no lock of weft's is held meanwhile. */
static void test_two_threads(void **state)
{
    world w;
    pthread_t other;
    pthread_barrier_t meet;
    (void)state;
    prepare(&w);
    w.callbacks.list_by_filter = list_when_met;
    open_world(&w);
    assert_int_equal(pthread_barrier_init(&meet, NULL, 2), 0);
    w.script.meet = &meet;
    assert_int_equal(pthread_create(&other, NULL, ask_all, &w), 0);
    (void)ask_all(&w);
    assert_int_equal(pthread_join(other, NULL), 0);
    (void)pthread_barrier_destroy(&meet);
    tear_down(&w);
}

/* The sanitizers keep what was freed. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_MEMORY_INFLATED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_MEMORY_INFLATED true
#endif
#endif
#ifndef IS_MEMORY_INFLATED
#define IS_MEMORY_INFLATED false
#endif

#define BIG_ROWS     40000
#define BIG_BYTES    2500 /* of each: 100 MB in all */
#define PEAK_KIB_MAX (85L * 1024)

/* All in one call, and out of order. */
static weft_code give_much(script *self, weft_sink *sink, weft_error *error)
{
    static char text[BIG_BYTES + 1];
    weft_code code = WEFT_OK;
    (void)self;
    memset(text, 'x', BIG_BYTES);
    for (size_t i = 0; i < BIG_ROWS && code == WEFT_OK; i++) {
        char id[32];
        (void)snprintf(id, sizeof(id), "%zu", (i * 7919) % BIG_ROWS);
        const weft_named_value row[] = {{"id", weft_value_text(id)}, {"name", weft_value_text(text)}};
        code = weft_sink_row(sink, row, 2, error);
    }
    return code;
}

static int read_much(void)
{
    static const char request[] = "{\"entity\":\"customer\",\"fields\":[\"name\"]}";
    world w;
    weft_reply *reply = NULL;
    const char *data = NULL;
    size_t len = 1;
    size_t bytes = 0;
    weft_error error = {0};
    prepare(&w);
    w.options.limits.time_ms = 600000;
    open_world(&w);
    w.script.give = give_much;
    weft_code code = weft_query_open(w.engine, request, strlen(request), WEFT_FORMAT_NDJSON, &reply, &error);
    while (code == WEFT_OK && len > 0) {
        code = weft_reply_read(reply, &data, &len, &error);
        bytes += len;
    }
    weft_reply_close(reply);
    tear_down(&w);
    return code == WEFT_OK && bytes > (size_t)BIG_ROWS * BIG_BYTES ? 0 : 1;
}

/* However much a callback gives: it is sorted, and held for a slow reader, on disk. */
static void test_memory_is_bounded(void **state)
{
    struct rusage usage;
    int status = 1;
    (void)state;
    const pid_t child = fork();
    if (child == 0) {
        _exit(read_much());
    }
    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    assert_int_equal(status, 0);
    assert_int_equal(getrusage(RUSAGE_CHILDREN, &usage), 0);
    printf("# peak %ld KiB\n", usage.ru_maxrss);
    assert_true(IS_MEMORY_INFLATED || usage.ru_maxrss < PEAK_KIB_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_that_cannot_be),
        cmocka_unit_test(test_values_that_cannot_be),
        cmocka_unit_test(test_callbacks_that_fail),
        cmocka_unit_test(test_stopping),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_key_batches_and_orphans),
        cmocka_unit_test(test_writing_is_refused),
        cmocka_unit_test(test_definitions_that_cannot_be),
        cmocka_unit_test(test_nobody_serves),
        cmocka_unit_test(test_two_threads),
        cmocka_unit_test(test_memory_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
