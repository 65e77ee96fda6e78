/*
 * signals.c - Ctrl-C, readers that go away, files beyond the limit.
 *
 * Part of: the search program. Source: the self-pipe trick (D. J. Bernstein): the handler writes
 * a byte that poll() sees, so a signal between looking at the flag and waiting is never lost.
 */
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t stopped;
static ink_cancel *volatile cancel;
static int wake[2] = { -1, -1 };

static void on_signal(int sig)
{
	int saved = errno;
	ink_cancel *c = cancel;

	(void)sig;
	stopped = 1;
	if (c != NULL)
		ink_cancel_fire(c);
	if (wake[1] >= 0 && write(wake[1], "", 1) < 0)
		errno = saved; /* a full pipe wakes as well */
	errno = saved;
}

/* A signal that the parent has switched off stays off, as under nohup. */
static void catch_signal(int sig)
{
	struct sigaction action = { 0 }, old;

	if (sigaction(sig, NULL, &old) == 0 && old.sa_handler == SIG_IGN)
		return;
	action.sa_handler = on_signal;
	action.sa_flags = (int)SA_RESETHAND;
	sigemptyset(&action.sa_mask);
	sigaction(sig, &action, NULL);
}

void signals_init(void)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file at its limit is told as a full disk is */
	if (pipe(wake) == 0) {
		fcntl(wake[0], F_SETFD, FD_CLOEXEC);
		fcntl(wake[1], F_SETFD, FD_CLOEXEC);
		fcntl(wake[1], F_SETFL, O_NONBLOCK);
	}
	catch_signal(SIGINT);
	catch_signal(SIGTERM);
}

int signals_stop(void)
{
	return stopped != 0;
}

void signals_set_cancel(ink_cancel *c)
{
	cancel = c;
	if (stopped && c != NULL)
		ink_cancel_fire(c);
}

int signals_wait(int fd)
{
	struct pollfd fds[2] = { { fd, POLLIN, 0 }, { wake[0], POLLIN, 0 } };

	for (;;) {
		int n = poll(fds, 2, -1);

		if (stopped) {
			errno = EINTR;
			return -1;
		}
		if (n < 0 && errno != EINTR)
			return 0; /* let read() say what is wrong */
		if (n > 0 && fds[0].revents != 0)
			return 0;
	}
}
