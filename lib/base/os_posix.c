/*
 * os_posix.c - the operating system by POSIX.1-2008, and open-file-description locks.
 *
 * Layer: base. With os_thread.c and os_load.c the only file that includes system headers.
 */
#if defined(__linux__)
/* The GNU switch would turn strerror_r() into another function. */
# undef _GNU_SOURCE
# ifndef _POSIX_C_SOURCE
#  define _POSIX_C_SOURCE 200809L
# endif
# define _DEFAULT_SOURCE /* madvise() */
#endif

#include "base/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#if defined(__linux__)
# include <sys/auxv.h>
#endif
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* In POSIX since 2024 and in Linux since 3.15; glibc shows it under the GNU switch only. */
#if !defined(F_OFD_SETLK) && defined(__linux__)
# define F_OFD_SETLK 37
#endif

#define IO_MAX ((size_t)1 << 30) /* more in one call is cut short by some systems */

/* ---- files ---- */

static int open_file(const char *path, int flags, int *fd)
{
	do
		*fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0666);
	while (*fd < 0 && errno == EINTR);
	return *fd < 0 ? errno : 0;
}

/* Open a file that has to be a plain one; a pipe of that name must not make us wait. */
static int open_plain(const char *path, int flags, int *fd)
{
	struct stat st;
	int rc = open_file(path, flags | O_NONBLOCK, fd);

	if (rc != 0)
		return rc;
	if (fstat(*fd, &st) != 0)
		rc = errno;
	else if (S_ISDIR(st.st_mode))
		rc = EISDIR;
	else if (!S_ISREG(st.st_mode))
		rc = EINVAL;
	if (rc != 0) {
		(void)close(*fd);
		*fd = -1;
	}
	return rc;
}

int ik_os_open_read(const char *path, int *fd)
{
	return open_plain(path, O_RDONLY, fd);
}

/* Remove what stands where a file is to be made; never a folder or a device. */
static int make_way(const char *path)
{
	struct stat st;
	int rc;

	if (lstat(path, &st) != 0)
		return errno == ENOENT ? 0 : errno;
	if (S_ISDIR(st.st_mode))
		return EISDIR;
	if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
		return EINVAL;
	rc = ik_os_remove(path);
	return rc == ENOENT ? 0 : rc;
}

/* What is there may be a link to another file, or a pipe: it goes, and nothing is written to it. */
int ik_os_create(const char *path, int *fd)
{
	int rc = open_file(path, O_WRONLY | O_CREAT | O_EXCL, fd);

	if (rc != EEXIST)
		return rc;
	rc = make_way(path);
	return rc != 0 ? rc : open_file(path, O_WRONLY | O_CREAT | O_EXCL, fd);
}

int ik_os_write(int fd, const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len > 0) {
		ssize_t n = write(fd, p, len < IO_MAX ? len : IO_MAX);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? errno : EIO;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int ik_os_pread(int fd, void *data, size_t len, uint64_t at)
{
	uint8_t *p = data;

	while (len > 0) {
		ssize_t n = pread(fd, p, len < IO_MAX ? len : IO_MAX, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? errno : EIO;
		p += n;
		len -= (size_t)n;
		at += (uint64_t)n;
	}
	return 0;
}

int ik_os_size(int fd, uint64_t *size)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return errno;
	*size = (uint64_t)st.st_size;
	return 0;
}

int ik_os_sync(int fd)
{
	int rc;

#if defined(F_FULLFSYNC)
	/* fsync() leaves the data in the drive's cache there. */
	if (fcntl(fd, F_FULLFSYNC) == 0)
		return 0;
#endif
	do
		rc = fsync(fd);
	while (rc != 0 && errno == EINTR);
	return rc != 0 ? errno : 0;
}

int ik_os_close(int fd)
{
	/* After EINTR the descriptor is gone on every system we know: no second try. */
	return close(fd) != 0 && errno != EINTR ? errno : 0;
}

int ik_os_map(int fd, size_t len, const uint8_t **data)
{
	void *p;

	*data = NULL;
	if (len == 0)
		return 0;
	p = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return errno;
	*data = p;
	return 0;
}

void ik_os_unmap(const uint8_t *data, size_t len)
{
	if (data != NULL)
		(void)munmap((void *)(uintptr_t)data, len);
}

void ik_os_advise_random(void *p, size_t len)
{
#if defined(MADV_HUGEPAGE)
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = (uintptr_t)p;
	uintptr_t first = start & ~(page - 1);

	(void)madvise((void *)first, start + len - first, MADV_HUGEPAGE);
#else
	(void)p, (void)len;
#endif
}

int ik_os_rename(const char *from, const char *to)
{
	return rename(from, to) != 0 ? errno : 0;
}

int ik_os_remove(const char *path)
{
	return unlink(path) != 0 ? errno : 0;
}

/* ---- folders ---- */

int ik_os_mkdir(const char *path)
{
	return mkdir(path, 0777) != 0 ? errno : 0;
}

int ik_os_rmdir(const char *path)
{
	return rmdir(path) != 0 ? errno : 0;
}

int ik_os_is_dir(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno;
	return S_ISDIR(st.st_mode) ? 0 : ENOTDIR;
}

int ik_os_cwd(char *buf, size_t size)
{
	return getcwd(buf, size) == NULL ? errno : 0;
}

int ik_os_sync_dir(const char *path)
{
	int fd, rc;

	do
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return errno;
	rc = ik_os_sync(fd);
	(void)close(fd);
	/* Some file systems cannot sync a folder and need not. */
	return rc == EINVAL ? 0 : rc;
}

int ik_os_list(const char *path, int (*fn)(void *user, const char *name), void *user)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int rc = 0;

	if (dir == NULL)
		return errno;
	while (rc == 0) {
		errno = 0;
		entry = readdir(dir);
		if (entry == NULL) {
			rc = errno;
			break;
		}
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			rc = fn(user, entry->d_name);
	}
	(void)closedir(dir);
	return rc;
}

