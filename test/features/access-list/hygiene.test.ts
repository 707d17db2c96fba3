import type { Row } from "../../../engine/sign-up/rule";
import type { ClassName } from "../../../features/access-list/entry";
import { admittedKey, covers, findKeyAndProblems, looserKey, merge } from "../../../features/access-list/hygiene";
import { describeRowProblems } from "../../../features/access-list/problem-texts";

const NOW = new Date("2026-06-15T12:00:00Z");

function tidied(cells: Row, classes?: readonly ClassName[]) {
  const { key, problems } = findKeyAndProblems(cells, classes);
  return { key, ...(problems.length > 0 && { problem: describeRowProblems(problems) }) };
}

describe("the tidying of a row", () => {
  it.each([
    { typed: "kim@contoso.com", effect: "allow", key: "kim@contoso.com" },
    { typed: " Kim@Contoso.COM. ", effect: "allow", key: "kim@contoso.com" },
    { typed: "kim@contoso.com\n", effect: "deny", key: "kim@contoso.com" },
    { typed: "kim@münchen.example", effect: "allow", key: "kim@xn--mnchen-3ya.example" },
    { typed: "@Contoso.com", effect: "allow", key: "contoso.com" },
    { typed: "Contoso.com.", effect: "deny", key: "contoso.com" },
    { typed: "한국.example", effect: "allow", key: "xn--3e0b707e.example" },
    { typed: "*.Contoso.com", effect: "deny", key: "*.contoso.com" },
    { typed: "*.Example", effect: "deny", key: "*.example" },
    { typed: "issuer:Google", effect: "deny", key: "issuer:google.com" },
    { typed: "ISSUER: facebook ", effect: "allow", key: "issuer:facebook.com" },
    { typed: "issuer:Mail", effect: "allow", key: "issuer:mail" },
    { typed: "issuer:Google/aB c/D", effect: "allow", key: "issuer:google.com/aB c/D" },
    { typed: "issuer:google/ 1184", effect: "deny", key: "issuer:google.com/ 1184" },
    { typed: "Disposable", effect: "deny", key: "disposable" },
    { typed: " RELAY", effect: "allow", key: "relay" },
    { typed: " * ", effect: "allow", key: "*" },
    { typed: "k.im+news@googlemail.com", effect: "allow", key: "kim@gmail.com" },
    { typed: "k.im+news@gmail.com", effect: "deny", key: "kim@gmail.com" },
    { typed: "k.im+news@outlook.com", effect: "allow", key: "k.im@outlook.com" },
    { typed: "kim+news@icloud.com", effect: "allow", key: "kim@icloud.com" },
    { typed: "kim+news@fastmail.com", effect: "allow", key: "kim@fastmail.com" },
    { typed: "kim+news@proton.me", effect: "allow", key: "kim@proton.me" },
    { typed: "Kim+News@contoso.com", effect: "allow", key: "kim+news@contoso.com" },
    { typed: "Kim+News@contoso.com", effect: "deny", key: "kim@contoso.com" },
    { typed: "k.im@contoso.com", effect: "deny", key: "k.im@contoso.com" },
    { typed: "kim.+news@contoso.com", effect: "deny", key: "kim@contoso.com" },
    { typed: "kim.+news@contoso.com", effect: "allow", key: "kim.+news@contoso.com" },
    { typed: "kim.+news@outlook.com", effect: "allow", key: "kim.+news@outlook.com" },
    { typed: "+news@contoso.com", effect: "deny", key: "+news@contoso.com" },
  ])("stores a $effect of $typed under $key", ({ typed, effect, key }) => {
    expect(tidied({ entry: typed, effect })).toEqual({ key });
  });

  it.each([
    "kim@@contoso.com",
    "kim@x@contoso.com",
    '"kim"@contoso.com',
    "kim lee@contoso.com",
    "kim@",
    "@",
    "contoso",
    "contoso..com",
    "*contoso.com",
    ".contoso.com",
    "*.",
    "*.*.contoso.com",
    "https://contoso.com",
    "contoso.com/path",
    "issuer:",
    "issuer:google.com/",
    "kim@contoso.com, lee@contoso.com",
    `${"a.".repeat(50)}com`,
  ])("leaves %s at its key, and names the fault", (typed) => {
    expect(tidied({ entry: typed, effect: "allow" })).toEqual({ key: typed, problem: expect.stringMatching(/^entry is n/) });
  });

  it("leaves a row at its key if its normalised key would be too long", () => {
    const entry = `issuer:google/${"1".repeat(2_034)}`;
    expect(Buffer.byteLength(entry)).toBe(2_048);
    expect(tidied({ entry, effect: "deny" })).toEqual({ key: entry, problem: expect.stringMatching(/^entry is too long/) });
    expect(tidied({ entry: entry.slice(0, -4), effect: "deny" })).toEqual({ key: `issuer:google.com/${"1".repeat(2_030)}` });
  });

  it.each([
    { what: "an unknown effect", cells: { effect: "alow" }, problem: /^effect / },
    { what: "a missing effect", cells: {}, problem: /^effect / },
    { what: "an effect of another type", cells: { effect: true }, problem: /^effect / },
    { what: "an empty issuer", cells: { effect: "allow", issuer: "" }, problem: /^issuer / },
    { what: "an issuer of another type", cells: { effect: "deny", issuer: 7 }, problem: /^issuer / },
    { what: "gates without a name", cells: { effect: "deny", gates: " " }, problem: /^gates / },
    { what: "an unreadable end", cells: { effect: "allow", expiresAt: "soon" }, problem: /^expiresAt / },
    { what: "an end in milliseconds", cells: { effect: "deny", expiresAt: NOW.getTime() }, problem: /^expiresAt / },
    { what: "two of them", cells: { effect: "alow", expiresAt: "soon" }, problem: /^effect .*; expiresAt / },
  ])("names the fault of $what", ({ cells, problem }) => {
    expect(tidied({ entry: "Contoso.com", ...cells })).toEqual({ key: "contoso.com", problem: expect.stringMatching(problem) });
  });

  it("finds no fault in a row that uses every cell", () => {
    const cells = {
      effect: " Allow ",
      issuer: "Google",
      gates: "Suppliers, default",
      note: "the partner's own",
      expiresAt: "2027-01-31",
      typed: "@contoso.com",
      owner: "IT",
    };
    expect(tidied({ entry: "contoso.com", ...cells })).toEqual({ key: "contoso.com" });
  });
});

