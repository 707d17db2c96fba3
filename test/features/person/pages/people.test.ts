import { makeMember } from "../../../../adapters/operator/world";
import type { Role } from "../../../../console/session/roles";
import { buildPersonId, hashAccount, keyedHash } from "../../../../engine/sign-up/person";
import { accessList } from "../../../../features/access-list/rule";
import type { AccountRow } from "../../../../features/accounts/account";
import {
  type AccessResult,
  accessWorker,
  arrive,
  begin,
  disable,
  type Evidence,
  end,
  endAccessNow,
  extendAccess,
  type Newcomer,
  noteEvidence,
  remind,
} from "../../../../features/accounts/change";
import type { TransitionResult } from "../../../../features/approvals/change";
import { invitationId, invitePerson } from "../../../../features/approvals/invite-person";
import type { ApprovalRequest } from "../../../../features/approvals/request";
import { requestApproval } from "../../../../features/approvals/request-approval";
import { beginFirstStage } from "../../../../features/approvals/stages";
import { approve, deny } from "../../../../features/approvals/transitions";
import { expiry } from "../../../../features/expiry/rule";
import type { AccessRun } from "../../../../features/expiry/run";
import { accept, resend, restoreInvitation, revokeInvitation } from "../../../../features/invitations/invitation";
import { oneAccountKey } from "../../../../features/one-account/rule";
import { onlyDomains } from "../../../../features/only-domains/rule";
import { permittedValue } from "../../../../features/permitted-value/rule";
import { usageRows } from "../../../../features/person/world";
import { shadow } from "../../../../features/shadow/rule";
import { buildProofKeys, proofWrite } from "../../../../features/terms/proof";
import { asked, proven, record, startConsole, type TestConsole } from "../../../console/support";
import { hashOf } from "../../../engine/sign-up/people";
import { anyPolicy } from "../../../support/any-policy";
import { newcomer } from "../../accounts/accounts";

const NOW = new Date("2026-11-21T10:00:00Z");
let pages: TestConsole;
beforeEach(async () => {
  pages = await startConsole();
  pages.setTime(NOW);
});
afterEach(() => pages.close());

const accountOf = (issuer: string, issuerAssignedId: string) => hashAccount([{ issuer, issuerAssignedId }], hashOf) ?? "";
const keep = async (number: number, more: Parameters<typeof record>[0]) =>
  await pages.world.decisions.keep(
    record({
      id: `id-${number}`,
      reference: `K7QD-${1_000 + number}`,
      at: new Date(NOW.getTime() - number * 1_000).toISOString(),
      ...more,
    }),
    90,
  );
const show = async (query: Record<string, string>, role: "Reader" | "Administrator" = "Reader") => {
  const response = await pages.get(`/people?${new URLSearchParams(query)}`, role);
  return { status: response.status, html: await response.text() };
};
const showPerson = (query: Record<string, string>) => show({ email: "kim@contoso.com", ...query });
const codesIn = (html: string) => [...html.matchAll(/href="\/decisions\/([^"]+)"/g)].map(([, code]) => code);
const offered = (html: string) => html.match(/(?:Change the entry|Let in until|Deny)…(?=<)/g);
const nextIn = (html: string) => /href="([^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll("&amp;", "&");

describe("the stored way of sign-in of a person", () => {
  const known = { email: "k.im@gmail.com", source: "b2b" } as const;
  const { key } = oneAccountKey(known, hashOf);
  const remember = () =>
    pages.put({ ...key, personId: buildPersonId(known.email, hashOf), issuer: "google.com", at: NOW.toISOString() }, "ledger");

  it("is shown to everybody, and deleted by an administrator", async () => {
    await remember();
    const path = "/people/forget-account";
    expect((await show({ email: "kim@gmail.com" })).html).toContain("with google.com");
    expect((await show({ email: "kim@gmail.com" })).html).not.toContain(path);
    expect((await show({ email: "lee@gmail.com" }, "Administrator")).html).not.toContain(path);
    expect((await show({ email: "kim@gmail.com" }, "Administrator")).html).toContain(path);
    expect((await pages.post(path, "Approver", { email: "kim@gmail.com" })).status).toBe(403);
    const response = await pages.post(path, "Administrator", { email: "kim@gmail.com" });
    expect(response.headers.get("location")).toBe("/people?email=kim%40gmail.com&done=forgotten");
    expect(await pages.world.ledger.get(key)).toBeUndefined();
    const { entries } = await pages.world.audit.page({ person: buildPersonId(known.email, hashOf) });
    expect(entries.map(({ action, outcome }) => [action, outcome])).toEqual([["person.account-forgotten", "done"]]);
  });

  it("is not deleted for an invalid address, nor if the person signs up at the same moment", async () => {
    expect((await pages.post("/people/forget-account", "Administrator", { email: "nobody" })).status).toBe(400);
    await remember();
    vi.spyOn(makeMember(usageRows, pages.world.place), "remove").mockResolvedValue(false);
    const response = await pages.post("/people/forget-account", "Administrator", { email: "kim@gmail.com" });
    expect(response.headers.get("location")).toContain("done=changed");
    vi.restoreAllMocks();
  });
});

