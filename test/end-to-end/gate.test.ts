import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { marshall } from "@aws-sdk/util-dynamodb";
import { type Item, toRow } from "../../adapters/tables/item";
import type { Row } from "../../engine/sign-up/rule";
import { findKeyAndProblems as tidyRow } from "../../features/access-list/hygiene";
import { match } from "../../features/access-list/match";
import type { SignUpDecided } from "../../features/decisions/events";
import { type DecisionStore, decisionStore, type ListedDecision } from "../../features/decisions/store/decisions";
import { packageRoot } from "../../lib/app-root";
import type { DeliveredEvent } from "../../local/aws/events/event-bus";
import { type DecisionRow, decisionGroups, entraRequest, signUpOf, tidied } from "../features/access-list/table";
import entra from "../fixtures/b2b-after-sign-in-entra.json";
import googleAfterSignIn from "../fixtures/b2b-after-sign-in-google.json";
import emailOtp from "../fixtures/b2b-before-create-emailotp.json";
import google from "../fixtures/b2b-before-create-google.json";
import facebook from "../fixtures/b2b-before-create-korean-locale.json";
import { type Gate, START_MS, startGate } from "../support/gate";
import { patiently } from "../support/patience";
import { callers } from "./callers";

const put = (gate: Gate, row: Record<string, unknown>) =>
  gate.database.call("PutItem", { TableName: gate.info.tables.accessList, Item: marshall(row) });
const remove = (gate: Gate, entry: string) =>
  gate.database.call("DeleteItem", { TableName: gate.info.tables.accessList, Key: marshall({ entry }) });

describe("npm start", () => {
  // Below the repository and named from there, as people do; and open to all before.
  const data = mkdtempSync(join(packageRoot, ".local-test-"));
  const place = ["--data", relative(packageRoot, data)];
  let gate: Gate;
  beforeAll(async () => {
    chmodSync(data, 0o755);
    writeFileSync(join(data, "log.jsonl"), "", { mode: 0o644 });
    gate = await startGate(place, { npm: true, env: { GATEHOUSE_USERNAME: "entra-test", GATEHOUSE_PASSWORD: "with:colon" } });
  }, START_MS);
  afterAll(async () => {
    expect(await gate.stop()).toBe(0);
    rmSync(data, { recursive: true });
  });

  describe("answers the README's samples:", () => {
    it.each([
      ["after-sign-in", "Continue", "a person of an allowed domain", entra],
      ["after-sign-in", "ShowBlockPage", "a person nothing on the list speaks of", googleAfterSignIn],
      ["before-create-user", "ShowBlockPage", "a person nothing on the list speaks of", google],
      ["before-create-user", "ShowBlockPage", "a person with e-mail one-time passcode", emailOtp],
      ["before-create-user", "ShowBlockPage", "a person from a denied provider", facebook],
    ])("%s answers %s to %s", async (step, action, _, body) => {
      const reply = await gate.call(step, body);
      expect(reply.status).toBe(200);
      expect(reply.headers.get("content-type")).toBe("application/json");
      expect(reply.body).toMatchObject({ version: "1.0.0", action });
    });

    it("in the person's language", async () => {
      expect((await gate.call("before-create-user", facebook)).body.userMessage).toMatch(/가입할 수 없습니다/);
    });

    it("with the attributes that the policy reshaped, and no others", async () => {
      const { body } = await gate.call("before-create-user", {
        email: " KIM@Contoso.COM ",
        displayName: " kim o'brien-smith ",
        surname: "McDonald",
        city: "SEOUL",
      });
      expect(body).toEqual({ version: "1.0.0", action: "Continue", displayName: "Kim O'Brien-Smith", city: "Seoul" });
    });
  });

  describe("applies an edit of the list", () => {
    it("to the next answer, if the entry is typed in its normalised spelling", async () => {
      const action = async () => (await gate.call("before-create-user", google)).body.action;
      expect(await action()).toBe("ShowBlockPage");
      await put(gate, { entry: "mina.kang@example.com", effect: "allow" });
      expect(await action()).toBe("Continue");
      await put(gate, { entry: "mina.kang@example.com", effect: "deny" });
      expect(await action()).toBe("ShowBlockPage");
      await remove(gate, "mina.kang@example.com");
      expect(await action()).toBe("ShowBlockPage");
    });

    it("after a short time, if the entry is not typed in its normalised spelling", async () => {
      await put(gate, { entry: " Blocked+Tag@Fabrikam.com", effect: "DENY" });
      const action = async () => (await gate.call("before-create-user", { email: "blocked@fabrikam.com" })).body.action;
      await expect.poll(action, patiently).toBe("ShowBlockPage");
    });
  });

  callers(() => gate);

  describe("keeps one decision for a sign-up that Entra repeats", () => {
    const person = { ...google, email: "twice@nobody.example", displayName: "Paramaribo", city: "Atlantis" };
    const began = new Date();
    let pages: readonly string[];
    let store: DecisionStore;
    beforeAll(async () => {
      const replies = [await gate.call("before-create-user", person), await gate.call("before-create-user", person)];
      pages = replies.map(({ body }) => String(body.userMessage));
      store = decisionStore(gate.database, gate.info.tables.decisions);
    });

    it("as one event without attribute values", async () => {
      await gate.call("before-create-user", { email: "after@nobody.example" });
      await untilEventOf(gate, "after@nobody.example");
      const found = eventsOf(gate, person.email);
      expect(found).toMatchObject([{ source: "gatehouse", "detail-type": "sign-up.decided.v1", detail: { verdict: "block" } }]);
      for (const value of [person.displayName, person.city]) expect(JSON.stringify(found)).not.toContain(value);
    });

    it("as one record, with the reference code of both pages", async () => {
      const { Items } = await gate.database.call<{ Items: Item[] }>("Scan", { TableName: gate.info.tables.decisions });
      const records = Items.map(toRow).filter(({ email }) => email === person.email);
      expect(records).toHaveLength(1);
      for (const page of pages) expect(page).toContain(String(records[0]?.reference));
      expect(eventsOf(gate, person.email)[0]?.detail).toMatchObject({ id: `${records[0]?.id}.0`, reference: records[0]?.reference });
    });

    it("as a record that can be found by reference, address and time", async () => {
      const [reference = ""] = /[A-Z0-9]{4}-[A-Z0-9]{4}/.exec(pages[0] ?? "") ?? [];
      const found = await store.byReference(reference);
      expect(found).toMatchObject([{ email: person.email, step: "before-create-user", reasons: ["access-list.unlisted"] }]);
      expect(await all(store.byEmail(person.email))).toEqual(found);
      const listed: ListedDecision[] = [];
      for await (const page of store.between(began, new Date())) listed.push(...page);
      expect(await store.whole(listed)).toContainEqual(found[0]);
      for await (const page of store.between(new Date(0), new Date(1))) expect(page).toEqual([]);
    });
  });

  it("prints one line per request, without any value that was sent", async () => {
    const calls = () => gate.printed().match(/before-create-user +continue/gi)?.length ?? 0;
    const before = calls();
    await gate.call("before-create-user", { ...google, email: "kim.secret@contoso.com", city: "Atlantis" });
    await expect.poll(calls, patiently).toBeGreaterThan(before);
    const printed = gate.printed().split("\n").slice(1).join("\n");
    const sent = [...Object.values(google), "kim.secret@contoso.com", "Atlantis"].flatMap((value) =>
      Array.isArray(value) ? value.flatMap((each) => Object.values(each)) : [value],
    );
    for (const value of sent) {
      if (typeof value === "string" && value !== "federated" && !/^en-US$/.test(value)) expect(printed).not.toContain(value);
    }
  });

  it("keeps its data readable to its owner only, even in an existing folder", () => {
    const open = readdirSync(data, { recursive: true }).filter((name) => (statSync(join(data, String(name))).mode & 0o077) !== 0);
    expect([open, statSync(data).mode & 0o777]).toEqual([[], 0o700]);
    expect(JSON.parse(readFileSync(join(data, "instance.json"), "utf8"))).toMatchObject({ aws: gate.info.aws });
  });

  it("accepts the credentials in its environment", () => {
    expect(gate.info).toMatchObject({ username: "entra-test", password: "with:colon" });
  });

  describe("answers according to the decision table", () => {
    // Of each group every sixth row: all of them are asked of the engine, by features/access-list/match.test.ts.
    const rows = decisionGroups.flatMap(({ group, rows: all }) =>
      all
        .filter((row) => row.wire !== undefined && rests(row))
        .filter((_, index) => index % 6 === 0)
        .map((row) => ({ ...row, name: `${group}: ${row.name}` })),
    );

    it("in at least 45 rows", () => expect(rows.length).toBeGreaterThanOrEqual(45));

    it.each(rows)("$name", async ({ entries, wire, ...person }) => {
      await emptyList(gate);
      for (const entry of entries) await put(gate, { ...entry });
      await settled(gate);
      const { action } = (await gate.call("before-create-user", entraRequest(person))).body;
      expect(action).toBe(wire);
    });
  });
});

