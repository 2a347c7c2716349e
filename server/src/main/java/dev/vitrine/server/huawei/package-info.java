/** Shared by Huawei Cloud's protocols: the gateway's answers, and reading parameters. */
@NullMarked
package dev.vitrine.server.huawei;

import org.jspecify.annotations.NullMarked;
