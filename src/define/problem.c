/* Collecting problems while reading goes on, and telling them in order. */
#include "define/problem.h"

#include <stdio.h>
#include <stdlib.h>

weft_code weft_workshop_init(weft_workshop *shop,
                             const char *directory,
                             const weft_environment *environment,
                             weft_arena *keep,
                             weft_arena *scratch)
{
    *shop = (weft_workshop){
        .directory = directory ? directory : ".", .environment = environment, .keep = keep, .scratch = scratch};
    shop->noted = WEFT_ARENA_ARRAY(scratch, weft_noted, WEFT_DEFINE_PROBLEMS_MAX);
    return shop->noted ? WEFT_OK : WEFT_NO_MEMORY;
}

static void set_where(weft_error *error, weft_place place)
{
    if (place.file && place.line) {
        weft_error_set_where(error, "%.*s:%u:%u", WEFT_STR_ARG(place.file->path), place.line, place.column);
    } else if (place.file) {
        weft_error_set_where(error, "%.*s", WEFT_STR_ARG(place.file->path));
    }
}

/* Room for one more problem, or the spare. */
static weft_error *note(weft_workshop *shop, weft_place place)
{
    const size_t order = shop->problem_count++;
    if (shop->noted_count == WEFT_DEFINE_PROBLEMS_MAX) {
        return &shop->spare;
    }
    weft_noted *noted = &shop->noted[shop->noted_count++];
    noted->place = place;
    noted->order = order;
    return &noted->error;
}

weft_error *weft_problem(weft_workshop *shop, weft_place place, weft_code code, const char *format, ...)
{
    /* Twice the message's size, so that the cut is made by weft_fail, which never cuts a character. */
    char message[2 * sizeof(shop->spare.message)];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    weft_error *error = note(shop, place);
    (void)weft_fail(error, code, "%s", message);
    set_where(error, place);
    return error;
}

void weft_problem_take(weft_workshop *shop, weft_place place, const weft_error *error)
{
    weft_error *mine = note(shop, place);
    *mine = *error;
    set_where(mine, place);
}

static int compare_numbers(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_noted(const void *left, const void *right)
{
    const weft_noted *a = left;
    const weft_noted *b = right;
    const int by_file =
        compare_numbers(a->place.file ? a->place.file->rank : 0, b->place.file ? b->place.file->rank : 0);
    const int by_line = compare_numbers(a->place.line, b->place.line);
    const int by_column = compare_numbers(a->place.column, b->place.column);
    if (by_file != 0 || by_line != 0) {
        return by_file != 0 ? by_file : by_line;
    }
    return by_column != 0 ? by_column : compare_numbers(a->order, b->order);
}

weft_code weft_workshop_report(weft_workshop *shop, weft_problems *ret_problems, weft_error *error)
{
    if (shop->noted_count == 0) {
        return WEFT_OK;
    }
    qsort(shop->noted, shop->noted_count, sizeof(*shop->noted), compare_noted);
    for (size_t i = 0; ret_problems && i < shop->noted_count; i++) {
        ret_problems->items[i] = shop->noted[i].error;
        ret_problems->count = i + 1;
    }
    if (error) {
        *error = shop->noted[0].error;
    }
    return shop->noted[0].error.code;
}

weft_str weft_place_text(weft_place place, weft_arena *arena)
{
    if (!place.file) {
        return WEFT_STR("");
    }
    if (!place.line) {
        return weft_str_copy(arena, place.file->path);
    }
    return weft_str_format(arena, "%.*s:%u:%u", WEFT_STR_ARG(place.file->path), place.line, place.column);
}
