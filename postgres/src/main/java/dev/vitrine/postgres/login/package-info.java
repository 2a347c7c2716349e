/** Log-ins, access keys and application credentials, in SQL. */
@NullMarked
package dev.vitrine.postgres.login;

import org.jspecify.annotations.NullMarked;
