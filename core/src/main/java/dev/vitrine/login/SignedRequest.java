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
 * @param headers all values of a name, in any case, one character for each byte
 */
public record SignedRequest(
    String method,
    String path,
    Map<String, List<String>> query,
    Function<String, List<String>> headers) {}
