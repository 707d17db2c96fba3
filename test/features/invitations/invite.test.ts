import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { userHere } from "../../../cli/deployment";
import { localTime } from "../../../cli/typed";
import { keyedHash } from "../../../engine/sign-up/person";
import { beforeCreateUser, type Policy } from "../../../engine/sign-up/policy";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { listsOfPolicies } from "../../../features/access-list/asked-lists";
import { accessList } from "../../../features/access-list/rule";
import type { AccountRow } from "../../../features/accounts/account";
import type { TransitionResult } from "../../../features/approvals/change";
import { invitationId, invitePerson } from "../../../features/approvals/invite-person";
import { type ApprovalRequest, requestId } from "../../../features/approvals/request";
import { requestApproval } from "../../../features/approvals/request-approval";
import { deny, reopen, submit } from "../../../features/approvals/transitions";
import { accessEndedStore } from "../../../features/expiry/store/ended";
import { accept } from "../../../features/invitations/invitation";
import { knownDomains } from "../../../features/look-alikes/store";
import { gatehouse, jsonLines, PERSON_KEY, startInstance, type TestInstance } from "../../cli/support";
import { hashOf, person } from "../../engine/sign-up/people";
import { policyFolder } from "../../support/policy-folder";
import { newcomer } from "../accounts/accounts";
import { alice, asking, DAY, HOUR, kim, rowOf as rowFrom } from "../approvals/requests";

let instance: TestInstance;
beforeAll(async () => {
  const step = `import { accessList, beforeCreateUser, invited } from "entra-gatehouse";\nexport default beforeCreateUser([accessList({ otherwise: "continue" }), invited()], { trust: ["mail", "google.com"] });\n`;
  instance = await startInstance([], policyFolder({ "before-create-user.ts": step }), { gates: ["suppliers"] });
});
afterAll(() => instance.close());
afterEach(async () => {
  for (const state of ["approved", "admitted", "denied", "expired", "pending"] as const)
    for await (const page of instance.approvals.byState(state)) for (const request of page) await instance.approvals.remove(request);
});

const invite = (...args: string[]) => gatehouse("invite", ...args, ...instance.local);
async function rowOf(email: string, gate?: string): Promise<ApprovalRequest | undefined> {
  return await instance.approvals.get(invitationId(email, gate, keyOf));
}
const keyOf = keyedHash(PERSON_KEY);
const CODE = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/;
const daysLeft = (row: ApprovalRequest | undefined) => Math.round((Date.parse(row?.passUntil ?? "") - Date.now()) / DAY);

it.each([
  { args: ["--help"], shows: ["send", "list", "resend", "extend", "transfer", "revoke", "oldest"] },
  {
    args: ["send", "--help"],
    shows: ["--file <file>", "--sponsor <address>", "$ npm run gate -- invite kim@partner.com"],
  },
])("shows help for $args", async ({ args, shows }) => {
  const { exitCode, stdout } = await gatehouse("invite", ...args);
  expect(exitCode).toBe(0);
  for (const text of shows) expect(stdout).toContain(text);
});

const lastActs = async (...emails: readonly string[]) =>
  (await Promise.all(emails.map((email) => rowOf(email)))).map((row) => row?.history.at(-1)?.act);

it("each row keeps the id of the act that wrote it: one command is one act", async () => {
  const both = ["kim@partner.com", "lee@partner.com"] as const;
  await invite(...both);
  const [one, other] = await lastActs(...both);
  expect(one).toMatch(/^\d{8}-\d{9}-\w{4}$/);
  expect(other).toBe(one);
  await invite("resend", ...both);
  const [again, otherAgain] = await lastActs(...both);
  expect(otherAgain).toBe(again);
  expect(again).not.toBe(one);
  await invite("transfer", "lee@partner.com", "mina@partner.com", "--yes");
  const [revoked, invited] = await lastActs("lee@partner.com", "mina@partner.com");
  expect([revoked === invited, revoked === again]).toEqual([true, false]);
});

it("a gate that is not open is named: meanwhile an invitation alone lets nobody in", async () => {
  await instance.putRow(
    { reference: "posture", id: "default", state: "closed", reason: "bots", until: "2099-01-01T00:00:00.000Z" },
    instance.decisionsTable,
  );
  const ran = await invite("kim@partner.com", "lee@partner.com", "--yes");
  expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("kim@partner.com: invited until") });
  expect(ran.stderr).toMatch(/^The gate default is set to Closed until .*: meanwhile an invitation alone lets nobody in\.$/m);
  expect(ran.stderr.match(/meanwhile/g)).toHaveLength(1);
  expect((await rowOf("kim@partner.com"))?.history.at(-1)?.concerns).toEqual(["gate-not-open"]);
  expect((await invite("kim@partner.com", "--gate", "suppliers")).stderr).not.toContain("meanwhile");
  await instance.putRow({ reference: "posture", id: "default", state: "open" }, instance.decisionsTable);
});

