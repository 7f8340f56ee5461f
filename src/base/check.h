/* Broken invariants. A false condition is a defect of weft, never of its input, so the process stops at once with the
 * place: going on could lose data. */
#ifndef WEFT_BASE_CHECK_H
#define WEFT_BASE_CHECK_H

_Noreturn void weft_check_failed(const char *condition, const char *file, int line);

#define WEFT_CHECK(condition) ((condition) ? (void)0 : weft_check_failed(#condition, __FILE__, __LINE__))

#endif
