/* Memory runs out in a change, at the first request for it, the second …, until there is enough. What is made of it by
 * recovering is whole or has not begun; recovering and draining themselves may be starved too; link changes write, and
 * tell, all or nothing. A second part asks what recovering tells the observer. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contract/cascade_change.h"
#include "store/store.h"
#include "support/alloc.h"

#define POINTS_MAX 3000

static cascade_world the_world;
static bool dies_after_commit;

/* One starved call: with fresh engines before and after it. */
typedef struct starving {
    test_alloc alloc;
    bool is_past; /* it got all it asked for */
    weft_code code;
} starving;

static void observe(void *ctx, const weft_event *event)
{
    cascade_note(ctx, event);
}

static void begin(starving *s, size_t at)
{
    test_alloc_init(&s->alloc, 0);
    the_world.allocator = &s->alloc.allocator;
    the_world.error = (weft_error){0};
    cascade_open_engine(&the_world);
    s->alloc.fail_at = s->alloc.requests + at;
}

static void end(starving *s)
{
    s->is_past = !s->alloc.has_failed;
    s->code = the_world.error.code;
    cascade_close_engine(&the_world);
    the_world.allocator = NULL;
    assert_true(test_alloc_done(&s->alloc));
}

static bool starve_at(const cascade_change *c, size_t at)
{
    starving s;
    the_world.observer = (weft_observer){0};
    begin(&s, at);
    const char *answer = cascade_change_run(&the_world, c);
    end(&s);
    assert_true(answer || s.code == WEFT_NO_MEMORY);
    return s.is_past;
}

/* In one store an error means that nothing has happened; over several that it has not, or that recovering finishes it.
 */
static void walk_memory(cascade_change *c, const cascade_dump *full)
{
    size_t at = 1;
    for (bool is_past = false; !is_past; at++) {
        assert_true(at < POINTS_MAX);
        cascade_close_engine(&the_world);
        is_past = starve_at(c, at);
        if (cascade_change_settle(&the_world, c, at)) {
            assert_true(is_past || cascade_current_place != CASCADE_FILE);
            if (c->id) {
                c->id = cascade_must_delete(&the_world, "product", "p1");
            } else {
                cascade_undo_delete(&the_world, full);
            }
        } else {
            assert_false(is_past);
        }
    }
    assert_true(at > 10);
}

static void fill(cascade_change *deletion, cascade_dump *full)
{
    cascade_open(&the_world, cascade_current_place);
    cascade_fill_more(&the_world);
    cascade_dump_read(&the_world, false, full);
    cascade_dump_read(&the_world, true, &deletion->before);
    const char *id = cascade_must_delete(&the_world, "product", "p1");
    cascade_dump_read(&the_world, true, &deletion->after);
    assert_non_null(cascade_restore(&the_world, id));
}

static void without_memory_it_is_whole_or_not_begun(void **state)
{
    cascade_dump full;
    cascade_change deletion = {0};
    (void)state;
    fill(&deletion, &full);
    cascade_change restore = {.before = deletion.after, .after = deletion.before};
    walk_memory(&deletion, &full);
    restore.id = cascade_must_delete(&the_world, "product", "p1");
    walk_memory(&restore, &full);
    cascade_close(&the_world);
}

/* The linker leads every call of weft_connection_commit here. */
weft_code __real_weft_connection_commit(weft_connection *connection, weft_error *error);
weft_code __wrap_weft_connection_commit(weft_connection *connection, weft_error *error);

weft_code __wrap_weft_connection_commit(weft_connection *connection, weft_error *error)
{
    const weft_code code = __real_weft_connection_commit(connection, error);
    if (dies_after_commit) {
        (void)raise(SIGKILL);
    }
    return code;
}

/* A child process begins the deletion, and is killed when its own store has committed and the other has not. */
static void leave_unfinished(const cascade_change *c)
{
    cascade_close_engine(&the_world);
    the_world.observer = (weft_observer){0};
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        cascade_open_engine(&the_world);
        dies_after_commit = true;
        (void)cascade_change_run(&the_world, c);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_true(cascade_is_unfinished(&the_world));
}

static void recovering_without_memory_can_be_done_again(void **state)
{
    cascade_dump full;
    cascade_change deletion = {0};
    size_t at = 1;
    (void)state;
    fill(&deletion, &full);
    for (bool is_past = false; !is_past; at++) {
        assert_true(at < POINTS_MAX);
        leave_unfinished(&deletion);
        const cascade_change recovering = {.is_drain = true};
        is_past = starve_at(&recovering, at);
        assert_int_equal(cascade_is_unfinished(&the_world) && is_past, false);
        assert_true(cascade_change_settle(&the_world, &deletion, at));
        cascade_undo_delete(&the_world, &full);
    }
    assert_true(at > 10);
    cascade_close(&the_world);
}

static void draining_without_memory_can_be_done_again(void **state)
{
    cascade_dump full;
    cascade_change drain = {.is_drain = true};
    size_t at = 1;
    (void)state;
    cascade_open_guarded(&the_world, cascade_current_place);
    cascade_fill_guarded(&the_world);
    cascade_dump_read(&the_world, false, &full);
    cascade_delete_by_sql(&the_world);
    cascade_dump_read(&the_world, true, &drain.before);
    assert_non_null(cascade_recover(&the_world));
    cascade_dump_read(&the_world, true, &drain.after);
    cascade_undo_drain(&the_world, &full);
    for (bool is_past = false; !is_past; at++) {
        assert_true(at < POINTS_MAX);
        cascade_delete_by_sql(&the_world);
        cascade_close_engine(&the_world);
        is_past = starve_at(&drain, at);
        assert_true(cascade_change_settle(&the_world, &drain, at));
        cascade_assert_drained_once(&the_world, at);
        cascade_undo_drain(&the_world, &full);
    }
    assert_true(at > 10);
    cascade_close(&the_world);
}