describe("invite", () => {
  it("invites addresses, prints the end, and prints each address's code", async () => {
    const ran = await invite("kim@partner.com", "K.Im@gmail.com", "--sponsor", "Mina@contoso.com", "--language", "ko", "--note", "fair");
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toMatch(new RegExp(`^kim@partner\\.com: invited until .*, code ${CODE.source}\nk\\.im@gmail\\.com: invited until`));
    const row = await rowOf("kim@partner.com");
    expect(row).toMatchObject({
      state: "approved",
      email: "kim@partner.com",
      locales: ["ko"],
      decision: { verdict: "approved", by: { kind: "cli", name: userHere() }, note: "fair" },
      invitation: { code: expect.stringMatching(CODE), sponsor: "mina@contoso.com" },
    });
    expect(daysLeft(row)).toBe(14);
    expect(await rowOf("kim@gmail.com")).toMatchObject({ email: "k.im@gmail.com" });
  });

  describe("a denying entry of the list", () => {
    afterEach(() => instance.clear());
    const csv = () => {
      const file = join(instance.data, "some.csv");
      writeFileSync(file, "email\nkim@partner.com\nlee@contoso.com\n");
      return file;
    };
    it.each<{ given: string; rows: readonly Record<string, string>[]; says?: string; args?: () => readonly string[] }>([
      { given: "their domain", rows: [{ entry: "partner.com", effect: "deny" }], says: "by the entry partner.com." },
      { given: "their address", rows: [{ entry: "kim@partner.com", effect: "deny" }], says: "by the entry kim@partner.com." },
      {
        given: "one of a file",
        rows: [{ entry: "partner.com", effect: "deny" }],
        says: "by the entry partner.com.",
        args: () => ["--file", csv()],
      },
      {
        given: "their domain, but an allow of them is closer",
        rows: [
          { entry: "partner.com", effect: "deny" },
          { entry: "kim@partner.com", effect: "allow" },
        ],
      },
      { given: "a provider: it is not known how they will sign in", rows: [{ entry: "issuer:entra", effect: "deny" }] },
      { given: "another gate's people", rows: [{ entry: "partner.com", effect: "deny", gates: "suppliers" }] },
    ])("is named, and invite asks before it invites: the list denies $given", async ({ rows, says, args = () => ["kim@partner.com"] }) => {
      for (const row of rows) await instance.putRow(row);
      const ran = await invite(...args());
      if (says === undefined) {
        expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
        return;
      }
      expect(ran).toMatchObject({
        exitCode: 1,
        stdout: "",
        stderr: expect.stringContaining(`kim@partner.com: the access list denies them, ${says}`),
      });
      expect(ran.stderr).toContain("There is no terminal to ask at, so nothing was changed: add --yes.");
      expect([await rowOf("kim@partner.com"), await rowOf("lee@contoso.com")]).toEqual([undefined, undefined]);
      const sure = await invite(...args(), "--yes");
      expect(sure).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(says) });
      expect(await rowOf("kim@partner.com")).toMatchObject({ state: "approved" });
    });

    it.each([
      { verb: ["resend", "kim@partner.com"] },
      { verb: ["extend", "kim@partner.com", "--days", "30"] },
      { verb: ["transfer", "lee@contoso.com", "kim2@partner.com"] },
    ])("is named by other commands too, which ask before they change anything: invite $verb", async ({ verb }) => {
      await invite("kim@partner.com", "lee@contoso.com");
      const before = [await rowOf("kim@partner.com"), await rowOf("lee@contoso.com")];
      await instance.putRow({ entry: "partner.com", effect: "deny" });
      const ran = await invite(...verb);
      expect(ran).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining("by the entry partner.com.") });
      expect([await rowOf("kim@partner.com"), await rowOf("lee@contoso.com")]).toEqual(before);
      expect(await invite(...verb, "--yes")).toMatchObject({ exitCode: 0 });
      expect((await invite("revoke", "kim@partner.com", "kim2@partner.com", "--yes")).stderr).not.toContain("denies");
    });

    it.each([
      { verb: ["kim@c0ntosso.com"] },
      { verb: ["kim@c0ntosso.com", "lee@c0ntosso.com"] },
      { verb: ["resend", "kim@c0ntosso.com"] },
      { verb: ["transfer", "kim@partner.com", "lee@c0ntosso.com"] },
    ])("does not have to exist for a warning about a domain that looks like an allowed one: invite $verb", async ({ verb }) => {
      if (verb[0] === "resend") await invite("kim@c0ntosso.com");
      if (verb[0] === "transfer") await invite("kim@partner.com");
      await instance.putRow({ entry: "contosso.com", effect: "allow" });
      await knownDomains(instance.dynamodb.client, "ledger").allowed(["contosso.com"]);
      const ran = await invite(...verb);
      expect(ran.exitCode).toBe(0);
      expect(
        ran.stderr.match(/c0ntosso\.com only looks like contosso\.com: invite only if you know who owns c0ntosso\.com\./g),
      ).toHaveLength(1);
      expect((await invite("kim@contosso.com")).stderr).not.toContain("looks like");
    });

    /** Gates whose policies ask the list so. */
    async function deployed<T>(gates: Readonly<Record<string, Policy>>, run: () => Promise<T>): Promise<T> {
      const file = join(instance.data, "instance.json");
      const stood = readFileSync(file, "utf8");
      const lists = Object.fromEntries(Object.entries(gates).map(([gate, policy]) => [gate, listsOfPolicies([policy])]));
      writeFileSync(file, JSON.stringify({ ...JSON.parse(stood), askedLists: JSON.stringify(lists) }));
      try {
        return await run();
      } finally {
        writeFileSync(file, stood);
      }
    }
    const asksNobody = beforeCreateUser([accessList()], { trust: "any" });
    const asksApprover = beforeCreateUser([accessList(), requestApproval({ when: "approval" })], { trust: "any" });

    it("is not looked up at a gate whose policy has no list", async () => {
      await instance.putRow({ entry: "partner.com", effect: "deny" });
      await deployed(
        { default: beforeCreateUser([requestApproval()], { trust: ["mail", "google.com"] }), suppliers: asksNobody },
        async () => {
          expect(await invite("kim@partner.com")).toMatchObject({ exitCode: 0, stderr: "" });
          expect(await invite("kim@partner.com", "--gate", "suppliers")).toMatchObject({ exitCode: 1 });
        },
      );
    });

    it.each([
      { verb: ["kim@partner.com"] },
      { verb: ["resend", "ann@partner.com"] },
      { verb: ["extend", "ann@partner.com", "--days", "30"] },
      { verb: ["transfer", "lee@contoso.com", "kim2@partner.com"] },
    ])("can also be an entry that requires approval, if no rule asks for approval: invite $verb", async ({ verb }) => {
      await invite("ann@partner.com", "lee@contoso.com");
      await instance.putRow({ entry: "partner.com", effect: "approval" });
      const refused = await deployed({ default: asksNobody }, () => invite(...verb));
      expect(refused).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining("by the entry partner.com.") });
      expect(refused.stderr).toContain("A deny always wins, and so does an approval where no rule asks for approval");
      expect(await deployed({ default: asksApprover }, () => invite(...verb))).toMatchObject({ exitCode: 0, stderr: "" });
    });
  });

  it("keeps a valid invitation, and renews one that has ended", async () => {
    await invite("kim@partner.com");
    const first = await rowOf("kim@partner.com");
    expect(await invite("kim@partner.com")).toMatchObject({
      exitCode: 0,
      stderr: "kim@partner.com: has a valid invitation already; invite resend sends it again.\n",
    });
    expect(await rowOf("kim@partner.com")).toEqual(first);
    await invite("revoke", "kim@partner.com", "--yes");
    expect((await invite("kim@partner.com", "--days", "3")).exitCode).toBe(0);
    const second = await rowOf("kim@partner.com");
    expect(second?.invitation?.code).not.toBe(first?.invitation?.code);
    expect(second?.history.map(({ to }) => to)).toEqual(["approved", "denied", "approved"]);
  });

  it("reports the lines of a file that it cannot read, and invites nobody", async () => {
    const file = join(instance.data, "people.csv");
    writeFileSync(
      file,
      "email,language,sponsor\nkim@partner.com,de,\nKIM@partner.com,,\nnobody,,\nlee@partner.com,zz!,\nlee@partner.com,,boss\n",
    );
    const ran = await invite("--file", file, "--gate", "suppliers");
    expect(ran).toMatchObject({ exitCode: 1 });
    expect(ran.stderr.split("\n")).toEqual([
      `${file}:4: "nobody" is not one plain e-mail address: write one like kim@contoso.com.`,
      `${file}:5: "zz!" is no language: write a tag such as en, ko or pt-BR.`,
      `${file}:6: "boss" is not one plain e-mail address: write one like kim@contoso.com.`,
      "3 lines are wrong; nobody was invited.",
      "",
    ]);
    expect(ran.stdout).toBe("");
    expect(await rowOf("kim@partner.com", "suppliers")).toBeUndefined();
  });

  it.each([
    { text: "Email,Language,Sponsor,Note\nkim@partner.com,ko,mina@contoso.com,fair\n", name: "people.csv" },
    { text: '{"Email":"kim@partner.com","Language":"ko","Sponsor":"mina@contoso.com","Note":"fair"}\n', name: "people.jsonl" },
  ])("accepts column names in any case: $name", async ({ text, name }) => {
    const file = join(instance.data, name);
    writeFileSync(file, text);
    expect(await invite("--file", file)).toMatchObject({ exitCode: 0 });
    const row = await rowOf("kim@partner.com");
    expect(row).toMatchObject({ locales: ["ko"], invitation: { sponsor: "mina@contoso.com" } });
    expect(JSON.stringify(row)).toContain("fair");
  });

  it.each([
    { text: "email,lang\n", says: ':1: there is no column "lang"; there are email, language, sponsor, note' },
    { text: "email,sponser\n", says: ':1: there is no column "sponser": write sponsor' },
    { text: "email;language\n", says: ":1: separate columns with commas" },
    { text: "Mail\nkim@partner.com\n", says: ':1: there is no column "Mail": write email' },
    { text: "email\nkim@partner.com\nemail\n", says: ":3: names the columns once more" },
  ])("rejects $text and invites nobody", async ({ text, says }) => {
    const file = join(instance.data, "people.csv");
    writeFileSync(file, text);
    const ran = await invite("--file", file);
    expect(ran).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining(file + says) });
    expect(await rowOf("kim@partner.com")).toBeUndefined();
  });

  const templateHeader =
    "Email address to invite [inviteeEmail] Required,Redirection url [inviteRedirectURL] Required,Send invitation message (true or false) [sendEmail],Customized invitation message [customizedMessageBody]";
  const inJapanese =
    "招待するメール アドレス [inviteeEmail] 必須,リダイレクト URL [inviteRedirectURL] 必須,招待メッセージの送信 (true または false) [sendEmail],カスタマイズされた招待メッセージ [customizedMessageBody]";
  const url = "https://myapplications.microsoft.com";
  it.each([
    { given: "as it is downloaded, with its row of examples", top: "version:v1.0", header: templateHeader, example: true },
    { given: "saved by Excel", top: "version:v1.0,,,", header: templateHeader },
    { given: "of a Japanese admin center", top: "\ufeffversion:v1.0", header: inJapanese },
    { given: "with a column of ours", top: "version:v1.0", header: `${templateHeader},sponsor`, more: ",mina@contoso.com" },
  ])("invites the people of the admin center's template $given", async ({ top, header, example, more = "" }) => {
    const file = join(instance.data, "UserInviteTemplate.csv");
    const examples = example ? [`Example: lstokes@fabrikam.com, ${url}, TRUE, Welcome to the Contoso organization!`] : [];
    writeFileSync(file, [top, header, ...examples, `kim@partner.com, ${url}, TRUE,Welcome${more}`, ""].join("\r\n"));
    const ran = await invite("--file", file);
    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^kim@partner\.com: invited until [^\n]*\n$/) });
    expect(ran.stderr).toMatch(/^Not read: .*\[inviteRedirectURL\].*, .*\[customizedMessageBody\]\.\n$/);
  });

  it("invites nobody from a template that suppresses mail for a person or lacks an address", async () => {
    const file = join(instance.data, "UserInviteTemplate.csv");
    writeFileSync(file, `version:v1.0,,,\n${templateHeader}\nkim@partner.com,${url},FALSE,\n,${url},TRUE,\n`);
    const ran = await invite("--file", file);
    expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ran.stderr).toContain(`${file}:3: sendEmail is false`);
    expect(ran.stderr).toContain(`${file}:4: "" is not one plain e-mail address`);
  });

  it("invites the people of the admin center's user list, and rejects rows without a mail address", async () => {
    const file = join(instance.data, "exportUsers_2026-11-28.csv");
    const header = "userPrincipalName,displayName,surname,mail,givenName,id,userType,accountEnabled,alternateEmailAddress,createdDateTime";
    const kim =
      "kim_partner.com#EXT#@contoso.onmicrosoft.com,Kim,,,,7cc0c81b-f2a2-489a-8243-eda96da4214d,Guest,True,Kim@partner.com,8/19/2021";
    const lee = "lee@partner.com,Lee,,l.lee@partner.com,,7cc0c81b-f2a2-489a-8243-eda96da4214e,Member,True,,8/19/2021";
    writeFileSync(file, [header, kim, lee, ""].join("\r\n"));
    const ran = await invite("--file", file);
    expect(ran.stdout.match(/^[^ ]+(?=: invited)/gm)).toEqual(["kim@partner.com", "l.lee@partner.com"]);
    expect(ran.stderr).toContain("Not read: displayName, surname, givenName, id, userType, accountEnabled, createdDateTime.");
    writeFileSync(file, [header, kim.replace("Kim@partner.com", ""), lee.replace("l.lee@partner.com", ""), ""].join("\r\n"));
    expect((await invite("--file", file)).stderr.split("\n")).toEqual(
      expect.arrayContaining([
        `${file}:2: kim_partner.com#EXT#@contoso.onmicrosoft.com has no mail in the file: write one, kim@partner.com if that is their address`,
        `${file}:3: lee@partner.com has no mail in the file: write one`,
      ]),
    );
  });

  it("invites each person of a file once", async () => {
    const file = join(instance.data, "people.csv");
    writeFileSync(file, "email,language,sponsor\nkim@partner.com,pt_BR,\nKIM@partner.com,,\nlee@partner.com,zh-yue-HK,\n");
    const ran = await invite("--file", file, "--gate", "suppliers");
    expect(ran).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(
        /^\S+people\.csv:3: the same mailbox as in line 2, which counts\.\nThe policy of the gate suppliers cannot be read here: .*\nAct \S+: invite undo \S+ revokes what is unused\.\n$/,
      ),
    });
    expect(ran.stdout).toMatch(/\nInvited 2 people\.\n$/);
    expect(await rowOf("kim@partner.com", "suppliers")).toMatchObject({ gate: "suppliers", locales: ["pt-BR"] });
    expect(await rowOf("lee@partner.com", "suppliers")).toMatchObject({ locales: ["yue-HK"] });
    expect(await rowOf("kim@partner.com")).toBeUndefined();
    expect((await invite("--file", file, "--gate", "suppliers")).stdout).toBe("Invited 0 people; 2 had an invitation.\n");
  });

  it("names the lines of a file whose mailbox another line or an argument names, and at most 50 of them", async () => {
    const file = join(instance.data, "twice.csv");
    const lines = Array.from({ length: 52 }, (_, index) => `${index % 2 === 0 ? "kim" : "KIM"}@partner.com`);
    writeFileSync(file, `${["email", "lee@partner.com", "kim@partner.com", ...lines].join("\n")}\n`);
    const ran = await invite("Lee@partner.com", "--file", file, "--yes");
    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/\nInvited 2 people\.\n$/) });
    const told = ran.stderr.split("\n").filter((line) => line.includes("counts") || line.startsWith("and "));
    expect([told[0], told[1], told.at(-1), told.length]).toEqual([
      `${file}:2: the same mailbox as an argument of the command, which counts.`,
      `${file}:4: the same mailbox as in line 3, which counts.`,
      "and 3 more.",
      51,
    ]);
  });

  it("invites the people of a file by one act, and takes back what is unused", async () => {
    const file = join(instance.data, "fair.csv");
    writeFileSync(file, "email,note\nkim@partner.com,from the fair\nlee@partner.com,\n");
    const lines = jsonLines(await invite("--file", file, "--json", "--yes")) as { email: string; code: string }[];
    expect(lines.map(({ email, code }) => [email, code.length > 10])).toEqual([
      ["kim@partner.com", true],
      ["lee@partner.com", true],
    ]);
    const [job] = jsonLines(await gatehouse("invite", "jobs", "--limit", "1", "--json", ...instance.local)) as { id: string }[];
    expect(job).toMatchObject({
      kind: "invitations.invite",
      about: "fair.csv",
      total: 2,
      next: 2,
      refused: 0,
      state: "done",
      via: "command",
    });
    const { id = "" } = job ?? {};
    expect((await rowOf("kim@partner.com"))?.history.at(-1)).toMatchObject({ act: id, note: "from the fair" });
    expect(await gatehouse("expiry", "undo", id, "--yes", ...instance.local)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("invite undo"),
    });
    await gatehouse("invite", "extend", "lee@partner.com", "--days", "30", "--yes", ...instance.local);
    const undone = await gatehouse("invite", "undo", id, "--yes", ...instance.local);
    const why = "lee@partner.com: not done (changed-since): Somebody has changed it";
    expect(undone).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(why) });
    const [, undoing = ""] = /Act (\S+)/.exec(undone.stdout) ?? [];
    expect((await gatehouse("invite", "jobs", undoing, ...instance.local)).stdout).toContain(why);
    expect([(await rowOf("kim@partner.com"))?.state, (await rowOf("lee@partner.com"))?.state]).toEqual(["denied", "approved"]);
    expect(await gatehouse("invite", "undo", id, "--yes", ...instance.local)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("undone already"),
    });
  });

  it.each([
    { args: [], says: "Name the people to invite, or write --file invitees.csv." },
    { args: ["kim"], says: '"kim" is not one plain e-mail address' },
    { args: ["kim@partner.com", "--days", "4000"], says: "--days 4000 is too long: at most 3650." },
    { args: ["kim@partner.com", "--language", "??"], says: '"??" is no language' },
    { args: ["kim@partner.com", "--language", "kr"], says: '"kr" is not a language. Did you mean ko (Korean)?' },
    { args: ["k.im@gmail.com", "--sponsor", "Kim@googlemail.com"], says: "k.im@gmail.com cannot answer for themselves" },
    { args: ["kim@partner.com", "--gate", "nowhere"], says: "nowhere" },
    { args: ["resend", "kim@partner.com"], says: "kim@partner.com has no invitation: invite list shows those that are open." },
    {
      args: ["extend", "kim@partner.com", "--until", "46418"],
      says: "--until 46418 is a spreadsheet's number of the day 2027-01-31: write 2027-01-31.",
    },
    { args: ["extend", "kim@partner.com"], says: "Say how long: --until 2027-01-31 or --days 30." },
    { args: ["transfer", "kim@partner.com", "lee@partner.com"], says: "kim@partner.com has no invitation" },
  ])("rejects $args", async ({ args, says }) => {
    const ran = await invite(...args);
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain(says);
  });
});

