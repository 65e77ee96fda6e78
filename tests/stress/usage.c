/* usage.c - reading /proc and folders; figures of a long run. */
#ifndef _XOPEN_SOURCE
# define _XOPEN_SOURCE 700
#endif
#include "usage.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

static int open_of(pid_t pid, const char *what, FILE **out)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, what);
	*out = fopen(path, "r");
	return *out == NULL ? -1 : 0;
}

static int read_anon(pid_t pid, uint64_t *out)
{
	unsigned long long kilobytes;
	char line[256];
	int rc = -1;
	FILE *f;

	if (open_of(pid, "status", &f) != 0)
		return -1;
	while (rc != 0 && fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "RssAnon: %llu kB", &kilobytes) == 1)
			rc = 0;
	(void)fclose(f);
	if (rc == 0)
		*out = kilobytes << 10;
	return rc;
}

static int count_maps(pid_t pid, uint32_t *out)
{
	FILE *f;
	int c;

	*out = 0;
	if (open_of(pid, "maps", &f) != 0)
		return -1;
	while ((c = fgetc(f)) != EOF)
		*out += c == '\n';
	(void)fclose(f);
	return 0;
}

int usage_of_folder(const char *path, uint32_t *files, uint64_t *bytes)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	*files = 0;
	*bytes = 0;
	if (dir == NULL)
		return -1;
	while ((entry = readdir(dir)) != NULL) {
		struct stat st;

		if (entry->d_name[0] == '.' || fstatat(dirfd(dir), entry->d_name, &st, 0) != 0)
			continue;
		++*files;
		*bytes += (uint64_t)st.st_size;
	}
	(void)closedir(dir);
	return 0;
}

int usage_of(pid_t pid, struct usage *out)
{
	uint64_t bytes;
	char path[64];

	snprintf(path, sizeof path, "/proc/%ld/fd", (long)pid);
	if (usage_of_folder(path, &out->descriptors, &bytes) != 0)
		return -1;
	return read_anon(pid, &out->anon) != 0 ? -1 : count_maps(pid, &out->maps);
}

/* ---- series ---- */

void series_add(struct series *s, unsigned quarter, double value)
{
	value /= s->scale;
	s->sum[quarter] += value;
	s->n[quarter]++;
	if (value > s->most[quarter])
		s->most[quarter] = value;
}

double series_mean(const struct series *s, unsigned quarter)
{
	return s->n[quarter] == 0 ? 0 : s->sum[quarter] / s->n[quarter];
}

void series_print(const struct series *v, size_t n)
{
	printf("%-28s %9s %9s %9s %9s %9s\n", "mean of each quarter", "1", "2", "3", "4",
	       "greatest");
	for (size_t i = 0; i < n; i++) {
		double most = 0;

		printf("%-28s", v[i].name);
		for (unsigned q = 0; q < 4; q++) {
			printf(" %9.1f", series_mean(&v[i], q));
			most = v[i].most[q] > most ? v[i].most[q] : most;
		}
		printf(" %9.1f %s\n", most, v[i].unit);
	}
}

int series_is_flat(const struct series *s, double factor)
{
	return series_mean(s, 3) <= series_mean(s, 1) * factor + s->slack;
}
