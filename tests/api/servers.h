/*
 * servers.h - xapian-tcpsrv on this machine, for tests of several shards.
 *
 * Each program has a loopback address of its own, so that programs that run
 * at the same time do not meet. Servers end with the program that started
 * them, however it ends.
 */
#ifndef TESTS_API_SERVERS_H
#define TESTS_API_SERVERS_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SERVER_PORTS 1000
#define SERVER_FIRST 20000
#define SERVER_WAIT_MS 20000

struct server {
	pid_t pid; /* and its group: it has a child for each connection */
	char host[16];
	int port;
	char dir[128];
	int readonly;
};

/* Is the program there? */
static inline int servers_there(void)
{
	return system("xapian-tcpsrv --version >/dev/null 2>&1") == 0;
}

static inline void server_exec(const struct server *s)
{
	int null = open("/dev/null", O_RDWR);
	char port[12];

	snprintf(port, sizeof port, "%d", s->port);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	execlp("xapian-tcpsrv", "xapian-tcpsrv", "--quiet", "--interface", s->host, "--port", port,
	       s->readonly ? s->dir : "--writable", s->readonly ? NULL : s->dir, (char *)NULL);
	_exit(127);
}

/* 1: it listens; 0: it ended, as when the port is taken. */
static inline int server_listens(const struct server *s)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)s->port)};

	to.sin_addr.s_addr = inet_addr(s->host);
	for (int i = 0; i < SERVER_WAIT_MS; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		int up = connect(fd, (struct sockaddr *)&to, sizeof to) == 0;

		close(fd);
		if (waitpid(s->pid, NULL, WNOHANG) != 0)
			return 0;
		if (up)
			return 1;
		poll(NULL, 0, 1);
	}
	return 0;
}

/* Serve s->dir at s->port, again if it was killed: 0, or -1. */
static inline int server_run(struct server *s)
{
	s->pid = fork();
	if (s->pid == 0)
		server_exec(s);
	setpgid(s->pid, s->pid); /* whichever of the two comes first */
	return s->pid > 0 && server_listens(s) ? 0 : -1;
}

/* Serve a folder, which is made if need be. */
static inline int server_start(struct server *s, const char *dir)
{
	static int next;
	unsigned id = (unsigned)getpid();

	snprintf(s->dir, sizeof s->dir, "%s", dir);
	snprintf(s->host, sizeof s->host, "127.%u.%u.%u", 64 + (id >> 16) % 64, id >> 8 & 255,
	         id & 255);
	for (int tries = 0; tries < SERVER_PORTS; tries++) {
		s->port = SERVER_FIRST + next++ % SERVER_PORTS;
		if (server_run(s) == 0)
			return 0;
	}
	return -1;
}

/* As if its machine had lost power. */
static inline void server_kill(struct server *s)
{
	if (s->pid <= 0)
		return;
	kill(-s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	s->pid = 0;
}

/* Neither it nor what it has open answers any more, until it goes on. */
static inline void server_stop(const struct server *s)
{
	kill(-s->pid, SIGSTOP);
}

static inline void server_go_on(const struct server *s)
{
	kill(-s->pid, SIGCONT);
}

#endif