describe("an invitation", () => {
  it("is sent again with a new code, even after its revocation", async () => {
    await invite("kim@partner.com", "--days", "3");
    const first = await rowOf("kim@partner.com");
    expect(jsonLines(await invite("resend", "kim@partner.com", "--json"))).toMatchObject([{ email: "kim@partner.com", ok: true }]);
    const second = await rowOf("kim@partner.com");
    expect(second?.invitation?.code).not.toBe(first?.invitation?.code);
    expect(daysLeft(second)).toBe(3);
    await invite("revoke", "kim@partner.com", "--yes");
    await invite("resend", "kim@partner.com", "--days", "30");
    expect(daysLeft(await rowOf("kim@partner.com"))).toBe(30);
    await invite("resend", "kim@partner.com");
    expect(daysLeft(await rowOf("kim@partner.com"))).toBe(30);
  });

  it("gets a new end and keeps its code", async () => {
    await invite("kim@partner.com");
    const first = await rowOf("kim@partner.com");
    expect(await invite("extend", "kim@partner.com", "--days", "90")).toMatchObject({ exitCode: 0 });
    const second = await rowOf("kim@partner.com");
    expect(daysLeft(second)).toBe(90);
    expect(second?.invitation).toEqual(first?.invitation);
  });

  it("is reassigned to another person with the same end; a repeated command completes an interrupted one", async () => {
    await invite("kim@partner.com", "--days", "5", "--sponsor", "mina@contoso.com");
    expect((await invite("transfer", "kim@partner.com", "lee@partner.com")).stdout).toMatch(/^lee@partner\.com: invited until/);
    const kim = await rowOf("kim@partner.com");
    const lee = await rowOf("lee@partner.com");
    // An erasure of one of them leaves the other's row.
    expect(kim).toMatchObject({ state: "denied", decision: { note: `Transferred to ${lee?.reference}` } });
    expect(lee).toMatchObject({
      state: "approved",
      decision: { note: `Transferred from ${kim?.reference}` },
      invitation: { sponsor: "mina@contoso.com" },
    });
    expect([lee?.passUntil, lee?.answerBy]).toEqual([kim?.answerBy, kim?.answerBy]);
    await instance.approvals.remove((await rowOf("lee@partner.com")) as ApprovalRequest);
    expect((await invite("transfer", "kim@partner.com", "lee@partner.com")).exitCode).toBe(0);
    expect(await rowOf("lee@partner.com")).toMatchObject({ state: "approved" });
    expect((await invite("transfer", "kim@partner.com", "choi@partner.com")).stderr).toContain("is not open");
    await invite("choi@partner.com");
    expect((await invite("transfer", "lee@partner.com", "choi@partner.com")).stderr).toContain("so nothing was changed");
    expect(await rowOf("lee@partner.com")).toMatchObject({ state: "approved" });
  });

  it.each(["approved", "denied", "admitted", "expired"] as const)("is not shown as a request by approvals list: %s", async (state) => {
    await invite("kim@partner.com");
    const row = (await rowOf("kim@partner.com")) as ApprovalRequest;
    await instance.approvals.change(row.id, () => ({
      ok: true,
      request: { ...row, state, turn: row.turn + 1 },
      condition: { turn: row.turn },
    }));
    const ran = await gatehouse("approvals", "list", "--state", state, ...instance.local);
    expect(ran).toEqual({ exitCode: 0, stdout: "", stderr: `No request is ${state}.\n` });
  });

  it("loses its sponsor if it is transferred to that sponsor", async () => {
    await invite("kim@partner.com", "--sponsor", "mina@contoso.com");
    await invite("transfer", "kim@partner.com", "mina@contoso.com");
    expect((await rowOf("mina@contoso.com"))?.invitation).not.toHaveProperty("sponsor");
  });

  it("is named by its code if one address has invitations at two gates", async () => {
    await invite("kim@partner.com");
    await invite("kim@partner.com", "--gate", "suppliers");
    const both = await invite("revoke", "kim@partner.com", "--yes");
    expect(both.stderr).toContain("is invited to several gates, so nothing was changed");
    const { reference = "" } = (await rowOf("kim@partner.com", "suppliers")) ?? {};
    expect((await invite("revoke", reference, "--yes")).exitCode).toBe(0);
    expect(await rowOf("kim@partner.com", "suppliers")).toMatchObject({ state: "denied" });
  });

  it("cannot be approved or reopened like a request", async () => {
    await invite("kim@partner.com");
    await invite("revoke", "kim@partner.com", "--yes");
    const ran = await gatehouse("approvals", "reopen", "kim@partner.com", "--yes", ...instance.local);
    expect(ran).toMatchObject({ exitCode: 1 });
    expect(ran.stderr).toContain("It is an invitation: send it again, or invite the person again.");
  });

  it("is listed by state, and its code appears only in its mail", async () => {
    const { stdout } = await invite("kim@partner.com", "lee@partner.com");
    await invite("revoke", "lee@partner.com", "--yes");
    const code = CODE.exec(stdout)?.[0] ?? "no code";
    const open = await invite("list");
    expect(open.stdout).toContain("kim@partner.com");
    expect(open.stdout).not.toContain("lee@partner.com");
    expect((await invite("list", "--state", "revoked")).stdout).toContain("lee@partner.com");
    for (const shown of [
      await invite("list", "--json"),
      await gatehouse("approvals", "show", "kim@partner.com", "--json", ...instance.local),
    ]) {
      expect(shown.stdout).toContain("kim@partner.com");
      expect(shown.stdout).not.toContain(code);
    }
    expect((await invite("list", "--state", "ended")).stderr).toBe("No invitation is ended.\n");
  });
});