/* What an import reads, a few bytes at a time. */
typedef struct source {
    const char *at;
} source;

static weft_code read_some(void *ctx, char *data, size_t size, size_t *ret_len, weft_error *error)
{
    source *from = ctx;
    (void)error;
    const size_t left = strlen(from->at);
    const size_t len = left < 7 ? left : 7;
    *ret_len = len < size ? len : size;
    memcpy(data, from->at, *ret_len);
    from->at += *ret_len;
    return WEFT_OK;
}

static weft_code import_links(void)
{
    source from = {"left,right\np1,b1\np1,b2\np2,b3\np1,b1\n"};
    uint64_t count = 0;
    return weft_link_import_stream(
        the_world.engine, "product_post", WEFT_IMPORT_KIND_CSV, read_some, &from, &count, &the_world.error);
}

static weft_code dismiss_links(void)
{
    static const char changes[] = "[{\"link\":\"product_post\",\"left\":\"p1\",\"right\":\"b1\"},"
                                  "{\"link\":\"product_tag\",\"left\":\"p1\",\"right\":\"t1\"}]";
    weft_text text = {0};
    const weft_code code = weft_link_dismiss_json(the_world.engine, changes, strlen(changes), &text, &the_world.error);
    weft_text_free(&text);
    return code;
}

/* All is written and told, or nothing. */
static void walk_links(weft_code (*call)(void), const cascade_dump *before, size_t told)
{
    size_t at = 1;
    for (bool is_past = false; !is_past; at++) {
        starving s;
        cascade_dump now;
        assert_true(at < POINTS_MAX);
        cascade_close_engine(&the_world);
        the_world.observer = (weft_observer){observe, &the_world};
        the_world.attached.count = 0;
        the_world.detached.count = 0;
        begin(&s, at);
        const weft_code code = call();
        end(&s);
        is_past = s.is_past;
        assert_int_equal(code, is_past ? WEFT_OK : WEFT_NO_MEMORY);
        assert_int_equal(the_world.attached.count + the_world.detached.count, is_past ? told : 0);
        the_world.observer = (weft_observer){0};
        cascade_open_engine(&the_world);
        cascade_dump_read(&the_world, false, &now);
        assert_int_equal(cascade_dump_equal(&now, before), !is_past);
    }
    assert_true(at > 10);
}

static void link_changes_without_memory_write_nothing(void **state)
{
    cascade_dump before;
    (void)state;
    cascade_open(&the_world, cascade_current_place);
    cascade_create(&the_world, "product", "[{\"id\":\"p1\"},{\"id\":\"p2\"}]");
    cascade_create(&the_world, "post", "[{\"id\":\"b1\"},{\"id\":\"b2\"},{\"id\":\"b3\"}]");
    cascade_create(&the_world, "tag", "[{\"id\":\"t1\"}]");
    cascade_dump_read(&the_world, false, &before);
    walk_links(import_links, &before, 3);
    cascade_link(&the_world, "product_tag", "p1", "t1");
    cascade_dump_read(&the_world, false, &before);
    walk_links(dismiss_links, &before, 2);
    cascade_close(&the_world);
}

/* What a deletion did before it was cut off was told by nobody, for its call failed; recovering tells the link rows
 * that it takes itself, each once, and nothing when it is asked again. */
static void recovering_tells_what_it_takes(void **state)
{
    cascade_dump full;
    cascade_dump cut_off;
    cascade_dump now;
    cascade_dump taken;
    cascade_change deletion = {0};
    (void)state;
    fill(&deletion, &full);
    leave_unfinished(&deletion);
    cascade_dump_read(&the_world, true, &cut_off);
    the_world.observer = (weft_observer){observe, &the_world};
    cascade_open_engine(&the_world);
    the_world.detached.count = 0;
    (void)cascade_must_recover(&the_world);
    cascade_dump_read(&the_world, true, &now);
    assert_dump_equal(&now, &deletion.after, "recovered");
    cascade_dump_minus(&the_world, &cut_off, &now, &taken);
    assert_true(the_world.detached.count > 0);
    assert_told(&the_world.detached, &taken, "links that recovering took");
    (void)cascade_must_recover(&the_world);
    assert_int_equal(the_world.detached.count, 0);
    assert_int_equal(the_world.attached.count, 0);
    cascade_close(&the_world);
}

int main(void)
{
    static cascade_place places[] = {CASCADE_FILE, CASCADE_FILES};
    const struct CMUnitTest tests[] = {
#define CASE(name, index) cmocka_unit_test_prestate_setup_teardown(name, cascade_set_place, NULL, &places[index])
        CASE(without_memory_it_is_whole_or_not_begun, 0),
        CASE(without_memory_it_is_whole_or_not_begun, 1),
        CASE(recovering_without_memory_can_be_done_again, 1),
        CASE(draining_without_memory_can_be_done_again, 0),
        CASE(draining_without_memory_can_be_done_again, 1),
        CASE(link_changes_without_memory_write_nothing, 0),
        CASE(link_changes_without_memory_write_nothing, 1),
        CASE(recovering_tells_what_it_takes, 1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
