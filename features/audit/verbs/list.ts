import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { formatCount } from "../../../cli/output";
import { parseDay } from "../../../cli/typed";
import { operatorPlace, printView, readTypedQuery } from "../../../cli/view";
import { findMeantAddress } from "../../../engine/meant-entries";
import { hashNamedPerson } from "../../../engine/sign-up/account-key";
import { eachHash } from "../../../engine/sign-up/person";
import { endOfDay, startOfDay } from "../../../engine/zone-time";
import type { AuditEntry } from "../chain";
import { type ChangeQuery, changes, findShownAction, isAboutPerson, markRevocations, REVOKED } from "../views";
import { flawText, numberFrom, openAuditStore } from "./trail";

export interface AuditListOptions extends DeploymentOptions, JsonOption {
  readonly day?: string;
  readonly entry?: string;
  readonly person?: string;
  readonly limit: number;
  readonly before?: string;
}

export async function listAudit(options: AuditListOptions, { output, time }: CommandContext): Promise<void> {
  const deployment = await deploymentFor(options);
  const { limit, json, before } = options;
  const query = { ...readTypedQuery(changes.filters, options, time?.now() ?? new Date()), ...(await readOldOptions(options, deployment)) };
  const from = before === undefined ? undefined : numberFrom(before);
  const view = options.person === undefined ? changes : selectView(options.entry);
  const { count, next } = await printView(view, query, operatorPlace(deployment), { output, json, limit, line: actLine, from });
  if (json) return;
  if (next !== undefined) output.warn(`Older ones: audit list --before ${Number(next)}${placeFlags(options)}`);
  if (count === 0)
    output.warn(options.entry === undefined ? "Nothing is on record for this search." : "No single edit of it is on record.");
  if (options.entry !== undefined) {
    output.warn(
      "Batches cannot be searched by entry. For more than 25 rows that were changed outside at once, see audit list --by outside; for imports, see list changes.",
    );
  }
}

function selectView(entry: string | undefined): typeof changes {
  if (entry === undefined) return changes;
  return {
    ...changes,
    async source(query, world) {
      const source = await changes.source(query, world);
      return { ...source, matches: (each) => source.matches?.(each) !== false && each.subject === entry };
    },
  };
}

/** `--day` is a day in UTC. `--person` is `--entry` for a text that names a person. */
async function readOldOptions({ day, person }: AuditListOptions, deployment: Deployment): Promise<ChangeQuery> {
  const from = day === undefined ? undefined : startOfDay(parseDay("--day", day), "UTC");
  const people = person === undefined ? [] : eachHash(await deployment.hashes()).map((hashOf) => hashNamedPerson(person, hashOf));
  if (people.includes(undefined)) {
    const meant = findMeantAddress(person ?? "") ?? "one like kim@contoso.com or issuer:google.com/1184";
    throw new CommandError(`--person ${person} is neither an address nor an account: write ${meant}.`);
  }
  return { ...(person !== undefined && { entry: person }), ...(day !== undefined && { from, to: endOfDay(day, "UTC") }) };
}

/** The line of an act, which has the number of its newest entry: `101  2026-11-20 14:03:07  approvals.reopen  60 people  Kim (oid)` */
function actLine(entry: AuditEntry, others: readonly AuditEntry[]): string {
  if (others.length === 0) return auditLine(entry);
  const isSame = isAboutPerson(entry.action) && others.every((other) => findShownAction(other) === findShownAction(entry));
  if (isSame) return auditLine({ ...entry, subject: formatCount(others.length + 1, "person", "people") });
  return `${auditLine(entry)}  and ${formatCount(others.length, "more entry", "more entries")}`;
}

/** `42  2026-11-20 14:03:07  access-list.changed  contoso.com  Kim (oid)` */
export function auditLine(entry: AuditEntry): string {
  const { number, at, action, subject, name, by, via, outcome, count, erased, flaw } = entry;
  const who = via === "outside" ? "outside Gatehouse" : name === by ? by : `${name} (${by})`;
  const more = [
    findShownAction(entry) === REVOKED ? "invitation revoked" : undefined,
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
  const trail = openAuditStore(await deploymentFor(options));
  const stored = await trail.get(number);
  if (stored === undefined) throw new CommandError(`There is no entry ${word} in the audit trail.`);
  if (options.json) return output.json(stored);
  const [entry = stored] = await markRevocations([stored], trail);
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
