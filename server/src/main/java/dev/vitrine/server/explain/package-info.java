/** Our own door: why something is allowed or refused. */
@NullMarked
package dev.vitrine.server.explain;

import org.jspecify.annotations.NullMarked;
