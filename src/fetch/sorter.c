/* The sorter: a heap of the rows that can still stand on the page, or everything by way of a spill.
 *
 * What a row is ordered by becomes bytes whose own order is the rows' order, so that heap and spill compare the same
 * way:
 *
 *      whole numbers, times    the sign turned, the highest byte first
 *      doubles                 their bits, turned so that they order
 *      text                    its bytes, a zero byte as 00 FF, ended by 00 00
 *      decimals                sign, number of digits before the point, digits, end; all turned when negative
 *      null                    behind everything
 *      descending              every byte turned
 *
 * Rows are kept as bytes too. Fails when out of memory or when the temporary file cannot be written. */
#include "fetch/sorter.h"

#include <string.h>

#include "base/buf.h"
#include "fetch/state.h"

/* A row as bytes: its key, then its values. One piece of memory. */
typedef struct piece {
    size_t key_len;
    size_t len; /* of key and values */
    char bytes[];
} piece;

struct weft_sorter {
    weft_sorter_options options;
    weft_buf key;
    weft_buf row;
    piece **heap; /* the key that is given up next first; in order once reading has begun */
    size_t heap_count;
    size_t heap_capacity;
    size_t heap_at;
    size_t heap_bytes;
    weft_spill *spill; /* NULL: the heap does */
    uint64_t spilled;  /* rows there */
    bool is_reading;
    weft_value *values; /* of the row given out */
};

static void add_turned(weft_buf *buf, uint64_t bits)
{
    for (int shift = 56; shift >= 0; shift -= 8) {
        weft_buf_add_char(buf, (char)(unsigned char)(bits >> shift));
    }
}

static void add_double(weft_buf *buf, double real)
{
    const double plain = real + 0.0; /* -0 and 0 are equal */
    uint64_t bits = 0;
    memcpy(&bits, &plain, sizeof(bits));
    const uint64_t sign = UINT64_C(1) << 63;
    add_turned(buf, bits & sign ? ~bits : bits | sign);
}

static void add_text(weft_buf *buf, weft_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        weft_buf_add_char(buf, text.data[i]);
        if (text.data[i] == '\0') {
            weft_buf_add_char(buf, (char)(unsigned char)0xFF);
        }
    }
    weft_buf_add(buf, "\0\0", 2);
}

static void turn_bytes(weft_buf *buf, size_t from)
{
    for (size_t i = from; !buf->failed && i < buf->len; i++) {
        buf->data[i] = (char)(unsigned char)~(unsigned char)buf->data[i];
    }
}

/* In normal form: no needless zeros, so that 0 < |x| < 1 is "0." and digits, of which the zeros in front say how small
 * it is. */
static void add_decimal(weft_buf *buf, weft_str digits)
{
    const bool is_negative = digits.len > 0 && digits.data[0] == '-';
    weft_str rest = weft_str_slice(digits, is_negative ? 1 : 0, digits.len);
    const size_t point = weft_str_find(rest, '.');
    weft_buf_add_char(buf, is_negative ? '\0' : '\1');
    const size_t from = buf->len;
    add_turned(buf, weft_str_equal_text(weft_str_slice(rest, 0, point), "0") ? 0 : point);
    for (size_t i = 0; i < rest.len; i++) {
        if (i != point) {
            weft_buf_add_char(buf, rest.data[i]);
        }
    }
    weft_buf_add_char(buf, '\0');
    if (is_negative) {
        turn_bytes(buf, from);
    }
}

static void add_key_value(weft_buf *buf, const weft_value *value)
{
    const uint64_t sign = UINT64_C(1) << 63;
    switch (value->kind) {
    case WEFT_VALUE_BOOLEAN:
        weft_buf_add_char(buf, value->as.boolean ? '\1' : '\0');
        break;
    case WEFT_VALUE_INTEGER:
        add_turned(buf, (uint64_t)value->as.integer ^ sign);
        break;
    case WEFT_VALUE_TIME:
        add_turned(buf, (uint64_t)value->as.time_us ^ sign);
        break;
    case WEFT_VALUE_DOUBLE:
        add_double(buf, value->as.real);
        break;
    case WEFT_VALUE_DECIMAL:
        add_decimal(buf, value->as.text);
        break;
    case WEFT_VALUE_TEXT:
    case WEFT_VALUE_JSON:
    case WEFT_VALUE_ARRAY:
        add_text(buf, value->as.text);
        break;
    case WEFT_VALUE_NULL:
        break;
    }
}

static void make_key(weft_sorter *sorter, const weft_value *values)
{
    weft_buf_clear(&sorter->key);
    for (size_t i = 0; i < sorter->options.value_count; i++) {
        const size_t from = sorter->key.len;
        weft_buf_add_char(&sorter->key, values[i].kind == WEFT_VALUE_NULL ? '\2' : '\1');
        add_key_value(&sorter->key, &values[i]);
        if (sorter->options.descending[i]) {
            turn_bytes(&sorter->key, from);
        }
    }
}

