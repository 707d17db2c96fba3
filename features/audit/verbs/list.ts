import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { formatCount } from "../../../cli/output";
import { personNamed } from "../../../engine/sign-up/account-key";
import { eachHash } from "../../../engine/sign-up/person";
import { dayFrom } from "../../../engine/sign-up/time";
import type { AuditEntry, AuditSearch } from "../store/trail";
import { flawText, numberFrom, openAuditStore } from "./trail";

export interface AuditListOptions extends DeploymentOptions, JsonOption {
  readonly day?: string;
  readonly entry?: string;
  readonly person?: string;
  readonly by?: string;
  readonly action?: string;
  readonly limit: number;
  readonly before?: string;
}

export async function listAudit(options: AuditListOptions, { output }: CommandContext): Promise<void> {
  const deployment = await deploymentFor(options);
  const trail = openAuditStore(deployment);
  const { searches, isWanted } = await parseListOptions(options, deployment);
  let remainingCount = options.limit;
  for (const search of searches) {
    let before = options.before === undefined ? undefined : numberFrom(options.before);
    do {
      const { entries, next } = await trail.page(search, before);
      for (const entry of entries.filter(isWanted).slice(0, remainingCount)) {
        if (options.json) output.json(entry);
        else output.print(auditLine(entry));
        remainingCount -= 1;
        before = entry.number;
      }
      if (remainingCount > 0) before = next;
    } while (before !== undefined && remainingCount > 0);
    if (remainingCount === 0 && !options.json) output.warn(`Older ones: audit list --before ${Number(before)}`);
  }
  const none = options.entry === undefined ? "Nothing is on record for this search." : "No single edit of it is on record.";
  if (remainingCount === options.limit && !options.json) output.warn(none);
  if (options.entry !== undefined && !options.json) {
    output.warn(
      "Batches cannot be searched by entry. For more than 25 rows that were changed outside at once, see audit list --by outside; for imports, see list changes.",
    );
  }
}

async function parseListOptions({ day: dayWord, entry, person, by, action }: AuditListOptions, deployment: Deployment) {
  const date = dayWord === undefined ? undefined : dayFrom(dayWord);
  if (dayWord !== undefined && date === undefined) throw new CommandError(`--day ${dayWord} is not a day: write 2026-11-20.`);
  const day = date?.toISOString().slice(0, 10);
  const people = person === undefined ? [] : eachHash(await deployment.hashes()).map((hashOf) => personNamed(person, hashOf));
  if (people.includes(undefined)) {
    throw new CommandError(`--person ${person} is neither an address nor an account: write kim@contoso.com or issuer:google.com/1184.`);
  }
  const searches: readonly AuditSearch[] =
    people.length > 0
      ? people.map((each) => ({ person: each as string }))
      : [entry !== undefined ? { subject: entry } : by !== undefined ? { operator: by } : day !== undefined ? { day } : {}];
  const isWanted = (each: AuditEntry) =>
    (entry === undefined || each.subject === entry) &&
    (by === undefined || each.by === by) &&
    (action === undefined || each.action === action) &&
    (day === undefined || each.at.startsWith(day));
  return { searches, isWanted };
}

/** `42  2026-11-20 14:03:07  access-list.changed  contoso.com  Kim (oid)` */
export function auditLine({ number, at, action, subject, name, by, via, outcome, count, erased, flaw }: AuditEntry): string {
  const who = via === "outside" ? "outside Gatehouse" : name === by ? by : `${name} (${by})`;
  const more = [
    outcome === "done" ? undefined : outcome,
    count === undefined ? undefined : formatCount(count, "row"),
    erased === undefined ? undefined : "erased",
    flaw && `NOT AS WRITTEN: ${flaw.kind}`,
  ];
  return [Number(number), at.slice(0, 19).replace("T", " "), action, subject, who, ...more]
    .filter((each) => each !== undefined && each !== "")
    .join("  ");
}

export async function showAudit(word: string, options: DeploymentOptions & JsonOption, { output }: CommandContext): Promise<void> {
  const number = numberFrom(word);
  const entry = await openAuditStore(await deploymentFor(options)).get(number);
  if (entry === undefined) throw new CommandError(`There is no entry ${word} in the audit trail.`);
  if (options.json) return output.json(entry);
  output.print(auditLine(entry));
  if (entry.before !== undefined) output.print(`  before: ${JSON.stringify(entry.before)}`);
  if (entry.after !== undefined) output.print(`  after:  ${JSON.stringify(entry.after)}`);
  if (entry.via === "outside") {
    output.print(
      "  Made outside Gatehouse. CloudTrail says who did it, if data events of that table are switched on: look a few minutes around that time.",
    );
  }
  output.print(`  ${entry.flaw === undefined ? "As it was written." : flawText(entry.flaw)}`);
}
