/* What systemd hands over and wants to be told (sd_listen_fds, sd_notify), without its library: two environment
 * variables and a datagram. */
#ifndef SERVER_NOTIFY_H
#define SERVER_NOTIFY_H

#include "weft/error.h"

/* The sockets handed over: the one that LISTEN_FDNAMES calls "admin" into *ret_admin, the first other into *ret_main;
 * -1 for none. Both are checked to be loopback or Unix sockets: WEFT_REFUSED_UNSAFE. */
weft_code server_notify_sockets(int *ret_main, int *ret_admin, weft_error *error);

/* Tell the manager "READY=1", "RELOADING=1", "STOPPING=1"; nothing when nobody wants to know. */
void server_notify(const char *state);

#endif