describe("at a gate whose policy gives invitations a shorter time", () => {
  let short: TestInstance;
  beforeAll(async () => {
    const step = `import { beforeCreateUser, invited } from "entra-gatehouse";\nexport default beforeCreateUser([invited({ lasts: "5d" })], { trust: ["mail"] });\n`;
    short = await startInstance([], policyFolder({ "before-create-user.ts": step }));
  });
  afterAll(() => short.close());
  const at = (...args: string[]) => gatehouse("invite", ...args, ...short.local);
  const row = async (email: string) => (await short.approvals.get(invitationId(email, undefined, keyOf))) as ApprovalRequest;
  const stored = async (email: string, sentDaysAgo: number, isUsed = false) => {
    const sending = { by: alice, code: "QH7K-93FN-XAMT", days: 30 };
    const invitation = rowFrom(invitePerson(undefined, { email }, sending, keyOf, new Date(Date.now() - sentDaysAgo * DAY)));
    const request = isUsed ? rowFrom(accept(invitation, "call", "holder", new Date())) : invitation;
    await short.approvals.change(request.id, () => ({ ok: true, request, condition: "absent" }));
  };

  it("is sent with the end that the gate uses, which its mail names", async () => {
    await at("kim@partner.com", "--days", "30");
    expect(daysLeft(await row("kim@partner.com"))).toBe(5);
    await at("resend", "kim@partner.com", "--days", "60");
    expect(daysLeft(await row("kim@partner.com"))).toBe(5);
  });

  it("is listed, shown and extended with that end, under ended once it is over", async () => {
    await stored("lee@partner.com", 2);
    await stored("mo@partner.com", 6);
    await stored("sam@partner.com", 3, true);
    const ends = async (state: string) =>
      (jsonLines(await at("list", "--state", state, "--json")) as readonly ApprovalRequest[]).map(({ email, passUntil, answerBy }) => [
        email,
        Math.round((Date.parse(passUntil ?? answerBy) - Date.now()) / DAY),
      ]);
    expect(await ends("open")).toEqual(
      expect.arrayContaining([
        ["lee@partner.com", 3],
        ["sam@partner.com", 2],
      ]),
    );
    expect(await ends("open")).not.toContainEqual(["mo@partner.com", expect.anything()]);
    expect(await ends("ended")).toEqual([["mo@partner.com", -1]]);
    const end = localTime(new Date(Date.parse((await row("lee@partner.com")).invitation?.sentAt ?? "") + 5 * DAY).toISOString());
    expect((await gatehouse("approvals", "show", "lee@partner.com", ...short.local)).stdout).toContain(`May sign up until  ${end}`);
    expect((await at("extend", "lee@partner.com", "--days", "90")).stdout).toBe(`lee@partner.com: good until ${end}\n`);
  });

  it("is said where the policy cannot be read", async () => {
    const ran = await gatehouse("invite", "list", ...short.local, "--gate", "default");
    expect(ran.stderr).not.toContain("cannot be read here");
    const bare = await startInstance([], "nowhere");
    const listed = await gatehouse("invite", "kim@partner.com", ...bare.local);
    await bare.close();
    expect(listed.stderr).toContain("it may end invitations earlier than these dates say");
  });
});

