import { reviewAct } from "../../../adapters/operator/act";
import { type Acting, doActs } from "../../../cli/act";
import { type CommandContext, type JsonOption, readNow } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { withInterruption } from "../../../cli/long-tasks";
import { formatCount, formatRest, type Output } from "../../../cli/output";
import { domainFrom, localTime } from "../../../cli/typed";
import type { EditOutcome } from "../../access-list/acts/edit";
import { EXAMPLES, editPorts, formatUndoHint, writeWithProgress } from "../../access-list/verbs/change-sets";
import { actingOnList, warnOfEdit } from "../../access-list/verbs/editing";
import { denyDomain } from "../acts/deny-domain";
import { withDelegators } from "./delegations";
import { type ChangeOptions, readActor } from "./requests";

/** Denies a domain in the access list together with all its requests that wait and ask the caller. Exits with 2 if some were left. */
export async function denyDomainByCommand(
  word: string,
  options: ChangeOptions & { readonly dryRun?: boolean },
  session: CommandContext,
): Promise<void> {
  const { output } = session;
  const domain = domainFrom(word);
  const deployment = await deploymentFor(options);
  const caller = await readActor(options, deployment);
  const actor = { ...caller, decider: await withDelegators(caller.decider, deployment) };
  const target = { domain, note: options.note };
  if (options.dryRun) {
    const acting = { ...(await actingOnList(deployment, session, false)), actor };
    return await previewDenial(target, acting, options, output);
  }
  await withInterruption(async (interruption) => {
    let begun: EditOutcome | undefined;
    await doActs(denyDomain, [{ target, input: {} }], {
      ...{ ...(await actingOnList(deployment, session, options.yes)), actor, interruption },
      ask([{ state, concerns }]) {
        warnOfEdit(concerns, output);
        return `Deny ${domain} and its ${formatCount(state.own.length, "request")}?`;
      },
      report(_, end) {
        if ("outcome" in end) begun = end.outcome;
        else if (end.refusal.code !== "changed") output.warn(end.refusal.text(localTime));
        else
          throw new CommandError(
            `Somebody changed ${domain} in the list at this moment: look at it with list show, then repeat the command.`,
          );
      },
    });
    if (begun === undefined) return;
    const rest = "Repeat the same command to deny the rest. list changes shows the change set, and list revert takes it back.";
    const run = { ports: editPorts(deployment, output.warn), signal: interruption.signal };
    const { set } = await writeWithProgress(begun.set, run, output, () => `the domain is denied, but not all of its requests. ${rest}`);
    const { done = 0, left = 0 } = set.requests ?? {};
    if (left > 0) session.exitCode = exitCodes.kept;
    if (options.json) return output.json({ domain, changeSet: set.id, denied: done, left });
    output.print(`Denied ${domain} and ${formatCount(done, "request")}.`);
    if (left > 0) output.warn(`Somebody decided on ${formatCount(left, "request")} meanwhile: they stay as they are.`);
    output.warn(formatUndoHint(set, options));
  });
}

async function previewDenial(
  target: { readonly domain: string; readonly note?: string | undefined },
  { place, actor, session }: Acting,
  { json }: JsonOption,
  output: Output,
): Promise<void> {
  const { domain } = target;
  const [reviewed] = await reviewAct(denyDomain, [target], {}, place, { actor, now: readNow(session) });
  if (reviewed === undefined) return;
  const { state, concerns } = reviewed;
  const refusal = concerns.find(({ weight }) => weight === "refused");
  if (refusal !== undefined) return output.warn(refusal.text(localTime));
  warnOfEdit(concerns, output);
  const { own } = state;
  if (json) return output.json({ dryRun: true, domain, denied: own.length, left: 0, requests: own.map(({ reference }) => reference) });
  output.print(`Would deny ${domain} and ${formatCount(own.length, "request")}.`);
  for (const { reference, email } of own.slice(0, EXAMPLES)) output.print(`  ${reference}  ${email}`);
  for (const line of formatRest(own.length, EXAMPLES)) output.print(line);
}
