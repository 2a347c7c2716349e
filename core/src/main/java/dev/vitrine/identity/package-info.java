/** Who calls: users, projects, domains, groups, roles, tokens and passwords. */
@NullMarked
package dev.vitrine.identity;

import org.jspecify.annotations.NullMarked;
