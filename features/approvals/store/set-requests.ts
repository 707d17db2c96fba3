import type { AwsClient } from "../../../adapters/aws/client";
import { all, between } from "../../../adapters/tables/conditions";
import { toItem, toRow } from "../../../adapters/tables/item";
import { readPages } from "../../../adapters/tables/search";
import { equal, putItem } from "../../../adapters/tables/table";
import { EXPIRY_ATTRIBUTE, tables } from "../../../adapters/tables/tables";
import { mapInBatches, splitIntoChunks } from "../../../engine/collections";
import type { ChangeSet, RequestsOfSet } from "../../access-list/change-set";
import { toVia } from "../../access-list/store/change-sets";
import type { SetRequests } from "../../access-list/store/run";
import { changeMark } from "../../audit/entry";
import { decideRequest } from "../deciding";
import type { ApprovalRequest, Approver } from "../request";
import { type ApprovalStore, takeAsRead } from "./approvals";

/** Partition of the requests of one set, in the table of change sets. */
export const REQUESTS = "requests/";
/** Between two parts, the work can be stopped: so few requests are decided within a second. One read returns them all. */
const PART_REQUESTS = 100;
const PARTS_AT_ONCE = 8;

/** A waiting request at the time of the act. It is denied only if it is still the same. */
interface NamedRequest {
  readonly id: string;
  readonly reference: string;
  /** The stage that asked, from 0. Absent without stages. */
  readonly running?: number;
}

type Named = Pick<ApprovalRequest, "id" | "reference" | "stages">;

export interface SetRequestStore extends SetRequests {
  /** Stores the requests that a set will deny. All of them must ask the set's author. */
  record(key: Pick<ChangeSet, "id" | "expires">, requests: readonly Named[]): Promise<void>;
}

/** @param listChanges the name of the table of change sets */
export function setRequests(client: AwsClient, listChanges: string, approvals: Pick<ApprovalStore, "change" | "getAll">): SetRequestStore {
  const table = { client, name: listChanges, key: tables.listChanges.key };

  async function* parts(id: string, after = "") {
    const where = all(equal({ set: { S: `${REQUESTS}${id}` } }), between("part", { S: `${after}!` }, { S: "~" }));
    for await (const page of readPages(table, { where }))
      for (const { part, requests } of page.map(toRow)) yield { key: String(part), named: requests as readonly NamedRequest[] };
  }

  return {
    async record({ id, expires }, requests) {
      const chunks = splitIntoChunks(requests, PART_REQUESTS).map((some, index) => ({
        set: `${REQUESTS}${id}`,
        part: String(index).padStart(6, "0"),
        requests: some.map(({ id, reference, stages }): NamedRequest => ({ id, reference, running: stages?.running })),
        [EXPIRY_ATTRIBUTE]: expires,
      }));
      await mapInBatches(chunks, PARTS_AT_ONCE, (chunk) => putItem(table, toItem(chunk)));
    },
    async *decide(changeSet, requests, { signal, announce }) {
      let progress: RequestsOfSet = requests;
      for await (const { key, named } of parts(changeSet.reverts ?? changeSet.id, requests.upTo)) {
        signal?.throwIfAborted();
        const { done, left } = await decidePart(approvals, changeSet, named, announce);
        progress = { ...progress, upTo: key, done: (progress.done ?? 0) + done, left: (progress.left ?? 0) + left };
        yield progress;
      }
    },
  };
}

/** Counts requests that an interrupted run of the set decided, too. */
async function decidePart(
  store: Pick<ApprovalStore, "change" | "getAll">,
  changeSet: ChangeSet,
  named: readonly NamedRequest[],
  announce: (marks: readonly string[]) => Promise<unknown>,
): Promise<Required<Pick<RequestsOfSet, "done" | "left">>> {
  const { id, reverts } = changeSet;
  const namedById = new Map(named.map((each) => [each.id, each]));
  const requests = await store.getAll([...namedById.keys()]);
  const wasChangedBy = (act: string) => (request: ApprovalRequest) => request.history.at(-1)?.act === act;
  const isPending = ({ state }: ApprovalRequest) => state === "pending";
  const open = requests.filter(reverts === undefined ? isPending : wasChangedBy(reverts));
  if (open.length > 0) await announce(open.map((request) => changeMark({ table: "approvals", subject: request.id }, () => "")));
  const outcomes = await Promise.all(open.map((request) => decide(store, changeSet, request, namedById.get(request.id) as NamedRequest)));
  const done = outcomes.filter((isDone) => isDone).length + requests.filter(wasChangedBy(id)).length;
  // An Undo leaves those that wait already: an interrupted change did not deny them, or somebody has reopened them.
  const waiting = reverts === undefined ? 0 : requests.filter((request) => isPending(request) && !wasChangedBy(id)(request)).length;
  return { done, left: named.length - done - waiting };
}

async function decide(
  store: Pick<ApprovalStore, "change">,
  changeSet: ChangeSet,
  request: ApprovalRequest,
  { id, reference, running }: NamedRequest,
): Promise<boolean> {
  const { by, name = by, means, reverts } = changeSet;
  const isConsole = toVia(means) === "console";
  const author: Approver = { kind: isConsole ? "console" : "cli", name };
  // Without a name of the author, nobody could decide on what a colleague asked for.
  const decider = isConsole ? { names: [], objectId: by } : { names: [by, name], arn: by };
  const say = { by: author, decider, account: isConsole ? by : undefined };
  const deciding = { ...say, id, reference, act: changeSet.id };
  const asRead = takeAsRead(store, request);
  const outcome =
    reverts === undefined
      ? await decideRequest(
          asRead,
          "deny",
          { ...deciding, seen: { stages: running === undefined ? undefined : { running } }, wasAsked: true },
          new Date(),
        )
      : await decideRequest(asRead, "reopen", { ...deciding, seen: { decision: request.decision } }, new Date());
  return outcome.ok;
}
