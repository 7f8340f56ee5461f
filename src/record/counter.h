/* Numbers that are given to autoincrement fields, where the store counts by itself. Not for other rooms. */
#ifndef WEFT_RECORD_COUNTER_H
#define WEFT_RECORD_COUNTER_H

#include "base/arena.h"
#include "model/catalog.h"
#include "store/store.h"

/* Before rows are written that give `field` numbers up to `highest`: the store counts on behind it, as one would that
 * looks for the highest number in the table. Nobody else writes to the table until the transaction ends: a counter
 * can be set but not compared and set, and a number that another writer is about to get would be given twice. */
weft_code weft_record_raise_counter(weft_connection *connection,
                                    const weft_model *model,
                                    const weft_field *field,
                                    int64_t highest,
                                    weft_arena *scratch,
                                    weft_error *error);

#endif
