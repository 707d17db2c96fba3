import { domainToASCII } from "node:url";
import { describe, expect, it } from "vitest";
import { buildShape, findLikeness, keysToFind, keysToKnow } from "../../../features/look-alikes/look-alike";
import { realisticDomains } from "../access-list/realistic-domains";

/** What is said of a domain, found by its keys as the index finds it: what differs, the differing letters in brackets. */
function said(domain: string, known: string): string {
  const [asked, other] = [buildShape(domain), buildShape(known)];
  if (asked === undefined || other === undefined) return "nothing";
  const likeness = findLikeness(asked, other);
  const isFound = keysToFind(asked).some((key) => keysToKnow(other).includes(key));
  if (likeness === undefined) return "nothing";
  if (!isFound) return "not found by its keys";
  const marked = [...asked.shown].map((letter, index) => (likeness.marks.includes(index) ? `[${letter}]` : letter)).join("");
  return `${likeness.place} ${marked.replaceAll("][", "")}`;
}

describe("a domain that resembles another one", () => {
  it.each([
    // Letters that look the same: digits, other scripts, accents, pairs.
    ["c0ntoso.com", "contoso.com", "letters c[0]ntoso.com"],
    ["c0nt0s0.co", "contoso.com", "letters c[0]nt[0]s[0].co"],
    [domainToASCII("c\u043entoso.com"), "contoso.com", "letters c[\u043e]ntoso.com"],
    [domainToASCII("c\u04e7ntoso.com"), "contoso.com", "letters c[\u04e7]ntoso.com"],
    [domainToASCII("contos\u00f3.com"), "contoso.com", "letters contos[\u00f3].com"],
    [domainToASCII("c\u0585nt\u0585s\u0585.com"), "contoso.com", "letters c[\u0585]nt[\u0585]s[\u0585].com"],
    ["mail.c0ntoso.com", "contoso.com", "letters mail.c[0]ntoso.com"],
    ["fabrikarn.com", "fabrikam.com", "letters fabrika[rn].com"],
    ["northvvind.com", "northwind.com", "letters north[vv]ind.com"],
    ["northwlnd.example", "northwind.example", "letters northw[l]nd.example"],
    ["supplierl.com", "supplier1.com", "letters supplier[l].com"],
    ["5uppliers.com", "suppliers.com", "letters [5]uppliers.com"],
    ["c0de.com", "code.com", "letters c[0]de.com"],
    ["supp1ier1.com", "supplier1.com", "letters supp[1]ier1.com"],
    // Where anyone can register a name.
    ["c0ntoso.github.io", "contoso.com", "letters c[0]ntoso.github.io"],
    // A letter more, fewer or another, or two in the other order.
    ["contosso.com", "contoso.com", "letters contos[s]o.com"],
    ["contos.com", "contoso.com", "letters conto[s].com"],
    ["cntoso.com", "contoso.com", "letters [cn]toso.com"],
    ["contozo.com", "contoso.com", "letters conto[z]o.com"],
    ["cnotoso.com", "contoso.com", "letters c[no]toso.com"],
    ["c0ntosso.com", "contoso.com", "letters c0ntos[s]o.com"],
    ["con-toso.com", "contoso.com", "letters con[-]toso.com"],
    ["contosox.com", "contoso.com", "letters contoso[x].com"],
    ["markat.com", "market.com", "letters mark[a]t.com"],
    // Beside a number.
    ["suplier5.com", "supplier5.com", "letters su[pl]ier5.com"],
    ["suppplier5.com", "supplier5.com", "letters supp[p]lier5.com"],
    ["supplie5.com", "supplier5.com", "letters suppli[e5].com"],
    ["supplierx5.com", "supplier5.com", "letters supplier[x]5.com"],
    // Words that make it look like one of theirs.
    ["contoso-login.com", "contoso.com", "words contoso[-login].com"],
    ["contosopartners.com", "contoso.com", "words contoso[partners].com"],
    ["secure-contoso-login.net", "contoso.com", "words [secure-]contoso[-login].net"],
    ["my-c0ntoso.com", "contoso.com", "words [my-]c[0]ntoso.com"],
    ["contoso-kr.com", "contoso.com", "words contoso[-kr].com"],
    ["de-contoso.com", "contoso.com", "words [de-]contoso.com"],
    ["corpcontoso.com", "contoso.com", "words [corp]contoso.com"],
    ["contosointernational.com", "contoso.com", "words contoso[international].com"],
    ["market-login.com", "market.com", "words market[-login].com"],
    [`${"my-".repeat(8)}contoso.com`, "contoso.com", `words [${"my-".repeat(8)}]contoso.com`],
    // Another ending.
    ["contoso.co", "contoso.com", "ending contoso.[co]"],
    ["contoso.co.uk", "contoso.com", "ending contoso.[co.uk]"],
    ["market.co", "market.com", "ending market.[co]"],
    ["contoso.onmicrosoft.com", "contoso.com", "ending contoso.[onmicrosoft.com]"],
  ])("is recognized, and the difference is marked: %s beside %s, %s", (domain, known, expected) =>
    expect(said(domain, known)).toBe(expected),
  );
});

