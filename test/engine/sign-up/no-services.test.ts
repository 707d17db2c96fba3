import { noHash, noServices } from "../../../engine/sign-up/no-services";

describe("services for rules that use none", () => {
  const { secret, read, write, clock, random } = noServices("The pages");
  const signal = new AbortController().signal;

  it.each([
    { what: "a secret", use: () => secret("crm") },
    { what: "rows", use: () => read([], signal) },
    { what: "a write", use: () => write({ table: "ledger", item: {}, condition: "absent" }, signal) },
  ])("reject who asks for $what, by name", ({ use }) => expect(use()).rejects.toThrow("The pages reach nothing outside."));

  it.each([
    { what: "the clock", use: () => clock.now() },
    { what: "a timer", use: () => clock.startTimer(1, () => undefined) },
    { what: "a fraction", use: () => random.fraction() },
    { what: "an id", use: () => random.uuid() },
  ])("stop who asks for $what, by name", ({ use }) => expect(use).toThrow("The pages reach nothing outside."));
});

it("rules known to hash nothing are stopped if they do", () => expect(() => noHash("x")).toThrow("Nothing is hashed here."));