it("invite list finds invitations of a domain and of a sponsor, as the list of people does", async () => {
  await invite("kim@partner.com", "--sponsor", "lee@contoso.com");
  await invite("ann@other.example", "--sponsor", "mina@contoso.com");
  const list = async (...args: string[]) =>
    jsonLines(await invite("list", "--json", ...args)).map((each) => (each as { email: string }).email);
  expect(await list("--domain", "@Partner.com")).toEqual(["kim@partner.com"]);
  expect(await list("--sponsor", "Mina@contoso.com")).toEqual(["ann@other.example"]);
  expect(await list("--sponsor", "mina@contoso.com", "--domain", "partner.com")).toEqual([]);
});

it("invitations of a time are those mailed then or, in other states, those that got the state then", async () => {
  await invite("kim@partner.com", "lee@partner.com");
  const { id } = (await rowOf("lee@partner.com")) as ApprovalRequest;
  const sentAt = new Date(Date.now() - 5 * DAY).toISOString();
  await instance.approvals.change(id, (stored) => {
    const { invitation, turn, ...row } = stored as ApprovalRequest;
    return { ok: true, request: { ...row, invitation: { ...invitation, sentAt } as never, turn: turn + 1 }, condition: { turn } };
  });
  const list = async (...args: string[]) =>
    jsonLines(await invite("list", "--json", ...args)).map((each) => (each as { email: string }).email);
  expect(await list("--since", "1d")).toEqual(["kim@partner.com"]);
  expect(await list("--until", "1d")).toEqual(["lee@partner.com"]);
  await invite("revoke", "lee@partner.com", "--yes");
  expect(await list("--state", "revoked", "--since", "1h")).toEqual(["lee@partner.com"]);
  expect(await list("--state", "revoked", "--until", "1d")).toEqual([]);
});

