import { doActs } from "../../../cli/act";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { showProgress, withInterruption } from "../../../cli/long-tasks";
import { formatCount } from "../../../cli/output";
import { operatorPlace } from "../../../cli/view";
import { normaliseDomain } from "../../../engine/sign-up/email";
import { formatUndoHint } from "../../access-list/verbs/change-sets";
import { denyDomain } from "../acts/deny-domain";
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
  const actor = { ...caller, decider: await withDelegators(caller.decider, deployment) };
  let [total, written] = [0, 0];
  let progress: ReturnType<typeof showProgress> | undefined;
  const onWritten = (some: number) => {
    progress ??= showProgress("Denying", total, output);
    written += some;
    progress.advance(some);
  };
  await withInterruption(async (interruption) => {
    await doActs(denyDomain, [{ target: { domain, onWritten }, input: { note: options.note } }], {
      ...{ place: operatorPlace(deployment), actor, session, yes: options.yes, interruption },
      ask([{ state, concerns }]) {
        const count = state.own.length;
        for (const { text } of concerns) output.warn(text(String));
        total = (state.edit === undefined ? 0 : 1) + count;
        return `Deny ${domain} and its ${formatCount(count, "request")}?`;
      },
      report(_, end) {
        progress?.stop();
        if ("refusal" in end) {
          if (end.refusal.code !== "changed") return output.warn(end.refusal.text(String));
          throw new CommandError(
            `Somebody changed ${domain} in the list at this moment: look at it with list show, then repeat the command.`,
          );
        }
        const { set } = end.outcome;
        const { done = 0, left = 0 } = set.requests ?? {};
        if (left > 0) session.exitCode = exitCodes.kept;
        if (options.json) return output.json({ domain, changeSet: set.id, denied: done, left });
        output.print(`Denied ${domain} and ${formatCount(done, "request")}.`);
        if (left > 0) output.warn(`Somebody decided on ${formatCount(left, "request")} meanwhile: they stay as they are.`);
        output.warn(formatUndoHint(set, options));
      },
    }).catch((error: unknown) => {
      progress?.stop();
      if (!interruption.signal.aborted || written === 0) throw error;
      const rest = "Repeat the same command to deny the rest. list changes shows the change set, and list revert takes it back.";
      throw new CommandError(`Interrupted: the domain is denied, but not all of its requests. ${rest}`, exitCodes.interrupted);
    });
  });
}
