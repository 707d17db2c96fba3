import { guardAddress } from "../../../engine/sign-up/ask-rule";
import { showAttributes } from "../../../engine/sign-up/attributes";
import { addressOf } from "../../../engine/sign-up/email";
import { AddressNeededError, refuseWithoutAddress } from "../../../engine/sign-up/failure";
import { person } from "./people";

it.each([
  [{ email: "kim@contoso.com" }, "kim@contoso.com"],
  [{ email: "" }, undefined],
  [{}, undefined],
  [{ email: 7 }, undefined],
])("the address of %j is %s", (signUp, address) => expect(addressOf(signUp as never)).toBe(address));

it("a missing address causes an error if it is read or copied, but addressOf returns undefined", () => {
  const shown = guardAddress(person({ email: "" }));
  expect(addressOf(shown)).toBeUndefined();
  for (const look of [() => shown.email, () => ({ ...shown }), () => JSON.stringify(shown)]) expect(look).toThrow(AddressNeededError);
  const error = new AddressNeededError();
  expect([error.name, error.message]).toEqual(["AddressNeededError", "The request has no e-mail address."]);
});

it.each([person(), person({ step: "before-sending-token", email: "" })])(
  "a sign-up is passed to rules as it is: $email at $step",
  (signUp) => expect(guardAddress(signUp)).toBe(signUp),
);

it("a sign-up and its copy show a rule the replaced attributes", () => {
  const shown = showAttributes(person(), { city: "Busan" });
  expect(shown).toEqual({ ...person(), attributes: { city: "Busan" } });
  expect({ ...shown }.attributes).toEqual({ city: "Busan" });
  expect(() => showAttributes(guardAddress(person({ email: "" })), {}).email).toThrow(AddressNeededError);
});

it.each([
  ["after-sign-in", { kind: "block", reason: "request.email" }],
  ["before-create-user", { kind: "block", reason: "request.email" }],
  ["before-sending-token", { kind: "continue" }],
] as const)("a rule that needs a missing address at %s answers %j", (step, verdict) => expect(refuseWithoutAddress(step)).toEqual(verdict));
