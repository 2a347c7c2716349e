/** Huawei Cloud IMS (contract/ims.md, parts 1, 3 and 4): translates requests and answers. */
@NullMarked
package dev.vitrine.server.ims;

import org.jspecify.annotations.NullMarked;
