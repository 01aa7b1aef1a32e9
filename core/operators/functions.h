/* functions.h -- configs of the operators that hold one user function: what the API fills in.
 *
 *   "filter"   filter_config   rows for which test() says yes, as they came
 *   "map"      map_config      on_row() emits; "flat_map" is the same with another promise
 *   "fold"     fold_config     a sink that folds rows and hands the accumulator over at the end
 */
#ifndef CORE_OPERATORS_FUNCTIONS_H
#define CORE_OPERATORS_FUNCTIONS_H

#include "weir.h"

struct filter_config {
    weir_test *test;
};
struct map_config {
    weir_on_row *on_row;
};
struct fold_config {
    struct weir_fold fold;
};

#endif
