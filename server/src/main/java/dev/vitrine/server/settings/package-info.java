/** Settings: reading, validation, refusals and help. */
@NullMarked
package dev.vitrine.server.settings;

import org.jspecify.annotations.NullMarked;
