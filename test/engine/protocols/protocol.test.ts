import { atGate, type Parsed } from "../../../engine/protocols/protocol";
import { person } from "../sign-up/people";

const read: Parsed = { ok: true, signUp: person() };
const unread: Parsed = { ok: false, reason: "request.email", source: "b2b", locales: [] };

it.each<{ given: string; parsed: Parsed; gate: string | undefined; is: Parsed }>([
  { given: "the default gate", parsed: read, gate: undefined, is: read },
  { given: "a named gate", parsed: read, gate: "partners", is: { ok: true, signUp: { ...person(), gate: "partners" } } },
  { given: "what could not be read", parsed: unread, gate: "partners", is: unread },
])("a sign-up knows the gate it came in by: $given", ({ parsed, gate, is }) => expect(atGate(parsed, gate)).toStrictEqual(is));
