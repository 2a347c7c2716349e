/** JSON as all protocols read and write it. */
@NullMarked
package dev.vitrine.server.json;

import org.jspecify.annotations.NullMarked;
