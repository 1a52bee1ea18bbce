package io.redistributed.generate.summary;

/** Tracks the least and the greatest added value, with their original text. */
final class Extremes<T extends Comparable<? super T>> {

    private String least;
    private String greatest;
    private T min;
    private T max;

    void add(String text, T meaning) {
        if (min == null || meaning.compareTo(min) < 0) {
            min = meaning;
            least = text;
        }
        if (max == null || meaning.compareTo(max) > 0) {
            max = meaning;
            greatest = text;
        }
    }

    /** Null if nothing was added. */
    String least() {
        return least;
    }

    /** Null if nothing was added. */
    String greatest() {
        return greatest;
    }
}
