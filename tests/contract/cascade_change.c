/* Changes that may be cut off. A broken expectation ends the test. */
#include "contract/cascade_change.h"

#include <stdio.h>
#include <string.h>

size_t cascade_finished;

void cascade_fill_more(cascade_world *world)
{
    cascade_fill(world);
    cascade_create(world, "author", "[{\"id\":\"a2\"}]");
    cascade_link(world, "post_author", "b2", "a1");
    cascade_link(world, "post_author", "b3", "a2");
}

const char *cascade_change_run(cascade_world *world, const cascade_change *c)
{
    if (c->is_drain) {
        return cascade_recover(world);
    }
    return c->id ? cascade_restore(world, c->id) : cascade_delete(world, "product", "p1");
}

bool cascade_change_settle(cascade_world *world, const cascade_change *c, size_t at)
{
    cascade_dump now;
    world->observer = (weft_observer){0};
    cascade_open_engine(world);
    const char *first = cascade_recover(world);
    if (!first) {
        fail_msg("point %zu: could not recover: %s", at, world->error.message);
    }
    cascade_finished += strstr(first, "del_") ? 1 : 0;
    const char *again = cascade_recover(world);
    assert_non_null(again);
    assert_string_equal(again, "{\"finished\":[],\"pending\":[]}");
    cascade_dump_read(world, true, &now);
    const bool has_happened = cascade_dump_equal(&now, &c->after);
    if (!has_happened) {
        char what[64];
        (void)snprintf(what, sizeof(what), "half done at point %zu", at);
        assert_dump_equal(&now, &c->before, what);
    }
    return has_happened;
}

bool cascade_is_unfinished(cascade_world *world)
{
    const char *ids = cascade_query(
        world, 0, "SELECT id FROM weft_deletions WHERE store = home AND state IN ('prepared', 'restoring')");
    return ids && *ids;
}

void cascade_undo_delete(cascade_world *world, const cascade_dump *full)
{
    cascade_dump now;
    assert_non_null(cascade_restore(world, cascade_latest(world)));
    cascade_dump_read(world, false, &now);
    assert_dump_equal(&now, full, "restored after recovering");
}

/* One record is marked and another removed, by plain SQL. */
void cascade_delete_by_sql(cascade_world *world)
{
    cascade_execute(world, 0, "UPDATE product SET deleted_at = '2026-02-03T04:05:06.789Z' WHERE id = 'p1'");
    cascade_execute(world, 0, "DELETE FROM bundle WHERE id = 'u2'");
}

/* Undo what draining did, and the deletes themselves. */
void cascade_undo_drain(cascade_world *world, const cascade_dump *full)
{
    cascade_dump now;
    const char *ids =
        cascade_query(world, 0, "SELECT id FROM weft_deletions WHERE store = home AND state = 'done' ORDER BY id DESC");
    cascade_execute(world, 0, "INSERT INTO bundle SELECT * FROM spare_bundle");
    for (const char *id = ids; *id; id = strchr(id, '\n') ? strchr(id, '\n') + 1 : "") {
        const char *end = strchr(id, '\n');
        const size_t len = end ? (size_t)(end - id) : strlen(id);
        if (!cascade_restore(world, weft_str_format(&world->arena, "%.*s", (int)len, id).data)) {
            fail_msg("%s", world->error.message);
        }
    }
    cascade_dump_read(world, false, &now);
    assert_dump_equal(&now, full, "restored after draining");
}

/* Each of the two deletes was carried out once, whoever finished it. */
void cascade_assert_drained_once(cascade_world *world, size_t at)
{
    const char *keys =
        cascade_query(world, 0, "SELECT keys FROM weft_deletions WHERE store = home AND state = 'done' ORDER BY id");
    if (strcmp(keys, "[\"p1\"]\n[\"u2\"]") != 0) {
        fail_msg("point %zu: deletions of %s", at, keys);
    }
    assert_string_equal(cascade_query(world, 0, "SELECT CAST(count(*) AS text) FROM weft_outbox"), "0");
}

void cascade_fill_guarded(cascade_world *world)
{
    cascade_fill_more(world);
    cascade_create(world, "bundle", "[{\"id\":\"u2\"}]");
    cascade_create(world, "post", "[{\"id\":\"b4\"}]");
    cascade_create(world, "memo", "[{\"id\":\"m2\",\"bundle_id\":\"u1\"}]");
    cascade_link(world, "post_bundle", "b4", "u2");
    cascade_execute(world, 0, "CREATE TABLE spare_bundle AS SELECT * FROM bundle WHERE id = 'u2'");
}
