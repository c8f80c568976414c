/* Lets the k-th call of one kind fail, or kills the process just before it: LD_PRELOAD=fault.so

   FAULT_CALL   write, fsync, close, rename, ftruncate, mmap or create: each with its relatives (pwrite and writev are
                writes, fdatasync is an fsync, create is an open that makes a file)
   FAULT_K      which call, counted from 1; 0 only counts, of every kind with FAULT_CALL=all
   FAULT_STICKY from that call on all of them fail, as on a full disk
   FAULT_ERRNO  its error, a number; EIO without it
   FAULT_KILL   SIGKILL instead of an error
   FAULT_SHORT  the write takes half of its bytes and succeeds; the next one fails
   FAULT_STDOUT counts writes to standard output, whatever it is, and nothing else
   FAULT_LOG    a file that gets a line for each call that is counted, with the size and the name of its file, and one
                more for the call that failed

   Counted are calls with descriptors of regular files that are open for writing, and fsync of folders; of the standard
   descriptors only with FAULT_STDOUT. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum fault { none, fails, halves };

static atomic_long count;

static long setting(const char *name, long otherwise) {
  const char *text = getenv(name);
  return text && *text ? atol(text) : otherwise;
}

/* A line of the log, by system calls that nobody counts. */
static void note(const char *what, const char *call, const char *name, long number) {
  const char *path = getenv("FAULT_LOG");
  if (!path) return;
  int log = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (log < 0) return;
  char line[4400];
  int length = snprintf(line, sizeof line, "%s %s %ld %s\n", what, call, number, name);
  if (length > 0) syscall(SYS_write, log, line, (size_t)length);
  syscall(SYS_close, log);
}

static enum fault fault(const char *kind, const char *name) {
  const char *chosen = getenv("FAULT_CALL");
  if (!chosen) return none;
  if (strcmp(chosen, "all") == 0) note("call", kind, name, 0);
  if (strcmp(chosen, kind) != 0) return none;
  long number = atomic_fetch_add(&count, 1) + 1;
  note("call", kind, name, number);
  long k = setting("FAULT_K", 0);
  int halved = setting("FAULT_SHORT", 0) != 0;
  int sticky = setting("FAULT_STICKY", 0) != 0;
  if (k == 0 || number < k || (number > k + halved && !sticky)) return none;
  note("fired", kind, name, number);
  if (setting("FAULT_KILL", 0)) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
  }
  if (halved && number == k) return halves;
  errno = (int)setting("FAULT_ERRNO", EIO);
  return fails;
}

static void name_of(int descriptor, char *name, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, name, size - 1);
  name[length < 0 ? 0 : length] = 0;
}

static enum fault fault_of(const char *kind, int descriptor) {
  int saved = errno;
  char name[4096] = "";
  struct stat status;
  enum fault result = none;
  if (setting("FAULT_STDOUT", 0)) {
    if (descriptor == STDOUT_FILENO) result = fault(kind, "0 standard output");
  } else if (descriptor > STDERR_FILENO && fstat(descriptor, &status) == 0) {
    int folder = S_ISDIR(status.st_mode) && strcmp(kind, "fsync") == 0;
    int flags = fcntl(descriptor, F_GETFL);
    if (folder || (S_ISREG(status.st_mode) && flags >= 0 && (flags & O_ACCMODE) != O_RDONLY)) {
      int length = snprintf(name, sizeof name, "%ld ", (long)status.st_size);
      name_of(descriptor, name + length, sizeof name - (size_t)length);
      // What is only memory, between two processes, is no file that could be lost.
      if (strncmp(name + length, "/memfd:", 7) != 0) result = fault(kind, name);
    }
  }
  if (result != fails) errno = saved;
  return result;
}

static enum fault fault_of_path(const char *kind, const char *path) {
  char name[4096];
  if (setting("FAULT_STDOUT", 0)) return none;
  snprintf(name, sizeof name, "0 %s", path);
  return fault(kind, name);
}

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

#define HALF(size) ((size) > 1 ? (size) / 2 : (size))

