package dev.vitrine.cli;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The man page, in the format of man(7), made of the command model. */
final class ManPage {
  private final Texts texts;
  private final StringBuilder page = new StringBuilder();

  ManPage(Texts texts) {
    this.texts = texts;
  }

  String of(CommandLine commands) {
    CommandSpec root = commands.getCommandSpec();
    page.append(".TH VITRINE 1\n");
    section("manual.name");
    page.append("vitrine \\- ").append(plain(header(root))).append('\n');
    section("manual.synopsis");
    page.append(".B vitrine\n[\\-\\-os\\-cloud \\fICLOUD\\fR] \\fI")
        .append(plain(texts.say("manual.command")))
        .append("\\fR ...\n");
    section("manual.description");
    paragraphs(texts.say("manual.about"));
    section("manual.commands");
    commands.getSubcommands().values().forEach(this::command);
    section("manual.options");
    root.options().forEach(this::argument);
    section("manual.clouds");
    paragraphs(texts.say("manual.aboutClouds"));
    section("manual.exit");
    for (ExitCode code : ExitCode.values()) {
      item(String.valueOf(code.number()), texts.say("exit." + code));
    }
    return page.toString();
  }

  private void command(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    if (spec.usageMessage().hidden()) {
      return;
    }
    Map<String, CommandLine> inner = command.getSubcommands();
    if (!inner.isEmpty()) {
      inner.values().forEach(this::command);
      return;
    }
    page.append(".SS ").append(plain(spec.qualifiedName(" "))).append('\n');
    paragraphs(header(spec));
    spec.positionalParameters().forEach(this::argument);
    spec.options().stream().filter(option -> !option.inherited()).forEach(this::argument);
  }

  private void argument(ArgSpec argument) {
    if (argument instanceof OptionSpec option) {
      String names = String.join(", ", option.names());
      boolean takesValue = option.arity().max() > 0;
      item(names + (takesValue ? " " + option.paramLabel() : ""), description(option));
    } else {
      item(argument.paramLabel(), description(argument));
    }
  }

  private static String header(CommandSpec spec) {
    return String.join(" ", spec.usageMessage().header());
  }

  private static String description(ArgSpec argument) {
    return List.of(argument.description()).stream().collect(Collectors.joining(" "));
  }

  private void section(String key) {
    page.append(".SH ").append(plain(texts.say(key))).append('\n');
  }

  private void item(String term, String text) {
    page.append(".TP\n.B ").append(plain(term)).append('\n').append(plain(text)).append('\n');
  }

  private void paragraphs(String text) {
    text.lines().forEach(line -> page.append(".PP\n").append(plain(line)).append('\n'));
  }

  /** Nothing in a text is a request to troff. */
  private static String plain(String text) {
    String escaped = text.replace("\\", "\\e").replace("-", "\\-");
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }
}
