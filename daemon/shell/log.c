#include "log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOG_LINE_MAX 512
#define LOG_WORD_MAX 64

static const struct {
    const char *word, *priority;
} log_levels[] = {
    [LOG_DEBUG] = {"debug", "<7>"},
    [LOG_INFO] = {"info", "<6>"},
    [LOG_WARNING] = {"warning", "<4>"},
    [LOG_ERROR] = {"error", "<3>"},
};

int log_level_from(const char *word)
{
    for (int i = LOG_DEBUG; i <= LOG_ERROR; i++)
        if (strcmp(log_levels[i].word, word) == 0) return i;
    return -1;
}

void log_init(struct log *l, int fd, enum log_level least)
{
    *l = (struct log){.fd = fd, .least = least};
    const char *stream = getenv("JOURNAL_STREAM"); // "device:inode" of the journal's socket
    struct stat st;
    char mine[64];
    if (!stream || fstat(fd, &st)) return;
    snprintf(mine, sizeof mine, "%llu:%llu", (unsigned long long)st.st_dev,
             (unsigned long long)st.st_ino);
    l->journal = strcmp(mine, stream) == 0;
}

static const char *log_word(const char *word)
{
    size_t const n = strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789._-");
    return n > 0 && n < LOG_WORD_MAX && word[n] == 0 ? word : "?";
}

static int log_head(const struct log *l, enum log_level level, const char *event, char *out,
                    size_t size)
{
    time_t const seconds = (time_t)(l->now.utc_ms / SECOND_MS);
    struct tm tm;
    char stamp[32];
    gmtime_r(&seconds, &tm);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &tm);
    return snprintf(out, size, "%s{\"time\":\"%s.%03dZ\",\"level\":\"%s\",\"event\":\"%s\"",
                    l->journal ? log_levels[level].priority : "", stamp,
                    (int)(l->now.utc_ms % SECOND_MS), log_levels[level].word, log_word(event));
}

static void log_write(struct log *l, const char *line, int len)
{
    // One write a line; a full pipe costs lines, never time.
    if (len <= 0 || write(l->fd, line, (size_t)len) != len) l->lost++;
}

void log_event(struct log *l, enum log_level level, const char *event, const char *id,
               int64_t number)
{
    if (level < l->least) return;
    char line[LOG_LINE_MAX];
    int n = log_head(l, level, event, line, sizeof line);
    if (id) n += snprintf(line + n, sizeof line - (size_t)n, ",\"id\":\"%s\"", log_word(id));
    n += snprintf(line + n, sizeof line - (size_t)n, ",\"number\":%lld}\n", (long long)number);
    log_write(l, line, n);
}

void log_place(struct log *l, enum log_level level, const char *event, const char *file, int line,
               int column, int row)
{
    if (level < l->least) return;
    const char *slash = strrchr(file, '/');
    char text[LOG_LINE_MAX];
    int n = log_head(l, level, event, text, sizeof text);
    n += snprintf(text + n, sizeof text - (size_t)n,
                  ",\"file\":\"%s\",\"line\":%d,\"column\":%d,\"row\":%d}\n",
                  log_word(slash ? slash + 1 : file), line, column, row);
    log_write(l, text, n);
}
