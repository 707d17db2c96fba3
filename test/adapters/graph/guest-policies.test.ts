import { graph } from "../../../adapters/graph/graph";
import { readGuestPolicies } from "../../../adapters/graph/sponsors";
import { serveGraph } from "../../../local/stand-ins/graph/graph";
import { guestRules, makeGuestPolicy } from "../../../local/stand-ins/graph/guest-policies";
import { memoryWorld } from "../../memory/world";

const { log } = memoryWorld().world;
const policies = [
  makeGuestPolicy({ displayName: "A".repeat(200) }),
  makeGuestPolicy({ displayName: "Unused", policySource: "systemDefault", rules: [guestRules.inactivity] }),
  makeGuestPolicy({ displayName: "Off", isEnabled: false }),
  makeGuestPolicy({ displayName: "Agents", "@odata.type": "#microsoft.graph.identityGovernance.agentIdentityLifecyclePolicy" }),
];
const known = [
  { name: "A".repeat(100), source: "userCreated", asksSponsors: true },
  { name: "Unused", source: "systemDefault", asksSponsors: false },
];

it.each([
  { permissions: ["LifecyclePolicies-Guests.Read.All"], result: known },
  { permissions: ["LifecyclePolicies-Guests.ReadWrite.All"], result: known },
  { permissions: ["User.ReadWrite.All", "Directory.Read.All"], result: "unknown" },
])("an application with $permissions reads the policies that are on for guests", async ({ permissions, result }) => {
  const standIn = await serveGraph({ guestPolicies: policies, permissions });
  const before = { ...process.env };
  Object.assign(process.env, { GATEHOUSE_ENDPOINT_GRAPH: standIn.url, GATEHOUSE_ENDPOINT_LOGIN: standIn.url });
  try {
    const client = graph({ tenantId: "tenant", clientId: "client", clientSecret: async () => "secret", log });
    expect(await readGuestPolicies(client)).toEqual(result);
  } finally {
    process.env = before;
    standIn.close();
  }
});
