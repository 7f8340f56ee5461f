/* weft.yaml with one module placed in another store: a textual edit, so that comments and order stay. */
#ifndef WEFT_DEFINE_PLACING_H
#define WEFT_DEFINE_PLACING_H

#include "define/define.h"

typedef struct weft_placing {
    weft_str path;   /* of the project's file, as it is opened */
    weft_str before; /* its content */
    weft_str after;
} weft_placing;

/* Read the project's file and edit its text; nothing is written. The edit is read again: what it says besides the
 * module's place must be what the file said before. WEFT_UNSUPPORTED: the file is written in a way that the edit does
 * not understand, and the hint says what to write by hand. WEFT_FILE_ERROR, problems of the file, WEFT_NO_MEMORY. */
weft_code weft_placing_make(const char *directory,
                            weft_str module,
                            weft_str store,
                            weft_arena *keep,
                            weft_placing *ret_placing,
                            weft_error *error);

/* WEFT_DRIFTED unless the file is still what it was. */
weft_code weft_placing_check(const weft_placing *placing, weft_arena *scratch, weft_error *error);

/* Write it: another file takes the old one's place at once, so that a reader sees the one or the other. WEFT_DRIFTED:
 * the file is not what it was. WEFT_FILE_ERROR. */
weft_code weft_placing_write(const weft_placing *placing, weft_arena *scratch, weft_error *error);

#endif
