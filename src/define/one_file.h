/* Whether two paths lead to one file, there or not yet. Not for other rooms. */
#ifndef WEFT_DEFINE_ONE_FILE_H
#define WEFT_DEFINE_ONE_FILE_H

#include "base/arena.h"
#include "base/str.h"

/* False where it cannot be told. */
bool weft_is_one_file(weft_str a, weft_str b, weft_arena *scratch);

#endif
