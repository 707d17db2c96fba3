import type { AwsClient } from "../../adapters/aws/client";
import { awsLog } from "../../adapters/aws/world";
import { awsRuntime } from "../../adapters/aws/world-parts";
import { type Graph, graph } from "../../adapters/graph/graph";
import { denialsInStack } from "../../features/access-list/store/denials";
import { makeAccounts } from "../../features/approvals/client/accounts";
import type { ProvisioningPorts } from "../../features/approvals/provisioning";
import { approvalStore } from "../../features/approvals/store/approvals";
import { makeAccountNotes, provisioningPorts } from "../../features/approvals/worker/provisioning";
import { ACCOUNTS, type ApprovalWorld, LEDGER, settings } from "../features/approvals/worker/approval-world";
import { memoryWorld } from "../memory/world";

const { log } = memoryWorld().world;

/** What a worker works with: the real thing, on the world's table and Graph. */
export function toolsOn(world: ApprovalWorld, { client = world.database.client, directory = graphOf() } = {}): ProvisioningPorts {
  const store = approvalStore(client, "approvals-test");
  const accounts = makeAccounts(directory, { ...settings, invitationMail: false });
  const tracing = { LEDGER_TABLE: LEDGER, ACCOUNTS_TABLE: ACCOUNTS, TRACED_TENANT: settings.tenantId };
  const noteAccount = makeAccountNotes({ ...awsRuntime(), settings: tracing, tables: client }, { ...settings, inviteAll: false });
  const denials = denialsInStack({ settings: process.env, tables: client });
  return provisioningPorts({ ...awsRuntime(), ...awsLog() }, { store, denials, accounts, noteAccount, keepsRedeemUrl: true });
}

function graphOf(): Graph {
  return graph({ ...settings, clientSecret: async () => settings.clientSecret, log });
}

class KilledError extends Error {}

/** A worker that dies at one of its steps, before or after the step took effect. Whatever it tries from then on is in vain. */
export function mortal(
  world: ApprovalWorld,
  at: number,
  moment: "before" | "after",
): { readonly tools: ProvisioningPorts; died(): boolean } {
  let steps = 0;
  let dead = false;
  async function step<T>(work: () => Promise<T>): Promise<T> {
    if (dead) throw new KilledError();
    steps++;
    const last = steps === at;
    if (last) dead = true;
    if (last && moment === "before") throw new KilledError();
    const done = await work();
    if (dead) throw new KilledError();
    return done;
  }
  const { client } = world.database;
  const real = graphOf();
  const directory: Graph = {
    get: (path, signal) => step(() => real.get(path, signal)),
    post: (path, body, signal) => step(() => real.post(path, body, signal)),
    patch: (path, body, signal) => step(() => real.patch(path, body, signal)),
    address: real.address,
  };
  const dying: AwsClient = { ...client, call: (operation, input, signal) => step(() => client.call(operation, input, signal)) };
  return { tools: toolsOn(world, { client: dying, directory }), died: () => dead };
}
