/** The IAM API: protocol in, protocol out, no rules. */
@NullMarked
package dev.vitrine.server.iam;

import org.jspecify.annotations.NullMarked;
