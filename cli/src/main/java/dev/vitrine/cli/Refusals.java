package dev.vitrine.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.vitrine.client.RequestFailed;
import dev.vitrine.client.Response;
import java.io.UncheckedIOException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says why a command was not carried out, and what to do next; decides how the program ends. */
final class Refusals {
  private final Shell shell;

  Refusals(Shell shell) {
    this.shell = shell;
  }

  /** A command line that cannot be understood. */
  int usage(ParameterException exception, String[] arguments) {
    CommandLine command = exception.getCommandLine();
    shell.err().println("vitrine: " + Table.safe(sentence(exception)));
    if (exception instanceof UnmatchedArgumentException unmatched) {
      List<String> near = unmatched.getSuggestions();
      if (!near.isEmpty()) {
        shell.note("usage.near", String.join(", ", near));
      }
    }
    shell.note("usage.help", command.getCommandSpec().qualifiedName(" "));
    return ExitCode.USAGE.number();
  }

  /** Picocli's own sentences are English. */
  private String sentence(ParameterException exception) {
    Texts texts = shell.texts();
    if (exception instanceof UnmatchedArgumentException unmatched) {
      return texts.say(
          unmatched.isUnknownOption() ? "usage.unknownOption" : "usage.unknown",
          String.join(" ", unmatched.getUnmatched()));
    }
    if (exception instanceof MissingParameterException missing) {
      return texts.say(
          "usage.missing",
          missing.getMissing().stream().map(Refusals::label).collect(Collectors.joining(", ")));
    }
    if (exception instanceof OverwrittenOptionException overwritten) {
      return texts.say("usage.twice", label(overwritten.getOverwritten()));
    }
    ArgSpec argument = exception.getArgSpec();
    if (argument == null) {
      return Objects.requireNonNullElse(exception.getMessage(), exception.toString());
    }
    String value = exception.getValue();
    if (value == null) {
      return texts.say("usage.argument", label(argument));
    }
    return argument.type().isEnum()
        ? texts.say("usage.choice", label(argument), value, choices(argument))
        : texts.say("usage.value", label(argument), value);
  }

  private static String choices(ArgSpec argument) {
    return Stream.of(argument.type().getEnumConstants())
        .map(String::valueOf)
        .collect(Collectors.joining(", "));
  }

  private static String label(ArgSpec argument) {
    return argument instanceof CommandLine.Model.OptionSpec option
        ? option.longestName()
        : argument.paramLabel();
  }

  /** A command that could not be carried out. */
  int failed(Exception exception, CommandLine command, ParseResult parsed) {
    return switch (exception) {
      case Problem problem -> {
        tell(problem.in(shell.texts()));
        yield problem.code().number();
      }
      case RequestFailed failed -> refused(failed);
      case UncheckedIOException e when e.getCause() instanceof JsonProcessingException -> {
        tell(shell.texts().say("answer.noJson"));
        yield ExitCode.FAILED.number();
      }
      case UncheckedIOException e -> {
        String text = isUntrusted(e) ? "server.untrusted" : "server.unreachable";
        tell(shell.texts().say(text, String.valueOf(e.getMessage())));
        yield ExitCode.UNREACHABLE.number();
      }
      default -> {
        tell(exception.toString());
        yield ExitCode.FAILED.number();
      }
    };
  }

  private static boolean isUntrusted(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .anyMatch(CertificateException.class::isInstance);
  }

  private int refused(RequestFailed failed) {
    Response response = failed.response();
    tell(failed.explanation().replaceAll("(<br />\\s*)+", " ").strip());
    String explanation = response.header("X-Vitrine-Explanation");
    if (explanation != null) {
      shell.note("refused.why", explanation);
    } else if (response.status() == 401) {
      shell.note("refused.signIn");
    } else if (response.status() == 403) {
      shell.note("refused.forbidden");
    } else if (response.status() >= 500) {
      shell.note("refused.server", response.status());
    }
    return ExitCode.ofStatus(response.status()).number();
  }

  private void tell(String sentence) {
    shell.err().println("vitrine: " + lines(sentence));
  }

  /** Line breaks are ours or the server's; everything else that steers a terminal is not. */
  private static String lines(String text) {
    return text.lines().map(Table::safe).collect(Collectors.joining("\n"));
  }
}
