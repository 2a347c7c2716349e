package dev.vitrine.login;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The parts of a request that a signature covers, as they arrived, without the body.
 *
 * @param method upper case
 * @param path without the query, still encoded
 * @param query names and values, decoded exactly as they will be understood
 * @param headers returns all values of the header with that name (upper and lower case alike), as
 *     text with one character for each byte
 */
public record SignedRequest(
    String method,
    String path,
    Map<String, List<String>> query,
    Function<String, List<String>> headers) {}
