import { type Act, type Attempt, type Concern, carryOut } from "../adapters/operator/act";
import type { Uses } from "../adapters/operator/world";
import type { CommandContext } from "./command";
import { NO_TERMINAL, requireConfirmation } from "./confirmed";
import type { Deployment } from "./deployment";
import { CommandError } from "./failure";
import { localTime } from "./typed";
import { operatorPlace } from "./view";

interface Command {
  readonly deployment: Deployment;
  readonly session: Pick<CommandContext, "time">;
  /** True if --yes was typed. */
  readonly yes?: boolean | undefined;
  /** The options that answer single concerns, by code. The command does not ask about these. @default none */
  readonly flags?: Readonly<Record<string, string>>;
}

/**
 * Does an act by command. Asks about concerns that wait for an answer, unless `--yes` was typed. Throws for a refusal, and if somebody else
 * was faster.
 */
export async function doAct<U extends Uses, Input, State, Outcome>(
  act: Act<U, string, Input, State, Outcome>,
  attempt: Attempt<string, Input>,
  { deployment, session, yes, flags = {} }: Command,
): Promise<Outcome> {
  const actor = { by: await deployment.caller(), via: "command" } as const;
  const { target, input } = attempt;
  let { answered } = attempt;
  for (;;) {
    const now = session.time?.now() ?? new Date();
    const result = await carryOut(act, { target, input, answered }, operatorPlace(deployment), { actor, now });
    if (result.kind === "done") return result.outcome;
    if (result.kind === "changed")
      throw new CommandError(`Somebody else has just changed ${target}. Nothing was done: look at it again, then repeat.`);
    const refusal = result.concerns.find(({ code, weight }) => weight === "refused" || (!yes && flags[code] !== undefined));
    if (refusal !== undefined) {
      const way = flags[refusal.code];
      throw new CommandError(`${target}: ${refusal.text(localTime)}${way === undefined ? "" : ` ${way}`}`);
    }
    const lines = result.concerns.map(({ text }) => `${target}: ${text(localTime)}`);
    if (!yes && !process.stdin.isTTY) throw new CommandError([...lines, NO_TERMINAL].join("\n"));
    if (!yes) await requireConfirmation([...lines, "Go on?"].join("\n"));
    // Only what was shown counts as answered: what speaks against the act by now may be more.
    answered = [...answered, ...result.concerns.map(({ code }) => code)];
  }
}

/** Throws if something refuses the act. @param describe writes the refusal, with the flags that mend it @default the act's words */
export function assertNotRefused(
  concerns: readonly Concern[],
  describe: (refusal: Concern) => string = ({ text }) => text(localTime),
): void {
  const refusal = concerns.find(({ weight }) => weight === "refused");
  if (refusal !== undefined) throw new CommandError(describe(refusal));
}
