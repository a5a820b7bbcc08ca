// The probe as the agent of system call filters.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int serve_filters(const char *path, int error);

// The listener of one connection, whose message is printed on a line with the number of descriptors in front.
static int accept_listener(int server) {
  static char text[65536];
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(4 * sizeof(int))];
  } control;
  int connection = accept(server, NULL, NULL), listener = -1;
  struct iovec part = {text, sizeof text - 1};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  ssize_t size = recvmsg(connection, &message, 0);
  if (size < 0) return perror("recvmsg"), -1;
  text[size] = 0;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  size_t count = header ? (header->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0;
  if (count > 0) memcpy(&listener, CMSG_DATA(header), sizeof listener);
  // What follows the one message is the end.
  char more;
  printf("%zu %s %s\n", count, read(connection, &more, 1) == 0 ? "closed" : "open", text);
  fflush(stdout);
  close(connection);
  return listener;
}

static void answer(int listener, int error) {
  struct seccomp_notif question = {0};
  struct seccomp_notif_resp reply = {0};
  if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &question) != 0) return;
  reply.id = question.id;
  // Without an error the call goes on.
  if (error) reply.error = -error;
  else reply.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply);
}

// agent SOCKET ERRNO: answers every question of every filter with the error, with 0 lets the call go on; until killed.
int serve_filters(const char *path, int error) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct pollfd entries[64] = {{.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), .events = POLLIN}};
  nfds_t count = 1;
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  if (bind(entries[0].fd, (struct sockaddr *)&address, sizeof address) != 0) return perror(path), 1;
  if (listen(entries[0].fd, 8) != 0) return perror(path), 1;
  puts("ready");
  fflush(stdout);
  while (poll(entries, count, -1) > 0) {
    for (nfds_t i = count; i-- > 1;) {
      if (entries[i].revents & POLLIN) answer(entries[i].fd, error);
      if (entries[i].revents & POLLHUP) close(entries[i].fd), entries[i] = entries[--count];
    }
    if (entries[0].revents & POLLIN && count < 64) {
      int listener = accept_listener(entries[0].fd);
      if (listener >= 0) entries[count++] = (struct pollfd){.fd = listener, .events = POLLIN};
    }
  }
  return 0;
}
