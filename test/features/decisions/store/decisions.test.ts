import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { AwsError } from "../../../../adapters/aws/client";
import type { DecisionPlace } from "../../../../adapters/tables/decision-indexes";
import { decisionKey } from "../../../../adapters/tables/decision-writes";
import { invalidMember } from "../../../../engine/fields";
import { referenceFor } from "../../../../engine/sign-up/call";
import { type DecisionRecord, decisionRecord } from "../../../../engine/sign-up/record";
import { type DecisionStore, decisionStore } from "../../../../features/decisions/store/decisions";
import { addShadowResult } from "../../../../features/shadow/store";
import { decision } from "../../../events/records";
import { createDecisionsTable } from "../../../support/decisions-table";
import { startDynamoDb, type TestDynamoDb } from "../../../support/dynamodb";

const record: DecisionRecord = { ...decision, id: "id-1", reference: "K7QD-9MXD" };

function idsOf({ records }: { readonly records: readonly DecisionRecord[] }): readonly string[] {
  return records.map(({ id }) => id);
}

async function all(pages: AsyncIterable<readonly { readonly id: string }[]>): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const page of pages) ids.push(...page.map(({ id }) => id));
  return ids;
}

describe("the store of decisions", () => {
  let database: TestDynamoDb;
  let store: DecisionStore;
  beforeAll(async () => {
    database = await startDynamoDb();
  });
  afterAll(() => database.close());
  let tables = 0;
  beforeEach(async () => {
    const name = `decisions-${tables++}`;
    await createDecisionsTable(database.client, name);
    store = decisionStore(database.client, name);
    database.operations();
  });

  it("stores a record in one write, and returns it whole for the code on the page", async () => {
    await store.keep(record, 90);
    expect(database.operations()).toEqual(["PutItem"]);
    const found = await store.byReference("K7QD-9MXD");
    expect(found).toEqual([record]);
    expect(invalidMember(decisionRecord, found[0])).toBeUndefined();
  });

  it("does not write a record again if the same decision is repeated", async () => {
    await store.keep(record, 90);
    await store.keep({ ...record, at: "2026-06-15T12:00:40.000Z", durationMs: 9 }, 90);
    expect(await store.byReference("K7QD-9MXD")).toEqual([record]);
  });

  it("replaces a record if the repeat was answered differently", async () => {
    const revised: DecisionRecord = { ...record, verdict: "continue", reasons: [], revision: 1 };
    await store.keep(record, 90);
    await store.keep(revised, 90);
    expect(await store.byReference("K7QD-9MXD")).toEqual([revised]);
  });

  it("keeps a different answer that another instance gave at the same moment, with its findings", async () => {
    const standing = { ...record, verdict: "continue" as const, reasons: [] };
    const { rule: _, ...other } = standing;
    const calls: Record<string, unknown>[] = [];
    const racing = decisionStore(
      {
        warm: () => undefined,
        call: async (_, input) => {
          calls.push(input as Record<string, unknown>);
          if (calls.length > 1) return {} as never;
          throw new AwsError("ConditionalCheckFailedException", "", 400, { Item: marshall({ ...other, day: "2026-06-15", expires: 1 }) });
        },
      },
      "decisions",
    );
    await racing.keep(record, 90);
    expect(unmarshall(calls[1]?.Item as never)).toMatchObject({
      verdict: "block",
      revision: 1,
      earlier: { verdict: "continue", reasons: [] },
    });
  });

  it("finds a person's decisions, newest first", async () => {
    for (const [id, at] of [
      ["a", "2026-06-15T12:00:00.000Z"],
      ["b", "2026-06-17T12:00:00.000Z"],
      ["c", "2026-06-16T12:00:00.000Z"],
    ]) {
      await store.keep({ ...record, id: String(id), at: String(at) }, 90);
    }
    await store.keep({ ...record, id: "d", email: "lee@contoso.com" }, 90);
    expect(await all(store.byEmail("kim@contoso.com"))).toEqual(["b", "c", "a"]);
  });

  it("finds a person's decisions by one spelling of the address, or by all spellings of its mailbox", async () => {
    const spellings = ["kim.min@gmail.com", "kimmin+a@googlemail.com"];
    for (const [id, email] of [...spellings, "lee@gmail.com"].entries()) await store.keep({ ...record, id: String(id), email }, 90);
    expect(await all(store.byEmail("kim.min@gmail.com"))).toEqual(["0"]);
    expect((await all(store.byMailbox("k.i.m.m.i.n@gmail.com"))).toSorted()).toEqual(["0", "1"]);
  });

  it("names rows that are no valid decisions, also without a time or an address, and returns the others", async () => {
    await store.keep(record, 90);
    const sound = await store.byReference(record.reference);
    const rowOf = (more: object) =>
      marshall({ ...record, day: "2026-06-15", domain: "contoso.com", ...more }, { removeUndefinedValues: true });
    const put = (more: object) => database.client.call("PutItem", { TableName: `decisions-${tables - 1}`, Item: rowOf(more) });
    const account = { accountId: undefined, account: "account-of-kim" };
    await put({ id: "odd-1", who: "kim 0000000000000", trace: "x" });
    await put({ id: "odd-2", who: "kim 1781524800000", at: undefined, ...account });
    await put({ id: "odd-3", who: "kim soon", email: 7 });
    await put({ id: "odd-4", domain: undefined, email: undefined, reasons: undefined, ...account });
    const named: string[] = [];
    const telling = decisionStore(database.client, `decisions-${tables - 1}`, ({ id }) => named.push(id));
    expect(await telling.byReference(record.reference)).toEqual(sound);
    expect(named.splice(0).toSorted()).toEqual(["odd-1", "odd-2", "odd-3", "odd-4"]);
    expect(await all(telling.byMailbox("kim@contoso.com"))).toEqual(["id-1"]);
    expect(new Set(named.splice(0))).toEqual(new Set(["odd-1", "odd-2"]));
    const page = await telling.pageOf("mailbox", "kim@contoso.com");
    expect(page).toMatchObject({
      records: [{ id: "id-1" }],
      unreadable: expect.arrayContaining([expect.objectContaining({ id: "odd-1" })]),
    });
    expect(await telling.outsideIndex(["account-of-kim"])).toEqual({
      records: [],
      unreadable: [{ reference: record.reference, id: "odd-4" }],
    });
    const stretch = { from: new Date("2026-06-15T00:00:00.000Z"), to: new Date("2026-06-15T23:59:59.000Z") };
    expect(await telling.page({ ...stretch, having: { domain: "contoso.com" } })).toMatchObject({ items: [{ id: "id-1" }] });
  });

  describe("a decision on a person who may go on after sign-in", () => {
    const first: DecisionRecord = {
      ...record,
      step: "after-sign-in",
      verdict: "continue",
      reasons: [],
      accountId: "account-of-kim",
      issuers: ["google.com"],
    };

    it.each<{ given: string; kept: DecisionRecord; inIndex: boolean }>([
      { given: "an account whose provider proves the address", kept: first, inIndex: false },
      { given: "an account that may show any address", kept: { ...first, issuers: ["facebook.com"] }, inIndex: true },
      { given: "a request without an address", kept: (({ email: _, ...rest }) => rest)(first), inIndex: true },
      { given: "the same who is stopped", kept: { ...first, verdict: "block" }, inIndex: true },
      { given: "the same before the account is made", kept: { ...first, step: "before-create-user" }, inIndex: true },
    ])("is left out of the index by account only if the person's address leads to the decision: $given", async ({ kept, inIndex }) => {
      await store.keep(kept, 90);
      expect(idsOf(await store.newestOf("account", "account-of-kim", 10))).toEqual(inIndex ? ["id-1"] : []);
      const { records } = await store.outsideIndex(["account-of-lee", "account-of-kim"]);
      expect(records).toEqual(inIndex ? [] : [kept]);
      expect(await all(store.byMailbox(kept.email ?? "nobody@contoso.com"))).toEqual(kept.email === undefined ? [] : ["id-1"]);
      expect(await store.byReference("K7QD-9MXD")).toEqual([kept]);
      expect(await all(store.between(new Date(record.at), new Date(record.at)))).toEqual(["id-1"]);
    });

    it("returns to the index by account if a repeat is stopped", async () => {
      await store.keep(first, 90);
      await store.keep({ ...first, verdict: "block", revision: 1 }, 90);
      expect(idsOf(await store.newestOf("account", "account-of-kim", 10))).toEqual(["id-1"]);
    });
  });

  it("keeps decisions that share a code apart: the removal of one leaves the other", async () => {
    const twins = ["one", "two"].map((id) => ({ ...record, id, email: `${id}@contoso.com` }));
    for (const twin of twins) await store.keep(twin, 90);
    expect(await store.byReference("K7QD-9MXD")).toEqual(twins);
    await store.remove(twins[0] as DecisionRecord);
    expect(await store.byReference("K7QD-9MXD")).toEqual([twins[1]]);
    expect(decisionKey("id-1")).toEqual({ table: "decisions", key: { reference: referenceFor("id-1"), id: "id-1" } });
  });

  it("finds the decisions between two moments, over any number of days and rows, newest first", async () => {
    const from = new Date("2026-06-15T23:00:00.000Z");
    const kept: string[] = [];
    for (let minute = 0; minute < 250; minute++) {
      const id = `m${minute}`;
      kept.unshift(id);
      await store.keep({ ...record, id, at: new Date(from.getTime() + minute * 60_000).toISOString() }, 90);
    }
    expect(await all(store.between(from, new Date("2026-06-16T12:00:00.000Z")))).toEqual(kept);
    expect(await all(store.between(from, new Date("2026-06-15T23:01:00.000Z")))).toEqual(["m1", "m0"]);
  });

  it("finds everybody's decisions in order, each once, also those of one moment", async () => {
    const name = `decisions-${tables - 1}`;
    const at = (minute: number) => new Date(Date.parse("2026-05-31T21:00:00.000Z") + minute * 60_000).toISOString();
    const minutes = Array.from({ length: 300 }, (_, index) => (index < 60 ? 0 : index));
    for (const [index, minute] of minutes.entries()) {
      const id = referenceFor(`m${index}`);
      await store.keep({ ...record, id, reference: referenceFor(id), at: at(minute) }, 90);
    }
    const { Items: rows } = await database.client.call<{ Items: readonly { day: { S: string } }[] }>("Scan", { TableName: name });
    // Two months of twelve.
    expect(new Set(rows.map(({ day }) => day.S)).size).toBe(24);
    const search = { from: new Date(at(0)), to: new Date(at(400)) };
    for (const having of [{}, { verdict: record.verdict }, { verdict: "none" }]) {
      const found: string[] = [];
      let searched = 0;
      let place: DecisionPlace | undefined;
      do {
        const page = await store.page({ ...search, having, lookAt: 70 }, place);
        expect(page.next).not.toEqual(place ?? {});
        found.push(...page.items.map(({ at: each, id }) => `${each} ${id}`));
        searched += page.searched;
        place = page.next;
      } while (place !== undefined);
      expect(found.map((each) => each.slice(0, 24))).toEqual(
        found
          .map((each) => each.slice(0, 24))
          .toSorted()
          .reverse(),
      );
      expect(new Set(found).size).toBe(having.verdict === "none" ? 0 : 300);
      expect(found).toHaveLength(having.verdict === "none" ? 0 : 300);
      expect(searched).toBeGreaterThanOrEqual(300);
      // What is looked at again is little.
      expect(searched).toBeLessThan(500);
    }
    expect(new Set(await all(store.between(search.from, search.to, 40))).size).toBe(300);
    expect(await all(store.between(search.to, search.from))).toEqual([]);
  });

  describe("the part of a record that lists show", () => {
    const failing: DecisionRecord = {
      ...record,
      trace: [{ rule: "lookup", said: "continue", upstreamFailure: { service: "crm", kind: "timeout" } }],
    };
    const listed = async () => {
      for await (const page of store.between(new Date(record.at), new Date(record.at))) return page;
      return [];
    };

    it("is stored with each record, and leads to the whole record", async () => {
      await store.keep(record, 90);
      const [found, ...others] = await listed();
      expect(others).toEqual([]);
      const { id, reference, at, step, source, email, verdict, rule, reasons, durationMs, revision } = record;
      const entry = "contoso.com";
      expect(found).toEqual({ id, reference, at, step, source, email, verdict, rule, reasons, durationMs, revision, entry });
      expect(await store.whole([{ id: "gone", reference: "K7QD-9MXD" }, found as DecisionRecord])).toEqual([record]);
    });

    it("shows that an external call failed, even if a shadowed rule made the call", async () => {
      await store.keep(failing, 90);
      expect(await listed()).toEqual([expect.objectContaining({ upstreamFailed: true })]);
      expect(await store.whole([failing])).toEqual([failing]);
      await store.keep({ ...record, id: "id-2" }, 90);
      const table = { client: database.client, name: `decisions-${tables - 1}`, key: ["reference", "id"] } as const;
      const result = failing.trace[0] as DecisionRecord["trace"][number];
      await addShadowResult(table, { ...record, id: "id-2" }, 0, result);
      expect((await listed()).map(({ upstreamFailed }) => upstreamFailed)).toEqual([true, true]);
    });

    it("is all that a brief search by domain reads", async () => {
      const whole: DecisionRecord = { ...record, gate: "partners", trace: [...record.trace, ...failing.trace] };
      await store.keep(whole, 90);
      const search = { from: new Date(record.at), to: new Date(record.at), having: { domain: "contoso.com" } };
      const { items } = await store.page({ ...search, isBrief: true });
      expect(items).toEqual(await listed());
      expect(items).toEqual([expect.objectContaining({ gate: "partners", entry: "contoso.com", upstreamFailed: true })]);
      expect((await store.page(search)).items).toEqual([{ ...whole, ...items[0] }]);
    });

    it("names the external system whose failure stopped the sign-up, even if a shadowed rule fails too", async () => {
      const stopped = { rule: "verify-identity", said: "block", upstreamFailure: { service: "idology", kind: "timeout" } } as const;
      await store.keep({ ...failing, verdict: "block", trace: [...failing.trace, stopped] }, 90);
      const table = { client: database.client, name: `decisions-${tables - 1}`, key: ["reference", "id"] } as const;
      await addShadowResult(table, record, 0, failing.trace[0] as DecisionRecord["trace"][number]);
      expect((await listed()).map(({ upstreamFailed }) => upstreamFailed)).toEqual(["idology"]);
    });

    it("fits into one billed write to an index, with a trace of any length", async () => {
      const trace = Array.from({ length: 40 }, (_, index) => ({ rule: `rule-${index}`, said: "continue" as const }));
      await store.keep({ ...record, trace, email: `${"a".repeat(64)}@${"b".repeat(180)}.example` }, 90);
      const [found] = await listed();
      expect(JSON.stringify(found).length).toBeLessThan(1_024);
    });
  });

  it.each([
    { having: { verdict: "block" }, found: ["1", "2", "3", "5"] },
    { having: { step: "after-sign-in" }, found: ["2"] },
    { having: { reason: "access-list.denied" }, found: ["1", "2", "5"] },
    { having: { reason: "access-list" }, found: [] },
    { having: { entry: ["Contoso.com", "contoso.com"] }, found: ["1"] },
    { having: {}, found: ["1", "2", "3", "4", "5"] },
  ])("lets the database search for $having", async ({ having, found }) => {
    const at = (second: number) => `2026-06-15T12:00:0${9 - second}.000Z`;
    const denied = { verdict: "block", rule: "access-list", reasons: ["access-list.denied"], step: "before-create-user" } as const;
    const byEntry = [{ rule: "access-list", said: "block", evidence: { entry: "contoso.com", level: "domain" } }] as const;
    const rows: readonly Partial<DecisionRecord>[] = [
      { ...denied, trace: byEntry },
      { ...denied, step: "after-sign-in", email: "lee@fabrikam.example" },
      { ...denied, rule: "validate", reasons: ["other", "validate.jobTitle"] },
      { verdict: "continue", rule: "access-list", reasons: [], step: "before-create-user" },
      { ...denied, email: "kim@fabrikam.example" },
    ];
    for (const [index, row] of rows.entries()) {
      const id = String(index + 1);
      await store.keep({ ...record, trace: [], ...row, id, reference: `K7QD-9MX${index + 2}`, at: at(index + 1) }, 90);
    }
    const page = await store.page({ from: new Date(at(9)), to: new Date(at(0)), having });
    expect(page).toEqual({ items: expect.anything(), searched: rows.length });
    expect(page.items.map(({ id }) => id)).toEqual(found);
  });

  describe("the decisions of a domain", () => {
    const hour = (count: number) => new Date(Date.parse("2026-06-15T12:00:00.000Z") + count * 3_600_000).toISOString();
    const keep = (id: string, email: string, at: string) => store.keep({ ...record, id, reference: referenceFor(id), email, at }, 90);
    /** The pages of a search, by their ids. */
    async function pagesOfDomain(domain: string, from = hour(-10_000), to = hour(10_000)) {
      const pages: (readonly string[])[] = [];
      let place: DecisionPlace | undefined;
      do {
        const page = await store.page({ from: new Date(from), to: new Date(to), having: { domain } }, place);
        pages.push(page.items.map(({ id }) => id));
        place = page.next;
      } while (place !== undefined);
      return pages;
    }

    it("are found newest first, for all people of the domain, without reading those of other domains", async () => {
      await keep("a", "kim@contoso.com", hour(1));
      await keep("b", "lee@contoso.com", hour(3));
      await keep("c", "kim@contoso.com", hour(2));
      await keep("d", "kim@contoso.com.example", hour(2));
      for (let count = 0; count < 50; count++) await keep(`other${count}`, `kim${count}@fabrikam.example`, hour(0));
      expect(await pagesOfDomain("contoso.com")).toEqual([["b", "c", "a"]]);
      expect(await pagesOfDomain("contoso.com", hour(2), hour(2))).toEqual([["c"]]);
      expect(await pagesOfDomain("nobody.example")).toEqual([[]]);
      const { searched } = await store.page({ from: new Date(0), to: new Date(hour(9)), having: { domain: "contoso.com" } });
      expect(searched).toBe(3);
    });

    it("are found if the mailbox is stored under another domain", async () => {
      await keep("a", "kim@googlemail.com", hour(1));
      await keep("b", "kim@news.fastmail.com", hour(1));
      expect(await pagesOfDomain("googlemail.com")).toEqual([["a"]]);
      expect(await pagesOfDomain("news.fastmail.com")).toEqual([["b"]]);
    });

    it("come in pages that contain each decision once, even if many were made at the same moment", async () => {
      const ids = Array.from({ length: 230 }, (_, index) => `id${index}`);
      for (const [index, id] of ids.entries()) await keep(id, `kim${index % 7}@contoso.com`, hour(Math.floor(index / 20)));
      const pages = await pagesOfDomain("contoso.com");
      expect(pages.map((page) => page.length)).toEqual([50, 50, 50, 50, 30]);
      expect(pages.flat().toSorted()).toEqual(ids.toSorted());
    });

    it("are searched for among the decisions of all domains if the domain has too many", async () => {
      await keep("a", "kim@contoso.com", hour(0));
      const { client } = database;
      const LastEvaluatedKey = marshall({ domain: "contoso.com", who: "kim 0", reference: "K7QD-9MXD", id: "z" });
      const many: typeof client = {
        ...client,
        async call<T>(operation: string, input: object) {
          const answer = await client.call<T>(operation, input);
          return "IndexName" in input && input.IndexName === "by-domain" ? { ...answer, LastEvaluatedKey } : answer;
        },
      };
      const search = { from: new Date(hour(-1)), to: new Date(hour(1)), having: { domain: "contoso.com" } };
      const { items } = await decisionStore(many, `decisions-${tables - 1}`).page(search);
      expect(items.map(({ id }) => id)).toEqual(["a"]);
    });

    it("are searched for among the decisions of all domains, in small batches, if the caller expects many", async () => {
      await keep("a", "kim@contoso.com", hour(0));
      await keep("b", "kim@contoso.com", hour(-1));
      const call = vi.spyOn(database.client, "call");
      const search = { from: new Date(hour(-9)), to: new Date(hour(1)), having: { domain: "contoso.com" }, isOfMany: true, lookAt: 24 };
      expect((await store.page(search)).items.map(({ id }) => id)).toEqual(["a", "b"]);
      const asked = call.mock.calls.map(([, input]) => input as { readonly IndexName?: string; readonly Limit: number });
      expect(new Set(asked.map(({ IndexName, Limit }) => `${IndexName} ${Limit}`))).toEqual(new Set(["by-day 5"]));
      call.mockRestore();
    });

    it("continue at a day if the previous page searched everybody's decisions", async () => {
      await keep("a", "kim@contoso.com", hour(0));
      await keep("b", "kim@contoso.com", hour(24));
      const search = { from: new Date(hour(-99)), to: new Date(hour(99)), having: { domain: "contoso.com" } };
      expect((await store.page(search, { until: `${hour(0).slice(0, 10)}T23:59:59.999Z` })).items.map(({ id }) => id)).toEqual(["a"]);
    });
  });

  it.each([
    ["kim@contoso.com", ["a", "c"]],
    ["kim.lee@contoso.com", ["b"]],
    ["ki@contoso.com", []],
    ["kim@example", []],
  ])("distinguishes %s from addresses with the same beginning or end", async (email, found) => {
    for (const [id, each] of [
      ["a", "kim@contoso.com"],
      ["b", "kim.lee@contoso.com"],
      ["c", "kim@contoso.com"],
      ["d", "kim@contoso.com.example"],
    ] as const)
      await store.keep({ ...record, id, email: each }, 90);
    expect((await all(store.byMailbox(email))).toSorted()).toEqual(found);
  });

  it("keeps a record of a request that had no address", async () => {
    const { email: _, issuers: __, ...nobody } = record;
    await store.keep(nobody, 90);
    expect(await store.byReference("K7QD-9MXD")).toEqual([nobody]);
  });

  it("deletes a record on demand", async () => {
    await store.keep(record, 90);
    await store.remove(record);
    expect(await store.byReference("K7QD-9MXD")).toEqual([]);
  });
});
