import { mailStateStore } from "../../../adapters/mail/mail-states";
import { taskStore } from "../../../adapters/tables/tasks";
import { type MailLine, type MailState, mailSubjects } from "../../../engine/mail/mail-line";
import { buildPersonId, keyedHash } from "../../../engine/sign-up/person";
import { freshTask, requestSubject } from "../../../engine/tasks/task";
import { arrive } from "../../../features/accounts/change";
import { accountStore } from "../../../features/accounts/store/accounts";
import { invitationId } from "../../../features/approvals/invite-person";
import { doctorContext } from "../../../features/doctor/verbs/check";
import { examine } from "../../../features/doctor/verbs/doctor";
import { packageRoot } from "../../../lib/app-root";
import { gatehouse, jsonLines, PERSON_KEY, startInstance, type TestInstance } from "../../cli/support";
import { record } from "../../console/support";
import { policyFolder } from "../../support/policy-folder";
import { newcomer } from "../accounts/accounts";

let instance: TestInstance;
beforeAll(async () => {
  const step = `import { beforeCreateUser, invited } from "entra-gatehouse";\nexport default beforeCreateUser([invited()], { trust: ["mail"] });\n`;
  instance = await startInstance([], policyFolder({ "before-create-user.ts": step }), { audit: true, accounts: true });
  await gatehouse("invite", "kim@partner.com", ...instance.local);
});
afterAll(() => instance.close());

const INVITATION = requestSubject(invitationId("kim@partner.com", undefined, keyedHash(PERSON_KEY)));
const note = async (state: MailState, more: Partial<MailLine> = {}, subject = INVITATION) => {
  const at = new Date().toISOString();
  const clock = { now: () => Date.now(), startTimer: () => () => undefined } as never;
  await mailStateStore({ tables: instance.dynamodb.client, clock }, "ledger").note(
    { subject },
    { id: "m1", kind: "invited", reader: "kim", state, at, sentAt: at, ...more },
  );
};

const checkMails = async () => {
  const results: unknown[] = [];
  const context = doctorContext(packageRoot, { stack: "Gatehouse", local: true, data: instance.data } as never);
  for await (const examined of examine(context, ["mails"])) results.push(examined);
  return results;
};

