/** What happens to images and memberships, published on OpenStack's message bus (ADR 50). */
@NullMarked
package dev.vitrine.bus;

import org.jspecify.annotations.NullMarked;
