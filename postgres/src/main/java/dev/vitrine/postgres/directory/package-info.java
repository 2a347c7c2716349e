/** Users, groups, projects, domains, roles and grants, in SQL. */
@NullMarked
package dev.vitrine.postgres.directory;

import org.jspecify.annotations.NullMarked;
