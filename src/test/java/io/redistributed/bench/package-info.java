/**
 * The figures of the whole service, side by side in one run on one machine: {@code scripts/bench.sh}. No speed makes a
 * benchmark fail; it checks only that every report was made and every span arrived.
 */
package io.redistributed.bench;
