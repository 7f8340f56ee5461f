/* numeric's binary form as decimal digits in normal form. Fails on NaN and infinities, which have none. */
#include "store/postgres.h"

#define BASE_DIGITS 4 /* numeric counts in base 10000 */

/* numeric: how many groups of four digits, the weight of the first, sign, digits shown, then the groups. */
typedef struct numeric {
    int count;
    int weight;
    bool is_negative;
    const char *groups;
} numeric;

static bool open_numeric(const weft_postgres_cell *cell, numeric *ret_numeric)
{
    if (cell->len < 8) {
        return false;
    }
    const uint64_t sign = weft_postgres_big_endian(cell->data + 4, 2);
    *ret_numeric = (numeric){.count = (int16_t)(uint16_t)weft_postgres_big_endian(cell->data, 2),
                             .weight = (int16_t)(uint16_t)weft_postgres_big_endian(cell->data + 2, 2),
                             .is_negative = sign == 0x4000,
                             .groups = cell->data + 8};
    return (sign == 0 || sign == 0x4000) && ret_numeric->count >= 0 && cell->len >= 8 + (size_t)ret_numeric->count * 2;
}

/* Four digits for the group that weighs 10000^weight. */
static void add_group(weft_buf *buf, const numeric *number, int weight)
{
    const int index = number->weight - weight;
    const unsigned int group = index >= 0 && index < number->count
                                   ? (unsigned int)weft_postgres_big_endian(number->groups + (ptrdiff_t)index * 2, 2)
                                   : 0;
    const char digits[BASE_DIGITS] = {(char)('0' + group / 1000 % 10),
                                      (char)('0' + group / 100 % 10),
                                      (char)('0' + group / 10 % 10),
                                      (char)('0' + group % 10)};
    weft_buf_add(buf, digits, sizeof(digits));
}

/* Decimal digits in normal form: no zeros in front, none at the end of the fraction. */
static void write_numeric(const numeric *number, weft_buf *buf)
{
    weft_buf whole = {.arena = buf->arena};
    for (int weight = number->weight; weight >= 0; weight--) {
        add_group(&whole, number, weight);
    }
    weft_str digits = weft_buf_str(&whole);
    while (digits.len > 1 && digits.data[0] == '0') {
        digits = weft_str_slice(digits, 1, digits.len);
    }
    weft_buf_add_text(buf, number->is_negative && number->count > 0 ? "-" : "");
    weft_buf_add_str(buf, digits.len > 0 ? digits : WEFT_STR("0"));
    const size_t whole_len = buf->len;
    weft_buf_add_char(buf, '.');
    for (int weight = -1; weight > number->weight - number->count; weight--) {
        add_group(buf, number, weight);
    }
    size_t len = buf->len;
    while (len > whole_len && buf->data != NULL && (buf->data[len - 1] == '0' || buf->data[len - 1] == '.')) {
        len--;
        if (buf->data[len] == '.') {
            break;
        }
    }
    weft_buf_truncate(buf, len);
    buf->failed = buf->failed || whole.failed;
}

weft_code weft_postgres_numeric_digits(const weft_postgres_cell *cell, weft_str *ret_digits, weft_error *error)
{
    numeric number;
    weft_buf buf;
    if (!open_numeric(cell, &number)) {
        return weft_postgres_refuse(cell, "a numeric that is not finite", error);
    }
    weft_buf_init_arena(&buf, &cell->rows->row_arena);
    write_numeric(&number, &buf);
    *ret_digits = weft_buf_str(&buf);
    return buf.failed ? weft_fail_arena(error, &cell->rows->row_arena) : WEFT_OK;
}
