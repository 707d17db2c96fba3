import { keyedHash, personIdOf } from "../../../../engine/sign-up/person";
import { admitted } from "../../../cli/records";
import { startConsole, type TestConsole } from "../../support";

let pages: TestConsole;
const now = new Date();
const hour = { from: new Date(now.getTime() - 3_600_000).toISOString(), to: new Date(now.getTime() + 1_000).toISOString() };
const asked = `/incidents?${new URLSearchParams(hour)}`;

beforeAll(async () => {
  pages = await startConsole();
  for (let index = 0; index < 21; index++) {
    const email = `bot-${index}@relay.example`;
    const personId = personIdOf(email, keyedHash("key"));
    await pages.world.decisions.keep(admitted(`bot-${index}`, 0.5, { email, personId }), 90);
  }
});
afterAll(() => pages.close());

const text = async (response: Response) => (await response.text()).replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

it("shows whom an hour let in, and keeps them as an incident without doing anything", async () => {
  const shown = await text(await pages.get(asked, "Administrator"));
  expect(shown).toContain("People 21 Decisions 21");
  expect(shown).toContain("Domains relay.example 21");
  expect(shown).toContain("and 1 more");
  expect((await pages.world.changes.incidents.page()).incidents).toEqual([]);
  expect(await text(await pages.get(asked, "Reader"))).not.toContain("Open an incident");
  const opened = await pages.post("/incidents/open", "Administrator", { ...hour, gate: "" });
  expect(opened.headers.get("location")).toMatch(/^\/incidents\?id=\S+&done=opened$/);
  const page = await text(await pages.get(String(opened.headers.get("location")), "Reader"));
  expect(page).toContain("entra-gatehouse incident act 2");
  const [incident] = (await pages.world.changes.incidents.page()).incidents;
  expect(incident).toMatchObject({ state: "open", by: "oid-Administrator", people: 21 });
  expect(await text(await pages.get("/incidents", "Reader"))).toContain("Nothing done yet");
});

it("lets a second person confirm by the number of people, and nobody confirm their own", async () => {
  const { incidents } = pages.world.changes;
  const [incident] = (await incidents.page()).incidents;
  if (incident === undefined) throw new Error("No incident is open.");
  const { id } = incident;
  const confirm = (people: string) => pages.post("/incidents/confirm", "Administrator", { id, people });
  expect(await text(await confirm("21"))).toContain("Nobody has asked for a second person.");
  const byMe = await incidents.update(incident, [], { askedBy: "oid-Administrator", askedAt: now.toISOString() });
  expect((await confirm("21")).status).toBe(409);
  await incidents.update(byMe ?? incident, [], { askedBy: "arn:aws:sts::111111111111:assumed-role/Operator/lee" });
  expect(await text(await pages.get(`/incidents?id=${id}`, "Administrator"))).toContain("Confirm as the second person");
  expect(await text(await confirm("20"))).toContain("That is not the number of people.");
  expect((await confirm("21")).headers.get("location")).toBe(`/incidents?id=${id}&done=confirmed`);
  expect(await incidents.get(id)).toMatchObject({ confirmedBy: "oid-Administrator", state: "open" });
  expect((await confirm("21")).status).toBe(409);
});

it.each([
  ["/incidents?from=soon&to=later", 400, "names no time"],
  ["/incidents?from=2020-01-01T00:00Z&to=2099-01-01T00:00Z", 200, "incident select --since 2020-01-01"],
  ["/incidents?id=none", 404, "There is no such incident"],
  ["/incidents?id=none&lang=ko", 404, "그런 사고가 없습니다"],
])("%s says what is wrong", async (path, status, words) => {
  const response = await pages.get(path, "Reader");
  expect([response.status, await text(response)]).toEqual([status, expect.stringContaining(words)]);
});
