/** The table of everything that is served, and the actions that each operation needs. */
@NullMarked
package dev.vitrine.operation;

import org.jspecify.annotations.NullMarked;