describe("a used invitation", () => {
  const use = async (email: string) => {
    await invite(email, "--days", "20");
    const row = (await rowOf(email)) as ApprovalRequest;
    await instance.approvals.change(row.id, (stored) => accept(stored, "call", "holder", new Date()));
    return row;
  };

  it("is listed with its end while it lets its account in again", async () => {
    const { answerBy } = await use("kim@partner.com");
    await invite("lee@partner.com");
    const until = `${localTime(answerBy)}, the account that used it`;
    const open = await invite("list");
    expect(open.stdout).toMatch(/lee@partner\.com.*kim@partner\.com/s);
    expect(open.stdout).toContain(until);
    expect((await invite("list", "--state", "used")).stdout).toContain(until);
    expect(jsonLines(await invite("list", "--json"))).toMatchObject([{ state: "approved" }, { state: "admitted", answerBy }]);
    const shown = await gatehouse("approvals", "show", "kim@partner.com", ...instance.local);
    expect(shown.stdout).toContain(`Same account may sign up again until`);
    expect(shown.stdout).toContain(localTime(answerBy));
  });

  it("is listed as one whose person's access has ended, which counts first at sign-up", async () => {
    await use("kim@partner.com");
    await use("lee@partner.com");
    const ended = accessEndedStore(instance.dynamodb.client, "ledger", async () => ({ hashOf: keyOf }));
    const account = { ...newcomer, email: "kim@partner.com", history: [] } as unknown as AccountRow;
    await ended.note(account, "disabled", new Date());
    for (const state of ["open", "used"]) {
      const { stdout, stderr } = await invite("list", "--state", state);
      expect(stdout).toMatch(/kim@partner\.com .*, the account that used it, access has ended/);
      expect(stdout).toMatch(/lee@partner\.com .*, the account that used it {2}/);
      expect(stderr).toContain("Where access has ended, expiry stops the person first: why ADDRESS");
    }
    await ended.forget(account);
    expect((await invite("list")).stdout).not.toContain("has ended");
  });

  it.each([
    { by: "invite revoke", args: ["invite", "revoke", "kim@partner.com", "--yes"] },
    { by: "approvals deny", args: ["approvals", "deny", "kim@partner.com", "--yes"] },
  ])("is ended by $by, which says that the account stays and what ends it", async ({ args }) => {
    await use("kim@partner.com");
    const ran = await gatehouse(...args, ...instance.local);
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toContain("The account stays: end it with expiry end, or delete it in Entra.");
    expect(await rowOf("kim@partner.com")).toMatchObject({ state: "denied", invitation: { usedBy: "holder" } });
    expect((await invite("list")).stdout).not.toContain("kim@partner.com");
    expect((await invite("revoke", "kim@partner.com", "--yes")).exitCode).toBe(1);
  });

  it("is revoked, not denied, in the words of approvals deny and show", async () => {
    await invite("kim@partner.com");
    const approvals = (...args: string[]) => gatehouse("approvals", ...args, ...instance.local);
    const asked = await approvals("deny", "kim@partner.com");
    expect(asked.stdout).toContain("; invited by ");
    const ran = await approvals("deny", "kim@partner.com", "--yes");
    expect(ran.stdout).toContain(": Revoked: the invitation lets nobody in.\n");
    const again = await approvals("deny", "kim@partner.com", "--yes", "--json");
    expect(jsonLines(again)).toMatchObject([
      {
        ok: false,
        why: "already",
        message: expect.stringContaining("It was decided that way already. Revoked by "),
        decision: { verdict: "denied" },
      },
    ]);
    expect((await approvals("show", "kim@partner.com")).stdout).toContain("revoked by ");
  });

  const stays = /It was used, and its account may sign up again until .*UTC.*: revoking it \(invite revoke [\w-]+\) ends that\./;
  it.each([["resend"], ["extend", "--days", "30"]])(
    "is not changed by invite %s, which says what it still lets in",
    async (verb, ...more) => {
      await use("kim@partner.com");
      const ran = await invite(verb, "kim@partner.com", ...more);
      expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(stays) });
    },
  );

  it("is left by the undo of its act if it was moved or revoked since, which says whom to look at", async () => {
    const file = join(instance.data, "moved.csv");
    writeFileSync(file, "email\nkim@partner.com\nlee@partner.com\n");
    await invite("--file", file, "--yes");
    const { history } = (await rowOf("kim@partner.com")) as ApprovalRequest;
    await invite("transfer", "kim@partner.com", "choi@partner.com", "--yes");
    await invite("revoke", "lee@partner.com", "--yes");
    const { stdout, stderr } = await invite("undo", String(history.at(-1)?.act), "--yes");
    const [, undoing = ""] = /Act (\S+)/.exec(stdout) ?? [];
    for (const shown of [stderr, (await invite("jobs", undoing)).stdout]) {
      expect(shown).toContain("kim@partner.com: not done (moved): It was moved to another address: revoke the invitation of that address.");
      expect(shown).toContain("lee@partner.com: not done (already): ");
    }
  });

  it("stays when the act that sent it is undone, which says what it still lets in", async () => {
    const file = join(instance.data, "used.csv");
    writeFileSync(file, "email\nkim@partner.com\n");
    await invite("--file", file, "--yes");
    const { id, history } = (await rowOf("kim@partner.com")) as ApprovalRequest;
    await instance.approvals.change(id, (stored) => accept(stored, "call", "holder", new Date()));
    const ran = await invite("undo", String(history.at(-1)?.act), "--yes");
    expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(stays) });
    expect(ran.stderr).toContain("kim@partner.com");
  });

  it("is shown with its end before it is revoked", async () => {
    const { answerBy = "" } = await use("kim@partner.com");
    expect((await invite("revoke", "kim@partner.com")).stdout).toContain(`kim@partner.com, good until ${localTime(answerBy)}\n`);
  });

  it("is over after its end: nothing is left to revoke", async () => {
    const row = await use("kim@partner.com");
    const ended = new Date(Date.now() - HOUR).toISOString();
    await instance.approvals.change(row.id, (stored) => ({
      ok: true,
      request: { ...(stored as ApprovalRequest), answerBy: ended, turn: 3 },
      condition: { turn: 2 },
    }));
    expect((await invite("list")).stderr).toBe("No invitation is open.\n");
    expect((await invite("list", "--state", "used")).stdout).not.toContain("the account that used it");
    expect(await invite("revoke", "kim@partner.com", "--yes")).toMatchObject({ exitCode: 1 });
  });
});

