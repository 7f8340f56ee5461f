/* What is left when a deletion or a restore is cut off. Every point between two statements and on both sides of every
 * commit is walked through, one after the other until there is none left: a child process is killed there with SIGKILL,
 * or a store is lost there. Then a fresh engine recovers, and the stores hold either what they held before or the whole
 * change; recovering again finds nothing to do. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contract/cascade_world.h"
#include "store/store.h"
#include "support/alloc.h"
#include "support/postgres.h"

#define POINTS_MAX 500

static cascade_world the_world;
static size_t points;   /* met so far */
static size_t fatal_at; /* 0: none */
static size_t finished; /* changes that recovering had to finish */
static void (*on_fatal)(void);

static void meet_point(void)
{
    if (++points == fatal_at) {
        on_fatal();
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

static void die(void)
{
    (void)raise(SIGKILL);
}

static bool is_server(size_t store)
{
    return strncmp(the_world.urls[store], "sqlite:", 7) != 0;
}

/* A server drops every connection; a file is moved away and something that is no file takes its place. */
static void lose(size_t store)
{
    char away[600];
    if (is_server(store)) {
        assert_true(test_postgres_execute(the_world.urls[store],
                                          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                                          "current_database() AND pid <> pg_backend_pid()"));
        return;
    }
    const char *path = the_world.urls[store] + 7;
    (void)snprintf(away, sizeof(away), "%s.away", path);
    (void)rename(path, away);
    (void)mkdir(path, 0700);
}

static void find_again(size_t store)
{
    char away[600];
    struct stat found;
    if (is_server(store)) {
        return;
    }
    const char *path = the_world.urls[store] + 7;
    (void)snprintf(away, sizeof(away), "%s.away", path);
    if (stat(away, &found) == 0) {
        (void)rmdir(path);
        assert_int_equal(rename(away, path), 0);
    }
}

static void lose_default(void)
{
    lose(0);
}

static void lose_other(void)
{
    lose(1);
}

/* With an author who stands behind a second post, and another. */
static void fill_rows(void)
{
    cascade_fill(&the_world);
    cascade_create(&the_world, "author", "[{\"id\":\"a2\"}]");
    cascade_link(&the_world, "post_author", "b2", "a1");
    cascade_link(&the_world, "post_author", "b3", "a2");
}

static void fill(void)
{
    cascade_open(&the_world, cascade_current_place);
    fill_rows();
}

/* What is cut off: a deletion, or the restore of `id`, or draining the outbox. */
typedef struct change {
    const char *id; /* NULL: delete */
    bool is_drain;
    cascade_dump before;
    cascade_dump after;
} change;

static void run_change(const change *c)
{
    points = 0;
    the_world.observer = (weft_observer){observe, NULL};
    cascade_open_engine(&the_world);
    points = 0;
    if (c->is_drain) {
        (void)cascade_recover(&the_world);
    } else {
        (void)(c->id ? cascade_restore(&the_world, c->id) : cascade_delete(&the_world, "product", "p1"));
    }
}

/* True when the child came to its end: there is no point number `at`. */
static bool kill_at(const change *c, size_t at)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        fatal_at = at;
        on_fatal = die;
        run_change(c);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status);
}

static bool lose_at(const change *c, size_t at, void (*lose_store)(void))
{
    fatal_at = at;
    on_fatal = lose_store;
    run_change(c);
    const bool is_past = points < at;
    fatal_at = 0;
    cascade_close_engine(&the_world);
    find_again(0);
    find_again(1);
    return is_past;
}

/* Recover, twice, and answer whether the change has happened. */
static bool settle(const change *c, size_t at)
{
    cascade_dump now;
    the_world.observer = (weft_observer){0};
    cascade_open_engine(&the_world);
    const char *first = cascade_recover(&the_world);
    if (!first) {
        fail_msg("point %zu: could not recover: %s", at, the_world.error.message);
    }
    finished += strstr(first, "del_") ? 1 : 0;
    const char *again = cascade_recover(&the_world);
    assert_non_null(again);
    assert_string_equal(again, "{\"finished\":[],\"pending\":[]}");
    cascade_dump_read(&the_world, true, &now);
    const bool has_happened = cascade_dump_equal(&now, &c->after);
    if (!has_happened) {
        char what[64];
        (void)snprintf(what, sizeof(what), "half done at point %zu", at);
        assert_dump_equal(&now, &c->before, what);
    }
    return has_happened;
}

