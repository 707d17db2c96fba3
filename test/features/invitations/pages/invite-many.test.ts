import { invitationId } from "../../../../features/approvals/invite-person";
import { PEOPLE_JOBS } from "../../../../features/people-jobs/job";
import { startConsole, type TestConsole } from "../../../console/support";
import { startClock } from "../../../support/fake-timers";

let pages: TestConsole;
let started: object[];
beforeEach(async () => {
  startClock();
  pages = await startConsole();
  started = [];
  Object.assign(pages.world, { listWork: { start: async (call: object) => started.push(call) } });
});
afterEach(() => pages.close());

const typed = { addresses: "", days: "14", sponsor: "", language: "en", note: "", gate: "" };
const addresses = Array.from({ length: 130 }, (_, index) => `p${index}@partner.com`);
const send = (fields: Record<string, string>, text?: string) =>
  text === undefined
    ? pages.post("/people/invite", "Approver", { ...typed, ...fields })
    : pages.post("/people/invite", "Approver", { ...typed, ...fields, text, name: "fair.csv" });
const rowOf = async (email: string) => {
  const { hashOf } = await pages.world.hashes();
  return await pages.world.approvals.get(invitationId(email, undefined, hashOf));
};
const hidden = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? "";

it("asks about more than 100 addresses, invites them by one act, and takes back what is unused", async () => {
  Object.assign(pages.world, { listWork: undefined });
  await pages.put({ entry: "p7@partner.com", effect: "deny" });
  const fields = { addresses: addresses.join("\n"), sponsor: "mina@contoso.com" };
  const question = await (await send(fields)).text();
  expect(question).toContain("Invite 129 people");
  expect(question).toContain("Not invited: 1 person");
  expect(question).toMatch(/p7@partner\.com.*Denied by p7@partner\.com/s);
  expect(await rowOf("p0@partner.com")).toBeUndefined();
  const done = await send({ ...fields, sure: "yes", version: hidden(question, "version") });
  const path = done.headers.get("location") ?? "";
  expect(path).toMatch(/^\/people\/jobs\//);
  const page = await (await pages.get(path, "Approver")).text();
  expect(page).toContain("Done for 129.");
  expect(await rowOf("p3@partner.com")).toMatchObject({ state: "approved", invitation: { sponsor: "mina@contoso.com" } });
  expect(await rowOf("p7@partner.com")).toBeUndefined();
  const inbox = await (await pages.get("/", "Approver")).text();
  expect(inbox.match(/129 people/g)).toHaveLength(1);
  expect(await (await pages.get("/audit", "Administrator")).text()).toContain("129 people");
  const undone = await pages.post("/people/jobs/undo", "Approver", { job: hidden(page, "job") });
  expect(await (await pages.get(undone.headers.get("location") ?? "", "Reader")).text()).toContain("Done for 129.");
  expect(await rowOf("p3@partner.com")).toMatchObject({ state: "denied" });
});

it("invites the people of a file in their languages, and names the lines that are wrong", async () => {
  const wrong = await send({}, "email,language\nkim@partner.com,ko\nnobody,ko\nlee@partner.com,zz!\n");
  expect(wrong.status).toBe(400);
  expect(await wrong.text()).toMatch(/Line 3: “nobody” is not an e-mail address.*Line 4: “zz!” is no language/s);
  const text = "email,language,note\nkim@partner.com,ko,fair\nKim@partner.com,en,\nlee@partner.com,,\n";
  const question = await (await send({}, text)).text();
  expect(question).toContain("Invite 2 people");
  expect(question).toContain("Line 3: the same mailbox as in line 2, which counts.");
  expect(question).not.toContain("Not invited");
  const typedToo = await (await send({ addresses: "Lee@partner.com" }, text)).text();
  expect(typedToo).toContain("Line 4: the same mailbox as a typed address, which counts.");
  const done = await send({ sure: "yes", version: hidden(question, "version") }, text);
  expect(await (await pages.get(done.headers.get("location") ?? "", "Reader")).text()).toContain("Invite 2 people: fair.csv");
  expect(await rowOf("kim@partner.com")).toMatchObject({ locales: ["ko"], decision: { note: "fair" } });
  expect(await rowOf("lee@partner.com")).toMatchObject({ locales: ["en"] });
});

it("asks again if something speaks against somebody since the question", async () => {
  const text = "email\nkim@partner.com\nlee@partner.com\n";
  const question = await (await send({}, text)).text();
  await pages.put({ entry: "lee@partner.com", effect: "deny" });
  const again = await send({ sure: "yes", version: hidden(question, "version") }, text);
  expect(again.status).toBe(200);
  expect(await again.text()).toContain("Invite 1 person");
  expect(await rowOf("kim@partner.com")).toBeUndefined();
});

it.each([
  { text: "email\n", says: "There is nobody in it." },
  { text: "mail;x\n", says: "Line 1: " },
  { text: `email\n${Array.from({ length: 2_001 }, (_, index) => `p${index}@partner.com`).join("\n")}\n`, says: "more than 2,000 people" },
])("invites nobody of a file: $says", async ({ text, says }) => {
  const refused = await send({}, text);
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain(says);
});

it("starts the function if the answer cannot wait for all", async () => {
  vi.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort());
  const text = "email\nkim@partner.com\n";
  const question = await (await send({}, text)).text();
  const done = await send({ sure: "yes", version: hidden(question, "version") }, text);
  expect(started).toEqual([{ "detail-type": PEOPLE_JOBS }]);
  expect(await (await pages.get(done.headers.get("location") ?? "", "Reader")).text()).toMatch(/data-live="3".*0% done/s);
  vi.restoreAllMocks();
});

it("names the columns of a file that are not read, as the command does", async () => {
  const text = "userPrincipalName,displayName,mail,userType\nlee@partner.com,Lee,lee@partner.com,Guest\n";
  expect(await (await send({}, text)).text()).toContain("Not read: displayName, userType.");
});
