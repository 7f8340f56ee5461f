/* The limits' defaults, as include/weft/types.h documents them. */
#include "base/limits.h"

static size_t or_default(size_t value, size_t otherwise)
{
    return value != 0 ? value : otherwise;
}

weft_limits weft_limits_or_default(const weft_limits *limits)
{
    const weft_limits given = limits ? *limits : (weft_limits){0};
    return (weft_limits){
        .request_bytes_max = or_default(given.request_bytes_max, (size_t)1 << 20),
        .depth_max = or_default(given.depth_max, 16),
        .fields_max = or_default(given.fields_max, 1000),
        .values_max = or_default(given.values_max, 10000),
        .rows_max = given.rows_max,
        .memory_bytes_max = or_default(given.memory_bytes_max, (size_t)256 << 20),
        .changes_bytes_max = or_default(given.changes_bytes_max, (size_t)32 << 20),
        .batch_rows = or_default(given.batch_rows, 1000),
        .time_ms = given.time_ms != 0 ? given.time_ms : 30000,
    };
}
