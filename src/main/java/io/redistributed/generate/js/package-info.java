/**
 * Generators in JavaScript: verticles named {@code js:FILE}. Their classes load with the first of them.
 */
package io.redistributed.generate.js;
