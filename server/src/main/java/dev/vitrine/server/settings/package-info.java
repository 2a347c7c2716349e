/** Settings: how they are given, read, refused and explained. */
@NullMarked
package dev.vitrine.server.settings;

import org.jspecify.annotations.NullMarked;
