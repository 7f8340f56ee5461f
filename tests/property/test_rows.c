/* Row rules: what a caller is answered is what everybody would be answered if all other tenants' records were not
 * there, byte for byte, in every placement and any batch size.
 *
 * WEFT_PROPERTY_CASES requests (300, or 6000 when WEFT_TEST_LONG is set) are made from WEFT_PROPERTY_SEED on, ten to a
 * world of two tenants and records that are nobody's. Each is asked by both tenants in turn, so that what is kept for
 * one could be given to the other, and expected of the oracle, which sees one tenant's records alone. In the end the
 * others' records are taken out of the stores, and without rules the same requests must be answered the same.
 *
 * usage: test_property_rows [sqlite | postgres | mixed | served]; all of them without. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "property/oracle.h"
#include "property/pages.h"
#include "property/placements.h"
#include "support/directory.h"
#include "support/tap.h"

#define REQUESTS_A_WORLD 10
#define FAILURES_MAX     3
#define SEED_DEFAULT     20261122
#define ENGINES          ((size_t)STAND_ENGINES)
#define TENANTS          ((size_t)WORLD_TENANTS)

typedef struct tally {
    size_t cases;
    size_t compared;
    size_t narrowed; /* requests to which there is more to say without rules */
    size_t failures;
} tally;

/* A world at its stands, and the engines of each tenant there. */
typedef struct scene {
    uint64_t seed;
    world *w;
    stand *stands;
    size_t stand_count;
    weft_engine *scoped[PLACE_COUNT][STAND_ENGINES][WORLD_TENANTS];
    tally *t;
} scene;

/* Something that was asked. */
typedef struct question {
    const request *q;
    size_t stand;
    size_t engine;
    int tenant;
} question;

static void print_world(const scene *s)
{
    for (int i = 0; i < s->w->module_count; i++) {
        (void)fprintf(stderr, "%s", world_module_text(s->w, i));
    }
    for (int i = 0; i < s->w->link_count; i++) {
        (void)fprintf(stderr, "%s", s->w->links[i].definition);
    }
    for (int e = 0; e < s->w->entity_count; e++) {
        const world_entity *entity = &s->w->entities[e];
        for (int i = 0; i < entity->row_count; i++) {
            (void)fprintf(stderr, "#   %s%s:", entity->rows[i].is_hidden ? "(hidden) " : "", entity->name);
            for (int f = 0; f < entity->field_count; f++) {
                (void)fprintf(stderr, " %s=%s", entity->fields[f].name, entity->rows[i].cells[f].shown);
            }
            (void)fprintf(stderr, "\n");
        }
    }
}

static void report(scene *s, const question *of, weft_str expected, const weft_text *answer, const weft_error *error)
{
    weft_arena scratch;
    weft_buf text;
    weft_arena_init(&scratch, NULL, 0);
    weft_buf_init_arena(&text, &scratch);
    request_write(s->w, of->q, &text);
    print_world(s);
    (void)fprintf(stderr,
                  "# WEFT_PROPERTY_SEED=%llu fails in %s, %s, for %s\n# request  %s\n# expected %.*s\n",
                  (unsigned long long)s->seed,
                  placement_name(s->stands[of->stand].place),
                  stand_engine_name(of->engine),
                  of->tenant == WORLD_NONE ? "everybody" : world_tenant(s->w, of->tenant),
                  text.data,
                  WEFT_STR_ARG(expected));
    if (answer->data) {
        (void)fprintf(stderr, "# answered %s\n", answer->data);
    } else {
        (void)fprintf(stderr, "# error    %s: %s %s\n", weft_code_name(error->code), error->message, error->detail);
    }
    s->t->failures++;
    weft_arena_done(&scratch);
}

