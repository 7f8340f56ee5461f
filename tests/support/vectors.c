/* Reads vector files into memory and cuts them into views. */
#include "support/vectors.h"

#include <stdio.h>
#include <stdlib.h>

#define FILE_BYTES_MAX ((size_t)16 << 20)
#define PATH_BYTES_MAX 1024

bool test_vectors_open(test_vectors *vectors, const char *name)
{
    char path[PATH_BYTES_MAX];
    const int len = snprintf(path, sizeof(path), "%s/%s", WEFT_TEST_DATA, name);
    FILE *file = len > 0 && (size_t)len < sizeof(path) ? fopen(path, "rb") : NULL;
    *vectors = (test_vectors){.text = malloc(FILE_BYTES_MAX)};
    if (!file || !vectors->text) {
        test_vectors_close(vectors);
        return false;
    }
    vectors->len = fread(vectors->text, 1, FILE_BYTES_MAX, file);
    (void)fclose(file);
    return true;
}

void test_vectors_close(test_vectors *vectors)
{
    free(vectors->text);
    *vectors = (test_vectors){.text = NULL};
}

/* What stands before `separator` in *rest, which moves behind it. */
static weft_str take(weft_str *rest, char separator)
{
    const weft_str taken = weft_str_slice(*rest, 0, weft_str_find(*rest, separator));
    *rest = weft_str_slice(*rest, taken.len + 1, rest->len);
    return taken;
}

bool test_vectors_next(test_vectors *vectors, weft_str *ret_fields, size_t count)
{
    weft_str rest = {vectors->text + vectors->at, vectors->len - vectors->at};
    if (rest.len == 0) {
        return false;
    }
    weft_str line = take(&rest, '\n');
    vectors->at += line.len + 1;
    vectors->at = vectors->at < vectors->len ? vectors->at : vectors->len;
    for (size_t i = 0; i + 1 < count; i++) {
        if (weft_str_find(line, '\t') == line.len) {
            return false;
        }
        ret_fields[i] = take(&line, '\t');
    }
    ret_fields[count - 1] = line;
    return weft_str_find(line, '\t') == line.len;
}
