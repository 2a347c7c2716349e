package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.cli.Table.Column;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;

/** A command that prints rows and does nothing else. */
abstract class Listing extends Command {
  private final List<Column> columns;

  @Mixin private final Format format = new Format();

  Listing(List<Column> columns) {
    this.columns = columns;
  }

  /** Refuses options that contradict each other. */
  void check() {}

  abstract Stream<? extends JsonNode> rows();

  @Override
  final ExitCode run() {
    format.check(columns);
    check();
    format.rows(shell(), columns, rows());
    return ExitCode.OK;
  }
}
