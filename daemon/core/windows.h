// windows.h - so many days up to and with that of an instant, several at once: what is counted in
// each of them is counted in one walk.
#ifndef TRIAGED_WINDOWS_H
#define TRIAGED_WINDOWS_H

#define WINDOWS_MAX 4

struct windows {
    unsigned n;
    int days[WINDOWS_MAX];
};
struct window_counts { // one a window, in its order; 0 beyond them
    unsigned in[WINDOWS_MAX];
};

#endif
