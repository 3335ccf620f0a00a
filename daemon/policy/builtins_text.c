// Functions of strings (DMN 1.5, 10.3.4.3).  Characters are code points of UTF-8.
#include "feel_builtin.h"

static const char ERROR_STRING[] = "a string is expected";

// Are the first `wanted` arguments strings?
static bool strings(const struct value *args, size_t wanted)
{
    for (size_t i = 0; i < wanted; i++) {
        if (args[i].kind != VALUE_STRING) return false;
    }
    return true;
}

static size_t characters(struct bytes t)
{
    size_t n = 0, len;
    for (size_t at = 0; at < t.len; at += len, n++) {
        utf8_next(bytes_of(t.data + at, t.len - at), &len);
    }
    return n;
}

// The byte where character `n` (from 0) begins.
static size_t byte_of(struct bytes t, size_t n)
{
    size_t at = 0, len;
    for (; n > 0 && at < t.len; n--, at += len) {
        utf8_next(bytes_of(t.data + at, t.len - at), &len);
    }
    return at;
}

static struct value run_substring(struct eval *ev, const struct value *args, size_t n)
{
    int64_t start, length = INT64_MAX;
    if (!strings(args, 1) || !argument_int(args[1], &start) || start == 0) {
        return eval_error(ev, "substring needs a string and a start that is not 0");
    }
    if (n > 2 && args[2].kind != VALUE_NULL && (!argument_int(args[2], &length) || length < 1)) {
        return eval_error(ev, "substring needs a length of at least 1");
    }
    eval_cost(ev, args[0].string.len);
    int64_t const total = (int64_t)characters(args[0].string);
    int64_t const first = start > 0 ? start - 1 : total + start;
    if (first < 0 || first >= total) {
        return start > 0 ? eval_string(ev, "", 0) : eval_error(ev, "the string is shorter");
    }
    if (length > total - first) length = total - first;
    size_t const from = byte_of(args[0].string, (size_t)first);
    size_t const to = byte_of(args[0].string, (size_t)(first + length));
    return value_string(bytes_of(args[0].string.data + from, to - from));
}

static struct value run_string_length(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    if (!strings(args, 1)) return eval_error(ev, ERROR_STRING);
    eval_cost(ev, args[0].string.len);
    return value_int((int64_t)characters(args[0].string));
}

// Letters that have another case one step or one block away; others stay as they are.
static uint32_t letter_case(uint32_t c, bool upper)
{
    static const struct {
        uint32_t first, last; // of the lower case
        int32_t step;         // to the upper case
    } blocks[] = {{'a', 'z', -32},     {0xe0, 0xf6, -32},   {0xf8, 0xfe, -32},
                  {0x3b1, 0x3c1, -32}, {0x3c3, 0x3c9, -32}, {0x430, 0x44f, -32},
                  {0x450, 0x45f, -80}, {0x561, 0x586, -48}};
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
        uint32_t const step = (uint32_t)blocks[i].step;
        if (upper && c >= blocks[i].first && c <= blocks[i].last) return c + step;
        if (!upper && c >= blocks[i].first + step && c <= blocks[i].last + step) return c - step;
    }
    bool const pairs = (c >= 0x100 && c <= 0x137) || (c >= 0x14a && c <= 0x177) ||
                       (c >= 0x1e00 && c <= 0x1e95) || (c >= 0x460 && c <= 0x481);
    if (pairs && c != 0x130 && c != 0x131) return upper ? c & ~1U : c | 1U;
    return c;
}

