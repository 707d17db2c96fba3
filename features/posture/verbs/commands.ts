import { Argument, type Command } from "commander";
import { type CommandContext, defaultCommand, withDeployment, withExamples, withPairs } from "../../../cli/command";
import { postures } from "../posture";

const GATE = 'the gate ("default": the one without a name)';

/** `entra-gatehouse posture`: each command's code is loaded when it runs. */
export function register(posture: Command, session: CommandContext): void {
  const show = withExamples(withDeployment(defaultCommand(posture, "show")), ["posture", "posture show default --json"]);
  show
    .summary("show how gates are set, who set them and until when")
    .description("Shows how each gate is set (open, approval, listed or closed), who set it, why and until when, and what is scheduled.")
    .argument("[gate]", `${GATE}; all of them by default`)
    .action(async (gate, options) => (await import("./posture")).showPostures(gate, options, session));

  const set = withPairs(withDeployment(posture.command("set")), [{ option: "--for", not: "--until" }]);
  withExamples(set, [
    "posture set default closed --reason 'bots sign up'",
    "posture set default approval --reason 'bots sign up' --for 12h --yes",
    "posture set suppliers closed --reason 'between semesters' --from 2026-12-20 --until 2027-01-05",
  ])
    .summary("set a gate to approval, listed or closed, for a while")
    .description(
      "Sets a gate, from the next sign-up on. approval: people that no entry of the access list allows go to an approver. listed: only people that an entry allows get in. closed: nobody gets in.\nIt ends by itself after 4 hours unless you say otherwise. What was set or scheduled before is replaced. You are asked before anything happens, and the audit trail records who did it.",
    )
    .argument("<gate>", GATE)
    .addArgument(new Argument("<state>", "how to set it").choices(postures))
    .option("--reason <text>", "why; needed unless the state is open")
    .option("--for <time>", "how long: 30m, 12h, 7d (default: 4h)")
    .option("--until <time>", "when it ends: 2026-12-01 (the end of that day) or 2026-12-01T18:00")
    .option("--from <time>", "when it begins: 2026-12-01 or 2026-12-01T08:00 (default: now)")
    .option("--yes", "do not ask")
    .action(async (gate, state, options) => (await import("./posture")).setPosture(gate, state, options, session));

  const clear = withExamples(withDeployment(posture.command("clear")), ["posture clear default", "posture clear suppliers --yes"]);
  clear
    .summary("open a gate again, and forget what is scheduled")
    .description("Opens a gate from the next sign-up on, even if somebody else set it, and forgets what is scheduled.")
    .argument("<gate>", GATE)
    .option("--reason <text>", "why")
    .option("--yes", "do not ask")
    .action(async (gate, options) => (await import("./posture")).setPosture(gate, "open", options, session));
}
