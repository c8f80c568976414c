// What a process gives up before it reads a file that it does not trust, and what its parent allows it: calls of Linux
// that Swift cannot make, because they are variadic, have no function in the C library or need a program for the kernel.
// On other systems, and where a kernel is too old, each says that it is not there.
#pragma once
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

#if defined(__linux__)
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>

// From <sched.h>, which shows it to GNU programs only.
#define CSANDBOX_CLONE_THREAD 0x00010000u

// A file that is only memory, and has no name; -1 where there is none.
static inline int csandbox_memory_file(void) { return (int)syscall(SYS_memfd_create, "reg-tools", 1u /* MFD_CLOEXEC */); }

static inline void csandbox_close_from(unsigned first) {
#if defined(SYS_close_range)
  if (syscall(SYS_close_range, first, ~0u, 0u) == 0) return;
#endif
  for (unsigned descriptor = first; descriptor < 65536; descriptor++) close((int)descriptor);
}

static inline bool csandbox_is_main_thread(void) { return syscall(SYS_gettid) == getpid(); }

// The kernel ends this process with the thread that started it.
static inline bool csandbox_end_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0; }

// Never more than what is allowed already.
static inline bool csandbox_lower(int resource, uint64_t value) {
  struct rlimit limit;
  if (getrlimit((__typeof__(RLIMIT_AS))resource, &limit) != 0) return false;
  if (limit.rlim_max != RLIM_INFINITY && value > limit.rlim_max) value = limit.rlim_max;
  if (limit.rlim_cur != RLIM_INFINITY && value > limit.rlim_cur) value = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max = value;
  return setrlimit((__typeof__(RLIMIT_AS))resource, &limit) == 0;
}

// No files are written, no memory is dumped, few files are open, and no more memory is asked for than this.
static inline bool csandbox_limit(uint64_t addressSpace, unsigned files) {
  bool core = csandbox_lower(RLIMIT_CORE, 0), size = csandbox_lower(RLIMIT_FSIZE, 0);
  return csandbox_lower(RLIMIT_NOFILE, files) && csandbox_lower(RLIMIT_AS, addressSpace) && core && size;
}

// Nanoseconds of processor time that a process has used; -1 where nobody says.
static inline int64_t csandbox_used_time(pid_t process) {
  clockid_t clock;
  struct timespec time;
  if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &time) != 0) return -1;
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// The kernel ends a child with SIGXCPU after so many seconds of processor time, counted from its start.
static inline bool csandbox_limit_time(pid_t process, uint64_t seconds) {
  struct rlimit limit;
  // glibc shows prlimit to GNU programs only.
  if (syscall(SYS_prlimit64, process, RLIMIT_CPU, NULL, &limit) != 0) return false;
  // At the highest limit there is another signal, which says nothing of the time.
  if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max > 0 && seconds >= limit.rlim_max) seconds = limit.rlim_max - 1;
  limit.rlim_cur = seconds;
  return syscall(SYS_prlimit64, process, RLIMIT_CPU, &limit, NULL) == 0;
}

// Nothing that is executed from here on has more rights than this process: the two that follow need it.
static inline bool csandbox_keep_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0; }

// Landlock: of all files only the one that is open may be opened again, for reading; no connection can be made and no
// process outside be reached, where the kernel is new enough. https://docs.kernel.org/userspace-api/landlock.html
static inline bool csandbox_restrict_files(int descriptor) {
  // The numbers are the same on all processors.
  const long create = 444, add = 445, restrict_self = 446;
  struct {
    uint64_t files, network, scoped;
  } attributes = {0, 0, 0};
  long version = syscall(create, NULL, 0, 1u /* LANDLOCK_CREATE_RULESET_VERSION */);
  if (version < 1) return false;
  unsigned rights = version == 1 ? 13 : version == 2 ? 14 : version < 5 ? 15 : 16;
  attributes.files = (1u << rights) - 1;
  if (version >= 4) attributes.network = 3;
  if (version >= 6) attributes.scoped = 3;
  size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  int rules = (int)syscall(create, &attributes, size, 0u);
  if (rules < 0) return false;
  struct __attribute__((packed)) {
    uint64_t rights;
    int32_t descriptor;
  } file = {1u << 2 /* LANDLOCK_ACCESS_FS_READ_FILE */, descriptor};
  // Not for a file that is only memory: nobody opens it again.
  syscall(add, rules, 1 /* LANDLOCK_RULE_PATH_BENEATH */, &file, 0u);
  bool done = syscall(restrict_self, rules, 0u) == 0;
  close(rules);
  return done;
}

