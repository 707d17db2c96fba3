import fc from "fast-check";
import { MAX_DOMAIN_LABELS, normaliseEmail, splitAddress } from "../../../engine/sign-up/email";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { classesOf } from "../../../features/access-list/classes";
import { type ClassName, classNames } from "../../../features/access-list/entry";
import { findKeyAndProblems } from "../../../features/access-list/hygiene";
import { candidates, match } from "../../../features/access-list/match";
import { anyCharacter } from "../../support/any-character";
import { runs } from "../../support/runs";
import { type Answer, type ListRow, normalise, type Person, readList } from "./oracle";
import { signUpOf, tidied } from "./table";

const numRuns = runs(1_000, 10_000);
// The promises beside the main one get a tenth each.
fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: numRuns / 10 });
vi.setConfig({ testTimeout: 600_000 });

const NOW = new Date("2026-06-15T12:00:00Z");
const LATER = new Date("2026-06-20T12:00:00Z");

// Few of each, so that rows and people meet.
const locals = ["kim", "k.im", "kim+a", "k.im+a", "kim+b", "kim.+a", "+a", "lee", "weiß", "weiss", "weiß+a", "λάκης", "λάκησ"];
const domains = [
  "gmail.com",
  "googlemail.com",
  "proton.me",
  "pm.me",
  "hanmail.net",
  "daum.net",
  "contoso.com",
  "mail.contoso.com",
  "a.mail.contoso.com",
  "xn--mnchen-3ya.example",
  "mailinator.com",
  "shop.mozmail.com",
];
const issuers = ["google", "google.com", "facebook.com", "mail", "entra"];
const ids = ["1", "A", "a", "a/1", " a"];
const wildcards = ["*.com", "*.contoso.com", "*.mail.contoso.com", "*.mozmail.com", "*.example"];

const local = fc.constantFrom(...locals);
const domain = fc.constantFrom(...domains);
const issuer = fc.constantFrom(...issuers);
const address = fc.tuple(local, domain).map((parts) => parts.join("@"));
const blank = fc.constantFrom("", "", " ", "\u3000");

/** The same text with some letters in upper case. */
const recased = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(text, fc.infiniteStream(fc.boolean()))
    .map(([plain, upper]) => [...plain].map((char) => (upper.next().value ? char.toUpperCase() : char)).join(""));

/** As somebody might type it: blanks around, other case, a dot after the domain. */
const typed = (text: fc.Arbitrary<string>) =>
  fc.tuple(blank, recased(text), fc.constantFrom("", "", "."), blank).map((parts) => parts.join(""));

const identity = fc.record(
  { issuer: recased(issuer), issuerAssignedId: fc.constantFrom(...ids) },
  { requiredKeys: ["issuer"] },
) satisfies fc.Arbitrary<NonNullable<Person["identities"]>[number]>;
const person: fc.Arbitrary<Person> = fc.record(
  { email: typed(address), identities: fc.array(identity, { maxLength: 3 }) },
  { requiredKeys: ["email"] },
);

const effect = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("allow", "allow", "allow", "allow", "allow", "approval", "approval", "approval", "deny") },
  { weight: 1, arbitrary: fc.constantFrom(" ALLOW ", "Deny", "Approval ", "alow", "", null, true, 1) },
);
const rowIssuer = fc.constantFrom("google.com", "Google ", "facebook", "mail", "entra", "", 7, null);
const expiresAt = fc.constantFrom(
  "2020-01-01",
  "2026-06-14",
  "2026-06-15",
  "2026-06-18",
  "2026-06-15T20:59:00+09:00",
  "2026-06-15T12:00:01",
  NOW.getTime() / 1000,
  NOW.getTime() / 1000 + 1,
  String(LATER.getTime() / 1000 - 1),
  NOW.getTime() + 1000,
  "2027-02-30",
  "soon",
  "",
  null,
);
const gate = fc.constantFrom("default", "suppliers", "partners");
const rowGates = fc.constantFrom<unknown>(
  "suppliers",
  "Suppliers, default",
  " partners ",
  ["partners", "suppliers"],
  ["default"],
  [],
  [""],
  ["suppliers", 7],
  "",
  "no/gate",
  true,
  null,
);
const seldom = <T>(cell: fc.Arbitrary<T>) => fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: cell });
const cellsOf = (entry: fc.Arbitrary<string>): fc.Arbitrary<ListRow> =>
  fc
    .tuple(
      entry,
      fc.option(effect, { freq: 20, nil: undefined }),
      seldom(rowIssuer),
      fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: rowGates }),
      seldom(expiresAt),
      seldom(expiresAt),
    )
    .map(([entry, effect, issuer, gates, expiresAt, allowedUntil]) => ({
      entry,
      ...(effect !== undefined && { effect }),
      ...(issuer !== undefined && { issuer }),
      ...(gates !== undefined && { gates }),
      ...(expiresAt !== undefined && { expiresAt }),
      ...(allowedUntil !== undefined && effect !== "allow" && { allowedUntil }),
    }));
