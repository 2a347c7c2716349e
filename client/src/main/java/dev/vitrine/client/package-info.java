/**
 * An HTTP client for the protocols that Vitrine serves, and for other servers of these protocols:
 * sign in, find a service in the catalogue, send requests. It knows nothing of the server's code.
 */
@NullMarked
package dev.vitrine.client;

import org.jspecify.annotations.NullMarked;
