package dev.vitrine.junit;

import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test a {@link Vitrine} of its own: in the test's method, and in those that run before
 * and after each test.
 *
 * <p>All tests of a run share one server, which starts with the first and ends with the last. Each
 * test has two domains that were made for it, so tests need no reset and can run in parallel.
 *
 * <p>Uses only what JUnit has since 5.10 and still has in 6.
 */
public final class VitrineExtension implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(VitrineExtension.class);

  /** Used by JUnit. */
  public VitrineExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Vitrine.class
        && parameter.getDeclaringExecutable() instanceof Method
        && context.getTestMethod().isPresent();
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Server server =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent("server", key -> Server.start(), Server.class);
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent("tenants", key -> server.tenants(), Tenants.class)
        .vitrine();
  }
}
