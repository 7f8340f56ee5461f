/* A small database with rows of the models in things.h, for tests that run what they render: SQLite in memory, or
 * PostgreSQL where the program is built with WEFT_TEST_ON_POSTGRES, with the same rows and the same expectations. */
#ifndef WEFT_TESTS_SQL_STAND_H
#define WEFT_TESTS_SQL_STAND_H

#include "store/session.h"
#include "things.h"

typedef struct fixture {
    weft_arena arena;
    weft_store_def store;
    char url[512];
    weft_pool *pool;
    weft_connection *connection;
    const weft_dialect *dialect; /* of the database */
} fixture;

/* For cmocka_unit_test_setup_teardown; *state is a fixture. */
int set_up(void **state);
int tear_down(void **state);

#endif
