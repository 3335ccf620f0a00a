// Facts as JSON, for `triage policy eval`: read, evaluated, and the answer is JSON again.
#include "fuzz.h"
#include "policy_tools.h"

#include <jansson.h>
#include <stdlib.h>

static const char MODEL[] =
    "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"m\">"
    "<inputData id=\"a\" name=\"a\"/><inputData id=\"b\" name=\"b\"/>"
    "<decision id=\"d\" name=\"d\"><variable name=\"d\"/>"
    "<informationRequirement><requiredInput href=\"#a\"/></informationRequirement>"
    "<informationRequirement><requiredInput href=\"#b\"/></informationRequirement>"
    "<literalExpression><text>[a, b, a = b, string(a), {x: a}]</text></literalExpression>"
    "</decision></definitions>";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static char model[128], facts[128];
    char *text = NULL;
    size_t size = 0;
    FILE *const out = open_memstream(&text, &size);
    snprintf(facts, sizeof(facts), "%s", fuzz_file("facts.json", data, len));
    if (!model[0])
        snprintf(model, sizeof(model), "%s", fuzz_file("m.dmn", MODEL, sizeof(MODEL) - 1));
    CHECK(out);
    int const answer = policy_eval(model, NULL, facts, out, fuzz_nowhere());
    CHECK(fclose(out) == 0 && (size > 0 || answer == TOOL_FAILED));
    if (answer != TOOL_FAILED) {
        json_error_t error;
        json_t *const j = json_loadb(text, size, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &error);
        // This engine's numbers are wider than those of the reader.
        CHECK(j || json_error_code(&error) == json_error_numeric_overflow);
        json_decref(j);
    }
    free(text);
    return 0;
}
