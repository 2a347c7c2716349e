/** What happened, and on whose request. */
@NullMarked
package dev.vitrine.history;

import org.jspecify.annotations.NullMarked;
