import { onlyApplications } from "../../../features/only-applications/rule";
import { refusal } from "../../engine/rules/refusal";
import { person } from "../../engine/sign-up/people";

const SHOP = "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33";
const rule = onlyApplications([` ${SHOP.toUpperCase()} `, "5f0d1c2a-6b1e-4a53-9a53-0a5d7d1f3c11"]);
const ask = (application?: { id: string }) => rule.decide?.(person(application && { application }), {} as never);

describe("onlyApplications", () => {
  it("admits people who sign up through one of the named applications", () => expect(ask({ id: SHOP })).toEqual({ kind: "continue" }));

  it.each<{ given: string; application?: { id: string } }>([
    { given: "another application", application: { id: "00000000-0000-4000-8000-000000000000" } },
    { given: "a caller that names none" },
  ])("blocks $given", ({ application }) => expect(ask(application)).toEqual({ kind: "block", ...refusal("application.not-allowed") }));

  it.each([[[]], [[""]], [["shop"]], [[SHOP, `${SHOP}0`]], [[`{${SHOP}}`]], [[`x${SHOP}`]]])("rejects %p at load", (ids) =>
    expect(() => onlyApplications(ids)).toThrow(/^onlyApplications(: ".*" is not a client id| names no application)/),
  );
});
