/** Text for HTML pages: escaping, numbers, and inline SVG. */
package io.redistributed.html;
