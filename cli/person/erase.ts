import type { ApprovalStore } from "../../adapters/tables/approvals";
import { toRow } from "../../adapters/tables/item";
import { describeEntry, summary } from "../../engine/access-list/describe-entry";
import type { ApprovalRequest, ApprovalState } from "../../engine/approvals/request";
import { stateAt } from "../../engine/approvals/standing";
import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { confirmed } from "../confirmed";
import { deploymentFor } from "../deployment";
import { CommandError } from "../failure";
import { blindSpots, type PersonStores, profilesOf, requestsOf, rowsNaming, type Spellings, spellingsOf, storesAt } from "./person";

export interface EraseOptions extends DeploymentOptions, JsonOption {
  readonly list?: boolean;
  readonly approvals?: boolean;
  readonly yes?: boolean;
}

/** What an erasure cannot reach. */
const stays = [
  "Log lines hold no address; where a record could not be kept they hold a keyed hash of it, for as long as logs are kept.",
  "Codes that the person used, and counts of today's tries, stand under a hash of address and account.",
  "Notes of rows in the list may name the address, where rows were merged: look through those that stay.",
  "Somebody whose request was denied may ask again once it is deleted: a deny in the list keeps them out.",
  "An account that was made is Entra's: delete it there.",
  "Changes that were made in the console stay in its table of changes, with the rows as they were.",
  "Events that were sent already are with their receivers.",
  "Point-in-time recovery and backups hold what was deleted for up to 35 days.",
];

/** `entra-gatehouse person erase`. */
export async function erasePerson(typed: string, options: EraseOptions, { output }: CommandContext): Promise<void> {
  const spellings = spellingsOf(typed);
  const stores = storesAt(await deploymentFor(options));
  const now = new Date();
  const items = await rowsNaming(spellings, stores.list);
  const rows = items.map((item) => describeEntry(toRow(item), now));
  const count = await overDecisions(spellings, stores, async () => undefined);
  const profiles = await profilesOf(spellings, stores.profiles);
  const requests = await requestsOf(spellings, stores.approvals);
  assertErasable(requests, options, now);
  const toErase = count + profiles.length + requests.length + (options.list ? rows.length : 0);

  const say = options.json ? output.warn : output.print;
  say(
    `${spellings.same.join(", ")}; decisions: ${count}, rows of the access list: ${rows.length}, profiles: ${profiles.length}, ` +
      `requests for approval: ${requests.length}.`,
  );
  for (const row of rows) say(`  ${row.entry}: ${summary(row)}${options.list ? "" : " (stays: --list removes it too)"}`);
  if (toErase > 0 && !options.yes) await confirmed("Delete them for good?");

  await eraseRequests(requests, stores.approvals);
  const decisions = await overDecisions(spellings, stores, (id) => stores.decisions.remove(id));
  for (const { person } of profiles) await stores.profiles.remove(String(person));
  for (const item of options.list ? items : []) {
    if (!(await stores.list.remove(item))) {
      throw new CommandError(
        `Somebody changed ${String(item.entry?.S)} at this moment: ${decisions} decisions are deleted; repeat the command.`,
      );
    }
  }
  if (options.json)
    output.json({
      decisions,
      profiles: profiles.length,
      approvals: requests.length,
      rows: options.list ? rows : [],
      rowsLeft: options.list ? [] : rows,
    });
  else
    output.print(
      `Deleted decisions: ${decisions}, rows of the access list: ${options.list ? rows.length : 0}, profiles: ${profiles.length}, ` +
        `requests for approval: ${requests.length}.`,
    );
  for (const line of [...blindSpots(spellings), ...stays]) output.warn(line);
}

/** Does something with each decision, one page in memory at a time; answers how many there were. */
async function overDecisions({ same }: Spellings, { decisions }: PersonStores, work: (id: string) => Promise<void>): Promise<number> {
  let count = 0;
  for (const email of same) {
    for await (const page of decisions.byEmail(email)) {
      await Promise.all(page.map(({ id }) => work(id)));
      count += page.length;
    }
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
