import fc from "fast-check";
import { type Claims, fixture, fixtureNames } from "../../fixtures";
import { anyCharacter } from "../../support/any-character";

/** Values as an attacker, a future Entra or a broken proxy would put them. */
export const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: anyCharacter, maxLength: 40 }),
  fc.constantFrom<unknown>(
    null,
    "",
    " ",
    0,
    -1,
    1e308,
    true,
    [],
    {},
    [[]],
    "__proto__",
    "\u0000",
    "\ud800",
    "x".repeat(300),
    "<b>",
    "%{x}",
  ),
  fc.emailAddress(),
  fc.constantFrom("KIM@contoso.com", "kim@lee@contoso.com", '"kim"@contoso.com', "kim@contoso.com\n", "kim@127.0.0.1", "kim+x@gmail.com"),
  fc.array(fc.record({ issuer: fc.jsonValue(), issuerAssignedId: fc.jsonValue(), signInType: fc.jsonValue() }, { requiredKeys: [] }), {
    maxLength: 3,
  }),
  fc.string({ maxLength: 20 }).map((locale) => `${locale}, ko-KR`),
);

const known = ["email", "identities", "ui_locales", "displayName", "surname", "lastName", "city", "country", "jobTitle"];
/** Names that the answer's own keys, prototypes or extensions could be mistaken for. */
const claimName = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...known) },
  fc.constantFrom(
    "action",
    "version",
    "status",
    "userMessage",
    "code",
    "toString",
    "__proto__",
    "constructor",
    "valueOf",
    "hasOwnProperty",
  ),
  fc.constantFrom(
    "extension_Code",
    `extension_${"a".repeat(32)}_Code`,
    `extension_${"B".repeat(32)}_Code`,
    `extension_${"a".repeat(32)}___proto__`,
  ),
  fc.string({ unit: anyCharacter, maxLength: 12 }),
);

/** A documented request in which a few claims were set, added or dropped. */
const mutated = fc
  .record({
    name: fc.constantFrom(...fixtureNames),
    changes: fc.array(fc.tuple(claimName, odd), { maxLength: 4 }),
    dropped: fc.subarray(known, { maxLength: 2 }),
  })
  .map(({ name, changes, dropped }): Claims => {
    const kept = Object.entries(fixture(name)).filter(([claim]) => !dropped.includes(claim));
    return Object.fromEntries([...kept, ...changes]);
  });

/** JSON with some characters lost, doubled or replaced. */
export function damaged(bodies: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const cuts = fc.array(fc.tuple(fc.nat(2_000), fc.string({ unit: anyCharacter, maxLength: 3 })), { maxLength: 3 });
  return fc
    .tuple(bodies, cuts)
    .map(([whole, all]) => all.reduce((body, [place, text]) => body.slice(0, place) + text + body.slice(place + 1), whole));
}

const whole = mutated.map((claims) => JSON.stringify(claims));

/** What could come as a request's body. */
export const requestBody: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: whole },
  { weight: 2, arbitrary: damaged(whole) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: anyCharacter }) },
);
