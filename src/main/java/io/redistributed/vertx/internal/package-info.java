/**
 * The one place where the library uses parts of Vert.x that are not its public API, each for a reason given at the method.
 * Not for users: it changes whenever Vert.x does.
 */
@NullMarked
package io.redistributed.vertx.internal;

import org.jspecify.annotations.NullMarked;
