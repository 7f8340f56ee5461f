/* Errors: the list's look-ups, and filling a weft_error without allocating. */
#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

typedef struct code_facts {
    weft_code code;
    const char *name;
    int http_status;
    int exit_status;
    const char *meaning;
} code_facts;

static const code_facts all_codes[] = {
#define CODE_FACTS(NAME, number, name, http, exit, meaning) {WEFT_##NAME, name, http, exit, meaning},
    WEFT_ERROR_LIST(CODE_FACTS)
#undef CODE_FACTS
};

static const code_facts *facts_of(weft_code code)
{
    const code_facts *misuse = &all_codes[0];
    for (size_t i = 0; i < WEFT_COUNT_OF(all_codes); i++) {
        if (all_codes[i].code == code) {
            return &all_codes[i];
        }
        if (all_codes[i].code == WEFT_MISUSE) {
            misuse = &all_codes[i];
        }
    }
    return misuse;
}

const char *weft_code_name(weft_code code)
{
    return facts_of(code)->name;
}

int weft_code_http_status(weft_code code)
{
    return facts_of(code)->http_status;
}

int weft_code_exit_status(weft_code code)
{
    return facts_of(code)->exit_status;
}

const char *weft_code_meaning(weft_code code)
{
    return facts_of(code)->meaning;
}

/* Errors quote names that users gave, and are printed on terminals and in logs: a control character among them could
 * forge a line or move the cursor, so each becomes "?". */
static void hide_controls(char *text)
{
    for (char *at = text; *at; at++) {
        const unsigned char byte = (unsigned char)at[0];
        const unsigned char next = (unsigned char)at[1];
        if (byte < 0x20 || byte == 0x7F || (byte == 0xC2 && next >= 0x80 && next < 0xA0)) {
            *at = '?';
            if (byte == 0xC2) {
                at[1] = '?';
            }
        }
    }
}

/* printf into a fixed text; what does not fit is cut at a character, and bytes that are no UTF-8 cannot come from the
 * cut. */
static void put(char *field, size_t size, const char *format, va_list args) WEFT_PRINTF(3, 0);

static void put(char *field, size_t size, const char *format, va_list args)
{
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): every caller has started it, which the analyzer loses. */
    const int len = vsnprintf(field, size, format, args);
    if (len >= 0 && (size_t)len >= size) {
        const weft_str cut = weft_utf8_cut((weft_str){field, size - 1}, size - 2);
        field[cut.len] = '\0';
    }
    hide_controls(field);
}

weft_code weft_fail(weft_error *error, weft_code code, const char *format, ...)
{
    if (error) {
        weft_error_clear(error);
        error->code = code;
        va_list args;
        va_start(args, format);
        put(error->message, sizeof(error->message), format, args);
        va_end(args);
    }
    return code;
}

weft_code weft_fail_no_memory(weft_error *error)
{
    return weft_fail(error, WEFT_NO_MEMORY, "out of memory");
}

weft_code weft_fail_arena(weft_error *error, const weft_arena *arena)
{
    if (!weft_arena_is_full(arena)) {
        return weft_fail_no_memory(error);
    }
    const weft_code code = weft_fail(error, WEFT_LIMIT_EXCEEDED, "the work needs more memory than it may hold");
    weft_error_set_limit(error, "memory_bytes_max", arena->bytes_max);
    return code;
}

#define PUT_FIELD(field)                                                                                               \
    do {                                                                                                               \
        if (error) {                                                                                                   \
            va_list args;                                                                                              \
            va_start(args, format);                                                                                    \
            put(error->field, sizeof(error->field), format, args);                                                     \
            va_end(args);                                                                                              \
        }                                                                                                              \
    } while (0)

void weft_error_set_where(weft_error *error, const char *format, ...)
{
    PUT_FIELD(where);
}

void weft_error_prefix_where(weft_error *error, const char *format, ...)
{
    if (!error) {
        return;
    }
    char before[sizeof(error->where)];
    memcpy(before, error->where, sizeof(before));
    PUT_FIELD(where);
    const size_t len = strlen(error->where);
    const weft_str cut = weft_utf8_cut(weft_str_from(before), sizeof(error->where) - 1 - len);
    memcpy(error->where + len, cut.data, cut.len);
    error->where[len + cut.len] = '\0';
}

void weft_error_set_detail(weft_error *error, const char *format, ...)
{
    PUT_FIELD(detail);
}

void weft_error_set_hint(weft_error *error, const char *format, ...)
{
    PUT_FIELD(hint);
}

void weft_error_set_limit(weft_error *error, const char *name, size_t value)
{
    weft_error_set_detail(error, "The limit %s is %zu here.", name, value);
    weft_error_set_hint(error, "Ask for less at a time, or raise %s under limits in weft.yaml.", name);
}

void weft_error_set_store(weft_error *error, weft_str store)
{
    if (error) {
        const weft_str cut = weft_utf8_cut(store, sizeof(error->store) - 1);
        (void)snprintf(error->store, sizeof(error->store), "%.*s", WEFT_STR_ARG(cut));
    }
}

void weft_error_suggest(weft_error *error, weft_str name, const weft_str *candidates, size_t count)
{
    const weft_str nearest = weft_str_nearest(name, candidates, count);
    if (nearest.len) {
        weft_error_set_hint(error, "Did you mean \"%.*s\"?", WEFT_STR_ARG(nearest));
    }
}

void weft_error_wrap(weft_error *error, const char *format, ...)
{
    if (!error) {
        return;
    }
    char message[sizeof(error->message)];
    memcpy(message, error->message, sizeof(message));
    va_list args;
    va_start(args, format);
    put(error->message, sizeof(error->message), format, args);
    va_end(args);
    const size_t len = strlen(error->message);
    (void)snprintf(error->message + len, sizeof(error->message) - len, ": %s", message);
    const weft_str cut = weft_utf8_cut(weft_str_from(error->message), sizeof(error->message) - 5);
    error->message[cut.len] = '\0';
}

void weft_error_clear(weft_error *error)
{
    if (error) {
        memset(error, 0, sizeof(*error));
    }
}
