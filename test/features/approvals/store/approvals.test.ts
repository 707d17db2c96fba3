import { toItem } from "../../../../adapters/tables/item";
import { rows } from "../../../../adapters/tables/rows";
import type { TransitionResult } from "../../../../features/approvals/change";
import { decideRequest } from "../../../../features/approvals/deciding";
import { type ApprovalRequest, requestId, requestWrite, type Stored } from "../../../../features/approvals/request";
import { beginFirstStage } from "../../../../features/approvals/stages";
import { type ApprovalStore, approvalStore } from "../../../../features/approvals/store/approvals";
import { approve, submit } from "../../../../features/approvals/transitions";
import { hashOf, NOW } from "../../../engine/sign-up/people";
import { startDynamoDb, type TestDynamoDb } from "../../../support/dynamodb";
import { alice, asking, bob, kim, later, MINUTE, pending } from "../requests";
import { createApprovalsTable } from "./approvals-table";

const id = requestId(kim, hashOf);
const asks =
  (changes = {}, now = NOW) =>
  (stored: Stored) =>
    submit(stored, asking(changes), now);

async function all(pages: AsyncIterable<readonly ApprovalRequest[]>): Promise<readonly ApprovalRequest[]> {
  const found: ApprovalRequest[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

describe("the store of requests", () => {
  let database: TestDynamoDb;
  let store: ApprovalStore;
  let tableName = "";
  beforeAll(async () => {
    database = await startDynamoDb();
  });
  afterAll(() => database.close());
  let tables = 0;
  beforeEach(async () => {
    tableName = `approvals-${tables++}`;
    await createApprovalsTable(database.client, tableName);
    store = approvalStore(database.client, tableName);
    database.operations();
  });

  it("makes a change in one read and one write, and returns the whole request", async () => {
    const signUp = { ...kim, attributes: { nested: { list: [1, { deep: [true, null] }], empty: {} }, none: [], text: "x" } };
    expect(await store.change(id, asks({ signUp }))).toEqual({ ok: true, request: pending({ signUp }), condition: "absent" });
    expect(database.operations()).toEqual(["BatchGetItem", "PutItem"]);
    expect(await store.get(id)).toEqual(pending({ signUp }));
    expect(await store.get("nobody")).toBeUndefined();
  });

  it("reads back the request that the rule wrote, and does not let the rule write it again", async () => {
    const table = rows(database.client, () => tableName);
    expect(await table.write(requestWrite(pending(), "absent"))).toBe(true);
    expect(await table.write(requestWrite({ ...pending(), requestedAt: later(1).toISOString() }, "absent"))).toBe(false);
    expect(await store.get(id)).toEqual(pending());
  });

  it("writes nothing if a change is refused", async () => {
    expect(await store.change(id, (request) => approve(request, { by: alice }, NOW))).toEqual({ ok: false, why: "unknown" });
    expect(database.operations()).toEqual(["BatchGetItem"]);
  });

  /** Its first reads are answered together, so that nobody has written by then. */
  function readingTogether(reads: number): ApprovalStore {
    let left = reads;
    let go: () => void = () => undefined;
    const all = new Promise<void>((resolve) => {
      go = resolve;
    });
    const { client } = database;
    return approvalStore(
      {
        ...client,
        async call<T>(operation: string, input: object, signal?: AbortSignal) {
          const answer = await client.call<T>(operation, input, signal);
          if (operation !== "BatchGetItem") return answer;
          left -= 1;
          if (left <= 0) go();
          await all;
          return answer;
        },
      },
      tableName,
    );
  }

  it("lets one of two simultaneous decisions win, and reports its author to the other", async () => {
    for (let round = 0; round < 20; round++) {
      const last = await store.get(id);
      if (last !== undefined) await store.remove(last);
      await store.change(id, asks());
      const atOnce = readingTogether(3);
      const outcomes = await Promise.all([
        decideRequest(atOnce, "approve", { id, by: alice, decider: { names: [] } }, NOW),
        decideRequest(atOnce, "deny", { id, by: bob, decider: { names: [] } }, NOW),
        decideRequest(atOnce, "approve", { id, by: bob, decider: { names: [] } }, NOW),
      ]);
      const winners = outcomes.filter(({ ok }) => ok);
      const stands = await store.get(id);
      expect(winners).toHaveLength(1);
      for (const outcome of outcomes) if (!outcome.ok) expect(outcome).toMatchObject({ decision: stands?.decision });
      expect(stands?.history).toHaveLength(2);
    }
  });

  it("gives up a change if another writer is faster at each try", async () => {
    await store.change(id, asks());
    const overtaken = approvalStore(
      {
        ...database.client,
        call: async (operation, input, signal) => {
          if (operation === "PutItem") await store.change(id, (request) => changed(request));
          return await database.client.call(operation, input, signal);
        },
      },
      tableName,
    );
    const changed = (request: Stored): TransitionResult => {
      if (request === undefined) throw new Error("There is one.");
      return { ok: true, request: { ...request, turn: request.turn + 1 }, condition: { turn: request.turn } };
    };
    await expect(overtaken.change(id, (request) => approve(request, { by: alice }, NOW))).rejects.toThrow("8 times in a row");
    expect((await store.get(id))?.state).toBe("pending");
  });

  it("lists newly changed requests that somebody has decided on, or that have stages", async () => {
    const since = later(-MINUTE);
    const people = ["ann", "bo", "cy"].map((name) => ({ ...kim, email: `${name}@contoso.com` }));
    const [ann, bo, cy] = people.map((signUp) => requestId(signUp, hashOf)) as [string, string, string];
    const { stages } = beginFirstStage([{ by: ["pat@contoso.com"], need: 1 }], false, NOW);
    await Promise.all(people.map((signUp) => store.change(requestId(signUp, hashOf), asks({ signUp }))));
    await store.change(bo, (request) => approve(request, { by: alice }, NOW));
    await database.client.call("UpdateItem", {
      TableName: tableName,
      Key: { id: { S: cy } },
      UpdateExpression: "SET stages = :stages",
      ExpressionAttributeValues: { ":stages": toItem({ stages }).stages },
    });
    const found = async (state: "pending" | "approved") => (await store.newestDecidedSince(state, since)).items.map(({ id }) => id);
    expect(await store.get(ann)).toMatchObject({ state: "pending" });
    expect([await found("pending"), await found("approved")]).toEqual([[cy], [bo]]);
  });

  it("filters briefs by domain in the database, and yields a page even if the filter leaves it empty", async () => {
    const people = ["ann@contoso.com", "bo@fabrikam.com", "cy@eu.contoso.com"].map((email) => ({ ...kim, email }));
    await Promise.all(people.map((signUp) => store.change(requestId(signUp, hashOf), asks({ signUp }))));
    const emailsOf = async (of: ApprovalStore, domain?: string) => {
      const pages: string[][] = [];
      for await (const page of of.briefsByState("pending", domain)) pages.push(page.map(({ email }) => email));
      return pages;
    };
    expect((await emailsOf(store)).map((page) => page.toSorted())).toEqual([["ann@contoso.com", "bo@fabrikam.com", "cy@eu.contoso.com"]]);
    expect(await emailsOf(store, "contoso.com")).toEqual([["ann@contoso.com"]]);
    expect(await emailsOf(store, "northwind.example")).toEqual([]);
    const answers = [{ Items: [], LastEvaluatedKey: { id: { S: "a" } } }, { Items: [] }];
    const client = { ...database.client, call: async () => answers.shift() as never };
    expect(await emailsOf(approvalStore(client, tableName), "northwind.example")).toEqual([[]]);
  });

  it("lists the requests of a state by their last change, over any number of pages, or finds them by address or code", async () => {
    const emails = Array.from({ length: 120 }, (_, index) => `p${String(index).padStart(3, "0")}@contoso.com`);
    const people = emails.map((email) => ({ ...kim, email }));
    await Promise.all(people.map((signUp, index) => store.change(requestId(signUp, hashOf), asks({ signUp }, later(index * MINUTE)))));
    expect((await all(store.byState("pending"))).map(({ email }) => email)).toEqual(emails);
    expect((await all(store.byState("pending", "newest-first"))).map(({ email }) => email)).toEqual([...emails].reverse());
    expect(await all(store.byState("denied"))).toEqual([]);

    const otherAccount = { ...kim, email: "p007@contoso.com", identities: [] };
    await store.change(requestId(otherAccount, hashOf), asks({ signUp: otherAccount }, later(1_000 * MINUTE)));
    const found = await all(store.byEmail("p007@contoso.com"));
    expect(found.map(({ identities }) => identities.length)).toEqual([0, 1]);
    expect(await all(store.byReference(String(found[0]?.reference)))).toEqual([found[0]]);
  });

  it("names the column that makes a row unreadable, but no person", async () => {
    await database.client.call("PutItem", {
      TableName: tableName,
      Item: { id: { S: id }, state: { S: "approved" }, email: { S: "kim@contoso.com" } },
    });
    await expect(store.get(id)).rejects.toThrow('A request cannot be read: its column "turn"');
  });
});
