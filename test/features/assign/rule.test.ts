import { decide } from "../../../engine/sign-up/engine";
import { assign } from "../../../features/assign/rule";
import { person, world } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

describe("the rule assign", () => {
  it("sets its values over any typed ones, and leaves the other attributes", async () => {
    const policy = anyPolicy([assign({ city: "Busan", extension_Seats: 5, extension_Terms: false })]);
    const { answer } = await decide(policy, person(), world());
    expect(answer).toEqual({ kind: "continue", attributes: { city: "Busan", extension_Seats: 5, extension_Terms: false } });
  });

  it("is recorded under its name", () => expect(assign({}).name).toBe("assign"));

  it.each(["email", "identities", "ui_locales", "version", "action", "status", "userMessage", "code"])("cannot set %s", (name) =>
    expect(() => assign({ [name]: "x" })).toThrow(`A rule cannot set "${name}": only Entra may.`),
  );
});
