/** What is served and where, as a token's catalogue lists it: services, endpoints, regions. */
@NullMarked
package dev.vitrine.catalog;

import org.jspecify.annotations.NullMarked;
