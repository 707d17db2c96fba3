import fc from "fast-check";
import { normaliseDomain, normaliseEmail } from "../../../engine/sign-up/email";
import {
  domainsBeside,
  type MailProvider,
  mailProviders,
  normaliseMailbox,
  sameMailbox,
  spelledBy,
  spellingRules,
  toBaseSpelling,
} from "../../../engine/sign-up/spellings";
import type { ListEffect } from "../../../features/access-list/entry";
import { findKeyAndProblems } from "../../../features/access-list/hygiene";
import { match } from "../../../features/access-list/match";
import { runs } from "../../support/runs";

const NOW = new Date("2026-06-15T12:00:00Z");

describe("the mailbox of an address", () => {
  it.each([
    ["k.i.m+news@googlemail.com", "kim@gmail.com"],
    ["kim.+a@gmail.com", "kim@gmail.com"],
    ["kim.lee+x@outlook.com", "kim.lee@outlook.com"],
    ["kim@hotmail.com", "kim@hotmail.com"],
    ["kim+a@me.com", "kim@icloud.com"],
    ["kim@mac.com", "kim@icloud.com"],
    ["kim.+a@me.com", "kim.+a@me.com"],
    ["kim+a@fastmail.fm", "kim@fastmail.fm"],
    ["news@kim.fastmail.com", "kim@fastmail.com"],
    ["news+a@kim.fastmail.fm", "kim@fastmail.fm"],
    ["news@a.kim.fastmail.com", "news@a.kim.fastmail.com"],
    ["k.i-m_lee+a@protonmail.com", "kimlee@proton.me"],
    ["kim@pm.me", "kim@proton.me"],
    ["kim@protonmail.ch", "kim@proton.me"],
    ["-_@proton.me", "-_@proton.me"],
    ["kim.lee@ya.ru", "kim-lee@yandex.ru"],
    ["kim-lee@yandex.com", "kim-lee@yandex.ru"],
    ["kim.lee+a.b@yandex.by", "kim-lee+a.b@yandex.ru"],
    ["kim@hanmail.net", "kim@hanmail.net"],
    ["k.im+a@contoso.com", "k.im+a@contoso.com"],
    ["+a@gmail.com", "+a@gmail.com"],
  ])("%s is the mailbox %s", (email, mailbox) => expect(normaliseMailbox(email)).toBe(mailbox));

  it.each([
    ["kim+a@contoso.com", "kim@contoso.com"],
    ["kim.+a@contoso.com", "kim@contoso.com"],
    ["kim.lee+a@yandex.by", "kim-lee@yandex.ru"],
    ["kim+a@hanmail.net", "kim@daum.net"],
    ["kim.+a@me.com", "kim@icloud.com"],
    ["news+a@kim.fastmail.com", "kim@fastmail.com"],
    ["+a@contoso.com", "+a@contoso.com"],
    ["straße@contoso.com", "strasse@contoso.com"],
    ["straße+a@hanmail.net", "strasse@daum.net"],
    ["οδος@contoso.com", "οδοσ@contoso.com"],
    ["և@contoso.com", "եւ@contoso.com"],
    ["ᾳ@contoso.com", "αι@contoso.com"],
    ["ϐ@contoso.com", "β@contoso.com"],
    ["kım@contoso.com", "kım@contoso.com"],
    [`${"և".repeat(32)}@contoso.com`, `${"և".repeat(32)}@contoso.com`],
  ])("%s is covered by a deny of %s", (email, base) => expect(toBaseSpelling(email)).toBe(base));

  it("may span several domains for a deny but not for an allow", () => {
    const at = (counts: "allow" | "deny") =>
      spelledBy(
        spellingRules([{ domains: ["a.example", "b.example"], oneMailbox: true, denyOnly: ["oneMailbox"] }], counts),
        "kim@b.example",
      );
    expect([at("deny"), at("allow")]).toEqual(["kim@a.example", undefined]);
  });

  it("may be listed as typed, without its tag, and in its normal spelling", () => {
    expect(sameMailbox("k.im+a@googlemail.com")).toEqual(["k.im+a@googlemail.com", "k.im@googlemail.com", "kim@gmail.com"]);
    expect(sameMailbox("kim.+a@me.com")).toEqual(["kim.+a@me.com"]);
    expect(sameMailbox("kim+a@contoso.com")).toEqual(["kim+a@contoso.com"]);
    expect(sameMailbox("kim.lee+a@ya.ru")).toEqual(["kim.lee+a@ya.ru", "kim-lee+a@yandex.ru"]);
  });
});

/** What each provider delivers to one person, put together rather than taken apart. */
interface Variations {
  readonly provider: string;
  readonly domains: readonly string[];
  /** May stand between any two letters of a name. */
  readonly between: readonly string[];
  readonly tags: boolean;
  readonly subdomains?: true;
  /** Only a deny follows the person to the other domains. */
  readonly denyOnly?: true;
}

