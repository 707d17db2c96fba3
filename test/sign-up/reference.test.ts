import { referenceFor } from "../../lambda/sign-up/reference";
import { NOW } from "./people";

const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

describe("a reference code", () => {
  it("is the same for the same call in the same minute", () => expect(referenceFor("call", later(59))).toBe(referenceFor("call", NOW)));

  it.each([
    { other: "a minute later", code: referenceFor("call", later(60)) },
    { other: "for another call", code: referenceFor("another", NOW) },
  ])("is another one $other", ({ code }) => expect(code).not.toBe(referenceFor("call", NOW)));

  it("reads well on the telephone", () => {
    for (let call = 0; call < 1_000; call++)
      expect(referenceFor(String(call), NOW)).toMatch(/^[34679ACDEFGHJKMNPQRTWXY]{4}-[34679ACDEFGHJKMNPQRTWXY]{4}$/);
  });

  it("does not repeat itself", () => {
    const codes = new Set(Array.from({ length: 10_000 }, (_, call) => referenceFor(String(call), NOW)));
    expect(codes.size).toBe(10_000);
  });

  it("tells nothing of the call", () => expect(referenceFor("kim@contoso.com", NOW)).not.toContain("KIM"));
});
