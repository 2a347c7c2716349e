/** The program: settings, start and stop, and what ties the parts together. */
@NullMarked
package dev.vitrine.server;

import org.jspecify.annotations.NullMarked;
