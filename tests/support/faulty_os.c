/*
 * faulty_os.c - base/os_posix.c and os_thread.c over system calls that fail: each call that it
 * makes is a macro here, which asks first whether its time has come.
 */
#undef _GNU_SOURCE /* as there */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "faulty_os.h"

static struct {
	unsigned kinds;
	int armed, persist, sys;
	uint64_t after, count, failed;
	unsigned failed_kinds;
	const char *what;
} faults = {.what = ""};

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int64_t live;
static _Atomic int interrupting;
static _Atomic uint64_t interrupted;

/* What the system says in such a case; the same in all of them where everything fails. */
static int errno_of(unsigned kind)
{
	uint64_t i = faults.after;

	if (faults.persist && faults.kinds == OS_ANY)
		return EIO;
	switch (kind) {
	case OS_OPEN:
		return i % 2 == 0 ? EMFILE : EIO;
	case OS_WRITE:
	case OS_SYNC:
	case OS_RENAME:
		return i % 2 == 0 ? ENOSPC : EIO;
	case OS_MAP:
		return i % 2 == 0 ? ENOMEM : ENODEV;
	case OS_MKDIR:
		return EDQUOT;
	case OS_LOCK:
		return ENOLCK;
	case OS_THREAD:
	case OS_MUTEX:
		return EAGAIN;
	case OS_CLOCK:
		return EINVAL;
	default:
		return EIO;
	}
}

/* Is it time to fail? errno says with what. */
static int due(unsigned kind, const char *what)
{
	int sys = 0;

	pthread_mutex_lock(&guard);
	if (faults.armed && (faults.kinds & kind) != 0) {
		uint64_t i = faults.count++;

		if (i == faults.after || (i > faults.after && faults.persist)) {
			sys = errno_of(kind);
			faults.failed_kinds |= kind;
			if (faults.failed++ == 0) {
				faults.sys = sys;
				faults.what = what;
			}
		}
	}
	pthread_mutex_unlock(&guard);
	if (sys != 0)
		errno = sys;
	return sys != 0;
}

static int disturbed(void)
{
	if (!atomic_load(&interrupting) || atomic_fetch_add(&interrupted, 1) % 2 != 0)
		return 0;
	errno = EINTR;
	return 1;
}

static size_t shortened(size_t len)
{
	return atomic_load(&interrupting) && len > 1
	               ? 1 + (size_t)(atomic_load(&interrupted) % len)
	               : len;
}

static int count_live(int n)
{
	atomic_fetch_add(&live, n);
	return n;
}

static int opened(int fd)
{
	count_live(fd >= 0);
	return fd;
}

static void *mapped(void *p)
{
	count_live(p != MAP_FAILED);
	return p;
}

static DIR *listed(DIR *dir)
{
	count_live(dir != NULL);
	return dir;
}

static int closed(int fd)
{
	int fails = due(OS_CLOSE, "close"), sys = errno, rc = close(fd);

	atomic_fetch_sub(&live, 1);
	if (!fails)
		return rc;
	errno = sys;
	return -1;
}

static ssize_t written(int fd, const void *data, size_t len)
{
	if (disturbed())
		return -1;
	if (due(OS_WRITE, "write")) {
		int sys = errno;

		if (write(fd, data, len / 2) < 0)
			return -1;
		errno = sys;
		return -1;
	}
	return write(fd, data, shortened(len));
}

#define open(...) \
	(disturbed() || due(OS_OPEN, "open") ? -1 : opened(open(__VA_ARGS__)))
#define close(fd) closed(fd)
#define fstat(fd, buf) (due(OS_STAT, "fstat") ? -1 : fstat(fd, buf))
#define stat(path, buf) (due(OS_STAT, "stat") ? -1 : stat(path, buf))
#define getcwd(buf, size) (due(OS_STAT, "getcwd") ? NULL : getcwd(buf, size))
#define write(fd, data, len) written(fd, data, len)
#define pread(fd, data, len, at) (disturbed() ? -1 : pread(fd, data, shortened(len), at))
#define fsync(fd) (disturbed() || due(OS_SYNC, "fsync") ? -1 : fsync(fd))
#define mmap(...) (due(OS_MAP, "mmap") ? MAP_FAILED : mapped(mmap(__VA_ARGS__)))
#define munmap(p, len) (count_live(-1), munmap(p, len))
#define rename(from, to) (due(OS_RENAME, "rename") ? -1 : rename(from, to))
#define unlink(path) (due(OS_REMOVE, "unlink") ? -1 : unlink(path))
#define rmdir(path) (due(OS_REMOVE, "rmdir") ? -1 : rmdir(path))
#define mkdir(path, mode) (due(OS_MKDIR, "mkdir") ? -1 : mkdir(path, mode))
#define opendir(path) (due(OS_LIST, "opendir") ? NULL : listed(opendir(path)))
#define readdir(dir) (due(OS_LIST, "readdir") ? NULL : readdir(dir))
#define closedir(dir) (count_live(-1), closedir(dir))
#define fcntl(...) (disturbed() || due(OS_LOCK, "fcntl") ? -1 : fcntl(__VA_ARGS__))
#define flock(fd, how) (disturbed() || due(OS_LOCK, "flock") ? -1 : flock(fd, how))
#define clock_gettime(id, at) (due(OS_CLOCK, "clock_gettime") ? -1 : clock_gettime(id, at))
#define pthread_create(...) \
	(due(OS_THREAD, "pthread_create") ? errno : started(pthread_create(__VA_ARGS__)))
#define pthread_join(id, out) (count_live(-1), pthread_join(id, out))
#define pthread_mutex_init(m, attr) \
	(due(OS_MUTEX, "pthread_mutex_init") ? errno : pthread_mutex_init(m, attr))
#define pthread_cond_init(c, attr) \
	(due(OS_MUTEX, "pthread_cond_init") ? errno : pthread_cond_init(c, attr))

static int started(int rc)
{
	count_live(rc == 0);
	return rc;
}

#include "base/os_posix.c"
#include "base/os_thread.c"

void faulty_os_arm(unsigned kinds, uint64_t after, int persist)
{
	pthread_mutex_lock(&guard);
	faults.armed = 1;
	faults.kinds = kinds;
	faults.after = after;
	faults.persist = persist;
	faults.count = faults.failed = 0;
	faults.failed_kinds = 0;
	faults.sys = 0;
	faults.what = "";
	pthread_mutex_unlock(&guard);
}

void faulty_os_disarm(void)
{
	pthread_mutex_lock(&guard);
	faults.armed = 0;
	pthread_mutex_unlock(&guard);
}

uint64_t faulty_os_count(void)
{
	return faults.count;
}

uint64_t faulty_os_failed(void)
{
	return faults.failed;
}

unsigned faulty_os_kinds(void)
{
	return faults.failed_kinds;
}

int faulty_os_errno(void)
{
	return faults.sys;
}

const char *faulty_os_what(void)
{
	return faults.what;
}

void faulty_os_interrupt(int on)
{
	atomic_store(&interrupting, on);
}

int64_t faulty_os_live(void)
{
	return atomic_load(&live);
}
