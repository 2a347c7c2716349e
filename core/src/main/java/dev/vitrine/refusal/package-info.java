/** Why a request was refused, as a value independent of any protocol. */
@NullMarked
package dev.vitrine.refusal;

import org.jspecify.annotations.NullMarked;
