/** The program: its command, its order of start and stop, and what ties its parts together. */
@NullMarked
package dev.vitrine.server.start;

import org.jspecify.annotations.NullMarked;
