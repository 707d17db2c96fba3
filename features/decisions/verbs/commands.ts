import { type Command, Option } from "commander";
import { type CommandContext, deploymentVerb, withDeployment, withExamples, withGate, withLimit } from "../../../cli/command";
import { withFilters } from "../../../cli/view";
import { decisionFilters } from "../filters";

export function register(decisions: Command, session: CommandContext): void {
  const examples = [
    "decisions",
    "decisions --email kim@contoso.com",
    "decisions --verdict block --since 7d --limit 500 --json",
    "decisions --domain fabrikam.com --outcome waiting",
    "decisions --follow --local",
  ];
  addListCommand(decisions, [...examples, "decisions show K7QD-9MXD"], session);
  const list = decisions.command("list").summary("the same as decisions alone");
  addListCommand(
    list,
    examples.map((example) => example.replace("decisions", "decisions list")),
    session,
  );

  deploymentVerb(decisions, "show", "explain the decision behind a reference code", ["K7QD-9MXD", "k7qd9mxd --json"])
    .description("Explains a decision by the reference code on the person's page, typed in any case, with or without the dash.")
    .argument("<reference>")
    // The parent command has the same options and may have consumed them.
    .action(async (reference, _, command: Command) => (await import("./show")).showDecision(reference, command.optsWithGlobals(), session));
}

function addListCommand(command: Command, examples: readonly string[], session: CommandContext): void {
  withExamples(withGate(withDeployment(command), "only those at"), examples);
  withLimit(withFilters(command, decisionFilters), 50)
    .description(
      "Shows decisions, newest first: those of the last 24 hours, of the seven days before --until, or all of one address or domain.",
    )
    .addOption(new Option("--verdict <verdict>", "only with this answer, as stored").choices(["continue", "block", "invalid"]))
    .option("-f, --follow", "keep showing new ones until Ctrl-C; with --since, first those since then")
    // The parent command has the same options and may have consumed them.
    .action(async (_, ran: Command) => (await import("./list")).decisions(ran.optsWithGlobals(), session));
}
