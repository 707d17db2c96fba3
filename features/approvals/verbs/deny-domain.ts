import { carryOut, type Reviewed, reviewAct } from "../../../adapters/operator/act";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { showProgress, withInterruption } from "../../../cli/long-tasks";
import { formatCount } from "../../../cli/output";
import { operatorPlace } from "../../../cli/view";
import { normaliseDomain } from "../../../engine/sign-up/email";
import { formatUndoHint } from "../../access-list/verbs/change-sets";
import { type DenialState, denyDomain } from "../acts/deny-domain";
import { readActor } from "./approver";
import { withDelegators } from "./delegations";

interface DenyDomainOptions extends DeploymentOptions, JsonOption {
  readonly note?: string;
  readonly yes?: boolean;
}

/** Denies a domain in the access list together with all its requests that wait and ask the caller. Exits with 2 if some were left. */
export async function denyDomainByCommand(word: string, options: DenyDomainOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const domain = normaliseDomain(word);
  if (domain === undefined) throw new CommandError(`"${word}" is not a domain: write contoso.com.`);
  const deployment = await deploymentFor(options);
  const caller = await readActor(options, deployment);
  const place = operatorPlace(deployment);
  const now = new Date();
  const review = async (actor: typeof caller) =>
    ((await reviewAct(denyDomain, [{ domain }], {}, place, { actor, now })) as [Reviewed<DenialState>])[0];
  let actor = caller;
  let { state, concerns } = await review(actor);
  if (state.others > 0) {
    actor = { ...caller, decider: await withDelegators(caller.decider, deployment) };
    ({ state, concerns } = await review(actor));
  }
  for (const { text } of concerns) output.warn(text(String));
  if (concerns.some(({ weight }) => weight === "refused")) return;
  const count = state.own.length;
  await withInterruption(async (interruption) => {
    if (!options.yes) await requireConfirmation(`Deny ${domain} and its ${formatCount(count, "request")}?`, interruption);
    const progress = showProgress("Denying", (state.edit === undefined ? 0 : 1) + count, output);
    let written = 0;
    const onWritten = (some: number) => {
      written += some;
      progress.advance(some);
    };
    const target = { domain, onWritten };
    const attempt = { target, input: { note: options.note }, answered: "all" } as const;
    const { signal } = interruption;
    const result = await carryOut(denyDomain, attempt, place, { actor, now, signal })
      .catch((error: unknown) => {
        if (!signal.aborted || written === 0) throw error;
        const rest = "Repeat the same command to deny the rest. list changes shows the change set, and list revert takes it back.";
        throw new CommandError(`Interrupted: the domain is denied, but not all of its requests. ${rest}`, exitCodes.interrupted);
      })
      .finally(() => progress.stop());
    if (result.kind !== "done")
      throw new CommandError(`Somebody changed ${domain} in the list at this moment: look at it with list show, then repeat the command.`);
    const { set } = result.outcome;
    const { done = 0, left = 0 } = set.requests ?? {};
    if (left > 0) session.exitCode = exitCodes.kept;
    if (options.json) {
      output.json({ domain, changeSet: set.id, denied: done, left });
      return;
    }
    output.print(`Denied ${domain} and ${formatCount(done, "request")}.`);
    if (left > 0) output.warn(`Somebody decided on ${formatCount(left, "request")} meanwhile: they stay as they are.`);
    output.warn(formatUndoHint(set, options));
  });
}
