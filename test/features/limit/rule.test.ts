import { groupBy } from "../../../engine/collections";
import { EVERY_FINDING } from "../../../engine/sign-up/checks";
import { decide } from "../../../engine/sign-up/engine";
import { buildPersonId } from "../../../engine/sign-up/person";
import { personKey } from "../../../engine/sign-up/person-key";
import { recordId, UNREAD } from "../../../engine/sign-up/records";
import { makeRule, type RecordKey, type Row, type Rule } from "../../../engine/sign-up/rule";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import type { Findings } from "../../../engine/sign-up/verdict";
import { requestApproval } from "../../../features/approvals/request-approval";
import { admissions, type LimitOptions, limit } from "../../../features/limit/rule";
import { attackDay } from "../../engine/rules/attack-day";
import { type Memory, memory } from "../../engine/rules/memory-world";
import { refusal } from "../../engine/rules/refusal";
import { saidBy } from "../../engine/rules/said-by";
import { block, hashOf, NOW, person, saying } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

type Rules = readonly Rule<"before-create-user">[];
const HOUR_MS = 3_600_000;
const hourly = (max: number, more: Partial<LimitOptions> = {}) => limit({ by: "domain", windows: [{ max, per: "1h" }], ...more });
const run = (rules: Rules, signUp: SignUp, { world }: Memory, now = NOW) =>
  decide(anyPolicy(rules as [Rule<"before-create-user">]), signUp, { ...world, now });
const verdictOf = async (rules: Rules, signUp: SignUp, tables: Memory, now = NOW) => (await run(rules, signUp, tables, now)).answer.kind;
const numbered = (index: number, changes: Partial<SignUp> = {}) => person({ email: `p${index}@contoso.com`, ...changes });
const reached = { kind: "block", ...refusal("limit.reached") };

async function admitted(rules: Rules, people: readonly SignUp[], tables = memory(), now = NOW): Promise<number> {
  let count = 0;
  for (const each of people) if ((await verdictOf(rules, each, tables, now)) === "continue") count += 1;
  return count;
}
const people = (count: number, changes: (index: number) => Partial<SignUp> = () => ({})) =>
  Array.from({ length: count }, (_, index) => numbered(index, changes(index)));

