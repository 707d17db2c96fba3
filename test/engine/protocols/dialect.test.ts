import { addGate } from "../../../engine/protocols/body";
import type { Dialect, Parsed } from "../../../engine/protocols/dialect";
import type { Decision } from "../../../engine/sign-up/decision";
import { carriedBy } from "../../../engine/sign-up/failure";
import { person } from "../sign-up/people";

const read: Parsed = { ok: true, received: person() };
const unread: Parsed = { ok: false, reason: "request.email", source: "b2b", locales: [] };

it.each<{ given: string; parsed: Parsed; gate: string | undefined; is: Parsed }>([
  { given: "the default gate", parsed: read, gate: undefined, is: read },
  { given: "a named gate", parsed: read, gate: "partners", is: { ok: true, received: { ...person(), gate: "partners" } } },
  { given: "what could not be read", parsed: unread, gate: "partners", is: unread },
])("a sign-up names the gate that it reached: $given", ({ parsed, gate, is }) => expect(addGate(parsed, gate)).toStrictEqual(is));

describe("a decision is translated into the terms of the dialect:", () => {
  const error = new TypeError("No such value.");
  const dialect: Pick<Dialect, "carry"> = {
    carry: ({ city, ...others }) => {
      if (city === "nowhere") throw error;
      return { attributes: { city: `${city}!` }, notCollected: Object.keys(others) };
    },
  };
  const rest = { trace: [], replayed: [], posture: "closed" } as never as Decision;
  const continues = (city: string): Decision => ({ ...rest, answer: { kind: "continue", attributes: { city, state: "x" } } });
  const blocks: Decision = { ...rest, answer: { kind: "block", reason: "access-list.denied" } };
  const byToken: Parsed = { ok: true, received: person({ step: "before-sending-token" }) };

  it.each<{ given: string; parsed: Parsed; decision: Decision; carried: Decision; notCollected: readonly string[] }>([
    {
      given: "what it can say, and what it cannot",
      parsed: read,
      decision: continues("Busan"),
      carried: { ...rest, answer: { kind: "continue", attributes: { city: "Busan!" } } },
      notCollected: ["state"],
    },
    { given: "a block", parsed: read, decision: blocks, carried: blocks, notCollected: [] },
    {
      given: "what could not be read",
      parsed: unread,
      decision: continues("Busan"),
      carried: continues("Busan"),
      notCollected: [],
    },
    {
      given: "a value that fits it in no form",
      parsed: read,
      decision: continues("nowhere"),
      carried: { ...rest, answer: { kind: "block", reason: "gatehouse.unavailable" }, failure: { why: "rule", error } },
      notCollected: [],
    },
    {
      given: "such a value for a token",
      parsed: byToken,
      decision: continues("nowhere"),
      carried: { ...rest, answer: { kind: "continue", attributes: {} }, failure: { why: "rule", error } },
      notCollected: [],
    },
  ])("$given", ({ parsed, decision, carried, notCollected }) =>
    expect(carriedBy(dialect as Dialect, parsed, decision)).toStrictEqual({ carried, notCollected }),
  );
});