/* Ask, and compare with what the oracle sees now. */
static bool check_question(scene *s, const question *of)
{
    weft_arena scratch;
    weft_buf text;
    weft_buf expected;
    weft_text answer = {0};
    weft_error error = {0};
    weft_engine *engine = of->tenant == WORLD_NONE ? s->stands[of->stand].engines[of->engine]
                                                   : s->scoped[of->stand][of->engine][of->tenant];
    weft_arena_init(&scratch, NULL, 0);
    weft_buf_init_arena(&text, &scratch);
    weft_buf_init_arena(&expected, &scratch);
    request_write(s->w, of->q, &text);
    oracle_answer(s->w, of->q, &scratch, &expected);
    const weft_code code = weft_query_json(engine, text.data, text.len, &answer, &error);
    const bool is_overflow = code == WEFT_LIMIT_EXCEEDED && strstr(expected.data, ORACLE_OVERFLOW);
    const bool is_right =
        code == WEFT_OK ? weft_str_equal(weft_buf_str(&expected), (weft_str){answer.data, answer.len}) : is_overflow;
    s->t->compared += code == WEFT_OK;
    if (!is_right) {
        report(s, of, weft_buf_str(&expected), &answer, &error);
    }
    weft_text_free(&answer);
    weft_arena_done(&scratch);
    return is_right;
}

static bool check_pages(scene *s, const question *of)
{
    const size_t take = 1 + (size_t)(s->seed % 4);
    if (pages_agree(s->w, of->q, s->scoped[of->stand][of->engine][of->tenant], take)) {
        return true;
    }
    (void)fprintf(stderr, "# pages of %s do not agree\n", world_tenant(s->w, of->tenant));
    report(s, of, WEFT_STR("(pages)"), &(weft_text){0}, &(weft_error){0});
    return false;
}

/* Whether the rules make a difference to the first tenant. */
static bool is_narrowed(const scene *s, const request *q)
{
    weft_arena scratch;
    weft_buf own;
    weft_buf all;
    weft_arena_init(&scratch, NULL, 0);
    weft_buf_init_arena(&own, &scratch);
    weft_buf_init_arena(&all, &scratch);
    world_show_tenant(s->w, 0);
    oracle_answer(s->w, q, &scratch, &own);
    world_show_tenant(s->w, WORLD_NONE);
    oracle_answer(s->w, q, &scratch, &all);
    const bool is_equal = weft_str_equal(weft_buf_str(&own), weft_buf_str(&all));
    weft_arena_done(&scratch);
    return !is_equal;
}

/* One request of both tenants, and of the first again, at every engine. */
static bool check_request(scene *s, const request *q)
{
    static const int turns[] = {0, 1, 0};
    bool is_right = true;
    s->t->cases++;
    s->t->narrowed += is_narrowed(s, q);
    for (size_t turn = 0; turn < WEFT_COUNT_OF(turns) && is_right; turn++) {
        world_show_tenant(s->w, turns[turn]);
        for (size_t at = 0; at < s->stand_count * ENGINES && is_right; at++) {
            const question of = {q, at / ENGINES, at % ENGINES, turns[turn]};
            const bool wants_pages = turn < 2 && (at + s->seed) % 3 == 0;
            is_right = check_question(s, &of) && (!wants_pages || check_pages(s, &of));
        }
    }
    return is_right;
}

/* The literal property: with the others' records taken away nobody needs a rule. The databases' own foreign keys want
 * that no record belongs to one that is gone. */
static void check_taken_away(scene *s, request *const *requests, int tenant)
{
    world_show_tenant(s->w, tenant);
    world_cut_belongings(s->w);
    for (size_t at = 0; at < s->stand_count; at++) {
        weft_error error = {0};
        if (stand_load(&s->stands[at], s->w, &error) != WEFT_OK) {
            (void)fprintf(stderr, "# %s: %s %s\n", weft_code_name(error.code), error.message, error.detail);
            s->t->failures++;
            return;
        }
        bool is_right = true;
        for (size_t i = 0; i < REQUESTS_A_WORLD && is_right; i++) {
            is_right = check_question(s, &(question){requests[i], at, (at + i) % ENGINES, WORLD_NONE});
        }
    }
}

