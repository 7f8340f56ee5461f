/* What is left when a change of several stores is cut off. A child process is killed at every point between two
 * statements and on both sides of every commit, one after the other until there is none left; then each store holds
 * what it held before or its whole part, and doing it again completes the rest. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contract/migrate_world.h"
#include "support/alloc.h"
#include "support/tap.h"

#define POINTS_MAX 600
#define STORES     2

static size_t points; /* met so far, in the child */
static size_t fatal_at;

static void meet_point(void)
{
    if (++points == fatal_at) {
        (void)raise(SIGKILL);
    }
}

static void observe(void *ctx, const weft_event *event)
{
    (void)ctx;
    if (event->kind == WEFT_EVENT_STATEMENT) {
        meet_point();
    }
}

/* The linker leads every call of weft_connection_commit here. */
weft_code __real_weft_connection_commit(weft_connection *connection, weft_error *error);
weft_code __wrap_weft_connection_commit(weft_connection *connection, weft_error *error);

weft_code __wrap_weft_connection_commit(weft_connection *connection, weft_error *error)
{
    meet_point();
    const weft_code code = __real_weft_connection_commit(connection, error);
    meet_point();
    return code;
}

#define SHOP_OLD                                                                                                       \
    "module: shop\nmodels:\n"                                                                                          \
    "  item:\n    fields: { id: id, name: text, size: text?, old: number? }\n"                                         \
    "  part:\n    fields: { id: id }\n    relations: { item: { belongsTo: item } }\n"
#define BLOG_OLD                                                                                                       \
    "module: blog\nmodels:\n"                                                                                          \
    "  post:\n    fields: { id: id, title: text, status: { type: enum, values: [a, b] } }\n"                           \
    "  note:\n    fields: { id: id }\n"
#define LINK_OLD "left: { linkable: shop.item, isList: true }\nright: { linkable: blog.post, isList: true }\n"

/* Renames, rebuilds (in SQLite), conversions, new tables, indexes, a dropped column, a tightened link. */
#define SHOP_NEW                                                                                                       \
    "module: shop\nmodels:\n"                                                                                          \
    "  item:\n    fields:\n      id: id\n      name: { type: text, unique: true }\n      size: number?\n"              \
    "      weight: { type: number, default: 1 }\n"                                                                     \
    "  piece:\n    renamedFrom: part\n    fields: { id: id }\n    relations: { item: { belongsTo: item } }\n"          \
    "  box:\n    fields: { id: id, width: { type: number, index: true } }\n"
#define BLOG_NEW                                                                                                       \
    "module: blog\nmodels:\n"                                                                                          \
    "  post:\n    fields:\n      id: id\n      headline: { type: text, renamedFrom: title }\n"                         \
    "      status: { type: enum, values: [a, b, c] }\n"                                                                \
    "  note:\n    fields: { id: id, body: text? }\n    relations: { post: { belongsTo: post, nullable: true } }\n"
#define LINK_NEW "left: { linkable: shop.item }\nright: { linkable: blog.post, isList: true }\n"

/* What can be reverted: nothing is converted and nothing is dropped. */
#define SHOP_MORE                                                                                                      \
    "module: shop\nmodels:\n"                                                                                          \
    "  item:\n    fields: { id: id, title: { type: text, renamedFrom: name }, size: text?, old: number? }\n"           \
    "  part:\n    fields: { id: id, kind: text? }\n    relations: { item: { belongsTo: item } }\n"                     \
    "  box:\n    fields: { id: id }\n"
#define BLOG_MORE                                                                                                      \
    "module: blog\nmodels:\n"                                                                                          \
    "  post:\n    fields: { id: id, title: { type: text, index: true }, status: { type: enum, values: [a, b] } }\n"    \
    "  note:\n    fields: { id: id, body: text? }\n"                                                                   \
    "  memo:\n    fields: { id: id }\n"

/* Without the models part and note, and without the link. */
#define SHOP_LESS "module: shop\nmodels:\n  item:\n    fields: { id: id, name: text, size: text?, old: number? }\n"
#define BLOG_LESS                                                                                                      \
    "module: blog\nmodels:\n"                                                                                          \
    "  post:\n    fields: { id: id, title: text, status: { type: enum, values: [a, b] } }\n"

static migrate_world the_world;
static weft_store_kind the_kind;

static void define(const char *shop, const char *blog, const char *link)
{
    const char *const files[][2] = {
        {"weft.yaml",
         weft_str_format(&the_world.arena,
                         "stores:\n  default: \"%s\"\n  other: \"sqlite:%s/other.db\"\nmodules: { blog: { store: other "
                         "} }\n",
                         the_world.url,
                         the_world.directory)
             .data},
        {"src/modules/shop/module.yaml", shop},
        {"src/modules/blog/module.yaml", blog},
        {link ? "src/links/link.yaml" : NULL, link},
        {NULL, NULL},
    };
    world_define(&the_world, files);
}

