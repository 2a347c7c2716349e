/** Why a request was not carried out, as a value that no protocol has a part in. */
@NullMarked
package dev.vitrine.refusal;

import org.jspecify.annotations.NullMarked;
