/** The description of all operations in OpenAPI 3.1 (ADR 39). */
@NullMarked
package dev.vitrine.server.openapi;

import org.jspecify.annotations.NullMarked;
