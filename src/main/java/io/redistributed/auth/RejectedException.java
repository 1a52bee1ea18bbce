package io.redistributed.auth;

/** Credentials that identify no caller. The message says why, for the log and the client, without the credentials. */
public final class RejectedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean temporary;

    RejectedException(String reason) {
        this(reason, false);
    }

    /** @param temporary whether the same credentials may be accepted in a moment */
    RejectedException(String reason, boolean temporary) {
        super(reason, null, false, false);
        this.temporary = temporary;
    }

    /** Returns whether this node has yet to get the key that signed the token. */
    public boolean isTemporary() {
        return temporary;
    }
}
