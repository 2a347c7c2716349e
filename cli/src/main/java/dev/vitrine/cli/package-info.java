/**
 * The command line: an ordinary client of the public APIs, with the rights of the user who runs it.
 * Data goes to standard output, everything else to standard error.
 */
@NullMarked
package dev.vitrine.cli;

import org.jspecify.annotations.NullMarked;
