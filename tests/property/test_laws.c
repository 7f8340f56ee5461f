/* The two laws, against the oracle: any batch size gives the same bytes, and wherever the modules live the bytes are
 * the same; so they are with hardly any memory.
 *
 * WEFT_PROPERTY_CASES requests (1000, or 20000 when WEFT_TEST_LONG is set) are made from WEFT_PROPERTY_SEED on, ten to
 * a world. A case that fails is made small and printed with the seed of its world, which with WEFT_PROPERTY_CASES=10
 * runs it again. No placement may refuse a request.
 *
 * usage: test_property_laws [sqlite | postgres | mixed | served], so that they run beside each other; all of them
 * without. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "property/oracle.h"
#include "property/pages.h"
#include "property/placements.h"
#include "property/shrink.h"
#include "support/directory.h"
#include "support/tap.h"

#define REQUESTS_A_WORLD 10
#define FAILURES_MAX     (size_t) number_from_environment("WEFT_PROPERTY_FAILURES", 3)
#define SEED_DEFAULT     20260101

/* What became of one request at one of a stand's engines. */
typedef struct outcome {
    bool is_wrong;
    weft_code code;
    weft_text answer;
    weft_error error;
} outcome;

typedef struct law_case {
    uint64_t seed;
    world *w;
    request *q;
    const stand *s;
    size_t engine;
    weft_code code; /* of the failure: OK for a wrong answer */
} law_case;

typedef struct tally {
    size_t cases;
    size_t compared;
    size_t failures;
} tally;

static outcome ask(const world *w, const request *q, const stand *s, size_t engine)
{
    weft_arena scratch;
    weft_arena_init(&scratch, NULL, 0);
    weft_buf text;
    weft_buf expected;
    weft_buf_init_arena(&text, &scratch);
    weft_buf_init_arena(&expected, &scratch);
    request_write(w, q, &text);
    oracle_answer(w, q, &scratch, &expected);
    outcome o = {0};
    o.code = weft_query_json(s->engines[engine], text.data, text.len, &o.answer, &o.error);
    if (o.code == WEFT_OK) {
        o.is_wrong = !weft_str_equal(weft_buf_str(&expected), (weft_str){o.answer.data, o.answer.len});
    } else {
        o.is_wrong = o.code != WEFT_LIMIT_EXCEEDED || strstr(expected.data, ORACLE_OVERFLOW) == NULL;
    }
    weft_arena_done(&scratch);
    return o;
}

static bool still_fails(void *ctx, bool has_rows_changed)
{
    const law_case *c = ctx;
    weft_error error = {0};
    if (has_rows_changed && stand_load(c->s, c->w, &error) != WEFT_OK) {
        return false;
    }
    outcome o = ask(c->w, c->q, c->s, c->engine);
    weft_text_free(&o.answer);
    return o.is_wrong && o.code == c->code;
}

static void print_rows(const world *w)
{
    for (int e = 0; e < w->entity_count; e++) {
        const world_entity *entity = &w->entities[e];
        for (int i = 0; i < entity->row_count; i++) {
            if (entity->rows[i].is_hidden) {
                continue;
            }
            (void)fprintf(stderr, "#   %s:", entity->name);
            for (int f = 0; f < entity->field_count; f++) {
                (void)fprintf(stderr, " %s=%s", entity->fields[f].name, entity->rows[i].cells[f].shown);
            }
            (void)fprintf(stderr, "\n");
        }
    }
}

static void print_indented(const char *text)
{
    (void)fprintf(stderr, "#   ");
    for (; *text; text++) {
        (void)fputc(*text, stderr);
        if (*text == '\n' && text[1]) {
            (void)fprintf(stderr, "#   ");
        }
    }
}

static void print_case(const law_case *c)
{
    weft_arena scratch;
    weft_arena_init(&scratch, NULL, 0);
    weft_buf buf;
    weft_buf_init_arena(&buf, &scratch);
    (void)fprintf(stderr,
                  "# WEFT_PROPERTY_SEED=%llu fails in %s, %s\n",
                  (unsigned long long)c->seed,
                  placement_name(c->s->place),
                  stand_engine_name(c->engine));
    for (int i = 0; i < c->w->module_count; i++) {
        print_indented(world_module_text(c->w, i));
    }
    for (int i = 0; i < c->w->link_count; i++) {
        print_indented(c->w->links[i].definition);
    }
    print_rows(c->w);
    request_write(c->w, c->q, &buf);
    (void)fprintf(stderr, "# request  %s\n", buf.data);
    weft_buf_clear(&buf);
    oracle_answer(c->w, c->q, &scratch, &buf);
    (void)fprintf(stderr, "# expected %s\n", buf.data);
    outcome o = ask(c->w, c->q, c->s, c->engine);
    if (o.code == WEFT_OK) {
        (void)fprintf(stderr, "# answered %s\n", o.answer.data);
    } else {
        (void)fprintf(stderr,
                      "# error    %s %s: %s %s\n",
                      weft_code_name(o.code),
                      o.error.where,
                      o.error.message,
                      o.error.detail);
    }
    weft_text_free(&o.answer);
    weft_arena_done(&scratch);
}

