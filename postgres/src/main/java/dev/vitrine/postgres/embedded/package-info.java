/**
 * The PostgreSQL that Vitrine brings along: unpacked, created, started, adopted and stopped here.
 *
 * <p>It is a production server, so every commit is on disk before it is acknowledged. {@link
 * dev.vitrine.postgres.embedded.EmbeddedPostgres} is the only way in. What it keeps in its
 * directory:
 *
 * <ul>
 *   <li>{@code lock}: held by the one Java process that uses the directory;
 *   <li>{@code binaries-VERSION}: PostgreSQL itself;
 *   <li>{@code data}: the cluster;
 *   <li>{@code password}: of the role {@code vitrine};
 *   <li>{@code postgres.log}, {@code postgres.log.1}: what the server reports.
 * </ul>
 *
 * <p>Whatever takes more than one step is made under a name that ends in {@code .new} and renamed
 * when it is complete and on disk. A finished name therefore never holds half a thing, and a {@code
 * .new} may always be thrown away.
 */
@NullMarked
package dev.vitrine.postgres.embedded;

import org.jspecify.annotations.NullMarked;
