/* Connecting to PostgreSQL, with a deadline, and pinning the session so that what the server sends means one thing
 * whatever its configuration.
 *
 * Settings travel with the start of the connection: they cost no round trip and survive DISCARD ALL. Fails with
 * WEFT_STORE_UNAVAILABLE; messages never show a part of a password: an address that model/address.h cannot take apart
 * is not given to libpq, and libpq's words are passed on only where they speak of reaching a server. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "model/address.h"
#include "store/postgres.h"

#define DEFAULT_CONNECT_TIMEOUT_MS 5000
#define DEFAULT_BUSY_TIMEOUT_MS    5000
#define KEYWORDS_MAX               64
#define A_SETTING                  "a setting behind the \"?\", or in the environment,"

static const char *const settings[] = {
    "TimeZone=UTC",                                   /* times without a zone are UTC, as in SQLite */
    "DateStyle=ISO,YMD",                              /* dates in text results and in literals */
    "IntervalStyle=postgres",                         /* intervals read as text */
    "extra_float_digits=1",                           /* floats in text results: the shortest digits that mean them */
    "standard_conforming_strings=on",                 /* a backslash in a literal is a backslash */
    "jit=off",                                        /* statements are short: compiling costs more than it saves */
    "cursor_tuple_fraction=1.0",                      /* cursors are read to their end, so plan for all rows */
    "default_transaction_isolation=read\\ committed", /* statements outside a transaction, on any server */
};

typedef struct keywords {
    const char *names[KEYWORDS_MAX];
    const char *values[KEYWORDS_MAX];
    size_t count;
} keywords;

static void add(keywords *all, const char *name, const char *value)
{
    if (all->count + 1 < KEYWORDS_MAX) {
        all->names[all->count] = name;
        all->values[all->count++] = value;
    }
}

/* What the user's address says wins over what is only convenient. */
static void add_default(keywords *all, const char *name, const char *value)
{
    for (size_t i = 0; i < all->count; i++) {
        if (strcmp(all->names[i], name) == 0) {
            return;
        }
    }
    add(all, name, value);
}

/* The user's own options first, so that ours, which answers depend on, win. */
static const char *write_options(const weft_postgres *pg, const char *of_user, weft_buf *buf)
{
    const uint32_t busy_ms = pg->base.config->busy_timeout_ms;
    weft_buf_add_text(buf, of_user ? of_user : "");
    for (size_t i = 0; i < WEFT_COUNT_OF(settings); i++) {
        weft_buf_add_format(buf, " -c %s", settings[i]);
    }
    weft_buf_add_format(buf, " -c lock_timeout=%u", (unsigned int)(busy_ms ? busy_ms : DEFAULT_BUSY_TIMEOUT_MS));
    return buf->failed ? NULL : buf->data;
}

/* Nothing of the address is quoted: what looks like one part of it may be the rest of a password. */
static weft_code fail_address(const weft_postgres *pg, const char *wrong, weft_error *error)
{
    (void)weft_fail(error, WEFT_STORE_UNAVAILABLE, "cannot understand the address of the store: %s is wrong", wrong);
    weft_error_set_store(error, pg->base.config->name);
    weft_error_set_hint(error,
                        "Write it as postgres://user:password@host:port/database; percent-encode each of "
                        "@ : / ? # [ ] %% in a password: an \"@\" is %%40.");
    return WEFT_STORE_UNAVAILABLE;
}

/* `words` on one line. */
static weft_code fail_connect(const weft_postgres *pg, const char *words, weft_error *error)
{
    char text[512];
    size_t len = 0;
    for (const char *at = words; *at != '\0' && len + 1 < sizeof(text); at++) {
        text[len++] = *at == '\n' || *at == '\t' ? ' ' : *at;
    }
    while (len > 0 && text[len - 1] == ' ') {
        len--;
    }
    text[len] = '\0';
    (void)weft_fail(error, WEFT_STORE_UNAVAILABLE, "could not connect to the store: %s", text);
    weft_error_set_store(error, pg->base.config->name);
    return WEFT_STORE_UNAVAILABLE;
}

static bool is_word_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_';
}

/* libpq names the server in whatever it says of reaching one, in every language. */
static bool names_server(const char *words, const char *host)
{
    const size_t len = host != NULL ? strlen(host) : 0;
    const char *at = len > 0 ? strstr(words, host) : NULL;
    while (at != NULL && ((at > words && is_word_byte(at[-1])) || is_word_byte(at[len]))) {
        at = strstr(at + 1, host);
    }
    return at != NULL;
}

