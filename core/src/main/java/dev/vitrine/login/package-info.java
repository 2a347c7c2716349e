/** How a caller proves who it is: tokens, signatures, access keys and application credentials. */
@NullMarked
package dev.vitrine.login;

import org.jspecify.annotations.NullMarked;
