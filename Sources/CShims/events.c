// epoll, event counters, memory by the page, and what else a long-lived event loop asks for: one call each.
#define _GNU_SOURCE
#include <asm/unistd.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "CShims.h"
#include "result.h"

enum { MOST_EVENTS = 32 };

// struct pidfd_info of linux/pidfd.h in its first size.
struct pidfd_info {
  uint64_t mask, cgroup;
  uint32_t ids[11];
  int32_t exit_code;
};
_Static_assert(sizeof(struct pidfd_info) == 64, "PIDFD_INFO_SIZE_VER0");

int64_t apus_epoll_create(void) { return apus_result(epoll_create1(EPOLL_CLOEXEC)); }

int64_t apus_epoll_control(int32_t epoll, int32_t operation, int32_t fd, uint32_t events, uint64_t token) {
  struct epoll_event event = {.events = events, .data.u64 = token};
  return apus_result(epoll_ctl(epoll, operation, fd, &event));
}

int64_t apus_epoll_wait(int32_t epoll, struct apus_event *events, int32_t capacity, int32_t timeout_milliseconds) {
  struct epoll_event list[MOST_EVENTS];
  int most = capacity < MOST_EVENTS ? capacity : MOST_EVENTS;
  int64_t count = apus_result(epoll_wait(epoll, list, most, timeout_milliseconds));
  for (int64_t i = 0; i < count; i++) {
    events[i] = (struct apus_event){.events = list[i].events, .token = list[i].data.u64};
  }
  return count;
}

int64_t apus_eventfd(void) { return apus_result(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

int64_t apus_inotify(void) { return apus_result(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)); }

int64_t apus_inotify_watch(int32_t inotify, const char *path, uint32_t events) {
  return apus_result(inotify_add_watch(inotify, path, events));
}

int64_t apus_bytes_waiting(int32_t fd) {
  int count = 0;
  int64_t result = apus_result(ioctl(fd, FIONREAD, &count));
  return result < 0 ? result : count;
}

int64_t apus_bytes_unsent(int32_t fd) {
  int count = 0;
  int64_t result = apus_result(ioctl(fd, SIOCOUTQ, &count));
  return result < 0 ? result : count;
}

int64_t apus_enlarge_send_buffer(int32_t fd, int32_t size) {
  return apus_result(setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size));
}

int64_t apus_send_parts(int32_t fd, const void *head, size_t head_size, const void *body, size_t body_size) {
  struct iovec parts[2] = {{(void *)head, head_size}, {(void *)body, body_size}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  return apus_result(sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL));
}

int64_t apus_map_memory(size_t size) {
  void *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return base == MAP_FAILED ? -(int64_t)errno : (int64_t)(intptr_t)base;
}

int64_t apus_unmap_memory(void *base, size_t size) { return apus_result(munmap(base, size)); }

int64_t apus_drop_pages(void *base, size_t size) { return apus_result(madvise(base, size, MADV_DONTNEED)); }

// Seconds east of UTC at a moment, by TZ or /etc/localtime; localtime_r need not look at TZ, so tzset does.
int64_t apus_zone_offset(int64_t seconds) {
  struct tm local;
  time_t moment = (time_t)seconds;
  tzset();
  return localtime_r(&moment, &local) == NULL ? 0 : (int64_t)local.tm_gmtoff;
}

int64_t apus_process_group(int32_t pid) { return apus_result(getpgid(pid)); }

// PIDFD_GET_INFO with PIDFD_INFO_EXIT (kernel 6.15): the wait status of a reaped process that need not be our child.
int64_t apus_exit_status_of(int32_t pidfd) {
  struct pidfd_info info = {.mask = 1 << 3};
  int64_t result = apus_result(ioctl(pidfd, _IOWR(0xFF, 11, struct pidfd_info), &info));
  if (result < 0) return result;
  return info.mask & 1 << 3 ? (int64_t)(uint32_t)info.exit_code : -ENODATA;
}
