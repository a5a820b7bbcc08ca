// The system calls of a container that asks for the default profile.

internal import OCI

/// The system calls of a container that asks for the default profile: what programs need to work within themselves.
///
/// Left out are calls that load code into the kernel, change its clock, mounts, keys or namespaces, watch the host, or
/// are long gone; a capability that the container got brings those back which it is checked for.
enum DefaultSeccomp {
  static func profile(for capabilities: Set<String>) -> Seccomp {
    var rules = [Seccomp.Rule(names: words(allowed), action: .allow)]
    for (capability, names) in byCapability where capabilities.contains(capability) {
      rules.append(Seccomp.Rule(names: words(names), action: .allow))
    }
    // Execution domains of Linux and nothing exotic (personality(2)): 0xffffffff asks for the present one.
    for value: UInt64 in [0, 8, 0x20000, 0x20008, 0xffff_ffff] {
      rules.append(
        Seccomp.Rule(names: ["personality"], action: .allow, arguments: [Seccomp.Argument(index: 0, value: value)]))
    }
    // A vsock leads past the network namespace.
    rules.append(
      Seccomp.Rule(
        names: ["socket"], action: .allow,
        arguments: [Seccomp.Argument(index: 0, value: 40, comparison: .notEqual)]))
    if !capabilities.contains("CAP_SYS_ADMIN") {
      // CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}; clone3 passes them in memory, so callers are sent back to clone.
      rules.append(
        Seccomp.Rule(
          names: ["clone"], action: .allow,
          arguments: [Seccomp.Argument(index: 0, value: 0x7e02_0000, comparison: .maskedEqual)]))
      rules.append(Seccomp.Rule(names: ["clone3"], action: .errno, errnoRet: 38))
    }
    return Seccomp(
      defaultAction: .errno, defaultErrnoRet: 1, architectures: architectures, syscalls: rules)
  }

  private static func words(_ text: String) -> [String] { text.split(whereSeparator: \.isWhitespace).map(String.init) }

  private static var architectures: [Seccomp.Architecture] {
    #if arch(arm64)
      [.aarch64, .arm]
    #else
      [.amd64, .x86, .x32]
    #endif
  }

  private static let byCapability: [(String, String)] = [
    (
      "CAP_SYS_ADMIN",
      """
      bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick listmount lsm_set_self_attr mount mount_setattr
      move_mount open_tree perf_event_open quotactl quotactl_fd setdomainname sethostname setns statmount syslog umount
      umount2 unshare
      """
    ),
    ("CAP_DAC_READ_SEARCH", "open_by_handle_at"), ("CAP_SYS_BOOT", "reboot"), ("CAP_SYS_CHROOT", "chroot"),
    ("CAP_SYS_MODULE", "delete_module finit_module init_module"), ("CAP_SYS_PACCT", "acct"),
    (
      "CAP_SYS_PTRACE",
      "kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev"
    ),
    ("CAP_SYS_RAWIO", "ioperm iopl"), ("CAP_SYS_TIME", "clock_settime clock_settime64 settimeofday stime"),
    ("CAP_SYS_TTY_CONFIG", "vhangup"),
    ("CAP_SYS_NICE", "get_mempolicy mbind migrate_pages move_pages set_mempolicy set_mempolicy_home_node"),
    ("CAP_SYSLOG", "syslog"), ("CAP_BPF", "bpf"), ("CAP_PERFMON", "perf_event_open"),
  ]

  private static let allowed = """
    _llseek _newselect accept accept4 access adjtimex alarm arch_prctl bind brk cachestat capget capset chdir
    chmod chown chown32 clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime
    clock_gettime64 clock_nanosleep clock_nanosleep_time64 close close_range connect copy_file_range creat dup
    dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait
    epoll_wait_old eventfd eventfd2 execve execveat exit exit_group faccessat faccessat2 fadvise64 fadvise64_64
    fallocate fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr
    file_getattr file_setattr flistxattr flock fork fremovexattr fsetxattr fstat fstat64 fstatat64 fstatfs
    fstatfs64 fsync ftruncate ftruncate64 futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake
    futimesat get_robust_list get_thread_area getcpu getcwd getdents getdents64 getegid getegid32 geteuid
    geteuid32 getgid getgid32 getgroups getgroups32 getitimer getpeername getpgid getpgrp getpid getppid
    getpriority getrandom getresgid getresgid32 getresuid getresuid32 getrlimit getrusage getsid getsockname
    getsockopt gettid gettimeofday getuid getuid32 getxattr getxattrat inotify_add_watch inotify_init
    inotify_init1 inotify_rm_watch io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup
    io_submit ioctl ioprio_get ioprio_set ipc kill landlock_add_rule landlock_create_ruleset
    landlock_restrict_self lchown lchown32 lgetxattr link linkat listen listxattr listxattrat llistxattr
    lremovexattr lseek lsetxattr lsm_get_self_attr lsm_list_modules lstat lstat64 madvise map_shadow_stack
    membarrier memfd_create memfd_secret mincore mkdir mkdirat mknod mknodat mlock mlock2 mlockall mmap mmap2
    modify_ldt mprotect mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend
    mq_timedsend_time64 mq_unlink mremap mseal msgctl msgget msgrcv msgsnd msync munlock munlockall munmap
    name_to_handle_at nanosleep newfstatat nice open openat openat2 pause pidfd_open pidfd_send_signal pipe pipe2
    pkey_alloc pkey_free pkey_mprotect poll ppoll ppoll_time64 prctl pread64 preadv preadv2 prlimit64
    process_mrelease pselect6 pselect6_time64 ptrace pwrite64 pwritev pwritev2 read readahead readdir readlink
    readlinkat readv recvfrom recvmmsg recvmmsg_time64 recvmsg remap_file_pages removexattr removexattrat rename
    renameat renameat2 restart_syscall rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo
    rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sched_get_priority_max
    sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval
    sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield
    seccomp select semctl semget semop semtimedop semtimedop_time64 sendfile sendfile64 sendmmsg sendmsg sendto
    set_robust_list set_thread_area set_tid_address setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32
    setgroups setgroups32 setitimer setpgid setpriority setregid setregid32 setresgid setresgid32 setresuid
    setresuid32 setreuid setreuid32 setrlimit setsid setsockopt setuid setuid32 setxattr setxattrat sgetmask shmat
    shmctl shmdt shmget shutdown sigaction sigaltstack signal signalfd signalfd4 sigpending sigprocmask sigreturn
    sigsuspend socketcall socketpair splice ssetmask stat stat64 statfs statfs64 statx symlink symlinkat sync
    sync_file_range syncfs sysinfo tee tgkill time timer_create timer_delete timer_getoverrun timer_gettime
    timer_gettime64 timer_settime timer_settime64 timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime
    timerfd_settime64 times tkill truncate truncate64 ugetrlimit umask uname unlink unlinkat utime utimensat
    utimensat_time64 utimes vfork vmsplice wait4 waitid waitpid write writev
    """
}
