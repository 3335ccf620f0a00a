#include "feel_lex.h"

#include "feel_scope.h"
#include "feel_value.h"

void lexer_init(struct lexer *l, struct bytes source)
{
    l->source = source;
    lexer_seek(l, 0);
}

static uint8_t lexer_byte(const struct lexer *l, size_t at)
{
    return at < l->source.len ? l->source.data[at] : 0;
}

// Past white space and comments; SIZE_MAX when a comment does not end (rules 60 to 64).
static size_t lexer_skip(const struct lexer *l, size_t at)
{
    for (;;) {
        at += name_spaces(l->source, at);
        if (lexer_byte(l, at) != '/') return at;
        if (lexer_byte(l, at + 1) == '/') {
            while (at < l->source.len && l->source.data[at] != '\n') at++;
        } else if (lexer_byte(l, at + 1) == '*') {
            at += 2;
            while (at < l->source.len &&
                   !(l->source.data[at] == '*' && lexer_byte(l, at + 1) == '/')) {
                at++;
            }
            if (at >= l->source.len) return SIZE_MAX;
            at += 2;
        } else {
            return at;
        }
    }
}

static bool lexer_digit(const struct lexer *l, size_t at)
{
    return lexer_byte(l, at) >= '0' && lexer_byte(l, at) <= '9';
}

// Numeric literal (rule 37); ".." after digits is a range, not a fraction.
static size_t lexer_number(const struct lexer *l, size_t at)
{
    while (lexer_digit(l, at)) at++;
    if (lexer_byte(l, at) == '.' && lexer_digit(l, at + 1)) {
        at++;
        while (lexer_digit(l, at)) at++;
    }
    if ((lexer_byte(l, at) | 0x20) == 'e') {
        size_t const sign = lexer_byte(l, at + 1) == '+' || lexer_byte(l, at + 1) == '-';
        if (lexer_digit(l, at + 1 + sign)) {
            at += 1 + sign;
            while (lexer_digit(l, at)) at++;
        }
    }
    return at;
}

// The byte after the closing quote, or SIZE_MAX.
static size_t lexer_string(const struct lexer *l, size_t at)
{
    for (at++; at < l->source.len; at++) {
        if (l->source.data[at] == '"') return at + 1;
        if (l->source.data[at] == '\\') at++;
    }
    return SIZE_MAX;
}

static size_t lexer_word(const struct lexer *l, size_t at)
{
    size_t len;
    if (!name_is_start(utf8_next(bytes_of(l->source.data + at, l->source.len - at), &len))) {
        return at;
    }
    do {
        at += len;
    } while (at < l->source.len &&
             name_is_part(utf8_next(bytes_of(l->source.data + at, l->source.len - at), &len)));
    return at;
}

static unsigned lexer_sign(const struct lexer *l, size_t at)
{
    static const char pairs[][3] = {"**", "!=", "<=", ">=", "..", "->"};
    static const char singles[] = "+-*/=<>()[]{},:.@;^";
    uint8_t const a = lexer_byte(l, at), b = lexer_byte(l, at + 1);
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (a == (uint8_t)pairs[i][0] && b == (uint8_t)pairs[i][1]) return SIGN(a, b);
    }
    return a && strchr(singles, a) ? SIGN(a, 0) : 0;
}

