import { confirmed } from "../../../cli/confirmed";
import { type Deployment, rowsOf } from "../../../cli/deployment";
import { counted, type Output } from "../../../cli/output";
import type { AskedLists, JudgedPerson } from "../asked-lists";
import { denials } from "../store/denials";

/** Reads by which entry the list denies each of these people. Those that none denies are left out. */
export async function readDenials<P extends JudgedPerson>(
  people: readonly P[],
  deployment: Deployment,
  now: Date,
): Promise<ReadonlyMap<P, string>> {
  const { askedLists } = deployment;
  const lists: AskedLists = askedLists === undefined ? undefined : JSON.parse(askedLists);
  return await denials(rowsOf(deployment), lists).denialsOf(people, now);
}

/** Denied people that are shown. */
const SHOWN = 50;

interface Asking {
  readonly yes?: boolean | undefined;
  /** "Invite". */
  readonly verb: string;
  /** What follows for denied people. @default for invitations */
  readonly follows?: string;
}

const INVITED = "A deny always wins: an invitation lets nobody in while it stands.";

/**
 * Names people whom the list denies, with the entries, and asks whether to go on. Throws unless the answer is yes, or if there is no
 * terminal.
 */
export async function confirmDenied(
  people: readonly Omit<JudgedPerson, "identities">[],
  { yes, verb, follows = INVITED }: Asking,
  deployment: Deployment,
  output: Output,
  now: Date,
): Promise<void> {
  // How somebody signs in is not known here.
  const judged = people.map((person) => ({ ...person, identities: undefined }));
  const found = [...(await readDenials(judged, deployment, now))];
  if (found.length === 0) return;
  // A person of several gates or accounts is named once.
  const denied = [...new Set(found.map(([{ email }, entry]) => `${email}: the access list denies them, by the entry ${entry}.`))];
  for (const line of denied.slice(0, SHOWN)) output.warn(line);
  if (denied.length > SHOWN) output.warn(`and ${denied.length - SHOWN} more.`);
  output.warn(follows);
  if (!yes) await confirmed(`${verb} ${counted(denied.length, "denied person", "denied people")}?`);
}
