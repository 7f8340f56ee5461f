/* Changes under row rules: nobody can change, link, delete or bring back what exists for others only, and what is told
 * of it is what is told of what was never there. Two tenants, over whole engines, in one file, in two and in
 * PostgreSQL.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/directory.h"
#include "support/postgres.h"
#include "support/tap.h"
#include "weft/weft.h"

static const char *layout = "sqlite";
static char directory[256];
static weft_engine *engine;
static weft_engine *acme;
static weft_engine *bolt;
static weft_error error;

static const char shop_yaml[] =
    "module: shop\nmodels:\n"
    "  product:\n    fields:\n      id: { type: id, prefix: prod }\n      title: { type: text, unique: true }\n"
    "      tenant_id: text?\n    relations:\n      parts: { hasMany: part, mappedBy: product }\n"
    "    cascades: { delete: [parts] }\n"
    "  part:\n    fields:\n      id: { type: id, prefix: part }\n      name: text\n      tenant_id: text?\n"
    "    relations:\n      product: { belongsTo: product, nullable: true }\n"
    "  country:\n    fields:\n      id: { type: id, prefix: land }\n      name: text\n";
static const char blog_yaml[] = "module: blog\nmodels:\n"
                                "  post:\n    fields:\n      id: { type: id, prefix: post }\n      body: text\n"
                                "      tenant_id: text?\n"
                                "  secret:\n    fields:\n      id: { type: id, prefix: sec }\n      word: text\n";
static const char link_yaml[] = "name: product_post\nleft: { linkable: shop.product, isList: true }\n"
                                "right: { linkable: blog.post, isList: true, deleteCascade: true }\n"
                                "database:\n  extraColumns:\n    position: { type: number, nullable: true }\n";
static const char one_yaml[] = "name: product_country\nleft: { linkable: shop.product, isList: true }\n"
                               "right: { linkable: shop.country }\n";
static const char own_yaml[] = "name: part_post\nleft: { linkable: shop.part, isList: true }\n"
                               "right: { linkable: blog.post }\n"
                               "database:\n  extraColumns:\n    tenant_id: { type: text, nullable: true }\n";

static const char plain_yaml[] = "name: part_page\nleft: { linkable: shop.part, isList: true, alias: sheet }\n"
                                 "right: { linkable: blog.post, isList: true, alias: page }\n";

static bool write_project(void)
{
    char weft[2048];
    char url[512] = "sqlite:shop.db";
    if (!strcmp(layout, "postgres") && !test_postgres_database(url, sizeof(url))) {
        return false;
    }
    (void)snprintf(weft,
                   sizeof(weft),
                   "stores:\n  default: \"%s\"\n  other: \"%s\"\nmodules:\n  blog: { store: %s }\n",
                   url,
                   "sqlite:other.db",
                   !strcmp(layout, "two_files") ? "other" : "default");
    return test_file_write(directory, "weft.yaml", weft) &&
           test_file_write(directory, "src/modules/shop/module.yaml", shop_yaml) &&
           test_file_write(directory, "src/modules/blog/module.yaml", blog_yaml) &&
           test_file_write(directory, "src/links/a.yaml", link_yaml) &&
           test_file_write(directory, "src/links/b.yaml", one_yaml) &&
           test_file_write(directory, "src/links/c.yaml", own_yaml) &&
           test_file_write(directory, "src/links/d.yaml", plain_yaml);
}

static weft_engine *open_scoped(const char *tenant)
{
    static const char *const open[] = {"shop.country"};
    const weft_row_rule rule = {NULL, "tenant_id", tenant};
    const weft_row_rules rules = {&rule, 1, open, 1};
    weft_engine *scoped = NULL;
    assert_int_equal(weft_open_scoped(engine, &rules, &scoped, &error), WEFT_OK);
    return scoped;
}

static weft_code create(weft_engine *of, const char *entity, const char *json)
{
    weft_text text = {0};
    const weft_code code = weft_record_create_json(of, entity, json, strlen(json), &text, &error);
    weft_text_free(&text);
    return code;
}

static weft_code update(weft_engine *of, const char *entity, const char *key, const char *json)
{
    weft_text text = {0};
    const weft_code code = weft_record_update_json(of, entity, key, json, strlen(json), &text, &error);
    weft_text_free(&text);
    return code;
}

/* What a link change answers, which holds `outcome`. */
static void assert_outcome(weft_code code, weft_text *text, const char *outcome)
{
    if (code != WEFT_OK) {
        fail_msg("%s %s %s", error.where, error.message, error.detail);
    }
    if (!strstr(text->data, outcome)) {
        fail_msg("%s is not in %s", outcome, text->data);
    }
    weft_text_free(text);
}

