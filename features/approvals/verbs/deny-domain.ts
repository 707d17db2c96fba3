import { toItem, toRow } from "../../../adapters/tables/item";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { showProgress, withInterruption } from "../../../cli/long-tasks";
import { formatCount } from "../../../cli/output";
import { normaliseDomain } from "../../../engine/sign-up/email";
import { isLive, readRow } from "../../access-list/row";
import { accessListStore, keptBeside } from "../../access-list/store/access-list";
import { applyEdit, listEdit } from "../../access-list/store/edits";
import { type RowChange, toRowChange } from "../../access-list/store/row-changes";
import { editPorts, formatUndoHint } from "../../access-list/verbs/change-sets";
import { asks } from "../stages";
import { setRequests } from "../store/set-requests";
import { openApprovals, readActor } from "./approver";
import { withDelegations } from "./delegations";
import { findWaiting } from "./requests";

interface DenyDomainOptions extends DeploymentOptions, JsonOption {
  readonly note?: string;
  readonly yes?: boolean;
}

/** Denies a domain in the access list together with all its requests that wait and ask the caller. Exits with 2 if some were left. */
export async function denyDomain(word: string, options: DenyDomainOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const domain = normaliseDomain(word);
  if (domain === undefined) throw new CommandError(`"${word}" is not a domain: write contoso.com.`);
  const now = new Date();
  const deployment = await deploymentFor(options);
  const rows = await planDeny(domain, options, deployment, now);
  const requests = await findWaiting(domain, deployment, now);
  const actor = await readActor(options, deployment);
  const decider = await withDelegations(actor.decider, requests, deployment);
  const own = requests.filter((brief) => asks(brief, decider, now));
  const others = requests.length - own.length;
  if (others > 0) output.warn(`${formatCount(others, "request asks", "requests ask")} other people, and stay as they are.`);
  if (rows.length === 0 && own.length === 0) {
    output.warn(`The list denies ${domain} already, and no request of it waits for you.`);
    return;
  }
  const what = `${domain} and its ${formatCount(own.length, "request")}`;
  await withInterruption(async (interruption) => {
    if (!options.yes) await requireConfirmation(`Deny ${what}?`, interruption);
    const progress = showProgress("Denying", rows.length + own.length, output);
    const store = setRequests(deployment.dynamodb, deployment.listChangesTable, openApprovals(deployment));
    const draft = { ...listEdit(rows, "list add", domain).draft, entry: domain, by: actor.by, requests: { domain, count: own.length } };
    const ran = await applyEdit(editPorts(deployment, output.warn), draft, rows, now, {
      signal: interruption.signal,
      prepare: (key) => store.record(key, own),
      onWritten: (count) => progress.advance(count),
    }).finally(() => progress.stop());
    if (ran === undefined || (rows.length > 0 && ran.writes === 0))
      throw new CommandError(`Somebody changed ${domain} in the list at this moment: look at it with list show, then repeat the command.`);
    const { done = 0, left = 0 } = ran.set.requests ?? {};
    if (left > 0) session.exitCode = exitCodes.kept;
    if (options.json) {
      output.json({ domain, changeSet: ran.set.id, denied: done, left });
      return;
    }
    output.print(`Denied ${domain} and ${formatCount(done, "request")}.`);
    if (left > 0) output.warn(`Somebody decided on ${formatCount(left, "request")} meanwhile: they stay as they are.`);
    output.warn(formatUndoHint(ran.set, options));
  });
}

/** Returns no change if the list denies the domain already. */
async function planDeny(domain: string, { note }: DenyDomainOptions, deployment: Deployment, now: Date): Promise<readonly RowChange[]> {
  const current = await accessListStore(deployment.dynamodb, deployment.accessListTable).get(domain);
  const row = current && readRow(toRow(current));
  if (row?.effect === "deny" && isLive(row, now)) return [];
  const after = { ...keptBeside(current), ...toItem({ entry: domain, effect: "deny", note }) };
  return [toRowChange({ ...(current && { before: current }), after })];
}
