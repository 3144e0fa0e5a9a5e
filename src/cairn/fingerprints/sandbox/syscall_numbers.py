"""The numbers of the system calls that the filter names, for the two processors that Cairn knows.

Source: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux. A call that a
processor does not have (the newer one dropped ``fork`` and ``open``, for example) is absent from its table.
"""

from __future__ import annotations

X86_64 = {
    "read": 0, "write": 1, "close": 3, "fstat": 5, "poll": 7, "lseek": 8, "mmap": 9, "mprotect": 10,
    "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "pread64": 17,
    "readv": 19, "sched_yield": 24, "mremap": 25, "madvise": 28, "nanosleep": 35, "getpid": 39,
    "socket": 41, "connect": 42, "accept": 43, "sendto": 44, "sendmsg": 46, "recvmsg": 47, "bind": 49,
    "listen": 50, "socketpair": 53, "clone": 56, "fork": 57, "vfork": 58, "execve": 59, "exit": 60,
    "kill": 62, "fcntl": 72, "gettimeofday": 96, "getrusage": 98, "ptrace": 101, "getppid": 110,
    "sigaltstack": 131, "pivot_root": 155, "chroot": 161, "mount": 165, "init_module": 175, "gettid": 186,
    "tkill": 200, "time": 201, "futex": 202, "sched_getaffinity": 204, "restart_syscall": 219,
    "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230, "exit_group": 231, "tgkill": 234,
    "kexec_load": 246, "add_key": 248, "request_key": 249, "keyctl": 250, "unshare": 272,
    "set_robust_list": 273, "accept4": 288, "perf_event_open": 298, "prlimit64": 302, "sendmmsg": 307,
    "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "finit_module": 313, "getrandom": 318,
    "bpf": 321, "execveat": 322, "userfaultfd": 323, "membarrier": 324, "rseq": 334,
    "io_uring_setup": 425, "clone3": 435, "pidfd_getfd": 438,
    "open": 2, "stat": 4, "lstat": 6, "ioctl": 16, "writev": 20, "access": 21, "dup": 32, "dup2": 33,
    "uname": 63, "getcwd": 79, "readlink": 89, "umask": 95, "sysinfo": 99, "getuid": 102, "getgid": 104,
    "geteuid": 107, "getegid": 108, "arch_prctl": 158, "getdents64": 217, "set_tid_address": 218,
    "openat": 257, "newfstatat": 262, "readlinkat": 267, "faccessat": 269, "dup3": 292, "statx": 332,
    "faccessat2": 439,
}  # fmt: skip
"""Number by name on x86-64."""

AARCH64 = {
    "fcntl": 25, "mount": 40, "pivot_root": 41, "chroot": 51, "close": 57, "lseek": 62, "read": 63,
    "write": 64, "readv": 65, "pread64": 67, "ppoll": 73, "fstat": 80, "exit": 93, "exit_group": 94,
    "unshare": 97, "futex": 98, "set_robust_list": 99, "nanosleep": 101, "kexec_load": 104,
    "init_module": 105, "clock_gettime": 113, "clock_getres": 114, "clock_nanosleep": 115, "ptrace": 117,
    "sched_getaffinity": 123, "sched_yield": 124, "restart_syscall": 128, "kill": 129, "tkill": 130,
    "tgkill": 131, "sigaltstack": 132, "rt_sigaction": 134, "rt_sigprocmask": 135, "rt_sigreturn": 139,
    "getrusage": 165, "gettimeofday": 169, "getpid": 172, "getppid": 173, "gettid": 178, "socket": 198,
    "socketpair": 199, "bind": 200, "listen": 201, "accept": 202, "connect": 203, "sendto": 206,
    "sendmsg": 211, "recvmsg": 212, "brk": 214, "munmap": 215, "mremap": 216, "add_key": 217,
    "request_key": 218, "keyctl": 219, "clone": 220, "execve": 221, "mmap": 222, "mprotect": 226,
    "madvise": 233, "perf_event_open": 241, "accept4": 242, "prlimit64": 261, "setns": 268, "sendmmsg": 269,
    "process_vm_readv": 270, "process_vm_writev": 271, "finit_module": 273, "getrandom": 278, "bpf": 280,
    "execveat": 281, "userfaultfd": 282, "membarrier": 283, "rseq": 293, "io_uring_setup": 425,
    "clone3": 435, "pidfd_getfd": 438,
    "getcwd": 17, "dup": 23, "dup3": 24, "ioctl": 29, "faccessat": 48, "openat": 56, "getdents64": 61,
    "writev": 66, "readlinkat": 78, "newfstatat": 79, "set_tid_address": 96, "uname": 160, "umask": 166,
    "getuid": 174, "geteuid": 175, "getgid": 176, "getegid": 177, "sysinfo": 179, "statx": 291,
    "faccessat2": 439,
}  # fmt: skip
"""Number by name on 64-bit ARM."""