static void fill(void)
{
    if (!world_open(&the_world, the_kind)) {
        world_close(&the_world);
        fail_msg("the store of this test cannot be had: is WEFT_TEST_POSTGRES set?");
    }
    define(SHOP_OLD, BLOG_OLD, LINK_OLD);
    world_apply(&the_world, false, NULL);
    world_sql_in(
        &the_world, 0, "INSERT INTO item (id, name, size, old) VALUES ('i1', 'one', '1', 1), ('i2', 'two', '2', 2)");
    world_sql_in(&the_world, 0, "INSERT INTO part (id, item_id) VALUES ('p1', 'i1')");
    world_sql_in(&the_world, 0, "INSERT INTO shop_item_blog_post (id, item_id, post_id) VALUES ('l1', 'i1', 'b1')");
    world_sql_in(&the_world, 1, "INSERT INTO post (id, title, status) VALUES ('b1', 'x', 'a'), ('b2', 'y', 'b')");
    world_sql_in(&the_world, 1, "INSERT INTO note (id) VALUES ('n1')");
    world_sql_in(&the_world, 1, "CREATE INDEX users_own ON post (title)");
    world_sql_in(&the_world, 1, "CREATE TRIGGER users_too AFTER INSERT ON post BEGIN DELETE FROM note; END");
}

/* What is cut off. `prepare` follows `fill` in the parent and leaves the definitions that `run` works with; `run` may
 * use another allocator than the C library's. */
typedef struct verb {
    const char *name;
    void (*prepare)(void);
    weft_code (*run)(weft_session *session, weft_arena *arena, weft_error *error);
    weft_code when_done; /* what it answers when there is nothing to do any more */
} verb;

static const char *the_plan;

static void prepare_new(void)
{
    define(SHOP_NEW, BLOG_NEW, LINK_NEW);
}

static void prepare_plan(void)
{
    weft_buf buf;
    prepare_new();
    weft_buf_init_arena(&buf, &the_world.arena);
    weft_migration_plan_write_json(world_plan(&the_world), &buf);
    the_plan = buf.data;
}

static void prepare_rollback(void)
{
    define(SHOP_MORE, BLOG_MORE, LINK_OLD);
    assert_int_not_equal(world_apply(&the_world, false, NULL), 0);
    assert_int_equal(world_pending(&the_world), 0);
}

static void prepare_less(void)
{
    define(SHOP_LESS, BLOG_LESS, NULL);
}

static void change(weft_trash_change kind, const char *name)
{
    weft_session session;
    weft_error error = {0};
    weft_trash_entries changed = {0};
    weft_session_init(&session, the_world.pools, the_world.catalog->store_count, WEFT_TRANSACTION_WRITE);
    const weft_code code = weft_migration_change_trash(
        the_world.catalog, kind, weft_str_from(name), &session, &the_world.arena, &changed, &error);
    weft_session_done(&session);
    assert_int_equal(code, WEFT_OK);
}

static void prepare_trash(void)
{
    prepare_less();
    change(WEFT_TRASH_DROP, "shop_item_blog_post");
    change(WEFT_TRASH_DROP, "part");
    change(WEFT_TRASH_DROP, "note");
}

static weft_code run_apply(weft_session *session, weft_arena *arena, weft_error *error)
{
    weft_migration_outcome outcome = {0};
    return weft_migration_apply(the_world.catalog, WEFT_MIGRATE_ALL, true, session, arena, &outcome, error);
}

static weft_code run_saved(weft_session *session, weft_arena *arena, weft_error *error)
{
    weft_saved_plan saved = {0};
    weft_migration_outcome outcome = {0};
    WEFT_TRY(weft_saved_plan_read(weft_str_from(the_plan), arena, &saved, error));
    const weft_code code = weft_migration_apply_saved(the_world.catalog, &saved, true, session, arena, &outcome, error);
    weft_saved_plan_done(&saved);
    return code;
}

static weft_code run_rollback(weft_session *session, weft_arena *arena, weft_error *error)
{
    size_t reverted = 0;
    return weft_migration_rollback(the_world.catalog, session, arena, &reverted, error);
}

static weft_code run_trash(
    weft_trash_change kind, const char *name, weft_session *session, weft_arena *arena, weft_error *error)
{
    weft_trash_entries changed = {0};
    return weft_migration_change_trash(the_world.catalog, kind, weft_str_from(name), session, arena, &changed, error);
}

