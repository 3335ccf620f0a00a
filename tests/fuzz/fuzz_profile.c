// The client's profile: who it is and whom it talks to.
#include "fuzz.h"
#include "profile.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct profile p;
    char why[256] = "";
    char *const text = fuzz_text(data, len);
    bool const taken = profile_parse(&p, text, "fuzz.yaml", why, sizeof(why));
    CHECK(taken || why[0]);
    CHECK(!taken || strstr(p.endpoint, "://"));
    CHECK(profile_value(&p, "secret_key") == NULL);
    profile_wipe(&p);
    CHECK(p.secret_key[0] == 0);
    free(text);
    return 0;
}