describe("a limit", () => {
  it("admits its number of people, and answers later people that it is reached", async () => {
    const tables = memory();
    expect(await admitted([hourly(3)], people(5), tables)).toBe(3);
    expect((await run([hourly(3)], numbered(9), tables)).answer).toEqual(reached);
  });

  it("counts a person once for any number of sign-ups", async () => {
    const tables = memory();
    const rules = [hourly(2)];
    expect(await admitted(rules, [numbered(1), numbered(1), numbered(1), numbered(2)], tables)).toBe(4);
    expect(await verdictOf(rules, numbered(3), tables)).toBe("block");
    expect(await verdictOf(rules, numbered(1), tables)).toBe("continue");
  });

  it("restarts with each window, and applies in each of several windows", async () => {
    const tables = memory();
    const rules = [
      limit({
        by: "domain",
        windows: [
          { max: 2, per: "1h" },
          { max: 3, per: "1d" },
        ],
      }),
    ];
    expect(await admitted(rules, people(3), tables)).toBe(2);
    const later = new Date(NOW.getTime() + HOUR_MS);
    const others = people(3, (index) => ({ email: `later${index}@contoso.com` }));
    expect(await admitted(rules, others, tables, later)).toBe(1);
    expect((await run(rules, numbered(9), tables, later)).trace[0]).toMatchObject({ evidence: { limit: "domain", window: "3 per 1d" } });
  });

  it.each<{ by: LimitOptions["by"]; together: Partial<SignUp>; apart: Partial<SignUp> }>([
    { by: "mailbox", together: { email: "kim+a@contoso.com" }, apart: { email: "lee@contoso.com" } },
    { by: "domain", together: { email: "lee@contoso.com" }, apart: { email: "kim@fabrikam.com" } },
    { by: "organisation", together: { email: "lee@eu.contoso.com" }, apart: { email: "kim@fabrikam.com" } },
    { by: "issuer", together: { email: "lee@contoso.com" }, apart: { identities: [{ issuer: "facebook.com", issuerAssignedId: "1" }] } },
    { by: "application", together: { application: { id: "shop" } }, apart: { application: { id: "forum" } } },
    { by: "network", together: { ipAddress: "2001:db8:0:0:ffff::2" }, apart: { ipAddress: "2001:db8:0:1::1" } },
    { by: "gate", together: { email: "lee@fabrikam.com" }, apart: { gate: "suppliers" } },
  ])("counts by $by: $together shares the limit of the first person, and $apart has a separate limit", async ({ by, together, apart }) => {
    const rules = [limit({ by, windows: [{ max: 1, per: "1h" }] })];
    const first = { email: "kim@contoso.com", application: { id: "shop" }, ipAddress: "2001:db8::1" };
    const tables = memory();
    const account = (id: string) => ({ identities: [{ issuer: "google.com", issuerAssignedId: id }] });
    expect(await verdictOf(rules, person({ ...first, ...(by !== "issuer" && account("1")) }), tables)).toBe("continue");
    expect(await verdictOf(rules, person({ ...first, ...(by !== "issuer" && account("2")), ...together }), tables)).toBe("block");
    expect(await verdictOf(rules, person({ ...first, ...(by !== "issuer" && account("3")), ...apart }), tables)).toBe("continue");
  });

  it("counts eight subdomains of one owner together if it counts by organisation", async () => {
    const rules = [limit({ by: "organisation", windows: [{ max: 5, per: "1h" }] })];
    const eight = Array.from({ length: 8 }, (_, index) =>
      person({ email: `p@s${index}.contoso.com`, identities: [{ issuer: "mail", issuerAssignedId: `p@s${index}.contoso.com` }] }),
    );
    expect(await admitted(rules, eight, memory())).toBe(5);
  });

  describe("for people whose addresses nobody proves", () => {
    const google = (id: string) => ({ identities: [{ issuer: "google.com", issuerAssignedId: id }] });
    const facebook = (id: string) => ({ identities: [{ issuer: "facebook.com", issuerAssignedId: id }] });
    const typed = (id: string) => ({ ...google(id), emailTyped: true as const });
    const host = saying("mail-facts", { kind: "continue", findings: { mailHost: "contoso.com" } });
    const by = (what: LimitOptions["by"], max: number): Rules => [
      ...(what === "mailHost" ? [host] : []),
      limit({ by: what, windows: [{ max, per: "31d" }] }),
    ];
    const keyed = ["mailbox", "domain", "organisation", "mailHost"] as const;
    const ways = [
      { how: "typing them", strangers: typed },
      { how: "a provider that proves none", strangers: facebook },
      { how: "Entra accounts", strangers: () => ({}) },
    ];

    it.each(keyed.flatMap((what) => ways.map((way) => ({ what, ...way }))))(
      "keeps strangers from using up places of the $what's owners by $how",
      async ({ what, strangers }) => {
        const tables = memory();
        for (let index = 0; index < 5; index++) {
          const email = what === "mailbox" ? "kim@contoso.com" : `p${index}@contoso.com`;
          await run(by(what, 1), person({ email, ...strangers(`s${index}`) }), tables);
        }
        expect(await verdictOf(by(what, 1), person(google("1")), tables)).toBe("continue");
        expect(await verdictOf(by(what, 1), person({ email: "kim+a@contoso.com", ...google("2") }), tables)).toBe("block");
      },
    );

    it.each(["domain", "organisation", "mailHost"] as const)(
      "admits as many people of a %s through a provider that proves no address as through one that proves them",
      async (what) => {
        const tables = memory();
        expect(
          await admitted(
            by(what, 2),
            people(5, (index) => google(`${index}`)),
            tables,
          ),
        ).toBe(2);
        expect(
          await admitted(
            by(what, 2),
            people(5, (index) => facebook(`${index}`)),
            tables,
          ),
        ).toBe(2);
        expect(await admitted(by(what, 2), people(5), tables)).toBe(2);
      },
    );

    it("counts by account, not by mailbox, so a stranger does not take kim's place", async () => {
      const tables = memory();
      const kim = (changes: object) => verdictOf(by("mailbox", 1), person(changes), tables);
      expect(await kim(facebook("s1"))).toBe("continue");
      expect(await kim(facebook("1"))).toBe("continue");
      expect(await kim({})).toBe("continue");
      expect(await kim({ email: "kim+a@contoso.com" })).toBe("block");
    });

    it.each(["gate", "domain", "issuer"] as const)("gives one account one place of a %s, for any number of addresses", async (what) => {
      const tables = memory();
      expect(
        await admitted(
          by(what, 2),
          people(9, () => typed("s1")),
          tables,
        ),
      ).toBe(9);
      expect(
        await admitted(
          by(what, 2),
          people(9, (index) => typed(`s${index}`)),
          tables,
        ),
      ).toBe(2);
    });
  });

  it("does not count people who are stopped for another reason or wait for approval", async () => {
    const tables = memory();
    await run([hourly(1), saying("stopping", block("own.reason"))], numbered(1), tables);
    await run([hourly(1), requestApproval()], numbered(2, { identities: [{ issuer: "google.com", issuerAssignedId: "2" }] }), tables);
    expect(await verdictOf([hourly(1)], numbered(3), tables)).toBe("continue");
    expect(await verdictOf([hourly(1)], numbered(4), tables)).toBe("block");
  });

  it("neither counts nor stops people whom an entry allows", async () => {
    const tables = memory();
    const allowed = saying("access-list", { kind: "continue", findings: { listed: "allow" } });
    expect(await admitted([allowed, hourly(1)], people(5), tables)).toBe(5);
    expect(await admitted([hourly(1)], [numbered(7)], tables)).toBe(1);
  });

  it("excludes people by a custom function", async () => {
    const except: LimitOptions["except"] = ({ signUp }) => signUp.email.startsWith("p1");
    expect(await admitted([hourly(1, { except })], people(3), memory())).toBe(2);
    const { failure } = await run([hourly(1, { except: (() => Promise.resolve(true)) as never })], numbered(1), memory());
    expect(String(failure?.error)).toContain("except must return true or false");
  });
});

