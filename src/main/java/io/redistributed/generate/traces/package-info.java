/** The report type {@code traces}: statistics of the operations in stored traces. */
package io.redistributed.generate.traces;