ssize_t write(int descriptor, const void *bytes, size_t size) {
  REAL(ssize_t, "write", int, const void *, size_t);
  enum fault found = fault_of("write", descriptor);
  return found == fails ? -1 : real(descriptor, bytes, found == halves ? HALF(size) : size);
}

#define PWRITE(name, text) \
  ssize_t name(int descriptor, const void *bytes, size_t size, off_t offset) { \
    REAL(ssize_t, text, int, const void *, size_t, off_t); \
    enum fault found = fault_of("write", descriptor); \
    return found == fails ? -1 : real(descriptor, bytes, found == halves ? HALF(size) : size, offset); \
  }
PWRITE(pwrite, "pwrite")
PWRITE(pwrite64, "pwrite64")

ssize_t writev(int descriptor, const struct iovec *parts, int number) {
  REAL(ssize_t, "writev", int, const struct iovec *, int);
  return fault_of("write", descriptor) == fails ? -1 : real(descriptor, parts, number);
}

#define PWRITEV(name, text) \
  ssize_t name(int descriptor, const struct iovec *parts, int number, off_t offset) { \
    REAL(ssize_t, text, int, const struct iovec *, int, off_t); \
    return fault_of("write", descriptor) == fails ? -1 : real(descriptor, parts, number, offset); \
  }
PWRITEV(pwritev, "pwritev")
PWRITEV(pwritev64, "pwritev64")

#define PLAIN(name, text, kind) \
  int name(int descriptor) { \
    REAL(int, text, int); \
    return fault_of(kind, descriptor) == fails ? -1 : real(descriptor); \
  }
PLAIN(fsync, "fsync", "fsync")
PLAIN(fdatasync, "fdatasync", "fsync")

/* As the system does it: the descriptor is free, whatever close returns. */
int close(int descriptor) {
  REAL(int, "close", int);
  if (fault_of("close", descriptor) != fails) return real(descriptor);
  int reason = errno;
  real(descriptor);
  errno = reason;
  return -1;
}

#define FTRUNCATE(name, text) \
  int name(int descriptor, off_t size) { \
    REAL(int, text, int, off_t); \
    return fault_of("ftruncate", descriptor) == fails ? -1 : real(descriptor, size); \
  }
FTRUNCATE(ftruncate, "ftruncate")
FTRUNCATE(ftruncate64, "ftruncate64")

int rename(const char *old, const char *new) {
  REAL(int, "rename", const char *, const char *);
  return fault_of_path("rename", old) == fails ? -1 : real(old, new);
}

#define MMAP(name, text) \
  void *name(void *address, size_t size, int protection, int flags, int descriptor, off_t offset) { \
    REAL(void *, text, void *, size_t, int, int, int, off_t); \
    if (descriptor >= 0 && fault_of("mmap", descriptor) == fails) return MAP_FAILED; \
    return real(address, size, protection, flags, descriptor, offset); \
  }
MMAP(mmap, "mmap")
MMAP(mmap64, "mmap64")

#define MODE(last) \
  mode_t mode = 0; \
  if (flags & (O_CREAT | O_TMPFILE)) { \
    va_list rest; \
    va_start(rest, last); \
    mode = va_arg(rest, mode_t); \
    va_end(rest); \
  }

#define OPEN(name, text) \
  int name(const char *path, int flags, ...) { \
    REAL(int, text, const char *, int, ...); \
    MODE(flags) \
    if ((flags & O_CREAT) && fault_of_path("create", path) == fails) return -1; \
    return real(path, flags, mode); \
  }
OPEN(open, "open")
OPEN(open64, "open64")

#define OPENAT(name, text) \
  int name(int folder, const char *path, int flags, ...) { \
    REAL(int, text, int, const char *, int, ...); \
    MODE(flags) \
    if ((flags & O_CREAT) && fault_of_path("create", path) == fails) return -1; \
    return real(folder, path, flags, mode); \
  }
OPENAT(openat, "openat")
OPENAT(openat64, "openat64")
