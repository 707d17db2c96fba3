import { Arrivals, type Gatehouse } from "entra-gatehouse/cdk";

export function add(gatehouse: Gatehouse): void {
  new Arrivals(gatehouse, "Partners", {
    tenantId: "11111111-1111-1111-1111-111111111111",
    clientId: "22222222-2222-2222-2222-222222222222",
    groupId: "33333333-3333-3333-3333-333333333333",
    sponsors: true,
    detail: { email: [{ suffix: "@contoso.com" }], emailProven: [true] },
  });
}
