import { countDue, dueAccounts } from "../../adapters/access/due";
import { type AccessRunStore, accessRunStore } from "../../adapters/tables/access-runs";
import { type AccessRun, confirmedRun, isMany, isOwnRun } from "../../engine/access/run";
import type { TermsOfGates } from "../../engine/access/terms";
import { accessTermsOf } from "../../lib/policy-folder/access-terms";
import { loadPolicyFolder } from "../../lib/policy-folder/policy-folder";
import { trailOf } from "../audit-trail";
import type { CommandContext } from "../command";
import { confirmedByTyping } from "../confirmed";
import { type Deployment, deploymentFor } from "../deployment";
import { CommandError } from "../failure";
import { policyFolderFor } from "../gates";
import { alignedTable, counted } from "../output";
import { localTime } from "../typed";
import { type AccessCommandOptions, accountsAt } from "./accounts";

/** `entra-gatehouse access due`. */
export async function showDue(options: AccessCommandOptions, { output, time }: CommandContext): Promise<void> {
  const deployment = await deploymentFor(options);
  const { all, inForce } = await dueAccounts(accountsAt(deployment, output), accessTermsAt(deployment), time?.now() ?? new Date());
  const words = { remind: "would be reminded", disable: "would be disabled", delete: "would be deleted" };
  if (options.json) for (const { row, due } of all) output.json({ id: row.id, email: row.email, until: row.until, due: due.kind });
  else
    for (const line of alignedTable()(all.map(({ row, due }) => [row.email, words[due.kind], row.until ?? "", row.id]))) output.print(line);
  const { toDisable, toDelete } = countDue({ all });
  const acts = toDisable + toDelete;
  output.warn(
    `${counted(acts, "account")} of ${inForce} would be disabled or deleted${isMany(acts, inForce) ? ": the run would wait for a person" : ""}.`,
  );
}

/** `entra-gatehouse access runs`. */
export async function listRuns(options: AccessCommandOptions, { output }: CommandContext): Promise<void> {
  const { runs } = await runsAt(await deploymentFor(options)).read();
  for (const run of runs) {
    if (options.json) output.json(run);
    else output.print(runText(run));
  }
  if (runs.length === 0) output.warn("The worker has not run yet.");
  if (runs[0]?.state === "waiting") output.warn("To let it go on: access confirm");
}

/** `entra-gatehouse access confirm`. */
export async function confirmRun(
  options: AccessCommandOptions & { readonly people?: number },
  { output, time }: CommandContext,
): Promise<void> {
  const deployment = await deploymentFor(options);
  const store = runsAt(deployment);
  const before = await store.read();
  const [run] = before.runs;
  if (run?.state !== "waiting") throw new CommandError("No run waits: access runs lists the last ones.");
  const by = await deployment.caller();
  // Where AWS does not say who calls, anybody could be the second person.
  if (run.endedBy !== undefined && !options.local && !by.startsWith("arn:"))
    throw new CommandError("AWS does not say who you are: check the network, and repeat the command.");
  if (isOwnRun(run, by))
    throw new CommandError("You ended the access of all these accounts yourself: somebody else has to confirm the run.");
  const accounts = String(run.toDisable + run.toDelete);
  output.warn(`${runText(run)}\naccess due names them.`);
  await confirmedByTyping("How many accounts are to be disabled and deleted?", accounts, options.people?.toString());
  const confirmed = confirmedRun(run, by);
  const { at, toDisable, toDelete } = run;
  const entry = { by, via: "command", action: "access.run-confirmed", subject: at, after: { toDisable, toDelete } } as const;
  if (!(await trailOf(deployment).audited(entry, time?.now() ?? new Date(), async () => await store.write(before, confirmed))))
    throw new CommandError("The worker has counted again meanwhile: look at access runs, then repeat.");
  if (options.json) output.json(confirmed);
  else output.print("Confirmed: the worker goes on within the hour.");
}

function runsAt({ dynamodb, tableOf }: Deployment): AccessRunStore {
  return accessRunStore(dynamodb, tableOf("ledger"));
}

/** What the policy folders say, as the deployment's worker does. */
export function accessTermsAt({ gates, policy: running }: Deployment): TermsOfGates {
  return accessTermsOf(gates.map((name) => ({ name, policy: loadPolicyFolder(policyFolderFor({ gate: name }, running)) })));
}

const reasons = {
  clock: "the clock may have jumped",
  gone: "accounts are not in the directory, which may be another tenant's",
  many: "many accounts",
} as const;

function runText({ at, state, why, toDisable, toDelete, inForce, confirmedBy, endedBy, failed, stepsBack, ...did }: AccessRun): string {
  const plan = `to disable ${toDisable}, to delete ${toDelete}, of ${inForce}`;
  const done = `reminded ${did.reminded}, disabled ${did.disabled}, deleted ${did.deleted}, left alone ${did.skipped}`;
  const words = [
    state === "waiting" ? `waits for a person (${reasons[why ?? "many"]})` : state,
    stepsBack ? "the tenant has a policy for guests of its own: Gatehouse names sponsors in Entra, and ends nothing" : `${plan}; ${done}`,
    ...(endedBy === undefined ? [] : [`all ended early by ${endedBy.join(", ")}`]),
    ...(confirmedBy === undefined ? [] : [`confirmed by ${confirmedBy}`]),
    ...(failed === undefined ? [] : [`stopped at ${failed}`]),
  ];
  return `${localTime(at)}  ${words.join("; ")}`;
}
