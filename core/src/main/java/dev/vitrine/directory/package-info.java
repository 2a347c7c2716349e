/**
 * Users, groups, projects, domains, roles, and the grants among them: what administrators manage.
 */
@NullMarked
package dev.vitrine.directory;

import org.jspecify.annotations.NullMarked;
