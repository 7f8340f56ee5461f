/* An address read from its left to its right. What stands before the only "@" is secret; everything behind it consists
 * of bytes that its part may hold, so that no rest of a password passes for one of them. */
#include "model/address.h"

#include <string.h>

#define PORT_BYTES_MAX 5

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_hex(char byte)
{
    return is_digit(byte) || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

/* Each "%" begins two hexadecimal digits. */
static bool is_percent_fine(weft_str text)
{
    bool is_fine = true;
    for (size_t i = 0; i < text.len; i++) {
        is_fine = is_fine &&
                  (text.data[i] != '%' || (i + 2 < text.len && is_hex(text.data[i + 1]) && is_hex(text.data[i + 2])));
    }
    return is_fine;
}

/* Letters, digits, bytes beyond ASCII, and those of `more`. */
static bool consists_of(weft_str text, const char *more)
{
    bool is_fine = is_percent_fine(text);
    for (size_t i = 0; i < text.len; i++) {
        const char byte = text.data[i];
        const bool is_plain = is_letter(byte) || is_digit(byte) || (unsigned char)byte >= 0x80;
        is_fine = is_fine && byte != '\0' && (is_plain || strchr(more, byte) != NULL);
    }
    return is_fine;
}

/* "1", or "1,2" for two hosts. */
static bool are_numbers(weft_str text)
{
    bool is_fine = true;
    for (size_t i = 0; i < text.len; i++) {
        is_fine = is_fine && (is_digit(text.data[i]) || text.data[i] == ',');
    }
    return is_fine;
}

static bool is_port(weft_str text)
{
    return text.len <= PORT_BYTES_MAX && are_numbers(text);
}

/* "host:port", "[::1]:port", or less. */
static const char *check_host(weft_str text)
{
    const bool is_bracketed = text.len > 0 && text.data[0] == '[';
    const size_t end = weft_str_find(text, is_bracketed ? ']' : ':');
    const weft_str host = weft_str_slice(text, is_bracketed ? 1 : 0, end);
    weft_str rest = weft_str_slice(text, end, text.len);
    if (is_bracketed && rest.len == 0) {
        return "the host";
    }
    rest = weft_str_slice(rest, is_bracketed ? 1 : 0, rest.len);
    if (!consists_of(host, is_bracketed ? ":.%" : "-._~%") || (rest.len > 0 && rest.data[0] != ':')) {
        return "the host";
    }
    return is_port(weft_str_slice(rest, 1, rest.len)) ? NULL : "the port";
}

static const char *check_hosts(weft_str text)
{
    const char *wrong = NULL;
    for (bool is_more = true; is_more && wrong == NULL;) {
        const size_t end = weft_str_find(text, ',');
        is_more = end < text.len;
        wrong = check_host(weft_str_slice(text, 0, end));
        text = weft_str_slice(text, end + 1, text.len);
    }
    return wrong;
}

bool weft_address_next(weft_str *parameters, weft_str *ret_key, weft_str *ret_value)
{
    const size_t end = weft_str_find(*parameters, '&');
    const weft_str parameter = weft_str_slice(*parameters, 0, end);
    const size_t equals = weft_str_find(parameter, '=');
    if (parameters->len == 0) {
        return false;
    }
    *ret_key = weft_str_slice(parameter, 0, equals);
    *ret_value = weft_str_slice(parameter, equals + 1, parameter.len);
    *parameters = weft_str_slice(*parameters, end + 1, parameters->len);
    return true;
}

/* Settings whose values libpq quotes when it meets them late, on the way to the server. */
static bool is_number_wanted(weft_str key)
{
    static const char *const keys[] = {"port", "connect_timeout", "tcp_user_timeout"};
    bool is_wanted = weft_str_starts_with(key, WEFT_STR("keepalives"));
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        is_wanted = is_wanted || weft_str_equal_text(key, keys[i]);
    }
    return is_wanted;
}

static bool are_parameters_fine(weft_str parameters)
{
    weft_str key = {0};
    weft_str value = {0};
    bool is_fine = true;
    while (weft_address_next(&parameters, &key, &value)) {
        const bool has_equals = value.data == key.data + key.len + 1;
        is_fine = is_fine && key.len > 0 && consists_of(key, "_") && has_equals;
        is_fine = is_fine && weft_str_find(value, '=') == value.len && is_percent_fine(value);
        is_fine = is_fine && (!is_number_wanted(key) || are_numbers(value));
    }
    return is_fine;
}

/* What stands behind the only "@", which stands before the first "/". */
static const char *leave_user(weft_str *text)
{
    const size_t at = weft_str_find(*text, '@');
    const weft_str rest = weft_str_slice(*text, at + 1, text->len);
    if (at == text->len) {
        return NULL;
    }
    if (weft_str_find(*text, '/') < at || weft_str_find(rest, '@') < rest.len ||
        !is_percent_fine(weft_str_slice(*text, 0, at))) {
        return "the user or the password";
    }
    *text = rest;
    return NULL;
}

/* Behind the user: hosts, database, parameters. */
static const char *read_rest(weft_str rest, weft_address *address)
{
    const size_t question = weft_str_find(rest, '?');
    const weft_str place = weft_str_slice(rest, 0, question);
    const size_t slash = weft_str_find(place, '/');
    address->hosts = weft_str_slice(place, 0, slash);
    address->database = weft_str_slice(place, slash + 1, place.len);
    address->parameters = weft_str_slice(rest, question + 1, rest.len);
    const char *wrong = check_hosts(address->hosts);
    if (wrong == NULL && !consists_of(address->database, "-._~+$%")) {
        wrong = "the database";
    }
    if (wrong == NULL && !are_parameters_fine(address->parameters)) {
        wrong = "what stands behind the \"?\"";
    }
    return wrong;
}

const char *weft_address_read(weft_str url, weft_address *ret_address)
{
    const size_t colon = weft_str_find(url, ':');
    weft_address address = {.scheme = weft_str_slice(url, 0, colon)};
    weft_str rest = weft_str_slice(url, colon, url.len);
    const bool is_known =
        weft_str_equal_text(address.scheme, "postgres") || weft_str_equal_text(address.scheme, "postgresql");
    if (!is_known || !weft_str_starts_with(rest, WEFT_STR("://"))) {
        return "the scheme";
    }
    rest = weft_str_slice(rest, 3, rest.len);
    const char *wrong = leave_user(&rest);
    wrong = wrong != NULL ? wrong : read_rest(rest, &address);
    if (wrong == NULL) {
        *ret_address = address;
    }
    return wrong;
}
