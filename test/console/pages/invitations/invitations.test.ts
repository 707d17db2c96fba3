import { invitationId } from "../../../../engine/approvals/invitation";
import { requestId } from "../../../../engine/approvals/request";
import { submit } from "../../../../engine/approvals/transitions";
import { asking, HOUR } from "../../../engine/approvals/requests";
import { person } from "../../../engine/sign-up/people";
import { startConsole, type TestConsole } from "../../support";

let pages: TestConsole;
beforeEach(async () => {
  pages = await startConsole();
});
afterEach(() => pages.close());

const CODE = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/;
const send = (fields: Record<string, string>, role: "Approver" | "Administrator" = "Approver") =>
  pages.post("/invitations", role, { addresses: "kim@partner.com", days: "14", sponsor: "", language: "ko", note: "", ...fields });
const rowOf = async (email: string) => {
  const { hashOf } = await pages.world.hashes();
  return await pages.world.approvals.get(invitationId(email, undefined, hashOf));
};
const list = async (state: string, role: "Reader" | "Approver" = "Approver") =>
  await (await pages.get(`/invitations?state=${state}`, role)).text();
const change = async (verb: string, emails: readonly string[], days = "30") => {
  const ids = await Promise.all(emails.map(async (email) => (await rowOf(email))?.id ?? ""));
  return await pages.post("/invitations/change", "Approver", { verb, days, state: "open", invitation: ids });
};

it("invites the people of a list, shows each code once, and leaves open invitations as they are", async () => {
  const first = await (await send({ addresses: "kim@partner.com, lee@partner.com\nKim@partner.com", sponsor: "mina@contoso.com" })).text();
  expect(first.match(new RegExp(CODE, "g"))).toHaveLength(2);
  expect(await rowOf("kim@partner.com")).toMatchObject({
    state: "approved",
    locales: ["ko"],
    decision: { by: { kind: "console", name: "Test Approver" } },
    invitation: { sponsor: "mina@contoso.com" },
  });
  expect(await (await send({})).text()).toContain("Has an open invitation already");
  const open = await list("open");
  for (const text of ["kim@partner.com", "lee@partner.com", "mina@contoso.com", "Test Approver"]) expect(open).toContain(text);
  expect(open).not.toMatch(CODE);
  expect(await list("used")).toContain("Nobody has used an invitation yet.");
  expect(await (await pages.get("/approvals?view=decided", "Reader")).text()).not.toContain("kim@partner.com");
  const { entries } = await pages.world.audit.ofDay(new Date().toISOString().slice(0, 10));
  expect(entries.map(({ action, by }) => `${action} ${by}`)).toEqual(Array(2).fill("approvals.invite oid-Approver"));
});

it("announces each invitation in the trail by the code that its row gets, so that the row's change is no stranger's", async () => {
  await send({});
  await change("revoke", ["kim@partner.com"]);
  const first = await rowOf("kim@partner.com");
  await send({});
  const again = await rowOf("kim@partner.com");
  expect(again?.reference).not.toBe(first?.reference);
  const { entries } = await pages.world.audit.ofDay(new Date().toISOString().slice(0, 10));
  const told = entries.map(({ action, subject, after }) => [action, subject, after?.email]).reverse();
  expect(told).toEqual([
    ["approvals.invite", first?.reference, "kim@partner.com"],
    ["approvals.deny", first?.reference, "kim@partner.com"],
    ["approvals.invite", again?.reference, "kim@partner.com"],
  ]);
});

it("sends again with another code, extends and revokes what is selected", async () => {
  await send({ addresses: "kim@partner.com lee@partner.com" });
  const before = await rowOf("kim@partner.com");
  expect(await (await change("resend", ["kim@partner.com"])).text()).toMatch(CODE);
  const again = await rowOf("kim@partner.com");
  expect(again?.invitation?.code).not.toBe(before?.invitation?.code);
  expect((await change("extend", ["kim@partner.com", "lee@partner.com"], "90")).headers.get("location")).toContain("done=extended");
  const extended = await rowOf("kim@partner.com");
  expect(extended?.invitation).toEqual(again?.invitation);
  expect(Date.parse(extended?.passUntil ?? "")).toBeGreaterThan(Date.now() + 89 * 24 * HOUR);
  expect((await change("revoke", ["lee@partner.com"])).headers.get("location")).toContain("done=revoked");
  expect(await rowOf("lee@partner.com")).toMatchObject({ state: "denied" });
  expect(await list("revoked")).toContain("lee@partner.com");
  expect(await (await change("extend", ["lee@partner.com"])).text()).toContain("It is denied");
});