it.each([
  { given: "a tag that a deny had lost", cells: { effect: "allow", typed: "kim+x@contoso.com" }, key: "kim+x@contoso.com" },
  { given: "the same of a deny", cells: { effect: "deny", typed: "kim+x@contoso.com" }, key: "kim@contoso.com" },
  { given: "another address", cells: { effect: "allow", typed: "lee@contoso.com" }, key: "kim@contoso.com" },
  { given: "what cannot be read", cells: { effect: "allow", typed: "kim@" }, key: "kim@contoso.com" },
  { given: "what is no text", cells: { effect: "allow", typed: ["kim+x@contoso.com"] }, key: "kim@contoso.com" },
])("a row with a changed effect gets its key from the typed text: $given", ({ cells, key }) =>
  expect(tidied({ entry: "kim@contoso.com", ...cells })).toEqual({ key }),
);

it.each<{ entry: string; asked: readonly ("relay" | "disposable")[]; problem?: string }>([
  { entry: "Relay", asked: ["relay"] },
  { entry: "relay", asked: [], problem: 'no step\'s policy asks for the class relay: accessList({ classes: ["relay"] })' },
  { entry: "contoso.com", asked: [] },
])("a class entry is valid only if a policy asks for the class: $entry of $asked", ({ entry, asked, problem }) =>
  expect(tidied({ entry, effect: "deny" }, asked)).toEqual({ key: entry.toLowerCase(), ...(problem && { problem }) }),
);

