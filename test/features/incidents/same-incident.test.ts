import type { Incident, IncidentPerson } from "../../../features/incidents/incident";
import { type IncidentStore, incidentStore } from "../../../features/incidents/store/incidents";
import { gatehouse, startInstance, type TestInstance } from "../../cli/support";
import { startConsole, type TestConsole } from "../../console/support";

let pages: TestConsole;
let instance: TestInstance;
beforeAll(async () => {
  pages = await startConsole();
  Object.assign(pages.world, { reachesAccounts: true });
  instance = await startInstance([]);
});
afterAll(() => Promise.all([pages.close(), instance.close()]));

const DAY = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * DAY);

interface Door {
  readonly store: IncidentStore;
  show(id: string): Promise<string>;
}

const doors: Readonly<Record<string, () => Door>> = {
  page: () => ({
    store: incidentStore(pages.database.client, pages.world.place.nameOf("listChanges")),
    async show(id) {
      const html = await (await pages.get(`/incidents?id=${id}`, "Administrator")).text();
      return html
        .replaceAll(/<wbr\/?>/g, "")
        .replaceAll(/ (?:href|action)="([^"]*)"[^>]*>/g, "> $1 ")
        .replaceAll(/<[^>]+>/g, " ")
        .replaceAll(/\s+/g, " ");
    },
  }),
  command: () => ({
    store: incidentStore(instance.dynamodb.client, instance.listChangesTable),
    async show(id) {
      const { stdout, stderr } = await gatehouse("incident", "show", id, ...instance.local);
      return stdout + stderr;
    },
  }),
};

const draft = {
  ...{ by: "ann", decisions: 2, people: 2, listed: 3, nameless: 4 },
  selection: { from: ago(1).toISOString(), to: ago(0).toISOString() },
} as const;

async function openAt({ store }: Door, facts: Partial<Incident>, person: Partial<IncidentPerson> = {}, at = ago(0)): Promise<string> {
  const incident = await store.open({ ...draft, state: "open", steps: [], ...facts }, at);
  for (const index of [1, 2]) {
    const known = { person: `person-${index}`, reference: `K7QD-9MX${index}`, id: `decision-${index}`, at: ago(1).toISOString() };
    await store.add(incident, known);
    if (index === 1) await store.move(incident.id, { ...known, state: "selected" } as IncidentPerson, person);
  }
  return incident.id;
}

describe.each(Object.keys(doors))("the %s tells of an incident", (name) => {
  const door = () => doors[name]?.() as Door;

  it("what narrowed its selection, and whom it left out", async () => {
    const marks = {
      ...{ gate: "default", rule: "access-list", entry: "contoso.com", network: "203.0.113.7", domain: "relay.example" },
      ...{ provider: "google.com", application: "6f1b2c3d-0000-4000-8000-000000000001", includeListed: true },
    };
    const shown = await door().show(await openAt(door(), { selection: { ...draft.selection, ...marks } }));
    for (const mark of ["gate default", "rule access-list", "entry contoso.com", "network 203.0.113.7", "provider google.com"])
      expect(shown).toContain(mark);
    for (const mark of ["relay.example", `application ${marks.application}`, "include listed true"]) expect(shown).toContain(mark);
    expect(shown).toMatch(/Left out: the access list names the person:? 3.*Left out: no address:? 4/s);
  });

  it("who took each step, and the edit that took its entries back", async () => {
    const whats = ["opened", "asked", "confirmed", "acting", "undoing", "undone"] as const;
    const names = ["ann", "bob", "cleo", "dan", "eve", "fay"];
    const steps = whats.map((what, index) => ({ what, at: ago(0).toISOString(), by: names[index] ?? "" }));
    const shown = await door().show(await openAt(door(), { state: "undone", steps, revert: "20261121-103000123-k7qd" }));
    for (const by of names) expect(shown).toContain(by);
    expect(shown).toContain("20261121-103000123-k7qd");
  });

  it("why Graph refused an account", async () => {
    const person = { state: "refused", code: "Authorization_RequestDenied" } as const;
    const steps = [{ what: "acting", at: ago(0).toISOString(), by: "dan" }] as const;
    const shown = await door().show(await openAt(door(), { state: "acted", steps: [...steps], work: "done" }, person));
    expect(shown).toContain("Graph refuses (Authorization_RequestDenied)");
  });

  it.each<{ given: string; state: Incident["state"]; days: number; offers: boolean }>([
    { given: "open", state: "open", days: 1, offers: true },
    { given: "open for more than 30 days", state: "open", days: 31, offers: false },
    { given: "acted", state: "acted", days: 1, offers: true },
    { given: "acted more than 30 days ago", state: "acted", days: 31, offers: false },
  ])("a next step, if it is $given: $offers", async ({ state, days, offers }) => {
    const at = ago(days);
    const steps = state === "acted" ? [{ what: "acting", at: at.toISOString(), by: "dan" } as const] : [];
    const person = { state: "disabled", account: "none" } as const;
    const id = await openAt(door(), { state, steps, ...(state === "acted" && { outcome: { disabled: 2 } }) }, person, at);
    const shown = await door().show(id);
    const words = state === "open" ? /\/incidents\/act|To shut these people out:/ : /\/incidents\/undo|To undo it:/;
    expect(words.test(shown)).toBe(offers);
  });
});
