/** Why somebody may or may not do something: the decisions of the other packages, told. */
@NullMarked
package dev.vitrine.explain;

import org.jspecify.annotations.NullMarked;
