/**
 * The server's certificate: read, verified, and read again when it is renewed; and the authorities
 * of other servers.
 */
@NullMarked
package dev.vitrine.server.tls;

import org.jspecify.annotations.NullMarked;
