import fc from "fast-check";
import type { Step } from "../../../engine/sign-up/sign-up";
import { fixture } from "../../fixtures";
import { anyCharacter } from "../../support/any-character";
import { damaged, odd } from "./bodies";

/** The documented event of each step. */
export const eventFixtures: Readonly<Record<Step, string>> = {
  "after-sign-in": "extension/attribute-collection-start",
  "before-create-user": "extension/attribute-collection-submit",
  "before-sending-token": "extension/token-issuance-start",
};

type Members = Record<string, unknown>;

/** Every object and list of an envelope, with the names of its members. */
function placesIn(value: unknown): readonly { readonly of: Members; readonly name: string }[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [{ of: value as Members, name }, ...placesIn(member)]);
}

/** What is done to one member; `from` is another one of the same envelope. */
type Change = (of: Members, name: string, value: unknown, from: unknown) => void;
const changes: Readonly<Record<string, Change>> = {
  set: (of, name, value) => Object.assign(of, { [name]: value }),
  drop: (of, name) => delete of[name],
  swap: (of, name, _, from) => Object.assign(of, { [name]: structuredClone(from) }),
  respell: (of, name) => {
    Object.assign(of, { [name.toUpperCase()]: of[name] });
    if (name.toUpperCase() !== name) delete of[name];
  },
  double: (of, name, value) => Object.assign(of, { [name.toUpperCase()]: value }),
  add: (of, name, value) => Object.assign(of, { [`x${name}`]: value }),
};

const change = fc.record({ how: fc.constantFrom(...Object.keys(changes)), place: fc.nat(), from: fc.nat(), value: odd });

/** A documented event, of this step or another one, some of whose members were changed, at any depth. */
const mutated = fc
  .record({ name: fc.constantFrom(...Object.values(eventFixtures)), done: fc.array(change, { maxLength: 3 }) })
  .map(({ name, done }) => {
    const envelope = fixture(name);
    for (const { how, place, from, value } of done) {
      const places = placesIn(envelope);
      const { of, name: member } = places[place % places.length] as (typeof places)[number];
      const other = places[from % places.length] as (typeof places)[number];
      changes[how]?.(of, member, value, other.of[other.name]);
    }
    return JSON.stringify(envelope);
  });

/** What could come as an event's body. */
export const eventBody: fc.Arbitrary<string> = fc.oneof(
  { weight: 10, arbitrary: mutated },
  { weight: 2, arbitrary: damaged(mutated) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: anyCharacter }) },
);
