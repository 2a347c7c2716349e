/** The program: its commands, the order of start and stop, and the composition of its parts. */
@NullMarked
package dev.vitrine.server.start;

import org.jspecify.annotations.NullMarked;
