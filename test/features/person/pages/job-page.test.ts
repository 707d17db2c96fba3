import { arrive, type Newcomer } from "../../../../features/accounts/change";
import { PEOPLE_JOBS } from "../../../../features/people-jobs/job";
import { peopleJobStore } from "../../../../features/people-jobs/store/jobs";
import { startConsole, type TestConsole } from "../../../console/support";
import { newcomer } from "../../accounts/accounts";

const NOW = new Date("2026-11-21T10:00:00Z");
const LEE = "lee@contoso.com";
const at = (days: number) => new Date(NOW.getTime() + days * 86_400_000).toISOString();

let pages: TestConsole;
let started: object[];
beforeEach(async () => {
  // Acts on many ask the clock of their own work, not the page's.
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  pages = await startConsole();
  pages.setTime(NOW);
  started = [];
  Object.assign(pages.world, { accessWork: { start: async (call: object) => started.push(call) } });
  for (const [id, days] of [
    ["ann", 10],
    ["bob", 90],
    ["off", -5],
  ] as const)
    await letIn(id, { sponsor: LEE, until: at(days) });
  await letIn("eve", { sponsor: "mina@contoso.com", until: at(10) });
});
afterEach(() => pages.close());

async function letIn(id: string, more: Partial<Newcomer>): Promise<void> {
  const row = { ...newcomer, id, personId: id, email: `${id}@partner.com`, ...more };
  await pages.world.accounts().change(id, (stored) => arrive(stored, row, new Date(at(-100))));
}

const list = async (query: string) => await (await pages.get(`/people?${query}`, "Approver")).text();
const named = (html: string) => ["ann", "bob", "off", "eve"].filter((name) => html.includes(`${name}@partner.com`));

it.each([
  ["life=in", ["bob"]],
  ["life=ending", ["ann"]],
  ["life=ended", ["off"]],
])("people of a sponsor, %s", async (query, names) => expect(named(await list(`${query}&sponsor=Lee@contoso.com`))).toEqual(names));

it("has acts on all only for a sponsor's or a domain's people, and only if a function ends access", async () => {
  expect(await list("life=in")).not.toContain("End all…");
  for (const query of [`life=in&sponsor=${LEE}`, "life=in&domain=partner.com"])
    expect(await list(query)).toMatch(/End all….*Give all to…/s);
  Object.assign(pages.world, { accessWork: undefined });
  expect(await list(`life=in&sponsor=${LEE}`)).not.toContain("End all…");
});

it("the page of a sponsor shows whom they answer for, with the acts on all", async () => {
  const person = async (email: string) => await (await pages.get(`/people?email=${email}`, "Approver")).text();
  const html = await person(LEE);
  expect(html).toMatch(/Answers for 3 people.*End all….*Give all to…/s);
  expect(named(html)).toEqual(["ann", "bob", "off"]);
  expect(html).toContain("/people?life=ended&amp;sponsor=lee%40contoso.com");
  expect(await person("ann@partner.com")).not.toContain("Answers for");
});

const act = (fields: Record<string, string>) => pages.post("/people/all", "Approver", { whose: LEE, domain: "", ...fields });
const untilOf = async (id: string) => (await pages.world.accounts().get(id))?.until;

it("asks, ends the access of all, shows it on a page of its own, and undoes it as a whole", async () => {
  const question = await (await act({ verb: "end-access" })).text();
  expect(question).toContain("End access: 2 people of lee@contoso.com");
  expect(named(question)).toEqual(["ann", "bob"]);
  expect(await (await act({ verb: "end-access", sure: "yes" })).text()).toContain("Write why.");
  expect(await untilOf("ann")).toBe(at(10));
  const done = await act({ verb: "end-access", sure: "yes", note: "Lee left" });
  const path = done.headers.get("location") ?? "";
  expect(path).toMatch(/^\/people\/jobs\//);
  const page = await (await pages.get(path, "Approver")).text();
  expect(page).toContain("Done for 2.");
  expect(page).not.toContain("data-live");
  for (const id of ["ann", "bob"]) expect(Date.parse((await untilOf(id)) ?? "")).toBeLessThan(Date.now() + 1_000);
  expect(await untilOf("eve")).toBe(at(10));
  const [, job = ""] = /name="job" value="([^"]*)"/.exec(page) ?? [];
  const undone = await pages.post("/people/jobs/undo", "Approver", { job });
  expect(await (await pages.get(undone.headers.get("location") ?? "", "Reader")).text()).toContain("Done for 2.");
  expect(await untilOf("bob")).toBe(at(90));
  expect((await pages.post("/people/jobs/undo", "Approver", { job })).status).toBe(409);
  expect(await (await pages.get(path, "Approver")).text()).toContain("Undone by");
  expect((await act({ verb: "end-access", whose: "no@contoso.com" })).status).toBe(409);
});

