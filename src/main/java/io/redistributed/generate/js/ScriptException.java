package io.redistributed.generate.js;

/** A script that cannot be loaded. The message is one line with its name and, where known, the position. */
final class ScriptException extends Exception {

    private static final long serialVersionUID = 1L;

    ScriptException(String message) {
        super(message.lines().findFirst().orElse(""));
    }
}
