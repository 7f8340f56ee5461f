/* The limits' defaults, settled in one place. */
#ifndef WEFT_BASE_LIMITS_H
#define WEFT_BASE_LIMITS_H

#include "weft/types.h"

/* The most that depth_max may be: so many names a path may have. */
#define WEFT_LIMIT_DEPTH_MAX 64

/* `limits` with every zero replaced by its documented default; NULL gives all defaults. rows_max keeps its zero, which
 * means unlimited. */
weft_limits weft_limits_or_default(const weft_limits *limits);

#endif
