/** Memberships and their events, in SQL. */
@NullMarked
package dev.vitrine.postgres.sharing;

import org.jspecify.annotations.NullMarked;
