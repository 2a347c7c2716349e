/** Why a caller may or may not do something: the decisions of the other packages, explained. */
@NullMarked
package dev.vitrine.explain;

import org.jspecify.annotations.NullMarked;
