import { readReference, referenceFor } from "../../../engine/sign-up/reference";

describe("a reference code", () => {
  it("is the same for the same decision", () => expect(referenceFor("id")).toBe(referenceFor("id")));

  it("is another one for another decision", () => expect(referenceFor("another")).not.toBe(referenceFor("id")));

  it("reads well on the telephone", () => {
    for (let id = 0; id < 1_000; id++) {
      expect(referenceFor(String(id))).toMatch(/^[34679ACDEFGHJKMNPQRTWXY]{4}-[34679ACDEFGHJKMNPQRTWXY]{4}$/);
    }
  });

  it("does not repeat itself", () => {
    const codes = new Set(Array.from({ length: 10_000 }, (_, id) => referenceFor(String(id))));
    expect(codes.size).toBe(10_000);
  });

  it("is read however somebody types it", () => {
    const code = referenceFor("id");
    for (const typed of [code, code.toLowerCase(), code.replace("-", ""), ` ${code.replace("-", " ")} `])
      expect(readReference(typed)).toBe(code);
  });

  it.each(["", "K7QD", "K7QD-9MX", "K7QD-9MXDD", "K0QD-9MXD", "K7QD-9MX§"])("is not read from %j", (typed) => {
    expect(readReference(typed)).toBeUndefined();
  });
});