const listOf = (entry: fc.Arbitrary<string>) =>
  fc.uniqueArray(cellsOf(entry), { selector: (row) => row.entry, maxLength: 14, size: "medium" });

const account = fc.tuple(issuer, fc.constantFrom(...ids)).map(([name, id]) => `issuer:${name}/${id}`);
const storedEntry = fc.oneof(
  { weight: 4, arbitrary: address },
  { weight: 2, arbitrary: domain },
  { weight: 1, arbitrary: domain.map((name) => `@${name}`) },
  { weight: 2, arbitrary: fc.constantFrom(...wildcards) },
  { weight: 2, arbitrary: account },
  { weight: 2, arbitrary: issuer.map((name) => `issuer:${name}`) },
  { weight: 1, arbitrary: fc.constantFrom("*", ...classNames) },
);
const typedEntry = fc.oneof(
  { weight: 4, arbitrary: typed(address) },
  { weight: 2, arbitrary: typed(domain) },
  { weight: 1, arbitrary: typed(domain.map((name) => `@${name}`)) },
  { weight: 2, arbitrary: typed(fc.constantFrom(...wildcards)) },
  {
    weight: 1,
    arbitrary: fc.tuple(blank, recased(issuer), fc.constantFrom(...ids)).map(([space, name, id]) => `${space}issuer:${name}/${id}`),
  },
  { weight: 2, arbitrary: fc.tuple(blank, recased(issuer.map((name) => `issuer:${name}`)), blank).map((parts) => parts.join("")) },
  { weight: 1, arbitrary: fc.tuple(blank, recased(fc.constantFrom("*", ...classNames)), blank).map((parts) => parts.join("")) },
);
const classes = fc.subarray([...classNames]);

/** What the code under test says. */
function listed(rows: readonly ListRow[], somebody: Person, among: readonly ClassName[], now = NOW, at = "default"): Answer {
  const signUp = signUpOf(somebody);
  if (signUp === undefined) return "deny";
  const table = new Map(rows.map((row) => [row.entry, { ...row }]));
  return match({ ...signUp, gate: at }, classesOf(splitAddress(signUp.email).domain, among), (key) => table.get(key), now).listed;
}