describe("if a limit is reached", () => {
  it("an approver decides", async () => {
    const rules = [hourly(1, { then: "approval" }), requestApproval({ when: "approval" })];
    const google = (index: number) => ({ identities: [{ issuer: "google.com", issuerAssignedId: String(index) }] });
    const [first, second] = people(2, google) as [SignUp, SignUp];
    const tables = memory();
    expect(await verdictOf(rules, first, tables)).toBe("continue");
    const { answer, trace } = await run(rules, second, tables);
    expect(answer).toMatchObject({ kind: "block", reason: "approval.requested" });
    expect(trace[0]).toMatchObject({ rule: "limit", said: "continue", findings: { "limit-domain": "reached", referred: true } });
  });

  it.each([
    { then: "block" as const, answer: { kind: "block", reason: "limit.reached" } },
    { then: "approval" as const, answer: { kind: "block", reason: "approval.requested" } },
    { then: "observe" as const, answer: { kind: "continue" } },
  ])("a count that cannot be read is treated as full: with $then the answer is $answer", async ({ then, answer }) => {
    const tables = memory();
    const busy: Memory = {
      ...tables,
      world: {
        ...tables.world,
        read: async (keys, signal, optional) => {
          const spare = keys.filter(({ mayStayUnread }) => mayStayUnread);
          return new Map([...(await tables.world.read(keys, signal, optional)), ...spare.map((key) => [recordId(key), UNREAD] as const)]);
        },
      },
    };
    const google = { identities: [{ issuer: "google.com", issuerAssignedId: "1" }] };
    const rules = [hourly(5, { then }), ...(then === "approval" ? [requestApproval({ when: "approval" })] : [])];
    const decided = await run(rules, numbered(1, google), busy);
    expect(decided.answer).toMatchObject(answer);
    expect(decided.trace[0]).toMatchObject({ evidence: { limit: "domain", window: "5 per 1h", count: "unread" } });
    expect([...tables.rows.keys()].some((id) => id.includes("limit/"))).toBe(false);
  });

  it('with "observe" only the record shows that the limit is reached', async () => {
    const tables = memory();
    expect(await admitted([hourly(1, { then: "observe" })], people(4), tables)).toBe(4);
    const { trace } = await run([hourly(1, { then: "observe" })], numbered(9), tables);
    expect(trace[0]).toMatchObject({ findings: { "limit-domain": "reached" }, evidence: { limit: "domain", window: "1 per 1h" } });
  });

  it("a policy that sends people to approval needs a requestApproval rule", () =>
    expect(() => anyPolicy([hourly(1, { then: "approval" })])).toThrow(/no requestApproval follows it/));
});

