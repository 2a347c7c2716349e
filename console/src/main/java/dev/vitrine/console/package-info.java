/** Makes the files of the console from its sources. Used by the build alone. */
@NullMarked
package dev.vitrine.console;

import org.jspecify.annotations.NullMarked;