it.each<{ state: MailState; why?: string; says: RegExp; isReturned: boolean }>([
  { state: "sent", says: /Invitation: sent, nothing heard since/, isReturned: false },
  { state: "handed-over", says: /Invitation: handed over to the reader's mail server/, isReturned: false },
  { state: "delayed", why: "MailboxFull", says: /Invitation: delayed, .*\(MailboxFull\)/, isReturned: false },
  { state: "waiting", why: "quota", says: /Invitation: waits, .*\(the daily quota is spent\)/, isReturned: false },
  { state: "bounced", why: "Permanent/General", says: /Invitation: came back for good, .*\(Permanent\/General\)/, isReturned: true },
  { state: "bounced", why: "Transient/MailboxFull", says: /Invitation: came back for now/, isReturned: true },
  { state: "bounced", why: "suppressed", says: /the address is on the suppression list since an earlier bounce/, isReturned: true },
  { state: "complained", why: "abuse", says: /Invitation: marked as spam, .*\(abuse\)/, isReturned: true },
  { state: "rejected", why: "Bad content", says: /Invitation: rejected by SES/, isReturned: true },
  { state: "not-sent", why: "MessageRejected", says: /Invitation: not sent, .*\(SES refuses the mail\)/, isReturned: true },
])("invite list, approvals show and doctor say of an invitation's mail: $state ($why)", async ({ state, why, says, isReturned }) => {
  await note(state, { why });
  const list = await gatehouse("invite", "list", ...instance.local);
  expect(list.stdout).toMatch(says);
  if (isReturned) expect(list.stderr).toMatch(/invite resend REFERENCE.*, invite transfer WRONG RIGHT.* corrects its address/);
  else expect(list.stderr).not.toContain("came back");
  expect((await gatehouse("approvals", "show", "kim@partner.com", ...instance.local)).stdout).toMatch(says);
  const explained = await gatehouse("why", "kim@partner.com", ...instance.local);
  if (isReturned || state === "delayed" || state === "waiting") expect(explained.stdout).toMatch(says);
  else expect(explained.stdout).not.toContain("Invitation:");
  for (const words of [
    ["invite", "list"],
    ["approvals", "show", "kim@partner.com"],
  ])
    expect(jsonLines(await gatehouse(...words, "--json", ...instance.local))).toMatchObject([{ mails: [{ kind: "invited", state }] }]);
  const results = await checkMails();
  const told = isReturned ? { told: expect.stringMatching(new RegExp(`^1 invitation came back, the last: .*${says.source}`)) } : {};
  expect(results).toEqual([{ check: "mails", faults: [], ...told }]);
});

it("expiry list, expiry show and why say what became of a mail about an account, and --mail returned finds it", async () => {
  const tables = instance.dynamodb.client;
  for (const id of ["kim", "well"]) {
    const row = { ...newcomer, id, email: `${id}@partner.com`, personId: buildPersonId(`${id}@partner.com`, keyedHash(PERSON_KEY)) };
    await accountStore(tables, "accounts").change(id, (stored) => arrive(stored, row, new Date()));
  }
  await note("handed-over", { kind: "sponsor" }, mailSubjects.account("well"));
  await note("bounced", { kind: "access to the person", why: "Permanent/General" }, mailSubjects.account("kim"));
  const says = /Mail to the person: came back for good, .*\(Permanent\/General\)/;
  for (const words of [
    ["expiry", "list"],
    ["expiry", "show", "kim@partner.com"],
    ["why", "kim@partner.com"],
  ])
    expect((await gatehouse(...words, ...instance.local)).stdout).toMatch(says);
  const returned = await gatehouse("expiry", "list", "--mail", "returned", "--json", ...instance.local);
  expect(jsonLines(returned)).toMatchObject([{ id: "kim", mails: [{ state: "bounced" }] }]);
  expect(jsonLines(returned)).toHaveLength(1);
});

it("--mail returned finds the invitations and requests about which a mail came back, and was not sent again", async () => {
  const list = async (...words: string[]) => {
    const rows = jsonLines(await gatehouse(...words, "--mail", "returned", "--json", ...instance.local)) as readonly { email: string }[];
    return rows.map(({ email }) => email);
  };
  await gatehouse("invite", "well@partner.com", ...instance.local);
  await note("bounced", { why: "Permanent/General" });
  expect(await list("invite", "list")).toEqual(["kim@partner.com"]);
  expect(await list("approvals", "list", "--state", "denied")).toEqual([]);
  await note("handed-over", { id: "m2", sentAt: new Date(Date.now() + 1_000).toISOString() });
  expect(await list("invite", "list")).toEqual([]);
});

it("partners list and show say what became of a mail to an approver about the domain", async () => {
  expect(await gatehouse("partners", "add", "northwind.example", ...instance.local)).toMatchObject({ exitCode: 0 });
  const before = await gatehouse("partners", "list", ...instance.local);
  expect(before.stdout).not.toContain("came back");
  await note("bounced", { kind: "partners", why: "Permanent/General" }, mailSubjects.partner("northwind.example"));
  const says = /Mail to an approver: came back for good, .*\(Permanent\/General\)/;
  for (const words of [["list"], ["show", "northwind.example"]]) {
    expect((await gatehouse("partners", ...words, ...instance.local)).stdout).toMatch(says);
    expect(jsonLines(await gatehouse("partners", ...words, "--json", ...instance.local))).toMatchObject([
      { domain: "northwind.example", mails: [{ kind: "partners", state: "bounced" }] },
    ]);
  }
});

it("partners list --mail returned finds the domains about which a mail came back, and doctor names what it is", async () => {
  for (const domain of ["northwind.example", "well.example"]) await gatehouse("partners", "add", domain, ...instance.local);
  await note("bounced", { kind: "partners", why: "Permanent/General" }, mailSubjects.partner("northwind.example"));
  const list = async (...words: string[]) =>
    (jsonLines(await gatehouse("partners", "list", ...words, "--json", ...instance.local)) as readonly { domain: string }[]).map(
      ({ domain }) => domain,
    );
  expect(await list("--mail", "returned")).toEqual(["northwind.example"]);
  expect(await list("--mail", "returned", "--state", "proven")).toEqual([]);
  await instance.decisions.keep(record({ email: "kim@partner.com", verdict: "block" }), 90);
  await note("bounced", { kind: "works-again" }, mailSubjects.decision(record({}).reference));
  const task = { ...freshTask("domain/northwind.example"), owner: { id: "oid-lee", name: "Lee" } };
  await taskStore(instance.dynamodb.client, "ledger").replace(undefined, task, new Date());
  await note("bounced", { kind: "assignee" }, "task/domain/northwind.example");
  const { told = "" } = (await checkMails())[0] as { told?: string };
  expect(told).toMatch(/Mails about 1 partner came back, the last \(northwind\.example\): Mail to an approver: came back/);
  expect(told).toContain(`Mails to 1 person turned away came back, the last (${record({}).reference}): Mail to the person: came back`);
  expect(told).toContain("Mails about 1 task came back, the last (domain/northwind.example): Mail to a colleague: came back");
});

it("invite list, approvals show and why do not say of a revoked invitation that its mail waits: it will not be sent", async () => {
  await gatehouse("invite", "gone@partner.com", ...instance.local);
  const id = requestSubject(invitationId("gone@partner.com", undefined, keyedHash(PERSON_KEY)));
  await note("waiting", { kind: "invitation.sent.v1", reader: undefined, why: "quota" }, id);
  const told = async (...state: string[]) =>
    await Promise.all(
      [
        ["invite", "list", ...state],
        ["approvals", "show", "gone@partner.com"],
        ["why", "gone@partner.com"],
      ].map(async (words) => /Invitation: waits/.test((await gatehouse(...words, ...instance.local)).stdout)),
    );
  expect(await told()).toEqual([true, true, true]);
  await gatehouse("invite", "revoke", "gone@partner.com", "--yes", ...instance.local);
  expect(await told("--state", "revoked")).toEqual([false, false, false]);
});
