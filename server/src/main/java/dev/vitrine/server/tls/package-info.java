/** The server's certificate: read, verified, and read again when it is renewed. */
@NullMarked
package dev.vitrine.server.tls;

import org.jspecify.annotations.NullMarked;
