/* The shop's catalog as JSON, DOT and mermaid against files in golden/. WEFT_GOLDEN=rewrite writes them: read the
 * diff. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/picture.h"
#include "support/catalog.h"
#include "support/tap.h"

static bool is_rewriting(void)
{
    const char *mode = getenv("WEFT_GOLDEN");
    return mode && strcmp(mode, "rewrite") == 0;
}

static void write_golden(const char *path, const weft_buf *buf)
{
    FILE *stream = fopen(path, "wb");
    if (!stream || fwrite(buf->data, 1, buf->len, stream) != buf->len || fclose(stream) != 0) {
        fail_msg("could not write %s", path);
    }
}

static void check_golden(const char *name, const weft_buf *buf)
{
    char path[1024];
    char piece[4096];
    assert_false(buf->failed);
    (void)snprintf(path, sizeof(path), "%s/../golden/%s", DEFINE_CASES, name);
    if (is_rewriting()) {
        write_golden(path, buf);
    }
    FILE *stream = fopen(path, "rb");
    if (!stream) {
        fail_msg("could not open %s", path);
    }
    size_t at = 0;
    for (size_t len = fread(piece, 1, sizeof(piece), stream); len > 0; len = fread(piece, 1, sizeof(piece), stream)) {
        if (len > buf->len - at || memcmp(piece, buf->data + at, len) != 0) {
            fail_msg("%s is not what it was, somewhere after byte %zu", name, at);
        }
        at += len;
    }
    (void)fclose(stream);
    assert_int_equal(at, buf->len);
}

/* One line a value, so that differences can be read. */
static void indent(weft_buf *buf)
{
    json_t *json = json_loadb(buf->data, buf->len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    char *text = json_dumps(json, JSON_INDENT(1));
    assert_non_null(text);
    weft_buf_clear(buf);
    weft_buf_add_text(buf, text);
    weft_buf_add_char(buf, '\n');
    free(text);
    json_decref(json);
}

typedef void (*write_picture)(const weft_catalog *catalog, weft_buf *buf);

static void check_shop(const char *name, write_picture write, bool is_json)
{
    weft_arena arena;
    weft_buf buf;
    weft_arena_init(&arena, NULL, 0);
    weft_buf_init(&buf, NULL);
    write(test_catalog_of(&arena, "shop"), &buf);
    if (is_json) {
        indent(&buf);
    }
    check_golden(name, &buf);
    weft_buf_done(&buf);
    weft_arena_done(&arena);
}

static void test_json(void **state)
{
    (void)state;
    check_shop("shop.json", weft_catalog_write_json, true);
}

static void test_dot(void **state)
{
    (void)state;
    check_shop("shop.dot", weft_catalog_write_dot, false);
}

static void test_mermaid(void **state)
{
    (void)state;
    check_shop("shop.mmd", weft_catalog_write_mermaid, false);
}

static void test_empty_project_is_json(void **state)
{
    (void)state;
    weft_arena arena;
    weft_buf buf;
    weft_arena_init(&arena, NULL, 0);
    weft_buf_init(&buf, NULL);
    weft_catalog_write_json(test_catalog(&arena, (const char *const[][2]){{NULL, NULL}}), &buf);
    assert_str_equal(
        weft_buf_str(&buf),
        "{\"stores\":[{\"name\":\"default\",\"kind\":\"sqlite\"}],\"modules\":[],\"pivots\":[],\"links\":[]}");
    weft_buf_done(&buf);
    weft_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_dot),
        cmocka_unit_test(test_mermaid),
        cmocka_unit_test(test_empty_project_is_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
