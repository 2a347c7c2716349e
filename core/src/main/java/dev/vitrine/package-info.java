/**
 * Vitrine's core: every rule of the product, each written once. Plain Java: no SQL, HTTP or JSON.
 */
@NullMarked
package dev.vitrine;

import org.jspecify.annotations.NullMarked;