it("names a sponsor's open invitations, which the acts on all leave as they are", async () => {
  const invite = (sponsor: string) =>
    pages.post("/people/invite", "Approver", { addresses: "new@partner.com", days: "14", sponsor, language: "en", note: "" });
  const question = async (verb: string) => await (await act({ verb })).text();
  const says = "Open invitations that name them stay as they are: 1.";
  const person = async (email: string) => await (await pages.get(`/people?email=${email}`, "Approver")).text();
  expect([await question("end-access"), await person("jo@contoso.com")]).toEqual([
    expect.not.stringContaining("Open invitations"),
    expect.not.stringContaining("Answers for"),
  ]);
  await invite(LEE);
  expect([await question("end-access"), await question("sponsor"), await question("extend-access")]).toEqual([
    expect.stringContaining(says),
    expect.stringContaining(says),
    expect.not.stringContaining("Open invitations"),
  ]);
  const path = `/people?life=invited&amp;sponsor=${encodeURIComponent(LEE)}`;
  expect([await question("end-access"), await person(LEE)]).toEqual([expect.stringContaining(path), expect.stringContaining(path)]);
  expect(await list(`life=invited&sponsor=${LEE}`)).toContain("new@partner.com");
});

it.each([
  {
    of: "a domain",
    whose: "",
    domain: "@Partner.com",
    says: "Open invitations to people of this domain stay as they are: 2.",
    query: "domain=%40Partner.com",
  },
  {
    ...{ of: "a sponsor's people there", whose: LEE, domain: "partner.com", says: "Open invitations that name them stay as they are: 1." },
    query: `sponsor=${encodeURIComponent(LEE)}&amp;domain=partner.com`,
  },
  { of: "a domain, but not if the end is later", whose: "", domain: "partner.com", verb: "extend-access", says: undefined, query: "" },
])("names the open invitations of $of", async ({ whose, domain, verb = "end-access", says, query }) => {
  for (const [addresses, sponsor] of [
    ["new@partner.com", LEE],
    ["newer@partner.com", ""],
    ["new@elsewhere.com", LEE],
  ] as const)
    await pages.post("/people/invite", "Approver", { addresses, days: "14", sponsor, language: "en", note: "" });
  const question = await (await act({ verb, whose, domain })).text();
  for (const text of says === undefined ? [] : [says, `/people?life=invited&amp;${query}`]) expect(question).toContain(text);
  if (says === undefined) expect(question).not.toContain("Open invitations");
});

it("names a sponsor who only has invitations", async () => {
  await pages.post("/people/invite", "Approver", {
    ...{ addresses: "new@partner.com", days: "14", sponsor: "jo@contoso.com", language: "en", note: "" },
  });
  const html = await (await pages.get("/people?email=jo@contoso.com", "Approver")).text();
  expect(html).toMatch(/Answers for 0 people/);
  expect(html).not.toContain("End all…");
});

