/** Huawei Cloud IMS on the wire (contract/ims.md, parts 1, 3 and 4): protocol in, protocol out. */
@NullMarked
package dev.vitrine.server.ims;

import org.jspecify.annotations.NullMarked;
