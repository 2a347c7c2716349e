/** How work is divided among threads and among callers. */
@NullMarked
package dev.vitrine.work;

import org.jspecify.annotations.NullMarked;
