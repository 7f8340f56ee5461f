/* The limits' defaults, settled in one place. */
#ifndef WEFT_BASE_LIMITS_H
#define WEFT_BASE_LIMITS_H

#include "weft/types.h"

/* `limits` with every zero replaced by its documented default; NULL gives all defaults. rows_max keeps its zero, which
 * means unlimited. */
weft_limits weft_limits_or_default(const weft_limits *limits);

#endif
