import { openIncident } from "../../../adapters/incidents/select";
import { incidentStore } from "../../../adapters/incidents/store";
import { decisionStore } from "../../../adapters/tables/decisions";
import type { IncidentPerson } from "../../../engine/incidents/incident";
import { keyedHash, personIdOf } from "../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { admitted, record } from "../records";
import { gatehouse, jsonLines, PERSON_KEY, surroundings } from "../support";

const around = surroundings();
const incident = (...args: string[]) => gatehouse("incident", ...args, ...around.instance.local);
const store = () => incidentStore(around.instance.dynamodb.client, around.instance.listChangesTable);

/** Somebody whom a domain's entry let in. */
async function letIn(name: string, hoursAgo: number, given: Partial<DecisionRecord> = {}): Promise<DecisionRecord> {
  const { email = `${name}@relay.example` } = given;
  const personId = personIdOf(email, keyedHash(PERSON_KEY));
  const kept = admitted(name, hoursAgo, { email, personId, ...given });
  await around.instance.decisions.keep(kept, 90);
  return kept;
}

describe("incident select", () => {
  beforeAll(async () => {
    await letIn("ann", 400);
    await letIn("bob", 400.1, { issuers: ["google.com"] });
    // The same mailbox twice counts as one person.
    await letIn("ann-again", 400.2, { email: "ann@relay.example" });
    await letIn("cleo", 400, { email: "cleo@fabrikam.com" });
    const trace: DecisionRecord["trace"] = [{ rule: "access-list", said: "continue", evidence: { entry: "vip@relay.example" } }];
    await letIn("vip", 400, { email: "vip@relay.example", trace });
    await around.instance.decisions.keep(record("refused", 400, { email: "no@relay.example" }), 90);
  });
  const since = () => ["--since", new Date(Date.now() - 401 * 3_600_000).toISOString(), "--until", "390h"];

  it("finds whom the gate let in, counts them and does nothing to anybody", async () => {
    const ran = await incident("select", ...since(), "--domain", "relay.example");
    expect(ran).toMatchObject({ exitCode: 0 });
    expect(ran.stdout).toContain("2 people let in, by 3 decisions\nLeft out, as the access list names the person: 1 decision\n");
    expect(ran.stdout).toContain("By provider: entra 2, google.com 1\n");
    expect(ran.stdout).toMatch(/ann@relay\.example {2,}\S+ .* nothing done/);
    expect(ran.stderr).toMatch(/^To shut these people out: npx --no-install entra-gatehouse incident act \S+ --local --data /);
    expect(await around.instance.rows()).toEqual([]);
  });

  it("selects people whom an entry names only if asked to, and keeps each selection", async () => {
    const [all] = jsonLines(await incident("select", ...since(), "--include-listed", "--json"));
    expect(all).toMatchObject({ people: 4, decisions: 5, listed: 0, state: "open" });
    const [none] = jsonLines(await incident("select", ...since(), "--network", "203.0.113.7", "--json"));
    expect(none).toMatchObject({ people: 0, selection: { network: "203.0.113.7" } });
    const shown = jsonLines(await incident("show", "--json")) as { readonly id: string; readonly people: number }[];
    expect(shown.slice(0, 2)).toMatchObject([{ people: 0 }, { people: 4 }]);
    const [one] = jsonLines(await incident("show", String(shown[1]?.id), "--json", "--limit", "2"));
    expect(one).toMatchObject({ people: 4, sample: [{ state: "selected" }, { state: "selected" }] });
  });

  it("keeps the earliest decision of a person: an account may be as old", async () => {
    const [{ id = "" } = {}] = jsonLines(await incident("select", ...since(), "--entry", "contoso.com", "--json")) as { id?: string }[];
    const people: IncidentPerson[] = [];
    for await (const page of store().people(id)) people.push(...page);
    expect(people.map(({ id }) => id).sort()).toEqual(["ann-again", "bob", "cleo"]);
  });

  it.each([
    [["select"], "Name the time: --since"],
    [["select", "--since", "soon"], "--since soon is not a past time"],
    [["select", "--since", "2h", "--until", "3h"], "--until 3h is before --since 2h"],
    [["select", "--since", "2h", "--network", "relay"], "--network relay cannot be read."],
    [["select", "--since", "2h", "--gate", "other"], "There is no gate other"],
    [["show", "nothing"], "There is no incident nothing"],
  ])("refuses %j", async (args, words) => {
    expect(await incident(...args)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(words) });
  });

  it("reads any number of decisions a page at a time", async () => {
    const { client } = around.instance.dynamodb;
    const decisions = decisionStore(client, around.instance.decisionsTable);
    const now = new Date();
    const other = admitted("other", 1, { gate: "other" });
    let pages = 0;
    let most = 0;
    const many = {
      ...decisions,
      async page() {
        pages += 1;
        const items = Array.from({ length: 2_000 }, (_, index) => ({ reference: "K7QD-9MXD", id: `${pages}.${index}` }));
        return { items, searched: 2_000, ...(pages < 50 && { next: { day: "2026-11-20" } }) } as never;
      },
      async whole(keys: readonly unknown[]) {
        most = Math.max(most, keys.length);
        return keys.map(() => other);
      },
    };
    const selection = { from: new Date(0).toISOString(), to: now.toISOString(), gate: "default" };
    const opened = await openIncident({ decisions: many, incidents: store() }, selection, { by: "kim" }, now);
    expect(opened).toMatchObject({ people: 0, state: "open" });
    expect([pages, most]).toEqual([50, 2_000]);
  });
});
