import fc from "fast-check";
import {
  checkEdit,
  domainToCompare,
  type EditedRow,
  givesBack,
  isBroad,
  keysAround,
  mayAdmit,
  takesAway,
} from "../../../features/access-list/edit-check";
import { concernWords } from "../../../features/access-list/entry-words";

const now = new Date("2026-11-21T12:00:00Z");
const over = "2026-11-01";
const allow = (entry: string, more: Record<string, string> = {}) => ({ entry, effect: "allow", ...more });
const deny = (entry: string, more: Record<string, string> = {}) => ({ entry, effect: "deny", ...more });

const approval = (entry: string, more: Record<string, string> = {}) => ({ entry, effect: "approval", ...more });

const codes = (edit: EditedRow, around: readonly Record<string, string>[] = [], own: readonly string[] = []) =>
  checkEdit(edit, { now, around, own }).map(({ code, about }) => `${code} ${about}`);

describe("the concerns about a row by itself", () => {
  it.each([
    { after: allow("*"), says: ["everyone *"] },
    { after: allow("*", { issuer: "google.com" }), says: ["everyoneOf google.com"] },
    { after: allow("gmail.com"), says: ["freeMail gmail.com"] },
    { after: allow("Gmail.COM"), says: ["freeMail gmail.com"] },
    { after: allow("*.gmail.com"), says: ["freeMail gmail.com"] },
    ...["yahoo.co.uk", "hotmail.fr", "live.co.uk", "outlook.de", "gmx.at", "ymail.com", "tutanota.com", "bk.ru", "comcast.net"].map(
      (free) => ({
        after: allow(free),
        says: [`freeMail ${free}`],
      }),
    ),
    { after: allow("*.wanadoo.fr"), says: ["freeMail wanadoo.fr"] },
    { after: allow("mailinator.com"), says: ["freeMail mailinator.com"] },
    { after: allow("privaterelay.appleid.com"), says: ["freeMail privaterelay.appleid.com"] },
    { after: allow("duck.com"), says: ["freeMail duck.com"] },
    { after: allow("*.onmicrosoft.com"), says: ["allUnderSuffix onmicrosoft.com"] },
    { after: allow("contoso.onmicrosoft.com"), says: [] },
    { after: allow("live.contoso.com"), says: [] },
    { after: allow("notyahoo.co.uk"), says: [] },
    { after: allow("co.uk"), says: ["suffix co.uk"] },
    { after: allow("github.io"), says: ["suffix github.io"] },
    { after: allow("*.com"), says: ["allUnderSuffix com"] },
    { after: allow("*.公司.cn"), says: ["allUnderSuffix xn--55qx5d.cn"] },
    { after: allow("disposable"), says: ["class disposable"] },
    { after: allow("issuer:google"), says: ["issuer google.com"] },
    { after: allow("issuer:tiktok"), says: ["issuer tiktok", "unknownIssuer tiktok"] },
    ...["gogle.com", "goggle.com", "google.co", "facebok.com", "mial"].map((issuer) => ({
      after: allow("kim@contoso.com", { issuer }),
      says: [`unknownIssuer ${issuer}`],
    })),
    ...["google", "facebook.com", "mail", "entra", "eagle.com", "accounts.contoso.com", "https://gogle.com"].map((issuer) => ({
      after: allow("kim@contoso.com", { issuer }),
      says: [],
    })),
    { after: allow("contoso.com"), says: [] },
    { after: allow("*.contoso.co.uk"), says: [] },
    { after: allow("kim@gmail.com"), says: [] },
    { after: allow("*", { expiresAt: over }), says: ["expired *"] },
    { after: allow("not an entry"), says: [] },
    { after: allow("*", { expiresAt: "unreadable" }), says: [] },
    { after: deny("*"), says: ["deniesEveryone *"] },
    { after: deny("issuer:google.com"), says: ["deniesIssuer google.com"] },
    { after: deny("*.com"), says: ["deniesSuffix com"] },
    { after: deny("gmail.com"), says: [] },
    { after: deny("disposable"), says: [] },
  ])("are found for $after.effect $after.entry $after.issuer $after.expiresAt: $says", ({ after, says }) =>
    expect(codes({ after })).toEqual(says),
  );

  it.each([
    { entry: "contoso.com", own: "kim@contoso.com", says: ["deniesOwn contoso.com"] },
    { entry: "*.contoso.com", own: "kim@eu.contoso.com", says: ["deniesOwn eu.contoso.com"] },
    { entry: "*.contoso.com", own: "kim@contoso.com", says: [] },
    { entry: "contoso.com", own: "kim@notcontoso.com", says: [] },
  ])("include a warning only if a deny of $entry covers its author's own address $own", ({ entry, own, says }) =>
    expect(codes({ after: deny(entry) }, [], [own])).toEqual(says),
  );
});