static void undo_delete(const cascade_dump *full)
{
    cascade_dump now;
    assert_non_null(cascade_restore(&the_world, cascade_latest(&the_world)));
    cascade_dump_read(&the_world, false, &now);
    assert_dump_equal(&now, full, "restored after recovering");
}

/* Walk every point of the deletion, then of the restore. */
static void walk_points(void (*lose_store)(void))
{
    cascade_dump full;
    change deletion = {0};
    change restore = {0};
    size_t whole = 0;
    finished = 0;
    fill();
    cascade_dump_read(&the_world, false, &full);
    cascade_dump_read(&the_world, true, &deletion.before);
    restore.id = cascade_must_delete(&the_world, "product", "p1");
    cascade_dump_read(&the_world, true, &deletion.after);
    assert_non_null(cascade_restore(&the_world, restore.id));
    size_t at = 1;
    for (bool is_past = false; !is_past; at++) {
        assert_true(at < POINTS_MAX);
        cascade_close_engine(&the_world);
        is_past = lose_store ? lose_at(&deletion, at, lose_store) : kill_at(&deletion, at);
        if (settle(&deletion, at)) {
            whole += !is_past;
            undo_delete(&full);
        } else {
            assert_false(is_past);
        }
    }
    assert_true(at > 10);
    assert_true(whole > 0); /* some points were past the beginning … */
    assert_true(lose_store || cascade_current_place == CASCADE_FILE ||
                finished > 0); /* … and some of those before the end */
    restore.before = deletion.after;
    restore.after = deletion.before;
    restore.id = cascade_must_delete(&the_world, "product", "p1");
    at = 1;
    for (bool is_past = false; !is_past; at++) {
        assert_true(at < POINTS_MAX);
        cascade_close_engine(&the_world);
        is_past = lose_store ? lose_at(&restore, at, lose_store) : kill_at(&restore, at);
        if (settle(&restore, at)) {
            restore.id = cascade_must_delete(&the_world, "product", "p1");
        } else {
            assert_false(is_past);
        }
    }
    assert_true(at > 10);
    cascade_close(&the_world);
}

/* One record is marked and another removed, by plain SQL. */
static void delete_by_sql(void)
{
    cascade_execute(&the_world, 0, "UPDATE product SET deleted_at = '2026-02-03T04:05:06.789Z' WHERE id = 'p1'");
    cascade_execute(&the_world, 0, "DELETE FROM bundle WHERE id = 'u2'");
}

/* Undo what draining did, and the deletes themselves. */
static void undo_drain(const cascade_dump *full)
{
    cascade_dump now;
    const char *ids = cascade_query(
        &the_world, 0, "SELECT id FROM weft_deletions WHERE store = home AND state = 'done' ORDER BY id DESC");
    cascade_execute(&the_world, 0, "INSERT INTO bundle SELECT * FROM spare_bundle");
    for (const char *id = ids; *id; id = strchr(id, '\n') ? strchr(id, '\n') + 1 : "") {
        const char *end = strchr(id, '\n');
        const size_t len = end ? (size_t)(end - id) : strlen(id);
        if (!cascade_restore(&the_world, weft_str_format(&the_world.arena, "%.*s", (int)len, id).data)) {
            fail_msg("%s", the_world.error.message);
        }
    }
    cascade_dump_read(&the_world, false, &now);
    assert_dump_equal(&now, full, "restored after draining");
}

/* Each of the two deletes was carried out once, whoever finished it. */
static void assert_once(size_t at)
{
    const char *keys = cascade_query(
        &the_world, 0, "SELECT keys FROM weft_deletions WHERE store = home AND state = 'done' ORDER BY id");
    if (strcmp(keys, "[\"p1\"]\n[\"u2\"]") != 0) {
        fail_msg("point %zu: deletions of %s", at, keys);
    }
    assert_string_equal(cascade_query(&the_world, 0, "SELECT CAST(count(*) AS text) FROM weft_outbox"), "0");
}

static void fill_guarded(void)
{
    cascade_open_guarded(&the_world, cascade_current_place);
    fill_rows();
    cascade_create(&the_world, "bundle", "[{\"id\":\"u2\"}]");
    cascade_create(&the_world, "post", "[{\"id\":\"b4\"}]");
    cascade_create(&the_world, "memo", "[{\"id\":\"m2\",\"bundle_id\":\"u1\"}]");
    cascade_link(&the_world, "post_bundle", "b4", "u2");
    cascade_execute(&the_world, 0, "CREATE TABLE spare_bundle AS SELECT * FROM bundle WHERE id = 'u2'");
}

