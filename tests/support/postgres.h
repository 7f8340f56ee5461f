/* PostgreSQL for tests: new databases on a temporary cluster.
 *
 * The cluster is the one that WEFT_TEST_POSTGRES names (a URL, as tools/test-cluster prints it), shared by many test
 * programs; without it each program starts one of its own, which is stopped when the program ends, however it ends. */
#ifndef WEFT_TESTS_SUPPORT_POSTGRES_H
#define WEFT_TESTS_SUPPORT_POSTGRES_H

#include <stdbool.h>
#include <stddef.h>

/* The URL of a new, empty database. False when there is no cluster to be had: the test must then fail, because nothing
 * was shown. Why goes to stderr. */
bool test_postgres_database(char *ret_url, size_t size);

/* Run one statement on a connection of its own; false, with why on stderr, when it fails. */
bool test_postgres_execute(const char *url, const char *sql);

#endif
