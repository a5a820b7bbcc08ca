// Sockets, and the descriptors that travel over those of Unix.
#ifndef APUS_CSHIMS_SOCKETS_H
#define APUS_CSHIMS_SOCKETS_H

#include <stddef.h>
#include <stdint.h>

int64_t apus_socketpair(int32_t type, int32_t *_Nonnull pair);
int64_t apus_socket_unix(int32_t type);
int64_t apus_socket_route(void);
int64_t apus_connect_unix(int32_t fd, const char *_Nonnull path);
int64_t apus_bind_unix(int32_t fd, const char *_Nonnull path);
int64_t apus_listen(int32_t fd, int32_t backlog);
int64_t apus_accept(int32_t fd, int32_t flags);
// At most 16 descriptors travel with a message; `fds` of apus_receive has room for as many.
int64_t apus_send(int32_t fd, const void *_Nonnull data, size_t size, const int32_t *_Nullable fds, size_t fd_count);
int64_t apus_receive(int32_t fd, void *_Nonnull data, size_t size, int32_t *_Nonnull fds, size_t *_Nonnull fd_count);
// Non-blocking, for 127.0.0.1 or ::1.
int64_t apus_socket_tcp(int32_t is_version_6);
int64_t apus_connect_loopback(int32_t fd, int32_t is_version_6, uint16_t port);
// How a connection that was begun without waiting went: 0, or -errno (SO_ERROR, socket(7)).
int64_t apus_socket_error(int32_t fd);
int64_t apus_shutdown(int32_t fd, int32_t how);

#endif
