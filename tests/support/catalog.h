/* Catalogs for tests in a few lines:
 *
 *     const weft_catalog *catalog = test_catalog(&arena, (const char *[][2]){
 *         {"src/modules/blog/module.yaml", "module: blog\nmodels: { post: { fields: { id: id, title: text } } }\n"},
 *         {NULL, NULL}});
 *
 * Without a weft.yaml (or .yml, .json) among the files the project has one store, sqlite::memory:. Environment
 * variables are not set but WEFT_TEST_HOME, which is "/home/weft". Link catalog_support_lib. */
#ifndef WEFT_TESTS_SUPPORT_CATALOG_H
#define WEFT_TESTS_SUPPORT_CATALOG_H

#include "define/define.h"

/* The catalog, in `arena`; prints every problem and ends the program when there is one. `files` ends with {NULL, NULL}.
 */
const weft_catalog *test_catalog(weft_arena *arena, const char *const files[][2]);

/* The same, answering the code and the problems (either pointer may be NULL). *ret_catalog is NULL unless WEFT_OK. */
weft_code test_catalog_try(weft_arena *arena,
                           const char *const files[][2],
                           const weft_catalog **ret_catalog,
                           weft_problems *ret_problems,
                           weft_error *ret_error);

/* The project in tests/data/<name>: "shop" is the one of the guide, on two SQLite files. */
const weft_catalog *test_catalog_of(weft_arena *arena, const char *name);

/* Write `files` into a new directory below the system's temporary one; its path, in `arena`. For those who need the
 * project itself. */
const char *test_project_write(weft_arena *arena, const char *const files[][2]);
/* Remove what test_project_write made, with all that is in it. */
void test_project_remove(const char *directory);

/* The environment that test catalogs see. */
extern const weft_environment test_environment;

#endif
