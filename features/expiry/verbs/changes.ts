import { makeMember } from "../../../adapters/operator/world";
import type { CommandContext } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { formatCount, type Output } from "../../../cli/output";
import { operatorPlace } from "../../../cli/view";
import { GUID } from "../../../engine/directory-account";
import { type AccountRow, accountPerson } from "../../accounts/account";
import { type AccessObjection, type AccessResult, type AccessSay, endAccessNow, extendAccess, laterEnd } from "../../accounts/change";
import { deniedLine, type Somebody } from "../../explain/next-try";
import { denialsNow } from "../../explain/world";
import { accessEndedStore } from "../store/ended";
import { type AccessCommandOptions, accountsAt, addressTyped, auditedAccess, endText, findAccounts } from "./accounts";

type Verb = "extend" | "renew" | "end";

interface ChangeOptions extends AccessCommandOptions {
  readonly days?: number;
  /** False with --no-end. */
  readonly end?: boolean;
  readonly note?: string;
  readonly yes?: boolean;
}

export async function changeAccess(verb: Verb, word: string, options: ChangeOptions, session: CommandContext): Promise<void> {
  const { output, time } = session;
  if (verb === "extend" && (options.days === undefined) === (options.end !== false))
    throw new CommandError("Say how long: --days 90, or --no-end.");
  const deployment = await deploymentFor(options);
  const all = await findKnownAccounts(word, deployment, verb === "renew");
  const rows = all.filter(({ state }) => state !== "ended");
  if (verb !== "renew" && rows.length === 0)
    throw new CommandError(`${word} has no account any more: expiry renew lets them sign up again.`);
  const store = accountsAt(deployment);
  await ask(verb, word, { all, rows }, options, deployment, session);
  const by = await deployment.caller();
  const { note } = options;
  const say: AccessSay = { by: { kind: "cli", name: by }, ...(note !== undefined && { note }) };
  const now = time?.now() ?? new Date();
  const auditChange = auditedAccess(deployment, by, time);
  if (rows.length === 0) {
    const email = all[0]?.email ?? word;
    const isFree = await auditChange(
      "access.extended",
      { reference: "", email },
      async () => (await forgetEnd(word, all, deployment)) > 0,
      note,
    );
    if (!isFree) throw new CommandError(`Nothing keeps ${word} from signing up.`);
    output.print(`${word} may sign up again.`);
    return;
  }
  if (verb === "renew") await forgetEnd(word, all, deployment);
  for (const shownRow of rows) {
    const { id } = shownRow;
    let result: AccessResult | undefined;
    const change = async () => {
      result = await store.change(id, (row) => applyChange(verb, row, options, say, now));
      return result.ok;
    };
    const until = verb === "end" ? now.toISOString() : endAsked(shownRow, options, now);
    await auditChange(verb === "end" ? "access.ended-early" : "access.extended", { ...shownRow, until }, change, note);
    report(shownRow, result, options, output);
  }
}

interface Found {
  readonly all: readonly AccountRow[];
  /** The accounts that are not deleted. */
  readonly rows: readonly AccountRow[];
}

/** Asks for confirmation before access ends, and before people whom the list denies keep or regain access. */
async function ask(
  verb: Verb,
  word: string,
  { all, rows }: Found,
  { yes }: ChangeOptions,
  deployment: Deployment,
  { output, time }: CommandContext,
): Promise<void> {
  if (verb === "end") {
    if (yes) return;
    for (const row of rows) output.warn(`${row.email}  ${row.id}: ${endText(row)}`);
    await requireConfirmation(`End access of ${formatCount(rows.length, "account")} now?`);
    return;
  }
  const isIn = rows.length > 0;
  const people: readonly Somebody[] = isIn
    ? rows.map(accountPerson)
    : deployment.gates.map((gate) => ({ email: all[0]?.email ?? addressTyped(word), gate, signsUp: true }));
  const follows = isIn
    ? "A deny ends nobody's access: with a later end they stay in."
    : "A deny always wins: while it stands, they cannot sign up.";
  const denials = [...(await makeMember(denialsNow, operatorPlace(deployment, output)).findDenials(people, time?.now() ?? new Date()))];
  if (denials.length === 0) return;
  // `people` may contain one person several times, with several gates or accounts.
  const toLines = (some: typeof denials) => [...new Set(some.map(([{ email }, denial]) => `${email}: ${deniedLine(denial)}`))];
  for (const line of toLines(denials)) output.warn(line);
  output.warn(follows);
  const denied = toLines(denials.filter(([, { issuers }]) => issuers === undefined));
  const action = verb === "extend" ? "Extend the access of" : "Renew the access of";
  if (!yes && denied.length > 0) await requireConfirmation(`${action} ${formatCount(denied.length, "denied person", "denied people")}?`);
}

function report({ id, email }: AccountRow, result: AccessResult | undefined, { json }: ChangeOptions, output: Output): void {
  if (result === undefined || (!result.ok && result.why !== "already"))
    throw new CommandError(`${email} (${id}) is not changed: ${(result && objections[result.why]) ?? result?.why}.`);
  const row = result.row as AccountRow;
  if (json) output.json({ id, email, state: row.state, until: row.until });
  else
    output.print(
      `${email}: ${row.state === "disabled" ? "enabled within the hour, " : ""}${row.until === undefined ? "no end" : `until ${row.until}`}`,
    );
}

function applyChange(verb: Verb, row: AccountRow | undefined, options: ChangeOptions, say: AccessSay, now: Date): AccessResult {
  if (verb === "end") return endAccessNow(row, say, now);
  return extendAccess(row, row && endAsked(row, options, now), say, now, verb === "renew" ? "renewed" : "extended");
}

function endAsked(row: AccountRow, { days, end }: ChangeOptions, now: Date): string | undefined {
  return end === false ? undefined : laterEnd(row, days ?? 0, now);
}

async function forgetEnd(word: string, rows: readonly AccountRow[], deployment: Deployment): Promise<number> {
  const endedStore = accessEndedStore(deployment.dynamodb, deployment.tableOf("ledger"), () => deployment.hashes());
  const people = GUID.test(word.trim()) ? rows.map(({ email }) => email) : [addressTyped(word)];
  let count = 0;
  for (const email of new Set(people)) for (const gate of deployment.gates) if (await endedStore.forget({ email, gate })) count += 1;
  return count;
}

async function findKnownAccounts(word: string, deployment: Deployment, mayBeNone: boolean): Promise<readonly AccountRow[]> {
  try {
    return await findAccounts(word, deployment);
  } catch (error) {
    if (mayBeNone && error instanceof CommandError) return [];
    throw error;
  }
}

const objections: Readonly<Partial<Record<AccessObjection, string>>> = {
  disabled: "it is disabled already",
  "no-later": "that end has passed, or is before the present one",
  "note-too-long": "the note is too long",
};
