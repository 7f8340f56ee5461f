/* A small SQLite database with rows of the models in things.h, for tests that run what they render. */
#ifndef WEFT_TESTS_SQL_STAND_H
#define WEFT_TESTS_SQL_STAND_H

#include "store/session.h"
#include "things.h"

typedef struct fixture {
    weft_arena arena;
    weft_pool *pool;
    weft_connection *connection;
} fixture;

/* For cmocka_unit_test_setup_teardown; *state is a fixture. */
int set_up(void **state);
int tear_down(void **state);

#endif
