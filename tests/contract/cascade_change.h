/* A change over the stores of a cascade world that may be cut off anywhere: a deletion, the restore of one, or draining
 * what plain SQL deleted; for tests that cut it off, recover, and ask what is there now. */
#ifndef WEFT_TESTS_CONTRACT_CASCADE_CHANGE_H
#define WEFT_TESTS_CONTRACT_CASCADE_CHANGE_H

#include "contract/cascade_world.h"

typedef struct cascade_change {
    const char *id; /* of the deletion to be restored; NULL: delete */
    bool is_drain;
    cascade_dump before; /* what the stores hold, timeless */
    cascade_dump after;
} cascade_change;

extern size_t cascade_finished; /* changes that recovering had to finish */

/* The rows of cascade_fill, an author behind a second post, and another; a guarded world has a bundle and a spare of it
 * too. */
void cascade_fill_more(cascade_world *world);
void cascade_fill_guarded(cascade_world *world);

/* The answer, or NULL. */
const char *cascade_change_run(cascade_world *world, const cascade_change *c);

/* Recover, twice, and answer whether the change has happened; anything between is a failure at point `at`. */
bool cascade_change_settle(cascade_world *world, const cascade_change *c, size_t at);

/* True when a deletion or restore waits to be finished. */
bool cascade_is_unfinished(cascade_world *world);

/* Restore the latest deletion: the stores must hold `full` again. */
void cascade_undo_delete(cascade_world *world, const cascade_dump *full);

/* Mark one record and remove another, by plain SQL; undo that and what draining did; hold that it did each once. */
void cascade_delete_by_sql(cascade_world *world);
void cascade_undo_drain(cascade_world *world, const cascade_dump *full);
void cascade_assert_drained_once(cascade_world *world, size_t at);

#endif
