import { Chance, scenarioFrom } from "./generate";
import { isCall, type RuleSpec, type Scenario, type SignUpCall, type StepName, type TableRow } from "./scenario";

/** Every eighth scenario is about people whom two facts of the same rank concern: chance alone seldom brings these together. */
const EVERY = 8;
const MINUTE = 60_000;

export function scenarioOf(number: number): Scenario {
  const scenario = scenarioFrom(number);
  if (number % EVERY !== EVERY - 1) return scenario;
  const chance = new Chance(number ^ 0x0c0de);
  return chance.of([classContest, organisationContest, mailboxContest])(scenario, chance);
}

/** Two classes that a domain is in, with different effects. */
function classContest(scenario: Scenario, chance: Chance): Scenario {
  const effects = chance.of([
    ["allow", "approval"],
    ["allow", "deny"],
    ["approval", "deny"],
  ] as const);
  const [disposable, consumer] = chance.is(0.5) ? effects : [effects[1], effects[0]];
  const rows: readonly TableRow[] = [
    { entry: "disposable", effect: disposable },
    { entry: "consumer", effect: consumer },
  ];
  const asks = chance.is(0.7)
    ? [{ rule: "requestApproval", options: chance.of([{ unless: "listed" }, { when: "approval" }] as const) } as const]
    : [];
  const list = { rule: "accessList", options: { otherwise: "block", classes: ["disposable", "consumer"] } } as const;
  const people = chance.some(["kim", "lee", "kim+a"], 2).map((local) => callOf(scenario, { email: `${local}@mailinator.com` }));
  return contestOf(scenario, [list, ...asks], people, rows);
}

/** People of one organisation, beneath different names of it. */
function organisationContest(scenario: Scenario, chance: Chance): Scenario {
  const limit = {
    rule: "limit",
    options: {
      by: chance.of(["organisation", "domain"] as const),
      windows: [{ max: 1, per: chance.of(["1h", "1d"]) }],
      ...chance.maybe("then", 0.5, () => chance.of(["block", "observe"] as const)),
    },
  } as const;
  const places = ["contoso.com", "eu.contoso.com", "a.eu.contoso.com", "fabrikam.co.uk", "x.fabrikam.co.uk"];
  const people = chance.some(places, 4).map((domain, index) => callOf(scenario, { email: `kim${index}@${domain}` }));
  return contestOf(scenario, [limit], people);
}

/** One mailbox in several spellings, mostly at one provider. */
function mailboxContest(scenario: Scenario, chance: Chance): Scenario {
  const issuer = chance.of(["mail", "google.com"]);
  const people = chance.some(["kim@gmail.com", "k.im@gmail.com", "kim+a@gmail.com", "kim@googlemail.com"], 4).map((email, index) => ({
    ...callOf(scenario, { email, issuer }),
    accountId: issuer === "mail" ? email : `${1184 + (chance.is(0.3) ? 0 : index)}`,
  }));
  return contestOf(
    scenario,
    [
      { rule: "onlyProviders", providers: ["mail", "google.com"] },
      { rule: "oneAccount", options: {} },
    ],
    people,
  );
}

function callOf({ events }: Scenario, person: Partial<SignUpCall>): SignUpCall {
  const { unread: _, unwritten: __, gate: ___, ...call } = events.find(isCall) as SignUpCall;
  const same = { ...call, step: "before-create-user", tenant: "workforce", address: "identity", issuer: "mail" } as const;
  return { ...same, accountId: person.email ?? call.email, ...person };
}

/** The people come a minute after each other, to a policy of these rules alone. */
function contestOf(
  scenario: Scenario,
  rules: readonly RuleSpec[],
  people: readonly SignUpCall[],
  rows: readonly TableRow[] = [],
): Scenario {
  const trust = ["mail", "google.com"];
  const of = <T>(first: T, last: T): Record<StepName, T> => ({ "after-sign-in": first, "before-create-user": last });
  return {
    policy: { ...scenario.policy, rules: of<readonly RuleSpec[]>([], rules), trust: of(trust, trust) },
    rows: { ...scenario.rows, accessList: rows, decisions: [] },
    events: people.map((call, index) => ({ ...call, at: call.at + index * MINUTE })),
  };
}
