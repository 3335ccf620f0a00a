// attach.c - files to and from a concern.
#include "attach.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PROGRESS_BYTES = 512 * 1024 };

struct progress {
    const char *name;
    bool shown;
};

static void progress_show(void *user, uint64_t done, uint64_t of)
{
    struct progress *p = user;
    if (of < PROGRESS_BYTES || !isatty(STDERR_FILENO)) return;
    p->shown = true;
    fprintf(stderr, "\r%s: %llu of %llu KiB", p->name, (unsigned long long)done / 1024,
            (unsigned long long)(of + 1023) / 1024);
}

static void progress_end(const struct progress *p)
{
    if (p->shown) fputc('\n', stderr);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

// "FILE_STATE_NOT_SCANNED" in words.
static const char *state_words(const json_t *file)
{
    static const char *const words[][2] = {
        {"FILE_STATE_AWAITED", "not all here"},
        {"FILE_STATE_CHECKING", "being compared with its digest"},
        {"FILE_STATE_PENDING", "received; the virus scanner has yet to look"},
        {"FILE_STATE_CLEAN", "received; the virus scanner found nothing"},
        {"FILE_STATE_INFECTED", "the virus scanner found something: nobody opens it"},
        {"FILE_STATE_NOT_SCANNED", "received; nobody scanned it for viruses"},
        {"FILE_STATE_REFUSED", "not taken"},
    };
    const char *state = say_member(file, "state");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(state, words[i][0]) == 0) return words[i][1];
    }
    return state;
}

void show_file_list(const json_t *files)
{
    size_t i;
    json_t *f;
    json_array_foreach(files, i, f)
    {
        printf("  file %lld: ", (long long)json_integer_value(json_object_get(f, "number")));
        say_text(stdout, say_member(f, "name"), 4);
        printf(" (%s)", state_words(f));
        if (*say_member(f, "why")) fputs(" - ", stdout);
        say_text(stdout, say_member(f, "why"), 4);
        putchar('\n');
    }
}

void show_files(struct run *r, json_t *reply)
{
    const json_t *files = json_object_get(json_object_get(reply, "files"), "files");
    (void)r;
    show_file_list(files);
    if (json_array_size(files) == 0) puts("No files.");
}

int attach_one(struct run *r, const char *reference, const char *path)
{
    struct progress p = {.name = base_name(path)};
    char *text = NULL;
    enum triage_status const s =
        triage_attach(r->client, reference, path, progress_show, &p, &text);
    json_t *file = text ? json_loads(text, 0, NULL) : NULL;
    progress_end(&p);
    triage_free(text);
    if (file && r->json) {
        json_object_set_new(file, "reference", json_string(reference));
        say_data(json_incref(file));
    } else if (file && s == TRIAGE_OK) {
        printf("%s: ", reference);
        say_text(stdout, p.name, 2);
        printf(": %s\n", state_words(file));
    }
    json_decref(file);
    if (s == TRIAGE_E_INTERRUPTED)
        fprintf(stderr, "interrupted: the same command goes on where it was: triage attach %s %s\n",
                reference, path);
    return s == TRIAGE_OK ? EXIT_DONE : run_end(r, s);
}

int run_attach(struct run *r)
{
    int code = run_open(r);
    int worst = code;
    for (int i = 1; code != EXIT_UNREACHABLE && code != EXIT_KEYS && i < r->positional_len; i++) {
        code = attach_one(r, r->positional[0], r->positional[i]);
        if (worst == EXIT_DONE) worst = code;
    }
    return fflush(stdout) == 0 ? worst : EXIT_OURS;
}

// Never over a file that is there, and for its owner alone: it is about a person.
static FILE *fetched_open(const char *path)
{
    int const fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w+b");
    if (!out) say_error("%s: cannot be made: %s", path, strerror(errno));
    return out;
}

static int fetched_write(struct run *r, uint32_t number, const char *path)
{
    struct progress p = {.name = base_name(path)};
    char *text = NULL;
    FILE *out = fetched_open(path);
    if (!out) return EXIT_USAGE;
    enum triage_status const s =
        triage_fetch(r->client, r->positional[0], number, run_text(r, "reason"),
                     run_flag(r, "before-scan"), out, progress_show, &p, &text);
    bool const whole = fclose(out) == 0 && s == TRIAGE_OK;
    json_t *file = text ? json_loads(text, 0, NULL) : NULL;
    progress_end(&p);
    triage_free(text);
    if (!whole) unlink(path);
    if (file && whole && r->json) {
        say_data(json_incref(file));
    } else if (file && whole) {
        say_text(stdout, say_member(file, "name"), 2);
        printf(": %s\n", state_words(file));
    }
    json_decref(file);
    if (s != TRIAGE_OK) return run_end(r, s);
    return whole && fflush(stdout) == 0 ? EXIT_DONE : EXIT_OURS;
}

int run_attachment(struct run *r)
{
    char *end = NULL;
    unsigned long const number = strtoul(r->positional[1], &end, 10);
    if (*end || number == 0 || number > 1000) {
        say_error("%s: the number of a file, as `triage case` lists them", r->positional[1]);
        return EXIT_USAGE;
    }
    int const code = run_open(r);
    return code == EXIT_DONE ? fetched_write(r, (uint32_t)number, run_text(r, "out")) : code;
}