it.each([
  { cells: { entry: "kim@contoso.com", typed: "kim+x@contoso.com" }, admitted: "kim+x@contoso.com" },
  { cells: { entry: "kim+x@contoso.com" }, admitted: "kim+x@contoso.com", looser: "kim+x@contoso.com" },
  { cells: { entry: "kim+x@contoso.com", effect: "allow" }, admitted: "kim+x@contoso.com" },
  { cells: { entry: "kim+x@gmail.com" }, admitted: "kim@gmail.com" },
  { cells: { entry: "Contoso.com", typed: 7 }, admitted: "contoso.com" },
  { cells: { entry: "kim@" }, admitted: "kim@" },
  { cells: { entry: "kim@contoso.com", typed: "kim@" }, admitted: "kim@contoso.com" },
])(
  "an allow of $cells.entry is stored under $admitted, and wins over the entry's deny if their keys differ",
  ({ cells, admitted, looser }) => {
    expect(admittedKey({ effect: "deny", ...cells })).toBe(admitted);
    expect(looserKey({ effect: "deny", ...cells })).toBe(looser);
  },
);

it.each([
  { a: {}, b: {}, does: true },
  { a: {}, b: { issuer: "mail", expiresAt: 2 }, does: true },
  { a: { issuer: "mail" }, b: { issuer: "mail" }, does: true },
  { a: { issuer: "mail" }, b: {}, does: false },
  { a: { issuer: "mail" }, b: { issuer: "google.com" }, does: false },
  { a: { expiresAt: 2 }, b: { expiresAt: 2 }, does: true },
  { a: { expiresAt: 2 }, b: { expiresAt: 3 }, does: false },
  { a: { expiresAt: 2 }, b: {}, does: false },
  { a: { expiresAt: 3 }, b: { issuer: "mail", expiresAt: 2 }, does: true },
  { a: { gates: ["default", "partners"] }, b: { gates: ["partners"] }, does: true },
  { a: { gates: ["partners"] }, b: { gates: ["default", "partners"] }, does: false },
  { a: { gates: ["partners"] }, b: {}, does: false },
  { a: {}, b: { gates: ["partners"] }, does: true },
])("the row $a applies wherever $b applies: $does", ({ a, b, does }) => expect(covers(a, b)).toBe(does));

