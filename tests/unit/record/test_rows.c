/* The row reader: NDJSON and CSV, whatever the pieces in which the source hands out its bytes. */
#include "support/tap.h"

#include <stdio.h>
#include <string.h>

#include "record/record.h"
#include "support/alloc.h"

/* A source that hands out `piece` bytes at a time. */
typedef struct text_source {
    const char *text;
    size_t len;
    size_t at;
    size_t piece;
    bool fails; /* at the end instead of ending */
} text_source;

static weft_code read_text(void *ctx, char *data, size_t size, size_t *ret_len, weft_error *error)
{
    text_source *source = ctx;
    size_t len = source->len - source->at;
    if (len == 0 && source->fails) {
        return weft_fail(error, WEFT_FILE_ERROR, "could not read the file");
    }
    len = len > source->piece ? source->piece : len;
    len = len > size ? size : len;
    memcpy(data, source->text + source->at, len);
    source->at += len;
    *ret_len = len;
    return WEFT_OK;
}

/* Every row as "line:json\n", or the error as "!code where: message". */
static weft_code read_all(text_source *source,
                          weft_import_format format,
                          const weft_allocator *allocator,
                          weft_buf *buf)
{
    weft_error error = {0};
    weft_row_reader *reader = NULL;
    weft_code code = weft_row_reader_open((weft_source){read_text, source}, format, allocator, &reader, &error);
    while (code == WEFT_OK) {
        json_t *row = NULL;
        uint64_t line = 0;
        code = weft_row_reader_next(reader, &row, &line, &error);
        if (code != WEFT_OK || !row) {
            break;
        }
        char *text = json_dumps(row, JSON_COMPACT);
        weft_buf_add_format(buf, "%d:%s\n", (int)line, text ? text : "");
        free(text);
        json_decref(row);
    }
    if (code != WEFT_OK) {
        weft_buf_add_format(buf, "!%s %s: %s\n", weft_code_name(code), error.where, error.message);
    }
    weft_row_reader_close(reader);
    return code;
}

/* The same rows must come out for every size of piece. */
static void expect(weft_import_format format, const char *text, size_t len, const char *expected)
{
    const size_t pieces[] = {1, 2, 3, 7, 100000};
    for (size_t i = 0; i < WEFT_COUNT_OF(pieces); i++) {
        text_source source = {text, len, 0, pieces[i], false};
        weft_buf buf;
        weft_buf_init(&buf, NULL);
        (void)read_all(&source, format, NULL, &buf);
        assert_str_equal(weft_buf_str(&buf), expected);
        weft_buf_done(&buf);
    }
}

#define EXPECT_LINES(text, expected) expect(WEFT_IMPORT_NDJSON, (text), sizeof(text) - 1, (expected))
#define EXPECT_CSV(text, expected)   expect(WEFT_IMPORT_CSV, (text), sizeof(text) - 1, (expected))

static void lines_are_rows(void **state)
{
    (void)state;
    EXPECT_LINES("", "");
    EXPECT_LINES("\n\n \t\r\n", "");
    EXPECT_LINES("{\"a\":1}\n{\"b\":[2]}\n", "1:{\"a\":1}\n2:{\"b\":[2]}\n");
    EXPECT_LINES("\xEF\xBB\xBF{\"a\":1}\r\n\r\n  {\"a\":2}", "1:{\"a\":1}\n3:{\"a\":2}\n");
}

static void broken_lines_are_told_with_their_number(void **state)
{
    (void)state;
    EXPECT_LINES("{\"a\":1}\n[2]\n", "1:{\"a\":1}\n!invalid_row line 2: a row must be a JSON object\n");
    text_source source = {"{\"a\":1}\n\n{\"a\":\n", 15, 0, 4, false};
    weft_buf buf;
    weft_buf_init(&buf, NULL);
    assert_int_equal(read_all(&source, WEFT_IMPORT_NDJSON, NULL, &buf), WEFT_INVALID_ROW);
    assert_non_null(strstr(buf.data, "!invalid_row line 3: "));
    weft_buf_done(&buf);
}

static void csv_records_are_rows(void **state)
{
    (void)state;
    EXPECT_CSV("a,b\n", "");
    EXPECT_CSV("a,b\n1,2\n", "2:{\"a\":\"1\",\"b\":\"2\"}\n");
    EXPECT_CSV("a,b\r\n1,2\r\n3,4", "2:{\"a\":\"1\",\"b\":\"2\"}\n3:{\"a\":\"3\",\"b\":\"4\"}\n");
    EXPECT_CSV("\xEF\xBB\xBF\"a\",b\n\"x,y\",\"say \"\"hi\"\"\"\n", "2:{\"a\":\"x,y\",\"b\":\"say \\\"hi\\\"\"}\n");
    EXPECT_CSV("a,b\n\"one\ntwo\r\n\",2\n3,4\n",
               "2:{\"a\":\"one\\ntwo\\r\\n\",\"b\":\"2\"}\n5:{\"a\":\"3\",\"b\":\"4\"}\n");
    EXPECT_CSV("a,b\n\n1,2\n\r\n\n3,4\n\n", "3:{\"a\":\"1\",\"b\":\"2\"}\n6:{\"a\":\"3\",\"b\":\"4\"}\n");
    EXPECT_CSV("a\n x \n", "2:{\"a\":\" x \"}\n");
}

static void empty_csv_fields_are_left_out_unless_quoted(void **state)
{
    (void)state;
    EXPECT_CSV("a,b,c\n,\"\",\n", "2:{\"b\":\"\"}\n");
    EXPECT_CSV("a\n\"\"\n", "2:{\"a\":\"\"}\n");
    EXPECT_CSV("a,b\n1,", "2:{\"a\":\"1\"}\n");
}

