/* Stops the process on a broken invariant. */
#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

void weft_check_failed(const char *condition, const char *file, int line)
{
    (void)fprintf(stderr, "weft: broken invariant at %s:%d: %s\n", file, line, condition);
    abort();
}
