import { hasAccess, isRequesterIn, roleFrom, type Standing } from "../../../console/session/roles";

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
    { claim: ["Requester"], role: undefined },
    { claim: ["requester"], role: undefined },
    { claim: ["Requester", "Security"], role: "Decider" },
    { claim: ["Requester", "Reader"], role: "Reader" },
  ])("$claim give $role", ({ claim, role }) => expect(roleFrom(claim)).toBe(role));
});

describe("the right to ask for a guest", () => {
  it.each([
    { claim: ["Requester"], isRequester: true },
    { claim: ["Security", "Requester"], isRequester: true },
    { claim: ["requester"], isRequester: false },
    { claim: ["Approver"], isRequester: false },
    { claim: "Requester", isRequester: false },
    { claim: undefined, isRequester: false },
  ])("$claim: $isRequester", ({ claim, isRequester }) => expect(isRequesterIn(claim)).toBe(isRequester));
});

describe("a role", () => {
  const may = (standing: Standing) =>
    (["anyone", "signed-in", "Partner", "Requester", "Decider", "Reader", "Approver", "Administrator"] as const).filter((access) =>
      hasAccess(standing, access),
    );
  it.each([
    { role: undefined, access: ["anyone", "signed-in"] },
    { role: "Partner" as const, access: ["anyone", "signed-in", "Partner"] },
    { role: "Decider" as const, access: ["anyone", "signed-in", "Decider"] },
    { role: "Reader" as const, access: ["anyone", "signed-in", "Decider", "Reader"] },
    { role: "Approver" as const, access: ["anyone", "signed-in", "Requester", "Decider", "Reader", "Approver"] },
    { role: "Administrator" as const, access: ["anyone", "signed-in", "Requester", "Decider", "Reader", "Approver", "Administrator"] },
    { role: undefined, isRequester: true, access: ["anyone", "signed-in", "Requester"] },
    { role: "Partner" as const, isRequester: true, access: ["anyone", "signed-in", "Partner"] },
    { role: "Decider" as const, isRequester: true, access: ["anyone", "signed-in", "Requester", "Decider"] },
    { role: "Reader" as const, isRequester: true, access: ["anyone", "signed-in", "Requester", "Decider", "Reader"] },
  ])("$role $isRequester allows $access", ({ access, ...standing }) => expect(may(standing)).toEqual(access));
});
