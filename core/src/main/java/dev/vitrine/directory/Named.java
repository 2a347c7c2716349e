package dev.vitrine.directory;

/** The id and the name of something. */
public record Named(String id, String name) {}