describe("a person's page", () => {
  it("lists only decisions of the address, in any spelling, and of accounts that proved it", async () => {
    const own = accountOf("google.com", "1");
    const forged = accountOf("facebook.com", "2");
    await keep(1, { email: "kim@gmail.com", accountId: own, issuers: ["google.com"] });
    await keep(2, { email: "k.im+x@googlemail.com", accountId: own, issuers: ["google.com"] });
    await keep(3, { email: "kim@new.example", accountId: own, issuers: ["google.com"] });
    await keep(4, { email: "kim@gmail.com", accountId: forged, issuers: ["facebook.com"] });
    await keep(5, { email: "mallory@evil.example", accountId: forged, issuers: ["facebook.com"] });
    await keep(6, { email: "lee@gmail.com" });
    const { html } = await show({ email: "K.I.M@gmail.com" });
    expect(codesIn(html)).toEqual(["K7QD-1001", "K7QD-1002", "K7QD-1003", "K7QD-1004"]);
    expect(html).toContain(`href="/people?account=${forged}"`);
    expect(codesIn((await show({ account: forged })).html)).toEqual(["K7QD-1004", "K7QD-1005"]);
    expect(codesIn((await show({ account: "issuer:facebook/2" })).html)).toEqual(["K7QD-1004", "K7QD-1005"]);
  });

  it("shows a decision's spelling and step only if they are unusual", async () => {
    await keep(1, { email: "kim@gmail.com" });
    await keep(2, { email: "k.im@gmail.com", step: "after-sign-in" });
    const { html } = await show({ email: "kim@gmail.com" });
    const details = [...html.matchAll(/<div class="hint"><bdi class="value">([^<]*)<\/bdi><\/div>/g)].map(([, detail]) => detail);
    expect(details).toEqual(["After sign-in, k.im@gmail.com"]);
  });

  it("omits decisions of an account that only typed the address, even if its provider proves others", async () => {
    const mallorys = accountOf("google.com", "2");
    await keep(1, { email: "kim@gmail.com", accountId: mallorys, issuers: ["google.com"], emailTyped: true });
    await keep(2, { email: "mallory@gmail.com", accountId: mallorys, issuers: ["google.com"] });
    const { html } = await show({ email: "kim@gmail.com" });
    expect(codesIn(html)).toEqual(["K7QD-1001"]);
    expect(html).toContain(`href="/people?account=${mallorys}"`);
    // Whoever shows an address twice may prove it once.
    await keep(3, { email: "kim@gmail.com", accountId: mallorys, issuers: ["google.com"] });
    expect(codesIn((await show({ email: "kim@gmail.com" })).html)).toContain("K7QD-1002");
  });

  it("lists the newest 50 decisions of several accounts, each once, and links to all", async () => {
    const accountId = accountOf("google.com", "1");
    const count = 80;
    // Many of one moment, and some under the account alone.
    for (let number = 0; number < count; number++) {
      const at = new Date(NOW.getTime() - Math.floor(number / 4) * 1_000).toISOString();
      await keep(number, {
        at,
        email: number % 3 === 0 ? "kim@new.example" : "kim@gmail.com",
        accountId,
        issuers: ["google.com"],
        reasons: [`own.${number}`],
      });
    }
    const { html } = await show({ email: "kim@gmail.com" });
    expect(new Set(codesIn(html)).size).toBe(50);
    expect(html).toContain('href="/decisions?q=kim%40gmail.com">All decisions<');
  });

  it("shows the list's present answer, the deciding entry first, then requests and profile", async () => {
    await keep(1, { email: "kim@contoso.com", issuers: ["google.com"] });
    await pages.put({ entry: "kim@contoso.com", effect: "deny", expiresAt: "2026-11-30", note: "gone" });
    await pages.put({ entry: "contoso.com", effect: "allow" });
    await pages.put({ entry: "*", effect: "allow", expiresAt: "2026-01-01" });
    await pages.put({ person: "kim@contoso.com", city: "Busan" }, "profiles");
    const { id } = await asked(pages, "kim@contoso.com");
    const { html } = await show({ email: "kim@contoso.com" });
    expect(html).toMatch(
      /refuses this person.*kim@contoso\.com.*gone.*this very address.*contoso\.com.*the domain.*Signed in with.*google\.com/s,
    );
    expect(html).toMatch(/\*<.*expired.*does not count/s);
    expect(html).toContain(`/approvals/requests/${id}`);
    expect(html).toContain("City: Busan");
    expect(html).not.toContain("/access-list/new");
  });

  it("explains why an entry about the person does not count", async () => {
    await pages.put({ entry: "contoso.com", effect: "allow" });
    await keep(2, { email: "kim@contoso.com", issuers: ["google.com"], emailTyped: true });
    const typed = (await showPerson({})).html;
    expect(typed).toMatch(/contoso\.com.*allow<\/bdi><div class="hint">does not count: no provider proved that the address is theirs/s);
    expect(typed).not.toContain("lets this person in");
    // The provider of the newest decision counts.
    await keep(1, { email: "kim@contoso.com", issuers: ["google.com"] });
    expect((await showPerson({})).html).toContain("lets this person in");
  });

  it("shows in one list, the newest first, the person's decisions and the operators' acts", async () => {
    const { id, personId } = await asked(pages, "kim@contoso.com", { attributes: { displayName: "Kim Lee" } });
    await keep(60, { email: "kim@contoso.com" });
    const person = { by: "oid", name: "Mira", action: "access-list.added", subject: "kim@contoso.com", person: personId };
    await pages.world.audit.audited(person, new Date(NOW.getTime() - 30_000), async () => true);
    const note = { subject: `person/${personId}`, turn: "0", change: "note", note: "Called: is known" };
    pages.setTime(NOW);
    await pages.post("/tasks", "Approver", note);
    const { html } = await showPerson({});
    const all = [...html.matchAll(/<li><time.*?<b>(?:<a[^>]*>)?<bdi class="value">(.*?)<\/bdi>/gs)].map(([, title]) => title);
    expect(all).toEqual(expect.arrayContaining(["Waiting", "Note by Test Approver", "Mira added an entry", "Refused: the list denies"]));
    expect(all.indexOf("Note by Test Approver")).toBeLessThan(all.indexOf("Mira added an entry"));
    expect(all.indexOf("Mira added an entry")).toBeLessThan(all.indexOf("Refused: the list denies"));
    expect(html).toMatch(/<h1>.*Kim Lee.*Waiting.*<\/h1>/s);
    expect(html).toContain(`/approvals/requests/${id}`);
  });

  it("shows the same decision several times in a row as one event", async () => {
    for (const number of [10, 20, 30]) await keep(number, { email: "kim@contoso.com" });
    await keep(40, { email: "kim@contoso.com", verdict: "continue", reasons: [] });
    await keep(50, { email: "kim@contoso.com" });
    const { html } = await showPerson({});
    const titles = [...html.matchAll(/<li><time.*?<b>(?:<a[^>]*>)?<bdi class="value">(.*?)<\/bdi>/gs)].map(([, title]) => title);
    expect(titles.filter((title) => title === "Refused: the list denies")).toHaveLength(2);
    expect(html).toMatch(/\/decisions\/K7QD-1010(?:(?!<li>).)*3 times, the first 21 Nov 09:59/s);
  });

  it("shows the expected outcome, and the act that helps, if the person had to correct the form", async () => {
    vi.spyOn(pages.world, "policiesAt").mockReturnValue([
      anyPolicy([accessList({ otherwise: "continue" }), permittedValue("extension_PartnerNumber")]),
    ]);
    await pages.put({ entry: "contoso.com", effect: "allow" });
    await keep(1, { verdict: "invalid", reasons: ["value.not-permitted"], asked: ["extension_PartnerNumber"] });
    const { html } = await show({ email: "kim@contoso.com" }, "Administrator");
    expect(html).toMatch(/If they tried now.*outcome invalid">Asked to correct again[^<]*Partner number.*Add to Partner number…/s);
    expect(html).not.toContain("The list lets this person in");
    await pages.put({ entry: "kim@contoso.com", effect: "deny" });
    expect((await showPerson({})).html).toContain("The list refuses this person");
  });

  it("shows what a request or a partner's proof decides if no entry applies, like the decision's page", async () => {
    vi.spyOn(pages.world, "policiesAt").mockReturnValue([anyPolicy([accessList({ otherwise: "continue" })])]);
    const trace = [{ rule: "partners", said: "continue", findings: { partner: "proven", allowed: true } }] as const;
    await keep(1, { reference: "K7QD-3333", rule: undefined, verdict: "continue", reasons: [], trace });
    const now = async () => {
      const both = [(await showPerson({})).html, await (await pages.get("/decisions/K7QD-3333", "Reader")).text()];
      return both.map((html) => /If they tried now.*?<span class="outcome (\w+)">(.*?)</s.exec(html)?.slice(1).join(": "));
    };
    expect(await now()).toEqual(Array(2).fill("continue: No entry counts: they would be let in"));
    await proven(pages, "contoso.com");
    expect(await now()).toEqual(Array(2).fill("continue: Proven partner contoso.com"));
    const asking = requestApproval({ unless: "allowed" });
    vi.spyOn(pages.world, "policiesAt").mockReturnValue([anyPolicy([accessList({ otherwise: "continue" }), asking])]);
    const { id } = await asked(pages, "kim@contoso.com");
    const { html } = await showPerson({});
    expect(html).toContain('outcome waiting">Their request for approval decides');
    expect(html).toContain(`<a class="button" href="/approvals/requests/${id}">See the request</a>`);
    await pages.world.approvals.change(id, (row) => deny(row, { by: { kind: "console", name: "Ann" } }, NOW));
    expect((await showPerson({})).html).toContain('outcome block">They would be refused: approval.denied');
  });

  it("shows what a list that only reports would answer, and that other rules decide", async () => {
    vi.spyOn(pages.world, "policiesAt").mockReturnValue([anyPolicy([shadow(accessList({ otherwise: "continue" }))])]);
    await pages.put({ entry: "contoso.com", effect: "deny", note: "left us" });
    await keep(1, { email: "kim@contoso.com", issuers: ["google.com"], verdict: "continue", reasons: [] });
    const { html } = await showPerson({});
    expect(html).toMatch(/No entry counts: they would be let in.*only reports here.*contoso\.com.*left us/s);
    expect(html).not.toMatch(/The list refuses this person|class="tag bad"/);
  });

  it.each([
    { effect: "allow", rules: [requestApproval()], says: "They would be asked for approval" },
    { effect: "approval", rules: [], says: "The list wants approval, and no rule of the gate asks for it: they are refused" },
    { effect: "approval", rules: [requestApproval()], says: "The list has this person wait for approval" },
    { effect: undefined, rules: [requestApproval()], says: "No entry counts: they would be asked for approval" },
  ])("says that no entry counts only above a list without one that does: $effect, $says", async ({ effect, rules, says }) => {
    vi.spyOn(pages.world, "policiesAt").mockReturnValue([anyPolicy([accessList({ otherwise: "continue" }), ...rules])]);
    if (effect !== undefined) await pages.put({ entry: "contoso.com", effect });
    await keep(1, { verdict: "continue", reasons: [] });
    const shown = /If they tried now.*?<span class="outcome \w+">(.*?)</s.exec((await showPerson({})).html)?.[1];
    expect(shown).toBe(says);
  });

  it("names the service that must recover if its outage caused the newest refusal", async () => {
    const upstreamFailure = { service: "idology", kind: "timeout" } as const;
    const trace = [{ rule: "verify-identity", said: "block", upstreamFailure }] as const;
    await keep(1, { rule: "verify-identity", reasons: ["identity.unavailable"], trace });
    expect((await showPerson({})).html).toContain("Still refused until IDology recovers");
  });

  it.each(["kim", "a@b@c", "x".repeat(10_000)])("rejects a text that is not a single e-mail address: %#", async (email) => {
    expect(await show({ email })).toMatchObject({ status: 400, html: expect.stringContaining("neither a single e-mail address") });
  });
});

describe("the list of people", () => {
  it("shows beside the list one person's identity, expected outcome, history and further links", async () => {
    await keep(1, { email: "kim@contoso.com", issuers: ["google.com"] });
    await keep(2, { email: "kim@contoso.com", verdict: "continue", reasons: [] });
    await pages.put({ entry: "kim@contoso.com", effect: "deny" });
    await asked(pages, "kim@contoso.com", { attributes: { displayName: "Kim Lee" } });
    const { html } = await show({ open: "kim@contoso.com" }, "Administrator");
    const panel = html.slice(html.indexOf("<aside"));
    expect(panel).toMatch(
      /Kim Lee.*Waiting.*refuses this person.*Refused: the list denies.*Add note.*access-list\/add.*value="kim@contoso\.com"/s,
    );
    expect((await show({ open: "kim@contoso.com" })).html).not.toContain("/access-list/add");
    expect((await show({ open: "nobody" })).html).not.toContain("<aside");
  });

  it("links an address to its person, and a name to the people whom the search finds", async () => {
    const leadsTo = async (text: string) =>
      (await pages.get(`/people?${new URLSearchParams({ q: text })}`, "Reader")).headers.get("location");
    expect(await leadsTo("Kim@Contoso.com")).toBe("/people?email=kim%40contoso.com");
    expect(await leadsTo("kim l")).toBe("/search?q=%40kim+l");
    expect(await leadsTo("issuer:google.com/1")).toBe("/search?q=issuer%3Agoogle.com%2F1");
  });
});

describe("the state of people", () => {
  const DAY = 86_400_000;
  const at = (days: number) => new Date(NOW.getTime() + days * DAY);
  /** In until so many days from now. */
  const letIn = async (name: string, days: number | undefined, more: Partial<Newcomer> = {}) => {
    const until = days === undefined ? {} : { until: at(days).toISOString() };
    const { until: _, ...rest } = newcomer;
    const row = {
      ...rest,
      id: name,
      email: `${name}@partner.com`,
      personId: buildPersonId(`${name}@partner.com`, hashOf),
      ...until,
      ...more,
    };
    await pages.world.accounts().change(name, (stored) => arrive(stored, row, at(-100)));
  };
  const change = async (name: string, step: (row: AccountRow | undefined) => AccessResult) =>
    await pages.world.accounts().change(name, step);
  const disabled = async (name: string) => {
    await change(name, (row) => begin(row, "disabling", { by: accessWorker }, at(-1)));
    await change(name, (row) => disable(row, at(29).toISOString(), at(-1)));
  };
  const namesIn = async (life: string) => {
    const { html } = await show({ life });
    return [...html.matchAll(/open=(\w+)%40partner\.com/g)].map(([, name]) => name);
  };
  const fieldOf = async (name: string) => `account/${name}/${(await pages.world.accounts().get(name))?.turn}`;
  const act = async (verb: string, names: readonly string[], fields: Record<string, string> = {}, headers = {}) => {
    const person = await Promise.all(names.map(fieldOf));
    const form = { verb, sure: "yes", back: "/people?life=ending", days: "90", note: "The contract goes on", ...fields, person };
    return await pages.sent("/people/change", "Approver", form, headers);
  };
  const untilOf = async (name: string) => (await pages.world.accounts().get(name))?.until;

  it("is replaced by a link to the decisions if no account is known", async () => {
    await keep(1, { email: "kim@contoso.com", verdict: "continue", reasons: [] });
    const { html } = await show({});
    expect(html).toMatch(/No accounts to show\. .*href="\/decisions\?verdict=continue"[^>]*>Decisions: Let in</s);
    expect(html).not.toContain("kim@contoso.com");
  });

  it.each([
    ["no policy ends access", [], "They are recorded only if a policy ends access,"],
    [
      "a policy ends access",
      [expiry({ lasts: "180d" })],
      "They are recorded as people are let in. To take in those from before: <code>expiry adopt</code>",
    ],
  ])("without accounts, the page says when they are recorded: %s", async (_, rules, says) => {
    vi.spyOn(pages.world, "policiesAt").mockReturnValue([anyPolicy([accessList(), ...rules])]);
    expect((await show({})).html).toContain(`No accounts to show. ${says}`);
  });

  it("shows first the people whose access ends soon, and each person in only one view", async () => {
    await letIn("late", 100);
    await letIn("endless", undefined);
    await letIn("soon", 20);
    await letIn("over", -2);
    await letIn("off", -1);
    await disabled("off");
    await letIn("gone", -40);
    await change("gone", (row) => end(row, "deleted", at(-3)));
    await letIn("back", -40);
    await change("back", (row) => end(row, "deleted", at(-3)));
    await asked(pages, "back@partner.com");
    expect(await namesIn("in")).toEqual(["late", "endless"]);
    expect(await namesIn("ending")).toEqual(["soon"]);
    expect(await namesIn("ended")).toEqual(["over", "off", "gone"]);
    expect((await show({ life: "ended" }, "Administrator")).html).toMatch(/Access ended.*Disabled.*Account deleted.*Extend access…/s);
    expect((await show({ life: "in" })).html).toContain("not set yet");
    expect((await show({ open: "late@partner.com" })).html).toContain('<tr data-key="late@partner.com" aria-current="true">');
    await change("endless", (row) => extendAccess(row, undefined, { by: accessWorker }, NOW));
    expect((await show({ life: "in" })).html).toContain("no end");
  });

  it("does not show as ended who came back after a key rotation", async () => {
    await letIn("back", -40, { personId: buildPersonId("back@partner.com", keyedHash("an earlier key of the tests")) });
    await change("back", (row) => end(row, "deleted", at(-3)));
    expect(await namesIn("ended")).toEqual(["back"]);
    await asked(pages, "back@partner.com");
    expect(await namesIn("ended")).toEqual([]);
  });

  /** Writes what the worker notes of a person's sign-ins. */
  const note = (name: string, evidence: Evidence) => change(name, (row) => noteEvidence(row, evidence, NOW));
  const idleIn = (days: number) => ({ earlier: { at: at(days).toISOString(), reason: "idle" as const } });

  it("shows people by their earlier end, and as in while only that one has passed", async () => {
    const sponsor = "mina@contoso.com";
    for (const [name, days] of [
      ["soon", 12],
      ["waits", -1],
    ] as const) {
      await letIn(name, 100, { sponsor });
      await note(name, idleIn(days));
    }
    await letIn("late", 100, { sponsor });
    await letIn("endless", 100, { sponsor, until: undefined as never });
    for (const query of [{}, { sponsor }] as readonly Record<string, string>[]) {
      const names = async (life: string) =>
        [...(await show({ life, ...query })).html.matchAll(/open=(\w+)%40partner\.com/g)].map(([, name]) => name);
      expect((await names("in")).sort()).toEqual(["endless", "late"]);
      expect(await names("ending")).toEqual(["waits", "soon"]);
      expect(await names("ended")).toEqual([]);
    }
    expect((await show({ life: "ending" })).html).toContain("in 12 days (has not signed in)");
  });

  it("has a view of people with attempts only, where a policy looks for sign-ins, with End and Extend", async () => {
    await letIn("tried", 100);
    await note("tried", { seenAt: at(-3).toISOString(), seenBy: "attempt" });
    await letIn("long", 100);
    await note("long", { seenAt: at(-95).toISOString(), seenBy: "attempt" });
    await letIn("works", 100);
    await note("works", { seenAt: at(-3).toISOString(), seenBy: "graph" });
    const tab = "/people?life=attempts";
    expect((await show({})).html).not.toContain(tab);
    vi.spyOn(pages.world, "policiesAt").mockReturnValue([
      anyPolicy([accessList({ otherwise: "continue" }), expiry({ lasts: "365d", idle: "90d", askGraph: true })]),
    ]);
    expect((await show({})).html).toContain(tab);
    expect(await namesIn("attempts")).toEqual(["tried"]);
    const { html } = await show({ life: "attempts" }, "Administrator");
    expect(html).toMatch(/Entra knows attempts to sign in.*Last attempt to sign in.*Extend access….*End now…/s);
    vi.restoreAllMocks();
  });

  it("has a view of people whose sponsor cannot be asked, in or disabled, only where it is asked for", async () => {
    const sponsor = "mina@contoso.com";
    const loses = (name: string) =>
      change(name, (row) => {
        const { turn } = row as AccountRow;
        return { ok: true, row: { ...(row as AccountRow), sponsorLost: "left", turn: turn + 1 }, condition: { turn } };
      });
    for (const [name, days] of [
      ["later", 100],
      ["soon", 5],
      ["endless", undefined],
      ["off", -3],
    ] as const) {
      await letIn(name, days, { sponsor });
      await loses(name);
    }
    await disabled("off");
    await letIn("fine", 100, { sponsor });
    const names = async (query: Record<string, string>) =>
      [...(await show({ life: "lost", ...query })).html.matchAll(/open=(\w+)%40partner\.com/g)].map(([, name]) => name).sort();
    expect(await names({})).toEqual(["later", "off", "soon"]);
    expect(await names({ sponsor })).toEqual(["later", "off", "soon"]);
    expect((await show({})).html).not.toContain("life=lost");
  });

  it("shows whose access ends first, and only people of the domain that is asked for", async () => {
    await letIn("late", 100);
    await letIn("early", 60);
    expect(await namesIn("in")).toEqual(["early", "late"]);
    expect((await show({ life: "in", domain: "Partner.com" })).html).toContain("late@partner.com");
    expect((await show({ life: "in", domain: "fabrikam.com" })).html).not.toContain("late@partner.com");
  });

  it("shows each person once over the pages of a view that several tables fill", async () => {
    for (let number = 0; number < 70; number++) await letIn(`p${number}`, number < 60 ? 20 : 40);
    for (let number = 0; number < 55; number++) await disabled(`p${number}`);
    for (let number = 55; number < 60; number++) await change(`p${number}`, (row) => end(row, "deleted", at(-3)));
    const seen: string[] = [];
    for (let path: string | undefined = "/people?life=ended"; path !== undefined; ) {
      const html: string = await (await pages.get(path, "Reader")).text();
      seen.push(...[...html.matchAll(/open=(\w+)%40partner\.com/g)].map(([, name = ""]) => name));
      path = nextIn(html);
    }
    expect([seen.length, new Set(seen).size]).toEqual([60, 60]);
  });

  it("extends access of ten people by 90 days, with one reason, and reports each result", async () => {
    const names = Array.from({ length: 10 }, (_, number) => `p${number}`);
    for (const name of names) await letIn(name, 10);
    const { html } = await show({ life: "ending" }, "Administrator");
    expect(html.match(/name="person"/g)).toHaveLength(10);
    const question = await (await act("extend-access", names, { sure: "" })).text();
    expect(question).toMatch(/<h1>Extend access: 10 people<\/h1>.*value="90".*p9@partner\.com/s);
    expect(await (await act("extend-access", names)).text()).toContain("<h1>Access of 10 people extended</h1>");
    for (const name of names) expect(await untilOf(name)).toBe(at(100).toISOString());
    const row = await pages.world.accounts().get("p3");
    expect(row?.history.at(-1)).toMatchObject({ what: "extended", by: { name: "Test Approver" }, note: "The contract goes on" });
    const { entries } = await pages.world.audit.page({ person: row?.personId ?? "" });
    expect(entries.map(({ action, outcome }) => [action, outcome])).toEqual([["access.extended", "done"]]);
  });

  const titlesIn = (html: string) =>
    [...html.matchAll(/<li><time[^>]*>[^<]*<\/time>.*?<b>(?:<a[^>]*>)?<bdi class="value">(.*?)<\/bdi>/gs)].map(([, title]) => title);

  it("shows a person's whole history in one list, from the invitation to the end", async () => {
    const email = "kim@partner.com";
    const invitation = { email, sponsor: "mina@contoso.com" };
    const sending = { by: { kind: "console", name: "Mira" }, days: 14, code: "CODE" } as const;
    const id = invitationId(email, undefined, hashOf);
    const request = (step: (row: ApprovalRequest | undefined) => TransitionResult) => pages.world.approvals.change(id, step);
    await request((row) => invitePerson(row, invitation, sending, hashOf, at(-120)));
    await request((row) => resend(row, sending, at(-110)));
    await request((row) => revokeInvitation(row, sending, at(-109)));
    await request((row) => restoreInvitation(row, sending, at(-90), at(-108)));
    await request((row) => accept(row, "call", "holder", at(-101)));
    await letIn("kim", 20, { personId: buildPersonId(email, hashOf), sponsor: "mina@contoso.com" });
    await change("kim", (row) => remind(row, 30, at(-10)));
    await act("extend-access", ["kim"]);
    const { html } = await show({ email }, "Administrator");
    expect(titlesIn(html)).toEqual([
      "Access extended, by Test Approver",
      "Reminder sent",
      "Arrived",
      "Came with the invitation",
      "Invitation valid again, by Mira",
      "Invitation revoked, by Mira",
      "Invitation sent again or extended, by Mira",
      "Invited, by Mira",
    ]);
    await letIn("lee", 20, { sponsor: "boss@contoso.com" });
    await change("lee", (row) => remind(row, 30, at(-10), { sponsor: "left" }));
    expect((await show({ life: "ending" })).html).toMatch(/boss@contoso.com.*has left/s);
    expect(html).toContain("30 days before the end");
    expect(html).toContain("In until 11 March 2027; sponsor mina@contoso.com");
    expect(html).toMatch(/name="person" value="account\/kim\/3".*Extend access….*Change sponsor….*End now…/s);
    expect(html).toMatch(/If they tried now<\/h2><p><span class="outcome continue">They sign in with their account</);
    expect(html).not.toMatch(/Nobody has signed up|<h2>Who<|No entry counts/);
    expect(html).toContain('name="account" value="account/kim/3"');
    const denial = { entry: email, effect: "deny", asked: "1", account: "account/kim/3", back: "/people?email=kim%40partner.com" };
    const denied = await pages.post("/access-list/add", "Administrator", denial);
    const question = (await denied.text()).split("data-question")[1] ?? "";
    expect(question).toMatch(/class="danger">Deny kim@partner\.com<.*value="account\/kim\/3".*Their account stays:.*>End now…</s);
    expect(question).not.toMatch(/Their page|last 30 days/i);
    expect((await show({ email })).html).not.toContain("End now…");
    expect((await show({ email }, "Administrator")).html).not.toContain("Let in until…");
    expect((await show({ email, lang: "ko" })).html).toContain("담당자 mina@contoso.com");
    await change("kim", (row) => endAccessNow(row, { by: { kind: "cli", name: "kim" } }, at(-1)));
    const ended = await show({ email }, "Administrator");
    expect(ended.html).toContain("the account is disabled next; sponsor mina@contoso.com");
    expect(ended.html).toMatch(/<h1>.*Access ended.*<\/h1>.*If they tried now.*outcome block">Access has ended/s);
    expect(ended.html).not.toContain("lets this person in");
    await disabled("kim");
    expect((await show({ email })).html).toContain("Disabled since");
    await change("kim", (row) => end(row, "deleted", NOW));
    const after = await show({ email }, "Administrator");
    expect(after.html).toContain("The account was deleted on");
    expect(after.html).not.toContain("End now…");
  });

  it.each(["signed in", "deleted in Entra"])(
    "shows a used invitation that lets its account in again, and revokes it: %s",
    async (account) => {
      const email = "kim@contoso.com";
      const id = invitationId(email, undefined, hashOf);
      const request = (step: (row: ApprovalRequest | undefined) => TransitionResult) => pages.world.approvals.change(id, step);
      await request((row) => invitePerson(row, { email }, { by: { kind: "cli", name: "mira" }, code: "CODE", days: 14 }, hashOf, at(-2)));
      await request((row) => accept(row, "call", "holder", at(-1)));
      await letIn("kim", 20, { personId: buildPersonId(email, hashOf) });
      if (account !== "signed in") await change("kim", (row) => end(row, "gone", NOW));
      const list = await show({ life: "invited" });
      expect(list.html).toMatch(/kim@contoso\.com.*Invitation used/s);
      expect((await show({ life: "ended" })).html).not.toContain("kim@contoso.com");
      const { html } = await show({ email }, "Administrator");
      expect(html).toMatch(/The invitation lets the account that used it in again until .*value="request\/[^"]*".*Revoke…/s);
      expect(html).not.toContain("Access has ended, so the gate lets nobody in by it");
      if (account === "signed in") {
        await disabled("kim");
        expect((await show({ email }, "Administrator")).html).toContain("Access has ended, so the gate lets nobody in by it");
      }
      const form = { verb: "revoke", sure: "yes", back: "/people?life=invited", note: "Left", person: `request/${id}/2` };
      await pages.sent("/people/change", "Approver", form);
      expect(await pages.world.approvals.get(id)).toMatchObject({ state: "denied" });
      const revoked = await show({ email }, "Administrator");
      expect(revoked.html).not.toContain("lets the account that used it in again");
    },
  );

  it("shows each stage's votes and voters", async () => {
    const list = ["mina@contoso.com", "guard@contoso.com"].map((address) => ({ by: [address], need: 1 }));
    const { id } = await asked(pages, "lee@partner.com", beginFirstStage(list, false, NOW));
    for (const [index, { by }] of list.entries()) {
      const [address = ""] = by;
      const say = { by: { kind: "console" as const, name: address }, decider: { names: [address], addresses: [address] } };
      await pages.world.approvals.change(id, (row) => approve(row, say, at(index)));
    }
    pages.setTime(at(2));
    const votes = titlesIn((await show({ email: "lee@partner.com" })).html).filter((title) => title !== "Waiting");
    expect(votes).toEqual(["Approved, by guard@contoso.com", "Approved, by mina@contoso.com"]);
  });

  it("shows the end of an invitation, and links back to the person's page after a change", async () => {
    await pages.sent("/people/invite", "Approver", { addresses: "lee@partner.com", days: "14", sponsor: "", language: "en", note: "" });
    const { html } = await show({ email: "lee@partner.com" }, "Administrator");
    expect(html).toMatch(/<h1>.*>Invited<.*Invited until .*name="back" value="\/people\?email=lee%40partner\.com".*Send again….*Revoke…/s);
    expect(html).not.toMatch(/Signed in with|No entry counts/);
    expect((await show({ open: "lee@partner.com" })).html).toContain("Invited until");
  });

  describe("a run that ends access and waits", () => {
    interface Waiting {
      readonly endedBy?: string;
      readonly renewed?: readonly string[];
    }
    const counts = { toDisable: 2, toDelete: 0, inForce: 30, reminded: 0, disabled: 0, deleted: 0, skipped: 0 };
    const run: AccessRun = { at: NOW.toISOString(), state: "waiting", why: "many", ...counts };
    const renew = async (name: string) =>
      await change(name, (row) => extendAccess(row, at(90).toISOString(), { by: { kind: "cli", name: "dana" } }, NOW, "renewed"));
    const waits = async ({ endedBy = "Test Approver", renewed = [] }: Waiting = {}) => {
      Object.assign(pages.world, { policiesAt: () => [anyPolicy([accessList(), expiry({ lasts: "180d" })])] });
      await letIn("kim", -1);
      await letIn("lee", 10);
      await letIn("ann", 50);
      await change("ann", (row) => endAccessNow(row, { by: { kind: "console", name: endedBy } }, at(-2)));
      await pages.world.accessRuns.write(await pages.world.accessRuns.read(), run);
      for (const name of renewed) await renew(name);
    };
    const page = async (role: Role = "Administrator") => await (await pages.get("/people/ending-run", role)).text();
    const confirm = async (fields: object = {}, role: Role = "Administrator") =>
      await pages.post("/people/ending-run", role, { run: run.at, people: "2", ...fields });
    const state = async () => (await pages.world.accessRuns.read()).runs[0];

    it("lists the people whose access it would end, and continues once an administrator typed their number", async () => {
      await waits();
      const html = await page();
      expect(html).toMatch(/ann@partner\.com.*Disabled.*Test Approver.*kim@partner\.com.*Disabled/s);
      expect(html).not.toContain("lee@partner.com");
      expect((await confirm({ people: "3" })).status).toBe(400);
      expect(await state()).toMatchObject({ state: "waiting" });
      expect((await confirm()).headers.get("location")).toBe("/people/ending-run?done=confirm");
      expect(await state()).toMatchObject({ state: "running", confirmedBy: "Test Administrator" });
      const [entry] = (await pages.world.audit.page({})).entries;
      expect(entry).toMatchObject({ by: "oid-Administrator", action: "access.run-confirmed", subject: run.at, outcome: "done" });
      expect(await page()).toContain("No run waits for a person.");
    });

    it("leaves out people whose access was renewed since the worker counted", async () => {
      await waits({ renewed: ["kim"] });
      const html = await page();
      expect(html).toContain("Type 1, the accounts");
      expect(html).not.toContain("kim@partner.com");
      expect((await confirm({ people: "2" })).status).toBe(400);
      expect((await confirm({ people: "1" })).status).toBe(303);
      expect(await state()).toMatchObject({ state: "running", toDisable: 1, endedBy: ["Test Approver"] });
      expect((await pages.world.audit.page({})).entries[0]).toMatchObject({ after: { toDisable: 1, toDelete: 0 } });
    });

    it("asks for no number if it no longer ends anybody's access", async () => {
      await waits({ renewed: ["kim", "ann"] });
      const html = await page();
      expect(html).toContain("Nobody now");
      expect(html).not.toMatch(/Type 0|name="people"/);
      expect((await confirm({ people: "" })).status).toBe(303);
      expect(await state()).toMatchObject({ state: "running", toDisable: 0 });
    });

    it("reads only the people on the page, and takes their total number from the worker's count", async () => {
      await waits();
      for (let index = 0; index < 450; index++) await letIn(`many${index}`, -1);
      await pages.world.accessRuns.write(await pages.world.accessRuns.read(), { ...run, toDisable: 452 });
      pages.database.operations();
      const html = await page();
      expect(pages.database.operations().filter((each) => each === "Query").length).toBeLessThanOrEqual(5);
      expect(html).toContain("Type 452, the accounts");
      expect(html).toContain("The first 200.");
      expect((await confirm({ people: "452" })).status).toBe(303);
      expect(await state()).toMatchObject({ state: "running", toDisable: 452 });
    });

    it.each<{ what: string; more?: Waiting; fields?: object; role?: Role; status: number; says?: string }>([
      {
        what: "by who ended all that is left of it",
        more: { endedBy: "Test Administrator", renewed: ["kim"] },
        fields: { people: "1" },
        status: 400,
        says: "somebody else lets the run go on",
      },
      { what: "of another count", fields: { run: at(-1).toISOString() }, status: 400, says: "has counted again" },
      { what: "by an approver", role: "Approver", status: 403 },
      { what: "by a reader", role: "Reader", status: 403 },
    ])("cannot be continued $what", async ({ more, fields, role = "Administrator", status, says = "" }) => {
      await waits(more);
      if (role !== "Administrator" || more !== undefined) expect(await page(role)).not.toContain('name="people"');
      const refused = await confirm(fields, role);
      expect([refused.status, (await refused.text()).includes(says)]).toEqual([status, true]);
      expect(await state()).toMatchObject({ state: "waiting" });
    });
  });

  it("names a run that a wrong clock dated in the future, and lets nobody confirm it", async () => {
    const { accessRuns } = pages.world;
    const counts = { toDisable: 4, toDelete: 0, inForce: 400, reminded: 0, disabled: 3, deleted: 0, skipped: 0 };
    for (const [days, state] of [
      [-1, "done"],
      [60, "done"],
      [400, "waiting"],
    ] as const)
      await accessRuns.write(await accessRuns.read(), { at: at(days).toISOString(), state, ...counts });
    const path = "/people/ending-run";
    expect(await (await pages.get(path, "Administrator")).text()).toMatch(/is dated in the future.*expiry confirm/s);
    const confirmed = await pages.post(path, "Administrator", { run: at(400).toISOString(), people: "4" });
    expect(await confirmed.text()).toContain("has counted again");
    expect((await accessRuns.read()).runs).toHaveLength(3);
  });

  describe("a changed end", () => {
    const PAGE = "/people?email=kim%40partner.com";
    const changed = async (verb: string) => {
      const answer = await act(verb, ["kim"], { back: PAGE });
      const html = await answer.text();
      const [, person = ""] = /action="\/people\/change\/undo".*?name="person" value="([^"]*)"/s.exec(html) ?? [];
      expect(html).toMatch(/<h1><bdi[^>]*>kim@partner\.com/);
      return await pages.sent("/people/change/undo", "Approver", { person, back: PAGE });
    };

    it.each([
      { verb: "end-access", days: 20 },
      { verb: "end-access", days: undefined },
      { verb: "extend-access", days: 20 },
      { verb: "extend-access", days: -1 },
    ])("can be undone on the same page: $verb, ends in $days days", async ({ verb, days }) => {
      await letIn("kim", days);
      const before = await pages.world.accounts().get("kim");
      const undone = await (await changed(verb)).text();
      expect(undone).toContain("Undone for kim@partner.com");
      const { until, endsAt, state } = before as AccountRow;
      expect(await pages.world.accounts().get("kim")).toMatchObject({ endsAt, state, ...(until !== undefined && { until }) });
      const { entries } = await pages.world.audit.page({ person: before?.personId ?? "" });
      expect(entries[0]).toMatchObject({ action: "access.end-restored", outcome: "done" });
    });

    it("can be undone once; the undo also enables the account if the worker disabled it meanwhile", async () => {
      await letIn("kim", 20);
      const person = async (html: string) => /change\/undo".*?name="person" value="([^"]*)"/s.exec(html)?.[1] ?? "";
      const ended = await person(await (await act("end-access", ["kim"], { back: PAGE })).text());
      const edit = { by: "x", via: "console", action: "access-list.added", outcome: "done", subject: "contoso.com" } as const;
      for (let each = 0; each < 220; each++) await pages.world.audit.tell(edit, NOW);
      expect(await (await pages.get("/?view=done", "Administrator")).text()).toMatch(/kim@partner\.com/);
      await disabled("kim");
      const undo = (field: string) => pages.sent("/people/change/undo", "Approver", { person: field, back: PAGE });
      expect(await (await undo(ended)).text()).toContain("Access was extended; the account is enabled next");
      expect(await untilOf("kim")).toBe(at(20).toISOString());
      for (const [field, why] of [
        [ended, "It is so already."],
        [ended.replace(/[^/]*$/, "soon"), "There is no earlier end to restore."],
        [ended.replace(/[^/]*$/, at(25).toISOString()), "It was changed after you opened the page."],
      ] as const) {
        const refused = await undo(field);
        expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining(why)]);
      }
    });
  });

  it("shows that a person with a disabled account cannot be let in by the list", async () => {
    await letIn("kim", -1);
    await disabled("kim");
    await pages.put({ entry: "partner.com", effect: "allow" });
    const { html } = await show({ email: "kim@partner.com" });
    expect(html).toContain('outcome block">The account is disabled');
    expect(html).not.toContain("The list lets this person in");
  });

  it.each([
    { days: 20, badges: ["In", "Waiting for approval"] },
    { days: -1, badges: ["Waiting for approval"] },
  ])("shows a waiting request beside the access of somebody who is in, and alone once access ended: $badges", async ({ days, badges }) => {
    await letIn("kim", days);
    if (days < 0) await disabled("kim");
    await asked(pages, "kim@partner.com");
    const { html } = await show({ email: "kim@partner.com" });
    const head = /entity-head">.*?<\/h1>/s.exec(html)?.[0] ?? "";
    expect([...head.matchAll(/class="tag[^"]*">([^<]*)</g)].map(([, badge]) => badge)).toEqual(badges);
  });

  it("shows the new end before it is written", async () => {
    await letIn("kim", 20);
    await letIn("lee", 10);
    expect(await (await act("extend-access", ["kim"], { sure: "" })).text()).toContain("With 90 days, until 11 March 2027.");
    expect(await (await act("extend-access", ["kim", "lee"], { sure: "" })).text()).toMatch(/90 days later.*11 Mar.*1 Mar/s);
  });

  it("lists people whom the access list denies, each with the denying entry, before an extension", async () => {
    await letIn("kim", 20);
    await letIn("lee", 10, { email: "lee@other.com" });
    await pages.put({ entry: "partner.com", effect: "deny" });
    const question = await (await act("extend-access", ["kim", "lee"], { sure: "" })).text();
    expect(question).toMatch(/A deny ends nobody&#39;s access.*kim@partner\.com<\/bdi>: <a href="[^"]*partner\.com[^"]*">/s);
    expect(question).not.toMatch(/lee@other\.com<\/bdi>: <a/);
    expect(await (await act("end-access", ["kim", "lee"], { sure: "" })).text()).not.toContain("A deny ends");
    expect((await act("extend-access", ["kim"])).status).toBe(200);
    expect(await untilOf("kim")).toBe(at(110).toISOString());
  });

  it("ends access early, assigns another sponsor, and rejects invalid changes person by person", async () => {
    await letIn("kim", 20);
    for (const name of ["unset", "endless"]) await letIn(name, undefined);
    await change("endless", (row) => extendAccess(row, undefined, { by: { kind: "cli", name: "kim" } }, at(-1)));
    const stale = await fieldOf("kim");
    expect(await (await act("end-access", ["kim"], { sure: "" })).text()).toMatch(
      /<h1>End now: kim@partner\.com<\/h1>.*Sign-in may work for up to an hour.*Reason \(required\).*>End now<(?!.*<table)/s,
    );
    expect((await act("end-access", ["kim"], { note: "" })).status).toBe(400);
    const asMina = { Cookie: await pages.cookie("Approver", { userNames: ["mina@contoso.com"] }) };
    expect(await (await act("end-access", ["kim"], {}, asMina)).text()).toContain("Access of kim@partner.com ends now");
    const ended = await pages.world.accounts().get("kim");
    expect(ended).toMatchObject({ state: "in", until: NOW.toISOString() });
    // A command, which lets the worker's run go on, knows its author by their user name.
    expect(ended?.history.at(-1)?.by).toEqual({ kind: "console", name: "Test Approver", userNames: ["mina@contoso.com"] });
    const done = await (await pages.get("/?view=done", "Approver")).text();
    expect(done.replaceAll(/<[^>]*>/g, "")).toMatch(/You ended the access of kim@\S/);
    expect((await act("sponsor", ["kim", "endless"], { to: "Mina@contoso.com" })).status).toBe(200);
    expect(await pages.world.accounts().get("endless")).toMatchObject({ sponsor: "mina@contoso.com" });
    for (const [to, says] of [
      ["mina", "“mina” is not an e-mail address: write one like kim@contoso.com."],
      ["", "Write an e-mail address like kim@contoso.com."],
    ] as const) {
      const refused = await act("sponsor", ["kim"], { to });
      expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining(says)]);
    }
    const refusals: readonly { verb: string; name: string; fields?: Record<string, string>; says: string }[] = [
      { verb: "end-access", name: "kim", says: "It is so already." },
      { verb: "extend-access", name: "endless", says: "Access has no end." },
      { verb: "extend-access", name: "unset", says: "is set within the hour" },
      { verb: "sponsor", name: "kim", fields: { to: "Kim@partner.com" }, says: "Nobody can be their own sponsor." },
      { verb: "revoke", name: "kim", says: "invitation" },
    ];
    for (const { verb, name, fields = {}, says } of refusals) {
      const refused = await act(verb, [name], fields);
      expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining(says)]);
    }
    const late = await pages.sent("/people/change", "Approver", {
      verb: "extend-access",
      sure: "yes",
      days: "9",
      note: "x",
      person: stale,
    });
    expect(await late.text()).toContain("It was changed after you opened the page.");
  });
});

