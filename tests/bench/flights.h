/* flights.h -- the input file of W7: the one that PEERS_FLIGHTS names, or one made for the run. */
#ifndef TESTS_BENCH_FLIGHTS_H
#define TESTS_BENCH_FLIGHTS_H

#include <stdbool.h>

bool flights_make(void); /* sets flights_path; false: there is no file to make it of */
void flights_remove(void);

#endif
