#!/usr/bin/env python3
# Writes bench/seccomp.json: a profile of the size that container engines use, made from the kernel's own tables.
#
# Every system call that the headers of this machine name, less those with which a container could reach beyond itself:
# they load code into the kernel, change its clock, mounts, keys or namespaces, watch the host, or are long gone.
import json
import re
import sys

REFUSED = """
  acct add_key bpf clock_settime clock_settime64 create_module delete_module fanotify_init finit_module fsconfig fsmount
  fsopen fspick get_kernel_syms init_module io_uring_enter io_uring_register io_uring_setup ioperm iopl kcmp
  kexec_file_load kexec_load keyctl lookup_dcookie mount mount_setattr move_mount nfsservctl open_by_handle_at open_tree
  perf_event_open pivot_root query_module quotactl quotactl_fd reboot request_key setdomainname sethostname setns
  settimeofday stime swapoff swapon sysfs syslog umount umount2 unshare uselib userfaultfd ustat vhangup vm86 vm86old
  clone clone3 personality socket
""".split()

# Calls of kernels after these headers: a profile of today names them, a library of yesterday does not know them.
NEWER = """
  cachestat fchmodat2 file_getattr file_setattr futex_requeue futex_wait futex_wake getxattrat listmount listxattrat
  lsm_get_self_attr lsm_list_modules lsm_set_self_attr map_shadow_stack mseal removexattrat setxattrat statmount
""".split()

# Flags of clone(2) that make namespaces: CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}.
NAMESPACES = 0x7E020000
AF_VSOCK = 40


def kernel_names():
    names = set()
    for table in ("64", "32", "x32"):
        with open(f"/usr/include/x86_64-linux-gnu/asm/unistd_{table}.h", encoding="ascii") as header:
            names.update(re.findall(r"#define __NR_(\w+)", header.read()))
    return names


def argument(index, value, operation, second=0):
    return {"index": index, "value": value, "valueTwo": second, "op": operation}


def rule(names, action="SCMP_ACT_ALLOW", **more):
    return {"names": names, "action": action, **more}


def profile():
    persona = [0, 8, 0x20000, 0x20008, 0xFFFFFFFF]
    return {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": 1,
        "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
        "syscalls": [
            rule(sorted(kernel_names() - set(REFUSED) | set(NEWER))),
            *[rule(["personality"], args=[argument(0, value, "SCMP_CMP_EQ")]) for value in persona],
            rule(["socket"], args=[argument(0, AF_VSOCK, "SCMP_CMP_NE")]),
            rule(["clone"], args=[argument(0, NAMESPACES, "SCMP_CMP_MASKED_EQ")]),
            rule(["clone3"], "SCMP_ACT_ERRNO", errnoRet=38),
        ],
    }


json.dump(profile(), sys.stdout, indent=1)
print()
