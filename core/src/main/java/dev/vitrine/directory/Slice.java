package dev.vitrine.directory;

import java.util.List;

/**
 * A part of a list.
 *
 * @param total how long the whole list is
 */
public record Slice<T>(long total, List<T> elements) {}
