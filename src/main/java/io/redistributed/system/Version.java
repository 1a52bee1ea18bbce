package io.redistributed.system;

import java.util.Optional;

/** The version in the manifest of the jar. */
public final class Version {

    private Version() {}

    /** Returns the version; empty if the classes are not from a jar. */
    public static Optional<String> get() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion());
    }
}