describe("allow and deny on a person's page", () => {
  const entryOf = async (entry: string) => await pages.world.accessList.get(entry);
  const back = (email: string) => `/people?${new URLSearchParams({ email })}`;
  const act = async (fields: object, email = "kim@contoso.com") =>
    await pages.post("/access-list/add", "Administrator", {
      ...{ entry: email, effect: "allow", expiresAt: "2026-11-27", note: "", issuer: "", back: back(email) },
      ...fields,
    });

  it("ask for confirmation with the entry's last day already chosen, and return to the person", async () => {
    await pages.put({ entry: "contoso.com", effect: "deny" });
    const { html } = await show({ email: "kim@contoso.com" }, "Administrator");
    const effectsOf = (page: string) => [...page.matchAll(/name="effect" value="([^"]*)"/g)].map(([, effect]) => effect);
    // The list denies them already.
    expect(effectsOf(html)).toEqual(["allow"]);
    const question = await act({ asked: "1" });
    expect([question.status, await question.text()]).toEqual([200, expect.stringMatching(/Let in on their next try|Nobody/)]);
    expect(await entryOf("kim@contoso.com")).toBeUndefined();
    expect(await (await act({ asked: "1" })).text()).toMatch(/aria-label="Allow kim@contoso\.com".*<option value="2026-11-27" selected/s);
    const response = await act({ asked: "1", sure: "yes", note: "After decision K7QD-9MXD" });
    expect(response.headers.get("location")).toMatch(/^\/people\?email=kim%40contoso\.com&done=allow&set=/);
    expect(await entryOf("kim@contoso.com")).toMatchObject({ effect: { S: "allow" }, expiresAt: { S: "2026-11-27" } });
    const after = await (await pages.get(response.headers.get("location") ?? "", "Administrator")).text();
    expect(await (await pages.get("/audit", "Reader")).text()).toContain('href="/access-list?open=kim%40contoso.com"');
    expect(after).toMatch(/You allowed .*lets this person in/s);
    expect(effectsOf(after)).toEqual(["allow", "deny"]);
  });

  it("appear in the heading and in the timeline, and an undo returns to the person", async () => {
    await keep(1, { verdict: "continue", reasons: [] });
    const denied = (await act({ effect: "deny", expiresAt: "" })).headers.get("location") ?? "";
    const html = await (await pages.get(denied, "Administrator")).text();
    expect(/<h1>.*?<\/h1>/s.exec(html)?.[0]).toMatch(/class="tag bad">Denied</);
    expect(html).toContain("Denied, by Test Administrator");
    const [, id = ""] = /action="\/audit\/sets\/undo".*?name="id" value="([^"]*)"/s.exec(html) ?? [];
    const undone = await pages.post("/audit/sets/undo", "Administrator", { id, "form-page": denied });
    expect(undone.headers.get("location")).toMatch(/^\/people\?email=kim%40contoso\.com&set=[\w-]+$/);
    expect(await (await pages.get(undone.headers.get("location") ?? "", "Administrator")).text()).toContain(
      "You undid the change of kim@contoso.com",
    );
  });

  it("name the failed system behind a refusal", async () => {
    const trace = [
      {
        rule: "verify-identity",
        said: "block",
        reasons: ["identity.unavailable"],
        upstreamFailure: { service: "idology", kind: "timeout" },
      },
    ] as const;
    await keep(1, { rule: "verify-identity", reasons: ["identity.unavailable"], trace });
    expect((await showPerson({})).html).toContain("Refused: IDology unavailable");
    // An entry changes nothing of that.
    await act({});
    const { html } = await showPerson({});
    expect(/<h1>.*?<\/h1>/s.exec(html)?.[0]).toContain("Refused");
    expect(html).not.toContain(">Allowed<");
  });

  it("no longer show a person as refused if the list has allowed them since", async () => {
    await keep(1, { reasons: ["access-list.denied"] });
    const heading = async () => /<h1>.*?<\/h1>/s.exec((await showPerson({})).html)?.[0] ?? "";
    expect(await heading()).toContain("Refused");
    await act({});
    expect(await heading()).toMatch(/class="tag good">Allowed</);
    expect(await heading()).not.toContain("Refused");
  });

  it("no longer show a person as let in if the list has denied them since", async () => {
    await keep(1, { verdict: "continue", reasons: [] });
    await pages.put({ entry: "contoso.com", effect: "deny" });
    const heading = /<h1>.*?<\/h1>/s.exec((await showPerson({})).html)?.[0] ?? "";
    expect(heading).toMatch(/class="tag bad">Denied</);
    expect(heading).not.toContain("Let in");
  });

  it.each([{ isOffered: false }, { expiresAt: "2027-01-31", isOffered: true }])(
    "offer to allow a person again only if that changes the end of the present allow: $expiresAt",
    async ({ isOffered, ...more }) => {
      await pages.put({ entry: "contoso.com", effect: "allow", ...more });
      expect((await show({ email: "kim@contoso.com" }, "Administrator")).html.includes("Let in until")).toBe(isOffered);
    },
  );

  it("show no positive sign for a person without an entry if other rules decide", async () => {
    vi.spyOn(pages.world, "policiesAt").mockReturnValue([anyPolicy([accessList({ otherwise: "continue" })])]);
    const silent = async (path: string) =>
      /<span class="outcome (\w*)">((?:The list|No entry counts)[^<]*)</.exec(await (await pages.get(path, "Reader")).text())?.slice(1);
    const path = "/people?email=kim@contoso.com";
    expect(await silent(path)).toEqual(["continue", "No entry counts: they would be let in"]);
    await pages.put({ entry: "contoso.com", effect: "allow" });
    expect(await silent(path)).toEqual(["continue", "The list lets this person in"]);
  });

  it.each([
    { fields: { effect: "deny", expiresAt: "" }, entry: "kim@contoso.com", wanted: { effect: { S: "deny" } } },
    { fields: { until: "2027-01-31" }, entry: "kim@contoso.com", wanted: { effect: { S: "allow" }, expiresAt: { S: "2027-01-31" } } },
    { fields: { effect: "deny" }, email: "k.im+x@gmail.com", entry: "kim@gmail.com", wanted: { effect: { S: "deny" } } },
  ])("write the entry: $fields", async ({ fields, email, entry, wanted }) => {
    expect((await act(fields, email)).status).toBe(303);
    expect(await entryOf(entry)).toMatchObject(wanted);
  });

  it("replace only the entry that the form showed", async () => {
    await pages.put({ entry: "kim@contoso.com", effect: "deny", note: "theirs" });
    const refused = await act({});
    expect([refused.status, (await entryOf("kim@contoso.com"))?.effect?.S]).toEqual([200, "deny"]);
    const html = await refused.text();
    expect(html).toMatch(/It suspends the current entry[\s\S]*theirs/);
    const version = /name="version" value="([^"]*)"/.exec(html)?.[1] ?? "";
    expect((await act({ version })).status).toBe(303);
    expect(await entryOf("kim@contoso.com")).toMatchObject({ effect: { S: "deny" }, note: { S: "theirs" }, allowedUntil: {} });
    expect((await act({ version, effect: "deny" })).status).toBe(409);
  });

  it.each([
    { what: "no day", fields: { until: "soon" }, field: "add-expiresAt" },
    { what: "10,000 characters", fields: { note: "x".repeat(10_000) }, field: "add-note" },
    { what: "what is no text", fields: { note: "\ufffd" }, field: "entry" },
    { what: "no address", fields: { entry: "kim" }, field: "entry" },
    { what: "neither of the two", fields: { effect: "" }, field: "add-effect" },
  ])("write nothing for $what, and keep the typed text", async ({ fields, field }) => {
    const response = await act({ issuer: "google.com", ...fields });
    expect(response.status).toBe(400);
    expect(await entryOf("kim@contoso.com")).toBeUndefined();
    const html = await response.text();
    expect(html).toContain('value="google.com"');
    expect(html).toContain(`href="#${field}"`);
  });

  it("show the sign-in methods that decisions name, and none for a decision that names none", async () => {
    await keep(1, { email: "kim@contoso.com", issuers: ["google.com"] });
    await keep(2, { email: "kim@contoso.com", issuers: [] });
    const { html } = await show({ email: "kim@contoso.com" }, "Administrator");
    expect(html).toMatch(/Signed in with<\/dt><dd>google\.com</);
    expect(html).not.toContain("<h3>");
  });

  it("warn that an allow does not help if a closer entry denies the person, and link to that entry", async () => {
    await keep(1, { email: "kim@contoso.com", issuers: ["facebook.com"] });
    await pages.put({ entry: "issuer:facebook.com", effect: "deny" });
    const { html } = await show({ email: "kim@contoso.com" }, "Administrator");
    expect(html).toMatch(/would not let them in with facebook\.com: issuer:facebook\.com \(.*\) is closer/);
    expect(offered(html)).toEqual(["Change the entry…"]);
    expect(html).toContain('href="/access-list?open=issuer%3Afacebook.com"');
  });

  const refusedBy = (rule: string) => keep(1, { email: "kim@contoso.com", rule, reasons: ["some.reason"] });
  const policyOf = (...rules: Parameters<typeof anyPolicy>[0]) => vi.spyOn(pages.world, "policiesAt").mockReturnValue([anyPolicy(rules)]);
  it.each<{ given: string; prepare: () => unknown; offers: readonly string[] }>([
    { given: "nobody has done anything", prepare: () => undefined, offers: ["Let in until…", "Deny…"] },
    {
      given: "an entry of their own denies them",
      prepare: () => pages.put({ entry: "kim@contoso.com", effect: "deny" }),
      offers: ["Change the entry…", "Let in until…"],
    },
    {
      given: "an entry of their domain denies them",
      prepare: () => pages.put({ entry: "contoso.com", effect: "deny" }),
      offers: ["Let in until…"],
    },
    { given: "no step uses the list", prepare: () => policyOf(permittedValue("jobTitle")), offers: ["Deny…"] },
    {
      given: "a rule refused them that asks nothing of the list",
      prepare: async () => {
        policyOf(accessList({ otherwise: "continue" }), permittedValue("jobTitle"));
        await refusedBy("permitted-value");
      },
      offers: ["Deny…"],
    },
    {
      given: "a rule refused them that lets pass whom the list allows",
      prepare: async () => {
        policyOf(accessList({ otherwise: "continue" }), onlyDomains(["fabrikam.com"], { unless: "allowed" }));
        await refusedBy("only-domains");
      },
      offers: ["Let in until…", "Deny…"],
    },
  ])("offer acts that change something, the most helpful first: $given", async ({ prepare, offers }) => {
    await prepare();
    expect(offered((await show({ email: "kim@contoso.com" }, "Administrator")).html)).toEqual(offers);
    vi.restoreAllMocks();
  });

  it("warn that an allow of an unverified address does not count if its domain is denied", async () => {
    await keep(1, { email: "lee@unverified.example", issuers: ["google.com"], emailTyped: true });
    await pages.put({ entry: "unverified.example", effect: "deny" });
    const { html } = await show({ email: "lee@unverified.example" }, "Administrator");
    expect(html).toMatch(/would not let them in with \S+, which does not verify it: unverified\.example denies/);
  });

  it.each([
    { reason: "identity.refuted", isSaid: true },
    { reason: "approval.requested", isSaid: false },
  ])("warn that an entry may not help after a refusal by another rule: $reason", async ({ reason, isSaid }) => {
    await keep(1, { email: "kim@contoso.com", rule: "other-rule", reasons: [reason] });
    const { html } = await show({ email: "kim@contoso.com" }, "Administrator");
    expect(html.includes("The last refusal came from the rule other-rule")).toBe(isSaid);
  });
});