/* The models that have no tenant, which are everybody's. */
static size_t find_open(const world *w, const char **ret_open)
{
    size_t count = 0;
    for (int e = 0; e < w->entity_count; e++) {
        const world_entity *entity = &w->entities[e];
        if (entity->module != WORLD_NONE && world_field_find(entity, WEFT_STR(WORLD_TENANT)) == WORLD_NONE) {
            ret_open[count++] = weft_str_format(w->keep, "%s.%s", w->modules[entity->module], entity->name).data;
        }
    }
    return count;
}

static bool has_tenants(const world *w)
{
    bool has_field = false;
    for (int e = 0; e < w->entity_count; e++) {
        has_field = has_field || world_field_find(&w->entities[e], WEFT_STR(WORLD_TENANT)) != WORLD_NONE;
    }
    return has_field;
}

static bool open_scoped(scene *s, weft_error *error)
{
    const char *open[WORLD_ENTITIES_MAX];
    const size_t open_count = find_open(s->w, open);
    bool is_open = true;
    for (size_t at = 0; at < s->stand_count * ENGINES * TENANTS && is_open; at++) {
        const size_t place = at / (ENGINES * TENANTS);
        const size_t engine = at / TENANTS % ENGINES;
        const int tenant = (int)(at % TENANTS);
        const weft_row_rule rule = {NULL, WORLD_TENANT, world_tenant(s->w, tenant)};
        const weft_row_rules rules = {&rule, 1, open, open_count};
        is_open = weft_open_scoped(
                      s->stands[place].engines[engine], &rules, &s->scoped[place][engine][tenant], error) == WEFT_OK;
    }
    return is_open;
}

static bool open_scene(
    scene *s, const placement *places, size_t count, const char *root, const char *const urls[2], weft_error *error)
{
    for (size_t i = 0; i < count; i++) {
        char directory[512];
        (void)snprintf(directory, sizeof(directory), "%s/%zu", root, i);
        test_directory_make(directory);
        s->stand_count = i + 1;
        if (stand_open(&s->stands[i], s->w, places[i], directory, urls, error) != WEFT_OK) {
            return false;
        }
    }
    return open_scoped(s, error);
}

static void close_scene(scene *s)
{
    for (size_t place = 0; place < s->stand_count; place++) {
        for (size_t engine = 0; engine < ENGINES; engine++) {
            for (int tenant = 0; tenant < WORLD_TENANTS; tenant++) {
                weft_close(s->scoped[place][engine][tenant]);
            }
        }
        stand_close(&s->stands[place]);
    }
}

static int find_linked(const world *w, randomness *r, int *ret_edge)
{
    const int first = (int)random_below(r, (size_t)w->entity_count);
    for (int i = 0; i < w->entity_count; i++) {
        const int at = (first + i) % w->entity_count;
        for (int edge = 0; edge < w->entities[at].edge_count; edge++) {
            if (w->entities[at].edges[edge].through != WORLD_NONE) {
                *ret_edge = edge;
                return at;
            }
        }
    }
    return WORLD_NONE;
}

/* All records with the keys of their partners and nothing more, which has a way of its own to be answered; else any
 * request. */
static request *make_request(const world *w, randomness *r, bool is_export)
{
    int edge = 0;
    const int entity = is_export ? find_linked(w, r, &edge) : WORLD_NONE;
    if (entity == WORLD_NONE) {
        return request_make(w, r, w->keep);
    }
    const world_entity *from = &w->entities[entity];
    const world_entity *to = &w->entities[from->edges[edge].to];
    request *q = WEFT_ARENA_NEW(w->keep, request);
    *q = (request){.entity = entity, .root = {.path = ""}, .is_counted = true, .field_count = 2};
    q->fields[0] = world_key_name(from);
    q->fields[1] = weft_str_format(w->keep, "%s.%s", from->edges[edge].name, world_key_name(to)).data;
    return q;
}