/* Walk every point of draining. Recovering always completes it: the deletes have happened. */
static void walk_drain(void (*lose_store)(void))
{
    cascade_dump full;
    change drain = {.is_drain = true};
    fill_guarded();
    cascade_dump_read(&the_world, false, &full);
    delete_by_sql();
    cascade_dump_read(&the_world, true, &drain.before);
    assert_non_null(cascade_recover(&the_world));
    cascade_dump_read(&the_world, true, &drain.after);
    assert_once(0);
    undo_drain(&full);
    size_t at = 1;
    for (bool is_past = false; !is_past; at++) {
        assert_true(at < POINTS_MAX);
        delete_by_sql();
        cascade_close_engine(&the_world);
        is_past = lose_store ? lose_at(&drain, at, lose_store) : kill_at(&drain, at);
        assert_true(settle(&drain, at));
        assert_once(at);
        undo_drain(&full);
    }
    assert_true(at > 20);
    cascade_close(&the_world);
}

static void draining_killed_anywhere_is_completed(void **state)
{
    (void)state;
    walk_drain(NULL);
}

static void draining_without_its_own_store_is_completed(void **state)
{
    (void)state;
    walk_drain(lose_default);
}

static void draining_without_the_other_store_is_completed(void **state)
{
    (void)state;
    walk_drain(lose_other);
}

/* Memory runs out at request number `at` of the change, and stays away. True when it got all it asked for. */
static bool starve_at(const change *c, size_t at)
{
    test_alloc alloc;
    test_alloc_init(&alloc, 0);
    the_world.observer = (weft_observer){0};
    the_world.allocator = &alloc.allocator;
    cascade_open_engine(&the_world);
    alloc.fail_at = alloc.requests + at;
    const char *answer = c->id ? cascade_restore(&the_world, c->id) : cascade_delete(&the_world, "product", "p1");
    const bool is_past = !alloc.has_failed;
    const weft_code code = the_world.error.code;
    cascade_close_engine(&the_world);
    the_world.allocator = NULL;
    assert_true(test_alloc_done(&alloc));
    assert_true(answer || code == WEFT_NO_MEMORY);
    return is_past;
}

/* In one store an error means that nothing has happened; over several that it has not, or that recovering finishes it.
 */
static void walk_memory(change *c, const cascade_dump *full)
{
    size_t at = 1;
    for (bool is_past = false; !is_past; at++) {
        assert_true(at < POINTS_MAX);
        cascade_close_engine(&the_world);
        is_past = starve_at(c, at);
        if (settle(c, at)) {
            assert_true(is_past || cascade_current_place != CASCADE_FILE);
            if (c->id) {
                c->id = cascade_must_delete(&the_world, "product", "p1");
            } else {
                undo_delete(full);
            }
        } else {
            assert_false(is_past);
        }
    }
    assert_true(at > 10);
}

static void without_memory_it_is_whole_or_not_begun(void **state)
{
    cascade_dump full;
    change deletion = {0};
    (void)state;
    fill();
    cascade_dump_read(&the_world, false, &full);
    cascade_dump_read(&the_world, true, &deletion.before);
    const char *id = cascade_must_delete(&the_world, "product", "p1");
    cascade_dump_read(&the_world, true, &deletion.after);
    change restore = {.before = deletion.after, .after = deletion.before};
    assert_non_null(cascade_restore(&the_world, id));
    walk_memory(&deletion, &full);
    restore.id = cascade_must_delete(&the_world, "product", "p1");
    walk_memory(&restore, &full);
    cascade_close(&the_world);
}

static bool is_unfinished(void)
{
    const char *ids = cascade_query(
        &the_world, 0, "SELECT id FROM weft_deletions WHERE store = home AND state IN ('prepared', 'restoring')");
    return ids && *ids;
}

/* Kill `c` at the first point from *at on that leaves it unfinished, and say where that was. */
static void leave_unfinished(const change *c, size_t *at)
{
    for (; *at < POINTS_MAX; (*at)++) {
        cascade_close_engine(&the_world);
        assert_false(kill_at(c, *at));
        if (is_unfinished()) {
            return;
        }
    }
    fail_msg("no point leaves it unfinished");
}