static void assert_created(weft_engine *of, const char *json, const char *outcome)
{
    weft_text text = {0};
    assert_outcome(weft_link_create_json(of, json, strlen(json), &text, &error), &text, outcome);
}

static void assert_dismissed(weft_engine *of, const char *json, const char *outcome)
{
    weft_text text = {0};
    assert_outcome(weft_link_dismiss_json(of, json, strlen(json), &text, &error), &text, outcome);
}

static void assert_restored(weft_engine *of, const char *json, const char *outcome)
{
    weft_text text = {0};
    assert_outcome(weft_link_restore_json(of, json, strlen(json), &text, &error), &text, outcome);
}

static weft_code link(weft_engine *of, const char *json)
{
    weft_text text = {0};
    const weft_code code = weft_link_create_json(of, json, strlen(json), &text, &error);
    weft_text_free(&text);
    return code;
}

static void assert_answer(weft_engine *of, const char *request, const char *expected)
{
    weft_text text = {0};
    if (weft_query_json(of, request, strlen(request), &text, &error) != WEFT_OK) {
        fail_msg("%s %s %s", error.where, error.message, error.detail);
    }
    assert_string_equal(text.data, expected);
    weft_text_free(&text);
}

static weft_code delete (weft_engine *of, const char *entity, const char *key, char *ret_id)
{
    weft_text text = {0};
    const weft_code code = weft_delete_json(of, entity, &key, 1, 0, &text, &error);
    if (code == WEFT_OK && ret_id) {
        assert_int_equal(sscanf(text.data, "{\"deletion\":\"%60[^\"]", ret_id), 1);
    }
    weft_text_free(&text);
    return code;
}

static weft_code impact(weft_engine *of, const char *entity, const char *key)
{
    weft_text text = {0};
    const weft_code code = weft_impact_json(of, entity, &key, 1, 0, &text, &error);
    weft_text_free(&text);
    return code;
}

static weft_code restore(weft_engine *of, const char *deletion)
{
    weft_text text = {0};
    const weft_code code = weft_restore_json(of, deletion, &text, &error);
    weft_text_free(&text);
    return code;
}

static int setup(void **state)
{
    (void)state;
    weft_options options = WEFT_OPTIONS_INIT;
    size_t applied = 0;
    size_t left = 0;
    error = (weft_error){0};
    options.directory = directory;
    if (!test_directory_temporary(directory, sizeof(directory)) || !write_project() ||
        weft_open(&options, &engine, &error) != WEFT_OK ||
        weft_migrate_apply(engine, WEFT_SCOPE_ALL, true, &applied, &left, &error) != WEFT_OK) {
        (void)fprintf(stderr, "# %s %s\n", error.where, error.message);
        return -1;
    }
    acme = open_scoped("acme");
    bolt = open_scoped("bolt");
    return create(engine, "country", "{\"id\":\"at\",\"name\":\"Austria\"}") == WEFT_OK &&
                   create(engine, "secret", "{\"id\":\"s1\",\"word\":\"x\"}") == WEFT_OK &&
                   create(acme, "product", "[{\"id\":\"a1\",\"title\":\"A1\"},{\"id\":\"a2\",\"title\":\"A2\"}]") ==
                       WEFT_OK &&
                   create(bolt, "product", "{\"id\":\"b1\",\"title\":\"B1\"}") == WEFT_OK &&
                   create(acme, "post", "[{\"id\":\"pa1\",\"body\":\"x\"},{\"id\":\"pa2\",\"body\":\"x\"}]") ==
                       WEFT_OK &&
                   create(bolt, "post", "{\"id\":\"pb1\",\"body\":\"x\"}") == WEFT_OK &&
                   create(engine, "product", "{\"id\":\"n1\",\"title\":\"nobody's\"}") == WEFT_OK
               ? 0
               : -1;
}

