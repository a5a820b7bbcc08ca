#!/usr/bin/env python3
"""Writes the tables of system calls, Sources/Runtime/Security/Seccomp/SystemCalls{X86,ARM}.swift.

Usage: make-system-calls.py X86_INCLUDE AARCH64_INCLUDE ARM_INCLUDE

Each argument is a directory with the kernel's headers for that architecture. On a Debian x86_64 host with the packages
linux-libc-dev-arm64-cross and linux-libc-dev-armhf-cross: /usr/include, /usr/aarch64-linux-gnu/include and
/usr/arm-linux-gnueabihf/include. Calls that came after Linux 6.1 are listed here.
"""
import pathlib
import re
import subprocess
import sys

# From Linux 5.1 on a new call has the same number everywhere.
NEWER = dict(enumerate(
    """cachestat fchmodat2 map_shadow_stack futex_wake futex_wait futex_requeue statmount listmount lsm_get_self_attr
    lsm_set_self_attr lsm_list_modules mseal setxattrat getxattrat listxattrat removexattrat open_tree_attr
    file_getattr file_setattr listns rseq_slice_yield""".split(), 451))
NEWER_X86_64 = {335: "uretprobe", 336: "uprobe"}
# What both private and generic headers define without being a call, or under a second name.
NOT_CALLS = {"syscalls", "arch_specific_syscall", "SYSCALL_BASE", "OABI_SYSCALL_BASE", "SYSCALL_MASK", "BASE",
             "sync_file_range2"}
SOCKET = "socket bind connect listen accept getsockname getpeername socketpair send recv sendto recvfrom shutdown " \
         "setsockopt getsockopt sendmsg recvmsg accept4 recvmmsg sendmmsg"
IPC = "semop semget semctl semtimedop msgsnd msgrcv msgget msgctl shmat shmdt shmget shmctl"
FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Sources/Runtime/Security/Seccomp"


def preprocess(folder, source, flags):
    paths = [folder, *pathlib.Path(folder).glob("*-linux-gnu")]
    command = ["cc", "-E", *flags, "-nostdinc", *[f"-I{path}" for path in paths], "-x", "c", "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout


def constants(folder, header, flags, pattern):
    """The macros of a header whose name matches, as numbers."""
    include = f"#include <{header}>\n"
    names = re.findall(r"^#define (\w+) ", preprocess(folder, include, [*flags, "-dM"]), re.M)
    names = [name for name in names if re.match(pattern, name)]
    text = preprocess(folder, include + "".join(f'"{name}" = {name}\n' for name in names), flags)
    values = {}
    for name, value in re.findall(r'^"(\w+)" = ([^"\n]+)$', text, re.M):
        if re.fullmatch(r"[\w+() ]+", value) and re.search(r"\d", value):
            values[name] = eval(re.sub(r"(\d)[uUlL]+", r"\1", value))
    return values


def calls(folder, header, *flags):
    found = constants(folder, header, flags, r"__(ARM_)?NR_|__ARM_NR_")
    names = {re.sub(r"^__(ARM_)?NR_", "", name): number for name, number in found.items()}
    table = {name: number for name, number in names.items() if name not in NOT_CALLS and not name.startswith("3264_")}
    table.update({name: number for number, name in NEWER.items()})
    return table


def multiplexed(folder):
    """The calls of i386 that socketcall(2) and ipc(2) stand for, with their first argument there."""
    socket = constants(folder, "linux/net.h", [], r"SYS_")
    ipc = constants(folder, "linux/ipc.h", [], r"(SEM|MSG|SHM)")
    found = {name: f"s{socket['SYS_' + name.upper()]}" for name in SOCKET.split()}
    return found | {name: f"i{ipc[name.upper()]}" for name in IPC.split()}


def entry(name, columns, suffix):
    """`name=first,second,third` with `-` for none; what is missing at the end is equal to the first."""
    first = columns[0]
    while len(columns) > 1 and columns[-1] == first:
        columns = columns[:-1]
    return f"{name}={','.join('-' if column is None else str(column) for column in columns)}{suffix}"


def write(name, machine, what, tables, suffixes):
    names = sorted(set().union(*tables))
    words = [entry(word, [table.get(word) for table in tables], suffixes.get(word, "")) for word in names]
    words += [entry(word, [None] * len(tables), suffix) for word, suffix in suffixes.items() if word not in names]
    words.sort(key=lambda word: word.split("=")[0])
    lines, line = [], "     "
    for word in words:
        if len(line) + len(word) > 118:
            lines.append(line)
            line = "     "
        line += " " + word
    text = "\n".join([*lines, line])
    (FOLDER / f"{name}.swift").write_text(f"""\
// The system calls of {what}; made by tools/make-system-calls.py.

#if arch({machine})
  extension SystemCallTable {{
    /// In the order of names: the number for each interface of `CallInterface.all`, `-` where there is none; what is
    /// missing at the end is the first number. Then `s` or `i` with the first argument of socketcall(2) or ipc(2).
    static let text = \"\"\"
{text}
      \"\"\"
  }}
#endif
""")


def main(x86, aarch64, arm):
    amd64 = calls(x86, "asm/unistd_64.h") | {name: number for number, name in NEWER_X86_64.items()}
    i386 = calls(x86, "asm/unistd_32.h")
    bit = 0x40000000
    x32 = calls(x86, "asm/unistd_x32.h", f"-D__X32_SYSCALL_BIT={bit}")
    x32 = {name: number & ~bit for name, number in x32.items()} | {name: n for n, name in NEWER_X86_64.items()}
    arm64 = calls(aarch64, "asm/unistd.h", "-U__x86_64__", "-D__aarch64__", "-D__BITS_PER_LONG=64")
    arm = calls(arm, "asm/unistd.h", "-U__x86_64__", "-D__arm__", "-D__ARM_EABI__")
    write("SystemCallsX86", "x86_64", "x86_64, i386 and x32", [amd64, i386, x32], multiplexed(x86))
    write("SystemCallsARM", "arm64", "aarch64 and ARM (EABI)", [arm64, arm], {})
    return {"x86_64": amd64, "x86": i386, "x32": x32, "aarch64": arm64, "arm": arm}


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