static weft_code run_drop(weft_session *session, weft_arena *arena, weft_error *error)
{
    return run_trash(WEFT_TRASH_DROP, "shop_item_blog_post", session, arena, error);
}

static weft_code run_undo(weft_session *session, weft_arena *arena, weft_error *error)
{
    return run_trash(WEFT_TRASH_UNDO, "note", session, arena, error);
}

static weft_code run_purge(weft_session *session, weft_arena *arena, weft_error *error)
{
    return run_trash(WEFT_TRASH_PURGE, "", session, arena, error);
}

static const verb verbs[] = {
    {"db:migrate", prepare_new, run_apply, WEFT_OK},
    {"db:apply", prepare_plan, run_saved, WEFT_OK},
    {"db:rollback", prepare_rollback, run_rollback, WEFT_REFUSED_UNSAFE}, /* the batch before holds rows */
    {"db:migrate --drop", prepare_less, run_drop, WEFT_NOT_FOUND},
    {"db:undo", prepare_trash, run_undo, WEFT_NOT_FOUND},
    {"db:purge", prepare_trash, run_purge, WEFT_OK},
};

static weft_code run_verb(const verb *v, const weft_allocator *allocator, weft_error *error)
{
    weft_session session;
    weft_arena arena;
    weft_arena_init(&arena, allocator, 0);
    weft_session_init(&session, the_world.pools, the_world.catalog->store_count, WEFT_TRANSACTION_WRITE);
    const weft_code code = v->run(&session, &arena, error);
    weft_session_done(&session);
    weft_arena_done(&arena);
    return code;
}

/* The pools are opened again by a child, whose connections must be its own. */
static void open_pools(weft_observer observer)
{
    const weft_pool_options options = {.connections_max = 4, .observer = observer};
    for (size_t i = 0; i < the_world.catalog->store_count; i++) {
        assert_int_equal(weft_pool_open(&the_world.catalog->stores[i], &options, &the_world.pools[i], NULL), WEFT_OK);
    }
}

/* True when the child came to its end: there is no point number `at`. */
static bool kill_at(const verb *v, size_t at)
{
    world_close_pools(&the_world);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        open_pools((weft_observer){observe, NULL});
        points = 0;
        fatal_at = at;
        _exit(run_verb(v, NULL, NULL) == WEFT_OK ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    open_pools((weft_observer){0});
    if (WIFEXITED(status)) {
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    return WIFEXITED(status);
}

static void prepare(const verb *v)
{
    fill();
    v->prepare();
}

typedef struct dumps {
    char *stores[STORES];
} dumps;

static void take_dumps(dumps *ret_dumps)
{
    for (size_t i = 0; i < STORES; i++) {
        ret_dumps->stores[i] = strdup(world_dump(&the_world, i));
        assert_non_null(ret_dumps->stores[i]);
    }
}

static void free_dumps(dumps *d)
{
    for (size_t i = 0; i < STORES; i++) {
        free(d->stores[i]);
    }
}

/* How many stores hold their part of the change; each must hold all of it or nothing. */
static size_t count_done(const verb *v, size_t at, const dumps *before, const dumps *after)
{
    size_t done = 0;
    for (size_t i = 0; i < STORES; i++) {
        const char *now = world_dump(&the_world, i);
        const bool is_same = strcmp(before->stores[i], after->stores[i]) == 0;
        if (strcmp(now, after->stores[i]) == 0) {
            done += !is_same;
        } else if (strcmp(now, before->stores[i]) != 0) {
            fail_msg("%s cut off at %zu left store %zu half done:\n%s", v->name, at, i, now);
        }
    }
    return done;
}

static void complete(const verb *v, size_t at, const dumps *after, bool is_all_done)
{
    weft_error error = {0};
    const weft_code code = run_verb(v, NULL, &error);
    if (code != (is_all_done ? v->when_done : WEFT_OK)) {
        fail_msg("%s cut off at %zu could not be done again: %s %s", v->name, at, error.message, error.detail);
    }
    for (size_t i = 0; i < STORES; i++) {
        assert_string_equal(world_dump(&the_world, i), after->stores[i]);
    }
}

static size_t count_parts(const dumps *before, const dumps *after)
{
    size_t parts = 0;
    for (size_t i = 0; i < STORES; i++) {
        parts += strcmp(before->stores[i], after->stores[i]) != 0;
    }
    return parts;
}

/* Behind the first commit what remains runs in the second store, a file in either kind: beside a server, whose
 * databases are slow to make, every eighth point of it is enough. */
static size_t step(size_t done, size_t parts)
{
    return the_kind == WEFT_STORE_POSTGRES && done > 0 && done < parts ? 8 : 1;
}

/* Where nothing was done yet the state is used again: doing it from there is what the first point has shown. */
static void walk_points(const verb *v)
{
    dumps before;
    dumps after;
    size_t seen[STORES + 1] = {0};
    prepare(v);
    take_dumps(&before);
    assert_int_equal(run_verb(v, NULL, NULL), WEFT_OK);
    take_dumps(&after);
    const size_t parts = count_parts(&before, &after);
    assert_true(parts > 0);
    world_close(&the_world);
    prepare(v);
    bool is_past = false;
    size_t done = 0;
    for (size_t at = 1; !is_past; at += step(done, parts)) {
        assert_true(at < POINTS_MAX);
        is_past = kill_at(v, at);
        done = count_done(v, at, &before, &after);
        if (done > 0 || at == 1) {
            complete(v, at, &after, done == parts);
            world_close(&the_world);
            prepare(v);
        }
        seen[done]++;
        assert_true(!is_past || done == parts);
    }
    for (size_t i = 0; i <= parts; i++) {
        assert_true(seen[i] > 0); /* before, between the stores, and after */
    }
    world_close(&the_world);
    free_dumps(&before);
    free_dumps(&after);
}

static void killed_anywhere_each_store_is_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
        walk_points(&verbs[i]);
    }
}