static int teardown(void **state)
{
    (void)state;
    weft_close(acme);
    weft_close(bolt);
    weft_close(engine);
    test_directory_remove(directory);
    return 0;
}

static void test_created_records_are_own(void **state)
{
    (void)state;
    assert_answer(acme,
                  "{\"entity\":\"product\",\"fields\":[\"id\",\"tenant_id\"],\"pagination\":{\"skip\":0}}",
                  "{\"data\":[{\"id\":\"a1\",\"tenant_id\":\"acme\"},{\"id\":\"a2\",\"tenant_id\":\"acme\"}],"
                  "\"metadata\":{\"skip\":0,\"count\":2}}");
    assert_int_equal(create(acme, "product", "{\"title\":\"C\",\"tenant_id\":\"acme\"}"), WEFT_OK);
    assert_int_equal(create(acme, "product", "{\"title\":\"D\",\"tenant_id\":\"bolt\"}"), WEFT_CHECK_VIOLATION);
    assert_string_equal(error.where, "/tenant_id");
    assert_int_equal(create(acme, "product", "{\"title\":\"D\",\"tenant_id\":null}"), WEFT_CHECK_VIOLATION);
    assert_int_equal(create(acme, "country", "{\"name\":\"Here\"}"), WEFT_FORBIDDEN);
    assert_int_equal(create(acme, "secret", "{\"word\":\"y\"}"), WEFT_FORBIDDEN);
    assert_non_null(strstr(error.message, "secret"));
}

static void test_others_cannot_be_changed(void **state)
{
    (void)state;
    assert_int_equal(update(acme, "product", "a1", "{\"title\":\"new\"}"), WEFT_OK);
    assert_int_equal(update(acme, "product", "b1", "{\"title\":\"taken over\"}"), WEFT_NOT_FOUND);
    assert_string_equal(error.message, "product \"b1\" was not found");
    assert_int_equal(update(acme, "product", "n1", "{\"title\":\"mine\"}"), WEFT_NOT_FOUND);
    assert_int_equal(update(acme, "product", "b1", "{}"), WEFT_NOT_FOUND);
    assert_int_equal(update(acme, "product", "a1", "{\"tenant_id\":\"bolt\"}"), WEFT_CHECK_VIOLATION);
    assert_int_equal(update(acme, "product", "a1", "{\"tenant_id\":\"acme\"}"), WEFT_OK);
    assert_int_equal(update(acme, "country", "at", "{\"name\":\"mine\"}"), WEFT_FORBIDDEN);
    assert_answer(engine,
                  "{\"entity\":\"product\",\"fields\":[\"title\",\"tenant_id\"],\"filters\":{\"id\":[\"b1\",\"n1\"]}}",
                  "{\"data\":[{\"title\":\"B1\",\"tenant_id\":\"bolt\"},"
                  "{\"title\":\"nobody's\",\"tenant_id\":null}]}");
}

static void test_nothing_belongs_to_others(void **state)
{
    (void)state;
    assert_int_equal(create(acme, "part", "{\"id\":\"x1\",\"name\":\"x\",\"product_id\":\"a1\"}"), WEFT_OK);
    assert_int_equal(create(acme, "part", "{\"id\":\"x2\",\"name\":\"x\",\"product_id\":\"b1\"}"),
                     WEFT_CHECK_VIOLATION);
    assert_int_equal(update(acme, "part", "x1", "{\"product_id\":\"b1\"}"), WEFT_CHECK_VIOLATION);
    assert_answer(engine,
                  "{\"entity\":\"part\",\"fields\":[\"id\",\"product_id\"]}",
                  "{\"data\":[{\"id\":\"x1\",\"product_id\":\"a1\"}]}");
}

