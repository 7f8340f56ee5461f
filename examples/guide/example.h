/* What every example of the guide does around its own lines: open the definitions compiled into it on SQLite in memory,
 * migrate, and print what weft answers. Ends the program with the error when something fails. */
#ifndef WEFT_EXAMPLE_H
#define WEFT_EXAMPLE_H

#include <weft/record.h>
#include <weft/weft.h>

/* `definitions` is weft_definitions_here(). */
weft_engine *example_open(const weft_definition_set *definitions);

/* Each prints "name: answer". */
void example_create(weft_engine *engine, const char *entity, const char *json);
void example_link(weft_engine *engine, const char *changes);
void example_ask(weft_engine *engine, const char *request);
void example_delete(weft_engine *engine, const char *entity, const char *key);
/* The plan that made the link tables, as SQL. */
void example_show_tables(const weft_definition_set *definitions);

/* End with the error unless `code` is WEFT_OK. */
void example_must(weft_code code, const weft_error *error);

#endif
