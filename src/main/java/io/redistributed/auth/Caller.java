package io.redistributed.auth;

import io.redistributed.queue.Owner;
import java.util.EnumSet;
import java.util.Set;

/**
 * Who sent a request.
 *
 * @param owner of the reports that the caller submits; its name is the caller's: {@code key:} or {@code jwt:} and the
 *     name in the configuration or the subject of the token
 * @param rights what the caller may do
 * @param limits what it may use
 * @param expires end of its credentials in ms since 1970; {@link #NEVER} for keys
 */
public record Caller(Owner owner, Set<Right> rights, Limits limits, long expires) {

    public static final long NEVER = Long.MAX_VALUE;

    /** Any client, while authentication is off. */
    public static final Caller ANYONE = new Caller(Owner.NONE, EnumSet.allOf(Right.class), Limits.NONE, NEVER);

    /** A client without credentials, while authentication is on. */
    public static final Caller NOBODY = new Caller(Owner.NONE, Set.of(), Limits.NONE, NEVER);

    public String name() {
        return owner.name();
    }

    /** Returns whether the caller has one of the rights. */
    public boolean hasAny(Set<Right> wanted) {
        return wanted.stream().anyMatch(rights::contains);
    }

    /** Returns whether the caller may know of all reports and traces. */
    public boolean operates() {
        return rights.contains(Right.OPERATE);
    }

    /** Returns whether the caller may know of a report. Depends on its id alone, and so not on whether it exists. */
    public boolean sees(String reportId) {
        return operates() || owner.owns(reportId);
    }
}
