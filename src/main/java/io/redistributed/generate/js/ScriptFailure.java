package io.redistributed.generate.js;

/** The end of a report by an error of its script. */
final class ScriptFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient ScriptError error;

    ScriptFailure(ScriptError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    ScriptError error() {
        return error;
    }
}
