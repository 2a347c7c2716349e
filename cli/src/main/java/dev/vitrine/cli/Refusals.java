package dev.vitrine.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.vitrine.client.RequestFailed;
import dev.vitrine.client.Response;
import java.io.EOFException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says why a command was not carried out, and what to do next; decides how the program ends. */
final class Refusals {
  /** What a status says beyond that the request was refused. */
  private static final Set<Integer> STATUSES = Set.of(401, 403, 404, 409, 413, 429);

  /** Alerts that a server sends about the certificate of its client; the JDK has but their text. */
  private static final Pattern OUR_CERTIFICATE =
      Pattern.compile("Received fatal alert: (\\w*certificate\\w*|unknown_ca)");

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
        tell(shell.texts().say(unanswered(e), String.valueOf(e.getMessage())));
        yield ExitCode.UNREACHABLE.number();
      }
      default -> {
        tell(exception.toString());
        yield ExitCode.FAILED.number();
      }
    };
  }

  private static String unanswered(UncheckedIOException failure) {
    List<Throwable> causes =
        Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause).toList();
    if (causes.stream().anyMatch(CertificateException.class::isInstance)) {
      return "server.untrusted";
    }
    if (causes.stream().anyMatch(Refusals::isAboutOurCertificate)) {
      return "server.certificate";
    }
    // With TLS 1.3 a server refuses a certificate after the handshake, and its alert can be lost.
    boolean isOverTls = String.valueOf(failure.getMessage()).contains(" https://");
    return isOverTls && causes.stream().anyMatch(Refusals::isClosedConnection)
        ? "server.closed"
        : "server.unreachable";
  }

  private static boolean isClosedConnection(Throwable cause) {
    return cause instanceof EOFException
        || (cause instanceof SocketException && !(cause instanceof ConnectException));
  }

  private static boolean isAboutOurCertificate(Throwable cause) {
    return cause instanceof SSLException
        && OUR_CERTIFICATE.matcher(String.valueOf(cause.getMessage())).find();
  }

  private int refused(RequestFailed failed) {
    Response response = failed.response();
    tell(sentence(failed));
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

  /** The server's sentence is English, and names what is meant; readers of others get both. */
  private String sentence(RequestFailed failed) {
    String own = failed.explanation().replaceAll("(<br />\\s*)+", " ").strip();
    return own.isEmpty()
        ? meaning(failed)
        : shell.texts().say("refused.said", meaning(failed), own);
  }

  private String meaning(RequestFailed failed) {
    String code = failed.code();
    String known = shell.texts().word("img", code);
    return known.equals(code) ? meaning(failed.response().status()) : known;
  }

  private String meaning(int status) {
    if (status >= 500) {
      return shell.texts().say("status.failed");
    }
    return shell.texts().say(STATUSES.contains(status) ? "status." + status : "status.other");
  }

  private void tell(String sentence) {
    shell.err().println("vitrine: " + lines(sentence));
  }

  /** Line breaks are ours or the server's; everything else that steers a terminal is not. */
  private static String lines(String text) {
    return text.lines().map(Table::safe).collect(Collectors.joining("\n"));
  }
}