static condition *make_partners(const world *w, randomness *r, int entity)
{
    static const char *const quantifiers[] = {"$some", "$none"};
    condition *c = WEFT_ARENA_NEW(w->keep, condition);
    *c = (condition){.kind = CONDITION_EDGE, .entity = entity, .through = WORLD_NONE};
    c->edge = (int)random_below(r, (size_t)w->entities[entity].edge_count);
    c->quantifier = quantifiers[random_below(r, 2)];
    const int field = world_field_find(&w->entities[w->entities[entity].edges[c->edge].to], WEFT_STR("created_at"));
    if (field != WORLD_NONE && random_chance(r, 40)) { /* the same, asked another way */
        cell *is_there = WEFT_ARENA_NEW(w->keep, cell);
        *is_there = cell_random(r, WEFT_TYPE_BOOLEAN, w->keep);
        c->kind = CONDITION_AGGREGATE;
        c->aggregate = "$max";
        c->field = field;
        c->operator_name = "$exists";
        c->operands = is_there;
        c->operand_count = 1;
    }
    return c;
}

/* Partners over one edge, or over another: where the one is near and the other far, neither store can tell alone. */
static request *make_choice(const world *w, randomness *r)
{
    request *q = request_make(w, r, w->keep);
    if (w->entities[q->entity].edge_count > 0) {
        condition *either = WEFT_ARENA_NEW(w->keep, condition);
        *either = (condition){.kind = CONDITION_OR, .entity = q->entity, .through = WORLD_NONE, .child_count = 3};
        for (int i = 0; i < either->child_count; i++) {
            either->children[i] = make_partners(w, r, q->entity);
        }
        q->root.filter = either;
    }
    return q;
}

static void check_requests(scene *s)
{
    randomness r = {s->seed ^ UINT64_C(0x7e4a4275)};
    request *requests[REQUESTS_A_WORLD];
    bool is_right = true;
    for (size_t i = 0; i < REQUESTS_A_WORLD; i++) {
        requests[i] = i % 5 == 4 ? make_choice(s->w, &r) : make_request(s->w, &r, i % 4 == 3);
    }
    for (size_t i = 0; i < REQUESTS_A_WORLD && is_right; i++) {
        is_right = check_request(s, requests[i]);
    }
    if (is_right) {
        check_taken_away(s, requests, (int)(s->seed % TENANTS));
    }
}

static void check_world(uint64_t seed, const placement *places, size_t place_count, const char *const urls[2], tally *t)
{
    weft_arena keep;
    weft_error error = {0};
    char root[256];
    stand stands[PLACE_COUNT] = {0};
    weft_arena_init(&keep, NULL, 0);
    scene s = {.seed = seed, .w = world_make_tenants(seed, &keep), .stands = stands, .t = t};
    test_directory_temporary(root, sizeof(root));
    if (!has_tenants(s.w)) {
        (void)fprintf(stderr, "# seed %llu has no tenants\n", (unsigned long long)seed);
    } else if (open_scene(&s, places, place_count, root, urls, &error)) {
        check_requests(&s);
    } else {
        (void)fprintf(stderr,
                      "# WEFT_PROPERTY_SEED=%llu cannot be set up: %s: %s %s\n",
                      (unsigned long long)seed,
                      weft_code_name(error.code),
                      error.message,
                      error.detail);
        t->failures++;
    }
    close_scene(&s);
    test_directory_remove(root);
    weft_arena_done(&keep);
}

static void check_placements(const placement *places, size_t place_count, const char *const urls[2])
{
    const uint64_t seed = number_from_environment("WEFT_PROPERTY_SEED", SEED_DEFAULT);
    const uint64_t cases = number_from_environment("WEFT_PROPERTY_CASES", getenv("WEFT_TEST_LONG") ? 6000 : 300);
    tally t = {0};
    for (uint64_t i = 0; i * REQUESTS_A_WORLD < cases && t.failures < FAILURES_MAX; i++) {
        placements_empty(urls);
        check_world(seed + i, places, place_count, urls, &t);
    }
    print_message("# %zu requests, %zu of them narrowed, %zu answers compared\n", t.cases, t.narrowed, t.compared);
    assert_int_equal(t.failures, 0);
    assert_true(t.narrowed * 4 > t.cases);
}

int main(int argc, char **argv)
{
    return placements_run(&(placements_law){check_placements}, argc, argv);
}