it.each([{ max: 1 }, { max: 7 }, { max: 150 }, { max: 1_100 }])(
  "a limit of $max admits as many of 200 simultaneous people as fit",
  async ({ max }) => {
    const rules = [hourly(max)];
    const tables = memory();
    const answers = await Promise.all(people(200).map((each) => verdictOf(rules, each, tables)));
    const count = answers.filter((kind) => kind === "continue").length;
    expect(count).toBe(Math.min(max, 200));
    expect(await admitted(rules, people(200), tables)).toBe(Math.min(max, 200));
  },
);

it("a person who loses the last place to another goes to an approver, or is refused if a rule asks other systems", async () => {
  const rules = [hourly(20, { then: "approval" }), requestApproval({ when: "approval" })];
  const google = (index: number) => ({ identities: [{ issuer: "google.com", issuerAssignedId: String(index) }] });
  const reasonsOf = async (all: Rules, tables = memory()) => {
    const decided = await Promise.all(people(200, google).map((each) => run(all, each, tables)));
    expect(decided.every(({ trace }) => trace.length === all.length)).toBe(true);
    return groupBy(decided, ({ answer }) => ("reason" in answer ? answer.reason : answer.kind));
  };
  const counted = async (all: Rules) => Object.fromEntries([...(await reasonsOf(all))].map(([reason, some]) => [reason, some.length]));
  expect(await counted(rules)).toEqual({ continue: 20, "approval.requested": 180 });
  const asking = { ...makeRule({ name: "asks", uses: [{ secret: "s" }] }), decide: () => ({ kind: "continue" }) as const };
  expect(await counted([asking, ...rules])).toEqual({ continue: 20, "limit.reached": 180 });
});

it.each([
  { given: "the gate's limit first", order: (gate: Rules, domain: Rules): Rules => [...gate, ...domain] },
  { given: "the domain's limit first", order: (gate: Rules, domain: Rules): Rules => [...domain, ...gate] },
])("if 200 people of one domain come at once, only those admitted take a place in the gate's limits: $given", async ({ order }) => {
  const gate = [
    limit({ by: "gate", windows: [{ max: 10_000, per: "1m" }], then: "observe", name: "watch" }),
    limit({ by: "gate", windows: [{ max: 200, per: "1h" }] }),
  ];
  const rules = order(gate, [hourly(20)]);
  const tables = memory();
  await Promise.all(people(200).map((each) => run(rules, each, tables)));
  const counted = [...tables.rows.values()].map(({ admitted }) => (admitted as readonly string[]).length);
  expect(counted.reduce((sum, some) => sum + some, 0)).toBe(3 * 20);
});

it("stops an attack from few networks and admits people whom the list allows, with one read a call", async () => {
  const { came, letIn, reads, writes } = await attackDay(1_500, 500);
  expect(came).toEqual({ attack: 500, listed: 334, others: 666 });
  expect(letIn.attack).toBeLessThanOrEqual(0.05 * came.attack);
  expect(letIn).toMatchObject({ listed: came.listed, others: came.others });
  // One for each window of the limit; for the others the request.
  expect({ reads, writes }).toEqual({ reads: 1, writes: { stopped: 1, letIn: 2 } });
});

