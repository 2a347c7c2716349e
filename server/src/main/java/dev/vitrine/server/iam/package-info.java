/** The IAM part of the identity API, and enterprise projects, for Huawei's SDKs. */
@NullMarked
package dev.vitrine.server.iam;

import org.jspecify.annotations.NullMarked;
