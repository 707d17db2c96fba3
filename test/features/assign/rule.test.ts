import { decide } from "../../../engine/sign-up/engine";
import { assign } from "../../../features/assign/rule";
import { person, world } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

describe("assign", () => {
  it("sets values whatever was typed, and leaves the rest", async () => {
    const policy = anyPolicy([assign({ city: "Busan", extension_Seats: 5, extension_Terms: false })]);
    const { answer } = await decide(policy, person(), world());
    expect(answer).toEqual({ kind: "continue", attributes: { city: "Busan", extension_Seats: 5, extension_Terms: false } });
  });

  it("goes by its name in records", () => expect(assign({}).name).toBe("assign"));

  it.each(["email", "identities", "ui_locales", "version", "action", "status", "userMessage", "code"])("cannot set %s", (name) =>
    expect(() => assign({ [name]: "x" })).toThrow(`A rule cannot set "${name}": only Entra may.`),
  );
});
