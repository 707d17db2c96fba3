import { hasRole, type Role, roleFrom } from "../../../console/session/roles";

describe("a token's roles", () => {
  it.each([
    { claim: ["Reader"], role: "Reader" },
    { claim: ["Reader", "Approver", "Administrator"], role: "Administrator" },
    { claim: ["Administrator", "Approver", "Reader"], role: "Administrator" },
    { claim: ["Approver", "Something"], role: "Approver" },
    { claim: ["Partner"], role: "Partner" },
    { claim: ["Partner", "Reader"], role: "Reader" },
    { claim: ["Decider"], role: "Decider" },
    { claim: ["Security"], role: "Decider" },
    { claim: ["Security", "Approver"], role: "Approver" },
    { claim: ["Security", "Partner"], role: "Partner" },
    { claim: ["administrator"], role: undefined },
    { claim: [" ", "READER ", 7], role: undefined },
    { claim: [["Administrator"]], role: undefined },
    { claim: "Administrator", role: undefined },
    { claim: { 0: "Administrator", length: 1 }, role: undefined },
    { claim: [], role: undefined },
    { claim: undefined, role: undefined },
  ])("$claim give $role", ({ claim, role }) => expect(roleFrom(claim)).toBe(role));
});

describe("a role", () => {
  const may = (role: Role | undefined) =>
    (["anyone", "signed-in", "Partner", "Decider", "Reader", "Approver", "Administrator"] as const).filter((access) =>
      hasRole(role, access),
    );
  it.each([
    { role: undefined, access: ["anyone", "signed-in"] },
    { role: "Partner" as const, access: ["anyone", "signed-in", "Partner"] },
    { role: "Decider" as const, access: ["anyone", "signed-in", "Decider"] },
    { role: "Reader" as const, access: ["anyone", "signed-in", "Decider", "Reader"] },
    { role: "Approver" as const, access: ["anyone", "signed-in", "Decider", "Reader", "Approver"] },
    { role: "Administrator" as const, access: ["anyone", "signed-in", "Decider", "Reader", "Approver", "Administrator"] },
  ])("$role allows $access", ({ role, access }) => expect(may(role)).toEqual(access));
});