describe("the concerns about a row beside others", () => {
  it.each([
    { after: allow("kim@contoso.com"), around: [allow("contoso.com")], says: ["shadowed contoso.com"] },
    { after: deny("kim@contoso.com"), around: [deny("contoso.com"), allow("*")], says: ["shadowed contoso.com"] },
    { after: allow("kim@contoso.com"), around: [allow("contoso.com", { expiresAt: over })], says: [] },
    { after: allow("kim@contoso.com"), around: [allow("contoso.com", { issuer: "google.com" })], says: [] },
    { after: allow("a.contoso.com"), around: [deny("*.contoso.com"), allow("*")], says: [] },
    { after: allow("a.contoso.com"), around: [allow("*.contoso.com")], says: ["shadowed *.contoso.com"] },
    { after: allow("contoso.com"), around: [allow("*"), deny("disposable")], says: [] },
    { after: deny("contoso.com"), around: [deny("*")], says: [] },
    { after: deny("a.contoso.com"), around: [deny("*.contoso.com")], says: ["shadowed *.contoso.com"] },
    { after: allow("kim+x@contoso.com"), around: [deny("kim@contoso.com")], says: ["spellingDenied kim@contoso.com"] },
    { after: allow("kim+x@contoso.com"), around: [approval("kim@contoso.com")], says: ["spellingDenied kim@contoso.com"] },
    { after: allow("kim+x@contoso.com"), around: [approval("kim@contoso.com", { expiresAt: over })], says: [] },
    { after: approval("kim@contoso.com"), around: [deny("contoso.com"), approval("*")], says: [] },
    { after: approval("kim@contoso.com"), around: [approval("contoso.com")], says: ["shadowed contoso.com"] },
    // One person of a domain is meant.
    { after: allow("kim@contoso.com"), around: [deny("contoso.com")], says: [] },
    { after: allow("kim@contoso.com"), around: [approval("contoso.com")], says: [] },
    { after: allow("contoso.com"), around: [deny("@contoso.com")], says: ["sameEntry @contoso.com"] },
    { after: allow("contoso.com"), around: [approval("@contoso.com")], says: ["sameEntry @contoso.com"] },
    { after: allow("contoso.com"), around: [deny("@contoso.com", { expiresAt: over })], says: [] },
    { after: allow("contoso.com"), around: [allow("contoso.com"), allow("*")], says: ["shadowed *"] },
    { after: deny("kim@contoso.com"), around: [deny("*")], says: [] },
  ])("are found for $after.effect $after.entry beside $around: $says", ({ after, around, says }) => {
    const read = new Set(keysAround({ after }));
    expect(
      codes(
        { after },
        around.filter(({ entry }) => read.has(entry) || entry === after.entry),
      ),
    ).toEqual(says);
  });
});

