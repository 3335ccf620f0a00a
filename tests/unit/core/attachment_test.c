#include "attachment.h"

#include "world.h"

#define DOCX "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#define ODT  "application/vnd.oasis.opendocument.text"

static const struct attachment_limits LIMITS = {.bytes_max = 1000, .files_max = 3};
static uint8_t first_part[2048];

static struct bytes part(size_t at, const char *mark, size_t mark_len, size_t len)
{
    memset(first_part, 1, sizeof first_part);
    memcpy(first_part + at, mark, mark_len);
    return bytes_of(first_part, len);
}

static bool is(const char *type, struct bytes b)
{
    return attachment_is(bytes_text(type), b);
}

static void a_file_is_what_its_bytes_say_and_no_other(void **state)
{
    static const struct {
        const char *type, *mark;
        size_t at, len;
    } files[] = {
        {"application/pdf", "%PDF-1.7", 0, 8},
        {"application/pdf", "%PDF-1.4", 900, 8}, // readers look for it within the first KiB
        {"image/jpeg", "\xff\xd8\xff\xe0", 0, 4},
        {"image/png", "\x89PNG\r\n\x1a\n", 0, 8},
        {"image/heic",
         "\0\0\0\x18"
         "ftypheic",
         0, 12},
        {"image/heic",
         "\0\0\0\x18"
         "ftypmif1",
         0, 12},
        {DOCX, "PK\x03\x04...........................word/document.xml", 0, 48},
        {DOCX, "PK\x03\x04...........................[Content_Types].xml", 0, 50},
        {ODT,
         "PK\x03\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "mimetypeapplication/vnd.oasis.opendocument.text",
         0, 77},
    };
    static const char *const types[] = {"application/pdf", "image/jpeg", "image/png",
                                        "image/heic",      DOCX,         ODT};
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct bytes const b = part(files[i].at, files[i].mark, files[i].len, sizeof first_part);
        for (size_t k = 0; k < sizeof types / sizeof *types; k++)
            assert_int_equal(is(types[k], b), strcmp(types[k], files[i].type) == 0);
        for (size_t len = 0; len < files[i].at + 3; len++) // cut before it could be told
            assert_false(is(files[i].type, bytes_of(first_part, len)));
    }
    assert_false(is("application/pdf", part(1022, "%PDF-", 5, sizeof first_part)));
    assert_false(is("image/heic", part(0,
                                       "\0\0\0\x18"
                                       "ftypisom",
                                       12, 100))); // a film
    assert_false(is(DOCX, part(0, "PK\x03\x04", 4, 100)));
    assert_false(is("application/zip", part(0, "PK\x03\x04", 4, 100)));
}

static void text_has_no_control_characters_in_any_part(void **state)
{
    static const char refused[] = {0, 1, 0x0b, 0x1f, 0x7f};
    struct bytes const text = bytes_text("A fall,\tat ten.\r\nSeen by two.\f Zo\xc3\xab");
    (void)state;
    assert_true(is("text/plain", text));
    assert_true(attachment_goes_on(bytes_text("text/plain"), text));
    for (size_t i = 0; i < sizeof refused; i++) {
        struct bytes const b = bytes_of((const uint8_t *)&refused[i], 1);
        assert_false(is("text/plain", b));
        assert_false(attachment_goes_on(bytes_text("text/plain"), b));
        assert_true(attachment_goes_on(bytes_text("image/png"), b)); // a picture may hold any
        assert_false(attachment_goes_on(bytes_text("image/gif"), b));
    }
}

static struct attachment_view good(void)
{
    static const uint8_t digest[32];
    return (struct attachment_view){.name = bytes_text("photo 1.jpg"),
                                    .media_type = bytes_text("image/jpeg"),
                                    .digest = bytes_of(digest, 32),
                                    .size_bytes = 1000};
}

static void flawed(struct attachment_view a, size_t index, const char *field, const char *code)
{
    struct attachment_flaw const f = attachment_judge(&a, index, &LIMITS);
    assert_string_equal(f.field, field);
    assert_string_equal(f.code, code);
    assert_true(f.text[strlen(f.text) - 1] == '.');
}

static void what_is_wrong_with_a_file_is_named_by_field_with_the_remedy(void **state)
{
    static const char *const hidden[] = {".profile", "a/b.pdf", "a\\b.pdf",
                                         "c:a.pdf",  "a\nb",    "a\x7f"};
    static char long_name[122];
    static const struct attachment_limits none = {.bytes_max = 0, .files_max = 3};
    struct attachment_view a = good();
    (void)state;
    assert_null(attachment_judge(&a, 0, &LIMITS).field);
    assert_null(attachment_judge(&a, LIMITS.files_max - 1, &LIMITS).field);
    flawed(a, LIMITS.files_max, "name", "too_many");
    assert_string_equal(attachment_judge(&a, 0, &none).code, "no_files");
    a.name = BYTES_NONE;
    flawed(a, 0, "name", "length");
    memset(long_name, 'x', 121);
    a.name = bytes_text(long_name);
    flawed(a, 0, "name", "length");
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        a.name = bytes_text(hidden[i]);
        flawed(a, 0, "name", "not_plain");
    }
    a = good();
    a.media_type = bytes_text("application/zip");
    flawed(a, 0, "media_type", "not_taken");
    a = good();
    a.size_bytes = 0;
    flawed(a, 0, "size_bytes", "empty");
    a.size_bytes = 1001;
    flawed(a, 0, "size_bytes", "too_large");
    a = good();
    a.digest.len = 31;
    flawed(a, 0, "digest", "length");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_what_its_bytes_say_and_no_other),
        cmocka_unit_test(text_has_no_control_characters_in_any_part),
        cmocka_unit_test(what_is_wrong_with_a_file_is_named_by_field_with_the_remedy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
