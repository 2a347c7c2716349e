/**
 * The HTTP layer that all protocols share: routes, requests, replies. Contains no protocol and no
 * rule.
 */
@NullMarked
package dev.vitrine.server.http;

import org.jspecify.annotations.NullMarked;