it("tells on the question and on the page of the act that a run waits for a person", async () => {
  const run = { at: at(0), toDisable: 4, toDelete: 0, inForce: 7, reminded: 0, disabled: 0, deleted: 0, skipped: 0 };
  const put = (state: "waiting" | "running") =>
    pages.put({ id: "access-runs", turn: 1, runs: JSON.stringify([{ ...run, state, why: "many" }]) }, "ledger");
  const waits = /A run that ends access waits for a person.*href="\/people\/ending-run"/s;
  await put("waiting");
  expect(await (await act({ verb: "end-access" })).text()).toMatch(waits);
  expect(await (await act({ verb: "extend-access" })).text()).not.toMatch(waits);
  const done = await act({ verb: "end-access", sure: "yes", note: "Lee left" });
  const page = async () => await (await pages.get(done.headers.get("location") ?? "", "Approver")).text();
  expect(await page()).toMatch(waits);
  const one = { verb: "end-access", person: "account/eve/1", back: "/people" };
  expect(await (await pages.post("/people/change", "Approver", one)).text()).toMatch(waits);
  await put("running");
  expect(await page()).not.toMatch(waits);
});

it("extends the access of all, and tells whom the list denies", async () => {
  await pages.put({ entry: "bob@partner.com", effect: "deny" });
  const question = await (await act({ verb: "extend-access" })).text();
  expect(question).toContain("Extend access: 3 people of lee@contoso.com");
  expect(question).toMatch(/bob@partner\.com.*denied by bob@partner\.com.*ann@partner\.com/s);
  expect((await act({ verb: "extend-access", sure: "yes", days: "0", note: "x" })).status).toBe(400);
  await act({ verb: "extend-access", sure: "yes", days: "30", note: "The project goes on" });
  expect([await untilOf("ann"), await untilOf("bob"), await untilOf("eve")]).toEqual([at(40), at(120), at(10)]);
});

it("acts on more than 100 selected people as one act", async () => {
  const picked = Array.from({ length: 101 }, (_, index) => `g${index}`);
  for (const id of picked) await letIn(id, { until: at(20) });
  const person = picked.map((id) => `account/${id}/1`);
  const change = (fields: Record<string, string>, selected = person) =>
    pages.post("/people/change", "Approver", {
      verb: "extend-access",
      back: "/people?life=in",
      days: "30",
      note: "x",
      ...fields,
      person: selected,
    });
  expect(await (await change({})).text()).toContain("Extend access: 101 people");
  const done = await change({ sure: "yes" });
  expect(await (await pages.get(done.headers.get("location") ?? "", "Reader")).text()).toMatch(
    /Extend access: 101 people<.*(Done for 101\.|% done)/s,
  );
  expect(await untilOf("g0")).toBe(at(50));
  expect(await (await change({ verb: "revoke" })).text()).toContain("At most 100 people");
  expect(
    await (
      await change(
        {},
        Array.from({ length: 1_001 }, (_, index) => `account/x${index}/1`),
      )
    ).text(),
  ).toContain("At most 1000 people");
});

it("gives all to another sponsor", async () => {
  expect((await act({ verb: "sponsor", sure: "yes", to: "mina" })).status).toBe(400);
  await act({ verb: "sponsor", sure: "yes", to: "mina@contoso.com" });
  expect(named(await list("life=in&sponsor=mina@contoso.com"))).toEqual(["bob"]);
});

it("shows the progress of an act that is not finished, and starts the function if nobody works on it", async () => {
  const jobs = peopleJobStore(pages.database.client, pages.world.place.nameOf("listChanges"));
  const people = [{ id: "ann", personId: "ann" }];
  const draft = { kind: "access.end", by: "oid", via: "command", input: {}, about: LEE } as const;
  const { id } = await jobs.begin(draft, people, NOW, 60_000);
  const page = async () => await (await pages.get(`/people/jobs/${id}`, "Reader")).text();
  expect(await page()).toMatch(/data-live="3".*0% done/s);
  expect(await (await pages.get("/", "Approver")).text()).toContain("End access: 1 person of lee@contoso.com");
  expect(started).toEqual([]);
  pages.setTime(new Date(NOW.getTime() + 61_000));
  await page();
  expect(started).toEqual([{ "detail-type": PEOPLE_JOBS }]);
  expect((await pages.get("/people/jobs/none", "Reader")).status).toBe(404);
});
