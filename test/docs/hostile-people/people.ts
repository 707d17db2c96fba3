import type { Case } from "../../../local/cases/format";

/** Somebody who tries to get in, made from the person who may. */
export interface HostilePerson {
  readonly who: string;
  readonly case: Case;
}

type Request = NonNullable<Case["request"]>;
type Attributes = NonNullable<Request["attributes"]>;

/** Answers that say nothing of use: what a proxy, a new version or a broken system sends in place of the agreed JSON. */
const answers = {
  "answers 401": { status: 401, body: { error: "unauthorized" } },
  "answers 500": { status: 500, body: "Internal Server Error" },
  "answers HTML": { body: "<!doctype html><title>Sign in</title>", headers: { "content-type": "text/html" } },
  "answers other JSON": { body: { status: "BLOCKED" } },
  "answers {}": { body: {} },
  "does not answer in time": "timeout",
  "is down": "refused",
} as const;

/** Other spellings of a country, as forms, people and vendors write it. */
const countries = ["USA", "US", "us", "United States ", "United States of America", "Vereinigte Staaten", "États-Unis", "미국", "Atlantis"];

/** Everybody that is tried on a policy. @param services that its rules ask */
export function hostilePeople(welcome: Case, services: readonly string[]): readonly HostilePerson[] {
  const request = welcome.request as Request;
  const { attributes = {}, email } = request;
  const local = email.slice(0, email.lastIndexOf("@"));
  const domain = email.slice(email.lastIndexOf("@") + 1);
  // What was approved or sent to the person, nobody approved or sent to another address.
  const { earlier: _, ...uninvited } = welcome;
  const as = (who: string, changes: Partial<Request>): HostilePerson => ({
    who,
    case: { ...(changes.email === undefined ? welcome : uninvited), request: { ...request, ...changes } },
  });
  const typing = (who: string, typed: Attributes) => as(who, { attributes: typed });
  const names = Object.keys(attributes);
  const withoutTicks = Object.fromEntries(names.filter((name) => attributes[name] === true).map((name) => [name, false]));
  return [
    as("a Facebook account", { issuer: "facebook.com" }),
    as("an Entra account", { issuer: "entra" }),
    as("a passcode sent elsewhere", { issuer: "mail", accountId: "eve@stranger.example" }),
    as("a Google account", { issuer: "google.com" }),
    as("an external tenant", { tenant: "external-tenant" }),
    as("an address that was only typed", { tenant: "external-tenant", issuer: "facebook.com", address: "none" }),
    as("another address", { email: "eve@stranger.example" }),
    as("an address of free mail", { email: "eve@gmail.com" }),
    as("an address of throw-away mail", { email: "eve@mailinator.com" }),
    as("a subdomain", { email: `eve@x.${domain}` }),
    as("a domain that begins alike", { email: `eve@${domain}.stranger.example` }),
    as("a domain that ends alike", { email: `eve@evil${domain}` }),
    as("a +tag", { email: `${local}+eve@${domain}` }),
    as("another application", { tenant: "b2c", application: "00000000-0000-4000-8000-000000000000" }),
    { who: "at night", case: { ...welcome, now: "2026-06-14T18:00:00Z" } },
    { who: "denied by the list", case: withRow(welcome, { entry: email, effect: "deny" }) },
    { who: "whose provider the list denies", case: withRow(welcome, { entry: `issuer:${request.issuer ?? "mail"}`, effect: "deny" }) },
    { who: "whom the list has wait", case: withRow(welcome, { entry: email, effect: "approval" }) },
    {
      who: "whose provider the list has wait",
      case: withRow(welcome, { entry: `issuer:${request.issuer ?? "mail"}`, effect: "approval" }),
    },
    { who: "denied in another spelling", case: withRow(welcome, { entry: `${local}+other@${domain}`, effect: "deny" }) },
    ...(names.length === 0
      ? []
      : [
          typing("no attribute", {}),
          typing("empty attributes", Object.fromEntries(names.map((name) => [name, ""]))),
          typing("blank attributes", Object.fromEntries(names.map((name) => [name, " \u00a0"]))),
          typing(
            "capitals",
            mapped(attributes, (text) => text.toUpperCase()),
          ),
          typing(
            "a zero-width space",
            mapped(attributes, (text) => `${text}\u200b`),
          ),
          typing(
            "another value",
            mapped(attributes, (text) => `X${text}`),
          ),
          ...(Object.values(attributes).includes(true) ? [typing("a box without its tick", { ...attributes, ...withoutTicks })] : []),
        ]),
    ...names.map((name) => typing(`no ${name}`, Object.fromEntries(Object.entries(attributes).filter(([each]) => each !== name)))),
    ...(names.includes("country") ? countries.map((country) => typing(`country ${country}`, { ...attributes, country })) : []),
    ...services.flatMap((service) =>
      Object.entries(answers).map(([what, answer]) => ({
        who: `${service} ${what}`,
        case: { ...welcome, answers: { ...welcome.answers, [service]: answer } } as Case,
      })),
    ),
  ];
}

function mapped(attributes: Attributes, change: (text: string) => string): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, typeof value === "string" ? change(value) : value]));
}

function withRow(welcome: Case, row: Readonly<Record<string, unknown>>): Case {
  return { ...welcome, rows: { ...welcome.rows, accessList: [...(welcome.rows?.accessList ?? []), row] } } as Case;
}
