/** What only a test double does to its database: take it back to a state, and move its clock. */
@NullMarked
package dev.vitrine.postgres.testdouble;

import org.jspecify.annotations.NullMarked;
