#include "attachment.h"

#define DIGEST_LEN     ((size_t)32)
#define NAME_BYTES_MAX ((size_t)120)
#define PDF_WITHIN     ((size_t)1024) // where readers look for its mark

static bool bytes_begin(struct bytes b, size_t at, const char *mark, size_t len)
{
    return b.len >= at + len && memcmp(b.data + at, mark, len) == 0;
}

static bool bytes_hold(struct bytes b, const char *mark)
{
    size_t const len = strlen(mark);
    for (size_t i = 0; i + len <= b.len; i++)
        if (memcmp(b.data + i, mark, len) == 0) return true;
    return false;
}

static bool is_pdf(struct bytes b)
{
    return bytes_hold(bytes_of(b.data, b.len < PDF_WITHIN ? b.len : PDF_WITHIN), "%PDF-");
}

static bool is_jpeg(struct bytes b)
{
    return bytes_begin(b, 0, "\xff\xd8\xff", 3);
}

static bool is_png(struct bytes b)
{
    return bytes_begin(b, 0, "\x89PNG\r\n\x1a\n", 8);
}

static bool is_heic(struct bytes b)
{
    static const char *const brands[] = {"heic", "heix", "heim", "heis", "hevc", "mif1"};
    if (!bytes_begin(b, 4, "ftyp", 4)) return false;
    for (size_t i = 0; i < sizeof brands / sizeof brands[0]; i++)
        if (bytes_begin(b, 8, brands[i], 4)) return true;
    return false;
}

// Any encoding that keeps ASCII: what is no text has control characters soon.
static bool is_text(struct bytes b)
{
    for (size_t i = 0; i < b.len; i++) {
        uint8_t const c = b.data[i];
        bool const layout = c == '\t' || c == '\n' || c == '\r' || c == '\f';
        if ((c < 0x20 && !layout) || c == 0x7f) return false;
    }
    return true;
}

#define ZIP        "PK\x03\x04"
#define ZIP_HEADER 30u // before the name of the first file in it

static bool is_docx(struct bytes b)
{
    return bytes_begin(b, 0, ZIP, 4) &&
           (bytes_hold(b, "word/") || bytes_hold(b, "[Content_Types].xml"));
}

static bool is_odt(struct bytes b)
{
    static const char mark[] = "mimetypeapplication/vnd.oasis.opendocument.text";
    return bytes_begin(b, 0, ZIP, 4) && bytes_begin(b, ZIP_HEADER, mark, sizeof mark - 1);
}

static const struct {
    const char *media_type;
    bool (*is)(struct bytes first_part);
} TYPES[] = {
    {"application/pdf", is_pdf},
    {"image/jpeg", is_jpeg},
    {"image/png", is_png},
    {"image/heic", is_heic},
    {"text/plain", is_text},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", is_docx},
    {"application/vnd.oasis.opendocument.text", is_odt},
};
#define TYPES_COUNT (sizeof TYPES / sizeof TYPES[0])

static size_t type_find(struct bytes media_type)
{
    size_t i = 0;
    while (i < TYPES_COUNT && !bytes_equal(media_type, bytes_text(TYPES[i].media_type))) i++;
    return i;
}

bool attachment_is(struct bytes media_type, struct bytes first_part)
{
    size_t const i = type_find(media_type);
    return i < TYPES_COUNT && TYPES[i].is(first_part);
}

bool attachment_goes_on(struct bytes media_type, struct bytes part)
{
    size_t const i = type_find(media_type);
    return i < TYPES_COUNT && (TYPES[i].is != is_text || is_text(part));
}

// A name that somebody saves a file under: of one folder, and nothing hidden.
static bool name_plain(struct bytes name)
{
    if (name.data[0] == '.') return false;
    for (size_t i = 0; i < name.len; i++) {
        uint8_t const c = name.data[i];
        if (c < 0x20 || c == 0x7f || c == '/' || c == '\\' || c == ':') return false;
    }
    return true;
}

struct attachment_flaw attachment_judge(const struct attachment_view *a, size_t index,
                                        const struct attachment_limits *limits)
{
    struct attachment_flaw const none = {NULL, NULL, NULL};
    if (limits->bytes_max == 0)
        return (struct attachment_flaw){"name", "no_files",
                                        "This council takes no files here. Ask how to send it."};
    if (index >= limits->files_max)
        return (struct attachment_flaw){"name", "too_many",
                                        "There are more files than one concern may have. Put "
                                        "several pages into one file, or ask how to send it."};
    if (a->name.len == 0 || a->name.len > NAME_BYTES_MAX)
        return (struct attachment_flaw){"name", "length",
                                        "Give the file a name of at most 120 letters."};
    if (!name_plain(a->name))
        return (struct attachment_flaw){"name", "not_plain",
                                        "Give the file's own name, without its folder, and "
                                        "without a full stop in front."};
    if (type_find(a->media_type) == TYPES_COUNT)
        return (struct attachment_flaw){"media_type", "not_taken",
                                        "We take PDF, JPEG, PNG and HEIC pictures, plain text, "
                                        "and documents of Word (docx) and OpenDocument (odt)."};
    if (a->size_bytes == 0)
        return (struct attachment_flaw){"size_bytes", "empty", "The file is empty."};
    if (a->size_bytes > limits->bytes_max)
        return (struct attachment_flaw){"size_bytes", "too_large",
                                        "The file is larger than we take. Send it in parts, or "
                                        "smaller pictures."};
    if (a->digest.len != DIGEST_LEN)
        return (struct attachment_flaw){"digest", "length",
                                        "A digest is 32 bytes: the first half of BLAKE2b-512 of "
                                        "the file."};
    return none;
}