/* True when the child recovered to its end. */
static bool kill_recovering_at(size_t at)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        points = 0;
        fatal_at = at;
        on_fatal = die;
        the_world.observer = (weft_observer){observe, NULL};
        cascade_open_engine(&the_world);
        (void)cascade_recover(&the_world);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status);
}

/* Recovering is killed at every point of its own, and recovered from: what had begun is whole. */
static void walk_recovery(change *c, const cascade_dump *full)
{
    size_t at = 1;
    size_t begun_at = 1;
    for (bool is_past = false; !is_past; at++) {
        assert_true(at < POINTS_MAX);
        c->id = c->id ? cascade_must_delete(&the_world, "product", "p1") : NULL;
        leave_unfinished(c, &begun_at);
        is_past = kill_recovering_at(at);
        assert_true(settle(c, at));
        if (!c->id) {
            undo_delete(full);
        }
    }
    assert_true(at > 5);
}

static void killed_while_recovering_it_is_whole(void **state)
{
    cascade_dump full;
    change deletion = {0};
    (void)state;
    fill();
    cascade_dump_read(&the_world, false, &full);
    cascade_dump_read(&the_world, true, &deletion.before);
    const char *id = cascade_must_delete(&the_world, "product", "p1");
    cascade_dump_read(&the_world, true, &deletion.after);
    change restore = {.id = id, .before = deletion.after, .after = deletion.before};
    assert_non_null(cascade_restore(&the_world, id));
    walk_recovery(&deletion, &full);
    walk_recovery(&restore, &full);
    cascade_close(&the_world);
}

static void killed_anywhere_it_is_whole_or_not_begun(void **state)
{
    (void)state;
    walk_points(NULL);
}

static void without_its_own_store_it_is_whole_or_not_begun(void **state)
{
    (void)state;
    walk_points(lose_default);
}

static void without_the_other_store_it_is_whole_or_not_begun(void **state)
{
    (void)state;
    walk_points(lose_other);
}

/* One part a run: "changes", "memory", "recovery" or "drain" (what plain SQL deleted, being drained). */
int main(int argc, char **argv)
{
    static cascade_place places[] = {CASCADE_FILE, CASCADE_FILES, CASCADE_FILE_SERVER, CASCADE_SERVER_FILE};
    const struct CMUnitTest tests[] = {
#define CASE(name, index) cmocka_unit_test_prestate_setup_teardown(name, cascade_set_place, NULL, &places[index])
        CASE(killed_anywhere_it_is_whole_or_not_begun, 0),
        CASE(killed_anywhere_it_is_whole_or_not_begun, 1),
        CASE(killed_anywhere_it_is_whole_or_not_begun, 2),
        CASE(killed_anywhere_it_is_whole_or_not_begun, 3),
        CASE(without_its_own_store_it_is_whole_or_not_begun, 1),
        CASE(without_its_own_store_it_is_whole_or_not_begun, 2),
        CASE(without_its_own_store_it_is_whole_or_not_begun, 3),
        CASE(without_the_other_store_it_is_whole_or_not_begun, 1),
        CASE(without_the_other_store_it_is_whole_or_not_begun, 3),
        CASE(without_the_other_store_it_is_whole_or_not_begun, 2),
    };
    const struct CMUnitTest memory_tests[] = {
        CASE(without_memory_it_is_whole_or_not_begun, 0),
        CASE(without_memory_it_is_whole_or_not_begun, 1),
    };
    const struct CMUnitTest recovery_tests[] = {
        CASE(killed_while_recovering_it_is_whole, 1),
        CASE(killed_while_recovering_it_is_whole, 2),
        CASE(killed_while_recovering_it_is_whole, 3),
    };
    const struct CMUnitTest drain_tests[] = {
        CASE(draining_killed_anywhere_is_completed, 1),
        CASE(draining_killed_anywhere_is_completed, 2),
        CASE(draining_without_its_own_store_is_completed, 3),
        CASE(draining_without_the_other_store_is_completed, 2),
    };
    const char *part = argc > 1 ? argv[1] : "changes";
    if (strcmp(part, "memory") == 0) {
        return cmocka_run_group_tests(memory_tests, NULL, NULL);
    }
    if (strcmp(part, "recovery") == 0) {
        return cmocka_run_group_tests(recovery_tests, NULL, NULL);
    }
    return strcmp(part, "drain") == 0 ? cmocka_run_group_tests(drain_tests, NULL, NULL)
                                      : cmocka_run_group_tests(tests, NULL, NULL);
}