/** True for a row that means the same once the hygiene worker has come by: no other can be asked about in peace. */
function rests({ entries, expect: expected, ...person }: DecisionRow): boolean {
  const signUp = signUpOf(person);
  if (signUp === undefined) return true;
  const now = new Date();
  const table = new Map(tidied(entries, now).map((row) => [row.entry, { ...row }]));
  return match(signUp, [], (key) => table.get(key), now).listed === expected;
}

/** Entries in other spellings count once the hygiene worker has come by. */
async function settled(gate: Gate): Promise<void> {
  const untidy = async () => (await scan(gate)).filter((row) => tidyRow(row).key !== row.entry);
  await expect.poll(untidy, patiently).toEqual([]);
}

async function scan(gate: Gate): Promise<readonly Row[]> {
  const { Items } = await gate.database.call<{ Items: Item[] }>("Scan", { TableName: gate.info.tables.accessList });
  return Items.map(toRow);
}

/** Events on an address so far, in order. */
function eventsOf(gate: Gate, email: string): readonly SignUpEvent[] {
  const lines = readFileSync(gate.info.eventsFile, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as SignUpEvent).filter(({ detail }) => detail.email === email);
}

type SignUpEvent = DeliveredEvent & { readonly detail: SignUpDecided };

async function untilEventOf(gate: Gate, email: string): Promise<void> {
  await expect.poll(() => eventsOf(gate, email), patiently).not.toEqual([]);
}

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

async function emptyList(gate: Gate): Promise<void> {
  await Promise.all((await scan(gate)).map(({ entry }) => remove(gate, String(entry))));
}
