/**
 * Vitrine's core: every rule of the product, each written once. Plain Java: no SQL, HTTP or JSON.
 *
 * <p>The comments cite documents: "mission" is docs/mission.md, "ruling N" a number in
 * docs/rulings.md, "ADR N" a record in docs/decisions, "design decision N" a number in
 * docs/design.md, and "contract" a file in docs/contract.
 */
@NullMarked
package dev.vitrine;

import org.jspecify.annotations.NullMarked;
