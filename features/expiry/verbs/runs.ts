import type { CommandContext } from "../../../cli/command";
import { confirmedByTyping } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { formatCount, printTable } from "../../../cli/output";
import { localTime } from "../../../cli/typed";
import { readTypedQuery } from "../../../cli/view";
import { keepGiven } from "../../../engine/json";
import { isWithin, momentFilters } from "../../../engine/operator/list";
import type { AccountRow } from "../../accounts/account";
import { openAuditStore } from "../../audit/verbs/trail";
import { readUnfinished } from "../../unfinished/store";
import { describeUnfinished, type UnfinishedTexts, unfinishedWords } from "../../unfinished/words";
import type { AccessDue } from "../due";
import { guestPolicyWords } from "../guest-policy-words";
import { type AccessRun, confirmedRun, isMany, isOwnRun, RUNS_KEPT, runsAhead } from "../run";
import { type AccessRunStore, type AccessRuns, accessRunStore } from "../store/access-runs";
import { countDue, dueAccounts, dueEndings, endersOfRun, recountRun } from "../store/due";
import { type AccessCommandOptions, accountsAt, expiryAt, reasonWords } from "./accounts";

export async function showDue(options: AccessCommandOptions, context: CommandContext): Promise<void> {
  const { output } = context;
  const deployment = await deploymentFor(options);
  const { all, inForce } = await dueAccounts(accountsAt(deployment, output), expiryAt(deployment), readClock(context));
  const words = { remind: "would be reminded", disable: "would be disabled", delete: "would be deleted" };
  if (options.json) for (const { row, due } of all) output.json(toDueJson(row, due));
  else {
    const rows = all.map(({ row, due }) => {
      const why = due.reason === undefined ? "" : ` (${reasonWords[due.reason]})`;
      return [row.email, `${words[due.kind]}${why}`, toDueJson(row, due).until ?? "", row.id];
    });
    printTable(output, ["E-MAIL", "DUE", "UNTIL", "ID"], rows);
  }
  const { toDisable, toDelete } = countDue({ all });
  const acts = toDisable + toDelete;
  output.warn(
    `${formatCount(acts, "account")} of ${inForce} would be disabled or deleted${isMany(acts, inForce) ? ": the run would wait for a person" : ""}.`,
  );
}

/** The end that is due: an earlier one, or the day of `lasts`. */
function toDueJson({ id, email, until, idleEnd }: AccountRow, { kind, reason }: AccessDue) {
  return { id, email, until: reason !== undefined && idleEnd !== undefined ? idleEnd : until, due: kind, ...keepGiven({ reason }) };
}

export async function listRuns(options: AccessCommandOptions, context: CommandContext): Promise<void> {
  const { output } = context;
  const query = readTypedQuery(momentFilters, options, readClock(context));
  const deployment = await deploymentFor(options);
  const [{ runs }, unfinished] = await Promise.all([
    runsAt(deployment).read(),
    readFailedRuns(deployment, readClock(context), options.local === true),
  ]);
  const shownRuns = runs.filter(({ at }) => isWithin(query, at));
  for (const run of shownRuns) {
    if (options.json) output.json(run);
    else output.print(runText(run));
  }
  for (const { title, cause } of unfinished) output.warn(`${title}. ${cause}`);
  if (runs.length === 0 && unfinished.length === 0) output.warn("The worker has not run yet.");
  else if (shownRuns.length === 0) output.warn(`No run is of this time: the last ${RUNS_KEPT} are kept.`);
  if (runs[0]?.state === "waiting" || runsAhead(runs, readClock(context)).length > 0) output.warn("To let it go on: expiry confirm");
}

/** A run that Graph or a setting stopped at its beginning is in no list of runs. */
async function readFailedRuns({ dynamodb, tableOf }: Deployment, now: Date, isLocal: boolean): Promise<readonly UnfinishedTexts[]> {
  const unfinished = await readUnfinished(dynamodb, { ledger: tableOf("ledger") }, now, isLocal);
  return unfinished
    .filter((each) => each.kind === "work" && each.work === "expiry")
    .map((each) => describeUnfinished(unfinishedWords.en, each, { now, time: localTime, count: String }));
}

type ConfirmOptions = AccessCommandOptions & { readonly people?: number };

