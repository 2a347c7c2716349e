package dev.vitrine.conformance;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a row expects: a status, the headers that matter, and the body in at most one of these forms
 * (or none: any body will do).
 *
 * @param counts status to number of answers, for requests sent many times
 * @param headers {@code none} means that the header must be absent
 * @param text the explanation of a plain-text error, framed as webob frames it
 * @param detail the second line of such an error
 * @param message the explanation of a JSON error
 * @param exact the whole body
 * @param json the whole body as JSON, fields in this order
 * @param member {@code "id status"}: one member record of the image in the path
 * @param members the list of them
 * @param ids the member ids of such a list, in order
 * @param count how many members are listed
 * @param lists an image id that a list of images contains
 * @param omits an image id that it does not contain
 * @param image a whole record of an image, told as the difference from a new one of the caller's
 * @param images the ids that a list of images holds, in order, and nothing else
 * @param first the address of that list's first page, if it matters
 * @param next the address of its next page; without one there must be none
 * @param at JSON pointer to the value found there
 * @param like the path of another image, for which the same request must get the same answer to the
 *     byte, headers included, but for the image's id
 */
record Answer(
    int status,
    Map<Integer, Long> counts,
    Map<String, String> headers,
    @Nullable String text,
    @Nullable String detail,
    @Nullable String message,
    @Nullable String exact,
    @Nullable JsonNode json,
    @Nullable String member,
    @JsonSetter(nulls = Nulls.SET) @Nullable List<String> members,
    @JsonSetter(nulls = Nulls.SET) @Nullable List<String> ids,
    @Nullable Integer count,
    @Nullable String lists,
    @Nullable String omits,
    @Nullable JsonNode image,
    @JsonSetter(nulls = Nulls.SET) @Nullable List<String> images,
    @Nullable String first,
    @Nullable String next,
    Map<String, JsonNode> at,
    @Nullable String like) {}