describe("the new concerns about an edited row", () => {
  it.each([
    { what: "a note", before: allow("gmail.com"), after: allow("gmail.com", { note: "n" }), says: [] },
    { what: "an earlier end", before: allow("*"), after: allow("*", { expiresAt: "2027-01-01" }), says: [] },
    { what: "a later end", before: allow("*", { expiresAt: "2027-01-01" }), after: allow("*"), says: ["everyone *"] },
    { what: "another effect", before: deny("gmail.com"), after: allow("gmail.com"), says: ["freeMail gmail.com"] },
    { what: "an end in the past", before: allow("*"), after: allow("*", { expiresAt: over }), says: [] },
    { what: "life after its end", before: allow("*", { expiresAt: over }), after: allow("*"), says: ["everyone *"] },
    { what: "a limit less", before: allow("*", { gates: "a" }), after: allow("*"), says: ["everyone *"] },
    { what: "its removal", before: allow("*"), after: undefined, says: [] },
    { what: "the end of a deny", before: deny("*"), after: undefined, says: ["endsDeny *"] },
    { what: "the end of a deny", before: deny("issuer:google.com"), after: undefined, says: ["endsDeny issuer:google.com"] },
    { what: "the end of a deny", before: deny("*.contoso.com"), after: undefined, says: ["endsDeny *.contoso.com"] },
    { what: "the end of a deny", before: deny("gmail.com"), after: undefined, says: ["endsDeny gmail.com"] },
    { what: "the end of a deny", before: deny("disposable"), after: undefined, says: ["endsDeny disposable"] },
    { what: "the end of a deny", before: deny("contoso.com"), after: undefined, says: [] },
    { what: "the end of a deny that is over", before: deny("*", { expiresAt: over }), after: undefined, says: [] },
    { what: "a deny's end in the past", before: deny("*"), after: deny("*", { expiresAt: over }), says: ["endsDeny *"] },
    { what: "a deny of fewer", before: deny("*"), after: deny("*", { issuer: "google.com" }), says: ["endsDeny *"] },
    { what: "a deny that is an allow", before: deny("*.a.example"), after: allow("*.a.example"), says: ["endsDeny *.a.example"] },
    {
      what: "a deny by another provider",
      before: deny("*.com", { issuer: "google.com" }),
      after: deny("*.com", { issuer: "facebook.com" }),
      says: ["deniesSuffix com", "endsDeny *.com"],
    },
    {
      what: "a deny by an unknown provider alone",
      before: deny("*.contoso.com"),
      after: deny("*.contoso.com", { issuer: "tiktok" }),
      says: ["endsDeny *.contoso.com", "unknownIssuer tiktok"],
    },
    {
      what: "another unknown provider",
      before: allow("a.example", { issuer: "tiktok" }),
      after: allow("a.example", { issuer: "snap" }),
      says: ["unknownIssuer snap"],
    },
    { what: "the end of what is no entry", before: deny("not an entry"), after: undefined, says: [] },
    { what: "a deny's note", before: deny("*"), after: deny("*", { note: "n" }), says: [] },
  ])("for $what are $says", ({ before, after, says }) => expect(codes({ before, after })).toEqual(says));
});

it("an allow that replaces a deny raises a concern if the mailbox has another deny", () => {
  const edit = { before: deny("kim+x@contoso.com"), after: allow("kim+x@contoso.com") };
  expect(codes(edit, [deny("kim@contoso.com")])).toEqual(["spellingDenied kim@contoso.com"]);
});

it("an allow of a look-alike raises a concern that names the known domain", () => {
  const alike = new Map([
    ["c0ntoso.com", [{ like: "contoso.com" }, { like: "contozo.com" }]],
    ["other.example", [{ like: "0ther.example" }]],
  ]);
  const said = (after: EditedRow["after"]) => checkEdit({ after }, { now, alike });
  expect(said(allow("c0ntoso.com"))).toEqual([{ code: "looksLike", about: "contoso.com" }]);
  expect(said(allow("kim@c0ntoso.com"))).toEqual([{ code: "looksLike", about: "contoso.com" }]);
  expect(said(deny("c0ntoso.com"))).toEqual([]);
  expect(said(allow("issuer:google.com/1184"))).toEqual([]);
});

it.each([
  { after: allow("kim@eu.contoso.com"), domain: "eu.contoso.com" },
  { after: allow("@Contoso.com"), domain: "contoso.com" },
  { after: allow("*.contoso.com"), domain: "contoso.com" },
  { after: allow("*"), domain: undefined },
  { after: allow("issuer:google.com"), domain: undefined },
  { after: allow("relay"), domain: undefined },
  { after: allow("not an entry"), domain: undefined },
  { after: deny("contoso.com"), domain: undefined },
  { after: undefined, domain: undefined },
])("$after.effect $after.entry admits people of the domain $domain", ({ after, domain }) =>
  expect(domainToCompare({ after })).toBe(domain),
);

it.each([
  { after: undefined, keys: [] },
  { after: allow("not an entry"), keys: [] },
  { after: allow("kim+x@contoso.com"), keys: ["kim@contoso.com", "contoso.com", "*.com", "*"] },
  { after: allow("Kim@contoso.com"), keys: ["contoso.com", "*.com", "*"] },
  { after: deny("kim+x@contoso.com"), keys: ["contoso.com", "*.com", "*"] },
  { after: allow("contoso.com"), keys: ["@contoso.com", "*.com", "*"] },
  { after: allow("@contoso.com"), keys: ["*.com", "*"] },
  { after: allow("*.contoso.com"), keys: ["*.com", "*"] },
  { after: allow("*"), keys: [] },
])("$after.effect $after.entry is compared with the rows under $keys and the rows of classes", ({ after, keys }) => {
  const classes = keysAround({ after: allow("*") });
  expect(classes).toEqual(["disposable", "relay", "consumer"]);
  const readable = after !== undefined && after.entry !== "not an entry";
  expect(keysAround({ after })).toEqual(readable ? [...keys, ...classes] : []);
});