void lexer_seek(struct lexer *l, size_t at)
{
    struct token *const t = &l->token;
    size_t const start = lexer_skip(l, at);
    *t = (struct token){TOKEN_BAD, 0, start, start, BYTES_NONE};
    if (start == SIZE_MAX) {
        t->at = t->end = at;
        return;
    }
    if (start >= l->source.len) {
        t->kind = TOKEN_END;
        return;
    }
    uint8_t const c = l->source.data[start];
    if (lexer_digit(l, start) || (c == '.' && lexer_digit(l, start + 1))) {
        t->kind = TOKEN_NUMBER;
        t->end = lexer_number(l, start);
    } else if (c == '"') {
        size_t const end = lexer_string(l, start);
        if (end == SIZE_MAX || end - start > VALUE_TEXT_MAX) return;
        t->kind = TOKEN_STRING;
        t->end = end;
        t->text = bytes_of(l->source.data + start + 1, end - start - 2);
        return;
    } else if ((t->sign = lexer_sign(l, start)) != 0) {
        t->kind = TOKEN_SIGN;
        t->end = start + (t->sign > 0xff ? 2 : 1);
    } else if (lexer_word(l, start) > start) {
        t->kind = TOKEN_WORD;
        t->end = lexer_word(l, start);
    }
    t->text = bytes_of(l->source.data + start, t->end - start);
}

void lexer_next(struct lexer *l)
{
    lexer_seek(l, l->token.end);
}

bool lexer_is_word(const struct lexer *l, const char *word)
{
    return l->token.kind == TOKEN_WORD && bytes_equal(l->token.text, bytes_text(word));
}

bool lexer_is_sign(const struct lexer *l, unsigned sign)
{
    return l->token.kind == TOKEN_SIGN && l->token.sign == sign;
}

static bool unescape_hex(struct bytes t, size_t at, size_t digits, uint32_t *out)
{
    *out = 0;
    if (at + digits > t.len) return false;
    for (size_t i = 0; i < digits; i++) {
        uint8_t const c = t.data[at + i], low = c | 0x20;
        if (c >= '0' && c <= '9') {
            *out = *out << 4 | (uint32_t)(c - '0');
        } else if (low >= 'a' && low <= 'f') {
            *out = *out << 4 | (uint32_t)(low - 'a' + 10);
        } else {
            return false;
        }
    }
    return true;
}

static size_t unescape_put(uint8_t *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (uint8_t)c;
        return 1;
    }
    size_t const n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n; i-- > 1;) {
        out[i] = (uint8_t)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    out[0] = (uint8_t)(lead[n] | c);
    return n;
}

// \uXXXX, a pair of surrogates \uD83D\uDC0E, or \UXXXXXX; *used counts what follows the backslash.
static bool unescape_code(struct bytes t, size_t at, uint32_t *code, size_t *used)
{
    uint32_t low;
    bool const is_long = t.data[at] == 'U';
    *used = is_long ? 7 : 5;
    if (!unescape_hex(t, at + 1, *used - 1, code)) return false;
    if (*code >= 0xd800 && *code < 0xdc00) {
        if (at + 6 >= t.len || t.data[at + 5] != '\\' || t.data[at + 6] != 'u') return false;
        if (!unescape_hex(t, at + 7, 4, &low) || low < 0xdc00 || low > 0xdfff) return false;
        *code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
        *used = 11;
    }
    return *code <= 0x10ffff && *code != 0;
}

bool lexer_unescape(struct pool *pool, struct bytes quoted, struct bytes *out)
{
    static const char from[] = "nrt\"\\'", to[] = "\n\r\t\"\\'";
    uint8_t *const text = pool_alloc(pool, quoted.len + 1);
    size_t n = 0, used;
    uint32_t code;
    for (size_t i = 0; i < quoted.len; i++) {
        if (quoted.data[i] != '\\') {
            text[n++] = quoted.data[i];
            continue;
        }
        if (++i >= quoted.len) return false;
        const char *const simple = quoted.data[i] ? strchr(from, quoted.data[i]) : NULL;
        if (simple) {
            text[n++] = (uint8_t)to[simple - from];
        } else if (quoted.data[i] == 'u' || quoted.data[i] == 'U') {
            if (!unescape_code(quoted, i, &code, &used)) return false;
            n += unescape_put(text + n, code);
            i += used - 1;
        } else {
            // FEEL knows no other escape; the backslash is kept, as in "\d+".
            text[n++] = '\\';
            text[n++] = quoted.data[i];
        }
    }
    *out = bytes_of(text, n);
    return true;
}
