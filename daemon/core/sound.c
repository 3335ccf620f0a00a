#include "sound.h"

#include "check.h"

#include <string.h>

#define WORD_MAX    32 // letters of a word that count
#define CLASSES_MAX 5  // of a code: endings of long names are heard least well
#define FNV_BASE    0xcbf29ce484222325U
#define FNV_PRIME   0x100000001b3U

// --- Letters: a to z for all that are a Latin letter with something on it. ---

// U+00C0 to U+017F, and U+1EA0 to U+1EF9 (Vietnamese).  '0' is none.
static const char LATIN[] = "aaaaaaaceeeeiiiidnooooo0ouuuuytsaaaaaaaceeeeiiiidnooooo0ouuuuyty"
                            "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
                            "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static const char VIETNAMESE[] = "aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooo"
                                 "oooouuuuuuuuuuuuuuyyyyyyyy";
_Static_assert(sizeof LATIN - 1 == 0x180 - 0xc0, "a letter for each");
_Static_assert(sizeof VIETNAMESE - 1 == 0x1efa - 0x1ea0, "a letter for each");

// The next character of valid UTF-8, and how many bytes it has; what is not valid is one byte.
static uint32_t utf8_next(struct bytes b, size_t at, size_t *len)
{
    uint8_t const first = b.data[at];
    size_t const n = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    *len = at + n <= b.len ? n : 1;
    if (*len == 1) return first;
    uint32_t c = first & (0xffU >> (n + 1));
    for (size_t i = 1; i < n; i++) c = c << 6 | (b.data[at + i] & 0x3fU);
    return c;
}

enum { LETTER_GAP = 0, LETTER_SILENT = 1, LETTER_FOREIGN = 2 };

// 'a' to 'z', or one of the above: a gap ends a word, what is silent does not.
static int letter_of(uint32_t c)
{
    if (c >= 'A' && c <= 'Z') return (int)c - 'A' + 'a';
    if (c >= 'a' && c <= 'z') return (int)c;
    if (c == '.') return LETTER_SILENT;
    if (c >= 0x300 && c < 0x370) return LETTER_SILENT; // a mark of its own over the letter before
    if (c < 0xc0 || c == 0x2bc || (c >= 0x2000 && c < 0x2070)) return LETTER_GAP;
    if (c < 0x180) return LATIN[c - 0xc0] == '0' ? LETTER_GAP : LATIN[c - 0xc0];
    if (c >= 0x1ea0 && c < 0x1efa) return VIETNAMESE[c - 0x1ea0];
    return LETTER_FOREIGN;
}

void sound_fold(struct bytes name, char out[SOUND_FOLD_MAX])
{
    size_t n = 0, len;
    bool gap = false;
    for (size_t at = 0; at < name.len && n + 5 < SOUND_FOLD_MAX; at += len) {
        int const letter = letter_of(utf8_next(name, at, &len));
        if (letter == LETTER_SILENT) continue;
        if (letter != LETTER_GAP && gap && n) out[n++] = ' ';
        gap = letter == LETTER_GAP;
        if (letter >= 'a') out[n++] = (char)letter;
        if (letter != LETTER_FOREIGN) continue;
        memcpy(out + n, name.data + at, len);
        n += len;
    }
    memset(out + n, 0, SOUND_FOLD_MAX - n);
}

// --- Spellings: many languages' brought to one. ---

struct spelling {
    const char *from, *to;
};
// Whole words in short.
static const struct spelling SHORT[] = {
    {"md", "mohamed"},  {"mhd", "mohamed"}, {"mohd", "mohamed"}, {"muhd", "mohamed"},
    {"abdur", "abdul"}, {"abdus", "abdul"}, {"abdel", "abdul"},  {"abd", "abdul"},
    {"abdal", "abdul"}, {"st", "saint"},
};
// Words that come and go.
static const char *const PARTICLES[] = {
    "mr", "mrs", "ms",  "miss", "dr",  "o",   "d",   "al",  "el",   "ul",  "ur", "de", "la",
    "du", "da",  "dos", "van",  "von", "der", "den", "bin", "bint", "ibn", "mc", "mac"};
