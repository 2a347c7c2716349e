/** OpenStack Image API v2: protocol in, protocol out, no rules. */
@NullMarked
package dev.vitrine.server.glance;

import org.jspecify.annotations.NullMarked;
