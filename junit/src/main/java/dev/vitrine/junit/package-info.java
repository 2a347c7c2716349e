/** An image service for tests: {@link dev.vitrine.junit.VitrineTest}. */
@NullMarked
package dev.vitrine.junit;

import org.jspecify.annotations.NullMarked;
