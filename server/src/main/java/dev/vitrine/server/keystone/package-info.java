/**
 * The subset of the OpenStack Identity API v3 that clients use: translates requests and answers,
 * without rules.
 */
@NullMarked
package dev.vitrine.server.keystone;

import org.jspecify.annotations.NullMarked;
