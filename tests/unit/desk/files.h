// files.h - files of the desk's tests: made, named, sent in parts, asked for.
#ifndef TRIAGED_DESK_FILES_H
#define TRIAGED_DESK_FILES_H

#include "attachment.h"
#include "world.h"

#define PART             ATTACHMENT_PART_BYTES
#define FILE_STATE(word) TRIAGE__V1__FILE_STATE__FILE_STATE_##word

struct a_file {
    const char *name, *media_type;
    uint8_t *bytes;
    size_t len;
    uint8_t digest[DIGEST_BYTES];
};
extern uint8_t pdf_bytes[3 * PART + 1000], jpeg_bytes[5000], text_bytes[900];

// clang-format off
#define FILE_OF(name, type, bytes, mark) file_of(name, type, bytes, sizeof(bytes), mark)
#define PDF() FILE_OF("body-map.pdf", "application/pdf", pdf_bytes, "%PDF-1.7")
#define JPEG() FILE_OF("stairs.jpg", "image/jpeg", jpeg_bytes, "\xff\xd8\xff\xe0")
#define NOTE() FILE_OF("notes.txt", "text/plain", text_bytes, "Seen at noon")
// clang-format on

struct a_file file_of(const char *name, const char *type, uint8_t *bytes, size_t len,
                      const char *mark);
Triage__V1__Receipt *submitted(struct world *w, const struct a_file *files, size_t n);
const char *reported(struct world *w, const struct a_file *f);
Triage__V1__Reply *send_part(struct world *w, enum who who, const char *reference,
                             const struct a_file *f, size_t offset, size_t len);
size_t due(const struct a_file *f, size_t offset);
Triage__V1__Reply *send_rest(struct world *w, const char *reference, const struct a_file *f);
Triage__V1__Reply *looked(struct world *w, const char *reference);
Triage__V1__Reply *fetched(struct world *w, const char *reference, uint32_t number, size_t offset,
                           bool before_scan);
size_t events(const Triage__V1__CaseReport *c, const char *event);
void assert_problem(const Triage__V1__Reply *r, const char *field, const char *code);
size_t naming_pack(const struct a_file *files, size_t n, uint8_t *out);
void scanned_setup(struct world *w);

#endif
