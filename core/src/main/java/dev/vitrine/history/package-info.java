/** The recorded changes of memberships. */
@NullMarked
package dev.vitrine.history;

import org.jspecify.annotations.NullMarked;
