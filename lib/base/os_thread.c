/*
 * os_thread.c - threads by POSIX.1-2008.
 *
 * Layer: base. The only file that includes pthread.h.
 */
#include "base/os.h"

#include <errno.h>
#include <pthread.h>

#include "base/err.h"
#include "base/mem.h"

struct ik_thread {
	pthread_t id;
	void (*fn)(void *user);
	void *user;
};

struct ik_mutex {
	pthread_mutex_t mutex;
};

struct ik_cond {
	pthread_cond_t cond;
};

static void *thread_main(void *arg)
{
	struct ik_thread *thread = arg;

	thread->fn(thread->user);
	return NULL;
}

int ik_thread_start(struct ik_thread **out, void (*fn)(void *user), void *user)
{
	struct ik_thread *thread = ik_zalloc(sizeof *thread);
	int rc;

	*out = NULL;
	if (thread == NULL)
		return ENOMEM;
	thread->fn = fn;
	thread->user = user;
	rc = pthread_create(&thread->id, NULL, thread_main, thread);
	if (rc != 0) {
		ik_free(thread);
		return rc;
	}
	*out = thread;
	return 0;
}

void ik_thread_join(struct ik_thread *thread)
{
	if (thread == NULL)
		return;
	(void)pthread_join(thread->id, NULL);
	ik_free(thread);
}

int ik_mutex_new(struct ik_mutex **out)
{
	struct ik_mutex *mutex = ik_zalloc(sizeof *mutex);
	int rc;

	*out = NULL;
	if (mutex == NULL)
		return ENOMEM;
	rc = pthread_mutex_init(&mutex->mutex, NULL);
	if (rc != 0) {
		ik_free(mutex);
		return rc;
	}
	*out = mutex;
	return 0;
}

void ik_mutex_free(struct ik_mutex *mutex)
{
	if (mutex == NULL)
		return;
	(void)pthread_mutex_destroy(&mutex->mutex);
	ik_free(mutex);
}

void ik_mutex_lock(struct ik_mutex *mutex)
{
	int rc = pthread_mutex_lock(&mutex->mutex);

	ik_assert(rc == 0);
	(void)rc;
}

void ik_mutex_unlock(struct ik_mutex *mutex)
{
	int rc = pthread_mutex_unlock(&mutex->mutex);

	ik_assert(rc == 0);
	(void)rc;
}

int ik_cond_new(struct ik_cond **out)
{
	struct ik_cond *cond = ik_zalloc(sizeof *cond);
	int rc;

	*out = NULL;
	if (cond == NULL)
		return ENOMEM;
	rc = pthread_cond_init(&cond->cond, NULL);
	if (rc != 0) {
		ik_free(cond);
		return rc;
	}
	*out = cond;
	return 0;
}

void ik_cond_free(struct ik_cond *cond)
{
	if (cond == NULL)
		return;
	(void)pthread_cond_destroy(&cond->cond);
	ik_free(cond);
}

void ik_cond_wait(struct ik_cond *cond, struct ik_mutex *mutex)
{
	(void)pthread_cond_wait(&cond->cond, &mutex->mutex);
}

void ik_cond_wake(struct ik_cond *cond)
{
	(void)pthread_cond_broadcast(&cond->cond);
}
