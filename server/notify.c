/* systemd's two small protocols. */
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/fail.h"
#include "server/notify.h"
#include "server/server.h"

#define FIRST_SOCKET 3

/* Whether the `at`th of the names between colons is `name`. */
static bool is_called(const char *names, int at, const char *name)
{
    while (names && at-- > 0) {
        names = strchr(names, ':');
        names += names != NULL;
    }
    const size_t len = strlen(name);
    return names && !strncmp(names, name, len) && (names[len] == '\0' || names[len] == ':');
}

weft_code server_notify_sockets(int *ret_main, int *ret_admin, weft_error *error)
{
    const char *process = getenv("LISTEN_PID");
    const char *count = getenv("LISTEN_FDS");
    *ret_main = -1;
    *ret_admin = -1;
    if (!process || !count || strtol(process, NULL, 10) != (long)getpid()) {
        return WEFT_OK;
    }
    const int last = FIRST_SOCKET + (int)strtol(count, NULL, 10);
    for (int fd = FIRST_SOCKET; fd < last && fd < FIRST_SOCKET + 8; fd++) {
        int *place = is_called(getenv("LISTEN_FDNAMES"), fd - FIRST_SOCKET, "admin") ? ret_admin : ret_main;
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
        SERVER_TRY(server_check_socket(fd, error));
        *place = *place < 0 ? fd : *place;
    }
    return WEFT_OK;
}

void server_notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const size_t len = path ? strlen(path) : 0;
    if (len == 0 || len >= sizeof(address.sun_path) || (*path != '/' && *path != '@')) {
        return;
    }
    memcpy(address.sun_path, path, len + 1);
    address.sun_path[0] = (char)(*path == '@' ? '\0' : *path); /* "@" stands for the abstract namespace */
    const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (fd >= 0) {
        (void)sendto(fd,
                     state,
                     strlen(state),
                     MSG_NOSIGNAL,
                     (const struct sockaddr *)&address,
                     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
        (void)close(fd);
    }
}
