import { normaliseMailbox } from "../../../../engine/sign-up/spellings";
import { forgetEntries } from "../../../../features/decisions/store/decision-rows";
import { decisionStore } from "../../../../features/decisions/store/decisions";
import { decision } from "../../../events/records";
import { createDecisionsTable } from "../../../support/decisions-table";
import { startDynamoDb, type TestDynamoDb } from "../../../support/dynamodb";

// A deny reaches every spelling of an address, and others of which nobody knows that they are spellings: those may be other people.

describe("a person's entries in decisions on others, after the person is forgotten", () => {
  let database: TestDynamoDb;
  beforeAll(async () => {
    database = await startDynamoDb();
  });
  afterAll(() => database.close());

  let tables = 0;
  /** What the decision on `email` says of its entry, once `person` is forgotten. */
  async function after(person: string, email: string, evidence: Readonly<Record<string, string>>) {
    const name = `decisions-${tables++}`;
    await createDecisionsTable(database.client, name);
    const store = decisionStore(database.client, name);
    const trace = [
      { rule: "first", said: "continue" as const },
      { ...decision.trace[0], rule: "access-list", said: "block" as const, evidence },
    ];
    await store.keep({ ...decision, email, trace }, 90);
    const names = {
      hashes: [],
      mailboxes: new Set([normaliseMailbox(person)]),
      personIds: new Set<string>(),
      accountIds: new Set<string>(),
    };
    await forgetEntries(names, database.client, name);
    const [record] = await store.byReference(decision.reference);
    const page = await store.page({ from: new Date(decision.at), to: new Date(decision.at), email });
    return { evidence: record?.trace[1]?.evidence, entry: page.items[0]?.entry };
  }

  it.each([
    { person: "han@partner.com", email: "han+forms@partner.com", entry: "han@partner.com" },
    { person: "han@partner.com", email: "han.+forms@partner.com", entry: "han@partner.com" },
    { person: "kim@daum.net", email: "kim@hanmail.net", entry: "kim@daum.net" },
    { person: "kim@daum.net", email: "kim+a@hanmail.net", entry: "kim@daum.net" },
  ])("$entry is removed from the decision on $email if $person is forgotten", async ({ person, email, entry }) => {
    expect(await after(person, email, { entry, level: "base" })).toEqual({ evidence: { level: "base" }, entry: undefined });
  });

  it.each([
    { person: "han@partner.com", email: "han+forms@partner.com", entry: "partner.com" },
    { person: "han@partner.com", email: "hanna+forms@partner.com", entry: "hanna@partner.com" },
    { person: "han+forms@partner.com", email: "han+other@partner.com", entry: "han@partner.com" },
  ])("$entry stays in the decision on $email if $person is forgotten", async ({ person, email, entry }) => {
    expect(await after(person, email, { entry, level: "base" })).toEqual({ evidence: { entry, level: "base" }, entry });
  });
});