it.each([
  ["contoso.com", "contoso.com"],
  ["sales.contoso.com", "contoso.com"],
  ["contoso.com", "eu.contoso.com"],
  ["fabrikam.com", "contoso.com"],
  // Numbered domains.
  ["supplier56.com", "supplier58.com"],
  ["supplier10.com", "supplier11.com"],
  ["supplier5.com", "supplier56.com"],
  ["supplier12.com", "supplier21.com"],
  ["supplier56.com", "supplier5.com"],
  ["supplier5.com", "supplierx.com"],
  ["supplierx.com", "supplier5.com"],
  // Short names, common words, mail providers.
  ["bmx.com", "bmw.com"],
  ["b0x.com", "box.com"],
  ["apply.com", "apple.com"],
  ["apple-login.com", "apple.com"],
  ["data.io", "data.com"],
  ["gmai1.com", "gmail.com"],
  ["gmx.de", "gmx.net"],
  ["yahoo.co.jp", "yahoo.com"],
  // A word of its own, and one that only begins like another.
  ["contoso-construction.com", "contoso.com"],
  ["marketing.com", "market.com"],
  ["contozo.net", "contoso.com"],
  ["contosoxy.com", "contoso.com"],
  // Short words and countries run into a name, and a sentence.
  ["decontoso.com", "contoso.com"],
  ["contosode.com", "contoso.com"],
  ["mfacontoso.com", "contoso.com"],
  ["contosomfa.com", "contoso.com"],
  [`${"my-".repeat(9)}contoso.com`, "contoso.com"],
])("%s is not mistaken for %s", (domain, known) => expect(said(domain, known)).toBe("nothing"));

/** The pairs of realistic domains that are called alike, by what differs: none of them means to be the other. */
const falseAlarms: Readonly<Record<string, readonly string[]>> = {
  letters: ["sterling.com starling.com"],
  ending: ["harborview.org harborview.co.uk", "keystone.de keystone.io"],
};

it(`raises few alarms among ${realisticDomains.length} domains that mean to be nobody else`, () => {
  const byKey = new Map<string, string[]>();
  const found: Record<string, string[]> = {};
  for (const domain of realisticDomains) {
    const shape = buildShape(domain);
    if (shape === undefined) continue;
    const near = new Set(keysToFind(shape).flatMap((key) => byKey.get(key) ?? []));
    for (const known of near) {
      const [what] = said(domain, known).split(" ") as [string];
      if (what !== "nothing") found[what] = [...(found[what] ?? []), `${domain} ${known}`];
    }
    for (const key of keysToKnow(shape)) byKey.set(key, [...(byKey.get(key) ?? []), domain]);
  }
  expect(found).toEqual(falseAlarms);
});

it("a known domain is stored under 8 keys, and a long name needs fewer than 40 to find what it resembles", () => {
  const shape = buildShape("contoso.com");
  expect(shape && keysToKnow(shape)).toHaveLength(8);
  expect(keysToFind(buildShape("secure-contoso-login.com") as never).length).toBeLessThan(40);
});

it.each([
  { domain: "northwlnd.example", known: "northwind.example", same: true },
  { domain: "fabrikarn.com", known: "fabrikam.com", same: true },
  { domain: "contoso.co", known: "contoso.com", same: true },
  { domain: "contozo.com", known: "contoso.com", same: false },
  { domain: "contoso-login.com", known: "contoso.com", same: false },
])("decides if $domain looks the same as $known: $same", ({ domain, known, same }) =>
  expect(findLikeness(buildShape(domain) as never, buildShape(known) as never)?.looksSame).toBe(same),
);

it.each(["com", "onmicrosoft.com", "co.uk", "box.com", "gmail.com", "192.0.2.1"])("%s has no look-alikes", (domain) =>
  expect(buildShape(domain)).toBeUndefined(),
);

it.each([
  { name: "abcd", keys: ["abcd"] },
  { name: "abcde", keys: ["abcde"] },
  { name: "abcdef", keys: ["abcdef", "bcdef", "acdef", "abdef", "abcef", "abcdf", "abcde"] },
  { name: "x".repeat(40), keys: ["x".repeat(40), "x".repeat(39)] },
  { name: "x".repeat(41), keys: ["x".repeat(41)] },
])("$name is stored under $keys", ({ name, keys }) => expect(keysToKnow(buildShape(`${name}.com`) as never)).toEqual(keys));