static void show_all(world *w)
{
    for (int e = 0; e < w->entity_count; e++) {
        for (int i = 0; i < w->entities[e].row_count; i++) {
            w->entities[e].rows[i].is_hidden = false;
        }
    }
}

static void report(law_case *c)
{
    const request whole = *c->q;
    const shrinker s = {still_fails, c};
    weft_error error;
    shrink_case(&s, c->w, c->q);
    print_case(c);
    *c->q = whole;
    show_all(c->w);
    (void)stand_load(c->s, c->w, &error);
}

/* One request at every stand, in batches of every size, with much memory and with little. */
static void check_request(uint64_t seed, world *w, request *q, const stand *stands, size_t stand_count, tally *t)
{
    t->cases++;
    for (size_t i = 0; i < stand_count; i++) {
        for (size_t engine = 0; engine < STAND_ENGINES; engine++) {
            outcome o = ask(w, q, &stands[i], engine);
            weft_text_free(&o.answer);
            t->compared += o.code == WEFT_OK ? 1 : 0;
            if (o.is_wrong) {
                law_case c = {seed, w, q, &stands[i], engine, o.code};
                t->failures++;
                report(&c);
                return;
            }
            if ((engine + i + seed) % 2 == 0 &&
                !pages_agree(w, q, stands[i].engines[engine], 1 + (size_t)(seed % 16))) {
                law_case c = {seed, w, q, &stands[i], engine, WEFT_OK};
                t->failures++;
                print_case(&c);
                return;
            }
        }
    }
}

static bool open_stands(
    world *w, const placement *places, size_t count, const char *root, const char *const urls[2], stand *ret_stands)
{
    for (size_t i = 0; i < count; i++) {
        char directory[512];
        weft_error error = {0};
        (void)snprintf(directory, sizeof(directory), "%s/%zu", root, i);
        test_directory_make(directory);
        if (stand_open(&ret_stands[i], w, places[i], directory, urls, &error) != WEFT_OK) {
            (void)fprintf(stderr,
                          "# %s: %s %s %s: %s %s\n",
                          placement_name(places[i]),
                          weft_code_name(error.code),
                          error.where,
                          error.sqlstate,
                          error.message,
                          error.detail);
            for (int m = 0; m < w->module_count; m++) {
                print_indented(world_module_text(w, m));
            }
            for (int l = 0; l < w->link_count; l++) {
                print_indented(w->links[l].definition);
            }
            return false;
        }
    }
    return true;
}

static void check_world(uint64_t seed, const placement *places, size_t place_count, const char *const urls[2], tally *t)
{
    weft_arena keep;
    weft_arena_init(&keep, NULL, 0);
    world *w = world_make(seed, &keep);
    char root[256];
    stand stands[PLACE_COUNT] = {0};
    test_directory_temporary(root, sizeof(root));
    randomness r = {seed ^ UINT64_C(0x5ca1ab1e)};
    if (open_stands(w, places, place_count, root, urls, stands)) {
        for (size_t i = 0; i < REQUESTS_A_WORLD && t->failures < FAILURES_MAX; i++) {
            check_request(seed, w, request_make(w, &r, &keep), stands, place_count, t);
        }
    } else {
        (void)fprintf(stderr, "# WEFT_PROPERTY_SEED=%llu cannot be set up\n", (unsigned long long)seed);
        t->failures++;
    }
    for (size_t i = 0; i < place_count; i++) {
        stand_close(&stands[i]);
    }
    test_directory_remove(root);
    weft_arena_done(&keep);
}

static void print_tally(const tally *t)
{
    print_message("# %zu requests, %zu answers compared\n", t->cases, t->compared);
}

static void check_placements(const placement *places, size_t place_count, const char *const urls[2])
{
    const uint64_t seed = number_from_environment("WEFT_PROPERTY_SEED", SEED_DEFAULT);
    const uint64_t cases = number_from_environment("WEFT_PROPERTY_CASES", getenv("WEFT_TEST_LONG") ? 20000 : 1000);
    tally t = {0};
    for (uint64_t i = 0; i * REQUESTS_A_WORLD < cases && t.failures < FAILURES_MAX; i++) {
        placements_empty(urls);
        check_world(seed + i, places, place_count, urls, &t);
    }
    print_tally(&t);
    assert_int_equal(t.failures, 0);
}

int main(int argc, char **argv)
{
    return placements_run(&(placements_law){check_placements}, argc, argv);
}
