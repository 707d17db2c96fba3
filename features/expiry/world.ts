import { workerEnvironment } from "../../adapters/aws/environment";
import type { WorldMember } from "../../adapters/operator/world";
import { unwrapRule } from "../../engine/sign-up/policy";
import { ACCESS_ENDED_PREFIX } from "./ended";
import { type ExpiryOfGates, expiryIn, type GateExpiry } from "./expiry";
import { type AccessEndedStore, accessEndedStore } from "./store/ended";

/** A gate's `expiry`. Functions without policies have it in their settings. */
export const gateExpiry: WorldMember<(gate: string) => GateExpiry | undefined> = {
  needs: [],
  make({ policiesAt, settings }) {
    const setting = settings[workerEnvironment.expiry];
    const gates: ExpiryOfGates = setting === undefined ? {} : JSON.parse(setting);
    return (gate) =>
      policiesAt === undefined ? gates[gate] : expiryIn((policiesAt(gate) ?? []).flatMap(({ rules }) => rules.map(unwrapRule)));
  },
};

/** The rows that keep people from signing up after their access has ended. */
export const endedAccess: WorldMember<Pick<AccessEndedStore, "forget">> = {
  needs: [{ table: "ledger", actions: "DeleteItem", under: [ACCESS_ENDED_PREFIX] }],
  make: ({ tables, nameOf, hashes }) => accessEndedStore(tables, nameOf("ledger"), hashes),
};

/** The same rows, for lists that name people whose access has ended. */
export const endedPeople: WorldMember<Pick<AccessEndedStore, "selectEnded">> = {
  needs: [{ table: "ledger", actions: "BatchGetItem", under: [ACCESS_ENDED_PREFIX] }],
  make: ({ tables, nameOf, hashes }) => accessEndedStore(tables, nameOf("ledger"), hashes),
};
