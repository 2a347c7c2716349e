/** IAM's own half of the identity API, and enterprise projects, as Huawei's SDKs drive them. */
@NullMarked
package dev.vitrine.server.iam;

import org.jspecify.annotations.NullMarked;
