import { omit } from "../../../engine/collections";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { decisionFilters } from "../../../features/decisions/filters";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "../../cli/support";
import { record, startConsole, type TestConsole } from "../../console/support";

let pages: TestConsole;
let instance: TestInstance;

const made: readonly Partial<DecisionRecord>[] = [
  { verdict: "continue", reasons: [], trace: [] },
  { verdict: "continue", step: "after-sign-in", reasons: [], trace: [], email: "lee@contoso.com" },
  {
    verdict: "block",
    reasons: ["access-list.denied"],
    trace: [{ rule: "access-list", said: "block", evidence: { entry: "contoso.com" } }],
  },
  { verdict: "block", step: "after-sign-in", reasons: ["access-list.unlisted"], issuers: ["google.com"], email: "kim@contoso.com" },
  { verdict: "block", rule: "request-approval", reasons: ["approval.requested"], email: "mina@litware.example" },
  { verdict: "invalid", rule: "validate", reasons: ["validate.city"] },
];
const days = ["2026-11-18", "2026-11-19", "2026-11-20"];

beforeAll(async () => {
  pages = await startConsole();
  pages.setTime(new Date("2026-11-21T10:00:00Z"));
  instance = await startInstance();
  for (const [on, day] of days.entries())
    for (const [index, each] of made.entries()) {
      const reference = `K7QD-${String(2222 + on * 10 + index)}`.replace(/[018]/g, "3");
      const one = record({ id: `${day}-${index}`, reference, at: `${day}T12:00:0${index}.000Z`, ...each });
      for (const store of [pages.world.decisions, instance.decisions]) await store.keep(one, 3_650);
    }
});
afterAll(() => Promise.all([pages.close(), instance.close()]));

type Set = Partial<Record<keyof typeof decisionFilters, string>>;

/** Codes of the decisions that a door shows, newest first. */
const doors: Readonly<Record<string, (set: Set) => Promise<readonly string[]>>> = {
  async page(set) {
    const asked = { ...omit(set, "email"), ...(set.email !== undefined && { q: set.email }) };
    // A command reads a typed day in the machine's zone.
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    const html = await (await pages.get(`/decisions?${new URLSearchParams({ zone, from: "2026-11-01", ...asked })}`, "Reader")).text();
    expect(html).not.toContain('role="alert"');
    return [...html.matchAll(/<tr data-key="[^"]*".*?<\/tr>/gs)].map(([row]) => /K7QD-\d{4}/.exec(row)?.[0] ?? "");
  },
  async command(set) {
    const options = Object.entries(set).flatMap(([name, text]) => [decisionFilters[name as keyof Set].flag.split(" ")[0] ?? "", text]);
    const since = set.from === undefined ? ["--since", "2026-11-01"] : [];
    const ran = await gatehouse("decisions", "list", "--json", "--limit", "500", ...since, ...options, ...instance.local);
    expect(ran.stderr).not.toContain("error");
    return (jsonLines(ran) as { reference: string }[]).map(({ reference }) => reference);
  },
};

const texts: { readonly [K in keyof typeof decisionFilters]: readonly string[] } = {
  email: ["LEE@contoso.com", "nobody@contoso.com"],
  verdict: ["continue", "waiting", "invalid", "block", "went-on"],
  step: ["after-sign-in", "before-create-user", "before-sending-token"],
  reason: ["access-list.denied", "approval.requested"],
  domain: ["contoso.com", "@Litware.example", "nothing.example"],
  issuer: ["google.com", "issuer:Google.com", "okta.example"],
  entry: ["contoso.com", "Contoso.com"],
  from: ["2026-11-19"],
  to: ["2026-11-19", "2026-11-19T12:00Z", "2026-11-19T12:00:02Z"],
};
const sets = (Object.keys(texts) as (keyof Set)[]).flatMap((name) =>
  texts[name].flatMap((text): readonly Set[] => [
    { [name]: text },
    { ...(name !== "from" && { from: "2026-11-19" }), verdict: "block", [name]: text },
  ]),
);

it.each(sets)("the page and the command find the same decisions by %o", async (set) => {
  const [page, command] = [await doors.page?.(set), await doors.command?.(set)];
  expect(page).toEqual(command);
});

it("each outcome is found at both doors", async () => {
  for (const verdict of texts.verdict) expect(await doors.command?.({ verdict }), verdict).not.toEqual([]);
});

it.each([
  [["--domain", "kim@"], /--domain kim@ is not a domain/],
  [["--issuer", "issuer:"], /names no provider/],
  [["--issuer", "gmail.com"], /Warning: .*Did you mean google\.com\?/],
])("the command refuses or warns of %j", async (options, said) => {
  expect((await gatehouse("decisions", "list", ...options, ...instance.local)).stderr).toMatch(said);
});
