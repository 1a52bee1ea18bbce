/**
 * The figures of the whole service, side by side in one run on one machine: {@code scripts/bench.sh}. Nothing here passes
 * or fails by how fast it was; what is checked is that every report was made and every span arrived.
 */
package io.redistributed.bench;
