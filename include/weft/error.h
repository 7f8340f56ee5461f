/* The error every weft function reports, and the list of all its codes.
 *
 * A weft_error is owned by the caller, has a fixed size and never allocates, so that "out of memory" can be said as
 * well as anything else. Functions return a weft_code; when it is not WEFT_OK they have filled the weft_error they were
 * given (which may be NULL when only the code is wanted). Message style follows PostgreSQL's: `message` is one line,
 * lower case, without a full stop; `detail` and `hint` are whole sentences. */
#ifndef WEFT_ERROR_H
#define WEFT_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

/* Every code: X(NAME, number, stable name, HTTP status, exit status, meaning). A number is never used again for another
 * meaning. docs/errors.md has each with its cause and cure. */
#define WEFT_ERROR_LIST(X)                                                                                             \
    X(OK, 0, "ok", 200, 0, "nothing went wrong")                                                                       \
    X(NO_MEMORY, 1, "no_memory", 503, 1, "memory could not be had from the allocator")                                 \
    X(MISUSE, 2, "misuse", 500, 1, "a function was called with arguments its documentation forbids")                   \
    X(USAGE, 3, "usage", 400, 2, "the command line cannot be understood")                                              \
    X(INVALID_JSON, 4, "invalid_json", 400, 1, "the text is not JSON")                                                 \
    X(INVALID_REQUEST, 5, "invalid_request", 400, 1, "the request has the wrong shape")                                \
    X(UNKNOWN_KEY, 6, "unknown_key", 400, 1, "a key is not one that is understood here")                               \
    X(UNKNOWN_ENTITY, 7, "unknown_entity", 400, 1, "no model or link has that name")                                   \
    X(UNKNOWN_FIELD, 8, "unknown_field", 400, 1, "the model has no such field or edge")                                \
    X(UNKNOWN_OPERATOR, 9, "unknown_operator", 400, 1, "no filter operator has that name")                             \
    X(UNKNOWN_LINK, 10, "unknown_link", 400, 1, "no link joins these models or has that name")                         \
    X(AMBIGUOUS_NAME, 11, "ambiguous_name", 400, 1, "the name could mean more than one thing")                         \
    X(TYPE_MISMATCH, 12, "type_mismatch", 400, 1, "a value cannot be read as its field's type")                        \
    X(EMPTY_FILTER, 13, "empty_filter", 400, 1, "a filter holds no condition, so it would be ignored")                 \
    X(LIMIT_EXCEEDED, 14, "limit_exceeded", 422, 1, "a limit was passed")                                              \
    X(TIMEOUT, 15, "timeout", 504, 1, "the deadline passed")                                                           \
    X(CANCELLED, 16, "cancelled", 499, 1, "the caller cancelled the work")                                             \
    X(UNSUPPORTED, 17, "unsupported", 501, 1, "this cannot be done here")                                              \
    X(FILE_ERROR, 20, "file_error", 500, 1, "a file could not be read or written")                                     \
    X(INVALID_DEFINITION, 21, "invalid_definition", 500, 1, "a definition breaks a rule")                              \
    X(DUPLICATE_KEY, 22, "duplicate_key", 500, 1, "a key stands twice in one object")                                  \
    X(NAME_CLASH, 23, "name_clash", 500, 1, "two definitions claim one name")                                          \
    X(STORE_UNAVAILABLE, 30, "store_unavailable", 503, 1, "the store could not be reached")                            \
    X(STORE_BUSY, 31, "store_busy", 503, 1, "the store is locked by another writer")                                   \
    X(STORE_ERROR, 32, "store_error", 500, 1, "the store refused a statement")                                         \
    X(SCHEMA_MISSING, 33, "schema_missing", 500, 1, "a table or column is not in the store; migrate first")            \
    X(NOT_FOUND, 40, "not_found", 404, 1, "no live record has that key")                                               \
    X(MISSING_RECORD, 41, "missing_record", 422, 1, "cannot link non-existent entities")                               \
    X(CARDINALITY_VIOLATION,                                                                                           \
      42,                                                                                                              \
      "cardinality_violation",                                                                                         \
      409,                                                                                                             \
      1,                                                                                                               \
      "a record would get more partners than its link allows")                                                         \
    X(UNIQUE_VIOLATION, 43, "unique_violation", 409, 1, "another record has this unique value")                        \
    X(REQUIRED_VALUE, 44, "required_value", 422, 1, "a field that must have a value got none")                         \
    X(CHECK_VIOLATION, 45, "check_violation", 422, 1, "a value breaks a check of its table")                           \
    X(INVALID_ROW, 46, "invalid_row", 422, 1, "a line of an import cannot be read")                                    \
    X(RESTRICTED, 47, "restricted", 409, 1, "something that must not lose it holds the record")                        \
    X(PENDING_CHANGES, 50, "pending_changes", 409, 3, "changes are pending")                                           \
    X(FINDINGS, 51, "findings", 409, 4, "integrity findings were not fixed")                                           \
    X(REFUSED_UNSAFE, 52, "refused_unsafe", 409, 5, "the change may lose data and was not allowed")                    \
    X(DRIFTED, 53, "drifted", 409, 5, "the store is not what the plan was made for")                                   \
    X(UNAUTHENTICATED, 60, "unauthenticated", 401, 1, "nobody who is known asks")                                      \
    X(FORBIDDEN, 61, "forbidden", 403, 1, "whoever asks may not have this")

/* What a function answers: WEFT_OK, or why not. */
typedef enum weft_code {
#define WEFT_ERROR_ENUM(NAME, number, name, http, exit, meaning) WEFT_##NAME = (number),
    WEFT_ERROR_LIST(WEFT_ERROR_ENUM)
#undef WEFT_ERROR_ENUM
} weft_code;

/* Zero is a valid empty error. Every text is NUL-terminated UTF-8; what does not fit is cut at a character. */
typedef struct weft_error {
    weft_code code;    /* WEFT_OK in an empty error */
    char store[64];    /* name of the store that spoke, or "" */
    char sqlstate[6];  /* the database's own SQLSTATE, untouched, or "" */
    char where[256];   /* JSON Pointer into the request ("/filters/status"), or file:line:column, or "" */
    char message[384]; /* one line, lower case, no full stop */
    char detail[512];  /* whole sentences, or "" */
    char hint[384];    /* whole sentences, or "" */
} weft_error;

/* Marks what the shared libraries export. */
#if defined(_WIN32)
#define WEFT_API
#else
#define WEFT_API __attribute__((visibility("default")))
#endif

/* The stable name ("unknown_field"), HTTP status, process exit status and meaning of `code`.
 *
 * Returns: static text, never NULL, and numbers; of a number that is no code WEFT_MISUSE's.
 * Threads: any. */
WEFT_API const char *weft_code_name(weft_code code);
WEFT_API int weft_code_http_status(weft_code code);
WEFT_API int weft_code_exit_status(weft_code code);
WEFT_API const char *weft_code_meaning(weft_code code);

#ifdef __cplusplus
}
#endif
#endif
