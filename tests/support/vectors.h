/* Vectors out of tests/data: files of lines, fields separated by tabs. */
#ifndef WEFT_TESTS_SUPPORT_VECTORS_H
#define WEFT_TESTS_SUPPORT_VECTORS_H

#include "base/str.h"

typedef struct test_vectors {
    char *text;
    size_t len;
    size_t at;
} test_vectors;

/* Read tests/data/<name> whole; false when it cannot be read. */
bool test_vectors_open(test_vectors *vectors, const char *name);
void test_vectors_close(test_vectors *vectors);

/* The fields of the next line; false at the end, or when the line has not just `count` fields. */
bool test_vectors_next(test_vectors *vectors, weft_str *ret_fields, size_t count);

#endif