/* Each value as it is in memory, then its text. */
static void make_row(weft_sorter *sorter, const weft_value *row)
{
    const size_t count = sorter->options.column_count;
    weft_buf_clear(&sorter->row);
    weft_buf_add(&sorter->row, (const char *)row, count * sizeof(*row));
    for (size_t i = 0; i < count; i++) {
        if (weft_value_holds_text(&row[i]) && row[i].as.text.len > 0) {
            weft_buf_add(&sorter->row, row[i].as.text.data, row[i].as.text.len);
        }
    }
}

/* What make_row wrote, with the texts found again. */
static const weft_value *read_row(weft_sorter *sorter, weft_str bytes)
{
    const size_t count = sorter->options.column_count;
    const char *text = bytes.data + count * sizeof(weft_value);
    memcpy(sorter->values, bytes.data, count * sizeof(weft_value));
    for (size_t i = 0; i < count; i++) {
        weft_value *value = &sorter->values[i];
        if (weft_value_holds_text(value)) {
            value->as.text.data = text;
            text += value->as.text.len;
        }
    }
    return sorter->values;
}

static weft_str key_of(const piece *p)
{
    return (weft_str){p->bytes, p->key_len};
}

static weft_str row_of(const piece *p)
{
    return (weft_str){p->bytes + p->key_len, p->len - p->key_len};
}

/* True when `a` is further from what is wanted. */
static bool is_further(const weft_sorter *sorter, weft_str a, weft_str b)
{
    const int way = weft_str_compare(a, b);
    return sorter->options.takes_last ? way < 0 : way > 0;
}

static bool is_above(const weft_sorter *sorter, size_t a, size_t b)
{
    return is_further(sorter, key_of(sorter->heap[a]), key_of(sorter->heap[b]));
}

static void swap(piece **heap, size_t a, size_t b)
{
    piece *moved = heap[a];
    heap[a] = heap[b];
    heap[b] = moved;
}

static void sink(weft_sorter *sorter, size_t count, size_t at)
{
    for (;;) {
        const size_t left = 2 * at + 1;
        size_t top = at;
        if (left < count && is_above(sorter, left, top)) {
            top = left;
        }
        if (left + 1 < count && is_above(sorter, left + 1, top)) {
            top = left + 1;
        }
        if (top == at) {
            return;
        }
        swap(sorter->heap, at, top);
        at = top;
    }
}

