/**
 * The embedded PostgreSQL: unpacking, creating, starting, adopting and stopping it.
 *
 * <p>It is a production server: every commit is on disk before it is acknowledged. {@link
 * dev.vitrine.postgres.embedded.EmbeddedPostgres} is the only entry point. Its directory contains:
 *
 * <ul>
 *   <li>{@code lock}: locked by the Java process that uses the directory;
 *   <li>{@code binaries-VERSION}: PostgreSQL itself;
 *   <li>{@code data}: the cluster;
 *   <li>{@code password}: the password of the role {@code vitrine};
 *   <li>{@code postgres.log}, {@code postgres.log.1}: the server's log.
 * </ul>
 *
 * <p>A file or folder that takes more than one step to write gets a name that ends in {@code .new}.
 * It is renamed when it is complete and on disk. So a final name is always complete, and a {@code
 * .new} may always be deleted.
 */
@NullMarked
package dev.vitrine.postgres.embedded;

import org.jspecify.annotations.NullMarked;
