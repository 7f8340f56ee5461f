/* placeholder replaced below */
#include "store/sqlite.h"
weft_code weft_sqlite_inspect(weft_connection *connection,
                              void *keep,
                              const weft_schema **ret_schema,
                              weft_error *error)
{
    (void)connection;
    (void)keep;
    (void)ret_schema;
    return weft_fail(error, WEFT_UNSUPPORTED, "not yet");
}
