/* Random graphs over every policy, cycles included: what the impact says is what the deletion does; restoring gives
 * back every byte, also after unrelated dismissals and deletions in between, in whatever order; the observer is told of
 * each link row that went or came back, once. Seeds are repeatable;
 * WEFT_SEEDS says how many. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/cascade_world.h"
#include "property/random.h"

#define RECORDS_MAX 4

static cascade_world the_world;

static void observe(void *ctx, const weft_event *event)
{
    cascade_note(ctx, event);
}

typedef struct kind {
    const char *entity;
    const char *parent; /* foreign key, or NULL */
    const char *of;     /* prefix of the parent's ids */
    const char *prefix;
    bool is_optional; /* the foreign key may be null */
    bool has_pair;    /* its key is a region and a year */
} kind;

/* Parents first. */
static const kind kinds[] = {
    {"product", NULL, NULL, "p", false, false},
    {"variant", "product_id", "p", "v", false, false},
    {"bundle", NULL, NULL, "u", false, false},
    {"line", "bundle_id", "u", "l", false, false},
    {"memo", "bundle_id", "u", "m", true, false},
    {"tag", NULL, NULL, "t", false, false},
    {"post", NULL, NULL, "b", false, false},
    {"comment", "post_id", "b", "c", false, false},
    {"author", NULL, NULL, "a", false, false},
    {"badge", NULL, NULL, "g", false, false},
    {"review", NULL, NULL, "r", false, false},
    {"topic", NULL, NULL, "o", false, false},
    {"bill", "bundle_id", "u", "i", false, false},
    {"offer", "product_id", "p", "f", false, true},
    {"rate", "bundle_id", "u", "e", true, true},
};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

static const char *const all_links[][3] = {
    {"product_post", "p", "b"},
    {"post_author", "b", "a"},
    {"author_badge", "a", "g"},
    {"product_twin", "p", "p"},
    {"product_review", "p", "r"},
    {"product_topic", "p", "o"},
    {"product_tag", "p", "t"},
    {"post_tag", "b", "t"},
    {"tag_badge", "t", "g"},
};
#define LINKS (sizeof(all_links) / sizeof(*all_links))

static size_t counts[128]; /* records, by the letter of their ids */

static size_t *count_of(const char *prefix)
{
    return &counts[(unsigned char)prefix[0]];
}

/* {"id":"p1_0" or {"region":"e1","year":0 */
static void add_key(weft_buf *json, const kind *k, size_t seed, size_t number)
{
    weft_buf_add_format(
        json, k->has_pair ? "{\"region\":\"%s%zu\",\"year\":%zu" : "{\"id\":\"%s%zu_%zu\"", k->prefix, seed, number);
}

static void fill_kind(randomness *r, const kind *k, size_t seed)
{
    weft_buf json;
    const bool is_rare = !strcmp(k->entity, "review") || !strcmp(k->entity, "bill");
    const size_t count = is_rare ? random_below(r, 2) : random_between(r, 1, RECORDS_MAX);
    weft_buf_init_arena(&json, &the_world.arena);
    weft_buf_add_char(&json, '[');
    for (size_t i = 0; i < count; i++) {
        weft_buf_add_text(&json, i > 0 ? "," : "");
        add_key(&json, k, seed, i);
        if (k->parent && !(k->is_optional && random_chance(r, 30))) {
            weft_buf_add_format(
                &json, ",\"%s\":\"%s%zu_%zu\"", k->parent, k->of, seed, random_below(r, *count_of(k->of)));
        }
        weft_buf_add_char(&json, '}');
    }
    weft_buf_add_char(&json, ']');
    *count_of(k->prefix) = count;
    if (count > 0) {
        cascade_create(&the_world, k->entity, json.data);
    }
}

static void random_link(randomness *r, size_t seed, bool dismisses)
{
    char left[32];
    char right[32];
    const size_t which = random_below(r, LINKS);
    const char *const *link = all_links[which];
    if (*count_of(link[1]) == 0 || *count_of(link[2]) == 0) {
        return;
    }
    (void)snprintf(left, sizeof(left), "%s%zu_%zu", link[1], seed, random_below(r, *count_of(link[1])));
    (void)snprintf(right, sizeof(right), "%s%zu_%zu", link[2], seed, random_below(r, *count_of(link[2])));
    if (dismisses) {
        cascade_dismiss(&the_world, link[0], left, right);
    } else {
        cascade_link(&the_world, link[0], left, right);
    }
}

static void fill(randomness *r, size_t seed)
{
    for (size_t i = 0; i < KINDS; i++) {
        fill_kind(r, &kinds[i], seed);
    }
    for (size_t i = random_between(r, 3, 18); i > 0; i--) {
        random_link(r, seed, random_chance(r, 15));
    }
}

