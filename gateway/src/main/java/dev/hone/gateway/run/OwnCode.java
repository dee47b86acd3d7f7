package dev.hone.gateway.run;

import dev.hone.contracts.run.JudgeConfig;
import dev.hone.contracts.run.RunConfig;
import dev.hone.gateway.access.Caller;
import dev.hone.gateway.access.Role;
import dev.hone.gateway.problem.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Code in a file that a run names, a workflow or a judge, runs on the machine: jailed (docs/own-code.md), but it is
/// for admins to say that it may. What is not plainly a name of what is there already counts as a file.
public final class OwnCode {

    /// A shipped name, an alias of the tutorial's kind (`module->Class`), or a class on the service's class path.
    private static final String NAME = "[A-Za-z0-9_$.>-]*";

    private OwnCode() {}

    /// @throws ApiException 403 if the configuration names code in a file, and the caller is no admin
    static void require(Caller caller, RunConfig config) {
        List<String> names = new ArrayList<>(List.of(config.rollout().userWorkflow()));
        names.addAll(names(config.taskJudge()));
        require(caller, names);
    }

    /// @throws ApiException as [#require(Caller, RunConfig)]
    public static void require(Caller caller, JudgeConfig judge) {
        require(caller, names(judge));
    }

    private static List<String> names(JudgeConfig judge) {
        return Stream.concat(Stream.of(judge.judgeProtocol()), judge.weights().keySet().stream())
                .toList();
    }

    private static void require(Caller caller, List<String> names) {
        if (caller.may(Role.ADMIN)) {
            return;
        }
        names.stream().filter(OwnCode::inFile).findFirst().ifPresent(name -> {
            throw ApiException.forbidden(
                    "Own code is for admins",
                    "It names code in a file, '" + name + "', which would run on the machine; " + caller.name() + " is "
                            + caller.role().label() + ". Name a workflow or judge that is there, or ask an admin to"
                            + " submit it.");
        });
    }

    private static boolean inFile(String name) {
        return !name.matches(NAME) || name.endsWith(".py") || name.contains(".jar");
    }
}