export async function confirmRun(options: ConfirmOptions, context: CommandContext): Promise<void> {
  const deployment = await deploymentFor(options);
  const before = await runsAt(deployment).read();
  const [newest] = before.runs;
  const ahead = runsAhead(before.runs, readClock(context));
  if (ahead.length > 0) return await forgetRunsAhead(deployment, { before, ahead }, options, context);
  if (newest?.state !== "waiting") throw new CommandError("No run waits: expiry runs lists the last ones.");
  const { output } = context;
  const due = await dueEndings(accountsAt(deployment, output), expiryAt(deployment), newest);
  const run = recountRun(newest, due);
  const by = await deployment.caller();
  // If AWS does not identify the caller, nobody can tell whether the caller ended the access of these accounts.
  if (run.endedBy !== undefined && !options.local && !by.startsWith("arn:"))
    throw new CommandError("AWS does not say who you are: check the network, and repeat the command.");
  if (isOwnRun(endersOfRun(run, due), { by }))
    throw new CommandError("You ended the access of all these accounts yourself: somebody else has to confirm the run.");
  const accounts = String(run.toDisable + run.toDelete);
  output.warn(`${runText(run)}\nexpiry due names them.`);
  await confirmedByTyping("How many accounts are to be disabled and deleted?", accounts, options.people?.toString());
  const confirmation = confirmedRun(run, by);
  const { at, toDisable, toDelete } = run;
  await writeConfirmed(deployment, { by, subject: at, after: { toDisable, toDelete } }, context, (store) =>
    store.write(before, confirmation),
  );
  if (options.json) output.json(confirmation);
  else output.print("Confirmed: the worker goes on within the hour.");
}

async function forgetRunsAhead(
  deployment: Deployment,
  { before, ahead }: { readonly before: AccessRuns; readonly ahead: readonly AccessRun[] },
  options: ConfirmOptions,
  context: CommandContext,
): Promise<void> {
  const { output } = context;
  const now = readClock(context);
  output.warn(`${ahead.map(runText).join("\n")}\nDated after ${localTime(now.toISOString())}: the worker's clock was wrong then.`);
  await confirmedByTyping("How many runs are to be forgotten? What they did stays.", String(ahead.length), options.people?.toString());
  const subject = ahead[0]?.at ?? "";
  await writeConfirmed(deployment, { by: await deployment.caller(), subject, after: { forgotten: ahead.length } }, context, (store) =>
    store.keep(
      before,
      before.runs.filter((run) => !ahead.includes(run)),
    ),
  );
  if (options.json) output.json({ forgotten: ahead });
  else output.print("Forgotten: the worker goes on within the hour.");
}

async function writeConfirmed(
  deployment: Deployment,
  entry: { readonly by: string; readonly subject: string; readonly after: Readonly<Record<string, number>> },
  context: CommandContext,
  write: (store: AccessRunStore) => Promise<boolean>,
): Promise<void> {
  const auditEntry = { ...entry, via: "command", action: "access.run-confirmed" } as const;
  if (!(await openAuditStore(deployment).audited(auditEntry, readClock(context), async () => await write(runsAt(deployment)))))
    throw new CommandError("The worker has counted again meanwhile: look at expiry runs, then repeat.");
}

const readClock = ({ time }: CommandContext) => time?.now() ?? new Date();

function runsAt({ dynamodb, tableOf }: Deployment): AccessRunStore {
  return accessRunStore(dynamodb, tableOf("ledger"));
}

const reasons = {
  clock: "the clock may have jumped",
  gone: "accounts are not in the directory, which may be another tenant's",
  many: "many accounts",
} as const;

const STEPPED_BACK = "ended nothing, as an earlier version did in a tenant with a policy for guests of its own";

function runText({
  at,
  state,
  why,
  toDisable,
  toDelete,
  inForce,
  confirmedBy,
  endedBy,
  failed,
  stepsBack,
  guestPolicies = [],
  sponsorLost = 0,
  attempts = 0,
  ...did
}: AccessRun): string {
  const plan = `to disable ${toDisable}, to delete ${toDelete}, of ${inForce}`;
  const doneText = `reminded ${did.reminded}, disabled ${did.disabled}, deleted ${did.deleted}, left alone ${did.skipped}`;
  const words = [
    state === "waiting" ? `waits for a person (${reasons[why ?? "many"]})` : state,
    stepsBack ? STEPPED_BACK : `${plan}; ${doneText}`,
    ...guestPolicyWords(guestPolicies),
    ...(sponsorLost === 0 ? [] : [`${sponsorLost} with a sponsor who cannot be asked`]),
    ...(attempts === 0 ? [] : [`${attempts} with attempts to sign in and no success known (expiry list --attempts)`]),
    ...(endedBy === undefined ? [] : [`all ended early by ${endedBy.join(", ")}`]),
    ...(confirmedBy === undefined ? [] : [`confirmed by ${confirmedBy}`]),
    ...(failed === undefined ? [] : [`stopped at ${failed}`]),
  ];
  return `${localTime(at)}  ${words.join("; ")}`;
}
