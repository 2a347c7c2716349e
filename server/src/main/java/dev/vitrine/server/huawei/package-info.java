/** What Huawei Cloud's protocols share: the gateway's answers, and how parameters are read. */
@NullMarked
package dev.vitrine.server.huawei;

import org.jspecify.annotations.NullMarked;
