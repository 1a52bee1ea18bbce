/**
 * The only package of the library that uses internal API of Vert.x; each method states why. Also holds the objects that
 * all parts of one Vert.x share. Not for applications: it changes with Vert.x.
 */
@NullMarked
package io.redistributed.vertx.internal;

import org.jspecify.annotations.NullMarked;