static void rise(weft_sorter *sorter, size_t at)
{
    while (at > 0 && is_above(sorter, at, (at - 1) / 2)) {
        swap(sorter->heap, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
}

static void free_piece(weft_sorter *sorter, piece *p)
{
    sorter->heap_bytes -= sizeof(*p) + p->len;
    weft_free(sorter->options.allocator, p, sizeof(*p) + p->len);
}

static piece *make_piece(weft_sorter *sorter)
{
    const size_t len = sorter->key.len + sorter->row.len;
    piece *p = weft_resize(sorter->options.allocator, NULL, 0, sizeof(*p) + len);
    if (p) {
        p->key_len = sorter->key.len;
        p->len = len;
        memcpy(p->bytes, sorter->key.data, sorter->key.len);
        memcpy(p->bytes + sorter->key.len, sorter->row.data, sorter->row.len);
        sorter->heap_bytes += sizeof(*p) + len;
    }
    return p;
}

static void empty_heap(weft_sorter *sorter)
{
    for (size_t i = 0; i < sorter->heap_count; i++) {
        free_piece(sorter, sorter->heap[i]);
    }
    sorter->heap_count = 0;
}

static weft_code grow_heap(weft_sorter *sorter, weft_error *error)
{
    const size_t capacity = sorter->heap_capacity == 0 ? 16 : sorter->heap_capacity * 2;
    piece **heap = weft_resize(sorter->options.allocator,
                               sorter->heap,
                               sorter->heap_capacity * sizeof(*heap), /* NOLINT(bugprone-sizeof-expression) */
                               capacity * sizeof(*heap));             /* NOLINT(bugprone-sizeof-expression) */
    if (!heap) {
        return weft_fail_no_memory(error);
    }
    sorter->heap = heap;
    sorter->heap_capacity = capacity;
    return WEFT_OK;
}

/* The rows on the heap are too large: on to the file with them. */
static weft_code move_to_spill(weft_sorter *sorter, weft_error *error)
{
    WEFT_TRY(weft_spill_open(sorter->options.allocator, &sorter->spill, error));
    for (size_t i = 0; i < sorter->heap_count; i++) {
        WEFT_TRY(weft_spill_add(sorter->spill, key_of(sorter->heap[i]), row_of(sorter->heap[i]), error));
    }
    sorter->spilled = sorter->heap_count;
    empty_heap(sorter);
    return WEFT_OK;
}

static weft_code add_to_heap(weft_sorter *sorter, weft_error *error)
{
    const bool is_full = sorter->heap_count == sorter->options.rows_max;
    if (is_full &&
        (sorter->heap_count == 0 || !is_further(sorter, key_of(sorter->heap[0]), weft_buf_str(&sorter->key)))) {
        return WEFT_OK;
    }
    if (sorter->heap_count == sorter->heap_capacity) {
        WEFT_TRY(grow_heap(sorter, error));
    }
    piece *p = make_piece(sorter);
    if (!p) {
        return weft_fail_no_memory(error);
    }
    if (is_full) {
        free_piece(sorter, sorter->heap[0]);
        sorter->heap[0] = p;
        sink(sorter, sorter->heap_count, 0);
    } else {
        sorter->heap[sorter->heap_count++] = p;
        rise(sorter, sorter->heap_count - 1);
    }
    return sorter->heap_bytes > sorter->options.memory_max ? move_to_spill(sorter, error) : WEFT_OK;
}

weft_code weft_sorter_open(const weft_sorter_options *options, weft_sorter **ret_sorter, weft_error *error)
{
    const weft_allocator *allocator = options->allocator;
    weft_sorter *sorter = weft_resize(allocator, NULL, 0, sizeof(*sorter));
    weft_value *values = weft_resize(allocator, NULL, 0, options->column_count * sizeof(*values));
    if (!sorter || !values) {
        weft_free(allocator, sorter, sizeof(*sorter));
        weft_free(allocator, values, options->column_count * sizeof(*values));
        return weft_fail_no_memory(error);
    }
    *sorter = (weft_sorter){.options = *options, .values = values};
    weft_buf_init(&sorter->key, allocator);
    weft_buf_init(&sorter->row, allocator);
    if (options->rows_max == 0 || options->rows_max > WEFT_SORTER_ROWS_MAX) {
        const weft_code code = weft_spill_open(allocator, &sorter->spill, error);
        if (code != WEFT_OK) {
            weft_sorter_close(sorter);
            return code;
        }
    }
    *ret_sorter = sorter;
    return WEFT_OK;
}

weft_code weft_sorter_add(weft_sorter *sorter, const weft_value *values, const weft_value *row, weft_error *error)
{
    make_key(sorter, values);
    make_row(sorter, row);
    if (sorter->key.failed || sorter->row.failed) {
        return weft_fail_no_memory(error);
    }
    if (sorter->spill) {
        sorter->spilled++;
        return weft_spill_add(sorter->spill, weft_buf_str(&sorter->key), weft_buf_str(&sorter->row), error);
    }
    return add_to_heap(sorter, error);
}

/* A heap becomes a list in order. */
static void order_heap(weft_sorter *sorter)
{
    for (size_t count = sorter->heap_count; count > 1; count--) {
        swap(sorter->heap, 0, count - 1);
        sink(sorter, count - 1, 0);
    }
    for (size_t i = 0; sorter->options.takes_last && i < sorter->heap_count / 2; i++) {
        swap(sorter->heap, i, sorter->heap_count - 1 - i);
    }
}

/* A spill keeps every row: those before the last wanted ones are passed over. */
static weft_code skip_spilled(weft_sorter *sorter, weft_error *error)
{
    const uint64_t wanted = sorter->options.rows_max;
    weft_str bytes = {0};
    for (uint64_t i = wanted; sorter->options.takes_last && wanted > 0 && i < sorter->spilled; i++) {
        WEFT_TRY(weft_spill_next(sorter->spill, &bytes, error));
    }
    return WEFT_OK;
}

weft_code weft_sorter_next(weft_sorter *sorter, const weft_value **ret_row, weft_error *error)
{
    weft_str bytes = {0};
    if (!sorter->is_reading) {
        sorter->is_reading = true;
        order_heap(sorter);
        WEFT_TRY(sorter->spill ? skip_spilled(sorter, error) : WEFT_OK);
    }
    if (sorter->spill) {
        WEFT_TRY(weft_spill_next(sorter->spill, &bytes, error));
    } else if (sorter->heap_at < sorter->heap_count) {
        bytes = row_of(sorter->heap[sorter->heap_at++]);
    }
    *ret_row = bytes.data ? read_row(sorter, bytes) : NULL;
    return WEFT_OK;
}

uint64_t weft_sorter_spilled(const weft_sorter *sorter)
{
    return sorter ? sorter->spilled : 0;
}

void weft_sorter_close(weft_sorter *sorter)
{
    if (!sorter) {
        return;
    }
    const weft_allocator *allocator = sorter->options.allocator;
    empty_heap(sorter);
    weft_free(allocator,
              sorter->heap,
              sorter->heap_capacity * sizeof(*sorter->heap)); /* NOLINT(bugprone-sizeof-expression) */
    weft_free(allocator, sorter->values, sorter->options.column_count * sizeof(*sorter->values));
    weft_buf_done(&sorter->key);
    weft_buf_done(&sorter->row);
    weft_spill_close(sorter->spill);
    weft_free(allocator, sorter, sizeof(*sorter));
}
