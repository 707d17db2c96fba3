import { accessEndedStore } from "../../adapters/access/ended";
import type { AccountRow } from "../../engine/access/account";
import { type AccessObjection, type AccessResult, type AccessSay, endAccessNow, extendAccess, laterEnd } from "../../engine/access/change";
import { GUID } from "../../engine/guid";
import type { CommandContext } from "../command";
import { confirmed } from "../confirmed";
import { type Deployment, deploymentFor } from "../deployment";
import { CommandError } from "../failure";
import { counted } from "../output";
import { type AccessCommandOptions, accountsAt, accountsOf, endText, personIdsOf } from "./accounts";

type Verb = "extend" | "renew" | "end";

interface ChangeOptions extends AccessCommandOptions {
  readonly days?: number;
  /** False with --no-end. */
  readonly end?: boolean;
  readonly note?: string;
  readonly yes?: boolean;
}

/** `entra-gatehouse access extend`, `renew`, `end`. */
export async function changeAccess(verb: Verb, typed: string, options: ChangeOptions, { output, time }: CommandContext): Promise<void> {
  if (verb === "extend" && (options.days === undefined) === (options.end !== false))
    throw new CommandError("Say how long: --days 90, or --no-end.");
  const deployment = await deploymentFor(options);
  const forgotten = verb === "renew" ? await forgetEnd(typed, deployment) : 0;
  const rows = (await known(typed, deployment, forgotten > 0)).filter(({ state }) => state !== "ended");
  const store = accountsAt(deployment);
  if (verb === "end" && !options.yes && rows.length > 0) {
    for (const row of rows) output.warn(`${row.email}  ${row.id}: ${endText(row)}`);
    await confirmed(`End access of ${counted(rows.length, "account")} now?`);
  }
  const say: AccessSay = {
    by: { kind: "cli", name: await deployment.caller() },
    ...(options.note !== undefined && { note: options.note }),
  };
  const now = time?.now() ?? new Date();
  for (const { id, email } of rows) {
    const result = await store.change(id, (row) => changeOf(verb, row, options, say, now));
    if (!result.ok && result.why !== "already")
      throw new CommandError(`${email} (${id}) is not changed: ${objections[result.why] ?? result.why}.`);
    const row = result.row as AccountRow;
    if (options.json) output.json({ id, email, state: row.state, until: row.until });
    else
      output.print(
        `${email}: ${row.state === "disabled" ? "enabled within the hour, " : ""}${row.until === undefined ? "no end" : `until ${row.until}`}`,
      );
  }
  if (rows.length === 0) output.print(`${typed} may sign up again.`);
}

function changeOf(verb: Verb, row: AccountRow | undefined, { days, end }: ChangeOptions, say: AccessSay, now: Date): AccessResult {
  if (verb === "end") return endAccessNow(row, say, now);
  const until = end === false || row === undefined ? undefined : laterEnd(row, days ?? 0, now);
  return extendAccess(row, until, say, now, verb === "renew" ? "renewed" : "extended");
}

/** Lets somebody sign up again whose access ended. @returns at how many gates it was forgotten */
async function forgetEnd(typed: string, deployment: Deployment): Promise<number> {
  if (GUID.test(typed.trim())) return 0;
  const ended = accessEndedStore(deployment.dynamodb, deployment.tableOf("ledger"));
  const people = await personIdsOf(typed, deployment);
  let count = 0;
  for (const personId of people) for (const gate of deployment.gates) if (await ended.forget({ personId, gate })) count += 1;
  return count;
}

async function known(typed: string, deployment: Deployment, mayBeNone: boolean): Promise<readonly AccountRow[]> {
  try {
    return await accountsOf(typed, deployment);
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
