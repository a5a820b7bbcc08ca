// Sockets: one call each.
#define _GNU_SOURCE
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "CShims.h"
#include "result.h"

enum { MOST_DESCRIPTORS = 16 };

// Returns the length of the address. A leading @ stands for an abstract name (unix(7)), as everywhere.
static int64_t unix_address(struct sockaddr_un *address, const char *path) {
  size_t length = strlen(path);
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  if (length >= sizeof address->sun_path) return -ENAMETOOLONG;
  memcpy(address->sun_path, path, length);
  if (path[0] != '@') return sizeof *address;
  address->sun_path[0] = 0;
  return (int64_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

int64_t apus_socketpair(int32_t type, int32_t *pair) {
  return apus_result(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair));
}

int64_t apus_socket_unix(int32_t type) { return apus_result(socket(AF_UNIX, type | SOCK_CLOEXEC, 0)); }

// NETLINK_ROUTE of linux/netlink.h is 0.
int64_t apus_socket_route(void) { return apus_result(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0)); }

int64_t apus_connect_unix(int32_t fd, const char *path) {
  struct sockaddr_un address;
  int64_t result = unix_address(&address, path);
  return result < 0 ? result : apus_result(connect(fd, (struct sockaddr *)&address, (socklen_t)result));
}

int64_t apus_bind_unix(int32_t fd, const char *path) {
  struct sockaddr_un address;
  int64_t result = unix_address(&address, path);
  return result < 0 ? result : apus_result(bind(fd, (struct sockaddr *)&address, (socklen_t)result));
}

int64_t apus_listen(int32_t fd, int32_t backlog) { return apus_result(listen(fd, backlog)); }

int64_t apus_accept(int32_t fd, int32_t flags) { return apus_result(accept4(fd, NULL, NULL, flags | SOCK_CLOEXEC)); }

int64_t apus_send(int32_t fd, const void *data, size_t size, const int32_t *fds, size_t fd_count) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(MOST_DESCRIPTORS * sizeof(int))];
  } control;
  if (fd_count > MOST_DESCRIPTORS) return -EINVAL;
  struct iovec part = {.iov_base = (void *)data, .iov_len = size};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (fd_count > 0) {
    memset(&control, 0, sizeof control);
    message.msg_control = control.space;
    message.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(fd_count * sizeof(int));
    memcpy(CMSG_DATA(header), fds, fd_count * sizeof(int));
  }
  return apus_result(sendmsg(fd, &message, MSG_NOSIGNAL));
}

int64_t apus_receive(int32_t fd, void *data, size_t size, int32_t *fds, size_t *fd_count) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(MOST_DESCRIPTORS * sizeof(int))];
  } control;
  struct iovec part = {.iov_base = data, .iov_len = size};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
  *fd_count = 0;
  int64_t result = apus_result(recvmsg(fd, &message, MSG_CMSG_CLOEXEC));
  if (result < 0) return result;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
      int received;
      memcpy(&received, CMSG_DATA(header) + i * sizeof(int), sizeof received);
      if (*fd_count < MOST_DESCRIPTORS) fds[(*fd_count)++] = received;
      else close(received);
    }
  }
  return result;
}

int64_t apus_shutdown(int32_t fd, int32_t how) { return apus_result(shutdown(fd, how)); }

int64_t apus_socket_tcp(int32_t is_version_6) {
  return apus_result(socket(is_version_6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

int64_t apus_connect_loopback(int32_t fd, int32_t is_version_6, uint16_t port) {
  if (is_version_6) {
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    address.sin6_addr.s6_addr[15] = 1;
    return apus_result(connect(fd, (struct sockaddr *)&address, sizeof address));
  }
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return apus_result(connect(fd, (struct sockaddr *)&address, sizeof address));
}

int64_t apus_socket_error(int32_t fd) {
  int error = 0;
  socklen_t size = sizeof error;
  int64_t result = apus_result(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size));
  return result < 0 ? result : -(int64_t)error;
}
