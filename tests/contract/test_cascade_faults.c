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

#include "contract/cascade_change.h"
#include "store/store.h"
#include "support/postgres.h"

#define POINTS_MAX 500

static cascade_world the_world;
static size_t points;   /* met so far */
static size_t fatal_at; /* 0: none */
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

static void run_change(const cascade_change *c)
{
    points = 0;
    the_world.observer = (weft_observer){observe, NULL};
    cascade_open_engine(&the_world);
    points = 0;
    (void)cascade_change_run(&the_world, c);
}

/* True when the child came to its end: there is no point number `at`. */
static bool kill_at(const cascade_change *c, size_t at)
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

static bool lose_at(const cascade_change *c, size_t at, void (*lose_store)(void))
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

/* Walk every point of the deletion, then of the restore. */
static void walk_points(void (*lose_store)(void))
{
    cascade_dump full;
    cascade_change deletion = {0};
    cascade_change restore = {0};
    size_t whole = 0;
    cascade_finished = 0;
    cascade_open(&the_world, cascade_current_place);
    cascade_fill_more(&the_world);
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
        if (cascade_change_settle(&the_world, &deletion, at)) {
            whole += !is_past;
            cascade_undo_delete(&the_world, &full);
        } else {
            assert_false(is_past);
        }
    }
    assert_true(at > 10);
    assert_true(whole > 0); /* some points were past the beginning … */
    assert_true(lose_store || cascade_current_place == CASCADE_FILE ||
                cascade_finished > 0); /* … and some of those before the end */
    restore.before = deletion.after;
    restore.after = deletion.before;
    restore.id = cascade_must_delete(&the_world, "product", "p1");
    at = 1;
    for (bool is_past = false; !is_past; at++) {
        assert_true(at < POINTS_MAX);
        cascade_close_engine(&the_world);
        is_past = lose_store ? lose_at(&restore, at, lose_store) : kill_at(&restore, at);
        if (cascade_change_settle(&the_world, &restore, at)) {
            restore.id = cascade_must_delete(&the_world, "product", "p1");
        } else {
            assert_false(is_past);
        }
    }
    assert_true(at > 10);
    cascade_close(&the_world);
}

/* Walk every point of draining. Recovering always completes it: the deletes have happened. */
static void walk_drain(void (*lose_store)(void))
{
    cascade_dump full;
    cascade_change drain = {.is_drain = true};
    cascade_open_guarded(&the_world, cascade_current_place);
    cascade_fill_guarded(&the_world);
    cascade_dump_read(&the_world, false, &full);
    cascade_delete_by_sql(&the_world);
    cascade_dump_read(&the_world, true, &drain.before);
    assert_non_null(cascade_recover(&the_world));
    cascade_dump_read(&the_world, true, &drain.after);
    cascade_assert_drained_once(&the_world, 0);
    cascade_undo_drain(&the_world, &full);
    size_t at = 1;
    for (bool is_past = false; !is_past; at++) {
        assert_true(at < POINTS_MAX);
        cascade_delete_by_sql(&the_world);
        cascade_close_engine(&the_world);
        is_past = lose_store ? lose_at(&drain, at, lose_store) : kill_at(&drain, at);
        assert_true(cascade_change_settle(&the_world, &drain, at));
        cascade_assert_drained_once(&the_world, at);
        cascade_undo_drain(&the_world, &full);
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

/* Kill `c` at the first point from *at on that leaves it unfinished, and say where that was. */
static void leave_unfinished(const cascade_change *c, size_t *at)
{
    for (; *at < POINTS_MAX; (*at)++) {
        cascade_close_engine(&the_world);
        assert_false(kill_at(c, *at));
        if (cascade_is_unfinished(&the_world)) {
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
static void walk_recovery(cascade_change *c, const cascade_dump *full)
{
    size_t at = 1;
    size_t begun_at = 1;
    for (bool is_past = false; !is_past; at++) {
        assert_true(at < POINTS_MAX);
        c->id = c->id ? cascade_must_delete(&the_world, "product", "p1") : NULL;
        leave_unfinished(c, &begun_at);
        is_past = kill_recovering_at(at);
        assert_true(cascade_change_settle(&the_world, c, at));
        if (!c->id) {
            cascade_undo_delete(&the_world, full);
        }
    }
    assert_true(at > 5);
}

static void killed_while_recovering_it_is_whole(void **state)
{
    cascade_dump full;
    cascade_change deletion = {0};
    (void)state;
    cascade_open(&the_world, cascade_current_place);
    cascade_fill_more(&the_world);
    cascade_dump_read(&the_world, false, &full);
    cascade_dump_read(&the_world, true, &deletion.before);
    const char *id = cascade_must_delete(&the_world, "product", "p1");
    cascade_dump_read(&the_world, true, &deletion.after);
    cascade_change restore = {.id = id, .before = deletion.after, .after = deletion.before};
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

/* One part a run: "changes", "recovery" or "drain" (what plain SQL deleted, being drained). */
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
    if (strcmp(part, "recovery") == 0) {
        return cmocka_run_group_tests(recovery_tests, NULL, NULL);
    }
    return strcmp(part, "drain") == 0 ? cmocka_run_group_tests(drain_tests, NULL, NULL)
                                      : cmocka_run_group_tests(tests, NULL, NULL);
}
