import type { ApprovalStore } from "../../adapters/tables/approvals";
import { toRow } from "../../adapters/tables/item";
import { describeEntry, summary } from "../../engine/access-list/describe-entry";
import type { ApprovalRequest, ApprovalState } from "../../engine/approvals/request";
import { stateAt } from "../../engine/approvals/standing";
import type { HashOf } from "../../engine/sign-up/person";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { confirmed } from "../confirmed";
import { deploymentFor } from "../deployment";
import { CommandError } from "../failure";
import { eraseFrom, ledgerRowsOf } from "./ledger";
import { assertNoneWritten, changesIn, eraseFromSet, proposalsNaming, setsNaming } from "./list-history";
import {
  blindSpots,
  decisionsOf,
  namedBy,
  type PersonFound,
  type PersonStores,
  personBehind,
  profilesOf,
  requestsOf,
  rowsNaming,
  storesAt,
} from "./person";
import { announceErasure, eraseMentions, trailAbout } from "./trail";

export interface EraseOptions extends DeploymentOptions, JsonOption {
  readonly list?: boolean;
  readonly approvals?: boolean;
  readonly yes?: boolean;
}

/** What an erasure cannot reach. */
const stays = [
  "Log lines hold no address, but a keyed hash of it (personId), for as long as logs are kept.",
  "Codes that the person used stay used; who used them is forgotten.",
  "Notes of rows in the list may name the address, where rows were merged: look through those that stay.",
  "Somebody whose request was denied may ask again once it is deleted: a deny in the list keeps them out.",
  "An account that was made is Entra's: delete it there.",
  "Changes that were made in the console, or elsewhere, stay in the audit trail: when and by whom. What they say of the person is erased.",
  "Events that were sent already are with their receivers.",
  "Point-in-time recovery and backups hold what was deleted for up to 35 days.",
];

/** `entra-gatehouse person erase`. */
export async function erasePerson(typed: string, options: EraseOptions, { output }: CommandContext): Promise<void> {
  const named = namedBy(typed);
  const deployment = await deploymentFor(options);
  const stores = storesAt(deployment);
  const person = await personBehind(named, deployment, stores);
  const now = new Date();
  const requests = await requestsOf(person, stores.approvals);
  assertErasable(requests, options, now);
  const items = await rowsNaming(person, stores.list, requests);
  const rows = items.map((item) => describeEntry(toRow(item), now));
  const count = await overDecisions(person, stores, async () => undefined);
  const profiles = await profilesOf(person, stores.profiles);
  const used = await ledgerRowsOf(person, stores.ledger);
  const sets = await setsNaming(named, requests, stores.changeSets);
  await assertNoneWritten(sets, stores.changeSets);
  const proposals = await proposalsNaming(named, requests, stores.changeSets);
  const toErase =
    sets.length + proposals.length + count + profiles.length + requests.length + used.length + (options.list ? rows.length : 0);

  const say = options.json ? output.warn : output.print;
  say(
    `${named.account === undefined ? named.same.join(", ") : typed}; decisions: ${count}, rows of the access list: ${rows.length}, ` +
      `profiles: ${profiles.length}, requests for approval: ${requests.length}, rows of the ledger: ${used.length}.`,
  );
  for (const row of rows) say(`  ${row.entry}: ${summary(row)}${options.list ? "" : " (stays: --list removes it too)"}`);
  if (sets.length > 0) say(`Changes of rows in change sets of the list: ${changesIn(sets)}.`);
  if (proposals.length > 0) say(`Proposed edits of the list, which nobody can confirm then: ${proposals.length}.`);
  if (toErase > 0 && !options.yes) await confirmed("Delete them for good?");

  const about = trailAbout(person, deployment);
  const by = about === undefined ? "" : await deployment.caller();
  const removed = { list: options.list ? items : [], profiles, requests };
  if (about !== undefined) await announceErasure(about, by, removed, person.hashes[0] as HashOf);
  await eraseRequests(requests, stores.approvals);
  const decisions = await overDecisions(person, stores, (record) => stores.decisions.remove(record));
  const repeatIf = (isDone: boolean, what: string) => {
    if (!isDone) throw new CommandError(`Somebody changed ${what} at this moment: ${decisions} decisions are deleted; repeat the command.`);
  };
  for (const item of profiles) repeatIf(await stores.profiles.remove(item), String(item.person?.S));
  for (const item of used) repeatIf(await eraseFrom(item, person, stores.ledger), `the ledger's row ${String(item.id?.S)}`);
  for (const item of options.list ? items : []) repeatIf(await stores.list.remove(item), String(item.entry?.S));
  for (const each of sets) repeatIf(await eraseFromSet(each, named, stores.changeSets), `the change set ${each.set.id}`);
  for (const { proposal } of proposals) await stores.changeSets.proposals.remove(proposal.id);
  const entries = about === undefined ? 0 : await eraseMentions(about, by, deployment);
  if (options.json)
    output.json({
      decisions,
      profiles: profiles.length,
      approvals: requests.length,
      ledger: used.length,
      rows: options.list ? rows : [],
      rowsLeft: options.list ? [] : rows,
      ...(sets.length > 0 && { changes: changesIn(sets) }),
    });
  else
    output.print(
      `Deleted decisions: ${decisions}, rows of the access list: ${options.list ? rows.length : 0}, profiles: ${profiles.length}, ` +
        `requests for approval: ${requests.length}, rows of the ledger: ${used.length}.`,
    );
  if (sets.length > 0 && !options.json)
    output.print(`Left out of change sets: ${changesIn(sets)} changes of rows. A revert leaves those rows as they are.`);
  if (proposals.length > 0) output.warn(`Proposed edits of the list deleted: ${proposals.length}.`);
  if (entries > 0) output.warn(`Entries of the audit trail that say no more what was changed: ${entries}.`);
  for (const line of [...blindSpots(named), ...stays]) output.warn(line);
}

/** Does something with each decision, one page in memory at a time; answers how many there were. */
async function overDecisions(person: PersonFound, stores: PersonStores, work: (record: DecisionRecord) => Promise<void>): Promise<number> {
  let count = 0;
  for await (const page of decisionsOf(person, stores)) {
    await Promise.all(page.map(work));
    count += page.length;
  }
  return count;
}

/** Somebody, or something, still has to act on these. */
const open: readonly ApprovalState[] = ["pending", "approved", "provisioning"];

/** Throws if a request must not be deleted as it stands. @param approvals whether open ones go too */
function assertErasable(requests: readonly ApprovalRequest[], { approvals }: { readonly approvals?: boolean }, now: Date): void {
  for (const request of requests) {
    const state = stateAt(request, now);
    if (!open.includes(state)) continue;
    if (state === "provisioning") {
      throw new CommandError(
        `Nothing was deleted: the account of request ${request.reference} is being made at this moment. Repeat the command in a minute.`,
      );
    }
    if (!approvals) {
      throw new CommandError(
        `Nothing was deleted: request ${request.reference} is ${state}. Decide on it first (approvals deny), or delete it too with --approvals.`,
      );
    }
  }
}

/** Throws where a request has changed since it was looked at. */
async function eraseRequests(requests: readonly ApprovalRequest[], store: ApprovalStore): Promise<void> {
  for (const { id, turn, reference } of requests) {
    const current = await store.get(id);
    if (current === undefined) continue;
    if (current.turn !== turn) throw new CommandError(`Somebody changed request ${reference} at this moment: repeat the command.`);
    await store.remove(id);
  }
}
