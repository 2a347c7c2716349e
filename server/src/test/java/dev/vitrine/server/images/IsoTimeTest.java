package dev.vitrine.server.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What version 1 of the Python package iso8601, which reads times for Glance, says of each. */
@NullMarked
class IsoTimeTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      ignoreLeadingAndTrailingWhitespace = true,
      value = {
        "'2016', 2016-01-01T00:00:00Z",
        "'201601', null",
        "'2016-01', 2016-01-01T00:00:00Z",
        "'2016-1', 2016-01-01T00:00:00Z",
        "'2016-1-5', 2016-01-05T00:00:00Z",
        "'20160101', 2016-01-01T00:00:00Z",
        "'2016-0101', 2016-01-01T00:00:00Z",
        "'201601-01', 2016-01-01T00:00:00Z",
        "'2016-01-01', 2016-01-01T00:00:00Z",
        "'2016-01-01T00', 2016-01-01T00:00:00Z",
        "'2016-01-01 00', 2016-01-01T00:00:00Z",
        "'2016-01-01T00:00', 2016-01-01T00:00:00Z",
        "'2016-01-01T0000', 2016-01-01T00:00:00Z",
        "'2016-01-01T00:00:00', 2016-01-01T00:00:00Z",
        "'2016-01-01T00:00:5', 2016-01-01T00:00:05Z",
        "'2016-01-01T00:00:00Z', 2016-01-01T00:00:00Z",
        "'2016-01-01T00:00:00-0500', 2016-01-01T05:00:00Z",
        "'2016-01-01T00:00:00-05:00', 2016-01-01T05:00:00Z",
        "'2016-01-01T00:00:00+01', 2015-12-31T23:00:00Z",
        "'2016-01-01T00:00:00+0130', 2015-12-31T22:30:00Z",
        "'2016-01-01T12+02', 2016-01-01T10:00:00Z",
        "'2016-01-01T00+2359', 2015-12-31T00:01:00Z",
        "'2016-01-01T00+2400', null",
        "'20160101T000000Z', 2016-01-01T00:00:00Z",
        "'20160101T000000.5Z', 2016-01-01T00:00:00.500000Z",
        "'20160101T00Z', 2016-01-01T00:00:00Z",
        "'2016-01-01T00:00:00,25Z', 2016-01-01T00:00:00.250000Z",
        "'2016-01-01T00:00:00.123456789Z', 2016-01-01T00:00:00.123456Z",
        "'2016-01-01T000000-0500', 2016-01-01T05:00:00Z",
        "'2016-01-01T00:00:00.Z', null",
        "'2016-01-01T24:00:00Z', null",
        "'2016-01-01T23:60:00Z', null",
        "'2016-12-31T23:59:60Z', null",
        "'2016-02-30', null",
        "'2016-13-01', null",
        "'2016-00-01', null",
        "'2016-02-29', 2016-02-29T00:00:00Z",
        "'2015-02-29', null",
        "'0000-01-01', null",
        "'0001-01-01T00:00:00+01:00', null",
        "'9999-12-31T23:59:59-01:00', null",
        "'9999-12-31T23:59:59Z', 9999-12-31T23:59:59Z",
        "'10000-01-01', null",
        "'16-01-01', null",
        "'2016-W01-1', null",
        "'2016-001', null",
        "'2016-01-01t00:00:00z', null",
        "'2016-01-01T00:00:00 Z', null",
        "'2016-01-01T00:00:00Z ', null",
        "'2016-01-01T', null",
        "'2016-', null",
        "'T00:00', null",
        "'x', null",
        "'', null",
        "'-2016-01-01', null",
        "'2016-01-01T00:00:00+1', null",
        "'2016-01-01T00:00:00+01:60', 2015-12-31T22:00:00Z"
      })
  void aTimeIsReadAsGlanceReadsIt(String text, @Nullable String utc) {
    assertThat(IsoTime.read(text)).isEqualTo(utc == null ? null : Instant.parse(utc));
  }
}
