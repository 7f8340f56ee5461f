/* The only place where the compiler's own extensions are used. */
#ifndef WEFT_BASE_COMPILER_H
#define WEFT_BASE_COMPILER_H

#if defined(__GNUC__)
#define WEFT_PRINTF(format_index, first_index) __attribute__((format(printf, format_index, first_index)))
#define WEFT_MUST_USE                          __attribute__((warn_unused_result))
#else
#define WEFT_PRINTF(format_index, first_index)
#define WEFT_MUST_USE
#endif

#define WEFT_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
