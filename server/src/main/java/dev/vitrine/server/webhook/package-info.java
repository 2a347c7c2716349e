/** Sends what webhooks tell over HTTP: guarded addresses, CloudEvents, signatures (ADR 48). */
@NullMarked
package dev.vitrine.server.webhook;

import org.jspecify.annotations.NullMarked;
