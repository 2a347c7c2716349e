package dev.vitrine.server;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.AnnotatedTypeTree;
import com.sun.source.tree.BindingPatternTree;
import com.sun.source.tree.CaseLabelTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConstantCaseLabelTree;
import com.sun.source.tree.DeconstructionPatternTree;
import com.sun.source.tree.DefaultCaseLabelTree;
import com.sun.source.tree.PatternCaseLabelTree;
import com.sun.source.tree.PatternTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * No {@code switch} over a closed set of ours, an enum or a sealed type, has a default: what is
 * added to the set later must not be allowed, or answered, by having been forgotten.
 */
class ClosedSetsTest {

  @Test
  void noSwitchOverOneHasADefault() throws IOException {
    Scan scan = new Scan();
    List<CompilationUnitTree> units = Sources.parse("main");
    // Twice: what implements a sealed type may stand before it.
    units.forEach(unit -> scan.declarations.scan(unit, null));
    units.forEach(unit -> scan.declarations.scan(unit, null));
    scan.addMembersOfMembers();
    units.forEach(unit -> scan.scan(unit, null));

    assertThat(scan.closed.get("Operation")).as("what the scan knows").contains("ADD_MEMBER");
    assertThat(scan.closed.get("Refusal")).as("what the scan knows").contains("NotOwner");
    assertThat(scan.seen).as("switches seen").isGreaterThan(50);
    assertThat(scan.open).as("switches over a closed set that have a default").isEmpty();
  }

  private static final class Scan extends TreePathScanner<@Nullable Void, @Nullable Void> {
    /** Constants of each enum, and the names of what may be an instance of each sealed type. */
    final Map<String, Set<String>> closed = new HashMap<>();

    final List<String> open = new ArrayList<>();
    int seen;

    final TreePathScanner<@Nullable Void, @Nullable Void> declarations =
        new TreePathScanner<>() {
          @Override
          public @Nullable Void visitClass(ClassTree type, @Nullable Void none) {
            if (type.getModifiers().getFlags().contains(Modifier.SEALED)) {
              closed.putIfAbsent(type.getSimpleName().toString(), new HashSet<>());
            }
            for (Tree parent : type.getImplementsClause()) {
              add(simpleName(parent), type.getSimpleName().toString());
            }
            if (type.getKind() == Tree.Kind.ENUM) {
              String name = type.getSimpleName().toString();
              closed.putIfAbsent(name, new HashSet<>());
              for (Tree member : type.getMembers()) {
                if (member instanceof VariableTree variable && isConstant(variable, type)) {
                  add(name, variable.getName().toString());
                }
              }
            }
            return super.visitClass(type, null);
          }
        };

    private void add(String set, String member) {
      Set<String> members = closed.get(set);
      if (members != null) {
        members.add(member);
      }
    }

    /** A family's members are its parents', too. */
    void addMembersOfMembers() {
      for (int depth = 0; depth < 3; depth++) {
        for (Set<String> set : closed.values()) {
          for (String member : List.copyOf(set)) {
            set.addAll(closed.getOrDefault(member, Set.of()));
          }
        }
      }
    }

    private static boolean isConstant(VariableTree variable, ClassTree of) {
      return variable.getType() != null
          && variable.getType().toString().equals(of.getSimpleName().toString())
          && variable.getModifiers().getFlags().contains(Modifier.STATIC);
    }

    @Override
    public @Nullable Void visitSwitch(SwitchTree tree, @Nullable Void none) {
      check(tree.getExpression(), tree.getCases());
      return super.visitSwitch(tree, null);
    }

    @Override
    public @Nullable Void visitSwitchExpression(SwitchExpressionTree tree, @Nullable Void none) {
      check(tree.getExpression(), tree.getCases());
      return super.visitSwitchExpression(tree, null);
    }

    private void check(Tree subject, List<? extends CaseTree> cases) {
      seen++;
      List<CaseLabelTree> labels = new ArrayList<>();
      cases.forEach(one -> labels.addAll(one.getLabels()));
      boolean hasDefault = labels.stream().anyMatch(DefaultCaseLabelTree.class::isInstance);
      Set<String> names =
          labels.stream()
              .map(Scan::name)
              .filter(name -> !name.isEmpty() && !name.equals("null"))
              .collect(toSet());
      if (hasDefault
          && !names.isEmpty()
          && closed.values().stream().anyMatch(set -> set.containsAll(names))) {
        open.add(
            getCurrentPath().getCompilationUnit().getSourceFile().getName()
                + ": switch "
                + subject
                + " over "
                + names);
      }
    }

    private static String name(CaseLabelTree label) {
      return switch (label) {
        case ConstantCaseLabelTree constant -> simpleName(constant.getConstantExpression());
        case PatternCaseLabelTree pattern -> typeOf(pattern.getPattern());
        default -> "";
      };
    }

    private static String typeOf(PatternTree pattern) {
      return switch (pattern) {
        case DeconstructionPatternTree record -> simpleName(record.getDeconstructor());
        case BindingPatternTree binding -> simpleName(binding.getVariable().getType());
        default -> "";
      };
    }

    private static String simpleName(Tree name) {
      Tree plain =
          name instanceof AnnotatedTypeTree annotated ? annotated.getUnderlyingType() : name;
      return plain.toString().replaceAll("<.*", "").replaceAll(".*\\.", "");
    }
  }
}
