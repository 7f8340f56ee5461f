#include "store/common.h"
const weft_driver weft_postgres_driver = {.dialect = &weft_postgres_dialect};