static void test_links_join_own_records(void **state)
{
    (void)state;
    static const char own[] = "{\"link\":\"product_post\",\"left\":\"a1\",\"right\":\"pa1\"}";
    static const char others[] = "{\"link\":\"product_post\",\"left\":\"b1\",\"right\":\"pb1\"}";
    assert_created(acme, own, "created");
    assert_created(bolt, others, "created");
    assert_int_equal(link(acme, "{\"link\":\"product_post\",\"left\":\"a1\",\"right\":\"pb1\"}"), WEFT_MISSING_RECORD);
    assert_int_equal(link(acme, "{\"link\":\"product_post\",\"left\":\"a1\",\"right\":\"pb1\",\"validate\":false}"),
                     WEFT_MISSING_RECORD);
    assert_int_equal(link(acme, others), WEFT_MISSING_RECORD);
    assert_dismissed(acme, others, "absent");
    assert_dismissed(acme, own, "dismissed");
    assert_restored(bolt, own, "absent");
    assert_restored(acme, own, "revived");
    assert_answer(acme,
                  "{\"entity\":\"product_post\",\"fields\":[\"product_id\",\"post_id\"],\"pagination\":{\"skip\":0}}",
                  "{\"data\":[{\"product_id\":\"a1\",\"post_id\":\"pa1\"}],\"metadata\":{\"skip\":0,\"count\":1}}");
    assert_created(acme, "{\"link\":\"product_country\",\"left\":\"a1\",\"right\":\"at\"}", "created");
}

/* A link's own column is filled, and says whose the row is too. */
static void test_link_rows_have_own_columns(void **state)
{
    (void)state;
    assert_int_equal(create(acme, "part", "{\"id\":\"x1\",\"name\":\"x\"}"), WEFT_OK);
    assert_created(acme, "{\"link\":\"part_post\",\"left\":\"x1\",\"right\":\"pa1\"}", "created");
    assert_answer(
        engine, "{\"entity\":\"part_post\",\"fields\":[\"tenant_id\"]}", "{\"data\":[{\"tenant_id\":\"acme\"}]}");
    assert_int_equal(
        link(acme, "{\"link\":\"part_post\",\"left\":\"x1\",\"right\":\"pa1\",\"data\":{\"tenant_id\":\"bolt\"}}"),
        WEFT_CHECK_VIOLATION);
}

/* Who sees everything may join what is of two tenants; neither sees the link, nor is told the other's key. */
static void test_links_across_tenants_do_not_show(void **state)
{
    (void)state;
    assert_int_equal(create(engine, "part", "{\"id\":\"x1\",\"name\":\"x\",\"tenant_id\":\"acme\"}"), WEFT_OK);
    assert_created(engine, "{\"link\":\"part_post\",\"left\":\"x1\",\"right\":\"pb1\"}", "created");
    assert_created(engine, "{\"link\":\"product_post\",\"left\":\"a1\",\"right\":\"pb1\"}", "created");
    assert_answer(acme,
                  "{\"entity\":\"product\",\"fields\":[\"id\",\"posts.id\",\"post_link.post_id\",\"posts.$count\","
                  "\"post_link.$count\"],\"filters\":{\"id\":\"a1\"}}",
                  "{\"data\":[{\"id\":\"a1\",\"posts\":[],\"post_link\":[],"
                  "\"$count\":{\"posts\":0,\"post_link\":0}}]}");
    assert_int_equal(link(acme, "{\"link\":\"part_post\",\"left\":\"x1\",\"right\":\"pa1\"}"),
                     WEFT_CARDINALITY_VIOLATION);
    assert_null(strstr(error.message, "pb1"));
    assert_null(strstr(error.detail, "pb1"));
}

