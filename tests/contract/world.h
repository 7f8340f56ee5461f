/* A project on real stores, for tests of records and links: made in a temporary directory, migrated, with pools open.
 *
 * The stores are `default` and `other`; a layout says where the modules and the link tables live. Every statement that
 * a store runs is counted, so that a test can say "in few statements". A broken world ends the test. */
#ifndef WEFT_TESTS_CONTRACT_WORLD_H
#define WEFT_TESTS_CONTRACT_WORLD_H

#include <pthread.h>

#include "support/tap.h"

#include "link/link.h"
#include "record/record.h"
#include "support/catalog.h"

typedef enum world_layout {
    WORLD_SQLITE = 0, /* everything in one file */
    WORLD_SQLITE_TWO, /* module blog in a file of its own */
    WORLD_POSTGRES,   /* everything in one database */
    WORLD_MIXED,      /* module blog in an SQLite file, the rest in PostgreSQL */
    WORLD_LAYOUTS
} world_layout;

typedef struct test_world {
    weft_arena arena;
    const char *directory;
    const weft_catalog *catalog;
    weft_pool *pools[4];
    uint32_t connections_max; /* of each pool; set before opening, 0: 20 */
    weft_ulid_source ulids;
    const weft_allocator *allocator; /* of sessions and scratch arenas; NULL: the C library's */
    pthread_mutex_t lock;            /* of what the observer counts */
    size_t statements;               /* run so far */
    void (*on_statement)(void);      /* after each; NULL: nothing */
    uint64_t progress;               /* the last progress told */
    weft_error error;                /* of the last call */
    weft_buf answer;                 /* of the last call */
} test_world;

/* False when the layout's store cannot be had here (no PostgreSQL); the tests then fail, as they show nothing. */
bool world_open(test_world *world, world_layout layout);
void world_close(test_world *world);

/* Each works in a session of its own and commits it when all went well; the answer is in world->answer. */
weft_code world_link(test_world *world, const char *changes);
weft_code world_dismiss(test_world *world, const char *changes);
weft_code world_restore(test_world *world, const char *changes);
weft_code world_create(test_world *world, const char *entity, const char *json);
weft_code world_update(test_world *world, const char *entity, const char *key, const char *json);
weft_code world_import(
    test_world *world, const char *entity, weft_import_format format, const char *text, uint64_t *ret_count);

/* The same for threads: nothing of the world is changed but its stores. `link` or dismiss. */
weft_code world_change(
    const test_world *world, const char *changes, bool dismisses, weft_buf *answer, weft_error *error);
weft_code world_create_apart(
    const test_world *world, const char *entity, const char *json, weft_buf *answer, weft_error *error);

/* Run SQL in the store of `entity`, for what only a test does. */
void world_execute(test_world *world, const char *entity, const char *sql);
/* The integer that a query answers. */
int64_t world_integer(test_world *world, const char *entity, const char *sql);
/* The text that a query answers. */
weft_str world_text(test_world *world, const char *entity, const char *sql);

#define assert_answer(world, expected) assert_str_equal(weft_buf_str(&(world)->answer), (expected))

/* The call must succeed; says why it did not. */
#define assert_done(world, call)                                                                                       \
    do {                                                                                                               \
        if ((call) != WEFT_OK) {                                                                                       \
            fail_msg("%s: %s (%s) at %s",                                                                              \
                     weft_code_name((world)->error.code),                                                              \
                     (world)->error.message,                                                                           \
                     (world)->error.detail,                                                                            \
                     (world)->error.where);                                                                            \
        }                                                                                                              \
    } while (0)

#define assert_refused(world, call, wanted_code)                                                                       \
    do {                                                                                                               \
        const weft_code got_code = (call);                                                                             \
        if (got_code != (wanted_code)) {                                                                               \
            fail_msg(                                                                                                  \
                "%s, wanted %s: %s", weft_code_name(got_code), weft_code_name(wanted_code), (world)->error.message);   \
        }                                                                                                              \
        assert_int_equal((world)->error.code, (wanted_code));                                                          \
    } while (0)

#endif