/* A deletion of a random record, held against its impact; the id, or NULL when it was refused. */
static const char *delete_random(randomness *r, size_t seed, cascade_dump *removed)
{
    char key[32];
    cascade_dump before;
    cascade_dump after;
    const kind *k = &kinds[random_below(r, KINDS)];
    if (*count_of(k->prefix) == 0) {
        return NULL;
    }
    (void)snprintf(key,
                   sizeof(key),
                   k->has_pair ? "[\"%s%zu\",%zu]" : "%s%zu_%zu",
                   k->prefix,
                   seed,
                   random_below(r, *count_of(k->prefix)));
    cascade_dump_read(&the_world, false, &before);
    const char *impact = cascade_impact(&the_world, k->entity, key);
    const weft_code code = the_world.error.code;
    cascade_dump_read(&the_world, false, &after);
    assert_dump_equal(&after, &before, "the impact changes nothing");
    the_world.detached.count = 0;
    const char *answer = cascade_delete(&the_world, k->entity, key);
    cascade_dump_read(&the_world, false, &after);
    cascade_dump_minus(&the_world, &before, &after, removed);
    assert_told(&the_world.detached, removed, "links that went");
    if (!impact || !answer) {
        assert_true(!impact && !answer);
        assert_int_equal(the_world.error.code, code);
        assert_int_equal(removed->lines.count, 0);
        return NULL;
    }
    assert_non_null(strstr(answer, impact + 1));
    assert_int_equal(removed->lines.count, cascade_rows(&the_world, impact));
    return cascade_member(&the_world, answer, "deletion");
}

/* Every line of `want` is in `have`. */
static void assert_holds(const cascade_dump *have, const cascade_dump *want, const char *what)
{
    cascade_dump missing;
    cascade_dump_minus(&the_world, want, have, &missing);
    if (missing.lines.count > 0) {
        fail_msg("%s: missing is\n%s", what, missing.lines.items[0]);
    }
}

static void restore(const char *id, const cascade_dump *removed)
{
    cascade_dump before;
    cascade_dump after;
    cascade_dump back;
    cascade_dump_read(&the_world, false, &before);
    the_world.attached.count = 0;
    if (!cascade_restore(&the_world, id)) {
        fail_msg("%s: %s (%s)", id, the_world.error.message, the_world.error.detail);
    }
    cascade_dump_read(&the_world, false, &after);
    assert_holds(&after, removed, "what was removed is back");
    cascade_dump_minus(&the_world, &after, &before, &back);
    assert_dump_equal(&back, removed, "and nothing else");
    assert_told(&the_world.attached, &back, "links that came back");
}

static void check_seed(size_t seed)
{
    randomness r = {seed * 7919 + 1};
    cascade_dump full;
    cascade_dump now;
    cascade_dump first_removed;
    cascade_dump second_removed;
    fill(&r, seed);
    cascade_dump_read(&the_world, false, &full);
    const char *first = delete_random(&r, seed, &first_removed);
    if (first && random_chance(&r, 50)) {
        restore(first, &first_removed);
        cascade_dump_read(&the_world, false, &now);
        assert_dump_equal(&now, &full, "delete and restore");
        first = delete_random(&r, seed, &first_removed);
    }
    for (size_t i = random_below(&r, 4); i > 0; i--) {
        random_link(&r, seed, true);
    }
    const char *second = delete_random(&r, seed, &second_removed);
    if (first) {
        restore(first, &first_removed);
    }
    if (second) {
        restore(second, &second_removed);
    }
}

static void check_place(cascade_place place)
{
    const char *given = getenv("WEFT_SEEDS");
    const size_t seeds = given ? (size_t)strtoull(given, NULL, 10) : 25;
    cascade_open(&the_world, place);
    cascade_close_engine(&the_world);
    the_world.observer = (weft_observer){observe, &the_world};
    cascade_open_engine(&the_world);
    for (size_t seed = 1; seed <= seeds; seed++) {
        print_message("# seed %zu\n", seed);
        check_seed(seed);
    }
    cascade_close(&the_world);
}

static void what_is_said_is_done_and_comes_back(void **state)
{
    check_place(*(const cascade_place *)*state);
}

int main(void)
{
    static cascade_place places[] = {
        CASCADE_FILE, CASCADE_FILES, CASCADE_SERVER, CASCADE_FILE_SERVER, CASCADE_SERVER_FILE};
#define CASE(index) cmocka_unit_test_prestate(what_is_said_is_done_and_comes_back, &places[index])
    const struct CMUnitTest tests[] = {CASE(0), CASE(1), CASE(2), CASE(3), CASE(4)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