static void test_deleting_stays_among_own(void **state)
{
    (void)state;
    char id[64] = "";
    assert_int_equal(delete (acme, "product", "b1", NULL), WEFT_NOT_FOUND);
    assert_int_equal(impact(acme, "product", "b1"), WEFT_NOT_FOUND);
    assert_int_equal(delete (acme, "country", "at", NULL), WEFT_FORBIDDEN);
    assert_created(acme, "{\"link\":\"product_post\",\"left\":\"a1\",\"right\":\"pa1\"}", "created");
    assert_int_equal(impact(acme, "product", "a1"), WEFT_OK);
    assert_int_equal(delete (acme, "product", "a1", id), WEFT_OK);
    assert_answer(acme, "{\"entity\":\"post\",\"fields\":[\"id\"]}", "{\"data\":[{\"id\":\"pa2\"}]}");
    assert_int_equal(restore(bolt, id), WEFT_NOT_FOUND);
    assert_answer(engine, "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"id\":\"a1\"}}", "{\"data\":[]}");
    assert_int_equal(restore(acme, id), WEFT_OK);
    assert_answer(acme,
                  "{\"entity\":\"product\",\"fields\":[\"posts.id\"],\"filters\":{\"id\":\"a1\"}}",
                  "{\"data\":[{\"posts\":[{\"id\":\"pa1\"}]}]}");
}

/* Neither over a link nor over a relation; nothing is changed, and no key of others is told. */
static void test_deleting_never_crosses(void **state)
{
    (void)state;
    static const char parts[] = "{\"id\":\"x9\",\"name\":\"x\",\"product_id\":\"a2\",\"tenant_id\":\"bolt\"}";
    assert_created(engine, "{\"link\":\"product_post\",\"left\":\"a1\",\"right\":\"pb1\"}", "created");
    assert_int_equal(create(engine, "part", parts), WEFT_OK);
    assert_int_equal(delete (acme, "product", "a1", NULL), WEFT_RESTRICTED);
    assert_null(strstr(error.message, "pb1"));
    assert_int_equal(impact(acme, "product", "a1"), WEFT_RESTRICTED);
    assert_int_equal(delete (acme, "product", "a2", NULL), WEFT_RESTRICTED);
    assert_null(strstr(error.message, "x9"));
    assert_null(strstr(error.detail, "x9"));
    assert_answer(engine,
                  "{\"entity\":\"product\",\"fields\":[\"id\",\"posts.id\",\"parts.id\"],\"filters\":{\"id\":\"a2\"}}",
                  "{\"data\":[{\"id\":\"a2\",\"posts\":[],\"parts\":[{\"id\":\"x9\"}]}]}");
    assert_answer(engine,
                  "{\"entity\":\"post\",\"fields\":[\"id\"]}",
                  "{\"data\":[{\"id\":\"pa1\"},{\"id\":\"pa2\"},{\"id\":\"pb1\"}]}");
}

/* Not even a link row goes that joins the record with somebody else's; its own do. */
static void test_deleting_unlinks_own(void **state)
{
    (void)state;
    assert_int_equal(create(acme, "part", "[{\"id\":\"x1\",\"name\":\"x\"},{\"id\":\"x2\",\"name\":\"x\"}]"), WEFT_OK);
    assert_created(engine, "{\"link\":\"part_page\",\"left\":\"x1\",\"right\":\"pb1\"}", "created");
    assert_created(acme, "{\"link\":\"part_page\",\"left\":\"x2\",\"right\":\"pa1\"}", "created");
    assert_int_equal(delete (acme, "part", "x1", NULL), WEFT_RESTRICTED);
    assert_non_null(strstr(error.message, "part_page"));
    assert_null(strstr(error.message, "pb1"));
    assert_int_equal(delete (acme, "part", "x2", NULL), WEFT_OK);
    assert_answer(engine, "{\"entity\":\"part_page\",\"fields\":[\"sheet_id\"]}", "{\"data\":[{\"sheet_id\":\"x1\"}]}");
}

/* What somebody else deleted, with records of both, is nobody's alone to bring back. */
static void test_restoring_never_crosses(void **state)
{
    (void)state;
    char id[64] = "";
    assert_created(engine, "{\"link\":\"product_post\",\"left\":\"a1\",\"right\":\"pb1\"}", "created");
    assert_int_equal(delete (engine, "product", "a1", id), WEFT_OK);
    assert_int_equal(restore(acme, id), WEFT_NOT_FOUND);
    assert_int_equal(restore(bolt, id), WEFT_NOT_FOUND);
    assert_answer(bolt, "{\"entity\":\"post\",\"fields\":[\"id\"]}", "{\"data\":[]}");
    assert_int_equal(restore(engine, id), WEFT_OK);
}

