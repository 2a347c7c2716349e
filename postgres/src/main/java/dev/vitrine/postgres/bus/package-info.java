/** The position of what is published on the message bus. */
@NullMarked
package dev.vitrine.postgres.bus;

import org.jspecify.annotations.NullMarked;