static const struct spelling BEGINNINGS[] = {
    {"kn", "n"}, {"gn", "n"}, {"pn", "n"}, {"ps", "s"}, {"wr", "r"},
    {"wh", "h"}, {"hs", "s"}, {"ts", "s"}, {"tz", "s"}, {"gh", "g"},
};
// Anywhere, the longest first.
static const struct spelling INSIDE[] = {
    {"tsch", "s"}, {"tch", "s"},  {"sch", "s"}, {"ngh", "ng"}, {"dhg", "g"},
    {"mps", "ms"}, {"mpt", "mt"}, {"ght", "t"}, {"ph", "f"},   {"gh", ""},
    {"ts", "s"},   {"tz", "s"},   {"dz", "s"},  {"dj", "j"},   {"cz", "s"},
};
static const struct spelling ENDINGS[] = {{"mp", "m"}, {"mb", "m"}, {"mn", "m"}};
// As another language reads them: the second code.
static const struct spelling BEGINNINGS_OTHER[] = {
    {"j", "y"}, {"kh", "h"}, {"oth", "os"}, {"uth", "us"}};
static const struct spelling INSIDE_OTHER[] = {{"mh", "v"}, {"w", "v"}};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static bool begins(const char *text, const char *with)
{
    while (*with && *text == *with) {
        text++;
        with++;
    }
    return *with == '\0';
}

static const struct spelling *spelling_at(const struct spelling *list, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (begins(text, list[i].from)) return &list[i];
    return NULL;
}

static size_t put(char out[WORD_MAX], size_t n, const char *text)
{
    while (*text && n + 1 < WORD_MAX) out[n++] = *text++;
    return n;
}

static void respell(const char *word, bool other, char out[WORD_MAX])
{
    size_t n = 0;
    const struct spelling *s =
        other ? spelling_at(BEGINNINGS_OTHER, COUNT(BEGINNINGS_OTHER), word) : NULL;
    if (!s) s = spelling_at(BEGINNINGS, COUNT(BEGINNINGS), word);
    memset(out, 0, WORD_MAX);
    if (s) {
        n = put(out, n, s->to);
        word += strlen(s->from);
    }
    while (*word) {
        s = other ? spelling_at(INSIDE_OTHER, COUNT(INSIDE_OTHER), word) : NULL;
        if (!s) s = spelling_at(INSIDE, COUNT(INSIDE), word);
        if (!s) {
            for (size_t i = 0; i < COUNT(ENDINGS); i++)
                if (strcmp(word, ENDINGS[i].from) == 0) s = &ENDINGS[i];
        }
        char const letter[2] = {*word, '\0'};
        n = put(out, n, s ? s->to : letter);
        word += s ? strlen(s->from) : 1;
    }
}

// --- Classes. ---

// 0 a vowel (y is one), 7 nothing at all (h, w); of letters a to z.
static const char CLASSES[] = "01230127022455012623017202";
_Static_assert(sizeof CLASSES - 1 == 26, "a class for each letter");

static uint32_t code_of(const char *word)
{
    uint32_t code = 1; // so that a code without classes is not 0
    char last = 0;
    unsigned n = 0;
    for (size_t i = 0; word[i] && n < CLASSES_MAX; i++) {
        char const class = CLASSES[word[i] - 'a'];
        bool const vowel = class == '0', nothing = class == '7';
        // Where it begins with a vowel, or with a letter as good as one, that is heard.
        if (i == 0 && (vowel || nothing)) code = code << 3;
        if (!vowel && !nothing && class != last) {
            code = code << 3 | (uint32_t)(class - '0');
            n++;
        }
        if (!nothing) last = vowel ? 0 : class;
    }
    return code;
}

// A word in other letters is its own code.
static uint32_t foreign_code(const char *word)
{
    uint64_t h = FNV_BASE;
    for (; *word; word++) h = (h ^ (uint8_t)*word) * FNV_PRIME;
    return (uint32_t)(h >> 32) | 1U << 31;
}

static bool is_foreign(const char *word)
{
    for (; *word; word++)
        if (*word < 'a' || *word > 'z') return true;
    return false;
}