typedef struct pieces {
    const char *text;
    size_t at;
} pieces;

static weft_code read_pieces(void *ctx, char *data, size_t size, size_t *ret_len, weft_error *unused)
{
    pieces *p = ctx;
    (void)unused;
    const size_t left = strlen(p->text) - p->at;
    *ret_len = left < size ? left : size;
    memcpy(data, p->text + p->at, *ret_len);
    p->at += *ret_len;
    return WEFT_OK;
}

static void test_imports_are_own(void **state)
{
    (void)state;
    pieces records = {"id,title\nc1,C1\nc2,C2\n", 0};
    pieces taken = {"id,title,tenant_id\nc3,C3,bolt\n", 0};
    pieces links = {"left,right\nc1,pa1\n", 0};
    pieces others = {"left,right\nc1,pb1\n", 0};
    uint64_t count = 0;
    weft_code code =
        weft_record_import_stream(acme, "product", WEFT_IMPORT_KIND_CSV, read_pieces, &records, &count, &error);
    assert_int_equal(code, WEFT_OK);
    assert_answer(bolt, "{\"entity\":\"product\",\"fields\":[\"id\"]}", "{\"data\":[{\"id\":\"b1\"}]}");
    code = weft_record_import_stream(acme, "product", WEFT_IMPORT_KIND_CSV, read_pieces, &taken, &count, &error);
    assert_int_equal(code, WEFT_CHECK_VIOLATION);
    code = weft_link_import_stream(acme, "product_post", WEFT_IMPORT_KIND_CSV, read_pieces, &links, &count, &error);
    assert_int_equal(code, WEFT_OK);
    code = weft_link_import_stream(acme, "product_post", WEFT_IMPORT_KIND_CSV, read_pieces, &others, &count, &error);
    assert_int_equal(code, WEFT_MISSING_RECORD);
}

static void test_models_without_a_rule_are_refused(void **state)
{
    (void)state;
    static const char secret[] = "{\"entity\":\"secret\",\"fields\":[\"word\"]}";
    static const char country[] = "{\"entity\":\"country\",\"fields\":[\"id\",\"products.id\"]}";
    weft_text text = {0};
    assert_int_equal(weft_query_json(acme, secret, strlen(secret), &text, &error), WEFT_FORBIDDEN);
    assert_non_null(strstr(error.message, "\"secret\""));
    assert_string_equal(error.where, "/entity");
    assert_int_equal(weft_record_retrieve_json(acme, "secret", "s1", NULL, &text, &error), WEFT_FORBIDDEN);
    assert_int_equal(weft_explain(acme, secret, strlen(secret), WEFT_FORMAT_TEXT, &text, &error), WEFT_FORBIDDEN);
    assert_int_equal(weft_record_retrieve_json(acme, "product", "b1", NULL, &text, &error), WEFT_NOT_FOUND);
    assert_created(engine, "{\"link\":\"product_country\",\"left\":\"b1\",\"right\":\"at\"}", "created");
    assert_answer(acme, country, "{\"data\":[{\"id\":\"at\",\"products\":[]}]}");
    assert_answer(bolt, country, "{\"data\":[{\"id\":\"at\",\"products\":[{\"id\":\"b1\"}]}]}");
}

/* The same request by callers in turn, also without rules: what is kept for one is not given to another. */
static void test_kept_replies_are_not_mixed_up(void **state)
{
    (void)state;
    static const char request[] = "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"id\":\"b1\"}}";
    static const char other[] = "{\"entity\":\"product\",\"fields\":[\"id\"],\"filters\":{\"id\":\"a1\"}}";
    for (int i = 0; i < 3; i++) {
        assert_answer(engine, request, "{\"data\":[{\"id\":\"b1\"}]}");
        assert_answer(acme, request, "{\"data\":[]}");
        assert_answer(bolt, request, "{\"data\":[{\"id\":\"b1\"}]}");
        assert_answer(acme, other, "{\"data\":[{\"id\":\"a1\"}]}");
        assert_answer(bolt, other, "{\"data\":[]}");
    }
    weft_close(bolt);
    bolt = open_scoped("bolt");
    assert_answer(bolt, request, "{\"data\":[{\"id\":\"b1\"}]}");
    weft_close(bolt);
    bolt = open_scoped("zen");
    assert_answer(bolt, request, "{\"data\":[]}");
}

