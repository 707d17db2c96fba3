import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { BrowserContextOptions, Page } from "playwright-core";
import { mailStateStore } from "../adapters/mail/mail-states";
import { invitationCode } from "../adapters/system";
import { toItem } from "../adapters/tables/item";
import { keyedHash } from "../engine/sign-up/person";
import { requestSubject } from "../engine/tasks/task";
import { invitePerson } from "../features/approvals/invite-person";
import { decisionStore } from "../features/decisions/store/decisions";
import { packageRoot } from "../lib/app-root";
import { markSamplesLoaded } from "../local/data/data-folder";
import { launchBrowser, press, type TestBrowser } from "../test/browser/browser";
import { drawKorean } from "../test/browser/korean-font";
import { type BrowserSession, signedIn } from "../test/browser/sign-in";
import { type Gate, startGate } from "../test/support/gate";
import { madeUpDecisions } from "./made-up-decisions";

const FOLDER = join(packageRoot, "docs", "images");
const MAX_BYTES = 190_000;
const KEPT_DAYS = 90;
const HOUR_MS = 3_600_000;
const desktop: BrowserContextOptions = { locale: "en-US", viewport: { width: 1_280, height: 800 } };
const phone: BrowserContextOptions = { locale: "en-US", viewport: { width: 390, height: 844 }, hasTouch: true };

const waiting = [
  { email: "sofia.lind@adatum.example", displayName: "Sofia Lind", issuer: "google.com", hoursAgo: 76 },
  { email: "d.haddad@northwind.example", displayName: "Dina Haddad", issuer: "mail", hoursAgo: 29 },
  { email: "jiwoo.park@example.com", displayName: "Jiwoo Park", issuer: "login.tailspin.example", hoursAgo: 5 },
  { email: "marc.otto@tailspin.example", displayName: "Marc Otto", issuer: "google.com", hoursAgo: 1 },
];

const invitees = [
  { email: "kim@partnr.example", state: "bounced", why: "Permanent/General" },
  { email: "leo.meyer@partner.example", state: "handed-over", why: undefined },
  { email: "ana.souza@partner.example", state: "delayed", why: "MailboxFull" },
] as const;

/** The file that an administrator imports: the samples and these rows. */
const listText = `${readFileSync(join(packageRoot, "samples", "access-list.csv"), "utf8")}
emea.contoso.com,allow,,"All of EMEA, ticket 4711",
*.adatum.example,allow,google.com,Partner since May,
left@fabrikam.com,deny,,Left the company,
auditors.example,allow,,Audit of the year,2027-03-31
`;

/** A row typed in the DynamoDB console, which accepts anything. */
const mistypedEntry = { entry: "tailspin,example", effect: "alow", note: "typed in a hurry" };

async function fill({ info, database, call }: Gate): Promise<void> {
  const now = new Date();
  const decisions = decisionStore(database, info.tables.decisions);
  for (const record of madeUpDecisions(now)) await decisions.keep(record, KEPT_DAYS);
  await database.call("PutItem", { TableName: info.tables.accessList, Item: marshall(mistypedEntry) });
  for (const { email, displayName, issuer, hoursAgo } of waiting) {
    // If a person proves an address by a one-time passcode, the address is also the account's id.
    const issuerAssignedId = issuer === "mail" ? email : `id-of-${email}`;
    const identities = [{ signInType: "federated", issuer, issuerAssignedId }];
    await call("before-create-user", { email, displayName, identities, city: "Lund", ui_locales: "en-US" });
    await backdate(database, info.tables.approvals, email, new Date(now.getTime() - hoursAgo * HOUR_MS));
  }
}

/** Invitations, of which one came back, and a request whose mail to an approver came back. */
async function returnMails({ info, database }: Gate): Promise<void> {
  const now = new Date();
  const clock = { now: () => now.getTime(), startTimer: () => () => undefined };
  const states = mailStateStore({ tables: database, clock }, info.tables.ledger);
  const at = new Date(now.getTime() - HOUR_MS / 2).toISOString();
  const by = { kind: "cli", name: "Mina Choi" } as const;
  const hashOf = keyedHash("pictures");
  for (const { email, state, why } of invitees) {
    const invitation = invitePerson(
      undefined,
      { email, sponsor: "mina@contoso.com" },
      { by, code: invitationCode(), days: 14 },
      hashOf,
      now,
    );
    if (!invitation.ok) throw new Error(`${email} was not invited.`);
    await database.call("PutItem", { TableName: info.tables.approvals, Item: toItem(invitation.request) });
    await states.note(
      { subject: requestSubject(invitation.request.id) },
      { id: email, kind: "invited", reader: email, state, at, sentAt: at, why },
    );
  }
  const [id = ""] = await findIds(database, info.tables.approvals, waiting[0]?.email ?? "");
  await states.note(
    { subject: requestSubject(id) },
    { id, kind: "approvers", reader: "it", state: "bounced", at, sentAt: at, why: "Transient/MailboxFull" },
  );
}

async function importList(page: Page, consoleUrl: string): Promise<void> {
  await page.goto(new URL("/access-list/import", consoleUrl).href);
  await page.locator("input[type=file]").setInputFiles({ name: "partners.csv", mimeType: "text/csv", buffer: Buffer.from(listText) });
  await press(page, "Show what changes");
  const [, word] = /Type ([^\s,]+).* to confirm/.exec((await page.textContent("main")) ?? "") ?? [];
  if (word !== undefined) await page.locator("[name=confirm]").fill(word);
  await page.getByRole("button", { name: "Write these changes" }).click();
  await page.getByText("The file was imported.").waitFor();
}