#if defined(__x86_64__)
#define CSANDBOX_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define CSANDBOX_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

// What libhdf5, zlib, Swift's runtime and the C library need to read an open file with several threads.
static const unsigned short csandbox_calls[] = {
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_lseek, SYS_close, SYS_fstat, SYS_newfstatat,
    SYS_readlinkat, SYS_faccessat, SYS_getcwd, SYS_munmap, SYS_mremap, SYS_madvise, SYS_brk, SYS_futex,
    SYS_set_robust_list, SYS_sched_yield, SYS_sched_getaffinity, SYS_getpid, SYS_gettid, SYS_getuid, SYS_geteuid,
    SYS_getgid, SYS_getegid, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_exit,
    SYS_exit_group, SYS_clock_gettime, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday, SYS_getrandom,
    SYS_sysinfo, SYS_uname, SYS_sendto, SYS_recvfrom, SYS_restart_syscall, SYS_getrusage,
#if defined(SYS_rseq)
    SYS_rseq,
#endif
#if defined(SYS_statx)
    SYS_statx,
#endif
#if defined(SYS_faccessat2)
    SYS_faccessat2,
#endif
#if defined(__x86_64__)
    SYS_stat, SYS_lstat, SYS_readlink, SYS_access, SYS_time, SYS_arch_prctl,
#endif
};

// What no reader does, nor any library for it: whoever tries has been taken over.
static const unsigned short csandbox_hostile_calls[] = {
    SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_mount, SYS_unshare, SYS_setns,
    SYS_bpf, SYS_keyctl,
#if defined(__x86_64__)
    SYS_fork, SYS_vfork,
#endif
};

// seccomp: the calls above, and some more with certain arguments; any other one fails as if it were forbidden, and what
// no reader does ends the process (SIGSYS). https://docs.kernel.org/userspace-api/seccomp_filter.html
static inline bool csandbox_restrict_calls(void) {
#if defined(CSANDBOX_ARCHITECTURE)
  struct sock_filter program[256];
  unsigned short length = 0;
#define CSANDBOX_STATEMENT(code, value) program[length++] = (struct sock_filter)BPF_STMT(code, value)
#define CSANDBOX_JUMP(code, value, yes, no) program[length++] = (struct sock_filter)BPF_JUMP(code, value, yes, no)
#define CSANDBOX_RETURN(value) CSANDBOX_STATEMENT(BPF_RET | BPF_K, value)
#define CSANDBOX_LOAD(offset) CSANDBOX_STATEMENT(BPF_LD | BPF_W | BPF_ABS, offset)
// The lower half of an argument, on processors that store it first.
#define CSANDBOX_ARGUMENT(index) CSANDBOX_LOAD(offsetof(struct seccomp_data, args) + 8 * (index))
#define CSANDBOX_ALLOW SECCOMP_RET_ALLOW
#define CSANDBOX_REFUSE(number) (SECCOMP_RET_ERRNO | (number))
// What follows concerns one call: `count` statements.
#define CSANDBOX_CALL(number, count) CSANDBOX_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, count)
// One call, allowed where an argument has none of the bits.
#define CSANDBOX_WITHOUT(number, index, bits, error)               \
  CSANDBOX_CALL(number, 4);                                        \
  CSANDBOX_ARGUMENT(index);                                        \
  CSANDBOX_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);           \
  CSANDBOX_RETURN(CSANDBOX_REFUSE(error));                         \
  CSANDBOX_RETURN(CSANDBOX_ALLOW)