it("lets in those who have waited longest", async () => {
  const { hashOf } = await pages.world.hashes();
  for (const [index, name] of ["first", "second", "third"].entries()) {
    const signUp = person({ email: `${name}@partner.com` });
    const asked = asking({ signUp, hashOf, onApproval: "continue", waitlist: true });
    await pages.world.approvals.change(requestId(signUp, hashOf), (row) => submit(row, asked, new Date(Date.now() - (9 - index) * HOUR)));
  }
  expect(await list("waiting")).toMatch(/first@.*second@.*third@/s);
  const done = await pages.post("/invitations/oldest", "Approver", { count: "2" });
  expect(done.headers.get("location")).toBe("/invitations?state=waiting&done=oldest");
  const waiting = await list("waiting");
  expect(waiting).toContain("third@partner.com");
  expect(waiting).not.toContain("first@partner.com");
});

it.each<{ fields: Record<string, string>; says: string }>([
  { fields: { addresses: " " }, says: "Write at least one address." },
  { fields: { addresses: "kim@partner.com nobody" }, says: "“nobody” is not one e-mail address." },
  { fields: { addresses: Array.from({ length: 101 }, (_, index) => `p${index}@partner.com`).join("\n") }, says: "more than 100 addresses" },
  { fields: { days: "0" }, says: "Write a number of days from 1 to 3650." },
  { fields: { sponsor: "boss" }, says: "The sponsor is not an e-mail address." },
  { fields: { sponsor: "Kim@partner.com" }, says: "Nobody can be their own sponsor: kim@partner.com" },
])("invites nobody with $fields", async ({ fields, says }) => {
  const refused = await send(fields);
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain(says);
  expect(await list("open")).toContain("Nobody has an open invitation.");
});

it("is read by everybody, and changed by approvers alone", async () => {
  await send({});
  const read = await list("open", "Reader");
  expect(read).toContain("kim@partner.com");
  expect(read).not.toContain("Invite people");
  expect(await (await pages.get("/invitations?lang=ko", "Reader")).text()).toContain("초대한 사람");
});

it("gives an open invitation to somebody else until the same end, once, with both codes in the trail", async () => {
  await send({ addresses: "kim@partner.com lee@partner.com", sponsor: "mina@contoso.com" });
  const transfer = async (emails: readonly string[], to: string) => {
    const ids = await Promise.all(emails.map(async (email) => (await rowOf(email))?.id ?? ""));
    return await pages.post("/invitations/change", "Approver", { verb: "transfer", days: "14", state: "open", to, invitation: ids });
  };
  const before = await rowOf("kim@partner.com");
  for (const { emails, to, says } of [
    { emails: ["kim@partner.com", "lee@partner.com"], to: "choi@partner.com", says: "Select the one invitation" },
    { emails: ["kim@partner.com"], to: "nobody", says: "Write the e-mail address" },
    { emails: ["kim@partner.com"], to: "KIM@partner.com", says: "It is the address that is invited already." },
    { emails: ["kim@partner.com"], to: "lee@partner.com", says: "That address has an open invitation already" },
  ]) {
    const refused = await transfer(emails, to);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain(says);
  }
  expect(await rowOf("kim@partner.com")).toEqual(before);
  expect(await (await transfer(["kim@partner.com"], "Choi@partner.com")).text()).toMatch(CODE);
  const [from, to] = [await rowOf("kim@partner.com"), await rowOf("choi@partner.com")];
  expect(from).toMatchObject({ state: "denied", decision: { note: `Transferred to ${to?.reference}` } });
  expect(to).toMatchObject({ state: "approved", locales: ["ko"], invitation: { sponsor: "mina@contoso.com" } });
  const { entries } = await pages.world.audit.ofDay(new Date().toISOString().slice(0, 10));
  const made = entries.map(({ action, subject }) => `${action} ${subject}`);
  expect(made).toContain(`approvals.invite ${to?.reference}`);
  expect(made).toContain(`approvals.deny ${from?.reference}`);
  expect(await (await transfer(["kim@partner.com"], "han@partner.com")).text()).toContain("Only an open invitation");
});