describe("the waiting list", () => {
  const people = ["first", "second", "third"].map((name) => person({ email: `${name}@partner.com` }));

  it("admits only people who are on it, and first those who have waited longest", async () => {
    for (const [index, signUp] of [kim, ...people].entries()) {
      const waitlist = signUp === kim ? {} : { waitlist: true };
      const asked = asking({ signUp, onApproval: "continue", ...waitlist });
      await instance.approvals.change(requestId(signUp, hashOf), (stored) =>
        submit(stored, asked, new Date(Date.now() - (10 - index) * HOUR)),
      );
    }
    // A request that was denied and reopened has waited since the person asked.
    const [first] = people;
    const id = requestId(first as SignUp, hashOf);
    await instance.approvals.change(id, (stored) => deny(stored, { by: alice }, new Date()));
    await instance.approvals.change(id, (stored) => reopen(stored, { by: alice }, new Date()));
    expect((await invite("list", "--state", "waiting")).stdout.match(/\w+@partner\.com/g)).toEqual(people.map(({ email }) => email));
    await instance.putRow({ entry: "second@partner.com", effect: "deny" });
    const says = "The access list denies them, by the entry second@partner.com";
    expect(await invite("oldest", "2")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
    const ran = await invite("oldest", "2", "--yes");
    await instance.clear();
    expect(ran.stderr).toContain(says);
    expect(ran).toMatchObject({ exitCode: 0 });
    expect(ran.stdout).toContain("first@partner.com: Approved: the person may sign up until");
    const states = await Promise.all([kim, ...people].map(async (each) => (await instance.approvals.get(requestId(each, hashOf)))?.state));
    expect(states).toEqual(["pending", "approved", "approved", "pending"]);
    expect((await invite("oldest", "5", "--yes", "--gate", "suppliers")).stderr).toContain("Nobody is on the waiting list.");
  });
});

it.each<{ state: string; decision: string; step: string; isListed: boolean; act(row: ApprovalRequest): TransitionResult | undefined }>([
  { state: "open", decision: "invited by", step: "none -> open", isListed: true, act: () => undefined },
  {
    ...{ state: "used", decision: "invited by", step: "open -> used", isListed: true },
    act: (row) => accept(row, "call", "holder", new Date()),
  },
  {
    ...{ state: "revoked", decision: "revoked by", step: "open -> revoked", isListed: false },
    act: (row) => deny(row, { by: alice }, new Date()),
  },
])("approvals show and invite list call an invitation that is $state so", async ({ state, decision, step, isListed, act }) => {
  await invite("kim@partner.com", "--yes");
  const { id = "" } = (await rowOf("kim@partner.com")) ?? {};
  await instance.approvals.change(id, (stored) => act(stored as ApprovalRequest) ?? { ok: false, why: "already" });
  const { stdout } = await gatehouse("approvals", "show", "kim@partner.com", ...instance.local);
  expect(stdout).toMatch(new RegExp(`^Invitation .*State +${state}\n.*Invited +2.*Decision +${decision} .*${step}, by`, "s"));
  expect(stdout).not.toMatch(/approved|denied|admitted|Asked|On approval/);
  const list = await invite("list", "--state", state);
  expect(/kim@partner\.com +default +2\d{3}/.test(list.stdout)).toBe(isListed);
  expect(list.stdout).toContain("kim@partner.com");
});