const variations: readonly Variations[] = [
  { provider: "Gmail", domains: ["gmail.com", "googlemail.com"], between: ["", "."], tags: true },
  { provider: "iCloud", domains: ["icloud.com", "me.com", "mac.com"], between: [""], tags: true },
  { provider: "Fastmail", domains: ["fastmail.com"], between: [""], tags: true, subdomains: true },
  { provider: "Proton", domains: ["proton.me", "protonmail.com", "pm.me", "protonmail.ch"], between: ["", ".", "-", "_"], tags: true },
  { provider: "Yandex", domains: ["yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "ya.ru"], between: [""], tags: false },
  { provider: "Outlook", domains: ["outlook.com"], between: [""], tags: true },
  { provider: "Daum", domains: ["daum.net", "hanmail.net"], between: [""], tags: false, denyOnly: true },
  { provider: "nobody's", domains: ["contoso.com"], between: [""], tags: false },
];

const names = fc.stringMatching(/^[a-z]{2,6}$/);
const tag = fc.stringMatching(/^[a-z0-9-]{1,4}$/);

function spelled({ domains, between, tags, subdomains }: Variations, name: string, anyTag = tags): fc.Arbitrary<string> {
  const glue = fc.array(fc.constantFrom(...between), { minLength: name.length - 1, maxLength: name.length - 1 });
  const local = glue.map((each) => [...name].map((letter, index) => letter + (each[index] ?? "")).join(""));
  const tagged = anyTag ? fc.tuple(local, fc.option(tag)).map(([plain, end]) => (end === null ? plain : `${plain}+${end}`)) : local;
  const plain = fc.tuple(tagged, fc.constantFrom(...domains)).map((parts) => parts.join("@"));
  if (subdomains === undefined) return plain;
  return fc.oneof(
    plain,
    fc.tuple(tag, fc.constantFrom(...domains)).map(([local, domain]) => `${local.replaceAll("-", "x")}@${name}.${domain}`),
  );
}

function listed(typed: string, effect: ListEffect, email: string) {
  const { key } = findKeyAndProblems({ entry: typed, effect });
  return match({ email, identities: [] }, [], (each) => (each === key ? { effect } : undefined), NOW).listed;
}

describe.each(variations)("$provider", (provider) => {
  const people = names.chain((name) => fc.tuple(spelled(provider, name, true), spelled(provider, name, true)));
  const known = names.chain((name) => fc.tuple(spelled(provider, name), spelled(provider, name)));
  const strangers = fc
    .tuple(names, names)
    .filter(([a, b]) => a !== b)
    .chain(([a, b]) => fc.tuple(spelled(provider, a, true), spelled(provider, b, true)));

  it("has each deny cover all spellings of a person", () =>
    fc.assert(
      fc.property(people, ([denied, email]) => {
        expect(listed(denied, "deny", email)).toBe("deny");
      }),
    ));

  it("lets an allow cover only spellings that certainly reach the same mailbox", () =>
    fc.assert(
      fc.property(known, ([allowed, email]) => {
        const same = provider.denyOnly === undefined || allowed === email;
        expect(listed(allowed, "allow", email)).toBe(same ? "allow" : "unlisted");
      }),
    ));

  it("keeps different people apart", () =>
    fc.assert(
      fc.property(strangers, fc.constantFrom<"allow" | "deny">("allow", "deny"), ([one, other], effect) => {
        expect(listed(one, effect, other)).toBe("unlisted");
      }),
    ));
});

it("each mailbox has one normal spelling, which is an address and normalises to itself", () => {
  const local = fc.stringMatching(/^[a-z0-9_-]([a-z0-9._+-]{0,8}[a-z0-9_+-])?$/);
  const domain = fc.constantFrom(...mailProviders.flatMap(({ domains }) => domains), "kim.fastmail.com", "contoso.com");
  fc.assert(
    fc.property(local, domain, (name, at) => {
      const email = normaliseEmail(`${name}@${at}`);
      if (email === undefined) return;
      for (const one of [normaliseMailbox(email), toBaseSpelling(email)]) expect(normaliseEmail(one)).toBe(one);
      expect(normaliseMailbox(normaliseMailbox(email))).toBe(normaliseMailbox(email));
      expect(toBaseSpelling(toBaseSpelling(email))).toBe(toBaseSpelling(email));
      expect(toBaseSpelling(normaliseMailbox(email))).toBe(toBaseSpelling(email));
    }),
    { numRuns: runs(1_000, 5_000) },
  );
});

// Postfix 3.7.11 with its defaults delivers each of a row's spellings to one user.
describe.each([
  { denied: "strasse", spellings: ["straße", "STRAẞE", "STRASSE", "Straße+news"] },
  { denied: "STRAẞE", spellings: ["strasse", "straße"] },
  { denied: "ΟΔΟΣ", spellings: ["οδοσ", "οδος", "Οδος"] },
  { denied: "οδοσ", spellings: ["οδος", "ΟΔΟΣ"] },
])("of $denied@fabrikam.com, a row", ({ denied, spellings }) => {
  const emails = spellings.map((each) => normaliseEmail(`${each}@fabrikam.com`) as string);

  it.each(["deny", "approval"] as const)("reaches each spelling with the effect %s", (effect) => {
    for (const email of emails) expect([email, listed(`${denied}@fabrikam.com`, effect, email)]).toEqual([email, effect]);
  });

  it("reaches with the effect allow only the spelling that it has", () => {
    const own = normaliseEmail(`${denied}@fabrikam.com`);
    for (const email of emails)
      expect([email, listed(`${denied}@fabrikam.com`, "allow", email)]).toEqual([email, email === own ? "allow" : "unlisted"]);
  });
});

// Rows that stand under the key of an earlier version, which did not fold letters.
it.each([
  { key: "straße@fabrikam.com", email: "straße@fabrikam.com" },
  { key: "straße@fabrikam.com", email: "straße+news@fabrikam.com" },
  { key: "straße@daum.net", email: "straße+news@hanmail.net" },
  { key: "οδος@fabrikam.com", email: "οδος@fabrikam.com" },
])("a deny under $key goes on denying $email until it is tidied", ({ key, email }) => {
  const find = (each: string) => (each === key ? { effect: "deny" } : undefined);
  expect(match({ email, identities: [] }, [], find, NOW).listed).toBe("deny");
});

it("letters that Unicode folds together have one base spelling", () => {
  const simple = Array.from({ length: 0x30_000 }, (_, code) => String.fromCodePoint(code)).filter((letter) => /^\p{L}$/u.test(letter));
  const apart = simple.filter((letter) => {
    const email = normaliseEmail(`x${letter}x@contoso.com`);
    if (email === undefined) return false;
    const base = toBaseSpelling(email);
    const folded = [letter.toLowerCase(), letter.toUpperCase()]
      .filter((other) => other !== letter && new RegExp(`^${letter}$`, "iu").test(other))
      .flatMap((other) => normaliseEmail(`x${other}x@contoso.com`) ?? []);
    return [base, ...folded].some((each) => toBaseSpelling(each) !== base);
  });
  expect(apart).toEqual([]);
});

describe("the table of mail providers", () => {
  it("contains each domain once, and no empty set of ignored or equal characters", () => {
    const domains = mailProviders.flatMap((each) => each.domains);
    expect(domains.map(normaliseDomain)).toEqual([...new Set(domains)]);
    for (const { domains, ignores = ".", same = "-.", oneMailbox } of mailProviders) {
      for (const [characters, least] of [
        [ignores, 1],
        [same, 2],
      ] as const) {
        expect(characters).toMatch(/^[._-]*$/);
        expect(new Set(characters).size).toBeGreaterThanOrEqual(least);
      }
      expect(domains.length).toBeGreaterThanOrEqual(oneMailbox ? 2 : 1);
    }
  });

  it("gives each domain the rules that apply to it", () => {
    const all: MailProvider[] = [
      { domains: ["a.example"], tags: true },
      { domains: ["b.example", "c.example"], ignores: "._", oneMailbox: true, subdomains: true, denyOnly: ["oneMailbox"] },
      { domains: ["d.example"], same: "-._" },
      { domains: ["e.example"], tags: true, denyOnly: ["tags"] },
    ];
    const read = (counts: "allow" | "deny") =>
      [...spellingRules(all, counts)].map(([domain, { plain, even, ...rest }]) => [domain, plain("k.i_m-l.e"), even("k.i_m-l.e"), rest]);
    const a = ["a.example", "k.i_m-l.e", "k.i_m-l.e", { domain: "a.example", tags: true, subdomains: false }];
    const d = ["d.example", "k.i_m-l.e", "k-i-m-l-e", { domain: "d.example", tags: false, subdomains: false }];
    expect(read("allow")).toEqual([
      a,
      ["b.example", "kim-le", "k.i_m-l.e", { domain: "b.example", tags: false, subdomains: true }],
      ["c.example", "kim-le", "k.i_m-l.e", { domain: "c.example", tags: false, subdomains: true }],
      d,
    ]);
    expect(read("deny")).toEqual([
      a,
      ["b.example", "kim-le", "k.i_m-l.e", { domain: "b.example", tags: false, subdomains: true }],
      ["c.example", "kim-le", "k.i_m-l.e", { domain: "b.example", tags: false, subdomains: true }],
      d,
      ["e.example", "k.i_m-l.e", "k.i_m-l.e", { domain: "e.example", tags: true, subdomains: false }],
    ]);
  });
});

it.each([
  { domain: "googlemail.com", beside: ["gmail.com", "googlemail.com"] },
  { domain: "gmail.com", beside: ["gmail.com", "googlemail.com"] },
  { domain: "outlook.com", beside: ["outlook.com"] },
  { domain: "contoso.com", beside: ["contoso.com"] },
])("a mailbox of $domain may be denied under $beside", ({ domain, beside }) => expect([...domainsBeside(domain)].sort()).toEqual(beside));