static void test_what_is_not_of_one_caller_is_refused(void **state)
{
    (void)state;
    weft_text text = {0};
    weft_engine *scoped = NULL;
    size_t applied = 0;
    size_t left = 0;
    const weft_row_rule rule = {NULL, "tenant_id", "acme"};
    const weft_row_rules rules = {&rule, 1, NULL, 0};
    const weft_doctor_options options = {0};
    assert_int_equal(weft_migrate_apply(acme, WEFT_SCOPE_ALL, false, &applied, &left, &error), WEFT_FORBIDDEN);
    assert_int_equal(weft_migrate_status(acme, &text, &error), WEFT_FORBIDDEN);
    assert_int_equal(weft_recover(acme, &text, &error), WEFT_FORBIDDEN);
    assert_int_equal(weft_doctor(acme, &options, NULL, &error), WEFT_FORBIDDEN);
    assert_int_equal(weft_open_scoped(acme, &rules, &scoped, &error), WEFT_MISUSE);
}

static weft_code open_with(const weft_row_rule *rule, const char *open)
{
    weft_engine *scoped = NULL;
    const weft_row_rules rules = {rule, rule ? 1 : 0, &open, open ? 1 : 0};
    const weft_code code = weft_open_scoped(engine, &rules, &scoped, &error);
    weft_close(scoped);
    return code;
}

static void test_wrong_rules_open_nothing(void **state)
{
    (void)state;
    const weft_row_rule good = {"product", "tenant_id", "acme"};
    const weft_row_rule unknown_field = {NULL, "tenant", "acme"};
    const weft_row_rule lacking = {"country", "tenant_id", "acme"};
    const weft_row_rule unknown = {"produkt", "tenant_id", "acme"};
    const weft_row_rule empty = {NULL, "tenant_id", ""};
    const weft_row_rule no_value = {NULL, "tenant_id", NULL};
    const weft_row_rule wrong_type = {NULL, "position", "first"};
    assert_int_equal(open_with(&good, NULL), WEFT_OK);
    assert_int_equal(open_with(&good, "shop.country"), WEFT_OK);
    assert_int_equal(open_with(NULL, NULL), WEFT_INVALID_REQUEST);
    assert_int_equal(open_with(&good, "product_post"), WEFT_INVALID_REQUEST);
    assert_int_equal(open_with(&unknown_field, NULL), WEFT_UNKNOWN_FIELD);
    assert_int_equal(open_with(&lacking, NULL), WEFT_UNKNOWN_FIELD);
    assert_int_equal(open_with(&unknown, NULL), WEFT_UNKNOWN_ENTITY);
    assert_int_equal(open_with(&empty, NULL), WEFT_REQUIRED_VALUE);
    assert_int_equal(open_with(&no_value, NULL), WEFT_MISUSE);
    assert_int_equal(open_with(&wrong_type, NULL), WEFT_TYPE_MISMATCH);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_created_records_are_own, setup, teardown),
        cmocka_unit_test_setup_teardown(test_others_cannot_be_changed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing_belongs_to_others, setup, teardown),
        cmocka_unit_test_setup_teardown(test_links_join_own_records, setup, teardown),
        cmocka_unit_test_setup_teardown(test_link_rows_have_own_columns, setup, teardown),
        cmocka_unit_test_setup_teardown(test_links_across_tenants_do_not_show, setup, teardown),
        cmocka_unit_test_setup_teardown(test_deleting_stays_among_own, setup, teardown),
        cmocka_unit_test_setup_teardown(test_deleting_never_crosses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_deleting_unlinks_own, setup, teardown),
        cmocka_unit_test_setup_teardown(test_restoring_never_crosses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_imports_are_own, setup, teardown),
        cmocka_unit_test_setup_teardown(test_models_without_a_rule_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_kept_replies_are_not_mixed_up, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_not_of_one_caller_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrong_rules_open_nothing, setup, teardown),
    };
    layout = argc > 1 ? argv[1] : layout;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