describe("the merge of two rows", () => {
  const row = (cells: Row): Row => ({ entry: "x", ...cells });

  it.each([
    { given: "an allow onto a deny", typed: { effect: "allow" }, current: { effect: "deny" }, winner: "current" },
    { given: "a deny onto an allow", typed: { effect: "deny" }, current: { effect: "allow" }, winner: "typed" },
    { given: "an unknown effect onto an allow", typed: { effect: "alow" }, current: { effect: "allow" }, winner: "typed" },
    {
      given: "an expired deny onto an allow",
      typed: { effect: "deny", expiresAt: "2020-01-01" },
      current: { effect: "allow" },
      winner: "current",
    },
    {
      given: "an allow onto an expired deny",
      typed: { effect: "allow" },
      current: { effect: "deny", expiresAt: "2020-01-01" },
      winner: "typed",
    },
    {
      given: "a deny without a readable end onto an allow",
      typed: { effect: "deny", expiresAt: "soon" },
      current: { effect: "allow" },
      winner: "typed",
    },
    {
      given: "an allow onto an allow without a readable end",
      typed: { effect: "allow" },
      current: { effect: "allow", expiresAt: "soon" },
      winner: "typed",
    },
    {
      given: "an allow for all onto an allow for some",
      typed: { effect: "allow" },
      current: { effect: "allow", issuer: "mail" },
      winner: "current",
    },
    {
      given: "an allow for some onto an allow for all",
      typed: { effect: "allow", issuer: "mail" },
      current: { effect: "allow" },
      winner: "typed",
    },
    {
      given: "an allow for one gate onto an allow for all",
      typed: { effect: "allow", gates: "a" },
      current: { effect: "allow" },
      winner: "typed",
    },
    {
      given: "an allow for two gates onto an allow for one of them",
      typed: { effect: "allow", gates: "a b" },
      current: { effect: "allow", gates: "b" },
      winner: "current",
    },
    {
      given: "a shorter allow onto a longer",
      typed: { effect: "allow", expiresAt: "2027-01-01" },
      current: { effect: "allow" },
      winner: "typed",
    },
    {
      given: "a longer allow onto a shorter",
      typed: { effect: "allow" },
      current: { effect: "allow", expiresAt: "2027-01-01" },
      winner: "current",
    },
    {
      given: "a deny for all onto a deny for some",
      typed: { effect: "deny" },
      current: { effect: "deny", issuer: "mail" },
      winner: "typed",
    },
    {
      given: "a deny for some onto a deny for all",
      typed: { effect: "deny", issuer: "mail" },
      current: { effect: "deny" },
      winner: "current",
    },
    { given: "an allow onto the same", typed: { effect: "allow" }, current: { effect: "allow" }, winner: "current" },
    { given: "a deny onto the same", typed: { effect: "deny" }, current: { effect: "deny" }, winner: "current" },
    {
      given: "a deny for some onto a deny for others",
      typed: { effect: "deny", issuer: "mail" },
      current: { effect: "deny", issuer: "google.com" },
      winner: "current",
    },
  ])("for $given prefers the row $winner", ({ typed, current, winner }) => {
    expect(merge(row(typed), row(current), NOW).winner).toBe(winner);
  });

  it.each([
    { given: "an issuer and everyone", a: { issuer: "mail" }, b: {}, becomes: {} },
    { given: "two issuers", a: { issuer: "mail" }, b: { issuer: "google" }, becomes: {} },
    {
      given: "one issuer in two spellings",
      a: { issuer: "google" },
      b: { issuer: "Google.com" },
      becomes: { issuer: expect.stringMatching(/google/i) },
    },
    { given: "a gate and every gate", a: { gates: "a" }, b: {}, becomes: {} },
    { given: "two gates", a: { gates: "b" }, b: { gates: ["A"] }, becomes: { gates: "a b" } },
    { given: "an end and none", a: { expiresAt: "2027-01-01" }, b: {}, becomes: {} },
    { given: "two ends", a: { expiresAt: "2027-01-01" }, b: { expiresAt: 1830000000 }, becomes: { expiresAt: 1830000000 } },
    { given: "an end and an unreadable one", a: { expiresAt: "2027-01-01" }, b: { expiresAt: "soon" }, becomes: {} },
    {
      given: "an issuer until a day and everyone until an earlier",
      a: { issuer: "mail", expiresAt: "2028-01-01" },
      b: { expiresAt: "2027-01-01" },
      becomes: { expiresAt: "2028-01-01" },
    },
    {
      given: "a living and an expired one for everyone",
      a: { issuer: "mail" },
      b: { expiresAt: "2020-01-01" },
      becomes: { issuer: "mail" },
    },
  ])("joins two denies into one that covers the people of both: $given", ({ a, b, becomes }) => {
    for (const [typed, current] of [
      [a, b],
      [b, a],
    ] as const) {
      const result = applied(row({ effect: "deny", ...typed }), row({ effect: "deny", ...current }));
      const { entry: _, effect, note: __, ...rest } = result;
      expect(effect).toBe("deny");
      // What cannot be read reaches as far as what is absent.
      if (rest.expiresAt === "soon") delete rest.expiresAt;
      expect(rest).toEqual(becomes);
    }
  });

  const said = (note: string) => ({ set: { note }, remove: [] });

  it.each([
    { typed: { effect: "allow" }, current: { effect: "deny" }, ...said('also typed as "X" (effect allow)') },
    { typed: { effect: "deny" }, current: { effect: "allow" }, ...said('replaced "x" (effect allow)') },
    { typed: { effect: "deny" }, current: { effect: "allow", note: 7 }, ...said('replaced "x" (effect allow, note 7)') },
    { typed: { effect: "deny", note: 7 }, current: { effect: "allow" }, ...said('replaced "x" (effect allow)') },
    // Two allows are not widened, nor is a deny by one that counts for nothing or as long.
    {
      typed: { effect: "allow", issuer: "mail" },
      current: { effect: "allow", issuer: "google" },
      ...said('also typed as "X" (effect allow, issuer mail)'),
    },
    {
      typed: { effect: "allow" },
      current: { effect: "deny", issuer: "mail", expiresAt: 1830000000 },
      ...said('also typed as "X" (effect allow)'),
    },
    {
      typed: { effect: "deny", issuer: "mail" },
      current: { effect: "allow" },
      ...said('replaced "x" (effect allow)'),
    },
    {
      typed: { effect: "deny", expiresAt: "2020-01-01" },
      current: { effect: "deny", issuer: "mail" },
      ...said('also typed as "X" (effect deny, expiresAt 2020-01-01)'),
    },
    {
      typed: { effect: "deny", expiresAt: "2027-02-01T00:00Z" },
      current: { effect: "deny", expiresAt: "2027-01-31" },
      ...said('also typed as "X" (effect deny, expiresAt 2027-02-01T00:00Z)'),
    },
    // One that reaches more is.
    {
      typed: { effect: "deny", issuer: "mail", expiresAt: "2027-01-01" },
      current: { effect: "deny", issuer: "google", expiresAt: "2026-12-01" },
      set: { expiresAt: "2027-01-01", note: 'also typed as "X" (effect deny, issuer mail, expiresAt 2027-01-01)' },
      remove: ["issuer"],
    },
    {
      typed: { effect: "deny", issuer: "mail" },
      current: { effect: "deny", issuer: "google", expiresAt: "2026-12-01" },
      set: { note: 'also typed as "X" (effect deny, issuer mail)' },
      remove: ["issuer", "expiresAt"],
    },
    {
      typed: { effect: "deny", gates: "partners", issuer: "mail" },
      current: { effect: "deny", gates: "default" },
      set: { gates: "default partners", note: 'also typed as "X" (effect deny, issuer mail, gates partners)' },
      remove: [],
    },
    {
      typed: { effect: "deny", issuer: "mail" },
      current: { effect: "deny", gates: "default" },
      set: { note: 'also typed as "X" (effect deny, issuer mail)' },
      remove: ["gates"],
    },
    {
      typed: { effect: "deny", gates: ["default", "partners"], issuer: "mail" },
      current: { effect: "deny", gates: "default partners" },
      set: { note: 'also typed as "X" (effect deny, issuer mail, gates ["default","partners"])' },
      remove: [],
    },
  ])("sets and removes only the necessary cells: $typed onto $current", ({ typed, current, set, remove }) => {
    const merged = merge({ entry: "X", ...typed }, { entry: "x", ...current }, NOW);
    expect([merged.set, merged.remove]).toEqual([set, remove]);
  });

  it("adds the losing row's content to the note, after the existing text", () => {
    const losing = { entry: "Kim@Contoso.com", effect: "allow", issuer: "mail", expiresAt: "2027-01-31", note: "asked by phone" };
    expect(merge(losing, { entry: "kim@contoso.com", effect: "deny", note: "spam" }, NOW).set).toEqual({
      note: 'spam; also typed as "Kim@Contoso.com" (effect allow, issuer mail, expiresAt 2027-01-31, note asked by phone)',
    });
  });

  it("adds no remark that the note already contains", () => {
    const typed = { entry: "Kim@Contoso.com", effect: "allow" };
    const first = merge(typed, { entry: "kim@contoso.com", effect: "deny" }, NOW).set;
    expect(merge(typed, { entry: "kim@contoso.com", effect: "deny", ...first }, NOW).set).toEqual({});
  });

  function applied(typed: Row, current: Row): Record<string, unknown> {
    const { winner, set, remove } = merge(typed, current, NOW);
    const cells = { ...(winner === "typed" ? typed : current), ...set };
    return Object.fromEntries(Object.entries(cells).filter(([name]) => !remove.includes(name)));
  }
});

it("a row typed by both a partner's contact and an operator becomes the operator's", () => {
  const operators: Row = { entry: "kim@contoso.com", effect: "deny" };
  const partners: Row = { ...operators, byPartner: "contoso.com" };
  for (const [typed, current] of [
    [operators, partners],
    [partners, operators],
  ] as const)
    expect(merge(typed, current, NOW).remove).toContain("byPartner");
  expect(merge(partners, partners, NOW).remove).toEqual([]);
});