/** Increments `turn`, as Gatehouse's own writes do. Otherwise the audit trail would report an edit by hand. */
async function backdate(database: Gate["database"], TableName: string, email: string, time: Date): Promise<void> {
  for (const id of await findIds(database, TableName, email)) {
    await database.call("UpdateItem", {
      TableName,
      Key: marshall({ id }),
      UpdateExpression: "SET requestedAt = :asked, changedAt = :asked, turn = turn + :one",
      ExpressionAttributeValues: marshall({ ":asked": time.toISOString(), ":one": 1 }),
    });
  }
}

async function findIds(database: Gate["database"], TableName: string, email: string): Promise<readonly string[]> {
  const { Items = [] } = await database.call<{ Items?: readonly { id: { S: string } }[] }>("Scan", {
    TableName,
    FilterExpression: "email = :email",
    ExpressionAttributeValues: marshall({ ":email": email }),
  });
  return Items.map(({ id }) => id.S);
}

interface Shot {
  readonly name: string;
  readonly options: BrowserContextOptions;
  /** True if the picture shows the console; absent if it shows the simulator. */
  readonly console?: true;
  visit(page: Page, url: string): Promise<void>;
}

const open = (path: string) => (page: Page, url: string) => page.goto(new URL(path, url).href).then(() => undefined);

const shots: readonly Shot[] = [
  { name: "simulator-blocked", options: { ...desktop, viewport: { width: 1_280, height: 660 } }, visit: open("/?lang=en&card=denied") },
  {
    name: "simulator-compare",
    options: desktop,
    async visit(page, url) {
      await page.goto(new URL("/?lang=en&card=allowed", url).href);
      await page.locator("summary", { hasText: "Compare…" }).click();
      await page.getByLabel("Other policy").fill("policy");
      await press(page, "Compare");
    },
  },
  { name: "console-overview", options: { ...desktop, viewport: { width: 1_280, height: 640 } }, console: true, visit: open("/") },
  { name: "console-overview-dark", options: { ...desktop, colorScheme: "dark" }, console: true, visit: open("/") },
  { name: "console-decisions", options: { ...desktop, viewport: { width: 1_280, height: 720 } }, console: true, visit: open("/decisions") },
  {
    name: "console-decision",
    options: { ...desktop, viewport: { width: 1_280, height: 680 } },
    console: true,
    async visit(page, url) {
      await page.goto(new URL("/decisions?verdict=block", url).href);
      await page.locator("#decisions tbody tr", { hasText: "is denied" }).locator("th a").first().click();
      await page.locator("#beside > .panel").waitFor();
    },
  },
  { name: "console-person", options: desktop, console: true, visit: open("/people?email=priya.nair@contoso.com") },
  { name: "console-access-list", options: desktop, console: true, visit: open("/access-list") },
  {
    name: "console-approvals",
    options: { ...desktop, viewport: { width: 1_280, height: 560 } },
    console: true,
    visit: open("/approvals"),
  },
  {
    name: "console-invitations",
    options: { ...desktop, viewport: { width: 1_000, height: 270 } },
    console: true,
    visit: open("/people?life=invited"),
  },
  { name: "console-phone", options: phone, console: true, visit: open("/") },
  { name: "console-phone-list", options: phone, console: true, visit: open("/access-list") },
  { name: "console-korean", options: { ...desktop, locale: "ko-KR" }, console: true, visit: open("/approvals") },
];

async function take({ name, options, visit, ...shot }: Shot, gate: Gate, browser: TestBrowser, session: BrowserSession): Promise<void> {
  const url = shot.console ? gate.info.consoleUrl : gate.info.simulatorUrl;
  await browser.with({ ...options, ...(shot.console && { storageState: session }) }, async (page) => {
    await drawKorean(page);
    await page.goto(url);
    await visit(page, url);
    const path = join(FOLDER, `${name}.png`);
    await page.screenshot({ path, animations: "disabled", caret: "hide" });
    const { size } = statSync(path);
    if (size > MAX_BYTES) throw new Error(`${path} has ${size} bytes, and may have ${MAX_BYTES}: show less.`);
    process.stdout.write(`docs/images/${name}.png ${size} bytes\n`);
  });
}

/** Takes the pictures of README and docs from the running product: `npm run screenshots`, of some `npm run screenshots -- console-overview`. */
async function main(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  // Marks the samples as loaded, so that the gate's start does not write them: the audit trail would show them as edits by hand.
  // `importList` imports them instead.
  const data = mkdtempSync(join(tmpdir(), "gatehouse-"));
  markSamplesLoaded(data);
  const [gate, browser] = await Promise.all([
    startGate(["--data", data, "--policy", join("samples", "policies", "approval")]),
    launchBrowser(),
  ]);
  try {
    await fill(gate);
    const administrator = await signedIn(browser, gate.info.consoleUrl, "Administrator");
    await browser.with({ locale: "en-US", storageState: administrator }, (page) => importList(page, gate.info.consoleUrl));
    const session = await signedIn(browser, gate.info.consoleUrl, "Approver");
    await returnMails(gate);
    const named = process.argv.slice(2);
    for (const shot of shots.filter(({ name }) => named.length === 0 || named.includes(name))) await take(shot, gate, browser, session);
  } finally {
    await browser.close();
    await gate.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
