/* A server that drops its connections between two requests, as one that restarts does: nobody who asks notices. */
#include <stdio.h>

#include "property/oracle.h"
#include "property/stand.h"
#include "support/directory.h"
#include "support/postgres.h"
#include "support/tap.h"

static const char drop_all[] = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                               "WHERE datname = current_database() AND pid <> pg_backend_pid()";

static void assert_answers(const world *w, const request *q, const stand *s)
{
    weft_arena scratch;
    weft_buf text;
    weft_buf expected;
    weft_text answer = {0};
    weft_error error = {0};
    weft_arena_init(&scratch, NULL, 0);
    weft_buf_init_arena(&text, &scratch);
    weft_buf_init_arena(&expected, &scratch);
    request_write(w, q, &text);
    oracle_answer(w, q, &scratch, &expected);
    if (weft_query_json(s->engines[0], text.data, text.len, &answer, &error) != WEFT_OK) {
        fail_msg("%s: %s %s", weft_code_name(error.code), error.message, error.detail);
    }
    assert_string_equal(answer.data, expected.data);
    weft_text_free(&answer);
    weft_arena_done(&scratch);
}

static void test_lost_connections(void **state)
{
    (void)state;
    char url[512];
    char root[256];
    weft_arena keep;
    weft_error error = {0};
    stand s;
    const char *const urls[2] = {url, url};
    weft_arena_init(&keep, NULL, 0);
    assert_true(test_postgres_database(url, sizeof(url)));
    assert_true(test_directory_temporary(root, sizeof(root)));
    world *w = world_make(1, &keep);
    if (stand_open(&s, w, PLACE_ONE_SERVER, root, urls, &error) != WEFT_OK) {
        fail_msg("%s %s", error.message, error.detail);
    }
    const request q = {.fields = {"*"}, .field_count = 1, .root = {.path = "", .has_skip = true}, .is_counted = true};
    for (int i = 0; i < 3; i++) {
        assert_answers(w, &q, &s);
        assert_true(test_postgres_execute(url, drop_all));
    }
    assert_answers(w, &q, &s);
    stand_close(&s);
    test_directory_remove(root);
    weft_arena_done(&keep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lost_connections)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
