/* The shop that is compiled in, on SQLite in memory, with a lamp and a table: what the programs of this folder ask. */
#ifndef WEFT_TESTS_FACE_SHOP_H
#define WEFT_TESTS_FACE_SHOP_H

/* Setup and teardown of a group: *state is the weft_engine. */
int face_shop_open(void **state);
int face_shop_close(void **state);

#endif