static void broken_csv_is_told_with_its_line(void **state)
{
    (void)state;
    EXPECT_CSV("", "!invalid_row line 1: the header is missing\n");
    EXPECT_CSV("a,,b\n", "!invalid_row line 1: the header has a field without a name\n");
    EXPECT_CSV("a,b,a\n", "!invalid_row line 1: the header names \"a\" twice\n");
    EXPECT_CSV("a,b\n1\n", "!invalid_row line 2: the row has 1 fields and the header has 2\n");
    EXPECT_CSV("a\n1\n2,3\n", "2:{\"a\":\"1\"}\n!invalid_row line 3: the row has 2 fields and the header has 1\n");
    EXPECT_CSV("a\nx\"y\n", "!invalid_row line 2: a quote stands inside a field that has no quotes around it\n");
    EXPECT_CSV("a\n\"x\"y\n", "!invalid_row line 2: something other than a comma stands after a closing quote\n");
    EXPECT_CSV("a\n\"x\ny", "!invalid_row line 2: a quote is never closed\n");
    EXPECT_CSV("a\nx\ry\n", "!invalid_row line 2: a carriage return stands without a line feed\n");
    EXPECT_CSV("a\nx\r", "!invalid_row line 2: a carriage return stands without a line feed\n");
    EXPECT_CSV("a\n\xFF\n", "!invalid_row line 2: the row is not UTF-8\n");
}

static void long_rows_are_refused(void **state)
{
    (void)state;
    const size_t len = WEFT_ROW_BYTES_MAX + 10;
    char *text = malloc(len);
    assert_non_null(text);
    memset(text, 'x', len);
    text[1] = '\n';
    for (int format = WEFT_IMPORT_NDJSON; format <= WEFT_IMPORT_CSV; format++) {
        text[0] = format == WEFT_IMPORT_CSV ? 'a' : ' ';
        text_source source = {text, len, 0, 1 << 16, false};
        weft_buf buf;
        weft_buf_init(&buf, NULL);
        (void)read_all(&source, (weft_import_format)format, NULL, &buf);
        assert_str_equal(weft_buf_str(&buf), "!invalid_row line 2: the row is too long\n");
        weft_buf_done(&buf);
    }
    free(text);
}

static void the_sources_failure_is_passed_on(void **state)
{
    (void)state;
    for (size_t len = 0; len < 8; len++) {
        text_source source = {"a,b\n1,2\n", len, 0, 3, true};
        weft_buf buf;
        weft_buf_init(&buf, NULL);
        assert_int_equal(read_all(&source, WEFT_IMPORT_CSV, NULL, &buf), WEFT_FILE_ERROR);
        weft_buf_done(&buf);
    }
}

static void a_reader_tells_its_columns_and_bytes(void **state)
{
    (void)state;
    text_source source = {"a,b\n12,3\n", 9, 0, 9, false};
    weft_row_reader *reader = NULL;
    assert_int_equal(weft_row_reader_open((weft_source){read_text, &source}, WEFT_IMPORT_CSV, NULL, &reader, NULL),
                     WEFT_OK);
    size_t count = 0;
    const weft_str *columns = weft_row_reader_columns(reader, &count);
    assert_int_equal(count, 2);
    assert_str_equal(columns[1], "b");
    assert_true(weft_row_reader_is_text(reader));
    assert_int_equal(weft_row_reader_bytes(reader), 0);
    json_t *row = NULL;
    uint64_t line = 0;
    assert_int_equal(weft_row_reader_next(reader, &row, &line, NULL), WEFT_OK);
    assert_int_equal(weft_row_reader_bytes(reader), 3);
    json_decref(row);
    weft_row_reader_close(reader);
    weft_row_reader_close(NULL);
}

static void running_out_of_memory_is_told(void **state)
{
    (void)state;
    const char *text = "a,b\n1,\"2\n3\"\n4,5\n";
    for (size_t nth = 1;; nth++) {
        test_alloc alloc;
        test_alloc_init(&alloc, nth);
        test_alloc_set_jansson(&alloc);
        text_source source = {text, strlen(text), 0, 5, false};
        weft_error error = {0};
        weft_row_reader *reader = NULL;
        weft_code code =
            weft_row_reader_open((weft_source){read_text, &source}, WEFT_IMPORT_CSV, &alloc.allocator, &reader, &error);
        json_t *row = NULL;
        do {
            uint64_t line = 0;
            json_decref(row);
            row = NULL;
            code = code == WEFT_OK ? weft_row_reader_next(reader, &row, &line, &error) : code;
        } while (code == WEFT_OK && row);
        weft_row_reader_close(reader);
        test_alloc_set_jansson(NULL);
        assert_true(test_alloc_done(&alloc));
        if (!alloc.has_failed) {
            assert_int_equal(code, WEFT_OK);
            break;
        }
        assert_int_equal(code, WEFT_NO_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_rows),
        cmocka_unit_test(broken_lines_are_told_with_their_number),
        cmocka_unit_test(csv_records_are_rows),
        cmocka_unit_test(empty_csv_fields_are_left_out_unless_quoted),
        cmocka_unit_test(broken_csv_is_told_with_its_line),
        cmocka_unit_test(long_rows_are_refused),
        cmocka_unit_test(the_sources_failure_is_passed_on),
        cmocka_unit_test(a_reader_tells_its_columns_and_bytes),
        cmocka_unit_test(running_out_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
