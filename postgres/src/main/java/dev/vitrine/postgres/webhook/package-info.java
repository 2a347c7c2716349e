/** Webhooks and their deliveries, in SQL. */
@NullMarked
package dev.vitrine.postgres.webhook;

import org.jspecify.annotations.NullMarked;
