/** Webhooks: what happens to images and offers, told to receivers of the customers (ADR 48). */
@NullMarked
package dev.vitrine.webhook;

import org.jspecify.annotations.NullMarked;