describe("the matcher", () => {
  it("answers like a plain reading of the list, row by row", () => {
    const said = { allow: 0, approval: 0, deny: 0, unlisted: 0 };
    fc.assert(
      fc.property(listOf(storedEntry), person, classes, gate, (rows, somebody, among, at) => {
        const { answer } = readList(rows, somebody, { classes: among, now: NOW.getTime(), rows: "stored", gate: at });
        said[answer]++;
        expect(listed(rows, somebody, among, NOW, at)).toBe(answer);
      }),
      { numRuns },
    );
    // The alphabets are small enough only if every answer is common.
    const runs = Object.values(said).reduce((sum, count) => sum + count, 0);
    for (const count of Object.values(said)) expect(count / runs).toBeGreaterThan(0.1);
  });

  it("never lets anyone in because of an additional deny", () => {
    fc.assert(
      fc.property(listOf(storedEntry), cellsOf(storedEntry), person, classes, (rows, row, somebody, among) => {
        fc.pre(rows.every(({ entry }) => entry !== row.entry));
        const before = listed(rows, somebody, among);
        const { allowedUntil: _, ...plain } = row;
        const after = listed([...rows, { ...plain, effect: "deny" }], somebody, among);
        if (before !== "allow") expect(after).not.toBe("allow");
        if (before === "deny") expect(after).toBe("deny");
      }),
    );
  });

  it("never lets anyone in by an added approval: people whom an added allow would let in must wait", () => {
    fc.assert(
      fc.property(listOf(storedEntry), cellsOf(storedEntry), person, classes, (rows, row, somebody, among) => {
        fc.pre(rows.every(({ entry }) => entry !== row.entry));
        const { allowedUntil: _, ...plain } = row;
        const before = listed(rows, somebody, among);
        const after = listed([...rows, { ...plain, effect: "approval" }], somebody, among);
        if (before !== "allow") expect(after).not.toBe("allow");
        const allowed = listed([...rows, { ...plain, effect: "allow" }], somebody, among);
        if (before !== "allow" && allowed === "allow") expect(after).toBe("approval");
        // It reaches whomever a deny of that row would.
        if (before === "allow" && listed([...rows, { ...plain, effect: "deny" }], somebody, among) === "deny")
          expect(after).toBe("approval");
      }),
    );
  });

  it("counts a suspended row as an allow of that row, or as what it is for people for whom that allow does not count", () => {
    fc.assert(
      fc.property(listOf(storedEntry), cellsOf(storedEntry), person, classes, fc.constantFrom("deny", "approval"), (rows, row, ...rest) => {
        const [somebody, among, effect] = rest;
        fc.pre(rows.every(({ entry }) => entry !== row.entry));
        const { allowedUntil: _, ...plain } = row;
        const says = (own: ListRow, now = NOW) => listed([...rows, own], somebody, among, now);
        const suspended = { ...plain, effect, allowedUntil: "2026-06-17" };
        expect([says({ ...plain, effect: "allow" }), says({ ...plain, effect })]).toContain(says(suspended));
        expect(says(suspended, LATER)).toBe(says({ ...plain, effect }, LATER));
      }),
    );
  });

  it("answers the same at a gate if rows for other gates change", () => {
    fc.assert(
      fc.property(
        listOf(storedEntry),
        cellsOf(storedEntry),
        person,
        classes,
        fc.uniqueArray(gate, { minLength: 2 }),
        (rows, row, ...rest) => {
          const [somebody, among, [at, ...others]] = rest;
          fc.pre(rows.every(({ entry }) => entry !== row.entry));
          expect(listed([...rows, { ...row, gates: others }], somebody, among, NOW, at)).toBe(listed(rows, somebody, among, NOW, at));
        },
      ),
    );
  });

  it("answers the same for an address in any case and with spaces around it", () => {
    const emails = address.chain((email) => fc.tuple(fc.constant(email), typed(fc.constant(email))));
    fc.assert(
      fc.property(
        listOf(storedEntry),
        emails,
        fc.array(identity, { maxLength: 3 }),
        classes,
        (rows, [plain, spelled], identities, among) => {
          expect(listed(rows, { email: spelled, identities }, among)).toBe(listed(rows, { email: plain, identities }, among));
        },
      ),
    );
  });

  it("never throws, whatever the cells of a row hold", () => {
    const cells = fc.dictionary(
      fc.constantFrom("entry", "effect", "issuer", "gates", "expiresAt", "allowedUntil", "note", "typed", "problem"),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(cells, person, classes, (row, somebody, among) => {
        const signUp = signUpOf(somebody) as SignUp;
        const listing = match(signUp, among, () => row, NOW);
        const reading = readList([{ ...row, entry: signUp.email }], somebody, { now: NOW.getTime(), rows: "stored" });
        expect(["allow", "approval", "deny", "unlisted"]).toContain(listing.listed);
        expect(match(signUp, [], (key) => (key === signUp.email ? row : undefined), NOW).listed).toBe(reading.answer);
      }),
    );
  });

  it("looks up at most 100 keys, one BatchGetItem, for any person", () => {
    const anyLabel = fc.stringMatching(/^[a-z]{1,3}$/);
    const longDomain = fc.array(anyLabel, { minLength: 2, maxLength: MAX_DOMAIN_LABELS, size: "max" }).map((labels) => labels.join("."));
    const anyIdentity = fc.record({ issuer: fc.oneof(recased(issuer), anyLabel), issuerAssignedId: fc.string({ minLength: 1 }) });
    let most = 0;
    fc.assert(
      fc.property(local, longDomain, fc.array(anyIdentity, { maxLength: 12, size: "max" }), (name, domain, identities) => {
        const signUp = signUpOf({ email: `${name}@${domain}`, identities });
        if (signUp === undefined) return;
        const keys = candidates(signUp, classNames).map(({ key }) => key);
        most = Math.max(most, keys.length);
        expect(keys.length).toBeLessThanOrEqual(100);
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
    expect(most).toBeGreaterThan(MAX_DOMAIN_LABELS);
  });
});

describe("hygiene", () => {
  it("leaves a tidied key unchanged", () => {
    const anything = fc.oneof(typedEntry, fc.string(), fc.string({ unit: anyCharacter }), anyAddress());
    fc.assert(
      fc.property(anything, effect, (entry, cell) => {
        const { key, problems } = findKeyAndProblems({ entry, effect: cell });
        expect(findKeyAndProblems({ entry: key, effect: cell })).toEqual({ key, problems });
      }),
    );
  });

  it("lets no person in that the untidied list refuses, now or later", () => {
    let moved = 0;
    fc.assert(
      fc.property(listOf(typedEntry), person, classes, fc.constantFrom(NOW, LATER), gate, (rows, somebody, among, then, at) => {
        fc.pre(!hasTagListedBothWays(rows));
        const meant = readList(rows, somebody, { classes: among, now: then.getTime(), rows: "typed", gate: at }).answer;
        const kept = tidied(rows, NOW);
        const says = listed(kept, somebody, among, then, at);
        if (kept.length !== rows.length) moved++;
        if (says === "allow") expect(meant).toBe("allow");
        if (meant === "approval") expect(["approval", "deny"]).toContain(says);
        if (meant === "deny") expect(says).toBe("deny");
      }),
      // Few lists have a row that is moved.
      { numRuns: Math.max(numRuns / 10, 500) },
    );
    expect(moved).toBeGreaterThan(100);
  });

  it("preserves the meaning of the typed list if no two rows become one", () => {
    fc.assert(
      fc.property(listOf(typedEntry), person, classes, (rows, somebody, among) => {
        fc.pre(!hasTagListedBothWays(rows));
        const kept = tidied(rows, NOW);
        fc.pre(kept.length === rows.length);
        const meant = readList(rows, somebody, { classes: among, now: NOW.getTime(), rows: "typed" }).answer;
        // Without its tag, an address that is not allowed reaches more people than was typed.
        const says = listed(kept, somebody, among);
        if ((meant !== "deny" && says === "deny") || (meant === "allow" && says === "approval")) return;
        if (meant === "unlisted" && says === "approval") return;
        expect(listed(kept, somebody, among)).toBe(meant);
      }),
    );
  });
});

describe("an e-mail address", () => {
  it("is unchanged by a second normalisation", () => {
    fc.assert(
      fc.property(fc.oneof(typed(address), anyAddress()), (text) => {
        const email = normaliseEmail(text);
        if (email !== undefined) expect(normaliseEmail(email)).toBe(email);
      }),
    );
  });

  it("is refused if this test's simple parser refuses it, and an ASCII address is read as that parser reads it", () => {
    fc.assert(
      fc.property(anyAddress(), (text) => {
        const email = normaliseEmail(text);
        if (email !== undefined && /^\p{ASCII}*$/u.test(text)) expect(email).toBe(normalise(text));
        if (normalise(text) === undefined) expect(email).toBeUndefined();
      }),
    );
  });
});

/** Near-addresses: letters that change length or compose when re-cased, signs that separate, and plain ones. */
function anyAddress(): fc.Arbitrary<string> {
  const char = fc.constantFrom(
    ..."aK1.+-_\"' @/:%[]\\;,()<>",
    "J\u030c",
    "\u03aa\u0301",
    "İ",
    "ß",
    "Σ",
    "ſ",
    "K",
    "é",
    "e\u0301",
    "한",
    "。",
    "．",
    "\u00ad",
    "\u200d",
    "\t",
  );
  const domainChar = fc.constantFrom(..."aK1.-", "ü", "u\u0308", "ß", "한", "。", "．", "\u00ad", "/", ":", "%", "xn--");
  return fc
    .tuple(
      fc.oneof(
        recased(local),
        fc.array(char, { maxLength: 6 }).map((chars) => chars.join("")),
      ),
      fc.oneof(
        recased(domain),
        fc.array(domainChar, { maxLength: 6 }).map((chars) => `${chars.join("")}.com`),
      ),
    )
    .map((parts) => parts.join("@"));
}

/**
 * A denied address is kept without its tag, and at Daum under one domain. Where the list holds an allow of the very same
 * address beside it, in another spelling, that allow is the closer row from then on: the one case in which a tidied list is
 * milder than what was typed.
 */
function hasTagListedBothWays(rows: readonly ListRow[]): boolean {
  const effects = new Map<string, Set<string>>();
  for (const { entry, effect } of rows) {
    const email = normalise(entry);
    if (email === undefined || !/\+|@hanmail\.net$/.test(email)) continue;
    const seen = effects.get(email) ?? new Set();
    effects.set(email, seen.add(typeof effect === "string" && effect.trim().toLowerCase() === "allow" ? "allow" : "deny"));
  }
  return [...effects.values()].some((seen) => seen.size > 1);
}
