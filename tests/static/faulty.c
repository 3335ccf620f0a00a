// The control: faults that each tool must see.  Never compiled into anything.
#include <stdlib.h>
#include <string.h>

int faulty(int n);

int faulty(int n)
{
    char *text = malloc(8);
    int unset[4];
    if (n > 2) free(text);
    free(text);
    if (memset(text, 0, sizeof text))
        ;
    return unset[1] + (n << 40);
}