/* What libpq says of settings that it does not take quotes them, and so does not leave here. */
static weft_code fail_libpq(const weft_postgres *pg, weft_error *error)
{
    const char *words = PQerrorMessage(pg->conn);
    return names_server(words, PQhost(pg->conn)) ? fail_connect(pg, words, error) : fail_address(pg, A_SETTING, error);
}

static weft_code start(weft_postgres *pg, const PQconninfoOption *given, weft_error *error)
{
    keywords all = {.count = 0};
    const char *of_user = NULL;
    weft_buf options;
    weft_buf_init_arena(&options, &pg->scratch);
    for (const PQconninfoOption *option = given; option->keyword != NULL; option++) {
        if (option->val != NULL && strcmp(option->keyword, "options") == 0) {
            of_user = option->val;
        } else if (option->val != NULL) {
            add(&all, option->keyword, option->val);
        }
    }
    const char *written = write_options(pg, of_user, &options);
    if (written == NULL) {
        return weft_fail_no_memory(error);
    }
    add(&all, "options", written);
    add(&all, "client_encoding", "UTF8");
    add_default(&all, "application_name", "weft");
    /* A server that vanished without a word is noticed within seconds, not after the system's two hours. */
    add_default(&all, "keepalives_idle", "30");
    add_default(&all, "tcp_user_timeout", "15000");
    pg->conn = PQconnectStartParams(all.names, all.values, 0);
    if (pg->conn == NULL) {
        return weft_fail_no_memory(error);
    }
    return PQstatus(pg->conn) == CONNECTION_BAD ? fail_libpq(pg, error) : WEFT_OK;
}

static weft_code wait_socket(const weft_postgres *pg, short events, int64_t until_us, weft_error *error)
{
    for (;;) {
        const int64_t left_ms = (until_us - weft_clock_monotonic_us(NULL)) / 1000;
        struct pollfd socket = {.fd = PQsocket(pg->conn), .events = events};
        const int count = left_ms > 0 ? poll(&socket, 1, (int)left_ms) : 0;
        if (count > 0) {
            return WEFT_OK;
        }
        if (count == 0) {
            return fail_connect(pg, "the server did not answer in time", error);
        }
        if (errno != EINTR) {
            return fail_connect(pg, strerror(errno), error);
        }
    }
}

static weft_code finish(weft_postgres *pg, weft_error *error)
{
    const uint32_t timeout_ms = pg->base.config->connect_timeout_ms;
    const int64_t until_us =
        weft_clock_monotonic_us(NULL) + (int64_t)(timeout_ms ? timeout_ms : DEFAULT_CONNECT_TIMEOUT_MS) * 1000;
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING) {
        WEFT_TRY(wait_socket(pg, status == PGRES_POLLING_READING ? POLLIN : POLLOUT, until_us, error));
        status = PQconnectPoll(pg->conn);
    }
    return status == PGRES_POLLING_OK ? WEFT_OK : fail_libpq(pg, error);
}

/* Libraries do not print; what went wrong comes as an error anyway. */
static void ignore_notice(void *ctx, const PGresult *result)
{
    (void)ctx;
    (void)result;
}

weft_code weft_postgres_connect(weft_postgres *pg, weft_error *error)
{
    weft_address address = {0};
    const weft_str url = weft_str_copy(&pg->scratch, pg->base.config->url);
    if (url.data == NULL) {
        return weft_fail_no_memory(error);
    }
    const char *wrong = weft_address_read(url, &address);
    if (wrong != NULL) {
        return fail_address(pg, wrong, error);
    }
    PQconninfoOption *given = PQconninfoParse(url.data, NULL);
    if (given == NULL) {
        return fail_address(pg, A_SETTING, error);
    }
    const weft_code code = start(pg, given, error);
    PQconninfoFree(given);
    WEFT_TRY(code);
    WEFT_TRY(finish(pg, error));
    (void)PQsetNoticeReceiver(pg->conn, ignore_notice, NULL);
    pg->canceller = PQgetCancel(pg->conn);
    pg->c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (pg->canceller == NULL || pg->c_locale == (locale_t)0) {
        return weft_fail_no_memory(error);
    }
    if (PQsetnonblocking(pg->conn, 1) != 0 || PQenterPipelineMode(pg->conn) != 1) {
        return fail_connect(pg, PQerrorMessage(pg->conn), error);
    }
    return WEFT_OK;
}
