/* check.h -- what every cmocka test includes: cmocka's own five headers, and a printed seed. */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Random tests print the seed they ran with; SEED=n runs that one again. */
static inline uint64_t test_seed(uint64_t usual)
{
    const char *set = getenv("SEED");
    uint64_t seed = set ? strtoull(set, NULL, 0) : usual;

    print_message("seed %llu\n", (unsigned long long)seed);
    return seed;
}

#endif
