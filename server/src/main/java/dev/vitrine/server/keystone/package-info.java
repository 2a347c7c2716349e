/** OpenStack Identity API v3, the subset that clients use: protocol in, protocol out, no rules. */
@NullMarked
package dev.vitrine.server.keystone;

import org.jspecify.annotations.NullMarked;