// One call, allowed where an argument is one of two numbers.
#define CSANDBOX_WITH(number, index, one, other)                   \
  CSANDBOX_CALL(number, 5);                                        \
  CSANDBOX_ARGUMENT(index);                                        \
  CSANDBOX_JUMP(BPF_JMP | BPF_JEQ | BPF_K, one, 2, 0);             \
  CSANDBOX_JUMP(BPF_JMP | BPF_JEQ | BPF_K, other, 1, 0);           \
  CSANDBOX_RETURN(CSANDBOX_REFUSE(EPERM));                         \
  CSANDBOX_RETURN(CSANDBOX_ALLOW)

  CSANDBOX_LOAD(offsetof(struct seccomp_data, arch));
  CSANDBOX_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CSANDBOX_ARCHITECTURE, 1, 0);
  CSANDBOX_RETURN(SECCOMP_RET_KILL_PROCESS);
  CSANDBOX_LOAD(offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
  // The numbers of x32, which would be other calls.
  CSANDBOX_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
  CSANDBOX_RETURN(SECCOMP_RET_KILL_PROCESS);
#endif
  for (unsigned index = 0; index < sizeof csandbox_calls / sizeof *csandbox_calls; index++) {
    CSANDBOX_CALL(csandbox_calls[index], 1);
    CSANDBOX_RETURN(CSANDBOX_ALLOW);
  }
  for (unsigned index = 0; index < sizeof csandbox_hostile_calls / sizeof *csandbox_hostile_calls; index++) {
    CSANDBOX_CALL(csandbox_hostile_calls[index], 1);
    CSANDBOX_RETURN(SECCOMP_RET_KILL_PROCESS);
  }
  // Files are opened for reading; Landlock says which.
  const unsigned writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
  CSANDBOX_WITHOUT(SYS_openat, 2, writing, EACCES);
#if defined(__x86_64__)
  CSANDBOX_WITHOUT(SYS_open, 1, writing, EACCES);
#endif
  // No memory becomes code.
  CSANDBOX_WITHOUT(SYS_mmap, 2, PROT_EXEC, EPERM);
  CSANDBOX_WITHOUT(SYS_mprotect, 2, PROT_EXEC, EPERM);
  // Threads, not processes. What clone3 is to do stands in memory, where no filter looks: the C library then uses clone.
  CSANDBOX_CALL(SYS_clone, 4);
  CSANDBOX_ARGUMENT(0);
  CSANDBOX_JUMP(BPF_JMP | BPF_JSET | BPF_K, CSANDBOX_CLONE_THREAD, 1, 0);
  CSANDBOX_RETURN(SECCOMP_RET_KILL_PROCESS);
  CSANDBOX_RETURN(CSANDBOX_ALLOW);
#if defined(SYS_clone3)
  CSANDBOX_CALL(SYS_clone3, 1);
  CSANDBOX_RETURN(CSANDBOX_REFUSE(ENOSYS));
#endif
  // The names of threads and of pieces of memory.
  CSANDBOX_WITH(SYS_prctl, 0, PR_SET_NAME, 0x53564d41 /* PR_SET_VMA */);
  CSANDBOX_WITH(SYS_fcntl, 1, F_GETFD, F_GETFL);
  // abort() sends a signal to its own thread.
  CSANDBOX_WITH(SYS_tgkill, 0, (unsigned)getpid(), (unsigned)getpid());
  // Limits are asked for, not set.
  CSANDBOX_WITH(SYS_prlimit64, 2, 0, 0);
  CSANDBOX_RETURN(CSANDBOX_REFUSE(EPERM));

  struct sock_fprog filter = {length, program};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
#undef CSANDBOX_STATEMENT
#undef CSANDBOX_JUMP
#undef CSANDBOX_RETURN
#undef CSANDBOX_LOAD
#undef CSANDBOX_ARGUMENT
#undef CSANDBOX_ALLOW
#undef CSANDBOX_REFUSE
#undef CSANDBOX_CALL
#undef CSANDBOX_WITHOUT
#undef CSANDBOX_WITH
#else
  return false;
#endif
}

#else
static inline int csandbox_memory_file(void) { return -1; }
static inline void csandbox_close_from(unsigned first) {
  for (unsigned descriptor = first; descriptor < 1024; descriptor++) close((int)descriptor);
}
static inline bool csandbox_is_main_thread(void) { return false; }
static inline bool csandbox_end_with_parent(void) { return false; }
static inline bool csandbox_limit(uint64_t addressSpace, unsigned files) {
  (void)addressSpace, (void)files;
  return false;
}
static inline int64_t csandbox_used_time(pid_t process) {
  (void)process;
  return -1;
}
static inline bool csandbox_limit_time(pid_t process, uint64_t seconds) {
  (void)process, (void)seconds;
  return false;
}
static inline bool csandbox_keep_privileges(void) { return false; }
static inline bool csandbox_restrict_files(int descriptor) {
  (void)descriptor;
  return false;
}
static inline bool csandbox_restrict_calls(void) { return false; }
#endif
