/** What happened to memberships, read back. */
@NullMarked
package dev.vitrine.history;

import org.jspecify.annotations.NullMarked;
