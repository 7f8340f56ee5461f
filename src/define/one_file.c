/* Paths compared by where they lead: as much of a path as is there is asked of the system, which follows links, and the
 * names behind it are compared without "." and "..". */
#include "define/one_file.h"

#include <sys/stat.h>

#include "base/buf.h"

typedef struct place {
    bool is_found;
    struct stat facts; /* of the longest beginning that is there */
    weft_str rest;
} place;

/* "a/b/c" → "a/b", "a" → "", "/a" → "/" */
static size_t folder_len(weft_str path)
{
    size_t len = path.len;
    while (len > 0 && path.data[len - 1] != '/') {
        len--;
    }
    while (len > 1 && path.data[len - 1] == '/') {
        len--;
    }
    return len;
}

static void add_step(weft_buf *buf, weft_str step)
{
    const weft_str before = weft_buf_str(buf);
    if (step.len == 0 || weft_str_equal_text(step, ".")) {
        return;
    }
    if (weft_str_equal_text(step, "..") && before.len > 0) {
        weft_buf_truncate(buf, folder_len(before));
        return;
    }
    weft_buf_add_text(buf, before.len > 0 ? "/" : "");
    weft_buf_add_str(buf, step);
}

static weft_str shorten(weft_str path, weft_arena *scratch)
{
    weft_buf buf;
    weft_buf_init_arena(&buf, scratch);
    while (path.len > 0) {
        const size_t end = weft_str_find(path, '/');
        add_step(&buf, weft_str_slice(path, 0, end));
        path = weft_str_slice(path, end + 1, path.len);
    }
    return weft_buf_str(&buf);
}

static place find_place(weft_str path, weft_arena *scratch)
{
    place found = {.is_found = false};
    size_t before = path.len + 1;
    for (size_t len = path.len; !found.is_found && len < before; len = folder_len(weft_str_slice(path, 0, len))) {
        const weft_str beginning = weft_str_copy(scratch, len > 0 ? weft_str_slice(path, 0, len) : WEFT_STR("."));
        found.is_found = beginning.data != NULL && stat(beginning.data, &found.facts) == 0;
        before = len;
    }
    found.rest = shorten(weft_str_slice(path, before, path.len), scratch);
    return found;
}

bool weft_is_one_file(weft_str a, weft_str b, weft_arena *scratch)
{
    const place first = find_place(a, scratch);
    const place second = find_place(b, scratch);
    return first.is_found && second.is_found && first.facts.st_dev == second.facts.st_dev &&
           first.facts.st_ino == second.facts.st_ino && weft_str_equal(first.rest, second.rest);
}