/* ---- locks ---- */

/*
 * A plain fcntl() lock would be the process's and go with the first close of
 * any descriptor of the file. These belong to the open file instead, which a
 * child made by fork() shares until it execs or ends.
 */
static int set_lock(int fd, short type)
{
	int rc;

#if defined(F_OFD_SETLK)
	struct flock whole;

	memset(&whole, 0, sizeof whole);
	whole.l_type = type;
	whole.l_whence = SEEK_SET;
	do
		rc = fcntl(fd, F_OFD_SETLK, &whole);
	while (rc != 0 && errno == EINTR);
	if (rc == 0)
		return 0;
	if (errno == EACCES || errno == EAGAIN)
		return EAGAIN;
	if (errno != EINVAL)
		return errno;
#endif
	do
		rc = flock(fd, type == F_UNLCK ? LOCK_UN : LOCK_EX | LOCK_NB);
	while (rc != 0 && errno == EINTR);
	if (rc == 0)
		return 0;
	return errno == EWOULDBLOCK ? EAGAIN : errno;
}

int ik_os_lock(const char *path, int *fd)
{
	struct stat st;
	int rc = open_plain(path, O_RDWR | O_CREAT, fd);

	if (rc != 0)
		return rc;
	rc = set_lock(*fd, F_WRLCK);
	/* A lock on a file without a name keeps nobody out: the next one makes another file. */
	if (rc == 0 && fstat(*fd, &st) != 0)
		rc = errno;
	else if (rc == 0 && st.st_nlink == 0)
		rc = EAGAIN;
	if (rc != 0) {
		(void)close(*fd);
		*fd = -1;
	}
	return rc;
}

void ik_os_unlock(int fd)
{
	/* Closing alone would leave it to a child that has the file open as well. */
	(void)set_lock(fd, F_UNLCK);
	(void)close(fd);
}

/* ---- texts, rights, clock, process ---- */

const char *ik_os_error(int sys, char *buf, size_t size)
{
	if (size == 0)
		return "";
	buf[0] = '\0';
	if (strerror_r(sys, buf, size) != 0 && buf[0] == '\0')
		(void)snprintf(buf, size, "error %d", sys);
	return buf;
}

int ik_os_is_privileged(void)
{
#if defined(__linux__)
	return getauxval(AT_SECURE) != 0;
#else
	return getuid() != geteuid() || getgid() != getegid();
#endif
}

uint64_t ik_os_now_us(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

uint64_t ik_os_deadline_us(uint32_t timeout_ms)
{
	uint64_t now = timeout_ms > 0 ? ik_os_now_us() : 0;

	return now == 0 ? 0 : now + (uint64_t)timeout_ms * 1000;
}

uint64_t ik_os_process(void)
{
	return (uint64_t)getpid();
}