it("the list of requests finds a person's requests too", async () => {
  const request = await asked(pages, "k.im@gmail.com");
  expect(request.personId).toBe(buildPersonId("kim@gmail.com", hashOf));
  expect((await show({ email: "kim@gmail.com" })).html).toContain(`/approvals/requests/${request.id}`);
});

describe("terms", () => {
  const accept = async (email: string, version: string, unproven?: { readonly emailProven: false; readonly account: string }) => {
    const proof = {
      ...unproven,
      attribute: "extension_Terms",
      version,
      language: "ko",
      sha256: "a".repeat(64),
      at: NOW.toISOString(),
      reference: "K7QD-9MXD",
    };
    const id = buildPersonId(email, hashOf);
    const { key, slots, holder } = proofWrite(proof, buildProofKeys(id)[unproven ? 1 : 0], {});
    await pages.put({ ...key, personId: id, [slots]: new Set([holder]) } as never, "ledger");
  };

  it("are shown on a person's page: which text, when and in which decision", async () => {
    await keep(1, { email: "kim@contoso.com" });
    await accept("kim@contoso.com", "2026-01");
    const { html } = await showPerson({});
    expect(html).toMatch(/Accepted terms.*href="\/decisions\/K7QD-9MXD">2026-01<.*extension_Terms, ko.*SHA-256.*aaaa/s);
    expect((await show({ email: "lee@contoso.com" })).html).not.toContain("Accepted terms");
  });

  it("are marked if the person accepted them without proving the address", async () => {
    await keep(1, { email: "none@contoso.com" });
    await accept("none@contoso.com", "2026-02", { emailProven: false, account: "a stranger's" });
    expect((await show({ email: "none@contoso.com" })).html).toContain("address not proven");
  });
});
