/** Reading and writing JSON, shared by all protocols. */
@NullMarked
package dev.vitrine.server.json;

import org.jspecify.annotations.NullMarked;
