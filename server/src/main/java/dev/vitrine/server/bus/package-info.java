/** The message bus: notifications as Glance sends them, over AMQP (ADR 50). */
@NullMarked
package dev.vitrine.server.bus;

import org.jspecify.annotations.NullMarked;
