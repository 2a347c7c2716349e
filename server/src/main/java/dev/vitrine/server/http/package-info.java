/** HTTP as all protocols share it: routes, requests, replies. Knows no protocol and no rule. */
@NullMarked
package dev.vitrine.server.http;

import org.jspecify.annotations.NullMarked;
