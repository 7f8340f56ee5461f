/* A scanner for the SQL that SQLite keeps of tables and indexes. SQLite has parsed the text before it kept it, so that
 * this one only has to tell words, quoted things and parentheses apart. */
#include "store/sqlite_text.h"

#include <string.h>

#include "base/buf.h"
#include "base/vec.h"

typedef enum token_kind { TOKEN_END = 0, TOKEN_WORD, TOKEN_QUOTED, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_OTHER } token_kind;

typedef struct scanner {
    weft_str sql;
    size_t at;       /* behind the token */
    size_t token_at; /* where it begins */
    token_kind kind;
    size_t depth; /* of parentheses, behind the token */
} scanner;

static bool is_word_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '_' || byte == '$' || (unsigned char)byte >= 0x80;
}

static char byte_at(const scanner *s, size_t at)
{
    return at < s->sql.len ? s->sql.data[at] : '\0';
}

static void skip_blanks(scanner *s)
{
    for (;;) {
        if (s->at < s->sql.len && strchr(" \t\r\n\f", s->sql.data[s->at]) != NULL) {
            s->at++;
        } else if (byte_at(s, s->at) == '-' && byte_at(s, s->at + 1) == '-') {
            while (s->at < s->sql.len && s->sql.data[s->at] != '\n') {
                s->at++;
            }
        } else if (byte_at(s, s->at) == '/' && byte_at(s, s->at + 1) == '*') {
            s->at += 2;
            while (s->at < s->sql.len && !(byte_at(s, s->at) == '*' && byte_at(s, s->at + 1) == '/')) {
                s->at++;
            }
            s->at += s->at < s->sql.len ? 2 : 0;
        } else {
            return;
        }
    }
}

/* Behind the closing quote; a doubled quote stands for one. Brackets cannot be doubled. */
static void skip_quoted(scanner *s)
{
    const char open = s->sql.data[s->at++];
    const char close = open == '[' ? ']' : open;
    while (s->at < s->sql.len) {
        if (s->sql.data[s->at++] == close) {
            if (open == '[' || byte_at(s, s->at) != close) {
                return;
            }
            s->at++;
        }
    }
}

static token_kind next_token(scanner *s)
{
    skip_blanks(s);
    s->token_at = s->at;
    const char byte = byte_at(s, s->at);
    if (s->at >= s->sql.len) {
        s->kind = TOKEN_END;
    } else if (strchr("'\"`[", byte) != NULL) {
        skip_quoted(s);
        s->kind = TOKEN_QUOTED;
    } else if (is_word_byte(byte)) {
        while (s->at < s->sql.len && is_word_byte(s->sql.data[s->at])) {
            s->at++;
        }
        s->kind = TOKEN_WORD;
    } else {
        s->at++;
        s->kind = byte == '(' ? TOKEN_OPEN : byte == ')' ? TOKEN_CLOSE : TOKEN_OTHER;
        s->depth += s->kind == TOKEN_OPEN;
        s->depth -= s->kind == TOKEN_CLOSE && s->depth > 0;
    }
    return s->kind;
}

static weft_str token_text(const scanner *s)
{
    return weft_str_slice(s->sql, s->token_at, s->at);
}

static bool is_keyword(const scanner *s, const char *keyword)
{
    const weft_str text = token_text(s);
    if (s->kind != TOKEN_WORD || text.len != strlen(keyword)) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        const char byte = text.data[i];
        if ((byte >= 'a' && byte <= 'z' ? (char)(byte - 'a' + 'A') : byte) != keyword[i]) {
            return false;
        }
    }
    return true;
}

static weft_str trim(weft_str text)
{
    while (text.len > 0 && strchr(" \t\r\n\f;", text.data[text.len - 1]) != NULL) {
        text.len--;
    }
    while (text.len > 0 && strchr(" \t\r\n\f", text.data[0]) != NULL) {
        text = weft_str_slice(text, 1, text.len);
    }
    return text;
}

weft_str weft_sqlite_index_where(weft_str sql)
{
    scanner s = {.sql = sql};
    while (next_token(&s) != TOKEN_END) {
        if (s.depth == 0 && is_keyword(&s, "WHERE")) {
            return trim(weft_str_slice(sql, s.at, sql.len));
        }
    }
    return (weft_str){NULL, 0};
}

/* A name as written, without its quotes. */
static weft_str unquote(const scanner *s, weft_arena *keep)
{
    const weft_str text = token_text(s);
    if (s->kind != TOKEN_QUOTED || text.len < 2) {
        return weft_str_copy(keep, text);
    }
    const char close = text.data[text.len - 1];
    weft_buf buf;
    weft_buf_init_arena(&buf, keep);
    weft_buf_add(&buf, "", 0);
    for (size_t i = 1; i + 1 < text.len; i++) {
        weft_buf_add_char(&buf, text.data[i]);
        i += text.data[i] == close;
    }
    return buf.failed ? (weft_str){NULL, 0} : weft_buf_str(&buf);
}

/* The scanner stands on CHECK: what its parentheses hold, and the scanner behind them. */
static weft_str read_parentheses(scanner *s)
{
    const size_t depth = s->depth;
    if (next_token(s) != TOKEN_OPEN) {
        return (weft_str){NULL, 0};
    }
    const size_t from = s->at;
    while (s->depth > depth && next_token(s) != TOKEN_END) {
    }
    return trim(weft_str_slice(s->sql, from, s->token_at));
}

bool weft_sqlite_table_checks(weft_str sql, weft_arena *keep, const weft_schema_check **ret_checks, size_t *ret_count)
{
    WEFT_VEC(weft_schema_check) checks = {NULL, 0, 0};
    scanner s = {.sql = sql};
    weft_str name = {"", 0}; /* of the CONSTRAINT the next thing belongs to */
    while (next_token(&s) != TOKEN_END) {
        if (s.depth == 1 && is_keyword(&s, "CONSTRAINT")) {
            (void)next_token(&s);
            name = unquote(&s, keep);
            if (name.data == NULL) {
                return false;
            }
            continue;
        }
        if (s.depth == 1 && is_keyword(&s, "CHECK")) {
            const weft_schema_check check = {.name = name, .expression = read_parentheses(&s)};
            if (!weft_vec_push(keep, &checks, check)) {
                return false;
            }
        }
        name = (weft_str){"", 0};
    }
    *ret_checks = checks.items;
    *ret_count = checks.count;
    return true;
}
