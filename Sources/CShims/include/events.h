// Waiting for many descriptors, event counters, and memory by the page.
#ifndef APUS_CSHIMS_EVENTS_H
#define APUS_CSHIMS_EVENTS_H

#include <stddef.h>
#include <stdint.h>

// One event of epoll(7); the kernel's own struct is packed on x86_64 only.
struct apus_event {
  uint32_t events;
  uint32_t unused;
  uint64_t token;
};

int64_t apus_epoll_create(void);
int64_t apus_epoll_control(int32_t epoll, int32_t operation, int32_t fd, uint32_t events, uint64_t token);
int64_t apus_epoll_wait(int32_t epoll, struct apus_event *_Nonnull events, int32_t capacity,
                        int32_t timeout_milliseconds);
int64_t apus_eventfd(void);
int64_t apus_inotify(void);
int64_t apus_inotify_watch(int32_t inotify, const char *_Nonnull path, uint32_t events);
int64_t apus_bytes_waiting(int32_t fd);
int64_t apus_bytes_unsent(int32_t fd);
int64_t apus_enlarge_send_buffer(int32_t fd, int32_t size);
int64_t apus_send_parts(int32_t fd, const void *_Nonnull head, size_t head_size, const void *_Nonnull body,
                        size_t body_size);
int64_t apus_map_memory(size_t size);
int64_t apus_unmap_memory(void *_Nonnull base, size_t size);
int64_t apus_drop_pages(void *_Nonnull base, size_t size);
int64_t apus_single_out_idle_page(void);
int64_t apus_give_back_program(void);
int64_t apus_epoll_wait_idle(int32_t epoll, struct apus_event *_Nonnull events, int32_t capacity,
                             int32_t timeout_milliseconds);
int64_t apus_zone_offset(int64_t seconds);
int64_t apus_process_group(int32_t pid);
int64_t apus_exit_status_of(int32_t pidfd);

#endif