/* Memory that runs out anywhere: the stores hold their part whole or not at all, and it can be done again. */
static void walk_allocations(const verb *v)
{
    dumps before;
    dumps after;
    bool has_failed = true;
    prepare(v);
    take_dumps(&before);
    assert_int_equal(run_verb(v, NULL, NULL), WEFT_OK);
    take_dumps(&after);
    const size_t parts = count_parts(&before, &after);
    world_close(&the_world);
    prepare(v);
    for (size_t nth = 1; has_failed; nth++) {
        test_alloc alloc;
        weft_error error = {0};
        test_alloc_init(&alloc, nth);
        const weft_code code = run_verb(v, &alloc.allocator, &error);
        assert_true(test_alloc_done(&alloc));
        has_failed = alloc.has_failed;
        assert_int_equal(code, has_failed ? WEFT_NO_MEMORY : WEFT_OK);
        const size_t done = count_done(v, nth, &before, &after);
        if (done > 0) {
            complete(v, nth, &after, done == parts);
            world_close(&the_world);
            prepare(v);
        }
    }
    world_close(&the_world);
    free_dumps(&before);
    free_dumps(&after);
}

static void without_memory_each_store_is_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
        walk_allocations(&verbs[i]);
    }
}

typedef struct runner {
    const verb *verb;
    weft_code code;
    weft_error error;
} runner;

static void *run_in_thread(void *ctx)
{
    runner *self = ctx;
    self->code = run_verb(self->verb, NULL, &self->error);
    return NULL;
}

/* One works, the other waits and then has nothing to do. */
static void two_at_once_do_it_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
        dumps after;
        pthread_t threads[2];
        runner runners[2] = {{.verb = &verbs[i]}, {.verb = &verbs[i]}};
        prepare(&verbs[i]);
        assert_int_equal(run_verb(&verbs[i], NULL, NULL), WEFT_OK);
        take_dumps(&after);
        world_close(&the_world);
        prepare(&verbs[i]);
        for (size_t j = 0; j < 2; j++) {
            assert_int_equal(pthread_create(&threads[j], NULL, run_in_thread, &runners[j]), 0);
        }
        for (size_t j = 0; j < 2; j++) {
            assert_int_equal(pthread_join(threads[j], NULL), 0);
            if (runners[j].code != WEFT_OK && runners[j].code != verbs[i].when_done) {
                fail_msg("%s: %s %s", verbs[i].name, runners[j].error.message, runners[j].error.detail);
            }
        }
        for (size_t j = 0; j < STORES; j++) {
            assert_string_equal(world_dump(&the_world, j), after.stores[j]);
        }
        world_close(&the_world);
        free_dumps(&after);
    }
}

/* One argument: the kind of the first store. */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_anywhere_each_store_is_whole),
        cmocka_unit_test(without_memory_each_store_is_whole),
        cmocka_unit_test(two_at_once_do_it_once),
    };
    the_kind = argc > 1 && strcmp(argv[1], "postgres") == 0 ? WEFT_STORE_POSTGRES : WEFT_STORE_SQLITE;
    cmocka_set_skip_filter(the_kind == WEFT_STORE_POSTGRES ? "without_memory*" : NULL); /* what allocates is the same */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
