/** The OpenStack Image API v2: translates requests and answers, without rules. */
@NullMarked
package dev.vitrine.server.glance;

import org.jspecify.annotations.NullMarked;
