/*
 * os.h - the operating system: files, mappings, locks, threads, clock.
 *
 * Layer: base. os_posix.c, os_thread.c and os_load.c implement it; no other
 * file includes a system header beyond the C standard library's. Functions
 * return 0 or an errno value (never -1), unless said otherwise. EINTR and short
 * reads and writes are handled here.
 */
#ifndef IK_BASE_OS_H
#define IK_BASE_OS_H

#include <stddef.h>
#include <stdint.h>

/* ---- files; opened with O_CLOEXEC and O_NOFOLLOW, made with mode 0666 & ~umask ---- */

int ik_os_open_read(const char *path, int *fd);
int ik_os_create(const char *path, int *fd); /* a new file, in place of what is there */
int ik_os_write(int fd, const void *data, size_t len);
int ik_os_pread(int fd, void *data, size_t len, uint64_t at); /* EIO when the file ends early */
int ik_os_size(int fd, uint64_t *size);
int ik_os_sync(int fd);
int ik_os_close(int fd);

/* Map a file for reading; len 0 maps nothing and succeeds with NULL. */
int ik_os_map(int fd, size_t len, const uint8_t **data);
void ik_os_unmap(const uint8_t *data, size_t len);

/*
 * Memory of several MiB that is read and written here and there: in larger pages the processor
 * finds it sooner. Whether there are any is the system's business.
 */
void ik_os_advise_random(void *p, size_t len);

int ik_os_rename(const char *from, const char *to);
int ik_os_remove(const char *path);
int ik_os_mkdir(const char *path);      /* EEXIST when there is anything */
int ik_os_rmdir(const char *path);      /* an empty folder */
int ik_os_is_dir(const char *path);     /* 0, ENOENT or ENOTDIR ... */
int ik_os_sync_dir(const char *path);
int ik_os_cwd(char *buf, size_t size);  /* what relative paths start from; ERANGE: buf is too small */

/* Call fn for each name but "." and ".."; a non-zero return stops and is returned. */
int ik_os_list(const char *path, int (*fn)(void *user, const char *name), void *user);

/*
 * An exclusive lock on a file, made when it is missing, that also keeps out
 * other handles of the same process. EAGAIN when it is taken, or was removed
 * by who had it. It dies with
 * the process and all children that fork() made of it meanwhile, or with their
 * exec(). A handler of pthread_atfork() could close the child's copy, but it
 * cannot be taken back by a library that is unloaded, and would need a list of
 * all locks that another thread may be changing when the child is made; locks
 * of a process (F_SETLK) end when any handle of the file is closed.
 */
int ik_os_lock(const char *path, int *fd);
void ik_os_unlock(int fd);

/* The text of an errno value, into buf. */
const char *ik_os_error(int sys, char *buf, size_t size);

/* Does the process have rights that whoever started it has not (set-user-ID)? */
int ik_os_is_privileged(void);

/* ---- shared objects ---- */

/*
 * The function `symbol` of a shared object, which stays loaded for good and
 * keeps its symbols to itself. ENOENT when there is no such file, ENOEXEC when
 * it cannot be loaded or lacks the symbol; `why` then is one line about it.
 */
int ik_os_load(const char *path, const char *symbol, void (**out)(void), char *why, size_t size);

/*
 * The folder of the file that this code is in, without a '/' at its end. ENOENT: not known, or
 * not to be believed, since whoever started a privileged program may have made it up.
 */
int ik_os_load_folder(char *buf, size_t size);

/* ---- clock ---- */

uint64_t ik_os_now_us(void); /* monotonic microseconds; 0: the clock cannot be read */

/* The end of a time limit that begins now; 0, never, without a limit or a clock. */
uint64_t ik_os_deadline_us(uint32_t timeout_ms);

/* ---- processes, threads ---- */

uint64_t ik_os_process(void); /* a number that a child made by fork() does not share */

struct ik_thread;
struct ik_mutex;
struct ik_cond;

int ik_thread_start(struct ik_thread **out, void (*fn)(void *user), void *user);
void ik_thread_join(struct ik_thread *thread); /* waits and frees */

int ik_mutex_new(struct ik_mutex **out);
void ik_mutex_free(struct ik_mutex *mutex);
void ik_mutex_lock(struct ik_mutex *mutex);
void ik_mutex_unlock(struct ik_mutex *mutex);

int ik_cond_new(struct ik_cond **out);
void ik_cond_free(struct ik_cond *cond);
void ik_cond_wait(struct ik_cond *cond, struct ik_mutex *mutex);
void ik_cond_wake(struct ik_cond *cond); /* all who wait */

#endif
