/**
 * The recorded changes of images, memberships and rights, the refused requests, and the hashes that
 * make the history tamper-evident.
 */
@NullMarked
package dev.vitrine.history;

import org.jspecify.annotations.NullMarked;
