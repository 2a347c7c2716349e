/** Webhooks: what happens to images and offers, told to the customers' receivers (ADR 48). */
@NullMarked
package dev.vitrine.webhook;

import org.jspecify.annotations.NullMarked;