it("fills all rows of a large limit before it stops anybody", async () => {
  expect(await admitted([hourly(1_001)], people(1_003), memory())).toBe(1_001);
});

it("leaves no personal data in the ledger, and nothing after the window", async () => {
  const tables = memory();
  await run([hourly(5)], numbered(1), tables);
  const [[id, row] = []] = [...tables.rows];
  expect(JSON.stringify([id, row])).not.toMatch(/contoso|p1/);
  expect(row?.expires).toBe(Date.parse("2026-03-01T14:00:00Z") / 1_000);
});

it.each<{ options: Partial<LimitOptions>; isTold: boolean; consumes: readonly unknown[] }>([
  { options: {}, isTold: false, consumes: [EVERY_FINDING] },
  { options: { by: "network" }, isTold: true, consumes: [EVERY_FINDING] },
  { options: { by: "mailHost" }, isTold: false, consumes: ["mailHost", EVERY_FINDING] },
  { options: { by: "mailHost", except: undefined as never }, isTold: false, consumes: ["mailHost"] },
])("declares the data that it reads: $options", ({ options, isTold, consumes }) => {
  const { uses, ...declared } = hourly(1, { except: () => false, ...options });
  const tables = [
    { table: "ledger", access: "read" },
    { table: "ledger", access: "write", under: ["limit/"] },
  ];
  expect(uses).toEqual([...tables, ...(isTold ? [{ needsClaim: "ipAddress" }] : [])]);
  expect(declared.consumes).toEqual(consumes);
});

it("two limits with one name are rejected", () => {
  expect(() => anyPolicy([hourly(1), hourly(2)])).toThrow(/two rules that count as "domain"/);
  expect(() => anyPolicy([hourly(1), hourly(2, { name: "many-of-a-domain" })])).not.toThrow();
});

it.each<{ options: object; says: RegExp }>([
  { options: { max: 0 }, says: /max must be a whole number from 1 to 10000, not 0/ },
  { options: { max: 1.5 }, says: /max must be/ },
  { options: { max: "20" }, says: /max must be/ },
  { options: { max: 10_001 }, says: /max must be/ },
  { options: { per: "1w" }, says: /per is a time from "1m" to "31d"/ },
  { options: { per: "0h" }, says: /per is/ },
  { options: { per: "32d" }, says: /per is/ },
  { options: { per: 60 }, says: /per is/ },
  { options: { windows: [] }, says: /windows must say/ },
  { options: { windows: undefined }, says: /windows must say/ },
  { options: { by: "city" }, says: /by must be one of/ },
  { options: { then: "deny" }, says: /then must be one of/ },
  { options: { name: "My limit" }, says: /name is kebab-case/ },
  { options: { except: true }, says: /except must be a function/ },
  { options: { maxx: 1 }, says: /has no option "maxx"/ },
])("rejects $options at load", ({ options, says }) => {
  const { max = 1, per = "1h", ...others } = options as { max?: number; per?: string };
  expect(() => limit({ by: "domain", windows: [{ max, per }], ...others } as never)).toThrow(says);
});

