package io.redistributed.export.otlp;

/** Signals a request with more elements than its receiver accepts. */
public final class TooManyElementsException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    TooManyElementsException(int maxElements) {
        super("the body has more than " + maxElements
                + " elements (spans, events, links, attributes and values); send fewer spans per request");
    }
}
