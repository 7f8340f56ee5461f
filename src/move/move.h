/* Moving a module to another store: its tables are copied and compared, weft.yaml is switched, the old tables go to the
 * trash. See docs/migrating.md.
 *
 *      lock both stores ▶ copy, compare ▶ old tables into the trash ▶ commit target ▶ weft.yaml ▶ commit source ▶ mark
 *                                          (not committed yet)
 *
 * Where the module lives is what weft.yaml says, at every moment, and that store is whole at every moment: whatever
 * cuts the move off, queries answer as before. Cut off before weft.yaml the target holds a copy that nobody uses; cut
 * off behind it the source does. The next run finds either by the target's record of the move, and goes on; undo goes
 * back. A copy is thrown away only while it is, row for row, what was copied. */
#ifndef WEFT_MOVE_MOVE_H
#define WEFT_MOVE_MOVE_H

#include "migrate/migrate.h"

typedef struct weft_move {
    const weft_catalog *catalog;
    const weft_module *module;
    const weft_store_def *target;
    const char *directory;  /* of the project whose weft.yaml is switched */
    weft_session *session;  /* has not touched a store yet; has an id source */
    weft_observer observer; /* is told the rows that were copied */
    weft_arena *scratch;
} weft_move;

typedef enum weft_move_verdict {
    WEFT_MOVE_NOTHING = 0, /* it lives there, and nothing was left to do; undo: no move was cut off */
    WEFT_MOVE_MOVED,
    WEFT_MOVE_FINISHED, /* a move that was cut off behind weft.yaml is at its end now */
    WEFT_MOVE_UNDONE
} weft_move_verdict;

typedef struct weft_move_outcome {
    weft_move_verdict verdict;
    const weft_store_def *from;
    const weft_store_def *to;
    size_t table_count;
    uint64_t row_count;
} weft_move_outcome;

/* Writers to the module's tables wait until the end (SQLite: writers to the store) and then fail, as the tables are
 * gone: the catalog that they work with is of yesterday.
 * WEFT_REFUSED_UNSAFE: the tables are not what the definitions say, others point at them, the target has tables of
 * these names, rows were written where a move was cut off. WEFT_UNSUPPORTED: a model is not managed; weft.yaml cannot
 * be edited. WEFT_DRIFTED: the copy is not what was read, or weft.yaml was changed meanwhile. Failures of stores. */
weft_code weft_move_run(const weft_move *move, weft_move_outcome *ret_outcome, weft_error *error);

/* Give up a move of the module that was cut off, wherever it was; `target` is not asked for. */
weft_code weft_move_undo(const weft_move *move, weft_move_outcome *ret_outcome, weft_error *error);

#endif