describe("a limit in the ledger", () => {
  const google = { issuer: "google.com", issuerAssignedId: "1" };
  const facebook = { identities: [{ issuer: "facebook.com", issuerAssignedId: "1" }] };
  const row = (id: string): RecordKey => ({ table: "ledger", key: { id }, mayStayUnread: true });
  const groupOf = (by: string, what: string, gate = "default") => hashOf(JSON.stringify(["limit", gate, by, what]));
  const contoso = groupOf("domain", "contoso.com");
  const hour = `limit/domain/${contoso}/1h/2026-03-01T12:00:00.000Z`;
  const holderOf = (signUp: SignUp, name = "domain") => hashOf(JSON.stringify(["limit", name, personKey(signUp)])).slice(0, 12);
  const kim = person({ identities: [google] });

  it.each<{ by: Exclude<LimitOptions["by"], "mailHost">; changes?: Partial<SignUp>; group: string }>([
    { by: "mailbox", changes: { email: "k.im+a@googlemail.com" }, group: groupOf("mailbox", buildPersonId("kim@gmail.com", hashOf)) },
    { by: "mailbox", changes: { ...facebook }, group: groupOf("mailbox", hashOf(personKey({ ...facebook }))) },
    { by: "domain", group: contoso },
    { by: "domain", changes: { gate: "suppliers" }, group: groupOf("domain", "contoso.com", "suppliers") },
    {
      by: "domain",
      changes: { ...facebook },
      group: hashOf(JSON.stringify(["limit", "default", "domain", "contoso.com", "facebook.com"])),
    },
    { by: "organisation", changes: { email: "lee@a.eu.contoso.com" }, group: groupOf("organisation", "contoso.com") },
    { by: "organisation", changes: { email: "lee@hr.contoso.co.uk" }, group: groupOf("organisation", "contoso.co.uk") },
    { by: "organisation", changes: { email: "lee@eve.github.io" }, group: groupOf("organisation", "github.io") },
    { by: "organisation", changes: { email: "lee@eve.blogspot.com" }, group: groupOf("organisation", "blogspot.com") },
    { by: "organisation", changes: { email: "lee@eve.onmicrosoft.com" }, group: groupOf("organisation", "onmicrosoft.com") },
    { by: "organisation", changes: { email: "lee@co.uk" }, group: groupOf("organisation", "co.uk") },
    { by: "organisation", changes: { email: "lee@a_b.contoso.com" }, group: groupOf("organisation", "contoso.com") },
    { by: "issuer", changes: { identities: [google, { issuer: "facebook.com" }] }, group: groupOf("issuer", "google.com facebook.com") },
    { by: "issuer", changes: { identities: [] }, group: groupOf("issuer", "entra") },
    { by: "application", changes: { application: { id: "shop" } }, group: groupOf("application", "shop") },
    { by: "application", group: groupOf("application", "") },
    { by: "network", changes: { ipAddress: "203.0.113.24" }, group: groupOf("network", "203.0.113.24") },
    { by: "network", changes: { ipAddress: "nowhere" }, group: groupOf("network", "") },
    { by: "network", group: groupOf("network", "") },
    { by: "gate", group: groupOf("gate", "") },
  ])("counts by $by, for a person with $changes, in one row for every 500 places of each window", ({ by, changes, group }) => {
    const windows = [
      { max: 500, per: "15m" },
      { max: 1_001, per: "1d" },
    ];
    expect(limit({ by, windows }).needs?.({ ...kim, ...changes }, hashOf, new Date("2026-03-01T12:29:59Z"))).toStrictEqual([
      row(`limit/${by}/${group}/15m/2026-03-01T12:15:00.000Z`),
      row(`limit/${by}/${group}/1d/2026-03-01T00:00:00.000Z`),
      row(`limit/${by}/${group}/1d/2026-03-01T00:00:00.000Z/1`),
      row(`limit/${by}/${group}/1d/2026-03-01T00:00:00.000Z/2`),
    ]);
  });

  const place = {
    table: "ledger",
    slots: "admitted",
    atMost: 3,
    set: { expires: Date.parse("2026-03-01T14:00:00Z") / 1_000 },
    onlyIfAdmitted: true,
  };
  it.each([
    { then: "block" as const, onConflict: reached },
    { then: "approval" as const, onConflict: reached },
    { then: "observe" as const, onConflict: { kind: "continue" } },
  ])("records a person when they are admitted if its option `then` is $then", async ({ then, onConflict }) =>
    expect(await saidBy(hourly(3, { then }), kim)).toStrictEqual({
      kind: "continue",
      effects: [{ ...place, key: { id: hour }, holder: holderOf(kim), retryOnConflict: true, onConflict }],
    }),
  );

  it.each<{ findings: Findings; host: string }>([
    { findings: { mailHost: "google.com" }, host: "google.com" },
    { findings: {}, host: "" },
  ])("does not read its row before the mail host is known, if it counts by mail host: $findings", async ({ findings, host }) => {
    const rule = limit({ by: "mailHost", windows: [{ max: 3, per: "1h" }] });
    expect(rule.needs?.(kim, hashOf, NOW)).toEqual([]);
    const id = `limit/mail-host/default:${host}/1h/2026-03-01T12:00:00.000Z`;
    expect(await saidBy(rule, kim, { findings })).toStrictEqual({
      kind: "continue",
      effects: [{ ...place, key: { id }, holder: holderOf(kim, "mail-host"), onConflict: reached }],
    });
    const full = [[row(id), { admitted: ["a", "b", "c"] }]] as const;
    const evidence = { limit: "mail-host", window: "3 per 1h" };
    const skipped = { said: "skipped" } as const;
    const others = [
      { rule: "own", ...skipped },
      { rule: "mail-facts", said: "continue" },
    ] as const;
    expect(await saidBy(rule, kim, { findings, rows: full, said: others })).toStrictEqual({ ...reached, evidence });
    expect(await saidBy(rule, kim, { findings, rows: full, said: [{ rule: "mail-facts", ...skipped }] })).toStrictEqual({
      kind: "continue",
    });
  });

  it.each([
    { then: "block" as const, says: { ...reached } },
    { then: "approval" as const, says: { kind: "continue", findings: { "limit-domain": "reached", referred: true } } },
    { then: "observe" as const, says: { kind: "continue", findings: { "limit-domain": "reached" } } },
  ])("reports a full row and an unreadable row if its option `then` is $then", async ({ then, says }) => {
    const evidence = { limit: "domain", window: "1 per 1h" };
    const rows = (cells: Row) => [[row(hour), cells]] as const;
    expect(await saidBy(hourly(1, { then }), kim, { rows: rows({ admitted: ["a"] }) })).toStrictEqual({ ...says, evidence });
    expect(await saidBy(hourly(1, { then }), kim, { rows: rows(UNREAD) })).toStrictEqual({
      ...says,
      evidence: { ...evidence, count: "unread" },
    });
  });

  it("does not count a person again who is in one of several rows, and has no count if a row is unreadable", async () => {
    const second = row(`${hour}/1`);
    expect(await saidBy(hourly(501), kim, { rows: [[second, { admitted: [holderOf(kim)] }]] })).toStrictEqual({
      kind: "continue",
      effects: [],
    });
    expect(await saidBy(hourly(501), kim, { rows: [[second, UNREAD]] })).toMatchObject({ evidence: { count: "unread" } });
  });

  it("spreads people who come at once over the rows", async () => {
    const byGoogle = (index: number) => ({ identities: [{ ...google, issuerAssignedId: `${index}` }] });
    const taken = await Promise.all(people(30, byGoogle).map((each) => saidBy(hourly(1_000), each)));
    const ids = taken.flatMap(({ effects = [] }) => effects.map((effect) => ("key" in effect ? effect.key.id : undefined)));
    expect([...new Set(ids)].sort()).toEqual([hour, `${hour}/1`]);
  });

  it("puts the admissions of a test case into the first rows", () => {
    const keys = hourly(1_200).needs?.(kim, hashOf, NOW) ?? [];
    const made = admissions(keys, 501);
    expect(made).toHaveLength(501);
    const admitted = { table: "ledger", slots: "admitted", atMost: 500, onConflict: reached };
    expect([made[0], made[499], made[500]]).toStrictEqual([
      { ...admitted, key: { id: hour }, holder: "0" },
      { ...admitted, key: { id: hour }, holder: "499" },
      { ...admitted, key: { id: `${hour}/1` }, holder: "0" },
    ]);
    // From the eleventh on, a row's number has two digits.
    expect(admissions([row(`${hour}/10`)], 5_001)).toHaveLength(1);
  });
});