static void codes_of(const char *word, uint32_t code[SOUND_CODES])
{
    char spelt[WORD_MAX];
    for (size_t i = 0; i < SOUND_CODES; i++) {
        if (is_foreign(word)) {
            code[i] = foreign_code(word);
            continue;
        }
        respell(word, i == 1, spelt);
        code[i] = code_of(spelt);
    }
}

// --- Names. ---

struct words {
    size_t n;
    char word[SOUND_WORDS_MAX][WORD_MAX];
    bool cut;
};

static void words_add(struct words *w, const char *text, size_t len)
{
    if (len == 0) return;
    if (w->n == SOUND_WORDS_MAX) {
        w->cut = true;
        return;
    }
    char *word = w->word[w->n];
    memset(word, 0, WORD_MAX);
    memcpy(word, text, len < WORD_MAX - 1 ? len : WORD_MAX - 1);
    for (size_t i = 0; i < COUNT(SHORT); i++) {
        if (strcmp(word, SHORT[i].from) != 0) continue;
        memset(word, 0, WORD_MAX);
        (void)put(word, 0, SHORT[i].to);
        break;
    }
    w->n++;
}

static void words_of(struct bytes name, struct words *w)
{
    char folded[SOUND_FOLD_MAX];
    sound_fold(name, folded);
    *w = (struct words){0};
    for (char const *at = folded; *at;) {
        size_t const len = strcspn(at, " ");
        words_add(w, at, len);
        at += len + (at[len] == ' ');
    }
}

static bool is_particle(const char *word)
{
    for (size_t i = 0; i < COUNT(PARTICLES); i++)
        if (strcmp(word, PARTICLES[i]) == 0) return true;
    return false;
}

void sound_of(struct bytes name, struct sound *out)
{
    struct words w;
    char both[2 * WORD_MAX];
    words_of(name, &w);
    *out = (struct sound){.n = w.n, .cut = w.cut};
    for (size_t i = 0; i < w.n; i++) {
        codes_of(w.word[i], out->words[i].code);
        out->words[i].particle = w.n > 1 && is_particle(w.word[i]);
        if (i + 1 == w.n) break;
        size_t const len = strlen(w.word[i]);
        memcpy(both, w.word[i], len);
        memcpy(both + len, w.word[i + 1], WORD_MAX);
        codes_of(both, out->words[i].joined);
    }
}

static bool codes_meet(const uint32_t a[SOUND_CODES], const uint32_t b[SOUND_CODES])
{
    for (size_t i = 0; i < SOUND_CODES; i++)
        for (size_t k = 0; k < SOUND_CODES; k++)
            if (a[i] == b[k]) return true;
    return false;
}

static bool held_has(const struct sound *held, const uint32_t code[SOUND_CODES])
{
    for (size_t i = 0; i < held->n; i++)
        if (codes_meet(code, held->words[i].code) || codes_meet(code, held->words[i].joined))
            return true;
    return false;
}

bool sound_matches(const struct sound *asked, const struct sound *held)
{
    bool found[SOUND_WORDS_MAX + 1] = {[0] = true}; // all up to there
    for (size_t i = 0; i < asked->n; i++) {
        if (!found[i]) continue;
        if (asked->words[i].particle || held_has(held, asked->words[i].code)) found[i + 1] = true;
        if (i + 1 < asked->n && held_has(held, asked->words[i].joined)) found[i + 2] = true;
    }
    return asked->n > 0 && found[asked->n];
}

unsigned sound_distance(const char *a, const char *b)
{
    unsigned row[SOUND_FOLD_MAX + 1];
    size_t const n = strlen(b);
    CHECK(n < SOUND_FOLD_MAX);
    for (size_t k = 0; k <= n; k++) row[k] = (unsigned)k;
    for (size_t i = 1; a[i - 1]; i++) {
        unsigned corner = row[0];
        row[0] = (unsigned)i;
        for (size_t k = 1; k <= n; k++) {
            unsigned best = corner + (a[i - 1] != b[k - 1]);
            if (row[k] + 1 < best) best = row[k] + 1;
            if (row[k - 1] + 1 < best) best = row[k - 1] + 1;
            corner = row[k];
            row[k] = best;
        }
    }
    return row[n];
}