it.each([
  { before: undefined, after: allow("a.example"), away: false },
  { before: allow("a.example"), after: undefined, away: true },
  { before: allow("a.example"), after: allow("a.example", { note: "n" }), away: false },
  { before: allow("a.example"), after: allow("a.example", { issuer: "google.com" }), away: true },
  { before: allow("a.example", { expiresAt: over }), after: undefined, away: false },
  { before: undefined, after: deny("a.example"), away: true },
  { before: deny("a.example"), after: undefined, away: false },
  { before: deny("a.example", { issuer: "google.com" }), after: deny("a.example"), away: true },
  { before: allow("a.example"), after: deny("a.example"), away: true },
  { before: deny("a.example"), after: deny("a.example", { note: "n" }), away: false },
  { before: deny("a.example", { expiresAt: over }), after: deny("a.example"), away: true },
])("the edit from $before to $after may refuse a person: $away", ({ before, after, away }) =>
  expect(takesAway({ before, after }, now)).toBe(away),
);

it.each([
  { before: undefined, after: deny("a.example"), back: false },
  { before: deny("a.example"), after: undefined, back: true },
  { before: deny("a.example"), after: deny("a.example", { note: "n" }), back: false },
  { before: deny("a.example"), after: deny("a.example", { issuer: "google.com" }), back: true },
  { before: deny("a.example"), after: allow("a.example"), back: true },
  { before: deny("a.example", { expiresAt: over }), after: undefined, back: false },
  { before: allow("a.example"), after: undefined, back: false },
])("the edit from $before to $after may admit a person denied before: $back", ({ before, after, back }) =>
  expect(givesBack({ before, after }, now)).toBe(back),
);

it.each([
  { before: undefined, after: deny("a.example"), lets: false },
  { before: allow("a.example"), after: undefined, lets: false },
  { before: allow("a.example"), after: deny("a.example"), lets: false },
  { before: allow("a.example"), after: allow("a.example", { issuer: "google.com" }), lets: false },
  { before: allow("a.example", { expiresAt: over }), after: allow("a.example"), lets: true },
  { before: allow("a.example", { issuer: "google.com" }), after: allow("a.example"), lets: true },
  { before: undefined, after: allow("a.example"), lets: true },
  { before: deny("a.example"), after: undefined, lets: true },
  { before: deny("a.example"), after: deny("a.example", { issuer: "google.com" }), lets: true },
])("the edit from $before to $after may admit a person: $lets", ({ before, after, lets }) =>
  expect(mayAdmit({ before, after }, now)).toBe(lets),
);

it.each([
  { entry: "kim@contoso.com", broad: false },
  { entry: "issuer:google.com/1", broad: false },
  { entry: "contoso.com", broad: true },
  { entry: "*", broad: true },
])("$entry covers many people: $broad", ({ entry, broad }) => expect(isBroad({ after: allow(entry) })).toBe(broad));

it("an edit raises no concern if the row covers the same people as before", () => {
  const entry = fc.constantFrom(
    "*",
    "gmail.com",
    "*.com",
    "issuer:google.com",
    "contoso.com",
    "kim@contoso.com",
    "disposable",
    "not an entry",
  );
  const effect = fc.constantFrom("allow", "deny");
  const row = fc.record({ entry, effect, expiresAt: fc.constantFrom(over, "2099-01-01") });
  fc.assert(
    fc.property(row, fc.array(row), fc.string(), (before, around, note) => {
      expect(checkEdit({ before, after: { ...before, note } }, { now, around })).toEqual([]);
    }),
  );
});

it("each concern has a text in both languages that names its subject", () => {
  for (const words of Object.values(concernWords)) {
    for (const say of Object.values(words)) expect(say("x.example")).toMatch(/^.{10,200}$/);
  }
});

it.each([
  { before: "deny", after: "approval", takes: false, gives: true },
  { before: "approval", after: "deny", takes: true, gives: false },
  { before: "approval", after: "allow", takes: false, gives: true },
  { before: "allow", after: "approval", takes: true, gives: false },
  { before: "approval", after: undefined, takes: false, gives: true },
  { before: undefined, after: "approval", takes: true, gives: false },
  { before: "approval", after: "approval", takes: false, gives: false },
])("the edit from $before to $after removes access: $takes, and restores access: $gives", ({ before, after, takes, gives }) => {
  const row = (effect: string | undefined) => (effect === undefined ? undefined : { entry: "contoso.com", effect });
  const edit = { before: row(before), after: row(after) };
  const now = new Date("2026-06-15T12:00:00Z");
  expect([takesAway(edit, now), givesBack(edit, now)]).toEqual([takes, gives]);
});
