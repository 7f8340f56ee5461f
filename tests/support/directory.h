/* Directories that a test makes and removes. */
#ifndef WEFT_TESTS_SUPPORT_DIRECTORY_H
#define WEFT_TESTS_SUPPORT_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>

/* A new empty directory below TMPDIR; false when it could not be made. */
bool test_directory_temporary(char *ret_path, size_t size);

/* One directory whose parent is there; fine when it exists. */
bool test_directory_make(const char *path);

/* Everything below `path`, and `path`. */
void test_directory_remove(const char *path);

/* Write a file below `directory`, making the directories on its way. */
bool test_file_write(const char *directory, const char *name, const char *text);

#endif