static struct value change_case(struct eval *ev, struct value v, bool upper)
{
    if (v.kind != VALUE_STRING) return eval_error(ev, ERROR_STRING);
    struct bytes const t = v.string;
    eval_cost(ev, t.len);
    uint8_t *const out = eval_alloc(ev, t.len + 1);
    size_t len;
    for (size_t at = 0; at < t.len; at += len) {
        uint32_t const c = letter_case(utf8_next(bytes_of(t.data + at, t.len - at), &len), upper);
        memcpy(out + at, t.data + at, len);
        if (len == 1) out[at] = c < 0x80 ? (uint8_t)c : t.data[at];
        if (len == 2) {
            out[at] = (uint8_t)(0xc0 | c >> 6);
            out[at + 1] = (uint8_t)(0x80 | (c & 0x3f));
        } else if (len == 3) {
            out[at + 1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
            out[at + 2] = (uint8_t)(0x80 | (c & 0x3f));
        }
    }
    out[t.len] = 0;
    return value_string(bytes_of(out, t.len));
}

static struct value run_upper_case(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    return change_case(ev, args[0], true);
}

static struct value run_lower_case(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    return change_case(ev, args[0], false);
}

// Where `part` first stands in `whole`, or NULL.
static const uint8_t *find(struct eval *ev, struct bytes whole, struct bytes part)
{
    eval_cost(ev, whole.len);
    if (part.len == 0) return whole.data;
    return memmem(whole.data, whole.len, part.data, part.len);
}

static struct value run_substring_before(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    if (!strings(args, 2)) return eval_error(ev, ERROR_STRING);
    const uint8_t *const at = find(ev, args[0].string, args[1].string);
    return eval_string(ev, args[0].string.data, at ? (size_t)(at - args[0].string.data) : 0);
}

static struct value run_substring_after(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    if (!strings(args, 2)) return eval_error(ev, ERROR_STRING);
    struct bytes const whole = args[0].string;
    const uint8_t *const at = find(ev, whole, args[1].string);
    if (!at) return eval_string(ev, "", 0);
    size_t const skip = (size_t)(at - whole.data) + args[1].string.len;
    return value_string(bytes_of(whole.data + skip, whole.len - skip));
}

static struct value run_contains(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    if (!strings(args, 2)) return eval_error(ev, ERROR_STRING);
    return value_boolean(args[1].string.len == 0 || find(ev, args[0].string, args[1].string));
}

static struct value run_starts_with(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    if (!strings(args, 2)) return eval_error(ev, ERROR_STRING);
    struct bytes const t = args[0].string, with = args[1].string;
    return value_boolean(t.len >= with.len && bytes_equal(bytes_of(t.data, with.len), with));
}

static struct value run_ends_with(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    if (!strings(args, 2)) return eval_error(ev, ERROR_STRING);
    struct bytes const t = args[0].string, with = args[1].string;
    return value_boolean(t.len >= with.len &&
                         bytes_equal(bytes_of(t.data + t.len - with.len, with.len), with));
}

// null elements are left out; anything else that is no string is an error.
static struct value run_string_join(struct eval *ev, const struct value *args, size_t n)
{
    struct items const items = argument_items(&args[0]);
    struct bytes const between =
        n > 1 && args[1].kind == VALUE_STRING ? args[1].string : BYTES_NONE;
    size_t total = 0, kept = 0, at = 0;
    if (args[0].kind == VALUE_NULL ||
        (n > 1 && args[1].kind > VALUE_NULL && !strings(args + 1, 1))) {
        return eval_error(ev, "string join needs a list of strings and a delimiter");
    }
    for (size_t i = 0; i < items.n; i++) {
        if (items.at[i].kind == VALUE_NULL) continue;
        if (items.at[i].kind != VALUE_STRING) return eval_error(ev, ERROR_STRING);
        total += items.at[i].string.len + between.len;
    }
    if (total > VALUE_TEXT_MAX) eval_stop(ev, EVAL_MEMORY);
    eval_cost(ev, items.n);
    uint8_t *const out = eval_alloc(ev, total + 1);
    for (size_t i = 0; i < items.n; i++) {
        if (items.at[i].kind == VALUE_NULL) continue;
        if (kept++ && between.len) {
            memcpy(out + at, between.data, between.len);
            at += between.len;
        }
        if (items.at[i].string.len) {
            memcpy(out + at, items.at[i].string.data, items.at[i].string.len);
        }
        at += items.at[i].string.len;
    }
    out[at] = 0;
    return value_string(bytes_of(out, at));
}

static const char REGEX[] = "regular expressions are not run here: they can take time without end";

const struct builtin builtins_text[] = {
    BUILTIN_SINGLES("substring", 2, 3, "string,start position,length", run_substring),
    BUILTIN_SINGLES("string length", 1, 1, "string", run_string_length),
    BUILTIN_SINGLES("upper case", 1, 1, "string", run_upper_case),
    BUILTIN_SINGLES("lower case", 1, 1, "string", run_lower_case),
    BUILTIN_SINGLES("substring before", 2, 2, "string,match", run_substring_before),
    BUILTIN_SINGLES("substring after", 2, 2, "string,match", run_substring_after),
    BUILTIN_SINGLES("contains", 2, 2, "string,match", run_contains),
    BUILTIN_SINGLES("starts with", 2, 2, "string,match", run_starts_with),
    BUILTIN_SINGLES("ends with", 2, 2, "string,match", run_ends_with),
    BUILTIN("string join", 1, 2, "list,delimiter", run_string_join),
    BUILTIN_REFUSED("matches", REGEX),
    BUILTIN_REFUSED("replace", REGEX),
    BUILTIN_REFUSED("split", REGEX),
};
BUILTIN_COUNT(builtins_text);
