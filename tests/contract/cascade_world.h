/* A project in which everything a deletion can meet is there, on real stores, worked through the public face and looked
 * at with SQLite's and PostgreSQL's own libraries.
 *
 *      shop (store default)   product ─< variant, offer (two keys)    bundle (hard) ─< line, memo (nullable), bill
 *                             (required), rate (hard, two keys, nullable), tags
 *      blog (store other)     post ─< comment    author    badge (hard)    review    topic
 *      links                  product ─ post: posts die with a product         product ─ product (twin): both die
 *                             post ─ author: the last post takes its author    product ─ review: a review holds it
 *                             post ─ bundle: bundles die with a post           product ─ topic: rows are kept
 *                             author ─ badge: badges die with an author        product ─ tag: nothing but the row goes
 *      whose key is the pair  tag ─ badge: badges die with a tag               post ─ tag: nothing but the row goes
 */
#ifndef WEFT_TESTS_CONTRACT_CASCADE_WORLD_H
#define WEFT_TESTS_CONTRACT_CASCADE_WORLD_H

#include "support/tap.h"

#include "base/buf.h"
#include "base/vec.h"
#include "weft/weft.h"

typedef enum cascade_place {
    CASCADE_FILE = 0,    /* one SQLite file */
    CASCADE_FILES,       /* two */
    CASCADE_SERVER,      /* one PostgreSQL database */
    CASCADE_FILE_SERVER, /* default SQLite, other PostgreSQL */
    CASCADE_SERVER_FILE, /* the other way round */
    CASCADE_PLACES
} cascade_place;

/* Ids of link rows, as an observer is told of them. */
typedef WEFT_VEC(const char *) cascade_ids;

/* The place of the test at hand: a test's first state, of which set_place is the setup. */
extern cascade_place cascade_current_place;
int cascade_set_place(void **state);

typedef struct cascade_world {
    weft_arena arena;
    char directory[512];
    cascade_place place;
    const char *urls[2]; /* of the stores; the second is NULL where there is one */
    weft_engine *engine;
    weft_observer observer;          /* of engines opened from now on */
    const weft_allocator *allocator; /* likewise; NULL: the C library's */
    bool is_guarded;                 /* every model has guard: triggers */
    weft_error error;
    cascade_ids attached; /* told since they were emptied; see cascade_note */
    cascade_ids detached;
} cascade_world;

void cascade_open(cascade_world *world, cascade_place place);
/* The same with guard: triggers on every model, and a link shadow_tag. */
void cascade_open_guarded(cascade_world *world, cascade_place place);
void cascade_close(cascade_world *world);

/* p1 with a variant and two posts (one with a comment and an author with a badge, one with a bundle of a line and a
 * memo), p2 with a third post. */
void cascade_fill(cascade_world *world);

/* Close the engine, or open a fresh one. */
void cascade_close_engine(cascade_world *world);
void cascade_open_engine(cascade_world *world);

/* Create records ("[{…}]") and links ("LINK LEFT RIGHT"); the call must succeed. */
void cascade_create(cascade_world *world, const char *entity, const char *json);
void cascade_link(cascade_world *world, const char *link, const char *left, const char *right);
void cascade_dismiss(cascade_world *world, const char *link, const char *left, const char *right);

/* The answers, in the world's arena; NULL when refused, and then world->error says why. */
const char *cascade_impact(cascade_world *world, const char *entity, const char *key);
const char *cascade_delete(cascade_world *world, const char *entity, const char *key);
const char *cascade_restore(cascade_world *world, const char *id);
const char *cascade_recover(cascade_world *world);
/* The id of the deletion, or the answer; they must succeed. */
const char *cascade_must_delete(cascade_world *world, const char *entity, const char *key);
const char *cascade_must_recover(cascade_world *world);

/* The text of a member of a JSON answer, in the arena. */
const char *cascade_member(cascade_world *world, const char *json, const char *name);
/* records + link_rows + other_rows */
size_t cascade_rows(cascade_world *world, const char *json);

/* Every row of every table but weft's own, one a line, sorted. `is_timeless`: of deleted_at only whether it is set. */
typedef struct cascade_dump {
    WEFT_VEC(const char *) lines;
} cascade_dump;

void cascade_dump_read(cascade_world *world, bool is_timeless, cascade_dump *ret_dump);
bool cascade_dump_equal(const cascade_dump *a, const cascade_dump *b);
/* The lines of `a` that are not in `b`. */
void cascade_dump_minus(cascade_world *world, const cascade_dump *a, const cascade_dump *b, cascade_dump *ret_dump);
void assert_dump_equal(const cascade_dump *have, const cascade_dump *want, const char *what);

/* An observer's part that keeps what it is told of links. */
void cascade_note(cascade_world *world, const weft_event *event);
/* Each link row among `rows` was told once, and nothing else was; empties `told`. */
void assert_told(cascade_ids *told, const cascade_dump *rows, const char *what);

/* The id of the latest deletion, out of the default store's journal. */
const char *cascade_latest(cascade_world *world);

/* The first column of every row of a query in a store, one a line. */
const char *cascade_query(cascade_world *world, size_t store, const char *sql);

/* Run SQL in a store. */
void cascade_execute(cascade_world *world, size_t store, const char *sql);

#endif
