import type { Command } from "commander";
import { type CommandContext, defaultCommand, deploymentVerb, withDeployment, withExamples, withPairs } from "../../../cli/command";
import type { Posture } from "../posture";

const GATE = 'the gate ("default": the one without a name)';
const ONE_GATE = `${GATE}; needed where there are several`;

type Tightened = Exclude<Posture, "open">;

const whoGetsIn: Readonly<Record<Tightened, string>> = {
  approval: "People that no entry of the access list allows go to an approver.",
  listed: "Only people that an entry of the access list allows get in.",
  closed: "Nobody gets in.",
};

const examples: Readonly<Record<Tightened, readonly string[]>> = {
  approval: ["--reason 'bots sign up' --for 12h --yes"],
  listed: ["--reason 'bots sign up'"],
  closed: ["--reason 'bots sign up'", "suppliers --reason 'between semesters' --from 2026-12-20 --until 2027-01-05"],
};

/** Each command's code is loaded when it runs. */
export function register(group: Command, session: CommandContext): void {
  const show = withExamples(withDeployment(defaultCommand(group, "show")), ["gate", "gate show default --json"]);
  show
    .summary("show how gates are set, who set them and until when")
    .description("Shows how each gate is set (open, approval, listed or closed), who set it, why and until when, and what is scheduled.")
    .argument("[gate]", `${GATE}; all of them by default`)
    .action(async (gate, options) => (await import("./posture")).showPostures(gate, options, session));

  deploymentVerb(group, "open", "open a gate again, and forget what is scheduled", ["", "suppliers --yes"])
    .description("Opens a gate from the next sign-up on, even if somebody else set it, and forgets what is scheduled.")
    .argument("[gate]", ONE_GATE)
    .option("--reason <text>", "why")
    .option("--yes", "do not ask")
    .action(async (gate, options) => (await import("./posture")).setPosture(gate, "open", options, session));

  for (const state of ["approval", "listed", "closed"] as const) registerState(group, state, session);
}

function registerState(group: Command, state: Tightened, session: CommandContext): void {
  const summary = `${whoGetsIn[state].charAt(0).toLowerCase()}${whoGetsIn[state].slice(1, -1)}`;
  withPairs(deploymentVerb(group, state, summary, examples[state]), [{ option: "--for", not: "--until" }])
    .description(
      `Sets a gate to ${state}, from the next sign-up on. ${whoGetsIn[state]}\nIt ends by itself after 4 hours unless you say otherwise. What was set or scheduled before is replaced. You are asked before anything happens, and the audit trail records who did it.`,
    )
    .argument("[gate]", ONE_GATE)
    .option("--reason <text>", "why; needed")
    .option("--for <time>", "how long: 30m, 12h, 7d (default: 4h)")
    .option("--until <time>", "when it ends: 2026-12-01 (the end of that day) or 2026-12-01T18:00")
    .option("--from <time>", "when it begins: 2026-12-01 or 2026-12-01T08:00 (default: now)")
    .option("--yes", "do not ask")
    .action(async (gate, options) => (await import("./posture")).setPosture(gate, state, options, session));
}
