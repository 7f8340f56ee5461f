/* Takes an address. Where nobody needs a key it must be loopback: whoever could reach another could read and change
 * everything. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/fail.h"
#include "server/server.h"

#define BACKLOG 511

/* "127.0.0.1:8080", "[::1]:8080", "localhost:8080" or "8080". */
static weft_code split_address(
    const char *address, char *host, size_t host_size, char *port, size_t port_size, weft_error *error)
{
    const char *colon = strrchr(address, ':');
    const char *host_at = *address == '[' ? address + 1 : address;
    size_t host_len = colon ? (size_t)(colon - host_at) : 0;
    if (*address == '[' && host_len > 0 && host_at[host_len - 1] == ']') {
        host_len--;
    }
    const char *digits = colon ? colon + 1 : address;
    const size_t len = strlen(digits);
    if (len == 0 || len > 5 || strspn(digits, "0123456789") != len || strtoul(digits, NULL, 10) > 65535 ||
        host_len >= host_size || len >= port_size) {
        (void)server_fail(error, WEFT_USAGE, "\"%.200s\" is no address to listen on", address);
        server_error_hint(error, "Write HOST:PORT, as in 127.0.0.1:8080, or a port alone.");
        return WEFT_USAGE;
    }
    (void)snprintf(host, host_size, "%.*s", (int)host_len, host_len > 0 ? host_at : "");
    (void)snprintf(port, port_size, "%s", digits);
    if (!*host) {
        (void)snprintf(host, host_size, "127.0.0.1");
    }
    return WEFT_OK;
}

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, address, sizeof(four));
        return (ntohl(four.sin_addr.s_addr) >> 24) == 127;
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, address, sizeof(six));
        return IN6_IS_ADDR_LOOPBACK(&six.sin6_addr);
    }
    return address->sa_family == AF_UNIX;
}

static weft_code fail_taken(const char *address, weft_error *error)
{
    return server_fail(
        error, WEFT_STORE_UNAVAILABLE, "could not listen on \"%.200s\": %.100s", address, strerror(errno));
}

static weft_code open_socket(const struct addrinfo *info, const char *address, int *ret_socket, weft_error *error)
{
    const int one = 1;
    const int fd = socket(info->ai_family, info->ai_socktype, info->ai_protocol);
    if (fd < 0) {
        return fail_taken(address, error);
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (bind(fd, info->ai_addr, info->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
        const weft_code code = fail_taken(address, error);
        (void)close(fd);
        return code;
    }
    *ret_socket = fd;
    return WEFT_OK;
}

unsigned server_port_of(int fd)
{
    struct sockaddr_storage bound;
    socklen_t len = sizeof(bound);
    memset(&bound, 0, sizeof(bound));
    if (getsockname(fd, (struct sockaddr *)&bound, &len) != 0) {
        return 0;
    }
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    memcpy(&four, &bound, sizeof(four));
    memcpy(&six, &bound, sizeof(six));
    return bound.ss_family == AF_INET ? ntohs(four.sin_port) : bound.ss_family == AF_INET6 ? ntohs(six.sin6_port) : 0;
}

weft_code server_check_socket(int fd, weft_error *error)
{
    struct sockaddr_storage bound;
    socklen_t len = sizeof(bound);
    memset(&bound, 0, sizeof(bound));
    if (getsockname(fd, (struct sockaddr *)&bound, &len) != 0) {
        return server_fail(error, WEFT_USAGE, "cannot use socket %d: %.100s", fd, strerror(errno));
    }
    if (!is_loopback((const struct sockaddr *)&bound)) {
        return server_fail(error, WEFT_REFUSED_UNSAFE, "socket %d is not bound to a loopback address", fd);
    }
    return WEFT_OK;
}

weft_code server_listen(const char *address, bool is_guarded, int *ret_socket, unsigned *ret_port, weft_error *error)
{
    char host[256];
    char port[8];
    SERVER_TRY(split_address(address, host, sizeof(host), port, sizeof(port), error));
    const struct addrinfo wanted = {.ai_flags = AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    const int failure = getaddrinfo(host, port, &wanted, &found);
    if (failure == EAI_MEMORY) {
        return server_fail_no_memory(error);
    }
    if (failure != 0) {
        return server_fail(
            error, WEFT_USAGE, "cannot find the address \"%.200s\": %.100s", address, gai_strerror(failure));
    }
    weft_code code = WEFT_OK;
    if (!is_guarded && !is_loopback(found->ai_addr)) {
        code = server_fail(error, WEFT_REFUSED_UNSAFE, "\"%.200s\" is not a loopback address", address);
        server_error_detail(error,
                            "Without authentication, whoever reaches the server may read and change everything.");
        server_error_hint(
            error, "Make a key (weft key create), or listen on 127.0.0.1; the admin listener is always loopback.");
    } else {
        code = open_socket(found, address, ret_socket, error);
    }
    freeaddrinfo(found);
    if (code == WEFT_OK) {
        *ret_port = server_port_of(*ret_socket);
    }
    return code;
}
